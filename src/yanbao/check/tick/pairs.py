"""Relations of one line to two others, place by place: differences, growth, ratios, products.

Every line is tried as the claim with every ordered pair of other lines; what its head says decides how much has to
hold before the relation is asserted (`Proposal.accepted`), not what is tried.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yanbao.check.tick import line_words, table_unit
from yanbao.check.tick.chance import least_spread
from yanbao.check.tick.grid import Flags, Floats, Grid, Line
from yanbao.check.tick.proposal import SURE, Arithmetic, Instance, Proposal, may_be_discovered
from yanbao.check.tick.words import plain

_MOST_LINES: Final = 160
_WINDOW: Final = 40  # lines on each side, in tables with more lines than that
_FEW: Final = 4  # pairs that a reader would try for a share of the revenue
_NAMED: Final = 2  # letters of a label that another one begins with
_HUNDREDTH: Final = 0.01
_LEAST_GROWTH: Final = 0.1  # the size that growth rates are taken to have at least
_WIDER: Final = 2e-9  # of a result: more than the slack and the rounding of floats


@dataclass(frozen=True)
class _Result:
    """What all ordered pairs of lines come to: value and half width [pair, place], NaN where undefined.

    `low` and `high` are the ends where a tie would tell something, a little too wide; NaN elsewhere.
    """

    arithmetic: Arithmetic
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    value: Floats
    half: Floats
    telling: Flags
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Scored:
    """A pair of lines that a claim may come from, with what speaks for it."""

    proposal: Proposal
    held: int
    broken: int


def pairs(grid: Grid) -> list[Proposal]:
    """Return for each line the relations to two other lines that hold in nearly all places."""
    numbered = np.flatnonzero(grid.number.any(axis=1))
    if len(numbered) < 3 or (len(grid.lines) > _MOST_LINES and len(grid.places) < 3):
        return []
    found: list[Proposal] = []
    for start in range(0, len(numbered), _WINDOW):
        claims = numbered[start : start + _WINDOW]
        near = numbered if len(numbered) <= 60 else numbered[max(0, start - 10) : start + _WINDOW + 10]
        found += _of_lines(grid, claims, near)
    return found


def _of_lines(grid: Grid, claims: NDArray[np.int64], near: NDArray[np.int64]) -> list[Proposal]:
    left, right = np.meshgrid(near, near, indexing="ij")
    keep = left != right
    first, second = left[keep], right[keep]
    with np.errstate(all="ignore"):
        results = [_difference(grid, first, second), _quotient(grid, first, second, growth=True)]
        results.append(_quotient(grid, first, second, growth=False))
        results.append(_product(grid, first, second))
    found: list[Proposal] = []
    for g in claims:
        best: dict[str, Scored] = {}
        for result in results:
            scored = _best(grid, int(g), result, len(near))
            if scored is None:
                continue
            family = "level" if result.arithmetic in ("difference", "product") else "rate"
            known = best.get(family)
            if known is None or (scored.held - 2 * scored.broken) > (known.held - 2 * known.broken):
                best[family] = scored
        found += [scored.proposal for scored in best.values()]
    return found


def _difference(grid: Grid, first: NDArray[np.int64], second: NDArray[np.int64]) -> _Result:
    value = grid.value[first] - grid.value[second]
    value = np.where(grid.kind[first] == grid.kind[second], value, np.nan)
    return _result(grid, "difference", first, second, value, grid.half[first] + grid.half[second])


def _quotient(grid: Grid, first: NDArray[np.int64], second: NDArray[np.int64], *, growth: bool) -> _Result:
    a, b = grid.value[first], grid.value[second]
    below = np.where((grid.low[second] > 0) | (grid.high[second] < 0), b, np.nan)
    if growth:
        value = np.where(grid.kind[first] == grid.kind[second], (a - b) / np.abs(below), np.nan)
        half = (grid.half[first] + np.abs(a / below) * grid.half[second]) / np.abs(below)
    else:
        value = a / below
        half = (grid.half[first] + np.abs(value) * grid.half[second]) / np.abs(below)
    # first order: the exact interval decides later, this one only finds candidates
    return _result(grid, "growth" if growth else "ratio", first, second, value, half * 1.02)


def _product(grid: Grid, first: NDArray[np.int64], second: NDArray[np.int64]) -> _Result:
    once = first < second
    first, second = first[once], second[once]
    a, b = grid.value[first], grid.value[second]
    half = np.abs(a) * grid.half[second] + np.abs(b) * grid.half[first]
    return _result(grid, "product", first, second, a * b, half * 1.02)


def _result(
    grid: Grid, arithmetic: Arithmetic, first: NDArray[np.int64], second: NDArray[np.int64], value: Floats, half: Floats
) -> _Result:
    telling = _telling(grid, arithmetic, first, second)
    middle = np.where(telling, value, np.nan)
    wide = half + _WIDER * np.abs(value)
    low, high = np.asfortranarray(middle - wide), np.asfortranarray(middle + wide)  # searched place by place
    return _Result(arithmetic, first, second, value, half, telling, low, high)


def _best(grid: Grid, g: int, result: _Result, lines: int) -> Scored | None:
    """Return the pair that claim line g comes from in most places, `None` where chance would show as much."""
    line = grid.lines[g]
    readings = _readings(grid, g, result.arithmetic)
    said = _said(line, result.arithmetic)
    chosen: Scored | None = None
    for claim, half, scale in readings:
        near = _near(result, claim, half)
        rows = np.flatnonzero(near.any(axis=1))
        rows = rows[(result.first[rows] != g) & (result.second[rows] != g)]
        if not len(rows):
            continue
        once = not said and not (near[rows].sum(axis=1) > 1).any()
        if once and _chance_of_one(result, rows, claim, half, lines) > SURE:
            continue
        value = result.value[rows]
        here = ~np.isnan(claim) & ~np.isnan(value)
        if result.arithmetic in ("difference", "product"):
            here &= _comparable(grid, g, result, rows)
        if result.arithmetic == "ratio":  # a return over a drawdown that is printed below 0
            value = np.where((claim > 0) & (value < 0) & (grid.value[result.second[rows]] < 0), -value, value)
        ties = here & (np.abs(claim - value) <= half + result.half[rows] + 1e-9 * np.abs(value))
        telling = ties & result.telling[rows]
        breaks = here & ~ties
        held = telling.sum(axis=1)
        if not held.any():
            continue
        labelled = _labels(grid, said, result, rows)
        score = held - 1.5 * breaks.sum(axis=1) + 0.6 * labelled + _nearness(g, result, rows)
        score[held == 0] = -np.inf
        at = int(np.argmax(score))
        scored = _scored(grid, g, result, int(rows[at]), here[at], ties[at], telling[at], claim, half, scale,
                         bool(labelled[at]), lines)  # fmt: skip
        if scored is not None and (chosen is None or scored.held > chosen.held):
            chosen = scored
    return chosen


def _near(result: _Result, claim: Floats, half: Floats) -> Flags:
    """Return where pairs come near a claim: the few of thousands that are worth a closer look."""
    low, high = claim - half, claim + half
    near: Flags = (result.high >= low) & (result.low <= high)
    if result.arithmetic == "ratio":
        near |= (-result.low >= low) & (-result.high <= high)
    return near


def _chance_of_one(result: _Result, rows: NDArray[np.int64], claim: Floats, half: Floats, lines: int) -> float:
    """Return at least how many pairs that come near a claim in one place, and break in one, chance would show."""
    largest = (float(np.fmax.reduce(np.abs(each), axis=None)) for each in (claim, result.value[rows]))
    size, narrowest = max(*largest, _LEAST_GROWTH), float(np.fmin.reduce(half))
    return 2 * len(result.first) * lines * min(1.0, 2 * narrowest / size)


def _readings(grid: Grid, g: int, arithmetic: Arithmetic) -> list[tuple[Floats, Floats, Fraction | None]]:
    """Return how claim line g may be read: as printed, or, where it prints no unit, in percent."""
    value, half = grid.value[g], grid.half[g]
    if arithmetic in ("difference", "product"):
        return [(value, half, None)]
    raw, raw_half = grid.raw[g], grid.raw_half[g]
    if grid.all_percent[g]:
        return [(value, half, None)]
    if arithmetic == "growth":
        if not (grid.lines[g].change or line_words.is_gap(grid.lines[g].text) or bool(grid.bare[g].any())):
            return []
        return [(raw * _HUNDREDTH, raw_half * _HUNDREDTH, Fraction(1, 100))]
    if _per_share(grid.lines[g]):
        # shares in thousands beside money in millions: the heads seldom say it in a way that can be read
        return [(raw * k, raw_half * k, Fraction(scale)) for k, scale in ((1.0, "1"), (1e3, "1000"), (1e-3, "1/1000"))]
    unit = grid.lines[g].unit
    if unit is not None and unit.dimension:
        return [(value, half, None)]
    readings: list[tuple[Floats, Floats, Fraction | None]] = [(raw, raw_half, Fraction(1))]
    if line_words.is_ratio(grid.lines[g].text) or line_words.is_share(grid.lines[g].text):
        readings.append((raw * _HUNDREDTH, raw_half * _HUNDREDTH, Fraction(1, 100)))
    return readings


def _per_share(line: Line) -> bool:
    named = line.metric is not None and line.metric.dimension == "money_per_share"
    return named or table_unit.is_per_share(line.text) or table_unit.is_per_share(line.section)


def _comparable(grid: Grid, g: int, result: _Result, rows: NDArray[np.int64]) -> Flags:
    if result.arithmetic == "product":
        return np.ones((len(rows), grid.value.shape[1]), dtype=bool)
    first = result.first[rows]
    same: Flags = grid.kind[first] == grid.kind[g]
    rates: Flags = grid.percent[g] & grid.percent[first]  # a difference of percentages, in pp or in %
    comparable: Flags = same | rates
    return comparable


def _telling(grid: Grid, arithmetic: Arithmetic, first: NDArray[np.int64], second: NDArray[np.int64]) -> Flags:
    """Where the second number matters: a − 0, a / 1 and a × 1 say nothing."""
    one, other = np.abs(grid.value[first]), np.abs(grid.value[second])
    telling: Flags = (other > 0) & (one > 0)
    if arithmetic != "difference":
        telling &= one != other
        if arithmetic != "growth":
            telling &= other != 1
    return telling


def _said(line: Line, arithmetic: Arithmetic) -> bool:
    """Whether the claim's head says what the arithmetic is."""
    text = line.text
    if arithmetic == "growth":
        return line.change in ("yoy", "qoq", "change")
    if arithmetic == "difference":
        return line.change == "pp" or line_words.is_gap(text)
    if arithmetic == "ratio":
        return line.change is None and (_per_share(line) or line_words.is_ratio(text) or line_words.is_share(text))
    return False


