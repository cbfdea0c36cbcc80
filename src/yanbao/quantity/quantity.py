"""A number as an object: value, interval, unit and printed precision."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from yanbao.errors import QuantityError
from yanbao.quantity.algebra import difference_unit, product_unit, quotient_unit, sum_unit
from yanbao.quantity.interval import Interval, Number
from yanbao.quantity.unit import NONE, Unit


@dataclass(frozen=True)
class Quantity:
    """A number in a unit, with the interval of what it may be before rounding.

    `value` is the number as printed (or as computed from printed numbers), in `unit`; `interval` holds the true
    value, in `unit`; `decimals` is the count of printed decimal places, `None` where nothing was printed.

    >>> from yanbao.quantity.unit import PERCENT
    >>> Quantity.printed("5.3", PERCENT).interval
    Interval(low=Fraction(21, 4), high=Fraction(107, 20))
    """

    value: Fraction
    interval: Interval
    unit: Unit = NONE
    decimals: int | None = None

    @staticmethod
    def printed(text: str, unit: Unit = NONE) -> Quantity:
        """Return a measurement as printed: `x ± half a unit of its last place`. `text` is plain digits."""
        number, exponent = _plain(text)
        decimals = max(0, -exponent)
        return Quantity(Fraction(number), Interval.around(number, Fraction(1, 2 * 10**decimals)), unit, decimals)

    @staticmethod
    def exact(value: Number | str, unit: Unit = NONE) -> Quantity:
        """Return a count, a rank, a tick price or a defined number: width 0."""
        number: Number = value if not isinstance(value, str) else _plain(value)[0]
        decimals = max(0, -_plain(str(number))[1]) if isinstance(number, Decimal) else 0
        return Quantity(Fraction(number), Interval.point(number), unit, decimals)

    @property
    def is_exact(self) -> bool:
        """Whether the number has width 0."""
        return self.interval.is_exact

    def to(self, unit: Unit) -> Quantity:
        """Return the same quantity in another unit of the same dimension, exactly.

        Raises:
            UnitError: the units do not measure the same thing.
        """
        factor = self.unit.factor_to(unit)
        if factor == 1:
            return Quantity(self.value, self.interval, unit, self.decimals)
        return Quantity(self.value * factor, self.interval.times(factor), unit, None)

    def meets(self, other: Quantity) -> bool:
        """Whether the two can be the same number, whatever their units' scales."""
        factor = other.unit.factor_to(self.unit)
        return self.interval.meets(other.interval if factor == 1 else other.interval.times(factor))

    def __neg__(self) -> Quantity:
        return Quantity(-self.value, -self.interval, self.unit, self.decimals)

    def __abs__(self) -> Quantity:
        return Quantity(abs(self.value), abs(self.interval), self.unit, self.decimals)

    def __add__(self, other: Quantity) -> Quantity:
        unit = sum_unit(self.unit, other.unit)
        left, right = _aligned(self, unit), _aligned(other, unit)
        return Quantity(left.value + right.value, left.interval + right.interval, unit, None)

    def __sub__(self, other: Quantity) -> Quantity:
        unit = difference_unit(self.unit, other.unit)
        left, right = _aligned(self, unit), _aligned(other, unit)
        return Quantity(left.value - right.value, left.interval - right.interval, unit, None)

    def __mul__(self, other: Quantity) -> Quantity:
        unit, factor = product_unit(self.unit, other.unit)
        return _scaled(self.value * other.value, self.interval * other.interval, factor, unit)

    def __truediv__(self, other: Quantity) -> Quantity:
        unit, factor = quotient_unit(self.unit, other.unit)
        interval = self.interval / other.interval  # says what is wrong with a division by 0
        return _scaled(self.value / other.value, interval, factor, unit)


def _scaled(value: Fraction, interval: Interval, factor: Fraction, unit: Unit) -> Quantity:
    if factor == 1:  # mostly
        return Quantity(value, interval, unit, None)
    return Quantity(value * factor, interval.times(factor), unit, None)


def _plain(text: str) -> tuple[Decimal, int]:
    """Return the number and its exponent; what is no finite number is an error."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise QuantityError(f"{text!r} is not a number; digits, a point and a sign are")
    return number, exponent


def _aligned(quantity: Quantity, unit: Unit) -> Quantity:
    """Return the quantity in a unit of the same dimension, whether it is a level or a difference there."""
    factor = quantity.unit.scale / unit.scale if quantity.unit.scale != unit.scale else Fraction(1)
    return _scaled(quantity.value, quantity.interval, factor, unit)
