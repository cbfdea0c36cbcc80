"""Limits that a sentence sets to a whole column: 各年的信息比都在3.5以上, and the table on the same page.

The column is one whose head is the word of the sentence; only if a single table of the page has it, it is meant.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from yanbao.check.tick.figure import Figure
from yanbao.check.tick.said import Said
from yanbao.check.tick.sentence_figures import Read
from yanbao.check.tick.sentence_shape import pattern
from yanbao.check.tick.tested import Tested

_EVERY: Final = r"(?:每年|各年|历年|每个?年度|各年度)"
_LIMIT: Final = pattern(
    rf"(?P<every>{_EVERY}的?)?(?P<label>[^，。；,;：:（）()\ue000-\ue009]{{2,12}}?)(?:都|均)(?:在|保持在|维持在|达到|为)?<limit:L>(?P<after>.?)"
)
_SAYS_EVERY: Final = re.compile(_EVERY)
_OTHERS: Final = re.compile(r"其他|其余")
_EXCEPT: Final = re.compile(r"除")
_BLANKS: Final = re.compile(r"\s+")
_YEAR_HEAD: Final = re.compile(r"\A(?:19|20)\d\d年?\Z")  # 20180629, 201411-201412: parts of years are not meant
_LEAST: Final = 3  # rows that a statement on every year has


def relations_of_bounds(figures_of_tables: Sequence[Figure], read: Sequence[Read]) -> list[Tested]:
    """Return the limits that sentences set to every row of a column, judged on its cells."""
    claims = list(_claims(read))
    if not claims:
        return []
    columns = _columns(figures_of_tables)
    found: list[Tested] = []
    for label, limit in claims:
        named = [
            cells
            for (page, head), tables in columns.items()
            for cells in tables.values()
            if page == limit.where.page and head == label
        ]
        if len(named) == 1 and len(named[0]) >= _LEAST:
            found.extend(_tested(limit, named[0]))
    return found


def _claims(read: Sequence[Read]) -> Iterator[tuple[str, Figure]]:
    for each in read:
        text = each.sentence.shape.text
        if "都" not in text and "均" not in text:
            continue
        for found in _LIMIT.finditer(text):
            number = each.sentence.shape.number(found, "limit")
            limit, bound = each.figures[number], each.sentence.mentions[number].bound
            if limit is None or bound not in ("at least", "at most") or found["after"] in ("（", "("):
                continue
            if _OTHERS.search(found["label"]) or (found["every"] is None and not _goes_on(text[: found.start()])):
                continue
            yield _BLANKS.sub("", found["label"]), limit


def _goes_on(before: str) -> bool:
    """Whether "every year" was said before, and no exception (除2015年外) since."""
    said = [found.end() for found in _SAYS_EVERY.finditer(before)]
    return bool(said) and _EXCEPT.search(before, said[-1]) is None


def _columns(figures: Sequence[Figure]) -> dict[tuple[int | None, str], dict[int, list[Figure]]]:
    """Return by page and column head the cells of the rows that are whole years, by table."""
    columns: dict[tuple[int | None, str], dict[int, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for figure in figures:
        if figure.table is None or len(figure.heads) < 2 or not _YEAR_HEAD.match(figure.heads[-1].strip()):
            continue
        columns[figure.where.page, _BLANKS.sub("", figure.heads[0])][figure.table].append(figure)
    return columns


def _tested(limit: Figure, cells: Sequence[Figure]) -> Iterator[Tested]:
    """Yield one verdict: the cell that is nearest to the forbidden side decides."""
    if any(not cell.quantity.unit.same_dimension(limit.quantity.unit) for cell in cells):
        return
    if any((cell.quantity.unit.scale < 1) != (limit.quantity.unit.scale < 1) for cell in cells):
        return
    above = limit.quantity.interval.high is None
    worst = (min if above else max)(cells, key=lambda cell: cell.quantity.value * cell.quantity.unit.scale)
    there = worst.quantity.to(limit.quantity.unit)
    wrong = not limit.quantity.interval.meets(there.interval)
    yield Tested(
        relation="order",
        basis="text-table",
        claimed=limit,
        operands=tuple(cells),
        verdict="breaks" if wrong else "ties",
        recomputed=there,
        working=Said("least-of-column" if above else "most-of-column", worst.text.strip(), worst.heads[-1]),
        severity="conclusion" if wrong else "material",
    )
