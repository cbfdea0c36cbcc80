"""The same fact in two places: text against table, table against table, text against text.

That two figures have one metric and one period does not make them one fact: documents speak of many companies, and
mostly without their names. So a sentence is set beside a table, and a row beside a row, as a whole: only where their
other figures agree, more than chance would have it, is a figure that does not agree a contradiction. The evidence of an
agreement is −log10 of the chance that a random number of its size would agree as well; together it has to exceed
`EVIDENCE` plus log10 of the number of places it was looked for.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from yanbao.check.tick.across_bounds import relations_of_bounds
from yanbao.check.tick.across_growth import relations_of_growth
from yanbao.check.tick.across_texts import relations_of_twins
from yanbao.check.tick.across_valuation import relations_of_valuation
from yanbao.check.tick.across_values import relations_of_values
from yanbao.check.tick.figure import Figure
from yanbao.check.tick.same_fact import meets, tested_same, unlikely
from yanbao.check.tick.sentence_figures import Read
from yanbao.check.tick.tested import Basis, Tested
from yanbao.quantity.unit import Unit

EVIDENCE: Final = 2.0  # one in a hundred sentences would find a table that agrees as well by chance
_SCOPE: Final = re.compile(
    r"扣非|扣除|单季|累计|调整|可比|不含|剔除|还原|中位|平均|加权|摊薄|稀释|基本|non-?gaap|adjusted|comparable|basic|diluted",
    re.I,
)
_UNSURE: Final = re.compile(
    r"目标|指引|假设|情景|乐观|悲观|敏感|此前|之前|一致预期|市场预期|同业|行业|guidance|previous|consensus", re.I
)
_GRAINS: Final = frozenset({"year", "half", "quarter", "month", "ytd", "day"})
_CHANGES: Final = frozenset({None, "yoy"})
_AGAINST: Final = 0.5  # what a figure that does not agree takes from the evidence
_MOST: Final = 60  # figures of one metric and period that are compared; more are a list of something else

_Key = tuple[str, str, str, str, str, str]


@dataclass(frozen=True)
class _Group:
    """Figures that stand together: those of a sentence, of a table, of a row of a table."""

    name: tuple[str, int, int]
    figures: dict[_Key, Figure]


def relations_across(
    figures_of_tables: Sequence[Figure], read: Sequence[Read], inside: Sequence[Tested] = ()
) -> list[Tested]:
    """Return the facts that a document states twice, judged; where nothing shows that they are one fact, none.

    Parameters: `inside` are the relations found inside sentences; a growth rate that one of them tests is not tested
    again on the levels of a table.
    """
    tables = _tables(figures_of_tables)
    found = [
        *_beside(_sentences(read), tables, "text-table"),
        *_once(
            [
                *_beside(rows := _rows(figures_of_tables), rows, "tables"),
                *_beside(tables, _companies(figures_of_tables), "tables"),
            ]
        ),
        *relations_of_twins(read),
        *relations_of_values(figures_of_tables, read),
        *relations_of_bounds(figures_of_tables, read),
    ]
    found += relations_of_valuation(figures_of_tables, read, [*inside, *found])
    return [*found, *relations_of_growth(figures_of_tables, read, [*inside, *found])]


def _key(figure: Figure) -> _Key | None:
    """Return what a figure says it is, `None` where it does not say enough."""
    period, unit = figure.period, figure.quantity.unit
    if figure.metric is None or period is None or period.grain not in _GRAINS or figure.change not in _CHANGES:
        return None
    if figure.kind not in ("measure", "count", "number") or figure.quantity.interval.width is None:
        return None
    if _UNSURE.search(figure.label) or (figure.table is None and _other_subject(figure)):
        return None
    scope = " ".join(sorted({found[0].lower() for found in _SCOPE.finditer(figure.label)}))
    measure = _measure(unit)
    change = figure.change or ""
    return (figure.metric, change, period.start.isoformat(), period.end.isoformat(), scope, "%" if change else measure)


def _measure(unit: Unit) -> str:
    """Return what units that can be compared have in common; a bare number may be a multiple."""
    return " ".join(f"{base}{power}" for base, power in unit.dimension) or ("%" if unit.scale < 1 else "x")


_COMPANY: Final = re.compile(
    r"\A(?:公司|本公司|集团|本集团|我们|预计|预测|预期|实现|全年|上半年|整体|合计|其中|同时|则|和|的|年|将|约|分别|对应|单季度?|the|company|our|total|for"
    r"|quarter|fiscal|year|first|second|third|fourth|full|、|“|”|\s)*\Z",
    re.I,
)


def _other_subject(figure: Figure) -> bool:
    """Whether a sentence names somebody else than the company it is about: a segment, a competitor."""
    return _COMPANY.match(figure.subject) is None


def _sentences(read: Sequence[Read]) -> list[_Group]:
    return [
        _Group(("sentence", each.sentence.number, 0), found)
        for each in read
        if (found := _unique(figure for figure in each.figures if figure is not None))
    ]


def _tables(figures: Sequence[Figure]) -> list[_Group]:
    of_table: dict[int, list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.table is not None:
            of_table[figure.table].append(figure)
    return [_Group(("table", table, 0), found) for table, members in of_table.items() if (found := _unique(members))]


def _rows(figures: Sequence[Figure]) -> list[_Group]:
    """Return the rows and columns that hold one metric over several periods."""
    lines: dict[tuple[str, int, int], list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.table is not None and figure.row is not None and figure.column is not None:
            lines["row", figure.table, figure.row].append(figure)
            lines["column", figure.table, figure.column].append(figure)
    groups = []
    for name, members in lines.items():
        found = _unique(members)
        if len(found) >= 2 and len({key[:2] for key in found}) == 1 and len({key[2:4] for key in found}) == len(found):
            groups.append(_Group(name, found))
    return groups


def _companies(figures: Sequence[Figure]) -> list[_Group]:
    """Return the rows that value one company each: its price, earnings and multiples of several years."""
    lines: dict[tuple[int, int], list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.table is not None and figure.row is not None and figure.subject:
            lines[figure.table, figure.row].append(figure)
    return [
        _Group(("company", *line), _unique(members))
        for line, members in lines.items()
        if any(figure.metric == "price" for figure in members) and len({figure.subject for figure in members}) == 1
    ]


def _unique(figures: Iterable[Figure]) -> dict[_Key, Figure]:
    """Return figures by what they say they are; what several claim to be is left out."""
    found: dict[_Key, Figure | None] = {}
    for figure in figures:
        key = _key(figure)
        if key is None:
            continue
        known = found.get(key)
        if key in found and (known is None or known.quantity != figure.quantity):
            found[key] = None
        else:
            found.setdefault(key, figure)
    return {key: figure for key, figure in found.items() if figure is not None}


def _beside(groups: Sequence[_Group], others: Sequence[_Group], basis: Basis) -> Iterator[Tested]:
    """Yield the figures of each group against those of the group that agrees best with it."""
    by_key: dict[_Key, list[_Group]] = defaultdict(list)
    for other in others:
        for key in other.figures:
            by_key[key].append(other)
    done: set[tuple[int, int]] = set()
    for group in groups:
        shared: dict[tuple[str, int, int], _Group] = {}
        for key in group.figures:
            if len(by_key[key]) <= _MOST:
                shared.update({other.name: other for other in by_key[key] if _apart(group, other)})
        best = max(shared.values(), key=lambda other: _agreement(group, other), default=None)
        if best is None or _agreement(group, best) < EVIDENCE + math.log10(len(shared)):
            continue
        pairs = [(figure, best.figures[key]) for key, figure in group.figures.items() if key in best.figures]
        agreeing = sum(meets(figure, there) for figure, there in pairs)
        if agreeing * 2 < len(pairs) + (len(pairs) > 2):
            continue
        for figure, there in pairs:
            mark = (min(id(figure), id(there)), max(id(figure), id(there)))
            if mark not in done:
                done.add(mark)
                yield tested_same(figure, there, basis, agreeing)


def _once(found: Sequence[Tested]) -> Iterator[Tested]:
    """Yield what rows and companies both give once."""
    done: set[frozenset[int]] = set()
    for tested in found:
        pair = frozenset((id(tested.claimed), *map(id, tested.operands)))
        if pair not in done:
            done.add(pair)
            yield tested


def _apart(group: _Group, other: _Group) -> bool:
    return group.name[:2] != other.name[:2] and (group.name[0] == "sentence" or group.name[1] != other.name[1])


def _agreement(group: _Group, other: _Group) -> float:
    """Return the evidence that two groups speak of one thing: −log10 of the chance of what agrees, less what does not.

    A value that comes again (margins kept at 45%) counts once.
    """
    evidence: dict[Fraction, float] = {}
    against = 0.0
    for key, figure in group.figures.items():
        there = other.figures.get(key)
        if there is None:
            continue
        if meets(figure, there):
            evidence[figure.quantity.value] = unlikely(figure, there)
        else:
            against += _AGAINST
    return sum(evidence.values()) - against


__all__ = ["EVIDENCE", "relations_across"]
