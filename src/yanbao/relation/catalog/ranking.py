"""Place in a ranking."""

from yanbao.relation.relation import Parameter, Relation, Wording

RELATION = Relation(
    name="ranking",
    group="order",
    parameters=(
        Parameter("item", "被排名的值", "the value that is ranked"),
        Parameter("others", "全部值", "all values, itself included", column=True),
    ),
    formula="rank(item, others)",
    unit=None,
    wording={
        "zh": Wording("排名", "{subject}排名第{value}"),
        "en": Wording("Rank", "{subject} ranks no. {value}"),
    },
    note="The largest is first, equal values share a place (1, 2, 2, 4). Values that print alike may differ behind "
    "the rounding: the interval holds every place they could have. The smallest first: `rank(item, others, 1)`.",
    source="definitions of the trade: Performance: ranking descending",
)
