"""A small workspace that makes a call: the starter, with a company's price and forecasts."""

from __future__ import annotations

from pathlib import Path

from workspaces import change, starter

FIRM = "year,eps,profit,revenue\n2024E,1.00,241.00,1900.03\n2025E,1.30,311.81,2444.14\n"
FIRM_TOML = """
title = { zh = "科远智慧业绩预测", en = "Sciyon: forecasts" }
origin = "swsc"
as_of = 2024-06-30
period = "year"
[columns.year]
label = { zh = "年份", en = "Year" }
[columns.eps]
label = { zh = "每股收益", en = "EPS" }
unit = "元"
[columns.profit]
label = { zh = "归母净利润", en = "Net profit" }
unit = "百万元"
[columns.revenue]
label = { zh = "营业收入", en = "Revenue" }
unit = "百万元"
"""
QUOTE = "name,price,target,benchmark\n科远智慧,18.30,25.00,5.0\n"
QUOTE_TOML = """
title = { zh = "股价与目标价", en = "Price and target" }
origin = "swsc"
as_of = 2024-06-30
[columns.name]
label = { zh = "公司", en = "Company" }
[columns.price]
label = { zh = "股价", en = "Price" }
unit = "元"
kind = "exact"
[columns.target]
label = { zh = "目标价", en = "Target price" }
unit = "元"
kind = "exact"
[columns.benchmark]
label = { zh = "基准预期涨幅", en = "Expected return of the benchmark" }
unit = "%"
[rows."科远智慧"]
label = { zh = "科远智慧", en = "Sciyon" }
"""
LEDGER = """
[ledger]
benchmark = "000300.SH"
"""
CALL = """
[[calls]]
security = "002380.SZ"
name = { zh = "科远智慧", en = "Sciyon" }
rating = "买入"
price = "quote.price[科远智慧]"
price_day = 2024-06-28
estimates.eps = { "2024E" = "firm.eps[2024E]", "2025E" = "firm.eps[2025E]" }
estimates.net_profit = { "2024E" = "firm.profit[2024E]" }
analyst = "S0000000000000"
interests = { zh = "本机构持有该公司股份不足百分之一。", en = "The house holds less than one per cent of the shares." }
"""
TARGET = """target = "quote.target[科远智慧]"
benchmark_return = "quote.benchmark[科远智慧]"
"""


def called(folder: Path, call: str = CALL, *, formats: str = '"html", "xlsx"') -> Path:
    """Write the starter with a call into `folder` and return it."""
    starter(folder)
    for name, table, toml in (("firm", FIRM, FIRM_TOML), ("quote", QUOTE, QUOTE_TOML)):
        (folder / "evidence" / f"{name}.csv").write_text(table, "utf-8")
        (folder / "evidence" / f"{name}.toml").write_text(toml, "utf-8")
    change(folder, "yanbao.toml", 'formats = ["html", "pptx", "pdf", "xlsx"]', f"formats = [{formats}]")
    add(folder, LEDGER + call)
    return folder


def add(folder: Path, text: str) -> None:
    """Write something more into a workspace's settings."""
    path = folder / "yanbao.toml"
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def with_target(call: str = CALL) -> str:
    """Return the call with a target price and the benchmark's expected return."""
    return call.replace("estimates.eps", TARGET + "estimates.eps", 1)
