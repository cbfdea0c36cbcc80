"""What an expression can come to: a number, a condition, or a column of either."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TypeAlias

from yanbao.errors import FormulaError
from yanbao.formula.truth import Truth
from yanbao.formula.units import aligned, is_bare_zero
from yanbao.quantity.quantity import Quantity

Value: TypeAlias = "Quantity | Truth | tuple[Quantity | Truth, ...]"


class NoAnswerError(FormulaError):
    """The expression is right, but on these numbers it has no result: a division by what may be 0."""


def scalar(value: Value) -> Quantity:
    """Return a single number, or say that it is not one."""
    if isinstance(value, Truth):
        raise FormulaError("a condition stands where a number is needed")
    if isinstance(value, tuple):
        raise FormulaError("a column stands where a single number is needed; sum(...) or mean(...) may be meant")
    return value


def as_vector(value: Value, other: Value) -> tuple[Quantity | Truth, ...]:
    """Return a column as it is, and a single value repeated to the length of `other`."""
    if isinstance(value, tuple):
        return value
    return (value,) * (len(other) if isinstance(other, tuple) else 1)


def items_of(values: Sequence[Value]) -> list[Quantity | Truth]:
    """Return all values in arguments that are single or columns, in order."""
    return list(chain.from_iterable(item if isinstance(item, tuple) else (item,) for item in values))


def numbers(values: Sequence[Value]) -> list[Quantity]:
    """Return all numbers in arguments that are numbers or columns, in the unit of the first."""
    flat = items_of(values)
    if not flat:
        raise FormulaError("no values to work on")
    items = [scalar(item) for item in flat]
    unit = next((item.unit for item in items if not is_bare_zero(item)), items[0].unit)
    return [aligned(item, unit) for item in items]
