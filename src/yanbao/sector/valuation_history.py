"""How a sector's valuation stands in its own history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.days import trading_days
from yanbao.sector.exhibit import Column, Coverage, Exhibit, Text, fetch
from yanbao.sector.market import Market
from yanbao.sector.multiple import multiples
from yanbao.sector.shift import month_number
from yanbao.sector.universe import members_on
from yanbao.sector.valuation import COLUMNS, MultipleOptions, grouped_members, valued_members
from yanbao.sector.values import VALUES, company_values


@dataclass(frozen=True, kw_only=True)
class ValuationHistoryOptions(MultipleOptions):
    """The sector, the window, every day or the last of each month, and whose members.

    `drawn` takes the members of each day, or those of `to` for all days.
    """

    sector: str
    frm: date
    to: date
    every: Literal["day", "month"] = "day"
    drawn: Literal["each", "fixed"] = "each"


def valuation_history(market: Market, options: ValuationHistoryOptions) -> Exhibit:
    """Is the sector cheap or dear against its own past?

    Rows: `day, code, name, measure, method, value, n`, then what the window says, over the days shown: `percentile` of
    the day, `median`, and the band `lower`, `upper`: mean less and plus one sample standard deviation. Trading days on
    which the source has no valuations are not there and counted.

    Formula (definitions, Valuation): multiples as in `valuation`; percentile on day d = share of days with a value <=
    that of d; central line = median of the window.

    Raises:
        ExhibitError: an unknown sector or source, a window without valuations or after `as_of`.
    """
    market.check(options.to)
    if options.frm > options.to:
        raise ExhibitError(f"the window from {options.frm} to {options.to} is empty")
    sector = options.find(market, options.sector)
    values = company_values(
        market,
        options.basis(),
        options.frm,
        options.to,
        lambda: members_on(market, options, options.to, sector).select("code", group=ibis.literal(sector.key)),
    )
    own = values.table
    days = own.select("day").distinct()
    if options.every == "month":
        days = days.group_by(month=month_number(days.day)).aggregate(day=days.day.max()).select("day")
    if options.drawn == "fixed":
        fixed = members_on(market, options, options.to, sector).select("code")
        members = days.cross_join(fixed).select(
            "day", "code", code_of_group=ibis.literal(sector.key), name_of_group=ibis.literal(sector.name)
        )
        valued = own.semi_join(fixed, "code")
    else:
        members = grouped_members(market, options, days, options.sector)
        valued = valued_members(market, options, values, options.sector)
    companies = members.left_join(own, ["code", "day"]).select("day", "code_of_group", "name_of_group", "code", *VALUES)
    # a day on which nobody is valued has a row with nothing in it
    whole = days.left_join(valued.select("day", *VALUES), "day").select("day", *VALUES)
    table = multiples(whole, ("day",), options.measures, options.methods)
    window = table.group_by("measure", "method").aggregate(
        median=table.value.median(), mean=table.value.mean(), sd=table.value.std(how="sample"), days=table.value.count()
    )
    known = table.value.notnull()
    # a missing day must not count among the days: it is ranked apart
    ranked = table.mutate(known=known)
    order = ibis.window(group_by=[ranked.measure, ranked.method, ranked.known], order_by=ranked.value)
    ranked = ranked.mutate(share=ibis.cume_dist().over(order))
    joined = ranked.join(window, ["measure", "method"])
    rows = joined.select(
        "day",
        code=ibis.literal(sector.key),
        name=ibis.literal(sector.name),
        measure="measure",
        method="method",
        value="value",
        n="n",
        percentile=ibis.ifelse(joined.known, joined.share, ibis.null("float64")),
        median="median",
        lower=joined.mean - joined.sd,
        upper=joined.mean + joined.sd,
    ).order_by("measure", "method", "day")
    calendar = trading_days(market, options.frm, options.to)

    def count() -> Coverage:
        per_day = companies.group_by("day").aggregate(members=companies.count(), valued=companies.market_value.count())
        (span,) = fetch(
            per_day.aggregate(
                days=per_day.count(),
                fewest_members=per_day.members.min(),
                most_members=per_day.members.max(),
                fewest_valued=per_day.valued.min(),
                most_valued=per_day.valued.max(),
            )
        )
        (open_days,) = fetch(calendar.aggregate(n=calendar.count()))
        return Coverage(
            Text(
                f"{options.frm}至{options.to}共{open_days['n']}个交易日，展示{span['days']}日；成分"
                f"{span['fewest_members']}至{span['most_members']}家，有市值{span['fewest_valued']}至{span['most_valued']}家",
                f"{open_days['n']} trading days from {options.frm} to {options.to}, {span['days']} shown; "
                f"{span['fewest_members']} to {span['most_members']} members, {span['fewest_valued']} to "
                f"{span['most_valued']} with a market value",
            ),
            ({"trading_days": open_days["n"], **span}, *fetch(per_day.order_by("day"))),
        )

    drawn = (
        Text("逐日成分", "members of each day")
        if options.drawn == "each"
        else Text(f"{options.to}的成分，各日不变", f"members on {options.to}, the same on all days")
    )
    note = options.note()
    return Exhibit(
        "valuation-history",
        market.as_of,
        (
            *COLUMNS,
            Column("percentile", "1", Text("历史分位", "percentile")),
            Column("median", "1", Text("区间中位数", "median of the window")),
            Column("lower", "1", Text("均值－1倍标准差", "mean - 1 sd")),
            Column("upper", "1", Text("均值＋1倍标准差", "mean + 1 sd")),
        ),
        rows,
        count,
        (values.note, drawn, *((note,) if note else ())),
    )
