"""Workbooks of models for tests: a model with every kind of cell, and edits as somebody at a spreadsheet makes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl

from model_workspace import outlook

# quarters, a loss, a missing value, units that differ, ids that are cells of a sheet, names that are formulas
KINDS = """# 各种单元格
title = "=cmd|' /C calc'!A0"
origin = { zh = "本所", en = "House" }
as_of = 2024-06-30
periods = ["2023Q4:2024Q1", "2024Q2E:2024Q4E"]

[lines.q1]   # an id that is a cell
label = "<b>销量</b>"
unit = "万台"
values = { 2023Q4 = "100", 2024Q1 = { missing = "未披露" }, 2024Q2E = "120.0", 2024Q3E = 130, 2024Q4E = '140' }
reason = "=HYPERLINK(\\"http://x\\")"

[lines.price]
unit = "元/台"
value = "1200"
reason = "合同价"
kind = "exact"
group = "假设"

[lines.sales]
label = "收入"
unit = "亿元"
formula = "q1 * price"
decimals = 3

[lines.cost]
unit = "百万元"
values = { 2023Q4 = "1300", 2024Q1 = "1250", 2024Q2E = "1400" }
estimate = "prev(cost) * (1 + step)"
source = { zh = "公司公告", en = "Filing" }
line = 7

[lines.step]
unit = "%"
estimate = "5% + shift"

[lines.shift]
unit = "pp"
kind = "exact"
value = "0"
reason = "基准不偏离"

[lines.profit]
unit = "亿元"
formula = "sales - cost"
decimals = 3
role = "total"

[lines.growth]
unit = "%"
formula = "yoy(profit, prev(profit, 4))"

[lines.turn]
unit = "倍"
formula = "multiple(sales, profit)"

[lines.year]
unit = "亿元"
once = true
formula = "sum(sales[2024Q2E:2024Q4E])"

[lines.one]
unit = "亿元"
kind = "exact"
value = "1"
reason = "门槛的单位"

[lines.better]
unit = "亿元"
once = true
formula = "if(year > 40 * one, year, 0)"

[scenarios.live]
label = "乐观*"
reason = "价格回升"
set = { price = "1500", step = { 2024Q3E = "2" } }

[scenarios.check]
label = "基准"
reason = "成本上升"
set = { q1 = { 2024Q1 = "110" }, shift = "3" }

[[checks]]
label = "利润 = 收入 - 成本"
condition = "profit == sales - cost"

[[checks]]
label = "单价为正"
condition = "price > 0"
scenarios = ["base", "live"]
"""


def kinds(folder: Path) -> Path:
    """Write a workspace whose models are the outlook and one with every kind of cell."""
    outlook(folder)
    (folder / "models" / "kinds.toml").write_text(KINDS, "utf-8")
    return folder


@contextmanager
def edited(path: Path) -> Iterator[Any]:
    """Open a workbook, and save what was done to it."""
    book = openpyxl.load_workbook(path)
    yield book
    book.save(path)


def cell(sheet: Any, code: str, period: str) -> Any:
    """Return a cell by the id of its row and the head of its column."""
    for row in sheet.iter_rows():
        texts = {entry.value: entry.column for entry in row if isinstance(entry.value, str)}
        if period in texts and ("单位" in texts or "Unit" in texts):
            head = texts
    rows = [row[0].row for row in sheet.iter_rows() if row[1].value == code]
    assert len(rows) == 1, f"{code} stands {len(rows)} times"
    return sheet.cell(rows[0], head[period])


def bare(formula: str) -> str:
    """Return a formula without its cells' places: `=M14*(1+N10)` is `=.*(1+.)`."""
    return re.sub(r"(?:'[^']+'!)?\$?[A-Z]{1,2}\$?[0-9]+", ".", formula)


def insert_row(book: Any, name: str, at: int) -> None:
    """Insert an empty row above row `at` of a sheet, with every formula's references moved, as a spreadsheet does."""
    rows = book[name].max_row
    moved = {spot.coordinate: (spot.value, spot.number_format) for line in book[name].iter_rows() for spot in line}
    for sheet in book.worksheets:
        for line in sheet.iter_rows():
            for spot in line:
                if isinstance(spot.value, str) and spot.value.startswith("="):
                    moved_text = _moved(spot.value, sheet.title, name, at)
                    if sheet.title == name:
                        moved[spot.coordinate] = (moved_text, spot.number_format)
                    else:
                        spot.value = moved_text
    sheet = book[name]
    for row in range(rows + 1, at - 1, -1):
        for column in range(1, sheet.max_column + 1):
            spot = sheet.cell(row, column)
            above = spot.coordinate.replace(str(row), str(row - 1))
            value, code = moved.get(above, (None, "General")) if row > at else (None, "General")
            spot.value, spot.number_format = value, code
    for coordinate, (value, _) in moved.items():
        if sheet[coordinate].row < at:
            sheet[coordinate].value = value


def _moved(formula: str, home: str, name: str, at: int) -> str:
    """Return a formula with its references to a sheet's rows from `at` on moved down by one."""

    def shift(match: re.Match[str]) -> str:
        sheet = (match[1] or "").strip("'!") or home
        if sheet != name:
            return match[0]
        return re.sub(
            r"(\$?[A-Z]{1,2}\$?)([0-9]+)", lambda one: one[1] + str(int(one[2]) + (int(one[2]) >= at)), match[0]
        )

    return re.sub(r"('[^']+'!)?\$?[A-Z]{1,2}\$?[0-9]+(?::\$?[A-Z]{1,2}\$?[0-9]+)?(?![\w(])", shift, formula)
