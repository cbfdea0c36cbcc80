"""Who belonged to a group on a day: classified and listed, on the boards chosen, and why others did not.

Every function takes tables as `Store.table` gives them and returns an Ibis expression of portable operations.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from yanbao.errors import StoreError
from yanbao.store.tables import SECURITY

if TYPE_CHECKING:
    import ibis.expr.types as ir

MEMBER: Final = "member"
NOT_YET_LISTED: Final = "not yet listed"
DELISTED: Final = "delisted"
UNKNOWN: Final = "not in security"
OTHER_BOARD: Final = "other board"

_FOREVER: Final = "9999-12-31"
BOARDS: Final = SECURITY.column("board").choices


def membership_intervals(membership: ir.Table, classification: str) -> ir.Table:
    """Return from when to when each security was in which group: `code, scheme, industry, entry, exit`.

    A membership holds on a day where `entry <= day < exit`; it ends with its exit or with the next entry of the same
    security, whichever is first, and is open (`exit` missing) where there is neither (definitions: Universe and time).
    """
    import ibis

    own = membership.filter(membership.classification == classification)
    following = own.entry.lead().over(ibis.window(group_by="code", order_by="entry"))
    rows = own.mutate(following=following)
    ends = ibis.cases(
        (rows.exit.isnull(), rows.following),
        (rows.following.isnull(), rows.exit),
        (rows.exit < rows.following, rows.exit),
        else_=rows.following,
    )
    rows = rows.select("code", "scheme", "industry", "entry", exit=ends)
    return rows.filter(rows.exit.isnull() | (rows.entry < rows.exit))


def members(
    membership: ir.Table,
    security: ir.Table,
    day: dt.date,
    classification: str,
    *,
    industries: Collection[tuple[str, str]] | None = None,
    boards: Collection[str] = (),
    classified: bool = False,
) -> ir.Table:
    """Return the members of a classification or basket on a day: `code, scheme, industry, entry`, one row each.

    A member is classified **and** listed on the day: `entry <= day < exit` and `listed <= day < delisted`, on one of
    the `boards` where any are named. `industries` are the groups that count, as (scheme, code of the narrowest group);
    all of them where not given. `classified` leaves out the listing and the boards.

    Raises:
        StoreError: no such board.
    """
    states = member_states(membership, security, day, classification, industries=industries, boards=boards)
    if not classified:
        states = states.filter(states.state == MEMBER)
    return states.drop("state")


def members_over(
    membership: ir.Table,
    security: ir.Table,
    days: ir.Table,
    classification: str,
    *,
    industries: Collection[tuple[str, str]] | None = None,
    boards: Collection[str] = (),
    classified: bool = False,
) -> ir.Table:
    """Return the members on each of `days` (a column `day`): `day, code, scheme, industry`, drawn anew on every day."""
    held = member_intervals(
        membership, security, classification, industries=industries, boards=boards, classified=classified
    )
    placed = days.select("day").join(held, [held.known_from <= days.day, days.day < held.known_to], how="inner")
    return placed.select("day", "code", "scheme", "industry")


def member_intervals(
    membership: ir.Table,
    security: ir.Table,
    classification: str,
    *,
    industries: Collection[tuple[str, str]] | None = None,
    boards: Collection[str] = (),
    classified: bool = False,
) -> ir.Table:
    """Return from when to when each security was a member of which group.

    Columns: `code, scheme, industry, known_from, known_to`. A member on a day is one with
    `known_from <= day < known_to`: classified, and listed on one of the boards.

    Raises:
        StoreError: no such board.
    """
    import ibis

    held = _of_industries(membership_intervals(membership, classification), industries)
    held = held.select(
        "code", "scheme", "industry", known_from="entry", known_to=ibis.coalesce(held.exit, ibis.date(_FOREVER))
    )
    if classified:
        return held
    every = _stocks(security, ())
    # where a code's next company was listed the one before it was not any more
    following = every.listed.lead().over(ibis.window(group_by=every.code, order_by=every.listed))
    every = every.mutate(until=ibis.coalesce(every.delisted, following, ibis.date(_FOREVER)))
    listed = every.filter(_on_boards(every, boards)).select("listed", "until", of="code")
    both = held.join(listed, [held.code == listed.of, held.known_from < listed.until, listed.listed < held.known_to])
    return both.select(
        "code",
        "scheme",
        "industry",
        known_from=ibis.ifelse(both.known_from < both.listed, both.listed, both.known_from),
        known_to=ibis.ifelse(both.until < both.known_to, both.until, both.known_to),
    )


def member_states(
    membership: ir.Table,
    security: ir.Table,
    day: dt.date,
    classification: str,
    *,
    industries: Collection[tuple[str, str]] | None = None,
    boards: Collection[str] = (),
) -> ir.Table:
    """Return all that are classified on a day with their `state`: member, or why not; the bridge from one to the other.

    A code that was given to two companies is a member where either of them is listed on the day. One that is listed
    nowhere on the day is `delisted` where a listing of it has ended, else `not yet listed`.

    Raises:
        StoreError: no such board.
    """
    import ibis

    on = ibis.date(day.isoformat())
    held = _of_industries(membership_intervals(membership, classification), industries)
    held = held.filter(held.entry <= on, held.exit.isnull() | (on < held.exit))
    stocks = _stocks(security, ())
    now = (stocks.listed <= on) & (stocks.delisted.isnull() | (on < stocks.delisted))
    chosen = _on_boards(stocks, boards)
    # portable: engines differ on the maximum of booleans
    per_code = stocks.group_by("code").aggregate(
        listed_now=ibis.ifelse(now, 1, 0).max(),
        on_board=ibis.ifelse(now & chosen, 1, 0).max(),
        ended=ibis.ifelse(stocks.delisted.notnull() & (stocks.delisted <= on), 1, 0).max(),
    )
    joined = held.join(per_code, "code", how="left")
    state = ibis.cases(
        (joined.listed_now.isnull(), UNKNOWN),
        (joined.on_board == 1, MEMBER),
        (joined.listed_now == 1, OTHER_BOARD),
        (joined.ended == 1, DELISTED),
        else_=NOT_YET_LISTED,
    )
    return joined.select("code", "scheme", "industry", "entry", state=state)


def bridge(states: ir.Table) -> ir.Table:
    """Return how many of the classified are members, and how many are not for which reason: `state, n`."""
    return states.group_by("state").aggregate(n=states.count())


def _of_industries(held: ir.Table, industries: Collection[tuple[str, str]] | None) -> ir.Table:
    import ibis

    if industries is None:
        return held
    schemes = sorted({scheme for scheme, _ in industries})
    return held.filter(
        ibis.or_(
            *(
                (held.scheme == scheme) & held.industry.isin(sorted(code for own, code in industries if own == scheme))
                for scheme in schemes
            )
        )
        if schemes
        else ibis.literal(False)
    )


def _stocks(security: ir.Table, boards: Collection[str]) -> ir.Table:
    stocks = security.filter(security.kind == "stock")
    stocks = stocks.filter(_on_boards(stocks, boards))
    return stocks.select("code", "listed", "delisted", "board")


def _on_boards(stocks: ir.Table, boards: Collection[str]) -> ir.BooleanValue:
    import ibis

    wrong = sorted(set(boards) - set(BOARDS))
    if wrong:
        raise StoreError(f"no board is called {', '.join(wrong)}: there are {', '.join(BOARDS)}")
    if not boards:
        return ibis.literal(True)
    return ibis.coalesce(stocks.board.isin(sorted(boards)), ibis.literal(False))
