"""The value between two points: on a straight line, or on the path of constant growth."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Final

from yanbao.errors import IntervalError
from yanbao.formula.expr import Call, Expr, Name
from yanbao.formula.value import Value, numbers, scalar
from yanbao.quantity.interval import Interval
from yanbao.quantity.quantity import Quantity

LINEAR: Final = "interpolate"
GEOMETRIC: Final = "interpolate_growth"

_Curve = Callable[[Fraction, Fraction, Fraction, Fraction, Fraction], Interval]


def between_known(expr: Expr) -> Name | None:
    """Return the column of `interpolate(column)`: of the call that finds its points itself.

    >>> from yanbao.formula.parse import parse
    >>> between_known(parse("interpolate(rate)"))
    Name(table=None, column='rate', key=None)
    """
    if not (isinstance(expr, Call) and expr.function in (LINEAR, GEOMETRIC) and len(expr.arguments) == 1):
        return None
    name = expr.arguments[0]
    return name if isinstance(name, Name) else None


def linear(x: Value, x0: Value, y0: Value, x1: Value, y1: Value) -> Quantity:
    """The value at x on the line from (x0, y0) to (x1, y1); x lies between the two."""
    return _interpolated(_on_line, x, x0, y0, x1, y1)


def geometric(x: Value, x0: Value, y0: Value, x1: Value, y1: Value) -> Quantity:
    """The value at x where growth from (x0, y0) to (x1, y1) is constant: y0 (y1 / y0)**((x - x0) / (x1 - x0))."""
    return _interpolated(_on_curve, x, x0, y0, x1, y1)


def _interpolated(curve: _Curve, x: Value, x0: Value, y0: Value, x1: Value, y1: Value) -> Quantity:
    """Both curves are monotonic in each of the five numbers while the others stay: extremes stand in the corners."""
    first, at, last = numbers([scalar(x0), scalar(x), scalar(x1)])
    start, end = numbers([scalar(y0), scalar(y1)])
    if not min(first.value, last.value) <= at.value <= max(first.value, last.value):
        raise IntervalError("x lies outside of x0 and x1")
    if not (last.interval - first.interval).sign():
        raise IntervalError("x0 and x1 may be one and the same")
    corners = product(*(_both_ends(number) for number in (at, first, start, last, end)))
    interval = Interval.hull([curve(*corner) for corner in corners])
    point = curve(at.value, first.value, start.value, last.value, end.value)
    assert point.low is not None
    assert point.high is not None
    return Quantity((point.low + point.high) / 2, interval, start.unit)


def _on_line(x: Fraction, x0: Fraction, y0: Fraction, x1: Fraction, y1: Fraction) -> Interval:
    return Interval.point(y0 + (y1 - y0) * (x - x0) / (x1 - x0))


def _on_curve(x: Fraction, x0: Fraction, y0: Fraction, x1: Fraction, y1: Fraction) -> Interval:
    if not (y0 > 0 and y1 > 0):
        raise IntervalError("constant growth needs numbers above 0 at both ends")
    share = (x - x0) / (x1 - x0)
    return Interval.point(y0) * Interval.point(y1 / y0).power(Interval.point(share))


def _both_ends(number: Quantity) -> tuple[Fraction, ...]:
    low, high = number.interval.low, number.interval.high
    if low is None or high is None:
        raise IntervalError("interpolation with an unbounded number")
    return (low,) if low == high else (low, high)
