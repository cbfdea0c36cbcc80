"""A page's chunks -> regions in reading order -> tables and paragraphs."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from yanbao.read.foreign.pdf_aligned import aligned_grids
from yanbao.read.foreign.pdf_chunks import Chunk, Row, is_value, merged, rows
from yanbao.read.foreign.pdf_grid import Grid
from yanbao.read.foreign.pdf_rules import Rule
from yanbao.read.foreign.pdf_worded import worded_grids
from yanbao.read.foreign.pdf_words import (
    heading_level,
    is_as_of,
    is_bullet,
    is_caption,
    is_note,
    is_numbered,
    is_unit_line,
)
from yanbao.read.foreign.tree import ProseRole

_FULL = 0.7  # of a column's width: a line this wide is running text
_MAX_CUTS = 12  # of a page into columns


@dataclass
class Paragraph:
    """Lines of running text, or of one caption, note, unit line or heading."""

    lines: list[Chunk]
    role: ProseRole = "body"
    level: int = 0
    is_unit: bool = False

    @property
    def text(self) -> str:
        """Return the text of its first line."""
        return self.lines[0].text

    @property
    def top(self) -> float:
        """Return its upper edge."""
        return max(line.top for line in self.lines)

    @property
    def bottom(self) -> float:
        """Return its lower edge."""
        return min(line.bottom for line in self.lines)


@dataclass
class Region:
    """A column of a page, or a stretch of it: its tables and paragraphs from top to bottom."""

    items: list[Grid | Paragraph] = field(default_factory=list)


def regions(found: Sequence[Chunk], ruled: Sequence[Grid], across: Sequence[Rule], body_size: float) -> list[Region]:
    """Return what stands on a page in reading order; `ruled` are its tables with lines, `found` what is not in them."""
    return [_region(part, grids, across, body_size) for part, grids in _columns(list(found), list(ruled), _MAX_CUTS)]


def _columns(found: list[Chunk], ruled: list[Grid], left: int) -> list[tuple[list[Chunk], list[Grid]]]:
    """Return the page cut into columns where text stands side by side, in reading order."""
    lines = rows(found)
    cut = _twin_captions(lines, ruled) or _prose_cut(lines, ruled) if left else None
    if cut is None:
        return [(found, ruled)]
    x, first, last = cut
    top = max(chunk.top for chunk in lines[first]) + 0.1
    bottom = min(chunk.base for chunk in lines[last]) - 0.1
    parts: list[tuple[list[Chunk], list[Grid]]] = [([], []), ([], []), ([], []), ([], [])]
    for index, line in enumerate(lines):
        for chunk in line:
            where = 0 if index < first else 3 if index > last else 1 if chunk.middle < x else 2
            parts[where][0].append(chunk)
    for grid in ruled:
        middle = (grid.top + grid.bottom) / 2
        where = 0 if middle > top else 3 if middle < bottom else 1 if (grid.left + grid.right) / 2 < x else 2
        parts[where][1].append(grid)
    return [
        piece
        for chunks, grids in parts
        if chunks or grids
        for piece in (_columns(chunks, grids, left - 1) if chunks else [(chunks, grids)])
    ]


def _twin_captions(lines: Sequence[Row], ruled: Sequence[Grid]) -> tuple[float, int, int] | None:
    """Return where exhibits stand side by side: (x, first row, last row), from their captions on one line."""
    for index, line in enumerate(lines):
        starts = [chunk for chunk in line if is_caption(chunk.text)]
        if len(starts) < 2 or starts[1].left - starts[0].left < 8 * starts[0].size:
            continue
        x = starts[1].left - 0.5 * starts[1].size
        last = index
        noted: set[bool] = set()
        while last + 1 < len(lines):
            below = lines[last + 1]
            if any(chunk.left < x - chunk.size and chunk.right > x + 2 * chunk.size for chunk in below):
                break
            if last > index and noted == {True, False} and not any(is_note(chunk.text) for chunk in below):
                break
            if last > index and len([chunk for chunk in below if is_caption(chunk.text)]) >= 2:
                break
            noted |= {chunk.middle < x for chunk in below if is_note(chunk.text)}
            last += 1
        if last > index and not any(
            grid.left < x - 5 < x + 5 < grid.right for grid in ruled if _inside(grid, lines, index, last)
        ):
            return x, index, last
    return None


def _inside(grid: Grid, lines: Sequence[Row], first: int, last: int) -> bool:
    return grid.bottom < lines[first][0].top and grid.top > lines[last][0].bottom


def _prose_cut(lines: Sequence[Row], ruled: Sequence[Grid]) -> tuple[float, int, int] | None:
    """Return the blank between two columns of text: (x, first row, last row).

    Two columns are text where both are filled with wide lines, or one is and the other's lines stand at other heights;
    a table's columns share their lines.
    """
    best: tuple[float, int, int] | None = None
    lefts = Counter(
        round(chunk.left / 2)
        for line in lines
        for before, chunk in zip([None, *line], line, strict=False)
        if before is None or chunk.left - before.right > 0.8 * chunk.size
    )
    for place, count in lefts.items():
        if count < 3:
            continue
        x = place * 2 - 3.0
        for first, last in _uncrossed(lines, x, ruled):
            if best is not None and last - first <= best[2] - best[1]:
                continue
            if _are_columns(lines[first : last + 1], x):
                best = (x, first, last)
    return best


def _uncrossed(lines: Sequence[Row], x: float, ruled: Sequence[Grid]) -> list[tuple[int, int]]:
    runs, start = [], None
    for index, line in enumerate([*lines, None]):
        crossed = line is None or any(chunk.left < x - 1 and chunk.right > x - 2 for chunk in line)
        if line is not None and not crossed:
            crossed = any(
                grid.left < x - 1 < grid.right
                and grid.bottom > line[0].top
                and index
                and grid.top < lines[index - 1][0].bottom
                for grid in ruled
            )
        if crossed:
            if start is not None and index - start >= 4:
                runs.append((start, index - 1))
            start = index if line is not None and not any(c.left < x - 1 and c.right > x - 2 for c in line) else None
        elif start is None:
            start = index
    return runs


def _are_columns(lines: Sequence[Row], x: float) -> bool:
    left = [[chunk for chunk in line if chunk.middle < x] for line in lines]
    right = [[chunk for chunk in line if chunk.middle >= x] for line in lines]
    labelled = sum(
        bool(labels) and sum(is_value(chunk.text) for chunk in figures) >= max(2, 0.6 * len(figures))
        for labels, figures in zip(left, right, strict=True)
    )
    left, right = [line for line in left if line], [line for line in right if line]
    if len(left) < 3 or len(right) < 3 or labelled >= 2:
        return False
    shared = sum(
        any(abs(chunk.base - other.base) < 0.1 * chunk.size for line in left for other in line)
        for chunk in (line[0] for line in right)
    )
    apart = shared <= 0.5 * min(len(left), len(right))
    texts = (_is_text(left), _is_text(right))
    return all(texts) or (any(texts) and apart)


def _is_text(lines: Sequence[Row]) -> bool:
    """Return whether lines are running text: at least half fill the column, and few are figures."""
    low, high = min(line[0].left for line in lines), max(line[-1].right for line in lines)
    full = [
        line
        for line in lines
        if line[-1].right - line[0].left > _FULL * (high - low)
        and sum(len(chunk.text) for chunk in line if not is_value(chunk.text))
        > 0.8 * sum(len(chunk.text) for chunk in line)
        and all(b.left - a.right < 1.6 * a.size for a, b in itertools.pairwise(line))
        and line[-1].right - line[0].left > 8 * line[0].size
    ]
    return len(full) >= 3 and len(full) >= 0.45 * len(lines)


def _region(found: list[Chunk], ruled: list[Grid], across: Sequence[Rule], body_size: float) -> Region:
    region = Region()
    edges = [grid.bottom for grid in sorted(ruled, key=lambda grid: -grid.top)]
    pieces: list[list[Chunk]] = [[] for _ in range(len(edges) + 1)]
    for chunk in found:
        pieces[sum(chunk.base + 0.3 * chunk.size < edge for edge in edges)].append(chunk)
    width = (min((c.left for c in found), default=0.0), max((c.right for c in found), default=0.0))
    for index, piece in enumerate(pieces):
        lines = rows(piece)
        grids = aligned_grids(lines, across)
        grids += worded_grids(lines, {key for grid in grids for key in grid.taken}, across)
        taken = {key for grid in grids for key in grid.taken}
        rest = [row for row in lines if not any(id(chunk) in taken for chunk in row)]
        items: list[Grid | Paragraph] = [*_paragraphs(rest, grids, width, body_size), *grids]
        items.sort(key=lambda item: -item.top)
        region.items.extend(items)
        if index < len(ruled):
            region.items.append(sorted(ruled, key=lambda grid: -grid.top)[index])
    return region


def _paragraphs(
    lines: Sequence[Row], grids: Sequence[Grid], bounds: tuple[float, float], body_size: float
) -> list[Paragraph]:
    found: list[Paragraph] = []
    pieces = [piece for line in lines for piece in _pieces(line)]
    in_figure = False
    for index, line in enumerate(pieces):
        width = _width_at(pieces, index, bounds)
        role, unit = _role(line, body_size, width)
        last = found[-1] if found else None
        if last is not None and last.role == "caption" and is_caption(last.text):
            in_figure = True
        if any(last is not None and last.bottom > grid.top - 1 and grid.bottom > line.top - 1 for grid in grids):
            in_figure = False
        if role == "note" or (role == "body" and _is_running(line, width)):
            in_figure = False
        if (
            in_figure
            and role in ("body", "heading", "bullet")
            and len(line.text) < 40
            and line.text[-1] not in "。；"
            and not is_as_of(line.text)
        ):
            role = "chart-text"
        blocked = last is not None and any(last.bottom > grid.top - 1 and grid.bottom > line.top - 1 for grid in grids)
        if last is not None and not blocked and _goes_on(last, line, role, unit, width):
            last.lines.append(line)
        else:
            level = heading_level(line.text) if role == "heading" else 0
            found.append(Paragraph([line], role, level, unit))
    return found


def _width_at(pieces: Sequence[Chunk], index: int, bounds: tuple[float, float]) -> tuple[float, float]:
    """Return how far lines reach to the left and right around a line: the column's width, where it has text enough."""
    line = pieces[index]
    near = [
        piece
        for piece in pieces[max(0, index - 6) : index + 7]
        if piece.left < line.right and line.left < piece.right and abs(piece.size - line.size) < 0.2 * line.size
    ]
    if len(near) < 4:
        return bounds
    return min(piece.left for piece in near), max(piece.right for piece in near)


