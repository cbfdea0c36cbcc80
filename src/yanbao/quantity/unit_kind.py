"""Whether numbers in a unit are counted or measured."""

from __future__ import annotations

from functools import lru_cache

from yanbao.quantity.unit import Unit


def is_count(unit: Unit) -> bool:
    """Whether numbers in the unit are counted, not measured: 家, 万股, tokens."""
    return len(unit.dimension) == 1 and _counted(unit.dimension[0])


@lru_cache(maxsize=512)
def _counted(part: tuple[str, int]) -> bool:
    return part[1] == 1 and (part[0].startswith("count:") or part[0] in ("share", "token"))


def is_exact_in(unit: Unit, digits: str) -> bool:
    """Whether digits in the unit are an exact count: 332家 is, 1.5万个 and 32万家 are rounded."""
    return is_count(unit) and "." not in digits and (unit.scale == 1 or unit.symbol == "手")
