"""A driver model in memory: lines by periods, each cell a typed value, a formula or missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from yanbao.evidence.sidecar import Bilingual
from yanbao.formula import Expr, walk
from yanbao.formula.interpolation import between_known
from yanbao.model.spec import ModelSpec, UncertainSpec, ViewSpec
from yanbao.quantity import Period, Quantity, Unit

ALL: Final = "all"  # the row of lines that have one value for the whole model
BASE: Final = "base"  # the scenario that sets nothing


@dataclass(frozen=True)
class ModelPeriod:
    """A period of a model: its key as the file writes it (`2024E`), its days, whether it is an estimate."""

    key: str
    period: Period
    estimate: bool


@dataclass(frozen=True)
class Typed:
    """A value that the file types: an input of the model."""

    text: str  # as typed
    quantity: Quantity  # in the line's unit
    file_line: int
    reason: Bilingual | None = None  # why it is assumed, where it is
    source: str | Bilingual | None = None  # who published it: a key of `origins` or a text; None: the model's origin
    origin_line: int | None = None


@dataclass(frozen=True)
class Formula:
    """A value that is computed. `expr` has names: of lines, of other models and of evidence tables."""

    text: str
    expr: Expr
    file_line: int
    key: Literal["formula", "actual", "estimate"]
    printed: str | None = None  # what the origin printed for it
    printed_line: int = 0


@dataclass(frozen=True)
class Absent:
    """A value that is not there, with the reason; what is computed from it is missing too."""

    reason: Bilingual
    file_line: int


Cell = Typed | Formula | Absent


@dataclass(frozen=True)
class Line:
    """A line of a model, with one cell for each of its rows: the model's periods, or `ALL` alone."""

    id: str
    label: Bilingual
    unit: Unit
    kind: Literal["measure", "exact"]
    cells: dict[str, Cell]
    once: bool  # one value for the whole model
    file_line: int
    group: Bilingual | None = None
    role: Literal["body", "total", "sub", "highlight"] = "body"
    decimals: int | None = None

    @property
    def is_input(self) -> bool:
        """Whether any of its values is typed."""
        return any(isinstance(cell, Typed) for cell in self.cells.values())

    @cached_property
    def given(self) -> tuple[str, ...]:
        """The rows that an interpolation of the line runs between: all that are not interpolated themselves."""
        return tuple(
            row
            for row, cell in self.cells.items()
            if isinstance(cell, Typed) or (isinstance(cell, Formula) and not self._is_interpolated(cell))
        )

    def _is_interpolated(self, cell: Formula) -> bool:
        found = (between_known(part) for part in walk(cell.expr))
        return any(name is not None and name.column == self.id for name in found)


@dataclass(frozen=True)
class Target:
    """A cell of a model, by line and row (`ALL` of a line with one value); `row` is None where all rows are meant."""

    line: str
    row: str | None


@dataclass(frozen=True)
class Scenario:
    """A scenario: the cells that it sets instead of the base case, by line and row."""

    id: str
    label: Bilingual
    reason: Bilingual
    cells: dict[tuple[str, str], Typed]
    file_line: int


@dataclass(frozen=True)
class Check:
    """A condition, in some rows (`ALL` where it names no line by the period) and scenarios (`BASE` too)."""

    label: Bilingual
    text: str
    expr: Expr
    rows: tuple[str, ...]
    scenarios: tuple[str, ...]
    file_line: int


@dataclass(frozen=True)
class Uncertain:
    """The distribution of a line's typed values in some rows; `parameters` are in the line's unit."""

    line: str
    spec: UncertainSpec
    rows: tuple[str, ...]
    parameters: dict[str, Quantity]
    outcomes: tuple[tuple[Quantity, Quantity], ...]  # of a discrete one: value and weight
    file_line: int


@dataclass(frozen=True)
class Axis:
    """An input that a view changes, and the values it takes, in the line's unit."""

    target: Target
    steps: tuple[Quantity, ...]


@dataclass(frozen=True)
class View:
    """A sensitivity. `lines` are a tornado's inputs with low and high value; which fields are set depends on `kind`."""

    id: str
    spec: ViewSpec
    of: tuple[Target, ...]
    scenario: str  # BASE or a scenario's id
    file_line: int
    across: Axis | None = None
    down: Axis | None = None
    lines: tuple[Axis, ...] = ()
    quantiles: tuple[Quantity, ...] = ()
    solve_for: Target | None = None
    target: Quantity | None = None
    between: tuple[Quantity, Quantity] | None = None


@dataclass(frozen=True)
class Model:
    """A driver model as its file describes it; nothing is computed yet.

    `places` gives the line of the file for each key: `("lines", "state", "formula")` -> 12.
    """

    id: str
    file: str  # models/NAME.toml
    text: str  # of the file
    spec: ModelSpec
    periods: tuple[ModelPeriod, ...]
    lines: dict[str, Line]
    scenarios: dict[str, Scenario] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    uncertain: dict[str, Uncertain] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    places: dict[tuple[str, ...], int] = field(default_factory=dict)

    @cached_property
    def rows(self) -> tuple[str, ...]:
        """The keys of the model's periods, in order."""
        return tuple(period.key for period in self.periods)

    @cached_property
    def places_of_rows(self) -> dict[str, int]:
        """The place of each of `rows`."""
        return {row: at for at, row in enumerate(self.rows)}

    def table(self, scenario: str = BASE) -> str:
        """Return the id of the table that holds the numbers of a scenario."""
        return self.id if scenario == BASE else f"{self.id}_{scenario}"

    def fact_id(self, line: str, row: str, scenario: str = BASE) -> str:
        """Return the id of a cell's fact; a line with one value has the row `ALL`."""
        return f"{self.table(scenario)}.{line}@{ALL if self.lines[line].once else row}"

    def cell(self, line: str, row: str, scenario: str = BASE) -> Cell:
        """Return a cell as a scenario has it.

        Raises:
            KeyError: no such line, row or scenario.
        """
        row = ALL if self.lines[line].once else row
        own = self.scenarios[scenario].cells if scenario != BASE else {}
        return own.get((line, row)) or self.lines[line].cells[row]
