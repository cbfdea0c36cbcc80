"""Tables without vertical lines: figures that stand in columns, found by the blanks between them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from yanbao.read.foreign.pdf_chunks import Chunk, Row, cells_of, is_figure, is_value, merged
from yanbao.read.foreign.pdf_columns import Columns, Placed, columns_of, is_label, is_outside, pitch_of
from yanbao.read.foreign.pdf_grid import Grid, GridCell, cell_of, joined_lines
from yanbao.read.foreign.pdf_halves import halves
from yanbao.read.foreign.pdf_heads import after_years, at_columns, head_start, span_heads, stacked_heads, under_rule
from yanbao.read.foreign.pdf_rules import Rule
from yanbao.read.foreign.pdf_words import is_caption, is_contents, is_note

_PITCHES = 3.2  # of the row distance: how far apart rows of one table may stand


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
        single = last == start
        if single and sum(is_value(cell.text) for cell in table_rows[start]) < 2:
            start += 1
            continue
        if _lists_contents(table_rows[: last + 1], start):
            start = last + 1
            continue
        grid = _grid(lines, table_rows, start, last, across)
        if grid is None or (single and not _is_headed(grid)):
            start += 1
            continue
        grids.extend(halves(grid))
        start = last + 1
    return grids


def _lists_contents(table_rows: Sequence[Row], start: int) -> bool:
    """Return whether rows are a list of contents: a word for it above, and page numbers that never go down."""
    if not any(is_contents(row[0].text) for row in table_rows[:start]):
        return False
    numbers = [row[-1].text.strip() for row in table_rows[start:] if is_value(row[-1].text)]
    return all(number.isdigit() for number in numbers) and sorted(map(int, numbers)) == list(map(int, numbers))


def _is_headed(grid: Grid) -> bool:
    """Return whether at least two columns of figures have heads: then a single row makes a table."""
    heads = grid.rows[: grid.head_rows or 0]
    return sum(any(row[j] is not None and row[j].text for row in heads) for j in range(1, len(grid.edges) - 1)) >= 2  # type: ignore[union-attr]


def _is_tabular(row: Row) -> bool:
    """Return whether a row holds figures that stand apart from its words."""
    values = [cell for cell in row if is_value(cell.text)]
    if not any(is_figure(cell.text) for cell in values) or len(row) < 2:
        return False
    if is_note(row[0].text) or is_caption(row[0].text):
        return False
    apart = 0
    for last, cell in itertools.pairwise(row):
        gap = cell.left - last.right
        if is_value(cell.text) and (gap > 1.0 * cell.size or (is_value(last.text) and gap > 0.15 * cell.size)):
            apart += 1
    words = sum(len(cell.text) for cell in row if not is_value(cell.text))
    return apart >= 1 and (len(values) >= 2 or apart == len(values)) and words < 60 + 12 * len(values)


def _run(table_rows: Sequence[Row], start: int) -> int:
    """Return the last row of figures that belongs to the table which starts here."""
    last = start
    columns = [cell for cell in table_rows[start] if is_value(cell.text)]
    size = table_rows[start][0].size
    index = start + 1
    while index < len(table_rows):
        row = table_rows[index]
        if pitch_of(table_rows[last], row) > _PITCHES * 2.4 * size or is_outside(row):
            break
        if _is_tabular(row):
            values = [cell for cell in row if is_value(cell.text)]
            if not any(_aligned(cell, other) for cell in values for other in columns):
                break
            columns += values
            last = index
        elif _is_nil(row, columns):
            last = index
        elif not _is_filler(row, columns) or index - last > 4 or _heads_again(row, columns):
            break
        index += 1
    return last


def _is_nil(row: Row, columns: Sequence[Chunk]) -> bool:
    """Return whether a row says in the table's columns that there is nothing."""
    values = [cell for cell in row if is_value(cell.text)]
    label = [cell for cell in row if not is_value(cell.text)]
    if not values or len(label) > 1 or any(cell.right > values[0].left for cell in label):
        return False
    return all(any(_aligned(cell, other) for other in columns) for cell in values)


def _heads_again(row: Row, columns: Sequence[Chunk]) -> bool:
    """Return whether a row below figures holds words over several of their columns: the head of a further table."""
    over = [cell for cell in row if any(_aligned(cell, other) or _covers(cell, other) for other in columns)]
    return len(over) >= 2 and not any(is_value(cell.text) for cell in over)


def _covers(cell: Chunk, other: Chunk) -> bool:
    return cell.left < other.middle < cell.right


def _aligned(cell: Chunk, other: Chunk) -> bool:
    size = max(cell.size, other.size)
    if abs(cell.right - other.right) < 0.8 * size or abs(cell.middle - other.middle) < 0.8 * size:
        return True
    shared = min(cell.right, other.right) - max(cell.left, other.left)
    return abs(cell.left - other.left) < 0.4 * size or shared > 0.5 * min(cell.width, other.width)


def _is_filler(row: Row, columns: Sequence[Chunk]) -> bool:
    """Return whether a row without figures can stand inside a table: a sub-heading, a wrapped label, a second head."""
    left = min(cell.left for cell in columns)
    right = max(cell.right for cell in columns)
    if row[0].left > right or row[-1].right > right + 3 * row[0].size:
        return False
    if len(row) == 1:
        return row[0].right < left + 2 * row[0].size or (row[0].left > left - 2 * row[0].size and len(row[0].text) < 40)
    gaps = [cell.left - last.right for last, cell in itertools.pairwise(row)]
    return max(gaps) > 1.2 * row[0].size and max(len(cell.text) for cell in row) < 60


