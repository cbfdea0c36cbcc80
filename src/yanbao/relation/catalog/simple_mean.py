"""Simple mean."""

from yanbao.relation.relation import Parameter, Relation, Wording

RELATION = Relation(
    name="simple_mean",
    group="aggregate",
    parameters=(Parameter("values", "各值", "the values", column=True),),
    formula="mean(values)",
    unit=None,
    wording={
        "zh": Wording("算术平均", "{subject}平均为{value}"),
        "en": Wording("Simple mean", "{subject} average {value}"),
    },
    note="Every value counts the same; a missing one is left out by its author, not taken as 0.",
    source="definitions of the trade: Earnings: mean method (算术平均)",
)
