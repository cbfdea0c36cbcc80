"""Money of one currency in another."""

from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="exchange",
    group="conversion",
    parameters=(
        Parameter("amount", "金额", "the amount"),
        Parameter("rate", "汇率", "the exchange rate"),
    ),
    formula="amount * rate",
    unit=None,
    conditions=(Condition("rate > 0", "汇率小于或等于0", "an exchange rate <= 0"),),
    wording={
        "zh": Wording("汇率折算", "{subject}折合{value}"),
        "en": Wording("Exchange", "{subject}, equal to {value}"),
    },
    note="The rate has its own unit (元/美元) and its own day, which the exhibit prints.",
    source="arithmetic",
)
