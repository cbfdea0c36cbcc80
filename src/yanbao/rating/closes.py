"""Closes of many securities on the days that calls are entered and valued on, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
from numpy.typing import NDArray

from yanbao.errors import ExhibitError
from yanbao.rating.tables import Grid
from yanbao.sector.prices import Adjustment, adjusted_prices

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from yanbao.sector.market import Market

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
_Rows = tuple[list[str], Ints, Ints, Floats]

_EPOCH = date(1970, 1, 1).toordinal()
_CARRY = 400  # days before the first one: a close that a suspended share carries into the period
_FEW = 500  # codes that a query names one by one
_DAILY = 2.5  # closes a month above which a security has more than month ends


@dataclass(frozen=True)
class Closes:
    """Adjusted closes by security and day.

    `close` and `carried` have a row for each security and a column for each of `days`; `close` is NaN on a day without
    one, `carried` then holds the last one before. A code that two companies had has a row for each.
    """

    grid: Grid
    adjustment: Adjustment
    days: Ints  # days since 1970-01-01: trading days, or month ends, up to the as-of day
    is_end: Flags  # whether each of `days` is the end of a month
    calendar: Ints  # all trading days that the store's calendar reaches
    place: dict[str, tuple[tuple[int, int], ...]]  # code -> (first day of listing, row), newest first
    delisted: Ints  # the first day no longer listed, or FAR
    monthly: Flags  # whether each row is entered and valued on month ends alone
    close: Floats
    carried: Floats

    @cached_property
    def last(self) -> Ints:
        """The place in `days` of each row's last close, -1 where it has none."""
        there = ~np.isnan(self.close)
        at: Ints = np.where(there.any(axis=1), there.shape[1] - 1 - there[:, ::-1].argmax(axis=1), -1)
        return at

    def known(self, rows: Ints, at: int | Ints) -> Flags:
        """Whether the carried close of each row stands for its worth on day `at` (one, or one for each row).

        It does if the share traded on the day or later (it was suspended), or had been delisted by then. Where closes
        just end, nobody knows what became of it.
        """
        found: Flags = (at <= self.last[rows]) | (self.delisted[rows] <= self.days[at])
        return found

    def row(self, code: str, day: date) -> int | None:
        """Return the row of the company that had a code on a day, or nothing where no close of it is known."""
        at = number(day)
        rows = self.place.get(code, ())
        return next((row for listed, row in rows if listed <= at), rows[-1][1] if rows else None)

    def day(self, at: int) -> date | None:
        """Return the day of a place in `days`, nothing for -1."""
        return None if at < 0 else day_of(self.days[at])

    def on_or_before(self, days: Ints) -> Ints:
        """Return each day, or the last trading day before it; the day itself where the calendar ends before."""
        at = np.searchsorted(self.calendar, days, side="right")
        known = (at > 0) & (at < len(self.calendar))
        found: Ints = np.where(known, self.calendar[np.clip(at - 1, 0, None)], days)
        return found


FAR = 2**31


def number(day: date) -> int:
    """Return a day as the number of days since 1970-01-01.

    >>> number(date(1970, 1, 31))
    30
    """
    return day.toordinal() - _EPOCH


def day_of(at: Any) -> date:
    """Return the day of a number of days since 1970-01-01."""
    return date.fromordinal(int(at) + _EPOCH)


def months_after(days: Ints, months: int | Ints) -> Ints:
    """Return for each day the same day of a later month, or its last day where the month is shorter.

    >>> day_of(months_after(np.array([number(date(2023, 8, 31))]), 6)[0])
    datetime.date(2024, 2, 29)
    """
    month = month_number(days)
    begin = first_of(month + months)
    found: Ints = begin + np.minimum(days - first_of(month), first_of(month + months + 1) - begin - 1)
    return found


def first_of(months: Ints) -> Ints:
    """Return the first day of each month; months since 1970-01."""
    found: Ints = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return found


