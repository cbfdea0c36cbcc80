"""`make market` and the questions whose answers are known: printed in the model report, or counted in the vendor's file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from yanbao.cli.commands import app
from yanbao.store import Store


def ask(market: Path, *question: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["show", *question, "-w", str(market), "--format", "json"])
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_the_model_reports_first_half_of_2024(loaded_market: Path) -> None:
    """Line 20 of the model report: down 24.9 %, 25.8 pp behind CSI 300, 30th of 31."""
    answer = ask(loaded_market, "ranking", "--from", "2023-12-29", "--to", "2024-06-28")
    assert len(answer["rows"]) == 31
    (computer,) = [row for row in answer["rows"] if row["name"] == "计算机"]
    assert computer["rank"] == 30
    assert round(computer["return"], 3) == -0.249
    assert round(computer["relative"], 3) == -0.258


@pytest.mark.parametrize(("day", "count"), [("2014-06-30", 131), ("2020-12-31", 263), ("2024-06-30", 369)])
def test_members_on_past_days(loaded_market: Path, day: str, count: int) -> None:
    classified = ask(loaded_market, "members", "--sector", "计算机", "--on", day, "--classified")["rows"]
    listed = ask(loaded_market, "members", "--sector", "计算机", "--on", day)["rows"]
    assert len({row["code"] for row in classified}) == len(classified) == count
    assert {row["code"] for row in listed} <= {row["code"] for row in classified}


def test_the_benchmarks_level(loaded_market: Path) -> None:
    """CSI 300 closed at 3461.66 on 2024-06-28, 0.9 % above its close of 2023."""
    rows = ask(loaded_market, "performance", "--sector", "计算机", "--from", "2023-12-29", "--to", "2024-06-28")["rows"]
    assert round(rows[-1]["benchmark"], 3) == 0.009
    with Store.open(loaded_market) as store:
        levels = store.table("index_level")
        (row,) = levels.filter(levels.code == "000300.SH", levels.day == date(2024, 6, 28)).to_pyarrow().to_pylist()
    assert round(row["close"], 2) == 3461.66
