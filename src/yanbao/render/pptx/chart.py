"""A chart of the tree as a native chart whose data are the tree's series, value for value.

Kinds without a native counterpart keep the tree's values too, and are drawn with what there is:

- `step` is columns without gaps between them: each value holds from one boundary to the next;
- `band` is the upper percentile as a tinted area with the lower one as a paper-coloured area before it; of bands
  inside each other the wider ones stand behind;
- `tornado` is bars whose axis of categories stands at the base case, where bars begin;
- `whiskers` is a line chart without lines: dashes at the ends, error bars from the low ends up, and markers;
- `bar-line` is a column chart and a line chart in one plot, the lines on axes of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from yanbao.document.layout import Box
from yanbao.document.text_width import text_width, width
from yanbao.document.tree import Chart, Series, plain
from yanbao.errors import RenderError
from yanbao.render.pptx import chart_axes, chart_labels, chart_places
from yanbao.render.pptx.chart_series import (
    DOTS_UP_TO,
    bar_look,
    bar_point,
    dot_point,
    dot_shape,
    ink,
    line_look,
    lonely,
    marker,
    scatter_data,
    series_data,
    series_head,
    whiskers,
)
from yanbao.render.pptx.day_axis import day_axis, days_of
from yanbao.render.pptx.look import Look
from yanbao.render.pptx.text import Setting
from yanbao.render.pptx.xml import Element, element, value

_AXIS_ROOM = 38.0  # points that tick labels of an axis take, about
_LEGEND_SIZE = 9.0
_WIDEST = 30.0  # points of a tornado's bar


def chart_space(chart: Chart, box: Box, look: Look, where: str) -> Element:
    """Return the root of a chart part; `where` names the exhibit for errors.

    Raises:
        RenderError: a value lies outside its axis, ticks are uneven or their texts have no number format, or bars
            and steps stand together.
    """
    outside = chart_axes.ticks_outside(chart)
    if outside:
        raise RenderError(
            f"{where}: a value lies beyond the ticks of the {outside} axis\n    hint: leave the ticks to the engine"
        )
    drawing = _Drawing(chart, box, look, where)
    plots = {"scatter": drawing.scatter, "calls": drawing.calls}.get(chart.kind, drawing.plots)()
    legend = len(chart.series) > 1 and chart.kind != "scatter"
    area = element("c:plotArea", None, element("c:layout"), *plots, element("c:spPr", None, element("a:noFill")))
    return element(
        "c:chartSpace",
        None,
        value("c:date1904", 0),
        value("c:lang", look.lang["lang"]),
        value("c:roundedCorners", 0),
        element(
            "c:chart",
            None,
            value("c:autoTitleDeleted", 1),
            area,
            drawing.legend() if legend else None,
            value("c:plotVisOnly", 1),
            value("c:dispBlanksAs", "gap"),
        ),
        element("c:spPr", None, element("a:noFill"), look.line(None)),
        chart_labels.text_properties(Setting(chart_axes.TICK_SIZE, look.theme.ink), look),
    )


@dataclass(frozen=True)
class _Drawing:
    chart: Chart
    box: Box
    look: Look
    where: str

    def plots(self) -> list[Element]:
        """Return areas, columns and lines in the order in which they cover each other, then the axes."""
        chart, look = self.chart, self.look
        made: list[Element] = []
        second = False
        for number in (1, 2):
            mine = [at for at, series in enumerate(chart.series) if self._axis(series) == number]
            second = second or (number == 2 and bool(mine))
            areas = [at for at in mine if chart.series[at].mark == "area"]
            bars = [at for at in mine if chart.series[at].mark in ("bar", "step")]
            lines = [at for at in mine if chart.series[at].mark in ("line", "rule", "dot", "end")]
            if {"bar", "step"} <= {chart.series[at].mark for at in bars}:
                raise RenderError(f"{self.where}: bars and steps on one axis\n    hint: draw the steps as a line")
            made += [self._areas(areas, number)] if areas else []
            made += [self._bars(bars, number)] if bars else []
            made += [self._lines(lines, number)] if lines else []
        sideways = chart.sideways
        base = None if chart.base is None else chart.base.value
        low, high = chart.y_axis.ticks[0].value, chart.y_axis.ticks[-1].value
        fit = chart_axes.Fit(self._rank_size()) if sideways else chart_axes.category_fit(chart.categories, self._room)
        foot = chart.kind == "band"
        days = days_of(chart)
        if days:
            made.append(day_axis(days, self._room, (chart_axes.CATEGORY, chart_axes.VALUE), look, foot=foot))
        else:
            made.append(chart_axes.category_axis(look=look, fit=fit, sideways=sideways, foot=foot, at=base))
        made.append(
            chart_axes.value_axis(
                chart.y_axis,
                look=look,
                where=self.where,
                sideways=sideways,
                grid=chart.kind == "tornado" or chart.kind not in ("band", "ranking") or low < 0 < high,
                between=self._between,
            )
        )
        if second and chart.y2_axis is not None:
            made.append(chart_axes.category_axis(look=look, fit=fit, second=True))
            made.append(
                chart_axes.value_axis(
                    chart.y2_axis,
                    look=look,
                    where=self.where,
                    second=True,
                    grid=False,
                    between=self._between,
                )
            )
        return made

    def scatter(self) -> list[Element]:
        """Return the dots of a scatter and its two value axes, which carry the names of its two series."""
        chart, look = self.chart, self.look
        if len(chart.series) != 2 or chart.x_axis is None:
            raise RenderError(f"{self.where}: a scatter has two series and an axis for each")
        paint = ink(chart, 0, look)
        across, up = chart.series
        bright = ink(chart, 1, look) if chart.highlights else paint
        points = [
            dot_point(at, marker(None, look))
            for at, (one, two) in enumerate(zip(across.points, up.points, strict=True))
            if one.value is None or two.value is None  # else it would stand at 0
        ]
        points += [dot_point(at, marker(bright, look, 9)) for at in chart.highlights]
        series = element(
            "c:ser",
            None,
            *series_head(1, 0, up),
            element("c:spPr", None, element("a:ln", {"w": 19050}, element("a:noFill"))),
            marker(paint, look, 7),
            *sorted(points, key=lambda point: int(point[0].get("val"))),
            chart_labels.item_labels(chart, chart_places.item_places(chart, self._plot), look),
            *scatter_data(chart),
            value("c:smooth", 0),
        )
        ids = (chart_axes.CATEGORY, chart_axes.VALUE)
        return [
            element(
                "c:scatterChart",
                None,
                value("c:scatterStyle", "lineMarker"),
                value("c:varyColors", 0),
                series,
                *(value("c:axId", each) for each in ids),
            ),
            chart_axes.value_axis(
                chart.x_axis,
                look=look,
                where=self.where,
                position="b",
                between=False,
                ids=ids,
                title=plain(across.name),
            ),
            chart_axes.value_axis(
                chart.y_axis,
                look=look,
                where=self.where,
                position="l",
                between=False,
                ids=(ids[1], ids[0]),
                title=plain(up.name),
            ),
        ]

    def calls(self) -> list[Element]:
        """Return the dots of calls, a series for each class, between an axis of days and one of rows without words.

        A value axis cannot print names: they stand at the first call of each row.
        """
        chart, look = self.chart, self.look
        if len(chart.series) < 2 or chart.x_axis is None:
            raise RenderError(f"{self.where}: calls have a series of days, one of a class, and an x axis")
        places = chart_places.item_places(chart, self._plot)
        made = []
        for order, series in enumerate(chart.series[1:], 1):
            mine = {at: place for at, place in places.items() if series.points[at].value is not None}
            made.append(
                element(
                    "c:ser",
                    None,
                    *series_head(order, order, series),
                    element("c:spPr", None, element("a:ln", {"w": 19050}, element("a:noFill"))),
                    marker(ink(chart, order, look), look, 8, dot_shape(chart, order)),
                    chart_labels.item_labels(chart, mine, look),
                    *scatter_data(chart, order),
                    value("c:smooth", 0),
                )
            )
        ids = (chart_axes.CATEGORY, chart_axes.VALUE)
        return [
            element(
                "c:scatterChart",
                None,
                value("c:scatterStyle", "lineMarker"),
                value("c:varyColors", 0),
                *made,
                *(value("c:axId", each) for each in ids),
            ),
            chart_axes.value_axis(
                chart.x_axis, look=look, where=self.where, position="b", between=False, ids=ids, grid=False
            ),
            chart_axes.value_axis(
                chart.y_axis, look=look, where=self.where, position="l", between=False, ids=(ids[1], ids[0])
            ),
        ]

    def legend(self) -> Element:
        """Return the legend above the plot."""
        return element(
            "c:legend",
            None,
            value("c:legendPos", "t"),
            value("c:overlay", 0),
            chart_labels.text_properties(Setting(_LEGEND_SIZE, self.look.theme.ink), self.look),
        )

    def _areas(self, orders: list[int], number: int) -> Element:
        # The lower percentile has to cover the upper one. PowerPoint paints in the order of c:order, LibreOffice the
        # last series of the file first: the file keeps the tree's order, c:order is turned round.
        band = self.chart.kind == "band"
        made = []
        for order, drawn in zip(orders, orders[::-1] if band else orders, strict=True):
            paint = ink(self.chart, order, self.look)
            made.append(
                element(
                    "c:ser",
                    None,
                    *series_head(order, drawn, self.chart.series[order]),
                    bar_look(paint, self.look, outline=band),
                    *series_data(self.chart, order),
                )
            )
        return element(
            "c:areaChart",
            None,
            value("c:grouping", "standard"),
            value("c:varyColors", 0),
            *made,
            *self._ids(number),
        )

    def _bars(self, orders: list[int], number: int) -> Element:
        chart, look = self.chart, self.look
        step = chart.series[orders[0]].mark == "step"
        stacked = chart.kind == "stacked"
        gap = 0 if step else 45 if chart.sideways else 70 if len(orders) > 1 and not stacked else 80
        if chart.kind == "tornado":
            gap = min(500, max(gap, round(100 * (self._plot.height / len(chart.categories) / _WIDEST - 1))))
        made = []
        # LibreOffice turns the legend of bars that lie round by the file's order, PowerPoint goes by c:order
        for order in orders[::-1] if chart.kind == "tornado" else orders:
            series, paint = chart.series[order], ink(chart, order, look)
            bright = [at for at in chart.highlights if len(orders) == 1 and series.points[at].value is not None]
            points = [bar_point(at, look.theme.highlight, look) for at in bright]
            width_ = self._room / max(1, len(chart.categories)) / (len(orders) + gap / 100)
            place = chart_places.bar_place(chart, order, width_, self._plot)
            places, shifts, size = self._label_places(order, place, len(orders) if not stacked else 1)
            colours = {
                at: look.on(look.theme.highlight if at in bright else paint.colour)
                for at, where in places.items()
                if where != "outEnd"
            }
            made.append(
                element(
                    "c:ser",
                    None,
                    *series_head(order, order, series),
                    bar_look(paint, look),
                    value("c:invertIfNegative", 0),
                    *points,
                    chart_labels.labels(
                        series,
                        places,
                        look.theme.ink,
                        look,
                        size,
                        colours=colours,
                        shifts=shifts,
                    ),
                    *series_data(chart, order),
                )
            )
        return element(
            "c:barChart",
            None,
            value("c:barDir", "bar" if chart.sideways else "col"),
            value("c:grouping", "stacked" if stacked else "clustered"),
            value("c:varyColors", 0),
            *made,
            value("c:gapWidth", gap),
            value("c:overlap", 100 if stacked or step or chart.kind == "tornado" else -5),
            *self._ids(number),
        )

    def _label_places(self, order: int, place: str, bars: int) -> tuple[dict[int, str], dict[int, float], float]:
        """Return where the labels of a series of bars stand, their shifts as shares of the width, and their size."""
        series = self.chart.series[order]
        size = self._bar_label_size(series, bars)
        if self.chart.kind == "tornado":
            shifts = chart_places.tornado_shifts(self.chart, order, size)
            moved = {at: points / self.box.width for at, points in shifts.items()}
            return dict.fromkeys(chart_labels.printed(series), place), moved, size
        if self.chart.kind != "ranking":
            return dict.fromkeys(chart_labels.printed(series), place), {}, size
        widest = max((text_width(category.text, self._rank_size()) for category in self.chart.categories), default=0.0)
        room = self.box.width - min(widest, 0.4 * self.box.width) - _AXIS_ROOM
        places, shifts = chart_places.rank_places(self.chart, size, replace(self._plot, width=max(60.0, room)))
        return places, {at: points / self.box.width for at, points in shifts.items()}, size

    def _lines(self, orders: list[int], number: int) -> Element:
        chart, look = self.chart, self.look
        made = []
        for order in orders:
            series, paint = chart.series[order], ink(chart, order, look)
            bare = series.mark in ("dot", "end")  # markers alone
            dots = bare or (series.mark != "rule" and len(chart.categories) <= DOTS_UP_TO)
            points = [] if dots else [dot_point(at, marker(paint, look, 4)) for at in lonely(series.points)]
            made.append(
                element(
                    "c:ser",
                    None,
                    *series_head(order, order, series),
                    line_look(paint, look)
                    if not bare
                    else element("c:spPr", None, element("a:ln", None, element("a:noFill"))),
                    marker(paint if dots else None, look, 8 if bare else 6, dot_shape(chart, order)),
                    *points,
                    chart_labels.labels(
                        series,
                        chart_places.line_places(chart, order, self._plot),
                        paint.colour,
                        look,
                        plate=look.theme.paper if self._crowded else None,
                    ),
                    whiskers(chart, paint, look) if chart.kind == "whiskers" and not order else None,
                    *series_data(chart, order),
                    value("c:smooth", 0),
                )
            )
        return element(
            "c:lineChart",
            None,
            value("c:grouping", "standard"),
            value("c:varyColors", 0),
            *made,
            value("c:marker", 1),
            *self._ids(number),
        )

    def _ids(self, number: int) -> list[Element]:
        ids = (
            (chart_axes.CATEGORY, chart_axes.VALUE)
            if number == 1
            else (chart_axes.SECOND_CATEGORY, chart_axes.SECOND_VALUE)
        )
        return [value("c:axId", each) for each in ids]

    def _axis(self, series: Series) -> int:
        return 2 if series.axis == 2 and self.chart.y2_axis is not None else 1

    @property
    def _room(self) -> float:
        sides = 1.8 if self.chart.kind == "scatter" else 2.0 if self.chart.y2_axis else 1.0
        return max(60.0, self.box.width - _AXIS_ROOM * sides)

    @property
    def _plot(self) -> chart_places.Plot:
        legend = 20.0 if len(self.chart.series) > 1 and self.chart.kind != "scatter" else 0.0
        titles = 34.0 if self.chart.kind == "scatter" else 22.0
        return chart_places.Plot(self._room, max(40.0, self.box.height - titles - legend))

    @property
    def _crowded(self) -> bool:
        """Whether labels of lines stand on bars or on other labelled lines: then each gets a plate."""
        labelled = [
            series for series in self.chart.series if series.mark in ("line", "rule") and series.labels == "all"
        ]
        return len(labelled) > 1 or any(series.mark in ("bar", "step") for series in self.chart.series)

    @property
    def _between(self) -> bool:
        marks = {series.mark for series in self.chart.series}
        return bool(marks & {"bar", "step"}) or ("area" not in marks and len(self.chart.categories) <= DOTS_UP_TO)

    def _rank_size(self) -> float:
        step = (self.box.height - 22.0) / max(1, len(self.chart.categories))
        return min(chart_axes.TICK_SIZE + 0.5, max(6.5, step * 0.8))

    def _bar_label_size(self, series: Series, bars: int) -> float:
        if self.chart.sideways:
            return self._rank_size()
        widest = max((width(point.text, 1.0) for point in series.points), default=0.0)
        room = self._room / max(1, len(self.chart.categories)) / bars
        return max(6.5, min(chart_labels.LABEL_SIZE, room / widest if widest else chart_labels.LABEL_SIZE))
