"""An expression as an Ibis expression: the same formula as a query on any engine."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from yanbao.errors import FormulaError
from yanbao.formula.expr import Binary, Call, Expr, Num, Ref, Refs, Unary, is_column, quoted
from yanbao.formula.functions import MAX_LOG, checked_function
from yanbao.formula.interpolation import GEOMETRIC, LINEAR
from yanbao.formula.units import YEARS

if TYPE_CHECKING:
    from ibis.expr.types import Value

Columns: TypeAlias = "Callable[[str], Value]"

_OPERATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operators.add,
    "-": operators.sub,
    "*": operators.mul,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
    "==": operators.eq,
    "!=": operators.ne,
    "and": operators.and_,
    "or": operators.or_,
}
_NO_QUERY: Final = ("median", "quantile")


def to_ibis(expr: Expr, column: Columns) -> Any:
    """Return the expression over columns in base units, row by row.

    NULL is missing, as NaN is in `evaluate_array`: an operand that is NULL gives NULL, and so does what has no
    answer (a division by 0); a count counts what is known.

    Args:
        expr: an expression over references.
        column: gives the Ibis column of a reference, float64 without NaN.

    Raises:
        FormulaError: what has no form as a query: a median or a quantile across columns, a bare column.
    """
    if is_column(expr):
        raise FormulaError(f"{quoted(expr)} is a column, not a number; sum(...) or mean(...) may be meant")
    return _single(expr, column)


def _single(expr: Expr, column: Columns) -> Any:
    import ibis

    if isinstance(expr, Num):
        return ibis.literal(float(expr.value))
    if isinstance(expr, Ref):
        return column(expr.id)
    if isinstance(expr, Unary):
        value = _single(expr.operand, column)
        return ~value if expr.operator == "not" else -value
    if isinstance(expr, Binary):
        return _binary(expr.operator, _single(expr.left, column), _single(expr.right, column))
    if isinstance(expr, Call):
        return _call(expr, column)
    raise FormulaError(f"{quoted(expr)} has no form as a query")


def _binary(operator: str, left: Any, right: Any) -> Any:
    if operator == "/":
        return left / right.nullif(0.0)
    if operator == "**":
        # a power without an answer is an error on one engine, NaN or infinity on another: here it is NULL
        whole = right == right.round()
        answer = (left > 0) | ((left == 0) & (right > 0)) | ((left < 0) & whole)
        return _where(answer, left, lambda base: base**right)
    return _OPERATORS[operator](left, right)


def _where(condition: Any, value: Any, operation: Callable[[Any], Any]) -> Any:
    """Return the operation where it has an answer, NULL elsewhere; the operation never sees the other rows."""
    import ibis

    nothing = ibis.null("float64")
    return ibis.ifelse(condition, operation(ibis.ifelse(condition, value, nothing)), nothing)


def _items(expr: Expr, column: Columns) -> list[Any]:
    """Return an argument's values: a column of references gives one for each."""
    if not is_column(expr):
        return [_single(expr, column)]
    if isinstance(expr, Refs):
        return [column(part) for part in expr.ids]
    if isinstance(expr, Unary):
        return [~item if expr.operator == "not" else -item for item in _items(expr.operand, column)]
    assert isinstance(expr, Binary)
    lefts, rights = _items(expr.left, column), _items(expr.right, column)
    size = max(len(lefts), len(rights))
    lefts, rights = (side * size if len(side) == 1 else side for side in (lefts, rights))
    if len(lefts) != len(rights):
        raise FormulaError(f"{quoted(expr)} joins columns of {len(lefts)} and {len(rights)} values")
    return [_binary(expr.operator, a, b) for a, b in zip(lefts, rights, strict=True)]


def _total(values: list[Any]) -> Any:
    return reduce(operators.add, values)


def _call(expr: Call, column: Columns) -> Any:
    import ibis

    checked_function(expr)
    name = expr.function
    if name in _NO_QUERY:
        raise FormulaError(f"`{name}` across columns has no form as a query; compute it on arrays")
    if name in ("sum", "mean", "min", "max"):
        parts = [item for argument in expr.arguments for item in _items(argument, column)]
        if name == "sum":
            return _total(parts)
        if name == "mean":
            return _total(parts) / float(len(parts))
        # LEAST and GREATEST skip NULL on most engines; a sum of all parts is NULL where one is
        chosen = ibis.least(*parts) if name == "min" else ibis.greatest(*parts)
        return ibis.ifelse(_total(parts).notnull(), chosen, ibis.null("float64"))
    if name == "count":
        return _count(expr.arguments[0], column)
    if name in ("rank", "percentile"):
        return _order(expr, column)
    parts = [_single(argument, column) for argument in expr.arguments]
    if name == "if":
        condition, yes, no = parts
        return ibis.cases((condition, yes), (~condition, no))  # neither where the condition is unknown: NULL
    if name == "ln":
        return _where(parts[0] > 0, parts[0], lambda value: value.ln())
    if name == "sqrt":
        return _where(parts[0] >= 0, parts[0], lambda value: value.sqrt())
    if name == "exp":
        return _where(parts[0].abs() <= MAX_LOG, parts[0], lambda value: value.exp())
    if name == "logistic":
        return _where(parts[0].abs() <= MAX_LOG, parts[0], lambda value: 1.0 / (1.0 + (-value).exp()))
    if name in (LINEAR, GEOMETRIC):
        return _between(name, *parts)
    if name == "diff":
        return parts[0] - parts[1]
    if name == "years":
        return parts[0] * float(YEARS.scale)
    return parts[0].abs()


def _between(name: str, x: Any, x0: Any, y0: Any, x1: Any, y1: Any) -> Any:
    inside = (x - x0) * (x - x1) <= 0
    if name == LINEAR:
        return _where(inside, x, lambda at: y0 + (y1 - y0) * (at - x0) / (x1 - x0).nullif(0.0))
    known = inside & (y0 > 0) & (y1 > 0)
    share = (x - x0) / (x1 - x0).nullif(0.0)
    return _where(known, y1 / y0.nullif(0.0), lambda growth: y0 * growth**share)


def _tally(conditions: list[Any]) -> Any:
    """Return how many conditions are true; an unknown one is not."""
    return _total([condition.fill_null(False).cast("float64") for condition in conditions])


def _count(argument: Expr, column: Columns) -> Any:
    items = _items(argument, column)
    return _tally([item if item.type().is_boolean() else item.notnull() for item in items])


def _order(expr: Call, column: Columns) -> Any:
    import ibis

    item, others = _single(expr.arguments[0], column), _items(expr.arguments[1], column)
    if expr.function == "percentile":
        result = _tally([other <= item for other in others]) / _tally([other.notnull() for other in others])
    else:
        order = expr.arguments[2] if len(expr.arguments) == 3 else None
        smallest_first = isinstance(order, Num) and order.value == 1
        result = 1.0 + _tally([other < item if smallest_first else other > item for other in others])
    return ibis.ifelse(item.notnull(), result, ibis.null("float64"))
