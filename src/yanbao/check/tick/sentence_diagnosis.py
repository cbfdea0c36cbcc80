"""How a break in a sentence may have come about: each slip is undone, and the relation computed again.

A slip is named only if it would hardly fit by chance: of a rate of two digits one can nearly always say that one digit
differs. The chance is (width of claim and recomputation / size) × the number of slips of that kind that were tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from yanbao.check.tick.figure import Figure
from yanbao.check.tick.proposal import Arithmetic
from yanbao.check.tick.rough import Ends, ends, far, is_plain
from yanbao.check.tick.said import Said
from yanbao.check.tick.slips import Repair, repairs, truncated
from yanbao.quantity.quantity import Quantity

CONVINCING: Final = 0.1  # slips that would fit a number at random
_TURNED: Final = 0.05  # a turned sign or a wrong power of ten is told from the number alone: few are tried


@dataclass(frozen=True)
class Slip:
    """A slip that explains a break: in words, the figure it blames (`None`: the claim), and what that should be."""

    words: Said
    blamed: Figure | None
    value: Quantity
    expected: float


Again = Callable[[Quantity, Sequence[Quantity]], bool]  # does the relation hold for another claim and operands?


def slip(
    claim: Quantity,
    operands: Sequence[Figure],
    recomputed: Quantity,
    again: Again,
    arithmetic: Arithmetic | None,
    years: float = 1,
) -> Slip | None:
    """Return the likeliest slip that makes a relation hold, `None` where none is convincing.

    Parameters: `arithmetic` is what the relation comes to, where floats can rule out slips before `again` is asked.
    """
    values = [operand.quantity for operand in operands]
    found: list[Slip] = []
    if truncated(claim, recomputed):
        return Slip(Said("truncated"), None, recomputed, 0.0)
    chance = _chance(claim, recomputed)
    known = [ends(value) for value in values]
    told = arithmetic if is_plain([claim, *values]) else None

    def claim_fits(repair: Repair) -> bool:
        if told is not None and far(told, _in_base(repair.ends, claim), known, (), years):
            return False
        return again(repair.quantity, values)

    def operand_fits(place: int) -> Callable[[Repair], bool]:
        stated, mine = ends(claim), values[place]

        def fits(repair: Repair) -> bool:
            changed = [*known[:place], _in_base(repair.ends, mine), *known[place + 1 :]]
            if told is not None and far(told, stated, changed, (), years):
                return False
            return again(claim, [*values[:place], repair.quantity, *values[place + 1 :]])

        return fits

    own = _first(claim, claim_fits, chance)
    if own is not None:
        found.append(Slip(own[0], None, own[1], own[2]))
    for place, operand in enumerate(operands):
        hit = _first(operand.quantity, operand_fits(place), chance)
        if hit is not None:
            found.append(Slip(Said("in-figure", hit[0], operand.text), operand, hit[1], hit[2] * len(operands)))
    best = min(found, key=lambda each: each.expected, default=None)
    return best if best is not None and best.expected <= CONVINCING else None


def _in_base(of: Ends, like: Quantity) -> Ends:
    scale = float(like.unit.scale)
    return of[0] * scale, of[1] * scale


def _chance(claim: Quantity, recomputed: Quantity) -> float:
    """Return the probability that a random number of the claim's size meets the recomputed interval."""
    if claim.interval.width is None or recomputed.interval.width is None:
        return 1.0
    step = Fraction(1, 10 ** (claim.decimals or 0))
    size = max(abs(claim.value), abs(recomputed.value), step)
    return float(min(Fraction(1), max(claim.interval.width + recomputed.interval.width, step) / size))


def _first(quantity: Quantity, fits: Callable[[Repair], bool], chance: float) -> tuple[Said, Quantity, float] | None:
    tried: dict[str, int] = {}
    hit: tuple[str, Said, Quantity] | None = None
    for repair in repairs(quantity):
        if hit is not None and repair.slip != hit[0]:
            break
        tried[repair.slip] = tried.get(repair.slip, 0) + 1
        if hit is None and repair.unit is None and fits(repair):
            hit = (repair.slip, repair.words, repair.quantity)
    if hit is None:
        return None
    likely = chance * tried[hit[0]]
    return hit[1], hit[2], min(likely, _TURNED) if hit[0] in ("sign", "factor") else likely
