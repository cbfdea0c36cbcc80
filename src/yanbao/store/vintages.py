"""Which value was known when: the rows of a file put among the vintages that the store has.

Vintages of one key are ranked: by the day of publication, then by the day they entered, then by their load. A vintage
is known from the day it was published; one that contradicts another of the same key and day of publication was revised
without saying so, and is known from the day it entered. It is known until a vintage of higher rank is:

    known_to(v) = max(known_from(v), min of known_from(w) over all w that rank above v)

So a later publication closes the earlier one, a backfill of an older one goes between, an unsaid revision of an old
publication never hides a newer one, and nothing is deleted.
"""

# ruff: noqa: S608 - every name in a query is a declared table or column, every value is bound or quoted

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from yanbao.store.layout import ALWAYS, FOREVER, columns_of, literal, names, quoted
from yanbao.store.schema import Table
from yanbao.store.staging import STAGE

if TYPE_CHECKING:
    import duckdb

_NEW: Final = "temp.main._new"
_SORTED: Final = 1_000_000  # rows


@dataclass(frozen=True)
class Merged:
    """How the staged rows stood to the store.

    `stored` rows went in, of which `restated` have a key that was known before; `unchanged` ones were there already.
    """

    stored: int
    unchanged: int
    restated: int


def merge(connection: duckdb.DuckDBPyConnection, table: Table, load: int, day: dt.date) -> Merged:
    """Put the staged rows, unique by key and day of publication, among the vintages of a table.

    `day` is the day of the load; no load before it was later.
    """
    staged = _count(connection, f"SELECT count(*) FROM {STAGE}")
    if not staged:
        return Merged(0, 0, 0)
    near = _near(connection, table)
    if not _count(connection, f"SELECT count(*) FROM (SELECT 1 FROM {quoted(table.name)} t WHERE {near} LIMIT 1)"):
        _append(connection, table, load)
        return Merged(staged, 0, 0)
    _find_new(connection, table, day, near)
    try:
        stored, restated = connection.execute(
            f"SELECT count(*), count(*) FILTER (WHERE had_key) FROM {_NEW}"
        ).fetchone() or (0, 0)
        if stored:
            _insert(connection, table, load, near)
    finally:
        connection.execute(f"DROP TABLE IF EXISTS {_NEW}")
    return Merged(int(stored), staged - int(stored), int(restated))


def _append(connection: duckdb.DuckDBPyConnection, table: Table, load: int) -> None:
    """Store rows none of whose keys can be in the table, by their days: later reads and loads skip whole blocks.

    Few rows are sorted; of many, each year is put in by itself, in the order of the file: sorting 12.5 million rows
    took longer than everything else together.
    """
    if len(table.vintage) > len(table.key):  # one file may hold several publications of one thing
        published = quoted(table.published or "")
        known_to = f"lead({published}, 1, {FOREVER}) OVER (PARTITION BY {names(table.key)} ORDER BY {published})"
    else:
        known_to = FOREVER
    rows = f"SELECT {names(columns_of(table))}, {_published(table)}, {known_to}, {load} FROM {STAGE}"
    if table.day is None or known_to != FOREVER or _count(connection, f"SELECT count(*) FROM {STAGE}") <= _SORTED:
        connection.execute(f"INSERT INTO {quoted(table.name)} {rows} ORDER BY {_order(table)}")
        return
    day = quoted(table.day)
    years = connection.execute(f"SELECT DISTINCT year({day}) FROM {STAGE} ORDER BY 1").fetchall()
    for (year,) in years:
        connection.execute(
            f"INSERT INTO {quoted(table.name)} {rows} "
            f"WHERE {day} BETWEEN DATE '{year:04d}-01-01' AND DATE '{year:04d}-12-31'"
        )


