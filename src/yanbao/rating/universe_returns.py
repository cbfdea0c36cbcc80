"""What all members of the universe did over the same days as a call: its base rate, and what random picks come to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import ibis
import numpy as np

from yanbao.errors import ExhibitError
from yanbao.rating.closes import FAR, Closes, Flags, Floats, day_of, number
from yanbao.sector.exhibit import Text, fetch
from yanbao.sector.universe import Universe, member_intervals

if TYPE_CHECKING:
    from yanbao.sector.find import Sector
    from yanbao.sector.market import Market


@dataclass(frozen=True)
class Members:
    """Who was a member of the universe from when to when: classified and listed (definitions, Universe and time)."""

    name: Text
    intervals: tuple[tuple[str, int, int], ...]  # code, first day, first day no longer

    @property
    def codes(self) -> list[str]:
        """Every code that ever was a member."""
        return sorted({code for code, _, _ in self.intervals})


def company_members(market: Market, sector: Sector | None, boards: tuple[str, ...] = ()) -> Members:
    """Return the members of a sector, or of the whole classification, over time.

    Raises:
        ExhibitError: nobody is classified.
    """
    rows = member_intervals(market, Universe(boards=boards), sector)
    found = fetch(rows.select("code", "known_from", "known_to").order_by("code", "known_from"))
    if not found:
        raise ExhibitError("the universe has no member: the store lacks memberships or securities\n    hint: load them")
    name = Text(sector.name, sector.name) if sector else Text("全部行业成分股", "all classified companies")
    return Members(
        name, tuple((row["code"], number(row["known_from"]), min(number(row["known_to"]), FAR)) for row in found)
    )


def sector_members(market: Market) -> Members:
    """Return the level-1 groups of the market's classification that have an index, as a universe of sector calls."""
    industry = market.table("industry")
    rows = industry.filter(industry.level == 1, industry.index_code.notnull()).select("index_code").distinct()
    codes = sorted(row["index_code"] for row in fetch(rows))
    levels = market.table("index_level")
    start = {
        row["code"]: row["first"]
        for row in fetch(
            levels.filter(levels.code.isin(codes)).group_by("code").aggregate(first=levels.day.min())
            if codes
            else levels.limit(0).group_by("code").aggregate(first=levels.day.min())
        )
    }
    return Members(
        Text("一级行业指数", "level-1 sector indices"),
        tuple((code, number(start[code]), FAR) for code in codes if code in start),
    )


@dataclass(frozen=True)
class UniverseReturns:
    """The universe on the days of `closes`: who was in it, and what each of them returned between two days.

    A member counts from a day on which it has a close; where it has none at the end, its last close before stands for
    it (a delisted member's last one), as for a call. `rows` are those of `closes`.
    """

    members: Members
    closes: Closes

    @cached_property
    def inside(self) -> Flags:
        """Whether each row of `closes` was a member on each day."""
        found = np.zeros(self.closes.close.shape, dtype=bool)
        days = self.closes.days
        for code, begin, end in self.members.intervals:
            first, last = np.searchsorted(days, (begin, end))
            for at in range(first, last):
                row = self.closes.row(code, day_of(days[at]))
                if row is None:
                    break
                if len(self.closes.place[code]) == 1:
                    found[row, first:last] = True
                    break
                found[row, at] = True
        return found

    def counts(self, entry: int) -> tuple[int, int]:
        """Return how many members there were on a day, and how many of them have a close."""
        days = self.closes.days[entry]
        total = len({code for code, begin, end in self.members.intervals if begin <= days < end})
        return total, int(self.priced(entry).sum())

    def priced(self, entry: int) -> Flags:
        """Whether each row is a member with a close on a day."""
        return self.inside[:, entry] & ~np.isnan(self.closes.close[:, entry])

    def returns(self, entry: int, end: int) -> Floats:
        """Return the returns of all members with a close on day `entry`, from then to day `end`, in rows' order."""
        rows = np.flatnonzero(self.priced(entry))
        rows = rows[self.closes.known(rows, end)]
        found: Floats = self.closes.carried[rows, end] / self.closes.close[rows, entry] - 1.0
        return found

    def mean(self, entry: int) -> Floats:
        """Return the return of the equal-weight universe from day `entry` to it and each day after.

        Bought in equal parts on the day and held: the mean of its members' returns.
        """
        rows = self.priced(entry)
        if not rows.any():
            return np.full(len(self.closes.days) - entry, np.nan)
        held = self.closes.carried[rows, entry:] / self.closes.close[rows, entry][:, None]
        found: Floats = held.mean(axis=0) - 1.0
        return found


def known_levels(market: Market, code: str, closes: Closes) -> Floats:
    """Return the closing levels of an index on the days of `closes`; NaN on a day without one.

    Raises:
        ExhibitError: the store has no level of the index.
    """
    levels = market.table("index_level")
    own = levels.filter(levels.code == ibis.literal(code)).select("day", "close").to_pyarrow()
    if not len(own):
        known = sorted(row["code"] for row in fetch(levels.select("code").distinct()))
        raise ExhibitError(f"the store has no levels of the benchmark {code}\n    hint: it has {', '.join(known[:12])}")
    day = own["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    close = own["close"].to_numpy().astype(np.float64)
    found = np.full(len(closes.days), np.nan)
    at = np.searchsorted(closes.days, day)
    fits = at < len(closes.days)
    fits[fits] = closes.days[at[fits]] == day[fits]
    found[at[fits]] = close[fits]
    return found
