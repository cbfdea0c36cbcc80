"""The members of a group on a day, or on many: classified, listed, and on the boards asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.exhibit import Row, Text, fetch
from yanbao.sector.find import Sector, editions, find_sector, known_groups
from yanbao.sector.market import Market
from yanbao.store import members as store_members
from yanbao.store.members import BOARDS, member_states, membership_intervals

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Table

REASONS = {
    store_members.UNKNOWN: "unknown",
    store_members.NOT_YET_LISTED: "not_yet_listed",
    store_members.DELISTED: "delisted",
    store_members.OTHER_BOARD: "other_board",
}
UNPLACED = "group_unknown"
LEFT_OUT = {
    "unknown": Text(
        "证券表中没有（可能已退市或未收录）", "not among the securities of the store (delisted or not covered)"
    ),
    "not_yet_listed": Text("尚未上市", "not yet listed"),
    "delisted": Text("已退市", "delisted"),
    "other_board": Text("其他板块", "on another board"),
}


@dataclass(frozen=True, kw_only=True)
class Universe:
    """Which companies an exhibit is about.

    A member on a day is classified in the group and listed on that day, on one of the `boards` where any are named.
    `classified` takes those that are not listed as well.
    """

    classification: str | None = None
    level: int | None = None
    boards: tuple[str, ...] = ()
    classified: bool = False

    def __post_init__(self) -> None:
        wrong = [board for board in self.boards if board not in BOARDS]
        if wrong:
            raise ExhibitError(f"no board is called {', '.join(wrong)} (boards: {', '.join(BOARDS)})")

    def find(self, market: Market, sector: str) -> Sector:
        """Return the group that a name or a code means.

        Raises:
            ExhibitError: no such group, with the names near it.
        """
        return find_sector(market, sector, self.classification, self.level)

    def named(self, market: Market) -> str:
        """The classification: the one asked for, else that of the market."""
        return self.classification or market.home.classification

    def note(self) -> Text | None:
        """Words for the boards, where they are narrowed, and for members that need not be listed."""
        if self.classified:
            return Text("含未上市及已退市公司", "companies that are not listed included")
        if self.boards:
            return Text(f"板块：{'、'.join(self.boards)}", f"boards: {', '.join(self.boards)}")
        return None


def entries(market: Market, classification: str) -> Table:
    """Return memberships as intervals [entry, exit): `code, scheme, industry, entry, exit`."""
    return membership_intervals(market.table("membership"), classification)


def holds(entry: ibis.Value, end: ibis.Value, day: ibis.Value) -> BooleanValue:
    """Whether a day lies in [entry, end); a missing `end` is open."""
    return (entry <= day) & (end.isnull() | (day < end))


def members_on(market: Market, universe: Universe, day: date, sector: Sector | None = None) -> Table:
    """Return the members on a day: `code, since, scheme, industry, name`; of all groups without `sector`."""
    security = market.table("security")
    rows = store_members.members(
        market.table("membership"),
        security,
        day,
        sector.classification if sector else universe.named(market),
        industries=sector.leaves if sector else None,
        boards=universe.boards,
        classified=universe.classified,
    )
    # a code that two companies had carries the name of the one that is listed on the day
    now = security.filter(holds(security.listed, security.delisted, ibis.literal(day)))
    named = now.group_by(of=now.code).aggregate(name=now.name.max())
    return rows.left_join(named, [("code", "of")]).select("code", "scheme", "industry", "name", since="entry")


def members_over(market: Market, universe: Universe, days: Table, sector: Sector | None = None) -> Table:
    """Return the members on each of the `days`: `day, code, scheme, industry`; re-drawn on every one."""
    return store_members.members_over(
        market.table("membership"),
        market.table("security"),
        days,
        sector.classification if sector else universe.named(market),
        industries=sector.leaves if sector else None,
        boards=universe.boards,
        classified=universe.classified,
    )


def member_intervals(market: Market, universe: Universe, sector: Sector | None = None) -> Table:
    """Return when each company was a member: `code, scheme, industry, known_from, known_to`, the last day not in it."""
    return store_members.member_intervals(
        market.table("membership"),
        market.table("security"),
        sector.classification if sector else universe.named(market),
        industries=sector.leaves if sector else None,
        boards=universe.boards,
        classified=universe.classified,
    )


def groups(market: Market, classification: str, level: int) -> Table:
    """Return for every group at or below `level` the one it belongs to there, in its own edition.

    Columns: `scheme, industry, key, group_name`. `key` is the code of the group's index, else its own. A group that
    kept its code has key and name of the newest edition in all of them: memberships that a new edition left as they
    were are still recorded in the old one.
    """
    order = editions(market, classification)
    industry = market.table("industry")
    own = industry.filter(industry.scheme.isin(order))
    at = own.select("scheme", "industry", reached="level", group="industry", above=_above(own, level))
    deepest = max(row["level"] for row in known_groups(market, classification))
    for _ in range(deepest - level):
        # a view is another reading of the same table: a join with itself needs one
        up = own.view()
        up = up.select(up_scheme="scheme", up_industry="industry", up_level="level", up_above=_above(up, level))
        joined = at.left_join(up, [("scheme", "up_scheme"), ("above", "up_industry")])
        at = joined.select(
            "scheme",
            "industry",
            reached=ibis.coalesce(joined.up_level, joined.reached),
            group=ibis.coalesce(joined.up_industry, joined.group),
            above=joined.up_above,
        )
    at = at.filter(at.reached == level)
    newest = own.view()
    age = ibis.cases(*((newest.scheme == scheme, place) for place, scheme in enumerate(order)))
    newest = newest.mutate(place=ibis.row_number().over(ibis.window(group_by=newest.industry, order_by=age)))
    newest = newest.filter(newest.place == 0).select(of="industry", index_code="index_code", group_name="name")
    joined = at.join(newest, [("group", "of")])
    return joined.select(
        "scheme", "industry", key=ibis.coalesce(joined.index_code, joined.group), group_name="group_name"
    )


def _above(industry: Table, level: int) -> ibis.Value:
    """The group above one that lies deeper than `level`, missing where it need not be climbed."""
    return ibis.ifelse(industry.level > level, industry.parent, ibis.null("string"))


def bridge(market: Market, universe: Universe, day: date, sector: Sector) -> tuple[int, int, list[Row]]:
    """Return how many are classified in a group on a day, how many of them are members, and why the others are not."""
    states = member_states(
        market.table("membership"),
        market.table("security"),
        day,
        sector.classification,
        industries=sector.leaves,
        boards=universe.boards,
    )
    found = {row["state"]: row["n"] for row in fetch(store_members.bridge(states))}
    listed = found.pop(store_members.MEMBER, 0)
    left = [{"reason": reason, "n": found[state]} for state, reason in REASONS.items() if state in found]
    classified = listed + sum(found.values())
    lost = market.kept(("unplaced", sector.classification, day), lambda: _unplaced(market, sector.classification, day))
    return classified, listed, [*left, {"reason": UNPLACED, "n": lost}] if lost else left


def _unplaced(market: Market, classification: str, day: date) -> int:
    """Count who is in a group on a day that `industry` has no row of: nobody knows which sector it lies in."""
    industry = market.table("industry").select("scheme", "industry")
    rows = entries(market, classification)
    rows = rows.filter(holds(rows.entry, rows.exit, ibis.literal(day)))
    # a basket has no groups at all: its members name it themselves
    rows = rows.semi_join(industry.select("scheme").distinct(), "scheme").anti_join(industry, ["scheme", "industry"])
    return int(fetch(rows.aggregate(n=rows.count()))[0]["n"])


def bridge_text(classified: int, listed: int, left: list[Row]) -> Text:
    """Return the way from the classified companies to the members in words."""
    unplaced = sum(row["n"] for row in left if row["reason"] == UNPLACED)
    if unplaced:
        own = bridge_text(classified, listed, [row for row in left if row["reason"] != UNPLACED])
        return Text(
            f"{own.zh}；全分类另有{unplaced}家的行业代码不在行业表中，无法归类",
            f"{own.en}; {unplaced} of the whole classification are in groups that the store does not know",
        )
    if not left:
        return Text(f"分类内{classified}家，均已上市", f"{classified} classified, all of them listed")
    zh = "，".join(f"{LEFT_OUT[row['reason']].zh}{row['n']}家" for row in left)
    en = ", ".join(f"{row['n']} {LEFT_OUT[row['reason']].en}" for row in left)
    return Text(
        f"分类内{classified}家，成分{listed}家（其余：{zh}）",
        f"{classified} classified, {listed} members (the others: {en})",
    )
