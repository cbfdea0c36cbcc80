"""How a break may have come about: each guess is put to the test by computing the relation again.

A guess that fits is worth something only if it would hardly fit by chance: of a number of two digits one can always
say that one digit differs. `Diagnosis.expected` is how many guesses of its kind would fit a number at random.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from yanbao.check.tick.figure import Figure
from yanbao.check.tick.judging import Judged, compared_in, decide, shown_value
from yanbao.check.tick.proposal import Instance, Proposal
from yanbao.check.tick.rough import Ends, apart, ends, far, is_plain
from yanbao.check.tick.said import Said
from yanbao.check.tick.slips import Repair, repairs, truncated
from yanbao.quantity.interval import Interval
from yanbao.quantity.printing import format_value
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import NONE

CONVINCING: Final = 0.02
_PRICE: Final = 0.1  # a price is always implied; it explains more than a digit of a multiple that has two
_TYPED: Final = ("factor", "transposed", "digit", "dropped")
_MOST_OPERANDS: Final = 40


@dataclass(frozen=True)
class Diagnosis:
    """A guess that fits: in words, the figure it blames, what that should be, and how likely it fits by chance."""

    words: Said
    blamed: Figure | None  # None: the claim
    value: Quantity | None
    expected: float
    typed: bool = False  # a slip of the keyboard: digits, not another reading of the structure


Standing = Callable[[Figure], int]  # in how many other relations that hold a figure stands


def diagnose(proposal: Proposal, instance: Instance, judged: Judged, standing: Standing) -> Diagnosis | None:
    """Return the guess that fits best, `None` where none does.

    A figure that stands in other relations that hold is blamed last.
    """
    if judged.recomputed is None:
        return None
    grid = proposal.grid
    claim = grid.figure(*instance.claimed)
    operands = [grid.figure(*position) for position in instance.operands][:_MOST_OPERANDS]
    if len(operands) < len(instance.operands):
        return _of_claim(claim, judged)
    signs = dict(proposal.line_signs)
    order = [signs.get(line, 1) for line, _ in instance.operands]
    found: list[tuple[int, Diagnosis]] = []
    own = _of_claim(claim, judged)
    if own is not None:
        found.append((standing(claim), own))
    for guess in (
        _neighbour(proposal, instance, judged),
        _part(proposal, instance, judged, operands),
        _other_base(proposal, instance, judged),
    ):
        if guess is not None:
            found.append((standing(claim), guess))
    for at, operand in enumerate(operands):
        guess = _of_operand(proposal, claim, judged, operands, order, at)
        if guess is not None:
            found.append((standing(operand), guess))
    implied = _implied_price(proposal, instance, judged)
    if implied is not None:
        found.append((standing(claim), implied))
    if not found:
        return None
    least = min(stands for stands, _ in found)
    return min((each for stands, each in found if stands == least), key=lambda each: each.expected)


def diagnose_shared(proposal: Proposal, broken: Sequence[tuple[Instance, Judged]]) -> Diagnosis | None:
    """Return the slip in the one cell that all broken instances share and that would mend them all; `None`: no such.

    One wrong level breaks the growth to it and the growth from it; two claims that one repair mends are no chance.
    """
    grid = proposal.grid
    shared = set.intersection(*({each.claimed, *each.operands} for each, _ in broken))
    if len(broken) < 2 or len(shared) != 1 or any(cell in shared for cell in (each.claimed for each, _ in broken)):
        return None
    cell = next(iter(shared))
    wrong = grid.figure(*cell)
    chance = 1.0
    for _, judged in broken:
        if judged.recomputed is None:
            return None
        chance *= _chance(judged.claimed, judged.recomputed)

    signs = dict(proposal.line_signs)
    tests = [
        _Test.of(proposal, grid.figure(*each.claimed), judged.claimed,
                 [grid.figure(*position) for position in each.operands],
                 [signs.get(line, 1) for line, _ in each.operands],
                 [at for at, position in enumerate(each.operands) if position == cell])
        for each, judged in broken
    ]  # fmt: skip

    def fits(repair: Repair) -> bool:
        return all(test.may_fit(repair.ends) for test in tests) and all(test.fits(repair.quantity) for test in tests)

    best = _best(wrong.quantity, fits, chance)
    if best is None:
        return None
    repair, expected = best
    shown = shown_value(replace(repair.quantity, decimals=wrong.quantity.decimals), wrong.quantity)
    words = Said("would-tie", repair.words, wrong.text.strip(), " / ".join(wrong.heads), shown)
    return Diagnosis(words, wrong, repair.quantity, expected, repair.slip in _TYPED)


@dataclass(frozen=True)
class _Test:
    """A claim with its operands, to be tested again with another number in the places `at`."""

    proposal: Proposal
    claim: Figure
    claimed: Quantity
    operands: Sequence[Figure]
    signs: Sequence[int]
    at: Sequence[int]
    about: Ends | None  # of the claim, as floats; None: floats can tell nothing
    known: Sequence[Ends]

    @staticmethod
    def of(
        proposal: Proposal,
        claim: Figure,
        claimed: Quantity,
        operands: Sequence[Figure],
        signs: Sequence[int],
        at: Sequence[int],
    ) -> _Test:
        quantities = [operand.quantity for operand in operands]
        unit = compared_in(proposal.arithmetic, quantities, claimed.unit)
        about = ends(claimed, unit) if is_plain(quantities) else None
        return _Test(proposal, claim, claimed, operands, signs, at, about, [ends(each) for each in quantities])

    def may_fit(self, other: Ends) -> bool:
        if self.about is None:
            return True
        known = [*self.known]
        for at in self.at:
            scale = float(self.operands[at].quantity.unit.scale)
            known[at] = (other[0] * scale, other[1] * scale)
        return not far(self.proposal.arithmetic, self.about, known, self.signs, self.proposal.years)

    def fits(self, quantity: Quantity) -> bool:
        changed = [*self.operands]
        for at in self.at:
            changed[at] = replace(changed[at], quantity=quantity)
        proposal = self.proposal
        again = decide(proposal.arithmetic, self.claim, self.claimed, changed, self.signs, proposal.years)
        return again.verdict == "ties"


def _chance(claimed: Quantity, recomputed: Quantity) -> float:
    """Return the probability that a random number of the claim's size meets the recomputed interval."""
    width = (claimed.interval.width or 0) + (recomputed.interval.width or 0)
    step = Fraction(1, 10 ** (claimed.decimals or 0))
    size = max(abs(claimed.value), abs(recomputed.value), step)
    return float(min(Fraction(1), max(Fraction(width), step) / size))


