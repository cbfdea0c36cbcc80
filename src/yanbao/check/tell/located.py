"""Where in the tree of a document its figures stand: characters of a prose, positions of a table."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from yanbao.check.findings import Where
from yanbao.check.tick.figure import Figure
from yanbao.check.tick.sentence_judging import INEQUALITIES
from yanbao.check.tick.tested import Tested
from yanbao.check.tick.tick import Ticked
from yanbao.read.contents import Place
from yanbao.read.foreign.tree import Cell, ForeignDocument, Prose, Table


@dataclass
class Number:
    """A number of the document with what became of it: `state` is told by its colour."""

    text: str
    where: Where
    figure: Figure | None = None
    reason: str = ""  # why it was not checked
    tests: list[int] = field(default_factory=list)  # indices into `Located.tested`
    wrong: bool = False  # a relation that breaks blames it
    broken: bool = False  # it stands in a relation that breaks
    tied: bool = False  # by more than an inequality, which would see a large mistake only

    @property
    def state(self) -> str:
        """Return `break`: blamed, or in a relation that breaks and in none that ties; `tie`; `open`: not checked."""
        if self.wrong or (self.broken and not self.tied):
            return "break"
        return "tie" if self.tied else "open"


@dataclass
class Located:
    """All numbers of a document, and those of each prose and each cell: `spans` and `cells` hold indices of them."""

    numbers: list[Number]
    tested: list[Tested]
    spans: dict[int, list[tuple[int, int, int]]]  # id of a prose -> (start, end, number), in order, none overlapping
    cells: dict[int, list[int]]  # id of a cell -> numbers


def locate(ticked: Ticked) -> Located:
    """Return where each number that was found stands in the tree.

    A prose and a cell are known by identity, so the result is of use as long as the document is alive.
    """
    tested = [test for test in ticked.tested if test.verdict != "skipped"]
    numbers, at = _numbers(ticked, tested)
    for index, test in enumerate(tested):
        wrong = test.blamed or test.claimed
        for figure in (test.claimed, *test.operands):
            number = numbers[at[_key(figure)]] if _key(figure) in at else None
            if number is not None:
                number.tests.append(index)
                number.tied |= test.verdict == "ties" and test.relation not in INEQUALITIES
                number.broken |= test.verdict == "breaks"
                number.wrong |= test.verdict == "breaks" and figure == wrong
    spans: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    cells: dict[int, list[int]] = defaultdict(list)
    tables = list(ticked.document.tables())
    lines = _lines(ticked.document)
    at_place = _cells_at(tables)
    for index, number in enumerate(numbers):
        own = number.figure
        if own is not None and own.table is not None and own.row is not None and own.column is not None:
            standing = tables[own.table].rows[own.row][own.column]
            if standing is not None:
                cells[id(standing)].append(index)
            continue
        if _in_prose(number.where, lines, index, spans):
            continue
        for cell in at_place.get((number.where.page, number.where.line), ()):
            if number.text in cell.text and _within(number.where, cell.place):
                cells[id(cell)].append(index)
                break
    return Located(numbers, tested, {key: _apart(found) for key, found in spans.items()}, dict(cells))


def _key(figure: Figure) -> tuple[object, ...]:
    return (figure.where, figure.table, figure.row, figure.column, figure.text)


def _numbers(ticked: Ticked, tested: list[Tested]) -> tuple[list[Number], dict[tuple[object, ...], int]]:
    numbers: list[Number] = []
    at: dict[tuple[object, ...], int] = {}
    figures = [*ticked.figures, *(part for test in tested for part in (test.claimed, *test.operands))]
    for figure in figures:
        if _key(figure) not in at:
            at[_key(figure)] = len(numbers)
            numbers.append(Number(figure.text, figure.where, figure))
    numbers.extend(Number(unknown.text, unknown.where, reason=unknown.reason) for unknown in ticked.unknown)
    return numbers, at


_AtLine = tuple[int | None, int | None]  # page and line


@dataclass(frozen=True)
class _Pieces:
    """The parts of one line that stand in proses, by the character of the line at which they begin.

    A report flattened into one line has thousands: `reach` is how far any of the first ones goes.
    """

    starts: list[int]
    pieces: list[tuple[int, Prose, int]]  # order of reading, prose, which of its lines
    reach: list[int]

    @staticmethod
    def of(found: list[tuple[Prose, int]]) -> _Pieces:
        pieces = sorted(
            ((order, prose, at) for order, (prose, at) in enumerate(found)),
            key=lambda piece: piece[1].lines[piece[2]].place.start or 0,
        )
        starts = [prose.lines[at].place.start or 0 for _, prose, at in pieces]
        ends = [
            start + len(prose.text) - prose.starts[at] for start, (_, prose, at) in zip(starts, pieces, strict=True)
        ]
        return _Pieces(starts, pieces, list(accumulate(ends, max)))

    def around(self, start: int) -> list[tuple[Prose, int]]:
        """Return the pieces that may hold a character of the line, in the order of reading."""
        found = []
        index = bisect_right(self.starts, start) - 1
        while index >= 0 and self.reach[index] >= start:
            found.append(self.pieces[index])
            index -= 1
        return [(prose, at) for _, prose, at in sorted(found, key=lambda piece: piece[0])]


def _lines(document: ForeignDocument) -> dict[_AtLine, _Pieces]:
    lines: dict[_AtLine, list[tuple[Prose, int]]] = defaultdict(list)
    for prose in document.prose():
        for index, line in enumerate(prose.lines):
            lines[(line.place.page, line.place.line)].append((prose, index))
    return {key: _Pieces.of(found) for key, found in lines.items()}


def _cells_at(tables: list[Table]) -> dict[_AtLine, list[Cell]]:
    found: dict[_AtLine, list[Cell]] = defaultdict(list)
    for table in tables:
        for cell in _cells(table):
            found[(cell.place.page, cell.place.line)].append(cell)
    return found


def _cells(table: Table) -> Iterator[Cell]:
    yield from (cell for row in table.rows for cell in row if cell is not None)


def _in_prose(
    where: Where,
    lines: dict[_AtLine, _Pieces],
    index: int,
    spans: dict[int, list[tuple[int, int, int]]],
) -> bool:
    pieces = lines.get((where.page, where.line))
    if where.start is None or not where.text or pieces is None:
        return False
    for prose, at in pieces.around(where.start):
        line = prose.lines[at]
        begin = prose.starts[at] + where.start - (line.place.start or 0)
        # compared as text: side by side, two lines can have the same number; a number can go on in the next line
        if begin >= prose.starts[at] and prose.text.startswith(where.text, begin):
            spans[id(prose)].append((begin, begin + len(where.text), index))
            return True
    return False


def _within(where: Where, place: Place) -> bool:
    if where.start is None or place.start is None or place.end is None:
        return True
    return place.start <= where.start <= place.end


def _apart(found: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return the spans in order; of two that overlap the first one stays."""
    kept: list[tuple[int, int, int]] = []
    for span in sorted(found, key=lambda span: (span[0], -span[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept
