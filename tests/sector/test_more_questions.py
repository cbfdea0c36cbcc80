"""Questions on the shared data that the other files ask too few of, and how many there are of each kind."""

from __future__ import annotations

import datetime as dt
import itertools
import statistics
from functools import cache
from typing import Any

import polars as pl
import pytest

from sector import (
    oracle,
    test_fund_holdings,
    test_movers,
    test_performance,
    test_policy_rate,
    test_share_price,
    test_statements,
    test_valuation,
)
from shared_data import shared
from yanbao.sector import EXHIBITS
from yanbao.sector.coverage import CoverageOptions, coverage
from yanbao.sector.gross_margin import GrossMarginOptions, gross_margin
from yanbao.sector.market import Market
from yanbao.sector.movers import MoversOptions, movers
from yanbao.sector.operating_cash_flow import OperatingCashFlowOptions, operating_cash_flow
from yanbao.sector.revenue_growth import RevenueGrowthOptions, revenue_growth
from yanbao.sector.screen import ScreenOptions, screen

D = dt.date
LEAST = 20


def questions(asked: list[tuple[Any, ...]], fast: int = 9) -> list[Any]:
    """One in `fast` is asked at once, the others in the full run."""
    return [pytest.param(*one, marks=[pytest.mark.slow] if at % fast else []) for at, one in enumerate(asked)]


MOVED = [
    (sector, D(year, 12, 31), D(year + 1, 6, 30))
    for sector, year in itertools.product(("计算机", "通信", "传媒", "汽车"), (2015, 2017, 2019, 2022))
]


@pytest.mark.parametrize(("sector", "frm", "to"), questions(MOVED))
def test_who_moved_most_in_half_a_year(market: Market, sector: str, frm: dt.date, to: dt.date) -> None:
    rows = movers(market, MoversOptions(sector=sector, frm=frm, to=to, n=3)).rows
    d0, d1 = (max(day for day in oracle.levels()["000300.SH"] if day <= asked) for asked in (frm, to))
    before, after, since = oracle.prices(d0), oracle.prices(d1), oracle.listed_since()
    moved = {
        code: after[code] / before[code] - 1
        for code in oracle.members(to, sector)
        if code in before and code in after and since[code] <= d0
    }
    order = sorted(moved, key=lambda code: moved[code], reverse=True)
    assert [row["code"][:6] for row in rows] == [*order[:3], *order[:-4:-1]]
    assert [row["return"] for row in rows] == pytest.approx([moved[row["code"][:6]] for row in rows], rel=1e-9)


CASH = [(sector, year) for sector in ("通信", "传媒", "汽车", "电子", "钢铁") for year in (2020, 2021)]


@pytest.mark.parametrize(("sector", "year"), questions(CASH))
def test_cash_flow_of_a_year(annual: Market, sector: str, year: int) -> None:
    end = D(year, 12, 31)
    (row,) = operating_cash_flow(annual, OperatingCashFlowOptions(sector=sector, frm=end, to=end)).rows
    found = [
        [oracle.annual().get((code, one), {}).get("operating_cash_flow") for one in (year, year - 1)]
        for code in oracle.members(end, sector)
    ]
    both = [(now, base) for now, base in found if now is not None and base is not None]
    total, base = sum(now for now, _ in both), sum(base for _, base in both)
    assert (row["total"], row["base"], row["n"]) == (pytest.approx(total), pytest.approx(base), len(both))
    assert row["growth"] == (pytest.approx(total / base - 1) if total > 0 and base > 0 else None)


def _known(code: str, period: dt.date, line: str) -> float | None:
    return oracle.quarterly().get((code, period), {}).get(line)


def _fulfils(code: str, period: dt.date, where: str) -> bool:
    now, before = (
        _known(code, period, "revenue"),
        _known(code, oracle.month_end(period.year - 1, period.month), "revenue"),
    )
    cost, profit = _known(code, period, "cost"), _known(code, period, "net_profit")
    margin = 1 - cost / now if now is not None and now > 0 and cost is not None else None
    growth = now / before - 1 if now is not None and before is not None and before > 0 else None
    net = profit / now if now is not None and now > 0 and profit is not None else None
    return {
        "revenue_growth > 10%": growth is not None and growth > 0.1,
        "gross_margin > 30%": margin is not None and margin > 0.3,
        "net_margin < 5%": net is not None and net < 0.05,
        "revenue_growth < 0 and net_margin > 0": growth is not None and net is not None and growth < 0 < net,
    }[where]


SCREENED = [
    (sector, period, where)
    for (sector, period), where in itertools.product(
        (
            ("计算机", D(2022, 12, 31)),
            ("电子", D(2021, 9, 30)),
            ("银行", D(2020, 6, 30)),
            ("医药生物", D(2019, 3, 31)),
            ("食品饮料", D(2018, 12, 31)),
        ),
        ("revenue_growth > 10%", "gross_margin > 30%", "net_margin < 5%", "revenue_growth < 0 and net_margin > 0"),
    )
]


@pytest.mark.parametrize(("sector", "period", "where"), questions(SCREENED))
def test_a_screen_of_statements(market: Market, sector: str, period: dt.date, where: str) -> None:
    on = D(2025, 6, 30)  # after the last report that came late
    options = ScreenOptions(sector=sector, on=on, where=where, period=period, profit="net_profit")
    found = [row["code"][:6] for row in screen(market, options).rows]
    assert found == sorted(code for code in oracle.members(on, sector) if _fulfils(code, period, where))
    assert found or sector == "银行"


