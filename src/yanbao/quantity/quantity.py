"""A number as an object: value, interval, unit and printed precision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from yanbao.errors import UnitError
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
        number = Decimal(text)
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int):
            raise UnitError(f"{text!r} is not a number")
        decimals = max(0, -exponent)
        return Quantity(Fraction(number), Interval.around(number, Fraction(1, 2 * 10**decimals)), unit, decimals)

    @staticmethod
    def exact(value: Number | str, unit: Unit = NONE) -> Quantity:
        """Return a count, a rank, a tick price or a defined number: width 0."""
        number = Decimal(value) if isinstance(value, str) else value
        exponent = number.as_tuple().exponent if isinstance(number, Decimal) else 0
        decimals = max(0, -exponent) if isinstance(exponent, int) else None
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
            return replace(self, unit=unit)
        scaled = Interval(
            None if self.interval.low is None else self.interval.low * factor,
            None if self.interval.high is None else self.interval.high * factor,
        )
        return Quantity(self.value * factor, scaled, unit, None)

    def meets(self, other: Quantity) -> bool:
        """Whether the two can be the same number, whatever their units' scales."""
        return self.interval.meets(other.to(self.unit).interval)
