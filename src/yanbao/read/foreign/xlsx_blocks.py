"""Which cells of a sheet belong to one table: blocks that blank rows and columns divide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

from yanbao.read.contents import Place
from yanbao.read.foreign.exhibits import is_note
from yanbao.read.foreign.grid import Grid, Room, TooBig
from yanbao.read.foreign.prose import one_line
from yanbao.read.foreign.reason import Reason
from yanbao.read.foreign.tree import Cell, ForeignBlock, Line, Prose, ProseRole, Table
from yanbao.read.reference import Reference
from yanbao.read.xlsx_sheet import ReadCell

Area = tuple[int, int, int, int]  # first row, first column, last row, last column


@dataclass
class SheetGrid:
    """The cells of a sheet that hold something, by row and column from 1."""

    file: str
    page: int
    sheet: str
    found: Sequence[ReadCell]
    merges: Sequence[Reference]
    links: frozenset[tuple[int, int]] = frozenset()  # cells that lead to another place of the workbook
    cells: dict[tuple[int, int], ReadCell] = field(init=False)
    spans: dict[tuple[int, int], Reference] = field(init=False)

    def __post_init__(self) -> None:
        self.cells = {(cell.row, cell.column): cell for cell in self.found if cell.text.strip() or cell.cell.formula}
        self.spans = {(merge.first_row, merge.first_column): merge for merge in self.merges}

    def is_number(self, row: int, column: int) -> bool:
        """Whether a cell holds a number."""
        cell = self.cells.get((row, column))
        return cell is not None and isinstance(cell.cell.value, Fraction)

    def table_cell(self, row: int, column: int) -> Cell:
        """Return a cell of a table; an empty one where nothing stands."""
        read = self.cells.get((row, column))
        merge = self.spans.get((row, column))
        if read is None:
            place = Place(self.file, self.page, row, 0, 0, self.sheet)
            return Cell("", place, *_size(merge))
        text = one_line(read.text)
        place = Place(self.file, self.page, row, 0, len(text), self.sheet, read.cell.address)
        value = read.cell.value if isinstance(read.cell.value, Fraction) else None
        lead = len(read.text) - len(read.text.lstrip(" \u3000\u00a0"))
        return Cell(text, place, *_size(merge), value=value, formula=read.cell.formula, indent=lead)

    def prose(self, row: int, column: int) -> Prose:
        """Return the words of a cell that stands alone."""
        cell = self.table_cell(row, column)
        role: ProseRole = "header" if (row, column) in self.links else "body"
        return Prose(cell.text, (Line(cell.text, cell.place),), (0,), role)


def _size(merge: Reference | None) -> tuple[int, int]:
    if merge is None:
        return (1, 1)
    return (merge.last_row - merge.first_row + 1, merge.last_column - merge.first_column + 1)


def blocks_of(grid: SheetGrid, room: Room) -> tuple[list[ForeignBlock], list[Reason]]:
    """Return the blocks of a sheet from the top, then from the left, and why some are not read.

    Blank rows divide where a new head or another width begins below, blank columns where labels stand right of them:
    a blank row inside a statement divides nothing. Rows above and below a block with one text only are prose.
    """
    blocks: list[ForeignBlock] = []
    reasons: list[Reason] = []
    for top, left, bottom, right in _areas(grid):
        before, after, top, bottom = _words_around(grid, top, left, bottom, right)
        blocks.extend(before)
        if top <= bottom:
            columns = [column for row in range(top, bottom + 1) for column in _filled(grid, row, left, right)]
            try:
                blocks.append(_table(grid, (top, min(columns), bottom, max(columns)), room))
            except TooBig as error:
                reasons.append(error.reason)
        blocks.extend(after)
    return blocks, reasons


def _words_around(
    grid: SheetGrid, top: int, left: int, bottom: int, right: int
) -> tuple[list[ForeignBlock], list[ForeignBlock], int, int]:
    """Return the words above and below the cells of a block that form a table, and its first and last row then.

    A text alone in the first column above is a title; alone in another column it heads that one. A single row
    without numbers is no table.
    """
    before: list[ForeignBlock] = []
    after: list[ForeignBlock] = []
    while top <= bottom and _single(grid, top, left, right) == left:
        before.append(grid.prose(top, left))
        top += 1
    while bottom >= top and _single(grid, bottom, left, right) == left:
        prose = grid.prose(bottom, left)
        if bottom > top and len(prose.text) < 12 and not is_note(prose.text):
            break  # a label whose row is empty
        after.insert(0, prose)
        bottom -= 1
    if top == bottom and not any(grid.is_number(top, column) for column in _filled(grid, top, left, right)):
        before.extend(grid.prose(top, column) for column in _filled(grid, top, left, right))
        top += 1
    return before, after, top, bottom


def _filled(grid: SheetGrid, row: int, left: int, right: int) -> list[int]:
    return [column for column in range(left, right + 1) if (row, column) in grid.cells]


def _single(grid: SheetGrid, row: int, left: int, right: int) -> int | None:
    """Return the column of a row's only filled cell if that holds words."""
    filled = _filled(grid, row, left, right)
    if len(filled) != 1 or grid.is_number(row, filled[0]):
        return None
    return filled[0] if grid.cells[row, filled[0]].text.strip() else None


