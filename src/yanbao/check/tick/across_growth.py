"""Growth that a sentence claims of a level, against a table's levels: 营收2428.5亿元，同比增长5.3% and the two columns.

The level finds its row: same metric, and a value that agrees to more digits than chance would give. The rate is then
computed from the row's level of the year before. Several rows may hold the same value; a rate that none of them gives
is a break only where there is one.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from yanbao import relation
from yanbao.check.tick.figure import Figure
from yanbao.check.tick.sentence_figures import Read
from yanbao.check.tick.sentence_judging import judge
from yanbao.check.tick.tested import Tested
from yanbao.errors import QuantityError

EVIDENCE: Final = 2.5  # −log10 of the chance that another level of the metric would agree as well
_OTHER_BASE: Final = re.compile(
    r"constant|currency|\bCC\b|comparable|organic|可比|不变价|固定汇率|剔除|环比|复合|sequential|two-year|excluding",
    re.I,
)
_RATE: Final = re.compile(
    r"同比|增长|下降|增速|增幅|降幅|up|down|increase|decrease|growth|rose|fell|declin|grew|y/y|yoy", re.I
)


def relations_of_growth(
    figures_of_tables: Sequence[Figure], read: Sequence[Read], tested: Sequence[Tested]
) -> list[Tested]:
    """Return the growth rates of sentences, judged on the levels of tables; `tested` are left alone."""
    done = {id(each.claimed) for each in tested if each.relation in ("growth", "same")}
    rows = _rows(figures_of_tables)
    found: list[Tested] = []
    for each in read:
        for level, rate in _claims(each):
            if id(rate) not in done:
                verdict = _verdict(level, rate, rows)
                if verdict is not None:
                    found.append(verdict)
    return found


def _claims(read: Read) -> Iterator[tuple[Figure, Figure]]:
    """Yield levels with the rate beside them: 5275亿元，同比+5.3%, increased 9.8% to $13.5 billion."""
    shape = read.sentence.shape
    taken: set[int] = set()
    listed = {number for first, last in read.lists for number in range(first, last + 1)}
    for first, second in pairwise(range(len(read.figures))):
        for level, rate in ((first, second), (second, first)):
            one, other = read.figures[level], read.figures[rate]
            if one is None or other is None or {level, rate} & taken:
                continue
            if not shape.is_kind(level, "Q") or not shape.is_kind(rate, "%"):
                continue
            if (
                {level, rate} & listed
                or one.metric is None
                or one.change is not None
                or other.change not in ("yoy", "change")
            ):
                continue
            words = shape.between(first, second)
            around = words + shape.text[max(0, shape.at[rate] - 24) : shape.at[rate] + 40]
            if len(words) > 24 or re.search(r"[；;。\n]", words) or _OTHER_BASE.search(around):
                continue
            if level > rate and not re.fullmatch(r",?\s*(?:至|到|to)\s*(?:约|a record)?\s*", words):
                continue
            if level < rate and not _RATE.search(words):
                continue
            taken |= {level, rate}
            yield one, other


def _rows(figures: Sequence[Figure]) -> dict[str, list[tuple[Figure, Figure]]]:
    """Return by metric the levels of tables, each with the level of the year before in its row or column."""
    lines: dict[tuple[str, int, int, str], list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.metric is None or figure.change is not None or figure.table is None or figure.period is None:
            continue
        if figure.row is not None and figure.column is not None:
            lines["row", figure.table, figure.row, figure.metric].append(figure)
            lines["column", figure.table, figure.column, figure.metric].append(figure)
    pairs: dict[str, list[tuple[Figure, Figure]]] = defaultdict(list)
    for (_, _, _, metric), members in lines.items():
        for now in members:
            for base in members:
                if _a_year_apart(now, base):
                    pairs[metric].append((now, base))
    return pairs


def _a_year_apart(now: Figure, base: Figure) -> bool:
    return (
        now.period is not None
        and base.period is not None
        and now is not base
        and relation.apart("yoy", now.period, base.period) is None
    )


def _verdict(level: Figure, rate: Figure, rows: dict[str, list[tuple[Figure, Figure]]]) -> Tested | None:
    found: dict[tuple[object, object], dict[str, Figure]] = {}
    for now, base in rows.get(level.metric or "", ()):
        if (now.quantity, base.quantity) in found:  # the same numbers elsewhere say nothing new
            continue
        if level.period is not None and now.period is not None and not level.period.same_days(now.period):
            continue
        if not _agrees(level, now):
            continue
        operands = {"now": now, "base": base}
        tested = judge("yoy", rate, operands, basis="text-table", explain=False)
        if tested is None or tested.verdict == "skipped":
            continue
        if tested.verdict == "ties":
            return tested
        found[now.quantity, base.quantity] = operands
    only = next(iter(found.values())) if len(found) == 1 else None
    return None if only is None else judge("yoy", rate, only, basis="text-table")


def _agrees(level: Figure, now: Figure) -> bool:
    """Whether two levels agree to more digits than chance would give."""
    try:
        there = now.quantity.to(level.quantity.unit)
    except QuantityError:
        return False
    if level.quantity.interval.width is None or not level.quantity.meets(there):
        return False
    size = max(abs(level.quantity.value), abs(there.value))
    width = level.quantity.interval.width + (there.interval.width or 0)
    return bool(size) and -math.log10(float(width / size) or 1e-12) >= EVIDENCE
