"""Columns, lines, steps and bands over categories."""

from __future__ import annotations

from yanbao.document.tree import Axis
from yanbao.render.vega_labels import Box
from yanbao.render.vega_parts import Channel, Spec, category_axis, dot_shape, value_axis, zero_line
from yanbao.render.vega_plot import VALID, Plot, alone, baseline, of
from yanbao.render.vega_point_labels import label_layers, place_labels

_DOTS_UP_TO = 16  # categories: more, and a line's points would touch


def upright(plot: Plot, rows: list[Spec]) -> tuple[list[Spec], Spec]:
    """Return columns and lines: one group of layers an axis, so that each axis is drawn once."""
    chart = plot.chart
    plates = place_labels(plot, rows)
    x = _categories(plot)
    groups: list[Spec] = []
    for number, axis in ((1, chart.y_axis), (2, chart.y2_axis)):
        if axis is None:
            continue
        orders = [order for order, series in enumerate(chart.series) if plot.axis_number(series) == number]
        if not orders and number == 2:
            continue
        name: Channel = "y" if number == 1 else "y2"
        marks = _marks(plot, orders, axis, plates)
        low, high = axis.ticks[0].value, axis.ticks[-1].value
        if number == 1 and low < 0 < high:
            marks.append(zero_line(plot.theme, upright=False))
        y = value_axis(axis, name, "value", plot.theme)
        groups.append({"encoding": {"x": x, "y": y}, "layer": marks + label_layers(plot, orders, rows)})
    return groups, ({"scale": {"y": "independent"}} if len(groups) > 1 else {})


def _categories(plot: Plot) -> Spec:
    return category_axis(plot.chart, plot.layout, plot.theme, plot.share, upright=False)


