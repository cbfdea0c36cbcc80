"""The series of a chart as DrawingML: names, categories and values by reference and cached, marks and highlights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yanbao.document.tree import Category, Chart, Point, Series, plain
from yanbao.render.pptx.day_axis import day_numbers, days_of
from yanbao.render.pptx.look import Look, mix
from yanbao.render.pptx.value_format import number_text
from yanbao.render.pptx.workbook import category_reference, name_reference, value_reference
from yanbao.render.pptx.xml import Element, element, value, words

DOTS_UP_TO = 16  # categories: more, and a line's markers would touch


@dataclass(frozen=True)
class Ink:
    """What one series is painted with."""

    colour: str
    fill: str | None = None  # of bars and areas, where it is not `colour`
    dash: str = ""
    weight: float = 2.0
    alpha: float = 1.0  # of the fill


def ink(chart: Chart, order: int, theme_look: Look) -> Ink:
    """Return what a series is painted with: the theme's series colours in order; a band is a tint between its ends."""
    theme = theme_look.theme
    series = chart.series[order]
    colour = theme.series[order % len(theme.series)]
    if chart.kind == "band" and series.mark == "area":
        blue = theme.series[2 % len(theme.series)]
        at, count = chart.areas.index(order), len(chart.areas)
        # an area covers all below its end: a low end is painted as what lies outside of its band
        depth = at - 1 if at < count // 2 else count - 1 - at
        fill = theme.paper if depth < 0 else mix(blue, theme.paper, 0.75 * 0.75**depth)
        return Ink(mix(blue, theme.paper, 0.5), fill, weight=0.75)
    if chart.kind == "band":
        lines = [at for at, each in enumerate(chart.series) if each.mark == "line"]
        colour = theme.series[lines.index(order) % len(theme.series)] if order in lines else theme.muted
    if chart.kind == "whiskers":  # colours start with the first dot
        dot = theme.series[(order - 2) % len(theme.series)]
        return Ink(theme.muted if series.mark == "end" else dot, weight=1.25)
    if chart.kind == "calls":  # and here with the first class
        return Ink(theme.series[(order - 1) % len(theme.series)])
    if series.mark == "rule":
        return Ink(theme.muted if len(chart.series) <= 2 or chart.kind == "band" else colour, dash="dash", weight=1.25)
    if series.mark == "step":
        several = sum(each.mark == "step" for each in chart.series) > 1
        return Ink(colour, colour if several else mix(colour, theme.paper, 0.45), alpha=0.45 if several else 1.0)
    return Ink(colour, weight=2.25 if len(chart.categories) <= DOTS_UP_TO else 1.5)


def series_head(order: int, plot_order: int, series: Series) -> list[Element]:
    """Return what begins each series: index, order of drawing, name."""
    return [
        value("c:idx", order),
        value("c:order", plot_order),
        element("c:tx", None, _texts("c:strRef", name_reference(order), [plain(series.name)])),
    ]


def series_data(chart: Chart, order: int) -> list[Element]:
    """Return the categories and values of a series; a missing point has no cached value."""
    count = len(chart.categories)
    days = days_of(chart)
    names = day_numbers(category_reference(count), days) if days else category_texts(chart.categories)
    return [
        element("c:cat", None, names),
        element("c:val", None, _numbers(value_reference(order, count), chart.series[order].points)),
    ]


def scatter_data(chart: Chart, order: int = 1) -> list[Element]:
    """Return the horizontal values of a scatter's items, and the vertical ones of a series."""
    count = len(chart.categories)
    return [
        element("c:xVal", None, _numbers(value_reference(0, count), chart.series[0].points)),
        element("c:yVal", None, _numbers(value_reference(order, count), chart.series[order].points)),
    ]


def category_texts(categories: Sequence[Category]) -> Element:
    """Return the categories by reference and cached."""
    return _texts("c:strRef", category_reference(len(categories)), [plain(each.text) for each in categories])


def bar_look(paint: Ink, look: Look, outline: bool = False) -> Element:
    """Return the look of a bar or an area."""
    line = look.line(paint.colour, paint.weight) if outline else look.line(None)
    return element("c:spPr", None, look.fill(paint.fill or paint.colour, paint.alpha), line)


def line_look(paint: Ink, look: Look) -> Element:
    """Return the look of a line."""
    return element("c:spPr", None, look.line(paint.colour, paint.weight, paint.dash))


def whiskers(chart: Chart, paint: Ink, look: Look) -> Element:
    """Return the strokes from the low ends up to the high ones, as error bars whose lengths the workbook computes."""
    low, high = chart.series[:2]
    lengths = [
        Point(None, None if one.value is None or other.value is None else other.value - one.value)
        for one, other in zip(low.points, high.points, strict=True)
    ]
    return element(
        "c:errBars",
        None,
        value("c:errDir", "y"),
        value("c:errBarType", "plus"),
        value("c:errValType", "cust"),
        value("c:noEndCap", 1),
        element("c:plus", None, _numbers(value_reference(len(chart.series), len(lengths)), lengths)),
        line_look(paint, look),
    )


SHAPES = ("circle", "diamond", "square", "triangle")  # of dots among whiskers, told apart without colour


def dot_shape(chart: Chart, order: int) -> str:
    """Return the shape of a series' markers: ends of whiskers are dashes, their dots and classes of calls differ."""
    if chart.kind not in ("whiskers", "calls"):
        return "circle"
    first = 2 if chart.kind == "whiskers" else 1
    return "dash" if chart.series[order].mark == "end" else SHAPES[(order - first) % len(SHAPES)]


def marker(paint: Ink | None, look: Look, size: int = 5, shape: str = "circle") -> Element:
    """Return a marker, or none."""
    if paint is None:
        return element("c:marker", None, value("c:symbol", "none"))
    return element(
        "c:marker",
        None,
        value("c:symbol", shape),
        value("c:size", size),
        element("c:spPr", None, look.fill(paint.colour), look.line(look.theme.paper, 0.75)),
    )


def bar_point(at: int, colour: str, look: Look) -> Element:
    """Return a bar that stands out."""
    return element(
        "c:dPt",
        None,
        value("c:idx", at),
        value("c:invertIfNegative", 0),
        value("c:bubble3D", 0),
        element("c:spPr", None, look.fill(colour), look.line(None)),
    )


def dot_point(at: int, mark: Element) -> Element:
    """Return a point of a line or scatter with a marker of its own."""
    return element("c:dPt", None, value("c:idx", at), mark, value("c:bubble3D", 0))


def lonely(points: Sequence[Point]) -> list[int]:
    """Return the points between two gaps: a line without markers would not show them."""
    known = [point.value is not None for point in points]
    return [
        at
        for at, here in enumerate(known)
        if here and not (at and known[at - 1]) and not (at + 1 < len(known) and known[at + 1])
    ]


def _texts(tag: str, reference: str, texts: Sequence[str]) -> Element:
    cache = element("c:strCache", None, value("c:ptCount", len(texts)))
    for at, text in enumerate(texts):
        if text:
            cache.append(element("c:pt", {"idx": at}, words("c:v", text)))
    return element(tag, None, words("c:f", reference), cache)


def _numbers(reference: str, points: Sequence[Point]) -> Element:
    cache = element("c:numCache", None, words("c:formatCode", "General"), value("c:ptCount", len(points)))
    for at, point in enumerate(points):
        if point.value is not None:
            cache.append(element("c:pt", {"idx": at}, words("c:v", number_text(point.value))))
    return element("c:numRef", None, words("c:f", reference), cache)
