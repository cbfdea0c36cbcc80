"""Year-on-year growth."""

from yanbao.quantity.unit import PERCENT
from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="yoy",
    group="growth",
    parameters=(
        Parameter("now", "本期", "this period"),
        Parameter("base", "上年同期", "the same period a year before"),
    ),
    formula="now / base - 1",
    unit=PERCENT,
    conditions=(Condition("base > 0", "基数小于或等于0，增速无意义", "growth on a base <= 0 is not meaningful"),),
    wording={
        "zh": Wording("同比增长率", "{subject}同比增长{value}", "{subject}同比下降{value}"),
        "en": Wording("Year-on-year growth", "{subject} rose {value} y/y", "{subject} fell {value} y/y"),
    },
    note="Both periods have the same grain and lie one year apart. A turn of sign has a name instead of a rate: "
    "扭亏, 转亏, 减亏, 增亏 (`relation.turn`).",
    source="definitions of the trade: Earnings: overall method, this / base - 1",
)
