"""A ratio of two lines over a sector: of the sums, of the median company, of the average company."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from yanbao.sector.exhibit import Column, Coverage, Exhibit, Text, fetch
from yanbao.sector.find import Sector
from yanbao.sector.market import Market
from yanbao.sector.sample import SAMPLES, Sample, matched, spread
from yanbao.sector.statements import BASIS, PeriodOptions, flows, line_name, member_periods, periods

if TYPE_CHECKING:
    from ibis.expr.types import Table


@dataclass(frozen=True, kw_only=True)
class RatioOptions(PeriodOptions):
    """The sector and the periods; `sample` takes those that report each period, or those that report them all."""

    sample: Sample = "each"


def company_lines(market: Market, options: RatioOptions, sector: Sector, part: str, whole: str) -> Table:
    """Return two lines of each member by period: `code, period, part, whole`."""
    ends = periods(market, options, whole)
    rows = member_periods(market, options, ends, sector)
    for name, line in (("part", part), ("whole", whole)):
        values = flows(market, line, options.basis).select(of="code", at="quarter", **{name: "value"})
        rows = rows.left_join(values, [("code", "of"), ("quarter", "at")]).select(*rows.columns, name)
    rows = rows.select("code", "period", "part", "whole")
    if options.sample == "each":
        return rows
    both = rows.part.notnull() & (rows.whole > 0)
    return matched(rows, both, ends, f"{line_name(part).en} and {line_name(whole).en} above 0")


def ratio_exhibit(
    exhibit: str,
    market: Market,
    options: RatioOptions,
    rows: Table,
    sector: Sector,
    lines: tuple[str, str],
    head: Text,
) -> Exhibit:
    """Return `period, overall, median, mean, n` of part / whole over the companies that report both, whole above 0."""
    ratio = rows.part / ibis.ifelse(rows.whole > 0, rows.whole, ibis.null("float64"))
    companies = rows.mutate(ratio=ratio)
    counted = companies.ratio.notnull()
    sums = companies.group_by("period").aggregate(
        part=companies.part.sum(where=counted),
        whole=companies.whole.sum(where=counted),
        median=companies.ratio.median(),
        mean=companies.ratio.mean(),
        n=counted.cast("int64").sum(),
    )
    table = sums.select("period", "median", "mean", "n", overall=sums.part / sums.whole.nullif(0.0))
    counts = (
        companies.group_by("period")
        .aggregate(
            members=companies.code.count(),
            n=counted.cast("int64").sum(),
            without_part=(companies.whole.notnull() & companies.part.isnull()).cast("int64").sum(),
            without_whole=companies.whole.isnull().cast("int64").sum(),
            whole_not_above_zero=(companies.whole <= 0).fill_null(False).cast("int64").sum(),
        )
        .order_by("period")
    )
    part, whole = (line_name(line) for line in lines)

    def count() -> Coverage:
        found = fetch(counts)
        last = found[-1]
        sample = spread([row["n"] for row in found])
        out = (
            (last["without_whole"], f"缺{whole.zh}", f"without {whole.en}"),
            (last["without_part"], f"缺{part.zh}", f"without {part.en}"),
            (last["whole_not_above_zero"], f"{whole.zh}非正", f"with {whole.en} not above 0"),
        )
        zh = "".join(f"，{why}{n}家" for n, why, _ in out if n)
        en = "".join(f", {n} {why}" for n, _, why in out if n)
        return Coverage(
            Text(
                f"{sector.name}共{len(found)}期；{last['period']}：成分{last['members']}家，计入{last['n']}家{zh}{sample.zh}",
                f"{sector.name}, {len(found)} periods; {last['period']}: {last['members']} members, {last['n']} "
                f"counted{en}{sample.en}",
            ),
            found,
        )

    universe = options.note()
    notes = (
        Text(
            f"{head.zh}，{BASIS[options.basis].zh}；{part.zh}、{whole.zh}",
            f"{head.en}, {BASIS[options.basis].en}; {part.en}, {whole.en}",
        ),
        options.drawn_note(),
        SAMPLES[options.sample],
        *((universe,) if universe else ()),
    )
    return Exhibit(
        exhibit,
        market.as_of,
        (
            Column("period", "", Text("报告期", "period")),
            Column("overall", "1", Text(f"{head.zh}（整体法）", f"{head.en}, overall")),
            Column("median", "1", Text(f"{head.zh}（中位数法）", f"{head.en}, median")),
            Column("mean", "1", Text(f"{head.zh}（算术平均）", f"{head.en}, mean")),
            Column("n", "", Text("公司数", "companies")),
        ),
        table.select("period", "overall", "median", "mean", "n").order_by("period"),
        count,
        notes,
    )
