"""The data of an Office chart as a table: categories down, series across."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from yanbao.errors import ReadError
from yanbao.read.contents import ChartContents, Place, SeriesContents
from yanbao.read.foreign.grid import MAX_POSITIONS
from yanbao.read.foreign.prose import one_line
from yanbao.read.foreign.reason import Reason
from yanbao.read.foreign.tree import Cell, Line, Prose, Table, Unread
from yanbao.read.number_display import display, general
from yanbao.read.package import Package
from yanbao.read.pptx_chart import A, C, chart_of_xml

if TYPE_CHECKING:
    from lxml.etree import _Element


Shown = Callable[[str], list[tuple[Fraction | None, str]]]


def chart_table(package: Package, part: str, place: Place, shown: Shown | None = None) -> Table | Unread:
    """Return the data that a chart part holds, as they are drawn; why not, where they cannot be read.

    Numbers stand as their labels or their number format show them, the stored ones as values. In a workbook `shown`
    gives the numbers behind a reference and their cells' texts: those stand where the numbers agree.
    """
    where = f"{package.file}: part {part!r}"
    try:
        root = package.xml(part)
        chart = chart_of_xml(root, place, where)
    except ReadError as error:
        return Unread(replace(place, part=part), Reason("chart-broken", str(error).splitlines()[0]))
    codes = _formats(root)
    if shown is not None:
        chart = replace(chart, series=tuple(_with_labels(item, shown(item.value_ref)) for item in chart.series))
    return _table(chart, codes, replace(place, part=part), _title(root))


def _with_labels(series: SeriesContents, behind: list[tuple[Fraction | None, str]]) -> SeriesContents:
    """Return a series with the texts of its cells as labels, where it has none of its own."""
    if series.labels:
        return series
    labels = [
        text if value is not None and held is not None and float(value) == float(held) else ""
        for value, (held, text) in zip(series.values, behind, strict=False)
    ]
    return replace(series, labels=tuple(labels))


def _title(root: _Element) -> str:
    """Return the chart's own title, without those of its axes."""
    element = root.find(f"{C}chart/{C}title")
    return "" if element is None else one_line("".join(piece.text or "" for piece in element.iter(f"{A}t")))


def _formats(root: _Element) -> list[str]:
    """Return the number format of each series in the order of their indices; "" where it has none."""
    found: list[tuple[int, str]] = []
    for number, series in enumerate(root.iter(f"{C}ser")):
        order = series.find(f"{C}idx")
        text = "" if order is None else order.get("val") or ""
        values = series.find(f"{C}val")
        values = series.find(f"{C}yVal") if values is None else values
        code = None if values is None else next(values.iter(f"{C}formatCode"), None)
        shown = series.find(f"{C}dLbls/{C}numFmt")
        own = "" if shown is None or shown.get("sourceLinked") == "1" else shown.get("formatCode") or ""
        found.append(
            (
                int(text) if text.isascii() and text.isdigit() and len(text) < 7 else number,
                own or ("" if code is None else code.text or ""),
            )
        )
    found.sort(key=lambda pair: pair[0])
    return [code for _, code in found]


def _table(chart: ChartContents, codes: list[str], place: Place, title: str) -> Table | Unread:
    series = chart.series
    length = max((len(item.values) for item in series), default=0)
    if not length:
        return Unread(place, Reason("chart-empty"))
    scatter = any(item.xs for item in series)
    columns = sum(2 if item.xs else 1 for item in series) + 1
    if (length + 1) * columns > MAX_POSITIONS:
        return Unread(place, Reason("chart-too-big", MAX_POSITIONS))
    head = [Cell("", place)]
    for number, item in enumerate(series, 1):
        head += [Cell("x", place, head=True)] if item.xs else []
        head.append(Cell(item.name or f"{number}", place, head=True))
    rows: list[tuple[Cell | None, ...]] = [tuple(head)]
    labels = _labels(chart, length)
    for at in range(length):
        row = [Cell(labels[at], place, head=True)]
        for item, code in zip(series, codes, strict=True):
            row += [_number(item.xs, at, "", "", place)] if item.xs else []
            printed = item.labels[at] if at < len(item.labels) else ""
            row.append(_number(item.values, at, code, printed, place))
        rows.append(tuple(row))
    caption = None
    if title:
        caption = Prose(title, (Line(title, replace(place, start=0, end=len(title))),), (0,), "caption")
    return Table(
        tuple(rows), place, "chart", caption, head_rows=1, head_columns=0 if scatter and not any(labels) else 1
    )


def _labels(chart: ChartContents, length: int) -> list[str]:
    own: tuple[str, ...] = chart.categories
    for item in chart.series:
        own = own or item.categories
    return [own[at] if at < len(own) else "" for at in range(length)]


def _number(values: tuple[Fraction | None, ...], at: int, code: str, printed: str, place: Place) -> Cell:
    value = values[at] if at < len(values) else None
    if value is None:
        return Cell(printed, place)
    text = printed or (display(value, code) if code and code.lower() != "general" else general(value))
    return Cell(text, replace(place, start=0, end=len(text)), value=value)
