"""The panel of company valuations: price, shares and what was published by the day, kept so that reading is one scan.

A row is a price vintage with what was known of the company on its day: statements and share counts published by then.
It is brought up to date at the end of a load, for the days and companies alone whose inputs changed; `panel_of`
computes the same from nothing, by portable operations.
"""

# ruff: noqa: S608 - every name in a query is a declared table or column, every value is bound or quoted

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from yanbao.store.companies import told_apart
from yanbao.store.connection import abandon
from yanbao.store.fundamentals import BALANCES, FLOWS, MEASURES, side_by_side
from yanbao.store.intervals import on_days
from yanbao.store.layout import ALWAYS, INTERNAL, literal, names, quoted
from yanbao.store.successors import changes_by, with_current_codes
from yanbao.store.tables import TABLES
from yanbao.store.trailing import latest, share_counts, trailing

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

COLUMNS: Final = ("code", "day", "close", "market_value", "float_value", *MEASURES)
_INPUTS: Final = ("price", "shares", "statement", "security", "code_change")
_TYPES: Final = {"text": "string", "day": "date", "number": "float64", "integer": "int64", "flag": "boolean"}


def panel_of(price: ir.Table, known: ir.Table) -> ir.Table:
    """Return the panel from vintages of prices and from `fundamentals`: one interval join.

    `market_value` = close x all shares (总市值: shares of every class at the price of this one), `float_value` =
    close x A-shares free to trade, in CNY. A day on which nothing but the price is known of a company is left out.
    """
    price = price.filter(price.known_from < price.known_to)
    rows = on_days(price.select("code", "day", "close", "known_from", "known_to"), known.filter(_known_at_all(known)))
    return rows.mutate(market_value=rows.close * rows.total_shares, float_value=rows.close * rows.float_shares).select(
        *COLUMNS, "known_from", "known_to"
    )


def _known_at_all(rows: ir.Table) -> ir.BooleanValue:
    import ibis

    return ibis.or_(*(rows[name].notnull() for name in MEASURES))


def refresh(connection: duckdb.DuckDBPyConnection) -> int:
    """Bring the panel up to the last load, in one transaction, and return how many rows were computed."""
    last = connection.execute("SELECT max(load), max(day) FROM _load").fetchone()
    state = connection.execute("SELECT load, day FROM _panel_state").fetchone()
    if last is None or last[0] is None or state == last:
        return 0
    done, until = state or (0, dt.date(1, 1, 1))
    day: dt.date = last[1]
    connection.execute("BEGIN TRANSACTION")
    try:
        rows = _refresh(connection, done, until, day) if _touched(connection, done, until, day) else 0
        connection.execute("DELETE FROM _panel_state")
        connection.execute("INSERT INTO _panel_state VALUES ($1, $2)", [last[0], day])
        connection.execute("COMMIT")
    except BaseException:
        abandon(connection)
        raise
    return rows


def _touched(connection: duckdb.DuckDBPyConnection, done: int, until: dt.date, day: dt.date) -> bool:
    found = connection.execute(
        f"SELECT count(*) FROM _load WHERE load > {done} AND stored > 0 "
        f"AND table_name IN ({', '.join(literal(name) for name in _INPUTS)})"
    ).fetchone()
    came = connection.execute(
        'SELECT count(*) FROM code_change WHERE "day" > $1 AND "day" <= $2', [until, day]
    ).fetchone()
    return bool((found and found[0]) or (came and came[0]))


