"""Lines that print the same numbers place by place: a holding in two columns of one list, an opening after a closing.

Two columns that agree in every row agree for a reason, whatever they are called. It breaks where one slip explains the
row that does not: other numbers may differ by right (a provision in one row alone).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from yanbao.check.tick.grid import Grid, Line
from yanbao.check.tick.metric_relations import same_period
from yanbao.check.tick.proposal import Instance, Proposal

RELATION: Final = "same"
_LEAST: Final = 3  # places with numbers of their own that agree
_MOST_LINES: Final = 80
_MEANT: Final = 100.0  # numbers below it repeat by chance


def identical(grid: Grid) -> list[Proposal]:
    """Return the pairs of lines that print the same numbers, in the same places or each in the place before."""
    lines = np.flatnonzero(grid.number.sum(axis=1) >= _LEAST)
    if len(grid.places) < _LEAST or not 2 <= len(lines) <= _MOST_LINES:
        return []
    found: list[Proposal] = []
    taken: set[int] = set()
    for a in lines:
        for shift in (0, 1):
            for b in _alike(grid, int(a), shift):
                if b == a or b in taken or (shift == 0 and (b < a or not _one_time(grid.lines[a], grid.lines[b]))):
                    continue
                proposal = _proposal(grid, int(a), b, shift, len(lines))
                if proposal is not None:
                    found.append(proposal)
                    taken.add(b)
    return found


def _alike(grid: Grid, a: int, shift: int) -> list[int]:
    """Return the lines that print enough of line a's numbers, each `shift` places after it."""
    count = len(grid.places)
    gap = np.abs(grid.value[:, shift:] - grid.value[a, : count - shift])
    same = gap <= grid.half[:, shift:] + grid.half[a, : count - shift] + 1e-12  # NaN is not
    return [int(line) for line in np.flatnonzero(same.sum(axis=1) >= _LEAST)]


def _one_time(one: Line, other: Line) -> bool:
    """Whether two heads name no different times: what did not change is no repetition."""
    if one.period is not None and other.period is not None:
        return same_period(one.period, other.period)
    return one.era == other.era and one.change == other.change


def _proposal(grid: Grid, a: int, b: int, shift: int, tried: int) -> Proposal | None:
    """Return that line b, in each place, repeats line a (`shift` places before)."""
    count = len(grid.places)
    places = np.arange(shift, count)
    left, right = grid.value[a, places - shift], grid.value[b, places]
    kinds = grid.kind[a, places - shift] == grid.kind[b, places]
    here = ~np.isnan(left) & ~np.isnan(right) & kinds
    widths = grid.half[a, places - shift] + grid.half[b, places]
    ties = here & (np.abs(left - right) <= widths + 1e-12)
    meant = np.abs(grid.raw[b, places]) >= _MEANT
    telling = ties & meant
    values = left[telling]
    if len(set(values.tolist())) < _LEAST or 4 * (here & ~ties).sum() > telling.sum():
        return None
    kept = np.flatnonzero(here)
    instances = tuple(Instance((b, int(places[k])), ((a, int(places[k]) - shift),), bool(telling[k])) for k in kept)
    proposal = Proposal(RELATION, "carried", grid, instances, False, 2 * tried * tried)
    size = float(np.abs(right[kept]).max())
    chance = proposal.accepted(ties[kept], 2 * widths[kept], size, right[kept])
    return None if chance is None else replace(proposal, expected=chance)
