"""An expression as an Excel formula, with unit factors only where units differ."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

from yanbao.errors import FormulaError, UnitError
from yanbao.formula.addresses import block, ranges, runs
from yanbao.formula.expr import (
    PRECEDENCE,
    Binary,
    Call,
    Expr,
    Num,
    Ref,
    Refs,
    Unary,
    columns,
    in_row,
    is_column,
    is_condition,
    quoted,
    walk,
)
from yanbao.formula.functions import checked_function
from yanbao.formula.interpolation import GEOMETRIC, LINEAR
from yanbao.formula.units import YEARS, factor, with_energy
from yanbao.quantity.unit import NONE, Unit

Operand: TypeAlias = Callable[[str], tuple[str, Unit]]

MAX_LENGTH: Final = 8_192  # of a formula, in Excel
MAX_ARGUMENTS: Final = 255  # of a function, in Excel

_OPERATORS: Final = {"**": "^", "==": "=", "!=": "<>"}
_AGGREGATES: Final = {"sum": "SUM", "mean": "AVERAGE", "median": "MEDIAN", "min": "MIN", "max": "MAX"}
_FALLIBLE: Final = frozenset({"ln", "sqrt", "exp", "logistic", LINEAR, GEOMETRIC})
_COMPARISON: Final = PRECEDENCE["<"]
# Excel differs from the language: a leading minus binds tighter than ^, and ^ binds to the left
_MINUS: Final = 7
_ATOM: Final = 10


def excel(expr: Expr, operand: Operand, unit: Unit = NONE, texts: Container[str] = ()) -> str:
    """Return the expression as an Excel formula without the leading `=`.

    Only functions are used that Excel, LibreOffice and IronCalc compute alike.

    Args:
        expr: an expression over references, expanded, its spans replaced.
        operand: gives the address of a fact's cell (`C5`, `'数据 grid'!C5`) and the unit of the number in it
            (a percentage held as 0.053 has a unit of scale 1).
        unit: the unit of the number that the formula's cell holds.
        texts: the operands that hold a text, which a formula can count and no more.

    Raises:
        FormulaError: something that a workbook cannot say, or a formula longer than Excel takes.
        UnitError: units that do not go together.
    """
    printer = _Printer(operand, texts=texts)
    if is_column(expr):
        raise FormulaError(f"{quoted(expr)} is a column, not a number; sum(...) or mean(...) may be meant")
    printed = printer.print(expr)
    if is_condition(expr):
        raise FormulaError(f"{quoted(expr)} is a condition, not a number; count(...) or if(...) may be meant")
    text = _scaled(printed, Fraction(1) if _is_zero(expr) else _factor(printed.unit, unit)).text
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"{quoted(expr)} is {len(text)} characters as a formula; Excel takes {MAX_LENGTH}")
    return text


class _Printed(NamedTuple):
    text: str
    level: int  # how tightly its outermost operator binds
    unit: Unit


def _factor(found: Unit, wanted: Unit) -> Fraction:
    # a cell's number format keeps % and pp apart, not its number: 0.003 is 0.3% and 0.3pp
    if not found.dimension and not wanted.dimension:
        return found.scale / wanted.scale
    return factor(found, wanted)


def _scaled(printed: _Printed, by: Fraction) -> _Printed:
    if by == 1:
        return printed
    inner = f"({printed.text})" if printed.level < PRECEDENCE["*"] else printed.text
    if by.numerator == 1:
        return _Printed(f"{inner}/{by.denominator}", PRECEDENCE["/"], printed.unit)
    if by.denominator == 1:
        return _Printed(f"{inner}*{by.numerator}", PRECEDENCE["*"], printed.unit)
    return _Printed(f"{inner}*{by.numerator}/{by.denominator}", PRECEDENCE["*"], printed.unit)


def _bracketed(printed: _Printed, level: int) -> str:
    return f"({printed.text})" if printed.level < level else printed.text


def _is_zero(expr: Expr) -> bool:
    return isinstance(expr, Num) and expr.value == 0


def _can_fail(expr: Expr) -> bool:
    return any(
        (isinstance(part, Binary) and part.operator in ("/", "**"))
        or (isinstance(part, Call) and part.function in _FALLIBLE)
        for part in walk(expr)
    )


class _Printer:
    def __init__(self, operand: Operand, segment: tuple[int, int] | None = None, texts: Container[str] = ()) -> None:
        self._operand = operand
        self._texts = texts
        self._segment = segment  # rows of the columns that are printed as ranges

    def print(self, expr: Expr) -> _Printed:
        if isinstance(expr, Num):
            return _number(expr.value)
        if isinstance(expr, Ref):
            address, unit = self._operand(expr.id)
            return _Printed(address, _ATOM, unit)
        if isinstance(expr, Refs) and self._segment is not None:
            addresses = self._cells(expr)[slice(*self._segment)]
            return _Printed(block(addresses), _ATOM, self._unit(expr) or NONE)
        if isinstance(expr, Unary):
            return self._unary(expr)
        if isinstance(expr, Binary):
            if expr.operator in ("and", "or"):
                return self._logical(expr)
            return self._binary(expr)
        if isinstance(expr, Call):
            return self._call(expr)
        raise FormulaError(f"a workbook cell cannot hold {quoted(expr)}")

    def _unary(self, expr: Unary) -> _Printed:
        inner = self.print(expr.operand)
        if expr.operator == "-":
            return _Printed("-" + _bracketed(inner, _ATOM), _MINUS, inner.unit)
        if is_column(expr):  # NOT() gives one value for a whole range
            return _Printed(f"1-{_bracketed(inner, PRECEDENCE['*'])}", PRECEDENCE["-"], NONE)
        return _Printed(f"NOT({inner.text})", _ATOM, NONE)

    def _logical(self, expr: Binary) -> _Printed:
        left, right = self.print(expr.left), self.print(expr.right)
        if is_column(expr):  # AND() and OR() give one value for whole ranges
            a, b = f"({left.text})", f"({right.text})"
            if expr.operator == "and":
                return _Printed(f"{a}*{b}", PRECEDENCE["*"], NONE)
            return _Printed(f"{a}+{b}>0", _COMPARISON, NONE)
        if _can_fail(expr.right):  # AND() would pass the error on where the first condition decides
            yes, no = (right.text, "FALSE") if expr.operator == "and" else ("TRUE", right.text)
            return _Printed(f"IF({left.text},{yes},{no})", _ATOM, NONE)
        return _Printed(f"{expr.operator.upper()}({left.text},{right.text})", _ATOM, NONE)

    def _binary(self, expr: Binary) -> _Printed:
        left, right = self.print(expr.left), self.print(expr.right)
        operator, level = expr.operator, PRECEDENCE[expr.operator]
        unit = NONE
        if level in (PRECEDENCE["+"], _COMPARISON):
            together = self._together(expr, left, right)
            unit = together if level == PRECEDENCE["+"] else NONE
            left, right = (
                printed if _is_zero(part) else _scaled(printed, printed.unit.scale / together.scale)
                for part, printed in ((expr.left, left), (expr.right, right))
            )
        elif operator == "*":
            unit = with_energy(left.unit * right.unit)
        elif operator == "/":
            if left.unit.dimension == right.unit.dimension:
                right = _scaled(right, right.unit.scale / left.unit.scale)
            else:
                unit = with_energy(left.unit / right.unit)
        else:
            left, right, unit = _power(expr, left, right)
        right_level = _ATOM if operator == "**" else level + 1
        left_level = _ATOM if operator == "**" else level
        return _Printed(
            _bracketed(left, left_level) + _OPERATORS.get(operator, operator) + _bracketed(right, right_level),
            level,
            unit,
        )

    def _together(self, expr: Binary, left: _Printed, right: _Printed) -> Unit:
        """Return the unit that a sum, a difference or a comparison is in."""
        if _is_zero(expr.left):
            return right.unit
        if _is_zero(expr.right):
            return left.unit
        try:
            _factor(right.unit, left.unit)
        except UnitError as error:
            raise UnitError(f"{quoted(expr)}: {error}") from error
        return left.unit

    def _call(self, expr: Call) -> _Printed:
        name, arguments = expr.function, expr.arguments
        checked_function(expr)
        if name in _AGGREGATES:
            return self._aggregate(name, arguments)
        if name == "count":
            return self._count(arguments[0])
        if name in ("rank", "percentile"):
            return self._order(name, arguments)
        if name == "quantile":
            return self._quantile(arguments)
        if name == "if":
            return self._choice(arguments)
        if name == "diff":
            return self._difference(arguments)
        if name in (LINEAR, GEOMETRIC):
            return self._interpolate(name, arguments)
        inner = self.print(arguments[0])
        if name == "abs":
            return _Printed(f"ABS({inner.text})", _ATOM, inner.unit)
        plain = _scaled(inner, _factor(inner.unit, NONE))
        if name == "years":
            return plain._replace(unit=YEARS)
        if name == "logistic":
            return _Printed(f"1/(1+EXP(-{_bracketed(plain, _ATOM)}))", PRECEDENCE["/"], NONE)
        return _Printed(f"{name.upper()}({plain.text})", _ATOM, NONE)

    def _choice(self, arguments: Sequence[Expr]) -> _Printed:
        condition, yes, no = (self.print(argument) for argument in arguments)
        if _is_zero(arguments[1]):
            return _Printed(f"IF({condition.text},{yes.text},{no.text})", _ATOM, no.unit)
        other = no if _is_zero(arguments[2]) else _scaled(no, _factor(no.unit, yes.unit))
        return _Printed(f"IF({condition.text},{yes.text},{other.text})", _ATOM, yes.unit)

    def _interpolate(self, name: str, arguments: Sequence[Expr]) -> _Printed:
        """Return the curve between two points, #N/A outside of them, as the language has no answer there."""
        y0, y1 = self._alike([arguments[2], arguments[4]])
        share, conditions = self._share([arguments[at] for at in (0, 1, 3)])
        start, end = (_bracketed(printed, PRECEDENCE["*"]) for printed in (y0, y1))
        minus, times = PRECEDENCE["-"] + 1, PRECEDENCE["*"] + 1
        if name == LINEAR:
            text = f"{y0.text}+({y1.text}-{_bracketed(y0, minus)})*{share}"
        else:
            text = f"{start}*({end}/{_bracketed(y0, times)})^({share})"
            conditions += [f"{y0.text}>0", f"{y1.text}>0"]
        if not conditions:
            return _Printed(text, PRECEDENCE["+"], y0.unit)
        condition = conditions[0] if len(conditions) == 1 else f"AND({','.join(conditions)})"
        return _Printed(f"IF({condition},{text},NA())", _ATOM, y0.unit)

    def _share(self, places: Sequence[Expr]) -> tuple[str, list[str]]:
        """Return how far x is from x0 to x1, and the condition that it lies between, where that is not known."""
        numbers = [place.value for place in places if isinstance(place, Num)]
        if len(numbers) == len(places) and numbers[1] <= numbers[0] <= numbers[2] != numbers[1]:
            share = Fraction(numbers[0] - numbers[1]) / (numbers[2] - numbers[1])
            return f"{share.numerator}/{share.denominator}", []
        x, x0, x1 = self._alike(places)
        minus = PRECEDENCE["-"] + 1
        at, last = (_bracketed(printed, PRECEDENCE["-"]) for printed in (x, x1))
        done = f"({at}-{_bracketed(x0, minus)})"
        return f"{done}/({last}-{_bracketed(x0, minus)})", [f"{done}*({at}-{_bracketed(x1, minus)})<=0"]

    def _alike(self, arguments: Sequence[Expr]) -> list[_Printed]:
        """Return arguments in the unit of the first that has one of its own."""
        printed = [self.print(argument) for argument in arguments]
        unit = next((one.unit for one, part in zip(printed, arguments, strict=True) if not _is_zero(part)), NONE)
        return [
            one._replace(unit=unit) if _is_zero(part) else _scaled(one, _factor(one.unit, unit))._replace(unit=unit)
            for one, part in zip(printed, arguments, strict=True)
        ]

    def _difference(self, arguments: Sequence[Expr]) -> _Printed:
        left, right = arguments
        result = self.print(left) if _is_zero(right) else self._binary(Binary("-", left, right))
        if result.unit.dimension:
            raise UnitError(f"diff() takes two ratios, not {result.unit.describe()}; use a minus sign")
        return result

    def _cells(self, column: Refs) -> list[str]:
        return [self._operand(part)[0] for part in column.ids]

    def _unit(self, column: Refs) -> Unit | None:
        """Return the unit of a column's numbers, `None` where its cells differ."""
        units = [self._operand(part)[1] for part in column.ids]
        alike = {(unit.dimension, unit.scale) for unit in units}
        return units[0] if len(alike) == 1 else None

    def _sumproduct(self, expr: Expr, *, condition: bool) -> _Printed:
        """Return the sum of an expression over the rows of its columns; a condition counts 1 where it is true."""
        found = _equal(expr)
        if any(self._unit(column) is None for column in found):
            return self._row_by_row(expr, condition=condition)
        # a range for each stretch of rows in which every column stands together
        edges = sorted({edge for column in found for run in runs(self._cells(column)) for edge in run})
        parts = [_Printer(self._operand, segment).print(expr) for segment in pairwise(edges)]
        texts = [f"SUMPRODUCT(--({part.text}))" if condition else f"SUMPRODUCT({part.text})" for part in parts]
        level = _ATOM if len(texts) == 1 else PRECEDENCE["+"]
        return _Printed("+".join(texts), level, NONE if condition else parts[0].unit)

    def _row_by_row(self, expr: Expr, *, condition: bool) -> _Printed:
        """Return the same sum cell by cell, for columns whose cells have different units."""
        parts = [self.print(row) for row in _elements(expr)]
        if len(parts) > MAX_ARGUMENTS:
            raise FormulaError(
                f"{quoted(expr)} over {len(parts)} cells of different units; Excel takes {MAX_ARGUMENTS}"
            )
        unit = NONE if condition else parts[0].unit
        texts = [
            f"IF({part.text},1,0)" if condition else _scaled(part, _factor(part.unit, unit)).text for part in parts
        ]
        return _Printed(f"SUM({','.join(texts)})", _ATOM, unit)

    def _aggregate(self, name: str, arguments: Sequence[Expr]) -> _Printed:
        if len(arguments) == 1 and is_column(arguments[0]) and not isinstance(arguments[0], Refs):
            if name == "sum":
                return self._sumproduct(arguments[0], condition=False)
            if name == "mean":
                total = self._sumproduct(arguments[0], condition=False)
                return _scaled(total, Fraction(1, len(_equal(arguments[0])[0].ids)))
        parts: list[tuple[bool, _Printed]] = []
        for argument in arguments:
            for part in _elements(argument):
                parts.append((_is_zero(part), self.print(part)))
        unit = next((printed.unit for zero, printed in parts if not zero), NONE)
        texts: list[str] = []
        for zero, printed in parts:
            texts.append(printed.text if zero else _scaled(printed, _factor(printed.unit, unit)).text)
        listed = ranges(texts)
        if len(listed) > MAX_ARGUMENTS:
            raise FormulaError(f"{name}() of {len(listed)} separate cells; Excel takes {MAX_ARGUMENTS}")
        return _Printed(f"{_AGGREGATES[name]}({','.join(listed)})", _ATOM, unit)

    def _count(self, argument: Expr) -> _Printed:
        if isinstance(argument, Refs):
            name = "COUNTA" if any(part in self._texts for part in argument.ids) else "COUNT"
            return _Printed(f"{name}({','.join(ranges(self._cells(argument)))})", _ATOM, NONE)
        if is_column(argument):
            return self._sumproduct(argument, condition=True)
        if is_condition(argument):
            return _Printed(f"IF({self.print(argument).text},1,0)", _ATOM, NONE)
        return _Printed(f"COUNT({self.print(argument).text})", _ATOM, NONE)

    def _order(self, name: str, arguments: Sequence[Expr]) -> _Printed:
        item, column = arguments[:2]
        if not isinstance(column, Refs):
            raise FormulaError(f"a workbook needs a column of cells here, not {quoted(column)}; give it its own cells")
        together = ranges(self._cells(column))
        if name == "percentile":
            at_most = self._sumproduct(Binary("<=", column, item), condition=True)
            return _Printed(
                f"{_bracketed(at_most, PRECEDENCE['/'])}/COUNT({','.join(together)})", PRECEDENCE["/"], NONE
            )
        smallest_first = len(arguments) == 3 and arguments[2] == Num(Fraction(1), "1")
        listed = isinstance(item, Ref) and item.id in column.ids and self._unit(column) is not None
        if listed and len(together) == 1:
            return _Printed(f"RANK({self.print(item).text},{together[0]},{int(smallest_first)})", _ATOM, NONE)
        # RANK gives #N/A for a number that is not in its range
        ahead = self._sumproduct(Binary("<" if smallest_first else ">", column, item), condition=True)
        return _Printed(f"1+{ahead.text}", PRECEDENCE["+"], NONE)

    def _quantile(self, arguments: Sequence[Expr]) -> _Printed:
        column = arguments[0]
        if not isinstance(column, Refs):
            raise FormulaError(f"a workbook needs a column of cells here, not {quoted(column)}; give it its own cells")
        unit, together = self._unit(column), ranges(self._cells(column))
        if unit is None:
            raise UnitError(f"the cells of {quoted(column)} have different units")
        if len(together) != 1:
            raise FormulaError(f"the cells of {quoted(column)} do not stand together in the workbook")
        share = self.print(arguments[1])
        return _Printed(f"PERCENTILE({together[0]},{_scaled(share, share.unit.scale).text})", _ATOM, unit)


