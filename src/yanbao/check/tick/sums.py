"""Totals and subtotals in a grid: which line is the sum of which others?

Lines are read from the first to the last. Those not yet summed up are open; a line that is the sum of the last open
ones (with signs where needed) closes them and is open itself, so that totals of subtotals come out by themselves. Parts
that stand below their total ("其中") are found first and never opened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yanbao.check.tick import line_words
from yanbao.check.tick.chance import least_spread
from yanbao.check.tick.grid import Flags, Floats, Grid
from yanbao.check.tick.proposal import Instance, Proposal, may_be_discovered

_LONGEST: Final = 120  # lines in one sum
_SIGNED: Final = 9  # lines in a sum whose signs nothing tells
_FEW: Final = 4  # sums that a reader would try for a total: of all, of its section, since the last total, of totals
_BELOW: Final = 30  # lines below their total
_SLACK: Final = 1e-9  # of the numbers that enter


@dataclass(frozen=True)
class _Numbers:
    """A grid's arrays as sums need them: blanks are 0, what is no number and no blank spoils its place."""

    value: Floats
    half: Floats
    wide: Floats  # half the width, and what floats may be off by
    usable: Flags
    number: Flags
    adds: Flags  # places whose heads name what adds up
    parts: Flags  # the same, or shares of one whole

    @staticmethod
    def of(grid: Grid) -> _Numbers:
        number = grid.number
        value, half = np.where(number, grid.value, 0.0), np.where(number, grid.half, 0.0)
        return _Numbers(
            value,
            half,
            half + _SLACK * np.abs(value),
            number | grid.blank,
            number,
            np.array([line_words.adds_up(place.text) for place in grid.places]),
            np.array([line_words.parts_add_up(place.text) for place in grid.places]),
        )


def sums(grid: Grid) -> list[Proposal]:
    """Return the totals of a grid's lines that hold, and those that a label claims and that do not."""
    lines = grid.lines
    if len(lines) < 3:
        return []
    numbers = _Numbers.of(grid)
    children, found = _totals_above(grid, numbers)
    open_lines: list[int] = []
    for r, line in enumerate(lines):
        if not grid.numbered[r]:
            continue
        best = None
        adds = line_words.is_total(line.label) or line_words.adds_up(line.label)
        if len(open_lines) >= 2 and adds and not line_words.is_of_which(line.label):
            best = _best(grid, numbers, r, open_lines)
            if best is None:
                levels = _levels(grid, r, open_lines)
                if 2 <= len(levels) < len(open_lines):
                    best = _best(grid, numbers, r, levels)
        if best is None and len(open_lines) >= 3:
            best = _hundred(grid, numbers, r, open_lines)
        if best is not None:
            found.append(best)
            closed = {operand[0] for instance in best.instances for operand in instance.operands}
            open_lines = [index for index in open_lines if index not in closed]
        elif line_words.is_whole(line.label) and len(open_lines) >= 2:
            claimed = (
                _whole(grid, numbers, r, open_lines)
                or _but_of_which(grid, numbers, r, open_lines)
                or _unproved(grid, numbers, r, open_lines)
            )
            if claimed is not None:
                found.append(claimed)
                closed = {line for line, _ in claimed.line_signs}
                open_lines = [index for index in open_lines if index not in closed]
        if not line_words.is_of_which(line.label) and r not in children and not line_words.is_statistic(line.label):
            open_lines.append(r)
    return found


def _best(grid: Grid, numbers: _Numbers, r: int, open_lines: list[int]) -> Proposal | None:
    """Return the sum of the last open lines that line r is, `None` where it is none."""
    labelled = line_words.is_total(grid.lines[r].label)
    run = np.array(open_lines[: -_LONGEST - 1 : -1])
    told = np.array([-1.0 if line_words.is_deducted(grid.lines[i].label) else 1.0 for i in run])
    plain, less = _runs(len(run))
    tries = [plain]
    if (told < 0).any():
        tries.insert(0, plain * told)
    tries.append(less)
    best = _of_signs(grid, numbers, r, run, np.vstack(tries), labelled)
    if best is not None and _ties_all(best, numbers):
        return best
    short = run[:_SIGNED]
    other = _of_signs(grid, numbers, r, short, _signs(len(short)), labelled)
    return min(
        (each for each in (best, other) if each is not None), key=lambda each: _broken(each, numbers), default=None
    )


