"""Lists of numbers: which belong together, and the unit that only the last of them prints."""

from __future__ import annotations

import itertools
import re
from typing import Final

from yanbao.quantity.period_words import match_lettered_period
from yanbao.quantity.reading import Reading
from yanbao.quantity.unit import NONE
from yanbao.quantity.unit_kind import is_count
from yanbao.quantity.unit_table import SCALABLE
from yanbao.quantity.unit_text import compose

_GROUPED: Final = re.compile(r"\ ?(?:/|、|和|与|及|以及|或|,|，)\ ?")
_PERIODS_JOINED: Final = re.compile(r"\ ?[/、和与及]\ ?")
_CARRIES: Final = re.compile(r"\ ?(?:/|、|和|与|及|以及|或)\ ?")


def join_lists(text: str, readings: list[Reading]) -> None:
    """Group the members of lists and carry a unit back to the members before it: 5275/1394亿元, 18、14、11倍."""
    index = len(readings) - 1
    while index > 0:
        first = index
        while first > 0 and _joined(text, readings[first - 1], readings[first]):
            first -= 1
        if first < index:
            members = readings[first : index + 1]
            if members[0].kind in ("period", "date"):
                _carry_year(text, members)
            else:
                _carry(text, members)
            for member in members:
                member.group = members[0].start
        index = first - 1


_NUMBERS: Final = frozenset({"measure", "count", "number", "range"})


def _carry_year(text: str, members: list[Reading]) -> None:
    """Give Q2 and Q3 of 2024Q1/Q2/Q3 the year of the member before."""
    for left, right in itertools.pairwise(members):
        if right.period is None and left.period is not None:
            found = match_lettered_period(text, right.start, left.period.start.year)
            if found is not None and found.end == right.end:
                right.period = found.period


def _joined(text: str, left: Reading, right: Reading) -> bool:
    if right.start - left.end > 4:
        return False
    if left.kind == right.kind and left.kind in ("period", "date"):
        return _PERIODS_JOINED.fullmatch(text, left.end, right.start) is not None
    if left.kind not in _NUMBERS or right.kind not in _NUMBERS:
        return False
    between = text[left.end : right.start]
    if _GROUPED.fullmatch(between) is None:
        return False
    # a comma lists numbers of one kind only, elsewhere it parts clauses
    return between.strip() not in (",", "，") or left.unit.same_dimension(right.unit)


def _carry(text: str, members: list[Reading]) -> None:
    for left, right in zip(members[-2::-1], members[:0:-1], strict=True):
        between = text[left.end : right.start]
        if right.unit is NONE or _CARRIES.fullmatch(between) is None or left.upper is not None:
            continue
        if left.unit is NONE and not left.signed:
            left.scale, left.base, left.unit = right.scale, right.base, right.unit
        elif left.scale and not left.base and right.base and right.base in SCALABLE:
            left.base = right.base
            left.unit = compose(left.scale, left.base)
        else:
            continue
        left.kind = "count" if is_count(left.unit) else "measure"
    for left, right in itertools.pairwise(members):
        if left.unit.prefix and right.unit is NONE and right.kind == "number" and not right.signed:
            right.unit, right.kind = left.unit, "measure"  # HK$1.20/1.50
