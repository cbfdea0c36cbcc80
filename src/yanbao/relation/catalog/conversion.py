"""The same amount in another unit."""

from yanbao.relation.relation import Parameter, Relation, Wording

RELATION = Relation(
    name="conversion",
    group="conversion",
    parameters=(Parameter("amount", "金额或数量", "the amount"),),
    formula="amount",
    unit=None,
    wording={
        "zh": Wording("单位换算", "{subject}即{value}"),
        "en": Wording("Unit conversion", "{subject}, that is {value}"),
    },
    note="Exact, inside one dimension: 1138.3亿元 = 113830百万元. Between currencies use `exchange`.",
    source="the unit's scale",
)
