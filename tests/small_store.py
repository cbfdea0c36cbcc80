"""The small market of tests/sector in a store, loaded on 2024-07-05."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from sector.market_fixture import shaped
from sector.small_market import frames
from yanbao.store.batch import ROW, Batch
from yanbao.store.loading import load
from yanbao.store.tables import TABLES

DAY = dt.date(2024, 7, 5)


def small_store(folder: Path) -> Path:
    """Load the small market into a store in `folder` and return the folder."""
    rows = {name: shaped(TABLES[name], frame) for name, frame in frames().items()}
    batches = (
        Batch(name, f"{name}.csv", name, iter([each.with_columns(pl.int_range(1, pl.len() + 1).alias(ROW)).to_arrow()]))
        for name, each in rows.items()
    )
    load(folder / "store.duckdb", batches, source="small", day=DAY)
    return folder
