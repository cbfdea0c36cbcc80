"""A row that slipped into another kind of number: 21.4% in a row of amounts, above a row in which it stands, too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from yanbao.check.tick.grid import Grid
from yanbao.check.tick.said import Said
from yanbao.check.tick.tested import Tested

_DIGITS: Final = 2  # significant digits that both cells print
_LEAST: Final = 2  # other numbers in each of the two rows


def slipped(grid: Grid) -> Iterator[Tested]:
    """Yield the cells that repeat the number above or below and are of its row's kind, not of their own row's.

    A row of amounts does not hold one percentage, and one that is printed twice is a copy of the wrong row.
    """
    rows = grid.turned if grid.across else grid
    for i in range(len(rows.lines)):
        for other in (i + 1, i - 1):
            if not 0 <= other < len(rows.lines):
                continue
            both = np.flatnonzero(rows.number[i] & rows.number[other] & (rows.kind[i] == rows.kind[other]))
            if len(both) != 1:
                continue
            j = int(both[0])
            mine, theirs = rows.figure(i, j), rows.figure(other, j)
            digits = "".join(letter for letter in mine.text if letter.isdigit()).strip("0")
            if mine.text.strip() != theirs.text.strip() or len(digits) < _DIGITS:
                continue
            if _kind_apart(rows, i, j) is None or _kind_apart(rows, i, j) == rows.kind[i, j]:
                continue
            if _kind_apart(rows, other, j) != rows.kind[i, j]:
                continue
            where = " / ".join(theirs.heads)
            yield Tested(
                relation="row",
                basis="table",
                claimed=mine,
                operands=(theirs,),
                verdict="breaks",
                recomputed=None,
                working=Said("other-kind", mine.text.strip(), where),
                diagnosis=Said("copied-row", theirs.text.strip(), where),
            )


def _kind_apart(rows: Grid, line: int, place: int) -> int | None:
    """Return the one kind of a row's other numbers, `None` where they are of several or too few."""
    here = rows.number[line].copy()
    here[place] = False
    kinds = set(rows.kind[line, here].tolist())
    return kinds.pop() if len(kinds) == 1 and int(here.sum()) >= _LEAST else None