def _refresh(connection: duckdb.DuckDBPyConnection, done: int, until: dt.date, day: dt.date) -> int:
    """Compute the rows of the panel whose inputs came with loads after `done`."""
    lines = ", ".join(literal(line) for line in (*FLOWS.values(), *BALANCES.values()))
    of_lines = f"line IN ({lines})"
    if _empty(connection, "SELECT 1 FROM price") or (
        _empty(connection, f"SELECT 1 FROM statement WHERE {of_lines}") and _empty(connection, "SELECT 1 FROM shares")
    ):
        return 0
    price, shares, statement = (_current(connection, name, day) for name in ("price", "shares", "statement"))
    statement = f"SELECT * FROM ({statement}) WHERE {of_lines}"
    price = f"SELECT * FROM ({price}) WHERE known_from < known_to"
    anew = _empty(connection, "SELECT 1 FROM _panel")
    if not anew:
        # from which day on each company's fundamentals changed; a changed code changes all of its days
        _temporary(
            connection,
            "_since",
            f"SELECT code, min(known_from) AS since FROM ("
            f"SELECT code, known_from FROM ({statement}) WHERE load > {done} UNION ALL "
            f"SELECT code, known_from FROM ({shares}) WHERE load > {done} UNION ALL "
            f"SELECT code, {ALWAYS} FROM (SELECT code, max(load) AS load FROM security GROUP BY code "
            f"HAVING count(DISTINCT listed) > 1) WHERE load > {done} UNION ALL "
            f'SELECT unnest(["old", "new"]), {ALWAYS} FROM code_change '
            f"WHERE \"day\" <= DATE '{day}' AND (load > {done} OR \"day\" > DATE '{until}')) GROUP BY code",
        )
        _temporary(
            connection,
            "_days",
            f"SELECT code, day FROM ({price}) WHERE load > {done} UNION "
            f"SELECT p.code, p.day FROM ({price}) p JOIN temp.main._since s ON p.code = s.code AND p.day >= s.since "
            f"UNION SELECT p.code, p.day FROM _panel p JOIN temp.main._since s ON p.code = s.code AND p.day >= s.since",
        )
        price = f"SELECT * FROM ({price}) SEMI JOIN temp.main._days USING (code, day)"
    _temporary(connection, "_codes", f"SELECT DISTINCT code FROM ({price})")
    listed = f"SELECT * FROM security WHERE known_from <= DATE '{day}' AND DATE '{day}' < known_to"
    for name, query in (("_shares", shares), ("_statement", statement), ("_security", listed)):
        _temporary(connection, name, f"SELECT * FROM ({query}) SEMI JOIN temp.main._codes USING (code)")
    queries = _queries()
    for name, query in queries.items():
        _temporary(connection, name, query)
    if not anew:
        connection.execute(
            "DELETE FROM _panel USING temp.main._days d WHERE _panel.code = d.code AND _panel.day = d.day"
        )
    # intervals follow each other without a gap: the last one that began is the one that holds
    measures = ", ".join(f"k.{name}" for name in MEASURES)
    stored = connection.execute(
        f"INSERT INTO _panel ({names([*COLUMNS, 'known_from', 'known_to'])}) "
        f"SELECT p.code, p.day, p.close, p.close * k.total_shares, p.close * k.float_shares, {measures}, "
        f"p.known_from, p.known_to FROM "
        f"({price}) p "
        f"ASOF JOIN temp.main._known k ON p.code = k.code AND p.day >= k.known_from "
        f"WHERE {' OR '.join(f'k.{name} IS NOT NULL' for name in MEASURES)} ORDER BY p.day, p.code"
    ).fetchone()
    for name in ("_since", "_days", "_codes", "_shares", "_statement", "_security", *queries):
        connection.execute(f"DROP TABLE IF EXISTS temp.main.{name}")
    return int(stored[0]) if stored else 0


@cache
def _queries() -> dict[str, str]:
    """Return the queries that lead from the vintages concerned to `_known`, in their order; compiled once."""
    import ibis

    security = _vintages("security", "_security")
    said = told_apart(_vintages("statement", "_statement"), security)
    counted = told_apart(_vintages("shares", "_shares"), security)
    parts = {
        "_flows": trailing(said, list(FLOWS.values())),
        "_balances": latest(said, list(BALANCES.values())),
        "_counts": share_counts(counted),
    }
    known = side_by_side(*(ibis.table(part.schema(), name=name) for name, part in parts.items()))
    return {**{name: _sql(part) for name, part in parts.items()}, "_known": _sql(known)}


def _current(connection: duckdb.DuckDBPyConnection, name: str, day: dt.date) -> str:
    """Return the query for the vintages of a table under the codes of a day."""
    changes = changes_by(connection, day)
    if not changes:
        return f"SELECT * FROM {quoted(name)}"
    return _sql(with_current_codes(_vintages(name, name), TABLES[name], changes))


def _vintages(name: str, stored_as: str) -> ir.Table:
    import ibis

    schema = {column.name: _TYPES[column.type] for column in TABLES[name].columns}
    internal = dict(zip(INTERNAL, ("date", "date", "int32"), strict=True))
    return ibis.table({**schema, **internal}, name=stored_as)


def _sql(expression: Any) -> str:
    import ibis

    return str(ibis.to_sql(expression, dialect="duckdb"))


def _empty(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    return connection.execute(f"SELECT 1 FROM ({query}) LIMIT 1").fetchone() is None


def _temporary(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
