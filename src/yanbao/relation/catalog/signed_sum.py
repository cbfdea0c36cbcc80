"""Sum with signs."""

from yanbao.relation.relation import Parameter, Relation, Wording

RELATION = Relation(
    name="signed_sum",
    group="aggregate",
    parameters=(
        Parameter("added", "加项", "what is added", column=True),
        Parameter("deducted", "减项", "what is deducted", column=True),
    ),
    formula="sum(added) - sum(deducted)",
    unit=None,
    wording={
        "zh": Wording("轧差合计", "{subject}为{value}"),
        "en": Wording("Signed sum", "{subject} comes to {value}"),
    },
    note="Revenue less costs, assets less debts. Deducted items are written with their own, positive sign.",
    source="arithmetic",
)
