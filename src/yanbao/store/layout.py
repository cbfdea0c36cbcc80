"""How tables lie in the store's file: their SQL columns, the records of loads, and the version of it all."""

from __future__ import annotations

from typing import Final

from yanbao.store.schema import Column, Table, Type
from yanbao.store.tables import TABLES

FORMAT: Final = 1
FILE_NAME: Final = "store.duckdb"  # of a store that is named by its folder

FOREVER: Final = "DATE '9999-12-31'"  # known_to of a row that nothing has closed
ALWAYS: Final = "DATE '0001-01-01'"  # known_from of a row that was always public
INTERNAL: Final = ("known_from", "known_to", "load")

_TYPES: Final[dict[Type, str]] = {
    "text": "VARCHAR",
    "day": "DATE",
    "number": "DOUBLE",
    "integer": "BIGINT",
    "flag": "BOOLEAN",
}
_RECORDS: Final = {
    "_format": "version INTEGER NOT NULL",
    "_load": (
        "load INTEGER NOT NULL, source VARCHAR NOT NULL, table_name VARCHAR NOT NULL, file VARCHAR NOT NULL, "
        "digest VARCHAR NOT NULL, day DATE NOT NULL, loaded_at TIMESTAMP NOT NULL, "
        "row_count BIGINT NOT NULL, stored BIGINT NOT NULL, unchanged BIGINT NOT NULL, "
        "restated BIGINT NOT NULL, refused BIGINT NOT NULL"
    ),
    "_refused": (
        "load INTEGER NOT NULL, file VARCHAR NOT NULL, row BIGINT NOT NULL, field VARCHAR NOT NULL, "
        "value VARCHAR, reason VARCHAR NOT NULL"
    ),
    "_loss": "load INTEGER NOT NULL, file VARCHAR NOT NULL, kind VARCHAR NOT NULL, reason VARCHAR NOT NULL, "
    "row_count BIGINT NOT NULL",
    "_panel": (
        "code VARCHAR, day DATE, close DOUBLE, market_value DOUBLE, float_value DOUBLE, "
        "total_shares DOUBLE, float_shares DOUBLE, profit_ttm DOUBLE, net_profit_ttm DOUBLE, revenue_ttm DOUBLE, "
        "cash_flow_ttm DOUBLE, equity DOUBLE, known_from DATE, known_to DATE"
    ),
    "_panel_state": "load INTEGER NOT NULL, day DATE NOT NULL",  # the load and the day that the panel reaches
}


def quoted(name: str) -> str:
    """Return a name as SQL takes it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL takes it."""
    return "'" + text.replace("'", "''") + "'"


def names(columns: tuple[str, ...] | list[str], table: str = "") -> str:
    """Return a list of columns as SQL takes it."""
    return ", ".join(f"{table}.{quoted(name)}" if table else quoted(name) for name in columns)


def sql_type(column: Column) -> str:
    """Return the SQL type a column is kept in."""
    return _TYPES[column.type]


def columns_of(table: Table) -> list[str]:
    """Return the names of a table's columns, without the store's own."""
    return [column.name for column in table.columns]


def create_statements() -> dict[str, str]:
    """Return the statement that makes each table of a store, by its name."""
    # no NOT NULL: what is required is refused while it is staged, and engines would type such a column apart
    made = {name: f"CREATE TABLE {name} ({columns})" for name, columns in _RECORDS.items()}
    for table in TABLES.values():
        own = ", ".join(f"{quoted(column.name)} {sql_type(column)}" for column in table.columns)
        made[table.name] = f"CREATE TABLE {quoted(table.name)} ({own}, known_from DATE, known_to DATE, load INTEGER)"
    return made
