"""Columns that hold only the signs of their neighbours' numbers: `$ | 8,603` and `(127 | )` as filings set them."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from yanbao.read.foreign.grid import Grid
from yanbao.read.foreign.tree import Cell

_BEFORE = frozenset(("$", "US$", "HK$", "¥", "￥", "€", "£", "RMB", "("))
_BEHIND = frozenset((")", "%", ")%", "%)", "pp", "x"))


def with_signs_joined(rows: Grid) -> Grid:
    """Return a table with each column of signs put to the column of its numbers.

    A column is joined only if it holds nothing but signs, and each of them stands beside a filled cell.
    """
    if not rows:
        return rows
    grid = [list(row) for row in rows]
    column = 0
    while column < len(grid[0]):
        side = _side(grid, column)
        if side is None:
            column += 1
        else:
            _join(grid, column, side)
    return tuple(tuple(row) for row in grid)


def _side(grid: list[list[Cell | None]], column: int) -> Literal[1, -1] | None:
    """Return where the numbers stand that a column's signs belong to: right (1) or left (-1)."""
    # a head over several columns is no sign
    signs = [(row, cell.text) for row in grid if (cell := row[column]) is not None and cell.text and cell.columns == 1]
    if not signs:
        return None
    texts = {text for _, text in signs}
    side: Literal[1, -1] = 1 if texts <= _BEFORE else -1
    if not (texts <= _BEFORE or texts <= _BEHIND) or not 0 <= column + side < len(grid[0]):
        return None
    for row, _ in signs:
        neighbour = row[column + side]
        if neighbour is None or not any(char.isdigit() or char in "-–—" for char in neighbour.text):
            return None
    return side


def _join(grid: list[list[Cell | None]], column: int, side: Literal[1, -1]) -> None:
    for row in grid:
        cell, neighbour = row[column], row[column + side]
        if cell is None:
            _narrow(row, column)
        elif cell.columns > 1:  # a head over both
            row[column + 1] = replace(cell, columns=cell.columns - 1)
        elif cell.text and neighbour is not None:
            text = cell.text + neighbour.text if side == 1 else neighbour.text + cell.text
            row[column + side] = replace(neighbour, text=text)
        del row[column]


def _narrow(row: list[Cell | None], column: int) -> None:
    """Let the cell that covers a position of its own row cover one column less."""
    for at in range(column - 1, -1, -1):
        cell = row[at]
        if cell is not None:
            if at + cell.columns > column:
                row[at] = replace(cell, columns=cell.columns - 1)
            return
