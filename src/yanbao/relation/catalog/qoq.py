"""Quarter-on-quarter growth."""

from yanbao.quantity.unit import PERCENT
from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="qoq",
    group="growth",
    parameters=(
        Parameter("now", "本期", "this quarter"),
        Parameter("base", "上期", "the quarter before"),
    ),
    formula="now / base - 1",
    unit=PERCENT,
    conditions=(Condition("base > 0", "基数小于或等于0，增速无意义", "growth on a base <= 0 is not meaningful"),),
    wording={
        "zh": Wording("环比增长率", "{subject}环比增长{value}", "{subject}环比下降{value}"),
        "en": Wording("Quarter-on-quarter growth", "{subject} rose {value} q/q", "{subject} fell {value} q/q"),
    },
    note="Single quarters: the income statements of A-shares are year-to-date, so take their differences first. "
    "Months (环比) use the same formula.",
    source="definitions of the trade: Universe and time",
)
