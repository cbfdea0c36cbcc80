"""Members on a day: hand-made cases of listing and classification, and the published counts of the real classification."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from shared_data import shared
from store.batches import batch
from yanbao.errors import StoreError
from yanbao.store import Store, load
from yanbao.store.members import (
    bridge,
    member_states,
    members,
    members_over,
    membership_intervals,
)

DAY = dt.date(2024, 6, 28)


def entry(code: str, day: str, industry: str = "710301", leave: str | None = None) -> dict[str, Any]:
    scheme = "sw2014" if day < "2021-07-30" else "sw2021"
    return {"classification": "sw", "code": code, "entry": day, "exit": leave, "scheme": scheme, "industry": industry}


def security(code: str, listed: str, delisted: str | None = None, board: str = "main") -> dict[str, Any]:
    row = {"code": code, "listed": listed, "delisted": delisted, "name": code, "kind": "stock"}
    return {**row, "board": board, "currency": "CNY"}


@pytest.fixture
def small(tmp_path: Path) -> Any:
    membership = [
        entry("600001", "2014-01-01"),
        entry("600001", "2022-01-01", "270104"),  # moved to another industry
        entry("600002", "2014-01-01"),
        entry("600003", "2014-01-01", leave="2020-01-01"),  # left, and came back with the next row
        entry("600003", "2023-01-01"),
        entry("600004", "2014-01-01"),  # delisted in 2017
        entry("600005", "2024-06-01"),  # classified before it was listed
        entry("830001", "2023-01-01"),
        entry("600006", "2014-01-01"),  # the store knows no such security
        entry("600018", "2014-01-01"),  # one code, two companies
    ]
    listed = [
        security("600001", "2010-01-01"),
        security("600002", "2010-01-01"),
        security("600003", "2010-01-01"),
        security("600004", "2010-01-01", "2017-05-01"),
        security("600005", "2024-07-10"),
        security("830001", "2023-01-01", board="beijing"),
        security("600018", "2000-07-19", "2006-08-14"),
        security("600018", "2006-10-26"),
    ]
    load(tmp_path, [batch("membership", membership), batch("security", listed)], source="t", day=dt.date(2024, 8, 1))
    with Store.open(tmp_path) as store:
        yield store


def codes(store: Store, table: Any) -> list[str]:
    return sorted(str(row["code"]) for row in store.connection.to_pyarrow(table).to_pylist())


def on(store: Store, day: dt.date, **options: Any) -> list[str]:
    group = [("sw2014", "710301"), ("sw2021", "710301")]
    return codes(
        store, members(store.table("membership"), store.table("security"), day, "sw", industries=group, **options)
    )


def test_a_member_is_classified_and_listed_on_the_day(small: Store) -> None:
    assert on(small, DAY) == ["600002.SH", "600003.SH", "600018.SH", "830001.BJ"]
    assert on(small, DAY, boards=["main"]) == ["600002.SH", "600003.SH", "600018.SH"]
    assert on(small, dt.date(2016, 1, 1)) == ["600001.SH", "600002.SH", "600003.SH", "600004.SH", "600018.SH"]
    assert on(small, dt.date(2021, 1, 1)) == ["600001.SH", "600002.SH", "600018.SH"], "between an exit and an entry"
    assert on(small, dt.date(2017, 4, 30))[3] == "600004.SH"
    assert "600004.SH" not in on(small, dt.date(2017, 5, 1)), "the day of delisting is the first without it"
    with pytest.raises(StoreError, match="no board is called moon"):
        on(small, DAY, boards=["moon"])


def test_the_bridge_says_why_a_classified_company_is_no_member(small: Store) -> None:
    tables = small.table("membership"), small.table("security")
    states = member_states(*tables, DAY, "sw", industries=[("sw2014", "710301"), ("sw2021", "710301")], boards=["main"])
    rows = small.connection.to_pyarrow(states).to_pylist()
    assert {row["code"]: row["state"] for row in rows} == {
        "600002.SH": "member",
        "600003.SH": "member",
        "600004.SH": "delisted",
        "600005.SH": "not yet listed",
        "600006.SH": "not in security",
        "600018.SH": "member",
        "830001.BJ": "other board",
    }
    counted = {row["state"]: row["n"] for row in small.connection.to_pyarrow(bridge(states)).to_pylist()}
    assert counted == {"member": 3, "delisted": 1, "not yet listed": 1, "not in security": 1, "other board": 1}


def test_many_days_are_drawn_anew_on_each(small: Store) -> None:
    days = [dt.date(2016, 1, 1), dt.date(2021, 1, 1), DAY]
    table = small.connection.create_table("days", pl.DataFrame({"day": days}), temp=True)
    over = members_over(small.table("membership"), small.table("security"), table, "sw")
    rows = small.connection.to_pyarrow(over).to_pylist()
    for day in days:
        one = members(small.table("membership"), small.table("security"), day, "sw")
        assert sorted(row["code"] for row in rows if row["day"] == day) == codes(small, one)
    wide = members_over(small.table("membership"), small.table("security"), table, "sw", classified=True)
    assert small.connection.to_pyarrow(wide).num_rows == 6 + 5 + 8


@pytest.fixture(scope="module")
def shenwan(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from python_calamine import CalamineWorkbook

    file = shared("data", "sw_classification", "StockClassifyUse_stock.xls")
    sheet = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    rows = [entry(str(code), day.isoformat()[:10], str(industry)) for code, day, industry, _ in sheet[1:]]
    path = tmp_path_factory.mktemp("shenwan")
    report = load(path, [batch("membership", rows, file=file.name)], source="t", day=dt.date(2024, 9, 1))
    assert not report.failed, report.failed
    with Store.open(path) as store:
        yield store


@pytest.mark.parametrize(
    ("day", "count"), [(dt.date(2014, 6, 30), 131), (dt.date(2020, 12, 31), 263), (dt.date(2024, 6, 30), 369)]
)
def test_the_classified_members_of_computer_are_as_many_as_published(shenwan: Store, day: dt.date, count: int) -> None:
    table = shenwan.table("membership")
    held = membership_intervals(table, "sw")
    computer = held.filter(held.industry.startswith("71")).select("scheme", "industry").distinct()
    industries = [(row["scheme"], row["industry"]) for row in shenwan.connection.to_pyarrow(computer).to_pylist()]
    found = members(table, shenwan.table("security"), day, "sw", industries=industries, classified=True)
    assert len(codes(shenwan, found)) == count
    if count == 369:
        assert sum(code.endswith(".BJ") for code in codes(shenwan, found)) == 23
        assert "688041.SH" not in codes(shenwan, found), "classified electronics"
