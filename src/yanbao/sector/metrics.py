"""Numbers of a company that a screen can ask for, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.days import last_trading_day, span
from yanbao.sector.exhibit import Text
from yanbao.sector.growth import growth_of
from yanbao.sector.market import Market
from yanbao.sector.prices import Adjustment, adjusted_prices
from yanbao.sector.statements import Basis, flows
from yanbao.sector.values import ValueBasis, Weight, company_values

if TYPE_CHECKING:
    from ibis.expr.types import Table, Value


@dataclass(frozen=True)
class Question:
    """The day a number is asked for, and what it needs besides: the start of a return, a period, a basis, a source."""

    members: Table
    on: date
    frm: date | None
    period: date | None
    basis: Basis
    line_of_profit: str
    source: str | None
    weight: Weight | None
    adjustment: Adjustment | None


@dataclass(frozen=True)
class Metric:
    """A number of a company: its unit (`money`: that of the market), its head, and the query `code, value`."""

    name: str
    unit: str
    head: Text
    query: Callable[[Market, Question], Table]


def _value(column: str) -> Callable[[Market, Question], Table]:
    def query(market: Market, asked: Question) -> Table:
        day = last_trading_day(market, asked.on)
        basis = ValueBasis(
            source=asked.source,
            weight=asked.weight,
            profit=asked.line_of_profit,
            sales="revenue",
            bases=() if column == "market_value" else (f"base_{column}",),
        )
        own = company_values(
            market, basis, day, day, lambda: asked.members.select("code", group=ibis.literal("members"))
        ).table
        if column == "market_value":
            return own.select("code", value="market_value")
        return own.select("code", value=own.market_value / own[f"base_{column}"].nullif(0.0))

    return query


def _newest(rows: Table, period: date | None) -> Table:
    """Return each company's row of the period asked for, else of its newest."""
    if period is not None:
        return rows.filter(rows.period == ibis.literal(period)).select("code", "value")
    place = ibis.row_number().over(ibis.window(group_by=rows.code, order_by=ibis.desc(rows.period)))
    numbered = rows.mutate(place=place)
    return numbered.filter(numbered.place == 0).select("code", "value")


def _line(market: Market, asked: Question, line: str) -> Table:
    return flows(market, asked.line_of_profit if line == "profit" else line, asked.basis)


def _amount(line: str) -> Callable[[Market, Question], Table]:
    return lambda market, asked: _newest(_line(market, asked, line), asked.period)


def _growth(line: str) -> Callable[[Market, Question], Table]:
    def query(market: Market, asked: Question) -> Table:
        now = _line(market, asked, line)
        then = now.view()
        then = then.select(of="code", who="company", at=then.quarter + 4, base="value")
        joined = now.left_join(then, [("code", "of"), ("company", "who"), ("quarter", "at")])
        return _newest(joined.select("code", "period", value=growth_of(joined.value, joined.base)), asked.period)

    return query


def _ratio(line: str, of: Callable[[Value, Value], Value]) -> Callable[[Market, Question], Table]:
    def query(market: Market, asked: Question) -> Table:
        whole = _line(market, asked, "revenue")
        part = _line(market, asked, line).select(of="code", at="quarter", part="value")
        joined = whole.left_join(part, [("code", "of"), ("quarter", "at")])
        sales = ibis.ifelse(joined.value > 0, joined.value, ibis.null("float64"))
        return _newest(joined.select("code", "period", value=of(joined.part, sales)), asked.period)

    return query


def _return(market: Market, asked: Question) -> Table:
    if asked.frm is None:
        raise ExhibitError("`return` needs the day it starts from\n    hint: give `frm`")
    d0, d1 = span(market, asked.frm, asked.on)
    prices, _ = adjusted_prices(market, asked.members, asked.adjustment)
    per_code = prices.group_by("code").aggregate(
        before=prices.close.max(where=prices.day == ibis.literal(d0)),
        after=prices.close.max(where=prices.day == ibis.literal(d1)),
    )
    return per_code.select("code", value=per_code.after / per_code.before - 1.0)


def _employees(market: Market, asked: Question) -> Table:
    people = market.table("headcount")
    return _newest(people.select("code", "period", value=people.employees.cast("float64")), None)


def _fund_value(market: Market, asked: Question) -> Table:
    held = market.table("fund_holding")
    return _newest(held.group_by("code", "period").aggregate(value=held.value.max()), None)


def _share(part: Value, whole: Value) -> Value:
    return part / whole


def _rest(part: Value, whole: Value) -> Value:
    return (whole - part) / whole


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("market_value", "money", Text("市值", "market value"), _value("market_value")),
        Metric("pe", "1", Text("市盈率", "PE"), _value("pe")),
        Metric("pb", "1", Text("市净率", "PB"), _value("pb")),
        Metric("ps", "1", Text("市销率", "PS"), _value("ps")),
        Metric("return", "1", Text("涨跌幅", "return"), _return),
        Metric("revenue", "money", Text("营业收入", "revenue"), _amount("revenue")),
        Metric("profit", "money", Text("净利润", "profit"), _amount("profit")),
        Metric(
            "operating_cash_flow",
            "money",
            Text("经营现金流", "cash flow from operations"),
            _amount("operating_cash_flow"),
        ),
        Metric("revenue_growth", "1", Text("收入增速", "revenue growth"), _growth("revenue")),
        Metric("profit_growth", "1", Text("利润增速", "profit growth"), _growth("profit")),
        Metric("gross_margin", "1", Text("毛利率", "gross margin"), _ratio("cost", _rest)),
        Metric("net_margin", "1", Text("净利率", "net margin"), _ratio("profit", _share)),
        Metric("rd_ratio", "1", Text("研发费用率", "R&D ratio"), _ratio("rd_expense", _share)),
        Metric("selling_ratio", "1", Text("销售费用率", "selling expense ratio"), _ratio("selling_expense", _share)),
        Metric("admin_ratio", "1", Text("管理费用率", "administrative expense ratio"), _ratio("admin_expense", _share)),
        Metric("employees", "person", Text("员工数", "employees"), _employees),
        Metric("fund_value", "money", Text("基金重仓市值", "value held by funds"), _fund_value),
    )
}
