"""Is a claim surely not what its operands come to? Told in floats, for hundreds of numbers that may have been meant.

Floats only ever rule out: what they leave open, or cannot tell (an end without limit, a divisor that may be 0), is
decided with exact intervals. Their rounding errors, below 1e-12 of the numbers that enter, stay far inside `_SLACK`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from yanbao.check.tick.proposal import Arithmetic
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import Unit

Ends = tuple[float, float]  # of an interval, in base units
_SLACK: Final = 1e-9
_CONVERTED: Final = frozenset(("watt", "watt hour", "second"))  # dimensions that a product turns into each other
_QUOTIENTS: Final = ("growth", "ratio", "margin", "less_ratio", "scaled", "cagr")
_DIVISOR: Final = {"margin": 0, "less_ratio": 2, "scaled": 2}  # which operand; of the others the second


def ends(quantity: Quantity, unit: Unit | None = None) -> Ends:
    """Return the ends of a quantity's interval in base units; `unit` is another one than it is printed in.

    >>> from yanbao.quantity.unit import PERCENT
    >>> ends(Quantity.exact(50, PERCENT))
    (0.5, 0.5)
    """
    low, high = quantity.interval.low, quantity.interval.high
    scale = (unit or quantity.unit).scale
    try:
        factor = scale.numerator / scale.denominator
        return (
            -math.inf if low is None else low.numerator / low.denominator * factor,
            math.inf if high is None else high.numerator / high.denominator * factor,
        )
    except OverflowError:
        return -math.inf, math.inf


def is_plain(quantities: Sequence[Quantity]) -> bool:
    """Whether base units stay what they are in products: watts and seconds are joined to watt hours."""
    return not any(base in _CONVERTED for quantity in quantities for base, _ in quantity.unit.dimension)


def far(
    arithmetic: Arithmetic, claim: Ends, operands: Sequence[Ends], signs: Sequence[int] = (), years: float = 0
) -> bool:
    """Return whether no value of the operands' intervals comes near the claim's; `False` wherever floats can't tell.

    >>> far("growth", (0.1245, 0.1255), [(109.5, 110.5), (99.5, 100.5)])
    True
    """
    if arithmetic in _QUOTIENTS:
        low, high = operands[_DIVISOR.get(arithmetic, 1)]
        if not (low > 0 or high < 0):
            return False
    try:
        results = _come_to(arithmetic, operands, signs, years)
    except OverflowError:
        return False
    return all(apart(claim, (low, high), size) for low, high, size in results)


def apart(one: Ends, other: Ends, size: float = 0) -> bool:
    """Return whether two intervals surely have no value in common; `size` is that of the numbers they come from."""
    slack = _SLACK * (size + abs(one[0]) + abs(one[1]) + abs(other[0]) + abs(other[1]))
    return one[0] > other[1] + slack or other[0] > one[1] + slack  # an end that is no number: both are False


def _come_to(
    arithmetic: Arithmetic, operands: Sequence[Ends], signs: Sequence[int], years: float
) -> list[tuple[float, float, float]]:
    """Return the ends of the result, by each convention, with the size of the numbers that enter."""
    first = operands[0]
    if arithmetic in ("sum", "carried"):
        return [_sum(operands, signs)]
    if arithmetic == "difference":
        return [_sum(operands[:2], (1, -1))]
    if arithmetic == "product":
        return [_sized(_times(first, operands[1]))]
    if arithmetic == "mean":
        low, high, size = _sum(operands, ())
        return [(low / len(operands), high / len(operands), size / len(operands))]
    if arithmetic == "median":
        lows, highs = sorted(low for low, _ in operands), sorted(high for _, high in operands)
        return [_sized((middle_of(lows), middle_of(highs)))]
    second = operands[1]
    if arithmetic == "margin":
        low, high = _over(second, first)
        return [_sized((1 - high, 1 - low), 1)]
    if arithmetic == "less_ratio":
        low, high, size = _sum(operands[:2], (1, -1))
        below = min(abs(operands[2][0]), abs(operands[2][1]))
        return [(*_over((low, high), operands[2]), size / below)]
    if arithmetic == "scaled":
        return [_sized(_over(_times(first, second), operands[2]))]
    low, high = _over(first, second)
    if arithmetic == "growth":
        grown = _sized((low - 1, high - 1), 1)
        if second[0] > 0:
            return [grown]
        change = _sum(operands[:2], (1, -1))
        size = change[2] / min(abs(second[0]), abs(second[1]))
        by_size = _over(change[:2], (-second[1], -second[0]))
        return [(*by_size, size), (-by_size[1], -by_size[0], size)]
    if arithmetic == "cagr":
        if low <= 0 or not years:
            return [(-math.inf, math.inf, 0.0)]
        return [_sized((low ** (1 / years) - 1, high ** (1 / years) - 1), 1)]
    turned = [_sized((-high, -low))] if second[1] < 0 else []  # a return over a drawdown printed below 0
    return [_sized((low, high)), *turned]


def _sum(operands: Sequence[Ends], signs: Sequence[int]) -> tuple[float, float, float]:
    low = high = size = 0.0
    for place, (least, most) in enumerate(operands):
        size += max(abs(least), abs(most))
        if signs and signs[place] < 0:
            least, most = -most, -least
        low += least
        high += most
    return low, high, size


def _times(one: Ends, other: Ends) -> Ends:
    corners = (one[0] * other[0], one[0] * other[1], one[1] * other[0], one[1] * other[1])
    if any(corner != corner for corner in corners):  # 0 times an end without limit
        return -math.inf, math.inf
    return min(corners), max(corners)


def _over(one: Ends, other: Ends) -> Ends:
    corners = (one[0] / other[0], one[0] / other[1], one[1] / other[0], one[1] / other[1])
    if any(corner != corner for corner in corners):
        return -math.inf, math.inf
    return min(corners), max(corners)


def middle_of(values: Sequence[float]) -> float:
    """Return the median of numbers in order; numpy's own is slow for a few, and loads masked arrays."""
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def _sized(result: Ends, added: float = 0) -> tuple[float, float, float]:
    return (*result, max(abs(result[0]), abs(result[1])) + added)