def _hundred(grid: Grid, numbers: _Numbers, r: int, open_lines: list[int]) -> Proposal | None:
    """Return the shares of a whole that a line of 100% sums up.

    Whole percents are too coarse for chance to be ruled out, but a line that says 100% in every place says a total;
    and so does one that says it in some places, where those sums and no others come out.
    """
    here = np.flatnonzero(numbers.number[r])
    whole = grid.raw[r, here] == 100
    if not grid.percent[r, here].all() or not whole.any():
        return None
    lines = _since_last_total(grid, open_lines)
    signs = tuple((line, 1) for line in lines)
    instances = [
        Instance((r, int(j)), tuple((line, int(j)) for line in lines if numbers.number[line, j]))
        for j in here
        if numbers.usable[lines, j].all() and grid.percent[np.ix_(lines, [int(j)])][numbers.number[lines, j]].all()
    ]
    if not instances or any(len(instance.operands) < 2 for instance in instances):
        return None
    proposal = Proposal("total", "sum", grid, tuple(instances), True, 1, line_signs=signs, expected=1e-7)
    if not whole.all():  # comparable sales stand beside the shares of sales, and their total is no sum
        parts = numbers.value[lines], numbers.half[lines]
        full = np.abs(parts[0].sum(axis=0) - 1) <= parts[1].sum(axis=0)
        kept = tuple(each for each in instances if full[each.claimed[1]] or grid.raw[each.claimed] == 100)
        if not kept:
            return None
        proposal = replace(proposal, instances=kept)
    return proposal if _broken(proposal, numbers) * 2 <= len(proposal.instances) else None


def _levels(grid: Grid, r: int, lines: list[int]) -> list[int]:
    """Return the lines that may be parts of line r: not the growth rates and margins that stand between them."""
    levels = [line for line in lines if grid.lines[line].change is None and line_words.adds_up(grid.lines[line].label)]
    same = (grid.kind[levels] == grid.kind[r]) | ~(grid.number[levels] & grid.number[r])
    return [line for line, fits in zip(levels, same.all(axis=1).tolist(), strict=True) if fits]


@lru_cache(maxsize=_LONGEST)
def _runs(count: int) -> tuple[Floats, Floats]:
    """Return the signs of the sums of the last 2, 3, … of `count` lines, and of the first of them less the others."""
    plain = np.tril(np.ones((count, count)))[1:]
    less = -plain
    less[np.arange(len(less)), np.arange(1, len(less) + 1)] = 1.0
    return plain, less


@lru_cache(maxsize=16)
def _signs(count: int) -> Floats:
    """Return the signs of every sum of the last 2, 3, … of `count` lines in which the first is added."""
    rows: list[NDArray[np.float64]] = []
    for size in range(3, count + 1):
        masks = np.arange(1, 2 ** (size - 1))
        bits = (masks[:, None] >> np.arange(size - 1)) & 1
        signs = np.zeros((len(masks), count))
        signs[:, : size - 1] = 1 - 2 * bits
        signs[:, size - 1] = 1
        rows.append(signs)
    return np.vstack(rows) if rows else np.zeros((0, count))


