"""Price cut."""

from yanbao.quantity.unit import PERCENT
from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="price_cut",
    group="growth",
    parameters=(
        Parameter("now", "现价", "the price now"),
        Parameter("before", "原价", "the price before"),
    ),
    formula="1 - now / before",
    unit=PERCENT,
    conditions=(
        Condition("before > 0", "原价小于或等于0，降幅无意义", "a cut of a price <= 0 is not meaningful"),
        Condition("now >= 0", "现价为负", "a price below 0"),
    ),
    wording={
        "zh": Wording("降价幅度", "{subject}降价{value}", "{subject}提价{value}"),
        "en": Wording("Price cut", "{subject} was cut by {value}", "{subject} was raised by {value}"),
    },
    note="Positive for a cut, 100% for free. A range of prices (21-30) is an interval, and so is its cut.",
    source="arithmetic",
)
