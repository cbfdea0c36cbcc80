"""Ledgers for tests: the six calls of the mid-2024 model report, and what may become of calls."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from yanbao.rating import Entry, Ledger, append, read_ledger

LINE = "买入>20; 持有(10,20]; 中性[-10,10]; 回避[-20,-10); 卖出<-20"
DAY = date(2024, 7, 15)
AT = datetime(2024, 7, 15, 8, 30, tzinfo=UTC)
REPORT = "ab" * 32
MODEL = (  # seed report, lines 2160 on: code, name, price, EPS 2024E
    ("002380.SZ", "科远智慧", "18.30", "1.00"),
    ("688208.SH", "道通科技", "24.14", "1.20"),
    ("688041.SH", "海光信息", "70.32", "0.73"),
    ("000034.SZ", "神州数码", "22.89", "2.10"),
    ("688111.SH", "金山办公", "227.50", "3.64"),
    ("300130.SZ", "新国都", "16.64", "1.69"),
)


def rated(code: str = "002380.SZ", rating: str = "买入", day: date = DAY, **more: object) -> Entry:
    given: dict[str, object] = {
        "published": day,
        "security": code,
        "name": next((name for known, name, _, _ in MODEL if known == code), "某公司"),
        "rating": rating,
        "policy": LINE,
        "benchmark": "000300.SH",
        "horizon": 6,
        "analyst": "沈砚",
    }
    return Entry(**(given | more))  # type: ignore[arg-type]


def estimate(code: str = "002380.SZ", value: str = "1.00", day: date = DAY, **more: object) -> Entry:
    given: dict[str, object] = {
        "published": day,
        "action": "estimate",
        "security": code,
        "measure": "eps",
        "period": "2024E",
        "value": Decimal(value),
        "unit": "元",
    }
    return Entry(**(given | more))  # type: ignore[arg-type]


def ended(action: str, code: str = "002380.SZ", day: date = DAY, **more: object) -> Entry:
    given: dict[str, object] = {"published": day, "action": action, "security": code, "reason": "重大资产重组"}
    return Entry(**(given | more))  # type: ignore[arg-type]


def model_entries() -> list[Entry]:
    """The six calls with their price and one estimate each: twelve entries."""
    found: list[Entry] = []
    for code, _, price, eps in MODEL:
        title = "计算机行业2024年中期策略"
        found.append(rated(code, price=Decimal(price), currency="CNY", report=REPORT, title=title))
        found.append(estimate(code, eps, report=REPORT))
    return found


def model_ledger(folder: Path) -> Ledger:
    """A ledger of three appends: 4, 4 and 4 entries."""
    path = folder / "calls.csv"
    entries = model_entries()
    for at in (0, 4, 8):
        append(path, entries[at : at + 4], recorded=AT)
    return read_ledger(path)


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8"))))


def write(path: Path, rows: list[list[str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    path.write_text(buffer.getvalue(), "utf-8")


def hash_by_hand(header: list[str], row: list[str]) -> str:
    """The hash as docs/ledger.md describes it, written apart from the product."""
    pairs = [[name, cell] for name, cell in zip(header[:-1], row[:-1], strict=True) if cell != ""]
    return hashlib.sha256(json.dumps(pairs, ensure_ascii=False, separators=(",", ":")).encode("utf-8")).hexdigest()


def made_anew(rows: list[list[str]], first: int) -> None:
    """Rewrite the chain from the row `first` (the header is row 0) on, as a forger would."""
    header = rows[0]
    for at in range(first, len(rows)):
        rows[at][header.index("previous")] = rows[at - 1][-1] if at > 1 else "0" * 64
        rows[at][-1] = hash_by_hand(header, rows[at])
