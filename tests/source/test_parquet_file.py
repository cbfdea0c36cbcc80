"""Parquet files: streamed in their own types, refused whole where they are damaged."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from yanbao.errors import SourceError
from yanbao.source.mapping import Reading
from yanbao.source.parquet_file import read_parquet
from yanbao.source.reader import read_rows


def written(path: Path, count: int) -> Path:
    parquet.write_table(pa.table({"code": ["000001"] * count, "close": [float(row) for row in range(count)]}), path)
    return path


def test_rows_are_counted_over_pieces(tmp_path: Path) -> None:
    pieces = list(read_parquet(written(tmp_path / "a.parquet", 600_000)))
    assert len(pieces) > 1
    assert [row for piece in pieces for row in piece["_row"].to_pylist()] == list(range(1, 600_001))
    assert pieces[-1].slice(pieces[-1].num_rows - 1).to_pylist() == [
        {"code": "000001", "close": 599_999.0, "_row": 600_000}
    ]


@pytest.mark.parametrize("kept", [0, 3, 100, -200, -5])
def test_a_file_that_was_cut_is_refused(tmp_path: Path, kept: int) -> None:
    path = written(tmp_path / "a.parquet", 1000)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(SourceError, match=r"a\.parquet"):
        list(read_parquet(path))


def test_damaged_pages_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.parquet", 100_000)
    data = bytearray(path.read_bytes())
    data[2000:4000] = b"\xff" * 2000
    path.write_bytes(bytes(data))
    with pytest.raises(SourceError, match=r"a\.parquet"):
        list(read_parquet(path))


def test_the_suffix_tells_the_format_unless_it_is_stated(tmp_path: Path) -> None:
    path = written(tmp_path / "a.parquet", 3).rename(tmp_path / "a.pq")
    with pytest.raises(SourceError, match=r"not told by its suffix `\.pq`"):
        read_rows(path, Reading())
    assert sum(piece.num_rows for piece in read_rows(path, Reading(format="parquet"))) == 3
