"""Two companies under one code: what was published under it told apart by the days on which either had the code.

600018 was Shanghai Port Container until 2006-10-26 and is Shanghai International Port since: the full year of the one
is no part of the other's trailing twelve months. A code with two companies has two rows of `security`; a publication
is of the company that had the code on its day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import ibis.expr.types as ir

COMPANY: Final = "company"  # 1 for the first that had the code, 2 for the next


def reigns(security: ir.Table) -> ir.Table:
    """Return who had a code when, for codes that more than one company had: `of, reign, since, until`.

    One ends on the day it was delisted, or where that is not known on the day the next was listed: what is published
    in between is the next one's prospectus. The first begins and the last ends at no day (missing).
    """
    import ibis

    stocks = security.filter(security.kind == "stock")
    order = ibis.window(group_by=stocks.code, order_by=stocks.listed)
    before, after = stocks.listed.lag().over(order), stocks.listed.lead().over(order)
    left = stocks.delisted.lag().over(order)
    listings = stocks.select(
        of="code",
        reign=(ibis.row_number().over(order) + 1).cast("int64"),
        since=ibis.ifelse(before.isnull(), ibis.null("date"), ibis.coalesce(left, stocks.listed)),
        until=ibis.ifelse(after.isnull(), ibis.null("date"), ibis.coalesce(stocks.delisted, after)),
    )
    return listings.filter(listings.since.notnull() | listings.until.notnull())


def with_company(rows: ir.Table, security: ir.Table) -> ir.Table:
    """Return rows of `statement`, `shares` or `headcount` with the `company` that published them."""
    kept = _with_reign(rows, security)
    return kept.select(*rows.columns, COMPANY)


def told_apart(vintages: ir.Table, security: ir.Table) -> ir.Table:
    """Return vintages with the `company` that published them, each known no longer than that one had the code."""
    import ibis

    joined = _with_reign(vintages, security)
    ends = ibis.ifelse(joined.until < joined.known_to, joined.until, joined.known_to)
    cut = joined.mutate(known_to=ibis.coalesce(ends, joined.known_to)).select(*vintages.columns, COMPANY)
    return cut.filter(cut.known_from < cut.known_to)


def _with_reign(rows: ir.Table, security: ir.Table) -> ir.Table:
    """Return rows with `company` and the day `until` which that one had the code; missing: it has it."""
    import ibis

    own = reigns(security)
    joined = rows.left_join(
        own,
        [
            rows.code == own.of,
            own.since.isnull() | (own.since <= rows.published),
            own.until.isnull() | (rows.published < own.until),
        ],
    )
    company = ibis.coalesce(joined.reign, ibis.literal(1)).cast("int64")
    return joined.select(*rows.columns, "until", **{COMPANY: company})
