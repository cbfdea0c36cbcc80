"""The scorecard in the workbench: every table of the record, computed once, told plainly where there is none."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from typer.testing import CliRunner

from rating.ledgers import ended, rated
from rating.score_market import INDEX, POLICY
from record_bench import ROOT, A, B, small_market
from web_bench import NAME, Bench, bench_of
from yanbao.cli.commands import app
from yanbao.errors import StoreError
from yanbao.rating import Entry, append, tables
from yanbao.web.record_work import track
from yanbao.web.score_columns import COLUMNS, cells
from yanbao.web.scores import FIELDS, TABLES, read_asked
from yanbao.web.words import word

D = dt.date
ADDRESS = f"{ROOT}/score"
EVIL = "<img src=x onerror=alert(1)>"
ROWS = {
    "scorecard": "ScoreRow", "calls": "CallRow", "paths": "PathRow", "calibration": "CalibrationRow",
    "timeline": "TimelineRow", "targets": "TargetRow", "estimates": "EstimateRow",
    "estimate-errors": "EstimateErrorRow", "revisions": "RevisionRow", "portfolio": "PortfolioRow",
    "rates": "PublishedRate",
}  # fmt: skip


def entries() -> list[Entry]:
    """A and B called a buy on 10 January 2024: one is a hit by 30 %, one a miss by 30 %."""
    common: dict[str, Any] = {
        "policy": POLICY, "benchmark": INDEX, "horizon": 6, "published": D(2024, 1, 10), "rating": "买入",
        "report": "0" * 64, "title": "半年报", "currency": "CNY",
    }  # fmt: skip
    first = Entry(security=A, name="甲", price=Decimal("10.00"), price_day=D(2024, 1, 10), analyst="沈砚",
                  target=Decimal("12.00"), target_horizon=6, **common)  # fmt: skip
    forecast = Entry(action="estimate", security=A, published=D(2024, 1, 10), measure="eps", period="2024E",
                     value=Decimal("1.00"), unit="元", analyst="沈砚")  # fmt: skip
    return [first, forecast, Entry(security=B, name=EVIL, analyst=EVIL, **common)]


@pytest.fixture(scope="module")
def stocked(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(copytree(built, tmp_path_factory.mktemp("scored") / "desk"))
    picks = [
        {"broker": broker, "author": author, "code": code, "month": D(2024, 5, 31), "written": D(2024, 4, 29)}
        for broker, author, code in (("甲证券", "张", A), ("甲证券", "李", A), ("乙证券", "王", B))
    ]
    small_market(folder / NAME, picks)
    append(folder / NAME / "calls.csv", entries())
    return folder


@pytest.fixture(scope="module")
def house(stocked: Path) -> Iterator[Bench]:
    """A workbench on a ledger and a store, whose record of calls, by rating, is computed."""
    with bench_of(stocked) as client:
        bench = Bench(client, stocked)
        assert compute(bench, by="analyst") == "done"
        yield bench


def compute(bench: Bench, **asked: str) -> str:
    """Press the button; return how the job ended, or `kept` where nothing had to be done."""
    answer = bench.send(ADDRESS, asked)
    assert answer.status_code == 303, answer.text
    if not answer.headers["location"].startswith("/jobs/"):
        return "kept"
    told = bench.finished(answer.headers["location"])
    return str(told["state"]) if told["state"] == "done" else str(told["error"])


def table_of(bench: Bench, name: str, query: str = "&by=analyst") -> list[dict[str, str]]:
    text = bench.client.get(f"{ADDRESS}?lang=en&table={name}&format=csv{query}").text
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_scorecard_has_what_chance_would_give_beside_it(house: Bench) -> None:
    page = house.client.get(f"{ADDRESS}?lang=en&by=analyst").text
    body = page.split("<tbody>")[-1].split("</tbody>")[0]
    found = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in body.split("</tr>")[:-1]]
    every = next(row for row in found if row[:2] == ["All", "own"])
    # two calls of one month, one of them a hit, as half of the universe would have been
    assert every[2:5] == ["2", "2", "1"]
    assert (every[9], every[11], every[13], every[15]) == ("50.0%", "50.0%", "0.0%", "0.0%")
    assert every[12] == "0.0% – 100.0%"  # two draws of two
    assert "too few to say anything: 2 calls" in page
    own = next(row for row in found if row[:2] == ["沈砚", "own"])
    assert (own[9], own[13]) == ("100.0%", "30.0%")
    assert "As of 2024-12-02" in page
    assert "kind-ranking" in page  # the picture: 沈砚 above, the other below the base rate
    assert "+50.0" in page
    assert "<img" not in page
    assert EVIL.replace("<", "&lt;").replace(">", "&gt;") in page


def test_tables_are_those_of_the_command(house: Bench) -> None:
    for name in ("scorecard", "timeline", "portfolio"):
        told = CliRunner().invoke(
            app, ["track", "-w", str(house.workspace), "--by", "analyst", "-t", name, "-f", "csv"]
        )
        expected = list(csv.DictReader(io.StringIO(told.stdout)))
        found = table_of(house, name)
        assert len(found) == len(expected)
        for row, other in zip(found, expected, strict=True):
            assert {key: row[key].lstrip("'") for key in other if key in row} == {
                key: value.lstrip("'") for key, value in other.items() if key in row
            }


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_table_is_shown(house: Bench, name: str, language: str) -> None:
    page = house.client.get(f"{ADDRESS}?by=analyst&table={name}&lang={language}")
    assert page.status_code == 200
    assert f'table={name}" aria-current="page"' in page.text
    assert "<img" not in page.text
    assert ("data-chart" in page.text) == (name in ("scorecard", "paths", "calibration", "portfolio"))


def test_calls_paths_and_targets_by_hand(house: Bench) -> None:
    own = {row["security"]: row for row in table_of(house, "calls") if row["own"] == "true"}
    assert (own[A]["relative_return"], own[A]["hit"], own[A]["entry_day"]) == ("0.3", "true", "2024-01-11")
    assert (own[B]["relative_return"], own[B]["hit"]) == ("-0.3", "false")
    paths = {row["month"]: row["median"] for row in table_of(house, "paths")}
    assert (float(paths["0"]), float(paths["3"]), float(paths["4"])) == (0, 0, 0)
    assert float(next(row["upper"] for row in table_of(house, "paths") if row["month"] == "4")) == pytest.approx(0.15)
    (target,) = table_of(house, "targets")
    assert (target["met"], target["touched"]) == ("true", "true")
    assert float(target["upside"]) == pytest.approx(0.2)  # 12.00 / 10.00 - 1
    (guess,) = table_of(house, "estimates")
    assert (guess["forecast"], guess["actual"]) == ("1.0", "")


def test_the_same_is_computed_once_and_anew_when_the_ledger_goes_on(house: Bench, tmp_path: Path) -> None:
    assert compute(house, by="analyst") == "kept"
    assert "press Score" in house.client.get(f"{ADDRESS}?lang=en&by=year").text
    folder = Path(copytree(house.folder, tmp_path / "other"))
    with bench_of(folder) as client:
        other = Bench(client, folder)
        append(other.workspace / "calls.csv", [ended("withdraw", A, D(2024, 9, 3))])
        assert "press Score" in other.client.get(f"{ADDRESS}?lang=en&by=analyst").text
        assert compute(other, by="analyst") == "done"
        fates = {row["security"]: row["fate"] for row in table_of(other, "timeline")}
        assert fates == {A: "withdraw", B: ""}


def test_picks_of_the_store_by_broker(house: Bench) -> None:
    assert compute(house, record="picks", by="broker", horizon="own") == "done"
    found = {row["group"]: row for row in table_of(house, "scorecard", "&record=picks&by=broker&horizon=own")}
    assert set(found) == {"all", "甲证券", "乙证券"}
    assert found["all"]["calls"] == "2"
    assert float(found["甲证券"]["mean"]) == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"horizon": "never"}, "Months"),
        ({"horizon": "999"}, "Months"),
        ({"by": "<b>"}, "Group by"),
        ({"entry": "before"}, "Entry"),
        ({"as_of": "yesterday"}, "As of"),
        ({"cost": "nan"}, "Cost of trading"),
        ({"cost": "2"}, "Cost of trading"),
        ({"benchmark": "x" * 61}, "Benchmark"),
        ({"sector": "a\x07b"}, "Sector"),
    ],
)
def test_what_cannot_be_read_is_told(house: Bench, asked: dict[str, str], field: str) -> None:
    answers = [house.client.get(ADDRESS, params={**asked, "lang": "en"}), house.send(f"{ADDRESS}?lang=en", asked)]
    for answer in answers:
        assert answer.status_code == 422
        assert field in answer.text.split("read: ")[1].split("</p>")[0]
        assert "<b>" not in answer.text


def test_what_cannot_be_scored_is_told_by_the_job(house: Bench) -> None:
    before = set((house.folder / "out" / f"{NAME}.track").iterdir())
    assert "no levels of the benchmark 399001.SZ" in compute(house, benchmark="399001.SZ")
    asked, _ = read_asked({"as_of": "2030-01-01"})
    folders = {"workspace": str(house.workspace), "tracks": str(house.folder / "out" / f"{NAME}.track")}
    with pytest.raises(StoreError, match="knows nothing after"):
        track({**folders, "asked": asked}, lambda step: None)
    assert set((house.folder / "out" / f"{NAME}.track").iterdir()) == before


def test_what_is_lacking_is_said(bench: Bench, house: Bench) -> None:
    def says() -> str:
        page = bench.client.get(f"{ADDRESS}?lang=en")
        assert page.status_code == 200
        assert compute(bench) == "kept"  # nothing is begun
        return str(page.text)

    assert "has no store" in says()
    (bench.workspace / "store.duckdb").write_bytes((house.workspace / "store.duckdb").read_bytes())
    assert "no ledger yet" in says()
    ledger = bench.workspace / "calls.csv"
    ledger.write_text((house.workspace / "calls.csv").read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    assert "holds no calls yet" in says()
    ledger.write_text((house.workspace / "calls.csv").read_text("utf-8").replace("甲", "乙"), "utf-8")
    assert "nothing is scored" in says()
    append(ledger.with_name("whole.csv"), [rated(A, policy=POLICY)])
    ledger.unlink()
    ledger.with_name("whole.csv").rename(ledger)
    (bench.workspace / "store.duckdb").write_bytes(b"no store")
    assert "press Score" in bench.client.get(f"{ADDRESS}?lang=en").text
    assert "store.duckdb" in compute(bench)


def test_every_column_has_a_word_and_a_value() -> None:
    for name, kind in ROWS.items():
        row = getattr(tables, kind)
        there = {field.name for field in fields(row)}
        made = {"random": "random_low", "if_lost": "mean_if_lost", "target_error": "error"}
        for column in COLUMNS[name]:
            assert made.get(column, column) in there
            assert word(f"score.c_{column}", "zh")
        empty = dict.fromkeys(there)
        assert cells(name, empty, "en") == ["–"] * len(COLUMNS[name])
    assert set(ROWS) == set(TABLES) == set(COLUMNS)


def test_a_question_has_one_form() -> None:
    assert read_asked({}) == (dict(FIELDS), [])
    assert read_asked({"horizon": "  own   6 ", "by": "", "more": "x"})[0] == {**FIELDS, "horizon": "own 6"}
