"""The parts of a chart that Vega-Lite has no fitting default for: axes with given ticks, legend, titles, colours."""

from __future__ import annotations

from typing import Any, Literal

from yanbao.document.theme import Theme
from yanbao.document.tree import Axis, Chart, Series, plain
from yanbao.render.vega_layout import GAP, LEGEND, LINE, SWATCH, TICK, Layout, tick_texts
from yanbao.render.vega_text import clean

Spec = dict[str, Any]
Channel = Literal["x", "y", "y2"]


def mix(colour: str, other: str, share: float) -> str:
    """Return `colour` with `share` of `other` in it; both are `#rrggbb`."""
    return "#" + "".join(
        f"{round(int(colour[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share):02x}"
        for at in (1, 3, 5)
    )


def on(colour: str, theme: Theme) -> str:
    """Return the colour of a text that stands on `colour`: paper on a dark one, ink on a light one."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return theme.paper if 0.299 * red + 0.587 * green + 0.114 * blue < 150 else theme.ink


def series_colour(chart: Chart, order: int, theme: Theme) -> str:
    """Return the colour of a series: the theme's, in order; a band is a tint behind its line."""
    if chart.kind == "band":
        by_mark = {"area": theme.series[2 % len(theme.series)], "rule": theme.muted}
        return by_mark.get(chart.series[order].mark, theme.series[0])
    if chart.kind == "whiskers":  # colours start with the first dot
        return theme.muted if chart.series[order].mark == "end" else theme.series[(order - 2) % len(theme.series)]
    if chart.kind == "calls":  # and here with the first class
        return theme.series[(order - 1) % len(theme.series)]
    return theme.series[order % len(theme.series)]


def dot_shape(chart: Chart, order: int) -> str:
    """Return the shape of a series of dots: two that meet can be told apart without colour."""
    shapes = ("circle", "diamond", "square", "triangle-up")
    return shapes[(order - (2 if chart.kind == "whiskers" else 1)) % len(shapes)]


def font(theme: Theme) -> str:
    """Return the font list of a chart: where one lacks a glyph, the next is used."""
    return ", ".join((*theme.families, "sans-serif"))


def config(theme: Theme) -> Spec:
    """Return what holds for every chart. Vega's own screen-reader texts are off: they say other numbers."""
    label = {"labelFont": font(theme), "labelColor": theme.ink, "labelFontSize": TICK}
    return {
        "font": font(theme),
        "aria": False,
        "view": {"stroke": None},
        "axis": {
            **label,
            "domain": False,
            "ticks": False,
            "grid": False,
            "labelAngle": 0,
            "labelOverlap": False,
            "labelBound": False,
            "labelFlush": False,
            "labelLimit": 0,
            "labelPadding": GAP,
            "offset": 0,
            "title": None,
        },
        "text": {"font": font(theme), "color": theme.ink, "baseline": "middle", "limit": 0},
    }


def params(chart: Chart, layout: Layout) -> list[Spec]:
    """Return the texts of the axes as values: no text of a document ever becomes part of an expression."""
    found: list[Spec] = []
    if layout.categories.lines:
        # a list is set in lines; one line stays a string
        texts = [list(lines) if len(lines) > 1 else lines[0] for lines in layout.categories.lines]
        found.append({"name": "category_labels", "value": texts})
    for name, axis in (("y", chart.y_axis), ("y2", chart.y2_axis), ("x", chart.x_axis)):
        if axis:
            found.append({"name": f"{name}_values", "value": [float(tick.value) for tick in axis.ticks]})
            found.append({"name": f"{name}_labels", "value": tick_texts(axis)})
    if chart.base is not None and chart.base.value is not None:
        found.append({"name": "base", "value": float(chart.base.value)})
    return found


def category_axis(chart: Chart, layout: Layout, theme: Theme, share: float, *, upright: bool) -> Spec:
    """Return the encoding of the categories, in their given order: along the foot, or down the side (`upright`)."""
    axis: Spec = {
        "labelExpr": "category_labels[datum.value]",
        "labelFontSize": layout.categories.size,
        "labelLineHeight": round(layout.categories.size * LINE, 2),
        "orient": "left" if upright else "bottom",
    }
    if not upright:
        low, high = chart.y_axis.ticks[0].value, chart.y_axis.ticks[-1].value
        # where zero lies inside the plot the line is drawn there
        axis |= {"domain": not low < 0 < high, "domainColor": theme.muted, "domainWidth": 1}
        axis["labelBaseline"] = "top"
    return {
        "field": "position",
        "type": "ordinal",
        "scale": {
            "type": "band",
            "domain": list(range(layout.count)),
            "paddingInner": round(1 - share, 4),
            "paddingOuter": round((1 - share) / 2, 4),
        },
        "axis": axis,
    }


