"""Where the parts of a chart stand, in pixels: padding, plot, legend and category labels.

The layout is computed here and handed to Vega as fixed numbers, so that a chart is the same whatever fonts the machine
measures with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from yanbao.document.tree import Axis, Chart, plain
from yanbao.errors import RenderError
from yanbao.render.vega_labels import END
from yanbao.render.vega_text import clean, fits, pieces, widest, width, wrap

TICK, LEGEND, LABEL = 11.0, 11.5, 10.5  # font sizes
LINE = 1.25  # height of a line in font sizes
GAP = 6.0  # between an axis and its labels
SWATCH = 18.0  # a legend's swatch and the gap before its name
_ROW = 18.0  # height of a legend row
_LEGEND_GAP = 16.0
_EDGE = 6.0  # nothing stands nearer to the edge of the picture
_HEADROOM = 15.0  # between a name or title and the plot: room for the label of a value at the top tick
_CALM = 10.0  # the same where no labels are printed
_SIZES = (11.0, 10.0, 9.0, 8.0)  # of category labels
_LINES = 3  # of a category label
_NAMES_SHARE = 0.42  # of a ranking's width that its names may take
_BAR_SHARE = {"grouped": 0.72, "ranking": 0.64, "tornado": 0.64}
_BAR_MOST = 46.0  # widest bar
_LEAST = (60.0, 40.0)  # smallest plot


@dataclass(frozen=True)
class CategoryLabels:
    """The category labels as lines, one tuple a category, and their font size."""

    lines: tuple[tuple[str, ...], ...]
    size: float

    @property
    def rows(self) -> int:
        """Lines of the tallest label."""
        return max((len(lines) for lines in self.lines), default=0)


@dataclass(frozen=True)
class LegendItem:
    """A series' swatch and name: `x`, `y` are in the plot's pixels, the swatch's left end and middle."""

    order: int
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Layout:
    """The plot's place in the picture and what stands around it."""

    left: float
    top: float
    right: float
    bottom: float
    width: float  # of the plot
    height: float
    categories: CategoryLabels
    legend: tuple[LegendItem, ...]
    caption_y: float  # middle of the first row above the plot
    titles_y: float  # middle of the row that holds the axes' titles
    count: int  # of categories

    @property
    def step(self) -> float:
        """Pixels from one category to the next."""
        return (self.width if self.count else 0.0) / max(1, self.count)


@dataclass(frozen=True)
class _Sides:
    left: float
    right: float


def names(chart: Chart) -> list[str]:
    """Return the names of a chart's series."""
    return [clean(plain(series.name)) for series in chart.series]


def category_names(chart: Chart) -> list[str]:
    """Return the names of a chart's categories."""
    return [clean(plain(category.text)) for category in chart.categories]


def bar_share(kind: str, step: float, across: int) -> float:
    """Return the share of a category's step that its `across` bars fill; all of it where there are none."""
    if not across:
        return 1.0
    return min(_BAR_SHARE.get(kind, 0.56), _BAR_MOST * across / step)


def position(axis: Axis, value: Fraction, length: float) -> float:
    """Return how far along an axis of `length` pixels a value stands."""
    low, high = axis.ticks[0].value, axis.ticks[-1].value
    return float((value - low) / (high - low)) * length


def layout(chart: Chart, total_width: float, total_height: float) -> Layout:
    """Return the layout of a chart in a picture of the given size in pixels.

    Raises:
        RenderError: the picture is too small for the chart.
    """
    series, labels = names(chart), category_names(chart)
    sides = _sides(chart, labels, total_width)
    legend = _legend(chart, series, total_width - 2 * _EDGE) if len(series) > 1 and chart.kind != "scatter" else []
    head = _EDGE + _ROW * (len(legend) or (len(series) == 1))
    titles = _ROW if _titled(chart) else 0.0
    labelled = not chart.sideways and any(each.labels != "none" for each in chart.series)
    top = head + titles + (_HEADROOM if labelled else _CALM)
    categories, sides = _categories(chart, labels, sides, total_width, total_height - top)
    bottom = _EDGE + GAP + _foot(chart, categories)
    plot = (total_width - sides.left - sides.right, total_height - top - bottom)
    if plot[0] < _LEAST[0] or plot[1] < _LEAST[1]:
        raise RenderError(
            f"a chart of {len(labels)} categories does not fit in {total_width:g} x {total_height:g} pixels\n"
            "    hint: give it more room, shorten its labels, or split it"
        )
    items = (
        LegendItem(order, series[order], _EDGE - sides.left + x, _EDGE + _ROW * (row + 0.5) - top)
        for row, line in enumerate(legend)
        for order, x in line
    )
    return Layout(
        left=sides.left,
        top=top,
        right=sides.right,
        bottom=bottom,
        width=plot[0],
        height=plot[1],
        categories=categories,
        legend=tuple(items),
        caption_y=_EDGE + _ROW / 2 - top,
        titles_y=head + _ROW / 2 - top,
        count=len(labels),
    )


def _titled(chart: Chart) -> bool:
    return chart.kind == "scatter" or any(axis and axis.title for axis in (chart.y_axis, chart.y2_axis))