def _table(grid: SheetGrid, area: Area, room: Room) -> Table:
    top, left, bottom, right = area
    room.spend((bottom - top + 1) * (right - left + 1))
    rows: list[list[Cell | None]] = []
    for row in range(top, bottom + 1):
        rows.append([grid.table_cell(row, column) for column in range(left, right + 1)])
    for merge in grid.merges:
        if not (top <= merge.first_row <= bottom and left <= merge.first_column <= right):
            continue
        last_row, last_column = min(merge.last_row, bottom), min(merge.last_column, right)
        for row in range(merge.first_row, last_row + 1):
            for column in range(merge.first_column, last_column + 1):
                rows[row - top][column - left] = None
        cell = grid.table_cell(merge.first_row, merge.first_column)
        size = {"rows": last_row - merge.first_row + 1, "columns": last_column - merge.first_column + 1}
        rows[merge.first_row - top][merge.first_column - left] = replace(cell, **size)  # type: ignore[arg-type]
    full: Grid = tuple(tuple(row) for row in rows)
    kept = tuple(row for row in full if any(cell is None or cell.text or cell.formula for cell in row))
    return Table(kept or full, Place(grid.file, grid.page, top, part=grid.sheet), "sheet")


def _areas(grid: SheetGrid) -> Iterator[Area]:
    """Yield the rectangles of the blocks, top to bottom and left to right."""
    todo: list[list[tuple[int, int]]] = [sorted(grid.cells)]
    covered = _covered(grid)
    while todo:
        spots = todo.pop()
        if not spots:
            continue
        parts = _split_rows(grid, spots, covered)
        if len(parts) == 1:
            parts = _split_columns(grid, spots)
        if len(parts) > 1:
            todo.extend(reversed(parts))
            continue
        rows, columns = [row for row, _ in spots], [column for _, column in spots]
        yield min(rows), min(columns), max(rows), max(columns)


def _covered(grid: SheetGrid) -> set[int]:
    """Return the rows that a merged cell covers below its first one: no block ends there."""
    found: set[int] = set()
    for merge in grid.merges:
        if merge.last_row - merge.first_row < 1000:
            found.update(range(merge.first_row + 1, merge.last_row + 1))
    return found


def _split_rows(grid: SheetGrid, spots: list[tuple[int, int]], covered: set[int]) -> list[list[tuple[int, int]]]:
    by_row: dict[int, list[int]] = {}
    for row, column in spots:
        by_row.setdefault(row, []).append(column)
    parts: list[list[int]] = []
    for row in sorted(by_row):
        if not parts or (row > parts[-1][-1] + 1 and row not in covered and _begins(grid, by_row, parts[-1], row)):
            parts.append([])
        parts[-1].append(row)
    return [[(row, column) for row in part for column in by_row[row]] for part in parts]


def _begins(grid: SheetGrid, by_row: dict[int, list[int]], before: list[int], row: int) -> bool:
    """Whether a new block begins at a row below a blank one."""
    above = {column for line in before for column in by_row[line]}
    here = by_row[row]
    numbers = any(grid.is_number(row, column) and not _is_year(grid, row, column) for column in here)
    if len(above) < 2 or not any(grid.is_number(line, column) for line in before for column in by_row[line]):
        return True
    if numbers:
        return not set(here) <= above  # goes on in the same columns
    # words only: a label of a section, or a new head
    return len(here) > 1 or not (here[0] == min(above) and _numbers_follow(grid, by_row, row, above))


def _numbers_follow(grid: SheetGrid, by_row: dict[int, list[int]], row: int, above: set[int]) -> bool:
    """Whether the row under a label holds numbers in the columns of the block above: no head stands between."""
    columns = by_row.get(row + 1, [])
    if not columns or not set(columns) <= above:
        return False
    return any(grid.is_number(row + 1, column) and not _is_year(grid, row + 1, column) for column in columns)


def _is_year(grid: SheetGrid, row: int, column: int) -> bool:
    text = grid.cells[row, column].text.strip()
    return len(text) == 4 and text.isdigit() and text[:2] in ("19", "20")


def _split_columns(grid: SheetGrid, spots: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    columns = sorted({column for _, column in spots})
    cuts = [
        right
        for left, right in pairwise(columns)
        if right > left + 1 and _holds_labels(grid, spots, right) and not _is_spanned(grid, left, right)
    ]
    parts: list[list[tuple[int, int]]] = [[] for _ in range(len(cuts) + 1)]
    for row, column in spots:
        parts[sum(column >= cut for cut in cuts)].append((row, column))
    return parts


def _holds_labels(grid: SheetGrid, spots: list[tuple[int, int]], column: int) -> bool:
    """Whether a column holds words rather than numbers below its first cell."""
    rows = [row for row, at in spots if at == column]
    words = sum(not grid.is_number(row, column) for row in rows)
    return words * 2 > len(rows)


def _is_spanned(grid: SheetGrid, left: int, right: int) -> bool:
    return any(merge.first_column <= left and merge.last_column >= right for merge in grid.merges)
