"""Growth of a line over a year, company by company: whose growth has a meaning, and what is said of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import ibis

from yanbao.sector.exhibit import Coverage, Row, Text, fetch
from yanbao.sector.find import Sector
from yanbao.sector.market import Market
from yanbao.sector.sample import SAMPLES, Sample, matched, spread
from yanbao.sector.statements import BASIS, PeriodOptions, flows, line_name, member_periods, periods

if TYPE_CHECKING:
    from ibis.expr.types import Table, Value

BASES: dict[str, Text] = {
    "restated": Text("基数取截至数据日的最新口径（追溯调整后）", "bases as restated up to the as-of day"),
    "first": Text("基数取首次披露值", "bases as first reported"),
}
COMPANIES: dict[str, Text] = {
    "comparable": Text("两期可比（两期均披露的公司）", "the same companies in both periods"),
    "all": Text("各期全部披露公司，两期样本不同", "all that reported each period: the two sets differ"),
}


@dataclass(frozen=True, kw_only=True)
class GrowthOptions(PeriodOptions):
    """Besides sector and periods: which company set, and whether the base is as first reported or as restated.

    `sample` takes those that report each period, or only those that report all of the periods (`matched`).
    """

    companies: Literal["comparable", "all"] = "comparable"
    base: Literal["restated", "first"] = "restated"
    sample: Sample = "each"


def company_growth(
    market: Market, options: GrowthOptions, sector: Sector, line: str, ends_of: str | None = None
) -> Table:
    """Return each member's figure and its base a year before: `code, period, value, base, growth`.

    The periods are those of the line, or of the line `ends_of` that it stands beside.

    `growth` is value / base - 1, missing where either is, or where the base is not above 0 (definitions, Earnings:
    not meaningful).
    """
    now = flows(market, line, options.basis).select(of="code", who="company", at="quarter", value="value")
    ends = periods(market, options, ends_of or line)
    members = member_periods(market, options, ends, sector)
    then = flows(market, line, options.basis, "first" if options.base == "first" else "newest")
    then = then.select(base_of="code", base_who="company", base_at=then.quarter + 4, base="value")
    rows = members.left_join(now, [("code", "of"), ("quarter", "at")])
    rows = rows.select("code", "who", "period", "quarter", "value")
    # of a company that did not report the period the base is nobody's, or the one of the code's only company
    rows = rows.left_join(
        then,
        [
            rows.code == then.base_of,
            rows.quarter == then.base_at,
            ibis.coalesce(rows.who, then.base_who) == then.base_who,
        ],
    )
    rows = rows.select("code", "period", "value", "base")
    if options.sample == "matched":
        both = rows.value.notnull() & rows.base.notnull()
        rows = matched(rows, both, ends, f"{line_name(line).en} and its base")
    return rows.mutate(growth=growth_of(rows.value, rows.base))


def growth_of(value: Value, base: Value) -> Value:
    """Return value / base - 1, missing where the base is not above 0."""
    return value / ibis.ifelse(base > 0, base, ibis.null("float64")) - 1.0


def summary(rows: Table, companies: Literal["comparable", "all"]) -> Table:
    """Return the growth of the sum and the median of growths by period: `period, total, overall, median, n`."""
    both = rows.value.notnull() & rows.base.notnull()
    counted = both if companies == "comparable" else rows.value.notnull()
    based = both if companies == "comparable" else rows.base.notnull()
    sums = rows.group_by("period").aggregate(
        total=rows.value.sum(where=counted),
        before=rows.base.sum(where=based),
        median=rows.growth.median(),
        n=counted.cast("int64").sum(),
    )
    return sums.select("period", "total", "median", "n", overall=growth_of(sums.total, sums.before)).select(
        "period", "total", "overall", "median", "n"
    )


def turns(rows: Table) -> Table:
    """Count by period who is in and why others are not; a base not above 0 has a name for its turn."""
    known = rows.value.notnull() & rows.base.notnull()
    value, base = rows.value, rows.base

    def tally(condition: Value) -> Value:
        return condition.fill_null(False).cast("int64").sum()

    return (
        rows.group_by("period")
        .aggregate(
            members=rows.code.count(),
            reported=tally(value.notnull()),
            comparable=tally(known),
            meaningful=tally(known & (base > 0)),
            not_meaningful=tally(known & (base <= 0)),
            to_profit=tally((base <= 0) & (value > 0)),  # 扭亏
            to_loss=tally((base > 0) & (value < 0)),  # 转亏: its growth, below -100 %, stays in
            smaller_loss=tally((base < 0) & (value <= 0) & (value > base)),  # 减亏
            larger_loss=tally((base <= 0) & (value < base)),  # 增亏
        )
        .order_by("period")
    )


def coverage(rows: Table, sector: Sector, *, profit: bool = True) -> Coverage:
    """Say how many members the growth of each period rests on; the turns of sign have names only for a profit."""
    counts = fetch(turns(rows))
    last = counts[-1]
    sample = spread([row["comparable"] for row in counts])
    turned = _turned(last, profit=profit)
    return Coverage(
        Text(
            f"{sector.name}共{len(counts)}期；{last['period']}：成分{last['members']}家，已披露{last['reported']}家，"
            f"两期可比{last['comparable']}家{turned.zh}{sample.zh}",
            f"{sector.name}, {len(counts)} periods; {last['period']}: {last['members']} members, {last['reported']} "
            f"reported, {last['comparable']} in both periods{turned.en}{sample.en}",
        ),
        counts,
    )


_TURNS = (
    ("to_profit", Text("扭亏", "to profit")),
    ("smaller_loss", Text("减亏", "smaller loss")),
    ("larger_loss", Text("增亏", "larger loss")),
)


def _turned(last: Row, *, profit: bool) -> Text:
    """Say how many grew from a base that gives growth no meaning, and how many turned to loss; nothing of none."""
    zh = en = ""
    if last["not_meaningful"]:
        named = [(last[name], text) for name, text in _TURNS if profit and last[name]]
        how_zh = "、".join(f"{text.zh}{n}" for n, text in named)
        how_en = ", ".join(f"{n} {text.en}" for n, text in named)
        zh = f"，其中基数非正无意义{last['not_meaningful']}家" + (f"（{how_zh}）" if named else "")
        en = f", {last['not_meaningful']} of them n.m. on a base not above 0" + (f" ({how_en})" if named else "")
    if profit and last["to_loss"]:
        zh, en = f"{zh}，转亏{last['to_loss']}家", f"{en}; {last['to_loss']} turned to loss"
    return Text(zh, en)


def notes(options: GrowthOptions, line: str) -> tuple[Text, ...]:
    """Say which line, basis, company set and base the numbers are of."""
    name = line_name(line)
    universe = options.note()
    parts = [
        Text(f"{name.zh}，{BASIS[options.basis].zh}", f"{name.en}, {BASIS[options.basis].en}"),
        COMPANIES[options.companies],
        BASES[options.base],
        options.drawn_note(),
        SAMPLES[options.sample],
    ]
    return (*parts, universe) if universe else tuple(parts)
