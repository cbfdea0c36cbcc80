"""A document against the facts of a workspace: is what it prints what the workspace knows?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from yanbao.check.findings import Where
from yanbao.check.tick.figure import Figure
from yanbao.check.tick.tested import Tested
from yanbao.errors import UnitError
from yanbao.fact.fact import Fact, Source
from yanbao.quantity import format_quantity
from yanbao.quantity.period import Period

_DECORATION = re.compile(r"[\s()（）：:·,，、/]|单位|亿元|万元|百万元")


def against(figures: Iterable[Figure], facts: Mapping[str, Fact]) -> list[Tested]:
    """Return each number of a document that names a fact of the workspace, tested against it.

    A number names a fact where its words hold the fact's subject and its metric as the workspace writes them, its
    period is the fact's, and its unit measures the same. A number that more than one fact fits is left alone. It
    ties where the two intervals meet.
    """
    by_period: dict[tuple[object, object] | None, list[tuple[str, str, Fact]]] = defaultdict(list)
    for fact in facts.values():
        if fact.quantity is not None and fact.subject and fact.metric:
            by_period[_days(fact.period)].append((_packed(fact.subject), _packed(fact.metric), fact))
    tested = []
    for figure in figures:
        words = {_packed(text) for text in (figure.subject, figure.label, *figure.heads) if text}
        fitting = [
            fact
            for subject, metric, fact in by_period.get(_days(figure.period), ())
            if subject in words and metric in words and subject != metric
        ]
        if len(fitting) == 1 and (test := _test(figure, fitting[0])) is not None:
            tested.append(test)
    return tested


def _days(period: Period | None) -> tuple[object, object] | None:
    return None if period is None else (period.start, period.end)


def _packed(text: str) -> str:
    return _DECORATION.sub("", text)


def _test(figure: Figure, fact: Fact) -> Tested | None:
    assert fact.quantity is not None
    try:
        known = fact.quantity.to(figure.quantity.unit)
        meets = figure.quantity.meets(known)
    except UnitError:
        return None
    decimals = known.decimals if known.decimals is not None else figure.quantity.decimals
    text = format_quantity(known, decimals=2 if decimals is None else decimals)
    return Tested(
        relation="workspace_fact",
        basis="workspace",
        claimed=figure,
        operands=(_operand(figure, fact, text),),
        verdict="ties" if meets else "breaks",
        recomputed=known,
        working=f"{fact.id} = {text}",
    )


def _operand(figure: Figure, fact: Fact, text: str) -> Figure:
    assert fact.quantity is not None
    source = fact.lineage
    where = Where(source.file, None, source.file_line, text=text) if isinstance(source, Source) else Where(fact.id)
    return Figure(text, fact.quantity, figure.kind, where, label=fact.metric, subject=fact.subject, period=fact.period)
