"""Units under + - * /: what may be combined, and in which unit the result stands.

Sums take the left unit. A ratio minus a ratio is in percentage points, a ratio plus percentage points a ratio. A ratio
times a level stays in the level's own unit: 12.5% x 1000亿元 is 125亿元. A level by a level of the same dimension is a
pure number, by one of another dimension stands in both their units: 40个 / 2年 is 20个/年.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from yanbao.errors import UnitError
from yanbao.quantity.unit import NONE, POINT_OF_PERCENT, Unit
from yanbao.quantity.unit_text import parse_unit


def sum_unit(left: Unit, right: Unit) -> Unit:
    """Return the unit of `left + right`.

    Raises:
        UnitError: the two do not measure the same thing; the message says what each is.

    >>> from yanbao.quantity.unit import PERCENT, YI_YUAN
    >>> sum_unit(YI_YUAN, PERCENT)
    Traceback (most recent call last):
    yanbao.errors.UnitError: 亿元 + %: 亿元 is money (CNY), % is a ratio; they cannot be added
    """
    if left.dimension != right.dimension:
        raise _nonsense(left, right, "+", "added")
    return right if left.kind == "difference" and right.kind == "level" else left


def difference_unit(left: Unit, right: Unit) -> Unit:
    """Return the unit of `left - right`: pp where both are ratios.

    Raises:
        UnitError: the two do not measure the same thing, or a ratio is taken from percentage points.

    >>> from yanbao.quantity.unit import PERCENT
    >>> difference_unit(PERCENT, PERCENT).symbol
    'pp'
    """
    if left.dimension != right.dimension or (left.kind == "difference" and right.kind == "level"):
        raise _nonsense(left, right, "-", "subtracted")
    if left.kind == right.kind == "level" and not left.dimension and left.scale < 1 and right.scale < 1:
        return POINT_OF_PERCENT
    return left


def product_unit(left: Unit, right: Unit) -> tuple[Unit, Fraction]:
    """Return the unit of `left * right`, and the factor that brings the product of the numbers to it."""
    if left.dimension and right.dimension:
        return _base(left * right)
    if left.dimension or right.dimension:
        return (left, right.scale) if left.dimension else (right, left.scale)
    if "difference" in (left.kind, right.kind):
        return POINT_OF_PERCENT, left.scale * right.scale / POINT_OF_PERCENT.scale
    return NONE, left.scale * right.scale


def quotient_unit(left: Unit, right: Unit) -> tuple[Unit, Fraction]:
    """Return the unit of `left / right`, and the factor that brings the quotient of the numbers to it.

    >>> quotient_unit(parse_unit("个"), parse_unit("年"))[0].symbol
    '个/年'
    """
    if left.dimension == right.dimension:
        if left.kind == "difference" and right.kind == "level":
            return POINT_OF_PERCENT, left.scale / right.scale / POINT_OF_PERCENT.scale
        return NONE, left.scale / right.scale
    if not right.dimension:
        return left, 1 / right.scale
    return _both(left, right) or _base(left / right)


@lru_cache(maxsize=1024)
def _both(left: Unit, right: Unit) -> tuple[Unit, Fraction] | None:
    """Return 个/年 for 个 and 年, and a factor of 1; nothing where there is no such unit."""
    divided = left / right
    try:
        unit = parse_unit(f"{left.symbol}/{right.symbol}")
    except UnitError:
        return None
    fits = not (left.prefix or right.prefix) and unit.same_dimension(divided) and unit.scale == divided.scale
    return (unit, Fraction(1)) if fits else None


def _base(unit: Unit) -> tuple[Unit, Fraction]:
    return (unit.base(), unit.scale) if unit.dimension else (NONE, unit.scale)


def _nonsense(left: Unit, right: Unit, sign: str, verb: str) -> UnitError:
    first, second = left.symbol or "a bare number", right.symbol or "a bare number"
    cause = f"{first} is {what(left)}, {second} is {what(right)}"
    return UnitError(f"{first} {sign} {second}: {cause}; they cannot be {verb}")


def what(unit: Unit) -> str:
    """Say what a unit measures, for an error message.

    >>> what(POINT_OF_PERCENT)
    'a difference of ratios'
    """
    if not unit.dimension:
        if unit.kind == "difference":
            return "a difference of ratios"
        return "a ratio" if unit.scale < 1 else "a pure number"
    base, power = unit.dimension[0]
    if len(unit.dimension) > 1 or power != 1:
        return f"a quantity in {unit.base().symbol}"
    if base.startswith("count:"):
        return f"a count of {base.removeprefix('count:')}"
    if len(base) == 3 and base.isupper() and base not in ("IPS", "OPS"):
        return f"money ({base})"
    return {"month": "a time in months", "second": "a time in seconds"}.get(base, f"a quantity in {base}")