def month_number(days: Ints) -> Ints:
    """Return for each day the number of its month since 1970-01."""
    months: Ints = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months


def read_closes(
    market: Market,
    called: list[str],
    universe: list[str],
    sectors: list[str],
    first: date,
    *,
    adjustment: Adjustment | None = None,
    grid: Grid | None = None,
) -> Closes:
    """Read the closes of securities from `first` to the as-of day, and the levels of sector indices among `sectors`.

    Without a `grid`: trading days where any called security has more closes than those of month ends, else month ends.
    On trading days, a security that has closes of month ends alone is entered and valued on these. A month that the
    as-of day lies in has no end yet.

    Raises:
        ExhibitError: no calendar, no closes, or not of the adjustment asked for.
    """
    calendar = _calendar(market)
    until = number(market.as_of)
    begin = number(first) - _CARRY
    wanted = sorted({*called, *universe})
    parts: list[_Rows] = []
    used: Adjustment = adjustment or "split"
    if wanted:
        table = market.table("adjusted_price")
        few = len(wanted) <= _FEW
        own = table.filter(table.code.isin(wanted)) if few else table
        prices, used = adjusted_prices(market, own.select("code"), adjustment)
        parts.append(_rows(prices.filter(prices.code.isin(wanted)) if few else prices, begin, until, wanted))
    if sectors:
        levels = market.table("index_level")
        own = levels.filter(levels.code.isin(sorted(set(sectors)))).select("code", "day", "close")
        parts.append(_rows(own, begin, until, sectors))
    known, code, day, close = _joined(parts)
    first_row = np.searchsorted(code, np.arange(len(known)))
    rows_of = np.bincount(code, minlength=len(known))
    months = np.bincount(code[_firsts(code, month_number(day))], minlength=len(known))
    sparse = rows_of <= _DAILY * months
    if grid is None:
        named = {*called, *sectors}
        asked = np.array([name in named for name in known], dtype=bool)
        grid = "day" if (asked & ~sparse).any() else "month-end"
    # the last trading day of a month is known once the next month's first one is in the calendar
    ends = calendar[:-1][np.diff(month_number(calendar)) > 0]
    ends = _with_closes(ends[(ends >= number(first)) & (ends <= until)], code, day)
    days = ends if grid == "month-end" else calendar[(calendar >= number(first)) & (calendar <= until)]
    listings = _listings(market, known)
    place: dict[str, tuple[tuple[int, int], ...]] = {}
    delisted: list[int] = []
    monthly: list[bool] = []
    row_of = np.repeat(np.arange(len(known)), rows_of)
    for at, name in enumerate(known):
        intervals = listings.get(name) or [(-FAR, FAR)]
        place[name] = tuple((listed, len(delisted) + extra) for extra, (listed, _) in enumerate(intervals))[::-1]
        own_rows = slice(first_row[at], first_row[at] + rows_of[at])
        row_of[own_rows] = len(delisted)
        if len(intervals) > 1:
            turn = np.array([listed for listed, _ in intervals[1:]])
            row_of[own_rows] += np.searchsorted(turn, day[own_rows], side="right")
        delisted += [end for _, end in intervals]
        monthly += [grid == "month-end" or bool(sparse[at])] * len(intervals)
    exact, carried = _fill(days, row_of, day, close, len(delisted))
    return Closes(
        grid=grid,
        adjustment=used,
        days=days,
        is_end=np.isin(days, ends),
        calendar=calendar,
        place=place,
        delisted=np.array(delisted, np.int64),
        monthly=np.array(monthly, dtype=bool),
        close=exact,
        carried=carried,
    )


def _with_closes(ends: Ints, code: Ints, day: Ints) -> Ints:
    """Return the ends of months, each moved to the last day on which at least half of its securities have a close.

    A vendor may have lost the last days of a month (29 and 30 April 2019 in one's history): nearly every security would
    seem to be suspended there. A month without closes keeps its end.
    """
    months = month_number(day)
    held = dict(zip(*np.unique(months[_firsts(code, months)], return_counts=True), strict=True))
    moved = ends.copy()
    found, count = np.unique(day, return_counts=True)
    for at, month in enumerate(month_number(ends)):
        enough = found[(month_number(found) == month) & (2 * count >= held.get(month, 0)) & (found <= ends[at])]
        if len(enough):
            moved[at] = enough[-1]
    return moved


