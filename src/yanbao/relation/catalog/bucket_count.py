"""How many values lie in a bucket."""

from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="bucket_count",
    group="order",
    parameters=(
        Parameter("members", "各值", "the values", column=True),
        Parameter("low", "下限（含）", "the lower bound, included"),
        Parameter("high", "上限（不含）", "the upper bound, not included"),
    ),
    formula="count(members >= low and members < high)",
    unit=None,
    conditions=(Condition("low < high", "下限不低于上限", "the lower bound is not below the upper one"),),
    wording={
        "zh": Wording("区间家数", "{subject}共{value}"),
        "en": Wording("Count in bucket", "{subject} number {value}"),
    },
    note="Buckets are [low, high). Open ends are plain language: `count(growth >= 50%)`, `count(growth < 0)`. "
    "Growth that is not meaningful is in no bucket and counted apart.",
    source="definitions of the trade: Earnings: growth buckets",
)
