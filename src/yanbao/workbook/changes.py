"""What somebody changed in a model's workbook: inputs, formulas, and what is none of the model's business."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

from yanbao.errors import FormulaError, Mistake
from yanbao.formula import Expr, Ref
from yanbao.model.model import BASE, Absent, Formula, Typed
from yanbao.quantity import Quantity
from yanbao.read.contents import SheetCell
from yanbao.render.xlsx.number_format import is_percent
from yanbao.workbook.formula_text import parse_formula
from yanbao.workbook.layout import Layout, input_key
from yanbao.workbook.locate import Found
from yanbao.workbook.sheet import Cell, Sheet
from yanbao.workbook.subject import Subject, parts_of

_KEPT: Final = Context(prec=15)  # digits that a workbook keeps of a number
_LONGEST: Final = 60  # characters of a text that is quoted


@dataclass(frozen=True)
class InputChange:
    """A typed value that changed: of a line in a row, in the base case or as a scenario sets it.

    `old` and `new` are digits in the line's unit; `None` where a scenario sets nothing, or nothing was typed before.
    """

    line: str
    row: str
    scenario: str
    old: str | None
    new: str | None
    cell: str
    file_line: int


@dataclass(frozen=True)
class FormulaChange:
    """A computed cell whose formula changed: `expr` is what it says now, `number` what was typed over it."""

    line: str
    row: str
    old: str
    new: str
    cell: str
    file_line: int
    expr: Expr | None  # over keys of cells
    number: Fraction | None = None


@dataclass
class Changes:
    """All that changed; `mistakes` are changes that a model's file can't take."""

    inputs: list[InputChange] = field(default_factory=list)
    formulas: list[FormulaChange] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def changes(subject: Subject, layout: Layout, sheets: list[Sheet], found: Found, file: str) -> Changes:
    """Return what changed between the workbook that a model gives and the one that was found.

    Formulas are compared by what they refer to, so that rows and columns may have moved.
    """
    return _Comparison(subject, layout, sheets, found, file).run()


class _Comparison:
    def __init__(self, subject: Subject, layout: Layout, sheets: list[Sheet], found: Found, file: str) -> None:
        self._subject = subject
        self._layout = layout
        self._sheets = {sheet.name: sheet for sheet in sheets}
        self._found = found
        self._file = file
        self._keys = {(at.sheet, at.row + 1, at.column + 1): key for key, at in layout.addresses.items()}
        self._changes = Changes(mistakes=list(found.mistakes))

    def run(self) -> Changes:
        for key, address in self._layout.addresses.items():
            cell = self._sheets[address.sheet].cells.get((address.row, address.column))
            if key in self._found.places and cell is not None:
                self._compare(key, cell, self._found.cell(key))
        return self._changes

    def _note(self, key: str, cause: str, hint: str) -> None:
        self._changes.mistakes.append(Mistake(self._file, 0, self._found.at(key), cause, hint))

    def _compare(self, key: str, cell: Cell, now: SheetCell | None) -> None:
        scenario, bar, rest = key.partition("|")
        if bar and scenario in self._subject.scenarios and "@" in rest:
            line, _, row = rest.partition("@")
            self._input(key, line, row, scenario, cell, now)
        elif cell.formula is not None:
            self._formula(key, cell.formula, now)
        elif cell.number is not None:
            self._datum(key, cell.number, now)
        elif bar or key == "scenario":
            return  # names may be written otherwise; the choice is for the reader
        elif now is not None and (now.formula is not None or isinstance(now.value, Fraction)):
            self._note(key, f"holds {_shown(now)} where the model has no value", self._hint(key))

    def _hint(self, key: str) -> str:
        if self._subject.is_own(key):
            line = parts_of(key)[1]
            return (
                f"{self._subject.model.file}:{self._subject.model.lines[line].file_line} is where `{line}` is written"
            )
        return "clear the cell"

    def _datum(self, key: str, value: Fraction, now: SheetCell | None) -> None:
        """A number from outside the model stays what it is."""
        if now is not None and now.formula is None and isinstance(now.value, Fraction) and same(value, now.value):
            return
        table, column, row = parts_of(key)
        home = self._subject.evidence.tables[table]
        cause = f"`{table}.{column}[{row}]` holds {_shown(now)}; it is data from {home.file}"
        self._note(key, cause, "change it there and export again")

    def _input(self, key: str, line: str, row: str, scenario: str, cell: Cell, now: SheetCell | None) -> None:
        model = self._subject.model
        own = model.lines[line].cells[row] if scenario == BASE else model.scenarios[scenario].cells.get((line, row))
        if scenario == BASE and isinstance(own, Formula):
            if cell.formula is not None:
                self._formula(key, cell.formula, now)
            return
        unset = now is not None and now.formula is not None and scenario != BASE and self._is_base(key, line, row, now)
        still_missing = scenario == BASE and (now is None or (now.formula is None and now.value in ("", "—")))
        if isinstance(own, Typed):
            self._typed(key, line, row, scenario, own, cell, now, unset=unset)
        elif not (still_missing or unset) and (number := self._number(key, now)) is not None:
            at = own.file_line if isinstance(own, Absent) else model.lines[line].file_line
            text = digits(number, self._quantity(line, row), 0)
            change = InputChange(line, row, scenario, None, text, self._found.at(key), at)
            self._changes.inputs.append(change)

    def _typed(
        self,
        key: str,
        line: str,
        row: str,
        scenario: str,
        own: Typed,
        cell: Cell,
        now: SheetCell | None,
        *,
        unset: bool,
    ) -> None:
        assert cell.number is not None
        if unset:
            new = None
        else:
            number = self._number(key, now)
            if number is None or same(cell.number, number):
                return
            new = digits(number, own.quantity, own.quantity.decimals or 0)
        change = InputChange(line, row, scenario, own.text, new, self._found.at(key), own.file_line)
        self._changes.inputs.append(change)

    def _quantity(self, line: str, row: str) -> Quantity:
        unit = self._subject.model.lines[line].unit
        return Quantity.exact(0, unit)

    def _is_base(self, key: str, line: str, row: str, now: SheetCell) -> bool:
        """Whether a scenario's cell says: as in the base case."""
        sheet = self._found.places[key][0]
        try:
            found = parse_formula(now.formula or "", lambda *at: self._found.locate(sheet, *at))
        except FormulaError:
            return False
        return found == Ref(input_key(BASE, line, row))

    def _number(self, key: str, now: SheetCell | None) -> Fraction | None:
        """Return the number that an input cell holds, or note why there is none."""
        if now is None or (now.formula is None and now.value in ("", None)):
            hint = "type a value; where there is none, the model's file says `{ missing = … }` with the reason"
            self._note(key, "the value is gone, and an empty cell counts as 0", hint)
            return None
        if now.formula is not None:
            self._note(
                key, f"an input holds the formula {_shown(now)}", "type its value, or write a formula in the model"
            )
            return None
        if not isinstance(now.value, Fraction):
            hint = (
                "type digits; a text that looks like a number is none"
                if isinstance(now.value, str)
                else "type a number"
            )
            self._note(key, f"an input holds {_shown(now)}, no number", hint)
            return None
        if len(_plain(now.value)) > _LONGEST:
            self._note(key, f"{_shown(now)} is beyond all reason for an input", "type a number in the line's unit")
            return None
        return now.value

    def _formula(self, key: str, formula: str, now: SheetCell | None) -> None:
        sheet, _, _ = self._found.places[key]
        home = self._layout.addresses[key].sheet
        expected = parse_formula(
            formula, lambda at, *spot: self._keys.get((at or home, *spot)) or f"{at or home}!{spot}"
        )
        found: Expr | None = None
        cause = ""
        if now is not None and now.formula is not None:
            try:
                found = parse_formula(now.formula, lambda *at: self._found.locate(sheet, *at))
            except FormulaError as error:
                cause = str(error)
            if found == expected:
                return
        line, row = self._computed(key)
        if not line:
            hint = f"it was ={formula[:_LONGEST]}; changes of the model's rules are made in {self._subject.model.file}"
            self._note(key, f"holds {_shown(now)} instead of the formula that ties the workbook together", hint)
            return
        cell = self._subject.model.lines[line].cells[row]
        number = now.value if now is not None and now.formula is None and isinstance(now.value, Fraction) else None
        if found is None and number is None:
            self._note(
                key, f"holds {_shown(now)} instead of a formula" + (f": {cause}" if cause else ""), f"={formula[:200]}"
            )
            return
        change = FormulaChange(
            line, row, f"={formula}", _shown(now), self._found.at(key), cell.file_line, found, number
        )
        self._changes.formulas.append(change)

    def _computed(self, key: str) -> tuple[str, str]:
        """Return line and row of a cell that the model computes, of which the workbook holds the formula itself."""
        scenario, bar, rest = key.partition("|")
        if bar:
            line, _, row = rest.partition("@")
            if scenario != BASE:
                return "", ""
        elif self._subject.is_own(key):
            _, line, row = parts_of(key)
            block = self._layout.blocks.get(line)
            if block is not None and row in block.held:
                return "", ""
        else:
            return "", ""
        return (line, row) if isinstance(self._subject.model.lines[line].cells[row], Formula) else ("", "")


