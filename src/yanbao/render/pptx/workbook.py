"""The workbook behind a chart: the categories and values that its XML holds, for editing in place."""

from __future__ import annotations

import io
from datetime import date, datetime

from yanbao.document.days import serial
from yanbao.document.tree import Chart, Text, plain
from yanbao.render.pptx.day_axis import DAY_FORMAT, days_of
from yanbao.render.pptx.repack import repacked
from yanbao.render.pptx.value_format import as_float

SHEET = "data"


def column(index: int) -> str:
    """Return the letter of a column counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def name_reference(series: int) -> str:
    """Return the cell of a series' name."""
    return f"{SHEET}!${column(series + 1)}$1"


def value_reference(series: int, count: int) -> str:
    """Return the cells of a series' values."""
    letter = column(series + 1)
    return f"{SHEET}!${letter}$2:${letter}${count + 1}"


def category_reference(count: int) -> str:
    """Return the cells of the categories."""
    return f"{SHEET}!$A$2:$A${count + 1}"


def chart_workbook(chart: Chart, day: date) -> bytes:
    """Return the workbook of a chart: categories down the first column, a column for each series; gaps stay empty."""
    import xlsxwriter

    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(day.year, day.month, day.day)})
    sheet = book.add_worksheet(SHEET)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, max(1, len(chart.series)), 16)
    days = days_of(chart)
    as_day = book.add_format({"num_format": DAY_FORMAT}) if days or chart.kind == "calls" else None
    of_first = as_day if chart.kind == "calls" else None
    for row, day in enumerate(days, 1):
        sheet.write_number(row, 0, serial(day), as_day)
    for row, category in enumerate(() if days else chart.categories, 1):
        _write(sheet, row, 0, category.text)
    for number, series in enumerate(chart.series, 1):
        _write(sheet, 0, number, series.name)
        for row, point in enumerate(series.points, 1):
            if point.value is not None:
                sheet.write_number(row, number, as_float(point.value), of_first if number == 1 else None)
    if chart.kind == "whiskers":
        _lengths(sheet, chart)
    book.close()
    return repacked(held.getvalue())


def _lengths(sheet: object, chart: Chart) -> None:
    """Write how far each low end is from its high one: what error bars are drawn by."""
    at = len(chart.series) + 1
    low, high = chart.series[:2]
    sheet.write_string(0, at, f"{plain(low.name)}–{plain(high.name)}")  # type: ignore[attr-defined]
    for row, (one, other) in enumerate(zip(low.points, high.points, strict=True), 1):
        if one.value is not None and other.value is not None:
            length = as_float(other.value - one.value)
            sheet.write_formula(row, at, f"={column(2)}{row + 1}-{column(1)}{row + 1}", None, length)  # type: ignore[attr-defined]


def _write(sheet: object, row: int, at: int, text: Text) -> None:
    words = plain(text)
    if words:
        sheet.write_string(row, at, words)  # type: ignore[attr-defined]