def _labels(grid: Grid, said: bool, result: _Result, rows: NDArray[np.int64]) -> Flags:
    """Return the pairs that the claim's head can mean."""
    if said and result.arithmetic == "growth":
        return np.array([_fits(grid, int(result.first[row]), int(result.second[row])) for row in rows])
    return np.full(len(rows), said)


def _fits(grid: Grid, a: int, b: int) -> bool:
    """Whether two lines look like this period and the one before: by their periods, their words, or their metric."""
    now, base = grid.lines[a], grid.lines[b]
    if now.change is not None or base.change is not None:
        return False
    if now.period is not None and base.period is not None:
        return now.period.end > base.period.end
    if now.era is not None and base.era is not None:
        return now.era > base.era
    return now.metric is None or base.metric is None or now.metric is base.metric


def _nearness(g: int, result: _Result, rows: NDArray[np.int64]) -> Floats:
    distance = np.abs(result.first[rows] - g) + np.abs(result.second[rows] - g)
    nearness: Floats = -0.001 * np.minimum(distance, 200)
    return nearness


def _scored(
    grid: Grid,
    g: int,
    result: _Result,
    index: int,
    here: Flags,
    ties: Flags,
    telling: Flags,
    claim: Floats,
    half: Floats,
    scale: Fraction | None,
    labelled: bool,
    near: int,
) -> Scored | None:
    a, b = int(result.first[index]), int(result.second[index])
    kept = np.flatnonzero(here & (ties | _meaningful(grid, g, a, b, result.arithmetic)))
    held, broken = int((ties[kept] & telling[kept]).sum()), int((~ties[kept]).sum())
    if not len(kept) or not (labelled or may_be_discovered(held, broken)):  # most, told before anything is built
        return None
    instances = tuple(Instance((g, int(j)), ((a, int(j)), (b, int(j))), bool(telling[j])) for j in kept)
    candidates = len(result.first) * (1 if labelled else max(1, near))
    if labelled and result.arithmetic == "ratio" and _share_of_revenue(grid, g, a, b):
        candidates = _FEW
    proposal = Proposal(
        _name(grid, g, a, b, result.arithmetic), result.arithmetic, grid, instances, labelled, candidates,
        unit_scale=scale,
    )  # fmt: skip
    widths = 2 * (half + result.half[index])[kept]
    size = float(max(np.abs(claim[kept]).max(), np.abs(result.value[index, kept]).max()))
    if result.arithmetic == "growth":
        size = max(size, _LEAST_GROWTH)
    claims = claim[kept]
    if result.arithmetic == "difference":
        claims = least_spread([claim[kept] - sign * grid.value[line][kept] for line, sign in ((a, 1), (b, -1))])
    chance = proposal.accepted(ties[kept], widths, size, claims)
    if chance is None:
        return None
    if result.arithmetic == "growth":
        below = np.flatnonzero(here & ~ties & ~_meaningful(grid, g, a, b, "growth") & ~grid.percent[a])
        left_open = tuple(Instance((g, int(j)), ((a, int(j)), (b, int(j)))) for j in below)
        proposal = replace(proposal, instances=(*instances, *left_open))
    proposal = replace(proposal, expected=chance)
    return Scored(proposal, held, broken)