def _best(quantity: Quantity, fits: Callable[[Repair], bool], chance: float) -> tuple[Repair, float] | None:
    """Return the first kind of slip that fits, and how many of its kind would fit at random."""
    tried: dict[str, int] = {}
    hit: Repair | None = None
    for repair in repairs(quantity):
        if hit is not None and repair.slip != hit.slip:
            break
        tried[repair.slip] = tried.get(repair.slip, 0) + 1
        if hit is None and fits(repair):
            hit = repair
    if hit is None:
        return None
    # turned signs and whole factors of ten are slips by themselves: fewer of them are tried than of digits
    return hit, chance * tried[hit.slip]


def _of_claim(claim: Figure, judged: Judged) -> Diagnosis | None:
    recomputed = judged.recomputed
    if recomputed is None:
        return None
    claimed = judged.claimed
    if truncated(claimed, recomputed) and claimed.decimals is not None and claimed.value:
        return Diagnosis(Said("truncated"), None, recomputed, 0.5)

    near = ends(recomputed, NONE)

    def fits(repair: Repair) -> bool:
        if repair.unit is not None or apart(repair.ends, near):
            return False
        return repair.quantity.interval.meets(recomputed.interval)

    best = _best(claimed, fits, _chance(claimed, recomputed)) if recomputed.value else None
    if best is None:
        return None
    repair, expected = best
    shown = shown_value(replace(repair.quantity, decimals=claimed.decimals), claimed)
    typed = repair.slip in _TYPED
    return Diagnosis(Said("claim-for", repair.words, claim.text.strip(), shown), None, repair.quantity, expected, typed)


