"""The labels of points: where they stand and the layers that print them."""

from __future__ import annotations

from typing import Any

from yanbao.render.vega_labels import Anchor, Box, Place, place
from yanbao.render.vega_layout import LABEL
from yanbao.render.vega_parts import Spec, mix, on
from yanbao.render.vega_plot import PLACED, VALID, Plot, baseline, labelled, of
from yanbao.render.vega_text import clean, width

_LEAST = 7.5  # font size
_ON_LINE: tuple[Place, ...] = ("above", "below", "right", "left")
_ON_STROKE: tuple[Place, ...] = ("right", "left", "right-up", "right-down", "above", "below")
_AT_END: tuple[Place, ...] = ("right", "right-up", "right-down", "above", "below", "left")


def place_labels(plot: Plot, rows: list[Spec]) -> dict[int, list[Box]]:
    """Write `dx`, `dy`, `align` and `place` into the rows whose label is printed; return each series' plates."""
    chart, layout = plot.chart, plot.layout
    boxes = {
        (order, at): box
        for order in plot.bars
        for at in range(layout.count)
        if (box := plot.bar_box(order, at)) is not None
    }
    lines = [run for order, series in enumerate(chart.series) if order not in plot.bars for run in plot.runs(series)]
    if chart.kind == "whiskers":
        lines = plot.strokes()
    keys: list[tuple[int, int]] = []
    anchors: list[Anchor] = []
    size = _label_size(plot)
    for order, series in enumerate(chart.series):
        for at in labelled(series):
            if chart.kind == "stacked" and series.mark == "bar":
                continue  # in the middle of their parts: see below
            keys.append((order, at))
            anchors.append(_anchor(plot, order, at, size, boxes.get((order, at))))
    frame = Box(-layout.left, -layout.top, layout.width + layout.right, layout.height)
    plates: dict[int, list[Box]] = {order: [] for order in range(len(chart.series))}
    by_key = {(row["order"], row["position"]): row for row in rows}
    if chart.kind == "stacked":
        for key, where in _stack_places(plot, boxes, size).items():
            by_key[key]["place"] = where
    for key, placed in zip(keys, place(anchors, list(boxes.values()), lines, frame), strict=True):
        by_key[key] |= {
            "place": placed.place,
            "dx": round(placed.dx, 2),
            "dy": round(placed.dy, 2),
            "align": placed.align,
        }
        if placed.covers and placed.place not in ("inside", "foot"):
            plates[key[0]].append(placed.box)
    return plates


def _stack_places(plot: Plot, boxes: dict[tuple[int, int], Box], size: float) -> dict[tuple[int, int], str]:
    """Return where each label of stacked bars stands: in its part, or beside it where the part is too thin.

    Two thin parts that touch have their labels on different sides.
    """
    found: dict[tuple[int, int], str] = {}
    last: dict[tuple[int, str], float] = {}
    for order in plot.bars:
        for at in labelled(plot.chart.series[order]):
            box = boxes[order, at]
            if box.y1 - box.y0 >= size * 1.1:
                found[order, at] = "middle"
                continue
            y = (box.y0 + box.y1) / 2
            near = (at, "right") in last and abs(last[at, "right"] - y) < size * 1.1
            side = "left" if near else "right"
            last[at, side] = y
            found[order, at] = side
    return found


def _label_size(plot: Plot) -> float:
    """Return the size at which bars' labels fit over their bars."""
    room = plot.layout.step * (0.98 if plot.across < 2 else plot.share / plot.across)
    texts = [
        clean(series.points[at].text) for series in plot.chart.series if series.mark == "bar" for at in labelled(series)
    ]
    widest = max((width(text, LABEL) for text in texts), default=0.0)
    return LABEL if widest <= room else max(_LEAST, round(LABEL * room / widest, 1))


def _anchor(plot: Plot, order: int, at: int, size: float, bar: Box | None) -> Anchor:
    series = plot.chart.series[order]
    point = series.points[at]
    assert point.value is not None
    y = plot.y(series, point.value)
    text = clean(point.text)
    if bar is None:
        last = series.labels == "last" and at == plot.layout.count - 1
        wishes: tuple[Place, ...] = _AT_END if last else _ON_LINE
        if plot.chart.kind == "whiskers":
            wishes = _ON_STROKE
        return Anchor(text, size, plot.x(at), y, wishes)
    outside: Place = "above" if point.value >= baseline(plot.axis(series)) else "below"
    inner: tuple[Place, ...] = ("inside", "foot") if bar.y1 - bar.y0 > size * 1.6 else ()
    return Anchor(text, size, (bar.x0 + bar.x1) / 2, y, (outside, *inner), bar)


def label_layers(plot: Plot, orders: list[int], rows: list[Spec]) -> list[Spec]:
    """Return the layers that print the labels of some series; `rows` say where each label stands."""
    found: list[Spec] = []
    size = _label_size(plot)
    for order in orders:
        series = plot.chart.series[order]
        if not labelled(series):
            continue
        colour = plot.colour(order)
        if series.mark != "bar":
            found.append(label(plot, order, size, mix(colour, plot.theme.ink, 0.2), {}))
        elif plot.chart.kind == "stacked":
            places = {str(row["place"]) for row in rows if row["order"] == order and "place" in row}
            found += [_stack_labels(plot, orders, order, where) for where in sorted(places)]
        else:
            inside = {"field": "place", "oneOf": ["inside", "foot"]}
            found.append(label(plot, order, size, plot.theme.ink, plot.offset(), {"not": inside}))
            if any(row.get("place") in ("inside", "foot") and row["order"] == order for row in rows):
                found.append(label(plot, order, size, on(colour, plot.theme), plot.offset(), inside))
    return found


def label(plot: Plot, order: int, size: float, colour: str, encoding: Spec, where: Spec | None = None) -> Spec:
    """Return the layer that prints a series' labels, those `where` holds, at the places written into the rows."""
    tests: list[Any] = [of([order]), PLACED]
    if where:
        tests.append({"filter": where})
    mark = {
        "type": "text",
        "fontSize": size,
        "color": colour,
        "align": {"expr": "datum.align"},
        "dx": {"expr": "datum.dx"},
        "dy": {"expr": "datum.dy"},
        "tooltip": None,
    }
    y: Spec = {"y": {"field": "value", "type": "quantitative", "stack": None}}
    text: Spec = {"text": {"field": "text", "type": "nominal"}}
    return {"transform": tests, "mark": mark, "encoding": y | encoding | text}


def _stack_labels(plot: Plot, orders: list[int], order: int, where: str) -> Spec:
    """Return the labels of one series of stacked bars: in the middle of its parts, or beside those too thin for it."""
    # all series take part in the stacking; the text of the others is empty
    both = {"and": [{"field": "order", "equal": order}, {"field": "place", "equal": where}]}
    text = {"condition": {"test": both, "field": "text", "type": "nominal"}, "value": ""}
    mark: Spec = {"type": "text", "fontSize": _label_size(plot), "tooltip": None}
    if where == "middle":
        mark["color"] = on(plot.colour(order), plot.theme)
    else:
        away = round(plot.layout.step * plot.share / 2 + 3, 2)
        mark |= {"align": "left", "dx": away} if where == "right" else {"align": "right", "dx": -away}
        mark["color"] = plot.theme.ink
    return {
        "transform": [of(orders), VALID],
        "mark": mark,
        "encoding": {
            "y": {"field": "value", "type": "quantitative", "stack": "zero", "bandPosition": 0.5},
            "text": text,
            "order": {"field": "order", "type": "quantitative"},
            "detail": {"field": "order", "type": "nominal"},
        },
    }
