"""Units of results: what a product, a quotient and a count are measured in."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

from yanbao.errors import UnitError
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import NONE, Dimension, Unit

YEARS: Final = Unit("年", (("month", 1),), Fraction(12))

# a watt hour is 3600 watt seconds: GWh / GW is hours, W x h is Wh
_HOUR: Final = Fraction(3600)
_ENERGY: Final = "watt hour"


def with_energy(unit: Unit) -> Unit:
    """Return a unit that the algebra made with watts and hours joined or taken apart: Wh/W is a time, W x h is Wh."""
    return _contracted(_expanded(unit))


def factor(found: Unit, wanted: Unit) -> Fraction:
    """Return how many `wanted` one `found` is.

    A pure number may be called a number of things: `count(...)` is 5 and 5家.

    Raises:
        UnitError: the two do not measure the same thing; the message says how to write what may be meant.
    """
    if not found.dimension and found.kind == "level" and _is_count(wanted):
        return found.scale / wanted.scale
    if not found.dimension and not wanted.dimension and found.kind != wanted.kind:
        hint = (
            "write pp(a, b) for percentage points"
            if wanted.kind == "difference"
            else "a difference of ratios is in pp; a remainder is 1 - a"
        )
        raise UnitError(f"{found.describe()} is not {wanted.describe()}; {hint}")
    return found.factor_to(wanted)


def in_unit(quantity: Quantity, unit: Unit) -> Quantity:
    """Return a result in the unit that its cell or sentence asks for, exactly.

    Raises:
        UnitError: the result does not measure that.
    """
    return scaled(quantity, factor(quantity.unit, unit), unit)


def is_bare_zero(quantity: Quantity) -> bool:
    """Whether the quantity is the 0 of an expression, which has no unit of its own."""
    return not quantity.value and quantity.is_exact and quantity.unit == NONE


def aligned(quantity: Quantity, unit: Unit) -> Quantity:
    """Return a quantity in the unit of the one beside it; a bare 0 is 0 of anything, as in `profit > 0`.

    Raises:
        UnitError: the two do not measure the same thing.
    """
    if is_bare_zero(quantity):
        return Quantity(quantity.value, quantity.interval, unit, quantity.decimals)
    return quantity.to(unit)


def scaled(quantity: Quantity, by: Fraction, unit: Unit) -> Quantity:
    """Return the quantity with its number multiplied and its unit replaced."""
    if by == 1:
        return Quantity(quantity.value, quantity.interval, unit, quantity.decimals)
    return Quantity(quantity.value * by, quantity.interval.times(by), unit)


def _is_count(unit: Unit) -> bool:
    return len(unit.dimension) == 1 and unit.dimension[0][0].startswith("count:") and unit.dimension[0][1] == 1


def _expanded(unit: Unit) -> Unit:
    power = dict(unit.dimension).get(_ENERGY, 0)
    return _exchanged(unit, {_ENERGY: -power, "watt": power, "second": power}, _HOUR**power) if power else unit


def _contracted(unit: Unit) -> Unit:
    powers = dict(unit.dimension)
    watt, second = powers.get("watt", 0), powers.get("second", 0)
    common = min(watt, second) if watt > 0 and second > 0 else max(watt, second) if watt < 0 and second < 0 else 0
    if not common:
        return unit
    return _exchanged(unit, {_ENERGY: common, "watt": -common, "second": -common}, _HOUR**-common)


def _exchanged(unit: Unit, change: dict[str, int], scale: Fraction) -> Unit:
    powers = dict(unit.dimension)
    for base, power in change.items():
        powers[base] = powers.get(base, 0) + power
    dimension: Dimension = tuple(sorted((base, power) for base, power in powers.items() if power))
    bare = Unit("", dimension, Fraction(1), unit.kind).base()
    return replace(bare, scale=unit.scale * scale)
