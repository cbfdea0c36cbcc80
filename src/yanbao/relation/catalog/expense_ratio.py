"""Expense ratio."""

from yanbao.quantity.unit import PERCENT
from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="expense_ratio",
    group="structure",
    parameters=(
        Parameter("expense", "费用", "the expense"),
        Parameter("revenue", "营业收入", "revenue"),
    ),
    formula="expense / revenue",
    unit=PERCENT,
    conditions=(
        Condition("revenue > 0", "收入小于或等于0，费用率无意义", "a ratio to revenue <= 0 is not meaningful"),
    ),
    wording={
        "zh": Wording("费用率", "{subject}费用率为{value}"),
        "en": Wording("Expense ratio", "{subject} spends {value} of revenue"),
    },
    note="Research, selling, administration: 研发费用率, 销售费用率, 管理费用率. Changes are in pp.",
    source="definitions of the trade: Earnings: R&D ratio",
)
