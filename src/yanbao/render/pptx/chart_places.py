"""Where the labels of a chart's points stand, so that they miss bars, lines, dots and each other.

PowerPoint lays the plot out itself: the sizes here are what its plot comes to, within a few points.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from yanbao.document.text_width import text_width, width
from yanbao.document.tree import Axis, Chart, Series
from yanbao.render.pptx.chart_labels import LABEL_SIZE, printed
from yanbao.render.tornado import label_side

_HEIGHT = LABEL_SIZE * 1.35  # of a label
_LABEL_GAP = 3.0  # between the end of a bar and its label, about
_DOT = 4.0  # radius of a marker and the space around it
_LINES = ("line", "rule", "dot")


@dataclass(frozen=True)
class Plot:
    """The size of the plot in points."""

    width: float
    height: float


@dataclass(frozen=True)
class _Rectangle:
    left: float
    foot: float
    right: float
    top: float

    def overlap(self, other: _Rectangle) -> float:
        across = min(self.right, other.right) - max(self.left, other.left)
        up = min(self.top, other.top) - max(self.foot, other.foot)
        return across * up if across > 0 and up > 0 else 0.0


def bar_place(chart: Chart, order: int, bar_width: float, plot: Plot) -> str:
    """Return where the labels of a series of columns stand: above them, or inside where lines need that room."""
    series = chart.series[order]
    if chart.kind == "stacked" and series.mark == "bar":
        return "ctr"
    lines = [at for at, each in enumerate(chart.series) if each.mark in _LINES]
    if chart.sideways or not lines or series.mark == "step":
        return "outEnd"
    taken = {at: list(_taken(chart, lines, at, plot)) for at in printed(series)}
    widest = max((width(series.points[at].text, LABEL_SIZE) for at in taken), default=0.0)
    inside: tuple[str, ...] = ("inBase", "inEnd") if widest <= bar_width * 1.02 else ()
    costs = [
        sum(_cost(_bar_span(series, at, place, _axis(chart, series), plot), taken[at]) for at in taken)
        for place in ("outEnd", *inside)
    ]
    return ("outEnd", *inside)[costs.index(min(costs))]


def rank_places(chart: Chart, size: float, plot: Plot) -> tuple[dict[int, str], dict[int, float]]:
    """Return where the labels of a ranking's bars stand, and how many points right of there.

    That is outside of their end. Left of the plot stand the names: a bar below 0 that leaves its label no room there
    has it inside, or, where it is too short for that, right of the line of 0.
    """
    series, axis = chart.series[0], chart.y_axis
    nil = _share(min(max(Fraction(0), axis.ticks[0].value), axis.ticks[-1].value), axis) * plot.width
    places: dict[int, str] = {}
    shifts: dict[int, float] = {}
    for at in printed(series):
        here = series.points[at].value
        assert here is not None
        end = _share(here, axis) * plot.width
        long = width(series.points[at].text, size) + 2 * _LABEL_GAP
        free = here >= 0 or end >= long
        places[at] = "outEnd" if free or nil - end < long else "inEnd"
        if not free and nil - end < long:
            shifts[at] = nil - end + long + _LABEL_GAP
    return places, shifts


def tornado_shifts(chart: Chart, order: int, size: float) -> dict[int, float]:
    """Return how many points right of their place labels of a tornado stand.

    A bar of no length has its label right of it; where the other end's bar is there, it is moved to the left.
    """
    assert chart.base is not None
    series = chart.series[order]
    ends = (at for at in printed(series) if series.points[at].value == chart.base.value)
    return {
        at: -(width(series.points[at].text, size) + 3 * _LABEL_GAP)
        for at in ends
        if label_side(chart, order, at) == "left"
    }


def line_places(chart: Chart, order: int, plot: Plot) -> dict[int, str]:
    """Return where a line's labels stand: outside of the other lines, else below a trough and above the rest."""
    series = chart.series[order]
    mine = _axis(chart, series)
    others = [
        each
        for at, each in enumerate(chart.series)
        if at != order
        and each.mark in _LINES
        and (each.labels != "none" or chart.kind == "band")
        and _axis(chart, each) is mine
    ]
    if chart.kind == "whiskers":  # beside the stroke: the first dot's at the right, the others' at the left
        return dict.fromkeys(printed(series), "r" if order == 2 else "l")
    places = {}
    for at in printed(series):
        here = series.points[at].value
        assert here is not None
        rivals = [v for other in others if (v := other.points[at].value) is not None]
        sides = [series.points[i].value for i in (at - 1, at + 1) if 0 <= i < len(series.points)]
        trough = len(sides) == 2 and all(v is not None and v > here for v in sides)
        below = any(v > here for v in rivals) if rivals else trough
        height = _share(here, mine) * plot.height
        if below and height < _HEIGHT + _DOT:  # there the categories stand
            places[at] = "r" if rivals and at + 1 < len(series.points) else "t"
        else:
            places[at] = "b" if below else "t"
    return places


