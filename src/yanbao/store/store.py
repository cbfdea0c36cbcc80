"""Reading the store: what was known on a day, and what every load did."""

# ruff: noqa: S608 - every name in a query is a declared table or column, every value is bound or quoted

from __future__ import annotations

import datetime as dt
import difflib
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from yanbao.errors import StoreError
from yanbao.store.connection import connect_reading, store_file
from yanbao.store.layout import INTERNAL, columns_of, quoted
from yanbao.store.panel import COLUMNS
from yanbao.store.successors import Change, changes_by, with_current_codes
from yanbao.store.tables import TABLES

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir


class Store:
    """A store that is open for reading.

    ```
    with Store.open("build/market") as store:
        prices = store.table("price", as_of=date(2024, 6, 28))
    ```
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self.path = path
        self._duckdb = connection
        self._ibis: Any = None
        # what the store keeps of its own, with the declared tables that it was made from
        self._made_from: dict[str, frozenset[str]] = {"_panel": frozenset(("price", "shares", "statement"))}
        self._last: dt.date | None = self._ask("SELECT max(day) FROM _load")[0][0]

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Return the store in a file, or in a folder that holds `store.duckdb`; several may read at once.

        Raises:
            StoreError: no store, a damaged one, one of another format, or a load is under way.
        """
        return cls(connect_reading(path), store_file(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._duckdb.close()

    def _ask(self, query: str, *values: Any) -> list[Any]:
        """Answer a question of the store's own; apart from Ibis, whose results may be half read."""
        with self._duckdb.cursor() as cursor:
            return cursor.execute(query, list(values)).fetchall()

    def _changes(self, day: dt.date) -> tuple[Change, ...]:
        with self._duckdb.cursor() as cursor:
            return changes_by(cursor, day)

    @property
    def connection(self) -> Any:
        """The Ibis backend that the tables of this store belong to."""
        if self._ibis is None:
            import ibis

            # the engine flattens nested selections itself: to have Ibis fuse them took a third of an exhibit's words
            ibis.options.sql.fuse_selects = False
            self._ibis = ibis.duckdb.from_connection(self._duckdb)
        return self._ibis

    @property
    def last_load(self) -> dt.date:
        """The day of the last load: the store knows nothing of later ones.

        Raises:
            StoreError: nothing was ever loaded.
        """
        if self._last is None:
            raise StoreError(f"{self.path}: nothing was loaded yet\n    hint: `yanbao load`")
        return self._last

    def as_of(self, day: dt.date | None) -> dt.date:
        """Return the day of a read: the one given, or that of the last load.

        Raises:
            StoreError: a day after the last load: the store does not know it.
        """
        if day is not None and day > self.last_load:
            raise StoreError(
                f"as of {day}: the store knows nothing after {self.last_load}, the day of its last load\n"
                "    hint: load, or ask for an earlier day"
            )
        return day or self.last_load

    def table(self, name: str, as_of: dt.date | None = None) -> ir.Table:
        """Return a table as it was known on a day: one row for each key, without the store's own columns.

        Raises:
            StoreError: no such table, or a day after the last load.
        """
        import ibis

        day = ibis.date(self.as_of(as_of).isoformat())
        vintages = self.vintages(name, as_of)
        return vintages.filter(vintages.known_from <= day, day < vintages.known_to).drop(*INTERNAL)

    def vintages(self, name: str, as_of: dt.date | None = None) -> ir.Table:
        """Return every row a table ever held, with `known_from`, `known_to` (9999-12-31 while it holds) and `load`.

        A row with `known_from` = `known_to` was never the newest: a later publication stood before it came. What a
        company did under a code that it gave up by `as_of` stands under its new one.

        Raises:
            StoreError: no such table, or a day after the last load.
        """
        if name not in TABLES:
            near = difflib.get_close_matches(name, list(TABLES), 1)
            hint = f"did you mean `{near[0]}`?" if near else f"it has {', '.join(TABLES)}"
            raise StoreError(f"the store has no table `{name}`: {hint}")
        found = self.connection.table(name)
        rows = found.select(*columns_of(TABLES[name]), *INTERNAL)
        if self._last is None:
            return rows
        return with_current_codes(rows, TABLES[name], self._changes(self.as_of(as_of)))

    def panel(self, as_of: dt.date | None = None) -> ir.Table:
        """Return the valuation of every company on every day up to `as_of`, from what was published by each day.

        Columns: code, day, close, market_value, float_value, total_shares, float_shares, profit_ttm, net_profit_ttm,
        revenue_ttm, cash_flow_ttm, equity; money in CNY. See `yanbao.store.panel`.

        Raises:
            StoreError: a day after the last load, or a load ended before the panel was brought up to date.
        """
        import ibis

        last = self.as_of(as_of)
        if not self._panel_is_current():
            raise StoreError(f"{self.path}: the last load did not finish its panel\n    hint: repeat the load")
        day = ibis.date(last.isoformat())
        rows = self.connection.table("_panel")
        rows = rows.filter(rows.known_from <= day, day < rows.known_to, rows.day <= day)
        # a code that was given up after the day was the company's on it
        before: dict[str, str] = {}
        for change in self._changes(self.last_load):
            if change.day > last:
                before.setdefault(change.new, change.old)
        if before:
            rows = rows.mutate(code=rows.code.substitute(before))
        return rows.select(*COLUMNS)

    def held(self, query: ir.Table) -> ir.Table:
        """Return the rows of a query, computed now and kept in memory until the store is closed."""
        import ibis

        # a cursor of its own would not see it: temporary tables belong to a connection
        made: ir.Table = self.connection.create_table(ibis.util.gen_name("held"), query, temp=True)
        self._made_from[made.get_name()] = self.inputs_of(query)
        return made

    def inputs_of(self, query: ir.Table) -> frozenset[str]:
        """Return the declared tables that a query rests on, through what the store keeps of its own as well."""
        from ibis.expr.operations import DatabaseTable

        found: set[str] = set()
        for table in query.op().find(DatabaseTable):
            found |= self._made_from.get(table.name, {table.name})
        return frozenset(found)

    def panel_if_kept(self, as_of: dt.date | None = None) -> ir.Table | None:
        """Return the panel, or nothing where no load brought it up to date: then it is computed from its inputs.

        Raises:
            StoreError: a day after the last load.
        """
        return self.panel(as_of) if self._panel_is_current() else None

    def _panel_is_current(self) -> bool:
        # a store of an older yanbao has no panel until it is loaded into
        ((there,),) = self._ask("SELECT count(*) FROM duckdb_tables() WHERE table_name IN ('_panel', '_panel_state')")
        if there < 2:
            return False
        ((behind,),) = self._ask("SELECT max(load) <> coalesce((SELECT max(load) FROM _panel_state), 0) FROM _load")
        return not behind

    def loads(self) -> ir.Table:
        """Return what each load of a file did: source, table, file, digest, day, and its rows by their fate."""
        return self.connection.table("_load")

    def refused(self) -> ir.Table:
        """Return every value that kept its row out: load, file, row, field, value, reason."""
        return self.connection.table("_refused")

    def losses(self) -> ir.Table:
        """Return what sources dropped, merged or defaulted: load, file, kind, reason, row_count."""
        return self.connection.table("_loss")

    def coverage(self) -> list[dict[str, Any]]:
        """Return how far each table reaches as known at the last load: rows, codes, first and last day."""
        reach = []
        for table in TABLES.values():
            code = next((column.name for column in table.columns if column.is_code and column.name == "code"), None)
            counted = f"count(DISTINCT {quoted(code)})" if code else "CAST(NULL AS BIGINT)"
            days = f"min({quoted(table.day)}), max({quoted(table.day)})" if table.day else "NULL, NULL"
            (row,) = self._ask(
                f"SELECT count(*), {counted}, {days} FROM {quoted(table.name)} "
                "WHERE known_from <= $1 AND $1 < known_to",
                self._last or dt.date(1, 1, 1),
            )
            reach.append({"table": table.name, "rows": row[0], "codes": row[1], "first": row[2], "last": row[3]})
        return reach
