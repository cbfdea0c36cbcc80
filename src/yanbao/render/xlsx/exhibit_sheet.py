"""An exhibit as a sheet: title, unit, as-of day, a table that facts live in, the chart beside it, origin, note."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

from yanbao.document.tree import Cell as TableCell
from yanbao.document.tree import Chart, Column, Exhibit, Page, Row, Series, Span, Table, Text, Timeline, plain
from yanbao.errors import RenderError
from yanbao.fact.fact import Fact
from yanbao.render.xlsx import axis_format, number_format
from yanbao.render.xlsx.grid import ROW_PIXELS, Between, Cell, ChartPlace, Fixed, Gap, Look, Placed, Sheet, Shown, Words
from yanbao.render.xlsx.words import page as page_text

HEAD_ROW = 4  # title, unit and day, links, an empty row
_CHART_WIDTH = 680
_CHART_HEIGHT = 340
_MULTIPLE_POINTS = 12  # above so many bars a ranking grows


def exhibit_sheet(
    exhibit: Exhibit, page: Page, name: str, index: str, facts: Mapping[str, Fact], own: Mapping[str, str], zh: bool
) -> Sheet:
    """Return the sheet of an exhibit; `index` is the name of the sheet that its link goes back to."""
    sheet = Sheet(name, footer=plain(page.footer))
    put_top(sheet, own["gap"].join((plain(exhibit.label), plain(exhibit.title))), index, own)
    notes = [plain(text) for text in (exhibit.unit, exhibit.as_of) if plain(text)]
    sheet.put(1, 0, Words(own["gap"].join(notes), Look("muted")))
    sheet.put(2, 1, Words(page_text(page.number, "zh" if zh else "en"), Look("muted")))
    if isinstance(exhibit.body, Table):
        head_end, end = _table(sheet, exhibit.body, facts)
    elif isinstance(exhibit.body, Timeline):
        head_end, end = _timeline(sheet, exhibit.body, facts, own)
    else:
        head_end, end = _chart(sheet, exhibit, exhibit.body, facts)
    sheet.header_rows = (HEAD_ROW, head_end)
    sheet.frozen = (head_end + 1, 1)
    for text in (exhibit.origin, exhibit.note):
        if plain(text):
            end += 1
            sheet.put(end, 0, Words(plain(text), Look("muted")))
    return sheet


def put_top(sheet: Sheet, title: str, index: str, own: Mapping[str, str]) -> None:
    """Set a sheet's title and its way back to the index."""
    sheet.put(0, 0, Words(title, Look("title")))
    sheet.put(2, 0, Words(own["back"], Look("link"), sheet=index))


def text_cell(text: Text, facts: Mapping[str, Fact], look: Look) -> Cell:
    """Return the cell of a text: a live value where it is one number or one quoted fact, else its words."""
    shown = plain(text)
    bound = [span for span in text if span.kind != "run"]
    if len(bound) == 1 and bound[0].fact is not None:
        cell = _bound(bound[0], shown, facts, look)
        if cell is not None:
            return cell
    return Words(shown, look)


def _bound(span: Span, shown: str, facts: Mapping[str, Fact], look: Look) -> Cell | None:
    assert span.fact is not None
    fact = facts.get(span.fact)
    if fact is None:
        raise RenderError(f"{shown!r} shows the fact {span.fact!r}, which the document does not hold")
    if span.kind == "quote" and fact.text == shown:
        return Shown(fact.id, look, text=shown)
    if span.kind != "number" or fact.quantity is None:
        return None
    found = number_format.of_text(shown, fact.quantity, span.unit)
    if found is None:
        return None
    return Shown(fact.id, look._replace(number_format=found.code, wrap=False), found.factor, text=shown)


def _table(sheet: Sheet, table: Table, facts: Mapping[str, Fact]) -> tuple[int, int]:
    row = HEAD_ROW
    if any(plain(column.group) for column in table.columns):
        _groups(sheet, row, table.columns)
        row += 1
    for at, column in enumerate(table.columns):
        sheet.put(row, at, Words(plain(column.label), Look("head", column.align, wrap=True)))
    head_end = row
    for line in table.rows:
        row += 1
        for at, (cell, column) in enumerate(zip(line.cells, table.columns, strict=True)):
            sheet.put(row, at, _table_cell(cell, column, line, at == 0, facts))
    sheet.fit(HEAD_ROW)
    return head_end, row + 1


def _groups(sheet: Sheet, row: int, columns: tuple[Column, ...]) -> None:
    first = 0
    for at in range(1, len(columns) + 1):
        if at < len(columns) and columns[at].group == columns[first].group and plain(columns[at].group):
            continue
        label = plain(columns[first].group)
        for column in range(first, at):
            sheet.put(row, column, Words(label if column == first else "", Look("group", "center")))
        if label and at - first > 1:
            sheet.merges.append((row, first, at - 1))
        first = at


def _table_cell(cell: TableCell, column: Column, line: Row, first: bool, facts: Mapping[str, Fact]) -> Cell:
    kind = "label" if first else "body"
    bold = bool(cell.text) and all(span.bold for span in cell.text)
    look = Look(kind, column.align, row=line.role, wrap=True, bold=bold, tone=cell.mark)  # type: ignore[arg-type]
    if cell.missing is not None:
        return Words(plain(cell.text), look._replace(kind="missing"), comment=cell.missing, fact=cell.fact)
    return text_cell(cell.text, facts, look)


