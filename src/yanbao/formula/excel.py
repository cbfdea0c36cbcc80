"""An expression as an Excel formula, with unit factors only where units differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from yanbao.errors import FormulaError, UnitError
from yanbao.formula.expr import MINUS_PRECEDENCE, PRECEDENCE, Binary, Call, Expr, Num, Ref, Refs, Unary, source
from yanbao.quantity.unit import NONE, POINT_OF_PERCENT, Unit

Operand = Callable[[str], tuple[str, Unit]]

_OPERATORS = {"**": "^", "==": "=", "!=": "<>"}
_LEVELS = {**PRECEDENCE, "-x": 9}  # in Excel a leading minus binds tighter than ^
_AGGREGATES = {"sum": "SUM", "mean": "AVERAGE", "median": "MEDIAN", "min": "MIN", "max": "MAX"}
_ADDRESS = re.compile(r"(?:(?P<sheet>'(?:[^']|'')+'|\w+)!)?\$?(?P<column>[A-Z]{1,3})\$?(?P<row>\d+)")


def excel(expr: Expr, operand: Operand, unit: Unit = NONE) -> str:
    """Return the expression as an Excel formula without the leading `=`.

    Args:
        expr: an expression over references.
        operand: gives the address of a fact's cell (`C5`, `'数据 grid'!C5`) and the unit of the number in it
            (a percentage held as 0.053 has a unit of scale 1).
        unit: the unit of the number that the formula's cell holds.

    Raises:
        FormulaError: something that a workbook cannot say.
        UnitError: units that do not go together.
    """
    text, level, found = _Printer(operand).print(expr)
    factor = _factor(found, unit)
    return _scaled(text, level, factor)[0]


_Printed = tuple[str, int, Unit]


def _factor(found: Unit, wanted: Unit) -> Fraction:
    if not found.dimension and not wanted.dimension and found.kind == "level" == wanted.kind:
        return found.scale / wanted.scale
    return found.factor_to(wanted)


def _scaled(text: str, level: int, factor: Fraction) -> tuple[str, int]:
    if factor == 1:
        return text, level
    inner = f"({text})" if level < PRECEDENCE["*"] else text
    if factor.numerator == 1:
        return f"{inner}/{factor.denominator}", PRECEDENCE["/"]
    if factor.denominator == 1:
        return f"{inner}*{factor.numerator}", PRECEDENCE["*"]
    return f"{inner}*{factor.numerator}/{factor.denominator}", PRECEDENCE["*"]


class _Printer:
    def __init__(self, operand: Operand) -> None:
        self._operand = operand

    def print(self, expr: Expr) -> _Printed:
        if isinstance(expr, Num):
            return _number(expr.value), 10, NONE
        if isinstance(expr, Ref):
            address, unit = self._operand(expr.id)
            return address, 10, unit
        if isinstance(expr, Unary):
            if expr.operator == "not":
                return f"NOT({self.print(expr.operand)[0]})", 10, NONE
            text, level, unit = self.print(expr.operand)
            return "-" + (f"({text})" if level < MINUS_PRECEDENCE else text), MINUS_PRECEDENCE, unit
        if isinstance(expr, Binary):
            return self._binary(expr)
        if isinstance(expr, Call):
            return self._call(expr)
        raise FormulaError(f"a workbook cell cannot hold `{source(expr)}`")

    def _binary(self, expr: Binary) -> _Printed:
        left_text, left_level, left_unit = self.print(expr.left)
        right_text, right_level, right_unit = self.print(expr.right)
        operator = expr.operator
        level = PRECEDENCE[operator]
        if operator in ("and", "or"):
            return f"{operator.upper()}({left_text},{right_text})", 10, NONE
        unit = left_unit
        if operator in ("+", "-") or level == PRECEDENCE["<"]:
            if isinstance(expr.left, Num) and not right_unit.dimension and left_unit == NONE:
                left_text, left_level = _scaled(left_text, left_level, 1 / right_unit.scale)
                unit = right_unit
            else:
                right_text, right_level = _scaled(right_text, right_level, _addend(right_unit, left_unit))
            unit = unit if level == PRECEDENCE["+"] else NONE
        elif operator == "*":
            unit = _times(left_unit, right_unit)
        elif operator == "/":
            if left_unit.dimension == right_unit.dimension:
                right_text, right_level = _scaled(right_text, right_level, right_unit.scale / left_unit.scale)
                unit = NONE
            else:
                unit = left_unit / right_unit
        elif operator == "**":
            left_text, left_level = _scaled(left_text, left_level, left_unit.scale)
            unit = NONE
        # a leading minus binds tighter than ^ in Excel, so a negative base always gets its brackets
        left = f"({left_text})" if left_level < level + (operator == "**") else left_text
        right = f"({right_text})" if right_level < level + 1 else right_text
        return f"{left}{_OPERATORS.get(operator, operator)}{right}", level, unit

    def _call(self, expr: Call) -> _Printed:
        name, arguments = expr.function, expr.arguments
        if name in _AGGREGATES:
            return self._aggregate(name, arguments)
        if name == "count":
            return self._count(arguments[0]), 10, NONE
        if name in ("rank", "percentile", "quantile"):
            return self._order(name, arguments)
        if name == "if":
            condition, (yes, _, unit), (no, level, other) = (
                self.print(arguments[0])[0],
                self.print(arguments[1]),
                self.print(arguments[2]),
            )
            no = _scaled(no, level, _addend(other, unit))[0]
            return f"IF({condition},{yes},{no})", 10, unit
        if name == "diff":
            text, level, unit = self._binary(Binary("-", *arguments))
            text, level = _scaled(text, level, unit.scale / POINT_OF_PERCENT.scale)
            return text, level, POINT_OF_PERCENT
        if name == "abs":
            text, _, unit = self.print(arguments[0])
            return f"ABS({text})", 10, unit
        if name in ("ln", "sqrt"):
            text, level, unit = self.print(arguments[0])
            return f"{name.upper()}({_scaled(text, level, unit.scale)[0]})", 10, NONE
        raise FormulaError(f"a workbook has no `{name}`")

    def _column(self, expr: Expr) -> tuple[list[str], Unit]:
        """Return the addresses of a column of references; they share one unit."""
        ids = expr.ids if isinstance(expr, Refs) else (expr.id,) if isinstance(expr, Ref) else ()
        if not ids:
            raise FormulaError(f"a workbook needs a column here, not `{source(expr)}`")
        cells = [self._operand(part) for part in ids]
        unit = cells[0][1]
        if any(other.scale != unit.scale or other.dimension != unit.dimension for _, other in cells):
            raise UnitError(f"the cells of {source(expr)[:60]} have different units")
        return [address for address, _ in cells], unit

    def _aggregate(self, name: str, arguments: Sequence[Expr]) -> _Printed:
        function = _AGGREGATES[name]
        if len(arguments) == 1 and isinstance(arguments[0], Binary):
            text, unit = self._vector(arguments[0])
            if name != "sum":
                raise FormulaError(f"{name}() of a computed column has no workbook form; give the column its own cells")
            return f"SUMPRODUCT({text})", 10, unit
        parts: list[str] = []
        unit: Unit | None = None
        for argument in arguments:
            if isinstance(argument, Refs):
                addresses, found = self._column(argument)
                texts = ranges(addresses)
            else:
                text, level, found = self.print(argument)
                texts = [_scaled(text, level, _addend(found, unit or found))[0]]
            if unit is not None and found.scale != unit.scale and isinstance(argument, Refs):
                raise UnitError(f"the columns of {name}() have different units")
            unit = unit or found
            parts += texts
        return f"{function}({','.join(parts)})", 10, unit or NONE

    def _vector(self, expr: Expr) -> tuple[str, Unit]:
        """Return an element-wise expression over whole ranges, for SUMPRODUCT."""
        if isinstance(expr, Refs):
            addresses, unit = self._column(expr)
            return _one_range(addresses, expr), unit
        if isinstance(expr, Binary):
            left, left_unit = self._vector(expr.left)
            right, right_unit = self._vector(expr.right)
            operator = _OPERATORS.get(expr.operator, expr.operator)
            if PRECEDENCE[expr.operator] == PRECEDENCE["<"] or expr.operator in ("+", "-"):
                right = _scaled(right, 0, _addend(right_unit, left_unit))[0]
                unit = left_unit
            else:
                unit = _times(left_unit, right_unit) if expr.operator == "*" else left_unit / right_unit
            return f"({left}){operator}({right})", unit
        text, _, unit = self.print(expr)
        return text, unit

    def _count(self, argument: Expr) -> str:
        if isinstance(argument, Binary):
            return f"SUMPRODUCT(--({self._vector(argument)[0]}))"
        return f"COUNT({','.join(ranges(self._column(argument)[0]))})"

    def _order(self, name: str, arguments: Sequence[Expr]) -> _Printed:
        if name == "quantile":
            addresses, unit = self._column(arguments[0])
            share, level, share_unit = self.print(arguments[1])
            share = _scaled(share, level, share_unit.scale)[0]
            return f"PERCENTILE({_one_range(addresses, arguments[0])},{share})", 10, unit
        addresses, unit = self._column(arguments[1])
        text, level, found = self.print(arguments[0])
        item = _scaled(text, level, _addend(found, unit))[0]
        block = _one_range(addresses, arguments[1])
        if name == "percentile":
            return f'COUNTIF({block},"<="&{item})/COUNT({block})', PRECEDENCE["/"], NONE
        smallest_first = len(arguments) == 3 and arguments[2] == Num(Fraction(1), "1")
        return f"RANK({item},{block},{1 if smallest_first else 0})", 10, NONE


def _addend(found: Unit, wanted: Unit) -> Fraction:
    if not found.dimension and not wanted.dimension:
        return found.scale / wanted.scale
    return found.factor_to(wanted)


def _times(left: Unit, right: Unit) -> Unit:
    if not left.dimension and not right.dimension:
        return Unit("", (), left.scale * right.scale)
    return left * right


def _number(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest == 1:
        digits = 0
        while (value * 10**digits).denominator != 1:
            digits += 1
        text = str(abs((value * 10**digits).numerator)).rjust(digits + 1, "0")
        return ("-" if value < 0 else "") + f"{text[:-digits]}.{text[-digits:]}"
    return f"({value.numerator}/{value.denominator})"


def ranges(addresses: Sequence[str]) -> list[str]:
    """Return addresses with runs along a column or a row joined: `C2, C3, C4` is `C2:C4`.

    >>> ranges(["C2", "C3", "C4", "E9"])
    ['C2:C4', 'E9']
    """
    joined: list[str] = []
    at = 0
    while at < len(addresses):
        end = at
        direction: tuple[int, int] | None = None
        while end + 1 < len(addresses):
            step = _step(addresses[end], addresses[end + 1])
            if step not in ((0, 1), (1, 0)) or (direction is not None and step != direction):
                break
            direction = step
            end += 1
        if end == at:
            joined.append(addresses[at])
        else:
            joined.append(f"{addresses[at]}:{addresses[end].rpartition('!')[2]}")
        at = end + 1
    return joined


def _one_range(addresses: Sequence[str], expr: Expr) -> str:
    joined = ranges(addresses)
    if len(joined) != 1:
        raise FormulaError(f"the cells of {source(expr)[:60]} do not stand together in the workbook")
    return joined[0]


def _step(first: str, second: str) -> tuple[int, int] | None:
    a, b = _ADDRESS.fullmatch(first), _ADDRESS.fullmatch(second)
    if a is None or b is None or a["sheet"] != b["sheet"]:
        return None
    return _column_number(b["column"]) - _column_number(a["column"]), int(b["row"]) - int(a["row"])


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
