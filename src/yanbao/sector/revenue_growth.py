"""How a sector's revenue grew."""

from __future__ import annotations

from dataclasses import dataclass

from yanbao.sector.exhibit import Column, Exhibit, Text
from yanbao.sector.growth import GrowthOptions, company_growth, coverage, notes, summary
from yanbao.sector.market import Market
from yanbao.sector.statements import line_name


@dataclass(frozen=True, kw_only=True)
class RevenueGrowthOptions(GrowthOptions):
    """Besides those of every growth: which line is the revenue."""

    line: str = "revenue"


def revenue_growth(market: Market, options: RevenueGrowthOptions) -> Exhibit:
    """How much did the sector's companies earn, and how fast did it grow?

    Rows: `period, total, overall, median, n`, by period. `total` is the sum over the company set in the market's
    currency, `overall` the growth of that sum on the year before and `median` the median of the companies' growth
    rates, fractions; `n` is the number of companies in the sum. Which set, base and basis: options, said in the notes.

    Formula (definitions, Earnings): overall = sum this / sum base - 1; median = median of company growth rates; growth
    on a base not above 0 is not meaningful: out of the median, in the sums, counted apart.

    Raises:
        ExhibitError: an unknown sector or line, no period in the range.
    """
    sector = options.find(market, options.sector)
    rows = company_growth(market, options, sector, options.line)
    name = line_name(options.line)
    return Exhibit(
        "revenue-growth",
        market.as_of,
        (
            Column("period", "", Text("报告期", "period")),
            Column("total", market.home.currency, name),
            Column("overall", "1", Text("同比（整体法）", "y/y, overall")),
            Column("median", "1", Text("同比（中位数法）", "y/y, median")),
            Column("n", "", Text("公司数", "companies")),
        ),
        summary(rows, options.companies).order_by("period"),
        lambda: coverage(rows, sector, profit=False),
        notes(options, options.line),
    )
