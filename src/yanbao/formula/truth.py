"""Conditions on printed numbers: what the print says, and whether the rounding behind it could say otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from yanbao.formula.units import aligned, is_bare_zero
from yanbao.quantity.interval import Interval, less
from yanbao.quantity.quantity import Quantity

_OUTCOMES: dict[str, frozenset[int]] = {
    "<": frozenset({-1}),
    "<=": frozenset({-1, 0}),
    ">": frozenset({1}),
    ">=": frozenset({1, 0}),
    "==": frozenset({0}),
    "!=": frozenset({-1, 1}),
}
COMPARISONS = frozenset(_OUTCOMES)


@dataclass(frozen=True)
class Truth:
    """Whether a condition is true of the values as printed, and whether every true value agrees."""

    value: bool
    sure: bool


def compare(operator: str, left: Quantity, right: Quantity) -> Truth:
    """Return how two numbers compare, in one unit; one and the same fact always equals itself."""
    if left is right:
        return Truth(0 in _OUTCOMES[operator], sure=True)
    if is_bare_zero(left):
        left = aligned(left, right.unit)
    other = aligned(right, left.unit)
    printed = less(other.value, left.value) - less(left.value, other.value)
    wanted = _OUTCOMES[operator]
    value = printed in wanted
    sure = all((outcome in wanted) == value for outcome in _possible(left.interval, other.interval))
    return Truth(value, sure)


def _possible(a: Interval, b: Interval) -> tuple[int, ...]:
    """Return how a value of one interval may compare with a value of the other: -1 smaller, 0 equal, 1 larger."""
    if a.high is not None and b.low is not None and less(a.high, b.low):
        return (-1,)
    if b.high is not None and a.low is not None and less(b.high, a.low):
        return (1,)
    smaller = a.low is None or b.high is None or less(a.low, b.high)
    larger = a.high is None or b.low is None or less(b.low, a.high)
    return (*((-1,) if smaller else ()), 0, *((1,) if larger else ()))


def both(left: Truth, right: Truth) -> Truth:
    """Return `left and right`: sure where both are, or where one is surely false."""
    value = left.value and right.value
    surely_false = any(part.sure and not part.value for part in (left, right))
    return Truth(value, surely_false or (left.sure and right.sure))


def either(left: Truth, right: Truth) -> Truth:
    """Return `left or right`: sure where both are, or where one is surely true."""
    value = left.value or right.value
    surely_true = any(part.sure and part.value for part in (left, right))
    return Truth(value, surely_true or (left.sure and right.sure))
