"""What companies are worth on a day and what they earn, own and sell: the two sides of a multiple."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.days import reach
from yanbao.sector.exhibit import Text, fetch
from yanbao.sector.market import Market

if TYPE_CHECKING:
    from ibis.expr.types import Table, Value

Measure = Literal["pe", "pb", "ps"]
Method = Literal["overall", "excluding_negatives", "median"]
Weight = Literal["total", "float"]

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
VENDOR = {"pe": "pe_ttm", "pb": "pb", "ps": "ps_ttm"}
WEIGHTS = {
    "total": Text("总市值", "total market value"),
    "float": Text("流通市值（总市值未知或未采用）", "float market value (the total is not known or not asked for)"),
}


@dataclass(frozen=True)
class Values:
    """Companies by day: `code, day, market_value, base_pe, base_pb, base_ps`, and where they are from, in words."""

    table: Table
    source: str
    weight: Weight
    note: Text


def vendor_values(market: Market, source: str | None, weight: Weight | None) -> Values:
    """Return the market values of a vendor and the earnings, book values and sales that its multiples imply.

    base = market value / multiple: what the company earned, in the same money. A multiple of 0 is no multiple: missing.
    Where only the float is known, sums are weighted by the float and say so.

    Raises:
        ExhibitError: no such source, several without a choice, or none of its rows carries the market value.
    """
    table = market.table("valuation")
    found = fetch(table.group_by("source").aggregate(total=table.market_value.count(), float=table.float_value.count()))
    known = {row["source"]: row for row in found}
    names = ", ".join(sorted(known)) or "none"
    if source is None and len(known) != 1:
        raise ExhibitError(
            f"whose valuations? The store has those of {names} as of {market.as_of}\n"
            "    hint: name one as `source`: samples of vendors differ, a level is not read across them"
        )
    chosen = source if source is not None else next(iter(known))
    if chosen not in known:
        raise ExhibitError(f"the store has no valuations of `{chosen}` as of {market.as_of} (sources: {names})")
    has = known[chosen]
    used: Weight = weight or ("total" if has["total"] else "float")
    if not has[used]:
        raise ExhibitError(
            f"`{chosen}` gives no {WEIGHTS[used].en}\n    hint: weight = {'float' if used == 'total' else 'total'}"
        )
    own = table.filter(table.source == ibis.literal(chosen))
    value = own.market_value if used == "total" else own.float_value
    bases = {f"base_{measure}": value / own[column].nullif(0.0) for measure, column in VENDOR.items()}
    return Values(
        own.select("code", "day", market_value=value, **bases),
        chosen,
        used,
        Text(
            f"个股估值：{chosen}；{WEIGHTS[used].zh}加权",
            f"company multiples of {chosen}, weighted by {WEIGHTS[used].en}",
        ),
    )


def multiples(
    companies: Table, by: tuple[str, ...], measures: tuple[Measure, ...], methods: tuple[Method, ...]
) -> Table:
    """Return the multiples of groups of companies: `…by, measure, method, value, n`.

    Formula (definitions, Valuation): overall = sum of market values / sum of bases; excluding negatives: only members
    with a base above 0, in both sums; median of the companies' multiples, positive ones. An overall multiple on a sum
    not above 0 has no meaning and is missing.
    """
    parts = []
    for measure in measures:
        value, base = companies.market_value, companies[f"base_{measure}"]
        known = value.notnull() & base.notnull()
        positive = known & (base > 0)
        for method in methods:
            if method == "overall":
                result: Value = value.sum(where=known) / _above_zero(base.sum(where=known))
                n: Value = known.cast("int64").sum()
            elif method == "excluding_negatives":
                result, n = value.sum(where=positive) / _above_zero(base.sum(where=positive)), _tally(positive)
            else:
                own = ibis.ifelse(positive, value / base.nullif(0.0), ibis.null("float64"))
                result, n = own.median(), _tally(positive)
            sums = companies.group_by(list(by)).aggregate(value=result, n=n)
            parts.append(
                sums.select(*by, measure=ibis.literal(measure), method=ibis.literal(method), value="value", n="n")
            )
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def check_day(values: Values, day: object) -> None:
    """Refuse a day on which a source has no valuations.

    Raises:
        ExhibitError: names how far the source reaches.
    """
    own = values.table.filter(values.table.day == ibis.literal(day))
    if not fetch(own.select("code").limit(1)):
        before = values.table.filter(values.table.day < ibis.literal(day))
        (last,) = fetch(before.aggregate(day=before.day.max()))
        hint = f"\n    hint: the last day before it is {last['day']}" if last["day"] else ""
        raise ExhibitError(f"{values.source} has no valuations on {day}; it has them {reach(values.table)}{hint}")


def _above_zero(value: Value) -> Value:
    return ibis.ifelse(value > 0, value, ibis.null("float64"))


def _tally(condition: Value) -> Value:
    return condition.fill_null(False).cast("int64").sum()
