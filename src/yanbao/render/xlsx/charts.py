"""Native charts that draw the ranges of their sheet.

Two kinds have no native form. A step is a column chart without gaps, whose tops are the steps. A band is an area
stacked on a clear one: the low series carries the distance up to the high one, and both are drawn as its edges; of
bands inside each other the distances from each end to the next are stacked. A tornado's bars begin where its axis of
categories stands: at the base case. Whiskers are error bars from the low ends up, as long as a column
of distances says.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from yanbao.document.theme import Theme
from yanbao.document.tree import Axis, Series, plain
from yanbao.errors import RenderError
from yanbao.render.xlsx import axis_format, number_format
from yanbao.render.xlsx.grid import ChartPlace, Sheet, quoted

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart as XlsxChart
    from xlsxwriter.workbook import Workbook

_TEXT = 9  # points
_LABEL_PIXELS = 66  # a category's label and its gap on the first axis
_FEW_MARKERS = 24  # lines with more points are drawn without markers
_TYPES: dict[str, dict[str, str]] = {
    "line": {"type": "line"},
    "step": {"type": "column"},
    "bar": {"type": "column"},
    "grouped": {"type": "column"},
    "stacked": {"type": "column", "subtype": "stacked"},
    "bar-line": {"type": "column"},
    "ranking": {"type": "bar"},
    "tornado": {"type": "bar"},
    "band": {"type": "area", "subtype": "stacked"},
    "scatter": {"type": "scatter"},
    "calls": {"type": "scatter"},
    "whiskers": {"type": "line"},
}
_SHAPES = ("circle", "diamond", "square", "triangle")  # of dots among whiskers, told apart without colour


class _Name(str):
    """A category that looks like a number stays a text in the chart's cache: xlsxwriter asks `float()`."""

    def __float__(self) -> float:
        raise ValueError(self)


def make_chart(book: Workbook, sheet: Sheet, place: ChartPlace, theme: Theme, where: str) -> XlsxChart:
    """Return the native chart of an exhibit's sheet."""
    return _Maker(book, sheet, place, theme, where).make()


