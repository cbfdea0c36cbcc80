"""What a workbook is made from: a model with its facts, its formulas bound to facts, and the facts from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from yanbao import relation
from yanbao.errors import RenderError
from yanbao.evidence.bind import Binder, NoPreviousRowError
from yanbao.evidence.table import Evidence, Table
from yanbao.fact.fact import Derivation, Fact
from yanbao.formula import Expr, Name, operands, parse
from yanbao.model.model import BASE, Check, Formula, Model
from yanbao.model.names import Names
from yanbao.quantity import Quantity


@dataclass
class Subject:
    """A model whose facts are computed, in one language.

    Own cells are known by the fact ids of the base case (`grid_model.smart@2024E`), whatever the scenario.
    """

    model: Model
    models: dict[str, Model]
    evidence: Evidence
    language: Literal["zh", "en"]
    _bound: dict[tuple[str, str], Expr | None] = field(default_factory=dict)

    @cached_property
    def scenarios(self) -> tuple[str, ...]:
        """The base case and the scenarios, in the file's order."""
        return (BASE, *self.model.scenarios)

    @cached_property
    def _names(self) -> Names:
        return Names(self.models, self.evidence)

    @cached_property
    def _binder(self) -> Binder:
        facts = self.evidence.facts
        return Binder(self.evidence.tables, facts.__contains__, self._missing, facts.__contains__)

    def is_own(self, identifier: str) -> bool:
        """Whether a fact id is of a cell of the model."""
        return identifier.partition(".")[0] == self.model.id

    def fact(self, line: str, row: str, scenario: str = BASE) -> Fact:
        """Return the fact of a cell as a scenario has it."""
        table = self.evidence.tables[self.model.table(scenario)]
        return self.evidence.facts[table.fact_id(row, line)]

    def in_scenario(self, identifier: str, scenario: str) -> Fact:
        """Return the fact that an id of the base case means in a scenario; other models have scenarios too."""
        table_id, column, row = parts_of(identifier)
        table: Table = self.evidence.tables[self._names.table(Name(table_id, column), self.model, scenario)]
        return self.evidence.facts[table.fact_id(row, column)]

    def of_base(self, identifier: str) -> str:
        """Return the id of the base case for a cell's id in any scenario of a model; other ids as they are."""
        table, column, row = parts_of(identifier)
        home, _ = self._names.tables.get(table, (None, BASE))
        return identifier if home is None else f"{home.id}.{column}@{row}"

    def quantity(self, identifier: str) -> Quantity | None:
        """Return the number of an id in the first scenario that has one: its unit is that of all."""
        found = (self.in_scenario(identifier, scenario).quantity for scenario in self.scenarios)
        return next((quantity for quantity in found if quantity is not None), None)

    def _missing(self, identifier: str) -> bool:
        return self.quantity(identifier) is None

    def bound(self, line: str, row: str) -> Expr | None:
        """Return a cell's formula over fact ids of the base case; `None` where there is no period before the first."""
        at = (line, row)
        if at not in self._bound:
            cell = self.model.lines[line].cells[row]
            assert isinstance(cell, Formula)
            self._bound[at] = self.bind(relation.expand(cell.expr), row)
        return self._bound[at]

    def bind(self, expr: Expr, row: str) -> Expr | None:
        """Return an expression of the model over fact ids, in a row."""
        try:
            return self._binder.bind(expr, self.evidence.tables[self.model.id], row)
        except NoPreviousRowError:
            return None

    def conditions(self, expr: Expr, row: str) -> list[Expr]:
        """Return, over fact ids, the conditions without which an expression has no meaning: growth on a loss."""
        found = (self.bind(needed.expr, row) for needed in relation.requirements(expr))
        return list(dict.fromkeys(each for each in found if each is not None))

    def is_live(self, line: str, row: str) -> bool:
        """Whether a cell has a value in some scenario."""
        return any(self.fact(line, row, scenario).quantity is not None for scenario in self.scenarios)

    def outside(self) -> dict[str, Fact]:
        """Return the facts of other tables that formulas and checks rest on, with all that those rest on."""
        found: dict[str, Fact] = {}
        open_ids = [key for expr in self._exprs() for key in operands(expr)]
        while open_ids:
            key = open_ids.pop(0)
            if self.is_own(key):
                continue
            for scenario in self.scenarios:
                fact = self.in_scenario(key, scenario)
                if fact.id in found:
                    continue
                found[fact.id] = fact
                if isinstance(fact.lineage, Derivation) and fact.quantity is not None:
                    open_ids += operands(parse(fact.lineage.formula))
        return found

    def _exprs(self) -> Iterator[Expr]:
        for line in self.model.lines.values():
            for row, cell in line.cells.items():
                if isinstance(cell, Formula) and (bound := self.bound(line.id, row)) is not None:
                    yield bound
                    yield from self.conditions(cell.expr, row)
        for check in self.model.checks:
            for row in check.rows:
                yield from self.check_parts(check, row)

    def check_parts(self, check: Check, row: str) -> list[Expr]:
        """Return a check's condition over fact ids, and the conditions that it needs; none where it has no meaning."""
        bound = self.bind(relation.expand(check.expr), row)
        return [] if bound is None else [bound, *self.conditions(check.expr, row)]


def parts_of(identifier: str) -> tuple[str, str, str]:
    """Return table, column and row of a cell's fact id.

    Raises:
        RenderError: it is no id of a cell.
    """
    table, dot, rest = identifier.partition(".")
    column, at, row = rest.partition("@")
    if not (dot and at):
        raise RenderError(f"the fact {identifier!r} is no cell of a table")
    return table, column, row
