"""Which adjusted prices an exhibit compares, said aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.exhibit import Text, fetch
from yanbao.sector.market import Market

if TYPE_CHECKING:
    from ibis.expr.types import Table

Adjustment = Literal["split", "dividend"]

NOTES: dict[str, Text] = {
    "split": Text(
        "股价仅对送转拆股复权，与价格指数口径一致",
        "prices adjusted for splits only, like with like against a price index",
    ),
    "dividend": Text(
        "股价含现金分红复权，基准为价格指数：分红使个股涨跌幅偏高",
        "prices adjusted for cash dividends, too, beside price indices: dividends flatter the stocks",
    ),
}


def adjusted_prices(market: Market, members: Table, adjustment: Adjustment | None) -> tuple[Table, Adjustment]:
    """Return the adjusted closes of some securities (`code, day, close`) and which adjustment they carry.

    Without a choice: split-adjusted ones where the store has them for these securities, else dividend-adjusted ones.

    Raises:
        ExhibitError: the store has none of them.
    """
    table = market.table("adjusted_price")
    own = table.semi_join(members.select("code").distinct(), "code")
    known = {row["adjustment"] for row in fetch(own.select("adjustment").distinct())}
    wanted: tuple[Adjustment, ...] = ("split", "dividend") if adjustment is None else (adjustment,)
    for one in wanted:
        if one in known:
            return own.filter(own.adjustment == ibis.literal(one)).select("code", "day", "close"), one
    have = f"it has {', '.join(sorted(known))}" if known else "it has none"
    raise ExhibitError(
        f"the store has no {' or '.join(wanted)}-adjusted prices of these securities; {have}\n"
        "    hint: load adjusted prices, or ask for the adjustment that is there"
    )
