"""An expression on intervals: value, interval and unit of the result, with every unit checked."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from yanbao.errors import FormulaError, IntervalError, UnitError
from yanbao.formula.expr import Binary, Call, Expr, Name, Num, Ref, Refs, Unary, counted, quoted
from yanbao.formula.functions import (
    MAX_BITS,
    add,
    checked_function,
    divide,
    multiply,
    negative,
    power,
    subtract,
)
from yanbao.formula.truth import COMPARISONS, Truth, both, compare, either
from yanbao.formula.units import aligned, is_bare_zero
from yanbao.formula.value import NoAnswerError, Value, as_vector, scalar
from yanbao.quantity.interval import Interval
from yanbao.quantity.quantity import Quantity

Resolve = Callable[[str], Quantity]

_LONG_BITS: Final = 4_096  # of a numerator or a denominator, above which a result is rounded
_KEPT_BITS: Final = 1_024  # that are kept then


def evaluate(expr: Expr, resolve: Resolve) -> Quantity:
    """Return what the expression comes to, given its operands.

    `value` is computed from the operands' printed values, `interval` from their intervals: it holds every result
    that the true values behind the printed ones could have. That goes for ranks, counts and conditions too: two
    values that print alike may stand in either order.

    Args:
        expr: an expression whose names are resolved to references.
        resolve: gives the quantity of a fact id; it is asked once for each id.

    Raises:
        NoAnswerError: the operands have no such result (a division by what may be 0).
        FormulaError: an unresolved name, an unknown function, a wrong number of arguments.
        UnitError: units that do not go together; the message quotes the part of the expression.

    >>> from yanbao.formula.parse import parse
    >>> facts = {"a": Quantity.exact(110), "b": Quantity.exact(100)}
    >>> evaluate(parse("{a} / {b} - 1"), facts.__getitem__).value
    Fraction(1, 10)
    """
    result = _Evaluator(resolve).value(expr)
    if isinstance(result, Truth):
        raise FormulaError(f"{quoted(expr)} is a condition, not a number; count(...) or if(...) may be meant")
    if isinstance(result, tuple):
        raise FormulaError(f"{quoted(expr)} is a column, not a number; sum(...) or mean(...) may be meant")
    return _shortened(result, expr)


def _shortened(result: Quantity, expr: Expr) -> Quantity:
    """Return a result whose fractions are of a bounded length: a chain of products would double them at each step.

    The interval is rounded outward, to more than 300 digits.
    """
    ends = (result.value, result.interval.low, result.interval.high)
    known = [end for end in ends if end is not None]
    if all(max(end.numerator.bit_length(), end.denominator.bit_length()) <= _LONG_BITS for end in known):
        return result
    if any(abs(end.numerator.bit_length() - end.denominator.bit_length()) > MAX_BITS for end in known if end):
        raise FormulaError(f"{quoted(expr)} is a number of more than 3,000 digits: that is no arithmetic of a report")
    value, low, high = (end if end is None else _to_bits(end, up) for end, up in zip(ends, (0, 0, 1), strict=True))
    assert value is not None
    return Quantity(value, Interval(low, high), result.unit, result.decimals)


def _to_bits(number: Fraction, up: int) -> Fraction:
    """Return a number cut to some bits of precision, downwards or upwards."""
    shift = _KEPT_BITS - number.numerator.bit_length() + number.denominator.bit_length()
    scale = Fraction(2) ** shift
    return Fraction((number * scale).__ceil__() if up else (number * scale).__floor__()) / scale


def holds(expr: Expr, resolve: Resolve) -> bool:
    """Return whether a condition is true of the values as printed.

    Raises:
        FormulaError: the expression is not a condition.
    """
    return judge(expr, resolve).value


def judge(expr: Expr, resolve: Resolve) -> Truth:
    """Return whether a condition is true of the values as printed, and whether rounding could make it otherwise.

    Raises:
        NoAnswerError: the operands have no such result.
        FormulaError: the expression is not a condition.
    """
    return _Evaluator(resolve).condition(expr)


class _Evaluator:
    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._known: dict[str, Quantity] = {}

    def value(self, expr: Expr) -> Value:
        try:
            return self._dispatch(expr)
        except UnitError as error:
            if "`" in str(error):  # the innermost part is quoted already
                raise
            raise UnitError(f"{quoted(expr)}: {error}") from error
        except (IntervalError, ZeroDivisionError) as error:
            raise NoAnswerError(f"{quoted(expr)} has no answer: {error}") from error

    def condition(self, expr: Expr) -> Truth:
        result = self.value(expr)
        if not isinstance(result, Truth):
            raise FormulaError(f"{quoted(expr)} is no single condition; write one like `a > 0`")
        return result

    def _fact(self, name: str) -> Quantity:
        # one object for each id, its own: comparisons know a fact from another one that prints alike
        if name not in self._known:
            found = self._resolve(name)
            self._known[name] = Quantity(found.value, found.interval, found.unit, found.decimals)
        return self._known[name]

    def _dispatch(self, expr: Expr) -> Value:
        if isinstance(expr, Num):
            return Quantity.exact(expr.value)
        if isinstance(expr, Ref):
            return self._fact(expr.id)
        if isinstance(expr, Refs):
            return tuple(self._fact(part) for part in expr.ids)
        if isinstance(expr, Name):
            raise FormulaError(f"unknown name {quoted(expr)}")
        if isinstance(expr, Unary):
            return self._unary(expr)
        if isinstance(expr, Call):
            return self._call(expr)
        return self._binary(expr)

    def _call(self, expr: Call) -> Value:
        if expr.function == "if":
            return self._choice(expr)
        column = counted(expr)
        if column is not None:  # its cells may hold texts
            return Quantity.exact(len(column.ids))
        return checked_function(expr).apply(*(self.value(argument) for argument in expr.arguments))

    def _choice(self, expr: Call) -> Value:
        checked_function(expr)
        condition = self.condition(expr.arguments[0])
        yes, no = expr.arguments[1:]
        chosen = scalar(self.value(yes if condition.value else no))
        if condition.sure:
            return self._with_unit_of(no if condition.value else yes, chosen) if is_bare_zero(chosen) else chosen
        # rounding may hide which branch is the true one: the result may be either
        other = scalar(self.value(no if condition.value else yes))
        chosen = aligned(chosen, other.unit) if is_bare_zero(chosen) else chosen
        other = aligned(other, chosen.unit)
        return Quantity(chosen.value, Interval.hull([chosen.interval, other.interval]), chosen.unit)

    def _with_unit_of(self, expr: Expr, zero: Quantity) -> Quantity:
        """Return the 0 of `if(profit > 0, profit, 0)` as 0 of what stands beside it."""
        try:
            return aligned(zero, scalar(self.value(expr)).unit)
        except NoAnswerError:  # the branch that is not taken may have none
            return zero

    def _unary(self, expr: Unary) -> Value:
        value = self.value(expr.operand)
        items = value if isinstance(value, tuple) else (value,)
        if expr.operator == "not":
            results: tuple[Quantity | Truth, ...] = tuple(Truth(not t.value, t.sure) for t in _truths(items, expr))
        else:
            results = tuple(negative(scalar(item)) for item in items)
        return results if isinstance(value, tuple) else results[0]

    def _binary(self, expr: Binary) -> Value:
        left = self.value(expr.left)
        if expr.operator in ("and", "or"):
            return self._logical(expr, left)
        right = self.value(expr.right)

        def operate(a: Quantity | Truth, b: Quantity | Truth) -> Quantity | Truth:
            if expr.operator in COMPARISONS:
                return compare(expr.operator, scalar(a), scalar(b))
            return _OPERATIONS[expr.operator](scalar(a), scalar(b))

        return _elementwise(expr, left, right, operate)

    def _logical(self, expr: Binary, left: Value) -> Value:
        join = both if expr.operator == "and" else either
        decisive = expr.operator == "or"
        if isinstance(left, Truth) and left.value == decisive:
            if left.sure:
                return left
            try:
                right = self.value(expr.right)
            except NoAnswerError:
                return left  # what is printed decides, and it stays unsure
        else:
            right = self.value(expr.right)

        def operate(a: Quantity | Truth, b: Quantity | Truth) -> Truth:
            return join(*_truths((a, b), expr))

        return _elementwise(expr, left, right, operate)


def _truths(items: tuple[Quantity | Truth, ...], expr: Expr) -> tuple[Truth, ...]:
    found = tuple(item for item in items if isinstance(item, Truth))
    if len(found) != len(items):
        raise FormulaError(f"{quoted(expr)} needs conditions and got a number; write one like `a > 0`")
    return found


def _elementwise(
    expr: Expr, left: Value, right: Value, operate: Callable[[Quantity | Truth, Quantity | Truth], Quantity | Truth]
) -> Value:
    if not isinstance(left, tuple) and not isinstance(right, tuple):
        return operate(left, right)
    lefts, rights = as_vector(left, right), as_vector(right, left)
    if len(lefts) != len(rights):
        raise FormulaError(f"{quoted(expr)} joins columns of {len(lefts)} and {len(rights)} values")
    return tuple(operate(a, b) for a, b in zip(lefts, rights, strict=True))


_OPERATIONS: dict[str, Callable[[Quantity, Quantity], Quantity]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
