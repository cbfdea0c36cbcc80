"""A share against the benchmark: computed by hand on the small market, by plain polars on the shared data."""

from __future__ import annotations

import datetime as dt
from functools import cache

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


# shares of both exchanges and all boards, half years of rising and falling markets, two other benchmarks
QUESTIONS = [
    (code, first, last, benchmark)
    for code, benchmark in (
        ("600570.SH", "000300.SH"),
        ("002230.SZ", "000905.SH"),
        ("300033.SZ", "000852.SH"),
        ("600588.SH", "000300.SH"),
    )
    for first, last in (
        (D(2015, 6, 30), D(2015, 12, 31)),
        (D(2018, 6, 29), D(2018, 12, 28)),
        (D(2020, 12, 31), D(2021, 6, 30)),
        (D(2023, 12, 29), D(2024, 6, 28)),
        (D(2024, 12, 31), D(2025, 6, 30)),
    )
] + [("688111.SH", D(2023, 12, 29), D(2024, 6, 28), "000300.SH")]


@cache
def closes_of(code: str) -> dict[dt.date, float]:
    prices = pl.read_parquet(shared("data", "prices", "computer_daily_adjusted_2015_2026.parquet"))
    prices = prices.filter(pl.col("code") == code[:6], pl.col("volume") > 0)
    return dict(prices.select("date", "close").rows())


@cache
def levels_of(code: str) -> dict[dt.date, float]:
    indices = pl.read_csv(shared("data", "indices", "cn_indices_daily_2005_2026.csv"), infer_schema_length=None)
    day = pl.col("trade_date").cast(pl.String).str.to_date("%Y%m%d")
    return dict(indices.filter(pl.col("ts_code") == code).select(day, "close").rows())


@pytest.mark.parametrize(
    ("code", "first", "last", "benchmark"),
    [pytest.param(*one, marks=[pytest.mark.slow] if at % 6 else []) for at, one in enumerate(QUESTIONS)],
)
def test_against_plain_polars_on_the_shared_data(
    market: Market, code: str, first: dt.date, last: dt.date, benchmark: str
) -> None:
    """From the two files and nothing else."""
    asked = {"code": code, "from": first, "to": last, "benchmark": benchmark}
    exhibit = EXHIBITS["share-price"].function(market, read_options("share-price", asked))
    closes, index = closes_of(code), levels_of(benchmark)
    assert len(exhibit.rows) == sum(first <= day <= last for day in index) > 100
    assert exhibit.coverage.counts[0]["share"] == sum(first <= day <= last for day in closes)
    for row in exhibit.rows:
        share = closes[row["day"]] / closes[first] - 1 if row["day"] in closes else None
        benchmark = index[row["day"]] / index[first] - 1
        assert row["share"] == pytest.approx(share)
        assert row["benchmark"] == pytest.approx(benchmark)
        assert row["relative"] == pytest.approx(share and share - benchmark, abs=1e-12)
