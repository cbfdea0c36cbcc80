"""Columns of two tables that state the same items: a summary beside the statements, a segment beside the whole.

Labels repeat without meaning the same (the parent's balance sheet has the lines of the group's), and heads differ where
the same is meant (期末余额, 2020年12月31日). So what tells that two columns are one is their values: those under equal
labels agree, more than chance would have it and in nearly all lines. A number is tested only on the strength of the
others, so that it is seen when it breaks.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import Final

from yanbao.check.tick import line_words
from yanbao.check.tick.figure import Figure
from yanbao.check.tick.grid import Grid, Line
from yanbao.check.tick.metric_relations import same_period
from yanbao.check.tick.same_fact import step, tested_same, unlikely
from yanbao.check.tick.tested import Tested
from yanbao.check.tick.words import plain

EVIDENCE: Final = 3.0  # one in a thousand columns would find another that agrees as well by chance
_AGAINST: Final = 1.0  # what a line that does not agree takes from the evidence
_MOST: Final = 30  # places where one label stands; a label of more is a form (合计, 金额)
_COMPARED: Final = 100_000  # pairs of numbers; an annual report of 200 pages has 17,000
_LEAST: Final = 0.7  # evidence of an agreement that counts: of a number with two digits
_UNLIKE: Final = 0.2  # share of numbers that differ in two tables that still state the same
_PLAIN: Final = 5.0  # evidence of a number whose digits nearly all agree: it needs no other
_SCOPE: Final = re.compile(
    r"调整|追溯|重述|更正|备考|假设|预算|non-?gaap|adjusted|restated|pro forma|as reported|母公司", re.I
)
_OF: Final = re.compile(r"\s+(?:as an? )?(?:%|percent(?:age)?) of\s.*$")

_View = tuple[int, bool]  # grid, turned
_Column = tuple[int, bool, int]  # grid, turned, place
_Key = tuple[str, str, str]  # label, change, measure


@dataclass
class _Pair:
    """Two columns with their lines of equal label: those that agree, with the evidence, and those that do not."""

    agree: dict[_Key, tuple[float, Fraction]] = field(default_factory=dict)  # evidence and value
    differ: list[_Key] = field(default_factory=list)

    def evidence(self, without: _Key | None = None) -> float:
        """Return the evidence that both are one column, of all lines but one; a value that comes again counts once."""
        values = {value: weight for key, (weight, value) in self.agree.items() if key != without}
        return sum(values.values()) - _AGAINST * sum(key != without for key in self.differ)


_Pairs = dict[tuple[_Column, _Column], _Pair]


def relations_of_columns(grids: Sequence[Grid], known: Collection[Tested] = ()) -> list[Tested]:
    """Return the numbers that two tables state of one item, judged; where nothing shows that they are one, none.

    Parameters: `grids` are those of all tables, `known` what was found before: it is not told again.
    """
    columns = _columns(grids)
    every = _pairs(columns)
    pairs = _likely(every, grids)
    told = {frozenset((id(each.claimed), *map(id, each.operands))) for each in known if each.relation == "same"}
    threshold = EVIDENCE + math.log10(max(1, len(pairs)))
    chosen = _best(pairs)
    rows = _rows(chosen)
    unlike = _unlike(every, chosen, grids)
    paired: set[int] = set()
    found: list[Tested] = []
    for (one, other), pair in sorted(chosen.items(), key=lambda each: -each[1].evidence()):
        for key in (*pair.agree, *pair.differ):
            figure, there = columns[one][key], columns[other][key]
            mark = frozenset((id(figure), id(there)))
            if mark in told or (id(figure) in paired and id(there) in paired):
                continue
            if pair.evidence(key) < threshold or len(pair.agree) - (key in pair.agree) < 2:
                continue
            tested = tested_same(figure, there, "tables", len(pair.agree))
            views = one[:2], other[:2]
            if tested.verdict == "breaks" and not _contradicts(tested, pair, rows[views][key], unlike[views]):
                continue
            told.add(mark)
            paired |= {id(figure), id(there)}
            found.append(tested)
    return found


def _columns(grids: Sequence[Grid]) -> dict[_Column, dict[_Key, Figure]]:
    """Return the figures of each column, and of each row, by their labels; what stands twice is left out.

    Columns under one head (an amount and its share of the revenue) are one.
    """
    columns: dict[_Column, dict[_Key, Figure]] = {}
    for number, grid in enumerate(grids):
        for turned, view in ((False, grid), (True, grid.turned)):
            keys = [_names(line) for line in view.lines]
            heads: dict[str, int] = {}
            found: dict[int, dict[_Key, Figure | None]] = defaultdict(dict)
            for j, place in enumerate(view.places):
                column = found[heads.setdefault(place.text or str(j), j)]
                for i, names in enumerate(keys):
                    figure = view.figures[i][j]
                    if figure is None or figure.quantity.interval.width is None:
                        continue
                    for name in names:
                        key = (name, figure.change or "", _measure(figure))
                        known = column.get(key)
                        if key in column and (known is None or known.quantity != figure.quantity):
                            column[key] = None
                        else:
                            column.setdefault(key, figure)
            for j, column in found.items():
                kept = {key: figure for key, figure in column.items() if figure is not None}
                if len(kept) >= 2:
                    columns[number, turned, j] = kept
    return columns


def _names(line: Line) -> list[str]:
    """Return what a line is called: its label, and the metric that it names."""
    label = _label(line)
    return [*([label] if label else []), *([f"={line.metric.name}"] if line.metric is not None else [])]


def _label(line: Line) -> str:
    """Return a line's label as it is compared: "" for one that names nothing by itself."""
    text = _OF.sub("", plain(line.text))
    if len(text) < 2 or line_words.is_whole(text) or text in ("其他", "other", "小计", "金额"):
        return ""
    return text


