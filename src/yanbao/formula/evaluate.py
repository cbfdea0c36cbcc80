"""An expression on intervals: value, interval and unit of the result, with every unit checked."""

from __future__ import annotations

from collections.abc import Callable

from yanbao.errors import FormulaError, IntervalError, UnitError
from yanbao.formula.expr import Binary, Call, Expr, Name, Num, Ref, Refs, Unary, source
from yanbao.formula.functions import FUNCTIONS, Value, add, as_vector, compare, power, scalar
from yanbao.quantity.interval import Interval
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import NONE

Resolve = Callable[[str], Quantity]


def evaluate(expr: Expr, resolve: Resolve) -> Quantity:
    """Return what the expression comes to, given its operands.

    `value` is computed from the operands' printed values, `interval` from their intervals: it holds every result
    that the true values behind the printed ones could have. Comparisons and counts use the values as printed.

    Args:
        expr: an expression whose names are resolved to references.
        resolve: gives the quantity of a fact id.

    Raises:
        FormulaError: an unresolved name, an unknown function, a wrong number of arguments, no answer.
        UnitError: units that do not go together; the message quotes the part of the expression.

    >>> from yanbao.formula.parse import parse
    >>> facts = {"a": Quantity.exact(110), "b": Quantity.exact(100)}
    >>> evaluate(parse("{a} / {b} - 1"), facts.__getitem__).value
    Fraction(1, 10)
    """
    result = _value(expr, resolve)
    if isinstance(result, bool):
        raise FormulaError(f"`{source(expr)}` is a condition, not a number; count(...) or if(...) may be meant")
    if isinstance(result, tuple):
        raise FormulaError(f"`{source(expr)}` is a column, not a number; sum(...) or mean(...) may be meant")
    return result


def holds(expr: Expr, resolve: Resolve) -> bool:
    """Return whether a condition is true of the values as printed.

    Raises:
        FormulaError: the expression is not a condition.
    """
    result = _value(expr, resolve)
    if not isinstance(result, bool):
        raise FormulaError(f"`{source(expr)}` is a number, not a condition")
    return result


def _value(expr: Expr, resolve: Resolve) -> Value:
    try:
        return _dispatch(expr, resolve)
    except UnitError as error:
        if "`" in str(error):
            raise
        raise UnitError(f"`{source(expr)}`: {error}") from error
    except (IntervalError, ZeroDivisionError) as error:
        raise FormulaError(f"`{source(expr)}` has no answer: {error}") from error


def _dispatch(expr: Expr, resolve: Resolve) -> Value:
    if isinstance(expr, Num):
        return Quantity.exact(expr.value)
    if isinstance(expr, Ref):
        return resolve(expr.id)
    if isinstance(expr, Refs):
        return tuple(resolve(part) for part in expr.ids)
    if isinstance(expr, Name):
        raise FormulaError(f"unknown name `{source(expr)}`")
    if isinstance(expr, Unary):
        return _unary(expr, resolve)
    if isinstance(expr, Call):
        return _call(expr, resolve)
    return _binary(expr, resolve)


def _call(expr: Call, resolve: Resolve) -> Value:
    if expr.function == "if":
        if len(expr.arguments) != 3:
            raise FormulaError("if(condition, a, b) takes three arguments")
        condition, yes, no = expr.arguments
        return _value(yes if holds(condition, resolve) else no, resolve)
    function = FUNCTIONS.get(expr.function)
    if function is None:
        raise FormulaError(f"unknown function `{expr.function}`; known: {', '.join(sorted(FUNCTIONS))}")
    low, high = function.arity
    if not low <= len(expr.arguments) <= high:
        raise FormulaError(f"{function.usage} got {len(expr.arguments)} arguments")
    return function.apply(*(_value(argument, resolve) for argument in expr.arguments))


def _unary(expr: Unary, resolve: Resolve) -> Value:
    value = _value(expr.operand, resolve)
    if expr.operator == "not":
        if not isinstance(value, bool):
            raise FormulaError(f"`not` needs a condition, `{source(expr.operand)}` is a number")
        return not value
    return _each(value, _negative)


def _binary(expr: Binary, resolve: Resolve) -> Value:
    left = _value(expr.left, resolve)
    if expr.operator in ("and", "or"):
        if not isinstance(left, bool):
            raise FormulaError(f"`{expr.operator}` needs conditions, `{source(expr.left)}` is a number")
        if left == (expr.operator == "or"):
            return left
        return holds(expr.right, resolve)
    right = _value(expr.right, resolve)
    operation = _OPERATIONS[expr.operator]
    if isinstance(left, tuple) or isinstance(right, tuple):
        lefts, rights = as_vector(left, right), as_vector(right, left)
        if len(lefts) != len(rights):
            raise FormulaError(f"`{source(expr)}` joins columns of {len(lefts)} and {len(rights)} values")
        return tuple(operation(scalar(a), scalar(b)) for a, b in zip(lefts, rights, strict=True))
    return operation(scalar(left), scalar(right))


def _each(value: Value, change: Callable[[Quantity], Quantity]) -> Value:
    if isinstance(value, tuple):
        return tuple(change(scalar(item)) for item in value)
    return change(scalar(value))


def _negative(value: Quantity) -> Quantity:
    return Quantity(-value.value, -value.interval, value.unit)


def _subtract(left: Quantity, right: Quantity) -> Quantity:
    return add(left, _negative(right))


def _multiply(left: Quantity, right: Quantity) -> Quantity:
    # a ratio times a ratio is a plain ratio: its scales go into the value
    left, right = _plain(left), _plain(right)
    return Quantity(left.value * right.value, left.interval * right.interval, left.unit * right.unit)


def _divide(left: Quantity, right: Quantity) -> Quantity:
    left, right = _plain(left), _plain(right)
    if right.value == 0:
        raise IntervalError("division by 0")
    if left.unit.dimension == right.unit.dimension:
        right = right.to(left.unit) if left.unit.kind == right.unit.kind else right
        return Quantity(left.value / right.value, left.interval / right.interval, NONE)
    return Quantity(left.value / right.value, left.interval / right.interval, left.unit / right.unit)


def _plain(value: Quantity) -> Quantity:
    """Return ratios with scale 1 (5% as 0.05), everything else as it is."""
    if value.unit.dimension or value.unit.scale == 1:
        return value
    factor = Interval.point(value.unit.scale)
    return Quantity(value.value * value.unit.scale, value.interval * factor, value.unit.base())


_OPERATIONS: dict[str, Callable[[Quantity, Quantity], Quantity | bool]] = {
    "+": add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "**": power,
    "<": lambda a, b: compare(a, b) < 0,
    "<=": lambda a, b: compare(a, b) <= 0,
    ">": lambda a, b: compare(a, b) > 0,
    ">=": lambda a, b: compare(a, b) >= 0,
    "==": lambda a, b: compare(a, b) == 0,
    "!=": lambda a, b: compare(a, b) != 0,
}
