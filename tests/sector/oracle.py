"""The same questions answered from the files by plain polars, written apart: no line of `yanbao.sector` is used."""

from __future__ import annotations

import datetime as dt
from functools import cache
from statistics import median
from typing import Any

import polars as pl
import python_calamine

from shared_data import shared

Day = dt.date


@cache
def entries() -> pl.DataFrame:
    path = shared("data", "sw_classification", "StockClassifyUse_stock.xls")
    rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]
    days = [row[1].date() if isinstance(row[1], dt.datetime) else row[1] for row in rows]
    return pl.DataFrame({"code": [row[0] for row in rows], "day": days, "group": [row[2] for row in rows]})


@cache
def level1() -> dict[str, str]:
    """Name -> the first two digits of its codes."""
    path = shared("data", "sw_classification", "SwClassCode_2021.xls")
    rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]
    return {row[1]: row[0][:2] for row in rows if row[0].endswith("0000")}


@cache
def index_codes() -> dict[str, str]:
    rows = pl.read_csv(shared("data", "sw_index", "sw_level1_snapshot_2026.csv"))
    return {name: str(code) for code, name in rows.select("code", "name").rows()}


@cache
def group_on(day: Day) -> dict[str, str]:
    """Code -> code of its narrowest group on a day."""
    now = entries().filter(pl.col("day") <= day).sort("day").group_by("code").agg(pl.col("group").last())
    return dict(now.rows())


@cache
def listed_since() -> dict[str, Day]:
    rows = pl.read_parquet(shared("data", "prices", "stock_basic.parquet"))
    return {
        code[:6]: dt.datetime.strptime(day, "%Y%m%d").date() for code, day in rows.select("ts_code", "list_date").rows()
    }


@cache
def names() -> dict[str, str]:
    rows = pl.read_parquet(shared("data", "prices", "stock_basic.parquet"))
    return {code[:6]: name for code, name in rows.select("ts_code", "name").rows()}


def classified(day: Day, sector: str) -> set[str]:
    return {code for code, group in group_on(day).items() if group[:2] == level1()[sector]}


def members(day: Day, sector: str) -> set[str]:
    since = listed_since()
    return {code for code in classified(day, sector) if code in since and since[code] <= day}


@cache
def levels() -> dict[str, dict[Day, float]]:
    """Code of an index -> day -> level."""
    found: dict[str, dict[Day, float]] = {}
    wide = pl.read_csv(shared("data", "sw_index", "sw_level1_close_2014_2026.csv"))
    days = [Day.fromisoformat(text) for text in wide["date"]]
    for code in wide.columns[1:]:
        found[code] = {day: value for day, value in zip(days, wide[code], strict=True) if value is not None}
    broad = pl.read_csv(shared("data", "indices", "cn_indices_daily_2005_2026.csv"))
    for code, number, close in broad.select("ts_code", "trade_date", "close").rows():
        found.setdefault(code, {})[dt.datetime.strptime(str(number), "%Y%m%d").date()] = close
    return found


def level(code: str, day: Day) -> float:
    """The level on a day, or on the last one before it that has any."""
    own = levels()[code]
    return own[max(one for one in own if one <= day)]


def change(code: str, first: Day, last: Day) -> float:
    return level(code, last) / level(code, first) - 1


@cache
def _price_files() -> tuple[pl.DataFrame, pl.DataFrame]:
    daily = pl.read_parquet(shared("data", "prices", "computer_daily_adjusted_2015_2026.parquet"))
    ends = pl.read_parquet(shared("data", "prices", "all_ashares_monthend_close_2015_2026.parquet"))
    return daily, ends.with_columns(pl.col("date").cast(pl.Date))


def prices(day: Day) -> dict[str, float]:
    """Code -> adjusted close on a day; on a day without trading there is none, though the file carries one."""
    daily, ends = (file.filter(pl.col("date") == day) for file in _price_files())
    found = {code: close for code, close in ends.select("code", "close").rows() if close}
    for code, close, volume in daily.select("code", "close", "volume").rows():
        found.pop(code, None)
        if volume and close:
            found[code] = close
    return found


