"""Product of two numbers."""

from yanbao.relation.relation import Parameter, Relation, Wording

RELATION = Relation(
    name="product",
    group="structure",
    parameters=(
        Parameter("amount", "数量或金额", "an amount"),
        Parameter("factor", "比率或单价", "a ratio or a price"),
    ),
    formula="amount * factor",
    unit=None,
    wording={
        "zh": Wording("乘积", "{subject}为{value}"),
        "en": Wording("Product", "{subject} is {value}"),
    },
    note="Investment x share, volume x price: the unit follows from both.",
    source="arithmetic",
)