def _of_operand(
    proposal: Proposal, claim: Figure, judged: Judged, operands: Sequence[Figure], signs: Sequence[int], at: int
) -> Diagnosis | None:
    operand = operands[at]
    chance = _chance(judged.claimed, judged.recomputed) if judged.recomputed is not None else 1.0

    if proposal.arithmetic == "sum" and judged.recomputed is not None:
        # what this part would have to be for the sum to come out
        gap = replace(judged.claimed, interval=judged.claimed.interval - judged.recomputed.interval)
        width = gap.interval
        sign = signs[at] if signs else 1

        scale = operand.quantity.unit.scale / judged.claimed.unit.scale * sign
        wanted = _shifted(width, scale, operand.quantity.value)

        def fits(repair: Repair) -> bool:
            if repair.unit is not None or apart(repair.ends, wanted):
                return False
            value = repair.quantity.value
            if abs(value) * 1000 < abs(operand.quantity.value):  # next to nothing: that would be to leave it out
                return False
            return width.contains((value - operand.quantity.value) * scale)
    else:
        test = _Test.of(proposal, claim, judged.claimed, operands, signs, (at,))

        def fits(repair: Repair) -> bool:
            return test.may_fit(repair.ends) and test.fits(repair.quantity)

    best = _best(operand.quantity, fits, chance)
    if best is None:
        return None
    repair, expected = best
    shown = shown_value(replace(repair.quantity, decimals=operand.quantity.decimals), operand.quantity)
    words = Said("would-tie", repair.words, operand.text.strip(), " / ".join(operand.heads), shown)
    return Diagnosis(words, operand, repair.quantity, expected * len(operands), repair.slip in _TYPED)


def _shifted(width: Interval, scale: Fraction, value: Fraction) -> Ends:
    """Return between which numbers, in floats, one lies that differs from `value` by `width` / `scale`."""
    change = width.times(1 / scale)
    return ends(Quantity(value, change + Interval.point(value)))


def _neighbour(proposal: Proposal, instance: Instance, judged: Judged) -> Diagnosis | None:
    """Whether the right value stands beside the claim: a number copied from the next row or column."""
    grid, (line, place) = proposal.grid, instance.claimed
    recomputed = judged.recomputed
    if grid.table < 0:  # lines of several tables
        return None
    for other_line, other_place in ((line - 1, place), (line + 1, place), (line, place - 1), (line, place + 1)):
        if not (0 <= other_line < len(grid.lines) and 0 <= other_place < len(grid.places)):
            continue
        figure = grid.figures[other_line][other_place]
        if figure is None or recomputed is None or (other_line, other_place) in instance.operands:
            continue
        value = replace(figure.quantity, unit=judged.claimed.unit)
        same = figure.quantity.unit == grid.figure(line, place).quantity.unit
        if same and value.interval.meets(recomputed.interval) and figure.quantity.value:
            what = "neighbour-column" if (other_line == line) != grid.across else "neighbour-row"
            words = Said(what, figure.text.strip(), " / ".join(figure.heads))
            return Diagnosis(words, None, value, 4 * _chance(judged.claimed, recomputed))
    return None


