"""A chart with its layout: which axis, colour and pixels each of its series and points has."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from yanbao.document.theme import Theme
from yanbao.document.tree import Axis, Chart, Series
from yanbao.render.vega_labels import Box, Line
from yanbao.render.vega_layout import Layout, bar_share, position
from yanbao.render.vega_parts import Spec, series_colour

VALID: Spec = {"filter": {"field": "value", "valid": True}}
PLACED: Spec = {"filter": "isString(datum.place)"}  # rows whose label is printed


@dataclass(frozen=True)
class Plot:
    """A chart, its layout and its look."""

    chart: Chart
    layout: Layout
    theme: Theme
    interactive: bool

    @property
    def bars(self) -> list[int]:
        """Return which series are bars."""
        return [order for order, series in enumerate(self.chart.series) if series.mark == "bar"]

    @property
    def across(self) -> int:
        """Return how many bars stand side by side in a category."""
        return min(1, len(self.bars)) if self.chart.kind == "stacked" else len(self.bars)

    @property
    def share(self) -> float:
        """Return the share of a category's step that its bars fill."""
        return bar_share(self.chart.kind, self.layout.step, self.across)

    @property
    def tip(self) -> Spec:
        """Return what a mark needs to show its tooltip and to be clicked; without it Vega would make one of its own."""
        return {"tooltip": {"expr": "datum.tip"}, "cursor": "pointer"} if self.interactive else {"tooltip": None}

    def axis_number(self, series: Series) -> int:
        """Return 2 where a series belongs to the right axis."""
        return 2 if series.axis == 2 and self.chart.y2_axis else 1

    def axis(self, series: Series) -> Axis:
        """Return the axis of a series."""
        axis = self.chart.y2_axis if self.axis_number(series) == 2 else self.chart.y_axis
        assert axis is not None
        return axis

    def colour(self, order: int) -> str:
        """Return the colour of a series."""
        return series_colour(self.chart, order, self.theme)

    def x(self, at: int) -> float:
        """Return the middle of a category."""
        return (at + 0.5) * self.layout.step

    def y(self, series: Series, value: Fraction) -> float:
        """Return how far down a value stands."""
        return self.layout.height - position(self.axis(series), value, self.layout.height)

    def bar_box(self, order: int, at: int) -> Box | None:
        """Return where a bar is drawn, `None` where it is missing."""
        chart, series = self.chart, self.chart.series[order]
        value = series.points[at].value
        if value is None:
            return None
        band = self.layout.step * self.share
        wide = band / self.across
        left = self.x(at) - band / 2
        low = baseline(self.axis(series))
        if chart.kind == "stacked":
            before = [chart.series[each].points[at].value or Fraction(0) for each in self.bars if each < order]
            low = Fraction(sum(each for each in before if (each > 0) == (value > 0)))
            value += low
        else:
            left += wide * self.bars.index(order)
        ends = sorted((self.y(series, value), self.y(series, low)))
        return Box(left, ends[0], left + wide, ends[1])

    def runs(self, series: Series) -> list[Line]:
        """Return a line's runs of points without a gap."""
        runs: list[list[tuple[float, float]]] = [[]]
        for at, point in enumerate(series.points):
            if point.value is None:
                runs.append([])
            else:
                runs[-1].append((self.x(at), self.y(series, point.value)))
        return [run for run in runs if run]

    def strokes(self) -> list[Line]:
        """Return the strokes between the ends of whiskers."""
        low, high = self.chart.series[:2]
        both = zip(low.points, high.points, strict=True)
        return [
            [(self.x(at), self.y(low, one.value)), (self.x(at), self.y(high, other.value))]
            for at, (one, other) in enumerate(both)
            if one.value is not None and other.value is not None
        ]

    def offset(self) -> Spec:
        """Return the encoding that puts bars side by side, none where there is one a category."""
        if self.across < 2:
            return {}
        scale = {"domain": self.bars, "paddingInner": 0.08, "paddingOuter": 0}
        return {"xOffset": {"field": "order", "type": "nominal", "scale": scale}}


def labelled(series: Series) -> list[int]:
    """Return the positions of the points whose text is printed."""
    there = [at for at, point in enumerate(series.points) if point.value is not None and point.text]
    return {"all": there, "last": there[-1:], "none": []}[series.labels]


def of(orders: list[int]) -> Spec:
    """Return the transform that keeps the rows of some series."""
    return {"filter": {"field": "order", "oneOf": orders}}


def baseline(axis: Axis) -> Fraction:
    """Return where bars start: at zero, or at the end of the axis that is nearest to it."""
    return min(max(Fraction(0), axis.ticks[0].value), axis.ticks[-1].value)


def alone(series: Series) -> list[int]:
    """Return the positions of the points between two gaps, where a line shows nothing."""
    values = [None, *(point.value for point in series.points), None]
    return [
        at
        for at in range(len(series.points))
        if values[at] is None and values[at + 1] is not None and values[at + 2] is None
    ]
