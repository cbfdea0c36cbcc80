"""An evidence table in memory: columns, rows and a fact for every cell."""

from __future__ import annotations

from dataclasses import dataclass, field

from yanbao.errors import Mistake
from yanbao.evidence.sidecar import Bilingual, ColumnSpec, Sidecar
from yanbao.fact.fact import Fact, Source
from yanbao.formula import Expr
from yanbao.quantity.period import Period
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import Unit


@dataclass(frozen=True)
class Column:
    """A column of an evidence table."""

    id: str
    spec: ColumnSpec
    unit: Unit


@dataclass(frozen=True)
class Pending:
    """A cell that is still to be computed."""

    id: str
    table: str
    row: str
    column: str
    expr: Expr
    line: int  # of the sidecar, for mistakes
    printed: Quantity | None
    printed_text: str | None
    source: Source


@dataclass
class Table:
    """An evidence table: `cells` maps (row, column) to the fact's id."""

    id: str
    sidecar: Sidecar
    columns: dict[str, Column]
    key: str
    rows: list[str]
    periods: dict[str, Period]
    file: str
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)
    coverage: Bilingual | None = None  # of a table from a store: how many members its numbers rest on

    def fact_id(self, row: str, column: str) -> str:
        """Return the id of a cell's fact."""
        return f"{self.id}.{column}@{row}"

    def body(self) -> list[str]:
        """Return the rows that `column[:]` means: all but totals."""
        return [row for row in self.rows if self.role(row) != "total"]

    def role(self, row: str) -> str:
        """Return a row's role."""
        spec = self.sidecar.rows.get(row)
        return spec.role if spec else "body"


@dataclass
class Evidence:
    """All evidence of a workspace: tables and facts, after computing."""

    tables: dict[str, Table]
    facts: dict[str, Fact]
    mistakes: list[Mistake] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)  # tables with mistakes: left out of `tables`
    gaps: dict[str, Bilingual] = field(default_factory=dict)  # what stands for tables of a store that there is none of
    kept: dict[str, str] = field(default_factory=dict)  # files of answers of a store, for the inputs of a build
