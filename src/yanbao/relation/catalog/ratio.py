"""A number per another."""

from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="ratio",
    group="structure",
    parameters=(
        Parameter("numerator", "分子", "the number above"),
        Parameter("denominator", "分母", "the number below"),
    ),
    formula="numerator / denominator",
    unit=None,
    conditions=(Condition("denominator != 0", "分母为0", "the number below is 0"),),
    wording={
        "zh": Wording("比值", "{subject}为{value}"),
        "en": Wording("Ratio", "{subject} is {value}"),
    },
    note="Keeps the unit that the division gives: 亿元 per 家 is money a company.",
    source="arithmetic",
)
