"""How long a store of energy lasts at its power."""

from fractions import Fraction

from yanbao.quantity.unit import Unit
from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="duration",
    group="structure",
    parameters=(
        Parameter("energy", "储能容量", "energy"),
        Parameter("power", "功率", "power"),
    ),
    formula="energy / power",
    unit=Unit("小时", (("second", 1),), Fraction(3600)),
    conditions=(
        Condition("power > 0", "功率小于或等于0", "a power <= 0"),
        Condition("energy >= 0", "容量为负", "an energy below 0"),
    ),
    wording={
        "zh": Wording("储能时长", "{subject}平均时长为{value}"),
        "en": Wording("Duration", "{subject} lasts {value}"),
    },
    note="GWh over GW is hours; a fleet's mean duration is total energy over total power, not a mean of durations.",
    source="arithmetic; watt hour = watt x hour",
)