def _share_of_revenue(grid: Grid, g: int, a: int, b: int) -> bool:
    """Whether a line of shares names its parts, or stands below them, and is measured on the revenue.

    That is the pair that a reader takes first.
    """
    whole, part = grid.lines[b].metric, plain(grid.lines[a].label)
    named = a == g - 1 or (len(part) >= _NAMED and plain(grid.lines[g].label).startswith(part))
    return named and whole is not None and whole.name == "revenue" and line_words.is_share(grid.lines[g].text)


def _meaningful(grid: Grid, g: int, a: int, b: int, arithmetic: Arithmetic) -> Flags:
    """Where a claim that does not hold is a break.

    Left out is growth on a base <= 0; the change of a ratio, which is a difference; and a difference where numbers
    do not add up (a growth rate of a part is not that of the whole less that of the rest).
    """
    if arithmetic == "growth":
        meaningful: Flags = (grid.value[b] > 0) & (grid.value[a] > 0) & ~grid.percent[a]
        return meaningful
    if arithmetic == "difference" and not line_words.is_gap(grid.lines[g].text):
        return np.array([line_words.adds_up(place.text) for place in grid.places])
    return np.ones(len(grid.places), dtype=bool)


def _name(grid: Grid, g: int, a: int, b: int, arithmetic: Arithmetic) -> str:
    if arithmetic == "ratio" and bool(grid.percent[g].any()) and np.array_equal(grid.kind[a], grid.kind[b]):
        return "share"
    return arithmetic
