"""A workbook as read, by sheet and address, with what each cell should hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from yanbao.check.atoms import squeeze
from yanbao.check.findings import Where
from yanbao.check.subject import Subject
from yanbao.fact.fact import Fact
from yanbao.quantity.quantity import Quantity
from yanbao.read.contents import FileContents, PageContents, Segment
from yanbao.read.reference import address, parse_reference

Key = tuple[str, str]  # sheet, address
Rows = Mapping[int, Mapping[int, Segment]]

_REFERENCE = re.compile(
    r"(?:(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?(?![\w(!])"
)
_STRING = re.compile(r'"(?:[^"]|"")*"')


@dataclass(frozen=True)
class Expected:
    """What a cell should hold: a value in the cell's own unit, or a text, of a fact or of no fact."""

    fact: str | None
    value: Fraction | None = None
    text: str | None = None
    live: bool = False  # whether it must be a formula


@dataclass
class Book:
    """All cells of a workbook; `expected` is filled sheet by sheet."""

    subject: Subject
    contents: FileContents
    cells: dict[Key, Segment] = field(default_factory=dict)
    expected: dict[Key, Expected] = field(default_factory=dict)
    units: set[Key] = field(default_factory=set)  # cells that say the unit of a value, and were compared
    _rows: dict[int, Rows] = field(default_factory=dict)  # by the page's identity

    def __post_init__(self) -> None:
        for page in self.contents.pages:
            for segment in page.segments:
                if segment.cell is not None:
                    self.cells[page.id or "", segment.cell.address] = segment

    def rows(self, page: PageContents) -> Rows:
        """Return the cells of one of the book's sheets by row and column, numbered from 1."""
        if id(page) not in self._rows:
            self._rows[id(page)] = _rows_of(page)
        return self._rows[id(page)]

    def text(self, sheet: str, place: str) -> str:
        """Return the text a cell shows, "" where there is none."""
        segment = self.cells.get((sheet, place))
        return "" if segment is None else segment.text

    def where(self, key: Key, text: str | None = None) -> Where:
        """Return the place of a cell."""
        segment = self.cells.get(key)
        if segment is None:
            number = next((page.number for page in self.contents.pages if page.id == key[0]), None)
            return Where(self.contents.name, number, None, None, None, f"{key[0]}!{key[1]}: {text or ''}")
        shown = segment.text if text is None else text
        return Where.at(segment.place, f"{key[0]}!{key[1]}: {shown}")

    def precedents(self, key: Key) -> list[Key]:
        """Return the cells that a formula refers to, ranges spread out."""
        segment = self.cells.get(key)
        if segment is None or segment.cell is None or segment.cell.formula is None:
            return []
        found: list[Key] = []
        for match in _REFERENCE.finditer(_STRING.sub('""', segment.cell.formula)):
            reference = parse_reference(match.group())
            if reference is not None:
                sheet = reference.sheet or key[0]
                found += [(sheet, address(row, column)) for row, column in reference.cells()]
        return found


def blamed(book: Book, wrong: Collection[Key]) -> set[Key]:
    """Return the wrong cells that are wrong by themselves: not because they take a wrong one, or in a ring."""
    taken = {key: [other for other in book.precedents(key) if other in wrong] for key in wrong}
    return {key for key in wrong if not taken[key] or _is_in_ring(key, taken)}


def _is_in_ring(key: Key, taken: Mapping[Key, Sequence[Key]]) -> bool:
    waiting, seen = list(taken[key]), set(taken[key])
    while waiting:
        for other in taken[waiting.pop()]:
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return key in seen


def is_percent(symbol: str) -> bool:
    """Whether numbers in the unit stand in cells as fractions, shown with a % format."""
    return symbol == "%"


def cell_value(quantity: Quantity) -> Fraction:
    """Return the number that stands in a cell for a quantity in its own unit."""
    return quantity.value / 100 if is_percent(quantity.unit.symbol) else quantity.value


def expected_of(fact: Fact, *, live: bool) -> Expected:
    """Return what a cell that shows a fact in its own unit should hold."""
    if fact.quantity is not None:
        return Expected(fact.id, cell_value(fact.quantity), None, live)
    return Expected(fact.id, None, fact.text)


def _rows_of(page: PageContents) -> Rows:
    found: dict[int, dict[int, Segment]] = {}
    for segment in page.segments:
        reference = None if segment.cell is None else parse_reference(segment.cell.address)
        if reference is not None and squeeze(segment.text):
            found.setdefault(reference.first_row, {})[reference.first_column] = segment
    return found
