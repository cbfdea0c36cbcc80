"""Compound annual growth rate."""

from yanbao.quantity.unit import PERCENT
from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="cagr",
    group="growth",
    parameters=(
        Parameter("end", "期末值", "the last value"),
        Parameter("start", "期初值", "the first value"),
    ),
    formula="(end / start) ** (1 / span(end, start)) - 1",
    unit=PERCENT,
    conditions=(
        Condition(
            "start > 0 and end > 0",
            "期初或期末值小于或等于0，复合增速无意义",
            "a compound rate between values <= 0 is not meaningful",
        ),
    ),
    wording={
        "zh": Wording("年均复合增长率", "{subject}年均复合增长率为{value}"),
        "en": Wording("Compound annual growth rate", "{subject} has a CAGR of {value}"),
    },
    note="From year a to year b there are b - a periods, not b - a + 1: `span` counts them from the operands' "
    "own periods and is never typed.",
    source="definitions of the trade: Growth over several periods",
)
