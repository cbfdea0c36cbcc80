"""Price-earnings ratio."""

from yanbao.quantity.unit import TIMES
from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="pe",
    group="valuation",
    parameters=(
        Parameter("price", "股价或市值", "price a share, or market value", per_share=True),
        Parameter("earnings", "每股收益或归母净利润", "earnings a share, or net profit", per_share=True),
    ),
    formula="price / earnings",
    unit=TIMES,
    conditions=(
        Condition("earnings > 0", "盈利小于或等于0，市盈率无意义", "a P/E on earnings <= 0 is not meaningful"),
        Condition("price > 0", "股价小于或等于0", "a price <= 0"),
    ),
    wording={
        "zh": Wording("市盈率", "{subject}对应PE为{value}"),
        "en": Wording("P/E", "{subject} trades at a P/E of {value}"),
    },
    note="Price a share over EPS, or market value over attributable net profit. Price and EPS are of the day and "
    "the year that the exhibit prints; one price serves all forecast years.",
    source="definitions of the trade: Valuation: PE of a forecast year",
)