def _find_new(connection: duckdb.DuckDBPyConnection, table: Table, day: dt.date, near: str) -> None:
    """Make the table of staged rows that say something new, with the day from which each is known."""
    own = columns_of(table)
    values = [name for name in own if name not in table.vintage]
    same = " AND ".join(f"s.{quoted(name)} IS NOT DISTINCT FROM t.{quoted(name)}" for name in values) or "true"
    revised = f"greatest({_published(table, 's')}, DATE '{day}')"
    known_from = f"CASE WHEN t.known_from IS NULL THEN {_published(table, 's')} ELSE {revised} END AS known_from"
    # the reading that the store holds last for a key and a day of publication: a revision back to an older value is new
    if table.vintage == table.key:
        # nothing ranks above it then, so it is the one that nothing closed: no sorting of the whole table
        latest = f"SELECT t.* FROM {quoted(table.name)} t WHERE {near} AND t.known_to = {FOREVER}"
        with_keys, had_key, join_keys = "", "t.known_from IS NOT NULL", ""
    else:
        latest = (
            f"SELECT t.*, row_number() OVER ("
            f"PARTITION BY {names(table.vintage, 't')} ORDER BY t.known_from DESC, t.load DESC) AS rank "
            f"FROM {quoted(table.name)} t SEMI JOIN {STAGE} USING ({names(table.vintage)}) WHERE {near} "
            f"QUALIFY rank = 1"
        )
        with_keys = (
            f", keys AS (SELECT DISTINCT {names(table.key, 't')} FROM {quoted(table.name)} t "
            f"SEMI JOIN {STAGE} USING ({names(table.key)}) WHERE {near})"
        )
        had_key = f"k.{quoted(table.key[0])} IS NOT NULL"
        join_keys = f"LEFT JOIN keys k ON {_equal(table.key, 's', 'k')} "
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE _new AS WITH latest AS ({latest}){with_keys} "
        f"SELECT {names(own, 's')}, {had_key} AS had_key, {known_from} "
        f"FROM {STAGE} s LEFT JOIN latest t ON {_equal(table.vintage, 's', 't')} {join_keys}"
        f"WHERE t.known_from IS NULL OR NOT ({same})"
    )


def _insert(connection: duckdb.DuckDBPyConnection, table: Table, load: int, near: str) -> None:
    """Store the new rows and close, in both directions, what they or their neighbours outrank."""
    name, own = quoted(table.name), columns_of(table)
    connection.execute(
        f"INSERT INTO {name} SELECT {names(own)}, known_from, {FOREVER}, {load} FROM {_NEW} ORDER BY {_order(table)}"
    )
    order = "t.known_from DESC, t.load DESC"
    if len(table.vintage) > len(table.key):
        order = f"t.{quoted(table.published or '')} DESC, {order}"
    window = f"PARTITION BY {names(table.key, 't')} ORDER BY {order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
    connection.execute(
        f"UPDATE {name} SET known_to = c.closed FROM ("
        f"SELECT t.rowid AS at, t.known_to, "
        f"greatest(t.known_from, coalesce(min(t.known_from) OVER ({window}), {FOREVER})) AS closed "
        f"FROM {name} t SEMI JOIN {_NEW} USING ({names(table.key)}) WHERE {near}"
        f") c WHERE {name}.rowid = c.at AND c.closed <> c.known_to"
    )


def _near(connection: duckdb.DuckDBPyConnection, table: Table) -> str:
    """Return a condition that holds for every row with a staged key, by the bounds of each column of the key.

    Blocks of the table whose bounds lie outside are never read: a day's increment does not read ten years.
    """
    bounds = connection.execute(
        "SELECT " + ", ".join(f"min({quoted(name)}), max({quoted(name)})" for name in table.key) + f" FROM {STAGE}"
    ).fetchone()
    assert bounds is not None
    conditions = []
    for index, name in enumerate(table.key):
        low, high = bounds[2 * index : 2 * index + 2]
        conditions.append(f"t.{quoted(name)} BETWEEN {_bound(low)} AND {_bound(high)}")
    return " AND ".join(conditions)


def _bound(value: object) -> str:
    return f"DATE '{value}'" if isinstance(value, dt.date) else literal(str(value))


def _published(table: Table, prefix: str = "") -> str:
    if table.published is None:
        return ALWAYS
    return f"{prefix}.{quoted(table.published)}" if prefix else quoted(table.published)


def _order(table: Table) -> str:
    first = [table.day] if table.day else []
    return names([*first, *(name for name in table.vintage if name != table.day)])


def _equal(columns: tuple[str, ...], left: str, right: str) -> str:
    return " AND ".join(f"{left}.{quoted(name)} = {right}.{quoted(name)}" for name in columns)


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0
