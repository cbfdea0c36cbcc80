"""Ratios whose parts a sentence prints: margins beside revenue and profit, shares of one whole that nobody prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from yanbao.check.tick.figure import Figure
from yanbao.check.tick.sentence_figures import Read, scope
from yanbao.check.tick.sentence_judging import judge
from yanbao.check.tick.sentence_shape import pattern
from yanbao.check.tick.tested import Tested
from yanbao.quantity.quantity import Quantity

# ratio -> what is divided by revenue
_MARGINS: Final = {
    "gross_margin": ("gross_profit",),
    "net_margin": ("net_profit_parent", "net_profit"),
    "operating_margin": ("operating_profit",),
    "research_ratio": ("research_expense",),
    "selling_ratio": ("selling_expense",),
    "administrative_ratio": ("administrative_expense",),
}
_NAMES: Final = dict.fromkeys(("research_ratio", "selling_ratio", "administrative_ratio"), "expense_ratio")
_PART_OF: Final = pattern(
    r"<part:Q>(?:人民币)?[，,（(]?(?:同比<~8><G>[，,])?占(?:比|到?了?(?:公司|集团)?(?:总|主营业务|营业|销售){0,2}(?:收入|营收|营业额|销售额|销量|出货量)的?(?:比[例重])?)"
    r"(?:为|约|达|达到)*<share:%>"
)
_PART_EN: Final = pattern(
    r"<part:Q>,? (?:or|representing) <share:%> of (?:total )?(?:net )?(?P<of>sales|revenues?)\b", re.I
)
_LEAST: Final = 3  # parts that have to agree on a whole that is not printed


def ratio_relations(read: Read) -> list[Tested]:
    """Return the margins and the shares of one unprinted whole that a sentence claims, judged."""
    return [tested for tested in (*_margins(read), *_of_one_whole(read)) if tested is not None]


def _margins(read: Read) -> Iterator[Tested | None]:
    """Yield 收入69.46亿元，毛利51.34亿元，毛利率73.9%: of one period and subject, each named once."""
    named: dict[str, list[Figure]] = {}
    for figure in read.figures:
        if figure is not None and figure.metric is not None and figure.change is None:
            named.setdefault(figure.metric, []).append(figure)
    revenues = named.get("revenue", [])
    if len(revenues) != 1:
        return
    revenue = revenues[0]
    for ratio, tops in _MARGINS.items():
        claims = named.get(ratio, [])
        found = next((named[top] for top in tops if top in named), [])
        if len(claims) != 1 or len(found) != 1:
            continue
        claim, top = claims[0], found[0]
        if claim.subject != revenue.subject or top.subject != revenue.subject:
            continue
        if len({figure.period for figure in (claim, top, revenue)}) > 1 or scope(top.label) - {"归母"}:
            continue
        tested = judge("share", claim, {"part": top, "whole": revenue})
        yield None if tested is None else replace(tested, relation=_NAMES.get(ratio, ratio))


def _of_one_whole(read: Read) -> Iterator[Tested | None]:
    """Yield 眼科7.1亿元，占总收入的44.49%；骨科3.58亿元，占比22.43%；…: one whole for all, whatever it is.

    Three parts or more, and all but one of them agree: of two that differ nobody can say which is wrong.
    """
    shape = read.sentence.shape
    pairs: list[tuple[Figure, Figure]] = []
    for expression in (_PART_OF, _PART_EN):
        for found in expression.finditer(shape.text):
            part, share = read.figures[shape.number(found, "part")], read.figures[shape.number(found, "share")]
            if part is None or share is None or part.change is not None or not share.quantity.value:
                continue
            if shape.mentions[shape.number(found, "share")].group is not None:
                continue
            pairs.append((part, share))
    if len(pairs) < _LEAST or len({part.period for part, _ in pairs}) > 1:
        return
    if len({part.quantity.unit.dimension for part, _ in pairs}) > 1:
        return
    wholes = [part.quantity / share.quantity for part, share in pairs]
    agree = [sum(one.meets(other) for other in wholes) for one in wholes]
    anchor = agree.index(max(agree))
    if agree[anchor] < len(pairs) - 1:
        return
    first_part, first_share = pairs[anchor]
    for place, (part, share) in enumerate(pairs):
        if place == anchor:
            continue
        whole = Quantity(wholes[anchor].value, wholes[anchor].interval, wholes[anchor].unit)
        implied = replace(first_part, quantity=whole, text=f"({first_part.text} / {first_share.text})")
        tested = judge("share", share, {"part": part, "whole": implied})
        yield None if tested is None else replace(tested, operands=(part, first_part, first_share))
