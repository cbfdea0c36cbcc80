"""Ticks of a value axis: round steps that cover the data."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from yanbao.document.tree import Axis, Tick


def nice_axis(values: Iterable[Fraction], unit: str, *, zero: bool, count: int = 5) -> Axis:
    """Return an axis of about `count` intervals with steps of 1, 2, 2.5 or 5 times a power of ten.

    Args:
        values: the data in the axis' unit; at least one.
        unit: symbol; `%` is printed behind each tick.
        zero: whether the axis must hold 0 (bars do).
    """
    items = list(values)
    low, high = min(items), max(items)
    if zero:
        low, high = min(low, Fraction(0)), max(high, Fraction(0))
    if low == high:
        pad = abs(high) / 10 or Fraction(1)
        low, high = (low - pad, high + pad) if not zero else (min(low, Fraction(0)), high + pad)
    step = _step((high - low) / count)
    first = math.floor(low / step)
    last = math.ceil(high / step)
    if not zero and last - first < 2:
        last += 1
    decimals = _decimals(step)
    ticks = tuple(
        Tick(step * index, f"{float(step * index):,.{decimals}f}{'%' if unit == '%' else ''}")
        for index in range(first, last + 1)
    )
    return Axis(ticks, unit)


def _step(raw: Fraction) -> Fraction:
    power = Fraction(10) ** math.floor(math.log10(raw))
    for factor in (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5), Fraction(10)):
        if raw <= power * factor:
            return power * factor
    return power * 10


def _decimals(step: Fraction) -> int:
    decimals = 0
    while (step * 10**decimals).denominator != 1:
        decimals += 1
    return decimals
