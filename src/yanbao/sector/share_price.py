"""How a share did against the benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.days import reach, span, trading_days
from yanbao.sector.exhibit import Column, Coverage, Exhibit, Text, fetch
from yanbao.sector.market import Market
from yanbao.sector.performance import benchmark_series, check_levels
from yanbao.sector.prices import NOTES, Adjustment, adjusted_prices

if TYPE_CHECKING:
    from ibis.expr.types import Table


@dataclass(frozen=True, kw_only=True)
class SharePriceOptions:
    """The share by its code, the period, the benchmark where it is not the market's, and which adjusted prices."""

    code: str
    frm: date
    to: date
    benchmark: str | None = None
    adjustment: Adjustment | None = None


def share_price(market: Market, options: SharePriceOptions) -> Exhibit:
    """How did the share do against the benchmark, day by day?

    Rows: `day, share, benchmark, relative` for each trading day from d0 to d1, where d0 and d1 are `frm` and `to` or
    the last trading days before them. `share` and `benchmark` are returns since d0, fractions; `relative` is their
    difference (x 100: percentage points). A day on which the share did not trade is missing, never carried forward.

    Formula (definitions, Performance): return over (d0, d] = adjusted close(d) / adjusted close(d0) - 1; relative
    line: both series rebased to d0, difference in pp. Which adjustment is said in the note.

    Raises:
        ExhibitError: no prices of the code, none on d0, an unknown benchmark, a day out of reach.
    """
    d0, d1 = span(market, options.frm, options.to)
    benchmark = benchmark_series(market, options.benchmark)
    check_levels(market, benchmark, d0, d1)
    security = market.table("security")
    listed = security.filter(security.code == ibis.literal(options.code)).select("code", "name", "listed")
    prices, adjustment = adjusted_prices(market, listed, options.adjustment)
    if not fetch(prices.filter(prices.day == ibis.literal(d0)).limit(1)):
        raise ExhibitError(f"{options.code} has no price on {d0}; the store has its prices {reach(prices)}")
    # a code that two companies had carries the name of the one that was listed last
    name = max(fetch(listed), key=lambda row: row["listed"])["name"]
    levels = market.table("index_level")
    index = levels.filter(levels.code == ibis.literal(benchmark.code)).select("day", "close")
    days = trading_days(market, d0, d1)
    joined = days.left_join(_since(prices, d0, "share"), "day").select("day", "share")
    joined = joined.left_join(_since(index, d0, "benchmark"), "day").select("day", "share", "benchmark")
    rows = joined.mutate(relative=joined.share - joined.benchmark).order_by("day")

    def count() -> Coverage:
        (found,) = fetch(rows.aggregate(days=rows.count(), share=rows.share.count(), benchmark=rows.benchmark.count()))
        return Coverage(
            Text(
                f"{d0}至{d1}共{found['days']}个交易日，有收盘价{found['share']}日，有基准点位{found['benchmark']}日",
                f"{found['days']} trading days from {d0} to {d1}, {found['share']} with a price, "
                f"{found['benchmark']} with a level of the benchmark",
            ),
            (found,),
        )

    return Exhibit(
        "share-price",
        market.as_of,
        (
            Column("day", "", Text("日期", "day")),
            Column("share", "1", Text(name, name)),
            Column("benchmark", "1", Text(benchmark.name, benchmark.name)),
            Column("relative", "1", Text("相对收益", "relative return")),
        ),
        rows,
        count,
        (
            Text(f"以{d0}为基期；基准{benchmark.name}", f"rebased to {d0}; benchmark {benchmark.name}"),
            NOTES[adjustment],
        ),
    )


def _since(closes: Table, d0: date, name: str) -> Table:
    """Return the returns since d0, by day, of closes `day, close`."""
    base = closes.filter(closes.day == ibis.literal(d0)).select(base="close")
    joined = closes.select("day", "close").cross_join(base)
    return joined.select("day", **{name: joined.close / joined.base - 1.0})