def _power(expr: Binary, left: _Printed, right: _Printed) -> tuple[_Printed, _Printed, Unit]:
    right = _scaled(right, _factor(right.unit, NONE))
    if not left.unit.dimension:
        return _scaled(left, _factor(left.unit, NONE)), right, NONE
    if not isinstance(expr.right, Num) or expr.right.value.denominator != 1:
        raise UnitError(f"{quoted(expr)}: {left.unit.describe()} under a fractional exponent")
    return left, right, left.unit ** int(expr.right.value)


def _elements(argument: Expr) -> list[Expr]:
    """Return an argument cell by cell: a column is its references, arithmetic with columns is done in each row."""
    if isinstance(argument, Refs):
        return [Ref(part) for part in argument.ids]
    if not is_column(argument):
        return [argument]
    return [in_row(argument, at) for at in range(len(_equal(argument)[0].ids))]


def _equal(expr: Expr) -> tuple[Refs, ...]:
    """Return the columns of an expression, which are of one length."""
    found = columns(expr)
    lengths = sorted({len(column.ids) for column in found})
    if len(lengths) != 1:
        raise FormulaError(f"{quoted(expr)} joins columns of {' and '.join(map(str, lengths))} values")
    return found


def _number(value: Fraction) -> _Printed:
    sign = "-" if value < 0 else ""
    level = _MINUS if sign else _ATOM
    if value.denominator == 1:
        return _Printed(str(value.numerator), level, NONE)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return _Printed(f"({value.numerator}/{value.denominator})", _ATOM, NONE)
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    text = str(abs((value * 10**digits).numerator)).rjust(digits + 1, "0")
    return _Printed(f"{sign}{text[:-digits]}.{text[-digits:]}", level, NONE)
