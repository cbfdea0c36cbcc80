"""What child processes of the store's tests do: they are killed, cut short, or hold a store while others want it."""

from __future__ import annotations

import datetime as dt
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from yanbao.errors import StoreError
from yanbao.store import Batch, Store, load

FILES = 8
ROWS = 1_200
MANY = 6_000  # more than fits where there is little room
DAY = dt.date(2024, 7, 1)


def files(rows: int = ROWS, valued: bool = False) -> Iterator[Batch]:
    """Eight files: four with new rows, two that revise rows of others, two that publish again; prices if `valued`."""
    if valued:
        days = [dt.date(2012, 1, 1) + dt.timedelta(days=30 * number) for number in range(rows // 600 * 12)]
        codes = [f"{600000 + number:06d}.SH" for number in range(600)]
        cells = [(code, day) for day in days for code in codes]
        table = pa.table(
            {
                "_row": range(2, len(cells) + 2),
                "code": [code for code, _ in cells],
                "day": [day for _, day in cells],
                "close": [2.0] * len(cells),
            }
        )
        yield Batch("price", "price.csv", "price", iter([table]))
    for number in range(FILES):
        yield Batch("statement", f"{number}.csv", f"digest {number}", iter(pieces(number, rows)))


def pieces(number: int, rows: int = ROWS) -> list[pa.Table]:
    again = number >= 4
    base = number % 4
    codes = [f"{600000 + row % 600:06d}.SH" for row in range(rows)]
    years = [2010 + row // 600 for row in range(rows)]
    table = pa.table(
        {
            "_row": range(2, rows + 2),
            "code": codes,
            "period": [f"{year}-{['03-31', '06-30', '09-30', '12-31'][base]}" for year in years],
            "basis": ["ytd"] * rows,
            "line": ["revenue"] * rows,
            "value": [float((row + 1) * (2 if again else 1)) for row in range(rows)],
            "published": [f"{year + 1 + (1 if number >= 6 else 0)}-04-30" for year in years],
        }
    )
    return [table.slice(0, rows // 2), table.slice(rows // 2)]


def load_all(path: str, rows: int = ROWS, valued: bool = False) -> None:
    load(Path(path), files(rows, valued), source="t", day=DAY)


def load_slowly(path: str) -> None:
    """Hold the store for writing until killed."""

    def slow() -> Iterator[pa.Table]:
        yield pieces(0)[0]
        Path(path, "held").touch()
        time.sleep(60)

    load(Path(path), [Batch("statement", "slow.csv", "slow", slow())], source="t", day=DAY)


def read_slowly(path: str) -> None:
    """Hold the store for reading until killed."""
    with Store.open(path):
        Path(path, "held").touch()
        time.sleep(60)


def load_with_little_room(path: str, most_bytes: int) -> None:
    """Load where no file may grow beyond a size, as on a full disk; write down what the user is told."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    try:
        load_all(path, MANY)
    except StoreError as error:
        told = str(error)
    else:
        told = "nothing"
    Path(path, "told").write_text(told)
