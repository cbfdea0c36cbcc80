"""Planted errors: one number, word or row of a real document is changed in its tree; does the check name the place?

Two samples are drawn. `covered`: numbers of relations that tie. `tables`: any number of any table, checked or not.
A change that leaves the claim inside what its operands allow is no error and is not planted; one of an operand, or
beside an inequality, that leaves every relation true in which the number stood (a third figure of 2,853万元 in a sum,
244% for 24.4% in "rose to 24.4% from 23.9%") is told apart (`still_true`): no arithmetic shows it.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from benchmarks.check_quality.samples import Sample
from yanbao.check.tick.figure import Figure
from yanbao.check.tick.tested import Tested
from yanbao.check.tick.tick import Ticked, TickedTable, tick, tick_table
from yanbao.check.tick.words import Words
from yanbao.errors import YanbaoError
from yanbao.quantity import parse_quantity
from yanbao.read.foreign.tree import Cell, ForeignBlock, ForeignDocument, ForeignPage, Prose, Table

Kind = Literal["digit", "swap", "scale", "row", "period", "direction"]

KINDS: tuple[Kind, ...] = ("digit", "swap", "scale", "row", "period", "direction")
_DIGITS = re.compile(r"[0-9]")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?=年|[-—~AE ]|$)")
_WORDS = {
    "增长": "下降", "下降": "增长", "上升": "下降", "上涨": "下跌", "下跌": "上涨", "提升": "下降", "下滑": "增长",
    "高于": "低于", "低于": "高于", "increased": "decreased", "decreased": "increased", "rose": "fell", "fell": "rose",
}  # fmt: skip
_BEFORE = 14  # characters before a number in which its direction word stands
_WINDOW = 2  # pages kept on each side of the ones that a relation touches
_WHOLE = 12  # documents of at most so many pages are checked whole


@dataclass(frozen=True)
class Planted:
    """One change and what became of it."""

    file: str
    sample: Literal["covered", "tables"]
    kind: Kind
    relation: str
    before: str
    after: str
    caught: bool
    others: int  # breaks that the change caused at relations it has no part in
    still_true: bool = False  # every relation that the number stood in holds as before


@dataclass(frozen=True)
class _Spot:
    """A stretch of the tree's text: characters of a cell or of a prose."""

    block: Prose | Table
    row: int | None
    column: int | None
    start: int
    end: int


def plant(sample: Sample, count: int, seed: int) -> Iterator[Planted]:
    """Yield `count` planted errors of each of the two samples, as far as the document has places for them."""
    draw = random.Random(f"{seed} {sample.name}")
    ticked = sample.ticked
    ties = [test for test in ticked.tested if test.verdict == "ties"]
    draw.shuffle(ties)
    windows: dict[tuple[int, int], frozenset[object]] = {}
    known = _Known()
    begins = [page.number for page in ticked.document.pages for block in page.blocks if isinstance(block, Table)]
    tables = list(ticked.document.tables())
    made = 0
    for number, test in enumerate(ties):
        if made >= count:
            break
        kind = KINDS[number % len(KINDS)]
        figure = test.claimed if draw.random() < 0.5 or not test.operands else draw.choice(test.operands)
        change = _change(ticked, test, figure, kind, draw)
        if change is not None:
            made += 1
            yield _try(sample, ticked, test.relation, "covered", kind, change, _pages(test, begins), windows, known)
    cells = [
        (table, row, column)
        for table in tables
        for row, cells_of_row in enumerate(table.rows)
        for column, cell in enumerate(cells_of_row)
        if cell is not None and not cell.head and _plain_number(cell.text)
    ]
    draw.shuffle(cells)
    for at, (table, row, column) in enumerate(cells[:count]):
        cell = table.rows[row][column]
        assert cell is not None
        kind = ("digit", "swap", "scale")[at % 3]  # type: ignore[assignment]
        after = _changed(cell.text, kind, draw)
        if after is None:
            continue
        spot = _Spot(table, row, column, 0, len(cell.text))
        page = cell.place.page or 1
        first = begins[next(at for at, each in enumerate(tables) if each is table)]
        pages = (min(first, page), max(first, page))
        yield _try(sample, ticked, "", "tables", kind, (spot, cell.text, after), pages, windows, known)