def _pieces(line: Row) -> list[Chunk]:
    """Return a row's chunks as lines of text: one, or several where wide blanks part them."""
    parts: list[list[Chunk]] = [[line[0]]]
    for chunk in line[1:]:
        gap = chunk.left - parts[-1][-1].right
        apart = is_unit_line(chunk.text) or is_caption(chunk.text)
        if gap > 3.5 * chunk.size or (apart and gap > chunk.size):
            parts.append([chunk])
        else:
            parts[-1].append(chunk)
    return [merged(part) for part in parts]


def _is_running(line: Chunk, width: tuple[float, float]) -> bool:
    return line.width > 0.5 * (width[1] - width[0]) and len(line.text) > 22


def _role(line: Chunk, body_size: float, width: tuple[float, float]) -> tuple[ProseRole, bool]:
    text = line.text
    if is_unit_line(text):
        return "caption", True
    if is_caption(text):
        return "caption", False
    if is_note(text):
        return "note", False
    ends = text.rstrip()[-1:]
    short = len(text) < 60 and ends not in "。；;，,、"
    if short and re.search(r"[A-Za-z\u4e00-\u9fff]", text):
        if line.size > 1.15 * body_size:
            return "heading", False
        if line.bold and (ends not in ".:：" or is_numbered(text)) and line.size > 0.85 * body_size:
            return "heading", False
    if is_numbered(text) and len(text) < 32 and not re.search("[。，；]", text) and ends not in "。；;，,、：:.":
        return "heading", False
    if is_bullet(text):
        return "bullet", False
    return "body", False


