"""Growth along the periods of a line: a row of growth rates under the row of levels that they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yanbao.check.tick.grid import Floats, Grid, Line
from yanbao.check.tick.proposal import Arithmetic, Instance, Proposal
from yanbao.quantity.period import Period

_NATURAL: Final = 0.01  # relations by chance like that of a growth rate to the line above
_FAR: Final = 60  # lines between a growth rate and its level


def along(grid: Grid) -> list[Proposal]:
    """Return the lines of growth rates, or of differences of ratios, that come from another line's own places."""
    maps = base_maps(grid.places)
    if not maps or len(grid.lines) < 2:
        return []
    found: list[Proposal] = []
    for g in range(len(grid.lines)):
        reading = _reading(grid, g)
        if reading is None:
            continue
        tries = [(base, False) for base in maps]
        above = g > 0 and reading[3] and grid.lines[g].metric is None and grid.lines[g - 1].change is None
        if above:
            tries += [(base, True) for base in maps]
        best = [each for base, only in tries if (each := _best(grid, g, base, reading, len(maps), only)) is not None]
        if best:
            # the line above is the one that is meant where the numbers bear it out
            natural = [
                each for each in best
                if above and each[0].instances[0].operands[0][0] == g - 1 and each[0].expected < _NATURAL
            ]  # fmt: skip
            found.append(max(natural or best, key=lambda each: (each[1], -each[2]))[0])
    return found


def base_maps(places: Sequence[Line]) -> list[NDArray[np.int64]]:
    """Return which place each place may be compared with (-1: none): a year before, the one to the left or right."""
    count = len(places)
    if count < 2:
        return []
    periods = [place.period for place in places]
    maps: list[NDArray[np.int64]] = []
    if sum(period is not None for period in periods) >= 2:
        year = np.array([_year_before(periods, j) for j in range(count)])
        if (year >= 0).any():
            maps.append(year)
    known = [period for period in periods if period is not None]
    rising = all(a.end <= b.end for a, b in pairwise(known))
    falling = all(a.end >= b.end for a, b in pairwise(known))
    left = np.arange(count) - 1
    right = np.append(np.arange(1, count), -1)
    if rising or not known:
        maps.append(left)
    if falling or not known:
        maps.append(right)
    unique: list[NDArray[np.int64]] = []
    for each in maps:
        if not any(np.array_equal(each, other) for other in unique):
            unique.append(each)
    return unique


def _year_before(periods: Sequence[Period | None], j: int) -> int:
    now = periods[j]
    if now is None:
        return -1
    before = now.previous_year()
    for k, other in enumerate(periods):
        if other is not None and other.grain == now.grain and other.same_days(before):
            return k
    return -1


Reading = tuple[Floats, Floats, Fraction | None, bool]


def _reading(grid: Grid, g: int) -> Reading | None:
    """Return a line as growth rates: value, half width, what a bare number is worth, and whether a label says so."""
    line = grid.lines[g]
    said = line.change in ("yoy", "qoq", "change", "pp")
    number = grid.number[g]
    if number.sum() < 1:
        return None
    percent = bool(grid.percent[g][number].all())
    if not said and not percent:
        return None
    if percent:
        return grid.value[g], grid.half[g], None, said
    return grid.raw[g] * 0.01, grid.raw_half[g] * 0.01, Fraction(1, 100), said


def _best(
    grid: Grid, g: int, base: NDArray[np.int64], reading: Reading, maps: int, only_above: bool
) -> tuple[Proposal, int, int] | None:
    claim, half, scale, said = reading
    line = grid.lines[g]
    levels = [
        v for v in range(max(0, g - _FAR), min(len(grid.lines), g + _FAR)) if v != g and grid.lines[v].change is None
    ]
    if line.metric is not None and any(grid.lines[v].metric is line.metric for v in levels):
        levels = [v for v in levels if grid.lines[v].metric is line.metric]
    if only_above:
        levels = [g - 1]
    if not levels:
        return None
    rows = np.array(levels)
    now, before = grid.value[rows], np.where(base >= 0, grid.value[rows][:, base], np.nan)
    half_now, half_before = grid.half[rows], grid.half[rows][:, base]
    same = np.where(base >= 0, grid.kind[rows] == grid.kind[rows][:, base], False)
    ratios = grid.percent[rows].any(axis=1)
    with np.errstate(all="ignore"):
        growth = np.where(same & (before != 0), (now - before) / np.abs(before), np.nan)
        growth_half = 1.02 * (half_now + np.abs(now / before) * half_before) / np.abs(before)
    value = np.where(ratios[:, None], np.where(same, now - before, np.nan), growth)
    width = np.where(ratios[:, None], half_now + half_before, growth_half)
    here = ~np.isnan(claim) & ~np.isnan(value)
    ties = here & (np.abs(claim - value) <= half + width + 1e-12)
    telling = ties & (now != before) & (before != 0)
    meaningful = ratios[:, None] | ((before > 0) & (now > 0))
    breaks = here & ~ties & meaningful
    distance = np.where(rows < g, g - rows, 3 * (rows - g))
    score = telling.sum(axis=1) - 1.2 * breaks.sum(axis=1) - 0.01 * np.minimum(distance, 50)
    score = np.where(telling.any(axis=1), score, -np.inf)
    index = int(np.argmax(score))
    if not np.isfinite(score[index]):
        return None
    v = int(rows[index])
    kept = np.flatnonzero(here[index] & (ties[index] | meaningful[index]))
    instances = tuple(Instance((g, int(j)), ((v, int(j)), (v, int(base[j]))), bool(telling[index, j])) for j in kept)
    labelled = said and (line.metric is None or grid.lines[v].metric is line.metric or v == g - 1)
    arithmetic: Arithmetic = "difference" if ratios[index] else "growth"
    # the line above, or the only one of the metric that the head names, is the one that a reader takes
    tried = maps if labelled and (v == g - 1 or len(rows) == 1) else len(rows) * maps
    proposal = Proposal(arithmetic, arithmetic, grid, instances, labelled, tried, unit_scale=scale)
    size = max(0.1, float(np.abs(claim[kept]).max()))
    chance = proposal.accepted(ties[index][kept], 2 * (half + width[index])[kept], size, claim[kept])
    if chance is None:
        return None
    below = np.flatnonzero(here[index] & ~ties[index] & ~meaningful[index])
    left_open = tuple(Instance((g, int(j)), ((v, int(j)), (v, int(base[j])))) for j in below)
    proposal = replace(proposal, expected=chance, instances=(*instances, *left_open))
    held, broken = int(telling[index].sum()), int(breaks[index].sum())
    return proposal, held - 2 * broken, broken
