"""An expression for numbers in base units: with the factors that the algebra of units hides."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from yanbao.formula.expr import PRECEDENCE, Binary, Call, Expr, Num, Ref, Refs, Unary, operands
from yanbao.formula.interpolation import GEOMETRIC, LINEAR
from yanbao.formula.units import YEARS, with_energy
from yanbao.quantity.unit import NONE, Unit

_ENERGY: Final = frozenset({"watt", "watt hour", "second"})
_PURE: Final = frozenset({"count", "rank", "percentile", "ln", "exp", "logistic", "sqrt", "diff"})


def in_base_units(expr: Expr, unit: Callable[[str], Unit]) -> Expr:
    """Return the expression that gives, from numbers in base units, its result in base units.

    Arrays know no units. They need none, for base units fit each other, but for energy: a watt hour is 3600 watt
    seconds, so that Wh over W comes to hours only with that factor.

    Args:
        expr: an expression over references, expanded.
        unit: gives the unit of a fact.
    """
    if not any(base in _ENERGY for name in operands(expr) for base, _ in unit(name).dimension):
        return expr
    return _based(expr, unit)[0]


def _based(expr: Expr, unit: Callable[[str], Unit]) -> tuple[Expr, Unit]:
    if isinstance(expr, Ref):
        return expr, unit(expr.id).base()
    if isinstance(expr, Refs):
        return expr, unit(expr.ids[0]).base()
    if isinstance(expr, Unary):
        inner, found = _based(expr.operand, unit)
        return Unary(expr.operator, inner), found
    if isinstance(expr, Binary):
        return _binary(expr, unit)
    if isinstance(expr, Call):
        return _call(expr, unit)
    return expr, NONE


def _binary(expr: Binary, unit: Callable[[str], Unit]) -> tuple[Expr, Unit]:
    (left, one), (right, other) = _based(expr.left, unit), _based(expr.right, unit)
    made = Binary(expr.operator, left, right)
    if expr.operator in ("*", "/"):
        plain = one * other if expr.operator == "*" else one / other
        found = with_energy(plain)
        by = found.scale / plain.scale
        return (made if by == 1 else Binary("*", made, _number(by))), found.base()
    if expr.operator == "**":
        whole = isinstance(expr.right, Num) and expr.right.value.denominator == 1
        return made, one ** int(expr.right.value) if whole and isinstance(expr.right, Num) else NONE
    if PRECEDENCE[expr.operator] <= PRECEDENCE["<"]:
        return made, NONE
    return made, one if one.dimension else other


def _call(expr: Call, unit: Callable[[str], Unit]) -> tuple[Expr, Unit]:
    parts = [_based(argument, unit) for argument in expr.arguments]
    made = Call(expr.function, tuple(part for part, _ in parts))
    if expr.function == "years":
        return made, YEARS.base()
    if expr.function in _PURE:
        return made, NONE
    units = {"if": parts[1:], LINEAR: parts[2::2], GEOMETRIC: parts[2::2], "quantile": parts[:1]}.get(
        expr.function, parts
    )
    return made, next((found for _, found in units if found.dimension), NONE)


def _number(value: Fraction) -> Expr:
    if value.denominator == 1:
        return Num(value, str(value.numerator))
    below = Fraction(value.denominator)
    return Binary("/", Num(Fraction(value.numerator), str(value.numerator)), Num(below, str(below)))