def _part(proposal: Proposal, instance: Instance, judged: Judged, operands: Sequence[Figure]) -> Diagnosis | None:
    """Whether the claimed total leaves a part out, or holds one more."""
    recomputed = judged.recomputed
    if proposal.arithmetic != "sum" or recomputed is None:
        return None
    unit = judged.claimed.unit
    signs = dict(proposal.line_signs)
    gap = judged.claimed.interval - recomputed.interval
    chance = _chance(judged.claimed, recomputed)
    for (line, _), operand in zip(instance.operands, operands, strict=True):
        # by scales: a part in percentage points may stand in a sum of percent
        value = operand.quantity.interval.times(-signs.get(line, 1) * operand.quantity.unit.scale / unit.scale)
        if operand.quantity.value and gap.meets(value):
            words = Said("leaves-out", " / ".join(operand.heads), operand.text.strip())
            return Diagnosis(words, None, recomputed, chance * len(operands))
    used = {line for line, _ in proposal.line_signs} | {instance.claimed[0]}
    outside = [i for i in range(len(proposal.grid.lines)) if i not in used]
    for i in outside:
        figure = proposal.grid.figures[i][instance.claimed[1]]
        if figure is None or not figure.quantity.value or figure.quantity.unit != unit:
            continue
        if gap.meets(figure.quantity.interval):
            words = Said("includes", " / ".join(figure.heads), figure.text.strip())
            return Diagnosis(words, None, recomputed, chance * len(outside))
    return None


def _other_base(proposal: Proposal, instance: Instance, judged: Judged) -> Diagnosis | None:
    """Whether a growth rate holds against another line than the one it should be measured on."""
    if proposal.arithmetic not in ("growth", "cagr") or judged.recomputed is None:
        return None
    grid = proposal.grid
    (now, place), (base, base_place) = instance.operands
    claim, first = grid.figure(*instance.claimed), grid.figure(now, place)
    others = (
        [(i, base_place) for i in range(len(grid.lines)) if i not in (now, base, instance.claimed[0])]
        if base != now
        else [(base, j) for j in range(len(grid.places)) if j not in (place, base_place)]
    )
    chance = _chance(judged.claimed, judged.recomputed)
    for position in others:
        other = grid.figures[position[0]][position[1]]
        if other is None or other.quantity.unit != first.quantity.unit or not other.quantity.value:
            continue
        again = decide(proposal.arithmetic, claim, judged.claimed, [first, other], (), proposal.years)
        if again.verdict == "ties":
            words = Said("other-base", other.text.strip(), " / ".join(other.heads))
            return Diagnosis(words, None, judged.recomputed, chance * len(others))
    if proposal.arithmetic == "cagr":
        for years in (proposal.years + 1, proposal.years - 1):
            if years > 0:
                operands = [first, grid.figure(base, base_place)]
                again = decide("cagr", claim, judged.claimed, operands, (), years)
                if again.verdict == "ties":
                    many = "one-period-many" if years > proposal.years else "one-period-few"
                    return Diagnosis(Said(many, years, proposal.years), None, judged.recomputed, 2 * chance)
    return None


def _implied_price(proposal: Proposal, instance: Instance, judged: Judged) -> Diagnosis | None:
    """Name the price at which a multiple would be right; that of another day if it is one for all years of a share."""
    grid = proposal.grid
    if proposal.arithmetic != "ratio" or grid.figure(*instance.operands[0]).metric != "price":
        return None
    mine = [each for each in proposal.instances if each.operands[0] == instance.operands[0]]
    prices = [
        grid.figure(*each.claimed).quantity.interval * grid.figure(*each.operands[1]).quantity.interval for each in mine
    ]
    lows = [price.low for price in prices if price.low is not None]
    highs = [price.high for price in prices if price.high is not None]
    stated = grid.figure(*instance.operands[0])
    if not lows or len(lows) != len(highs):
        return None
    one = max(lows) <= min(highs)
    own = prices[mine.index(instance)]
    low, high = (max(lows), min(highs)) if one else (own.low or lows[0], own.high or highs[0])
    decimals = stated.quantity.decimals or 2
    at = [format_value(end, decimals) for end in (low, high)]
    words = Said("other-price", *at, stated.text.strip())
    many = one and len(mine) >= 2 and not low <= stated.quantity.value <= high
    return Diagnosis(words, None, judged.recomputed, CONVINCING / 2 if many else _PRICE)
