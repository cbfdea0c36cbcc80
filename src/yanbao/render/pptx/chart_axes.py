"""The axes of a chart: exactly the ticks of the tree, and categories that are read without turning the head."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from yanbao.document.text_width import text_width
from yanbao.document.tree import Axis, Category, Chart
from yanbao.render.pptx.chart_labels import rich, text_properties
from yanbao.render.pptx.look import Look
from yanbao.render.pptx.text import Setting
from yanbao.render.pptx.value_format import axis_format, axis_step, number_text
from yanbao.render.pptx.xml import Element, element, value

TICK_SIZE = 8.5
_SMALLEST = 7.5
_MOST_LINES = 3
CATEGORY, VALUE, SECOND_CATEGORY, SECOND_VALUE = 111111111, 111111112, 111111113, 111111114


@dataclass(frozen=True)
class Fit:
    """How category labels are set: font size, and that only every `skip`-th is shown."""

    size: float
    skip: int = 1


def category_fit(categories: tuple[Category, ...], room: float) -> Fit:
    """Return how category labels fit side by side in `room` points: smaller, wrapped, then periods leave some out."""
    step = room / max(1, len(categories))
    widest = max((text_width(category.text, 1.0) for category in categories), default=0.0)
    for size in (TICK_SIZE, 8.0, _SMALLEST):
        if widest * size <= step * 0.9:
            return Fit(size)
    periods = all(category.text and category.text[0].kind == "period" for category in categories)
    if not periods and widest * _SMALLEST <= step * 0.9 * _MOST_LINES and step >= 2.2 * _SMALLEST:
        return Fit(_SMALLEST)
    return Fit(8.0, ceil(widest * 8.0 * 1.15 / step))


def category_axis(
    *,
    look: Look,
    fit: Fit,
    second: bool = False,
    sideways: bool = False,
    line: bool = True,
    foot: bool = False,
    at: Fraction | None = None,
) -> Element:
    """Return a category axis: along the foot, or down the left side with the first category on top (`sideways`).

    It stands where the value axis is 0, or with `foot` at its lowest tick: areas are filled down to it. With `at` it
    stands at that value, and bars begin there.
    """
    theme = look.theme
    return element(
        "c:catAx",
        None,
        value("c:axId", SECOND_CATEGORY if second else CATEGORY),
        element("c:scaling", None, value("c:orientation", "maxMin" if sideways else "minMax")),
        value("c:delete", 1 if second else 0),
        value("c:axPos", "l" if sideways else "b"),
        element("c:numFmt", {"formatCode": "General", "sourceLinked": 0}),
        value("c:majorTickMark", "none"),
        value("c:minorTickMark", "none"),
        value("c:tickLblPos", "low"),
        element("c:spPr", None, look.line(theme.muted if line else None, 0.75)),
        text_properties(Setting(fit.size, theme.ink), look),
        value("c:crossAx", SECOND_VALUE if second else VALUE),
        value("c:crosses", "min" if foot else "autoZero") if at is None else value("c:crossesAt", number_text(at)),
        value("c:auto", 0),  # else a year among the categories makes it an axis of dates
        value("c:lblAlgn", "ctr"),
        value("c:lblOffset", 60),
        value("c:tickLblSkip", fit.skip),
        value("c:tickMarkSkip", fit.skip),
        value("c:noMultiLvlLbl", 1),
    )


def value_axis(
    axis: Axis,
    *,
    look: Look,
    where: str,
    second: bool = False,
    sideways: bool = False,
    grid: bool = True,
    between: bool = True,
    position: str = "",
    ids: tuple[int, int] | None = None,
    title: str = "",
) -> Element:
    """Return a value axis with the ticks of the tree."""
    own, other = ids or ((SECOND_VALUE, SECOND_CATEGORY) if second else (VALUE, CATEGORY))
    theme = look.theme
    step = axis_step(axis, where)
    name = axis.title or title
    return element(
        "c:valAx",
        None,
        value("c:axId", own),
        element(
            "c:scaling",
            None,
            value("c:orientation", "minMax"),
            value("c:max", number_text(axis.ticks[-1].value)),
            value("c:min", number_text(axis.ticks[0].value)),
        ),
        value("c:delete", 0),
        value("c:axPos", position or ("r" if second else "b" if sideways else "l")),
        element("c:majorGridlines", None, element("c:spPr", None, look.line(theme.rule, 0.5))) if grid else None,
        _title(name, position or ("b" if sideways else "l"), look) if name else None,
        element("c:numFmt", {"formatCode": axis_format(axis, where), "sourceLinked": 0}),
        value("c:majorTickMark", "none"),
        value("c:minorTickMark", "none"),
        # a ranking runs downwards: its foot is the high end of the category axis
        value("c:tickLblPos", "high" if sideways else "low" if position else "nextTo"),
        element("c:spPr", None, look.line(theme.muted if position == "b" else None)),
        text_properties(Setting(TICK_SIZE, theme.muted), look),
        value("c:crossAx", other),
        value("c:crosses", "max" if second else "autoZero"),
        value("c:crossBetween", "between" if between else "midCat"),
        value("c:majorUnit", number_text(step)),
    )


def ticks_outside(chart: Chart) -> str:
    """Return the name of the first axis that a value of the chart lies beyond, "" where there is none."""
    for axis, found in (
        (chart.y_axis, _values(chart, 1)),
        (chart.y2_axis, _values(chart, 2)),
        (chart.x_axis, _values(chart, 0)),
    ):
        if axis is not None and any(not axis.ticks[0].value <= each <= axis.ticks[-1].value for each in found):
            return {id(chart.y_axis): "y", id(chart.y2_axis): "second y"}.get(id(axis), "x")
    return ""


def _values(chart: Chart, number: int) -> list[Fraction]:
    if chart.dotted:
        dots = {0: chart.series[:1], 1: chart.series[1:]}.get(number, ())
        return [p.value for series in dots for p in series.points if p.value is not None]
    mine = [s for s in chart.series if (2 if s.axis == 2 and chart.y2_axis else 1) == number]
    found = [
        p.value for s in mine if s.mark != "bar" or chart.kind != "stacked" for p in s.points if p.value is not None
    ]
    if chart.kind == "stacked":
        bars = [s for s in mine if s.mark == "bar"]
        for at in range(len(chart.categories)):
            parts = [v for s in bars if (v := s.points[at].value) is not None]
            found += (
                [sum((v for v in parts if v > 0), Fraction(0)), sum((v for v in parts if v < 0), Fraction(0))]
                if parts
                else []
            )
    return found


def _title(text: str, position: str, look: Look) -> Element:
    words = rich(text, Setting(TICK_SIZE, look.theme.muted), look)
    body = words[0]
    for name in ("wrap", "lIns", "tIns", "rIns", "bIns", "anchor"):
        body.attrib.pop(name, None)
    body.remove(body[0])
    body.set("rot", "0" if position == "b" else "-5400000")
    return element("c:title", None, element("c:tx", None, words), value("c:overlay", 0))
