"""Who was suspended when, told from days without trading in the daily prices: runs of them, not single ones.

The vendor carries the last close over a day on which nothing was traded, and over days that it lost. A second vendor
saw 46 of the single such days: 38 of them were traded. Of 659 days in longer runs that it saw, it has 2 as traded
(baostock's two samples against the daily file). So a run of two days or more is a suspension, a single day is a gap.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yanbao.errors import SourceError
from yanbao.source.join import require
from yanbao.source.parquet_file import read_parquet
from yanbao.source.reader import file_digest
from yanbao.source.shape import Losses
from yanbao.store.batch import ROW, Batch

if TYPE_CHECKING:
    import pyarrow as pa

FILE: Final = "prices/computer_daily_adjusted_2015_2026.parquet"
LEAST: Final = 2  # trading days
GAP: Final = "a single day without trading: mostly one that the vendor lost, not a suspension"


class Suspensions:
    """The daily prices of computer stocks, as rows of `trading_status`."""

    name = "prices"
    most_refused = 0.0

    def __init__(self, data: Path) -> None:
        self._path = data / FILE

    def batches(self) -> Iterator[Batch]:
        """Yield one batch: the suspensions of the file.

        Raises:
            SourceError: the file is not there, can't be read or has other columns.
        """
        if not self._path.is_file():
            raise SourceError(f"{self._path}: there is no such file")
        losses = Losses()
        digest = hashlib.sha256(f"trading_status {file_digest(self._path)} 1".encode()).hexdigest()
        yield Batch("trading_status", FILE, digest, self._rows(losses), losses)

    def _rows(self, losses: Losses) -> Iterator[pa.Table]:
        import pyarrow as pa

        halts = []
        for code, days in self._days().items():
            for run, after in idle_runs(days):
                if len(run) < LEAST:
                    losses.add("dropped", GAP, len(run))
                    continue
                first, row = run[0]
                halts.append((row, code, first.isoformat(), after.isoformat() if after else None))
        halts.sort()
        yield pa.table(
            {
                ROW: pa.array([row for row, *_ in halts], pa.int64()),
                "code": pa.array([code for _, code, *_ in halts], pa.string()),
                "state": pa.array(["suspended"] * len(halts), pa.string()),
                "entry": pa.array([first for *_, first, _ in halts], pa.string()),
                "exit": pa.array([last for *_, last in halts], pa.string()),
            }
        )

    def _days(self) -> dict[str, list[tuple[date, int, bool]]]:
        """Return each code's days in order, with the row in the file and whether anything was traded."""
        found: dict[str, list[tuple[date, int, bool]]] = {}
        for table in read_parquet(self._path):
            require(table.column_names, ["code", "date", "volume"], self._path)
            columns = (table[name].to_pylist() for name in ("code", "date", ROW, "volume"))
            for code, day, row, volume in zip(*columns, strict=True):
                found.setdefault(code, []).append((day, row, volume != 0))
        return {code: sorted(days) for code, days in found.items()}


def idle_runs(days: list[tuple[date, int, bool]]) -> Iterator[tuple[list[tuple[date, int]], date | None]]:
    """Yield the runs of days without trading, each with the first day of trading after it, if there is one."""
    run: list[tuple[date, int]] = []
    for day, row, traded in days:
        if not traded:
            run.append((day, row))
        elif run:
            yield run, day
            run = []
    if run:
        yield run, None
