"""The figures of `docs/reproduction.md` on chapter 1: from the files by plain polars, and by the exhibits."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sector import oracle
from shared_data import shared
from yanbao.sector.market import Market
from yanbao.sector.movers import MoversOptions, movers
from yanbao.sector.operating_cash_flow import OperatingCashFlowOptions, operating_cash_flow
from yanbao.sector.ranking import RankingOptions, ranking
from yanbao.sector.revenue_growth import RevenueGrowthOptions, revenue_growth
from yanbao.sector.valuation import ValuationOptions, valuation

D = dt.date
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reproduction.md"
START, END, NEXT = D(2023, 12, 29), D(2024, 6, 28), D(2024, 7, 1)
# the report's figures: the text that was left of it
PRINTED = {"荣科科技": 49.9, "淳中科技": 43.8, "ST银江": -79.6, "*ST英飞": -77.8}
CODES = {"荣科科技": "300290", "淳中科技": "603516", "ST银江": "300020", "*ST英飞": "002528"}


@cache
def section() -> str:
    text = PAGE.read_text("utf-8")
    found = re.search(r"(?ms)^## Chapter 1 against the market data$.*?(?=^## |\Z)", text)
    assert found, "the section is there"
    return found[0]


@cache
def row_of(name: str) -> list[str]:
    """The cells of the page's row that begins with a name."""
    (line,) = (line for line in section().splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def percent(value: float) -> str:
    return f"{100 * value:+.1f}".replace("-", "−")


def test_the_index_as_printed() -> None:
    own = {
        code: oracle.level(code, END) / oracle.level(code, START) - 1
        for code in oracle.levels()
        if code.startswith("801")
    }
    relative = own["801750"] - oracle.change("000300.SH", START, END)
    rank = sorted(own.values(), reverse=True).index(own["801750"]) + 1
    assert (round(100 * own["801750"], 1), round(100 * relative, 1), rank, len(own)) == (-24.9, -25.8, 30, 31)
    assert row_of("index return")[:2] == ["−24.9", "−24.9"]
    assert row_of("relative return, pp")[:2] == ["−25.8", "−25.8"]
    assert row_of("rank")[:2] == ["30/31", "30/31"]
    # a trading day later it was another figure: the index stands on the last day of June, the movers do not
    later = oracle.change("801750", START, NEXT)
    assert (round(100 * later, 1), round(100 * (later - oracle.change("000300.SH", START, NEXT)), 1)) == (-25.0, -26.4)
    assert "−25.0" in section()


@pytest.mark.parametrize("name", PRINTED)
def test_a_named_mover_is_printed_with_the_close_of_the_next_trading_day(name: str) -> None:
    """Every pair of days around the two is tried: one pair alone gives all four figures as printed."""
    code = CODES[name]
    before, after, later = (oracle.prices(day)[code] for day in (START, END, NEXT))
    assert percent(later / before - 1) == percent(PRINTED[name] / 100)
    assert percent(after / before - 1) != percent(PRINTED[name] / 100)
    assert row_of(name)[:3] == [percent(PRINTED[name] / 100), percent(after / before - 1), percent(later / before - 1)]


def test_no_other_pair_of_days_gives_all_four() -> None:
    rows = pl.read_parquet(shared("data", "prices", "computer_daily_adjusted_2015_2026.parquet"))
    rows = rows.filter(pl.col("code").is_in(list(CODES.values())), pl.col("volume") > 0)
    closes = {(code, day): close for code, day, close in rows.select("code", "date", "close").rows()}
    days = sorted({day for _, day in closes})
    pairs = [
        (first, last)
        for first in days
        if D(2023, 12, 15) <= first <= D(2024, 1, 15)
        for last in days
        if D(2024, 6, 14) <= last <= D(2024, 7, 19)
    ]
    fit = [
        (first, last)
        for first, last in pairs
        if all(
            (CODES[name], first) in closes
            and (CODES[name], last) in closes
            and abs(100 * (closes[CODES[name], last] / closes[CODES[name], first] - 1) - printed) <= 0.05
            for name, printed in PRINTED.items()
        )
    ]
    assert len(pairs) > 400
    assert fit == [(START, NEXT)]


def test_the_two_whose_prices_are_not_there() -> None:
    rows = pl.read_parquet(shared("data", "prices", "computer_daily_adjusted_2015_2026.parquet"))
    assert rows.filter(pl.col("code") == "688631")["date"].min() == D(2025, 10, 9)
    assert rows.filter(pl.col("code") == "300799").is_empty()
    assert "300799" not in oracle.listed_since()
    assert "2025-10-09" in "".join(row_of("莱斯信息"))
    assert "delisted" in "".join(row_of("*ST左江"))


def test_the_exhibits_give_the_pages_figures(market: Market) -> None:
    (own,) = (row for row in ranking(market, RankingOptions(frm=START, to=END)).rows if row["name"] == "计算机")
    assert (own["rank"], percent(own["return"]), percent(own["relative"])) == (30, "−24.9", "−25.8")
    for day, place in ((END, 1), (NEXT, 2)):
        rows = movers(market, MoversOptions(sector="计算机", frm=START, to=day, n=2)).rows
        assert [row["name"] for row in rows] == ["荣科科技", "淳中科技", "ST银江", "*ST英飞"]
        assert [row_of(row["name"])[place] for row in rows] == [percent(row["return"]) for row in rows]


def test_the_sample_that_values_computer_in_june_2024(market: Market) -> None:
    rows = valuation(market, ValuationOptions(on=END, sector="计算机", source="weekly300", measures=("pe",))).rows
    found = {row["method"]: row for row in rows}
    cells = row_of("PE, excluding negatives")
    codes = oracle.members(END, "计算机")
    kept = oracle.vendor("weekly_valuation_csi300_2020_2025").filter(
        pl.col("day") == END, pl.col("code").is_in(list(codes))
    )
    value, n = oracle.multiple(list(kept.select("size", "pe").rows()), "excluding_negatives")
    assert value is not None
    assert (found["excluding_negatives"]["value"], found["excluding_negatives"]["n"]) == (pytest.approx(value), n)
    assert cells[:2] == ["34", f"{value:.1f}"]
    assert f"{n} companies" in cells[-1]


def test_growth_of_the_quarter_the_report_compares_with(market: Market) -> None:
    day, base = D(2023, 3, 31), D(2022, 3, 31)
    (row,) = revenue_growth(market, RevenueGrowthOptions(sector="计算机", frm=day, to=day)).rows
    pairs = []
    for code in oracle.members(day, "计算机"):
        now, then = (oracle.quarterly().get((code, one), {}).get("revenue") for one in (day, base))
        if now is not None and then is not None:
            pairs.append((now, then))
    overall = sum(now for now, _ in pairs) / sum(then for _, then in pairs) - 1
    assert (row["overall"], row["n"]) == (pytest.approx(overall), len(pairs))
    cells = row_of("revenue growth 2023Q1")
    assert cells[:2] == ["−1.2", percent(overall)]
    assert f"{len(pairs)} companies" in cells[-1]


def test_how_far_the_annual_files_reach(annual: Market) -> None:
    frm, to = D(2021, 12, 31), D(2021, 12, 31)
    (row,) = operating_cash_flow(annual, OperatingCashFlowOptions(sector="计算机", frm=frm, to=to)).rows
    both: list[tuple[float, float]] = []
    for code in oracle.members(to, "计算机"):
        pair: list[Any] = [oracle.annual().get((code, year), {}).get("operating_cash_flow") for year in (2021, 2020)]
        if None not in pair:
            both.append((pair[0], pair[1]))
    assert (row["total"], row["n"]) == (pytest.approx(sum(now for now, _ in both)), len(both))
    assert f"{row['total'] / 1e8:.1f}" in section()
    assert f"{len(both)} companies" in section()
