"""The docs page of all relations, made from the relations themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from yanbao.relation.catalog import CATALOG
from yanbao.relation.relation import Group, Relation

_GROUPS: Final[dict[Group, str]] = {
    "growth": "Growth and change",
    "structure": "Structure",
    "aggregate": "Aggregates",
    "order": "Order and buckets",
    "valuation": "Valuation",
    "conversion": "Conversion",
}

_HEAD: Final = """\
# Relations

The arithmetic of the trade: each relation is a formula of the [expression language](expressions.md) with its side
conditions and its wording. In an expression a relation is called like a function, `yoy(state, prev(state))`; the
fact keeps the formula behind it, the workbook shows it as a live formula. A claim about a relation breaks only if
the claimed interval and the recomputed one cannot meet. Where a side condition is not met the result is *not
meaningful*: a cell with a reason, never a number.

Another package adds a relation through the entry point group `yanbao.relations`.

This page is generated: `python -m yanbao.relation > docs/relations.md`.
"""


def page(relations: Iterable[Relation] = CATALOG) -> str:
    """Return the page as Markdown: a list of all relations, then each with formula, operands and conditions."""
    all_of_them = list(relations)
    lines = [_HEAD, "| relation | 中文 | formula | unit |", "|---|---|---|---|"]
    for relation in all_of_them:
        formula = _code(relation.formula)
        title = relation.wording["zh"].title
        lines.append(f"| [{relation.name}](#{relation.name}) | {title} | {formula} | {_unit(relation)} |")
    for group, title in _GROUPS.items():
        members = [relation for relation in all_of_them if relation.group == group]
        if members:
            lines += ["", f"## {title}"]
        for relation in members:
            lines += ["", *_section(relation)]
    return "\n".join(lines) + "\n"


def _section(relation: Relation) -> list[str]:
    zh, en = relation.wording["zh"], relation.wording["en"]
    lines = [f"### {relation.name}", "", f"**{en.title}** ({zh.title}): {_code(relation.usage)}", ""]
    lines.append(f"- formula: {_code(relation.formula)}, in {_unit(relation)}")
    for parameter in relation.parameters:
        column = ", a column" if parameter.column else ""
        lines.append(f"- {_code(parameter.name)}: {parameter.en} ({parameter.zh}){column}")
    lines += [
        f"- needs {_code(condition.text)}, or: {condition.en} ({condition.zh})" for condition in relation.conditions
    ]
    for wording in (zh, en):
        said = [wording.sentence] + ([wording.opposite] if wording.opposite else [])
        lines.append("- said: " + " / ".join(_code(sentence) for sentence in said))
    if relation.note:
        lines.append(f"- note: {relation.note}")
    if relation.source:
        lines.append(f"- source: {relation.source}")
    return lines


def _unit(relation: Relation) -> str:
    return relation.unit.symbol if relation.unit is not None else "the unit of the formula"


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"
