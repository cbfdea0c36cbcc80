"""Laying cells into the rectangular rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from yanbao.read.contents import Place
from yanbao.read.foreign.tree import Cell

MAX_POSITIONS = 2_000_000  # rows x columns of one table
MAX_SPAN = 1000


class TooBig(ValueError):  # noqa: N818  # the reader that meets it says it as a ReadError or leaves the table unread
    """A table announces more positions than are laid out."""


def laid_out(
    rows: Sequence[Sequence[Cell]], place: Place, columns: int | None = None
) -> tuple[tuple[Cell | None, ...], ...]:
    """Return rectangular rows: each cell in its left upper corner, `None` where it covers, "" where nothing is.

    Spans that reach beyond the last row are cut there; a position that two cells claim belongs to the first.

    Raises:
        TooBig: the spans announce more than `MAX_POSITIONS`.
    """
    taken: dict[tuple[int, int], Cell | None] = {}
    reach = columns or 0
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            wide = max(1, min(cell.columns, MAX_SPAN))
            high = max(1, min(cell.rows, len(rows) - number))
            while wide > 1 and any((number, column + step) in taken for step in range(wide)):
                wide -= 1
            if len(taken) + wide * high > MAX_POSITIONS:
                raise TooBig(f"a table of more than {MAX_POSITIONS} cells")
            for down in range(high):
                for right in range(wide):
                    taken.setdefault((number + down, column + right), None)
            taken[number, column] = (
                replace(cell, rows=high, columns=wide) if (cell.rows, cell.columns) != (high, wide) else cell
            )
            column += wide
            reach = max(reach, column)
    if len(rows) * reach > MAX_POSITIONS:
        raise TooBig(f"a table of more than {MAX_POSITIONS} cells")
    return tuple(
        tuple(
            taken[number, column] if (number, column) in taken else Cell("", _end(rows[number], place))
            for column in range(reach)
        )
        for number in range(len(rows))
    )


def _end(row: Sequence[Cell], place: Place) -> Place:
    """Return the place of a cell that a row lacks: behind its last one."""
    if not row:
        return place
    last = row[-1].place
    return replace(last, start=last.end, end=last.end, box=None)


def without_blank_edges(rows: tuple[tuple[Cell | None, ...], ...]) -> tuple[tuple[Cell | None, ...], ...]:
    """Return a table without empty rows, and without empty columns at its right edge."""
    kept = [row for row in rows if any(cell is None or cell.text for cell in row)]
    while kept and kept[0] and all(row[-1] is not None and not row[-1].text and row[-1].columns == 1 for row in kept):
        if len(kept[0]) == 1:
            return ()
        kept = [row[:-1] for row in kept]
    return tuple(kept)
