"""The relations that come with yanbao, one module each, in the order of the docs page."""

from typing import Final

from yanbao.relation.catalog import (
    bucket_count,
    cagr,
    contribution,
    conversion,
    doubling_time,
    duration,
    eps,
    exchange,
    expense_ratio,
    margin,
    market_value,
    multiple,
    pe,
    pp,
    price_cut,
    product,
    qoq,
    ranking,
    ratio,
    share,
    signed_sum,
    simple_mean,
    total,
    weighted_mean,
    yoy,
)
from yanbao.relation.relation import Relation

CATALOG: Final[tuple[Relation, ...]] = tuple(
    module.RELATION
    for module in (
        yoy,
        qoq,
        pp,
        cagr,
        multiple,
        price_cut,
        contribution,
        doubling_time,
        share,
        ratio,
        product,
        margin,
        expense_ratio,
        duration,
        total,
        signed_sum,
        simple_mean,
        weighted_mean,
        ranking,
        bucket_count,
        pe,
        eps,
        market_value,
        conversion,
        exchange,
    )
)