class _Maker:
    def __init__(self, book: Workbook, sheet: Sheet, place: ChartPlace, theme: Theme, where: str) -> None:
        self._book, self._sheet, self._place, self._theme, self._where = book, sheet, place, theme, where
        self._chart = place.chart
        self._size = place.last_row - place.first_row + 1

    def make(self) -> XlsxChart:
        chart = self._chart
        for series in chart.series:
            if len(series.points) != len(chart.categories):
                raise RenderError(f"{self._where}: {series.id!r} has not one point a category")
        made = self._new(_TYPES[chart.kind])
        if chart.kind == "scatter":
            self._scatter(made)
        elif chart.kind == "calls":
            self._calls(made)
        elif chart.kind == "band":
            self._band(made)
        else:
            self._bars_and_lines(made)
        self._axes(made)
        made.set_title({"none": True})
        made.set_chartarea({"border": {"none": True}, "fill": {"color": self._theme.paper}})
        made.set_plotarea({"fill": {"none": True}})
        made.show_blanks_as("gap")
        several = len(chart.series) > 1 and chart.kind != "scatter"
        legend: dict[str, Any] = {"position": "top", "font": self._font()}
        if chart.kind == "band":
            areas = self._areas()
            # the clear area and the bands come first; a band's own entry stands for both of its edges
            legend["delete_series"] = [0, *(len(areas) + at for at in areas)]
        made.set_legend(legend if several else {"none": True})
        made.set_size({"width": self._place.size[0], "height": self._place.size[1]})
        return made

    def _new(self, kind: dict[str, str]) -> XlsxChart:
        made = self._book.add_chart(kind)
        assert made is not None
        return made

    def _areas(self) -> tuple[int, ...]:
        found = self._chart.areas
        if not found or len(found) % 2 or len(self._place.spreads) != len(found) - 1:
            raise RenderError(f"{self._where}: a band has as many low areas as high ones")
        return found

    def _band(self, made: XlsxChart) -> None:
        areas = self._areas()
        clear = {"fill": {"none": True}, "line": {"none": True}}
        made.add_series({**self._ranges(areas[0]), **clear})
        for number, ((low, high), column) in enumerate(zip(pairwise(areas), self._place.spreads, strict=True)):
            depth = min(number, len(areas) - 2 - number)
            made.add_series(
                {
                    **self._ranges(low),
                    "name": self._cell(self._place.name_row, column),
                    "values": self._range(column),
                    "values_data": self._heights(low, high),
                    "fill": {
                        "color": self._theme.rule if not depth else self._theme.muted,
                        "transparency": 60 if depth else 0,
                    },
                    "line": {"none": True},
                }
            )
        lines = self._new({"type": "line"})
        for at in range(len(self._chart.series)):
            lines.add_series(self._options(at))
        made.combine(lines)

    def _bars_and_lines(self, made: XlsxChart) -> None:
        lines: XlsxChart | None = None
        for at, series in enumerate(self._chart.series):
            options = self._options(at)
            bars = ("bar", "area", "step") if self._chart.kind == "step" else ("bar", "area")
            if self._chart.kind in ("line", "whiskers") or series.mark in bars:
                made.add_series(options)
                continue
            lines = lines or self._new({"type": "line"})
            lines.add_series(options | ({"y2_axis": True} if self._on_second(series) else {}))
        if lines is not None:
            made.combine(lines)
            if self._chart.y2_axis is not None:
                lines.set_y2_axis(self._value_axis(self._chart.y2_axis) | {"major_gridlines": {"visible": False}})

    def _on_second(self, series: Series) -> bool:
        return series.axis == 2 and self._chart.y2_axis is not None

    def _range(self, column: int) -> str:
        first = _absolute(self._place.first_row, column)
        last = _absolute(self._place.last_row, column)
        return f"={quoted(self._sheet.name)}!{first}:{last}"

    def _cell(self, row: int, column: int) -> str:
        return f"={quoted(self._sheet.name)}!{_absolute(row, column)}"

    def _exact(self, at: int) -> list[Fraction | None]:
        series = self._chart.series[at]
        unit = axis_format.scale(series.unit)
        return [None if point.value is None else point.value * unit for point in series.points]

    def _data(self, at: int) -> list[float | int | None]:
        return [None if value is None else number_format.as_number(value) for value in self._exact(at)]

    def _ranges(self, at: int) -> dict[str, Any]:
        column = self._place.columns[at]
        return {
            "name": self._cell(self._place.name_row, column),
            "categories": self._range(self._place.category_column),
            "values": self._range(column),
            "categories_data": [_Name(plain(category.text)) for category in self._chart.categories],
            "values_data": self._data(at),
        }

    def _options(self, at: int) -> dict[str, Any]:
        options = self._ranges(at) | self._drawn(at)
        labels = self._labels(at)
        if labels:
            options["data_labels"] = labels
        if self._chart.kind == "whiskers" and not at:
            options["y_error_bars"] = self._whiskers()
        return options

    def _whiskers(self) -> dict[str, Any]:
        (column,) = self._place.spreads
        return {
            "type": "custom",
            "direction": "plus",
            "end_style": 0,
            "plus_values": self._range(column),
            "plus_data": self._heights(0, 1),
            "line": {"color": self._theme.muted, "width": 1.25},
        }

    def _heights(self, low: int, high: int) -> list[float | int | None]:
        """Return the distances between two series, in the numbers of the sheet's cells."""
        return [
            None if bottom is None or top is None else number_format.as_number(top - bottom)
            for bottom, top in zip(self._exact(low), self._exact(high), strict=True)
        ]

    def _drawn(self, at: int) -> dict[str, Any]:
        kind, series, theme = self._chart.kind, self._chart.series[at], self._theme
        colour = self._colour(at)
        if kind == "band" and series.mark == "area":  # the edge of the band, which the areas below it fill
            return {"line": {"color": theme.rule, "width": 0.75}, "marker": {"type": "none"}, "smooth": False}
        if kind == "step":
            several = len(self._chart.series) > 1
            fill = {"none": True} if several else {"color": colour, "transparency": 80}
            return {"gap": 0, "overlap": 100, "fill": fill, "border": {"color": colour, "width": 1.25}}
        if series.mark in ("bar", "area"):
            gap = {"ranking": 45, "tornado": 45, "grouped": 60}.get(kind, 80)
            options: dict[str, Any] = {"gap": gap, "fill": {"color": colour}, "border": {"none": True}}
            options |= {"overlap": 100} if kind in ("stacked", "tornado") else {}
            if self._chart.highlights and kind != "stacked" and len(self._chart.series) == 1:
                points: list[dict[str, Any] | None] = [None] * self._size
                for bright in self._chart.highlights:
                    points[bright] = {"fill": {"color": theme.highlight}, "border": {"none": True}}
                options["points"] = points
            return options
        if kind == "whiskers":
            shape = "long_dash" if series.mark == "end" else _SHAPES[(at - 2) % len(_SHAPES)]
            face = {"fill": {"color": colour}, "border": {"color": colour if series.mark == "end" else theme.paper}}
            return {"line": {"none": True}, "marker": {"type": shape, "size": 8, **face}, "smooth": False}
        dash = {"dash_type": "dash"} if series.mark == "rule" else {}
        marked = series.mark != "rule" and self._size <= _FEW_MARKERS
        marker: dict[str, Any] = {"type": "none"}
        if marked:
            marker = {"type": "circle", "size": 5, "fill": {"color": colour}, "border": {"color": theme.paper}}
        return {"line": {"color": colour, "width": 2.0, **dash}, "marker": marker, "smooth": False}

    def _colour(self, at: int) -> str:
        if self._chart.kind == "band":  # areas are grey: colours start with the first line
            if self._chart.series[at].mark == "rule":
                return self._theme.muted
            at = sum(series.mark == "line" for series in self._chart.series[:at])
        if self._chart.kind == "whiskers":  # and here with the first dot
            if self._chart.series[at].mark == "end":
                return self._theme.muted
            at -= 2
        return self._theme.series[at % len(self._theme.series)]

    def _labels(self, at_series: int) -> dict[str, Any]:
        series = self._chart.series[at_series]
        printed = [at for at, point in enumerate(series.points) if point.value is not None and point.text]
        if series.labels == "none" or not printed:
            return {}
        wanted = printed if series.labels == "all" else printed[-1:]
        options: dict[str, Any] = {"value": True, "font": self._font(), **self._label_place(at_series)}
        if self._chart.kind == "stacked":
            options["font"] = self._font(color=self._readable_on(self._colour(at_series)))
        elif self._chart.kind == "bar-line" and series.mark != "bar":  # it stands over the bars
            options["fill"] = {"color": self._theme.paper}
        codes = {self._point_code(series, at) for at in wanted}
        code = codes.pop() if len(codes) == 1 else None
        if code is not None:
            options["num_format"] = code
        if len(wanted) < self._size or code is None:
            custom: list[dict[str, Any]] = [{"delete": True}] * self._size
            for at in wanted:
                custom[at] = {} if code is not None else self._words(series.points[at].text)
            options["custom"] = [entry or None for entry in custom]
        return options

    def _readable_on(self, colour: str) -> str:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return self._theme.paper if 299 * red + 587 * green + 114 * blue < 150_000 else self._theme.ink

    def _words(self, text: str) -> dict[str, Any]:
        if text.startswith("="):
            raise RenderError(f"{self._where}: {text!r} is no label of a point")
        return {"value": text}

    def _point_code(self, series: Series, at: int) -> str | None:
        from yanbao.quantity.quantity import Quantity
        from yanbao.quantity.unit import NONE, PERCENT

        point = series.points[at]
        assert point.value is not None
        quantity = Quantity.exact(point.value, PERCENT if series.unit == "%" else NONE)
        found = number_format.of_text(point.text, quantity, series.unit)
        return found.code if found is not None and found.factor == 1 else None

    def _label_place(self, at_series: int) -> dict[str, str]:
        series = self._chart.series[at_series]
        if self._chart.kind == "stacked":
            return {"position": "center"}
        if self._chart.kind == "step" or series.mark == "bar":
            return {"position": "outside_end"}
        if self._chart.kind == "whiskers":
            return {"position": "right" if at_series == 2 else "left"}
        return {"position": "below" if self._chart.kind == "line" and at_series % 2 else "above"}

    def _scatter(self, made: XlsxChart) -> None:
        if len(self._chart.series) != 2:
            raise RenderError(f"{self._where}: a scatter has two series, x and y")
        x, y = self._place.columns
        custom: list[dict[str, Any]] = [{"delete": True}] * self._size
        for at in self._chart.labelled:
            name = plain(self._chart.categories[at].text)
            # LibreOffice shows only words here; a name that Excel would take for a formula is referred to instead
            cell = self._cell(self._place.first_row + at, self._place.category_column)
            custom[at] = {"value": cell if name.startswith("=") else name}
        colour = self._theme.series[0]
        options: dict[str, Any] = {
            "name": self._cell(self._place.name_row, y),
            "categories": self._range(x),
            "values": self._range(y),
            "categories_data": self._data(0),
            "values_data": self._data(1),
            "marker": {"type": "circle", "size": 7, "fill": {"color": colour}, "border": {"color": self._theme.paper}},
        }
        if self._chart.highlights:
            points: list[dict[str, Any] | None] = [None] * self._size
            for at in self._chart.highlights:
                points[at] = {"fill": {"color": self._theme.highlight}}
            options["points"] = points
        if self._chart.labelled:
            options["data_labels"] = {"value": True, "position": "right", "font": self._font(), "custom": custom}
        made.add_series(options)

    def _calls(self, made: XlsxChart) -> None:
        """Draw a series for each class of calls, all at the days of the first column; rows are named at a call."""
        for at in range(1, len(self._chart.series)):
            colour = self._theme.series[(at - 1) % len(self._theme.series)]
            custom: list[dict[str, Any]] = [{"delete": True}] * self._size
            named = [
                number for number in self._chart.labelled if self._chart.series[at].points[number].value is not None
            ]
            for number in named:
                cell = self._cell(self._place.first_row + number, self._place.category_column)
                name = plain(self._chart.categories[number].text)
                custom[number] = {"value": cell if name.startswith("=") else name}
            shape = _SHAPES[(at - 1) % len(_SHAPES)]
            face = {"fill": {"color": colour}, "border": {"color": self._theme.paper}}
            options: dict[str, Any] = {
                "name": self._cell(self._place.name_row, self._place.columns[at]),
                "categories": self._range(self._place.columns[0]),
                "values": self._range(self._place.columns[at]),
                "categories_data": self._data(0),
                "values_data": self._data(at),
                "marker": {"type": shape, "size": 8, **face},
            }
            if named:
                font = self._font()
                options["data_labels"] = {"value": True, "position": "above", "font": font, "custom": custom}
            made.add_series(options)

    def _axes(self, made: XlsxChart) -> None:
        chart = self._chart
        if chart.kind == "scatter":
            if chart.x_axis is None:
                raise RenderError(f"{self._where}: a scatter needs its x_axis")
            x, y = (self._cell(self._place.name_row, column) for column in self._place.columns)
            made.set_x_axis(self._value_axis(chart.x_axis) | {"name": x, "name_font": self._font(bold=False)})
            made.set_y_axis(self._value_axis(chart.y_axis) | {"name": y, "name_font": self._font(bold=False)})
            return
        if chart.kind == "calls":
            assert chart.x_axis is not None
            made.set_x_axis(self._value_axis(chart.x_axis) | {"major_gridlines": {"visible": False}})
            made.set_y_axis(self._value_axis(chart.y_axis))
            return
        categories: dict[str, Any] = {
            "num_font": self._font(),
            "line": {"color": self._theme.rule},
            "major_tick_mark": "none",
            "label_position": "low",
        }
        if chart.sideways:
            values = self._value_axis(chart.y_axis) | {"label_position": "high"}
            if chart.base is not None and chart.base.value is not None:  # where the categories' axis stands, bars begin
                values |= {"crossing": _number(chart.base.value * axis_format.scale(chart.y_axis.unit))}
                categories |= {"line": {"color": self._theme.ink}}
            # the first category stands on top, and the values' axis stays at the foot
            made.set_y_axis(categories | {"reverse": True, "interval_unit": 1, "major_gridlines": {"visible": False}})
            made.set_x_axis(values)
            return
        room = max(1, (self._place.size[0] - 90) // _LABEL_PIXELS)
        categories["interval_unit"] = max(1, -(-self._size // room))
        if chart.kind == "band":
            categories["position_axis"] = "on_tick"
        made.set_x_axis(categories)
        gridless = {"major_gridlines": {"visible": False}} if chart.kind == "band" else {}
        made.set_y_axis(self._value_axis(chart.y_axis) | gridless)

    def _value_axis(self, axis: Axis) -> dict[str, Any]:
        values = [tick.value for tick in axis.ticks]
        steps = {after - before for before, after in pairwise(values)}
        if len(steps) != 1 or (step := steps.pop()) <= 0:
            raise RenderError(f"{self._where}: the ticks of an axis rise by equal steps: {[str(v) for v in values]}")
        unit = axis_format.scale(axis.unit)
        options: dict[str, Any] = {
            "min": _number(values[0] * unit),
            "max": _number(values[-1] * unit),
            "major_unit": _number(step * unit),
            "num_format": axis_format.axis_code(axis, self._where),
            "num_font": self._font(),
            "line": {"none": True},
            "major_tick_mark": "none",
            "major_gridlines": {"visible": True, "line": {"color": self._theme.rule, "width": 0.5}},
        }
        if axis.title:
            if axis.title.startswith("="):
                raise RenderError(f"{self._where}: {axis.title!r} is no title of an axis")
            options |= {"name": axis.title, "name_font": self._font(bold=False)}
        return options

    def _font(self, **more: Any) -> dict[str, Any]:
        return {"size": _TEXT, "color": self._theme.ink, **more}


def _absolute(row: int, column: int) -> str:
    from yanbao.render.xlsx.grid import Address

    a1 = Address("", row, column).a1
    letters = a1.rstrip("0123456789")
    return f"${letters}${a1[len(letters) :]}"


def _number(value: Fraction) -> float | int:
    return number_format.as_number(value)
