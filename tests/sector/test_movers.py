"""Members of a sector and their returns, against the files read apart."""

from __future__ import annotations

import datetime as dt

import pytest

from sector import oracle
from yanbao.errors import ExhibitError
from yanbao.sector.market import Home, Market
from yanbao.sector.members import MembersOptions, members
from yanbao.sector.movers import MoversOptions, movers

D = dt.date
DAYS = [
    D(2014, 6, 30),
    D(2016, 2, 29),
    D(2018, 12, 31),
    D(2020, 12, 31),
    D(2021, 7, 29),
    D(2021, 7, 30),
    D(2024, 6, 30),
]
ASKED = [(sector, day) for sector in ("计算机", "银行", "煤炭", "食品饮料") for day in DAYS]


@pytest.mark.parametrize(("day", "count"), [(D(2014, 6, 30), 131), (D(2020, 12, 31), 263), (D(2024, 6, 30), 369)])
def test_the_known_counts_of_computer(market: Market, day: dt.date, count: int) -> None:
    exhibit = members(market, MembersOptions(sector="计算机", on=day, classified=True))
    assert len(exhibit.rows) == count
    listed = members(market, MembersOptions(sector="计算机", on=day))
    left = {row["reason"]: row["n"] for row in listed.coverage.counts}
    assert left.pop("classified") == count
    assert len(listed.rows) == left.pop("member") == count - sum(left.values())
    assert f"分类内{count}家，成分{len(listed.rows)}家" in listed.coverage.text.zh


@pytest.mark.parametrize(
    ("sector", "day"), [pytest.param(*one, marks=[pytest.mark.slow] if at % 4 else []) for at, one in enumerate(ASKED)]
)
def test_the_members_on_a_day(market: Market, sector: str, day: dt.date) -> None:
    if not oracle.classified(day, sector):
        with pytest.raises(ExhibitError, match="has no member"):
            members(market, MembersOptions(sector=sector, on=day))
        return
    rows = members(market, MembersOptions(sector=sector, on=day)).rows
    assert {row["code"][:6] for row in rows} == oracle.members(day, sector)
    assert len(rows) == len({row["code"] for row in rows})
    assert {row["level1"] for row in rows} == {sector}
    since = dict(
        oracle.entries().filter(oracle.pl.col("day") <= day).group_by("code").agg(oracle.pl.col("day").max()).rows()
    )
    assert all(
        row["since"] == since[row["code"][:6]] and row["name"] == oracle.names()[row["code"][:6]] for row in rows
    )


def test_the_levels_of_a_member(market: Market) -> None:
    rows = members(market, MembersOptions(sector="IT服务Ⅱ", on=D(2024, 6, 30))).rows
    assert {(row["level1"], row["level2"], row["level3"]) for row in rows} == {("计算机", "IT服务Ⅱ", "IT服务Ⅲ")}
    wanted = {
        code for code in oracle.members(D(2024, 6, 30), "计算机") if oracle.group_on(D(2024, 6, 30))[code][:4] == "7103"
    }
    assert {row["code"][:6] for row in rows} == wanted


def test_a_board_narrows_the_members(market: Market) -> None:
    rows = members(market, MembersOptions(sector="计算机", on=D(2024, 6, 30), boards=("star",))).rows
    assert {row["code"][:6] for row in rows} == {
        c for c in oracle.members(D(2024, 6, 30), "计算机") if c[:3] in ("688", "689")
    }
    with pytest.raises(ExhibitError, match="no board is called nasdaq"):
        MembersOptions(sector="计算机", on=D(2024, 6, 30), boards=("nasdaq",))


def test_the_market_of_an_earlier_day_does_not_know_later_members(market: Market) -> None:
    past = market.at(D(2018, 6, 30))
    rows = members(past, MembersOptions(sector="计算机", on=D(2018, 6, 30))).rows
    assert {row["code"][:6] for row in rows} == oracle.members(D(2018, 6, 30), "计算机")
    with pytest.raises(ExhibitError, match="2018-07-01 is after the as-of day 2018-06-30"):
        members(past, MembersOptions(sector="计算机", on=D(2018, 7, 1)))


# computer has daily prices, the others those of month ends
MOVED = [
    ("计算机", D(2015, 6, 12), D(2015, 8, 26)),
    ("计算机", D(2018, 10, 7), D(2019, 4, 5)),  # holidays
    ("计算机", D(2023, 12, 31), D(2024, 6, 30)),
    ("计算机", D(2020, 3, 20), D(2020, 7, 9)),
    ("银行", D(2020, 12, 31), D(2021, 12, 31)),
    ("煤炭", D(2021, 7, 31), D(2022, 6, 30)),
    ("食品饮料", D(2018, 12, 31), D(2020, 12, 31)),
    ("电子", D(2022, 12, 31), D(2024, 3, 31)),
    ("医药生物", D(2019, 12, 31), D(2020, 6, 30)),
    ("国防军工", D(2017, 12, 31), D(2018, 12, 31)),
]


