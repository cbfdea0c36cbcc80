"""Margin."""

from yanbao.quantity.unit import PERCENT
from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="margin",
    group="structure",
    parameters=(
        Parameter("revenue", "营业收入", "revenue"),
        Parameter("cost", "营业成本", "cost"),
    ),
    formula="1 - cost / revenue",
    unit=PERCENT,
    conditions=(
        Condition("revenue > 0", "收入小于或等于0，利润率无意义", "a margin on revenue <= 0 is not meaningful"),
    ),
    wording={
        "zh": Wording("毛利率", "{subject}毛利率为{value}"),
        "en": Wording("Margin", "{subject} has a margin of {value}"),
    },
    note="Gross margin: (revenue - cost) / revenue, written so that revenue occurs once and its rounding counts "
    "once. A net margin is `share(profit, revenue)`.",
    source="definitions of the trade: Earnings",
)
