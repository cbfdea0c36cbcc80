"""What every source has to do, once: a test class to inherit, for the sources of yanbao and of other packages.

    class TestMine(SourceConformance):
        @pytest.fixture
        def source(self, tmp_path):
            return Mine(some_data_written_to(tmp_path))

The data must give at least one row.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pytest

from yanbao.source.contract import Source
from yanbao.store import ROW, TABLES, Store, load

KINDS = {"dropped", "duplicate", "defaulted"}


def read_all(source: Source) -> list[dict[str, Any]]:
    """Every batch of a source with its rows read."""
    found = []
    for batch in source.batches():
        tables = list(batch.rows)
        found.append(
            {
                "table": batch.table,
                "file": batch.file,
                "digest": batch.digest,
                "tables": tables,
                "rows": [row for table in tables for row in table.to_pylist()],
                "losses": list(batch.losses),
            }
        )
    return found


class SourceConformance:
    """Inherit it, give the fixture `source`, and every promise of a source is tested."""

    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        raise NotImplementedError("give a source with data to read")

    def test_it_is_a_source_with_a_name_and_a_share(self, source: Source) -> None:
        assert isinstance(source, Source)
        assert source.name.strip() == source.name != ""
        assert 0 <= source.most_refused < 1

    def test_it_gives_rows(self, source: Source) -> None:
        assert any(batch["rows"] for batch in read_all(source))

    def test_every_batch_is_for_a_table_with_its_columns_and_rows_that_have_numbers(self, source: Source) -> None:
        for batch in read_all(source):
            table = TABLES[batch["table"]]
            known = {column.name for column in table.columns}
            required = {column.name for column in table.columns if column.required}
            for piece in batch["tables"]:
                names = piece.column_names
                assert set(names) - {ROW} <= known
                assert required <= set(names)
                assert len(set(names)) == len(names)
                assert pa.types.is_integer(piece.schema.field(ROW).type)
                assert piece[ROW].null_count == 0
                assert min(piece[ROW].to_pylist(), default=1) >= 1

    def test_asking_again_gives_the_same(self, source: Source) -> None:
        first, second = read_all(source), read_all(source)
        for batch in (*first, *second):
            del batch["tables"]
        assert first == second

    def test_digests_and_files_tell_batches_apart(self, source: Source) -> None:
        batches = read_all(source)
        assert len({(batch["table"], batch["digest"]) for batch in batches}) == len(batches)
        assert all(batch["digest"] and batch["file"] for batch in batches)

    def test_a_file_is_named_without_the_machine(self, source: Source) -> None:
        for batch in read_all(source):
            assert not PurePosixPath(batch["file"]).is_absolute()
            assert "\\" not in batch["file"]

    def test_losses_say_why(self, source: Source) -> None:
        for batch in read_all(source):
            for loss in batch["losses"]:
                assert loss.kind in KINDS
                assert loss.reason.strip()
                assert loss.count > 0

    def test_it_loads_and_a_second_load_stores_nothing(self, source: Source, tmp_path: Path) -> None:
        store = tmp_path / "store"
        first = load(store, source.batches(), source=source.name, most_refused=source.most_refused)
        assert [file.cause for file in first.failed] == []
        assert first.stored > 0
        again = load(store, source.batches(), source=source.name, most_refused=source.most_refused)
        assert {file.status for file in again.files} == {"known"}
        assert again.stored == 0
        with Store.open(store) as opened:
            assert opened.table(first.files[0].table).count().execute() >= 0
