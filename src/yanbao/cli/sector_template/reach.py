"""How far a store reaches for a sector on a day: which days, periods and sources the pages are about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis

from yanbao.sector.days import last_trading_day
from yanbao.sector.exhibit import Row, fetch
from yanbao.sector.find import find_sector, known_groups
from yanbao.sector.universe import Universe, members_on
from yanbao.sector.universe import groups as groups_of
from yanbao.sector.values import STATEMENTS

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from yanbao.sector import Market
    from yanbao.sector.find import Sector

RECENT = 3  # years back in which the periods of a line are compared by how many companies reported them
LEAST = 10  # companies that a page about them rests on at least, or a third of a smaller sector's
HALF = 2  # the newest period is one that at least half as many reported as any recent one
YEARS = 5  # that exhibits of statements show
HISTORY = 10  # years of multiples
NEAR = timedelta(days=14)  # before the day of the report: a vendor of weekly multiples has one of these days
PROFITS = ("net_profit_parent", "net_profit")  # the first of those whose periods reach furthest

GROWTH = ("revenue", "profit", "cash", "headcount")  # what is compared with the year before
LINES = {"revenue": "revenue", "margin": "cost", "rd": "rd_expense", "selling": "selling_expense",
         "admin": "admin_expense", "cash": "operating_cash_flow"}  # fmt: skip


@dataclass(frozen=True)
class Span:
    """The periods of a line: from the first to the newest that enough companies reported."""

    first: date
    last: date


@dataclass
class Reach:
    """What the store knows of a sector on a day, and what newer data were passed over, in words."""

    sector: Sector
    names: dict[str, str | None]  # every group of the sector's level, with its English name
    price_day: date
    spans: dict[str, Span] = field(default_factory=dict)
    profit_line: str = PROFITS[0]
    valuation_day: date | None = None
    source: str | None = None  # whose multiples: one for all pages, since samples of vendors differ
    history_from: date | None = None
    funds: tuple[str, date] | None = None  # a kind of funds and its newest quarter
    has_prices: bool = False  # prices and share counts: valuations that rest on no vendor
    few: dict[str, str] = field(default_factory=dict)  # lines that too few companies reported, and how many
    passed: list[str] = field(default_factory=list)


def newest_day(market: Market) -> date:
    """Return the newest day that indices or prices reach, at most that of the last load."""
    days = [
        found["day"]
        for name in ("index_level", "adjusted_price", "price")
        for found in fetch(market.table(name).aggregate(day=market.table(name).day.max()))
        if found["day"]
    ]
    return max(days, default=market.as_of)


def reach(market: Market, sector: str) -> Reach:
    """Return how far the store reaches on the market's day.

    Raises:
        ExhibitError: no such sector, with the names near it; a day outside the calendar.
    """
    found = find_sector(market, sector)
    groups = known_groups(market, found.classification)
    names = {row["name"]: row["name_en"] for row in groups if row["level"] == found.level}
    known = Reach(found, names, last_trading_day(market, market.as_of))
    members = members_on(market, Universe(), market.as_of, found).select("code").distinct()
    size = int(members.count().to_pyarrow().as_py())
    statement = market.table("statement")
    own = statement.filter(statement.basis == "ytd").semi_join(members, "code")
    counted = fetch(own.group_by("line", "period").aggregate(n=own.code.nunique()))
    for name, line in LINES.items():
        _periods(known, size, name, (row for row in counted if row["line"] == line))
    known.profit_line = max(PROFITS, key=lambda line: _last(row for row in counted if row["line"] == line))
    _periods(known, size, "profit", (row for row in counted if row["line"] == known.profit_line))
    years = [row for row in counted if row["line"] == LINES["revenue"] and row["period"].month in (3, 9)]
    if years and "revenue" in known.spans:
        last = max(row["period"] for row in years).year
        known.spans["season"] = Span(date(last - YEARS + 1, 1, 1), date(last, 12, 31))
    people = market.table("headcount").semi_join(members, "code")
    _periods(known, size, "headcount", fetch(people.group_by("period").aggregate(n=people.code.nunique())))
    _multiples(market, known, members)
    _funds(market, known)
    return known


def _last(rows: Iterable[Row]) -> date:
    """Return the newest period that enough companies reported; the day before all days where none did."""
    ends = [row for row in rows if row["period"].month % 3 == 0]
    newest = max((row["period"].year for row in ends), default=0)
    recent = [row for row in ends if row["period"].year > newest - RECENT]
    most = max((row["n"] for row in recent), default=0)
    return max((row["period"] for row in recent if row["n"] * HALF >= most), default=date.min)


def _periods(known: Reach, size: int, name: str, rows: Iterable[Row]) -> None:
    """Note the periods of a line: the newest one that enough companies reported, and those of the years before it.

    A year that fewer than half as many reported is none of them: a change of the sample would be read as one of the
    sector.
    """
    counts = {row["period"]: row["n"] for row in rows}
    last = _last({"period": period, "n": n} for period, n in counts.items())
    if last == date.min:
        return
    if counts[last] < min(LEAST, size / 3):
        known.few[name] = f"{counts[last]} of {size} members reported {last}, the newest period with most of them"
        return
    enough = [period for period, n in counts.items() if period.month == last.month and n * HALF >= counts[last]]
    first = min(period.year for period in enough if period.year > last.year - YEARS)
    if name in GROWTH:  # the first of them is a base
        first = min(first + 1, last.year)
    known.spans[name] = Span(date(first, 1, 1), last)
    later = ", ".join(f"{period} ({n})" for period, n in sorted(counts.items()) if period > last)
    if later:
        known.passed.append(f"{name}: {last} with {counts[last]} companies; few reported {later}")


def _multiples(market: Market, known: Reach, members: Table) -> None:
    """Note the day with the most valuations near the report's, and the source that values most sectors on it."""
    start = date(market.as_of.year - HISTORY, market.as_of.month, 1)
    tree = groups_of(market, known.sector.classification, known.sector.level).select("scheme", "industry", sector="key")
    sectors = members_on(market, Universe(), market.as_of).join(tree, ["scheme", "industry"]).select("code", "sector")
    table = market.table("valuation")
    valued = table.filter(table.market_value.notnull() | table.float_value.notnull())
    valued = valued.filter(valued.pe_ttm.notnull() | valued.pb.notnull())
    prices, shares = market.table("price"), market.table("shares")
    stated = prices.semi_join(shares.select("code").distinct(), "code").select(
        "code", "day", source=ibis.literal(STATEMENTS)
    )
    both = valued.select("code", "day", "source").union(stated)
    near = both.filter(both.day > ibis.literal(market.as_of - NEAR), both.day <= ibis.literal(market.as_of))
    days = fetch(near.group_by("day").aggregate(n=near.code.nunique()))
    if not days:
        return
    known.has_prices = bool(fetch(stated.limit(1)))
    day = known.valuation_day = max(days, key=lambda row: (row["n"], row["day"]))["day"]
    by_day = fetch(
        both.filter(both.day == ibis.literal(day))
        .join(sectors, "code")
        .group_by("source")
        .aggregate(groups=ibis._.sector.nunique())
    )
    groups = {row["source"]: row["groups"] for row in by_day}
    own = both.filter(both.day >= ibis.literal(start), both.day <= ibis.literal(day)).semi_join(members, "code")
    spans = fetch(own.group_by("source").aggregate(first=own.day.min(), n=own.count()))
    if spans:
        best = max(spans, key=lambda row: (groups.get(row["source"], 0), row["n"], row["source"]))
        known.source, known.history_from = best["source"], max(start, best["first"])


def _funds(market: Market, known: Reach) -> None:
    table = market.table("fund_holding")
    kinds = fetch(table.group_by("funds").aggregate(n=table.count(), last=table.period.max()))
    if kinds:
        most = max(kinds, key=lambda row: (row["last"], row["n"], row["funds"]))
        known.funds = (most["funds"], most["last"])
