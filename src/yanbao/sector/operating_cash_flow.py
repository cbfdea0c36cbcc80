"""What cash a sector's operations brought in."""

from __future__ import annotations

from dataclasses import dataclass

import ibis

from yanbao.sector.exhibit import Column, Exhibit, Text
from yanbao.sector.growth import GrowthOptions, company_growth, coverage, notes
from yanbao.sector.market import Market

LINE = "operating_cash_flow"


@dataclass(frozen=True, kw_only=True)
class OperatingCashFlowOptions(GrowthOptions):
    """The sector, the periods, the company set and the base."""


def operating_cash_flow(market: Market, options: OperatingCashFlowOptions) -> Exhibit:
    """How much cash came in from operations, and how much more than a year before?

    Rows: `period, total, base, difference, growth, n`: sums over the members that report both years, in the market's
    currency. Signs are mixed: `growth` is there only where both sums are above 0.

    Formula (definitions, Earnings): sum over members that report both years; cash flow with mixed signs: level and
    difference, growth only where both are positive.

    Raises:
        ExhibitError: an unknown sector, no period in the range.
    """
    sector = options.find(market, options.sector)
    rows = company_growth(market, options, sector, LINE)
    both = rows.value.notnull() & rows.base.notnull()
    sums = rows.group_by("period").aggregate(
        total=rows.value.sum(where=both if options.companies == "comparable" else None),
        base=rows.base.sum(where=both if options.companies == "comparable" else None),
        n=(both if options.companies == "comparable" else rows.value.notnull()).cast("int64").sum(),
    )
    positive = (sums.total > 0) & (sums.base > 0)
    table = sums.select(
        "period",
        "total",
        "base",
        difference=sums.total - sums.base,
        growth=ibis.ifelse(positive, sums.total / sums.base.nullif(0.0) - 1.0, ibis.null("float64")),
        n="n",
    )
    money = market.home.currency
    return Exhibit(
        "operating-cash-flow",
        market.as_of,
        (
            Column("period", "", Text("报告期", "period")),
            Column("total", money, Text("经营活动现金流量净额", "net cash flow from operations")),
            Column("base", money, Text("上年同期", "a year before")),
            Column("difference", money, Text("同比增减", "difference")),
            Column("growth", "1", Text("同比（两期为正时）", "y/y, where both are positive")),
            Column("n", "", Text("公司数", "companies")),
        ),
        table.order_by("period"),
        lambda: coverage(rows, sector, profit=False),
        notes(options, LINE),
    )
