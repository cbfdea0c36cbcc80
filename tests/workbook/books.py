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
total = false

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

[lines.better]
unit = "亿元"
once = true
formula = "if(year > 60亿, year, 0)"

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
KINDS = KINDS.replace("total = false\n", "").replace(
    'formula = "if(year > 60亿, year, 0)"', 'formula = "if(year > 40 * one, year, 0)"'
).replace(
    "[lines.better]", '[lines.one]\nunit = "亿元"\nkind = "exact"\nvalue = "1"\nreason = "门槛的单位"\n\n[lines.better]'
)  # fmt: skip


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
