"""Lines of statements by company and period: year to date, single quarter, trailing twelve months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.exhibit import Text, fetch
from yanbao.sector.find import Sector
from yanbao.sector.market import Market
from yanbao.sector.shift import beside, quarter_number
from yanbao.sector.universe import Universe, members_on, members_over
from yanbao.store.companies import with_company
from yanbao.store.lines import LINES

if TYPE_CHECKING:
    from ibis.expr.types import Table

Basis = Literal["ytd", "quarter", "ttm"]
Vintage = Literal["newest", "first"]

_ONE = ("code", "company")

BASIS: dict[str, Text] = {
    "ytd": Text("年初至报告期末累计", "year to date"),
    "quarter": Text("单季度", "single quarter"),
    "ttm": Text("滚动十二个月", "trailing twelve months"),
}


@dataclass(frozen=True, kw_only=True)
class PeriodOptions(Universe):
    """The sector, the periods that end in [`frm`, `to`], and whose members they are about.

    `every` takes each quarter, or the quarter of `to` in each year. `drawn` takes the members at the end of each
    period, or those of the day `on` (without one: `to`) for all of them.
    """

    sector: str
    frm: date
    to: date
    basis: Basis = "ytd"
    every: Literal["quarter", "year"] = "quarter"
    drawn: Literal["each", "fixed"] = "each"
    on: date | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.frm > self.to:
            raise ExhibitError(f"the periods from {self.frm} to {self.to} are none\n    hint: `from` before `to`")
        if self.on is not None and self.drawn == "each":
            raise ExhibitError("`on` fixes the members of one day\n    hint: drawn = fixed goes with it")

    def drawn_note(self) -> Text:
        """Whose members the exhibit is about, in words."""
        if self.drawn == "each":
            return Text("各期期末成分", "members at the end of each period")
        return Text(
            f"{self.on or self.to}的成分，各期不变", f"members on {self.on or self.to}, the same in all periods"
        )


def line_name(line: str) -> Text:
    """Return the name of a line in both languages.

    Raises:
        ExhibitError: no such line.
    """
    if line not in LINES:
        raise ExhibitError(f"no line is called `{line}` (lines: {', '.join(LINES)})")
    return Text(LINES[line].zh, LINES[line].en)


def flows(market: Market, line: str, basis: Basis, vintage: Vintage = "newest") -> Table:
    """Return a line of every company by period: `code, company, period, quarter, value`.

    `company` counts those that had the code one after the other: two of its rows are of one company where it is equal.
    `quarter` numbers the quarters without a gap. Statements are year to date; from them, and only where every part is
    known:
    single quarter = year to date - year to date a quarter before, in the same year;
    trailing twelve months = year to date + last full year - year to date a year before.
    `newest` is the figure as known on `as_of`, `first` as it was first reported.

    Raises:
        ExhibitError: no such line, or one that stands on a day and can't be earned over a period.
    """
    line_name(line)
    if LINES[line].kind != "flow":
        raise ExhibitError(f"`{line}` stands on a day: it has no {BASIS[basis].en} value")
    rows = with_company(market.table("statement"), market.table("security")) if vintage == "newest" else _first(market)
    own = rows.filter((rows.line == ibis.literal(line)) & (rows.basis == "ytd") & (rows.period.month() % 3 == 0))
    ytd = own.select("code", "company", "period", quarter=quarter_number(own.period), value="value")
    if basis == "ytd":
        return ytd
    part = ytd.period.month()
    if basis == "quarter":
        joined = beside(ytd, "quarter", 1, _ONE, before="value")
        single = ibis.ifelse(joined.period.month() == 3, joined.value, joined.value - joined.before)
        return joined.select(*_ONE, "period", "quarter", value=single).filter(lambda table: table.value.notnull())
    # the full year before stands one to three quarters back, and none where the year is full
    years = ytd.filter(part == 12).select(of="code", of_company="company", ending="quarter", full="value")
    joined = beside(ytd, "quarter", 4, _ONE, before="value")
    joined = joined.mutate(back=joined.quarter - (joined.period.month() // 3).cast("int64"))
    joined = joined.left_join(years, [("code", "of"), ("company", "of_company"), ("back", "ending")])
    trailing = ibis.ifelse(joined.period.month() == 12, joined.value, joined.value + joined.full - joined.before)
    return joined.select(*_ONE, "period", "quarter", value=trailing).filter(lambda table: table.value.notnull())


def _first(market: Market) -> Table:
    rows = with_company(market.vintages("statement"), market.table("security"))
    order = ibis.window(
        group_by=[rows.code, rows.company, rows.period, rows.basis, rows.line],
        order_by=[rows.published, rows.known_from],
    )
    numbered = rows.mutate(place=ibis.row_number().over(order))
    return numbered.filter(numbered.place == 0)


def periods(market: Market, options: PeriodOptions, line: str) -> Table:
    """Return the period ends in [frm, to] for which any company has a line of its statements: `period, quarter`.

    Raises:
        ExhibitError: no such line, or no such period.
    """
    name = line_name(line)
    rows = market.table("statement")
    return period_ends(market, options, rows.filter(rows.line == ibis.literal(line)), name.en)


def period_ends(market: Market, options: PeriodOptions, rows: Table, name: str) -> Table:
    """Return the period ends in [frm, to] of some rows: `period, quarter`.

    Raises:
        ExhibitError: there is none; `name` says of what.
    """
    own = rows.filter(rows.period.between(ibis.literal(options.frm), ibis.literal(options.to)))
    own = own.filter(own.period.month() % 3 == 0)
    if options.every == "year":
        own = own.filter(own.period.month() == options.to.month)
    found = own.select("period").distinct()
    if not fetch(found.limit(1)):
        (reach,) = fetch(rows.aggregate(first=rows.period.min(), last=rows.period.max()))
        raise ExhibitError(
            f"no period of {name} ends in [{options.frm}, {options.to}] as of {market.as_of}; "
            + (f"it reaches from {reach['first']} to {reach['last']}" if reach["first"] else "the store has none of it")
        )
    return found.select("period", quarter=quarter_number(found.period))


def member_periods(market: Market, options: PeriodOptions, ends: Table, sector: Sector) -> Table:
    """Return every member with every period it is asked about: `code, period, quarter`.

    A period without members has one row without a code: it is shown with nothing in it.
    """
    if options.drawn == "fixed":
        day = options.on or options.to
        market.check(day)
        return (
            members_on(market, options, day, sector).select("code").cross_join(ends).select("code", "period", "quarter")
        )
    drawn = members_over(market, options, ends.select(day="period"), sector).select("code", at="day")
    return ends.left_join(drawn, [("period", "at")]).select("code", "period", "quarter")