def _of_signs(
    grid: Grid, numbers: _Numbers, r: int, run: NDArray[np.int64], signs: Floats, labelled: bool
) -> Proposal | None:
    """Return the best of the signed sums of `run` that line r may be: most ties, fewest breaks, most lines."""
    if not len(signs):
        return None
    used = np.abs(signs)
    total = signs @ numbers.value[run]
    meet = np.abs(numbers.value[r] - total) <= used @ numbers.wide[run] + numbers.wide[r]
    meet &= numbers.number[r]
    rows = np.flatnonzero(meet.any(axis=1))  # mostly none or few
    if not len(rows):
        return None
    used = used[rows]
    spoilt = used @ (~numbers.usable[run] | (numbers.number[run] & (grid.kind[run] != grid.kind[r]))) > 0
    counts = used @ (numbers.number[run] & (numbers.value[run] != 0))
    here = numbers.number[r] & ~spoilt & (counts > 0)
    ties = meet[rows] & here
    adds = numbers.adds
    if not labelled:
        here = here & adds
        ties = ties & adds
    telling = ties & (counts >= 2)
    breaks = here & ~ties
    held = telling.sum(axis=1)
    score = held * 4.0 - (breaks & adds).sum(axis=1) * 6.0 + used.sum(axis=1) * 1e-3
    score[held == 0] = -np.inf
    for at in np.argsort(-score, kind="stable")[:3]:
        if not np.isfinite(score[at]):
            break
        index = int(rows[at])
        # a column that cannot add up (prices, rates) says nothing about a sum; nor does one of another dimension
        told = breaks[at] & numbers.parts
        if not labelled:
            told &= (grid.kind[r][:, None] == grid.kind[r][telling[at]]).any(axis=1)
            if not may_be_discovered(int(held[at]), int(told.sum())):  # most, told before anything is built
                continue
        told |= ties[at]
        kept = np.flatnonzero(told)
        proposal = _proposal(grid, r, run, signs, index, kept, counts[at], labelled)
        width = 2 * (used[at] @ numbers.half[run] + numbers.half[r])[kept]
        step = np.array([_step(grid, r, j) for j in kept.tolist()])
        # roundings of many parts cancel: what chance has to meet is the difference that there is
        width = np.minimum(width, 2 * np.abs(numbers.value[r] - total[index])[kept] + step)
        size = float(np.abs(numbers.value[run][used[at] > 0]).max())
        others = [numbers.value[r][kept] - sign * numbers.value[line][kept] for line, sign in proposal.line_signs]
        chance = proposal.accepted(ties[at][kept], np.maximum(width, step), size, least_spread(others))
        if chance is not None:
            return replace(proposal, expected=chance)
    return None


def _proposal(
    grid: Grid,
    r: int,
    run: NDArray[np.int64],
    signs: Floats,
    index: int,
    kept: NDArray[np.int64],
    counts: Floats,
    labelled: bool,
) -> Proposal:
    chosen = sorted((int(line), int(sign)) for line, sign in zip(run, signs[index], strict=True) if sign)
    numbers = grid.number
    instances = [
        Instance((r, int(j)), tuple((line, int(j)) for line, _ in chosen if numbers[line, j]), bool(counts[j] >= 2))
        for j in kept
    ]
    # the lines tried as claims are all lines; each with as many sums
    return Proposal(
        "total" if all(sign > 0 for _, sign in chosen) else "signed_sum",
        "sum",
        grid,
        tuple(instances),
        labelled,
        _FEW if labelled and _natural(grid, chosen[0][0]) else len(signs) * (1 if labelled else len(grid.lines)),
        line_signs=tuple(chosen),
    )


def _natural(grid: Grid, first: int) -> bool:
    """Whether a total's parts begin where one expects it: with the table, below a sub-head, behind a total."""
    return first == 0 or not grid.numbered[first - 1] or line_words.is_total(grid.lines[first - 1].label)


def _step(grid: Grid, line: int, place: int) -> float:
    """Return one unit of the last printed place, in base units: even exact counts differ by that at least."""
    quantity = grid.figure(line, place).quantity
    return float(quantity.unit.scale / 10 ** (quantity.decimals or 0))