@cache
def vendor(name: str) -> pl.DataFrame:
    """code, day, float value and the multiples of a weekly or daily file."""
    rows = pl.read_parquet(shared("data", "baostock", f"{name}.parquet"))
    day = pl.col("date").str.to_date() if rows["date"].dtype == pl.String else pl.col("date").cast(pl.Date)
    rows = rows.filter(~pl.col("code").is_in(["sh.000034", "sh.000004", "sh.000066"]))
    rows = rows.with_columns(
        day=day,
        code=pl.col("code").str.slice(3),
        size=pl.when(pl.col("turn") > 0).then(pl.col("amount") * 100 / pl.col("turn")),
    )
    return rows.select("code", "day", "size", pe="peTTM", pb="pbMRQ", ps="psTTM").unique(
        ["code", "day"], keep="first", maintain_order=True
    )


def multiple(rows: list[tuple[float | None, float | None]], method: str) -> tuple[float | None, int]:
    """The multiple of (size, multiple) pairs by a method, and of how many."""
    known = [(size, one) for size, one in rows if size is not None and one]
    positive = [(size, one) for size, one in known if one > 0]
    if method == "median":
        return (median(one for _, one in positive) if positive else None), len(positive)
    chosen = known if method == "overall" else positive
    earned = sum(size / one for size, one in chosen)
    return (sum(size for size, _ in chosen) / earned if earned > 0 else None), len(chosen)


@cache
def quarterly() -> dict[tuple[str, Day], dict[str, Any]]:
    """(code, period) -> the last published row of the quarterly file."""
    rows = pl.read_csv(shared("data", "baostock", "profit_data.csv"), infer_schema_length=None)
    found: dict[tuple[str, Day], dict[str, Any]] = {}
    for row in rows.sort("pubDate", maintain_order=True).iter_rows(named=True):
        margin, profit = row["npMargin"], row["netProfit"]
        revenue = profit / margin if margin and profit is not None else None
        cost = revenue * (1 - row["gpMargin"]) if revenue is not None and row["gpMargin"] is not None else None
        key = (row["code"][3:], Day.fromisoformat(row["statDate"]))
        before = found.get(key, {})
        fresh = {"revenue": revenue, "cost": cost, "net_profit": profit}
        found[key] = {name: before.get(name) if value is None else value for name, value in fresh.items()}
    return found


@cache
def annual() -> dict[tuple[str, int], dict[str, float | None]]:
    """(code, year) -> lines of the annual files; -1 is missing."""
    found: dict[tuple[str, int], dict[str, float | None]] = {}
    reported = {
        (str(row[2]), int(str(row[4])[:4])) for row in _sheet("annual_2019_2021", "company_annual_reports.xlsx")[1:]
    }
    for file, lines in (
        (
            "profit_statement.xlsx",
            {
                "营业收入": "revenue",
                "营业成本": "cost",
                "研发费用": "rd_expense",
                "销售费用": "selling_expense",
                "管理费用": "admin_expense",
                "净利润": "net_profit",
            },
        ),
        ("cash_flow_statement.xlsx", {"经营活动产生的现金流量净额": "operating_cash_flow"}),
        ("people.xlsx", {"职工人数": "employees", "研发人员": "research"}),
    ):
        sheet = _sheet("annual_2019_2021", file)
        at = {name: place for place, name in enumerate(sheet[0])}
        seen: set[tuple[str, int]] = set()
        for row in sheet[1:]:
            key = (str(row[at["股票代码"]]), int(row[at["报告年份"]]))
            if key in seen or key not in reported:
                continue
            seen.add(key)
            for column, line in lines.items():
                value = float(row[at[column]])
                people = file == "people.xlsx"
                found.setdefault(key, {})[line] = None if value == -1 or (people and value <= 0) else value
    return found


@cache
def _sheet(*parts: str) -> list[list[Any]]:
    book = python_calamine.CalamineWorkbook.from_path(shared("data", *parts))
    return book.get_sheet_by_index(0).to_python()


@cache
def holdings(quarter: str) -> dict[str, float]:
    """Code -> value held, in CNY, of an A-share sheet."""
    book = python_calamine.CalamineWorkbook.from_path(shared("data", "fund_holdings", f"{quarter}.xlsx"))
    sheet = book.get_sheet_by_name("A股").to_python()
    column = sheet[0].index(f"{quarter}持有市值（亿元）")
    found: dict[str, float] = {}
    for row in sheet[1:]:
        if str(row[column]) not in ("", "--", "-"):
            found.setdefault(str(row[1]).split(".")[0].zfill(6), float(row[column]) * 1e8)
    return found


def month_end(year: int, month: int) -> Day:
    return (dt.date(year + month // 12, month % 12 + 1, 1)) - dt.timedelta(days=1)
