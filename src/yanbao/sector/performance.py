"""How a sector did against its benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.days import reach, span, trading_days
from yanbao.sector.exhibit import Column, Coverage, Exhibit, Text, fetch
from yanbao.sector.find import find_sector, index_name
from yanbao.sector.market import Market

if TYPE_CHECKING:
    from ibis.expr.types import Table


@dataclass(frozen=True, kw_only=True)
class PerformanceOptions:
    """A sector by name or code, or an index by its code; the period; the benchmark where it is not the market's."""

    sector: str
    frm: date
    to: date
    benchmark: str | None = None
    classification: str | None = None
    level: int | None = None


@dataclass(frozen=True)
class Series:
    """An index: its code and what it is called."""

    code: str
    name: str


def performance(market: Market, options: PerformanceOptions) -> Exhibit:
    """How did the sector do against the benchmark, day by day?

    Rows: `day, sector, benchmark, relative` for each trading day from d0 to d1, where d0 and d1 are `frm` and `to` or
    the last trading days before them. `sector` and `benchmark` are returns since d0, fractions; `relative` is their
    difference (x 100: percentage points). A day without a level is missing, never carried forward.

    Formula (definitions, Performance): return over (d0, d] = close(d) / close(d0) - 1; relative line: both series
    rebased to d0, difference in pp.

    Raises:
        ExhibitError: an unknown sector or benchmark, a sector without an index, a day out of reach, or no level on
            d0 or d1.
    """
    series = sector_series(market, options.sector, options.classification, options.level)
    benchmark = benchmark_series(market, options.benchmark)
    d0, d1 = span(market, options.frm, options.to)
    for one in (series, benchmark):
        check_levels(market, one, d0, d1)
    days = trading_days(market, d0, d1)
    joined = days.left_join(_since(market, series.code, d0, "sector"), "day")
    joined = joined.select("day", "sector").left_join(_since(market, benchmark.code, d0, "benchmark"), "day")
    rows = joined.select("day", "sector", "benchmark")
    rows = rows.mutate(relative=rows.sector - rows.benchmark).order_by("day")

    def count() -> Coverage:
        (found,) = fetch(
            rows.aggregate(days=rows.count(), sector=rows.sector.count(), benchmark=rows.benchmark.count())
        )
        return Coverage(
            Text(
                f"{d0}至{d1}共{found['days']}个交易日，有点位：{series.name}{found['sector']}日，"
                f"{benchmark.name}{found['benchmark']}日",
                f"{found['days']} trading days from {d0} to {d1}, with a level: {series.name} {found['sector']}, "
                f"{benchmark.name} {found['benchmark']}",
            ),
            (found,),
        )

    return Exhibit(
        "performance",
        market.as_of,
        (
            Column("day", "", Text("日期", "day")),
            Column("sector", "1", Text(series.name, series.name)),
            Column("benchmark", "1", Text(benchmark.name, benchmark.name)),
            Column("relative", "1", Text("相对收益", "relative return")),
        ),
        rows,
        count,
        (
            Text(
                f"收盘点位，以{d0}为基期；{series.name}（{series.code}）相对{benchmark.name}（{benchmark.code}）",
                f"closing levels rebased to {d0}; {series.name} ({series.code}) against {benchmark.name} "
                f"({benchmark.code})",
            ),
        ),
    )


def sector_series(market: Market, text: str, classification: str | None, level: int | None) -> Series:
    """Return the index of a sector, or the index whose code was given.

    Raises:
        ExhibitError: neither a group nor an index, or a group without an index.
    """
    if _has_level(market, text):
        by_index = market.table("industry")
        found = fetch(by_index.filter(by_index.index_code == ibis.literal(text)).select("name").limit(1))
        return Series(text, (found[0]["name"] if found else None) or index_name(market, text) or text)
    sector = find_sector(market, text, classification, level)
    if sector.index_code is None:
        raise ExhibitError(
            f"{sector.name} ({sector.code}) has no price index in the store\n"
            "    hint: give the code of an index, or load the index code of the group"
        )
    return Series(sector.index_code, sector.name)


def benchmark_series(market: Market, code: str | None) -> Series:
    """Return the benchmark: an index by code, else that of the market."""
    code = code or market.home.benchmark
    return Series(code, index_name(market, code) or code)


def check_levels(market: Market, series: Series, *days: date) -> None:
    """Refuse an index that has no level on a day that everything is measured from.

    Raises:
        ExhibitError: names the days and how far the levels reach.
    """
    levels = market.table("index_level")
    own = levels.filter(levels.code == ibis.literal(series.code))
    known = {row["day"] for row in fetch(own.filter(own.day.isin(list(days))).select("day"))}
    lost = [day for day in days if day not in known]
    if lost:
        raise ExhibitError(
            f"{series.name} ({series.code}) has no level on {', '.join(map(str, lost))}; "
            f"the store has its levels {reach(own)}"
        )


def _has_level(market: Market, code: str) -> bool:
    levels = market.table("index_level")
    return bool(fetch(levels.filter(levels.code == ibis.literal(code)).select("code").limit(1)))


def _since(market: Market, code: str, d0: date, name: str) -> Table:
    """Return the returns of an index since d0, by day."""
    levels = market.table("index_level")
    own = levels.filter(levels.code == ibis.literal(code))
    base = own.filter(own.day == ibis.literal(d0)).select(base="close")
    joined = own.select("day", "close").cross_join(base)
    return joined.select("day", **{name: joined.close / joined.base - 1.0})
