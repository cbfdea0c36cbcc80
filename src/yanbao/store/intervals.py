"""What held on a day: rows of days beside intervals, by a join that every engine does fast.

An engine hashes what is equal and tries every interval of a company for what is between: 40 intervals a company make 40
tries a row. Cut at the ends of months, intervals are found by company *and* month, and about one is tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

FOREVER = "9999-12-31"


def side_by_side(parts: Sequence[ir.Table]) -> ir.Table:
    """Return several tables of intervals as one: `code, known_from, known_to` and all of their other columns.

    Each part has `code, known_from, known_to`, and intervals of a code that do not overlap. A new interval begins where
    any of them does or ends; where a part has none its columns are missing.
    """
    import ibis

    keys = ("code", "known_from", "known_to")
    marks = ibis.union(
        *(part.select("code", known_from=side) for part in parts for side in ("known_from", "known_to"))
    ).distinct()
    marks = marks.filter(marks.known_from < ibis.date(FOREVER))
    following = marks.known_from.lead().over(ibis.window(group_by="code", order_by="known_from"))
    wide = marks.mutate(known_to=ibis.coalesce(following, ibis.date(FOREVER)))
    for part in parts:
        measures = [name for name in part.columns if name not in keys]
        beside = part.view().select(of="code", part_from="known_from", part_to="known_to", **{m: m for m in measures})
        wide = wide.join(
            beside,
            [wide.code == beside.of, beside.part_from <= wide.known_from, wide.known_from < beside.part_to],
            how="left",
        ).select(*wide.columns, *measures)
    return wide


def at_once(one: ir.Table, other: ir.Table) -> ir.Table:
    """Return the intervals on which a code has one in both tables, with the columns of both."""
    import ibis

    keys = ("code", "known_from", "known_to")
    beside = other.select(
        of="code", part_from="known_from", part_to="known_to", **{name: name for name in _measures(other)}
    )
    rows = one.join(
        beside, [one.code == beside.of, one.known_from < beside.part_to, beside.part_from < one.known_to], how="inner"
    )
    return rows.select(
        "code",
        *(name for name in (*one.columns, *other.columns) if name not in keys),
        known_from=ibis.ifelse(rows.known_from < rows.part_from, rows.part_from, rows.known_from),
        known_to=ibis.ifelse(rows.part_to < rows.known_to, rows.part_to, rows.known_to),
    )


def on_days(rows: ir.Table, known: ir.Table) -> ir.Table:
    """Return the rows (`code, day, …`) with the columns of `known` (`code, known_from, known_to, …`) on their day.

    A row on whose day nothing is known is left out.
    """
    dated = rows.mutate(month=_month(rows.day))
    months = dated.select(at="month").distinct()
    measures = _measures(known)
    spans = known.mutate(first=_month(known.known_from), last=_month(known.known_to))
    pieces = spans.join(months, [spans["first"] <= months["at"], months["at"] <= spans["last"]])
    pieces = pieces.select("at", "known_from", "known_to", of="code", **{name: name for name in measures})
    joined = dated.join(
        pieces,
        [
            dated.code == pieces.of,
            dated.month == pieces["at"],
            pieces.known_from <= dated.day,
            dated.day < pieces.known_to,
        ],
        how="inner",
    )
    return joined.select(*rows.columns, *measures)


def _measures(known: ir.Table) -> list[str]:
    return [name for name in known.columns if name not in ("code", "known_from", "known_to")]


def _month(day: ir.DateValue) -> ir.IntegerValue:
    return (day.year() * 12 + day.month()).cast("int32")
