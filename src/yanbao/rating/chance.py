"""What the same calls would have come to by chance: base rates of the universe, and picks drawn at random from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from yanbao.rating.closes import Floats, Ints
from yanbao.rating.outcome import DECIMALS, Outcomes, classes, hits
from yanbao.rating.universe_returns import UniverseReturns

DRAWS: Final = 1000


@dataclass(frozen=True)
class Chance:
    """For the calls with an outcome at one horizon: the universe over the same days, and random picks in their place.

    A cohort is the calls with one entry day, one horizon day, one benchmark, one rating and one policy: they share the
    members' relative returns over these days and which of them would have been hits.
    """

    found: Outcomes
    column: int
    universes: dict[str, UniverseReturns]  # by scope
    seed: int
    draws: int = DRAWS

    @cached_property
    def scored(self) -> Ints:
        """The places of the calls that have an outcome and whose universe has members with a return."""
        return np.flatnonzero(~np.isnan(self.found.relative[:, self.column]))

    @cached_property
    def cohorts(self) -> list[tuple[Ints, Floats, Floats]]:
        """Calls by cohort, in an order of their own: places, the members' relative returns, their hits (1, 0)."""
        keyed: dict[tuple[int, int, str, str, str, float], list[int]] = {}
        for at in self.scored.tolist():
            one = self.found.recommendations[at]
            key = (
                int(self.found.entered.at[at]),
                int(self.found.end[at, self.column]),
                one.scope,
                one.rating,
                str(one.scale),
                float(self.found.benchmark[at, self.column]),
            )
            keyed.setdefault(key, []).append(at)
        made = []
        for key in sorted(keyed):
            at = keyed[key][0]
            one = self.found.recommendations[at]
            returns = self.universes[one.scope].returns(key[0], key[1])
            relative = np.round(returns - self.found.benchmark[at, self.column], DECIMALS)
            hit = hits(one.scale, one.rating, classes(one.scale, relative)).astype(np.float64)
            made.append((np.array(keyed[key], np.int64), relative, hit))
        return made

    @cached_property
    def rates(self) -> tuple[Floats, Floats]:
        """For each call: share of members that would have been a hit, and their mean relative return; NaN if none."""
        share = np.full(len(self.found.recommendations), np.nan)
        mean = share.copy()
        for at, relative, hit in self.cohorts:
            if len(relative):
                share[at], mean[at] = hit.mean(), relative.mean()
        return share, mean

    def random(self, groups: Sequence[Ints]) -> list[tuple[float, float, float, float] | None]:
        """Return for each group of calls the 95 % intervals of hit rate and mean relative return of random picks.

        Each draw puts in the place of every call a member of its universe, drawn with replacement (houses pick the same
        share) with equal chance, on the same days; 2.5 % and 97.5 % of the draws. `None` where a call has no universe.
        """
        group_of = np.full(len(self.found.recommendations), -1)
        for place, members in enumerate(groups):
            group_of[members] = place
        totals = np.zeros((2, self.draws, len(groups)))
        counts = np.zeros(len(groups))
        lost = np.zeros(len(groups), dtype=bool)
        generator = np.random.Generator(np.random.PCG64(self.seed))
        for at, relative, hit in self.cohorts:
            of = np.sort(group_of[at])
            of = of[of >= 0]
            if not len(of):
                continue
            present, first, count = np.unique(of, return_index=True, return_counts=True)
            if not len(relative):
                lost[present] = True
                continue
            drawn = (generator.random((self.draws, len(of))) * len(relative)).astype(np.int64)
            for total, values in zip(totals, (hit, relative), strict=True):
                total[:, present] += np.add.reduceat(values[drawn], first, axis=1)
            counts[present] += count
        intervals: list[tuple[float, float, float, float] | None] = []
        for place in range(len(groups)):
            if lost[place] or not counts[place]:
                intervals.append(None)
                continue
            rate, mean = (np.percentile(total[:, place] / counts[place], (2.5, 97.5)) for total in totals)
            intervals.append((float(rate[0]), float(rate[1]), float(mean[0]), float(mean[1])))
        return intervals
