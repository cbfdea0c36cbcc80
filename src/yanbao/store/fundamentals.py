"""What was known of a company's statements and shares on each day, in one row an interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yanbao.store import intervals
from yanbao.store.companies import told_apart
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


def fundamentals(statement: ir.Table, shares: ir.Table, security: ir.Table) -> ir.Table:
    """Return each company's trailing flows, latest balance and shares: `code, known_from, known_to` and the measures.

    The first two tables are vintages, `security` tells apart companies that had one code. Intervals of a code follow
    each other without a gap from the first that was known; between two companies nothing is known.
    `total_shares` and `float_shares` in shares, all others in CNY; missing where a part was not published.
    """
    statement, shares = told_apart(statement, security), told_apart(shares, security)
    return side_by_side(
        trailing(statement, list(FLOWS.values())), latest(statement, list(BALANCES.values())), share_counts(shares)
    )


def side_by_side(flows: ir.Table, balances: ir.Table, counts: ir.Table) -> ir.Table:
    """Return `fundamentals` from its parts: `trailing`, `latest` and `share_counts`, which it reads several times."""
    parts = [
        *(part(flows.filter(flows.line == line), **{name: "value"}) for name, line in FLOWS.items()),
        *(part(balances.filter(balances.line == line), **{name: "value"}) for name, line in BALANCES.items()),
        part(counts, **SHARES),
    ]
    return intervals.side_by_side(parts).select("code", "known_from", "known_to", *MEASURES)


def part(rows: ir.Table, **measures: str) -> ir.Table:
    """Return intervals with some of their columns, under the names they have side by side."""
    return rows.select("code", "known_from", "known_to", **measures)