def _firsts(code: Ints, months: Ints) -> Flags:
    """Whether each row is the first of its security's in its month; rows stand by security and day."""
    first = np.ones(len(code), dtype=bool)
    first[1:] = (code[1:] != code[:-1]) | (months[1:] != months[:-1])
    return first


def _fill(days: Ints, row_of: Ints, day: Ints, close: Floats, count: int) -> tuple[Floats, Floats]:
    exact = np.full((count, len(days)), np.nan)
    carried = np.full((count, len(days)), np.nan)
    at = np.searchsorted(days, day)
    inside = at < len(days)
    # rows stand in the order of days: of several before one day of the grid the last is kept
    carried[row_of[inside], at[inside]] = close[inside]
    same = inside.copy()
    same[inside] = days[at[inside]] == day[inside]
    exact[row_of[same], at[same]] = close[same]
    filled = np.where(np.isnan(carried), 0, np.arange(len(days)))
    np.maximum.accumulate(filled, axis=1, out=filled)
    carried = np.take_along_axis(carried, filled, axis=1)
    return exact, carried


def _rows(table: Table, begin: int, until: int, wanted: list[str]) -> _Rows:
    """Return the closes of the `wanted` codes in a period: codes; for each row the place of its code, day, close."""
    found = table.filter(
        table.day >= ibis.literal(day_of(begin)), table.day <= ibis.literal(day_of(until)), table.close > 0
    ).to_pyarrow()
    coded = found["code"].combine_chunks().dictionary_encode()
    names: list[str] = coded.dictionary.to_pylist()
    code = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    day = found["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    kept = np.array([name in set_of for name in names], dtype=bool)[code] if (set_of := set(wanted)) else code < 0
    return names, code[kept], day[kept], found["close"].to_numpy().astype(np.float64)[kept]


def _joined(parts: list[_Rows]) -> _Rows:
    """Return rows of several tables as one, by code and day; codes in their order, only those that have a row."""
    names = sorted({part[0][at] for part in parts for at in np.unique(part[1])})
    at = {name: place for place, name in enumerate(names)}
    code = np.concatenate(
        [np.array([at.get(name, -1) for name in part[0]], np.int64)[part[1]] for part in parts if len(part[1])]
        or [np.array([], np.int64)]
    )
    day = np.concatenate([part[2] for part in parts if len(part[1])] or [np.array([], np.int64)])
    close = np.concatenate([part[3] for part in parts if len(part[1])] or [np.array([])])
    order = np.lexsort((day, code))
    return names, code[order], day[order], close[order]


def _calendar(market: Market) -> Ints:
    table = market.table("calendar")
    own = table.filter(table.exchange == market.home.exchange).select("day").to_pyarrow()
    if not len(own):
        raise ExhibitError(
            f"the store has no calendar of {market.home.exchange}\n    hint: load the trading days of the exchange"
        )
    days: Ints = np.sort(own["day"].to_numpy().astype("datetime64[D]").astype(np.int64))
    return days


def _listings(market: Market, codes: list[str]) -> dict[str, list[tuple[int, int]]]:
    """Return the listings of each code, in order: (first day, first day no longer listed)."""
    security = market.table("security")
    rows = security.select("code", "listed", "delisted").order_by("code", "listed").to_pyarrow().to_pylist()
    wanted = set(codes)
    found: dict[str, list[tuple[int, int]]] = {}
    for row in rows:
        if row["code"] in wanted:
            end = FAR if row["delisted"] is None else number(row["delisted"])
            found.setdefault(row["code"], []).append((number(row["listed"]), end))
    return found