@cache
def _published() -> pl.DataFrame:
    rows = pl.read_csv(shared("data", "baostock", "profit_data.csv"), infer_schema_length=None)
    return rows.with_columns(code=pl.col("code").str.slice(3), published=pl.col("pubDate").str.to_date())


COVERED = [
    (sector, day)
    for sector in ("计算机", "电子", "银行", "食品饮料", "传媒")
    for day in (D(2016, 5, 20), D(2019, 8, 30), D(2021, 12, 31), D(2022, 10, 28))
]


@pytest.mark.parametrize(("sector", "on"), questions(COVERED))
def test_how_many_members_each_table_covers(market: Market, sector: str, on: dt.date) -> None:
    day = max(one for one in oracle.levels()["000300.SH"] if one <= on)
    codes = oracle.members(on, sector)
    found = {(row["table"], row["item"]): row for row in coverage(market, CoverageOptions(sector=sector, on=on)).rows}
    wanted: dict[tuple[str, str], tuple[dt.date, int]] = {}
    priced = len(codes & oracle.prices(day).keys())
    if priced:
        wanted["adjusted_price", "dividend"] = (day, priced)
    for source, file in test_valuation.FILES.items():
        rows = oracle.vendor(file).filter(pl.col("day") == day, pl.col("code").is_in(list(codes)))
        if rows.height:
            wanted["valuation", source] = (day, rows.height)
    said = _published().filter(pl.col("published") <= on, pl.col("code").is_in(list(codes)))
    profits = said.drop_nulls("netProfit")
    if profits.height:
        newest = max(profits["statDate"])
        count = profits.filter(pl.col("statDate") == newest)["code"].n_unique()
        wanted["statement", "net_profit"] = (D.fromisoformat(newest), count)
    for key, (period, n) in wanted.items():
        row = found[key]
        assert (row["period"], row["n"], row["members"]) == (period, n, len(codes)), key
        assert row["share"] == pytest.approx(n / len(codes))
    assert {key for key in found if key[0] in ("adjusted_price", "valuation")} == {
        key for key in wanted if key[0] != "statement"
    }


QUARTERS = [oracle.month_end(year, month) for year in (2021, 2022) for month in (3, 6, 9, 12)]


def test_a_matched_sample_is_the_same_companies_in_all_periods(market: Market) -> None:
    frm, to = QUARTERS[0], QUARTERS[-1]
    rows = gross_margin(market, GrossMarginOptions(sector="电子", frm=frm, to=to, sample="matched")).rows
    in_all = [
        code
        for code in oracle.members(frm, "电子")
        if all(
            code in oracle.members(day, "电子")
            and _known(code, day, "cost") is not None
            and (_known(code, day, "revenue") or 0) > 0
            for day in QUARTERS
        )
    ]
    assert [row["n"] for row in rows] == [len(in_all)] * len(QUARTERS)
    for row in rows:
        margins = [1 - _known(c, row["period"], "cost") / _known(c, row["period"], "revenue") for c in in_all]  # type: ignore[operator]
        assert row["median"] == pytest.approx(statistics.median(margins), rel=1e-8)
    each = gross_margin(market, GrossMarginOptions(sector="电子", frm=frm, to=to))
    assert len({row["n"] for row in each.rows}) > 1
    least, most = min(row["n"] for row in each.rows), max(row["n"] for row in each.rows)
    assert f"各期计入{least}至{most}家" in each.coverage.text.zh
    grown = revenue_growth(market, RevenueGrowthOptions(sector="电子", frm=frm, to=to, sample="matched"))
    assert len({row["n"] for row in grown.rows}) == 1
    assert "样本随期变化" not in grown.coverage.text.zh
    assert "各期样本相同" in "".join(note.zh for note in grown.notes)


def test_each_kind_is_asked_twenty_questions_and_more() -> None:
    """A question is one sector (or all of them) and one day or period whose answer another route gives."""
    sectors, years = len(test_statements.SECTORS), 10
    counts = {
        "performance": len(test_performance.QUESTIONS),
        "ranking": len(test_performance.RANKED),
        "movers": len(test_movers.MOVED) + len(MOVED),
        "members": len(test_movers.ASKED),
        # all 31 sectors, by three measures and three methods
        "valuation": 9 * (len(test_valuation.DAYS) + len(test_valuation.PUBLISHED)),
        "valuation-history": 6 * len(test_valuation.HISTORY),
        "fund-holdings": 2 * 5 * len(test_fund_holdings.QUARTERS),
        "revenue-growth": sectors * 3 * len(test_statements.QUARTERS),
        "profit-growth": sectors * 28,
        "growth-distribution": sectors * 2 * 9,
        "gross-margin": sectors * 21,
        "expense-ratio": (sectors + 1) * 3 * 3,
        "headcount": (sectors + 1) * 2 * 2,
        "operating-cash-flow": (sectors + 2) * 2 + len(CASH),
        "seasonality": sectors * 2 * (years - 2),
        "policy-rate": 5 * 2 * 2,
        "screen": len(SCREENED),
        "coverage": len(COVERED),
        "share-price": len(test_share_price.QUESTIONS),
    }
    print("\n".join(f"{name:22}{count:5}" for name, count in counts.items()))
    assert set(counts) == set(EXHIBITS)
    assert min(counts.values()) >= LEAST
    assert test_policy_rate.policy_rate is EXHIBITS["policy-rate"].function
