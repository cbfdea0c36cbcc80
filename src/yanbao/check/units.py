"""How much one unit is of another: the prover's own small table, besides the units of the facts themselves."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from yanbao.errors import UnitError
from yanbao.quantity import parse_unit
from yanbao.quantity.unit import Unit

_MULTIPLIERS = {
    "万亿": 10**12,
    "千亿": 10**11,
    "百亿": 10**10,
    "十亿": 10**9,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "千": 10**3,
}
_BASES: dict[str, tuple[str, Fraction]] = {
    "": ("ratio", Fraction(1)),
    "倍": ("ratio", Fraction(1)),
    "x": ("ratio", Fraction(1)),
    "%": ("ratio", Fraction(1, 100)),
    "‰": ("ratio", Fraction(1, 1000)),
    "成": ("ratio", Fraction(1, 10)),
    "pp": ("difference", Fraction(1, 100)),
    "百分点": ("difference", Fraction(1, 100)),
    "个百分点": ("difference", Fraction(1, 100)),
    "bp": ("difference", Fraction(1, 10_000)),
    "个基点": ("difference", Fraction(1, 10_000)),
    "元": ("CNY", Fraction(1)),
    "瓦": ("W", Fraction(1)),
    "千瓦": ("W", Fraction(1000)),
    "瓦时": ("Wh", Fraction(1)),
    "千瓦时": ("Wh", Fraction(1000)),
    "度": ("Wh", Fraction(1000)),
    "kW": ("W", Fraction(10**3)),
    "MW": ("W", Fraction(10**6)),
    "GW": ("W", Fraction(10**9)),
    "kWh": ("Wh", Fraction(10**3)),
    "MWh": ("Wh", Fraction(10**6)),
    "GWh": ("Wh", Fraction(10**9)),
    "TWh": ("Wh", Fraction(10**12)),
}


@lru_cache(maxsize=1024)
def measure(symbol: str) -> tuple[str, Fraction]:
    """Return what a unit measures and how much of it one unit is; an unknown word measures itself.

    >>> measure("亿元")
    ('CNY', Fraction(100000000, 1))
    """
    above, slash, below = symbol.partition("/")
    if slash:
        base, factor = measure(above)
        under, share = measure(below)
        return f"{base}/{under}", factor / share
    if symbol in _BASES:
        return _BASES[symbol]
    for word, times in _MULTIPLIERS.items():
        if symbol.startswith(word):
            base, rest = measure(symbol[len(word) :])
            return ("count" if base == "ratio" else base), rest * times
    return symbol, Fraction(1)


def factor(unit: Unit, symbol: str) -> Fraction | None:
    """Return how many `symbol` one `unit` is, `None` where they do not measure the same thing."""
    if unit.symbol == symbol and not unit.prefix:
        return Fraction(1)
    mine, other = measure(unit.symbol), measure(symbol)
    if mine[0] == other[0] and not unit.prefix:
        return mine[1] / other[1]
    try:
        return unit.factor_to(parse_unit(symbol))
    except UnitError:
        return None
