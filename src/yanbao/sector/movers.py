"""Which members of a sector moved most."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.days import reach, span
from yanbao.sector.exhibit import Column, Coverage, Exhibit, Text, fetch
from yanbao.sector.market import Market
from yanbao.sector.prices import NOTES, Adjustment, adjusted_prices
from yanbao.sector.shift import stacked
from yanbao.sector.universe import Universe, bridge, bridge_text, holds, members_on

if TYPE_CHECKING:
    from ibis.expr.types import Table

APART = {
    "newly_listed": Text("期间新上市", "listed within the period"),
    "suspended": Text("期末停牌", "suspended on the last day"),
    "no_price_before": Text("期初无价格", "without a price on the first day"),
    "no_price_after": Text("期末无价格", "without a price on the last day"),
    "no_price": Text("无价格", "without any price in the period"),
}


@dataclass(frozen=True, kw_only=True)
class MoversOptions(Universe):
    """The sector, the period, how many on either side, and which adjusted prices."""

    sector: str
    frm: date
    to: date
    n: int = 10
    adjustment: Adjustment | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.n < 1:
            raise ExhibitError(f"n is {self.n}\n    hint: ask for one mover or more on each side")


def movers(market: Market, options: MoversOptions) -> Exhibit:
    """Which members did best and worst over the period?

    Rows: `side, code, name, return, last_day`; the n best (`best`, from the top), then the n worst (`worst`, from the
    bottom). Only members on `to` with a price on both days are ranked. Suspended, newly listed and otherwise priceless
    ones are listed apart in `coverage.counts`, each with its reason and the day of its last price.

    Formula (definitions, Performance): return over (d0, d1] = adjusted close(d1) / adjusted close(d0) - 1, the last
    trading day where a day is none. Which adjustment is said in the note.

    Raises:
        ExhibitError: an unknown sector, a day out of reach, no member with a price on both days.
    """
    sector = options.find(market, options.sector)
    d0, d1 = span(market, options.frm, options.to)
    members = members_on(market, options, options.to, sector)
    prices, adjustment = adjusted_prices(market, members, options.adjustment)
    stated = _stated(market, members, prices, d0, d1)
    ranked = stated.filter(stated.reason == "")
    (found,) = fetch(ranked.aggregate(n=ranked.count()))
    if not found["n"]:
        raise ExhibitError(
            f"no member of {sector.name} has a price on both {d0} and {d1}; "
            f"the store has prices of them {reach(prices)}"
        )
    best = ranked.mutate(side=ibis.literal("best"), at=_place(ranked, best=True))
    worst = ranked.mutate(side=ibis.literal("worst"), at=_place(ranked, best=False))
    rows = stacked(best, worst)
    rows = rows.filter(rows["at"] < options.n).order_by("side", "at")
    rows = rows.select("side", "code", "name", "return", "last_day")

    def count() -> Coverage:
        apart = stated.filter(stated.reason != "").order_by("reason", "code")
        left = fetch(apart.select("reason", "code", "name", "last_day"))
        classified, listed, out = bridge(market, options, options.to, sector)
        zh, en = _apart_text(Counter(row["reason"] for row in left))
        text = bridge_text(classified, listed, out)
        return Coverage(
            Text(
                f"{options.to}{sector.name}{text.zh}；两端均有价格{found['n']}家{zh}",
                f"{sector.name} on {options.to}: {text.en}; {found['n']} with a price on both days{en}",
            ),
            ({"reason": "ranked", "n": found["n"]}, *left),
        )

    return Exhibit(
        "movers",
        market.as_of,
        (
            Column("side", "", Text("方向", "side")),
            Column("code", "", Text("代码", "code")),
            Column("name", "", Text("名称", "name")),
            Column("return", "1", Text("涨跌幅", "return")),
            Column("last_day", "", Text("最近价格日", "day of the last price")),
        ),
        rows,
        count,
        tuple(
            note
            for note in (
                Text(f"区间{d0}至{d1}，{options.to}的成分", f"over ({d0}, {d1}], members on {options.to}"),
                NOTES[adjustment],
                options.note(),
            )
            if note
        ),
    )


def _place(table: Table, *, best: bool) -> ibis.Value:
    change = table["return"]
    return ibis.row_number().over(ibis.window(order_by=[ibis.desc(change) if best else change, table.code]))


def _stated(market: Market, members: Table, prices: Table, d0: date, d1: date) -> Table:
    """Return each member with its return and last price day, and the reason why it is not ranked (empty: it is)."""
    start, end = ibis.literal(d0), ibis.literal(d1)
    within = prices.filter(prices.day <= end)
    per_code = within.group_by("code").aggregate(
        before=within.close.max(where=within.day == start),
        after=within.close.max(where=within.day == end),
        last_day=within.day.max(),
    )
    status = market.table("trading_status")
    halted = status.filter((status.state == "suspended") & holds(status.entry, status.exit, end))
    halted = halted.group_by("code").aggregate(halts=halted.count())
    security = market.table("security")
    since = security.filter(holds(security.listed, security.delisted, end)).group_by("code")
    joined = (
        members.select("code", "name")
        .left_join(per_code, "code")
        .select("code", "name", "before", "after", "last_day")
        .left_join(halted, "code")
        .select("code", "name", "before", "after", "last_day", "halts")
        .left_join(since.aggregate(listed=security.listed.max()), "code")
    )
    reason = ibis.cases(
        (joined.listed > start, "newly_listed"),
        (joined.halts.notnull(), "suspended"),
        (joined.before.notnull() & joined.after.notnull(), ""),
        (joined.before.notnull(), "no_price_after"),
        (joined.after.notnull(), "no_price_before"),
        else_="no_price",
    )
    return joined.select("code", "name", "last_day", reason=reason, **{"return": joined.after / joined.before - 1.0})


def _apart_text(counts: Counter[str]) -> tuple[str, str]:
    if not counts:
        return "，无另列", "; none apart"
    zh = "、".join(f"{APART[reason].zh}{n}家" for reason, n in sorted(counts.items()))
    en = ", ".join(f"{n} {APART[reason].en}" for reason, n in sorted(counts.items()))
    return f"，另列{counts.total()}家（{zh}）", f"; {counts.total()} apart ({en})"
