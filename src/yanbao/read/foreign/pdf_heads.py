"""The head of a table without vertical lines: heads over several lines, and over several columns."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from yanbao.read.foreign.pdf_chunks import Chunk, Row, is_value
from yanbao.read.foreign.pdf_columns import Columns, Placed, is_label, is_outside, pitch_of
from yanbao.read.foreign.pdf_rules import Rule

_HEAD_ROWS = 6  # at most, above the first row of figures
_YEAR = re.compile(r"(?:FY)?(?:19|20)\d\d(?:[AE]|年|E年)?[⁰¹²³⁴⁵⁶⁷⁸⁹*]*|[1-4]Q\d\d[AE]?|\d\dQ[1-4]")


def head_start(table_rows: Sequence[Row], start: int, columns: Columns, across: Sequence[Rule]) -> int:
    """Return the index of the first row of the table's head."""
    head = index = start
    while index > 0 and start - index < _HEAD_ROWS:
        row = table_rows[index - 1]
        if pitch_of(row, table_rows[index]) > 2.6 * max(cell.size for cell in row) or is_outside(row) or _leads_in(row):
            break
        if _is_head(at_columns(row, columns, across), columns):
            head = index - 1
        elif not is_label(row, columns) or head < start or index < start - 1:
            break
        index -= 1
    return head


def after_years(table_rows: Sequence[Row], start: int, last: int, columns: Columns) -> int:
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


def _leads_in(row: Row) -> bool:
    """Return whether a row is a sentence that leads to the table: … were as follows:"""
    return len(row) <= 2 and row[-1].text.rstrip().endswith((":", "：")) and sum(len(cell.text) for cell in row) > 25


def _is_head(row: Row, columns: Columns) -> bool:
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


def _is_title(cell: Chunk, columns: Columns) -> bool:
    """Return whether a single line above a table is centred over all of it, so that it is its title, no head."""
    middle = (columns.spans[0][0] + columns.spans[-1][1]) / 2
    return columns.first_value > 0 and abs(cell.middle - middle) < 1.5 * cell.size and len(columns.spans) > 2


def at_columns(row: Row, columns: Columns, across: Sequence[Rule]) -> Row:
    """Return a head's row with words that stand close together parted where each stands over a column of its own."""
    parted: Row = []
    for cell in row:
        over = [i for i, span in enumerate(columns.spans) if cell.left < sum(span) / 2 < cell.right]
        parts = _parted(cell, [columns.spans[i] for i in over]) if _may_part(cell, over, columns, across) else None
        parted.extend(parts or [cell])
    return parted


def _may_part(cell: Chunk, over: Sequence[int], columns: Columns, across: Sequence[Rule]) -> bool:
    return 1 < len(over) <= 12 and len(under_rule(cell, columns, across) or ()) < 2


def _parted(cell: Chunk, spans: Sequence[tuple[float, float]]) -> Row | None:
    """Return a chunk cut once for each column, or None where its parts would not stand over their columns."""
    parts: Row = []
    rest = cell
    for low, high in spans[:-1]:
        options = []
        for index in range(1, len(rest.text)):
            end, start = rest.gaps[index], rest.gaps[index]
            blank = rest.text[index] == " "
            if not blank and rest.text[index].islower():
                continue
            if blank:
                start = rest.gaps[min(index + 1, len(rest.gaps) - 1)]
            miss = _miss(rest.left, end, low, high)
            if miss < (0.8 if blank else 0.45) * cell.size:
                options.append((miss, index, end, start))
        if not options:
            return None
        _, index, end, start = min(options)
        skip = index + (rest.text[index] == " ")
        parts.append(replace(rest, text=rest.text[:index], right=end, gaps=rest.gaps[:index]))
        rest = replace(rest, text=rest.text[skip:], left=start, gaps=rest.gaps[skip:])
    low, high = spans[-1]
    if not rest.text or _miss(rest.left, rest.right, low, high) > 0.8 * cell.size:
        return None
    return [*parts, rest]


def _miss(left: float, right: float, low: float, high: float) -> float:
    """Return how far words are from standing over a column: by their middle, or by their nearer edge."""
    return min(abs((left + right) - (low + high)) / 2, abs(right - high), abs(left - low))


def under_rule(cell: Chunk, columns: Columns, across: Sequence[Rule]) -> list[int] | None:
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


def span_heads(head: Sequence[Placed], columns: Columns) -> None:
    """Spread each head that stands over the middle of several heads of the next row over all of these.

    Centred heads without a line under them overlap only some of their columns. They are spread only if every head of
    the row then stands over the middle of its share, so that wrapped heads stay as they are.
    """
    for row, below in itertools.pairwise(head):
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


def _is_over(middle: float, share: Sequence[int], columns: Columns, size: float) -> bool:
    left, right = columns.spans[share[0]][0], columns.spans[share[-1]][1]
    return abs(middle - (left + right) / 2) < max(1.5 * size, 0.12 * (right - left))


def stacked_heads(head: Sequence[Placed]) -> list[Placed]:
    """Return the head's rows with the lines of one head joined; a head over several others keeps a row of its own."""
    stacked: list[Placed] = []
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


def _stacks(above: Placed, row: Placed) -> bool:
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
