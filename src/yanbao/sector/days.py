"""Days of an exhibit: the last trading day before a day that is none, and how far the data reach."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.exhibit import fetch
from yanbao.sector.market import Market

if TYPE_CHECKING:
    from ibis.expr.types import Table


def trading_days(market: Market, first: date, last: date) -> Table:
    """Return the trading days of the market's exchange from `first` to `last`, both included: column `day`."""
    calendar = market.table("calendar")
    return calendar.filter(
        calendar.exchange == market.home.exchange, calendar.day.between(ibis.literal(first), ibis.literal(last))
    ).select("day")


def last_trading_day(market: Market, day: date) -> date:
    """Return the day itself where it is a trading day, else the last one before it.

    Raises:
        ExhibitError: the day is after `as_of`, or the calendar doesn't reach it.
    """
    market.check(day)
    return market.kept(("trading day", day), lambda: _last_trading_day(market, day))


def _last_trading_day(market: Market, day: date) -> date:
    calendar = market.table("calendar")
    own = calendar.filter(calendar.exchange == market.home.exchange)
    (found,) = fetch(
        own.aggregate(first=own.day.min(), end=own.day.max(), last=own.day.max(where=own.day <= ibis.literal(day)))
    )
    if found["end"] is None:
        raise ExhibitError(
            f"the store has no calendar of {market.home.exchange}\n    hint: load the trading days of the exchange"
        )
    if found["last"] is None or day > found["end"]:
        raise ExhibitError(
            f"{day} is outside the calendar of {market.home.exchange}, which reaches from {found['first']} "
            f"to {found['end']}"
        )
    last: date = found["last"]
    return last


def span(market: Market, first: date, last: date) -> tuple[date, date]:
    """Return the trading days d0 and d1 of the period (d0, d1].

    Raises:
        ExhibitError: the period is empty or outside what is known.
    """
    d0, d1 = last_trading_day(market, first), last_trading_day(market, last)
    if d0 >= d1:
        raise ExhibitError(
            f"from {first} to {last} there is no trading day: the last closes are those of {d0} and {d1}\n"
            "    hint: a return over (from, to] needs `from` before `to`"
        )
    return d0, d1


def reach(table: Table, day: str = "day") -> str:
    """Return how far the rows of a table reach, in words for an error."""
    (found,) = fetch(table.aggregate(first=table[day].min(), last=table[day].max()))
    return f"from {found['first']} to {found['last']}" if found["first"] else "no day at all"