@pytest.mark.parametrize(
    ("sector", "frm", "to"),
    [pytest.param(*one, marks=[pytest.mark.slow] if at % 3 else []) for at, one in enumerate(MOVED)],
)
def test_who_moved_most(market: Market, sector: str, frm: dt.date, to: dt.date) -> None:
    exhibit = movers(market, MoversOptions(sector=sector, frm=frm, to=to, n=5))
    open_days = oracle.levels()["000300.SH"]
    d0, d1 = (max(day for day in open_days if day <= asked) for asked in (frm, to))
    before, after, since = oracle.prices(d0), oracle.prices(d1), oracle.listed_since()
    own = oracle.members(to, sector)
    moved = {
        code: after[code] / before[code] - 1 for code in own if code in before and code in after and since[code] <= d0
    }
    order = sorted(moved, key=lambda code: moved[code], reverse=True)
    best = [row for row in exhibit.rows if row["side"] == "best"]
    worst = [row for row in exhibit.rows if row["side"] == "worst"]
    assert [row["code"][:6] for row in best] == order[:5]
    assert [row["code"][:6] for row in worst] == order[:-6:-1]
    for row in exhibit.rows:
        assert row["return"] == pytest.approx(moved[row["code"][:6]], rel=1e-9)
        assert row["last_day"] == d1
        assert row["name"] == oracle.names()[row["code"][:6]]
    ranked, *apart = exhibit.coverage.counts
    assert ranked == {"reason": "ranked", "n": len(moved)}
    assert {row["code"][:6] for row in apart} == own - set(moved)
    assert {row["code"][:6] for row in apart if row["reason"] == "newly_listed"} == {c for c in own if since[c] > d0}
    assert "分红" in exhibit.notes[1].zh  # dividend-adjusted prices: said


def test_another_market_with_the_same_function(market: Market) -> None:
    """Stocks of New York over a period, as a basket: calendar, currency and members are data."""
    import polars as pl

    from sector.market_fixture import FrameTables, SharedTables

    real = SharedTables()
    basket = pl.DataFrame(
        {
            "classification": "chips",
            "code": ["NVDA.US", "AMD.US", "INTC.US", "AVGO.US", "QCOM.US"],
            "entry": D(2023, 1, 1),
            "scheme": "chips",
            "industry": "chips",
        }
    )
    us = real.us.filter(pl.col("code").is_in(basket["code"].to_list()))
    frames = {
        "membership": basket,
        "security": real.frame("security").filter(pl.col("code").is_in(basket["code"].to_list())),
        "adjusted_price": us.with_columns(adjustment=pl.lit("dividend")),
        "calendar": real.frame("calendar"),
    }
    home = Home("XNYS", "SPX.US", "chips", "USD", ("US",))
    new_york = Market(FrameTables(frames), D(2026, 1, 1), home)
    # 2023-12-31 is a Sunday; 2024-07-04 a holiday in New York and a trading day in Shanghai
    rows = movers(new_york, MoversOptions(sector="chips", frm=D(2023, 12, 31), to=D(2024, 7, 4), n=2)).rows
    wide = pl.read_parquet(oracle.shared("data", "us", "sp500_daily_2023_2026.parquet"))
    at = dict(zip([day.date() for day in wide["Date"]], range(wide.height), strict=True))
    moved = {
        code: wide[code.removesuffix(".US")][at[D(2024, 7, 3)]] / wide[code.removesuffix(".US")][at[D(2023, 12, 29)]]
        - 1
        for code in basket["code"]
    }
    order = sorted(moved, key=lambda code: moved[code], reverse=True)
    assert [row["code"] for row in rows] == [order[0], order[1], order[-1], order[-2]]
    assert [row["return"] for row in rows] == pytest.approx([moved[row["code"]] for row in rows])
    assert {row["last_day"] for row in rows} == {D(2024, 7, 3)}


def test_what_has_no_answer_says_why(market: Market) -> None:
    with pytest.raises(ExhibitError, match="no member of 银行 has a price on both 2024-06-27 and 2024-06-28"):
        movers(market, MoversOptions(sector="银行", frm=D(2024, 6, 27), to=D(2024, 6, 28)))
    with pytest.raises(ExhibitError, match="no split-adjusted prices of these securities; it has dividend"):
        movers(market, MoversOptions(sector="银行", frm=D(2023, 12, 31), to=D(2024, 6, 30), adjustment="split"))
    with pytest.raises(ExhibitError, match="n is 0"):
        MoversOptions(sector="银行", frm=D(2023, 12, 31), to=D(2024, 6, 30), n=0)
