"""What was known of a company's statements and shares on each day, in one row an interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yanbao.store.trailing import latest, share_counts, trailing

if TYPE_CHECKING:
    import ibis.expr.types as ir

FLOWS: Final = {
    "profit_ttm": "net_profit_parent",
    "net_profit_ttm": "net_profit",
    "revenue_ttm": "revenue",
    "cash_flow_ttm": "operating_cash_flow",
}
BALANCES: Final = {"equity": "equity_parent"}
SHARES: Final = {"total_shares": "total", "float_shares": "float"}
MEASURES: Final = (*SHARES, *FLOWS, *BALANCES)


def fundamentals(statement: ir.Table, shares: ir.Table) -> ir.Table:
    """Return each company's trailing flows, latest balance and shares: `code, known_from, known_to` and the measures.

    Both tables are vintages. Intervals of a company follow each other without a gap from the first that was known.
    `total_shares` and `float_shares` in shares, all others in CNY; missing where a part was not published.
    """
    return side_by_side(
        trailing(statement, list(FLOWS.values())), latest(statement, list(BALANCES.values())), share_counts(shares)
    )


def side_by_side(flows: ir.Table, balances: ir.Table, counts: ir.Table) -> ir.Table:
    """Return `fundamentals` from its parts: `trailing`, `latest` and `share_counts`, which it reads several times."""
    import ibis

    parts = [
        *(_part(flows.filter(flows.line == line), {name: "value"}) for name, line in FLOWS.items()),
        *(_part(balances.filter(balances.line == line), {name: "value"}) for name, line in BALANCES.items()),
        _part(counts, dict(SHARES)),
    ]
    marks = parts[0].select("code", known_from="part_from")
    for part in parts[1:]:
        marks = marks.union(part.select("code", known_from="part_from"))
    marks = marks.distinct()
    following = marks.known_from.lead().over(ibis.window(group_by="code", order_by="known_from"))
    wide = marks.mutate(known_to=ibis.coalesce(following, ibis.date("9999-12-31")))
    for part in parts:
        beside = part.view()
        measures = [name for name in part.columns if name in MEASURES]
        kept = [*wide.columns, *measures]
        wide = wide.join(
            beside,
            [wide.code == beside.code, beside.part_from <= wide.known_from, wide.known_from < beside.part_to],
            how="left",
        ).select(*kept)
    return wide.select("code", "known_from", "known_to", *MEASURES)


def _part(rows: ir.Table, measures: dict[str, str]) -> ir.Table:
    return rows.select("code", part_from="known_from", part_to="known_to", **measures)
