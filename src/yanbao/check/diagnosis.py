"""How a wrong number came about, where its digits tell: truncated, transposed, off by a power of ten, wrong sign."""

from __future__ import annotations

from fractions import Fraction


def diagnose(claimed: Fraction, value: Fraction, decimals: int) -> str | None:
    """Return what fits between a number as printed and the value it should show, `None` if nothing does."""
    unit = Fraction(1, 10**decimals)
    half = unit / 2
    if claimed and abs(claimed + value) <= half:
        return "the sign is turned"
    if abs(claimed) < abs(value) < abs(claimed) + unit and claimed * value >= 0:
        return "truncated instead of rounded"
    for power in (1, 2, 3, 4, 8):
        for scale in (Fraction(10**power), Fraction(1, 10**power)):
            if value and abs(claimed * scale - value) <= half * scale:
                return f"off by a factor of {10**power}"
    mine, other = _digits(claimed, decimals), _digits(value, decimals)
    if len(mine) == len(other) and mine != other:
        places = [at for at in range(len(mine)) if mine[at] != other[at]]
        if len(places) == 2 and mine[places[0]] == other[places[1]] and mine[places[1]] == other[places[0]]:
            return "two digits are transposed"
        if len(places) == 1:
            return "one digit differs"
    return None


def _digits(value: Fraction, decimals: int) -> str:
    return str((abs(value) * 10**decimals + Fraction(1, 2)).__floor__())
