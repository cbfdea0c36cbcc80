"""Which slips of a pen, a keyboard or a copy turn one printed number into another?

Every slip is a guess that is tested: the number is put back as it would have been, and the relation is computed again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal

from yanbao.quantity.interval import Interval
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import PERCENT, POINT_OF_PERCENT

Slip = Literal["sign", "factor", "transposed", "digit", "dropped", "pp"]
_POWERS: Final = (1, 2, 3, 4, 8)
_MOST_DIGITS: Final = 20


@dataclass(frozen=True)
class Repair:
    """A number as it would have been without one slip; `words` say which."""

    slip: Slip
    quantity: Quantity
    words: str


def repairs(quantity: Quantity) -> Iterator[Repair]:
    """Yield what a printed number may have been before one slip, the rarest kinds of coincidence first.

    >>> from yanbao.quantity.unit import YI_YUAN
    >>> [each.words for each in repairs(Quantity.printed("12", YI_YUAN)) if each.quantity.value == 21]
    ['two digits are transposed']
    """
    if quantity.value:
        yield Repair("sign", -quantity, "the sign is turned")
    if quantity.decimals is None:
        return
    for power in _POWERS if quantity.value else ():
        name = {4: " (万 for one)", 8: " (亿 for one)"}.get(power, "")
        yield Repair("factor", _scaled(quantity, Fraction(10**power)), f"off by a factor of {10**power}{name}")
        yield Repair("factor", _scaled(quantity, Fraction(1, 10**power)), f"off by a factor of {10**power}{name}")
    digits = _digits(quantity)
    if len(digits) > _MOST_DIGITS:
        return
    for i in range(len(digits)):
        for j in range(i + 1, len(digits)):
            if digits[i] != digits[j]:
                swapped = digits[:i] + digits[j] + digits[i + 1 : j] + digits[i] + digits[j + 1 :]
                words = "two digits are transposed" if j == i + 1 else "two digits are exchanged"
                yield Repair("transposed", _with(quantity, swapped), words)
    for i, old in enumerate(digits):
        for new in "0123456789":
            if new != old:
                yield Repair("digit", _with(quantity, digits[:i] + new + digits[i + 1 :]), "one digit differs")
    for i in range(len(digits) + 1):
        for new in "0123456789":
            yield Repair("dropped", _with(quantity, digits[:i] + new + digits[i:]), "a digit is missing")
    for i in range(len(digits)):
        if len(digits) > 1:
            yield Repair("dropped", _with(quantity, digits[:i] + digits[i + 1 :]), "a digit is too many")
    if quantity.unit in (PERCENT, POINT_OF_PERCENT):
        other = POINT_OF_PERCENT if quantity.unit == PERCENT else PERCENT
        yield Repair("pp", replace(quantity, unit=other), "percentage points and percent are mixed up")


def truncated(claimed: Quantity, value: Quantity) -> bool:
    """Whether a number is the right one cut off instead of rounded."""
    if claimed.decimals is None or claimed.unit.dimension != value.unit.dimension:
        return False
    right, step = value.value, Fraction(1, 10**claimed.decimals)
    return abs(claimed.value) < abs(right) < abs(claimed.value) + step and claimed.value * right >= 0


def _digits(quantity: Quantity) -> str:
    return str(abs(quantity.value * 10 ** (quantity.decimals or 0)).__floor__())


def _with(quantity: Quantity, digits: str) -> Quantity:
    value = Fraction(int(digits), 10 ** (quantity.decimals or 0))
    return _moved(quantity, -value if quantity.value < 0 else value)


def _moved(quantity: Quantity, value: Fraction) -> Quantity:
    """Return the quantity with another value and the interval of the same precision around it."""
    interval = quantity.interval
    if interval.low is None or interval.high is None:
        return replace(quantity, value=value, interval=Interval.point(value))
    shift = value - quantity.value
    return replace(quantity, value=value, interval=Interval(interval.low + shift, interval.high + shift))


def _scaled(quantity: Quantity, factor: Fraction) -> Quantity:
    return replace(quantity, value=quantity.value * factor, interval=quantity.interval.times(factor))
