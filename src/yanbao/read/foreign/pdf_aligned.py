"""Tables without vertical lines: figures that stand in columns, found by the blanks between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from yanbao.read.foreign.pdf_chunks import Chunk, Row, cells_of, is_figure, is_value, merged
from yanbao.read.foreign.pdf_glyphs import Rule
from yanbao.read.foreign.pdf_grid import Grid, GridCell, cell_of, joined_lines
from yanbao.read.foreign.pdf_words import is_caption, is_note, is_unit_line

_RIVER = 0.3  # of the font size: the narrowest blank between two columns of figures
_TEXT_RIVER = 0.7  # and beside a column of words
_PITCHES = 3.2  # of the row distance: how far apart rows of one table may stand
_HEAD_ROWS = 6  # at most, above the first row of figures
_YEAR = re.compile(r"(?:FY)?(?:19|20)\d\d(?:[AE]|年|E年)?[⁰¹²³⁴⁵⁶⁷⁸⁹*]*|[1-4]Q\d\d[AE]?|\d\dQ[1-4]")


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


def _is_outside(row: Row) -> bool:
    return is_caption(row[0].text) or is_note(row[0].text) or any(is_unit_line(cell.text) for cell in row)


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
    groups = _groups(table_rows[start : last + 1], body, columns)
    if groups:
        columns.spans.insert(0, (min(g.left for g in groups), max(g.right for g in groups)))
        columns.first_value += 1
    if _is_axis(body, columns):
        return None
    head = _head_start(table_rows, start, columns, across)
    left, right = columns.spans[0][0], columns.spans[-1][1]
    first_body = _after_years(table_rows, start, last, columns)
    while first_body > head and _is_label(table_rows[first_body - 1], columns):
        first_body -= 1
    head_rows = [_placed(_at_columns(row, columns), columns, across, True) for row in table_rows[head:first_body]]
    body_rows = [_placed(row, columns, across, False) for row in table_rows[first_body : last + 1]]
    _span_heads(head_rows, columns)
    stacked = _stacked_heads(head_rows)
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


def _groups(found: Sequence[Row], body: Sequence[Row], columns: _Columns) -> list[Chunk]:
    """Return the words left of all columns that stand on lines of their own: names of groups of rows."""
    edge = columns.spans[0][0]
    named = [
        cell
        for row in found
        if not any(row is other for other in body)
        for cell in row
        if cell.right < edge - 0.3 * cell.size
    ]
    alone = all(
        cell.right < edge
        for row in found
        if not any(row is other for other in body)
        for cell in row
    )
    return named if alone else []


def _without(body: Sequence[_Placed], groups: Sequence[Chunk]) -> list[_Placed]:
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
            same or range(len(names)), key=lambda i, y=middle: abs((names[i][0].base + names[i][-1].base) / 2 - y)  # type: ignore[misc]
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


def _is_label(row: Row, columns: _Columns) -> bool:
    """Return whether a row stands in the columns of words only, as a sub-heading does."""
    if not columns.first_value:
        return False
    edge = columns.spans[columns.first_value][0]
    return row[-1].right < edge or (len(row) == 1 and row[0].left < columns.spans[0][0] + row[0].size)


def _after_years(table_rows: Sequence[Row], start: int, last: int, columns: _Columns) -> int:
    """Return the first row below those whose figures are years, and what stands under these: they are heads."""
    first = start
    while first < last:
        row = table_rows[first]
        values = [cell for cell in row if is_value(cell.text)]
        years = bool(values) and all(_YEAR.fullmatch(cell.text) for cell in values)
        under = first > start and not values and row[0].left > columns.spans[columns.first_value][0] - row[0].size
        if not years and not under:
            break
        first += 1
    return first


def _head_start(table_rows: Sequence[Row], start: int, columns: _Columns, across: Sequence[Rule]) -> int:
    """Return the index of the first row of the table's head."""
    head = index = start
    while index > 0 and start - index < _HEAD_ROWS:
        row = table_rows[index - 1]
        if _pitch(row, table_rows[index]) > 2.6 * max(cell.size for cell in row) or _is_outside(row):
            break
        if _is_head(_at_columns(row, columns), columns):
            head = index - 1
        elif not _is_label(row, columns) or head < start or index < start - 1:
            break
        index -= 1
    return head


def _is_head(row: Row, columns: _Columns) -> bool:
    """Return whether a row above the figures heads their columns: it is no title, and no text that runs across."""
    size = max(cell.size for cell in row)
    first = columns.first_value
    values_left, right = columns.spans[first][0], columns.spans[-1][1]
    label_right = columns.spans[first - 1][1] if first else values_left
    width = right - columns.spans[0][0]
    if not any(cell.middle > values_left - 2 * size and cell.left < right + 2 * size for cell in row):
        return False
    if any(cell.left < label_right - 2 * size and cell.right > values_left + 2 * size for cell in row) and first:
        return False
    if any(cell.width > 0.75 * width and len(cell.text) > 30 for cell in row):
        return False
    return not (row[-1].left > right + size or (len(row) == 1 and _is_title(row[0], columns)))


