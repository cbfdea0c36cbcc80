"""Contribution of a part to the growth of the whole."""

from yanbao.quantity.unit import POINT_OF_PERCENT
from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="contribution",
    group="growth",
    parameters=(
        Parameter("part_now", "部分本期", "the part now"),
        Parameter("part_base", "部分基期", "the part in the base period"),
        Parameter("whole_base", "总体基期", "the whole in the base period"),
    ),
    formula="diff((part_now - part_base) / whole_base, 0)",
    unit=POINT_OF_PERCENT,
    conditions=(
        Condition(
            "whole_base > 0",
            "总体基数小于或等于0，拉动作用无意义",
            "a contribution to growth on a base <= 0 is not meaningful",
        ),
    ),
    wording={
        "zh": Wording("对增速的拉动", "{subject}拉动增长{value}", "{subject}拖累增长{value}"),
        "en": Wording(
            "Contribution to growth", "{subject} added {value} to growth", "{subject} cost {value} of growth"
        ),
    },
    note="The contributions of all parts add up to the growth of the whole.",
    source="definitions of the trade: Growth over several periods",
)
