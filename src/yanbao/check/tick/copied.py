"""A row that slipped: a cell that prints the number of the row above or below it, which is not its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from yanbao.check.tick.diagnosing import Diagnosis
from yanbao.check.tick.figure import Figure
from yanbao.check.tick.proposal import Instance, Position, Proposal
from yanbao.check.tick.said import Said

_DIGITS: Final = 3  # significant digits; shorter numbers stand below each other by chance
_MOST: Final = 40  # cells of a relation that are looked at
_EXPECTED: Final = 1e-3  # numbers of three digits that repeat their neighbour by chance


def copied(proposal: Proposal, instance: Instance) -> Diagnosis | None:
    """Return that a cell of a broken relation repeats its neighbour's number, `None` where none does.

    Two lines that print the same number in another place, too, repeat it by right: a profit without taxes.
    """
    for position in (instance.claimed, *instance.operands)[:_MOST]:
        for line, place in _neighbours(proposal, position):
            if (line, place) in (instance.claimed, *instance.operands) and len(instance.operands) < 2:
                continue
            figure = _figure(proposal, position)
            other = _figure(proposal, (line, place))
            if figure is None or other is None or not _repeats(figure, other):
                continue
            if _apart(proposal, position, (line, place)):
                words = Said("copied-row", other.text.strip(), " / ".join(other.heads))
                blamed = None if position == instance.claimed else figure
                return Diagnosis(words, blamed, None, _EXPECTED)
    return None


def _neighbours(proposal: Proposal, position: Position) -> Iterator[Position]:
    """Yield the cells above and below in the table: lines are its columns where the grid is turned."""
    line, place = position
    for step in (1, -1):
        yield (line, place + step) if proposal.grid.across else (line + step, place)


def _figure(proposal: Proposal, position: Position) -> Figure | None:
    line, place = position
    grid = proposal.grid
    if grid.table < 0 or not (0 <= line < len(grid.lines) and 0 <= place < len(grid.places)):
        return None
    return grid.figures[line][place]


def _repeats(figure: Figure, other: Figure) -> bool:
    digits = "".join(letter for letter in figure.text if letter.isdigit()).strip("0")
    return len(digits) >= _DIGITS and figure.text.strip() == other.text.strip()


def _apart(proposal: Proposal, one: Position, other: Position) -> bool:
    """Whether the two rows print different numbers wherever else both print one, and do so somewhere."""
    grid = proposal.grid
    values = np.where(grid.blank, 0.0, grid.value)  # a dash is no repetition
    if grid.across:
        left, right, here = values[:, one[1]], values[:, other[1]], one[0]
    else:
        left, right, here = values[one[0]], values[other[0]], one[1]
    both = ~np.isnan(left) & ~np.isnan(right) & ((left != 0) | (right != 0))
    both[here] = False
    return bool(both.any()) and bool((left != right)[both].all())
