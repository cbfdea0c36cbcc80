"""The Vega-Lite specification of a chart: what the PDF and the HTML draw.

Its data are `data.values`, one row a point: `position` and `category` (of the first axis), `order` and `series` (which
series), `value` (a double, null where it is missing), `text` (the point's label) and `fact`. A scatter has one row an
item: `x`, `y`, `x_text`, `y_text`, `x_fact`, `y_fact`. Texts of axes stand in `params`: `category_labels`, and
`y_values` with `y_labels` (the same for `y2` and `x`). No text is ever part of an expression.
"""

from __future__ import annotations

from fractions import Fraction

from yanbao.document.theme import Theme
from yanbao.document.tree import Axis, Chart, Exhibit, Point, Series
from yanbao.errors import RenderError
from yanbao.quantity.printing import format_value
from yanbao.render.vega_columns import upright
from yanbao.render.vega_items import calls, ranking, scatter, tornado
from yanbao.render.vega_layout import category_names, layout, names
from yanbao.render.vega_parts import Spec, axis_titles, config, legend, params
from yanbao.render.vega_plot import Plot
from yanbao.render.vega_text import clean, measured_in

_GAP = "\u2003"  # between the words of a tooltip, which hold spaces of their own
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


def spec(exhibit: Exhibit, theme: Theme, *, width: float, height: float, interactive: bool = False) -> Spec:
    """Return the Vega-Lite specification of an exhibit's chart, `width` by `height` pixels in all.

    How is this chart drawn? The axes hold exactly the ticks given, missing points are gaps, and nothing is drawn that
    is not in the chart. `interactive` adds the texts of tooltips (`tip`) to the rows.

    Raises:
        RenderError: the exhibit is no chart, its series and axes don't go together, or it doesn't fit in the picture.
    """
    chart = exhibit.body
    if not isinstance(chart, Chart):
        raise RenderError(f"exhibit {exhibit.id} is no chart")
    _check(exhibit.id, chart)
    with measured_in(theme.font):
        return _spec(exhibit, chart, theme, width, height, interactive)


def _spec(exhibit: Exhibit, chart: Chart, theme: Theme, width: float, height: float, interactive: bool) -> Spec:
    plan = layout(chart, width, height)
    values = _items(chart, interactive) if chart.kind == "scatter" else _points(chart, interactive)
    drawn, resolve = _layers(Plot(chart, plan, theme, interactive), values)
    return {
        "$schema": _SCHEMA,
        "description": clean(exhibit.alt),
        "width": round(plan.width, 2),
        "height": round(plan.height, 2),
        "padding": {
            "left": round(plan.left, 2),
            "top": round(plan.top, 2),
            "right": round(plan.right, 2),
            "bottom": round(plan.bottom, 2),
        },
        "autosize": {"type": "none"},
        "background": theme.paper,
        "params": params(chart, plan),
        "data": {"name": "points", "values": values},
        "layer": [*drawn, *legend(chart, plan, theme), *axis_titles(chart, plan, theme)],
        "resolve": resolve,
        "config": config(theme),
    }


def _layers(plot: Plot, rows: list[Spec]) -> tuple[list[Spec], Spec]:
    """Return a chart's layers and how their scales are shared. Where labels stand is written into `rows`."""
    if plot.chart.kind == "ranking":
        return ranking(plot, rows), {}
    if plot.chart.kind == "tornado":
        return tornado(plot, rows), {}
    if plot.chart.kind == "scatter":
        return scatter(plot, rows), {}
    if plot.chart.kind == "calls":
        return calls(plot), {}
    return upright(plot, rows)


def point_text(series: Series, point: Point) -> str:
    """Return how a point is printed where its label isn't: its own text, else its value in the series' places."""
    if point.value is None or point.text:
        return clean(point.text)
    return format_value(point.value, series.decimals, grouping=True)


def _identifier(fact: str | None) -> str | None:
    return None if fact is None else clean(fact)


def _points(chart: Chart, interactive: bool) -> list[Spec]:
    categories, series_names = category_names(chart), names(chart)
    rows: list[Spec] = []
    for order, series in enumerate(chart.series):
        for position, point in enumerate(series.points):
            row: Spec = {
                "position": position,
                "category": categories[position],
                "order": order,
                "series": clean(series.id),
                "name": series_names[order],
                "value": None if point.value is None else float(point.value),
                "text": clean(point.text),
                "fact": _identifier(point.fact),
            }
            if interactive and point.value is not None:
                row["tip"] = _GAP.join((categories[position], *_told(chart, order, position)))
            rows.append(row)
    return rows


