"""Units of a model's formulas, before anything is computed: what does each come to, and may it stand in its line?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final, NamedTuple

from yanbao import relation
from yanbao.errors import FormulaError, UnitError
from yanbao.formula import Binary, Call, Expr, Name, Num, Ref, Refs, Unary, children
from yanbao.formula.expr import quoted
from yanbao.formula.functions import add, checked_function, divide, multiply, power, subtract
from yanbao.formula.interpolation import GEOMETRIC, LINEAR, between_known
from yanbao.formula.truth import COMPARISONS
from yanbao.formula.units import YEARS, factor
from yanbao.quantity import Quantity, Unit
from yanbao.quantity.unit import NONE, POINT_OF_PERCENT


class Meaning(NamedTuple):
    """What a part of a formula comes to, as far as that is known without values."""

    unit: Unit | None  # None: only its value will tell
    column: bool = False  # several numbers
    truth: bool = False
    zero: bool = False  # the 0 of an expression: 0 of anything


Look = Callable[[Name], Meaning]  # what a name means; raises FormulaError where it means nothing

_PURE: Final = Meaning(NONE)
_UNKNOWN: Final = Meaning(None)
_KEEPS: Final = frozenset({"sum", "mean", "median", "min", "max", "abs", "quantile"})  # the unit of what they take
_ARITHMETIC: Final = {"+": add, "-": subtract, "*": multiply, "/": divide}


def check_formula(expr: Expr, unit: Unit, look: Look) -> None:
    """Say what is wrong with a formula whose result is to stand in a unit.

    Raises:
        FormulaError, UnitError: a name that means nothing, a call that cannot be, units that do not go together, or a
            result of another dimension than the line's.
    """
    found = meaning(relation.expand(expr), look)
    if found.truth:
        raise FormulaError(f"{quoted(expr)} is a condition, not a number; if(…, a, b) may be meant")
    if found.column:
        raise FormulaError(f"{quoted(expr)} is a column, not a number; sum(…) or mean(…) may be meant")
    if found.unit is None or found.zero:
        return
    if not unit.symbol and not unit.dimension:
        if found.unit.dimension:
            raise UnitError(f"{quoted(expr)} is in {found.unit.describe()}; the line has no unit: give it one")
        return
    try:
        factor(found.unit, unit)
    except UnitError as error:
        raise UnitError(f"{quoted(expr)}: {error}") from error


def check_condition(expr: Expr, look: Look) -> None:
    """Say what is wrong with a condition.

    Raises:
        FormulaError, UnitError: as `check_formula`, or no single condition.
    """
    found = meaning(relation.expand(expr), look)
    if not found.truth or found.column:
        raise FormulaError(f"{quoted(expr)} is no single condition; write one like `a > 0`")


def meaning(expr: Expr, look: Look) -> Meaning:
    """Return what an expression comes to.

    Raises:
        FormulaError, UnitError: it comes to nothing.
    """
    try:
        return _meaning(expr, look)
    except UnitError as error:
        if "`" in str(error):  # the innermost part is quoted already
            raise
        raise UnitError(f"{quoted(expr)}: {error}") from error


def _meaning(expr: Expr, look: Look) -> Meaning:
    if isinstance(expr, Num):
        return Meaning(NONE, zero=expr.value == 0)
    if isinstance(expr, Name):
        return look(expr)
    if isinstance(expr, Ref | Refs):
        raise FormulaError(f"{quoted(expr)} is an id of a fact; a model names lines: LINE, TABLE.column[row]")
    if isinstance(expr, Unary):
        found = meaning(expr.operand, look)
        if expr.operator == "not":
            return _truths(expr, found)
        return _number(expr.operand, found)
    if isinstance(expr, Call):
        return _call(expr, look)
    return _binary(expr, look)


def _number(expr: Expr, found: Meaning) -> Meaning:
    if found.truth:
        raise FormulaError(f"{quoted(expr)} is a condition where a number is needed")
    return found


def _truths(expr: Expr, *parts: Meaning) -> Meaning:
    if not all(part.truth for part in parts):
        raise FormulaError(f"{quoted(expr)} needs conditions and got a number; write one like `a > 0`")
    return Meaning(None, any(part.column for part in parts), truth=True)


def _binary(expr: Binary, look: Look) -> Meaning:
    left, right = meaning(expr.left, look), meaning(expr.right, look)
    column = left.column or right.column
    if expr.operator in ("and", "or"):
        return _truths(expr, left, right)
    left, right = _number(expr.left, left), _number(expr.right, right)
    if expr.operator in COMPARISONS:
        _alike([left, right])
        return Meaning(None, column, truth=True)
    if expr.operator == "**":
        return Meaning(_power(left, right, expr.right), column)
    if left.unit is None or right.unit is None:
        return Meaning(None, column)
    return Meaning(_ARITHMETIC[expr.operator](_sample(left), _sample(right)).unit, column)


def _sample(found: Meaning) -> Quantity:
    """Return a number of a unit: what the arithmetic makes of it is the unit of any other one."""
    assert found.unit is not None
    return Quantity.exact(0 if found.zero else 1, found.unit)


def _power(base: Meaning, exponent: Meaning, written: Expr) -> Unit | None:
    if base.unit is None or exponent.unit is None:
        return None
    number = written.operand if isinstance(written, Unary) else written
    if not isinstance(number, Num):
        power(_sample(Meaning(base.unit)), Quantity.exact(1, exponent.unit))
        return None if base.unit.dimension else NONE
    if number.value.denominator != 1 and not base.unit.dimension:
        return power(_sample(base._replace(zero=False)), Quantity.exact(1)).unit
    raised = Quantity.exact(number.value if number.value.denominator == 1 else Fraction(1, 2))
    if abs(raised.value) > 12:  # its value will tell whether it is too large; its unit is that of any other power
        raised = Quantity.exact(1)
    return power(_sample(base._replace(zero=False)), -raised if isinstance(written, Unary) else raised).unit


def _alike(parts: list[Meaning]) -> Unit | None:
    """Return the unit of numbers that stand beside each other: that of the first one."""
    known = [part.unit for part in parts if part.unit is not None and not part.zero]
    for unit in known[1:]:
        unit.factor_to(known[0])
    if known:
        return known[0]
    return None if any(part.unit is None for part in parts) else NONE


def _call(expr: Call, look: Look) -> Meaning:
    name = expr.function
    if name == "prev":
        return _previous(expr, look)
    if name in (LINEAR, GEOMETRIC) and len(expr.arguments) == 1:
        return _between_known(expr, look)
    if name == "span":
        for argument in expr.arguments:
            meaning(argument, look)
        return _PURE
    checked_function(expr)
    parts = [meaning(argument, look) for argument in expr.arguments]
    if name == "if":
        if not parts[0].truth or parts[0].column:
            raise FormulaError(f"{quoted(expr.arguments[0])} is no single condition; write one like `a > 0`")
        return Meaning(_alike([_number(at, part) for at, part in zip(expr.arguments[1:], parts[1:], strict=True)]))
    if name == "count":
        return _PURE
    for argument, part in zip(expr.arguments, parts, strict=True):
        _number(argument, part)
    if name in _KEEPS:
        return Meaning(_alike(parts[:1] if name == "quantile" else parts))
    if name in ("rank", "percentile"):
        _alike(parts[:2])
        return _PURE
    if name == "diff":
        return Meaning(
            POINT_OF_PERCENT if all(part.unit is not None for part in parts) and _ratios(expr, parts) else None
        )
    if name in ("ln", "sqrt", "exp", "logistic", "years"):
        _ratios(expr, parts)
        return Meaning(YEARS) if name == "years" else _PURE
    if name in (LINEAR, GEOMETRIC) and len(parts) == 5:  # x, x0, y0, x1, y1
        _alike([parts[0], parts[1], parts[3]])
        return Meaning(_alike([parts[2], parts[4]]))
    return _UNKNOWN


def _ratios(expr: Call, parts: list[Meaning]) -> bool:
    for part in parts:
        if part.unit is not None and (part.unit.dimension or part.unit.kind == "difference"):
            raise UnitError(f"{expr.function}() takes pure numbers, not {part.unit.describe()}")
    return True


def _previous(expr: Call, look: Look) -> Meaning:
    if not expr.arguments or len(expr.arguments) > 2 or not isinstance(expr.arguments[0], Name):
        raise FormulaError(f"prev(line) or prev(line, 2) takes one line, not {quoted(expr)}")
    steps = expr.arguments[1] if len(expr.arguments) == 2 else None
    if steps is not None and not (isinstance(steps, Num) and steps.value >= 1 and steps.value.denominator == 1):
        raise FormulaError(f"{quoted(expr)}: a whole number of periods is needed, 1 or more")
    return look(expr.arguments[0])


def _between_known(expr: Call, look: Look) -> Meaning:
    if between_known(expr) is None:
        raise FormulaError(
            f"{quoted(expr)}: {expr.function}(line) takes one line, the five of a curve are x, x0, y0, x1, y1"
        )
    found = look(expr.arguments[0])  # type: ignore[arg-type]
    if found.column:
        raise FormulaError(f"{quoted(expr)} takes a line, not a range of periods")
    return found


def names_of(expr: Expr) -> Iterator[Name]:
    """Yield every name of an expression."""
    if isinstance(expr, Name):
        yield expr
    for part in children(expr):
        yield from names_of(part)
