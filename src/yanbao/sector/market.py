"""The market as known on one day: what an exhibit reads its tables from."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from yanbao.errors import ExhibitError

if TYPE_CHECKING:
    from ibis.expr.types import Table

T = TypeVar("T")


class Tables(Protocol):
    """Where the tables of `yanbao.store.tables` come from: a store, or anything that answers like one."""

    def table(self, name: str, as_of: date) -> Table:
        """Return a table as known on a day: one row a key, without internal columns."""
        ...

    def vintages(self, name: str) -> Table:
        """Return every row ever known of a table, with `known_from` and `known_to` (missing or far off: still)."""
        ...

    def held(self, query: Table) -> Table:
        """Return the rows of a query that is read several times; an engine may compute them once and keep them."""
        ...

    def panel_if_kept(self, as_of: date) -> Table | None:
        """Return the valuation of companies by day as known on a day; nothing where none is kept or current."""
        ...


@dataclass(frozen=True)
class Home:
    """What differs from one market to another: its calendar, benchmark, classification and money."""

    exchange: str  # ISO 10383 code, names the calendar
    benchmark: str
    classification: str
    currency: str
    venues: tuple[str, ...]  # endings of the codes that trade there


A_SHARES = Home("XSHG", "000300.SH", "sw", "CNY", ("SH", "SZ", "BJ"))
US = Home("XNYS", "SPX.US", "gics", "USD", ("US",))
HOMES = {"cn": A_SHARES, "us": US}


@dataclass(frozen=True)
class Market:
    """The tables of a market as known on the day `as_of`.

    Each read takes the day: what was published later is not there, and an earlier day is another market
    (`market.at(day)`). A later one is an error, since nothing is known of it.
    """

    tables: Tables
    as_of: date
    home: Home = A_SHARES
    _kept: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def table(self, name: str) -> Table:
        """Return a table as known on `as_of`."""
        return self.kept(("table", name), lambda: _missing_allowed(self.tables.table(name, self.as_of)))

    def kept(self, key: Hashable, ask: Callable[[], T]) -> T:
        """Return an answer that was asked before, or ask: what was known on a day doesn't change."""
        if key not in self._kept:
            self._kept[key] = ask()
        found: T = self._kept[key]
        return found

    def held(self, key: Hashable, query: Callable[[], Table]) -> Table:
        """Return the rows of a query that exhibits read several times, computed once where the engine can keep them."""
        return self.kept(("held", key), lambda: _missing_allowed(self.tables.held(query())))

    def vintages(self, name: str) -> Table:
        """Return every row of a table that was known on `as_of` or before, with `known_from` and `known_to`."""
        rows = self.kept(("vintages", name), lambda: _missing_allowed(self.tables.vintages(name)))
        return rows.filter(rows.known_from <= self.as_of)

    def panel(self) -> Table | None:
        """Return what the store keeps of companies by day (`yanbao.store.panel`), or nothing: then compute it."""
        return self.kept("panel", lambda: self.tables.panel_if_kept(self.as_of))

    def at(self, day: date) -> Market:
        """Return the market as known on an earlier day.

        Raises:
            ExhibitError: the day is after `as_of`.
        """
        self.check(day)
        return replace(self, as_of=day, _kept={})

    def check(self, day: date) -> None:
        """Refuse a day of which nothing is known yet.

        Raises:
            ExhibitError: the day is after `as_of`.
        """
        if day > self.as_of:
            raise ExhibitError(
                f"{day} is after the as-of day {self.as_of}: nothing of it is known\n"
                f"    hint: ask for a day up to {self.as_of}, or load newer data"
            )


def _missing_allowed(table: Table) -> Table:
    """Return the table with types that allow a missing value in each column of the tables it reads.

    A column that is required in the store is NOT NULL there, and Ibis then refuses to stack it on one that a join left
    without a value.
    """
    from ibis.expr.operations import DatabaseTable
    from ibis.expr.schema import Schema

    read = table.op().find(DatabaseTable)
    free = {
        one: one.copy(schema=Schema({name: kind.copy(nullable=True) for name, kind in one.schema.items()}))
        for one in read
    }
    return table.op().replace(free).to_expr()