def _goes_on(last: Paragraph, line: Chunk, role: ProseRole, unit: bool, width: tuple[float, float]) -> bool:
    """Return whether a line goes on the paragraph before it."""
    before = last.lines[-1]
    gap = before.base - line.base
    if unit or last.is_unit or gap <= 0.3 * line.size or gap > 2.4 * max(line.size, before.size):
        return False
    if abs(line.size - before.size) > 0.12 * before.size:
        return False
    if line.right < before.left or line.left > before.right:
        return False
    if last.role == "heading":
        return (
            role == "heading"
            and line.bold == before.bold
            and not is_numbered(line.text)
            and gap < 1.8 * line.size
            and before.width > 0.6 * (width[1] - width[0])
        )
    if last.role == "caption":
        return role == "heading" and before.width > 0.6 * (width[1] - width[0]) and gap < 1.6 * line.size
    if last.role == "chart-text" or role == "chart-text":
        return False
    if last.role == "bullet" and role == "heading" and line.bold == before.bold and not is_numbered(line.text):
        role = "body"
    if role != "body":
        return False
    if len(last.lines) > 1:
        pitch = last.lines[-2].base - before.base
        if gap > 1.4 * pitch:
            return False
    if last.role == "note":
        return gap < 1.7 * line.size and before.width > 0.7 * (width[1] - width[0])
    if last.role == "bullet":
        return (
            line.left > last.lines[0].left + 0.3 * line.size
            or len(last.lines) > 1
            or before.right > width[1] - 3 * line.size
        )
    wide = re.search(r"[\u4e00-\u9fff，。；：、）》”]$", before.text) is not None
    start = min(part.left for part in last.lines)
    if line.left > start + 1.2 * line.size and (len(last.lines) > 1 or line.left > before.left + 1.2 * line.size):
        return False
    if wide:
        return before.right > width[1] - 3.5 * line.size or (
            not re.search(r"[。：；！？]$", before.text) and before.width > 0.5 * (width[1] - width[0])
        )
    if re.search(r"[.:!?]['\")\u201d]?$", before.text) and before.width < 0.75 * (width[1] - width[0]):
        return False
    return before.width > 0.35 * (width[1] - width[0])
