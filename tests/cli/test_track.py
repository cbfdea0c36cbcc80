"""`yanbao track` on a small store and a small ledger."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from rating.score_market import INDEX, POLICY, market, steps
from sector.market_fixture import FrameTables, shaped
from yanbao.cli.commands import app
from yanbao.rating import append
from yanbao.rating.entry import Entry
from yanbao.store.batch import ROW, Batch
from yanbao.store.loading import load
from yanbao.store.tables import TABLES

D = dt.date
A, B = "600001.SH", "600002.SH"
START, LOADED = D(2023, 12, 1), D(2024, 12, 2)
FIELDS = ["id", "security", "rating", "published", "price", "horizon", "relative_return", "realised", "hit", "status",
          "reason"]  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store (A rises by 30 % in May, B falls by 30 %), a ledger of two calls, and three picks."""
    folder = tmp_path_factory.mktemp("track")
    picks = [
        {"broker": broker, "author": author, "code": code, "month": D(2024, 5, 31), "written": D(2024, 4, 29)}
        for broker, author, code in (("甲证券", "张", A), ("甲证券", "李", A), ("乙证券", "王", B))
    ]
    made = market(
        {A: steps({START: 10, D(2024, 5, 6): 13}, LOADED), B: steps({START: 10, D(2024, 5, 6): 7}, LOADED)},
        steps({START: 4000.0}, LOADED),
        as_of=LOADED,
        more={"broker_pick": picks},
    )
    assert isinstance(made.tables, FrameTables)
    batches = (
        Batch(name, f"{name}.csv", name, iter([shaped(TABLES[name], rows).with_columns(
            pl.int_range(1, pl.len() + 1).alias(ROW)).to_arrow()]))
        for name, rows in made.tables.frames.items()
    )  # fmt: skip
    load(folder / "store.duckdb", batches, source="small", day=LOADED)
    common: dict[str, Any] = {
        "policy": POLICY, "benchmark": INDEX, "horizon": 6, "published": D(2024, 1, 10), "rating": "买入",
        "report": "0" * 64, "title": "半年报", "analyst": "沈砚", "currency": "CNY",
    }  # fmt: skip
    append(
        folder / "calls.csv",
        [
            Entry(security=A, name="甲", price=Decimal("10.00"), **common),
            Entry(security=B, name="乙", **common),
        ],
    )
    return folder


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["track", *words])
    return done.exit_code, done.stdout, done.stderr


def test_json_has_the_rows_of_calls(workspace: Path) -> None:
    code, out, _ = run("-w", str(workspace), "--format", "json", "--horizon", "own")
    found = json.loads(out)
    assert code == 0
    assert [list(row) for row in found["rows"]] == [FIELDS, FIELDS]
    first, second = found["rows"]
    assert (first["id"], first["security"], first["price"], first["horizon"]) == ("C00001", A, "10.00", 6)
    assert (first["relative_return"], first["realised"], first["hit"], first["status"]) == (0.3, "买入", True, "closed")
    assert (second["price"], second["relative_return"], second["hit"]) == (None, -0.3, False)
    assert (found["entry"], found["prices"], found["benchmark"]) == ("next", "day", INDEX)
    assert all(set(note) == {"zh", "en"} for note in found["notes"])


def test_the_table_has_the_base_rate_and_what_was_assumed(workspace: Path) -> None:
    code, out, errors = run("-w", str(workspace), "--horizon", "own", "--entry", "same")
    assert code == 0
    (line,) = [line for line in out.splitlines() if line.lstrip().startswith("all ")]
    # n 2 of 2 calls in one month; half were hits, and half of the universe would have been
    assert line.split()[:9] == ["all", "own", "2", "2", "1", "0", "0", "0", "0.5000"]
    assert "the day of publication" in out
    assert "Bradshaw" in out
    assert "too few to say anything: 2 calls" in errors


def test_picks_of_the_store_by_broker(workspace: Path) -> None:
    code, out, _ = run(
        "-w", str(workspace), "--picks", "--by", "broker", "--horizon", "own", "-t", "scorecard", "-f", "csv"
    )
    assert code == 0
    rows = {row["group"]: row for row in csv.DictReader(io.StringIO(out))}
    assert set(rows) == {"all", "甲证券", "乙证券"}
    # entered on 30 April, valued on 31 May; the two authors of one house are one pick
    assert (rows["all"]["calls"], rows["甲证券"]["calls"]) == ("2", "1")
    assert float(rows["甲证券"]["mean"]) == pytest.approx(0.3)
    assert float(rows["乙证券"]["mean"]) == pytest.approx(-0.3)


def test_an_earlier_day_knows_less(workspace: Path) -> None:
    _, out, _ = run("-w", str(workspace), "--as-of", "2024-04-01", "--format", "json", "--horizon", "own")
    assert [row["status"] for row in json.loads(out)["rows"]] == ["open", "open"]


@pytest.mark.parametrize("table", ["paths", "calibration", "timeline", "targets", "estimates", "estimate-errors",
                                   "revisions", "portfolio", "rates"])  # fmt: skip
def test_every_table_prints(workspace: Path, table: str) -> None:
    code, out, _ = run("-w", str(workspace), "-t", table, "--format", "json")
    assert (code, json.loads(out)["table"]) == (0, table)
    assert run("-w", str(workspace), "-t", table)[0] == 0


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (["--horizon", "never"], "--horizon never"),
        (["--policy", "x>0; y<=0"], "--policy goes with --picks"),
        (["--as-of", "yesterday"], "is no day"),
        (["--as-of", "2030-01-01"], "knows nothing after"),
        (["--benchmark", "399001.SZ"], "no levels of the benchmark 399001.SZ"),
        (["--sector", "钢铁"], "钢铁"),
        (["--cost", "2"], "--cost"),
    ],
)
def test_what_cannot_be_done_is_said(workspace: Path, words: list[str], cause: str) -> None:
    code, out, errors = run("-w", str(workspace), *words)
    assert code == 2
    assert cause in errors
    assert "Traceback" not in out + errors


def test_a_folder_without_a_ledger_or_a_store(tmp_path: Path, workspace: Path) -> None:
    assert run("-w", str(tmp_path))[0] == 2
    code, _, errors = run("-w", str(tmp_path), "--store", str(workspace))
    assert (code, "there is no ledger" in errors) == (2, True)
