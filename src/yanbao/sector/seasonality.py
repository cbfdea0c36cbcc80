"""How a year's business spreads over its quarters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.exhibit import Column, Coverage, Exhibit, Text, fetch
from yanbao.sector.market import Market
from yanbao.sector.shift import stacked
from yanbao.sector.statements import PeriodOptions, flows, line_name, member_periods, periods


@dataclass(frozen=True, kw_only=True)
class SeasonalityOptions(PeriodOptions):
    """The sector, the years that end in the range, and the line."""

    line: str = "revenue"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.basis != "ytd":
            raise ExhibitError("seasonality compares single quarters with their year: it takes no basis")


def seasonality(market: Market, options: SeasonalityOptions) -> Exhibit:
    """What share of the year falls in each quarter?

    Rows: `year, quarter, overall, median, n`, fractions: four rows a year that add up to 1 in `overall`. Counted are
    members that report all four quarters of the year; the median takes those whose year is above 0.

    Formula (definitions, Universe and time): single quarter = year to date - year to date a quarter before; share =
    quarter / year; overall = sum of quarters / sum of years.

    Raises:
        ExhibitError: an unknown sector or line, no full year in the range.
    """
    sector = options.find(market, options.sector)
    ends = periods(market, options, options.line)
    ends = ends.filter(ends.period.month() == 12)
    if not fetch(ends.select("period").limit(1)):
        raise ExhibitError(f"no full year ends in [{options.frm}, {options.to}]\n    hint: the range must hold 12-31")
    rows = member_periods(market, options, ends, sector)
    single = flows(market, options.line, "quarter")
    four = single.select("code", "company", "quarter", q4="value")
    for back in (1, 2, 3):
        seen = single.view()
        seen = seen.select(of="code", who="company", at=seen.quarter + back, **{f"q{4 - back}": seen.value})
        four = four.left_join(seen, [("code", "of"), ("company", "who"), ("quarter", "at")])
        four = four.drop("of", "who", "at")
    four = four.select(of="code", at="quarter", q1="q1", q2="q2", q3="q3", q4="q4")
    rows = rows.left_join(four, [("code", "of"), ("quarter", "at")]).select(*rows.columns, "q1", "q2", "q3", "q4")
    quarters = [rows[f"q{place}"] for place in (1, 2, 3, 4)]
    rows = rows.mutate(year_sum=reduce(lambda a, b: a + b, quarters))
    whole = rows.year_sum.notnull()
    year = rows.period.year().cast("int64")
    parts = []
    for place in (1, 2, 3, 4):
        share = rows[f"q{place}"] / ibis.ifelse(rows.year_sum > 0, rows.year_sum, ibis.null("float64"))
        companies = rows.select(
            year=year, part=ibis.ifelse(whole, rows[f"q{place}"], ibis.null("float64")), total="year_sum", share=share
        )
        sums = companies.group_by("year").aggregate(
            part=companies.part.sum(),
            total=companies.total.sum(),
            median=companies.share.median(),
            n=companies.total.count(),
        )
        parts.append(
            sums.select(
                "year",
                quarter=ibis.literal(place).cast("int64"),
                overall=sums.part / ibis.ifelse(sums.total > 0, sums.total, ibis.null("float64")),
                median="median",
                n="n",
            )
        )
    table = stacked(*parts).order_by("year", "quarter")
    counts = rows.group_by("period").aggregate(members=rows.code.count(), n=rows.year_sum.count()).order_by("period")

    def count() -> Coverage:
        found = fetch(counts)
        last = found[-1]
        return Coverage(
            Text(
                f"{sector.name}{last['period'].year}年：成分{last['members']}家，四个季度齐全{last['n']}家",
                f"{sector.name} in {last['period'].year}: {last['members']} members, {last['n']} with all "
                "four quarters",
            ),
            found,
        )

    line = line_name(options.line)
    universe = options.note()
    return Exhibit(
        "seasonality",
        market.as_of,
        (
            Column("year", "", Text("年度", "year")),
            Column("quarter", "", Text("季度", "quarter")),
            Column("overall", "1", Text("占全年比重（整体法）", "share of the year, overall")),
            Column("median", "1", Text("占全年比重（中位数法）", "share of the year, median")),
            Column("n", "", Text("公司数", "companies")),
        ),
        table,
        count,
        (
            Text(f"{line.zh}，四个季度齐全的公司", f"{line.en}, companies with all four quarters"),
            options.drawn_note(),
            *((universe,) if universe else ()),
        ),
    )
