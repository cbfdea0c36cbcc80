"""The store of a workspace, with its answers kept between builds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from yanbao.author.track import record_of
from yanbao.author.workspace import FILE, Workspace
from yanbao.evidence import StoreTables


def store_tables(
    folder: Path, workspace: Workspace, lines: Mapping[tuple[str, ...], int], own_day: date
) -> StoreTables:
    """Return what answers the tables of a workspace that ask a store, as known on the report's day.

    `own_day` is that of yanbao.toml; the report may be asked for another.
    """
    market = workspace.market
    return StoreTables(
        folder / market.store if market else None,
        workspace.report.as_of,
        market.names if market else {},
        (FILE, lines.get(("market", "store"), 1), "market.store"),
        kept_answer,
        own_day,
        record_of(folder, workspace, workspace.report.language),
    )


def kept_answer(kind: str, made_from: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
    """Return an answer: as long as store, question and code are the same it is not asked again."""
    from yanbao.render.cache import cached, content

    return cached(kind, (*made_from, content(libraries=("ibis-framework", "duckdb"))), make)
