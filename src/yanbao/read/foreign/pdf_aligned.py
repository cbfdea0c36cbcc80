"""Tables without vertical lines: figures that stand in columns, found by the blanks between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from yanbao.read.foreign.pdf_chunks import Chunk, Row, cells_of, is_figure, is_value, merged
from yanbao.read.foreign.pdf_glyphs import Rule
from yanbao.read.foreign.pdf_grid import Grid, GridCell, cell_of, joined_lines
from yanbao.read.foreign.pdf_words import is_caption, is_note, is_unit_line

_RIVER = 0.3  # of the font size: the narrowest blank between two columns of figures
_TEXT_RIVER = 0.7  # and beside a column of words
_PITCHES = 3.2  # of the row distance: how far apart rows of one table may stand
_HEAD_ROWS = 5  # at most, above the first row of figures


@dataclass
class _Columns:
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
        return found or [min(range(len(self.spans)), key=lambda i: self._distance(i, (left + right) / 2))]

    def _distance(self, index: int, x: float) -> float:
        low, high = self.spans[index]
        return max(low - x, x - high, 0.0)


def aligned_grids(lines: Sequence[Row], across: Sequence[Rule]) -> list[Grid]:
    """Return the tables among the rows of one column of a page, from top to bottom."""
    table_rows = [cells_of(row) for row in lines]
    grids = []
    start = 0
    while start < len(table_rows):
        if not _is_tabular(table_rows[start]):
            start += 1
            continue
        last = _run(table_rows, start)
        grid = _grid(lines, table_rows, start, last, across) if last > start else None
        if grid is None:
            start += 1
            continue
        grids.append(grid)
        start = last + 1
    return grids


def _is_tabular(row: Row) -> bool:
    """Return whether a row holds figures that stand apart from its words."""
    values = [cell for cell in row if is_value(cell.text)]
    if not any(is_figure(cell.text) for cell in values) or len(row) < 2:
        return False
    if is_note(row[0].text) or is_caption(row[0].text):
        return False
    apart = 0
    for last, cell in zip(row, row[1:], strict=False):
        gap = cell.left - last.right
        if is_value(cell.text) and (gap > 1.0 * cell.size or (is_value(last.text) and gap > 0.15 * cell.size)):
            apart += 1
    words = sum(len(cell.text) for cell in row if not is_value(cell.text))
    return apart >= 1 and (len(values) >= 2 or apart == len(values)) and words < 60 + 12 * len(values)


def _pitch(first: Row, second: Row) -> float:
    return first[0].base - second[0].base


def _run(table_rows: Sequence[Row], start: int) -> int:
    """Return the last row of figures that belongs to the table which starts here."""
    last = start
    columns = [cell for cell in table_rows[start] if is_value(cell.text)]
    size = table_rows[start][0].size
    index = start + 1
    while index < len(table_rows):
        row = table_rows[index]
        if _pitch(table_rows[last], row) > _PITCHES * 2.4 * size or _is_outside(row):
            break
        if _is_tabular(row):
            values = [cell for cell in row if is_value(cell.text)]
            if not any(_aligned(cell, other) for cell in values for other in columns):
                break
            columns += values
            last = index
        elif not _is_filler(row, columns) or index - last > 4:
            break
        index += 1
    return last


def _is_outside(row: Row) -> bool:
    return is_caption(row[0].text) or is_note(row[0].text) or any(is_unit_line(cell.text) for cell in row)


def _aligned(cell: Chunk, other: Chunk) -> bool:
    size = max(cell.size, other.size)
    if abs(cell.right - other.right) < 0.8 * size or abs(cell.middle - other.middle) < 0.8 * size:
        return True
    return abs(cell.left - other.left) < 0.4 * size


def _is_filler(row: Row, columns: Sequence[Chunk]) -> bool:
    """Return whether a row without figures can stand inside a table: a sub-heading, a wrapped label, a second head."""
    left = min(cell.left for cell in columns)
    right = max(cell.right for cell in columns)
    if row[0].left > right or row[-1].right > right + 3 * row[0].size:
        return False
    if len(row) == 1:
        return row[0].right < left + 2 * row[0].size or (row[0].left > left - 2 * row[0].size and len(row[0].text) < 40)
    gaps = [cell.left - last.right for last, cell in zip(row, row[1:], strict=False)]
    return max(gaps) > 1.2 * row[0].size and max(len(cell.text) for cell in row) < 60


def _columns(body: Sequence[Row]) -> _Columns | None:
    """Return the columns of rows of figures: the stretches between blanks that run through all of them."""
    size = sorted(cell.size for row in body for cell in row)[sum(len(row) for row in body) // 2]
    values = sorted((c.left, c.right) for row in body for c in row if is_value(c.text))
    words = sorted((c.left, c.right) for row in body for c in row if not is_value(c.text))
    merged_values = _union(values, _RIVER * size)
    allowed = int(0.08 * len(body))
    blocked = _union(_thick(words, allowed), 0.0)
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
    return _Columns([(low, high) for low, high, _ in spans], first)


def _union(intervals: Sequence[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    united: list[tuple[float, float]] = []
    for low, high in sorted(intervals):
        if united and low - united[-1][1] < gap:
            united[-1] = (united[-1][0], max(united[-1][1], high))
        else:
            united.append((low, high))
    return united


def _thick(intervals: Sequence[tuple[float, float]], allowed: int) -> list[tuple[float, float]]:
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


def _grid(
    lines: Sequence[Row], table_rows: Sequence[Row], start: int, last: int, across: Sequence[Rule]
) -> Grid | None:
    body = [row for row in table_rows[start : last + 1] if _is_tabular(row)]
    columns = _columns(body)
    if columns is None:
        return None
    if _is_axis(body, columns):
        return None
    head = _head_start(table_rows, start, columns, across)
    left, right = columns.spans[0][0], columns.spans[-1][1]
    first_body = start
    head_rows = [_placed(row, columns, across, True) for row in table_rows[head:first_body]]
    body_rows = [_placed(row, columns, across, False) for row in table_rows[first_body : last + 1]]
    stacked = _stacked_heads(head_rows)
    placed = [*stacked, *_joined_labels(body_rows, columns)]
    count = len(columns.spans)
    pitch = [low for row in table_rows[head : last + 1] for low in (row[0].size,)]
    grid = Grid(
        [_cells(row, count, columns) for row in placed],
        min(left, *(cell.left for row in table_rows[head : last + 1] for cell in row)),
        min(cell.bottom for cell in table_rows[last]),
        max(right, *(cell.right for row in table_rows[head : last + 1] for cell in row)),
        max(cell.top for cell in table_rows[head]),
        (columns.spans[0][0], *(high for _, high in columns.spans)),
        False,
        head_rows=len(stacked) or None,
        size=sorted(pitch)[len(pitch) // 2],
    )
    grid.taken = {id(chunk) for row in lines[head : last + 1] for chunk in row}
    return grid


def _is_axis(body: Sequence[Row], columns: _Columns) -> bool:
    """Return whether the figures are the ticks of a chart: no words, and each column counts in equal steps."""
    if any(not is_value(cell.text) for row in body for cell in row):
        return False
    for index in range(len(columns.spans)):
        numbers = []
        for row in body:
            for cell in row:
                if index in columns.at(cell.left, cell.right):
                    digits = re.sub(r"[^\d.\-]", "", cell.text.replace("(", "-"))
                    if digits and re.fullmatch(r"-?\d+(\.\d+)?", digits):
                        numbers.append(float(digits))
        steps = {round(a - b, 6) for a, b in zip(numbers, numbers[1:], strict=False)}
        if len(numbers) >= 2 and len(steps) > 1:
            return False
    return True


def _head_start(table_rows: Sequence[Row], start: int, columns: _Columns, across: Sequence[Rule]) -> int:
    """Return the index of the first row of the table's head."""
    head = start
    values_left = columns.spans[columns.first_value][0]
    right = columns.spans[-1][1]
    width = right - columns.spans[0][0]
    while head > 0 and start - head < _HEAD_ROWS:
        row, below = table_rows[head - 1], table_rows[head]
        size = max(cell.size for cell in row)
        if _pitch(row, below) > 2.6 * size or _is_outside(row):
            break
        over = [cell for cell in row if cell.middle > values_left - 2 * size and cell.left < right + 2 * size]
        straddles = [
            cell
            for cell in row
            if cell.left < values_left - 2.5 * size and cell.right > values_left + 2 * size and columns.first_value > 0
        ]
        if not over or straddles or any(cell.width > 0.75 * width and len(cell.text) > 30 for cell in row):
            break
        if row[-1].right > right + 4 * size or (len(row) == 1 and _is_title(row[0], columns)):
            break
        head -= 1
    return head


