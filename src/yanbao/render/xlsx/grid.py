"""A sheet before it is written: cells that hold words or facts, with their look, widths, heights and charts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Literal, NamedTuple

from yanbao.document.text_width import width
from yanbao.document.tree import Chart

Kind = Literal[
    "title",
    "subtitle",
    "muted",  # unit, as-of, origin, note
    "link",
    "entry",  # a link in a table
    "aside",  # muted words in a table
    "head",
    "group",  # a header that stands over several columns
    "unit",  # the row of units under a header
    "label",  # the first column of a body
    "body",
    "input",  # a number that was typed from its origin
    "missing",
]
Align = Literal["left", "right", "center"]
RowRole = Literal["body", "total", "sub", "highlight"]

FONT_SIZE = 10.0  # points
CHARACTER = 0.556 * FONT_SIZE  # Excel counts column widths in digits of the default font
LINE = 15.0  # points a line of a cell takes
ROW_PIXELS = 20
WIDEST = 52.0  # characters; longer texts are wrapped
MOST_LINES = 27  # Excel caps a row at 409 points


class Look(NamedTuple):
    """How a cell looks, apart from the theme."""

    kind: Kind = "body"
    align: Align = "left"
    number_format: str = ""
    row: RowRole = "body"
    wrap: bool = False
    bold: bool = False
    tone: Literal["yes", "no", "base"] | None = None


class Words(NamedTuple):
    """A text; `sheet` makes it a link to the first cell of another sheet, `comment` is shown on hovering.

    `fact` is a missing fact that the text stands for. `runs` are the text in pieces, where only some are bold.
    """

    text: str
    look: Look = Look()
    sheet: str | None = None
    comment: str | None = None
    fact: str | None = None
    runs: tuple[tuple[str, bool], ...] = ()


class Shown(NamedTuple):
    """A fact as a live value: `factor` times the number in the fact's home, or the home itself.

    `home` says that the cell is made to be the fact's home; `text` is what the cell is expected to show, for its
    width.
    """

    fact: str
    look: Look = Look()
    factor: Fraction = Fraction(1)
    home: bool = False
    text: str = ""


class Fixed(NamedTuple):
    """A number that is no fact: a page number, a line of an origin, a point without a fact."""

    value: Fraction
    look: Look = Look()


class Gap(NamedTuple):
    """A missing value in a chart's range: an empty cell, because a chart draws a text as 0."""

    reason: str
    look: Look = Look()


class Between(NamedTuple):
    """How long a whisker is, or what a band stacks on its low series: the number `upper` minus `lower` columns before.

    It is no number of the document, so it is not shown.
    """

    upper: int
    lower: int
    value: Fraction
    look: Look = Look(number_format=";;;")


class Placed(NamedTuple):
    """A number that a chart draws for words: the day or the row of a call. The cell shows the words."""

    value: Fraction
    look: Look
    text: str


Cell = Words | Shown | Fixed | Gap | Between | Placed
_WITH_TEXT = (Words, Shown, Placed)


class Address(NamedTuple):
    """A cell of a sheet; row and column count from 0."""

    sheet: str
    row: int
    column: int

    @property
    def a1(self) -> str:
        """Return `C5`."""
        return f"{_letters(self.column)}{self.row + 1}"

    def from_sheet(self, sheet: str) -> str:
        """Return the address as a formula on `sheet` writes it: `C5`, `'数据 grid'!C5`."""
        return self.a1 if sheet == self.sheet else f"{quoted(self.sheet)}!{self.a1}"


@cache
def _letters(column: int) -> str:
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@cache
def quoted(sheet: str) -> str:
    """Return a sheet's name as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


@dataclass(frozen=True)
class ChartPlace:
    """A native chart: which ranges it draws and where it stands. Rows and columns count from 0."""

    chart: Chart
    name_row: int
    first_row: int
    last_row: int
    category_column: int
    columns: tuple[int, ...]  # one a series, in the order of `chart.series`
    row: int
    column: int
    size: tuple[int, int]  # pixels
    spreads: tuple[int, ...] = ()  # band: the columns stacked on the lowest series; whiskers: that of their lengths
    alt: str = ""


@dataclass
class Sheet:
    """A sheet that is being laid out."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)  # column -> characters
    merges: list[tuple[int, int, int]] = field(default_factory=list)  # row, first column, last column
    charts: list[ChartPlace] = field(default_factory=list)
    header_rows: tuple[int, int] | None = None  # repeated on every printed page
    frozen: tuple[int, int] = (0, 0)
    filtered: tuple[int, int, int, int] | None = None
    footer: str = ""
    role: Literal["index", "exhibit", "numbers", "computed", "evidence", "disclosures"] = "exhibit"

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Set a cell."""
        self.cells[row, column] = cell

    def row(self, row: int, cells: list[Cell | None], column: int = 0) -> None:
        """Set a run of cells; `None` leaves one out."""
        for at, cell in enumerate(cells):
            if cell is not None:
                self.put(row, column + at, cell)

    def facts(self) -> Iterator[tuple[Address, Shown]]:
        """Yield the cells that show a fact, row by row."""
        for row, column in sorted(self.cells):
            cell = self.cells[row, column]
            if isinstance(cell, Shown):
                yield Address(self.name, row, column), cell

    def fit(self, first_row: int, narrowest: float = 9.0, widest: float = WIDEST) -> None:
        """Set the widths of columns to what stands in them from `first_row` on."""
        merged = {row for row, first, last in self.merges if first < last}
        for (row, column), cell in self.cells.items():
            if row < first_row or row in merged:
                continue
            text = cell.text if isinstance(cell, _WITH_TEXT) else ""
            bold = cell.look.bold or cell.look.kind in ("head", "group") or cell.look.row != "body"
            needs = characters(text, bold) + 3.4  # an indent and the cell's own margins
            self.widths[column] = max(self.widths.get(column, narrowest), min(needs, widest))

    def heights(self) -> dict[int, float]:
        """Return the heights of the rows whose wrapped texts take more than one line, in points.

        On a sheet of nothing but texts every row has some air.
        """
        lines: dict[int, int] = {}
        for (row, column), cell in self.cells.items():
            if cell.look.wrap and isinstance(cell, _WITH_TEXT):
                room = room_of(self.widths.get(column, 9.0))
                count = sum(_lines(part, room) for part in cell.text.split("\n"))
                lines[row] = max(count, lines.get(row, 1))
        least = 1 if self.role == "disclosures" else 2
        return {row: min(count, MOST_LINES) * LINE + 3 for row, count in sorted(lines.items()) if count >= least}


def room_of(width: float) -> float:
    """Return how many characters of a column's width are left for a wrapped text: an indent and margins go off."""
    return max(width - 2.6, 4.0)


@cache  # a text stands in many cells
def characters(text: str, bold: bool = False) -> float:
    """Return how wide the longest line of a text is, in characters of a column's width."""
    return max(width(line, FONT_SIZE, bold) for line in text.split("\n")) / CHARACTER


def _lines(text: str, room: float) -> int:
    needs = characters(text)
    # full-width characters leave up to one character's room at each line's end
    return 1 if needs <= room else -int(-needs // max(room - 1.0, 1.0))
