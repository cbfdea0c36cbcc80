"""Exhibits as figures: tables, timelines, and charts with their data beside them."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from yanbao.document.table_layout import groups, header_rows
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
            inner = element("div", {"class": "scroll", "tabindex": "0"}, self._table(body))
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

    def _table(self, table: Table) -> Markup:
        parts = [self._widths(table), self._head(table)]
        parts.append(element("tbody", {}, lines(self._row(table, row) for row in table.rows)))
        return element("table", {"class": f"kind-{table.kind}"}, lines(part for part in parts if part))

    def _widths(self, table: Table) -> Markup:
        if all(column.width == 1.0 for column in table.columns):
            return EMPTY
        total = sum(column.width for column in table.columns)
        cols = (element("col", {"class": f"w-{max(1, round(100 * column.width / total))}"}) for column in table.columns)
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
        if chart.kind == "ranking":
            height = max(height, 70.0 + _RANK_ROW * len(chart.categories))
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
