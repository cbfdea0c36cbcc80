"""Parquet files, streamed in their own types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from yanbao.errors import SourceError
from yanbao.store.batch import ROW

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 250_000


def read_parquet(path: Path) -> Iterator[pa.Table]:
    """Yield a Parquet file's rows as Arrow tables, with the row's number in `_row`.

    Raises:
        SourceError: the file is no Parquet, or is cut or damaged.
    """
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path, memory_map=True) as file:
            row = 1
            for batch in file.iter_batches(_ROWS):
                table = pa.Table.from_batches([batch])
                yield table.append_column(ROW, pa.array(np.arange(row, row + batch.num_rows, dtype=np.int64)))
                row += batch.num_rows
    except OSError as error:  # what Arrow raises for damaged pages, too
        raise SourceError(f"{path}: cannot be read: {error}\n    hint: the file is cut or damaged") from error
    except pa.ArrowInvalid as error:
        raise SourceError(f"{path}: is no Parquet file: {error}") from error
