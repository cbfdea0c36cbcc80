"""Are a chart's axes honest: evenly spaced ticks that say their value and hold all points? Is each point its fact?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from yanbao.check import call_marks
from yanbao.check.findings import Claim, Finding, Recomputed, Where
from yanbao.check.subject import DOCUMENT, Subject, operands, shown
from yanbao.check.tokens import numbers
from yanbao.check.units import factor
from yanbao.document.tree import Axis, Chart, Exhibit, Page, plain


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each axis that is uneven, mislabelled or too short, and each point that is not its fact."""
    for page in subject.document.pages:
        for exhibit in page.exhibits():
            if isinstance(exhibit.body, Chart):
                yield from _axes(page, exhibit, exhibit.body)
                if exhibit.body.kind == "calls":
                    yield from call_marks.point_findings(subject, page, exhibit, exhibit.body)
                else:
                    yield from _points(subject, page, exhibit, exhibit.body)


def axis_of(chart: Chart, order: int) -> Axis:
    """Return the axis a series is drawn on."""
    if chart.dotted and order == 0 and chart.x_axis is not None:
        return chart.x_axis
    return chart.y2_axis if chart.series[order].axis == 2 and chart.y2_axis is not None else chart.y_axis


def native_axes(chart: Chart) -> list[tuple[str, Axis]]:
    """Return the value axes of a native chart in their order, as it prints them: names are no numbers, and left out."""
    used = {id(axis_of(chart, order)) for order in range(len(chart.series))}
    named = [("x", chart.x_axis), ("y", chart.y_axis)] if chart.dotted else [("y", chart.y_axis), ("y2", chart.y2_axis)]
    found = [(name, axis) for name, axis in named if axis is not None and id(axis) in used]
    return [(name, _unnamed(axis) if axis.kind == "row" else axis) for name, axis in found]


def _unnamed(axis: Axis) -> Axis:
    return replace(axis, ticks=tuple(replace(tick, text="") for tick in axis.ticks))


def _axes(page: Page, exhibit: Exhibit, chart: Chart) -> Iterator[Finding]:
    label = plain(exhibit.label)
    place = (Where(DOCUMENT, page.number, text=label),)
    for axis in filter(None, (chart.y_axis, chart.y2_axis, chart.x_axis)):
        values = [tick.value for tick in axis.ticks]
        steps = {after - before for before, after in pairwise(values)}
        if len(steps) != 1 or min(steps) <= 0:
            text = f"the ticks of {label} are not evenly spaced: {', '.join(tick.text for tick in axis.ticks)}"
            yield Finding("axis", Claim(axis.ticks[0].text if axis.ticks else ""), place, text)
        if axis.kind != "number":
            yield from call_marks.axis_findings(page, exhibit, axis)
        for tick in axis.ticks if axis.kind == "number" else ():
            said = numbers(re.sub(r"(?<=\d)\s+(?=\d)", "", tick.text))
            if len(said) != 1 or said[0].value != tick.value:
                text = f"a tick of {label} stands at {float(tick.value):g} and says {tick.text!r}"
                yield Finding("axis", Claim(tick.text), place, text, Recomputed(f"{float(tick.value):g}"))
    for order, series in enumerate(chart.series):
        axis = axis_of(chart, order)
        if not axis.ticks:
            continue
        low, high = axis.ticks[0].value, axis.ticks[-1].value
        for number, point in enumerate(series.points, 1):
            if point.value is not None and not low <= point.value <= high:
                text = f"point {number} of {series.id} in {label} lies outside its axis: {float(point.value):g}"
                yield Finding("axis", Claim(point.text or f"{float(point.value):g}", point.value), place, text)


def _points(subject: Subject, page: Page, exhibit: Exhibit, chart: Chart) -> Iterator[Finding]:
    label = plain(exhibit.label)
    if chart.base is not None:
        fact, value = subject.fact(chart.base.fact), chart.base.value
        rate = None if fact is None or fact.quantity is None else factor(fact.quantity.unit, chart.y_axis.unit)
        if (
            value is None
            or rate is None
            or fact is None
            or fact.quantity is None
            or fact.quantity.value * rate != value
        ):
            said = "nothing" if value is None else f"{float(value):g}"
            place = (Where(DOCUMENT, page.number, text=label),)
            text = f"the bars of {label} begin at {said}, which {chart.base.fact} is not"
            yield Finding("point", Claim(said, value, chart.y_axis.unit), place, text)
    for series in chart.series:
        if len(series.points) != len(chart.categories):
            text = f"{series.id} in {label} has {len(series.points)} points for {len(chart.categories)} categories"
            yield Finding("point", Claim(series.id), (Where(DOCUMENT, page.number, text=label),), text)
        for number, point in enumerate(series.points, 1):
            if point.value is None:
                continue
            fact = subject.fact(point.fact)
            place = (Where(DOCUMENT, page.number, text=f"{label}, {plain(series.name)}, {number}"),)
            claim = Claim(point.text or f"{float(point.value):g}", point.value, series.unit)
            if fact is None or fact.quantity is None:
                text = f"point {number} of {series.id} in {label} is tied to {point.fact!r}, which is no number"
                yield Finding("point", claim, place, text)
                continue
            rate = factor(fact.quantity.unit, series.unit)
            if rate is None or fact.quantity.value * rate != point.value:
                text = f"point {number} of {series.id} in {label} is {claim.text}; {fact.id} is {shown(fact)}"
                right = None if rate is None else fact.quantity.value * rate
                yield Finding(
                    "point", claim, place, text, Recomputed(shown(fact), right, right), operands(subject, fact)
                )
