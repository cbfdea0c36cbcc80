"""Relations inside sentences: what the wording of one sentence claims, judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yanbao.check.tick.sentence_figures import Read
from yanbao.check.tick.sentence_growth import growth_relations
from yanbao.check.tick.sentence_increments import increment_relations
from yanbao.check.tick.sentence_judging import INEQUALITIES
from yanbao.check.tick.sentence_order import order_relations
from yanbao.check.tick.sentence_parts import part_relations
from yanbao.check.tick.sentence_products import product_relations
from yanbao.check.tick.sentence_ratios import ratio_relations
from yanbao.check.tick.sentence_values import value_relations
from yanbao.check.tick.tested import Tested

_RULES: Final = (
    growth_relations,
    increment_relations,
    part_relations,
    ratio_relations,
    product_relations,
    value_relations,
    order_relations,
)


def relations_of_prose(read: Sequence[Read]) -> list[Tested]:
    """Return the relations that sentences claim between their own numbers, judged, in reading order."""
    tested: list[Tested] = []
    for each in read:
        if sum(figure is not None for figure in each.figures) < 2:
            continue
        for relations in _RULES:
            tested.extend(relations(each))
    return _once(tested)


def _once(tested: Sequence[Tested]) -> list[Tested]:
    """Return what was tested without what two rules found: one verdict on a claim and a relation, the surer first."""
    found: dict[tuple[int, str, tuple[int, ...]], Tested] = {}
    for each in tested:
        several = each.relation in INEQUALITIES  # a number may be above several others
        others = tuple(map(id, each.operands)) if several else ()
        found.setdefault((id(each.claimed), each.relation, others), each)
    return list(found.values())
