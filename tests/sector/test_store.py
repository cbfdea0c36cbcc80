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
from yanbao.store.connection import connect_loading
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


class WithoutPanel:
    """A store whose panel is not there."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def panel_if_kept(self, as_of: dt.date) -> None:
        return None


@pytest.mark.parametrize("weight", ["total", "float"])
def test_the_kept_panel_gives_what_the_statements_give(stored: Market, weight: str) -> None:
    assert stored.panel() is not None
    computed = Market(WithoutPanel(stored.tables), stored.as_of)  # type: ignore[arg-type]
    days = {"frm": dt.date(2023, 6, 1), "to": dt.date(2024, 7, 5)}
    answers = 0
    for name, options in (
        ("valuation", {"on": dt.date(2024, 6, 28)}),
        ("valuation", {"on": dt.date(2023, 12, 29)}),
        ("valuation-history", {"sector": "甲业", **days}),
    ):
        entry = EXHIBITS[name]
        asked = entry.options(source="statements", weight=weight, **options)
        kept, anew = (entry.function(one, asked) for one in (stored, computed))
        _same(kept.rows, anew.rows)
        _same(kept.coverage.counts, anew.coverage.counts)
        answers += sum(row["value"] is not None for row in kept.rows)
    assert answers >= 12


def test_another_profit_is_computed_though_a_panel_is_kept(stored: Market) -> None:
    entry = EXHIBITS["valuation"]
    asked = entry.options(source="statements", on=dt.date(2024, 6, 28), profit="net_profit", measures=("pe",))
    rows = entry.function(stored, asked).rows
    assert {row["value"] for row in rows} == {None}, (
        "of that line nothing is known, and attributable profit is no stand-in"
    )


def test_a_panel_that_is_behind_or_not_there_is_computed(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    load(path, _batches(), source="small")
    entry = EXHIBITS["valuation"]
    asked = entry.options(source="statements", on=dt.date(2024, 6, 28))
    with Store.open(path) as store:
        wanted = entry.function(Market(store, dt.date(2024, 7, 5)), asked).rows
    for change in ("UPDATE _panel_state SET load = 0", "DROP TABLE _panel"):
        with connect_loading(path) as connection:
            connection.execute(change)
        with Store.open(path) as store:
            market = Market(store, dt.date(2024, 7, 5))
            assert market.panel() is None
            _same(entry.function(market, asked).rows, wanted)


def _same(rows: tuple[dict[str, Any], ...], wanted: tuple[dict[str, Any], ...]) -> None:
    """Equal but for the last digits: the order in which an engine adds is its own."""
    assert len(rows) == len(wanted)
    for row, other in zip(rows, wanted, strict=True):
        assert row == {
            name: pytest.approx(value, rel=1e-12) if isinstance(value, float) else value
            for name, value in other.items()
        }
