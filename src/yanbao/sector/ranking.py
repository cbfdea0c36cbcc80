"""How the sectors of a classification rank over a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.days import reach, span
from yanbao.sector.exhibit import Column, Coverage, Exhibit, Text, fetch
from yanbao.sector.find import editions
from yanbao.sector.market import Market
from yanbao.sector.performance import benchmark_series, check_levels


@dataclass(frozen=True, kw_only=True)
class RankingOptions:
    """The period, the level of the groups that are ranked, the benchmark, and how many of the best to show."""

    frm: date
    to: date
    level: int = 1
    benchmark: str | None = None
    classification: str | None = None
    n: int | None = None


def ranking(market: Market, options: RankingOptions) -> Exhibit:
    """Which sectors did best over the period, and how far from the benchmark?

    Rows: `rank, code, name, return, relative`, best first; equal returns share a rank. `code` is that of the group's
    index. The groups are those of the edition in force on `as_of` that have a level on both days; the others are
    counted with their names.

    Formula (definitions, Performance): return over (d0, d1] = close(d1) / close(d0) - 1, the last trading day where a
    day is none; relative = return - benchmark's return; ranking descending.

    Raises:
        ExhibitError: no group has a level on both days, an unknown benchmark, a day out of reach.
    """
    classification = options.classification or market.home.classification
    scheme = editions(market, classification)[0]
    benchmark = benchmark_series(market, options.benchmark)
    d0, d1 = span(market, options.frm, options.to)
    check_levels(market, benchmark, d0, d1)
    levels = market.table("index_level")
    first = levels.filter(levels.day == ibis.literal(d0)).select("code", before="close")
    last = levels.filter(levels.day == ibis.literal(d1)).select(end="code", after="close")
    both = first.join(last, first.code == last.end)
    returns = both.select("code", change=both.after / both.before - 1.0)
    base = returns.filter(returns.code == ibis.literal(benchmark.code)).select(benchmark="change")
    industry = market.table("industry")
    named = industry.filter(industry.scheme == ibis.literal(scheme), industry.level == ibis.literal(options.level))
    named = named.select("name", "index_code")
    joined = named.join(returns, named.index_code == returns.code).cross_join(base)
    rows = joined.select("code", "name", **{"return": joined.change, "relative": joined.change - joined.benchmark})
    # rank() counts from 0
    rows = rows.mutate(rank=ibis.rank().over(ibis.window(order_by=ibis.desc(rows["return"]))) + 1)
    rows = rows.select("rank", "code", "name", "return", "relative")
    shown = rows if options.n is None else rows.filter(rows["rank"] <= ibis.literal(options.n))
    shown = shown.order_by("rank", "code")
    ranked = {row["name"] for row in fetch(rows.select("name"))}
    if not ranked:
        own = levels.filter(levels.code.isin(named.filter(named.index_code.notnull()).index_code))
        raise ExhibitError(
            f"no group of `{classification}` at level {options.level} has an index with levels on {d0} and {d1}; "
            f"the store has levels of them {reach(own)}"
        )

    def count() -> Coverage:
        names = sorted(row["name"] for row in fetch(named))
        lost = [name for name in names if name not in ranked]
        zh = f"；缺少起止点位：{'、'.join(lost)}" if lost else ""
        en = f"; without a level on both days: {', '.join(lost)}" if lost else ""
        return Coverage(
            Text(
                f"{len(names)}个{options.level}级行业中{len(ranked)}个参与排序{zh}",
                f"{len(ranked)} of {len(names)} groups of level {options.level} are ranked{en}",
            ),
            ({"groups": len(names), "ranked": len(ranked), "without_level": lost},),
        )

    return Exhibit(
        "ranking",
        market.as_of,
        (
            Column("rank", "", Text("排名", "rank")),
            Column("code", "", Text("代码", "code")),
            Column("name", "", Text("行业", "sector")),
            Column("return", "1", Text("涨跌幅", "return")),
            Column("relative", "1", Text("相对收益", "relative return")),
        ),
        shown,
        count,
        (
            Text(
                f"区间{d0}至{d1}，收盘点位；基准{benchmark.name}（{benchmark.code}）；分类版本{scheme}",
                f"over ({d0}, {d1}], closing levels; benchmark {benchmark.name} ({benchmark.code}); edition {scheme}",
            ),
        ),
    )
