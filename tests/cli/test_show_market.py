"""Stops a question to the market whose answer loses its units, its coverage or its mistakes on the way to the screen."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from yanbao.cli.commands import app
from yanbao.store.batch import Batch
from yanbao.store.loading import load

DAYS = ("2023-12-29", "2024-06-28")


def batch(table: str, **columns: list[object]) -> Batch:
    count = len(next(iter(columns.values())))
    rows = pa.table({"_row": list(range(1, count + 1)), **columns})
    return Batch(table, f"{table}.csv", f"digest-{table}", iter([rows]))


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sectors and a benchmark on two days: +10 % and -20 % against +5 %."""
    folder = tmp_path_factory.mktemp("market")
    codes = ["801750.SI", "801780.SI", "000300.SH"]
    load(
        folder,
        [
            batch("calendar", exchange=["XSHG", "XSHG"], day=list(DAYS)),
            batch(
                "industry",
                scheme=["sw2021", "sw2021"],
                industry=["710000", "480000"],
                level=[1, 1],
                name=["计算机", "银行"],
                index_code=codes[:2],
            ),
            batch(
                "membership",
                classification=["sw", "sw"],
                code=["600519.SH", "000001.SZ"],
                entry=["2021-07-30", "2021-07-30"],
                scheme=["sw2021", "sw2021"],
                industry=["710000", "480000"],
            ),
            batch(
                "index_level",
                code=[code for code in codes for _ in DAYS],
                day=list(DAYS) * 3,
                close=[100.0, 80.0, 200.0, 220.0, 1000.0, 1050.0],
            ),
        ],
        source="test",
    )
    return folder


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


def ask(market: Path, *more: str) -> tuple[int, str, str]:
    return run("show", "ranking", "-w", str(market), "--from", DAYS[0], "--to", DAYS[1], *more)


def test_json_holds_what_the_contract_names(market: Path) -> None:
    code, out, _ = ask(market, "--format", "json")
    assert code == 0
    found = json.loads(out)
    assert set(found) == {"exhibit", "as_of", "unit", "coverage", "rows"}
    assert [(row["rank"], row["name"]) for row in found["rows"]] == [(1, "银行"), (2, "计算机")]
    assert [row["return"] for row in found["rows"]] == pytest.approx([0.1, -0.2])
    assert [row["relative"] for row in found["rows"]] == pytest.approx([0.05, -0.25])


def test_table_says_what_the_numbers_rest_on(market: Path) -> None:
    code, out, _ = ask(market)
    assert code == 0
    assert "2 of 2 groups" in out
    assert "benchmark 000300.SH" in out


def test_csv_is_read_by_a_spreadsheet(market: Path) -> None:
    code, out, _ = ask(market, "--format", "csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["code"] for row in rows] == ["801780.SI", "801750.SI"]


def test_as_of_in_the_future_is_an_error(market: Path) -> None:
    code, _, err = ask(market, "--as-of", "2999-01-01")
    assert code == 2
    assert "knows nothing after" in err


def test_a_day_after_as_of_is_an_error(market: Path) -> None:
    code, _, err = ask(market, "--as-of", "2024-03-01")
    assert code == 2
    assert "2024-06-28" in err
    assert "2024-03-01" in err


def test_all_wrong_options_are_named_at_once(market: Path) -> None:
    code, _, err = run("show", "ranking", "-w", str(market), "--from", "29 December", "--sector", "计算机")
    assert code == 2
    assert "no option `sector`" in err
    assert "needs `to`" in err


def test_a_wrong_day_is_named_as_it_was_written(market: Path) -> None:
    code, _, err = run("show", "ranking", "-w", str(market), "--from", "29 December", "--to", DAYS[1])
    assert code == 2
    assert "`from` is '29 December'" in err


def test_any_other_option_by_name(market: Path) -> None:
    code, out, _ = ask(market, "--option", "n=1", "--format", "json")
    assert code == 0
    assert len(json.loads(out)["rows"]) == 1


def test_list_names_every_exhibit_with_its_question(market: Path) -> None:
    from yanbao.sector import EXHIBITS

    code, out, _ = run("show", "list", "-w", str(market), "--format", "json")
    assert code == 0
    listed = {row["exhibit"]: row["question"] for row in json.loads(out)}
    assert set(listed) == set(EXHIBITS)
    assert all(question.endswith("?") for question in listed.values())


def test_a_near_name_is_proposed(market: Path) -> None:
    code, _, err = run("show", "rankin", "-w", str(market))
    assert code == 2
    assert "did you mean `ranking`?" in err
