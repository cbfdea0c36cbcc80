"""Compound growth: a column of CAGRs beside the years that they lead over."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

import numpy as np

from yanbao.check.tick.grid import Grid, Line
from yanbao.check.tick.proposal import Instance, Proposal
from yanbao.quantity.period import Period
from yanbao.quantity.scanner import scan

_MOST_YEARS: Final = 60


def compound(grid: Grid) -> list[Proposal]:
    """Return the lines of CAGRs, each with the two lines and the number of years that hold in most places.

    Where the head names the years (2018-2021 CAGR) these are the two; else every pair of years is tried.
    """
    years = [(index, year) for index, line in enumerate(grid.lines) if (year := _year(line)) is not None]
    found: list[Proposal] = []
    for g, line in enumerate(grid.lines):
        if line.change != "cagr" or not grid.number[g].any():
            continue
        named = _named_years(line)
        pairs = [
            (a, b, end - start)
            for a, end in years
            for b, start in years
            if 2 <= end - start <= _MOST_YEARS and (named is None or named == (start, end))
        ]
        best: tuple[int, Proposal] | None = None
        for a, b, count in pairs:
            scored = _scored(grid, g, a, b, count, len(pairs), named is not None)
            if scored is not None and (best is None or scored[0] > best[0]):
                best = scored
        if best is not None:
            found.append(best[1])
    return found


def _year(line: Line) -> int | None:
    period = line.period
    return None if line.change is not None or period is None or period.grain != "year" else period.end.year


def _named_years(line: Line) -> tuple[int, int] | None:
    """Return the first and last year that a head names, `None` where it names none."""
    spans = [mention.period for mention in scan(line.text) if mention.period is not None]
    ranges: list[Period] = [period for period in spans if period.grain == "range"]
    if len(ranges) == 1:
        return ranges[0].start.year, ranges[0].end.year
    ends = sorted({period.end.year for period in spans if period.grain == "year"})
    return (ends[0], ends[1]) if len(ends) == 2 else None


def _scored(grid: Grid, g: int, a: int, b: int, years: int, tried: int, named: bool) -> tuple[int, Proposal] | None:
    percent = bool(grid.percent[g][grid.number[g]].all())
    claim = grid.value[g] if percent else grid.raw[g] * 0.01
    half = grid.half[g] if percent else grid.raw_half[g] * 0.01
    end, start = grid.value[a], grid.value[b]
    with np.errstate(all="ignore"):
        usable = (end > 0) & (start > 0) & (grid.kind[a] == grid.kind[b]) & ~np.isnan(claim)
        rate = np.where(usable, (end / start) ** (1 / years) - 1, np.nan)
        width = 1.05 * (1 + rate) / years * (grid.half[a] / end + grid.half[b] / start)
    ties = usable & (np.abs(claim - rate) <= half + width + 1e-12)
    kept = np.flatnonzero(usable)
    if not len(kept):
        return None
    proposal = Proposal(
        "cagr",
        "cagr",
        grid,
        tuple(Instance((g, int(j)), ((a, int(j)), (b, int(j)))) for j in kept),
        True,
        tried,
        years=years,
        unit_scale=None if percent else Fraction(1, 100),
    )
    held, broken = int(ties.sum()), int(len(kept) - ties.sum())
    size = max(0.1, float(np.abs(claim[kept]).max()))
    chance = proposal.accepted(ties[kept], 2 * (half + width)[kept], size, claim[kept])
    if chance is not None:
        return held - 2 * broken, replace(proposal, expected=chance)
    if named:  # the head says which years: a single rate is judged, if one slip explains it
        return -2 * broken, replace(proposal, unproved=True)
    return None