def _is_title(cell: Chunk, columns: _Columns) -> bool:
    """Return whether a single line above a table is centred over all of it, so that it is its title, no head."""
    middle = (columns.spans[0][0] + columns.spans[-1][1]) / 2
    return columns.first_value > 0 and abs(cell.middle - middle) < 1.5 * cell.size and len(columns.spans) > 2


@dataclass
class _Placed:
    """A row of a table: what stands in which columns."""

    cells: dict[int, tuple[list[Chunk], int]]  # first column -> chunks, count of columns
    base: float
    size: float
    head: bool = False


def _placed(row: Row, columns: _Columns, across: Sequence[Rule], head: bool) -> _Placed:
    cells: dict[int, tuple[list[Chunk], int]] = {}
    for cell in row:
        found = _under_rule(cell, columns, across) if head else None
        found = found or columns.at(cell.left, cell.right)
        if not head and is_value(cell.text):
            found = [min(found, key=lambda i, x=cell.middle: columns._distance(i, x))]  # type: ignore[misc]
        first, count = min(found), max(found) - min(found) + 1
        holder = next((i for i, (_, n) in cells.items() if i <= first < i + n), None)
        if holder is None:
            cells[first] = ([cell], count)
        else:
            parts, wide = cells[holder]
            cells[holder] = ([*parts, cell], max(wide, first + count - holder))
    return _Placed(cells, row[0].base, max(cell.size for cell in row), head)