def _timeline(sheet: Sheet, timeline: Timeline, facts: Mapping[str, Fact], own: Mapping[str, str]) -> tuple[int, int]:
    detailed = any(plain(event.detail) for event in timeline.events)
    heads = ["when", "event"] + (["detail"] if detailed else [])
    sheet.row(HEAD_ROW, [Words(own[key], Look("head")) for key in heads])
    row = HEAD_ROW
    for event in timeline.events:
        row += 1
        texts = [event.when, event.title] + ([event.detail] if detailed else [])
        for at, text in enumerate(texts):
            sheet.put(row, at, text_cell(text, facts, Look("body" if at else "label", wrap=True)))
    sheet.fit(HEAD_ROW)
    return HEAD_ROW, row + 1


def _chart(sheet: Sheet, exhibit: Exhibit, chart: Chart, facts: Mapping[str, Fact]) -> tuple[int, int]:
    row = HEAD_ROW
    sheet.put(row, 0, Words("", Look("head")))
    for at, series in enumerate(chart.series, 1):
        sheet.put(row, at, Words(plain(series.name), Look("head", "right", wrap=True)))
    if any(series.unit for series in chart.series):
        row += 1
        sheet.put(row, 0, Words("", Look("unit")))
        for at, series in enumerate(chart.series, 1):
            sheet.put(row, at, Words(series.unit, Look("unit", "right")))
    head_end = row
    for number, category in enumerate(chart.categories):
        row += 1
        role = "highlight" if number in chart.highlights else "body"
        sheet.put(row, 0, Words(plain(category.text), Look("label", row=role)))  # type: ignore[arg-type]
        for at, series in enumerate(chart.series, 1):
            look = Look("body", "right", row=role)  # type: ignore[arg-type]
            sheet.put(row, at, _point(exhibit, chart, series, number, facts, look))
    spreads = _spreads(sheet, chart, head_end)
    sheet.fit(HEAD_ROW)
    size = (_CHART_WIDTH, _height(chart))
    columns = tuple(range(1, len(chart.series) + 1))
    right = len(chart.series) + len(spreads) + 2
    sheet.charts.append(
        ChartPlace(
            chart, HEAD_ROW, head_end + 1, row, 0, columns, HEAD_ROW, right, size, spreads=spreads, alt=exhibit.alt
        )
    )
    return head_end, max(row, HEAD_ROW + -(-size[1] // ROW_PIXELS)) + 1


def _spreads(sheet: Sheet, chart: Chart, head_end: int) -> tuple[int, ...]:
    """Set the columns of distances that a band stacks on its lowest series, from each of its ends to the next.

    Whiskers have one: their length. Return the columns.
    """
    ends = (0, 1) if chart.kind == "whiskers" else chart.areas if chart.kind == "band" else ()
    return tuple(
        _spread(sheet, chart, head_end, low, high, len(chart.series) + number)
        for number, (low, high) in enumerate(pairwise(ends), 1)
    )


def _spread(sheet: Sheet, chart: Chart, head_end: int, low: int, high: int, column: int) -> int:
    names = [plain(chart.series[at].name) for at in (low, high)]
    sheet.put(HEAD_ROW, column, Words("–".join(names), Look("unit", "right", wrap=True)))
    if head_end > HEAD_ROW:
        sheet.put(head_end, column, Words("", Look("unit")))
    for number in range(len(chart.categories)):
        bottom, top = chart.series[low].points[number], chart.series[high].points[number]
        if bottom.value is None or top.value is None:
            continue
        value = (top.value - bottom.value) * axis_format.scale(chart.series[low].unit)
        sheet.put(head_end + 1 + number, column, Between(column - high - 1, column - low - 1, value))
    return column


def _height(chart: Chart) -> int:
    return _CHART_HEIGHT + max(0, chart.stories - _MULTIPLE_POINTS) * ROW_PIXELS


def _point(exhibit: Exhibit, chart: Chart, series: Series, number: int, facts: Mapping[str, Fact], look: Look) -> Cell:
    if number >= len(series.points):
        raise RenderError(f"{plain(exhibit.label)}: series {series.id!r} has {len(series.points)} points")
    point = series.points[number]
    if point.value is None:
        return Gap(point.missing or "", look)
    if chart.kind == "calls":  # a day or a row: the cell says what it is, and holds the number that the chart draws
        code = axis_format.day_code(point.text) if series is chart.series[0] else number_format.words(point.text)
        return Placed(point.value, look._replace(number_format=code), point.text)
    percent = series.unit == "%"
    value = point.value / 100 if percent else point.value
    code = number_format.plain_code(series.decimals, percent)
    fact = facts.get(point.fact) if point.fact else None
    if fact is None or fact.quantity is None:
        if point.fact:
            raise RenderError(f"{plain(exhibit.label)}: point {number + 1} shows {point.fact!r}, which has no value")
        return Fixed(value, look._replace(number_format=code))
    home = number_format.cell_value(fact.quantity)
    factor = value / home if home else Fraction(1)
    found = number_format.of_text(point.text, fact.quantity, series.unit) if point.text else None
    if found is not None and found.factor == factor:
        code = found.code
    text = point.text or f"{float(value):,.{series.decimals}f}"
    return Shown(fact.id, look._replace(number_format=code), factor, text=text)
