"""The lines of statements that the store knows: their names in both languages and whether they flow or stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Line:
    """A line of a statement.

    A `flow` is earned over a period (kept since the year began: `ytd`), a `stock` stands on a day (`instant`): trailing
    twelve months exist of flows alone.
    """

    id: str
    zh: str
    en: str
    kind: Literal["flow", "stock"]
    also: tuple[str, ...] = ()  # other names that vendors print


LINES: dict[str, Line] = {
    line.id: line
    for line in (
        Line("total_revenue", "营业总收入", "total operating revenue", "flow"),
        Line("revenue", "营业收入", "revenue", "flow"),
        Line("main_revenue", "主营业务收入", "revenue of the main business", "flow", ("主营收入",)),
        Line("cost", "营业成本", "cost of revenue", "flow", ("主营业务成本",)),
        Line("selling_expense", "销售费用", "selling expense", "flow"),
        Line("admin_expense", "管理费用", "administrative expense", "flow"),
        Line("rd_expense", "研发费用", "R&D expense", "flow"),
        Line("finance_expense", "财务费用", "finance expense", "flow"),
        Line("operating_profit", "营业利润", "operating profit", "flow"),
        Line("profit_before_tax", "利润总额", "profit before tax", "flow"),
        Line("income_tax", "所得税费用", "income tax", "flow", ("所得税",)),
        Line("net_profit", "净利润", "net profit", "flow"),
        Line(
            "net_profit_parent",
            "归母净利润",
            "net profit attributable to the parent",
            "flow",
            (
                "归属母公司所有者净利润",
                "归属于母公司所有者的净利润",
                "归属母公司股东的净利润",
                "归属于上市公司股东的净利润",
            ),
        ),
        Line(
            "net_profit_recurring",
            "扣非净利润",
            "attributable profit less non-recurring items",
            "flow",
            ("扣除非经常性损益后的净利润", "扣非归母净利润", "归属母公司股东的净利润(扣除非经常性损益)"),
        ),
        Line(
            "operating_cash_flow",
            "经营活动现金流量净额",
            "net cash flow from operations",
            "flow",
            ("经营活动产生的现金流量净额", "经营性现金流净额"),
        ),
        Line(
            "capital_expenditure",
            "购建长期资产支付的现金",
            "capital expenditure",
            "flow",
            ("购建固定资产、无形资产和其他长期资产支付的现金",),
        ),
        Line("total_assets", "资产总计", "total assets", "stock", ("总资产",)),
        Line("total_liabilities", "负债合计", "total liabilities", "stock", ("总负债",)),
        Line("equity", "股东权益合计", "total equity", "stock", ("所有者权益合计", "净资产")),
        Line(
            "equity_parent",
            "归母股东权益",
            "equity attributable to the parent",
            "stock",
            ("归属母公司股东权益", "归属于母公司所有者权益合计"),
        ),
        Line("minority_interest", "少数股东权益", "minority interest", "stock"),
        Line("cash", "货币资金", "cash", "stock"),
        Line("debt", "有息负债", "interest-bearing debt", "stock", ("带息债务",)),
    )
}
