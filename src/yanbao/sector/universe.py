"""The members of a group on a day, or on many: classified, listed, and on the boards asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.exhibit import Row, Text, fetch
from yanbao.sector.find import Sector, editions, find_sector
from yanbao.sector.market import Market

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Table

LEVELS = 4  # the deepest level that the store's classifications have
BOARDS = ("main", "chinext", "star", "beijing", "other")

LEFT_OUT = {
    "unknown": Text("证券表中没有（可能已退市或未收录）", "not among the securities of the store (delisted or not covered)"),
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
    """Return memberships as intervals [since, until): an entry ends with its exit, else with the next entry."""
    membership = market.table("membership")
    own = membership.filter(membership.classification == ibis.literal(classification))
    following = own.entry.lead().over(ibis.window(group_by=own.code, order_by=own.entry))
    return own.select("code", "scheme", "industry", since="entry", until=ibis.coalesce(own.exit, following))


def in_leaves(table: Table, sector: Sector) -> BooleanValue:
    """Whether a row with `scheme` and `industry` lies in a group of any edition."""
    schemes = sorted({scheme for scheme, _ in sector.leaves})
    conditions = [
        (table.scheme == ibis.literal(scheme))
        & table.industry.isin([industry for own, industry in sector.leaves if own == scheme])
        for scheme in schemes
    ]
    return ibis.or_(*conditions)


def holds(since: ibis.Value, until: ibis.Value, day: ibis.Value) -> BooleanValue:
    """Whether a day lies in [since, until); a missing `until` is open."""
    return (since <= day) & (until.isnull() | (day < until))


def members_on(market: Market, universe: Universe, day: date, sector: Sector | None = None) -> Table:
    """Return the members on a day: `code, since, scheme, industry, name, board`; of all groups without `sector`."""
    at = ibis.literal(day)
    rows = entries(market, sector.classification if sector else universe.named(market))
    rows = rows.filter(holds(rows.since, rows.until, at))
    if sector is not None:
        rows = rows.filter(in_leaves(rows, sector))
    listed = _listed(market, universe)
    listed = listed.filter(holds(listed.listed, listed.delisted, at)).drop("listed", "delisted")
    joined = rows.join(listed, "code", how="left" if universe.classified else "inner")
    return joined.select("code", "since", "scheme", "industry", "name", "board")


def members_over(market: Market, universe: Universe, days: Table, sector: Sector | None = None) -> Table:
    """Return the members on each of the `days`: `day, code, scheme, industry`; re-drawn on every one."""
    rows = entries(market, sector.classification if sector else universe.named(market))
    if sector is not None:
        rows = rows.filter(in_leaves(rows, sector))
    placed = days.join(
        rows, [rows.since <= days.day, rows.until.isnull() | (days.day < rows.until)]
    ).select("day", "code", "scheme", "industry")
    if universe.classified:
        return placed
    listed = _listed(market, universe)
    return placed.join(
        listed,
        [
            placed.code == listed.code,
            listed.listed <= placed.day,
            listed.delisted.isnull() | (placed.day < listed.delisted),
        ],
    ).select("day", "code", "scheme", "industry")


def _listed(market: Market, universe: Universe) -> Table:
    security = market.table("security")
    rows = security.filter(security.kind == "stock")
    if universe.boards:
        rows = rows.filter(rows.board.isin(universe.boards))
    return rows.select("code", "name", "board", "listed", "delisted")


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
    for _ in range(LEVELS - level):
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
    return joined.select("scheme", "industry", key=ibis.coalesce(joined.index_code, joined.group), group_name="group_name")


def _above(industry: Table, level: int) -> ibis.Value:
    """The group above one that lies deeper than `level`, missing where it need not be climbed."""
    return ibis.ifelse(industry.level > level, industry.parent, ibis.null("string"))


def bridge(market: Market, universe: Universe, day: date, sector: Sector) -> tuple[int, int, list[Row]]:
    """Return how many are classified in a group on a day, how many of them are members, and why the others are not."""
    at = ibis.literal(day)
    rows = entries(market, sector.classification)
    rows = rows.filter(holds(rows.since, rows.until, at) & in_leaves(rows, sector))
    security = market.table("security")
    stock = security.filter(security.kind == "stock")
    wide = (stock.board.isin(universe.boards) if universe.boards else ibis.literal(True)).fill_null(False)
    now = (stock.listed <= at) & (stock.delisted.isnull() | (at < stock.delisted))
    # a code that two companies had has two rows: it is a member where either is listed on the day
    per_code = stock.group_by("code").aggregate(
        on_board=(now & wide).cast("int64").max(),
        listed_now=now.cast("int64").max(),
        later=(stock.listed > at).cast("int64").max(),
    )
    joined = rows.join(per_code, "code", how="left")
    reason = ibis.cases(
        (joined.later.isnull(), "unknown"),
        (joined.on_board == 1, "member"),
        (joined.listed_now == 1, "other_board"),
        (joined.later == 1, "not_yet_listed"),
        else_="delisted",
    )
    reasons = joined.select(reason=reason)
    counted = reasons.group_by("reason").aggregate(n=reasons.count())
    found = {row["reason"]: row["n"] for row in fetch(counted)}
    listed = found.pop("member", 0)
    left = [{"reason": reason, "n": found[reason]} for reason in LEFT_OUT if reason in found]
    return listed + sum(found.values()), listed, left


def bridge_text(classified: int, listed: int, left: list[Row]) -> Text:
    """Return the way from the classified companies to the members in words."""
    if not left:
        return Text(f"分类内{classified}家，均已上市", f"{classified} classified, all of them listed")
    zh = "，".join(f"{LEFT_OUT[row['reason']].zh}{row['n']}家" for row in left)
    en = ", ".join(f"{row['n']} {LEFT_OUT[row['reason']].en}" for row in left)
    return Text(f"分类内{classified}家，成分{listed}家（其余：{zh}）", f"{classified} classified, {listed} members (the others: {en})")
