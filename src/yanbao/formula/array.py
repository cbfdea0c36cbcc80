"""An expression on numpy arrays: for stores, simulations and scenarios, in float64 and base units."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from yanbao.errors import FormulaError
from yanbao.formula.expr import (
    Binary,
    Call,
    Expr,
    Num,
    Ref,
    Refs,
    Unary,
    equally_long,
    is_column,
    is_condition,
    quoted,
)
from yanbao.formula.functions import MAX_LOG, checked_function
from yanbao.formula.interpolation import GEOMETRIC, LINEAR
from yanbao.formula.units import YEARS

Array: TypeAlias = NDArray[Any]
Resolve: TypeAlias = "Callable[[str], Array | float]"

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
}
_JOINED: dict[str, Callable[[Any, Any], Any]] = {"sum": np.add, "mean": np.add, "min": np.minimum, "max": np.maximum}
_ELEMENTWISE: dict[str, Callable[[Any], Any]] = {
    "abs": np.abs,
    "ln": np.log,
    "sqrt": np.sqrt,
    "exp": lambda x: np.where(np.abs(x) <= MAX_LOG, np.exp(x), np.nan),
    "logistic": lambda x: np.where(np.abs(x) <= MAX_LOG, 1.0 / (1.0 + np.exp(-x)), np.nan),
}


def evaluate_array(expr: Expr, resolve: Resolve) -> Array:
    """Return the expression computed element by element.

    Operands are float64 arrays of one shape (or single numbers) in base units: ratios as 0.05, money in 元, time
    in months or seconds. A column (`[{a}, {b}]`) is its arrays stacked; functions of a column work across them.
    NaN is missing: an operand that is NaN gives NaN, and so does what has no answer (a division by 0); a count
    counts what is known. A difference of ratios is in base units too: 0.003 is 0.3pp.

    Raises:
        FormulaError: an unresolved name, an unknown function or a wrong number of arguments.
    """
    if is_condition(expr):
        raise FormulaError(f"{quoted(expr)} is a condition, not a number; count(...) or if(...) may be meant")
    if is_column(expr):
        raise FormulaError(f"{quoted(expr)} is a column, not a number; sum(...) or mean(...) may be meant")
    equally_long(expr)
    return _value(expr, resolve)


def holds_array(expr: Expr, resolve: Resolve) -> Array:
    """Return where a condition is true (1), false (0), or undecided for want of a number (NaN), as float64.

    Raises:
        FormulaError: as `evaluate_array`, or the expression is no condition.
    """
    equally_long(expr)
    return _truth(expr, resolve)


def _value(expr: Expr, resolve: Resolve) -> Array:
    if isinstance(expr, Num):
        return np.float64(float(expr.value)) * np.ones(())
    if isinstance(expr, Ref):
        return np.asarray(resolve(expr.id), dtype=np.float64)
    if isinstance(expr, Refs):
        parts = [np.asarray(resolve(part), dtype=np.float64) for part in expr.ids]
        return np.stack(np.broadcast_arrays(*parts))
    if is_condition(expr):
        raise FormulaError(f"{quoted(expr)} is a condition where a number is needed")
    if isinstance(expr, Unary):
        return np.asarray(np.negative(_value(expr.operand, resolve)))
    if isinstance(expr, Binary):
        return _known(_ARITHMETIC[expr.operator], _value(expr.left, resolve), _value(expr.right, resolve))
    if isinstance(expr, Call):
        return _call(expr, resolve)
    raise FormulaError(f"unknown name {quoted(expr)}")


def _truth(expr: Expr, resolve: Resolve) -> Array:
    """Return 1 where a condition is true, 0 where it is false, NaN where a missing number decides it."""
    if isinstance(expr, Unary) and expr.operator == "not":
        return np.asarray(1.0 - _truth(expr.operand, resolve))
    if isinstance(expr, Binary) and expr.operator in ("and", "or"):
        left, right = _truth(expr.left, resolve), _truth(expr.right, resolve)
        decisive = 0.0 if expr.operator == "and" else 1.0
        # one false decides an `and`, one true an `or`, whatever is missing beside it
        decided = (left == decisive) | (right == decisive)
        return np.where(decided, decisive, left * 0.0 + right * 0.0 + 1.0 - decisive)
    if isinstance(expr, Binary) and expr.operator in _COMPARISONS:
        left, right = _value(expr.left, resolve), _value(expr.right, resolve)
        return np.where(np.isnan(left) | np.isnan(right), np.nan, _COMPARISONS[expr.operator](left, right))
    raise FormulaError(f"{quoted(expr)} is no condition; write one like `a > 0`")


def _known(operation: Callable[..., Any], *values: Array) -> Array:
    """Return a result whose infinities are missing too: they stand for "no answer"."""
    with np.errstate(all="ignore"):
        result = np.asarray(operation(*values), dtype=np.float64)
    finite = np.isfinite(result)
    return result if finite.all() else np.where(finite, result, np.nan)


def _call(expr: Call, resolve: Resolve) -> Array:
    name, arguments = expr.function, expr.arguments
    checked_function(expr)
    if name == "if":
        return _choice(arguments, resolve)
    if name in _JOINED:
        parts = _parts(arguments, resolve)
        joined = reduce(_JOINED[name], parts)
        return np.asarray(joined / len(parts) if name == "mean" else joined)
    if name == "median":
        return np.asarray(np.median(_stack(arguments, resolve), axis=0))
    if name in _ELEMENTWISE:
        return _known(_ELEMENTWISE[name], _value(arguments[0], resolve))
    if name in _BETWEEN:
        return _known(_BETWEEN[name], *(_value(argument, resolve) for argument in arguments))
    if name == "diff":
        return _value(arguments[0], resolve) - _value(arguments[1], resolve)
    if name == "years":
        return _value(arguments[0], resolve) * float(YEARS.scale)
    if name == "quantile":
        share = _written(arguments[1], resolve, "quantile(column, share) takes one share, like 25% or 0.25")
        if not 0 <= share <= 1:
            raise FormulaError(f"quantile(column, share) takes a share between 0 and 1, not {share:g}")
        return np.asarray(np.quantile(_stack(arguments[:1], resolve), share, axis=0))
    if name == "count":
        return _count(arguments[0], resolve)
    return _order(name, arguments, resolve)


def _on_line(x: Array, x0: Array, y0: Array, x1: Array, y1: Array) -> Array:
    inside = (x - x0) * (x - x1) <= 0.0
    return np.where(inside, y0 + (y1 - y0) * (x - x0) / (x1 - x0), np.nan)


def _on_curve(x: Array, x0: Array, y0: Array, x1: Array, y1: Array) -> Array:
    known = ((x - x0) * (x - x1) <= 0.0) & (y0 > 0.0) & (y1 > 0.0)
    return np.where(known, y0 * (y1 / y0) ** ((x - x0) / (x1 - x0)), np.nan)


_ORDERS: Final = "rank(x, column, order) takes the order 0 (largest first) or 1 (smallest first)"
_BETWEEN: dict[str, Callable[..., Array]] = {LINEAR: _on_line, GEOMETRIC: _on_curve}


def _parts(arguments: tuple[Expr, ...], resolve: Resolve) -> list[Array]:
    """Return all values of a function's arguments; a column gives one array for each of its cells."""
    parts: list[Array] = []
    for argument in arguments:
        if isinstance(argument, Refs):  # without a copy
            parts += [np.asarray(resolve(part), dtype=np.float64) for part in argument.ids]
            continue
        value = _value(argument, resolve)
        parts += list(value) if is_column(argument) else [value]
    return parts


