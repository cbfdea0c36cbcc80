"""A policy rate beside the relative return of a sector."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.days import reach, span, trading_days
from yanbao.sector.exhibit import Column, Coverage, Exhibit, Text, fetch
from yanbao.sector.market import Market
from yanbao.sector.performance import Series, benchmark_series, sector_series
from yanbao.sector.shift import beside, month_number

if TYPE_CHECKING:
    from ibis.expr.types import Table

FEWEST = 3  # pairs below which a correlation says nothing: two always give 1 or -1


@dataclass(frozen=True, kw_only=True)
class PolicyRateOptions:
    """The rate, the sector, the period, and how the two are paired.

    `lag` pairs the rate of a month with the relative return that many months later; `of` takes its change or level.
    """

    sector: str
    frm: date
    to: date
    series: str = "fedfunds"
    lag: int = 0
    of: Literal["change", "level"] = "change"
    benchmark: str | None = None
    classification: str | None = None
    level: int | None = None

    def __post_init__(self) -> None:
        if self.lag < 0:
            raise ExhibitError(f"a lag of {self.lag} months would explain the past by the future")


def policy_rate(market: Market, options: PolicyRateOptions) -> Exhibit:
    """What did the policy rate do, and did the sector's relative return move with it?

    Rows: `period, rate, change, relative, correlation, n`, one a month that ends in (`frm`, `to`]. `rate` and `change`
    (against the month before) are fractions. `relative` is the sector's return over the month less the benchmark's,
    closes of the last trading days. `correlation` is Pearson's over the `n` months of the period that have both, of
    the rate's change (or level) `lag` months earlier with the relative return: the same in every row. Below three
    pairs it is missing. A correlation is no cause.

    Formula (definitions, Performance): relative return = return - benchmark's return; r = cov(x, y) / (sd(x) sd(y)).

    Raises:
        ExhibitError: an unknown sector, benchmark or series, a series that is not in %, a day out of reach.
    """
    sector = sector_series(market, options.sector, options.classification, options.level)
    benchmark = benchmark_series(market, options.benchmark)
    d0, d1 = span(market, options.frm, options.to)
    rates = _rates(market, options.series)
    returns = _relative(market, sector, benchmark, d0, d1)
    rates = beside(rates, "month", options.lag, given="change" if options.of == "change" else "rate")
    shown = rates.filter((rates.period > options.frm) & (rates.period <= options.to))
    joined = shown.left_join(returns, "month").select("period", "rate", "change", "relative", "given")
    pairs = joined.filter(joined.given.notnull() & joined.relative.notnull())
    # every engine gives Pearson's coefficient under the name of the population's: the factors cancel
    summary = pairs.aggregate(n=pairs.count(), found=pairs.given.corr(pairs.relative, how="pop"))
    summary = summary.select("n", correlation=ibis.ifelse(summary.n >= FEWEST, summary.found, ibis.null("float64")))
    rows = joined.cross_join(summary).select("period", "rate", "change", "relative", "correlation", "n")
    rows = rows.order_by("period")
    if not fetch(shown.select("period").limit(1)):
        raise ExhibitError(
            f"no month of `{options.series}` ends in ({options.frm}, {options.to}]; "
            f"the store has it {reach(rates, 'period')}"
        )

    def count() -> Coverage:
        found = fetch(rows.aggregate(months=rows.count(), returns=rows.relative.count(), n=rows.n.max()))[0]
        return Coverage(
            Text(
                f"{found['months']}个月，其中{found['returns']}个月有相对收益，相关系数基于{found['n']}对",
                f"{found['months']} months, {found['returns']} with a relative return; the correlation rests on "
                f"{found['n']} pairs",
            ),
            (found,),
        )

    paired = Text("变动", "change") if options.of == "change" else Text("水平", "level")
    return Exhibit(
        "policy-rate",
        market.as_of,
        (
            Column("period", "", Text("月份", "month")),
            Column("rate", "1", Text("政策利率", "policy rate")),
            Column("change", "1", Text("较上月变动", "change on the month")),
            Column("relative", "1", Text("相对收益", "relative return")),
            Column("correlation", "1", Text("相关系数", "correlation")),
            Column("n", "", Text("样本数", "n")),
        ),
        rows,
        count,
        (
            Text(
                f"{sector.name}相对{benchmark.name}月度收益与{options.series}{paired.zh}（领先{options.lag}个月）的皮尔逊相关",
                f"Pearson correlation of the monthly return of {sector.name} against {benchmark.name} with the "
                f"{paired.en} of {options.series}, {options.lag} months earlier",
            ),
        ),
    )


def _rates(market: Market, series: str) -> Table:
    macro = market.table("macro")
    own = macro.filter(macro.series == ibis.literal(series))
    units = {row["unit"] for row in fetch(own.select("unit").distinct())}
    if units != {"%"}:
        known = ", ".join(sorted(row["series"] for row in fetch(macro.select("series").distinct()))) or "none"
        wrong = f"`{series}` is in {', '.join(sorted(units))}, not in %" if units else f"no series `{series}`"
        raise ExhibitError(f"{wrong} as of {market.as_of} (series of the store: {known})")
    now = own.select("period", month=month_number(own.period), rate=own.value / 100.0)
    joined = beside(now, "month", 1, before="rate")
    return joined.select("period", "month", "rate", change=joined.rate - joined.before)


def _relative(market: Market, sector: Series, benchmark: Series, d0: date, d1: date) -> Table:
    """Return the relative return of each month, between the last trading days of it and of the month before."""
    days = trading_days(market, d0, d1)
    ends = days.mutate(month=month_number(days.day)).group_by("month").aggregate(day=lambda table: table.day.max())
    levels = market.table("index_level")
    own = ends.join(levels, "day")
    per_month = own.group_by("month").aggregate(
        sector=own.close.max(where=own.code == ibis.literal(sector.code)),
        benchmark=own.close.max(where=own.code == ibis.literal(benchmark.code)),
    )
    joined = beside(per_month, "month", 1, sector_before="sector", benchmark_before="benchmark")
    return joined.select(
        "month", relative=joined.sector / joined.sector_before - joined.benchmark / joined.benchmark_before
    )