def _plain_number(text: str) -> bool:
    return bool(
        re.fullmatch(r"\s*[-+(（]?\$?\s*[0-9][0-9,]*(?:\.[0-9]+)?\s*%?\s*[)）]?\s*", text)
    ) and not _YEAR.fullmatch(text.strip())


def _pages(test: Tested, begins: list[int]) -> tuple[int, int]:
    """Return the first and last page of a relation; a table that runs over pages stands whole on its first one."""
    figures = (test.claimed, *test.operands)
    pages = [figure.where.page or 1 for figure in figures]
    pages += [begins[figure.table] for figure in figures if figure.table is not None]
    return min(pages), max(pages)


def _change(
    ticked: Ticked, test: Tested, figure: Figure, kind: Kind, draw: random.Random
) -> tuple[_Spot, str, str] | None:
    spot = _spot(ticked.document, figure)
    if spot is None:
        return None
    text = _text(spot.block, spot.row, spot.column)
    if kind == "direction":
        return _turned(spot, text)
    if kind == "period":
        return _shifted(spot, text, test)
    before = text[spot.start : spot.end]
    after = _neighbour(spot, before) if kind == "row" else _changed(before, kind, draw)
    if after is None or (figure == test.claimed and _still_holds(test, before, after)):
        return None
    return spot, before, after


def _turned(spot: _Spot, text: str) -> tuple[_Spot, str, str] | None:
    low = max(0, spot.start - _BEFORE)
    found = [(text.rfind(word, low, spot.start), word) for word in _WORDS]
    at, word = max(found)
    if at < 0 or spot.row is not None:
        return None
    return replace(spot, start=at, end=at + len(word)), word, _WORDS[word]


def _shifted(spot: _Spot, text: str, test: Tested) -> tuple[_Spot, str, str] | None:
    """Move the year of a CAGR's span in a sentence by one."""
    if spot.row is not None or test.relation != "cagr":
        return None
    low = max(0, spot.start - 60)
    years = list(_YEAR.finditer(text, low, spot.start))
    if not years:
        return None
    year = years[-1]
    return replace(spot, start=year.start(), end=year.end()), year[0], str(int(year[0]) + 1)


