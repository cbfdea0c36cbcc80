"""How much does a break matter: a slip in the last place, another number, or another conclusion?"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from yanbao.check.tick.proposal import Arithmetic
from yanbao.check.tick.tested import Severity
from yanbao.quantity.quantity import Quantity

_DIRECTIONS: Final = ("growth", "difference", "cagr")
_SLIGHT: Final = Fraction(1, 200)  # of the right value
_STEPS: Final = 2  # units of the last printed place


def severity(arithmetic: Arithmetic, claimed: Quantity, recomputed: Quantity) -> Severity:
    """Return "conclusion" where the direction turns, "typo" where the last place is off.

    >>> from yanbao.quantity.unit import PERCENT
    >>> severity("growth", Quantity.printed("5.3", PERCENT), Quantity.printed("-5.3", PERCENT))
    'conclusion'
    """
    right = recomputed.value * recomputed.unit.scale / claimed.unit.scale
    if arithmetic in _DIRECTIONS and claimed.value * right < 0:
        return "conclusion"
    step = Fraction(1, 10 ** (claimed.decimals or 0))
    gap = abs(claimed.value - right)
    return "typo" if gap <= _STEPS * step and gap <= abs(right) * _SLIGHT + step else "material"
