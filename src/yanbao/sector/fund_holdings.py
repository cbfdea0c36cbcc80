"""What funds hold of the sectors among their ten largest positions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.days import reach
from yanbao.sector.exhibit import Column, Coverage, Exhibit, Text, fetch
from yanbao.sector.market import Market
from yanbao.sector.shift import beside, quarter_number
from yanbao.sector.universe import Universe, entries, groups, holds
from yanbao.sector.values import WEIGHTS, ValueBasis, Values, Weight, company_values

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Table, Value

QUARTER = 92  # days: no quarter is longer


@dataclass(frozen=True, kw_only=True)
class FundHoldingsOptions(Universe):
    """The quarters that end in [`frm`, `to`]; one sector, or all groups of the level; which funds.

    `drawn` classifies all quarters as on the day `on` (without one: `as_of`), so that a change is one of holdings and
    not of labels; or each as on its last day.
    `source` and `weight` name the valuations that the sector's share of the market is taken from; without a source
    there is no over-allocation.
    """

    frm: date
    to: date
    sector: str | None = None
    funds: str | None = None
    source: str | None = None
    weight: Weight | None = None
    drawn: Literal["fixed", "each"] = "fixed"
    on: date | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.on is not None and self.drawn == "each":
            raise ExhibitError("`on` fixes the classification of one day\n    hint: drawn = fixed goes with it")


def fund_holdings(market: Market, options: FundHoldingsOptions) -> Exhibit:
    """How much of the sector do funds hold among their largest positions, and is that more than its weight?

    Rows: `quarter, code, name, value, share, share_change, value_change`, then `market_share` and `over_allocation`,
    by quarter and falling share. `value` in the market's currency, the rest fractions; `share_change` (x 100: pp) and
    `value_change` are against the quarter before, missing where the store has none. How positions are classified is
    an option and said in the notes.

    Formula (definitions, Fund holdings): heavy holdings = holdings among a fund's published top ten; share = sector's
    value / that of all A-shares; over-allocation = share - the sector's share of float (or total) market value on the
    last trading day of the quarter.

    Raises:
        ExhibitError: an unknown sector or source, several kinds of funds without a choice, no quarter in the range.
    """
    if options.frm > options.to:
        raise ExhibitError(f"no quarter ends from {options.frm} to {options.to}\n    hint: `frm` before `to`")
    funds = _funds(market, options.funds)
    table = market.table("fund_holding")
    held = table.filter(table.funds == ibis.literal(funds))
    held = held.filter(_trades_here(market, held.code)).select("code", "period", "value")
    placed = _placed(market, options, held)
    sums = _shares(placed)
    # `frm` counts from the quarter's first day: the last trading day may lie before its last one
    first = options.frm - timedelta(days=QUARTER)
    basis = ValueBasis(source=options.source, weight=options.weight, profit="net_profit_parent", sales="revenue")
    values = company_values(market, basis, first, options.to) if options.source else None
    weights = _weights(market, options, placed, values) if values else None
    grouped = beside(sums, "number", 1, ("code",), share_before="share", value_before="value")
    rows = grouped.mutate(
        share_change=grouped.share - grouped.share_before,
        value_change=grouped.value / grouped.value_before.nullif(0.0) - 1.0,
    )
    if weights is not None:
        rows = rows.left_join(
            weights.select(of="code", at="number", market_share="market_share"), [("code", "of"), ("number", "at")]
        )
    else:
        rows = rows.mutate(market_share=ibis.null("float64"))
    rows = rows.filter(rows.period.between(ibis.literal(options.frm), ibis.literal(options.to)))
    if options.sector is not None:
        key = options.find(market, options.sector).key
        rows = rows.filter(rows.code == ibis.literal(key))
    shown = rows.select(
        "period",
        quarter=rows.period.year().cast("string") + "Q" + ((rows.period.month() + 2) // 3).cast("int64").cast("string"),
        code="code",
        name="name",
        value="value",
        share="share",
        share_change="share_change",
        value_change="value_change",
        market_share="market_share",
        over_allocation=rows.share - rows.market_share,
    )
    if not fetch(shown.select("code").limit(1)):
        raise ExhibitError(
            f"no fund holdings of a quarter that ends from {options.frm} to {options.to} as of {market.as_of}; "
            f"the store has them {reach(held, 'period')}"
        )
    shown = shown.order_by("period", ibis.desc("share"), "code").drop("period")
    return Exhibit(
        "fund-holdings",
        market.as_of,
        (
            Column("quarter", "", Text("季度", "quarter")),
            Column("code", "", Text("代码", "code")),
            Column("name", "", Text("行业", "sector")),
            Column("value", market.home.currency, Text("重仓市值", "value held")),
            Column("share", "1", Text("配置比例", "share")),
            Column("share_change", "1", Text("环比变动", "change of the share")),
            Column("value_change", "1", Text("市值环比", "value q/q")),
            Column("market_share", "1", Text("市值占比", "share of the market")),
            Column("over_allocation", "1", Text("超配比例", "over-allocation")),
        ),
        shown,
        lambda: _coverage(placed, options),
        _notes(market, options, funds, values),
    )


def _notes(market: Market, options: FundHoldingsOptions, funds: str, values: Values | None) -> tuple[Text, ...]:
    share = (
        Text(
            f"超配＝配置比例－行业{WEIGHTS[values.weight].zh}占比（{values.source}）",
            f"over-allocation = share - the sector's share of {WEIGHTS[values.weight].en} ({values.source})",
        )
        if values
        else Text("未给出市值来源，不计算超配", "no market values were named: no over-allocation")
    )
    day = options.on or market.as_of
    drawn = (
        Text(
            "各季按季末所属行业归类，含其后退市的公司",
            "each quarter classified as on its last day, later delisted companies included",
        )
        if options.drawn == "each"
        else Text(
            f"各季均按{day}所属行业归类，含已退市的公司",
            f"all quarters classified as on {day}, delisted companies included",
        )
    )
    return (
        Text(f"基金口径：{funds}；占全部A股重仓市值的比例", f"funds: {funds}; share of what they hold of all A-shares"),
        drawn,
        share,
    )


def _funds(market: Market, wanted: str | None) -> str:
    table = market.table("fund_holding")
    known = sorted(row["funds"] for row in fetch(table.select("funds").distinct()))
    if wanted is None and len(known) == 1:
        return str(known[0])
    if wanted is None or wanted not in known:
        asked = f"the store has no holdings of `{wanted}`" if wanted else "holdings of which funds?"
        raise ExhibitError(f"{asked} As of {market.as_of} it has: {', '.join(known) or 'none'}\n    hint: funds = …")
    return wanted


def _trades_here(market: Market, code: Value) -> BooleanValue:
    return ibis.or_(*(code.endswith(f".{venue}") for venue in market.home.venues))


def _placed(market: Market, options: FundHoldingsOptions, held: Table) -> Table:
    """Return each holding with the group of its company, missing where it has none."""
    level = options.find(market, options.sector).level if options.sector is not None else options.level or 1
    rows = entries(market, options.named(market))
    tree = groups(market, options.named(market), level)
    placed = rows.join(tree, ["scheme", "industry"])
    placed = placed.select(
        "entry",
        "exit",
        of="code",
        group="key",
        group_name="group_name",
    )
    if options.drawn == "fixed":
        day = options.on or market.as_of
        market.check(day)
        joined = held.left_join(placed.filter(holds(placed.entry, placed.exit, ibis.literal(day))), [("code", "of")])
    else:
        joined = held.left_join(
            placed,
            [
                held.code == placed.of,
                placed.entry <= held.period,
                placed.exit.isnull() | (held.period < placed.exit),
            ],
        )
    return joined.select("code", "period", "value", "group", "group_name", number=quarter_number(joined.period))


def _shares(placed: Table) -> Table:
    """Return value and share of each group that existed in the quarter: one that nobody holds has 0."""
    totals = placed.group_by("period", "number").aggregate(whole=placed.value.sum())
    own = placed.filter(placed.group.notnull())
    sums = own.group_by("period", "number", "group").aggregate(name=own.group_name.max(), value=own.value.sum())
    joined = sums.join(totals.select(at="period", whole="whole"), [("period", "at")])
    return joined.select(
        "period", "number", code="group", name="name", value="value", share=joined.value / joined.whole.nullif(0.0)
    )


def _weights(market: Market, options: FundHoldingsOptions, placed: Table, values: Values) -> Table:
    """Return the share of each group in the market value of all companies valued at the end of each quarter."""
    ends = placed.select("period", "number").distinct()
    calendar = market.table("calendar")
    open_days = calendar.filter(calendar.exchange == ibis.literal(market.home.exchange)).select("day")
    # the last trading day of the quarter lies within it: joined by number, not by distance
    numbered = open_days.select("day", at=quarter_number(open_days.day))
    days = ends.join(numbered, [("number", "at")])
    days = days.group_by("period", "number").aggregate(day=days.day.max())
    table = values.table
    valued = days.join(table, "day").select("period", "code", value="market_value")
    return _shares(_placed(market, options, valued)).select("code", "number", market_share="share")


def _coverage(placed: Table, options: FundHoldingsOptions) -> Coverage:
    rows = placed.filter(placed.period.between(ibis.literal(options.frm), ibis.literal(options.to)))
    per_quarter = rows.group_by("period").aggregate(
        companies=rows.count(),
        classified=rows.group.count(),
        value=rows.value.sum(),
        unclassified_value=rows.value.sum(where=rows.group.isnull()).fill_null(0.0),
    )
    counts = fetch(per_quarter.order_by("period"))
    companies, classified = (sum(row[name] for row in counts) for name in ("companies", "classified"))
    return Coverage(
        Text(
            f"{len(counts)}个季度，A股重仓{companies}条，已归类{classified}条；未归类的计入分母",
            f"{len(counts)} quarters, {companies} positions in A-shares, {classified} classified; the others are in "
            "the whole",
        ),
        counts,
    )
