"""Every figure of the company's evidence stands in its annual report, at the stated line or the next two."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from pathlib import Path

import pytest

from shared_data import shared

EVIDENCE = Path(__file__).resolve().parents[2] / "examples" / "company-forecast" / "evidence"
FILING = "2020-01-23__浙江海翔药业股份有限公司__002099__海翔药业__2019年__年度报告.html"
TABLES = sorted(path.stem for path in EVIDENCE.glob("*.toml") if 'origin = "filing"' in path.read_text("utf-8"))
DIVIDEND = "每10股派发现金红利3元"  # 0.3 a share


@cache
def filing() -> tuple[str, ...]:
    return tuple(shared("samples", "annual_reports", FILING).read_text("utf-8").split("\n"))


def figures(table: str) -> list[tuple[str, str, int]]:
    """Return (name, digits as the filing groups them, line) of each typed cell."""
    columns = tomllib.loads((EVIDENCE / f"{table}.toml").read_text("utf-8"))["columns"]
    found = []
    with (EVIDENCE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = next(iter(row.values()))
            for name, text in list(row.items())[1:]:
                if name != "line" and text:
                    whole, dot, rest = text.partition(".")
                    line = int(row.get("line") or columns[name]["line"])
                    found.append((f"{table}.{name}[{key}]", f"{int(whole):,}{dot}{rest}".replace("-0.", "0."), line))
    return found


@pytest.mark.parametrize("table", TABLES)
def test_every_figure_stands_at_its_line(table: str) -> None:
    lines = filing()
    typed = figures(table)
    assert typed
    for name, digits, line in typed:
        near = "".join(lines[line - 1 : line + 2])
        assert (DIVIDEND if name == "shares.dividend[2019]" else digits) in near, f"{name}: {digits} at {line}"


def test_a_wrong_digit_is_found() -> None:
    name, digits, line = next(each for each in figures("income") if each[0] == "income.revenue[2019]")
    assert digits == "2,941,412,770.30", name
    assert "2,941,412,770.31" not in "".join(filing()[line - 1 : line + 2])


def test_the_statements_add_up_as_printed() -> None:
    """The blanks of the filing are where its own totals say: each column adds up without them."""
    held = {name: float(digits.replace(",", "")) for name, digits, _ in figures("balance")}
    for year, parts in (("2018", ("notes",)), ("2019", ("financing",))):
        names = ("cash", "receivables", "prepaid", "other_receivable", "inventory", "other_current", *parts)
        current = sum(held[f"balance.{name}[{year}]"] for name in names)
        assert current == pytest.approx({"2018": 3_733_595_006.61, "2019": 3_062_429_817.76}[year], abs=0.01)
