"""The marks of each kind of chart, with the labels of their points."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from yanbao.document.theme import Theme
from yanbao.document.tree import Axis, Chart, Series
from yanbao.render.vega_labels import Anchor, Box, Line, Place, place
from yanbao.render.vega_layout import GAP, LABEL, Layout, bar_share, position
from yanbao.render.vega_parts import (
    Channel,
    Spec,
    category_axis,
    mix,
    on,
    series_colour,
    value_axis,
    zero_line,
)
from yanbao.render.vega_text import clean, width

_DOTS_UP_TO = 16  # categories: more, and a line's points would touch
_LABEL_LEAST = 7.5  # font size
_VALID = {"filter": {"field": "value", "valid": True}}
_PLACED = {"filter": "isString(datum.place)"}
_ON_LINE: tuple[Place, ...] = ("above", "below", "right", "left")


def layers(
    chart: Chart, layout: Layout, theme: Theme, rows: list[Spec], *, interactive: bool
) -> tuple[list[Spec], Spec]:
    """Return a chart's layers and how their scales are shared. Where labels stand is written into `rows`."""
    drawing = _Drawing(chart, layout, theme, interactive)
    if chart.kind == "ranking":
        return drawing.ranking(rows), {}
    if chart.kind == "scatter":
        return drawing.scatter(rows), {}
    return drawing.upright(rows)


