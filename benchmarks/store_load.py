"""Loading a market's prices: 5,000 stocks x 2,500 days, against DuckDB's own COPY of the same Parquet file.

    python -m benchmarks.store_load            the whole of it
    python -m benchmarks.store_load 500 2500   stocks, days

Times are of whole processes' work after imports; memory is the peak of the process that loads.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

STOCKS, DAYS = 5_000, 2_500
MOST_SECONDS, MOST_GIB = 60.0, 4.0


def make(file: Path, stocks: int, days: int, of: int) -> None:
    """Write the first of `of` days of prices as a vendor's file has them: code after code, each through its days."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    calendar = np.arange(np.datetime64("2014-01-01"), np.datetime64("2014-01-01") + of * 3)
    calendar = calendar[np.is_busday(calendar)][:days]
    numbers = np.random.default_rng(1)
    writer = None
    for first in range(0, stocks, 500):
        count = min(500, stocks - first)
        codes = np.repeat(
            [f"{600000 + n:06d}.SH" if n < 2000 else f"{n - 2000:06d}.SZ" for n in range(first, first + count)], days
        )
        close = np.round(10 * np.exp(numbers.normal(0, 0.02, (count, of)).cumsum(axis=1)), 2)[:, :days].ravel() + 0.01
        volume = numbers.integers(1, 1_000_000, (count, of))[:, :days].ravel().astype(float) * 100
        table = pa.table(
            {
                "code": codes,
                "day": pa.array(np.tile(calendar, count), pa.date32()),
                "close": close,
                "open": np.round(close * 0.99, 2),
                "high": np.round(close * 1.02, 2),
                "low": np.round(close * 0.98, 2),
                "volume": volume,
                "amount": np.round(volume * close, 2),
            }
        )
        writer = writer or pq.ParquetWriter(file, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def batches(file: Path, after: dt.date | None = None) -> Iterator[object]:
    """The file as a source hands it over: streamed, numbered."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    from yanbao.store import Batch

    def rows() -> Iterator[pa.Table]:
        start = 1
        chosen = ds.field("day") > pa.scalar(after, pa.date32()) if after else None
        for batch in ds.dataset(file).to_batches(batch_size=250_000, filter=chosen):
            table = pa.Table.from_batches([batch])
            yield table.append_column("_row", pa.array(range(start, start + table.num_rows), pa.int64()))
            start += table.num_rows

    yield Batch("price", file.name, f"{file.name} {after}", rows())


def store_load(folder: Path, file: str) -> dict[str, float]:
    import duckdb  # noqa: F401 - imported before the clock starts
    import pyarrow.dataset  # noqa: F401

    from yanbao.store import load

    began = time.perf_counter()
    report = load(folder, batches(folder / file), source="benchmark", day=dt.date(2026, 1, 1))  # type: ignore[arg-type]
    assert not report.failed, report.failed
    return {"seconds": time.perf_counter() - began, "rows": report.stored}


def copy(folder: Path, file: str) -> dict[str, float]:
    import duckdb

    began = time.perf_counter()
    with duckdb.connect(str(folder / "copy.duckdb"), config={"memory_limit": "2GB"}) as connection:
        connection.execute(f"CREATE TABLE price AS SELECT * FROM read_parquet('{folder / file}') LIMIT 0")
        connection.execute(f"COPY price FROM '{folder / file}'")
    return {"seconds": time.perf_counter() - began}


def measured(task: str, folder: Path, file: str = "prices.parquet") -> dict[str, float]:
    """Run a task in a process of its own and return what it took, with its peak memory."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.store_load", "--task", task, str(folder), file],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ,
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def main() -> int:
    if sys.argv[1:2] == ["--task"]:
        import resource

        task, folder, file = sys.argv[2:5]
        result = {"load": store_load, "copy": copy}[task](Path(folder), file)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(json.dumps({**result, "gib": peak}))
        return 0
    stocks, days = (int(text) for text in sys.argv[1:3]) if len(sys.argv) > 2 else (STOCKS, DAYS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder / "prices.parquet", stocks, days, days + 1)
        make(folder / "later.parquet", stocks, days + 1, days + 1)
        copied, loaded = measured("copy", folder), measured("load", folder)
        again = measured("load", folder, "later.parquet")
    print(f"{stocks:,} stocks x {days:,} days = {stocks * days:,} rows")
    print(f"DuckDB COPY       {copied['seconds']:6.1f} s  {copied['gib']:5.2f} GiB")
    print(
        f"load              {loaded['seconds']:6.1f} s  {loaded['gib']:5.2f} GiB  "
        f"{loaded['seconds'] / copied['seconds']:.1f}x of COPY"
    )
    print(f"all again + 1 day {again['seconds']:6.1f} s  {again['gib']:5.2f} GiB  {again['rows']:,.0f} rows stored")
    good = loaded["seconds"] < MOST_SECONDS and loaded["gib"] < MOST_GIB
    print("within" if good else "NOT within", f"{MOST_SECONDS:.0f} s and {MOST_GIB:.0f} GiB")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
