"""Difference of two ratios in percentage points."""

from yanbao.quantity.unit import POINT_OF_PERCENT
from yanbao.relation.relation import Parameter, Relation, Wording

RELATION = Relation(
    name="pp",
    group="growth",
    parameters=(
        Parameter("now", "本期比率", "the ratio now"),
        Parameter("base", "比较比率", "the ratio it is compared with"),
    ),
    formula="diff(now, base)",
    unit=POINT_OF_PERCENT,
    wording={
        "zh": Wording("百分点变动", "{subject}上升{value}", "{subject}下降{value}"),
        "en": Wording("Difference in percentage points", "{subject} rose by {value}", "{subject} fell by {value}"),
    },
    note="A change of a ratio is in pp, never in %; a claim in % of this relation breaks for its unit.",
    source="definitions of the trade: Earnings: changes of ratios in pp",
)
