"""A workspace whose published calls can be scored by hand: four companies, closes as steps, a ledger, a small store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import polars as pl

from sector.market_fixture import shaped
from workspaces import starter
from yanbao.rating import Entry, append
from yanbao.store.batch import ROW, Batch
from yanbao.store.loading import load
from yanbao.store.tables import TABLES

D = dt.date
A, B, C, NONE = "600001.SH", "600002.SH", "300003.SZ", "688004.SH"
NAMES = {A: "甲科技", B: "乙软件", C: "丙智能", NONE: "丁数据"}
ENGLISH = {
    "甲科技": "Alpha Tech",
    "乙软件": "Beta Soft",
    "丙智能": "Gamma AI",
    "丁数据": "Delta Data",
    "甲业": "Alpha",
    "持有": "Hold",
}
POLICY = "买入>20; 持有(10,20]; 中性[-10,10]; 回避[-20,-10); 卖出<-20"
FIRST, LAST = D(2022, 12, 1), D(2024, 6, 28)

# closes hold until the next one; the index rises by 5 % in June 2023
_STEPS = {
    A: {FIRST: 10.0, D(2023, 9, 1): 13.0},
    B: {FIRST: 20.0},
    C: {FIRST: 8.0, D(2023, 11, 1): 11.0},
}
_INDEX = {FIRST: 4000.0, D(2023, 6, 1): 4200.0}
# day, code, rating: entered on the next weekday; twelve months on
CALLS = (
    (D(2023, 1, 9), A, "买入"),  # 10 -> 13, +30 % - 5 % = +25 %: bought rightly; superseded in July
    (D(2023, 2, 6), B, "持有"),  # 20 -> 20, 0 % - 5 % = -5 %: came out 中性
    (D(2023, 3, 6), C, "买入"),  # 8 -> 11, +37.5 % - 5 % = +32.5 %
    (D(2023, 4, 10), NONE, "买入"),  # no close is known
    (D(2023, 7, 3), A, "买入"),  # 10 -> 13 after the index rose: +30 %
    (D(2024, 3, 11), C, "中性"),  # open on 28 June 2024
)
EPS = ((D(2023, 1, 9), A, "1.00"), (D(2023, 7, 3), A, "1.20"))  # of 2023E; profit 110 on 100 shares: 1.10


def _days() -> list[D]:
    days = [FIRST + dt.timedelta(days=at) for at in range((D(2025, 12, 31) - FIRST).days)]
    return [day for day in days if day.weekday() < 5]


def _closes(steps: Mapping[D, float]) -> list[tuple[D, float]]:
    return [(day, steps[max(knot for knot in steps if knot <= day)]) for day in _days() if day <= LAST]


def market(folder: Path) -> Path:
    """Load the store into a folder and return the folder."""
    frames = {
        "calendar": pl.DataFrame({"exchange": "XSHG", "day": _days()}),
        "security": pl.DataFrame(
            [
                {"code": code, "listed": D(2020, 1, 2), "name": name, "kind": "stock", "board": "main"}
                for code, name in NAMES.items()
            ]
        ).with_columns(currency=pl.lit("CNY"), delisted=pl.lit(None, pl.Date)),
        "industry": pl.DataFrame([{"scheme": "sw", "industry": "10", "level": 1, "name": "甲业", "parent": None}]),
        "membership": pl.DataFrame(
            [
                {"classification": "sw", "code": code, "entry": D(2020, 1, 2), "scheme": "sw", "industry": "10"}
                for code in NAMES
            ]
        ),
        "adjusted_price": pl.DataFrame(
            [
                {"adjustment": "dividend", "code": code, "day": day, "close": close}
                for code, steps in _STEPS.items()
                for day, close in _closes(steps)
            ]
        ),
        "index_level": pl.DataFrame(
            [{"code": "000300.SH", "day": day, "close": close} for day, close in _closes(_INDEX)]
        ),
        "statement": pl.DataFrame(
            [
                {"code": A, "period": D(2023, 12, 31), "basis": "ytd", "line": "net_profit_parent", "value": 110.0,
                 "published": D(2024, 4, 20)}
            ]
        ),
        "shares": pl.DataFrame([{"code": A, "day": D(2023, 1, 3), "total": 100.0, "published": D(2023, 1, 3)}]),
    }  # fmt: skip
    batches = (
        Batch(
            name, f"{name}.csv", name,
            iter([shaped(TABLES[name], each).with_columns(pl.int_range(1, pl.len() + 1).alias(ROW)).to_arrow()]),
        )
        for name, each in frames.items()
    )  # fmt: skip
    load(folder / "store.duckdb", batches, source="small", day=D(2024, 7, 5))
    return folder


def ledger(path: Path) -> Path:
    """Write the ledger of the calls, each recorded on its own day."""
    forecasts = {(day, code): value for day, code, value in EPS}
    for day, code, rating in CALLS:
        entries = [
            Entry(
                published=day, security=code, name=NAMES[code], rating=rating, policy=POLICY, benchmark="000300.SH",
                horizon=12, analyst="沈砚", price=Decimal("10.00") if code == A else None,
                currency="CNY" if code == A else "",
            )
        ]  # fmt: skip
        if (day, code) in forecasts:
            entries.append(
                Entry(
                    published=day, action="estimate", security=code, measure="eps", period="2023E",
                    value=Decimal(forecasts[day, code]), unit="元",
                )
            )  # fmt: skip
        append(path, entries, recorded=dt.datetime(day.year, day.month, day.day, 9, tzinfo=dt.UTC))
    return path


def record(folder: Path, store: Path, questions: Mapping[str, str], pages: str) -> Path:
    """Write the starter as a house that publishes calls; `questions` are the [track] keys of tables by id."""
    starter(folder)
    path = folder / "yanbao.toml"
    names = "".join(f'"{zh}" = "{en}"\n' for zh, en in ENGLISH.items())
    text = path.read_text("utf-8")
    text += f'\n[market]\nstore = "{store}"\n\n[market.names]\n{names}\n[ledger]\nbenchmark = "000300.SH"\n'
    path.write_text(text, "utf-8")
    ledger(folder / "calls.csv")
    for name, keys in questions.items():
        asked = f'title = {{ zh = "评级成绩", en = "Record" }}\n\n[track]\n{keys}\n'
        (folder / "evidence" / f"{name}.toml").write_text(asked, "utf-8")
    chapter = folder / "report" / "01-grid.md"
    chapter.write_text(chapter.read_text("utf-8") + pages, "utf-8")
    return folder
