"""What the metrics of statements and valuation tables are made of: each formula over metrics of one period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yanbao.check.tick.proposal import Arithmetic

_PROFIT: Final = ("net_profit_parent", "net_profit")


@dataclass(frozen=True)
class MetricFormula:
    """How a metric comes from others: `operands` holds, for each operand, the metrics that may stand for it.

    `signs` are those of a sum. `stable` names a formula whose hidden factor (price, share count) is one for all
    periods; it is found from the claims themselves.
    """

    relation: str
    claim: str
    arithmetic: Arithmetic
    operands: tuple[tuple[str, ...], ...]
    signs: tuple[int, ...] = ()
    optional: tuple[tuple[str, int], ...] = ()  # further parts of a sum that a table may leave out, with their signs


_EQUITY: Final = ("equity_parent", "total_equity")
_CASH: Final = (("net_cash_operating",), ("net_cash_investing",), ("net_cash_financing",))

FORMULAS: Final = (
    MetricFormula("pe", "pe", "ratio", (("price",), ("eps", "eps_diluted"))),
    MetricFormula("pb", "pb", "ratio", (("price",), ("book_value_per_share",))),
    MetricFormula("pe", "pe", "ratio", (("market_value",), _PROFIT)),
    MetricFormula("ps", "ps", "ratio", (("market_value",), ("revenue",))),
    MetricFormula("dividend_yield", "dividend_yield", "ratio", (("dividend_per_share",), ("price",))),
    MetricFormula("market_value", "market_value", "product", (("price",), ("shares",))),
    MetricFormula("eps", "eps", "ratio", (_PROFIT, ("shares", "shares_weighted"))),
    MetricFormula("eps", "eps_diluted", "ratio", (_PROFIT, ("shares_diluted",))),
    MetricFormula("book_value_per_share", "book_value_per_share", "ratio", (_EQUITY, ("shares",))),
    MetricFormula("cash_flow_per_share", "cash_flow_per_share", "ratio", (("net_cash_operating",), ("shares",))),
    MetricFormula("gross_profit", "gross_profit", "sum", (("revenue",), ("cost",)), (1, -1)),
    MetricFormula("gross_margin", "gross_margin", "ratio", (("gross_profit",), ("revenue",))),
    MetricFormula("gross_margin", "gross_margin", "margin", (("revenue",), ("cost",))),
    MetricFormula("operating_margin", "operating_margin", "ratio", (("operating_profit",), ("revenue",))),
    MetricFormula("net_margin", "net_margin", "ratio", (_PROFIT, ("revenue",))),
    MetricFormula("expense_ratio", "selling_ratio", "ratio", (("selling_expense",), ("revenue",))),
    MetricFormula("expense_ratio", "administrative_ratio", "ratio", (("administrative_expense",), ("revenue",))),
    MetricFormula("expense_ratio", "research_ratio", "ratio", (("research_expense",), ("revenue",))),
    MetricFormula("expense_ratio", "financial_ratio", "ratio", (("financial_expense",), ("revenue",))),
    MetricFormula("tax_rate", "tax_rate", "ratio", (("income_tax",), ("profit_before_tax",))),
    MetricFormula("net_profit", "net_profit", "sum", (("profit_before_tax",), ("income_tax",)), (1, -1)),
    MetricFormula("net_profit_parent", "net_profit_parent", "sum", (("net_profit",), ("minority_interest",)), (1, -1)),
    MetricFormula("balance", "liabilities_and_equity", "sum", (("total_liabilities",), ("total_equity",)), (1, 1)),
    MetricFormula("balance", "total_assets", "carried", (("liabilities_and_equity",),)),
    MetricFormula("balance", "total_assets", "sum", (("total_liabilities",), ("total_equity",)), (1, 1)),
    MetricFormula("total", "total_assets", "sum", (("current_assets",), ("noncurrent_assets",)), (1, 1)),
    MetricFormula("total", "total_liabilities", "sum", (("current_liabilities",), ("noncurrent_liabilities",)), (1, 1)),
    MetricFormula("total", "total_equity", "sum", (("equity_parent",), ("minority_equity",)), (1, 1)),
    MetricFormula("debt_ratio", "debt_ratio", "ratio", (("total_liabilities",), ("total_assets",))),
    MetricFormula("current_ratio", "current_ratio", "ratio", (("current_assets",), ("current_liabilities",))),
    MetricFormula(
        "quick_ratio", "quick_ratio", "less_ratio", (("current_assets",), ("inventory",), ("current_liabilities",)),
    ),
    MetricFormula("roe", "roe", "ratio", (_PROFIT, _EQUITY)),
    MetricFormula("roa", "roa", "ratio", (("net_profit", "net_profit_parent"), ("total_assets",))),
    MetricFormula("asset_turnover", "asset_turnover", "ratio", (("revenue",), ("total_assets",))),
    MetricFormula("ebitda", "ebitda", "sum", (("ebit",), ("depreciation_amortisation",)), (1, 1)),
    MetricFormula(
        "cash_flow", "net_change_cash", "sum", _CASH, (1, 1, 1), (("exchange_effect", 1),),
    ),
    MetricFormula("cash_flow", "cash_closing", "sum", (("cash_opening",), ("net_change_cash",)), (1, 1)),
    MetricFormula("return_drawdown", "return_drawdown_ratio", "ratio", (("excess_return",), ("max_drawdown",))),
    MetricFormula("difference", "excess_return", "difference", (("strategy_return",), ("benchmark_return",))),
)  # fmt: skip

NAMED: Final = frozenset(formula.relation for formula in FORMULAS) - {"total", "difference"}

# claim × basis is the same hidden number in every period: P/E × EPS is the price, P/B × book value a share, too
STABLE: Final = (
    ("pe", "pe", ("eps", "eps_diluted")),
    ("pe", "pe", _PROFIT),
    ("pb", "pb", ("book_value_per_share", "equity_parent")),
    ("ps", "ps", ("revenue",)),
)
