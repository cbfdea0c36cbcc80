"""Loading: the files of a source into the store, each one whole or not at all, and what became of every row."""

# ruff: noqa: S608 - every name in a query is a declared table or column, every value is bound or quoted

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from yanbao.errors import StoreError, YanbaoError
from yanbao.store.batch import Batch, Loss
from yanbao.store.connection import abandon, connect_loading, store_file
from yanbao.store.panel import refresh
from yanbao.store.staging import BAD, Staging, pieces
from yanbao.store.tables import TABLES
from yanbao.store.vintages import Merged, merge

if TYPE_CHECKING:
    import duckdb

EXAMPLES: Final = 20  # refused rows that a report shows of a file; all of a stored file stand in the store

Status = Literal["loaded", "known", "failed"]
Progress = Callable[[str, str, int], None]  # table, file, rows read so far


@dataclass(frozen=True)
class Refusal:
    """A value that kept its row out of the store: where it stands and why."""

    file: str
    row: int
    field: str
    value: str | None
    reason: str

    def __str__(self) -> str:
        """Return `file:row: field: value: reason`."""
        shown = "" if self.value is None else f"{self.value!r} "
        return f"{self.file}:{self.row}: {self.field}: {shown}{self.reason}"


@dataclass(frozen=True)
class FileReport:
    """What became of one file for one table.

    `rows` = `stored` + `unchanged` + `refused` + the identical rows among `losses`. `restated` counts stored rows whose
    key the store knew before. A file that was loaded by an earlier load is `known`; one that `failed` left nothing
    behind, and `cause` says why. `refusals` are the first ones, `reasons` counts all of them.
    """

    table: str
    file: str
    digest: str
    status: Status
    load: int | None = None
    rows: int = 0
    stored: int = 0
    unchanged: int = 0
    restated: int = 0
    refused: int = 0
    losses: tuple[Loss, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    cause: str = ""


@dataclass(frozen=True)
class LoadReport:
    """What became of every file of a load, in the order in which they came."""

    files: tuple[FileReport, ...]

    @property
    def failed(self) -> tuple[FileReport, ...]:
        """The files of which nothing was kept."""
        return tuple(file for file in self.files if file.status == "failed")

    @property
    def stored(self) -> int:
        """Rows that went into the store."""
        return sum(file.stored for file in self.files)


def load(
    path: Path | str,
    batches: Iterable[Batch],
    *,
    source: str,
    most_refused: float = 0.0,
    day: dt.date | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Load files into the store at `path`, made where there is none.

    Each batch is a transaction: a crash leaves the batches before it, and a load that is repeated goes on with the
    first one that is not there. Sound rows are stored, others are kept with file, row, field and reason; a file of
    which more than the share `most_refused` (0.05 is 5 %) is refused fails as a whole, and the others go on.
    A file that this source loaded before, told by its digest, is not read again; rows that the store holds already
    are counted as unchanged. `day` is the day that the load is dated, today unless given: it may not come before the
    last one.

    Raises:
        StoreError: the store is in use, damaged or cannot be written, or the load would be dated before the last one.
    """
    import duckdb

    if not 0 <= most_refused < 1:
        raise StoreError(f"most_refused is a share from 0 to below 1, not {most_refused}")
    file = store_file(path)
    connection = connect_loading(file)
    try:
        today = _load_day(connection, day)
        reports = tuple(_load_all(connection, batches, source, most_refused, today, progress))
        refresh(connection)
        connection.execute("CHECKPOINT")
    except (
        duckdb.IOException,
        duckdb.OutOfMemoryException,
        duckdb.TransactionException,
        duckdb.FatalException,
    ) as error:
        raise StoreError(
            f"{file}: {_first_line(error)}\n    hint: what was loaded before is intact; make room and load again"
        ) from error
    finally:
        connection.close()
    return LoadReport(reports)


def _load_day(connection: duckdb.DuckDBPyConnection, day: dt.date | None) -> dt.date:
    found = connection.execute("SELECT max(day) FROM _load").fetchone()
    last: dt.date | None = found[0] if found else None
    today = day or dt.date.today()
    if last is not None and today < last:
        raise StoreError(
            f"a load of {today} cannot follow the one of {last}\n    hint: set the clock, or give the load a later day"
        )
    return today


def _load_all(
    connection: duckdb.DuckDBPyConnection,
    batches: Iterable[Batch],
    source: str,
    most_refused: float,
    day: dt.date,
    progress: Progress | None,
) -> Iterator[FileReport]:
    seen: set[tuple[str, str]] = set()
    for batch in batches:
        if (batch.table, batch.digest) in seen:
            cause = "came before in this load under the same digest: two parts of a file need two digests"
            yield FileReport(batch.table, batch.file, batch.digest, "failed", cause=cause)
            continue
        seen.add((batch.table, batch.digest))
        known = connection.execute(
            "SELECT load FROM _load WHERE source = $1 AND table_name = $2 AND digest = $3",
            [source, batch.table, batch.digest],
        ).fetchone()
        if known:
            yield FileReport(batch.table, batch.file, batch.digest, "known", load=int(known[0]))
        else:
            yield _load_batch(connection, batch, source, most_refused, day, progress)


def _load_batch(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    source: str,
    most_refused: float,
    day: dt.date,
    progress: Progress | None,
) -> FileReport:
    table = TABLES.get(batch.table)
    if table is None:
        near = difflib.get_close_matches(batch.table, list(TABLES), 1)
        hint = f": did you mean `{near[0]}`?" if near else f": it has {', '.join(TABLES)}"
        cause = f"the store has no table `{batch.table}`{hint}"
        return FileReport(batch.table, batch.file, batch.digest, "failed", cause=cause)
    connection.execute("BEGIN TRANSACTION")
    staging = Staging(connection, table, day)
    try:
        try:
            for piece in pieces(batch.rows):
                staging.add(piece)
                if progress is not None:
                    progress(batch.table, batch.file, staging.rows)
            staging.drop_duplicates()
        except YanbaoError as error:
            connection.execute("ROLLBACK")
            return FileReport(
                batch.table,
                batch.file,
                batch.digest,
                "failed",
                rows=staging.rows,
                cause=str(error),
                losses=batch.losses,
            )
        losses = batch.losses
        if staging.duplicates:
            losses = (*losses, Loss("duplicate", "identical rows in one file", staging.duplicates))
        refusals, reasons = _refusals(connection, batch.file)
        if staging.refused > most_refused * staging.rows:
            connection.execute("ROLLBACK")
            return FileReport(
                batch.table,
                batch.file,
                batch.digest,
                "failed",
                rows=staging.rows,
                refused=staging.refused,
                losses=losses,
                refusals=refusals,
                reasons=reasons,
                cause=f"{staging.refused:,} of {staging.rows:,} rows are refused, more than {most_refused:.2%}",
            )
        number = _next_load(connection)
        merged = merge(connection, table, number, day)
        _record(connection, batch, source, day, number, staging, merged, losses)
        staging.close()
        connection.execute("COMMIT")
    except BaseException:
        abandon(connection)
        raise
    return FileReport(
        batch.table,
        batch.file,
        batch.digest,
        "loaded",
        number,
        staging.rows,
        merged.stored,
        merged.unchanged,
        merged.restated,
        staging.refused,
        losses,
        refusals,
        reasons,
    )


def _refusals(
    connection: duckdb.DuckDBPyConnection, file: str
) -> tuple[tuple[Refusal, ...], tuple[tuple[str, int], ...]]:
    first = connection.execute(
        f"SELECT row, field, left(value, 200), reason FROM {BAD} ORDER BY row, field LIMIT {EXAMPLES}"
    ).fetchall()
    # reasons that name rows and days differ for each: they are counted by the words they share
    counts = connection.execute(
        f"SELECT field || ' ' || CASE WHEN reason LIKE 'rows %' THEN 'contradicts another row' ELSE reason END AS why, "
        f"count(*) FROM {BAD} GROUP BY why ORDER BY count(*) DESC, why LIMIT {EXAMPLES}"
    ).fetchall()
    return tuple(Refusal(file, *row) for row in first), tuple((str(why), int(count)) for why, count in counts)


def _next_load(connection: duckdb.DuckDBPyConnection) -> int:
    found = connection.execute("SELECT coalesce(max(load), 0) + 1 FROM _load").fetchone()
    assert found is not None
    return int(found[0])


def _record(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    source: str,
    day: dt.date,
    number: int,
    staging: Staging,
    merged: Merged,
    losses: tuple[Loss, ...],
) -> None:
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    connection.execute(
        "INSERT INTO _load VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        [
            number,
            source,
            batch.table,
            batch.file,
            batch.digest,
            day,
            now,
            staging.rows,
            merged.stored,
            merged.unchanged,
            merged.restated,
            staging.refused,
        ],
    )
    connection.execute(
        f"INSERT INTO _refused SELECT $1, $2, row, field, left(value, 1000), reason FROM {BAD}", [number, batch.file]
    )
    for loss in losses:
        connection.execute(
            "INSERT INTO _loss VALUES ($1, $2, $3, $4, $5)", [number, batch.file, loss.kind, loss.reason, loss.count]
        )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
