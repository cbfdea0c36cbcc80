"""An evidence table as an exhibit sees it: rows to show, facts of cells, labels."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from yanbao.author.binding import display_unit
from yanbao.author.labels import Language
from yanbao.document.tree import Span
from yanbao.errors import FormulaError
from yanbao.evidence import Calculator, Table
from yanbao.fact.fact import Fact
from yanbao.quantity import Unit

MISSING = "—"


class TableView:
    """One table, read by an exhibit; remembers which facts were used."""

    def __init__(self, table: Table, calculator: Calculator, language: Language) -> None:
        self._table = table
        self._calculator = calculator
        self.language = language
        self.used: list[Fact] = []

    @property
    def id(self) -> str:
        """The table's id."""
        return self._table.id

    @property
    def table(self) -> Table:
        """The table itself."""
        return self._table

    def rows(self, wanted: str | tuple[str, ...] | None, totals: bool = False) -> list[str]:
        """Return the rows to show: all (without totals unless asked), a slice "a:b", or a list.

        Raises:
            FormulaError: a row that the table does not have.
        """
        rows = self._table.rows
        if wanted is None:
            if rows == [self._table.whole]:
                return list(rows)
            return [row for row in rows if row != self._table.whole] if totals else self._table.body()
        if isinstance(wanted, str):
            first, _, last = wanted.partition(":")
            ends = [end.strip() for end in (first, last)]
            for end in ends:
                if end:
                    self._check(end)
            start = rows.index(ends[0]) if ends[0] else 0
            stop = rows.index(ends[1]) + 1 if ends[1] else len(rows)
            return rows[start:stop] if ":" in wanted else [ends[0]]
        for row in wanted:
            self._check(row)
        return list(wanted)

    def _check(self, row: str) -> None:
        if row not in self._table.rows:
            near = difflib.get_close_matches(row, self._table.rows, 3, 0.4)
            hint = f"near: {', '.join(near)}" if near else f"there are: {', '.join(self._table.rows[:12])}"
            raise FormulaError(f"no row `{row}` in table `{self.id}`; {hint}")

    def _column(self, column: str) -> None:
        if column not in self._table.columns:
            near = difflib.get_close_matches(column, list(self._table.columns), 3, 0.4)
            hint = f"near: {', '.join(near)}" if near else f"there are: {', '.join(self._table.columns)}"
            raise FormulaError(f"no column `{column}` in table `{self.id}`; {hint}")

    def columns(self, wanted: tuple[str, ...], rows: Iterable[str]) -> list[str]:
        """Return the columns to show, in order: by default all that have a value in one of the rows."""
        for column in wanted:
            self._column(column)
        if wanted or self._table.whole is None:
            return list(wanted) or list(self._table.columns)
        kinds = {row == self._table.whole for row in rows}
        return [
            name for name, column in self._table.columns.items() if name == self._table.key or column.whole in kinds
        ]

    def fact(self, row: str, column: str) -> Fact:
        """Return the fact of a cell; an empty cell of a total row is missing."""
        self._column(column)
        identifier = self._table.fact_id(row, column)
        fact = self._calculator.evidence.facts.get(identifier)
        if fact is None:
            raise FormulaError(f"`{self.id}.{column}[{row}]` has no value")
        self.used.append(fact)
        return fact

    def missing_word(self, column: str, fact: Fact) -> str:
        """Return what stands in a missing cell: the origin's own word where it printed one (免费), else a dash.

        In an English report a Chinese word stands in English, as its reason gives it.
        """
        for word, reason in self._table.columns[column].spec.missing.items():
            if fact.missing is not None and reason.get(self.language) == fact.missing and word.isalpha():
                return word if self.language == "zh" or word.isascii() else fact.missing
        return MISSING

    def has(self, row: str, column: str) -> bool:
        """Whether a cell has a fact, missing or not."""
        return self._table.fact_id(row, column) in self._calculator.evidence.facts

    def prose(self, expression: str) -> Fact:
        """Return the fact of an expression over the table."""
        fact = self._calculator.prose(expression)
        self.used.append(fact)
        return fact

    def unit(self, column: str) -> Unit:
        """Return the unit a column is shown in: its own, else that of its first value, as the language prints it."""
        self._column(column)
        unit = self._table.columns[column].unit
        if not unit.symbol and not unit.dimension:
            cells = (self._calculator.evidence.facts.get(self._table.fact_id(row, column)) for row in self._table.rows)
            unit = next((fact.quantity.unit for fact in cells if fact and fact.quantity), unit)
        return display_unit(unit, self.language)

    def key_span(self, row: str, column: str | None) -> Span:
        """Return the text that names a row: the text of `column`, the row's label, or its key as typed."""
        spec = self._table.sidecar.rows.get(row)
        label = spec.label.get(self.language) if spec and spec.label else None
        named = label is not None and column in (None, self._table.key)
        column = column or self._table.key
        fact = self.fact(row, column) if self.has(row, column) else None
        if label is not None and named:
            return Span(label, "structure", fact.id if fact else None, "label")
        if fact is not None and fact.text:
            return Span(fact.text, "quote", fact.id)
        return Span(row, "structure", note="label")

    def label_span(self, column: str) -> Span:
        """Return the column's label; one that the language lacks is told where it is written (`untranslated`)."""
        self._column(column)
        return Span(self._table.columns[column].spec.label.get(self.language) or column, "structure", note="label")
