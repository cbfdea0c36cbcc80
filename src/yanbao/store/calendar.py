"""Trading days of exchanges, as exchange_calendars knows them; a day outside its reach is an error, never a guess."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from yanbao.errors import StoreError
from yanbao.store.batch import ROW, Batch

if TYPE_CHECKING:
    import pyarrow as pa

EXCHANGES: Final = ("XSHG", "XHKG", "XNYS")
FIRST: Final = dt.date(1990, 12, 19)  # the first day of trading in Shanghai


@cache
def _calendar(exchange: str) -> Any:
    """Return the calendar of an exchange, from its first day here to the last one that is known."""
    if exchange not in EXCHANGES:
        raise StoreError(f"no calendar of `{exchange}`: there are {', '.join(EXCHANGES)}")
    import exchange_calendars

    start: Any = FIRST
    bound = exchange_calendars.get_calendar(exchange).bound_min()
    if bound is not None and bound.date() > start:
        start = bound.date()
    return exchange_calendars.get_calendar(exchange, start=start.isoformat())


def trading_days(exchange: str, first: dt.date | None = None, last: dt.date | None = None) -> list[dt.date]:
    """Return the trading days of an exchange from `first` to `last`, both included; all that are known by default.

    Raises:
        StoreError: an exchange without a calendar, or days that it does not reach.
    """
    calendar = _calendar(exchange)
    for day in (first, last):
        if day is not None:
            _check(exchange, day)
    sessions = calendar.sessions_in_range(
        (first or reach(exchange)[0]).isoformat(), (last or reach(exchange)[1]).isoformat()
    )
    return [session.date() for session in sessions]


def reach(exchange: str) -> tuple[dt.date, dt.date]:
    """Return the first and the last trading day that the calendar of an exchange knows."""
    calendar = _calendar(exchange)
    return calendar.first_session.date(), calendar.last_session.date()


def last_trading_day(day: dt.date, exchange: str = "XSHG") -> dt.date:
    """Return the day itself where it is a trading day, else the last one before it.

    Raises:
        StoreError: an exchange without a calendar, or a day that it does not reach.
    """
    _check(exchange, day)
    found: dt.date = _calendar(exchange).date_to_session(day.isoformat(), direction="previous").date()
    return found


def calendar_batches(exchanges: tuple[str, ...] = EXCHANGES) -> Iterator[Batch]:
    """Yield the trading days of exchanges as batches for the table `calendar`."""
    for exchange in exchanges:
        yield _batch(exchange)


def _batch(exchange: str) -> Batch:
    import exchange_calendars

    first, last = reach(exchange)

    def rows() -> Iterator[pa.Table]:
        import pyarrow as pa

        days = trading_days(exchange)
        yield pa.table(
            {ROW: pa.array(range(1, len(days) + 1), pa.int64()), "exchange": [exchange] * len(days), "day": days}
        )

    version = exchange_calendars.__version__
    return Batch("calendar", f"exchange_calendars {version}", f"{exchange} {version} {first} {last}", rows())


def _check(exchange: str, day: dt.date) -> None:
    first, last = reach(exchange)
    if not first <= day <= last:
        raise StoreError(f"{day} is outside the calendar of {exchange}, which reaches from {first} to {last}")
