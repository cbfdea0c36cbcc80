"""Exhibits as figures: tables, timelines, and charts with their data beside them."""

from __future__ import annotations

import math
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from yanbao.document import text_width
from yanbao.document.table_layout import FONT_SIZES, PAD_X, column_widths, groups, header_rows, missing_width
from yanbao.document.theme import Theme
from yanbao.document.tree import Cell, Chart, Exhibit, Point, Row, Series, Table, Timeline, plain
from yanbao.render.html.markup import EMPTY, Markup, data, element, join, lines, words
from yanbao.render.html.text import spans
from yanbao.render.vega import point_text, spec
from yanbao.render.vega_text import clean

# A chart is laid out narrower than it stands on the page and then scaled up: on a phone its print stays readable
SCALE = 0.85
_TALLEST, _FLATTEST = 340.0, 250.0
_RANK_ROW = 17.0
_FONTS = (13.0, 12.5, 12.0, 11.5, 11.0)  # pixels: the largest at which a table fits its room
_LONG, _WORDY = 14.0, 560  # a table with a wider cell, in ems, is not squeezed below so many pixels on a phone
_WIDE = 600.0  # a chart laid out wider than this scrolls in its own box on a phone


@dataclass(frozen=True)
class Figures:
    """What all exhibits of a document are made with."""

    theme: Theme
    words: dict[str, str]
    facts: Container[str]

    def figure(self, exhibit: Exhibit, room: float) -> Markup:
        """Return an exhibit in `room` pixels: its heading, body, origin and note."""
        body = exhibit.body
        if isinstance(body, Table):
            inner = element("div", {"class": "scroll", "tabindex": "0"}, self._table(body, room))
        elif isinstance(body, Timeline):
            inner = self._timeline(body)
        else:
            inner = self._chart(exhibit, body, room)
        kind = body.kind if isinstance(body, Table | Chart) else "timeline"
        attributes = {
            "data-exhibit": exhibit.id,
            "class": f"{type(body).__name__.lower()} kind-{kind}",
            "aria-label": exhibit.alt or plain(exhibit.title),
        }
        return element("figure", attributes, lines([self._caption(exhibit), inner, *self._foot(exhibit)]))

    def _caption(self, exhibit: Exhibit) -> Markup:
        label = element("span", {"class": "label"}, spans(exhibit.label, self.facts))
        title = element("span", {"class": "title"}, spans(exhibit.title, self.facts))
        terms = [
            element("span", {"class": name}, spans(text, self.facts))
            for name, text in (("unit", exhibit.unit), ("as-of", exhibit.as_of))
            if plain(text)
        ]
        below = element("div", {"class": "terms"}, join(terms, " ")) if terms else EMPTY
        return element("figcaption", {}, element("h3", {}, label, Markup(" "), title), below)

    def _foot(self, exhibit: Exhibit) -> list[Markup]:
        return [
            element("p", {"class": name}, spans(text, self.facts))
            for name, text in (("origin", exhibit.origin), ("note", exhibit.note))
            if plain(text)
        ]

    # -- tables ----------------------------------------------------------------------------------

    def _table(self, table: Table, room: float) -> Markup:
        size = next((size for size in _FONTS if _least_width(table, size) <= room), _FONTS[-1])
        parts = [
            self._widths(table, room, size),
            self._head(table),
            element("tbody", {}, lines(self._row(table, row) for row in table.rows)),
        ]
        # in a narrower room the table scrolls in its own box
        least, phone = _least_width(table, size), _phone_width(table, room, size)
        marks = f"kind-{table.kind} f-{round(10 * size)} m-{least} p-{phone}"
        return element("table", {"class": marks}, lines(parts))

    @staticmethod
    def _widths(table: Table, room: float, size: float) -> Markup:
        """Return the columns' widths in thousandths: by itself a browser breaks Chinese names after each character."""
        widths = column_widths(table, room, size)
        cols = (element("col", {"class": f"w-{round(1000 * width / sum(widths))}"}) for width in widths)
        return element("colgroup", {}, join(cols))

    def _head(self, table: Table) -> Markup:
        rows = []
        if header_rows(table) == 2:
            cells: list[Markup] = []
            runs = dict(groups(table))
            index = 0
            while index < len(table.columns):
                last = runs.get(index)
                if last is None:
                    cells.append(element("td"))
                else:
                    span = str(last - index + 1)
                    text = spans(table.columns[index].group, self.facts)
                    cells.append(element("th", {"scope": "colgroup", "colspan": span, "class": "group"}, text))
                    index = last
                index += 1
            rows.append(element("tr", {"class": "groups"}, join(cells)))
        labels = (
            element("th", {"scope": "col", "class": column.align}, spans(column.label, self.facts))
            if plain(column.label)
            else element("td")
            for column in table.columns
        )
        rows.append(element("tr", {}, join(labels)))
        return element("thead", {}, lines(rows))

    def _row(self, table: Table, row: Row) -> Markup:
        cells = []
        for index, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
            heads = index == 0 and column.align == "left" and table.kind != "card"
            cells.append(self._cell(table, cell, column.align, heads=heads))
        return element("tr", {"class": None if row.role == "body" else row.role}, join(cells))

    def _cell(self, table: Table, cell: Cell, align: str, *, heads: bool) -> Markup:
        marks = [align]
        if cell.mark:
            marks.append(f"mark-{cell.mark}")
        if cell.missing is not None:
            marks.append("missing")
        if table.kind == "change" and plain(cell.text)[:1] in ("+", "-", "−"):
            marks.append("rise" if plain(cell.text)[0] == "+" else "fall")
        attributes = {
            "class": " ".join(marks),
            "scope": "row" if heads else None,
            "data-fact": cell.fact,
            "title": cell.missing,
        }
        return element("th" if heads else "td", attributes, spans(cell.text, self.facts))

    # -- timelines -------------------------------------------------------------------------------

    def _timeline(self, timeline: Timeline) -> Markup:
        events = []
        for event in timeline.events:
            parts = [
                element("div", {"class": name}, spans(text, self.facts))
                for name, text in (("when", event.when), ("what", event.title), ("detail", event.detail))
                if plain(text)
            ]
            events.append(element("li", {}, join(parts)))
        return element("ol", {"class": "timeline"}, lines(events))

    # -- charts ----------------------------------------------------------------------------------

    def _chart(self, exhibit: Exhibit, chart: Chart, room: float) -> Markup:
        width = room * SCALE
        height = min(_TALLEST, max(_FLATTEST, width * 0.58))
        if chart.stories:
            height = max(height, 70.0 + _RANK_ROW * chart.stories)
        drawn: dict[str, Any] = spec(exhibit, self.theme, width=width, height=height, interactive=True)
        place = {"class": "drawing wide" if width > _WIDE else "drawing", "aria-hidden": "true"}
        return lines(
            [
                element("div", {"class": "scroll"}, element("div", place)),
                data({"data-chart": exhibit.id}, drawn),
                element(
                    "details",
                    {"class": "data", "data-exhibit": exhibit.id},
                    element("summary", {}, words(self.words["data"])),
                    element("div", {"class": "scroll", "tabindex": "0"}, self._points(chart)),
                ),
            ]
        )

    def _points(self, chart: Chart) -> Markup:
        heads = [element("th", {"scope": "col", "class": "left"}, words(self.words["category"]))]
        heads += [
            element("th", {"scope": "col", "class": "right"}, spans(series.name, self.facts)) for series in chart.series
        ]
        rows = []
        for position, category in enumerate(chart.categories):
            cells = [element("th", {"scope": "row", "class": "left"}, spans(category.text, self.facts))]
            cells += [self._point(series, series.points[position]) for series in chart.series]
            rows.append(element("tr", {}, join(cells)))
        return element(
            "table", {}, element("thead", {}, element("tr", {}, join(heads))), element("tbody", {}, lines(rows))
        )

    def _point(self, series: Series, point: Point) -> Markup:
        if point.value is None:
            return element("td", {"class": "right missing", "title": point.missing}, words(self.words["missing"]))
        marks = {
            "class": "number",
            "data-kind": "number",
            "data-fact": point.fact,
            "data-unit": series.unit,
            "data-decimals": str(series.decimals),
        }
        if clean(point.fact or "") in self.facts:
            marks |= {"role": "button", "tabindex": "0"}
        return element("td", {"class": "right"}, element("span", marks, words(point_text(series, point))))


def _least_width(table: Table, size: float) -> int:
    """Return the pixels a table needs so that no number and no word is broken, in steps of ten."""
    padding = 2 * PAD_X * len(table.columns)
    words_only = missing_width(table, 0.0) - padding  # at the smallest size of the layout
    return max(20, math.ceil((words_only * size / FONT_SIZES[-1] + padding) / 10) * 10)


def _phone_width(table: Table, room: float, size: float) -> int:
    """Return the pixels below which a table scrolls on a phone: each column, at its share, still holds its words."""
    least = _least_width(table, size)
    # in too narrow a room each column gets its part of what all need at least
    needs = [width * least / (least - 10) for width in column_widths(table, least - 10, size)]
    shares = [width / room for width in column_widths(table, room, size)]
    wide = max(need / share for need, share in zip(needs, shares, strict=True))
    if any(text_width.width(plain(cell.text), 1.0) > _LONG for row in table.rows for cell in row.cells):
        wide = max(wide, _WORDY)
    return math.ceil(wide / 10) * 10
