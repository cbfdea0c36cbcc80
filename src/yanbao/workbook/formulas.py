"""The formulas of a model's workbook: what each cell computes, as Excel writes it, without the leading `=`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Final

from yanbao.errors import FormulaError, RenderError, UnitError
from yanbao.fact.fact import Derivation, Fact
from yanbao.formula import Binary, Call, Expr, Num, Unary, evaluate, excel, operands, parse, source
from yanbao.formula.truth import COMPARISONS
from yanbao.formula.value import NoAnswerError
from yanbao.model.model import BASE, Check, Formula, Line
from yanbao.quantity import Quantity, Unit
from yanbao.quantity.unit import NONE
from yanbao.render.xlsx.grid import Address
from yanbao.render.xlsx.number_format import cell_unit
from yanbao.workbook.layout import CASE, CASES_ROW, ITEM, LIVE, SCENARIO, Layout, input_key
from yanbao.workbook.subject import Subject
from yanbao.workbook.words import WORDS

_NOISE: Final = Fraction(1, 10**9)  # of the larger side: what floating point may leave of two equal numbers
_EXCEL_MAX: Final = 8_192


class Formulas:
    """Writes the formulas of one workbook."""

    def __init__(self, subject: Subject, layout: Layout) -> None:
        self._subject = subject
        self._layout = layout
        self._words = WORDS[subject.language]

    def line(self, line: str, row: str) -> str | None:
        """Return the formula of a line's cell on the model's sheet; `None` where it has no value in any scenario."""
        if not self._subject.is_live(line, row):
            return None
        block = self._layout.blocks.get(line)
        if block is not None and row in block.held:
            scenario = LIVE if row in block.switched else BASE
            return self._to(input_key(scenario, line, row), "model")
        return self.computed(line, row, "model")

    def computed(self, line: str, row: str, sheet: str) -> str | None:
        """Return the formula that a computed cell has in the base case, as it stands on a sheet."""
        cell = self._subject.model.lines[line].cells[row]
        if not isinstance(cell, Formula):
            return None
        bound = self._subject.bound(line, row)
        if bound is None or not self._subject.is_live(line, row):
            return None
        text = self.of(bound, self._subject.model.lines[line], row, sheet)
        guards = [self._condition(each, sheet) for each in self._subject.conditions(cell.expr, row)]
        return self._guarded(text, guards, f"{line}[{row}]")

    def of(self, bound: Expr, line: Line, row: str, sheet: str) -> str:
        """Return an expression over fact ids as the formula of a line's cell, in that cell's unit."""
        identifier = f"{self._subject.model.id}.{line.id}@{row}"
        quantity = self._subject.quantity(identifier)
        unit = quantity.unit if quantity is not None else line.unit
        return self._print(bound, sheet, cell_unit(unit), identifier)

    def live(self, line: str, row: str) -> str:
        """Return the formula that picks the value of the scenario in use."""
        first, last = (
            self._layout.addresses[input_key(scenario, line, row)].a1
            for scenario in (self._subject.scenarios[0], self._subject.scenarios[-1])
        )
        case = self._layout.addresses[CASE]
        return f"INDEX({first}:{last},{_fixed(case.a1)})"

    def as_base(self, line: str, row: str) -> str:
        """Return the formula of a scenario that sets nothing: what the base has."""
        return self._layout.addresses[input_key(BASE, line, row)].a1

    def case(self) -> str:
        """Return the formula of the number of the scenario in use."""
        sheet = self._layout.names["inputs"]
        first, last = (Address(sheet, CASES_ROW + at, ITEM).a1 for at in (0, len(self._subject.scenarios) - 1))
        return f"MATCH({self._to(SCENARIO, 'inputs')},{_fixed(first)}:{_fixed(last)},0)"

    def data(self, fact: Fact) -> str | None:
        """Return the formula of a computed fact from outside; `None` of one that is typed or missing."""
        if not isinstance(fact.lineage, Derivation) or fact.quantity is None:
            return None
        return self._print(parse(fact.lineage.formula), "data", cell_unit(fact.quantity.unit), fact.id, outside=True)

    def check(self, check: Check, row: str) -> str | None:
        """Return the formula that is 0 where a check holds in a row, else 1; `None` where no scenario can be judged.

        Two sides that print alike may differ by what rounding hides: the formula allows for as much as the widest
        printed interval of any scenario does.
        """
        subject = self._subject
        parts = subject.check_parts(check, row)
        judged = [scenario for scenario in check.scenarios if parts and self._known(parts[0], scenario)]
        if not judged:
            return None
        text = f"IF({self._truth(parts[0], judged)},0,1)"
        if set(check.scenarios) != set(subject.scenarios) or len(judged) < len(check.scenarios):
            numbers = [f"{self._to(CASE, 'model')}={subject.scenarios.index(each) + 1}" for each in judged]
            choice = numbers[0] if len(numbers) == 1 else f"OR({','.join(numbers)})"
            text = f'IF({choice},{text},"—")'
        return self.short(text, check.text)

    def guarded(
        self, expr: Expr, conditions: Sequence[Expr], unit: Unit, operand: Callable[[str], tuple[str, Unit]], what: str
    ) -> str:
        """Return an expression as a formula that says so where its conditions do not hold."""
        guards = [_bare(_printed(_as_number(each), operand, NONE, what)) for each in conditions]
        return self._guarded(_printed(expr, operand, unit, what), guards, what)

    def _guarded(self, text: str, guards: Sequence[str], what: str) -> str:
        if not guards:
            return text
        condition = guards[0] if len(guards) == 1 else f"AND({','.join(guards)})"
        return self.short(f'IF({condition},{text},"{self._words["no_meaning"]}")', what)

    def has(self, identifier: str) -> bool:
        """Whether a fact of the base case has a cell, in every scenario."""
        if self._subject.is_own(identifier):
            return identifier in self._layout.addresses
        found = (self._subject.in_scenario(identifier, each).id for each in self._subject.scenarios)
        return all(each in self._layout.addresses for each in found)

    def operand(self, identifier: str, sheet: str) -> tuple[str, Unit]:
        """Return the cell of a fact of the base case as a formula on a sheet writes it, and its unit."""
        return self._operand(identifier, sheet, outside=False)

    def _known(self, expr: Expr, scenario: str) -> bool:
        return all(self._subject.in_scenario(key, scenario).quantity is not None for key in operands(expr))

    def _truth(self, expr: Expr, scenarios: list[str]) -> str:
        if isinstance(expr, Binary) and expr.operator in ("and", "or"):
            left, right = self._truth(expr.left, scenarios), self._truth(expr.right, scenarios)
            return f"{expr.operator.upper()}({left},{right})"
        if isinstance(expr, Unary) and expr.operator == "not":
            return f"NOT({self._truth(expr.operand, scenarios)})"
        if not (isinstance(expr, Binary) and expr.operator in COMPARISONS):
            raise RenderError(f"`{source(expr)}` cannot be checked in a workbook: it is no comparison")
        return self._comparison(expr, scenarios)

    def _comparison(self, expr: Binary, scenarios: list[str]) -> str:
        """Return a comparison that fails only where the printed intervals of both sides are apart."""
        slack, noise, unit = Fraction(0), _NOISE, NONE
        for scenario in scenarios:
            sides = [evaluate(side, partial(self._value, scenario=scenario)) for side in (expr.left, expr.right)]
            unit = cell_unit(next((side.unit for side in sides if side.unit.dimension), sides[0].unit))
            half = Fraction(0)
            for side in sides:
                low, high = side.interval.low, side.interval.high
                if low is None or high is None:
                    raise RenderError(f"`{source(expr)}` compares a number without an end; a workbook can't check it")
                half += (high - low) / 2 * side.unit.scale / unit.scale
                noise = max(noise, abs(side.value) * side.unit.scale / unit.scale * _NOISE)
            slack = max(slack, half)
        difference = self._print(Binary("-", expr.left, expr.right), "model", unit, source(expr))
        allowed = _digits(slack + noise)
        forms = {
            "==": f"ABS({difference})<={allowed}",
            "!=": "TRUE" if slack else f"ABS({difference})>{allowed}",
            "<": f"{difference}<{allowed if slack else 0}",
            "<=": f"{difference}<={allowed}",
            ">": f"{difference}>{'-' + allowed if slack else 0}",
            ">=": f"{difference}>=-{allowed}",
        }
        return forms[expr.operator]

    def _value(self, identifier: str, scenario: str) -> Quantity:
        quantity = self._subject.in_scenario(identifier, scenario).quantity
        if quantity is None:
            raise NoAnswerError(f"{identifier} has no value")
        return quantity

    def _condition(self, expr: Expr, sheet: str) -> str:
        """Return a condition as Excel writes it: `excel` prints numbers only."""
        return _bare(self._print(_as_number(expr), sheet, NONE, source(expr)))

    def _print(self, expr: Expr, sheet: str, unit: Unit, what: str, *, outside: bool = False) -> str:
        return _printed(expr, lambda key: self._operand(key, sheet, outside=outside), unit, what)

    def _operand(self, identifier: str, sheet: str, *, outside: bool) -> tuple[str, Unit]:
        """Return the cell of an operand and its unit; where scenarios take it from several tables, their choice."""
        subject = self._subject
        quantity = subject.evidence.facts[identifier].quantity if outside else subject.quantity(identifier)
        unit = cell_unit(quantity.unit) if quantity is not None else NONE
        if outside or subject.is_own(identifier):
            return self._to(identifier, sheet), unit
        cells = [self._to(subject.in_scenario(identifier, scenario).id, sheet) for scenario in subject.scenarios]
        if len(set(cells)) == 1:
            return cells[0], unit
        return f"CHOOSE({self._to(CASE, sheet)},{','.join(cells)})", unit

    def _to(self, key: str, sheet: str) -> str:
        """Return the address of a key as a formula on a sheet writes it; the number of the case stays where it is."""
        name = self._layout.names.get(sheet, sheet)  # type: ignore[call-overload]
        text = self._layout.addresses[key].from_sheet(name)
        if key != CASE:
            return text
        place, mark, cell = text.rpartition("!")
        return place + mark + _fixed(cell)

    @staticmethod
    def short(text: str, what: str) -> str:
        """Return a formula that Excel takes.

        Raises:
            RenderError: it is too long.
        """
        if len(text) > _EXCEL_MAX:
            raise RenderError(f"{what} is a formula of {len(text)} characters; Excel takes {_EXCEL_MAX}")
        return text


def _printed(expr: Expr, operand: Callable[[str], tuple[str, Unit]], unit: Unit, what: str) -> str:
    try:
        return excel(expr, operand, unit)
    except (FormulaError, UnitError) as error:
        raise RenderError(f"{what} has no workbook formula: {error}") from error


def _as_number(condition: Expr) -> Expr:
    """Return a condition as a number: a cell's formula is one."""
    return Call("if", (condition, Num(Fraction(1), "1"), Num(Fraction(0), "0")))


def _bare(text: str) -> str:
    """Return the condition of a formula that `_as_number` made."""
    return text.removeprefix("IF(").removesuffix(",1,0)")


def _fixed(cell: str) -> str:
    letters = cell.rstrip("0123456789")
    return f"${letters}${cell[len(letters) :]}"


def _digits(value: Fraction) -> str:
    return f"{float(value):.6g}".upper()
