"""Part of a whole."""

from yanbao.quantity.unit import PERCENT
from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="share",
    group="structure",
    parameters=(
        Parameter("part", "部分", "the part"),
        Parameter("whole", "总体", "the whole"),
    ),
    formula="part / whole",
    unit=PERCENT,
    conditions=(Condition("whole > 0", "总体小于或等于0，占比无意义", "a share of a whole <= 0 is not meaningful"),),
    wording={
        "zh": Wording("占比", "{subject}占比为{value}"),
        "en": Wording("Share", "{subject} makes up {value}"),
    },
    note="A part may be negative or above 100% (a loss inside a profit); the whole may not be.",
    source="arithmetic",
)
