"""Tables whose cells ran together: rows of periods are split again where there is only one way to do it.

Reports that were flattened to text lose the blanks between cells: `P/E43.1587.9050.69`. Below a run of years that
gives the count of columns, a row's digits can be cut in one way only as long as its numbers are printed in one
style: so many decimal places, thousands grouped or not, a percent sign or none. A row with two ways is left unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise

from yanbao.read.contents import Place
from yanbao.read.foreign.tree import Cell, Table

_YEARS = re.compile(r"(?<![\d.,])(?:(?:19|20)\d\d[AEFaef]?){3,12}(?![\d.,])")
_YEAR = re.compile(r"(\d{4})([AEFaef]?)")
_LABEL = re.compile(r"[^\d。；，!?\uf000-\uf0ff]{1,40}?(?=[-－(（]?\d)")
_RUN = re.compile(r"[-－(（)）\d,.%％]+")
_NUMBER = re.compile(
    r"(?P<open>[(（])?(?P<sign>[-－])?(?P<whole>0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?P<part>\.\d{1,4})?(?P<percent>[%％])?(?P<close>[)）])?"
)
_CORNER = re.compile(r"[^\d。；，：:!?\uf000-\uf0ff]{1,24}$")
_LONGEST = 14  # characters of one number
_LEAP = 50  # times
_MISSES = 2  # rows that cannot be split before a table is taken to have ended


def tables_in(content: str, place: Place) -> Iterator[tuple[int, int, Table]]:
    """Yield the tables of periods in a line of run-together text, each with the characters it stands in.

    >>> text = "项目201820192020E2021E每股收益(元)2.592.081.262.40P/E49.962.1102.553.8来源"
    >>> start, end, table = next(tables_in(text, Place("a.txt", 1, 1)))
    >>> [cell.text for cell in table.rows[1]]
    ['每股收益(元)', '2.59', '2.08', '1.26', '2.40']
    """
    end = 0
    for head in _YEARS.finditer(content):
        years = [(int(match[1]), match) for match in _YEAR.finditer(head[0])]
        if head.start() < end or any(later[0] - sooner[0] != 1 for sooner, later in pairwise(years)):
            continue
        corner = _CORNER.search(content, max(0, head.start() - 24), head.start())
        begin = corner.start() if corner else head.start()
        heads = [_cell(content, begin, head.start(), place, head=True)]
        heads += [
            _cell(content, head.start() + match.start(), head.start() + match.end(), place, head=True)
            for _, match in years
        ]
        rows = list(_rows(content, head.end(), len(years), place))
        if rows:
            end = rows[-1][-1].place.end or head.end()
            yield begin, end, Table((tuple(heads), *rows), _at(place, begin, end), head_rows=1, head_columns=1)


def _rows(content: str, at: int, columns: int, place: Place) -> Iterator[tuple[Cell, ...]]:
    misses = 0
    while misses < _MISSES:
        label = _LABEL.match(content, at)
        if label is None:
            return
        run = _RUN.match(content, label.end())
        if run is None:
            return
        digits = run[0]
        tail = len(digits) - len(digits.rstrip("-－(（"))  # the next label's
        digits = digits[: len(digits) - tail]
        if _YEARS.fullmatch(digits):  # the head again, for the next part of the statement
            at = run.end() - tail
            continue
        cuts = split_run(digits, columns)
        if cuts is None:
            misses += 1
        else:
            misses = 0
            start = run.start()
            cells = [_cell(content, label.start(), label.end(), place, head=True)]
            for cut in cuts:
                cells.append(_cell(content, start, start + len(cut), place))
                start += len(cut)
            yield tuple(cells)
        at = run.end() - tail


def split_run(run: str, count: int) -> list[str] | None:
    """Return the only way to cut a run of digits into so many numbers of one style, `None` where there is none or two.

    >>> split_run("1,5581,6041,372", 3)
    ['1,558', '1,604', '1,372']
    >>> split_run("415371224", 3) is None
    True
    """
    if not count <= len(run) <= count * _LONGEST:
        return None
    grouped = "," in run

    @cache
    def reach(at: int, left: int, style: tuple[int, bool] | None) -> tuple[tuple[str, ...], ...]:
        """Return at most two ways to cut what follows `at` into `left` numbers of a style."""
        if left == 0:
            return ((),) if at == len(run) else ()
        found: list[tuple[str, ...]] = []
        for end in range(at + 1, min(len(run), at + _LONGEST) + 1):
            match = _NUMBER.fullmatch(run, at, end)
            if match is None or (match["open"] is None) != (match["close"] is None):
                continue
            if grouped and "," not in match["whole"] and len(match["whole"]) > 3:
                continue
            own = (len(match["part"] or "."), match["percent"] is not None)
            if style is not None and own != style:
                continue
            found += [(run[at:end], *rest) for rest in reach(end, left - 1, own)]
            if len(found) > 1:
                return tuple(found[:2])
        return tuple(found)

    ways = reach(0, count, None)
    plain = not any(character in run for character in ",.%％(（-－")
    return list(ways[0]) if len(ways) == 1 and not plain and _steady(ways[0]) else None


def _steady(numbers: tuple[str, ...]) -> bool:
    """Whether no number is so far from its neighbour that a digit of something else must have run into it."""
    values = [float(re.sub(r"[^\d.]", "", number)) for number in numbers]
    return all(max(pair) <= _LEAP * min(pair) for pair in pairwise(values) if min(pair) > 1)


def _cell(content: str, start: int, end: int, place: Place, *, head: bool = False) -> Cell:
    return Cell(content[start:end].strip(), _at(place, start, end), head=head)


def _at(place: Place, start: int, end: int) -> Place:
    offset = place.start or 0
    return replace(place, start=offset + start, end=offset + end)
