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
    whole: bool = False  # whether it has one value for the whole table, in the table's row `whole`
    decimals: int | None = None  # of computed values, where their operands do not say how many


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


@dataclass(frozen=True)
class View:
    """What a table of a model's sensitivity shows.

    `base` is the row and the column of the base case, `None` where no step is the base case's own.
    """

    kind: str  # one-way, two-way, tornado, scenarios, fan or solve
    base: tuple[str | None, str | None] = (None, None)
    across: Bilingual | None = None  # what the columns of a two-way table are steps of


@dataclass
class Table:
    """An evidence table, or one that a driver model computes; each cell is a fact."""

    id: str
    sidecar: Sidecar
    columns: dict[str, Column]
    key: str
    rows: list[str]
    periods: dict[str, Period]
    file: str
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)
    coverage: Bilingual | None = None  # of a table from a store: how many members its numbers rest on
    is_listed: bool = False  # its rows are securities, called as they are listed
    whole: str | None = None  # the row of columns that have one value for the whole table
    shared: dict[tuple[str, str], str] = field(default_factory=dict)  # cells that are facts of other tables
    given: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by column, the rows that `interpolate` is between
    view: View | None = None  # of a model's sensitivity: which one

    def fact_id(self, row: str, column: str) -> str:
        """Return the id of a cell's fact."""
        return self.shared.get((row, column)) or f"{self.id}.{column}@{row}"

    @property
    def described(self) -> str:
        """The TOML file that describes the table."""
        return self.file.removesuffix(".csv") + ".toml" if self.file.endswith(".csv") else self.file

    @property
    def is_model(self) -> bool:
        """Whether a driver model computes it: its file calls the columns lines."""
        return not self.file.endswith(".csv")

    def body(self) -> list[str]:
        """Return the rows that `column[:]` means: all but totals, and but the one of the whole table."""
        return [row for row in self.rows if self.role(row) != "total" and row != self.whole]

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
    refused: set[str] = field(default_factory=set)  # tables and models with mistakes: left out of `tables`
    gaps: dict[str, Bilingual] = field(default_factory=dict)  # what stands for tables of a store that there is none of
    behind_views: frozenset[tuple[str, str]] = frozenset()  # columns, by table: computed from what models come to
    kept: dict[str, str] = field(default_factory=dict)  # files of answers of a store, for the inputs of a build

    def is_refused(self, name: str) -> bool:
        """Whether a table is left out for mistakes of its own: or it would be a scenario or a view of such a model."""
        if name in self.tables:
            return False
        return name in self.refused or any(name.startswith(f"{other}_") for other in self.refused)
