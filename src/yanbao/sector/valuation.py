"""What the sectors of a market are valued at on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.days import last_trading_day, trading_days
from yanbao.sector.exhibit import Column, Coverage, Exhibit, Text, fetch
from yanbao.sector.market import Market
from yanbao.sector.multiple import MEASURES, METHODS, Measure, Method, multiples
from yanbao.sector.universe import Universe, groups, member_intervals, members_over
from yanbao.sector.values import VALUES, ValueBasis, Values, Weight, company_values

if TYPE_CHECKING:
    from ibis.expr.types import Table

COLUMNS = (
    Column("day", "", Text("日期", "day")),
    Column("code", "", Text("代码", "code")),
    Column("name", "", Text("行业", "sector")),
    Column("measure", "", Text("指标", "measure")),
    Column("method", "", Text("方法", "method")),
    Column("value", "1", Text("倍数", "multiple")),
    Column("n", "", Text("公司数", "companies")),
)


@dataclass(frozen=True, kw_only=True)
class MultipleOptions(Universe):
    """Which multiples by which methods, whose company figures, and which market value weighs them.

    `source` is a vendor's sample, or `statements`: prices, share counts and the statements published by the day.
    """

    measures: tuple[Measure, ...] = ("pe", "pb", "ps")
    methods: tuple[Method, ...] = ("overall", "excluding_negatives", "median")
    source: str | None = None
    weight: Weight | None = None
    profit: str = "net_profit_parent"
    sales: str = "revenue"

    def basis(self) -> ValueBasis:
        """Whose company figures, and which."""
        return ValueBasis(
            source=self.source,
            weight=self.weight,
            profit=self.profit,
            sales=self.sales,
            bases=tuple(f"base_{measure}" for measure in self.measures),
        )

    def __post_init__(self) -> None:
        super().__post_init__()
        wrong = [one for one in self.measures if one not in MEASURES] + [
            one for one in self.methods if one not in METHODS
        ]
        if wrong or not self.measures or not self.methods:
            raise ExhibitError(
                f"no measure or method is called {', '.join(wrong) or 'nothing'} "
                f"(measures: {', '.join(MEASURES)}; methods: {', '.join(METHODS)})"
            )


@dataclass(frozen=True, kw_only=True)
class ValuationOptions(MultipleOptions):
    """The day; one sector, or without it all groups of the level (without one: the first)."""

    on: date
    sector: str | None = None


def valuation(market: Market, options: ValuationOptions) -> Exhibit:
    """What are the sectors valued at on the day?

    Rows: `day, code, name, measure, method, value, n`, by measure, method and falling value; `n` companies are in the
    number. Members are those of the day. `code` is that of the group's index, else its own.

    Formula (definitions, Valuation): PE (TTM, overall) = sum of market values / sum of trailing attributable profits;
    excluding negatives: only members with a profit above 0, in both sums; median of company PEs, positive ones; PB and
    PS likewise.

    Raises:
        ExhibitError: an unknown sector, source or day without valuations.
    """
    day = last_trading_day(market, options.on)
    calendar = trading_days(market, day, day)
    members = grouped_members(market, options, calendar, options.sector)
    values = company_values(market, options.basis(), day, day, lambda: members.select("code", group="code_of_group"))
    companies = members.left_join(values.table, ["code", "day"])
    companies = companies.select("day", "code_of_group", "name_of_group", "code", *VALUES)
    table = multiples(companies, ("day", "code_of_group", "name_of_group"), options.measures, options.methods)
    table = table.select(
        "day", code="code_of_group", name="name_of_group", measure="measure", method="method", value="value", n="n"
    ).order_by("measure", "method", ibis.desc("value"), "code")
    note = options.note()
    return Exhibit(
        "valuation",
        market.as_of,
        COLUMNS,
        table,
        lambda: _coverage(companies, day),
        (values.note, *((note,) if note else ())),
    )


def grouped_members(market: Market, universe: Universe, days: Table, sector: str | None) -> Table:
    """Return the members of each group on each day: `day, code, code_of_group, name_of_group`.

    With a sector they are its members; without one those of all groups of the universe's level, or the first.

    Raises:
        ExhibitError: an unknown sector.
    """
    if sector is not None:
        found = universe.find(market, sector)
        rows = members_over(market, universe, days, found)
        return rows.select("day", "code", code_of_group=ibis.literal(found.key), name_of_group=ibis.literal(found.name))
    tree = groups(market, universe.named(market), universe.level or 1)
    rows = members_over(market, universe, days)
    return rows.join(tree, ["scheme", "industry"]).select(
        "day", "code", code_of_group="key", name_of_group="group_name"
    )


def valued_members(market: Market, universe: Universe, values: Values, sector: str | None) -> Table:
    """Return company values of many days with the group that each was a member of on the day.

    Columns: `day, code_of_group, name_of_group, code` and those of `values`; a company that was no member is left out.
    From the values' side: members of every day would be as many rows again.

    Raises:
        ExhibitError: an unknown sector.
    """
    if sector is not None:
        found = universe.find(market, sector)
        held = member_intervals(market, universe, found)
        held = held.mutate(code_of_group=ibis.literal(found.key), name_of_group=ibis.literal(found.name))
    else:
        tree = groups(market, universe.named(market), universe.level or 1)
        held = member_intervals(market, universe).join(tree, ["scheme", "industry"])
        held = held.mutate(code_of_group=held.key, name_of_group=held.group_name)
    rows = values.during(held.select("code", "known_from", "known_to", "code_of_group", "name_of_group"))
    return rows.select("day", "code_of_group", "name_of_group", "code", *VALUES)


def _coverage(companies: Table, day: date) -> Coverage:
    sums = companies.group_by("code_of_group", "name_of_group").aggregate(
        members=companies.count(),
        valued=companies.market_value.count(),
        **{f"with_{base}": companies[base].count() for base in VALUES[1:]},
        **{f"negative_{base}": (companies[base] <= 0).fill_null(False).cast("int64").sum() for base in VALUES[1:]},
    )
    counts = fetch(sums.order_by("code_of_group"))
    members, valued = (sum(row[name] for row in counts) for name in ("members", "valued"))
    return Coverage(
        Text(
            f"{day}：{len(counts)}个行业，成分{members}家，有市值{valued}家，"
            f"其中净利润非正{sum(row['negative_base_pe'] for row in counts)}家",
            f"{day}: {len(counts)} group{'s' if len(counts) != 1 else ''}, {members} members, {valued} with a "
            f"market value, {sum(row['negative_base_pe'] for row in counts)} of them with a profit not above 0",
        ),
        counts,
    )