def _totals_above(grid: Grid, numbers: _Numbers) -> tuple[set[int], list[Proposal]]:
    """Return the lines that are parts of a line above them, and those totals."""
    children: set[int] = set()
    found: list[Proposal] = []
    count = len(grid.lines)
    for r in range(count - 2):
        if r in children or not grid.numbered[r]:
            continue
        below = [i for i in range(r + 1, min(count, r + 1 + _BELOW)) if grid.numbered[i]]
        stop = next((k for k, i in enumerate(below) if line_words.is_whole(grid.lines[i].label)), len(below))
        below = below[:stop]
        if line_words.is_total(grid.lines[r].label):
            levels = _levels(grid, r, below)
            below = levels if len(levels) >= 2 else below
        if len(below) < 2:
            continue
        signs, _ = _runs(len(below))
        labelled = line_words.is_of_which(grid.lines[below[0]].label)
        inside = grid.lines[below[0]].indent > grid.lines[r].indent
        if not (labelled or inside or line_words.is_total(grid.lines[r].label)):
            continue  # the last line is as well the first less the others
        best = _of_signs(grid, numbers, r, np.array(below), signs, labelled)
        if best is None or (not labelled and not _ties_all(best, numbers)):
            continue
        found.append(best)
        parts = [line for line, _ in best.line_signs]
        # a profit below revenue and costs is what they leave, not a part of the revenue: it may be summed on
        children |= set(parts if labelled or inside else parts[:-1])
    return children, found


def _ties_all(proposal: Proposal, numbers: _Numbers) -> bool:
    return _broken(proposal, numbers) == 0


def _broken(proposal: Proposal, numbers: _Numbers) -> int:
    """Return in how many places a sum does not come out."""
    lines = np.array([line for line, _ in proposal.line_signs])
    signs = np.array([sign for _, sign in proposal.line_signs], dtype=float)
    places = np.array([instance.claimed[1] for instance in proposal.instances])
    r = proposal.instances[0].claimed[0]
    parts = numbers.value[np.ix_(lines, places)]
    half = numbers.half[np.ix_(lines, places)].sum(axis=0) + numbers.half[r, places]
    slack = 1e-9 * np.abs(parts).sum(axis=0)
    return int((np.abs(signs @ parts - numbers.value[r, places]) > half + slack).sum())


def _since_last_total(grid: Grid, open_lines: list[int]) -> list[int]:
    start = 0
    for k in range(len(open_lines) - 1, -1, -1):
        if line_words.is_total(grid.lines[open_lines[k]].label):
            start = k + 1
            break
    return open_lines[start:] if len(open_lines) - start >= 2 else open_lines


def _whole(grid: Grid, numbers: _Numbers, r: int, open_lines: list[int]) -> Proposal | None:
    """Return the total of all lines since the last total: the one candidate that its label names, so none is picked."""
    lines = _since_last_total(grid, open_lines)[-_LONGEST:]
    signs = np.array([[-1.0 if line_words.is_deducted(grid.lines[line].label) else 1.0 for line in lines]])
    return _of_signs(grid, numbers, r, np.array(lines), signs, labelled=True)


def _but_of_which(grid: Grid, numbers: _Numbers, r: int, open_lines: list[int]) -> Proposal | None:
    """Return the total of all lines since the last total but a run of them that no words mark as "of which"."""
    lines = _since_last_total(grid, open_lines)[-_LONGEST:]
    count = len(lines)
    if count < 4:
        return None
    told = np.array([-1.0 if line_words.is_deducted(grid.lines[line].label) else 1.0 for line in lines])
    rows = []
    for start in range(1, count):
        for end in range(start + 1, min(count, start + 5)):
            signs = told.copy()
            signs[start:end] = 0.0
            rows.append(signs)
    return _of_signs(grid, numbers, r, np.array(lines), np.array(rows), labelled=True)


def _unproved(grid: Grid, numbers: _Numbers, r: int, open_lines: list[int]) -> Proposal | None:
    """Return the total that a label claims where no sum of the lines above comes to it: of all since the last total."""
    lines = _since_last_total(grid, open_lines)
    chosen = tuple((line, -1 if line_words.is_deducted(grid.lines[line].label) else 1) for line in lines)
    instances = []
    for j, place in enumerate(grid.places):
        if not numbers.number[r, j] or not line_words.adds_up(place.text):
            continue
        operands = tuple((line, j) for line, _ in chosen if numbers.number[line, j])
        same = all(grid.kind[operand] == grid.kind[r, j] for operand in operands)
        if len(operands) >= 2 and same and all(numbers.usable[line, j] for line, _ in chosen):
            instances.append(Instance((r, j), operands))
    if not instances:
        return None
    return Proposal("total", "sum", grid, tuple(instances), True, 1, line_signs=chosen, unproved=True)
