"""The views of a model as sheets of its workbook: live formulas where a cell can say them, else fixed numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yanbao.author.binding import default_decimals
from yanbao.errors import FormulaError, QuantityError, RenderError
from yanbao.evidence import Bilingual, Calculator
from yanbao.evidence.table import Table
from yanbao.fact.fact import Derivation, Fact
from yanbao.model.model import BASE, Typed, View
from yanbao.model.views import RECIPE
from yanbao.quantity import Quantity, Unit
from yanbao.render.xlsx.grid import Address
from yanbao.render.xlsx.number_format import cell_unit, cell_value, is_percent, plain_code, shown_unit
from yanbao.workbook.formulas import Formulas
from yanbao.workbook.layout import CASE, SCENARIO, Layout, view_sheet_names
from yanbao.workbook.sheet import Cell, Look, Row, Sheet
from yanbao.workbook.subject import Subject
from yanbao.workbook.view_formula import written_out
from yanbao.workbook.words import WORDS

_TITLE, _FROM, _CHOICE, _LEGEND, _NOTE, _ACROSS, _HEAD = 0, 1, 2, 3, 4, 5, 6


@dataclass(frozen=True)
class ViewCell:
    """A live cell of a view, and the fact that it comes to in the scenario that the view starts from."""

    address: Address
    fact: str
    scenario: str


@dataclass(frozen=True)
class ViewSheets:
    """The sheets of all views, their live cells, and how many cells hold a fixed number instead."""

    sheets: tuple[Sheet, ...]
    live: tuple[ViewCell, ...]
    fixed: int


def view_sheets(subject: Subject, layout: Layout, calculator: Calculator, chosen: str) -> ViewSheets:
    """Return a sheet for each view of a model whose table is computed: what do its targets come to otherwise?

    A cell of a sensitivity is the target's formula written out down to the value that is tried, which stands in blue
    at its row or column and may be changed: it follows the inputs and the scenario in use. What is simulated or solved,
    is no formula; it stands as the number it came to, with its seed, in grey.

    Args:
        subject: the model with its facts.
        layout: where its cells stand.
        calculator: has computed the model and the views that are wanted.
        chosen: the scenario that the workbook is saved with.
    """
    made = [
        _Maker(subject, layout, calculator, chosen, view, name)
        for view, name in view_sheet_names(subject).items()
        if f"{subject.model.id}_{view}" in calculator.evidence.tables
    ]
    sheets = tuple(maker.sheet() for maker in made)
    return ViewSheets(sheets, tuple(cell for maker in made for cell in maker.live), sum(maker.fixed for maker in made))


class _Maker:
    """Fills the sheet of one view."""

    def __init__(
        self, subject: Subject, layout: Layout, calculator: Calculator, chosen: str, view: str, name: str
    ) -> None:
        self._subject, self._layout, self._calculator, self._chosen, self._name = (
            subject, layout, calculator, chosen, name,
        )  # fmt: skip
        self._view: View = subject.model.views[view]
        self._table: Table = calculator.evidence.tables[f"{subject.model.id}_{view}"]
        self._facts = calculator.evidence.facts
        self._words = WORDS[subject.language]
        self._formulas = Formulas(subject, layout)
        self._placed: dict[str, Address] = {}  # facts that stand on this sheet
        self._free = _is_free(subject)
        self.live: list[ViewCell] = []
        self.fixed = 0

    def sheet(self) -> Sheet:
        """Return the sheet."""
        sheet = Sheet(self._name, frozen=(_HEAD + 1, 1), head=_HEAD, tab="view")
        self._place()
        self._heads(sheet)
        for at, row in enumerate(self._table.rows, _HEAD + 1):
            for place, column in enumerate(self._table.columns):
                sheet.put(at, place, self._cell(row, column))
        self._top(sheet)
        for place in range(len(self._table.columns)):
            sheet.fit(_ACROSS, place, 14 if place == 0 else 12, 30)
        return sheet

    def _place(self) -> None:
        """Note where the view's own facts stand: what is tried, and what comes of it."""
        for place, column in enumerate(self._table.columns):
            self._placed[f"{self._table.id}.{column}@across"] = Address(self._name, _HEAD, place)
            for at, row in enumerate(self._table.rows, _HEAD + 1):
                if (row, column) not in self._table.shared:
                    self._placed[self._table.fact_id(row, column)] = Address(self._name, at, place)

    def _said(self, text: Bilingual | None, otherwise: str = "") -> str:
        if text is None:
            return otherwise
        return text.get(self._subject.language) or text.zh or text.en or otherwise

    def _top(self, sheet: Sheet) -> None:
        own, view = self._words, self._view
        sheet.words(_TITLE, 0, self._said(self._table.sidecar.title, view.id), Look("title"))
        sheet.words(_FROM, 0, own["view_from"].format(self._subject.model.file, view.id), Look("muted"))
        sheet.words(_CHOICE, 0, own["scenario"], Look("label", row="total"))
        choice = self._layout.addresses[SCENARIO].from_sheet(self._name)
        sheet.put(_CHOICE, 1, Cell(Look("link"), self._scenario_name(self._chosen), None, choice))
        sheet.words(_LEGEND, 0, own["view_legend"], Look("muted"))
        recipe = self._facts.get(f"{RECIPE}:{self._table.id}")
        notes = [recipe.text] if recipe is not None and recipe.text else []
        notes += [own["solved"]] if view.spec.kind == "solve" else []
        if view.spec.kind == "scenarios":
            notes.append(own["each_scenario"])
        elif self.fixed:
            notes.append(own["fixed"].format(self._scenario_name(view.scenario)))
        if self.live and not self._free:
            notes.append(own["only_in"].format(self._scenario_name(view.scenario)))
        sheet.words(_NOTE, 0, own["semicolon"].join(notes), Look("muted"))

    def _scenario_name(self, scenario: str) -> str:
        if scenario == BASE:
            return self._words["base"]
        return self._said(self._subject.model.scenarios[scenario].label, scenario)

    def _heads(self, sheet: Sheet) -> None:
        shown = self._table.view
        if shown is not None and shown.across is not None:
            for place in range(len(self._table.columns)):
                sheet.words(_ACROSS, place, self._said(shown.across) if place == 1 else "", Look("head"))
        for place, (name, column) in enumerate(self._table.columns.items()):
            tried = self._facts.get(f"{self._table.id}.{name}@across")
            if tried is not None and tried.quantity is not None:
                sheet.put(_HEAD, place, self._number(tried.quantity, "input", self._role(None, name)))
                continue
            unit = "%" if is_percent(column.unit) else shown_unit(column.unit, self._subject.language)
            text = self._said(column.spec.label, name) + (f" ({unit})" if unit else "")
            sheet.words(_HEAD, place, text, Look("head", right=place > 0))

    def _role(self, row: str | None, column: str) -> Row:
        """Return how a cell is set: the base case's row and column are bold."""
        base = self._table.view.base if self._table.view is not None else (None, None)
        return "total" if (row is not None and row == base[0]) or column == base[1] else "body"

    def _number(self, quantity: Quantity, kind: str, role: Row, suffix: str = "") -> Cell:
        code = plain_code(default_decimals(quantity), is_percent(quantity.unit), suffix)
        return Cell(Look(kind, code, role, right=True), None, cell_value(quantity))  # type: ignore[arg-type]

    def _cell(self, row: str, column: str) -> Cell:
        fact, role = self._facts.get(self._table.fact_id(row, column)), self._role(row, column)
        if fact is None or (fact.quantity is None and fact.text is None):
            return Cell(Look("missing", row=role, right=True), "—", note=(fact.missing or "") if fact else "")
        if fact.quantity is None:
            return Cell(Look("label", row=role), fact.text)
        shared = (row, column) in self._table.shared
        if not shared and not isinstance(fact.lineage, Derivation) and self._view.spec.kind not in ("fan", "solve"):
            unit = self._table.columns[column].unit
            bare = not unit.symbol and not unit.dimension  # a column of inputs, each in its own unit
            return self._number(
                fact.quantity, "input", role, shown_unit(fact.quantity.unit, self._subject.language) if bare else ""
            )
        try:
            formula = self._formula(fact, shared=shared)
        except (FormulaError, QuantityError, RenderError):  # too long, or what no cell can say: the number itself
            formula = None
        if formula is None:
            self.fixed += 1
            return self._number(fact.quantity, "fixed", role)
        place = self._placed.get(f"{self._table.id}.{column}@{row}")
        if place is None:
            at = self._table.rows.index(row) + _HEAD + 1
            place = Address(self._name, at, list(self._table.columns).index(column))
        self.live.append(ViewCell(place, fact.id, self._view.scenario))
        made = self._number(fact.quantity, "link" if shared else "formula", role)
        # what a view comes to in another scenario is for the reader's program to compute
        number = made.number if self._chosen == self._view.scenario else None
        return made._replace(formula=formula, number=number, text=None if number is not None else "")

    def _formula(self, fact: Fact, *, shared: bool) -> str | None:
        """Return the formula of a cell, `None` where it is none: simulated, solved, or of a scenario not in use."""
        assert fact.quantity is not None
        if shared:
            if self._view.spec.kind == "scenarios":
                return None
            return self._operand(fact.id)[0]
        if not isinstance(fact.lineage, Derivation):
            return None
        expr, conditions = written_out(fact, self._calculator, self._is_known)
        text = self._formulas.guarded(expr, conditions, cell_unit(fact.quantity.unit), self._operand, fact.id)
        if self._free:
            return text
        number = self._subject.scenarios.index(self._view.scenario) + 1
        return self._formulas.short(f'IF({self._case()}={number},{text},"—")', fact.id)

    def _case(self) -> str:
        at = self._layout.addresses[CASE]
        letters = at.a1.rstrip("0123456789")
        sheet = at.from_sheet(self._name).rpartition("!")[0]
        return f"{sheet}!${letters}${at.a1[len(letters) :]}"

    def _is_known(self, identifier: str) -> bool:
        """Whether a fact stands in the workbook."""
        return identifier in self._placed or self._formulas.has(self._subject.of_base(identifier))

    def _operand(self, identifier: str) -> tuple[str, Unit]:
        place = self._placed.get(identifier)
        if place is None:
            return self._formulas.operand(self._subject.of_base(identifier), self._name)
        quantity = self._facts[identifier].quantity
        if quantity is None:
            raise RenderError(f"{identifier} has no value")
        return place.a1, cell_unit(quantity.unit)


def _is_free(subject: Subject) -> bool:
    """Whether a formula that is written out in one scenario is right in every other: none sets a computed cell."""
    mine: Final = set(subject.scenarios)
    return all(
        isinstance(model.lines[line].cells[row], Typed)
        for model in subject.models.values()
        for name, scenario in model.scenarios.items()
        if name in mine
        for line, row in scenario.cells
    )
