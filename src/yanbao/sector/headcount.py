"""How many people a sector employs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from yanbao.errors import ExhibitError
from yanbao.sector.exhibit import Column, Coverage, Exhibit, Text, fetch
from yanbao.sector.growth import growth_of
from yanbao.sector.market import Market
from yanbao.sector.shift import quarter_number
from yanbao.sector.statements import PeriodOptions, member_periods, period_ends
from yanbao.store.companies import with_company

PEOPLE: dict[str, Text] = {
    "employees": Text("员工总数", "employees"),
    "research": Text("研发人员", "people in research and development"),
    "sales": Text("销售人员", "people in sales"),
}


@dataclass(frozen=True, kw_only=True)
class HeadcountOptions(PeriodOptions):
    """The sector, the years, and which people."""

    people: Literal["employees", "research", "sales"] = "employees"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.basis != "ytd":
            raise ExhibitError(f"people are counted at the end of a year: there is no {self.basis} of them")


def headcount(market: Market, options: HeadcountOptions) -> Exhibit:
    """How many people work in the sector, and how many more than a year before?

    Rows: `period, total, base, change, n`: sums over the `n` members that report both years, `change` a fraction.

    Formula (definitions, Earnings): sum over members that report both years; the coverage is printed.

    Raises:
        ExhibitError: an unknown sector, no year in the range.
    """
    sector = options.find(market, options.sector)
    table = market.table("headcount")
    people = with_company(table, market.table("security"))
    counted = people.select(
        "code", "company", quarter=quarter_number(people.period), value=people[options.people].cast("float64")
    )
    then = counted.view()
    then = then.select(base_of="code", base_who="company", base_at=then.quarter + 4, base="value")
    pairs = counted.left_join(then, [("code", "base_of"), ("company", "base_who"), ("quarter", "base_at")])
    now = pairs.select(of="code", at="quarter", value="value", base="base")
    rows = member_periods(market, options, period_ends(market, options, table, "people"), sector)
    rows = rows.left_join(now, [("code", "of"), ("quarter", "at")]).select("code", "period", "value", "base")
    both = rows.value.notnull() & rows.base.notnull()
    sums = rows.group_by("period").aggregate(
        total=rows.value.sum(where=both).cast("int64"),
        base=rows.base.sum(where=both).cast("int64"),
        n=both.cast("int64").sum(),
    )
    shown = sums.select("period", "total", "base", change=growth_of(sums.total, sums.base), n="n").order_by("period")
    counts = (
        rows.group_by("period")
        .aggregate(members=rows.code.count(), reported=rows.value.count(), both=both.cast("int64").sum())
        .order_by("period")
    )

    def count() -> Coverage:
        found = fetch(counts)
        last = found[-1]
        return Coverage(
            Text(
                f"{sector.name}{last['period']}：成分{last['members']}家，已披露{last['reported']}家，两年均披露{last['both']}家",
                f"{sector.name} on {last['period']}: {last['members']} members, {last['reported']} reported, "
                f"{last['both']} in both years",
            ),
            found,
        )

    universe = options.note()
    return Exhibit(
        "headcount",
        market.as_of,
        (
            Column("period", "", Text("年末", "year end")),
            Column("total", "person", PEOPLE[options.people]),
            Column("base", "person", Text("上年末", "a year before")),
            Column("change", "1", Text("同比", "y/y")),
            Column("n", "", Text("公司数", "companies")),
        ),
        shown,
        count,
        (
            Text("两年均披露的公司", "companies that report both years"),
            options.drawn_note(),
            *((universe,) if universe else ()),
        ),
    )
