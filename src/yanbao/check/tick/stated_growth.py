"""Growth beside the two periods it is measured on: 本期, 上期, 同比. The heads leave no other reading.

Such a table may have one line, so that no sister supports it: what holds is tested, and what does not is a break only
where one slip explains it (`Proposal.unproved`).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np

from yanbao.check.tick.grid import Grid, Line
from yanbao.check.tick.proposal import Arithmetic, Instance, Proposal

_FAR: Final = 3  # lines between a growth rate and the periods that it is measured on


def stated_growth(grid: Grid) -> list[Proposal]:
    """Return for each line of growth rates the growth, or the difference of ratios, of the two lines before it."""
    found: list[Proposal] = []
    for g, line in enumerate(grid.lines):
        if line.change not in ("yoy", "pp", "change") or not grid.number[g].any():
            continue
        pair = _pair(grid, g)
        if pair is not None:
            found += _of(grid, g, *pair)
    return found


def _pair(grid: Grid, g: int) -> tuple[int, int] | None:
    """Return the lines of this period and of the one before, `None` where the heads do not say which they are."""
    near = [
        i
        for i in range(max(0, g - _FAR), min(len(grid.lines), g + _FAR))
        if i != g and grid.lines[i].change is None and grid.number[i].any()
    ]
    pairs = [(a, b) for a in near for b in near if _follows(grid.lines[a], grid.lines[b])]
    return pairs[0] if len(pairs) == 1 and all(i < g for i in pairs[0]) else None


def _follows(now: Line, base: Line) -> bool:
    if now.metric is not base.metric:
        return False
    if now.period is not None and base.period is not None:
        return base.period.grain == now.period.grain and base.period.same_days(now.period.previous_year())
    return (now.era, base.era) == (0, -1)


def _of(grid: Grid, g: int, now: int, base: int) -> list[Proposal]:
    proposals = []
    for arithmetic, ratio in (("growth", False), ("difference", True)):
        instances = []
        scale: Fraction | None = None
        for j in range(len(grid.places)):
            if not (grid.number[g, j] and grid.number[now, j] and grid.number[base, j]):
                continue
            same = grid.kind[now, j] == grid.kind[base, j]
            rates = bool(grid.percent[now, j] and grid.percent[base, j])
            said = bool(grid.percent[g, j]) or grid.lines[g].change == "yoy"
            if same and rates == ratio and said and grid.places[j].change is None:
                instances.append(Instance((g, j), ((now, j), (base, j)), grid.value[now, j] != grid.value[base, j]))
        if instances and not np.all([grid.percent[each.claimed] for each in instances]):
            scale = Fraction(1, 100)
        if instances:
            proposals.append(_proposal(arithmetic, grid, tuple(instances), scale))  # type: ignore[arg-type]
    return proposals


def _proposal(arithmetic: Arithmetic, grid: Grid, instances: tuple[Instance, ...], scale: Fraction | None) -> Proposal:
    return Proposal(arithmetic, arithmetic, grid, instances, True, 1, unit_scale=scale, unproved=True)
