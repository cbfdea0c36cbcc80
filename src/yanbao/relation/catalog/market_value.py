"""Market value."""

from yanbao.quantity.unit import YI_YUAN
from yanbao.relation.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name="market_value",
    group="valuation",
    parameters=(
        Parameter("price", "股价", "price a share", per_share=True),
        Parameter("shares", "股数", "shares"),
    ),
    formula="price * shares",
    unit=YI_YUAN,
    conditions=(
        Condition("price > 0", "股价小于或等于0", "a price <= 0"),
        Condition("shares > 0", "股数小于或等于0", "a share count <= 0"),
    ),
    wording={
        "zh": Wording("总市值", "{subject}总市值为{value}"),
        "en": Wording("Market value", "{subject} has a market value of {value}"),
    },
    note="One share class at its unadjusted close; the sum over A, B and H shares is a `total` of these.",
    source="definitions of the trade: Valuation: market value",
)
