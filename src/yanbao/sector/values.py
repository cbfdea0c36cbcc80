"""What companies are worth on a day and what they earn, own and sell: the two sides of a multiple."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.days import reach
from yanbao.sector.exhibit import Row, Text, fetch
from yanbao.sector.market import Market
from yanbao.sector.shift import stacked
from yanbao.sector.statements import line_name
from yanbao.store.companies import told_apart
from yanbao.store.fundamentals import FLOWS, part
from yanbao.store.intervals import at_once, on_days, side_by_side
from yanbao.store.trailing import latest, share_counts, trailing

if TYPE_CHECKING:
    from ibis.expr.types import Table

Weight = Literal["total", "float"]

STATEMENTS = "statements"  # the source that is no vendor: prices, share counts and statements of the store
INTERVAL = ("code", "known_from", "known_to")
VALUES = ("market_value", "base_pe", "base_pb", "base_ps")
VENDOR = {"pe": "pe_ttm", "pb": "pb", "ps": "ps_ttm"}
WEIGHTS = {
    "total": Text("总市值", "total market value"),
    "float": Text("流通市值", "float market value"),
}


@dataclass(frozen=True, kw_only=True)
class ValueBasis:
    """Whose company figures, weighted by which market value; of the statements, which lines are profit and sales.

    `bases` are those that are wanted; from the statements the others are not computed, and missing.
    """

    source: str | None
    weight: Weight | None
    profit: str
    sales: str
    bases: tuple[str, ...] = ("base_pe", "base_pb", "base_ps")


@dataclass(frozen=True)
class Values:
    """Companies by day: `code, day, market_value, base_pe, base_pb, base_ps`, and where they are from, in words."""

    table: Table
    source: str
    weight: Weight
    note: Text
    inputs: tuple[Table, Table] | None = None  # where computed: prices of days, and what was known of companies when

    def during(self, held: Table) -> Table:
        """Return the values on the days of a company's intervals (`code, known_from, known_to, …`), with their columns.

        Where values are computed, what was known is cut to the intervals first: rows by day are then joined once.
        """
        if self.inputs is not None:
            prices, known = self.inputs
            return _valued(prices, at_once(known, held))
        beside = held.rename(of="code")
        rows = self.table.join(
            beside,
            [self.table.code == beside.of, beside.known_from <= self.table.day, self.table.day < beside.known_to],
        )
        return rows.select(*self.table.columns, *(name for name in held.columns if name not in INTERVAL))

    def any_rows(self) -> bool:
        """Whether there are values at all, asked in the way that is quick to answer."""
        one = self.table
        if self.inputs is not None:
            prices, known = self.inputs
            known = known.filter(known.shares.notnull())
            holds = [prices.code == known.code, known.known_from <= prices.day, prices.day < known.known_to]
            one = prices.join(known, holds, how="semi")
        return bool(fetch(one.select("code").limit(1)))


def company_values(
    market: Market, basis: ValueBasis, frm: date, to: date, companies: Callable[[], Table] | None = None
) -> Values:
    """Return the values of companies on the days of [frm, to] that a source has them for.

    The source is the one asked for. Without one it is what values most of `companies` (`code, group`): in most groups
    and then on most company-days; the note says so and names the others, since samples of vendors differ.

    Raises:
        ExhibitError: no such source, none that is told apart, one without the market value asked for, or no values in
            [frm, to].
    """
    if basis.source is not None:
        return _of(market, basis, basis.source, frm, to)
    found = _candidates(market, frm, to, companies() if companies else None)
    if not found:
        all_days = market.table("valuation")
        raise ExhibitError(
            f"the store has no valuations from {frm} to {to}, nor prices with share counts; "
            f"vendors' valuations reach {reach(all_days)}"
        )
    if companies is None and len(found) > 1:
        names = ", ".join(sorted(row["source"] for row in found))
        raise ExhibitError(
            f"whose valuations? From {frm} to {to} the store has those of {names}\n"
            "    hint: name one as `source`: samples of vendors differ, a level is not read across them"
        )
    values = _of(market, basis, found[0]["source"], frm, to)
    if len(found) == 1:
        return values
    others = sorted(row["source"] for row in found[1:])
    return Values(
        values.table,
        values.source,
        values.weight,
        Text(
            f"{values.note.zh}；未指定来源，取覆盖最多者（另有{'、'.join(others)}，样本不同，不可混读）",
            f"{values.note.en}; no source was named, this one covers most (others: {', '.join(others)}; their samples "
            "differ)",
        ),
    )


def _candidates(market: Market, frm: date, to: date, companies: Table | None) -> list[Row]:
    """Return the sources with values in [frm, to], the one that covers most groups and company-days first."""
    start, end = ibis.literal(frm), ibis.literal(to)
    table = market.table("valuation")
    vendors = table.filter(table.day.between(start, end), table.market_value.notnull() | table.float_value.notnull())
    price = market.table("price")
    own = price.filter(price.day.between(start, end)).semi_join(
        market.table("shares").select("code").distinct(), "code"
    )
    rows = stacked(vendors.select("source", "code"), own.select(source=ibis.literal(STATEMENTS), code="code"))
    if companies is not None:
        rows = rows.join(companies.select(of="code", group="group"), [("code", "of")])
        counted = rows.group_by("source").aggregate(groups=rows.group.nunique(), n=rows.count())
    else:
        counted = rows.group_by("source").aggregate(groups=ibis.literal(1).max(), n=rows.count())
    # the statements themselves where they cover as much
    return sorted(
        fetch(counted), key=lambda row: (-row["groups"], -row["n"], row["source"] != STATEMENTS, row["source"])
    )


def _of(market: Market, basis: ValueBasis, source: str, frm: date, to: date) -> Values:
    values = statement_values(market, basis, frm, to) if source == STATEMENTS else vendor_values(market, basis, source)
    every = values.table
    values = replace(values, table=every.filter(every.day.between(ibis.literal(frm), ibis.literal(to))))
    if not values.any_rows():
        whole = market.table("price") if source == STATEMENTS else every
        before = whole.filter(whole.day < ibis.literal(frm))
        (last,) = fetch(before.aggregate(day=before.day.max()))
        hint = f"\n    hint: the last day before it is {last['day']}" if last["day"] else ""
        asked = f"on {to}" if frm == to else f"from {frm} to {to}"
        raise ExhibitError(f"{source} has no valuations {asked}; it has them {reach(whole)}{hint}")
    return values


def vendor_values(market: Market, basis: ValueBasis, source: str) -> Values:
    """Return the market values of a vendor and the earnings, book values and sales that its multiples imply.

    base = market value / multiple: what the company earned, in the same money. A multiple of 0 is no multiple: missing.
    Where only the float is known, sums are weighted by the float and say so.

    Raises:
        ExhibitError: no such source, or none of its rows carries the market value asked for.
    """
    table = market.table("valuation")
    own = table.filter(table.source == ibis.literal(source))
    (has,) = fetch(own.aggregate(rows=own.count(), total=own.market_value.count(), float=own.float_value.count()))
    if not has["rows"]:
        names = ", ".join(sorted(row["source"] for row in fetch(table.select("source").distinct()))) or "none"
        raise ExhibitError(
            f"the store has no valuations of `{source}` as of {market.as_of} (sources: {names}; `{STATEMENTS}` "
            "computes them from prices, share counts and statements)"
        )
    used: Weight = basis.weight or ("total" if has["total"] else "float")
    if not has[used]:
        raise ExhibitError(
            f"`{source}` gives no {WEIGHTS[used].en}\n    hint: weight = {'float' if used == 'total' else 'total'}"
        )
    value = own.market_value if used == "total" else own.float_value
    bases = {f"base_{measure}": value / own[column].nullif(0.0) for measure, column in VENDOR.items()}
    known = basis.weight is None and used == "float"
    return Values(
        own.select("code", "day", market_value=value, **bases),
        source,
        used,
        Text(
            f"个股估值：{source}；{WEIGHTS[used].zh}加权{'（总市值未知）' if known else ''}",
            f"company multiples of {source}, weighted by {WEIGHTS[used].en}"
            f"{' (the total is not known)' if known else ''}",
        ),
    )


def statement_values(market: Market, basis: ValueBasis, frm: date, to: date) -> Values:
    """Return market values from prices and share counts, and earnings, book values and sales as published by each day.

    Formula (definitions, Valuation; Trailing twelve months): market value = unadjusted close x shares; profit and sales
    of the trailing twelve months from the statements published by the day; book value attributable to the parent as
    last published. A day on which a company did not trade has no value of it.

    Raises:
        ExhibitError: no such line.
    """
    profit, sales = line_name(basis.profit), line_name(basis.sales)
    used: Weight = basis.weight or "total"
    kept = market.panel() if (basis.profit, basis.sales) == (FLOWS["profit_ttm"], FLOWS["revenue_ttm"]) else None
    priced = kept if kept is not None else market.table("price")
    priced = priced.filter(priced.day.between(ibis.literal(frm), ibis.literal(to)))
    known = None
    if kept is None:
        known = market.held(("known of companies", basis, used), lambda: _known(market, basis, used))
    return Values(
        _from_panel(priced, used) if known is None else _valued(priced, known),
        STATEMENTS,
        used,
        Text(
            f"市值＝A股未复权收盘价×{'总股本' if used == 'total' else '流通股本'}；{profit.zh}、{sales.zh}为当日"
            "已披露报表的滚动十二个月值，归母股东权益取最近披露值",
            f"market value = unadjusted A-share close x {'all' if used == 'total' else 'free'} shares; {profit.en} and "
            f"{sales.en} of the trailing twelve months, book value as last published, by the day",
        ),
        None if known is None else (priced, known),
    )


def _from_panel(panel: Table, weight: Weight) -> Table:
    rows = panel.select(
        "code",
        "day",
        market_value=panel.market_value if weight == "total" else panel.float_value,
        base_pe="profit_ttm",
        base_pb="equity",
        base_ps="revenue_ttm",
    )
    return rows.filter(rows.market_value.notnull())


def _valued(prices: Table, known: Table) -> Table:
    """Return prices of days valued by what was known on them, with all other columns of `known`."""
    rows = on_days(prices.select("code", "day", "close"), known)
    bases = {name: rows[name] if name in rows.columns else ibis.null("float64") for name in VALUES[1:]}
    others = [name for name in known.columns if name not in (*INTERVAL, "shares", *bases)]
    rows = rows.select("code", "day", *others, market_value=rows.close * rows.shares, **bases)
    return rows.filter(rows.market_value.notnull())


def _known(market: Market, basis: ValueBasis, weight: Weight) -> Table:
    """Return what was known of each company from when to when: `code, known_from, known_to`, the bases, its shares."""
    lines = {"base_pe": basis.profit, "base_ps": basis.sales}
    lines = {name: line for name, line in lines.items() if name in basis.bases}
    counts = market.held("shares known", lambda: share_counts(_of_companies(market, "shares")))
    parts = [part(counts, shares=weight)]
    # each step is held: what the next ones read several times would be computed, and put in words, as often
    said = market.held("statements of companies", lambda: _of_companies(market, "statement"))
    if lines:
        wanted = tuple(sorted(set(lines.values())))
        flowing = market.held(("trailing", wanted), lambda: trailing(said, wanted))
        parts += [part(flowing.filter(flowing.line == line), **{name: "value"}) for name, line in lines.items()]
    if "base_pb" in basis.bases:
        parts.append(part(market.held("book values", lambda: latest(said, ["equity_parent"])), base_pb="value"))
    return side_by_side(parts)


def _of_companies(market: Market, name: str) -> Table:
    return told_apart(market.vintages(name), market.table("security"))