def same(one: Fraction, other: Fraction) -> bool:
    """Whether two numbers are the same to the digits that a workbook keeps."""
    return _rounded(one) == _rounded(other)


def _rounded(value: Fraction) -> Decimal:
    return _KEPT.divide(Decimal(value.numerator), Decimal(value.denominator))


def digits(value: Fraction, like: Quantity, decimals: int) -> str:
    """Return the number of a cell as digits in a line's unit, with at least so many decimal places.

    >>> from yanbao.quantity.unit import PERCENT
    >>> digits(Fraction("0.475"), Quantity.printed("45", PERCENT), 0)
    '47.5'
    """
    number = _rounded(value) * (100 if is_percent(like.unit) else 1)
    text = f"{number.normalize():f}"
    if text in ("-0", "0"):
        text = "0"
    whole, _, part = text.partition(".")
    part = part.ljust(decimals, "0")
    return f"{whole}.{part}" if part else whole


def _plain(value: Fraction) -> str:
    return f"{_rounded(value):f}"


def _shown(cell: SheetCell | None) -> str:
    if cell is None:
        return "nothing"
    if cell.formula is not None:
        text = f"={cell.formula}"
    elif isinstance(cell.value, Fraction):
        text = f"{_rounded(cell.value):.15g}" if abs(_rounded(cell.value).adjusted()) > 30 else _plain(cell.value)
    elif isinstance(cell.value, bool):
        text = str(cell.value).upper()
    else:
        text = repr(cell.value)
    text = "".join(character if character.isprintable() else "�" for character in text)
    return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text
