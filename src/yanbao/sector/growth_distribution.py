"""How the growth rates of a sector's companies are spread."""

from __future__ import annotations

from dataclasses import dataclass

import ibis

from yanbao.sector.exhibit import Column, Exhibit, Text
from yanbao.sector.growth import GrowthOptions, company_growth, coverage, notes
from yanbao.sector.market import Market
from yanbao.sector.shift import stacked
from yanbao.sector.statements import periods

BUCKETS: tuple[tuple[str, float | None, float | None], ...] = (
    (">=50%", 0.5, None),
    ("30%-50%", 0.3, 0.5),
    ("10%-30%", 0.1, 0.3),
    ("0%-10%", 0.0, 0.1),
    ("<0%", None, 0.0),
)


@dataclass(frozen=True, kw_only=True)
class GrowthDistributionOptions(GrowthOptions):
    """Besides those of every growth: the line whose growth is spread."""

    line: str = "revenue"


def growth_distribution(market: Market, options: GrowthDistributionOptions) -> Exhibit:
    """How many companies grew how fast, period by period?

    Rows: `period, bucket, n`, five buckets a period, from the fastest; a bucket that nobody is in has 0. The total and
    the number whose growth is not meaningful are in the coverage: they are in no bucket.

    Formula (definitions, Earnings): growth buckets >= 50 %, [30, 50), [10, 30), [0, 10), < 0 %.

    Raises:
        ExhibitError: an unknown sector or line, no period in the range.
    """
    sector = options.find(market, options.sector)
    rows = company_growth(market, options, sector, options.line)
    ends = periods(market, options, options.line).select("period")
    parts = []
    for place, (name, least, below) in enumerate(BUCKETS):
        inside = rows.growth.notnull()
        if least is not None:
            inside &= rows.growth >= least
        if below is not None:
            inside &= rows.growth < below
        per_period = rows.group_by("period").aggregate(n=inside.cast("int64").sum()).select(of="period", n="n")
        joined = ends.left_join(per_period, [("period", "of")])
        parts.append(
            joined.select(
                "period",
                bucket=ibis.literal(name),
                n=ibis.coalesce(joined.n, 0).cast("int64"),
                place=ibis.literal(place),
            )
        )
    table = stacked(*parts).order_by("period", "place").select("period", "bucket", "n")
    return Exhibit(
        "growth-distribution",
        market.as_of,
        (
            Column("period", "", Text("报告期", "period")),
            Column("bucket", "", Text("同比增速", "y/y")),
            Column("n", "", Text("公司数", "companies")),
        ),
        table,
        lambda: coverage(rows, sector, profit="profit" in options.line),
        notes(options, options.line),
    )