def _stack(arguments: tuple[Expr, ...], resolve: Resolve) -> Array:
    """Return all values of a function's arguments along the first axis."""
    return np.stack(np.broadcast_arrays(*_parts(arguments, resolve)))


def _choice(arguments: tuple[Expr, ...], resolve: Resolve) -> Array:
    condition = _truth(arguments[0], resolve)
    yes, no = (_value(argument, resolve) for argument in arguments[1:])
    return np.where(np.isnan(condition), np.nan, np.where(condition == 1.0, yes, no))


def _count(argument: Expr, resolve: Resolve) -> Array:
    if is_condition(argument):
        truth = _truth(argument, resolve)
        return np.asarray(np.sum(truth == 1.0, axis=0) if is_column(argument) else truth == 1.0, dtype=np.float64)
    return np.asarray(np.sum(~np.isnan(_stack((argument,), resolve)), axis=0), dtype=np.float64)


def _written(argument: Expr, resolve: Resolve, usage: str) -> float:
    """Return an argument that is one number, whatever is drawn."""
    found = np.unique(_value(argument, resolve))
    if found.size != 1:
        raise FormulaError(usage)
    return float(found[0])


def _order(name: str, arguments: tuple[Expr, ...], resolve: Resolve) -> Array:
    item, others = _value(arguments[0], resolve), _stack(arguments[1:2], resolve)
    if name == "percentile":
        result = _known(np.divide, np.sum(others <= item, axis=0), np.sum(~np.isnan(others), axis=0))
    else:
        order = _written(arguments[2], resolve, _ORDERS) if len(arguments) == 3 else 0.0
        if order not in (0, 1):
            raise FormulaError(_ORDERS)
        smallest_first = order == 1
        ahead = others < item if smallest_first else others > item
        result = 1.0 + np.sum(ahead, axis=0)
    return np.where(np.isnan(item), np.nan, result)
