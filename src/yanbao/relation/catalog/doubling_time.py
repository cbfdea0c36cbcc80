"""Doubling time."""

from fractions import Fraction

from yanbao.quantity.unit import Unit
from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="doubling_time",
    group="growth",
    parameters=(Parameter("growth", "年均增速", "growth a year"),),
    formula="years(ln(2) / ln(1 + growth))",
    unit=Unit("年", (("month", 1),), Fraction(12)),
    conditions=(Condition("growth > 0", "增速小于或等于0，不会翻番", "what does not grow does not double"),),
    wording={
        "zh": Wording("翻番时间", "{subject}约{value}翻一番"),
        "en": Wording("Doubling time", "{subject} doubles in {value}"),
    },
    note="ln 2 / ln(1 + g) for a growth a year.",
    source="definitions of the trade: Growth over several periods",
)
