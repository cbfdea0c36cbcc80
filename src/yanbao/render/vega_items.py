"""Rankings, tornados, scatters and calls: marks of one item each."""

from __future__ import annotations

from yanbao.render.tornado import label_side
from yanbao.render.vega_labels import Anchor, Box, place
from yanbao.render.vega_layout import GAP, LABEL, bar_share, position
from yanbao.render.vega_parts import Spec, category_axis, dot_shape, value_axis, zero_line
from yanbao.render.vega_plot import PLACED, VALID, Plot, baseline, labelled, of
from yanbao.render.vega_point_labels import label


def ranking(plot: Plot, rows: list[Spec]) -> list[Spec]:
    """Return horizontal bars with their labels at the ends; a negative one's label stands right of zero."""
    chart, layout, theme = plot.chart, plot.layout, plot.theme
    step = layout.height / layout.count
    share = min(bar_share("ranking", step, 1), 18.0 / step)
    y = category_axis(chart, layout, theme, share, upright=True)
    x = value_axis(chart.y_axis, "y", "value", theme)
    x["axis"] |= {"orient": "bottom"}
    base = float(baseline(chart.y_axis))
    low, high = chart.y_axis.ticks[0].value, chart.y_axis.ticks[-1].value
    colour: Spec = {"value": plot.colour(0)}
    if chart.highlights:
        colour["condition"] = {
            "test": {"field": "position", "oneOf": list(chart.highlights)},
            "value": theme.highlight,
        }
    marks: list[Spec] = [
        {
            "transform": [of([0]), VALID],
            "mark": {"type": "bar", **plot.tip},
            "encoding": {"x2": {"datum": base}, "color": colour},
        }
    ]
    if low < 0 < high:
        marks.append(zero_line(theme, upright=True))
    size = min(LABEL, max(6.0, layout.categories.size))
    printed = set(labelled(chart.series[0]))
    for row in rows:
        if row["order"] == 0 and row["position"] in printed:
            row["place"] = "right"
    for sign, at in ((">=", {}), ("<", {"x": {"datum": base}})):
        marks.append(
            {
                "transform": [
                    of([0]),
                    {"filter": f"isString(datum.place) && datum.value {sign} {base!r}"},
                ],
                "mark": {"type": "text", "align": "left", "dx": GAP - 2, "fontSize": size, "tooltip": None},
                "encoding": {"text": {"field": "text", "type": "nominal"}, **at},
            }
        )
    return [{"encoding": {"y": y, "x": x}, "layer": marks}]


def tornado(plot: Plot, rows: list[Spec]) -> list[Spec]:
    """Return bars from the base case to the low and to the high value, over each other; labels outside their ends."""
    chart, layout, theme = plot.chart, plot.layout, plot.theme
    assert chart.base is not None
    assert chart.base.value is not None
    step = layout.height / layout.count
    share = min(bar_share("tornado", step, 1), 34.0 / step)
    y = category_axis(chart, layout, theme, share, upright=True)
    x = value_axis(chart.y_axis, "y", "value", theme)
    x["axis"] |= {"orient": "bottom"}
    base: Spec = {"datum": {"expr": "base"}}
    marks: list[Spec] = [
        {
            "transform": [of([order]), VALID],
            "mark": {"type": "bar", **plot.tip},
            "encoding": {"x": x, "x2": base, "color": {"value": plot.colour(order)}},
        }
        for order in (0, 1)
    ]
    marks.append(
        {
            "data": {"values": [{}]},
            "mark": {"type": "rule", "color": theme.ink, "strokeWidth": 1},
            "encoding": {"y": {"value": 0}, "y2": {"value": "height"}, "x": base | {"type": "quantitative"}},
        }
    )
    size = min(LABEL, max(6.0, layout.categories.size))
    for order, series in enumerate(chart.series):
        printed = set(labelled(series))
        for row in rows:
            if row["order"] == order and row["position"] in printed:
                row["place"] = label_side(chart, order, row["position"])
    for side, align, away in (("right", "left", GAP - 2), ("left", "right", 2 - GAP)):
        marks.append(
            {
                "transform": [{"filter": f"datum.place === '{side}'"}],
                "mark": {"type": "text", "align": align, "dx": away, "fontSize": size, "tooltip": None},
                "encoding": {"x": x, "text": {"field": "text", "type": "nominal"}},
            }
        )
    return [{"encoding": {"y": y}, "layer": marks}]


def scatter(plot: Plot, rows: list[Spec]) -> list[Spec]:
    """Return the items as dots, the names of some beside them."""
    chart, layout, theme = plot.chart, plot.layout, plot.theme
    across, up = chart.series
    assert chart.x_axis is not None
    x, y = value_axis(chart.x_axis, "x", "x", theme), value_axis(chart.y_axis, "y", "y", theme)
    dots: list[tuple[float, float]] = []
    anchors, keys = [], []
    for row in rows:
        at = row["position"]
        here, there = across.points[at].value, up.points[at].value
        if here is None or there is None:
            continue
        dot = (position(chart.x_axis, here, layout.width), plot.y(up, there))
        dots.append(dot)
        if at in chart.labelled:
            keys.append(row)
            anchors.append(Anchor(row["category"], LABEL, *dot, ("right", "above", "left", "below")))
    bars = [Box(dx - 4, dy - 4, dx + 4, dy + 4) for dx, dy in dots]
    frame = Box(0, -GAP, layout.width + layout.right, layout.height)
    for row, placed in zip(keys, place(anchors, bars, [], frame), strict=True):
        row |= {"place": placed.place, "dx": round(placed.dx, 2), "dy": round(placed.dy, 2), "align": placed.align}
    colour: Spec = {"value": plot.colour(0)}
    if chart.highlights:
        colour["condition"] = {"test": {"field": "position", "oneOf": list(chart.highlights)}, "value": theme.highlight}
    valid = [{"filter": {"field": name, "valid": True}} for name in ("x", "y")]
    mark = {"type": "point", "filled": True, "size": 52, "opacity": 0.85, **plot.tip}
    named = label(plot, 0, LABEL, theme.ink, {})
    named["transform"] = [PLACED]
    named["encoding"] = {"text": {"field": "category", "type": "nominal"}}
    return [
        {
            "encoding": {"x": x, "y": y},
            "layer": [{"transform": valid, "mark": mark, "encoding": {"color": colour}}, named],
        }
    ]


def calls(plot: Plot) -> list[Spec]:
    """Return each call as a dot at its day in its row: the rows of the first series hold the days of all others."""
    chart, theme = plot.chart, plot.theme
    assert chart.x_axis is not None
    x, y = value_axis(chart.x_axis, "x", "day", theme), value_axis(chart.y_axis, "y", "value", theme)
    x["axis"] |= {"domain": True, "domainColor": theme.muted}
    day: list[Spec] = [
        {"calculate": "datum.order === 0 ? datum.value : null", "as": "day"},
        {"joinaggregate": [{"op": "max", "field": "day", "as": "day"}], "groupby": ["position"]},
    ]
    dot: Spec = {"type": "point", "filled": True, "size": 100, "opacity": 1, "stroke": theme.paper, "strokeWidth": 0.8}
    marks: list[Spec] = [
        {
            "transform": [*day, of([order]), VALID],
            "mark": dot | {"color": plot.colour(order), "shape": dot_shape(chart, order)} | plot.tip,
        }
        for order in range(1, len(chart.series))
    ]
    return [{"encoding": {"x": x, "y": y}, "layer": marks}]
