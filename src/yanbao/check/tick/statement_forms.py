"""Totals of statements in the form that the accounting rules prescribe: each line's parts are fixed by its name.

The statements of a Chinese company have one layout (财政部：一般企业财务报表格式). A total of theirs has one set of
parts, or few: no search picks it, so that it can be judged in a table of one column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from yanbao.check.tick import line_words
from yanbao.check.tick.grid import Grid
from yanbao.check.tick.proposal import Instance, Proposal

_NUMBER: Final = r"^\s*(?:[(（]?[一二三四五六七八九十0-9]+[)）、.．]\s*)?"
_LEAD: Final = re.compile(_NUMBER + r"(?:[加减]\s*[:：]\s*)?")
_ADD: Final = re.compile(_NUMBER + r"加\s*[:：]")
_SUM: Final = re.compile(r"(?:现金流入|现金流出|的现金流入|的现金流出)小计$|^(?:非?流动资产|非?流动负债)合计$")
_INFLOW: Final = re.compile(r"现金流入小计$")
_OUTFLOW: Final = re.compile(r"现金流出小计$")
_NET: Final = re.compile(r"(?:经营|投资|筹资)活动.{0,4}产生的现金流量净额$")
_PROFITS: Final = re.compile(r"^(?:营业总?收入|营业总成本|营业利润|利润总额|净利润)(?:$|[(（])")

_Part = tuple[int, int]  # line and sign


def statement_forms(grid: Grid) -> list[Proposal]:
    """Return the totals of a statement whose parts its form names, those that no place supports as unproved."""
    if not any(_SUM.search(_name(line.label)) or _PROFITS.match(_name(line.label)) for line in grid.lines):
        return []
    found: list[Proposal] = []
    for claim, variants in _claims(grid):
        proposal = _judged(grid, claim, variants)
        if proposal is not None:
            found.append(proposal)
    return found


def _name(label: str) -> str:
    return _LEAD.sub("", label).strip()


def _claims(grid: Grid) -> Iterator[tuple[int, list[list[_Part]]]]:
    names = [_name(line.label) for line in grid.lines]
    for r, name in enumerate(names):
        if not grid.number[r].any():
            continue
        if _SUM.search(name):
            yield r, _section(grid, names, r)
        elif _NET.search(name):
            flows = [_last(names, r, pattern.search) for pattern in (_INFLOW, _OUTFLOW)]
            if all(flow is not None for flow in flows):
                yield r, [[(flow, sign) for flow, sign in zip(flows, (1, -1), strict=True) if flow is not None]]
        elif name.startswith("营业利润"):
            yield r, _operating_profit(grid, names, r)
        elif name.startswith("利润总额"):
            start = _last(names, r, lambda text: text.startswith("营业利润"))
            if start is not None:
                yield r, [[(start, 1), *_signed(grid, range(start + 1, r))]]
        elif name.startswith("净利润"):
            start = _last(names, r, lambda text: text.startswith("利润总额"))
            if start is not None:
                yield r, [[(start, 1), *_signed(grid, range(start + 1, r))]]


def _last(names: list[str], before: int, says: Callable[[str], object]) -> int | None:
    return next((i for i in range(before - 1, -1, -1) if says(names[i])), None)


def _section(grid: Grid, names: list[str], r: int) -> list[list[_Part]]:
    """Return the lines since the last total or sub-head ("流动资产：")."""
    start = r
    while start > 0:
        name = names[start - 1]
        if line_words.is_total(name) or name.endswith((":", "：")):
            break
        start -= 1
    return [_signed(grid, range(start, r))] if start < r else []


def _signed(grid: Grid, lines: range) -> list[_Part]:
    """Return lines with the sign that "减：" and "加：" give them and those after them; without "其中" lines."""
    parts: list[_Part] = []
    sign = 1
    for i in lines:
        label = grid.lines[i].label
        if line_words.is_of_which(label):
            continue
        if line_words.is_deducted(label):
            sign = -1
        elif _ADD.match(label):
            sign = 1
        if grid.number[i].any():
            parts.append((i, sign))
    return parts


def _operating_profit(grid: Grid, names: list[str], r: int) -> list[list[_Part]]:
    """Return revenue less costs plus gains; what stands below 财务费用 (其中：利息费用, 利息收入) is in it already."""
    cost = _last(names, r, lambda text: text.startswith("营业总成本"))
    income = _last(names, r, lambda text: text.startswith("营业总收入" if cost is not None else "营业收入"))
    if income is None:
        return []
    first = income + 1
    base: list[_Part] = [(income, 1)]
    if cost is not None:
        gains = next((i for i in range(cost + 1, r) if _ADD.match(grid.lines[i].label)), None)
        if gains is None:
            return []
        base, first = [(income, 1), (cost, -1)], gains
    parts = [*base, *_signed(grid, range(first, r))]
    kept = [
        (i, sign)
        for i, sign in parts
        if not (i > 0 and line_words.is_of_which(grid.lines[i - 1].label) and names[i].startswith(("利息", "以摊余")))
    ]
    return [kept, parts] if kept != parts else [parts]


def _judged(grid: Grid, claim: int, variants: list[list[_Part]]) -> Proposal | None:
    """Return the variant that holds in most places, or the first as unproved where none holds in any."""
    best: Proposal | None = None
    for parts in variants:
        proposal = _proposal(grid, claim, parts, len(variants))
        if proposal is None:
            continue
        chance = _chance(proposal)
        if chance is not None and (best is None or chance < best.expected):
            best = replace(proposal, expected=chance)
    if best is not None:
        return best
    first = next((each for parts in variants if (each := _proposal(grid, claim, parts, 1)) is not None), None)
    return None if first is None else replace(first, unproved=True)


def _proposal(grid: Grid, claim: int, parts: list[_Part], tried: int) -> Proposal | None:
    lines = [line for line, _ in parts]
    instances = []
    for j in np.flatnonzero(grid.number[claim]):
        if not all(grid.number[line, j] or grid.blank[line, j] for line in lines):
            continue
        operands = tuple((line, int(j)) for line in lines if grid.number[line, j])
        if operands and all(grid.kind[operand] == grid.kind[claim, j] for operand in operands):
            telling = sum(grid.value[operand] != 0 for operand in operands) >= 2
            instances.append(Instance((claim, int(j)), operands, telling))
    if not instances:
        return None
    relation = "total" if all(sign > 0 for _, sign in parts) else "signed_sum"
    return Proposal(relation, "sum", grid, tuple(instances), True, tried, line_signs=tuple(sorted(parts)))


def _chance(proposal: Proposal) -> float | None:
    grid, signs = proposal.grid, dict(proposal.line_signs)
    value = [sum(signs[line] * grid.value[line, j] for line, j in each.operands) for each in proposal.instances]
    half = [sum(grid.half[operand] for operand in each.operands) for each in proposal.instances]
    claims = np.array([grid.value[each.claimed] for each in proposal.instances])
    width = np.array(half) + np.array([grid.half[each.claimed] for each in proposal.instances])
    size = float(max(abs(grid.value[operand]) for each in proposal.instances for operand in each.operands))
    ties = np.abs(np.array(value) - claims) <= width + 1e-9 * size
    return proposal.accepted(ties, 2 * width, size, claims) if size > 0 else None
