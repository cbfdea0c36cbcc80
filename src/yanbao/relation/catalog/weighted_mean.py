"""Weighted mean."""

from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="weighted_mean",
    group="aggregate",
    parameters=(
        Parameter("values", "各值", "the values", column=True),
        Parameter("weights", "权重", "their weights", column=True),
    ),
    formula="sum(values * weights) / sum(weights)",
    unit=None,
    conditions=(
        Condition("min(weights) >= 0", "权重为负", "a weight is negative"),
        Condition("sum(weights) > 0", "权重合计为0", "the weights add up to 0"),
    ),
    wording={
        "zh": Wording("加权平均", "{subject}加权平均为{value}"),
        "en": Wording("Weighted mean", "{subject} average {value}, weighted"),
    },
    note="Weights need not add up to 1.",
    source="arithmetic",
)
