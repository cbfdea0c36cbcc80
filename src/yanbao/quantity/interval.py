"""Closed intervals of exact rationals: what a printed number may have been before it was rounded."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

from yanbao.errors import IntervalError

Number = int | Fraction | Decimal
_LARGEST_EXPONENT = 10**4  # exponents beyond it (times the base's digits, if fractional) belong to no research figure
_DIGITS = 40  # working digits of an irrational result; its bounds are then moved outward by one unit of the last


@dataclass(frozen=True)
class Interval:
    """All values between `low` and `high`, both included; `None` means unbounded on that side.

    Every operation returns an interval that holds each exact result of points in its operands.

    >>> Interval(Fraction(1), Fraction(2)) + Interval.point(3)
    Interval(low=Fraction(4, 1), high=Fraction(5, 1))
    """

    low: Fraction | None
    high: Fraction | None

    def __post_init__(self) -> None:
        low, high = self.low, self.high
        if low is not None and high is not None and low is not high and less(high, low):
            raise IntervalError(f"interval is upside down: {self.low} > {self.high}")

    @staticmethod
    def point(value: Number) -> Interval:
        """Return the interval that holds one value: width 0, exact."""
        exact = value if isinstance(value, Fraction) else Fraction(value)
        return Interval(exact, exact)

    @staticmethod
    def around(value: Number, half_width: Number) -> Interval:
        """Return `[value - half_width, value + half_width]`."""
        centre, half = Fraction(value), Fraction(half_width)
        return Interval(centre - half, centre + half)

    @staticmethod
    def hull(parts: Iterable[Interval]) -> Interval:
        """Return the smallest interval that holds all `parts`; at least one is needed."""
        items = list(parts)
        if not items:
            raise IntervalError("no intervals to join")
        lows = [item.low for item in items]
        highs = [item.high for item in items]
        return Interval(
            None if None in lows else min(low for low in lows if low is not None),
            None if None in highs else max(high for high in highs if high is not None),
        )

    @property
    def is_exact(self) -> bool:
        """Whether the interval is one point."""
        return self.low is not None and (self.low is self.high or self.low == self.high)

    @property
    def width(self) -> Fraction | None:
        """Length of the interval, `None` if unbounded."""
        return None if self.low is None or self.high is None else self.high - self.low

    def contains(self, value: Number) -> bool:
        """Whether `value` lies in the interval."""
        exact = Fraction(value)
        return (self.low is None or self.low <= exact) and (self.high is None or exact <= self.high)

    def meets(self, other: Interval) -> bool:
        """Whether the two intervals have a value in common: the test of every claim."""
        return not (
            (self.high is not None and other.low is not None and less(self.high, other.low))
            or (other.high is not None and self.low is not None and less(other.high, self.low))
        )

    def sign(self) -> int | None:
        """Return 1, -1 or 0 where all values agree on it, else `None`."""
        if self.low is not None and self.low.numerator > 0:
            return 1
        if self.high is not None and self.high.numerator < 0:
            return -1
        return 0 if self.low == 0 and self.high == 0 else None

    def __neg__(self) -> Interval:
        return Interval(
            None if self.high is None else -self.high,
            None if self.low is None else -self.low,
        )

    def __abs__(self) -> Interval:
        if self.low is not None and self.low >= 0:
            return self
        if self.high is not None and self.high <= 0:
            return -self
        if self.low is None or self.high is None:
            return Interval(Fraction(0), None)
        return Interval(Fraction(0), max(-self.low, self.high))

    def __add__(self, other: Interval) -> Interval:
        return Interval(
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
        )

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        if other.is_exact and other.low is not None:
            return self.times(other.low)
        if self.is_exact and self.low is not None:
            return other.times(self.low)
        corners = [_times(a, b) for a in _ends(self) for b in _ends(other)]
        return _from_extended(min(corners), max(corners))

    def times(self, factor: Fraction) -> Interval:
        """Return the interval of `x * factor`: what `*` gives with a point, for half the time."""
        low, high = self.low, self.high
        if factor.numerator < 0:
            low, high = high, low
        elif not factor:
            return Interval.point(0)
        least = None if low is None else low * factor
        return Interval(least, least if high is low else None if high is None else high * factor)

    def __truediv__(self, other: Interval) -> Interval:
        if not other.sign():
            raise IntervalError("division by a number that may be 0")
        reciprocal = Interval(
            Fraction(0) if other.high is None else 1 / other.high,
            Fraction(0) if other.low is None else 1 / other.low,
        )
        return self * reciprocal

    def power(self, exponent: Interval) -> Interval:
        """Return `self ** exponent`: integer exponents exactly, others rounded outward, base > 0.

        Raises:
            IntervalError: a base that may be <= 0 under a fractional exponent, or an unbounded operand.
        """
        if exponent.is_exact and exponent.low is not None and exponent.low.denominator == 1:
            return self._integer_power(exponent.low.numerator)
        if self.low is None or self.high is None or exponent.low is None or exponent.high is None:
            raise IntervalError("a power of an unbounded number")
        if self.low <= 0:
            raise IntervalError("a fractional power needs a base above 0")
        # x**y is monotonic in each argument for x > 0, so its extremes stand in the corners
        if exponent.is_exact:
            least, most = (self.low, self.high) if exponent.low > 0 else (self.high, self.low)
            return Interval(_real_power(least, exponent.low, -1), _real_power(most, exponent.low, 1))
        corners = [(base, power) for base in (self.low, self.high) for power in (exponent.low, exponent.high)]
        return Interval(
            min(_real_power(base, power, -1) for base, power in corners),
            max(_real_power(base, power, 1) for base, power in corners),
        )

    def log(self) -> Interval:
        """Return the natural logarithm, rounded outward; every value must be above 0."""
        if self.low is None or self.high is None or self.low <= 0:
            raise IntervalError("a logarithm needs a bounded number above 0")
        return Interval(_log(self.low, -1), _log(self.high, 1))

    def exp(self) -> Interval:
        """Return e to the power of the interval, rounded outward.

        Raises:
            IntervalError: an unbounded exponent, or one too large to compute.
        """
        if self.low is None or self.high is None:
            raise IntervalError("a power of e with an unbounded exponent")
        if max(abs(self.low), abs(self.high)) > _LARGEST_EXPONENT:
            raise IntervalError("a power of e too large to compute")
        return Interval(_exp(self.low, -1), _exp(self.high, 1))

    def _integer_power(self, exponent: int) -> Interval:
        if exponent == 0:
            return Interval.point(1)
        if abs(exponent) > _LARGEST_EXPONENT:
            raise IntervalError(f"a power too large to compute: exponent {exponent}")
        if exponent < 0:
            return Interval.point(1) / self._integer_power(-exponent)
        base = abs(self) if exponent % 2 == 0 else self
        low = None if base.low is None else base.low**exponent
        high = None if base.high is None else base.high**exponent
        return Interval(low, high)

    def minimum(self, other: Interval) -> Interval:
        """Return the interval of `min(a, b)`."""
        return _from_extended(min(_low(self), _low(other)), min(_high(self), _high(other)))

    def maximum(self, other: Interval) -> Interval:
        """Return the interval of `max(a, b)`."""
        return _from_extended(max(_low(self), _low(other)), max(_high(self), _high(other)))


def less(a: Fraction, b: Fraction) -> bool:
    """Return `a < b`, for a third of the time: Fraction's own first asks what kind of number b is."""
    return a.numerator * b.denominator < b.numerator * a.denominator