@dataclass(frozen=True)
class _Drawing:
    chart: Chart
    layout: Layout
    theme: Theme
    interactive: bool

    # -- columns and lines over categories -------------------------------------------------------

    def upright(self, rows: list[Spec]) -> tuple[list[Spec], Spec]:
        """Return columns and lines: one group of layers an axis, so that each axis is drawn once."""
        chart = self.chart
        plates = self._place_labels(rows)
        share = bar_share(chart.kind, self.layout.step, self._across)
        x = category_axis(chart, self.layout, self.theme, share, upright=False)
        groups: list[Spec] = []
        for number, axis in ((1, chart.y_axis), (2, chart.y2_axis)):
            if axis is None:
                continue
            orders = [order for order, series in enumerate(chart.series) if self._axis_number(series) == number]
            if not orders and number == 2:
                continue
            name: Channel = "y" if number == 1 else "y2"
            marks = self._marks(orders, axis, plates)
            low, high = axis.ticks[0].value, axis.ticks[-1].value
            if number == 1 and low < 0 < high:
                marks.append(zero_line(self.theme, upright=False))
            y = value_axis(axis, name, "value", self.theme)
            groups.append({"encoding": {"x": x, "y": y}, "layer": marks + self._label_layers(orders, rows)})
        return groups, ({"scale": {"y": "independent"}} if len(groups) > 1 else {})

    def _axis_number(self, series: Series) -> int:
        return 2 if series.axis == 2 and self.chart.y2_axis else 1

    @property
    def _bars(self) -> list[int]:
        return [order for order, series in enumerate(self.chart.series) if series.mark == "bar"]

    @property
    def _across(self) -> int:
        """Bars side by side in a category."""
        return min(1, len(self._bars)) if self.chart.kind == "stacked" else len(self._bars)

    def _marks(self, orders: list[int], axis: Axis, plates: dict[int, list[Box]]) -> list[Spec]:
        chart, marks = self.chart, []
        if chart.kind == "band" and orders[:2] == [0, 1]:
            marks += self._area()
            orders = orders[2:]
        bars = [order for order in orders if chart.series[order].mark == "bar"]
        if bars:
            marks.append(self._columns(bars, axis))
        under = [box for order in orders for box in plates[order]]
        if under:
            marks.append(self._plates(under))
        for order in orders:
            if order not in bars:
                marks += self._line(order)
        return marks

    def _colour(self, order: int) -> str:
        return series_colour(self.chart, order, self.theme)

    def _tip(self) -> Spec:
        return {"tooltip": {"expr": "datum.tip"}, "cursor": "pointer"} if self.interactive else {"tooltip": None}

    def _columns(self, orders: list[int], axis: Axis) -> Spec:
        chart = self.chart
        colour: Spec = {
            "field": "order",
            "type": "nominal",
            "scale": {"domain": orders, "range": [self._colour(order) for order in orders]},
            "legend": None,
        }
        if chart.highlight is not None and len(orders) == 1:
            colour = {
                "condition": {"test": {"field": "position", "equal": chart.highlight}, "value": self.theme.highlight},
                "value": self._colour(orders[0]),
            }
        encoding: Spec = {"color": colour}
        if chart.kind == "stacked":
            encoding["y"] = {"field": "value", "type": "quantitative", "stack": "zero"}
            encoding["order"] = {"field": "order", "type": "quantitative"}
        else:
            encoding["y"] = {"field": "value", "type": "quantitative", "stack": None}
            encoding["y2"] = {"datum": float(_baseline(axis))}
            encoding |= self._offset()
        return {
            "transform": [_of(orders), _VALID],
            "mark": {"type": "bar", **self._tip()},
            "encoding": encoding,
        }

    def _plates(self, boxes: list[Box]) -> Spec:
        """Return what lies under labels that had to stand on a bar, so that they can be read on any colour."""
        ends = [
            {"x0": round(box.x0 - 2, 2), "x1": round(box.x1 + 2, 2), "y0": round(box.y0, 2), "y1": round(box.y1, 2)}
            for box in boxes
        ]
        mark: Spec = {"type": "rect", "color": self.theme.paper, "opacity": 0.88, "cornerRadius": 2, "tooltip": None}
        mark |= {"x": {"expr": "datum.x0"}, "x2": {"expr": "datum.x1"}}
        mark |= {"y": {"expr": "datum.y0"}, "y2": {"expr": "datum.y1"}}
        return {"data": {"values": ends}, "mark": mark, "encoding": {"x": None, "y": None}}

    def _offset(self) -> Spec:
        if self._across < 2:
            return {}
        scale = {"domain": self._bars, "paddingInner": 0.08, "paddingOuter": 0}
        return {"xOffset": {"field": "order", "type": "nominal", "scale": scale}}

    def _line(self, order: int) -> list[Spec]:
        series = self.chart.series[order]
        colour = self._colour(order)
        mark: Spec = {"type": "line", "color": colour, "strokeWidth": 2, "strokeJoin": "round", "tooltip": None}
        if series.mark == "rule":
            mark |= {"strokeDash": [4, 3], "strokeWidth": 1.5}
        marks: list[Spec] = []
        if series.mark == "step":
            mark["interpolate"] = "step"
            # the curve changes half way between two categories: this draws the outer halves of the first and the last
            marks.append(
                {
                    "transform": [_of([order]), _VALID],
                    "mark": {"type": "rule", "color": colour, "strokeWidth": 2, "tooltip": None},
                    "encoding": {"x": self._edge(0), "x2": {"field": "position", "bandPosition": 1}},
                }
            )
        marks.append({"transform": [_of([order])], "mark": mark})
        shown = series.mark in ("line", "dot") and self.layout.count <= _DOTS_UP_TO
        alone = [] if shown else _alone(series)
        dots = {"type": "point", "color": colour, "filled": True, "size": 30, "opacity": 1, **self._tip()}
        if shown or self.interactive:
            # an invisible point still takes the pointer
            marks.append(
                {"transform": [_of([order]), _VALID], "mark": dots if shown else dots | {"opacity": 0, "size": 80}}
            )
        if alone and series.mark != "step":
            # between two gaps there is no line to see
            marks.append({"transform": [_of([order]), {"filter": {"field": "position", "oneOf": alone}}], "mark": dots})
        return marks

    def _edge(self, where: int) -> Spec:
        share = bar_share(self.chart.kind, self.layout.step, self._across)
        return category_axis(self.chart, self.layout, self.theme, share, upright=False) | {"bandPosition": where}

    def _area(self) -> list[Spec]:
        """Return the band between the first two series: its two ends are brought side by side, missing stays missing."""
        colour = self._colour(0)
        both = [
            _of([0, 1]),
            {"calculate": "datum.order === 0 ? datum.value : null", "as": "low"},
            {"calculate": "datum.order === 1 ? datum.value : null", "as": "high"},
            {
                "aggregate": [
                    {"op": "max", "field": "low", "as": "low"},
                    {"op": "max", "field": "high", "as": "high"},
                ],
                "groupby": ["position"],
            },
        ]
        area: Spec = {
            "transform": both,
            "mark": {"type": "area", "color": colour, "opacity": 0.2, "tooltip": None},
            "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
        }
        edge = {"type": "line", "color": colour, "strokeWidth": 1, "opacity": 0.7, "tooltip": None}
        return [area, *({"transform": [_of([order])], "mark": edge} for order in (0, 1))]

    # -- labels ----------------------------------------------------------------------------------

    def _place_labels(self, rows: list[Spec]) -> dict[int, list[Box]]:
        """Write `dx`, `dy`, `align` and `place` into the rows whose label is printed; return each series' plates."""
        chart, layout = self.chart, self.layout
        boxes = {
            (order, at): box
            for order in self._bars
            for at in range(layout.count)
            if (box := self._bar_box(order, at)) is not None
        }
        lines = [
            run for order, series in enumerate(chart.series) if order not in self._bars for run in self._runs(series)
        ]
        keys: list[tuple[int, int]] = []
        anchors: list[Anchor] = []
        size = self._label_size()
        for order, series in enumerate(chart.series):
            for at in labelled(series):
                if chart.kind == "stacked" and series.mark == "bar":
                    continue
                keys.append((order, at))
                anchors.append(self._anchor(order, at, size, boxes.get((order, at))))
        frame = Box(-layout.left, -layout.top, layout.width + layout.right, layout.height)
        plates: dict[int, list[Box]] = {order: [] for order in range(len(chart.series))}
        by_key = {(row["order"], row["position"]): row for row in rows}
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

    def _label_size(self) -> float:
        """Return the size at which bars' labels fit over their bars."""
        room = self.layout.step * (
            0.98 if self._across < 2 else bar_share(self.chart.kind, self.layout.step, self._across) / self._across
        )
        texts = [
            clean(series.points[at].text)
            for series in self.chart.series
            if series.mark == "bar"
            for at in labelled(series)
        ]
        widest = max((width(text, LABEL) for text in texts), default=0.0)
        return LABEL if widest <= room else max(_LABEL_LEAST, round(LABEL * room / widest, 1))

    def _anchor(self, order: int, at: int, size: float, bar: Box | None) -> Anchor:
        series = self.chart.series[order]
        point = series.points[at]
        assert point.value is not None
        y = self._y(series, point.value)
        text = clean(point.text)
        if bar is None:
            last = series.labels == "last" and at == self.layout.count - 1
            wishes: tuple[Place, ...] = ("above", "right", "below", "left") if last else _ON_LINE
            return Anchor(text, size, self._x(at), y, wishes)
        outside: Place = "above" if point.value >= _baseline(self._axis(series)) else "below"
        inner: tuple[Place, ...] = ("inside", "foot") if bar.y1 - bar.y0 > size * 1.6 else ()
        return Anchor(text, size, (bar.x0 + bar.x1) / 2, y, (outside, *inner), bar)

    def _label_layers(self, orders: list[int], rows: list[Spec]) -> list[Spec]:
        found: list[Spec] = []
        size = self._label_size()
        for order in orders:
            series = self.chart.series[order]
            if not labelled(series):
                continue
            colour = self._colour(order)
            if series.mark != "bar":
                found.append(self._label(order, size, mix(colour, self.theme.ink, 0.2), {}))
            elif self.chart.kind == "stacked":
                middle = {"y": {"field": "value", "type": "quantitative", "stack": "zero", "bandPosition": 0.5}}
                found.append(self._stack_labels(orders, order, middle, on(colour, self.theme)))
            else:
                inside = {"field": "place", "oneOf": ["inside", "foot"]}
                found.append(self._label(order, size, self.theme.ink, self._offset(), {"not": inside}))
                if any(row.get("place") in ("inside", "foot") and row["order"] == order for row in rows):
                    found.append(self._label(order, size, on(colour, self.theme), self._offset(), inside))
        return found

    def _label(self, order: int, size: float, colour: str, encoding: Spec, where: Spec | None = None) -> Spec:
        tests: list[Any] = [_of([order]), _PLACED]
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

    def _stack_labels(self, orders: list[int], order: int, middle: Spec, colour: str) -> Spec:
        # all series take part in the stacking; the text of the others is empty
        text = {
            "condition": {"test": {"field": "order", "equal": order}, "field": "text", "type": "nominal"},
            "value": "",
        }
        return {
            "transform": [_of(orders), _VALID],
            "mark": {"type": "text", "fontSize": self._label_size(), "color": colour, "tooltip": None},
            "encoding": middle
            | {
                "text": text,
                "order": {"field": "order", "type": "quantitative"},
                "detail": {"field": "order", "type": "nominal"},
            },
        }

    # -- geometry --------------------------------------------------------------------------------

    def _axis(self, series: Series) -> Axis:
        axis = self.chart.y2_axis if self._axis_number(series) == 2 else self.chart.y_axis
        assert axis is not None
        return axis

    def _x(self, at: int) -> float:
        return (at + 0.5) * self.layout.step

    def _y(self, series: Series, value: Fraction) -> float:
        return self.layout.height - position(self._axis(series), value, self.layout.height)

    def _bar_box(self, order: int, at: int) -> Box | None:
        chart, series = self.chart, self.chart.series[order]
        value = series.points[at].value
        if value is None:
            return None
        band = self.layout.step * bar_share(chart.kind, self.layout.step, self._across)
        wide = band / self._across
        left = self._x(at) - band / 2
        low = _baseline(self._axis(series))
        if chart.kind == "stacked":
            before = [chart.series[each].points[at].value or Fraction(0) for each in self._bars if each < order]
            low = Fraction(sum(each for each in before if (each > 0) == (value > 0)))
            value += low
        else:
            left += wide * self._bars.index(order)
        ends = sorted((self._y(series, value), self._y(series, low)))
        return Box(left, ends[0], left + wide, ends[1])

    def _runs(self, series: Series) -> list[Line]:
        runs: list[list[tuple[float, float]]] = [[]]
        for at, point in enumerate(series.points):
            if point.value is None:
                runs.append([])
            else:
                runs[-1].append((self._x(at), self._y(series, point.value)))
        return [run for run in runs if run]

    # -- ranking and scatter ---------------------------------------------------------------------

    def ranking(self, rows: list[Spec]) -> list[Spec]:
        """Return horizontal bars with their labels at the ends; a negative one's label stands right of zero."""
        chart, layout, theme = self.chart, self.layout, self.theme
        step = layout.height / layout.count
        share = min(bar_share("ranking", step, 1), 18.0 / step)
        y = category_axis(chart, layout, theme, share, upright=True)
        x = value_axis(chart.y_axis, "y", "value", theme)
        x["axis"] |= {"orient": "bottom"}
        base = float(_baseline(chart.y_axis))
        low, high = chart.y_axis.ticks[0].value, chart.y_axis.ticks[-1].value
        colour: Spec = {"value": self._colour(0)}
        if chart.highlight is not None:
            colour["condition"] = {
                "test": {"field": "position", "equal": chart.highlight},
                "value": theme.highlight,
            }
        marks: list[Spec] = [
            {
                "transform": [_of([0]), _VALID],
                "mark": {"type": "bar", **self._tip()},
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
                        _of([0]),
                        {"filter": f"isString(datum.place) && datum.value {sign} {base!r}"},
                    ],
                    "mark": {"type": "text", "align": "left", "dx": GAP - 2, "fontSize": size, "tooltip": None},
                    "encoding": {"text": {"field": "text", "type": "nominal"}, **at},
                }
            )
        return [{"encoding": {"y": y, "x": x}, "layer": marks}]

    def scatter(self, rows: list[Spec]) -> list[Spec]:
        """Return the items as dots, the names of some beside them."""
        chart, layout, theme = self.chart, self.layout, self.theme
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
            dot = (position(chart.x_axis, here, layout.width), self._y(up, there))
            dots.append(dot)
            if at in chart.labelled:
                keys.append(row)
                anchors.append(Anchor(row["category"], LABEL, *dot, ("right", "above", "left", "below")))
        bars = [Box(dx - 4, dy - 4, dx + 4, dy + 4) for dx, dy in dots]
        frame = Box(0, -GAP, layout.width + layout.right, layout.height)
        for row, placed in zip(keys, place(anchors, bars, [], frame), strict=True):
            row |= {"place": placed.place, "dx": round(placed.dx, 2), "dy": round(placed.dy, 2), "align": placed.align}
        colour: Spec = {"value": self._colour(0)}
        if chart.highlight is not None:
            colour["condition"] = {"test": {"field": "position", "equal": chart.highlight}, "value": theme.highlight}
        valid = [{"filter": {"field": name, "valid": True}} for name in ("x", "y")]
        mark = {"type": "point", "filled": True, "size": 52, "opacity": 0.85, **self._tip()}
        named = self._label(0, LABEL, theme.ink, {})
        named["transform"] = [_PLACED]
        named["encoding"] = {"text": {"field": "category", "type": "nominal"}}
        return [
            {
                "encoding": {"x": x, "y": y},
                "layer": [{"transform": valid, "mark": mark, "encoding": {"color": colour}}, named],
            }
        ]


def labelled(series: Series) -> list[int]:
    """Return the positions of the points whose text is printed."""
    there = [at for at, point in enumerate(series.points) if point.value is not None and point.text]
    return {"all": there, "last": there[-1:], "none": []}[series.labels]


def _of(orders: list[int]) -> Spec:
    return {"filter": {"field": "order", "oneOf": orders}}


def _baseline(axis: Axis) -> Fraction:
    """Return where bars start: at zero, or at the end of the axis that is nearest to it."""
    return min(max(Fraction(0), axis.ticks[0].value), axis.ticks[-1].value)


def _alone(series: Series) -> list[int]:
    values = [None, *(point.value for point in series.points), None]
    return [
        at
        for at in range(len(series.points))
        if values[at] is None and values[at + 1] is not None and values[at + 2] is None
    ]