def value_axis(axis: Axis, name: Channel, field: str, theme: Theme) -> Spec:
    """Return the encoding of a value with exactly the ticks of its axis; `name` is the axis' in the params."""
    orient = {"x": "bottom", "y": "left", "y2": "right"}[name]
    values = [float(tick.value) for tick in axis.ticks]
    drawn = {
        "values": values,
        "labelExpr": f"{name}_labels[indexof({name}_values, datum.value)]",
        "orient": orient,
        "grid": name != "y2",
        "gridColor": theme.rule,
        "gridWidth": 0.7,
        "zindex": 0,
    }
    scale = {"domain": [values[0], values[-1]], "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": drawn}


def zero_line(theme: Theme, *, upright: bool) -> Spec:
    """Return the line at zero: across the plot, or down it (`upright`)."""
    along = {"x": {"value": 0}, "x2": {"value": "width"}, "y": {"datum": 0}}
    down = {"y": {"value": 0}, "y2": {"value": "height"}, "x": {"datum": 0}}
    return {
        "data": {"values": [{}]},
        "mark": {"type": "rule", "color": theme.muted, "strokeWidth": 1},
        "encoding": down if upright else along,
    }


def words(rows: list[Spec], size: float, colour: str, align: str = "left", weight: str = "normal") -> Spec:
    """Return texts at given pixels: each row has `text`, `x` and `y`."""
    return {
        "data": {"values": rows},
        "mark": {
            "type": "text",
            "align": align,
            "fontSize": size,
            "fontWeight": weight,
            "color": colour,
            "x": {"expr": "datum.x"},
            "y": {"expr": "datum.y"},
        },
        "encoding": {"text": {"field": "text", "type": "nominal"}},
    }


def legend(chart: Chart, layout: Layout, theme: Theme) -> list[Spec]:
    """Return the legend above the plot: each series' swatch in the shape of its mark, and its name.

    An only series needs no swatch: its name stands there alone.
    """
    if chart.kind == "scatter":
        return []
    if not layout.legend:
        x = round(6 - layout.left, 2)
        rows = [{"text": clean(plain(series.name)), "x": x, "y": layout.caption_y} for series in chart.series]
        return [words(rows, LEGEND, theme.muted)]
    layers: list[Spec] = []
    for item in layout.legend:
        layers += _swatch(chart, chart.series[item.order], item.order, item.x, item.y, theme)
    rows = [{"text": item.name, "x": round(item.x + SWATCH, 2), "y": round(item.y, 2)} for item in layout.legend]
    return [*layers, words(rows, LEGEND, theme.ink)]


def _swatch(chart: Chart, series: Series, order: int, x: float, y: float, theme: Theme) -> list[Spec]:
    colour = series_colour(chart, order, theme)

    def at(**mark: Any) -> Spec:
        return {"data": {"values": [{}]}, "mark": mark, "encoding": {}}

    def bar(x0: float, x1: float, y0: float, y1: float, **more: Any) -> Spec:
        ends = {"x": round(x + x0, 2), "x2": round(x + x1, 2), "y": round(y + y0, 2), "y2": round(y + y1, 2)}
        return at(type="rect", color=colour, **ends, **more)

    if series.mark == "bar":
        return [bar(1, 11, -5, 5)]
    if series.mark == "area":  # the low end of a band has its edge below, the high end above
        is_low = order < len(chart.areas) // 2
        depth = order if is_low else len(chart.areas) - 1 - order
        edge = 4 if is_low else -5
        return [bar(0, 13, -5, 5, opacity=round(1 - 0.8 ** (depth + 1), 4)), bar(0, 13, edge, edge + 1)]
    if series.mark == "rule":
        return [bar(0, 5, -0.75, 0.75), bar(8, 13, -0.75, 0.75)]
    if series.mark == "step":
        return [bar(0, 13, -1, 1)]
    if series.mark == "end":  # the stem hangs from the high end and stands on the low one
        cap, stem = (4.0, (-5.0, 4.0)) if order == 0 else (-5.0, (-5.0, 4.0))
        return [bar(2, 11, cap, cap + 1), bar(6, 7, *stem)]
    shape = {"shape": dot_shape(chart, order)} if series.mark == "dot" else {}
    dot = at(type="point", x=round(x + 6.5, 2), y=round(y, 2), color=colour, filled=True, size=30, opacity=1, **shape)
    return [dot] if series.mark == "dot" else [bar(0, 13, -1, 1), dot]


def axis_titles(chart: Chart, layout: Layout, theme: Theme) -> list[Spec]:
    """Return the titles of the axes, level, at the ends of their axes; a scatter's say what is across and up."""
    left = chart.y_axis.title
    below = chart.x_axis.title if chart.x_axis else ""
    if chart.kind == "scatter":
        across, up = (plain(series.name) for series in chart.series)
        left, below = left or up, below or across
    right = chart.y2_axis.title if chart.y2_axis else ""
    foot = layout.height + GAP + TICK * LINE + 9
    titles = [
        ("left", left, 6 - layout.left, layout.titles_y),
        ("right", right, layout.width + layout.right - 6, layout.titles_y),
        ("right", below, layout.width, foot),
    ]
    return [
        words([{"text": clean(text), "x": round(x, 2), "y": round(y, 2)}], TICK, theme.muted, align)
        for align, text, x, y in titles
        if text
    ]
