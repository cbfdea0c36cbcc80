"""Earnings per share."""

from fractions import Fraction

from yanbao.quantity.unit import Unit
from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="eps",
    group="valuation",
    parameters=(
        Parameter("profit", "归母净利润", "attributable net profit"),
        Parameter("shares", "股数", "shares"),
    ),
    formula="profit / shares",
    unit=Unit("元/股", (("CNY", 1), ("share", -1)), Fraction(1)),
    conditions=(Condition("shares > 0", "股数小于或等于0", "a share count <= 0"),),
    wording={
        "zh": Wording("每股收益", "{subject}EPS为{value}"),
        "en": Wording("Earnings per share", "{subject} earns {value} a share"),
    },
    note="On the period's weighted shares or on the latest total: stated. A share count is a stock: it is never "
    "summed over quarters. A loss gives a negative EPS, which is meaningful.",
    source="definitions of the trade: Valuation",
    per_share=True,
)
