"""Units of research reports: a dimension, a scale and the text they are printed with.

Conversion is exact. `%` of a level and `pp` of a difference are different kinds: `5% + 0.3pp` is a level,
`5% - 4%` is a difference, `5% + 4亿元` is an error.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from yanbao.errors import UnitError

Dimension = tuple[tuple[str, int], ...]
Kind = Literal["level", "difference"]
_ONE = Fraction(1)


@dataclass(frozen=True)
class Unit:
    """What one unit of a number is: `scale` base units of `dimension`, printed as `symbol`.

    `dimension` is a sorted tuple of (base, exponent): `(("CNY", 1),)` is money, `(("CNY", 1), ("share", -1))`
    money a share, `()` a pure number. `kind` keeps differences of ratios (pp, bp) apart from ratios.

    >>> YI_YUAN.factor_to(MILLION_YUAN)
    Fraction(100, 1)
    """

    symbol: str
    dimension: Dimension = ()
    scale: Fraction = Fraction(1)
    kind: Kind = "level"
    prefix: bool = False  # the symbol stands before the number: $485M has "$" before and "M" in the scale
    suffix: str = ""  # what stands behind the number when the symbol is a prefix: "M" in $485M

    def same_dimension(self, other: Unit) -> bool:
        """Whether numbers in the two units can be compared."""
        return self.dimension == other.dimension and self.kind == other.kind

    def factor_to(self, other: Unit) -> Fraction:
        """Return the exact number of `other` in one of `self`.

        Raises:
            UnitError: the two do not measure the same thing.
        """
        if not self.same_dimension(other):
            raise UnitError(f"{self.describe()} is not {other.describe()}")
        return _ONE if self.scale == other.scale else self.scale / other.scale

    def describe(self) -> str:
        """Return the unit in words for an error message."""
        if not self.dimension:
            what = "a difference of ratios" if self.kind == "difference" else "a pure number"
        else:
            what = " ".join(base if power == 1 else f"{base}^{power}" for base, power in self.dimension)
        return f"'{self.symbol}' ({what})" if self.symbol else f"a number without unit ({what})"

    def __mul__(self, other: Unit) -> Unit:
        # a ratio times a level stays in the level's own unit: 12.5% x 1000亿元 is 125亿元
        if not self.dimension and other.dimension:
            return replace(other, scale=other.scale * self.scale)
        if not other.dimension and self.dimension:
            return replace(self, scale=self.scale * other.scale)
        dimension = _combine(self.dimension, other.dimension, 1)
        kind: Kind = "difference" if "difference" in (self.kind, other.kind) and not dimension else "level"
        return Unit(_symbol(dimension), dimension, self.scale * other.scale, kind)

    def __truediv__(self, other: Unit) -> Unit:
        if not other.dimension and self.dimension:
            return replace(self, scale=self.scale / other.scale)
        dimension = _combine(self.dimension, other.dimension, -1)
        return Unit(_symbol(dimension), dimension, self.scale / other.scale, "level")

    def __pow__(self, exponent: int) -> Unit:
        dimension = tuple((base, power * exponent) for base, power in self.dimension if power * exponent)
        return Unit(_symbol(dimension), dimension, self.scale**exponent)

    def base(self) -> Unit:
        """Return the unit of the same dimension with scale 1."""
        return Unit(_symbol(self.dimension), self.dimension, Fraction(1), self.kind)


def _combine(left: Dimension, right: Dimension, sign: int) -> Dimension:
    powers = dict(left)
    for base, power in right:
        powers[base] = powers.get(base, 0) + sign * power
    return tuple(sorted((base, power) for base, power in powers.items() if power))


def _symbol(dimension: Dimension) -> str:
    over = "·".join(base if power == 1 else f"{base}^{power}" for base, power in dimension if power > 0)
    under = "·".join(base if power == -1 else f"{base}^{-power}" for base, power in dimension if power < 0)
    return f"{over}/{under}" if under else over  # per second is /second: a 1 would run into the number before it


def _money(symbol: str, currency: str, scale: int) -> Unit:
    return Unit(symbol, ((currency, 1),), Fraction(scale))


NONE = Unit("")
PERCENT = Unit("%", (), Fraction(1, 100))
PERMILLE = Unit("‰", (), Fraction(1, 1000))
POINT_OF_PERCENT = Unit("pp", (), Fraction(1, 100), "difference")
BASIS_POINT = Unit("bp", (), Fraction(1, 10_000), "difference")
TIMES = Unit("倍")
YUAN = _money("元", "CNY", 1)
MILLION_YUAN = _money("百万元", "CNY", 10**6)
YI_YUAN = _money("亿元", "CNY", 10**8)
