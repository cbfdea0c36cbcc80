"""The functions of the language: what each takes, gives and is called in a workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import chain
from typing import TypeAlias

from yanbao.errors import FormulaError, IntervalError, UnitError
from yanbao.quantity.interval import Interval
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import NONE, POINT_OF_PERCENT, Unit

Value: TypeAlias = "Quantity | bool | tuple[Quantity | bool, ...]"


@dataclass(frozen=True)
class Function:
    """A function: how it is called, how many arguments it takes, what it does."""

    usage: str
    arity: tuple[int, int]
    apply: Callable[..., Value]


def scalar(value: Value) -> Quantity:
    """Return a single number, or say that it is not one."""
    if isinstance(value, bool):
        raise FormulaError("a condition stands where a number is needed")
    if isinstance(value, tuple):
        raise FormulaError("a column stands where a single number is needed; sum(...) or mean(...) may be meant")
    return value


def as_vector(value: Value, other: Value) -> tuple[Quantity | bool, ...]:
    """Return a column as it is, and a single number repeated to the length of `other`."""
    if isinstance(value, tuple):
        return value
    return (value,) * (len(other) if isinstance(other, tuple) else 1)


def numbers(values: Sequence[Value]) -> list[Quantity]:
    """Return all numbers in arguments that are numbers or columns, in one unit."""
    flat = list(chain.from_iterable(item if isinstance(item, tuple) else (item,) for item in values))
    if not flat:
        raise FormulaError("no values to work on")
    items = [scalar(item) for item in flat]
    return [item.to(items[0].unit) for item in items]


def add(left: Quantity, right: Quantity) -> Quantity:
    """Return the sum. A level of a ratio plus a difference (5% + 0.3pp) is a level."""
    if not left.unit.dimension and not right.unit.dimension and left.unit.kind != right.unit.kind:
        level, difference = (left, right) if left.unit.kind == "level" else (right, left)
        moved = Quantity(difference.value, difference.interval, _as_level(difference))
        return add(level, moved)
    right = right.to(left.unit)
    return Quantity(left.value + right.value, left.interval + right.interval, left.unit)


def _as_level(value: Quantity) -> Unit:
    return Unit("", (), value.unit.scale)


def compare(left: Quantity, right: Quantity) -> int:
    """Return -1, 0 or 1: how the values as printed compare, in one unit."""
    other = right.to(left.unit).value
    return (left.value > other) - (left.value < other)


def power(base: Quantity, exponent: Quantity) -> Quantity:
    """Return `base ** exponent`; only a pure number may have a fractional exponent."""
    if exponent.unit.dimension or exponent.unit.kind == "difference":
        raise UnitError(f"an exponent is a pure number, not {exponent.unit.describe()}")
    raised = exponent.value * exponent.unit.scale
    if base.unit.dimension:
        if raised.denominator != 1 or not exponent.is_exact:
            raise UnitError(f"{base.unit.describe()} under a fractional exponent")
        return Quantity(
            base.value**raised.numerator, base.interval.power(exponent.interval), base.unit**raised.numerator
        )
    scale = Interval.point(base.unit.scale)
    interval = (base.interval * scale).power(exponent.interval * Interval.point(exponent.unit.scale))
    return Quantity(_point_power(base.value * base.unit.scale, raised), interval, NONE)


def _point_power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator == 1:
        if base == 0 and exponent < 0:
            raise IntervalError("division by 0")
        return Fraction(base**exponent.numerator)
    return _middle(Interval.point(base).power(Interval.point(exponent)))


def _middle(interval: Interval) -> Fraction:
    assert interval.low is not None
    assert interval.high is not None
    return (interval.low + interval.high) / 2


def _sum(*values: Value) -> Quantity:
    return reduce(add, numbers(values))


def _mean(*values: Value) -> Quantity:
    items = numbers(values)
    total = reduce(add, items)
    count = Interval.point(len(items))
    return Quantity(total.value / len(items), total.interval / count, total.unit)


def _median(*values: Value) -> Quantity:
    return _quantile_of(numbers(values), Fraction(1, 2))


def _quantile_of(items: list[Quantity], share: Fraction) -> Quantity:
    """Linear interpolation between order statistics (type 7: numpy's and Excel's PERCENTILE.INC default)."""

    def at(ordered: list[Fraction]) -> Fraction:
        place = share * (len(ordered) - 1)
        below = int(place)
        rest = place - below
        return ordered[below] if not rest else ordered[below] * (1 - rest) + ordered[below + 1] * rest

    lows = [item.interval.low for item in items]
    highs = [item.interval.high for item in items]
    interval = Interval(
        None if None in lows else at(sorted(low for low in lows if low is not None)),
        None if None in highs else at(sorted(high for high in highs if high is not None)),
    )
    return Quantity(at(sorted(item.value for item in items)), interval, items[0].unit)


def _quantile(values: Value, share: Value) -> Quantity:
    wanted = scalar(share).value * scalar(share).unit.scale
    if not 0 <= wanted <= 1:
        raise FormulaError(f"quantile takes a share between 0 and 1, not {float(wanted):g}")
    return _quantile_of(numbers([values]), wanted)


def _minimum(*values: Value) -> Quantity:
    items = numbers(values)
    interval = reduce(Interval.minimum, (item.interval for item in items))
    return Quantity(min(item.value for item in items), interval, items[0].unit)


def _maximum(*values: Value) -> Quantity:
    items = numbers(values)
    interval = reduce(Interval.maximum, (item.interval for item in items))
    return Quantity(max(item.value for item in items), interval, items[0].unit)


def _absolute(value: Value) -> Quantity:
    number = scalar(value)
    return Quantity(abs(number.value), abs(number.interval), number.unit)


def _count(values: Value) -> Quantity:
    items = values if isinstance(values, tuple) else (values,)
    return Quantity.exact(sum(1 for item in items if item is not False))


def _rank(value: Value, values: Value, order: Value | None = None) -> Quantity:
    """1 + how many are larger (order 1: smaller); equal values share a rank, as in a league table."""
    item, others = scalar(value), values if isinstance(values, tuple) else (values,)
    wanted = -1 if order is not None and scalar(order).value == 1 else 1
    return Quantity.exact(1 + sum(1 for other in others if compare(scalar(other), item) == wanted))


def _percentile(value: Value, values: Value) -> Quantity:
    """Share of values that are <= `value`, as printed."""
    item, others = scalar(value), values if isinstance(values, tuple) else (values,)
    return Quantity.exact(Fraction(sum(1 for other in others if compare(scalar(other), item) <= 0), len(others)))


def _difference(left: Value, right: Value) -> Quantity:
    """The difference of two ratios, in percentage points."""
    a, b = scalar(left), scalar(right)
    for number in (a, b):
        if number.unit.dimension:
            raise UnitError(f"diff() takes two ratios, not {number.unit.describe()}; use a minus sign")
    b = b.to(a.unit)
    factor = a.unit.scale / POINT_OF_PERCENT.scale
    interval = (a.interval - b.interval) * Interval.point(factor)
    return Quantity((a.value - b.value) * factor, interval, POINT_OF_PERCENT)


def _log(value: Value) -> Quantity:
    number = scalar(value)
    if number.unit.dimension:
        raise UnitError(f"ln() takes a pure number, not {number.unit.describe()}")
    interval = (number.interval * Interval.point(number.unit.scale)).log()
    exact = number.value * number.unit.scale
    point = Fraction(0) if exact == 1 else _middle(Interval.point(exact).log())
    return Quantity(point, interval, NONE)


def _sqrt(value: Value) -> Quantity:
    number = scalar(value)
    if number.unit.dimension:
        raise UnitError(f"sqrt() takes a pure number, not {number.unit.describe()}")
    return power(number, Quantity.exact(Fraction(1, 2)))


_MANY = 10_000

FUNCTIONS: dict[str, Function] = {
    "sum": Function("sum(x, …)", (1, _MANY), _sum),
    "mean": Function("mean(x, …)", (1, _MANY), _mean),
    "median": Function("median(x, …)", (1, _MANY), _median),
    "quantile": Function("quantile(column, share)", (2, 2), _quantile),
    "min": Function("min(x, …)", (1, _MANY), _minimum),
    "max": Function("max(x, …)", (1, _MANY), _maximum),
    "abs": Function("abs(x)", (1, 1), _absolute),
    "count": Function("count(column) or count(column >= x)", (1, 1), _count),
    "rank": Function("rank(x, column) or rank(x, column, 1) for the smallest first", (2, 3), _rank),
    "percentile": Function("percentile(x, column)", (2, 2), _percentile),
    "diff": Function("diff(a, b): the difference of two ratios in percentage points", (2, 2), _difference),
    "ln": Function("ln(x)", (1, 1), _log),
    "sqrt": Function("sqrt(x)", (1, 1), _sqrt),
}
