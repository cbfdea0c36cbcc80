"""The panel of valuations: by hand, and brought up to date load by load as computed from nothing."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest

from store.batches import batch
from yanbao.errors import StoreError
from yanbao.store import Store, load
from yanbao.store.connection import connect_loading
from yanbao.store.fundamentals import FLOWS, fundamentals
from yanbao.store.panel import COLUMNS, panel_of

TODAY = dt.date(2024, 7, 1)


def price(code: str, day: str, close: float) -> dict[str, Any]:
    return {"code": code, "day": day, "close": close}


def shares(code: str, day: str, total: float, published: str, free: float | None = None) -> dict[str, Any]:
    return {"code": code, "day": day, "total": total, "float": free, "published": published}


def flow(code: str, period: str, value: float, published: str, line: str = "net_profit_parent") -> dict[str, Any]:
    row = {"code": code, "period": period, "basis": "ytd", "line": line, "value": value}
    return {**row, "published": published}


def listed(code: str, day: str, delisted: str | None = None) -> dict[str, Any]:
    return {"code": code, "listed": day, "delisted": delisted, "name": "x", "kind": "stock", "currency": "CNY"}


def rows(store: Store, table: Any) -> list[dict[str, Any]]:
    found = store.connection.to_pyarrow(table).to_pylist()
    return sorted(found, key=lambda row: (row["code"], row["day"], row.get("known_from", 0)))


MOUTAI = [
    flow("600519", "2022-03-31", 10, "2022-04-25"),
    flow("600519", "2022-12-31", 100, "2023-04-20"),
    flow("600519", "2023-03-31", 15, "2023-04-28"),
    flow("600519", "2023-03-31", 9, "2023-06-01"),
]
DAYS = ["2023-04-19", "2023-04-20", "2023-04-28", "2023-05-31", "2023-06-01"]


def test_a_day_is_valued_by_what_was_published_by_it(tmp_path: Path) -> None:
    load(
        tmp_path,
        [
            batch("price", [price("600519", day, 2.0) for day in DAYS]),
            batch("statement", MOUTAI),
            batch(
                "shares",
                [
                    shares("600519", "2023-04-25", 50, "2023-05-30", 40),
                    shares("600519", "2020-01-01", 30, "2020-01-01"),
                ],
            ),
        ],
        source="t",
        day=TODAY,
    )
    with Store.open(tmp_path) as store:
        found = rows(store, store.panel())
        early = rows(store, store.panel(dt.date(2023, 4, 30)))
    assert list(found[0]) == list(COLUMNS)
    assert [(row["total_shares"], row["market_value"], row["float_value"], row["profit_ttm"]) for row in found] == [
        (30, 60, None, None),  # one quarter of a year before is known, and no full year: missing, not 0
        (30, 60, None, 100),
        (30, 60, None, 105),
        (50, 100, 80, 105),  # the count that holds since April was published at the end of May
        (50, 100, 80, 99),  # the first quarter restated
    ]
    assert [row["day"].isoformat() for row in early] == DAYS[:3]


def test_a_price_that_was_corrected_later_is_seen_from_then_on(tmp_path: Path) -> None:
    first = [
        batch("price", [price("600519", "2023-06-01", 2.0)]),
        batch("shares", [shares("600519", "2020-01-01", 30, "2020-01-01")]),
    ]
    load(tmp_path, first, source="t", day=dt.date(2023, 6, 2))
    load(tmp_path, [batch("price", [price("600519", "2023-06-01", 3.0)])], source="t", day=TODAY)
    with Store.open(tmp_path) as store:
        assert [row["market_value"] for row in rows(store, store.panel())] == [90]
        assert [row["market_value"] for row in rows(store, store.panel(dt.date(2023, 6, 2)))] == [60]


def test_a_changed_code_keeps_its_history(tmp_path: Path) -> None:
    # akshare #5646: 300114 became 302132
    old = [price("300114", day, 2.0) for day in DAYS[:3]]
    new = [price("302132", day, 2.0) for day in DAYS[3:]]
    said = [{**row, "code": "300114"} for row in MOUTAI[:3]]
    restated = {**MOUTAI[3], "code": "302132"}
    load(tmp_path, [batch("price", old), batch("statement", said)], source="t", day=dt.date(2023, 5, 20))
    change = {"old": "300114", "day": "2023-05-30", "new": "302132"}
    load(
        tmp_path,
        [batch("code_change", [change]), batch("price", new), batch("statement", [restated])],
        source="t",
        day=TODAY,
    )
    with Store.open(tmp_path) as store:
        assert {row["code"] for row in rows(store, store.table("price"))} == {"302132.SZ"}
        # on the first day one quarter is known of it, and so no twelve months: nothing but the price
        assert [row["profit_ttm"] for row in rows(store, store.panel())] == [100, 105, 105, 99]
        assert {row["code"] for row in rows(store, store.panel())} == {"302132.SZ"}
        before = dt.date(2023, 5, 20)
        assert {row["code"] for row in rows(store, store.table("price", before))} == {"300114.SZ"}
        assert {row["code"] for row in rows(store, store.panel(before))} == {"300114.SZ"}


def test_history_that_comes_under_both_codes_is_there_once(tmp_path: Path) -> None:
    change = {"old": "300114", "day": "2023-05-30", "new": "302132"}
    both = [price(code, day, close) for code, close in (("300114", 2.0), ("302132", 2.5)) for day in DAYS[:2]]
    both.append(price("300114", DAYS[2], 2.0))
    load(tmp_path, [batch("code_change", [change]), batch("price", both)], source="t", day=TODAY)
    with Store.open(tmp_path) as store:
        found = rows(store, store.table("price"))
    assert [(row["code"], row["close"]) for row in found] == [("302132.SZ", 2.5)] * 2 + [("302132.SZ", 2.0)]


def test_a_code_that_changed_twice_ends_at_the_last_one(tmp_path: Path) -> None:
    changes = [
        {"old": "600001", "day": "2023-04-20", "new": "600002"},
        {"old": "600002", "day": "2023-05-31", "new": "600003"},
    ]
    prices = [price("600001", DAYS[0], 1), price("600002", DAYS[1], 2), price("600003", DAYS[4], 3)]
    held = [shares("600001", "2020-01-01", 10, "2020-01-01")]
    load(
        tmp_path, [batch("code_change", changes), batch("price", prices), batch("shares", held)], source="t", day=TODAY
    )
    with Store.open(tmp_path) as store:
        assert {row["code"] for row in rows(store, store.table("price"))} == {"600003.SH"}
        assert [row["market_value"] for row in rows(store, store.panel())] == [10, 20, 30]
        between = dt.date(2023, 5, 1)
        assert {row["code"] for row in rows(store, store.table("price", between))} == {"600002.SH"}
        assert {row["code"] for row in rows(store, store.panel(between))} == {"600002.SH"}


# 600018: Shanghai Port Container until 2006-10-26, merged into Shanghai International Port, which took its code that day
PORT = [
    *(flow("600018", f"{year}-12-31", value, f"{year + 1}-03-20") for year, value in ((2004, 90), (2005, 100))),
    flow("600018", "2005-09-30", 70, "2005-10-28"),
    flow("600018", "2006-06-30", 60, "2006-08-20"),
    flow("600018", "2005-06-30", 50, "2005-08-20"),
    flow("600018", "2006-09-30", 700, "2006-10-30"),  # of the new company, as all below
    flow("600018", "2006-12-31", 1000, "2007-03-30"),
    flow("600018", "2007-03-31", 300, "2007-04-28"),
    flow("600018", "2006-03-31", 200, "2007-04-28"),
]
PORT_DAYS = ["2006-10-25", "2006-10-26", "2006-10-30", "2007-03-30", "2007-04-28"]


def test_a_company_does_not_inherit_the_statements_of_the_one_that_had_its_code(tmp_path: Path) -> None:
    # qlib #849: two companies under 600018 over time
    held = [shares("600018", "2000-07-19", 10, "2000-07-19"), shares("600018", "2006-10-26", 200, "2006-10-26")]
    batches = [
        batch("price", [price("600018", day, 2.0) for day in PORT_DAYS]),
        batch("statement", PORT),
        batch("shares", held),
    ]
    load(tmp_path, batches, source="t", day=TODAY)
    with Store.open(tmp_path) as store:
        mixed = [row["profit_ttm"] for row in rows(store, store.panel())]
    # until the store is told of the two, one company's quarters are added to the other's year
    assert mixed == [110, 110, 730, 1000, 1100]
    told = [listed("600018", "2000-07-19", "2006-10-26"), listed("600018", "2006-10-26")]
    load(tmp_path, [batch("security", told)], source="t", day=TODAY)
    with Store.open(tmp_path) as store:
        found = rows(store, store.panel())
        assert [{name: row[name] for name in COLUMNS} for row in from_nothing(store)] == found
    # 2006-06: 60 + 100 - 50; the new company has no full year before its first annual report
    assert [row["profit_ttm"] for row in found] == [110, None, None, 1000, 1100]
    assert [row["market_value"] for row in found] == [20, 400, 400, 400, 400]


def test_between_two_companies_of_a_code_nothing_is_known(tmp_path: Path) -> None:
    held = [shares("600018", "2000-07-19", 10, "2000-07-19"), shares("600018", "2007-01-10", 200, "2007-01-10")]
    days = ["2006-10-25", "2006-12-01", "2007-01-10"]
    load(
        tmp_path,
        [
            batch("price", [price("600018", day, 2.0) for day in days]),
            batch("shares", held),
            batch("security", [listed("600018", "2000-07-19", "2006-10-26"), listed("600018", "2007-01-10")]),
        ],
        source="t",
        day=TODAY,
    )
    with Store.open(tmp_path) as store:
        found = [(row["day"].isoformat(), row["market_value"]) for row in rows(store, store.panel())]
    assert found == [("2006-10-25", 20), ("2007-01-10", 400)]


def from_nothing(store: Store) -> list[dict[str, Any]]:
    """The panel by the portable interval join over everything."""
    known = fundamentals(store.vintages("statement"), store.vintages("shares"), store.table("security"))
    return rows(store, panel_of(store.vintages("price"), known))


@pytest.mark.slow
def test_the_panel_load_by_load_is_the_panel_from_nothing(tmp_path: Path) -> None:
    draw = random.Random(7)
    codes = ["600519", "000001", "300114", "302132"]
    days = [dt.date(2023, 1, 1) + dt.timedelta(days=7 * week) for week in range(40)]
    quarters = [
        dt.date(year, month, 31 if month in (3, 12) else 30) for year in (2021, 2022, 2023) for month in (3, 6, 9, 12)
    ]
    computed = 0
    for number in range(8):
        today = dt.date(2023, 12, 1) + dt.timedelta(days=draw.choice([0, 1, 5]) + 9 * number)
        prices = {(draw.choice(codes), draw.choice(days)): float(draw.randint(1, 9)) for _ in range(30)}
        said = {
            (
                draw.choice(codes),
                draw.choice(quarters),
                draw.choice(list(FLOWS.values())),
                draw.choice([20, 40, 300]),
            ): draw.randint(-50, 50)
            for _ in range(25)
        }
        counts = {
            (draw.choice(codes), draw.choice(days), draw.choice([-30, 0, 20])): draw.randint(1, 9) for _ in range(3)
        }
        given = {
            "price": [price(code, day.isoformat(), close) for (code, day), close in prices.items()],
            "statement": [
                flow(code, period.isoformat(), value, (period + dt.timedelta(days=late)).isoformat(), line)
                for (code, period, line, late), value in said.items()
                if period + dt.timedelta(days=late) <= today
            ],
            "shares": [
                shares(code, day.isoformat(), total, (day + dt.timedelta(days=late)).isoformat(), total / 2)
                for (code, day, late), total in counts.items()
                if day + dt.timedelta(days=late) <= today
            ],
        }
        chosen = [name for name in given if given[name] and draw.random() < 0.7]
        given["code_change"] = [{"old": "300114", "day": "2024-01-10", "new": "302132"}]  # announced ahead
        given["security"] = [listed("000001", "2010-01-01", "2022-06-01"), listed("000001", "2023-03-01")]
        if number == 4:
            chosen.append("code_change")
        if number == 5:
            chosen.append("security")
        load(tmp_path, [batch(name, given[name]) for name in chosen], source="t", day=today)
        with Store.open(tmp_path) as store:
            kept = rows(store, store.connection.table("_panel"))
            assert kept == from_nothing(store), number
            computed = max(computed, len(kept))
    assert computed > 100, "the case is not an empty one"


def test_a_panel_that_a_load_did_not_finish_is_an_error_until_the_load_is_repeated(tmp_path: Path) -> None:
    load(tmp_path, [batch("price", [price("600519", "2023-06-01", 2.0)])], source="t", day=TODAY)
    with connect_loading(tmp_path) as connection:
        connection.execute("UPDATE _panel_state SET load = 0")
    with Store.open(tmp_path) as store, pytest.raises(StoreError, match="did not finish its panel"):
        store.panel()
    load(tmp_path, [], source="t", day=TODAY)
    with Store.open(tmp_path) as store:
        assert rows(store, store.panel()) == []
