"""An expression on numpy arrays: for stores, simulations and scenarios, in float64 and base units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yanbao.errors import FormulaError
from yanbao.formula.expr import Binary, Call, Expr, Num, Ref, Refs, Unary, source

Array = NDArray[Any]

_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
    "and": np.logical_and,
    "or": np.logical_or,
}


def evaluate_array(expr: Expr, resolve: Callable[[str], Array | float]) -> Array | float:
    """Return the expression computed element by element.

    Operands are float64 arrays of one shape (or single numbers) in base units: ratios as 0.05, money in 元. A NaN
    operand gives NaN. `diff` is in percentage points. Functions of a column (`sum`, `rank`, …) need a list of
    references and work across them, element by element.

    Raises:
        FormulaError: an unresolved name or a function without an array form.
    """
    if isinstance(expr, Num):
        return float(expr.value)
    if isinstance(expr, Ref):
        return resolve(expr.id)
    if isinstance(expr, Unary):
        value = evaluate_array(expr.operand, resolve)
        return np.logical_not(value) if expr.operator == "not" else np.negative(value)
    if isinstance(expr, Binary):
        with np.errstate(divide="ignore", invalid="ignore"):
            result: Array = _OPERATIONS[expr.operator](
                evaluate_array(expr.left, resolve), evaluate_array(expr.right, resolve)
            )
        return result
    if isinstance(expr, Call):
        return _call(expr, resolve)
    raise FormulaError(f"`{source(expr)}` has no value on arrays")


def _stack(arguments: tuple[Expr, ...], resolve: Callable[[str], Array | float]) -> Array:
    parts: list[Array | float] = []
    for argument in arguments:
        if isinstance(argument, Refs):
            parts += [resolve(part) for part in argument.ids]
        else:
            parts.append(evaluate_array(argument, resolve))
    return np.stack(np.broadcast_arrays(*[np.asarray(part, dtype=np.float64) for part in parts]))


def _call(expr: Call, resolve: Callable[[str], Array | float]) -> Array | float:
    name, arguments = expr.function, expr.arguments
    column = {"sum": np.sum, "mean": np.mean, "median": np.median, "min": np.min, "max": np.max}
    single = {"abs": np.abs, "ln": np.log, "sqrt": np.sqrt}
    result: Array
    if name in column:
        result = column[name](_stack(arguments, resolve), axis=0)
    elif name in single:
        with np.errstate(divide="ignore", invalid="ignore"):
            result = single[name](evaluate_array(arguments[0], resolve))
    elif name == "diff":
        result = np.multiply(
            np.subtract(evaluate_array(arguments[0], resolve), evaluate_array(arguments[1], resolve)), 100.0
        )
    elif name == "if":
        condition, yes, no = (evaluate_array(argument, resolve) for argument in arguments)
        result = np.where(condition, yes, no)
    elif name == "quantile":
        share = float(np.asarray(evaluate_array(arguments[1], resolve)))
        result = np.asarray(np.quantile(_stack(arguments[:1], resolve), share, axis=0))
    elif name in ("rank", "percentile"):
        item, others = evaluate_array(arguments[0], resolve), _stack(arguments[1:2], resolve)
        if name == "percentile":
            result = np.mean(others <= item, axis=0)
        else:
            ahead = others < item if len(arguments) == 3 else others > item
            result = 1 + np.sum(ahead, axis=0)
    elif name == "count":
        result = np.sum(np.asarray(_stack(arguments, resolve), dtype=bool), axis=0)
    else:
        raise FormulaError(f"`{name}` has no form on arrays")
    return result
