"""A first mapping for a table that was pasted from a terminal: what is certain is written, the rest is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from yanbao.source.draft import Draft, Plan
from yanbao.source.fields import PUBLISHED_HEADS, Field, fits, plain
from yanbao.source.terminal import CODE_IN, SUMMARY, Layout, layouts
from yanbao.store.codes import kind_of
from yanbao.store.lines import LINES

_PER_SHARE: Final = ("close", "open", "high", "low")  # prices: 元 without a word
# numbers that vendors print in several units, and one of them
_EXAMPLES: Final = {
    "market_value": "元",
    "float_value": "元",
    "amount": "元",
    "volume": "股",
    "total": "股",
    "float": "股",
    "turnover": "%",
}
_TRADED: Final = "are the prices as traded (不复权)? adjusted ones go to `adjusted_price`"
_OWN_CURRENCY: Final = ("CNY", "人民币", "原始币种", "元")
_DEADLINE: Final = "a listed company has to report by then; the file has no day of publication"


@dataclass
class _Group:
    """Fields that go into one table with one day, and one basis or adjustment."""

    table: str
    day: date | None
    basis: str
    taken: dict[str, Field] = field(default_factory=dict)  # the table's column or line, and the field


def guess(path: Path) -> list[Draft]:
    """Return a mapping for each table of the store that a file feeds, with what is asked about it.

    A draft without questions is certain: its header names the fields, days, units and adjustment. Columns that no
    table holds are named in its notes.

    Raises:
        SourceError: the file can't be read, or holds no table that is known from a terminal.
    """
    return [draft for layout in layouts(path) for draft in _drafts(layout)]


def _drafts(layout: Layout) -> list[Draft]:
    notes: list[str] = []
    if layout.shape == "codes across":
        plans = list(_across(layout, notes))
    elif layout.shape == "series" and layout.security is None:
        plans = [_macro(layout)]
    else:
        plans = list(_fields(layout, notes))
    if not plans:
        plan = Plan("", layout)
        plan.ask("no column is one that the store has a table for", "")
        plans = [plan]
    return [plan.draft(tuple(notes)) for plan in plans]


def _fields(layout: Layout, notes: list[str]) -> Iterator[Plan]:
    """Plans for files whose columns are fields."""
    groups: dict[tuple[str, date | None, str], _Group] = {}
    published: dict[date | None, Field] = {}
    for one in layout.fields:
        if plain(one.name) in PUBLISHED_HEADS:
            published[one.day] = one
            continue
        placed = _placed(one, layout)
        if isinstance(placed, str):
            notes.append(f"not taken: {one.column}: {placed}")
            continue
        table, column, day, basis = placed
        group = groups.setdefault((table, day, basis), _Group(table, day, basis))
        if column in group.taken:
            notes.append(f"not taken: {one.column}: {group.taken[column].column} is taken for {column}")
        else:
            group.taken[column] = one
    for group in groups.values():
        if group.table in ("price", "index_level") and "close" not in group.taken:
            notes += [f"not taken: {one.column}: without a close as traded" for one in group.taken.values()]
        else:
            yield _plan(layout, group, published)


def _placed(one: Field, layout: Layout) -> tuple[str, str, date | None, str] | str:
    """Return table, column, day and basis of a field, or why it is not taken."""
    target = one.target
    if target is None:
        return "no table of the store holds it"
    table, column = target
    currency = dict(one.parameters).get("币种")
    if currency is not None and currency.upper() not in _OWN_CURRENCY:
        return f"in {currency}"
    if "母公司" in one.statement:
        return "of the parent alone, not consolidated"
    day = one.day
    if day is None and not one.day_text and layout.day is None:
        day = layout.context.day
    if layout.day is not None and layout.shape in ("long", "series"):
        day = None  # each row has its own
    basis = ""
    if table == "statement":
        basis = "quarter" if one.single_quarter else "ytd" if LINES[column].kind == "flow" else "instant"
    elif table == "price":
        kinds = {kind_of(code) for code in _codes(layout)}
        adjustment = one.adjustment or layout.context.adjustment
        if kinds == {"index"}:
            table = "index_level"
            if column == "turnover":
                return "an index has no turnover rate in the store"
        elif adjustment == "前复权":
            if column != "close":
                return "an adjusted price of which only the close is kept"
            table = "adjusted_price"
        elif adjustment == "后复权":
            return "adjusted backwards: its last price is not one that was paid"
        elif adjustment not in ("不复权", "除权"):
            basis = "adjustment?"
    return table, column, day, basis


def _codes(layout: Layout) -> tuple[str, ...]:
    given = layout.codes or ((layout.security,) if layout.security else ())
    return tuple(code for code in given if "." in code)


def _plan(layout: Layout, group: _Group, published: dict[date | None, Field]) -> Plan:
    plan = Plan(group.table, layout)
    _security(plan, layout)
    day_column = {"statement": "period", "headcount": "period"}.get(group.table, "day")
    if layout.shape in ("long", "series"):
        plan.columns[day_column] = (layout.day or "", "")
    elif group.day is not None:
        plan.constants[day_column] = group.day.isoformat()
    else:
        texts = sorted({one.day_text for one in group.taken.values() if one.day_text})
        said = f" (the header says {', '.join(texts)})" if texts else ""
        plan.ask(f"which day are the numbers of{said}?", f'constants.{day_column} = "2024-06-28"')
    if group.table == "statement":
        plan.constants["basis"] = group.basis
        plan.melt = ("line", "value")
    elif group.table == "adjusted_price":
        plan.constants["adjustment"] = "dividend"
    elif group.table == "valuation":
        plan.constants["source"] = layout.vendor
    if group.basis == "adjustment?" and set(group.taken) & set(_PER_SHARE):
        plan.ask(_TRADED, "")
    for column, one in group.taken.items():
        _unit(plan, layout, group.table, column, one)
        for key, value in one.parameters:
            if key != "币种":
                plan.ask(f"{one.column}: what does [{key}] {value} change?", "")
    _published(plan, layout, group, published, day_column)
    return plan


def _unit(plan: Plan, layout: Layout, table: str, column: str, one: Field) -> None:
    """Put a field into a plan with its unit; one that is not stated is asked where it matters."""
    target = "value" if table == "statement" else column
    unit = one.unit
    if not unit and layout.context.unit and fits(layout.context.unit, table, target):
        unit = layout.context.unit
    if not unit and table == "index_level" and column in _PER_SHARE:
        unit = "点"
    elif not unit and column in _PER_SHARE:
        unit = "元"
    elif not unit and (table == "statement" or column in _EXAMPLES):
        example = _EXAMPLES.get(column, "元")
        plan.ask(f"{one.column}: in which unit? it would be read as {example}", "")
        unit = example
    if unit and not fits(unit, table, target):
        if table == "index_level" and unit == "元":
            unit = "点"  # terminals print 元 beside an index too
        elif unit in ("倍", "次", "x"):
            unit = ""
        else:
            plan.ask(f"{one.column}: {unit} is not what {table}.{target} holds", "")
            unit = ""
    if plan.melt is not None:
        plan.melted[one.column] = (column, unit)
    else:
        plan.columns[column] = (one.column, unit)


def _published(plan: Plan, layout: Layout, group: _Group, published: dict[date | None, Field], day_column: str) -> None:
    if group.table in ("statement", "headcount"):
        own = published.get(group.day) or (published.get(None) if len(published) == 1 else None)
        if own is not None:
            plan.columns["published"] = (own.column, "")
        else:
            plan.published = f'{{ after = "{day_column}", deadline = true, reason = "{_DEADLINE}" }}'
    elif group.table == "shares":
        reason = "a count that the terminal gives for a day was known on it"
        plan.published = f'{{ after = "{day_column}", days = 0, reason = "{reason}" }}'


def _security(plan: Plan, layout: Layout) -> None:
    if layout.code is None:
        plan.constants["code"] = layout.security or ""
        return
    plan.columns["code"] = (layout.code, "")
    if any(not code for code in layout.codes):
        plan.drops.append((layout.code, "missing = true", "a row without a code"))
    summaries = sorted({code for code in layout.codes if code.strip("：: ") in SUMMARY})
    if summaries:
        listed = ", ".join(f'"{text}"' for text in summaries)
        plan.drops.append((layout.code, f"is = [{listed}]", "a summary row"))
    short = [code for code in layout.codes if code.isdigit() and len(code) < 6]
    if short:
        plan.ask(
            f"codes like {short[0]} have lost their leading zeros: are all of them mainland codes of six digits?",
            "code = { zeros = 6 }",
        )
    kinds = {kind_of(code) for code in layout.codes if "." in code}
    if len(kinds) > 1 and "index" in kinds and plan.table in ("price", "index_level", "adjusted_price"):
        plan.ask("stocks and indices stand together: keep one kind with [[drop]], and map the other apart", "")


def _across(layout: Layout, notes: list[str]) -> Iterator[Plan]:
    """Plans for days down and securities across: one a field and kind of security."""
    groups: dict[tuple[str, str, str, str], list[tuple[str, str]]] = {}
    title = _title_field(layout)
    for one in layout.fields:
        code = CODE_IN.search(one.column)
        assert code is not None
        own = _own_field(one, code[1]) or title
        if own is None:
            groups.setdefault(("", "", "", ""), []).append((one.column, code[1]))
            continue
        merged = Field(
            one.column,
            own.name,
            unit=own.unit or one.unit or layout.context.unit,
            adjustment=own.adjustment or one.adjustment or layout.context.adjustment,
            statement=own.statement,
        )
        single = Layout(**{**vars(layout), "codes": (code[1],), "shape": "long"})
        placed = _placed(merged, single)
        if isinstance(placed, str):
            notes.append(f"not taken: {one.column}: {placed}")
            continue
        table, column, _, basis = placed
        groups.setdefault((table, column, merged.unit, basis), []).append((one.column, code[1]))
    for (table, column, unit, basis), members in groups.items():
        plan = Plan(table or "price", layout)
        day_column = "period" if table == "statement" else "day"
        plan.columns[day_column] = (layout.day or "", "")
        single_group = _Group(table or "price", None, basis)
        if not table:
            plan.ask("what are the numbers? neither the title nor the header says so", "")
            column = "close"
        if table == "statement":
            plan.constants |= {"basis": basis, "line": column}
        elif table == "adjusted_price":
            plan.constants["adjustment"] = "dividend"
        elif table == "valuation":
            plan.constants["source"] = layout.vendor
        if basis == "adjustment?":
            plan.ask(_TRADED, "")
        plan.melt = ("code", "value" if table == "statement" else column)
        probe = Plan(plan.table, layout)
        _unit(probe, layout, plan.table, column, Field(members[0][0], column, unit=unit))
        plan.questions += probe.questions
        plan.melt_unit = probe.columns[column][1]
        plan.melted = {name: (code, "") for name, code in members}
        _published(plan, layout, single_group, {}, day_column)
        yield plan


def _own_field(one: Field, code: str) -> Field | None:
    """The field that a column's own header names beside its code: `600519.SH|贵州茅台|收盘价`."""
    from yanbao.source.fields import parse_field

    parts = [part for part in one.column.split("|") if code not in part]
    beside = one.column.replace(code, "").strip(" |()（）")
    return next((made for part in (*parts, beside) if (made := parse_field(part)).target is not None), None)


def _title_field(layout: Layout) -> Field | None:
    from yanbao.source.fields import parse_field

    for part in re.split(r"[\s,，;；:：]+", layout.title):
        made = parse_field(part)
        if made.target is not None:
            return made
    return None


def _macro(layout: Layout) -> Plan:
    plan = Plan("macro", layout)
    grain = {"月": "month", "季": "quarter", "年": "year"}.get(layout.frequency, "")
    plan.columns["period"] = (layout.day or "", "")
    plan.grain = grain
    plan.melt = ("series", "value")
    for one in layout.fields:
        name = one.column.split("|")[0]
        plan.melted[one.column] = (name, "")
        plan.with_unit[one.column] = one.unit or "1"
        if not one.unit:
            plan.ask(f"{name}: in which unit?", "")
    plan.ask(
        "how many days after a period were the numbers published?",
        'published = { after = "period", days = 15, reason = "…" }',
    )
    return plan
