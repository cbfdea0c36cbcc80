"""Six buy calls of mid-2024 on real prices, against the parquet files in plain pandas."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from rating.score_market import call
from sector.market_fixture import SharedTables, exchange
from shared_data import shared
from yanbao.rating.score import ScoreOptions, score
from yanbao.sector.market import Market

DAILY = ("002380", "688208", "000034", "688111", "300130")
MONTHLY = "688041"  # classified electronics: the store has month ends of it alone
PUBLISHED = dt.date(2024, 7, 15)


@pytest.fixture(scope="module")
def index() -> pd.Series:
    rows = pd.read_csv(shared("data", "indices", "cn_indices_daily_2005_2026.csv"), dtype={"trade_date": str})
    rows = rows[rows.ts_code == "000300.SH"]
    return pd.Series(rows.close.to_numpy(), index=pd.to_datetime(rows.trade_date)).sort_index()


@pytest.mark.slow
def test_six_calls_over_six_months(index: pd.Series) -> None:
    calls = [call(exchange(code), PUBLISHED, id=code) for code in (*DAILY, MONTHLY)]
    card = score(calls, Market(SharedTables(), dt.date(2026, 5, 28)), ScoreOptions(entry="same", sector="计算机"))
    found = {row.id: row for row in card.calls if row.own}
    daily = pd.read_parquet(shared("data", "prices", "computer_daily_adjusted_2015_2026.parquet"))
    ends = pd.read_parquet(shared("data", "prices", "all_ashares_monthend_close_2015_2026.parquet"))
    for code, row in found.items():
        rows = daily[(daily.code == code) & (daily.volume > 0)] if code != MONTHLY else ends[ends.code == code]
        line = rows.set_index(pd.to_datetime(rows.date)).close.sort_index()
        # 15 January 2025 is a Wednesday; of the monthly one the ends of July and January, the latter before New Year
        begin, end = ("2024-07-15", "2025-01-15") if code != MONTHLY else ("2024-07-31", "2025-01-27")
        assert (str(row.entry_day), str(row.horizon_day)) == (begin, end)
        relative = line[end] / line[begin] - index[end] / index[begin]
        assert row.relative_return == pytest.approx(relative, abs=1e-11)
        assert (row.hit, row.status) == (bool(relative > 0.20), "closed")
    (own,) = [row for row in card.scores if row.horizon == "own"]
    assert (own.n, own.hits) == (6, sum(bool(row.hit) for row in found.values()))
    assert own.warning is not None  # six calls of one month say nothing
    assert own.base_rate is not None
    assert 0.2 < own.base_rate < 0.9  # computer stocks rose far more than the index in that half year
    assert "month ends" in found[MONTHLY].reason.en