def _changed(text: str, kind: Kind, draw: random.Random) -> str | None:
    """Change one significant digit, swap two neighbours, or move the decimal point."""
    digits = [match.start() for match in _DIGITS.finditer(text)]
    significant = [
        at for at in digits if text[at] != "0" or any(text[before] != "0" for before in digits if before < at)
    ]
    if not significant:
        return None
    if kind == "digit":
        at = draw.choice(significant[: max(1, (len(significant) + 1) // 2)])
        return text[:at] + draw.choice([digit for digit in "123456789" if digit != text[at]]) + text[at + 1 :]
    if kind == "swap":
        pairs = [
            (left, right)
            for left, right in itertools.pairwise(significant)
            if text[left] != text[right] and (text[right] != "0" or left != significant[0])
        ]
        if not pairs:
            return None
        left, right = draw.choice(pairs[: max(1, (len(pairs) + 1) // 2)])
        return text[:left] + text[right] + text[left + 1 : right] + text[left] + text[right + 1 :]
    number = re.search(r"[0-9][0-9,]*(?:\.[0-9]+)?", text)
    assert number is not None
    whole, _, part = number[0].replace(",", "").partition(".")
    moved, rest = whole + (part[:1] or "0"), part[1:]  # 12.3 -> 123, 1.25 -> 12.5, 14,735 -> 147,350
    grouped = f"{int(moved):,}" if "," in number[0] else str(int(moved))
    return text[: number.start()] + grouped + (f".{rest}" if rest else "") + text[number.end() :]


def _neighbour(spot: _Spot, before: str) -> str | None:
    """Return the number of the row below, as if a row had slipped."""
    if spot.row is None or spot.column is None or not isinstance(spot.block, Table):
        return None
    for row in spot.block.rows[spot.row + 1 : spot.row + 2]:
        cell = row[spot.column]
        if cell is not None and _plain_number(cell.text) and cell.text.strip() != before.strip():
            return cell.text.strip()
    return None


def _still_holds(test: Tested, before: str, after: str) -> bool:
    """Whether the changed claim is still within what the operands allow."""
    if test.recomputed is None:
        return False
    try:
        old, new = parse_quantity(before), parse_quantity(after)
    except YanbaoError:
        return False
    if old.value == 0:
        return False
    ratio = test.claimed.quantity.value / old.value  # the unit of the head, the sign of the words
    low, high = (
        sorted((new.interval.low * ratio, new.interval.high * ratio))
        if (new.interval.low is not None and new.interval.high is not None)
        else (None, None)
    )
    if low is None or high is None:
        return True
    allowed = test.recomputed.interval
    return not ((allowed.high is not None and low > allowed.high) or (allowed.low is not None and high < allowed.low))


def _try(
    sample: Sample,
    ticked: Ticked,
    relation: str,
    which: Literal["covered", "tables"],
    kind: Kind,
    change: tuple[_Spot, str, str],
    pages: tuple[int, int],
    windows: dict[tuple[int, int], frozenset[object]],
    known: _Known,
) -> Planted:
    spot, before, after = change
    document = ticked.document
    window = _window(document, pages)
    if window not in windows:
        windows[window] = frozenset(_breaks(tick(_part(document, window), of_table=known)))
    old = windows[window]
    changed = tick(_part(_with(document, spot, after), window), of_table=known)
    place = _place(document, spot)
    caught = others = 0
    for test in changed.tested:
        if test.verdict != "breaks" or _key(test) in old:
            continue
        if any(_stands_at(figure, place) for figure in (test.claimed, *test.operands)):
            caught += 1
        else:
            others += 1
    ties = _ties_at(tick(_part(document, window), of_table=known), place) if which == "covered" and not caught else []
    still_true = bool(ties) and ties == _ties_at(changed, place)
    return Planted(sample.name, which, kind, relation, before, after, caught > 0, others, still_true)


def _ties_at(ticked: Ticked, place: list[_At]) -> list[tuple[str, str, int]]:
    """Return the relations that hold at a place: which, on the strength of what, over how many numbers."""
    return sorted(
        (test.relation, test.basis, len(test.operands))
        for test in ticked.tested
        if test.verdict == "ties" and any(_stands_at(figure, place) for figure in (test.claimed, *test.operands))
    )


class _Known:
    """What tables came to: but for one of them, a document stays as it was."""

    def __init__(self) -> None:
        self._tables: dict[tuple[int, int], tuple[Table, TickedTable]] = {}

    def __call__(self, table: Table, index: int, words: Words) -> TickedTable:
        found = self._tables.get((id(table), index))
        if found is None:  # the table is kept, so that no other can have its id
            found = self._tables[id(table), index] = table, tick_table(table, index, words)
        return found[1]


def _window(document: ForeignDocument, pages: tuple[int, int]) -> tuple[int, int]:
    if len(document.pages) <= _WHOLE:
        return 1, len(document.pages)
    return max(1, pages[0] - _WINDOW), min(len(document.pages), pages[1] + _WINDOW)


def _part(document: ForeignDocument, window: tuple[int, int]) -> ForeignDocument:
    return replace(document, pages=tuple(page for page in document.pages if window[0] <= page.number <= window[1]))


def _breaks(ticked: Ticked) -> Iterator[object]:
    yield from (_key(test) for test in ticked.tested if test.verdict == "breaks")


def _key(test: Tested) -> object:
    return (test.relation, test.claimed.where, test.claimed.text, tuple(figure.where for figure in test.operands))


@dataclass(frozen=True)
class _At:
    page: int | None
    line: int | None
    start: int | None
    end: int | None


def _place(document: ForeignDocument, spot: _Spot) -> list[_At]:
    if isinstance(spot.block, Table):
        assert spot.row is not None
        assert spot.column is not None
        cell = spot.block.rows[spot.row][spot.column]
        assert cell is not None
        return [_At(cell.place.page, cell.place.line, cell.place.start, cell.place.end)]
    # a word of direction or a year stands beside the claim it makes wrong
    places = spot.block.places(max(0, spot.start - 60), min(len(spot.block.text), spot.end + 60))
    return [_At(place.page, place.line, place.start, place.end) for place in places]


def _stands_at(figure: Figure, places: list[_At]) -> bool:
    where = figure.where
    for at in places:
        if (where.page, where.line) != (at.page, at.line):
            continue
        if None in (where.start, where.end, at.start, at.end):
            return True
        assert where.start is not None
        assert where.end is not None
        assert at.start is not None
        assert at.end is not None
        if where.start < at.end + 2 and at.start < where.end + 2:
            return True
    return False


def _spot(document: ForeignDocument, figure: Figure) -> _Spot | None:
    """Return where the digits of a figure stand in the tree."""
    digits = figure.text
    if figure.table is not None and figure.row is not None and figure.column is not None:
        table = list(document.tables())[figure.table]
        cell = table.rows[figure.row][figure.column]
        if cell is None or digits not in cell.text:
            return None
        start = cell.text.index(digits)
        return _Spot(table, figure.row, figure.column, start, start + len(digits))
    where = figure.where
    if where.start is None or where.end is None:
        return None
    for prose in document.prose():
        for begin, line in zip(prose.starts, prose.lines, strict=True):
            place = line.place
            offset = where.start - (place.start or 0)
            if (place.page, place.line) == (where.page, where.line) and 0 <= offset < len(line.text):
                start = begin + offset
                return _Spot(prose, None, None, start, start + (where.end - where.start))
    return None


def _text(block: Prose | Table, row: int | None, column: int | None) -> str:
    if isinstance(block, Prose):
        return block.text
    assert row is not None
    assert column is not None
    cell = block.rows[row][column]
    assert cell is not None
    return cell.text


def _with(document: ForeignDocument, spot: _Spot, after: str) -> ForeignDocument:
    return replace(document, pages=tuple(_page_with(page, spot, after) for page in document.pages))


def _page_with(page: ForeignPage, spot: _Spot, after: str) -> ForeignPage:
    blocks: list[ForeignBlock] = []
    touched = False
    for block in page.blocks:
        if isinstance(block, Table) and block is not spot.block:
            parts = {
                name: _prose_with(part, spot, after)
                for name in ("caption", "unit_line")
                if (part := getattr(block, name)) is spot.block
            }
            notes = tuple(_prose_with(note, spot, after) if note is spot.block else note for note in block.notes)
            block = replace(block, notes=notes, **parts) if parts or notes != block.notes else block
            touched |= bool(parts)
        elif block is spot.block:
            block = _prose_with(block, spot, after) if isinstance(block, Prose) else _table_with(block, spot, after)
            touched = True
        blocks.append(block)
    return replace(page, blocks=tuple(blocks)) if touched or blocks != list(page.blocks) else page


def _table_with(table: Table, spot: _Spot, after: str) -> Table:
    assert spot.row is not None
    assert spot.column is not None
    rows = [list(row) for row in table.rows]
    cell = rows[spot.row][spot.column]
    assert isinstance(cell, Cell)
    text = cell.text[: spot.start] + after + cell.text[spot.end :]
    rows[spot.row][spot.column] = replace(cell, text=text, value=None)
    return replace(table, rows=tuple(tuple(row) for row in rows))


def _prose_with(prose: Prose, spot: _Spot, after: str) -> Prose:
    text = prose.text[: spot.start] + after + prose.text[spot.end :]
    shift = len(after) - (spot.end - spot.start)
    lines, starts = [], []
    for begin, line in zip(prose.starts, prose.lines, strict=True):
        if begin <= spot.start < begin + len(line.text):
            low = spot.start - begin
            line = replace(line, text=line.text[:low] + after + line.text[low + spot.end - spot.start :])
        lines.append(line)
        starts.append(begin if begin <= spot.start else begin + shift)
    return replace(prose, text=text, lines=tuple(lines), starts=tuple(starts))