def _grid(
    lines: Sequence[Row], table_rows: Sequence[Row], start: int, last: int, across: Sequence[Rule]
) -> Grid | None:
    body = [row for row in table_rows[start : last + 1] if _is_tabular(row)]
    columns = columns_of(body)
    if columns is None:
        return None
    groups = _groups(table_rows[start : last + 1], body, columns)
    if groups:
        columns.spans.insert(0, (min(g.left for g in groups), max(g.right for g in groups)))
        columns.first_value += 1
    if _is_axis(body, columns):
        return None
    head = head_start(table_rows, start, columns, across)
    left, right = columns.spans[0][0], columns.spans[-1][1]
    first_body = after_years(table_rows, start, last, columns)
    while first_body > head and is_label(table_rows[first_body - 1], columns):
        first_body -= 1
    head_rows = [
        _placed(at_columns(row, columns, across), columns, across, True) for row in table_rows[head:first_body]
    ]
    body_rows = [_placed(row, columns, across, False) for row in table_rows[first_body : last + 1]]
    span_heads(head_rows, columns)
    stacked = stacked_heads(head_rows)
    if groups:
        body_rows = _without(body_rows, groups)
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
    if groups:
        _span_groups(grid, groups, len(stacked), across)
    grid.taken = {id(chunk) for row in lines[head : last + 1] for chunk in row}
    return grid


def _groups(found: Sequence[Row], body: Sequence[Row], columns: Columns) -> list[Chunk]:
    """Return the words left of all columns that stand on lines of their own: names of groups of rows."""
    edge = columns.spans[0][0]
    named = [
        cell
        for row in found
        if not any(row is other for other in body)
        for cell in row
        if cell.right < edge - 0.3 * cell.size
    ]
    alone = all(cell.right < edge for row in found if not any(row is other for other in body) for cell in row)
    return named if alone else []


def _without(body: Sequence[Placed], groups: Sequence[Chunk]) -> list[Placed]:
    gone = {id(group) for group in groups}
    kept = []
    for row in body:
        row.cells = {
            first: (parts, count)
            for first, (parts, count) in row.cells.items()
            if not all(id(part) in gone for part in parts)
        }
        if row.cells:
            kept.append(row)
    return kept


def _span_groups(grid: Grid, groups: Sequence[Chunk], head: int, across: Sequence[Rule]) -> None:
    """Write each group's name over its rows: those between two lines, else those nearest to it."""
    lines = sorted({rule.at for rule in across if rule.start < grid.edges[1] and rule.end > grid.right - grid.size})
    middles = [max(cell.base for cell in row if cell is not None) for row in grid.rows]
    bands = [sum(line > middle for line in lines) for middle in middles]
    names: list[list[Chunk]] = []
    for group in groups:
        band = sum(line > group.base for line in lines)
        last = names[-1] if names else None
        if (
            last
            and last[-1].base - group.base < 2.6 * group.size
            and sum(line > last[-1].base for line in lines) == band
        ):
            last.append(group)
        else:
            names.append([group])
    owners: dict[int, int] = {}
    for index in range(head, len(grid.rows)):
        same = [i for i, name in enumerate(names) if sum(line > name[0].base for line in lines) == bands[index]]
        middle = middles[index]
        owners[index] = min(
            same or range(len(names)),
            key=lambda i, y=middle: abs((names[i][0].base + names[i][-1].base) / 2 - y),
        )
    for i, name in enumerate(names):
        rows_of = [index for index, owner in owners.items() if owner == i]
        if not rows_of:
            continue
        first = rows_of[0]
        cell = cell_of(name, grid.edges[0], grid.bottom, grid.edges[1], grid.top)
        cell.rows = len(rows_of)
        grid.rows[first][0] = cell
        for index in rows_of[1:]:
            grid.rows[index][0] = None


def _is_axis(body: Sequence[Row], columns: Columns) -> bool:
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
        steps = {round(a - b, 6) for a, b in itertools.pairwise(numbers)}
        if len(numbers) >= 2 and len(steps) > 1:
            return False
    return True


def _placed(row: Row, columns: Columns, across: Sequence[Rule], head: bool) -> Placed:
    cells: dict[int, tuple[list[Chunk], int]] = {}
    for cell in row:
        found = under_rule(cell, columns, across) if head else None
        found = found or columns.at(cell.left, cell.right)
        if not head and is_value(cell.text):
            found = [min(found, key=lambda i, x=cell.middle: columns.distance(i, x))]  # type: ignore[misc]
        first, count = min(found), max(found) - min(found) + 1
        holder = next((i for i, (_, n) in cells.items() if i <= first < i + n), None)
        if holder is None:
            cells[first] = ([cell], count)
        else:
            parts, wide = cells[holder]
            cells[holder] = ([*parts, cell], max(wide, first + count - holder))
    return Placed(cells, row[0].base, max(cell.size for cell in row), head)


def _joined_labels(body: Sequence[Placed], columns: Columns) -> list[Placed]:
    """Return the rows with a label that runs over several lines joined to the row of its figures."""
    joined: list[Placed] = []
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


def _add(row: Placed, label: Placed) -> None:
    for first, (parts, count) in label.cells.items():
        row.cells[first] = ([*row.cells.get(first, ([], 1))[0], *parts], count)


def _cells(row: Placed, count: int, columns: Columns) -> list[GridCell | None]:
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
