"""Multiples of groups of companies: of the sums, without those that lose money, of the median company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import ibis

from yanbao.sector.exhibit import Text
from yanbao.sector.shift import stacked

if TYPE_CHECKING:
    from ibis.expr.types import Table, Value

Measure = Literal["pe", "pb", "ps"]
Method = Literal["overall", "excluding_negatives", "median"]

MEASURES: dict[str, Text] = {
    "pe": Text("市盈率（TTM）", "PE (TTM)"),
    "pb": Text("市净率", "PB"),
    "ps": Text("市销率（TTM）", "PS (TTM)"),
}
METHODS: dict[str, Text] = {
    "overall": Text("整体法", "overall"),
    "excluding_negatives": Text("整体法，剔除负值", "overall, excluding negatives"),
    "median": Text("中位数法", "median"),
}


def multiples(
    companies: Table, by: tuple[str, ...], measures: tuple[Measure, ...], methods: tuple[Method, ...]
) -> Table:
    """Return the multiples of groups of companies: `…by, measure, method, value, n`.

    Formula (definitions, Valuation): overall = sum of market values / sum of bases; excluding negatives: only members
    with a base above 0, in both sums; median of the companies' multiples, positive ones. An overall multiple on a sum
    not above 0 has no meaning and is missing.
    """
    # all of them in one pass over the companies; an engine that reads the sums several times keeps them
    found: dict[str, Value] = {}
    for measure in measures:
        value, base = companies.market_value, companies[f"base_{measure}"]
        known = value.notnull() & base.notnull()
        positive = known & (base > 0)
        if "overall" in methods:
            found[f"{measure}_overall"] = value.sum(where=known) / _above_zero(base.sum(where=known))
            found[f"{measure}_overall_n"] = _tally(known)
        if "excluding_negatives" in methods:
            found[f"{measure}_excluding_negatives"] = value.sum(where=positive) / _above_zero(base.sum(where=positive))
        if "median" in methods:
            own = ibis.ifelse(positive, value / base.nullif(0.0), ibis.null("float64"))
            found[f"{measure}_median"] = own.median()
        if {"excluding_negatives", "median"} & set(methods):
            found[f"{measure}_positive_n"] = _tally(positive)
    sums = companies.group_by(list(by)).aggregate(**found)
    return stacked(
        *(
            sums.select(
                *by,
                measure=ibis.literal(measure),
                method=ibis.literal(method),
                value=f"{measure}_{method}",
                n=f"{measure}_{'overall' if method == 'overall' else 'positive'}_n",
            )
            for measure in measures
            for method in methods
        )
    )


def _above_zero(value: Value) -> Value:
    return ibis.ifelse(value > 0, value, ibis.null("float64"))


def _tally(condition: Value) -> Value:
    return condition.fill_null(False).cast("int64").sum()
