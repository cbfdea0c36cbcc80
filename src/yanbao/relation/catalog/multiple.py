"""How many times as much."""

from yanbao.quantity.unit import TIMES
from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="multiple",
    group="growth",
    parameters=(
        Parameter("now", "比较值", "the value"),
        Parameter("base", "基准值", "what it is compared with"),
    ),
    formula="now / base",
    unit=TIMES,
    conditions=(Condition("base > 0", "基准小于或等于0，倍数无意义", "a multiple of a base <= 0 is not meaningful"),),
    wording={
        "zh": Wording("倍数", "{subject}为{value}"),
        "en": Wording("Multiple", "{subject} is {value}"),
    },
    note="增长至2倍 and 翻一番 are a multiple of 2, a growth of 100%; 增长2倍 is a growth of 200%.",
    source="arithmetic",
)
