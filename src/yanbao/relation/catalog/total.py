"""Sum."""

from yanbao.relation.relation import Parameter, Relation, Wording

RELATION = Relation(
    name="total",
    group="aggregate",
    parameters=(Parameter("parts", "各项", "the parts", column=True),),
    formula="sum(parts)",
    unit=None,
    wording={
        "zh": Wording("合计", "{subject}合计{value}"),
        "en": Wording("Total", "{subject} add up to {value}"),
    },
    note="A missing part is never 0: the sum of a column with a gap has no value.",
    source="XBRL Calculations 1.1: a sum is tested on the intervals of its parts",
)
