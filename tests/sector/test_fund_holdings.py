"""What funds hold of the sectors, against the quarterly files read apart."""

from __future__ import annotations

import datetime as dt

import pytest

from sector import oracle
from yanbao.errors import ExhibitError
from yanbao.sector.fund_holdings import FundHoldingsOptions, fund_holdings
from yanbao.sector.market import Market

D = dt.date
QUARTERS = ["2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"]
ENDS = [
    D(2021, 3, 31),
    D(2021, 6, 30),
    D(2021, 9, 30),
    D(2021, 12, 31),
    D(2022, 3, 31),
    D(2022, 6, 30),
    D(2022, 9, 30),
    D(2022, 12, 31),
]
ALL = {"frm": D(2021, 1, 1), "to": D(2022, 12, 31)}


def _held(quarter: str, sector: str, on: dt.date) -> float:
    group = oracle.group_on(on)
    return sum(
        value for code, value in oracle.holdings(quarter).items() if group.get(code, "")[:2] == oracle.level1()[sector]
    )


def test_the_known_shares_of_computer(market: Market) -> None:
    rows = fund_holdings(market, FundHoldingsOptions(sector="计算机", **ALL)).rows
    assert [row["quarter"] for row in rows] == [quarter.replace("-", "") for quarter in QUARTERS]
    # the figures of the data's README, which are cut off after two places
    assert [100 * row["share"] for row in rows] == pytest.approx(
        [5.40, 5.36, 4.76, 4.32, 3.72, 2.86, 3.15, 4.41], abs=0.007
    )


@pytest.mark.parametrize("drawn", ["fixed", "each"])
@pytest.mark.parametrize(
    "sector",
    ["计算机", "电力设备", *(pytest.param(name, marks=pytest.mark.slow) for name in ("电子", "食品饮料", "银行"))],
)
def test_a_sector_over_the_quarters(market: Market, sector: str, drawn: str) -> None:
    rows = fund_holdings(market, FundHoldingsOptions(sector=sector, drawn=drawn, **ALL)).rows  # type: ignore[arg-type]
    days = ENDS if drawn == "each" else [market.as_of] * 8
    held = [_held(quarter, sector, day) for quarter, day in zip(QUARTERS, days, strict=True)]
    whole = [sum(oracle.holdings(quarter).values()) for quarter in QUARTERS]
    for at, row in enumerate(rows):
        assert row["value"] == pytest.approx(held[at])
        assert row["share"] == pytest.approx(held[at] / whole[at])
        if at:
            assert row["value_change"] == pytest.approx(held[at] / held[at - 1] - 1)
            assert row["share_change"] == pytest.approx(held[at] / whole[at] - held[at - 1] / whole[at - 1])
        else:
            assert (row["value_change"], row["share_change"]) == (None, None)
        assert (row["market_share"], row["over_allocation"]) == (None, None)


def test_the_change_of_the_first_quarter_shown_is_against_the_one_before_it(market: Market) -> None:
    (row,) = fund_holdings(market, FundHoldingsOptions(sector="计算机", frm=D(2022, 12, 31), to=D(2022, 12, 31))).rows
    on = market.as_of
    assert row["value_change"] == pytest.approx(_held("2022-Q4", "计算机", on) / _held("2022-Q3", "计算机", on) - 1)


def test_all_sectors_of_a_quarter_add_up(market: Market) -> None:
    exhibit = fund_holdings(market, FundHoldingsOptions(frm=D(2022, 12, 31), to=D(2022, 12, 31)))
    (count,) = exhibit.coverage.counts
    assert len(exhibit.rows) == 31
    assert sum(row["share"] for row in exhibit.rows) == pytest.approx(1 - count["unclassified_value"] / count["value"])
    shares = [row["share"] for row in exhibit.rows]
    assert shares == sorted(shares, reverse=True)
    assert count["companies"] == len(oracle.holdings("2022-Q4"))


def test_over_allocation_is_against_the_market_value_that_is_named(market: Market) -> None:
    rows = fund_holdings(
        market, FundHoldingsOptions(frm=D(2022, 9, 30), to=D(2022, 9, 30), source="weekly670", drawn="each")
    ).rows
    values = (
        oracle.vendor("weekly_valuation_670_2012_2023")
        .filter(oracle.pl.col("day") == D(2022, 9, 30))
        .drop_nulls("size")
    )
    group = oracle.group_on(D(2022, 9, 30))
    sizes = dict(values.select("code", "size").rows())
    for row in rows:
        prefix = oracle.level1()[row["name"]]
        weight = sum(size for code, size in sizes.items() if group.get(code, "")[:2] == prefix) / sum(sizes.values())
        assert row["market_share"] == pytest.approx(weight)
        assert row["over_allocation"] == pytest.approx(row["share"] - weight)


def test_a_quarter_is_not_known_before_it_was_published(market: Market) -> None:
    past = market.at(D(2022, 1, 10))
    rows = fund_holdings(past, FundHoldingsOptions(sector="计算机", frm=D(2021, 1, 1), to=D(2022, 1, 10))).rows
    assert rows[-1]["quarter"] == "2021Q3"
    # classified as on the day of the reader
    assert rows[-1]["value"] == pytest.approx(_held("2021-Q3", "计算机", D(2022, 1, 10)))


def test_what_has_no_answer_says_why(market: Market) -> None:
    with pytest.raises(ExhibitError, match=r"no holdings of `active`.* it has: all"):
        fund_holdings(market, FundHoldingsOptions(funds="active", **ALL))
    with pytest.raises(ExhibitError, match="from 2021-03-31 to 2022-12-31"):
        fund_holdings(market, FundHoldingsOptions(frm=D(2019, 1, 1), to=D(2019, 12, 31)))
    with pytest.raises(ExhibitError, match="no quarter ends"):
        fund_holdings(market, FundHoldingsOptions(frm=D(2022, 1, 1), to=D(2021, 12, 31)))
    with pytest.raises(ExhibitError, match="`on` fixes the classification"):
        FundHoldingsOptions(drawn="each", on=D(2022, 1, 1), **ALL)
