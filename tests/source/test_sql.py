"""Databases: rows of SQLite and DuckDB files through a mapping, read only, passwords kept out of sight."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import duckdb
import pytest

from source.conformance import SourceConformance, read_all
from yanbao.errors import SourceError, WorkspaceError
from yanbao.source.contract import Source
from yanbao.source.file_source import FileSource
from yanbao.source.mapping_file import parse_mapping

MAPPING = """
table = "price"
source = "desk"
{database}
[columns]
code = "code"
day = "day"
close = "close"
volume = {{ from = "lots", unit = "手" }}
"""
ROWS = [("600519.SH", "2024-06-28", 1467.39, 38291), ("000001.SZ", "2024-06-28", 10.15, None)]
EXPECTED = [("000001.SZ", 10.15, None, 1), ("600519.SH", 1467.39, 3_829_100.0, 2)]


def databases(folder: Path) -> None:
    with sqlite3.connect(folder / "desk.db") as connection:
        connection.execute("create table daily (code text, day text, close real, lots integer)")
        connection.executemany("insert into daily values (?, ?, ?, ?)", ROWS)
    connection.close()
    with duckdb.connect(folder / "desk.duckdb") as duck:
        duck.execute("create table daily (code varchar, day date, close double, lots bigint)")
        duck.executemany("insert into daily values (?, ?, ?, ?)", ROWS)


def source(folder: Path, database: str) -> FileSource:
    return FileSource(parse_mapping(folder / "m.toml", MAPPING.format(database=database)), folder)


@pytest.mark.parametrize("url", ["sqlite://desk.db", "duckdb://desk.duckdb", "sqlite:///desk.db"])
@pytest.mark.parametrize("what", ['table = "daily"', 'query = "select * from daily where close > 1"'])
def test_a_table_or_a_query_is_read_in_its_order(tmp_path: Path, url: str, what: str) -> None:
    databases(tmp_path)
    (batch,) = read_all(source(tmp_path, f'database = {{ url = "{url}", {what}, order = ["code", "day"] }}'))
    assert [(row["code"], row["close"], row["volume"], row["_row"]) for row in batch["rows"]] == EXPECTED
    assert {row["day"] for row in batch["rows"]} == {date(2024, 6, 28)}


def test_a_row_that_changes_changes_the_digest(tmp_path: Path) -> None:
    databases(tmp_path)
    made = source(tmp_path, 'database = { url = "sqlite://desk.db", table = "daily", order = "code" }')
    (before,) = read_all(made)
    with sqlite3.connect(tmp_path / "desk.db") as connection:
        connection.execute("update daily set close = 1467.4 where code = '600519.SH'")
    connection.close()
    (after,) = read_all(made)
    assert before["digest"] != after["digest"]


@pytest.mark.parametrize(
    ("database", "cause"),
    [
        ('url = "sqlite://none.db", table = "daily", order = "code"', "no file none.db"),
        ('url = "sqlite://../desk.db", table = "daily", order = "code"', "leads out of"),
        ('url = "sqlite://bad.db", table = "daily", order = "code"', "is no SQLite database"),
        ('url = "duckdb://bad.db", table = "daily", order = "code"', "cannot be opened"),
        ('url = "sqlite://desk.db", table = "dayly", order = "code"', "dayly"),
        ('url = "duckdb://desk.duckdb", query = "select nothing from daily", order = "code"', "nothing"),
        ('url = "sqlite://desk.db", table = "daily", order = "codes"', "no column `codes` to order by"),
        ('url = "postgres://me:${NOT_SET_AT_ALL}@desk/market", table = "daily", order = "code"', "which is not set"),
    ],
)
def test_what_cannot_be_read_is_an_error(tmp_path: Path, database: str, cause: str) -> None:
    databases(tmp_path)
    (tmp_path / "bad.db").write_bytes(b"not a database" * 100)
    with pytest.raises(SourceError, match="(?s)" + cause):
        read_all(source(tmp_path, f"database = {{ {database} }}"))


@pytest.mark.parametrize(
    ("database", "cause"),
    [
        ('url = "sqlite://desk.db", query = "drop table daily", order = "code"', "one SELECT"),
        ('url = "sqlite://desk.db", query = "select 1; drop table daily", order = "code"', "one SELECT"),
        ('url = "sqlite://desk.db", order = "code"', "either `table` or `query`"),
        ('url = "postgres://me:secret@desk/market", table = "daily", order = "code"', "the password stands in `url`"),
        ('url = "sqlite://desk.db", table = "daily"', "order: is missing"),
    ],
)
def test_a_mapping_of_a_database_that_is_not_sound(tmp_path: Path, database: str, cause: str) -> None:
    with pytest.raises(WorkspaceError, match=cause):
        source(tmp_path, f"database = {{ {database} }}")


def test_files_or_a_database(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="needs either `files` or `database`"):
        source(tmp_path, "")


def test_a_password_is_in_no_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_PASSWORD", "opensesame")
    made = source(
        tmp_path,
        'database = { url = "nosuch://me:${DESK_PASSWORD}@desk/market", table = "daily", order = "code" }',
    )
    with pytest.raises(SourceError) as error:
        read_all(made)
    assert "opensesame" not in str(error.value)
    assert "cannot be opened" in str(error.value)


class TestDatabase(SourceConformance):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        databases(tmp_path)
        return source(tmp_path, 'database = { url = "duckdb://desk.duckdb", table = "daily", order = ["code", "day"] }')
