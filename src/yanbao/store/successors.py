"""Changed codes: what a company did under its old code is read under the one it has on the day of the read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from yanbao.store.schema import Table

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

# a security's rows are told apart by their listing, a change names both codes itself
_AS_THEY_ARE: Final = ("security", "code_change")


@dataclass(frozen=True)
class Change:
    """A code that was given up: from `day` on the company has the code `new`."""

    old: str
    day: dt.date
    new: str


def changes_by(connection: duckdb.DuckDBPyConnection, day: dt.date) -> tuple[Change, ...]:
    """Return the changes of codes that took place by a day, each to the last code that the company had by then."""
    rows = connection.execute(
        'SELECT "old", "day", "new" FROM code_change WHERE "day" <= $1 AND known_from <= $1 AND $1 < known_to '
        'ORDER BY "day", "old"',
        [day],
    ).fetchall()
    direct = [Change(*row) for row in rows]
    return tuple(Change(one.old, one.day, _last(one, direct)) for one in direct)


def _last(change: Change, direct: Sequence[Change]) -> str:
    code, day = change.new, change.day
    while True:
        # only a later change goes on: a code that came back to an older company ends the chain
        following = next((one for one in direct if one.old == code and one.day > day), None)
        if following is None:
            return code
        code, day = following.new, following.day


def with_current_codes(vintages: ir.Table, table: Table, changes: Sequence[Change]) -> ir.Table:
    """Return the vintages of a table with today's codes: those of the old code before the day it was given up.

    What stands under both codes is one thing: its vintages are ranked anew by the rule of `yanbao.store.vintages`, and
    of two that came from one day that of the new code is taken.
    """
    import ibis

    names = [column.name for column in table.columns]
    if not changes or table.name in _AS_THEY_ARE or "code" not in names or table.day is None:
        return vintages
    day = vintages[table.day]
    renamed = ibis.cases(*(((vintages.code == one.old) & (day < one.day.isoformat()), one.new) for one in changes))
    marked = vintages.mutate(_renamed=renamed)
    concerned = marked._renamed.notnull() | marked.code.isin(sorted({one.new for one in changes}))
    others = marked.filter(~concerned).drop("_renamed")
    joined = marked.filter(concerned)
    joined = joined.mutate(
        code=ibis.coalesce(joined._renamed, joined.code), _own=ibis.ifelse(joined._renamed.isnull(), 1, 0)
    )
    rank = [] if table.published is None or table.published in table.key else [joined[table.published].desc()]
    above = ibis.window(
        group_by=list(table.key),
        order_by=[*rank, joined.known_from.desc(), joined._own.desc(), joined.load.desc()],
        preceding=(None, 1),
    )
    closed = joined.known_from.min().over(above)
    joined = joined.mutate(_closed=closed)
    known_to = ibis.cases(
        (joined._closed.isnull(), ibis.date("9999-12-31")),
        (joined._closed < joined.known_from, joined.known_from),
        else_=joined._closed,
    )
    joined = joined.mutate(known_to=known_to)
    return others.union(joined.select(*others.columns))
