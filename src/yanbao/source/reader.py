"""A file by its format: its digest and its rows, before anything is known of what they mean."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from yanbao.errors import SourceError

if TYPE_CHECKING:
    import pyarrow as pa

    from yanbao.source.mapping import Format, Reading

SUFFIXES: dict[str, Format] = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".xls": "excel",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".parquet": "parquet",
}


def format_of(path: Path, reading: Reading) -> Format:
    """Return the format that a mapping states, else that of the suffix.

    Raises:
        SourceError: the suffix is not known.
    """
    found = reading.format or SUFFIXES.get(path.suffix.lower())
    if found is None:
        hint = "state `format` in the mapping: csv, excel, parquet"
        raise SourceError(f"{path}: its format is not told by its suffix `{path.suffix}`\n    hint: {hint}")
    return found


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes.

    Raises:
        SourceError: the file can't be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error


def read_rows(path: Path, reading: Reading) -> Iterator[pa.Table]:
    """Yield a file's rows as Arrow tables with the file's own row number in `_row`.

    Raises:
        SourceError: the file can't be read as what it is said to be.
    """
    kind = format_of(path, reading)
    if kind == "csv":
        from yanbao.source.csv_file import read_csv

        return read_csv(path, reading)
    if kind == "excel":
        from yanbao.source.excel_file import read_excel

        return read_excel(path, reading)
    from yanbao.source.parquet_file import read_parquet

    return read_parquet(path)
