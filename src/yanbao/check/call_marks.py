"""Does each mark of calls stand at the day, in the row and in the class that its facts say?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from yanbao.check.findings import Claim, Finding, Recomputed, Where
from yanbao.check.subject import DOCUMENT, Subject
from yanbao.document.days import day_at, day_in, serial
from yanbao.document.tree import Axis, Chart, Exhibit, Page, Point, Tick, plain
from yanbao.fact.fact import Fact, Source


def axis_findings(page: Page, exhibit: Exhibit, axis: Axis) -> Iterator[Finding]:
    """Yield a finding for each tick of an axis of days that says another day, and each row named twice or not."""
    label = plain(exhibit.label)
    if axis.kind == "day":
        for tick in axis.ticks:
            said = day_in(tick.text)
            right = day_at(tick.value)
            if said != right and tick.text != (str(right.year) if (right.month, right.day) == (1, 1) else None):
                text = f"a tick of {label} stands at {right} and says {tick.text!r}"
                yield _finding("axis", page, label, tick, text, str(right))
        return
    names = [tick.text for tick in axis.ticks]
    for at, tick in enumerate(axis.ticks):
        free = at in (0, len(names) - 1)
        if tick.value != at or free == bool(tick.text) or (tick.text and names.count(tick.text) > 1):
            text = f"row {at} of {label} stands at {float(tick.value):g} and is called {tick.text!r}"
            yield _finding("axis", page, label, tick, text, "")


def _finding(code: str, page: Page, label: str, tick: Tick, text: str, right: str) -> Finding:
    return Finding(code, Claim(tick.text), (Where(DOCUMENT, page.number, text=label),), text, Recomputed(right))


def point_findings(subject: Subject, page: Page, exhibit: Exhibit, chart: Chart) -> Iterator[Finding]:
    """Yield a finding for each call whose day, row or class is not that of the facts it is tied to."""
    label = plain(exhibit.label)
    names = {tick.value: tick.text for tick in chart.y_axis.ticks}
    for number, category in enumerate(chart.categories):
        name = plain(category.text)
        when = chart.series[0].points[number]
        marks = [
            (series, series.points[number]) for series in chart.series[1:] if series.points[number].value is not None
        ]
        causes = list(_day(subject, when))
        if len(marks) != 1:
            causes.append(f"has {len(marks)} classes")
        for series, mark in marks:
            fact = subject.fact(mark.fact)
            if fact is None or not fact.text or not fact.text == mark.text == plain(series.name):
                causes.append(f"is {plain(series.name)!r}; {mark.fact} is {None if fact is None else fact.text!r}")
            if mark.value is None or names.get(mark.value) != name:
                causes.append(f"stands in the row {names.get(mark.value or Fraction(0))!r}")
            tied = {spot for spot in map(_row, (subject.fact(when.fact), fact)) if spot is not None}
            tied |= {spot for span in category.text if (spot := _row(subject.fact(span.fact))) is not None}
            if len(tied) > 1:
                causes.append(f"is tied to facts of the rows {', '.join(sorted(row for _, row in tied))}")
        for cause in causes:
            place = (Where(DOCUMENT, page.number, text=f"{label}, {name}, {number + 1}"),)
            yield Finding("point", Claim(name), place, f"call {number + 1} of {label}, {name}, {cause}")


def _day(subject: Subject, point: Point) -> Iterator[str]:
    fact = subject.fact(point.fact)
    day = None if fact is None else day_in(fact.text or "")
    if fact is None or day is None or point.value != serial(day) or point.text != fact.text:
        said = "nowhere" if point.value is None else str(day_at(point.value))
        yield f"stands at {said} ({point.text!r}); {point.fact} is {None if fact is None else fact.text!r}"


def _row(fact: Fact | None) -> tuple[str, str] | None:
    """Return the table and the row that a fact was read from."""
    if fact is None or not isinstance(fact.lineage, Source):
        return None
    return (fact.lineage.dataset, fact.lineage.row)
