"""What a sector keeps of its revenue after cost."""

from __future__ import annotations

from dataclasses import dataclass

from yanbao.sector.exhibit import Exhibit, Text
from yanbao.sector.market import Market
from yanbao.sector.ratio import RatioOptions, company_lines, ratio_exhibit


@dataclass(frozen=True, kw_only=True)
class GrossMarginOptions(RatioOptions):
    """The sector, the periods, and which line is the revenue."""

    line: str = "revenue"


def gross_margin(market: Market, options: GrossMarginOptions) -> Exhibit:
    """What share of revenue is left after cost: of the sector, of its median and of its average company?

    Rows: `period, overall, median, mean, n`, fractions, by period, over members that report both lines and have
    revenue above 0. A change between periods is the difference of two rows, in pp.

    Formula (definitions, Earnings): gross margin = (revenue - cost) / revenue; overall = ratio of the sums; median and
    arithmetic mean of company values.

    Raises:
        ExhibitError: an unknown sector or line, no period in the range.
    """
    sector = options.find(market, options.sector)
    rows = company_lines(market, options, sector, "cost", options.line)
    rows = rows.select("code", "period", "whole", part=rows.whole - rows.part)
    return ratio_exhibit(
        "gross-margin", market, options, rows, sector, ("cost", options.line), Text("毛利率", "gross margin")
    )
