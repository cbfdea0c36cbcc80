"""Lines that say that they are an average or a median: of which of the lines above or below?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import numpy as np

from yanbao.check.tick import line_words
from yanbao.check.tick.grid import Grid
from yanbao.check.tick.proposal import Arithmetic, Instance, Proposal
from yanbao.check.tick.rough import middle_of

_WITHOUT: Final = re.compile(
    r"(?:\bw/o\b|\bwithout\b|\bex(?:cl(?:uding|\.)?)?\b|不含|不包括|剔除|除)\s*(?P<what>.+)", re.I
)


def averages(grid: Grid) -> list[Proposal]:
    """Return the averages and medians of a grid's lines that hold in most places.

    Tried are all plain lines above up to the last line of another kind, all plain lines, and all those below.
    """
    found: list[Proposal] = []
    plain = [
        i
        for i, line in enumerate(grid.lines)
        if grid.number[i].any() and not line_words.is_statistic(line.label) and not line_words.is_total(line.label)
    ]
    for r, line in enumerate(grid.lines):
        kind = line_words.mean_kind(line.label)
        if kind is None or not grid.number[r].any() or line.metric is not None:
            continue
        above = [i for i in plain if i < r]
        run = [i for i in above if all(k in plain or not grid.number[k].any() for k in range(i, r))]
        below = [i for i in plain if i > r]
        like = _like(grid, r, above)
        tries = [each for each in (run, above, plain, below) if len(each) >= 2]
        tries += [each for each in (like, _without(grid, r, like)) if len(each) >= 2 and each not in tries]
        best: tuple[int, Proposal] | None = None
        for arithmetic in ("mean", "median") if kind == "mean" else ("median", "mean"):
            for lines in tries:
                scored = _scored(grid, r, lines, arithmetic, 2 * len(tries))
                if scored is not None and (best is None or scored[0] > best[0]):
                    best = scored
        if best is not None:
            found.append(best[1])
    return found


def _like(grid: Grid, r: int, above: list[int]) -> list[int]:
    """Return the lines right above that are of the average's kind: scores behind a size and a count of tokens."""
    kept: list[int] = []
    for i in reversed(above):
        both = grid.number[i] & grid.number[r]
        if not both.any() or not (grid.kind[i] == grid.kind[r])[both].all():
            break
        kept.insert(0, i)
    return kept


def _without(grid: Grid, r: int, lines: list[int]) -> list[int]:
    """Return the lines but for those that an average says it leaves out: Average w/o SciQ, 平均（不含金融）."""
    said = _WITHOUT.search(grid.lines[r].label)
    if said is None:
        return []
    left_out = said["what"].lower()
    return [i for i in lines if not (grid.lines[i].label and grid.lines[i].label.lower() in left_out)]


def _scored(grid: Grid, r: int, lines: list[int], arithmetic: str, tried: int) -> tuple[int, Proposal] | None:
    chosen: Arithmetic = "mean" if arithmetic == "mean" else "median"
    rows = np.array(lines)
    instances, ties, widths, sizes = [], [], [], []
    for j in range(len(grid.places)):
        used = rows[grid.number[rows, j] & (grid.kind[rows, j] == grid.kind[r, j])]
        if not grid.number[r, j] or len(used) < 2 or len(used) < grid.number[rows, j].sum():
            continue
        values, halves = grid.value[used, j], grid.half[used, j]
        middle = values.mean() if chosen == "mean" else middle_of(sorted(values.tolist()))
        half = halves.mean() if chosen == "mean" else halves.max()
        instances.append(Instance((r, j), tuple((int(i), j) for i in used), bool(values.max() > values.min())))
        ties.append(bool(abs(grid.value[r, j] - middle) <= half + grid.half[r, j] + 1e-12 * abs(middle)))
        widths.append(2 * (half + grid.half[r, j]))
        sizes.append(float(values.max() - values.min()))
    if not instances:
        return None
    proposal = Proposal("average" if chosen == "mean" else "median", chosen, grid, tuple(instances), True, tried)
    good = np.array(ties)
    chance = proposal.accepted(good, np.array(widths), max(sizes))
    if chance is None:
        return None
    return int(good.sum()) - 2 * int((~good).sum()), replace(proposal, expected=chance)