def _told(chart: Chart, order: int, position: int) -> tuple[str, str]:
    """Return what a tooltip tells of a point: its series and value, of a call its day and class."""
    series = chart.series[order]
    text = point_text(series, series.points[position])
    if chart.kind == "calls":
        return point_text(chart.series[0], chart.series[0].points[position]), text
    return names(chart)[order], text


def _items(chart: Chart, interactive: bool) -> list[Spec]:
    across, up = chart.series
    rows: list[Spec] = []
    for position, name in enumerate(category_names(chart)):
        x, y = across.points[position], up.points[position]
        row: Spec = {
            "position": position,
            "category": name,
            "x": None if x.value is None else float(x.value),
            "y": None if y.value is None else float(y.value),
            "x_text": clean(x.text),
            "y_text": clean(y.text),
            "x_fact": _identifier(x.fact),
            "y_fact": _identifier(y.fact),
        }
        if interactive and x.value is not None and y.value is not None:
            told = [
                f"{label} {point_text(each, point)}"
                for label, each, point in zip(names(chart), chart.series, (x, y), strict=True)
            ]
            row["tip"] = _GAP.join((name, *told))
            row["fact"] = row["y_fact"]
        rows.append(row)
    return rows


def _check(name: str, chart: Chart) -> None:
    """Refuse what would be drawn wrongly: points without a category, values off their axis, an axis without length."""
    for axis in filter(None, (chart.y_axis, chart.y2_axis, chart.x_axis)):
        values = [tick.value for tick in axis.ticks]
        if len(values) < 2 or values != sorted(set(values)):
            raise RenderError(f"exhibit {name}: an axis needs two or more rising ticks")
    if not chart.series or not chart.categories:
        raise RenderError(f"exhibit {name}: a chart needs a series and a category")
    if chart.kind == "scatter" and (len(chart.series) != 2 or chart.x_axis is None):
        raise RenderError(f"exhibit {name}: a scatter needs two series and an x axis")
    if chart.kind == "calls" and (len(chart.series) < 2 or chart.x_axis is None):
        raise RenderError(f"exhibit {name}: calls have a series of days, one of a class, and an x axis")
    if chart.kind == "band" and (
        chart.areas != tuple(range(len(chart.areas))) or len(chart.areas) % 2 or not chart.areas
    ):
        raise RenderError(f"exhibit {name}: a band starts with its low and its high series, as many of each")
    if chart.kind == "whiskers" and [series.mark == "end" for series in chart.series[:3]] != [True, True, False]:
        raise RenderError(f"exhibit {name}: whiskers start with their low and their high series, then dots")
    if chart.kind == "tornado":
        if chart.base is None or chart.base.value is None or len(chart.series) != 2:
            raise RenderError(f"exhibit {name}: a tornado has a base, and a low and a high series")
        _inside(name, chart.series[0], chart.y_axis, chart.base.value)
    for order, series in enumerate(chart.series):
        if len(series.points) != len(chart.categories):
            raise RenderError(
                f"exhibit {name}: series {series.id} has {len(series.points)} points"
                f" for {len(chart.categories)} categories"
            )
        axis = _axis(chart, order, series)
        for point in series.points:
            _inside(name, series, axis, point.value)
    if chart.kind == "stacked":
        _stacks(name, chart)


def _axis(chart: Chart, order: int, series: Series) -> Axis:
    if chart.dotted and order == 0 and chart.x_axis:
        return chart.x_axis
    return chart.y2_axis if series.axis == 2 and chart.y2_axis else chart.y_axis


def _inside(name: str, series: Series, axis: Axis, value: Fraction | None) -> None:
    if value is not None and not axis.ticks[0].value <= value <= axis.ticks[-1].value:
        raise RenderError(
            f"exhibit {name}: {float(value):g} of series {series.id} is outside its axis"
            f" ({axis.ticks[0].text} to {axis.ticks[-1].text})\n    hint: widen the axis"
        )


def _stacks(name: str, chart: Chart) -> None:
    if not chart.y_axis.ticks[0].value <= 0 <= chart.y_axis.ticks[-1].value:
        raise RenderError(f"exhibit {name}: the axis of stacked bars must hold 0")
    for position in range(len(chart.categories)):
        values = [series.points[position].value or Fraction(0) for series in chart.series if series.mark == "bar"]
        for total in (sum(value for value in values if value > 0), sum(value for value in values if value < 0)):
            _inside(name, chart.series[-1], chart.y_axis, Fraction(total))
