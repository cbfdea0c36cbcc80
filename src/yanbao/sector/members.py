"""Who belongs to a sector on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.exhibit import Column, Coverage, Exhibit, Text
from yanbao.sector.market import Market
from yanbao.sector.universe import Universe, bridge, bridge_text, groups, members_on


@dataclass(frozen=True, kw_only=True)
class MembersOptions(Universe):
    """The sector and the day; `classified` lists members that are not listed as well."""

    sector: str
    on: date


def members(market: Market, options: MembersOptions) -> Exhibit:
    """Who belongs to the sector on the day, in which subgroup, and since when?

    Rows: `day, code, name, level1, level2, level3, since`, by code. `since` is the entry of the membership that holds
    on the day. A member is classified and listed on the day (definitions, Universe); with `classified` those that are
    not listed are in, and one that the store knows no security of has no name.

    Raises:
        ExhibitError: an unknown sector, a day after `as_of`, no member on the day.
    """
    market.check(options.on)
    sector = options.find(market, options.sector)
    classified, listed, left = bridge(market, options, options.on, sector)
    if not classified:
        text = bridge_text(classified, listed, left)
        raise ExhibitError(f"{sector.name} has no member on {options.on}: {text.en}")
    rows = members_on(market, options, options.on, sector)
    for level in (1, 2, 3):
        tree = groups(market, sector.classification, level).select(
            of="scheme", leaf="industry", **{f"level{level}": "group_name"}
        )
        kept = rows.columns
        rows = rows.left_join(tree, [("scheme", "of"), ("industry", "leaf")]).select(*kept, f"level{level}")
    rows = rows.mutate(day=ibis.literal(options.on))
    rows = rows.select("day", "code", "name", "level1", "level2", "level3", "since").order_by("code")
    text = bridge_text(classified, listed, left)

    def count() -> Coverage:
        return Coverage(
            Text(f"{sector.name}{options.on}：{text.zh}", f"{sector.name} on {options.on}: {text.en}"),
            ({"reason": "classified", "n": classified}, {"reason": "member", "n": listed}, *left),
        )

    note = options.note()
    return Exhibit(
        "members",
        market.as_of,
        (
            Column("day", "", Text("日期", "day")),
            Column("code", "", Text("代码", "code")),
            Column("name", "", Text("名称", "name")),
            Column("level1", "", Text("一级行业", "level 1")),
            Column("level2", "", Text("二级行业", "level 2")),
            Column("level3", "", Text("三级行业", "level 3")),
            Column("since", "", Text("计入日期", "since")),
        ),
        rows,
        count,
        (note,) if note else (),
    )
