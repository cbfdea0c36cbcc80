"""Trading days: known holidays, and days that no calendar reaches."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from shared_data import shared
from yanbao.errors import StoreError
from yanbao.store import Store, load
from yanbao.store.calendar import calendar_batches, last_trading_day, reach, trading_days


def test_the_last_trading_day_before_a_day_that_is_none() -> None:
    assert last_trading_day(dt.date(2024, 6, 28)) == dt.date(2024, 6, 28)
    assert last_trading_day(dt.date(2024, 6, 30)) == dt.date(2024, 6, 28)  # a Sunday
    assert last_trading_day(dt.date(2024, 10, 7)) == dt.date(2024, 9, 30)  # the national holiday
    assert last_trading_day(dt.date(2024, 7, 4), "XNYS") == dt.date(2024, 7, 3)


def test_a_day_or_an_exchange_that_is_not_known_is_an_error() -> None:
    with pytest.raises(StoreError, match="outside the calendar of XSHG, which reaches from 1990-12-19"):
        last_trading_day(dt.date(1990, 12, 18))
    with pytest.raises(StoreError, match="outside the calendar"):
        last_trading_day(reach("XSHG")[1] + dt.timedelta(days=1))
    with pytest.raises(StoreError, match="no calendar of `XXXX`"):
        trading_days("XXXX")


def test_the_days_of_shanghai_are_those_on_which_its_index_has_a_level() -> None:
    file = shared("data", "indices", "cn_indices_daily_2005_2026.csv")
    levels = pl.read_csv(file, schema_overrides={"trade_date": pl.String})
    days = levels.filter(pl.col("ts_code") == "000001.SH")["trade_date"].str.to_date("%Y%m%d").unique().sort().to_list()
    assert trading_days("XSHG", days[0], days[-1]) == days


def test_calendars_are_loaded_once(tmp_path: Path) -> None:
    first = load(tmp_path, calendar_batches(("XSHG",)), source="calendar")
    assert not first.failed
    again = load(tmp_path, calendar_batches(("XSHG",)), source="calendar")
    assert [file.status for file in again.files] == ["known"]
    with Store.open(tmp_path) as store:
        assert store.table("calendar").count().execute() == len(trading_days("XSHG")) == first.stored
