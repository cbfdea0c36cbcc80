"""What statements said on a day: trailing twelve months, latest balance, single quarters, each with its interval.

A result holds on a day where `known_from <= day < known_to`, so that reading many days is one interval join. All of it
rests on what was *published* by the day. A late restatement of an old period changes that period and what is computed
from it, never which period is the newest. Where a part is not known the value is missing and `missing` says why; it is
never 0. Vintages with a column `company` (`yanbao.store.companies.told_apart`) are read company by company: of two that
had one code, neither completes the other's numbers.

Year-to-date values are of the calendar year, as the Accounting Law has it for every A-share. Only portable operations:
equalities with overlaps of intervals, running maxima, no as-of join.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from yanbao.errors import StoreError
from yanbao.store.lines import LINES

if TYPE_CHECKING:
    import ibis.expr.types as ir

NO_LAST_YEAR: Final = "last full year not published"
NO_YEAR_AGO: Final = "same period a year before not published"
NO_QUARTER_BEFORE: Final = "year to date a quarter before not published"

_BEGINNING: Final = "0001-01-01"
_ONE: Final = ("code", "company", "line")  # what has periods of its own
_RESULT: Final = ("code", "line", "period", "value", "missing", "known_from", "known_to")


def trailing(vintages: ir.Table, lines: Collection[str]) -> ir.Table:
    """Return the trailing twelve months of flow lines: `code, line, period, value, missing, known_from, known_to`.

    TTM on a day = latest year-to-date + last full year − same year-to-date a year before, from the statements published
    by the day (definitions: Trailing twelve months); a full year is its own. In CNY. `vintages` is
    `Store.vintages("statement")`; `period` is the newest period published.

    Raises:
        StoreError: a line that is unknown, or one that stands on a day: balances and share counts are never summed.
    """
    import ibis

    _check(lines, "flow")
    known = _known(vintages, lines, "ytd")
    first = _first(known)
    newest = _newest(known, first)
    pieces = _with_unknown(known, first)
    year = newest.filter(newest.month == 12).mutate(missing=ibis.null("string"))
    part = newest.filter(newest.month != 12)
    part = part.mutate(last_year=part.year - 1, december=ibis.literal(12, "int32"))
    part = _overlap(part, pieces, "last_year", "december", "full")
    part = _overlap(part, pieces, "last_year", "month", "before")
    part = part.mutate(
        value=part.value + part.full - part.before,
        missing=ibis.cases((part.full.isnull(), NO_LAST_YEAR), (part.before.isnull(), NO_YEAR_AGO)),
    )
    return year.select(*_RESULT).union(part.select(*_RESULT))


def latest(vintages: ir.Table, lines: Collection[str]) -> ir.Table:
    """Return the balance of the newest period published, for lines that stand on a day; the columns of `trailing`.

    Raises:
        StoreError: a line that is unknown, or one that flows.
    """
    import ibis

    _check(lines, "stock")
    known = _known(vintages, lines, "instant")
    newest = _newest(known, _first(known))
    return newest.mutate(missing=ibis.null("string")).select(*_RESULT)


def share_counts(vintages: ir.Table) -> ir.Table:
    """Return how many shares a company had: `code, day, total, float, known_from, known_to`, in shares.

    On a day, the count that holds from the latest day up to it, among those published by it. `vintages` is
    `Store.vintages("shares")`. A count that was published ahead holds from its own day.
    """
    import ibis

    starts = ibis.ifelse(vintages.day > vintages.known_from, vintages.day, vintages.known_from)
    rows = vintages.mutate(known_from=starts)
    rows = rows.filter(rows.known_from < rows.known_to)
    counts = rows.select(
        "code", "total", "float", "known_from", "known_to", period="day", line=rows.code, company=_company(rows)
    )
    newest = _newest(counts, _first(counts))
    return newest.select("code", "total", "float", "known_from", "known_to", day="period")


def single_quarters(vintages: ir.Table, lines: Collection[str]) -> ir.Table:
    """Return every single quarter of flow lines, by period; the columns of `trailing`.

    Single quarter = year-to-date − previous year-to-date of the same year; the first quarter is its own (definitions).

    Raises:
        StoreError: a line that is unknown, or one that stands on a day.
    """
    import ibis

    _check(lines, "flow")
    known = _known(vintages, lines, "ytd")
    first = known.filter(known.month == 3).mutate(missing=ibis.null("string"))
    later = known.filter(known.month != 3)
    later = later.mutate(quarter_before=(later.month - 3).cast("int32"))
    later = _overlap(later, _with_unknown(known, _first(known)), "year", "quarter_before", "before")
    later = later.mutate(
        value=later.value - later.before, missing=ibis.cases((later.before.isnull(), NO_QUARTER_BEFORE))
    )
    return first.select(*_RESULT).union(later.select(*_RESULT))


def _check(lines: Collection[str], kind: str) -> None:
    wrong = [f"`{line}` is no line of a statement" for line in lines if line not in LINES]
    said = {"flow": "flows over a period", "stock": "stands on a day"}
    wrong += [
        f"`{line}` {said[LINES[line].kind]}: it {'is never summed' if kind == 'flow' else 'has no balance'}"
        for line in lines
        if line in LINES and LINES[line].kind != kind
    ]
    if not lines:
        wrong = ["no line was named"]
    if wrong:
        raise StoreError("\n".join(wrong))


def _known(vintages: ir.Table, lines: Collection[str], basis: str) -> ir.Table:
    """Return the vintages of some lines that were the newest of their period for a day at least."""
    rows = vintages.filter(
        vintages.basis == basis, vintages.line.isin(sorted(lines)), vintages.known_from < vintages.known_to
    )
    return rows.select(
        "code",
        "line",
        "period",
        "value",
        "known_from",
        "known_to",
        company=_company(rows),
        year=rows.period.year().cast("int32"),
        month=rows.period.month().cast("int32"),
    )


def _company(rows: ir.Table) -> ir.Value:
    import ibis

    return rows.company if "company" in rows.columns else ibis.literal(1, "int64")


def _newest(known: ir.Table, first: ir.Table) -> ir.Table:
    """Return the vintages cut to the days on which their period was the newest published.

    A period is the newest from its first publication on until one after it is published; never, if one was before.
    """
    import ibis

    later = ibis.window(group_by=list(_ONE), order_by=ibis.desc("period"), preceding=(None, 1))
    reign = first.mutate(until=first.since.min().over(later)).select(
        of="code", of_company="company", of_line="line", of_period="period", until="until"
    )
    rows = known.join(
        reign,
        [
            known.code == reign.of,
            known.company == reign.of_company,
            known.line == reign.of_line,
            known.period == reign.of_period,
        ],
        how="inner",
    )
    ends = ibis.cases(
        (rows.until.isnull(), rows.known_to), (rows.until < rows.known_to, rows.until), else_=rows.known_to
    )
    rows = rows.mutate(known_to=ends).drop("of", "of_company", "of_line", "of_period", "until")
    return rows.filter(rows.known_from < rows.known_to)


def _first(known: ir.Table) -> ir.Table:
    """Return the day `since` which each period was known: `code, company, line, period, since`."""
    return known.group_by(*_ONE, "period").aggregate(since=known.known_from.min())


def _with_unknown(known: ir.Table, first: ir.Table) -> ir.Table:
    """Return the vintages as pieces that cover all time: before its first publication a value is there as missing.

    So an overlap with them loses no day: the vintages of one period follow each other without a gap.
    """
    import ibis

    said = known.select(
        of="code",
        of_company="company",
        of_line="line",
        of_year="year",
        of_month="month",
        part="value",
        part_from="known_from",
        part_to="known_to",
    )
    before = first.select(
        of="code",
        of_company="company",
        of_line="line",
        of_year=first.period.year().cast("int32"),
        of_month=first.period.month().cast("int32"),
        part=ibis.null("float64"),
        part_from=ibis.date(_BEGINNING),
        part_to="since",
    )
    return said.union(before)


def _overlap(rows: ir.Table, pieces: ir.Table, year: str, month: str, name: str) -> ir.Table:
    """Return the rows with another period's value beside them, cut where that value changed."""
    import ibis

    kept = rows.columns
    pieces = pieces.view()
    joined = rows.join(
        pieces,
        [
            rows.code == pieces.of,
            rows.company == pieces.of_company,
            rows.line == pieces.of_line,
            rows[year] == pieces.of_year,
            rows[month] == pieces.of_month,
            rows.known_from < pieces.part_to,
            pieces.part_from < rows.known_to,
        ],
        how="left",
    )
    alone = joined.part_from.isnull()
    start = ibis.ifelse(alone | (joined.part_from < joined.known_from), joined.known_from, joined.part_from)
    end = ibis.ifelse(alone | (joined.known_to < joined.part_to), joined.known_to, joined.part_to)
    joined = joined.mutate(known_from=start, known_to=end, **{name: joined.part})
    return joined.select(*kept, name)