def tick_texts(axis: Axis | None) -> list[str]:
    """Return the texts of an axis' ticks, none for no axis."""
    return [clean(tick.text) for tick in axis.ticks] if axis else []


def _sides(chart: Chart, labels: list[str], total: float) -> _Sides:
    if chart.sideways:
        left = _EDGE + min(widest(labels, TICK), total * _NAMES_SHARE) + GAP
        half = widest(tick_texts(chart.y_axis)[-1:], TICK) / 2
        return _Sides(left, _EDGE + max(half, _past_the_bars(chart, total - left - _EDGE)))
    left = _EDGE + widest(tick_texts(chart.y_axis), TICK) + GAP
    right = _EDGE + (widest(tick_texts(chart.y2_axis), TICK) + GAP if chart.y2_axis else 4.0)
    if chart.dotted:
        right = max(right, _EDGE + widest(tick_texts(chart.x_axis)[-1:], TICK) / 2)
    return _Sides(left, right)


def _past_the_bars(chart: Chart, room: float) -> float:
    """Return how much of `room` must be kept free right of the plot for the labels at the ends of its bars."""
    needs = [0.0]
    for series in chart.series:
        for point in series.points:
            if series.labels == "none" or point.value is None:
                continue
            end = point.value if chart.kind == "tornado" else max(point.value, Fraction(0))
            share = position(chart.y_axis, end, 1.0)
            if share > 0:
                label = width(clean(point.text), LABEL) + GAP
                needs.append((label - room * (1 - share)) / share)
    return max(needs)


def _legend(chart: Chart, series: Sequence[str], room: float) -> list[list[tuple[int, float]]]:
    rows: list[list[tuple[int, float]]] = [[]]
    x = 0.0
    for order, name in enumerate(series):
        if chart.kind == "calls" and not order:  # the days are no class
            continue
        item = SWATCH + width(name, LEGEND)
        if rows[-1] and x + item > room:
            rows.append([])
            x = 0.0
        rows[-1].append((order, x))
        x += item + _LEGEND_GAP
    return rows


def _foot(chart: Chart, categories: CategoryLabels) -> float:
    if chart.sideways or chart.kind == "calls":
        return TICK * LINE
    if chart.kind == "scatter":
        return TICK * LINE + _ROW
    return categories.rows * categories.size * LINE


def _categories(
    chart: Chart, labels: list[str], sides: _Sides, total: float, height: float
) -> tuple[CategoryLabels, _Sides]:
    """Return the category labels, and the sides with room for the last of them."""
    if chart.dotted or not labels:
        return CategoryLabels((), TICK), sides
    if chart.sideways:
        step = (height - _EDGE - GAP - TICK * LINE) / len(labels)
        return _beside(labels, step, sides.left - _EDGE - GAP), sides
    step = (total - sides.left - sides.right) / len(labels)
    found = _below(labels, step)
    past = max(widest(found.lines[-1], found.size) / 2 + 2.0, _end_labels(chart)) - step / 2
    if past > sides.right:
        sides = _Sides(sides.left, past)
        found = _below(labels, (total - sides.left - past) / len(labels))
    return found, sides


def _end_labels(chart: Chart) -> float:
    """Return how far the labels of last points reach to the right of them; on a right axis they may stand above."""
    if chart.y2_axis:
        return 0.0
    ends = [each.points[-1] for each in chart.series if each.labels == "last" and each.mark != "bar"]
    return max((width(clean(point.text), LABEL) + END + 2.0 for point in ends if point.value is not None), default=0.0)


def _beside(labels: list[str], step: float, room: float) -> CategoryLabels:
    """Return the labels of a ranking: as large as its rows allow, in two lines where the rows hold two."""
    for size in _SIZES:
        lines = [tuple(wrap(label, size, room)) for label in labels]
        most = max(1, int(step / (size * LINE)))
        if step >= size * 1.2 and all(fits(each, size, room, most) for each in lines):
            return CategoryLabels(tuple(lines), size)
    size = max(6.0, min(_SIZES[-1], step * 0.95, _SIZES[-1] * room / max(1.0, widest(labels, _SIZES[-1]))))
    return CategoryLabels(tuple((label,) for label in labels), size)


def _below(labels: list[str], step: float) -> CategoryLabels:
    limit = step * 0.96
    for size in _SIZES:
        lines = [tuple(wrap(label, size, limit)) for label in labels]
        if all(fits(each, size, limit, _LINES) for each in lines):
            return CategoryLabels(tuple(lines), size)
    for rows in (2, 3):  # each label one row below the one before it: it may be `rows` steps wide
        for size in _SIZES[1:]:
            if widest(labels, size) <= rows * limit:
                stairs = (("",) * (index % rows) + (label,) for index, label in enumerate(labels))
                return CategoryLabels(tuple(stairs), size)
    size = _SIZES[-1]
    if widest((piece for label in labels for piece in pieces(label)), size) <= limit:
        return CategoryLabels(tuple(tuple(wrap(label, size, limit)) for label in labels), size)
    # hundreds of days: as on any time axis every k-th is printed, counted from the last; the data hold all
    every = int(widest(labels, size) * 1.15 / step) + 1
    shown = set(range(len(labels) - 1, -1, -every))
    return CategoryLabels(tuple((label,) if index in shown else ("",) for index, label in enumerate(labels)), size)