_Extended = Fraction | float  # float only for the two infinities


def _low(interval: Interval) -> _Extended:
    return -math.inf if interval.low is None else interval.low


def _high(interval: Interval) -> _Extended:
    return math.inf if interval.high is None else interval.high


def _ends(interval: Interval) -> tuple[_Extended, _Extended]:
    return _low(interval), _high(interval)


def _times(a: _Extended, b: _Extended) -> _Extended:
    # 0 x infinity is 0 here: the infinity stands for "however large", never for a value
    if a == 0 or b == 0:
        return Fraction(0)
    if isinstance(a, float) or isinstance(b, float):
        return math.inf if (a > 0) == (b > 0) else -math.inf
    return a * b


def _from_extended(low: _Extended, high: _Extended) -> Interval:
    return Interval(
        None if isinstance(low, float) else low,
        None if isinstance(high, float) else high,
    )


def _decimal(value: Fraction, direction: int, digits: int) -> Decimal:
    context = Context(prec=digits, rounding=ROUND_FLOOR if direction < 0 else ROUND_CEILING)
    return context.divide(Decimal(value.numerator), Decimal(value.denominator))


def _real_power(base: Fraction, exponent: Fraction, direction: int) -> Fraction:
    # x**y = exp(y ln x): a relative error in x grows by |y|, one in y by |y ln x|. The working digits are raised by
    # the digits of that growth, so that the slack of _outward covers both.
    growth = abs(exponent) * (1 + 3 * abs(_magnitude(base)))
    if growth > 10 * _LARGEST_EXPONENT:
        raise IntervalError("a power too large to compute")
    digits = _DIGITS + len(str(int(growth))) + 2
    context = Context(prec=digits, Emax=MAX_EMAX, Emin=MIN_EMIN)
    x, y = _decimal(base, direction, digits), _decimal(exponent, direction, digits)
    return _outward(context.power(x, y), direction)


def _magnitude(value: Fraction) -> int:
    """Return the power of ten of a value above 0, to within one."""
    return (value.numerator.bit_length() - value.denominator.bit_length()) * 3 // 10 + 1


def _outward(result: Decimal, direction: int) -> Fraction:
    # decimal's power is within one unit of its last digit; the slack is some 10**4 units
    slack = Fraction(3) * Fraction(10) ** (result.adjusted() - _DIGITS + 4)
    return Fraction(result) + direction * slack


def _exp(value: Fraction, direction: int) -> Fraction:
    if value == 0:
        return Fraction(1)
    # an error in x is the same relative error of e**x: five digits more than are kept cover any x that is allowed
    x = _decimal(value, direction, _DIGITS + 5)
    return _outward(Context(prec=_DIGITS + 5, Emax=MAX_EMAX, Emin=MIN_EMIN).exp(x), direction)


def _log(value: Fraction, direction: int) -> Fraction:
    if value == 1:
        return Fraction(0)
    if abs(value - 1) < Fraction(1, 10 ** (_DIGITS // 2)):  # where rounding x would cost the result its digits:
        return 1 - 1 / value if direction < 0 else value - 1  # ln x lies between the two
    x = _decimal(value, direction, _DIGITS + 5)
    # decimal's ln is correctly rounded; x was rounded in the same direction, and ln grows with x
    return _outward(Context(prec=_DIGITS + 5).ln(x), direction)
