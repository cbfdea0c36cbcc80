"""A share against the benchmark: computed by hand on the small market, by plain polars on the shared data."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from sector.small_market import END, LEFT, START, A, small_market
from shared_data import shared
from yanbao.errors import ExhibitError
from yanbao.sector import EXHIBITS
from yanbao.sector.market import Market
from yanbao.sector.options import read_options

D = dt.date


def asked(**options: object):  # type: ignore[no-untyped-def]
    return EXHIBITS["share-price"].function(small_market(), read_options("share-price", options))


def test_a_share_is_rebased_to_the_first_day() -> None:
    rows = asked(code=A, **{"from": START, "to": END}).rows
    assert (rows[0]["day"], rows[-1]["day"]) == (START, END)
    assert rows[0]["share"] == rows[0]["benchmark"] == 0.0
    assert rows[-1]["share"] == pytest.approx(0.1)  # 10 -> 11, by hand
    assert rows[-1]["relative"] == pytest.approx(0.1 - rows[-1]["benchmark"])


def test_a_day_without_a_price_is_missing() -> None:
    """A price carried forward would draw a flat line where there was no trade."""
    exhibit = asked(code=A, **{"from": START, "to": END})
    known = [row for row in exhibit.rows if row["share"] is not None]
    assert len(known) == exhibit.coverage.counts[0]["share"] < len(exhibit.rows)
    assert {row["relative"] for row in exhibit.rows if row["share"] is None} == {None}


@pytest.mark.parametrize(
    ("code", "frm", "cause"), [("999999.SH", START, "no split"), (LEFT, D(2024, 1, 3), "2024-01-03")]
)
def test_what_cannot_be_answered(code: str, frm: dt.date, cause: str) -> None:
    with pytest.raises(ExhibitError, match=cause):
        asked(code=code, **{"from": frm, "to": END})


@pytest.mark.parametrize("code", ["600570.SH", "002230.SZ", "688111.SH"])
def test_against_plain_polars_on_the_shared_data(market: Market, code: str) -> None:
    """From the two files and nothing else."""
    prices = pl.read_parquet(shared("data", "prices", "computer_daily_adjusted_2015_2026.parquet"))
    indices = pl.read_csv(shared("data", "indices", "cn_indices_daily_2005_2026.csv"), infer_schema_length=None)
    exhibit = EXHIBITS["share-price"].function(
        market, read_options("share-price", {"code": code, "from": D(2023, 12, 29), "to": D(2024, 6, 28)})
    )
    prices = prices.filter(pl.col("code") == code[:6], pl.col("volume") > 0)
    closes = dict(prices.select("date", "close").rows())
    day = pl.col("trade_date").cast(pl.String).str.to_date("%Y%m%d")
    index = dict(indices.filter(pl.col("ts_code") == "000300.SH").select(day, "close").rows())
    first = D(2023, 12, 29)
    assert len(exhibit.rows) == sum(first <= day <= D(2024, 6, 28) for day in index) == 118
    for row in exhibit.rows:
        share = closes[row["day"]] / closes[first] - 1 if row["day"] in closes else None
        benchmark = index[row["day"]] / index[first] - 1
        assert row["share"] == pytest.approx(share)
        assert row["benchmark"] == pytest.approx(benchmark)
        assert row["relative"] == pytest.approx(share and share - benchmark, abs=1e-12)
