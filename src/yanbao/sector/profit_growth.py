"""How a sector's profit grew, attributable and less non-recurring items side by side."""

from __future__ import annotations

from dataclasses import dataclass

from yanbao.sector.exhibit import Column, Coverage, Exhibit, Text
from yanbao.sector.growth import GrowthOptions, company_growth, coverage, notes, summary
from yanbao.sector.market import Market
from yanbao.sector.statements import line_name

RECURRING = "net_profit_recurring"
NOBODY = Text("无公司披露", "reported by nobody")


@dataclass(frozen=True, kw_only=True)
class ProfitGrowthOptions(GrowthOptions):
    """Besides those of every growth: which line is the profit."""

    line: str = "net_profit_parent"


def profit_growth(market: Market, options: ProfitGrowthOptions) -> Exhibit:
    """How much profit did the sector's companies make, and how fast did it grow, with and without one-off items?

    Rows: `period, total, overall, median, n`, then the same of profit less non-recurring items (`recurring_…`), which
    stands beside attributable profit wherever it is known. A growth on a sum not above 0 is missing: n.m.

    Formula (definitions, Earnings): overall = sum this / sum base - 1; median = median of company growth rates; growth
    on a base not above 0 is not meaningful: out of the median, in the sums, counted apart with the name of its turn.

    Raises:
        ExhibitError: an unknown sector or line, no period in the range.
    """
    sector = options.find(market, options.sector)
    rows = company_growth(market, options, sector, options.line)
    recurring = company_growth(market, options, sector, RECURRING, options.line)
    beside = summary(recurring, options.companies).select(
        of="period", recurring_total="total", recurring_overall="overall", recurring_median="median", recurring_n="n"
    )
    table = summary(rows, options.companies).left_join(beside, [("period", "of")])
    name, less = line_name(options.line), line_name(RECURRING)

    def count() -> Coverage:
        main, other = coverage(rows, sector), coverage(recurring, sector)
        beside = other.text if any(row["reported"] for row in other.counts) else NOBODY
        return Coverage(
            Text(
                f"{name.zh}——{main.text.zh}；{less.zh}——{beside.zh}",
                f"{name.en}: {main.text.en}; {less.en}: {beside.en}",
            ),
            (
                *({"line": options.line, **row} for row in main.counts),
                *({"line": RECURRING, **row} for row in other.counts),
            ),
        )

    return Exhibit(
        "profit-growth",
        market.as_of,
        (
            Column("period", "", Text("报告期", "period")),
            Column("total", market.home.currency, name),
            Column("overall", "1", Text("同比（整体法）", "y/y, overall")),
            Column("median", "1", Text("同比（中位数法）", "y/y, median")),
            Column("n", "", Text("公司数", "companies")),
            Column("recurring_total", market.home.currency, less),
            Column("recurring_overall", "1", Text("扣非同比（整体法）", "recurring y/y, overall")),
            Column("recurring_median", "1", Text("扣非同比（中位数法）", "recurring y/y, median")),
            Column("recurring_n", "", Text("扣非公司数", "companies, recurring")),
        ),
        table.select(
            "period",
            "total",
            "overall",
            "median",
            "n",
            "recurring_total",
            "recurring_overall",
            "recurring_median",
            "recurring_n",
        ).order_by("period"),
        count,
        notes(options, options.line),
    )
