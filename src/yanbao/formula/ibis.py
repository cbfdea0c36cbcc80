"""An expression as an Ibis expression: the same formula as a query on any engine."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any

from yanbao.errors import FormulaError
from yanbao.formula.expr import Binary, Call, Expr, Num, Ref, Refs, Unary, source

if TYPE_CHECKING:
    from ibis.expr.types import Value


def to_ibis(expr: Expr, column: Callable[[str], Value]) -> Any:
    """Return the expression over columns in base units, row by row.

    Args:
        expr: an expression over references.
        column: gives the Ibis column of a reference.

    Raises:
        FormulaError: a function that needs other rows (`rank`, `percentile`, `median` over references).
    """
    import ibis

    if isinstance(expr, Num):
        return ibis.literal(float(expr.value))
    if isinstance(expr, Ref):
        return column(expr.id)
    if isinstance(expr, Unary):
        value = to_ibis(expr.operand, column)
        return ~value if expr.operator == "not" else -value
    if isinstance(expr, Binary):
        return _binary(expr.operator, to_ibis(expr.left, column), to_ibis(expr.right, column))
    if isinstance(expr, Call):
        return _call(expr, column)
    raise FormulaError(f"`{source(expr)}` has no form as a query")


def _binary(operator: str, left: Any, right: Any) -> Any:
    import operator as operators

    table: dict[str, Callable[[Any, Any], Any]] = {
        "+": operators.add,
        "-": operators.sub,
        "*": operators.mul,
        "/": operators.truediv,
        "**": operators.pow,
        "<": operators.lt,
        "<=": operators.le,
        ">": operators.gt,
        ">=": operators.ge,
        "==": operators.eq,
        "!=": operators.ne,
        "and": operators.and_,
        "or": operators.or_,
    }
    return table[operator](left, right)


def _call(expr: Call, column: Callable[[str], Value]) -> Any:
    import ibis

    parts: list[Any] = []
    for argument in expr.arguments:
        parts += [column(part) for part in argument.ids] if isinstance(argument, Refs) else [to_ibis(argument, column)]
    if expr.function == "sum":
        return reduce(lambda a, b: a + b, parts)
    if expr.function == "mean":
        return reduce(lambda a, b: a + b, parts) / float(len(parts))
    if expr.function == "min":
        return ibis.least(*parts)
    if expr.function == "max":
        return ibis.greatest(*parts)
    if expr.function == "abs":
        return parts[0].abs()
    if expr.function == "ln":
        return parts[0].ln()
    if expr.function == "sqrt":
        return parts[0].sqrt()
    if expr.function == "diff":
        return (parts[0] - parts[1]) * 100.0
    if expr.function == "if":
        return ibis.ifelse(*parts)
    raise FormulaError(f"`{expr.function}` has no form as a query")