def _under_rule(cell: Chunk, columns: _Columns, across: Sequence[Rule]) -> list[int] | None:
    """Return the columns that a short line right below a head covers."""
    for rule in across:
        if (
            0 < cell.base - rule.at < 0.9 * cell.size
            and rule.start <= cell.middle <= rule.end
            and rule.length < 0.9 * (columns.spans[-1][1] - columns.spans[0][0])
        ):
            found = [
                index
                for index, (low, high) in enumerate(columns.spans)
                if min(high, rule.end) - max(low, rule.start) > 0.5 * (high - low)
            ]
            if found:
                return found
    return None


def _stacked_heads(head: Sequence[_Placed]) -> list[_Placed]:
    """Return the head's rows with the lines of one head joined: rows with a head over several columns stay apart."""
    stacked: list[_Placed] = []
    for row in head:
        spanning = any(count > 1 for _, count in row.cells.values())
        if (
            stacked
            and not spanning
            and not any(count > 1 for _, count in stacked[-1].cells.values())
            and min(c.base for parts, _ in stacked[-1].cells.values() for c in parts) - row.base < 2.3 * row.size
        ):
            for first, (parts, count) in row.cells.items():
                above = stacked[-1].cells.get(first, ([], count))[0]
                stacked[-1].cells[first] = ([*above, *parts], count)
        else:
            stacked.append(row)
    return stacked


def _joined_labels(body: Sequence[_Placed], columns: _Columns) -> list[_Placed]:
    """Return the rows with a label that runs over several lines joined to the row of its figures."""
    joined: list[_Placed] = []
    index = 0
    label_columns = range(columns.first_value)
    while index < len(body):
        row = body[index]
        below = body[index + 1] if index + 1 < len(body) else None
        is_label = bool(row.cells) and all(first in label_columns for first in row.cells)
        if is_label and below is not None and columns.first_value > 0:
            bare = not any(first in label_columns for first in below.cells)
            after = body[index + 2] if index + 2 < len(body) else None
            near = row.base - below.base < 1.0 * row.size
            if bare and near and after is not None and all(first in label_columns for first in after.cells):
                for extra in (row, after):
                    _add(below, extra)
                joined.append(below)
                index += 3
                continue
            first = min(below.cells)
            text = below.cells[first][0][0].text if first in label_columns else ""
            if text[:1].islower() and row.base - below.base < 1.7 * row.size and len(below.cells) > 1:
                _add(below, row)
                joined.append(below)
                index += 2
                continue
        joined.append(row)
        index += 1
    return joined


def _add(row: _Placed, label: _Placed) -> None:
    for first, (parts, count) in label.cells.items():
        row.cells[first] = ([*row.cells.get(first, ([], 1))[0], *parts], count)


def _cells(row: _Placed, count: int, columns: _Columns) -> list[GridCell | None]:
    cells: list[GridCell | None] = []
    index = 0
    while index < count:
        low, high = columns.spans[index]
        parts, wide = row.cells.get(index, ([], 1))
        wide = min(wide, count - index)
        if parts:
            cell = cell_of(parts, low, row.base, high, row.base + row.size)
            if row.head and len(parts) > 1:
                lines = sorted(parts, key=lambda part: (-part.base, part.left))
                cell.text = joined_lines([merged([part]) for part in lines])
        else:
            cell = GridCell("", low, row.base, high, row.base + row.size, base=row.base)
        cell.columns, cell.head = wide, row.head
        cells.append(cell)
        cells.extend([None] * (wide - 1))
        index += wide
    return cells