def item_places(chart: Chart, plot: Plot) -> dict[int, str]:
    """Return where the names of a scatter's items stand: on the side with the fewest dots and names."""
    assert chart.x_axis is not None
    dots = {}
    for at, one in enumerate(chart.series[0].points):
        up = next((each.points[at].value for each in chart.series[1:] if each.points[at].value is not None), None)
        if one.value is not None and up is not None:
            x, y = _share(one.value, chart.x_axis) * plot.width, _share(up, chart.y_axis) * plot.height
            dots[at] = _Rectangle(x - _DOT, y - _DOT, x + _DOT, y + _DOT)
    frame = _Rectangle(0.0, 0.0, plot.width, plot.height)
    names: list[_Rectangle] = []
    places = {}
    for at in (each for each in chart.labelled if each in dots):
        long = text_width(chart.categories[at].text, LABEL_SIZE) + _DOT
        options = []
        around = sorted(_around(dots[at], long), key=lambda found: found[0] != "t" and chart.kind == "calls")
        for rank, (place, box) in enumerate(around):  # calls stand on lines: a name above is not struck through
            cost = sum(box.overlap(dot) for other, dot in dots.items() if other != at)
            cost += 2 * sum(box.overlap(name) for name in names)
            cost += long * _HEIGHT - box.overlap(frame)
            options.append((cost + rank, place, box))
        _, places[at], box = min(options, key=lambda option: option[0])
        names.append(box)
    return places


def _around(dot: _Rectangle, long: float) -> Iterator[tuple[str, _Rectangle]]:
    x, y, half = (dot.left + dot.right) / 2, (dot.foot + dot.top) / 2, _HEIGHT / 2
    yield "r", _Rectangle(dot.right, y - half, dot.right + long, y + half)
    yield "l", _Rectangle(dot.left - long, y - half, dot.left, y + half)
    yield "t", _Rectangle(x - long / 2, dot.top, x + long / 2, dot.top + _HEIGHT)
    yield "b", _Rectangle(x - long / 2, dot.foot - _HEIGHT, x + long / 2, dot.foot)


def _taken(chart: Chart, lines: list[int], at: int, plot: Plot) -> Iterator[tuple[float, float]]:
    """Yield the heights that lines, their markers and labels take at a category."""
    for order in lines:
        series = chart.series[order]
        here = series.points[at].value
        if here is None:
            continue
        middle = _share(here, _axis(chart, series)) * plot.height
        low, high = middle - _DOT, middle + _DOT
        place = line_places(chart, order, plot).get(at)
        yield (low - (_HEIGHT if place == "b" else 0.0), high + (_HEIGHT if place == "t" else 0.0))


def _bar_span(series: Series, at: int, place: str, axis: Axis, plot: Plot) -> tuple[float, float]:
    """Return the heights that a column's label takes."""
    here = series.points[at].value
    assert here is not None
    nil = _share(max(Fraction(0), axis.ticks[0].value), axis) * plot.height
    end = _share(here, axis) * plot.height
    up = 1 if end >= nil else -1
    start = {"outEnd": end, "inEnd": end - up * _HEIGHT, "inBase": nil}[place]
    if place != "outEnd" and abs(end - nil) < _HEIGHT:
        return (min(end, nil) - _HEIGHT, max(end, nil) + _HEIGHT)  # does not fit: as if it were in the way
    return (min(start, start + up * _HEIGHT), max(start, start + up * _HEIGHT))


def _cost(span: tuple[float, float], taken: list[tuple[float, float]]) -> float:
    return sum(max(0.0, min(span[1], high) - max(span[0], low)) for low, high in taken)


def _axis(chart: Chart, series: Series) -> Axis:
    return chart.y2_axis if series.axis == 2 and chart.y2_axis is not None else chart.y_axis


def _share(value: Fraction, axis: Axis) -> float:
    low, high = axis.ticks[0].value, axis.ticks[-1].value
    return float((value - low) / (high - low)) if high > low else 0.0
