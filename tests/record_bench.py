"""Workbenches for the record: a workspace that makes a call, signed by whom a test says; a ledger; a small market."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from called import called, with_target
from rating.score_market import market, steps
from sector.market_fixture import FrameTables, shaped
from web_bench import NAME, Bench, Live, bench_of
from yanbao.build import build
from yanbao.build.folder import MANIFEST, sha256
from yanbao.build.signing import sign
from yanbao.check.findings import FileCount, Proof
from yanbao.store.batch import ROW, Batch
from yanbao.store.loading import load
from yanbao.store.tables import TABLES

ROOT = f"/w/{NAME}/record"
PEOPLE = {"author": "沈砚", "reviewer": "陆衡", "quality": "顾清", "compliance": "秦越"}
A, B = "600001.SH", "600002.SH"
START, LOADED = dt.date(2023, 12, 1), dt.date(2024, 12, 2)


@pytest.fixture(scope="session")
def calling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a call and its build; copy it, don't change it."""
    folder = tmp_path_factory.mktemp("calling")
    build(called(folder / NAME, with_target(), formats='"html"'), folder / "out" / NAME)
    return folder


@pytest.fixture
def caller(calling: Path, tmp_path: Path) -> Iterator[Bench]:
    """A workbench on a workspace that makes a call, of this test's own."""
    folder = Path(shutil.copytree(calling, tmp_path / "caller"))
    with bench_of(folder) as client:
        yield Bench(client, folder)


def good(document: object, inputs: Path, files: object) -> Proof:
    return Proof({}, (), {"report.html": FileCount(1, 1)})


def signed(bench: Bench, people: Mapping[str, str] = PEOPLE) -> None:
    """Sign without a proof, which takes its time and is not what most tests ask about."""
    for role, name in people.items():
        sign(bench.out, bench.workspace, role, name, prove=good)


def misprinted(bench: Bench | Live) -> None:
    """Make a build whose report prints the price of a call wrong, and whose manifest knows of no other."""
    out = bench.folder / "out" / NAME
    report = out / "report.html"
    text = report.read_text("utf-8")
    assert ">18.30</span>" in text
    report.write_text(text.replace(">18.30</span>", ">18.39</span>", 1), "utf-8")
    manifest = json.loads((out / MANIFEST).read_text("utf-8"))
    manifest["outputs"]["report.html"] = sha256(report.read_bytes())
    (out / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")


def build_of(bench: Bench) -> str:
    """Return what the page says which build is signed."""
    return bench.client.get(ROOT).text.split('name="build" value="')[1].split('"')[0]


def ask(bench: Bench, do: str, **given: Any) -> tuple[dict[str, Any], str]:
    """Send the form that signs or publishes; return the job at its end and the page it leads to, in English."""
    answer = bench.send(f"{ROOT}/{do}", {"build": build_of(bench), **given})
    assert answer.status_code == 303, answer.text
    told = bench.finished(answer.headers["location"])
    assert told["state"] == "done", told
    return dict(told["result"]), bench.client.get(f"{told['back']}&lang=en").text  # type: ignore[call-overload]


def small_market(folder: Path, picks: Sequence[Mapping[str, Any]] = ()) -> None:
    """Load a store: A rises by 30 % in May 2024, B falls by 30 %, the index stays."""
    made = market(
        {A: steps({START: 10, dt.date(2024, 5, 6): 13}, LOADED), B: steps({START: 10, dt.date(2024, 5, 6): 7}, LOADED)},
        steps({START: 4000.0}, LOADED),
        as_of=LOADED,
        more={"broker_pick": picks} if picks else None,
    )
    assert isinstance(made.tables, FrameTables)
    batches = (
        Batch(name, f"{name}.csv", name, iter([shaped(TABLES[name], rows).with_columns(
            pl.int_range(1, pl.len() + 1).alias(ROW)).to_arrow()]))
        for name, rows in made.tables.frames.items()
    )  # fmt: skip
    load(folder / "store.duckdb", batches, source="small", day=LOADED)
