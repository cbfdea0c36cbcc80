"""Columns of a table without vertical lines: where they are, and what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yanbao.read.foreign.pdf_chunks import Chunk, Row, is_value
from yanbao.read.foreign.pdf_words import is_as_of, is_caption, is_note, is_unit_line

_RIVER = 0.3  # of the font size: the narrowest blank between two columns of figures
_TEXT_RIVER = 0.7  # and beside a column of words


@dataclass
class Columns:
    """Column intervals from left to right."""

    spans: list[tuple[float, float]]
    first_value: int  # index of the first column of figures

    def at(self, left: float, right: float) -> list[int]:
        """Return the columns that a chunk overlaps."""
        found = []
        for index, (low, high) in enumerate(self.spans):
            shared = min(right, high) - max(left, low)
            if shared > 0.25 * min(right - left, high - low) or (low <= (left + right) / 2 <= high):
                found.append(index)
        return found or [min(range(len(self.spans)), key=lambda i: self.distance(i, (left + right) / 2))]

    def distance(self, index: int, x: float) -> float:
        """Return how far x lies outside a column."""
        low, high = self.spans[index]
        return max(low - x, x - high, 0.0)


@dataclass
class Placed:
    """A row of a table: what stands in which columns."""

    cells: dict[int, tuple[list[Chunk], int]]  # first column -> chunks, count of columns
    base: float
    size: float
    head: bool = False


def columns_of(body: Sequence[Row]) -> Columns | None:
    """Return the columns of rows of figures: the stretches between blanks that run through all of them."""
    size = sorted(cell.size for row in body for cell in row)[sum(len(row) for row in body) // 2]
    values = sorted((c.left, c.right) for row in body for c in row if is_value(c.text))
    words = sorted((c.left, c.right) for row in body for c in row if not is_value(c.text))
    merged_values = united(values, _RIVER * size)
    allowed = int(0.08 * len(body))
    blocked = united(covered_by(words, allowed), 0.5 * size)
    spans: list[tuple[float, float, bool]] = [(low, high, True) for low, high in merged_values]
    for low, high in blocked:
        hits = [i for i, span in enumerate(spans) if min(high, span[1]) - max(low, span[0]) > -_TEXT_RIVER * size * 0.4]
        if not hits:
            spans.append((low, high, False))
            continue
        inner = [i for i in hits if min(high, spans[i][1]) - max(low, spans[i][0]) > 0.3 * size]
        if inner:
            left = min([low, *(spans[i][0] for i in inner)])
            right = max([high, *(spans[i][1] for i in inner)])
            kind = any(spans[i][2] for i in inner)
            spans = [span for i, span in enumerate(spans) if i not in inner] + [(left, right, kind)]
        else:
            spans.append((low, high, False))
    spans.sort()
    if len(spans) < 2:
        return None
    first = next((i for i, span in enumerate(spans) if span[2]), 0)
    return Columns([(low, high) for low, high, _ in spans], first)


def united(intervals: Sequence[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    """Return intervals with those less than a gap apart joined."""
    united: list[tuple[float, float]] = []
    for low, high in sorted(intervals):
        if united and low - united[-1][1] < gap:
            united[-1] = (united[-1][0], max(united[-1][1], high))
        else:
            united.append((low, high))
    return united


def covered_by(intervals: Sequence[tuple[float, float]], allowed: int) -> list[tuple[float, float]]:
    """Return the stretches that more than `allowed` of the intervals cover."""
    events = sorted([(low, 1) for low, _ in intervals] + [(high, -1) for _, high in intervals])
    depth, start, found = 0, 0.0, []
    for x, step in events:
        before = depth
        depth += step
        if before <= allowed < depth:
            start = x
        elif depth <= allowed < before:
            found.append((start, x))
    return found


def is_label(row: Row, columns: Columns) -> bool:
    """Return whether a row stands in the columns of words only, as a sub-heading does."""
    if not columns.first_value:
        return False
    edge = columns.spans[columns.first_value][0]
    return row[-1].right < edge or (len(row) == 1 and row[0].left < columns.spans[0][0] + row[0].size)


def pitch_of(first: Row, second: Row) -> float:
    """Return how far a row stands below another."""
    return first[0].base - second[0].base


def is_outside(row: Row) -> bool:
    """Return whether a row belongs to what stands around a table: a caption, a note, a unit line."""
    return (
        is_caption(row[0].text)
        or is_note(row[0].text)
        or any(is_unit_line(cell.text) or is_as_of(cell.text) for cell in row)
    )
