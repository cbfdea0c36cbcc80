"""Shares of a whole: a line of percentages that are another line's parts of its total, or of the sum of its parts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

import numpy as np

from yanbao.check.tick import line_words
from yanbao.check.tick.grid import Floats, Grid, Line
from yanbao.check.tick.proposal import Instance, Proposal

_MOST_PLACES: Final = 120


def shares(grid: Grid) -> list[Proposal]:
    """Return the lines of shares: g[j] = v[j] / v[t] for one place t, the whole."""
    if len(grid.places) < 3 or len(grid.places) > _MOST_PLACES or len(grid.lines) < 2:
        return []
    found: list[Proposal] = []
    levels = [v for v in range(len(grid.lines)) if grid.number[v].sum() >= 2 and not grid.percent[v].any()]
    for g in range(len(grid.lines)):
        number = grid.number[g]
        said = line_words.is_share(grid.lines[g].text) or grid.lines[g].unit is not None
        percent = bool(grid.percent[g][number].all()) if number.any() else False
        if (
            number.sum() < 2
            or grid.lines[g].change is not None
            or not (percent or (said and grid.bare[g][number].all()))
        ):
            continue
        claim = grid.value[g] if percent else grid.raw[g] * 0.01
        half = grid.half[g] if percent else grid.raw_half[g] * 0.01
        best = _best(grid, g, claim, half, None if percent else Fraction(1, 100), levels)
        if best is not None:
            found.append(best)
    return found


def _is_whole(place: Line) -> bool:
    """Whether shares are usually shares of this: a total, the revenue."""
    revenue = place.metric is not None and place.metric.name == "revenue"
    return revenue or line_words.is_total(place.text)


def _best(
    grid: Grid, g: int, claim: Floats, half: Floats, scale: Fraction | None, levels: list[int]
) -> Proposal | None:
    chosen: tuple[float, Proposal] | None = None
    candidates = max(1, len(levels)) * len(grid.places)
    for v in levels:
        if v == g:
            continue
        value, own = grid.value[v], grid.half[v]
        whole = value[:, None]
        with np.errstate(all="ignore"):
            result = np.where(whole > 0, value[None, :] / whole, np.nan)  # [whole, part]
            width = 1.02 * (own[None, :] + np.abs(result) * own[:, None]) / np.abs(whole)
        here = ~np.isnan(claim)[None, :] & ~np.isnan(result) & (grid.kind[v][:, None] == grid.kind[v][None, :])
        ties = here & (np.abs(claim[None, :] - result) <= half[None, :] + width + 1e-12)
        telling = ties & ~np.eye(len(value), dtype=bool) & (value != 0)[None, :]
        said = np.array([_is_whole(place) for place in grid.places])
        score = telling.sum(axis=1) - 1.5 * (here & ~ties).sum(axis=1) + 0.5 * said - 0.01 * abs(v - g)
        score = np.where(telling.any(axis=1), score, -np.inf)
        t = int(np.argmax(score))
        if not np.isfinite(score[t]) or (chosen is not None and score[t] <= chosen[0]):
            continue
        kept = np.flatnonzero(here[t])
        instances = tuple(
            Instance((g, int(j)), ((v, int(j)), (v, t)), bool(telling[t, j])) for j in kept if int(j) != t
        )
        labelled = line_words.is_share(grid.lines[g].text) or bool(said[t])
        proposal = Proposal("share", "ratio", grid, instances, labelled, candidates, unit_scale=scale)
        others = np.array([j for j in kept if j != t], dtype=np.int64)
        if not len(others):
            continue
        size = max(0.1, float(np.abs(claim[others]).max()))
        chance = proposal.accepted(ties[t][others], 2 * (half + width[t])[others], size, claim[others])
        if chance is not None:
            chosen = (float(score[t]), replace(proposal, expected=chance))
    return None if chosen is None else chosen[1]
