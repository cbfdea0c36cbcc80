"""Which slips of a pen, a keyboard or a copy turn one printed number into another?

Every slip is a guess that is tested: the number is put back as it would have been, and the relation is computed again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Final, Literal, NamedTuple

from yanbao.check.tick.rough import Ends, ends
from yanbao.check.tick.said import Said
from yanbao.quantity.interval import Interval
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import NONE, PERCENT, POINT_OF_PERCENT, Unit

Slip = Literal["sign", "factor", "transposed", "digit", "dropped", "pp"]
_POWERS: Final = tuple(
    (power, Said(code, 10**power), Fraction(10**power), Fraction(1, 10**power))
    for power, code in ((1, "factor"), (2, "factor"), (3, "factor"), (4, "factor-wan"), (8, "factor-yi"))
)
_SIGN, _TRANSPOSED, _EXCHANGED = Said("sign"), Said("transposed"), Said("exchanged")
_DIGIT, _MISSING, _EXTRA, _POINTS = Said("digit"), Said("missing-digit"), Said("extra-digit"), Said("points")
_TURNED: Final = Fraction(-1)
_MOST_DIGITS: Final = 20


class Repair(NamedTuple):
    """A number as it would have been without one slip; `words` say which.

    `ends` of its interval, in the unit it is printed in, are floats: enough to rule out most repairs of a number
    before `quantity` is made.
    """

    slip: Slip
    words: Said
    ends: Ends
    printed: Quantity
    factor: Fraction | None = None  # that it is multiplied by
    digits: int | None = None  # that it has instead of its own
    unit: Unit | None = None

    @property
    def quantity(self) -> Quantity:
        """The number as it would have been."""
        if self.factor is not None:
            return _scaled(self.printed, self.factor)
        if self.unit is not None:
            return replace(self.printed, unit=self.unit)
        assert self.digits is not None
        value = Fraction(self.digits, 10 ** (self.printed.decimals or 0))
        return _moved(self.printed, -value if self.printed.value < 0 else value)


def repairs(quantity: Quantity) -> Iterator[Repair]:
    """Yield what a printed number may have been before one slip, the rarest kinds of coincidence first.

    >>> from yanbao.quantity.unit import YI_YUAN
    >>> [each.words for each in repairs(Quantity.printed("12", YI_YUAN)) if each.quantity.value == 21]
    ['two digits are transposed']
    """
    low, high = ends(quantity, NONE)
    if quantity.value:
        yield Repair("sign", _SIGN, (-high, -low), quantity, factor=_TURNED)
    if quantity.decimals is None:
        return
    for power, words, up, down in _POWERS if quantity.value else ():
        ten = 10.0**power
        yield Repair("factor", words, (low * ten, high * ten), quantity, factor=up)
        yield Repair("factor", words, (low / ten, high / ten), quantity, factor=down)
    digits = _digits(quantity)
    if len(digits) > _MOST_DIGITS:
        return
    sign = -1 if quantity.value < 0 else 1
    unit = 10 ** (quantity.decimals or 0)
    below, above = _around(quantity)

    def other(slip: Slip, words: Said, changed: str) -> Repair:
        number = int(changed)
        value = sign * number / unit
        return Repair(slip, words, (value + below, value + above), quantity, digits=number)

    for i in range(len(digits)):
        for j in range(i + 1, len(digits)):
            if digits[i] != digits[j]:
                swapped = digits[:i] + digits[j] + digits[i + 1 : j] + digits[i] + digits[j + 1 :]
                words = _TRANSPOSED if j == i + 1 else _EXCHANGED
                yield other("transposed", words, swapped)
    for i, old in enumerate(digits):
        for new in "0123456789":
            if new != old:
                yield other("digit", _DIGIT, digits[:i] + new + digits[i + 1 :])
    for i in range(len(digits) + 1):
        for new in "0123456789":
            yield other("dropped", _MISSING, digits[:i] + new + digits[i:])
    for i in range(len(digits)):
        if len(digits) > 1:
            yield other("dropped", _EXTRA, digits[:i] + digits[i + 1 :])
    if quantity.unit in (PERCENT, POINT_OF_PERCENT):
        mixed = POINT_OF_PERCENT if quantity.unit == PERCENT else PERCENT
        yield Repair("pp", _POINTS, (low, high), quantity, unit=mixed)


def truncated(claimed: Quantity, value: Quantity) -> bool:
    """Whether a number is the right one cut off instead of rounded."""
    if claimed.decimals is None or claimed.unit.dimension != value.unit.dimension:
        return False
    right, step = value.value, Fraction(1, 10**claimed.decimals)
    return abs(claimed.value) < abs(right) < abs(claimed.value) + step and claimed.value * right >= 0


def _digits(quantity: Quantity) -> str:
    return str(abs(quantity.value * 10 ** (quantity.decimals or 0)).__floor__())


def _around(quantity: Quantity) -> Ends:
    """Return how far the ends of the interval are from the value."""
    low, high = quantity.interval.low, quantity.interval.high
    if low is None or high is None:
        return 0.0, 0.0
    return float(low - quantity.value), float(high - quantity.value)


def _moved(quantity: Quantity, value: Fraction) -> Quantity:
    """Return the quantity with another value and the interval of the same precision around it."""
    interval = quantity.interval
    if interval.low is None or interval.high is None:
        return replace(quantity, value=value, interval=Interval.point(value))
    shift = value - quantity.value
    return replace(quantity, value=value, interval=Interval(interval.low + shift, interval.high + shift))


def _scaled(quantity: Quantity, factor: Fraction) -> Quantity:
    return replace(quantity, value=quantity.value * factor, interval=quantity.interval.times(factor))