def _measure(figure: Figure) -> str:
    unit = figure.quantity.unit
    pure = unit.kind if unit.scale < 1 else "x"
    return " ".join(f"{base}{power}" for base, power in unit.dimension) or pure


def _pairs(columns: dict[_Column, dict[_Key, Figure]]) -> _Pairs:
    """Return the pairs of columns of different tables that share a label."""
    places: dict[tuple[bool, _Key], list[_Column]] = defaultdict(list)
    for column, figures in columns.items():
        for key in figures:
            places[column[1], key].append(column)
    pairs: _Pairs = defaultdict(_Pair)
    compared = 0
    for (_, key), where in sorted(
        places.items(), key=lambda each: len(each[1])
    ):  # what stands in few places tells most
        if len(where) < 2:
            continue
        compared += len(where) * (len(where) - 1) // 2
        if len(where) > _MOST or compared > _COMPARED:
            break
        ends = [_ends(columns[column][key]) for column in where]
        for (a, one), (b, other) in combinations(enumerate(where), 2):
            if one[0] == other[0] or (key[0][0] == "=" and _told(columns[one], columns[other], key)):
                continue
            if ends[a][0] <= ends[b][1] and ends[b][0] <= ends[a][1]:
                figure, there = columns[one][key], columns[other][key]
                weight = unlikely(figure, there)
                if weight >= _LEAST:
                    pairs[one, other].agree[key] = (weight, figure.quantity.value * figure.quantity.unit.scale)
            else:
                pairs[one, other].differ.append(key)
    return pairs


def _likely(pairs: _Pairs, grids: Sequence[Grid]) -> _Pairs:
    """Return the pairs that may be one column: most lines agree, and their heads allow it."""
    return {
        (one, other): pair
        for (one, other), pair in pairs.items()
        if len(pair.agree) >= 2
        and len(pair.agree) > len(pair.differ)
        and _compatible(_head(grids, one), _head(grids, other))
    }