def _at_columns(row: Row, columns: _Columns) -> Row:
    """Return a head's row with words that stand close together parted where each stands over a column of its own."""
    parted: Row = []
    for cell in row:
        over = [i for i, span in enumerate(columns.spans) if cell.left < sum(span) / 2 < cell.right]
        parts = _parted(cell, [columns.spans[i] for i in over]) if 1 < len(over) <= 12 else None
        parted.extend(parts or [cell])
    return parted


def _parted(cell: Chunk, spans: Sequence[tuple[float, float]]) -> Row | None:
    """Return a chunk cut once for each column, or None where its parts would not stand over their columns."""
    parts: Row = []
    rest = cell
    for low, high in spans[:-1]:
        options = []
        for index in range(1, len(rest.text)):
            end, start = rest.gaps[index], rest.gaps[index]
            blank = rest.text[index] == " "
            if blank:
                start = rest.gaps[min(index + 1, len(rest.gaps) - 1)]
            miss = _miss(rest.left, end, low, high)
            if miss < (2.5 if blank else 0.45) * cell.size:
                options.append((miss, index, end, start))
        if not options:
            return None
        _, index, end, start = min(options)
        skip = index + (rest.text[index] == " ")
        parts.append(replace(rest, text=rest.text[:index], right=end, gaps=rest.gaps[:index]))
        rest = replace(rest, text=rest.text[skip:], left=start, gaps=rest.gaps[skip:])
    low, high = spans[-1]
    if not rest.text or _miss(rest.left, rest.right, low, high) > 2.5 * cell.size:
        return None
    return [*parts, rest]


def _miss(left: float, right: float, low: float, high: float) -> float:
    """Return how far words are from standing over a column: by their middle, or by their nearer edge."""
    return min(abs((left + right) - (low + high)) / 2, abs(right - high), abs(left - low))


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


def _span_heads(head: Sequence[_Placed], columns: _Columns) -> None:
    """Spread each head that stands over the middle of several heads of the next row over all of these.

    Centred heads without a line under them overlap only some of their columns. They are spread only if every head of
    the row then stands over the middle of its share, so that wrapped heads stay as they are.
    """
    for row, below in zip(head, head[1:], strict=False):
        leaves = sorted(first for first in below.cells if first >= columns.first_value)
        tops = sorted(first for first in row.cells if first >= columns.first_value)
        if not tops or len(tops) >= len(leaves):
            continue
        middles = {first: sum(part.middle for part in row.cells[first][0]) / len(row.cells[first][0]) for first in tops}
        shares: dict[int, list[int]] = {first: [] for first in tops}
        for leaf in leaves:
            x = sum(columns.spans[leaf]) / 2
            shares[min(tops, key=lambda first, x=x: abs(middles[first] - x))].append(leaf)  # type: ignore[misc]
        if all(share and _is_over(middles[first], share, columns, row.size) for first, share in shares.items()):
            rest = {first: cell for first, cell in row.cells.items() if first not in shares}
            row.cells = rest | {
                share[0]: (row.cells[first][0], share[-1] - share[0] + 1) for first, share in shares.items()
            }


def _is_over(middle: float, share: Sequence[int], columns: _Columns, size: float) -> bool:
    left, right = columns.spans[share[0]][0], columns.spans[share[-1]][1]
    return abs(middle - (left + right) / 2) < max(1.5 * size, 0.12 * (right - left))


def _stacked_heads(head: Sequence[_Placed]) -> list[_Placed]:
    """Return the head's rows with the lines of one head joined; a head over several others keeps a row of its own."""
    stacked: list[_Placed] = []
    for row in head:
        above = stacked[-1] if stacked else None
        if above is None or not _stacks(above, row):
            stacked.append(row)
            continue
        for first, (parts, count) in row.cells.items():
            hosts = [at for at, (_, n) in above.cells.items() if at < first + count and first < at + n]
            if not hosts:
                above.cells[first] = (parts, count)
                continue
            held, wide = above.cells.pop(hosts[0])
            start, end = min(hosts[0], first), max(hosts[0] + wide, first + count)
            above.cells[start] = ([*held, *parts], end - start)
    return stacked


def _stacks(above: _Placed, row: _Placed) -> bool:
    """Return whether each head of a row goes on one head of the row above: nearly the same middle, close below."""
    lowest = min(part.base for parts, _ in above.cells.values() for part in parts)
    if lowest - row.base > 2.4 * row.size:
        return False
    for first, (parts, count) in row.cells.items():
        hosts = [at for at, (_, n) in above.cells.items() if at < first + count and first < at + n]
        if len(hosts) > 1:
            return False
        if hosts:
            held, wide = above.cells[hosts[0]]
            guests = [at for at, (_, n) in row.cells.items() if at < hosts[0] + wide and hosts[0] < at + n]
            reach = max(1.2 * row.size, 0.3 * max(part.width for part in (*held, *parts)))
            close = abs(held[-1].middle - parts[0].middle) < reach or abs(held[-1].right - parts[0].right) < row.size
            if len(guests) > 1 or not (close or abs(held[-1].left - parts[0].left) < row.size):
                return False
    return True


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
