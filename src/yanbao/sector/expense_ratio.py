"""What a sector spends of its revenue on research, selling or administration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from yanbao.sector.exhibit import Exhibit, Text
from yanbao.sector.market import Market
from yanbao.sector.ratio import RatioOptions, company_lines, ratio_exhibit

NAMES: dict[str, Text] = {
    "rd_expense": Text("研发费用率", "R&D ratio"),
    "selling_expense": Text("销售费用率", "selling expense ratio"),
    "admin_expense": Text("管理费用率", "administrative expense ratio"),
    "finance_expense": Text("财务费用率", "finance expense ratio"),
}


@dataclass(frozen=True, kw_only=True)
class ExpenseRatioOptions(RatioOptions):
    """The sector, the periods, which expense, and which line is the revenue."""

    expense: Literal["rd_expense", "selling_expense", "admin_expense", "finance_expense"] = "rd_expense"
    line: str = "revenue"


def expense_ratio(market: Market, options: ExpenseRatioOptions) -> Exhibit:
    """What share of revenue goes into an expense: in the sector, in its median and in its average company?

    Rows: `period, overall, median, mean, n`, fractions, by period, over members that report both lines and have
    revenue above 0. An expense that is not reported is missing, not 0: the company is not counted.

    Formula (definitions, Earnings): R&D ratio = R&D expense / revenue; overall = ratio of the sums; median and
    arithmetic mean of company values side by side.

    Raises:
        ExhibitError: an unknown sector or line, no period in the range.
    """
    sector = options.find(market, options.sector)
    rows = company_lines(market, options, sector, options.expense, options.line)
    lines = (options.expense, options.line)
    return ratio_exhibit("expense-ratio", market, options, rows, sector, lines, NAMES[options.expense])
