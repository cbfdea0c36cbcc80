"""The functions of the language: what each takes and gives, on quantities with intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Final

from yanbao.errors import FormulaError, IntervalError, UnitError
from yanbao.formula.expr import Call, quoted
from yanbao.formula.interpolation import GEOMETRIC, LINEAR, geometric, linear
from yanbao.formula.truth import Truth, compare
from yanbao.formula.units import YEARS, aligned, is_bare_zero, scaled, with_energy
from yanbao.formula.value import Value, items_of, numbers, scalar
from yanbao.quantity.interval import Interval
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import NONE, POINT_OF_PERCENT

MAX_EXPONENT: Final = 1_000
MAX_LOG: Final = 700  # of a power of e: beyond it a float64 has no room
MAX_BITS: Final = 10_000  # of a power: about 3,000 digits


@dataclass(frozen=True)
class Function:
    """A function: how it is called, what it answers, how many arguments it takes, what it does."""

    usage: str
    answer: str
    arity: tuple[int, int]
    apply: Callable[..., Value]


def add(left: Quantity, right: Quantity) -> Quantity:
    """Return the sum. A level of a ratio plus a difference (5% + 0.3pp) is a level."""
    left, right = _beside(left, right)
    return left + right


def negative(value: Quantity) -> Quantity:
    """Return `-x`."""
    return -value


def subtract(left: Quantity, right: Quantity) -> Quantity:
    """Return `a - b`; two numbers in % give percentage points."""
    left, right = _beside(left, right)
    return left - right


def _beside(left: Quantity, right: Quantity) -> tuple[Quantity, Quantity]:
    if is_bare_zero(left):
        left = aligned(left, right.unit)
    return left, aligned(right, left.unit) if is_bare_zero(right) else right


def multiply(left: Quantity, right: Quantity) -> Quantity:
    """Return `a * b`: 12.5% of 1000亿元 is 125亿元, 元/股 times 股 is 元, W times h is Wh."""
    return _in_energy(left * right)


def divide(left: Quantity, right: Quantity) -> Quantity:
    """Return `a / b`; one dimension over itself is a pure number, Wh over W is a time."""
    return _in_energy(left / right)


def _in_energy(value: Quantity) -> Quantity:
    unit = with_energy(value.unit)
    return scaled(value, unit.scale, unit.base()) if unit != value.unit else value


def _plain(value: Quantity) -> Quantity:
    """Return ratios with scale 1 (5% as 0.05), everything else as it is."""
    if value.unit.dimension or value.unit.scale == 1:
        return value
    return scaled(value, value.unit.scale, value.unit.base())


def power(base: Quantity, exponent: Quantity) -> Quantity:
    """Return `base ** exponent`; only a pure number may have a fractional exponent."""
    if exponent.unit.dimension or exponent.unit.kind == "difference":
        raise UnitError(f"an exponent is a pure number, not {exponent.unit.describe()}")
    if base.unit.kind == "difference":
        raise UnitError(f"a power of {base.unit.describe()} has no meaning")
    base, exponent = _plain(base), _plain(exponent)
    raised = exponent.value
    if base.unit.dimension and (raised.denominator != 1 or not exponent.is_exact):
        raise UnitError(f"{base.unit.describe()} under a fractional exponent")
    _bound(base, exponent)
    interval = base.interval.power(exponent.interval)
    point = _point_power(base.value, raised)
    if base.unit.dimension:
        unit = base.unit**raised.numerator
        return scaled(Quantity(point, interval, unit), unit.scale, unit.base())
    return Quantity(point, interval, NONE)


def _bound(base: Quantity, exponent: Quantity) -> None:
    ends = (exponent.value, exponent.interval.low, exponent.interval.high)
    largest = max(abs(end) for end in ends if end is not None)
    if largest > MAX_EXPONENT:
        raise FormulaError(f"an exponent beyond {MAX_EXPONENT} is no arithmetic of a report")
    for end in (base.value, base.interval.low, base.interval.high):
        if end is not None and max(end.numerator.bit_length(), end.denominator.bit_length()) * largest > MAX_BITS:
            raise FormulaError("a power of more than 3,000 digits is no arithmetic of a report")


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
    return scaled(reduce(add, items), Fraction(1, len(items)), items[0].unit)


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
    wanted = scalar(share)
    if wanted.unit.dimension or not wanted.is_exact:
        raise FormulaError("quantile(column, share) takes a share that is written out, like 25% or 0.25")
    exact = wanted.value * wanted.unit.scale
    if not 0 <= exact <= 1:
        raise FormulaError(f"quantile(column, share) takes a share between 0 and 1, not {float(exact):g}")
    return _quantile_of(numbers([values]), exact)


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


def _tally(truths: list[Truth], start: int = 0) -> Quantity:
    """How many are true as printed, between those that surely are and those that may be."""
    value = start + sum(truth.value for truth in truths)
    low = start + sum(truth.value and truth.sure for truth in truths)
    high = start + sum(truth.value or not truth.sure for truth in truths)
    return Quantity(Fraction(value), Interval(Fraction(low), Fraction(high)), NONE)


def _count(values: Value) -> Quantity:
    items = items_of([values])
    truths = [item for item in items if isinstance(item, Truth)]
    return _tally(truths) if truths else Quantity.exact(len(items))


def _against(operator: str, values: Value, item: Value) -> list[Truth]:
    number = scalar(item)
    others = [scalar(other) for other in items_of([values])]
    if not others:
        raise FormulaError("no values to work on")
    return [compare(operator, other, number) for other in others]


def _rank(value: Value, values: Value, order: Value | None = None) -> Quantity:
    """1 + how many are larger (order 1: smaller); equal values share a rank, as in a league table."""
    smallest_first = False
    if order is not None:
        wanted = scalar(order)
        if wanted.value not in (0, 1) or wanted.unit != NONE:
            raise FormulaError("rank(x, column, order) takes the order 0 (largest first) or 1 (smallest first)")
        smallest_first = wanted.value == 1
    return _tally(_against("<" if smallest_first else ">", values, value), 1)


def _percentile(value: Value, values: Value) -> Quantity:
    """Share of values that are <= `value`."""
    truths = _against("<=", values, value)
    return scaled(_tally(truths), Fraction(1, len(truths)), NONE)


def _difference(left: Value, right: Value) -> Quantity:
    """The difference of two ratios, in percentage points."""
    a, b = scalar(left), scalar(right)
    for number in (a, b):
        if number.unit.dimension:
            raise UnitError(f"diff() takes two ratios, not {number.unit.describe()}; use a minus sign")
        if number.unit.kind == "difference":
            raise UnitError("diff() takes two ratios, not percentage points; use a minus sign")
    result = _plain(a) - _plain(b)
    return scaled(result, 1 / POINT_OF_PERCENT.scale, POINT_OF_PERCENT)


def _pure(value: Value, usage: str) -> Quantity:
    number = scalar(value)
    if number.unit.dimension or number.unit.kind == "difference":
        raise UnitError(f"{usage} takes a pure number, not {number.unit.describe()}")
    return _plain(number)


def _log(value: Value) -> Quantity:
    number = _pure(value, "ln()")
    interval = number.interval.log()
    point = Fraction(0) if number.value == 1 else _middle(Interval.point(number.value).log())
    return Quantity(point, interval, NONE)


def _sqrt(value: Value) -> Quantity:
    number = _pure(value, "sqrt()")
    if number.value == 0 and number.is_exact:
        return Quantity.exact(0)
    return power(number, Quantity.exact(Fraction(1, 2)))


def _exponent(value: Value, usage: str) -> Quantity:
    number = _pure(value, usage)
    if any(end is None or abs(end) > MAX_LOG for end in (number.value, number.interval.low, number.interval.high)):
        raise FormulaError(f"{usage} takes numbers from -{MAX_LOG} to {MAX_LOG}")
    return number


def _exp(value: Value) -> Quantity:
    number = _exponent(value, "exp()")
    point = Fraction(1) if number.value == 0 else _middle(Interval.point(number.value).exp())
    return Quantity(point, number.interval.exp(), NONE)


def _logistic(value: Value) -> Quantity:
    """1 / (1 + e**-x): the S of a market that fills up, 1/2 at x = 0."""
    number = _exponent(value, "logistic()")
    one = Interval.point(1)
    interval = one / (one + (-number.interval).exp())
    point = one / (one + Interval.point(-number.value).exp())
    return Quantity(_middle(point), interval, NONE)


def _years(value: Value) -> Quantity:
    number = _pure(value, "years()")
    return Quantity(number.value, number.interval, YEARS)


_MANY: Final = 10_000

FUNCTIONS: Final[dict[str, Function]] = {
    "sum": Function("sum(x, …)", "the sum of numbers and columns", (1, _MANY), _sum),
    "mean": Function("mean(x, …)", "the arithmetic mean", (1, _MANY), _mean),
    "median": Function("median(x, …)", "the median", (1, _MANY), _median),
    "quantile": Function(
        "quantile(column, share)", "the value at a share of a sorted column, as PERCENTILE does", (2, 2), _quantile
    ),
    "min": Function("min(x, …)", "the smallest", (1, _MANY), _minimum),
    "max": Function("max(x, …)", "the largest", (1, _MANY), _maximum),
    "abs": Function("abs(x)", "the number without its sign", (1, 1), _absolute),
    "count": Function(
        "count(column) or count(condition on a column)", "how many values, or how many fulfil", (1, 1), _count
    ),
    "rank": Function(
        "rank(x, column) or rank(x, column, 1)", "the place, largest first; with 1 smallest first", (2, 3), _rank
    ),
    "percentile": Function("percentile(x, column)", "the share of values <= x", (2, 2), _percentile),
    "diff": Function("diff(a, b)", "the difference of two ratios in percentage points", (2, 2), _difference),
    "ln": Function("ln(x)", "the natural logarithm", (1, 1), _log),
    "sqrt": Function("sqrt(x)", "the square root", (1, 1), _sqrt),
    "exp": Function("exp(x)", "e to the power of x", (1, 1), _exp),
    "logistic": Function("logistic(x)", "1 / (1 + exp(-x)), the S-shaped curve from 0 to 1", (1, 1), _logistic),
    LINEAR: Function(f"{LINEAR}(x, x0, y0, x1, y1)", "the value at x on the line between two points", (5, 5), linear),
    GEOMETRIC: Function(
        f"{GEOMETRIC}(x, x0, y0, x1, y1)",
        "the value at x where growth between two points is constant",
        (5, 5),
        geometric,
    ),
    "years": Function("years(x)", "a pure number as a number of years", (1, 1), _years),
}

# words that the language keeps: `if` for itself, the others for the layer that knows cells and their periods
RESERVED: Final[dict[str, str]] = {
    "if": "if(condition, a, b)",
    "prev": "prev(column) is the cell before, in the same column; it needs a table whose rows have an order",
    "span": "span(a, b) is the number of periods from b to a; it needs two cells whose periods are known",
}


def _no_choice(*_values: Value) -> Value:
    raise FormulaError("if(condition, a, b) evaluates only the branch it takes")


_IF: Final = Function("if(condition, a, b)", "a where the condition holds, else b", (3, 3), _no_choice)

_OTHER_NAMES: Final[dict[str, str]] = {
    "avg": "mean",
    "average": "mean",
    "log": "ln",
    "len": "count",
    "countif": "count",
    "iif": "if",
    "minimum": "min",
    "maximum": "max",
    "pow": "**",
    "power": "**",
}


def checked_function(call: Call) -> Function:
    """Return the function that is called, once it exists and its arguments are as many as it takes.

    Raises:
        FormulaError: an unknown name, with what may be meant, or a wrong number of arguments.
    """
    function = _IF if call.function == "if" else FUNCTIONS.get(call.function)
    if function is None:
        raise _unknown_function(call)
    low, high = function.arity
    if not low <= len(call.arguments) <= high:
        raise FormulaError(f"{function.usage} got {len(call.arguments)} arguments")
    return function


def _unknown_function(call: Call) -> FormulaError:
    """Return the error for a call that is no function of the language, with what may be meant."""
    if call.function in RESERVED:
        return FormulaError(f"{quoted(call)} is not replaced yet: {RESERVED[call.function]}")
    from difflib import get_close_matches  # needed by mistakes only

    name = call.function.lower()
    known = sorted({*FUNCTIONS, "if"})
    near = [_OTHER_NAMES[name]] if name in _OTHER_NAMES else get_close_matches(name, known, n=2)
    hint = f"did you mean `{'` or `'.join(near)}`?" if near else f"known: {', '.join(known)}"
    return FormulaError(f"unknown function `{call.function[:40]}`; {hint}")
