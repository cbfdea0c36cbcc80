"""Relations inside sentences: what the wording of one sentence claims, judged."""

from __future__ import annotations

from collections.abc import Sequence

from yanbao.check.tick.sentence_figures import Read
from yanbao.check.tick.sentence_growth import growth_relations
from yanbao.check.tick.sentence_order import order_relations
from yanbao.check.tick.sentence_parts import part_relations
from yanbao.check.tick.sentence_values import value_relations
from yanbao.check.tick.tested import Tested


def relations_of_prose(read: Sequence[Read]) -> list[Tested]:
    """Return the relations that sentences claim between their own numbers, judged, in reading order."""
    tested: list[Tested] = []
    for each in read:
        if sum(figure is not None for figure in each.figures) < 2:
            continue
        for relations in (growth_relations, part_relations, value_relations, order_relations):
            tested.extend(relations(each))
    return tested
