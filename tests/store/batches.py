"""Batches for tests: rows as plain dicts, as a source would hand them over."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from yanbao.store.batch import ROW, Batch, Loss

_digests = itertools.count()


def batch(
    table: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    file: str = "file.csv",
    digest: str | None = None,
    losses: tuple[Loss, ...] = (),
    pieces: int = 1,
) -> Batch:
    """A batch of rows, numbered from 2 as under a header; in several pieces where asked."""
    numbered = [{ROW: number, **row} for number, row in enumerate(rows, 2)]
    columns = list(dict.fromkeys(name for row in numbered for name in row))
    size = max(1, -(-len(numbered) // pieces))
    tables = [
        pa.table({name: [row.get(name) for row in numbered[start : start + size]] for name in columns})
        for start in range(0, max(1, len(numbered)), size)
    ]
    return Batch(table, file, f"digest {next(_digests)}" if digest is None else digest, iter(tables), losses)
