"""`yanbao show` with the options that exhibits share, on the small market; a basket of one's own from a CSV."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from sector.small_market import OTHER, A
from shared_data import shared
from small_store import small_store
from yanbao.cli.commands import app

BASKET = """\
table = "membership"
source = "desk"
files = "basket.csv"
constants = { classification = "mine", scheme = "mine", industry = "mine" }

[columns]
code = "代码"
entry = "纳入日期"
"""


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small market, and a basket of two of its companies loaded from a CSV beside it."""
    folder = small_store(tmp_path_factory.mktemp("market"))
    (folder / "basket.csv").write_text(f"代码,纳入日期\n{A},2023-01-03\n{OTHER},2023-01-03\n", "utf-8")
    (folder / "basket.toml").write_text(BASKET, "utf-8")
    done = CliRunner().invoke(app, ["load", str(folder / "basket.toml"), "-w", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


def ask(market: Path, *question: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["show", *question, "-w", str(market), "--format", "json"])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_basket_from_a_csv_is_a_universe(market: Path) -> None:
    """By hand: one went from 10 to 11, the other doubled."""
    basket = ("--sector", "mine", "--option", "classification=mine")
    members = ask(market, "members", *basket, "--on", "2024-06-28")["rows"]
    assert [row["code"] for row in members] == sorted([A, OTHER])
    moved = ask(market, "movers", *basket, "--from", "2023-12-29", "--to", "2024-06-28", "--n", "1")
    assert [(row["side"], row["code"]) for row in moved["rows"]] == [("best", OTHER), ("worst", A)]
    assert [row["return"] for row in moved["rows"]] == pytest.approx([1.0, 0.1])


def test_methods_are_asked_for_by_name(market: Path) -> None:
    asked = ("valuation", "--sector", "甲业", "--on", "2024-06-28", "--option", "source=v")
    both = ask(market, *asked, "--method", "median", "--method", "overall")["rows"]
    assert {row["method"] for row in both} == {"median", "overall"}
    assert {row["method"] for row in ask(market, *asked, "--method", "median")["rows"]} == {"median"}


def test_an_earlier_as_of_does_not_know_what_was_restated_later(market: Path) -> None:
    """A restated its revenue of 2023Q1 from 20 to 18 on 2024-04-25; B and C reported 40 and 10 all along."""
    asked = ("revenue-growth", "--sector", "甲业", "--from", "2024-03-31", "--to", "2024-03-31")
    (after,) = ask(market, *asked, "--as-of", "2024-06-28")["rows"]
    (first,) = ask(market, *asked, "--as-of", "2024-06-28", "--option", "base=first")["rows"]
    assert after["total"] == first["total"]
    before, restated = first["total"] / (1 + first["overall"]), after["total"] / (1 + after["overall"])
    assert before - restated == pytest.approx(2.0)
    done = CliRunner().invoke(app, ["show", *asked, "--as-of", "2024-04-24", "-w", str(market)])
    assert done.exit_code == 2
    assert "2024-04-24" in done.stderr


CHIPS = ("NVDA", "AMD", "INTC", "AVGO", "QCOM")


def test_a_basket_of_another_market(tmp_path: Path) -> None:
    """2023-12-31 is a Sunday, 2024-07-04 a holiday in New York alone; against the file by plain polars."""
    folder = tmp_path / "us"
    folder.mkdir()
    rows = "".join(f"{code}.US,2023-01-03\n" for code in CHIPS)
    (folder / "basket.csv").write_text(f"代码,纳入日期\n{rows}", "utf-8")
    (folder / "basket.toml").write_text(BASKET, "utf-8")
    prices = Path(__file__).parents[2] / "market" / "sp500-prices.toml"
    data = str(Path(shared("data", "us", "sp500_daily_2023_2026.parquet")).parents[1])
    for asked in (
        ("--source", "calendar"),
        (str(prices), "--data", data),
        (str(folder / "basket.toml"),),
    ):
        done = CliRunner().invoke(app, ["load", *asked, "-w", str(folder)])
        assert done.exit_code == 0, done.output
    chosen = ("--market", "us", "--sector", "mine", "--option", "classification=mine", "--classified")
    found = ask(folder, "movers", *chosen, "--from", "2023-12-31", "--to", "2024-07-04", "--n", "5")
    wide = pl.read_parquet(shared("data", "us", "sp500_daily_2023_2026.parquet"))
    day = pl.col("Date").cast(pl.Date)
    first, last = (wide.filter(day == one).row(0, named=True) for one in (dt.date(2023, 12, 29), dt.date(2024, 7, 3)))
    moved = {f"{code}.US": last[code] / first[code] - 1 for code in CHIPS}
    best = [row for row in found["rows"] if row["side"] == "best"]
    assert [row["code"] for row in best] == sorted(moved, key=lambda code: moved[code], reverse=True)
    assert [row["return"] for row in best] == pytest.approx([moved[row["code"]] for row in best])
    assert {row["last_day"] for row in best} == {"2024-07-03"}
