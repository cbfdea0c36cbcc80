"""What a source hands to the store: the rows of one file for one table, and what it left out on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

ROW = "_row"  # the row of the file a record came from, from 1 as the file's reader counts


@dataclass(frozen=True)
class Loss:
    """Rows or values that a source dropped, merged or defaulted, and why: counted, never silent."""

    kind: str  # dropped, duplicate, defaulted
    reason: str
    count: int


@dataclass(frozen=True)
class Batch:
    """The rows of one file for one table.

    `rows` yields Arrow tables whose columns are those of the table by name, and `_row`. A value is of the column's
    type, or a text that the loading reads and checks: numbers in the column's own unit, days as 2024-06-28 or 20240628,
    codes in any form that `read_code` knows. `digest` tells the file apart, for its source and table: one that was
    loaded whole is not loaded again. Two parts of a file for one table have two digests, and a file that is read by
    another mapping has another one.
    """

    table: str
    file: str
    digest: str
    rows: Iterator[pa.Table]
    losses: tuple[Loss, ...] = ()
