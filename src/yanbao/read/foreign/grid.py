"""Laying cells into the rectangular rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from yanbao.read.contents import Place
from yanbao.read.foreign.reason import Reason
from yanbao.read.foreign.tree import Cell

MAX_POSITIONS = 2_000_000  # rows x columns of all tables of a file: the 354 of an annual report have 30,000
_MAX_SPAN = 1000  # what browsers allow

Grid = tuple[tuple[Cell | None, ...], ...]


class TooBig(ValueError):  # noqa: N818  # a reader that meets it leaves the table unread and says so
    """The tables of a file announce more positions than are laid out."""

    reason: Final = Reason("too-many-cells", MAX_POSITIONS)

    def __init__(self) -> None:
        super().__init__(self.reason)


class Room:
    """How many positions the tables of one file may still take: spans are cheap to write and dear to lay out."""

    def __init__(self, positions: int = MAX_POSITIONS) -> None:
        self.left = positions

    def lay(self, rows: Sequence[Sequence[Cell]], place: Place, columns: int = 0) -> Grid:
        """Return rectangular rows: each cell in its left upper corner, `None` where it covers, "" where nothing is.

        Spans that reach beyond the last row are cut there; of two cells that claim a position the first has it.

        Raises:
            TooBig: the file's tables announce more than `MAX_POSITIONS`.
        """
        taken: dict[tuple[int, int], Cell | None] = {}
        reach = columns
        for number, row in enumerate(rows):
            column = 0
            for cell in row:
                while (number, column) in taken:
                    column += 1
                wide, high = max(1, min(cell.columns, _MAX_SPAN)), max(1, min(cell.rows, len(rows) - number))
                while wide > 1 and (number, column + wide - 1) in taken:
                    wide -= 1
                self.spend(wide * high)
                for down in range(high):
                    for right in range(wide):
                        taken.setdefault((number + down, column + right), None)
                same = (cell.rows, cell.columns) == (high, wide)
                taken[number, column] = cell if same else replace(cell, rows=high, columns=wide)
                column += wide
                reach = max(reach, column)
        self.spend(len(rows) * reach - len(taken))
        found = []
        for number, row in enumerate(rows):
            blank = Cell("", _end(row, place))
            found.append(tuple(taken.get((number, column), blank) for column in range(reach)))
        return tuple(found)

    def spend(self, positions: int) -> None:
        """Count positions as taken.

        Raises:
            TooBig: the file's tables announce more than `MAX_POSITIONS`.
        """
        self.left -= positions
        if self.left < 0:
            raise TooBig


def _end(row: Sequence[Cell], place: Place) -> Place:
    """Return the place of a cell that a row lacks: behind its last one."""
    if not row:
        return place
    last = row[-1].place
    return replace(last, start=last.end, end=last.end, box=None)


def without_blank_edges(rows: Grid) -> Grid:
    """Return a table without empty rows, and without empty columns at its right edge."""
    kept = [row for row in rows if any(cell is None or cell.text for cell in row)]
    reach = 0
    for row in kept:
        filled = (at for at in range(len(row) - 1, reach - 1, -1) if not _is_blank(row[at]))
        reach = max(reach, next(filled, reach - 1) + 1)
    return tuple(row[:reach] for row in kept) if any(cell and cell.text for row in kept for cell in row) else ()


def _is_blank(cell: Cell | None) -> bool:
    return cell is not None and not cell.text and cell.columns == 1


def without_blanks(rows: Grid) -> Grid:
    """Return a table without the rows and columns in which no word stands: spacers, and what spans only double.

    A cell that covered such rows or columns covers that many less.
    """
    if not rows:
        return ()
    full_rows = [number for number, row in enumerate(rows) if any(cell is not None and cell.text for cell in row)]
    full_columns = [
        column
        for column in range(len(rows[0]))
        if any(row[column] is not None and row[column].text for row in rows)  # type: ignore[union-attr]
    ]
    if len(full_rows) == len(rows) and len(full_columns) == len(rows[0]):
        return rows
    kept_rows, kept_columns = set(full_rows), set(full_columns)
    grid = [list(row) for row in rows]
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is None or (cell.rows == 1 and cell.columns == 1):
                continue
            if number in kept_rows and column in kept_columns:
                high = sum(at in kept_rows for at in range(number, number + cell.rows))
                wide = sum(at in kept_columns for at in range(column, column + cell.columns))
                grid[number][column] = replace(cell, rows=high, columns=wide)
            else:  # an empty one, for its row or column is left out: what it covered is empty by itself
                single = replace(cell, rows=1, columns=1)
                for down in range(number, number + cell.rows):
                    grid[down][column : column + cell.columns] = [single] * cell.columns
    return tuple(tuple(grid[number][column] for column in full_columns) for number in full_rows)
