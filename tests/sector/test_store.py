"""The same answers from a store that was loaded as from frames: what stands between them changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sector.market_fixture import shaped
from sector.small_market import QUESTIONS, asked, frames
from yanbao.sector import EXHIBITS, Market
from yanbao.store.batch import ROW, Batch
from yanbao.store.loading import load
from yanbao.store.store import Store
from yanbao.store.tables import TABLES

FAST = (1, 3, 6, 9, 16, 28)  # one of each kind of table; the others are asked in the full run


def _batches() -> Iterator[Batch]:
    for name, frame in frames().items():
        rows = shaped(TABLES[name], frame).with_columns(pl.int_range(1, pl.len() + 1).alias(ROW))
        yield Batch(name, f"{name}.csv", f"digest of {name}", iter([rows.to_arrow()]))


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    path: Path = tmp_path_factory.mktemp("market") / "store.duckdb"
    load(path, _batches(), source="small")
    with Store.open(path) as store:
        yield Market(store, dt.date(2024, 7, 5))


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(at, id=f"{name}-{at}", marks=[] if at in FAST else [pytest.mark.slow])
        for at, (name, _) in enumerate(QUESTIONS)
    ],
)
def test_a_store_gives_the_same_exhibit(stored: Market, at: int) -> None:
    name, options = QUESTIONS[at]
    entry = EXHIBITS[name]
    exhibit = entry.function(stored, entry.options(**options))
    _same(exhibit.rows, asked(at).rows)
    _same(exhibit.coverage.counts, asked(at).coverage.counts)
    assert exhibit.notes == asked(at).notes


def _same(rows: tuple[dict[str, Any], ...], wanted: tuple[dict[str, Any], ...]) -> None:
    """Equal but for the last digits: the order in which an engine adds is its own."""
    assert len(rows) == len(wanted)
    for row, other in zip(rows, wanted, strict=True):
        assert row == {
            name: pytest.approx(value, rel=1e-12) if isinstance(value, float) else value
            for name, value in other.items()
        }
