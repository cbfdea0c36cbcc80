"""A fact: a quantity or a text with an id, a subject, a metric, a period and a lineage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yanbao.errors import FactError
from yanbao.quantity.period import Period
from yanbao.quantity.quantity import Quantity


@dataclass(frozen=True)
class Source:
    """Where a sourced fact stands: a cell of an evidence table, or a key of the workspace."""

    dataset: str  # the evidence table's id, or "workspace"
    row: str
    column: str
    file: str  # path inside the workspace, "/" between folders
    file_line: int  # line of that file
    origin: str  # who published it, as far as is known
    origin_line: int | None = None  # line of the origin where the cell is printed, if it has lines
    as_of: date | None = None

    @property
    def of_model(self) -> bool:
        """Whether it is a cell of a driver model, whose rows are periods and whose columns are lines."""
        return self.file.startswith("models/") and bool(self.row)


@dataclass(frozen=True)
class Derivation:
    """How a computed fact came about: a formula over other facts.

    `formula` is in the expression language, with its operands written as fact ids in braces:
    `{grid.state@2023} / {grid.state@2022} - 1`.
    """

    formula: str
    inputs: tuple[str, ...]
    relation: str | None = None  # name of the relation whose formula it is
    printed: str | None = None  # what the origin printed for this cell, where it did
    printed_source: Source | None = None


@dataclass(frozen=True)
class Fact:
    """One fact: exactly one of `quantity`, `text` and `missing` is set, and exactly one lineage.

    `missing` is a state with a reason ("not disclosed"), never 0 and never a default.
    """

    id: str
    subject: str  # what it is about: the row's label
    metric: str  # what is measured: the column's label
    lineage: Source | Derivation
    quantity: Quantity | None = None
    text: str | None = None
    missing: str | None = None
    period: Period | None = None
    as_of: date | None = None
    approximation: str | None = None  # the word its cell is printed with: 约, 近, 超, 余, 以上

    def __post_init__(self) -> None:
        states = [self.quantity is not None, self.text is not None, self.missing is not None]
        if sum(states) != 1:
            raise FactError(f"fact {self.id} needs exactly one of quantity, text and missing")

    @property
    def computed(self) -> bool:
        """Whether the fact was computed from others."""
        return isinstance(self.lineage, Derivation)