def _marks(plot: Plot, orders: list[int], axis: Axis, plates: dict[int, list[Box]]) -> list[Spec]:
    chart, marks = plot.chart, []
    if chart.kind == "band":
        areas = [order for order in chart.areas if order in orders]
        for low, high in zip(areas[: len(areas) // 2], reversed(areas[len(areas) // 2 :]), strict=True):
            marks += _area(plot, low, high)
        orders = [order for order in orders if order not in areas]
    if chart.kind == "whiskers":
        return [*_whiskers(plot), *(mark for order in orders[2:] for mark in _dots(plot, order))]
    bars = [order for order in orders if chart.series[order].mark == "bar"]
    if bars:
        marks.append(_columns(plot, bars, axis))
    under = [box for order in orders for box in plates[order]]
    if under:
        marks.append(_plates(plot, under))
    for order in orders:
        if order not in bars:
            marks += _line(plot, order)
    return marks


def _columns(plot: Plot, orders: list[int], axis: Axis) -> Spec:
    chart = plot.chart
    colour: Spec = {
        "field": "order",
        "type": "nominal",
        "scale": {"domain": orders, "range": [plot.colour(order) for order in orders]},
        "legend": None,
    }
    if chart.highlights and len(orders) == 1:
        colour = {
            "condition": {
                "test": {"field": "position", "oneOf": list(chart.highlights)},
                "value": plot.theme.highlight,
            },
            "value": plot.colour(orders[0]),
        }
    encoding: Spec = {"color": colour}
    if chart.kind == "stacked":
        encoding["y"] = {"field": "value", "type": "quantitative", "stack": "zero"}
        encoding["order"] = {"field": "order", "type": "quantitative"}
    else:
        encoding["y"] = {"field": "value", "type": "quantitative", "stack": None}
        encoding["y2"] = {"datum": float(baseline(axis))}
        encoding |= plot.offset()
    return {
        "transform": [of(orders), VALID],
        "mark": {"type": "bar", **plot.tip},
        "encoding": encoding,
    }


def _plates(plot: Plot, boxes: list[Box]) -> Spec:
    """Return what lies under labels that had to stand on a bar, so that they can be read on any colour."""
    ends = [
        {"x0": round(box.x0 - 2, 2), "x1": round(box.x1 + 2, 2), "y0": round(box.y0, 2), "y1": round(box.y1, 2)}
        for box in boxes
    ]
    mark: Spec = {"type": "rect", "color": plot.theme.paper, "opacity": 0.88, "cornerRadius": 2, "tooltip": None}
    mark |= {"x": {"expr": "datum.x0"}, "x2": {"expr": "datum.x1"}}
    mark |= {"y": {"expr": "datum.y0"}, "y2": {"expr": "datum.y1"}}
    return {"data": {"values": ends}, "mark": mark, "encoding": {"x": None, "y": None}}


def _line(plot: Plot, order: int) -> list[Spec]:
    series = plot.chart.series[order]
    colour = plot.colour(order)
    if series.mark == "step":
        return _steps(plot, order, colour)
    mark: Spec = {"type": "line", "color": colour, "strokeWidth": 2, "strokeJoin": "round", "tooltip": None}
    if series.mark == "rule":
        mark |= {"strokeDash": [4, 3], "strokeWidth": 1.5}
    marks: list[Spec] = [{"transform": [of([order])], "mark": mark}]
    shown = series.mark in ("line", "dot") and plot.layout.count <= _DOTS_UP_TO
    dots = {"type": "point", "color": colour, "filled": True, "size": 30, "opacity": 1, **plot.tip}
    if shown:
        marks.append({"transform": [of([order]), VALID], "mark": dots})
        return marks
    if lonely := alone(series):
        # between two gaps there is no line to see
        marks.append({"transform": [of([order]), {"filter": {"field": "position", "oneOf": lonely}}], "mark": dots})
    if plot.interactive:
        # an invisible point still takes the pointer
        marks.append({"transform": [of([order]), VALID], "mark": dots | {"opacity": 0, "size": 80}})
    return marks


def _steps(plot: Plot, order: int, colour: str) -> list[Spec]:
    """Return a series that holds through each category: a level as wide as the category, joined where both are there.

    A curve with steps would stop half way through the first and the last category, and show nothing between gaps.
    """
    rule: Spec = {"type": "rule", "color": colour, "strokeWidth": 2}
    level = {"x": {**_categories(plot), "bandPosition": 0}, "x2": {"field": "position", "bandPosition": 1}}
    following = {"window": [{"op": "lead", "field": "value", "as": "next"}], "sort": [{"field": "position"}]}
    both = {"filter": "isValid(datum.value) && isValid(datum.next) && datum.value !== datum.next"}
    join = {"x": {**_categories(plot), "bandPosition": 1}, "y2": {"field": "next"}}
    return [
        {"transform": [of([order]), VALID], "mark": rule | plot.tip, "encoding": level},
        {
            "transform": [of([order]), following, both],
            "mark": rule | {"strokeCap": "square", "tooltip": None},
            "encoding": join,
        },
    ]


def _whiskers(plot: Plot) -> list[Spec]:
    """Return a stroke from the low to the high end of each category that has both, and a cap at each end."""
    colour = plot.colour(0)
    stroke: Spec = {"type": "rule", "color": colour, "strokeWidth": 1.5, "tooltip": None}
    ends = {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}
    there = {"filter": "isValid(datum.low) && isValid(datum.high)"}
    cap: Spec = {"type": "tick", "color": colour, "thickness": 1.5, "size": round(min(14.0, plot.layout.step / 2), 2)}
    return [
        {"transform": [*_between(0, 1), there], "mark": stroke, "encoding": ends},
        *({"transform": [of([order]), VALID], "mark": cap | plot.tip} for order in (0, 1)),
    ]


def _dots(plot: Plot, order: int) -> list[Spec]:
    dot: Spec = {"type": "point", "color": plot.colour(order), "filled": True, "size": 100, "opacity": 1}
    dot |= {"shape": dot_shape(plot.chart, order), "stroke": plot.theme.paper, "strokeWidth": 0.8}
    return [{"transform": [of([order]), VALID], "mark": dot | plot.tip}]


def _between(lower: int, upper: int) -> list[Spec]:
    """Return the transform that puts the values of two series side by side in one row a category."""
    return [
        of([lower, upper]),
        {"calculate": f"datum.order === {lower} ? datum.value : null", "as": "low"},
        {"calculate": f"datum.order === {upper} ? datum.value : null", "as": "high"},
        {
            "aggregate": [
                {"op": "max", "field": "low", "as": "low"},
                {"op": "max", "field": "high", "as": "high"},
            ],
            "groupby": ["position"],
        },
    ]


def _area(plot: Plot, lower: int, upper: int) -> list[Spec]:
    """Return the band between two series: what is missing at one end stays missing."""
    colour = plot.colour(lower)
    area: Spec = {
        "transform": _between(lower, upper),
        "mark": {"type": "area", "color": colour, "opacity": 0.2, "tooltip": None},
        "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
    }
    edge = {"type": "line", "color": colour, "strokeWidth": 1, "opacity": 0.7, "tooltip": None}
    return [area, *({"transform": [of([order])], "mark": edge} for order in (lower, upper))]