def _unlike(pairs: _Pairs, chosen: _Pairs, grids: Sequence[Grid]) -> dict[tuple[_View, _View], float]:
    """Return for two tables which share of the other numbers differs that their labels and heads say are the same.

    Two tables of one form (a strategy and its variant, year by year) agree in a few lines and differ in the others.
    """
    counts: dict[tuple[_View, _View], list[int]] = defaultdict(lambda: [0, 0])
    for (one, other), pair in pairs.items():
        if (one, other) in chosen or _alike(_head(grids, one), _head(grids, other)):
            count = counts[one[:2], other[:2]]
            count[0] += len(pair.agree)
            count[1] += len(pair.differ)
    return {views: max(0, differ - 1) / max(1, agree + differ - 1) for views, (agree, differ) in counts.items()}


def _alike(one: Line, other: Line) -> bool:
    """Whether two heads say that they are the same: one period, or the same words."""
    if one.period is not None and other.period is not None:
        return same_period(one.period, other.period)
    return bool(one.text) and plain(one.text) == plain(other.text)


def _told(one: dict[_Key, Figure], other: dict[_Key, Figure], key: _Key) -> bool:
    """Whether the figures of a metric in two columns have one label, too."""
    return any(figure is one[key] and other.get(name) is other[key] for name, figure in one.items() if name != key)


def _ends(figure: Figure) -> tuple[float, float]:
    interval, scale = figure.quantity.interval, float(figure.quantity.unit.scale)
    low, high = interval.low, interval.high
    assert low is not None
    assert high is not None
    return float(low) * scale, float(high) * scale


def _head(grids: Sequence[Grid], column: _Column) -> Line:
    number, turned, place = column
    return (grids[number].turned if turned else grids[number]).places[place]


def _compatible(one: Line, other: Line) -> bool:
    """Whether two heads may mean the same: no other period, no other scope (调整后, non-GAAP), no other change."""
    if one.period is not None and other.period is not None:
        if not same_period(one.period, other.period):
            return False
    elif one.era is not None and other.era is not None and one.era != other.era:
        return False
    scopes = [{found[0].lower() for found in _SCOPE.finditer(line.text)} for line in (one, other)]
    return scopes[0] == scopes[1] and one.change == other.change


def _best(pairs: _Pairs) -> _Pairs:
    """Return the pairs in which each column is the other's best one of its table."""
    best: dict[tuple[_Column, int], float] = defaultdict(float)
    for (one, other), pair in pairs.items():
        evidence = pair.evidence()
        for column, table in ((one, other[0]), (other, one[0])):
            best[column, table] = max(best[column, table], evidence)
    return {
        (one, other): pair
        for (one, other), pair in pairs.items()
        if pair.evidence() >= max(best[one, other[0]], best[other, one[0]])
    }


def _rows(pairs: _Pairs) -> dict[tuple[_View, _View], dict[_Key, int]]:
    """Return for two tables in how many of their pairs of columns a line agrees."""
    rows: dict[tuple[_View, _View], dict[_Key, int]] = defaultdict(lambda: defaultdict(int))
    for (one, other), pair in pairs.items():
        for key in pair.agree:
            rows[one[:2], other[:2]][key] += 1
    return rows


def _contradicts(tested: Tested, pair: _Pair, row: int, unlike: float) -> bool:
    """Whether two numbers that differ are a contradiction: a slip explains it, or the line agrees in other columns."""
    claimed, there = tested.claimed, tested.operands[0]
    if tested.recomputed is None:
        return False
    if tested.diagnosis is not None and unlikely(claimed, there) >= _PLAIN and len(pair.differ) <= len(pair.agree):
        return True  # seven digits of which one is another
    if len(pair.differ) > max(1, len(pair.agree) // 4) or unlike > _UNLIKE:
        return False
    gap = abs(claimed.quantity.value - tested.recomputed.value) * claimed.quantity.unit.scale
    if gap <= 2 * max(step(claimed), step(there)):
        return False  # rounded so that a sum comes out
    return tested.diagnosis is not None or (row >= 1 and len(pair.agree) >= 3)


__all__ = ["EVIDENCE", "relations_of_columns"]
