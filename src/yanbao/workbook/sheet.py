"""A sheet of a model's workbook before it is written: cells with their look, notes, widths."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal, NamedTuple

from yanbao.render.xlsx.grid import characters, room_of

_SMALL: Final = 0.9  # reasons are set in 9 points

Kind = Literal[
    "title",
    "muted",
    "head",
    "group",  # a heading over lines
    "label",
    "code",
    "unit",
    "input",  # typed: blue
    "formula",  # black
    "link",  # from another sheet: green
    "fixed",  # a number that no formula of the workbook makes: grey
    "missing",
    "choice",  # the cell that chooses the scenario
    "verdict",  # of checks
    "text",  # reasons and sources
]
Row = Literal["body", "total", "sub", "highlight", "live", "scenario"]


class Look(NamedTuple):
    """How a cell looks."""

    kind: Kind
    number_format: str = ""
    row: Row = "body"
    estimate: bool = False  # whether it is of an estimated period
    right: bool = False  # aligned to the right
    indented: bool = False


class Cell(NamedTuple):
    """What a cell holds: a text, a number, or a formula (without `=`) with the value it comes to."""

    look: Look
    text: str | None = None
    number: Fraction | None = None
    formula: str | None = None
    note: str = ""


@dataclass
class Sheet:
    """A sheet that is being filled. Rows and columns count from 0."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    frozen: tuple[int, int] = (0, 0)
    head: int = 0  # repeated on every printed page
    tab: Literal["model", "inputs", "data", "view"] = "model"

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Set a cell."""
        self.cells[row, column] = cell

    def words(self, row: int, column: int, text: str, look: Look, note: str = "") -> None:
        """Set a text."""
        self.put(row, column, Cell(look, text, note=note))

    def fit(self, first_row: int, column: int, narrowest: float, widest: float) -> None:
        """Set the width of a column to what stands in it from a row on."""
        shown = [
            characters(cell.text, cell.look.kind in ("head", "group") or cell.look.row in ("total", "live"))
            for (row, at), cell in self.cells.items()
            if at == column and row >= first_row and cell.text is not None
        ]
        self.widths[column] = min(max([narrowest, *(needs + 3.0 for needs in shown)]), widest)

    def heights(self) -> dict[int, float]:
        """Return the heights of rows whose reasons take more than one line, in points: not every program finds them."""
        found: dict[int, float] = {}
        for (row, column), cell in self.cells.items():
            if cell.look.kind == "text" and cell.text:
                # full-width characters leave up to one character's room at each line's end
                lines = -int(-characters(cell.text) * _SMALL // (room_of(self.widths.get(column, 9.0)) - 0.5))
                if lines > 1:
                    found[row] = lines * 12.5 + 4
        return found
