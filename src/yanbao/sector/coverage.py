"""How many members of a sector each kind of data covers on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.days import last_trading_day
from yanbao.sector.exhibit import Column, Coverage, Exhibit, Text
from yanbao.sector.market import Market
from yanbao.sector.shift import stacked
from yanbao.sector.universe import Universe, bridge, bridge_text, members_on

if TYPE_CHECKING:
    from ibis.expr.types import Table, Value


@dataclass(frozen=True, kw_only=True)
class CoverageOptions(Universe):
    """The sector and the day."""

    sector: str
    on: date


# what is asked of a day: table, the column that tells one source or kind from another
DAILY = (("price", None), ("adjusted_price", "adjustment"), ("valuation", "source"))
# what is asked of the newest period known on the day
PERIODIC = (("statement", "line"), ("headcount", None), ("fund_holding", "funds"), ("consensus", "metric"))


def coverage(market: Market, options: CoverageOptions) -> Exhibit:
    """For how many members does the store know each kind of number on the day?

    Rows: `table, item, period, n, members, share`. For daily data `period` is the last trading day; for periodic ones
    the newest period that any member had published by the day, which few may have reported yet. `share` = n / members.

    Raises:
        ExhibitError: an unknown sector, a day out of reach, no members on the day.
    """
    day = last_trading_day(market, options.on)
    known = market.at(options.on)
    sector = options.find(market, options.sector)
    classified, listed, left = bridge(market, options, options.on, sector)
    total = classified if options.classified else listed
    if not total:
        raise ExhibitError(f"{sector.name} has no member on {options.on}")
    members = members_on(market, options, options.on, sector).select("code").distinct()
    parts = [_daily(known, name, kind, members, day) for name, kind in DAILY]
    parts += [_periodic(known, name, kind, members) for name, kind in PERIODIC]
    rows = stacked(*parts)
    rows = rows.mutate(members=ibis.literal(total).cast("int64"))
    rows = rows.mutate(share=rows.n / rows.members.cast("float64"))
    rows = rows.select("table", "item", "period", "n", "members", "share").order_by("table", "item")
    text = bridge_text(classified, listed, left)
    note = options.note()
    return Exhibit(
        "coverage",
        market.as_of,
        (
            Column("table", "", Text("数据表", "table")),
            Column("item", "", Text("项目", "item")),
            Column("period", "", Text("日期或报告期", "day or period")),
            Column("n", "", Text("覆盖公司数", "companies")),
            Column("members", "", Text("成分数", "members")),
            Column("share", "1", Text("覆盖率", "share")),
        ),
        rows,
        lambda: Coverage(
            Text(f"{sector.name}{options.on}：{text.zh}", f"{sector.name} on {options.on}: {text.en}"),
            ({"reason": "classified", "n": classified}, {"reason": "member", "n": listed}, *left),
        ),
        (note,) if note else (),
    )


def _daily(market: Market, name: str, kind: str | None, members: Table, day: date) -> Table:
    rows = market.table(name)
    own = rows.filter(rows.day == ibis.literal(day)).semi_join(members, "code")
    item = own[kind] if kind else ibis.literal("close")
    return _counted(name, own.select("code", item=item, period="day"))


def _periodic(market: Market, name: str, kind: str | None, members: Table) -> Table:
    rows = market.table(name).semi_join(members, "code")
    item = rows[kind] if kind else ibis.literal("employees")
    own = rows.select("code", "period", item=item)
    newest = own.period.max().over(ibis.window(group_by=own.item))
    numbered = own.mutate(newest=newest)
    return _counted(name, numbered.filter(numbered.period == numbered.newest).select("code", "item", "period"))


def _counted(name: str, rows: Table) -> Table:
    sums = rows.group_by("item", "period").aggregate(n=rows.code.nunique())
    table: Value = ibis.literal(name)
    return sums.select("item", "period", table=table, n=sums.n.cast("int64"))
