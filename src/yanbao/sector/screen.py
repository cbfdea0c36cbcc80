"""Which members of a sector fulfil a condition."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date

import ibis

from yanbao.errors import ExhibitError
from yanbao.formula import Expr, Name, Ref, operands, parse, transform
from yanbao.formula.expr import is_condition
from yanbao.formula.ibis import to_ibis
from yanbao.relation import expand
from yanbao.sector.exhibit import Column, Coverage, Exhibit, Text, fetch
from yanbao.sector.market import Market
from yanbao.sector.metrics import METRICS, Question
from yanbao.sector.prices import Adjustment
from yanbao.sector.statements import BASIS, Basis, line_name
from yanbao.sector.universe import Universe, bridge, bridge_text, members_on
from yanbao.sector.values import Weight


@dataclass(frozen=True, kw_only=True)
class ScreenOptions(Universe):
    """The sector, the day, the condition, and what its numbers need: start of a return, period, basis, source.

    Without a `period` each company's newest published one is taken.
    """

    sector: str
    on: date
    where: str
    frm: date | None = None
    period: date | None = None
    basis: Basis = "ytd"
    profit: str = "net_profit_parent"
    source: str | None = None
    weight: Weight | None = None
    adjustment: Adjustment | None = None


def screen(market: Market, options: ScreenOptions) -> Exhibit:
    """Which members fulfil a condition on the day, such as `pe < 30 and revenue_growth > 20%`?

    Rows: `day, code, name`, then one column for each number that the condition names, by code. All is as known on
    `on`: a statement published later is not in. A member for which the condition has no answer, since a number of it
    is missing, is not in the rows and counted.

    Formula: any expression of `yanbao.formula` over the names of `METRICS`; each number is defined as in the exhibit
    of its name.

    Raises:
        ExhibitError: an unknown sector or number (with the names near it), or an expression that is no condition.
        FormulaError: an expression that cannot be read.
    """
    market.check(options.on)
    line_name(options.profit)
    condition = _condition(options.where)
    names = operands(condition)
    known = market.at(options.on)
    sector = options.find(market, options.sector)
    members = members_on(market, options, options.on, sector).select("code", "name")
    asked = Question(
        members,
        options.on,
        options.frm,
        options.period,
        options.basis,
        options.profit,
        options.source,
        options.weight,
        options.adjustment,
    )
    rows = members
    for name in names:
        query = METRICS[name].query(known, asked)
        rows = rows.left_join(query.select(of="code", **{name: "value"}), [("code", "of")]).select(*rows.columns, name)
    judged = rows.mutate(day=ibis.literal(options.on), answer=to_ibis(condition, lambda name: rows[name]))
    table = judged.filter(judged.answer).select("day", "code", "name", *names).order_by("code")

    def count() -> Coverage:
        sums = judged.aggregate(
            members=judged.count(),
            judged=judged.answer.count(),
            found=judged.answer.fill_null(False).cast("int64").sum(),
            **{f"with_{name}": judged[name].count() for name in names},
        )
        (found,) = fetch(sums)
        text = bridge_text(*bridge(market, options, options.on, sector))
        return Coverage(
            Text(
                f"{sector.name}{options.on}：{text.zh}；可判断{found['judged']}家，符合{found['found'] or 0}家，"
                f"缺数据{found['members'] - found['judged']}家",
                f"{sector.name} on {options.on}: {text.en}; {found['judged']} judged, {found['found'] or 0} fulfil it, "
                f"{found['members'] - found['judged']} without the numbers",
            ),
            (found,),
        )

    period = (
        Text(f"{options.period}", f"{options.period}")
        if options.period
        else Text("各公司最新报告期", "newest period of each company")
    )
    note = options.note()
    return Exhibit(
        "screen",
        market.as_of,
        (
            Column("day", "", Text("日期", "day")),
            Column("code", "", Text("代码", "code")),
            Column("name", "", Text("名称", "name")),
            *(
                Column(
                    name,
                    market.home.currency if METRICS[name].unit == "money" else METRICS[name].unit,
                    METRICS[name].head,
                )
                for name in names
            ),
        ),
        table,
        count,
        (
            Text(f"条件：{options.where}", f"condition: {options.where}"),
            Text(f"报告期：{period.zh}，{BASIS[options.basis].zh}", f"period: {period.en}, {BASIS[options.basis].en}"),
            *((note,) if note else ()),
        ),
    )


def _condition(text: str) -> Expr:
    expr = parse(text)
    if not is_condition(expr):
        raise ExhibitError(f"`{text}` is a number, not a condition\n    hint: compare it, as in `pe < 30`")
    chinese = {metric.head.zh: metric.name for metric in METRICS.values()}
    wrong: list[str] = []

    def resolve(part: Expr) -> Expr:
        if not isinstance(part, Name):
            return part
        name = chinese.get(part.column, part.column)
        if part.table is None and part.key is None and name in METRICS:
            return Ref(name)
        wrong.append(part.column)
        return part

    found = expand(transform(expr, resolve))
    wrong += [name for name in operands(found) if name not in METRICS]
    if wrong:
        names = [*METRICS, *chinese]
        near = {name: difflib.get_close_matches(name, names, 2, 0.5) for name in wrong}
        hints = "; ".join(
            f"`{name}`: did you mean {' or '.join(f'`{one}`' for one in found)}?"
            for name, found in near.items()
            if found
        )
        raise ExhibitError(
            f"no number is called {', '.join(f'`{name}`' for name in wrong)}\n"
            f"    hint: {hints or 'there are ' + ', '.join(METRICS)}"
        )
    return found
