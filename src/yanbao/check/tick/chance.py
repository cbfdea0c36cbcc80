"""How likely is it that a relation holds by chance, and how many such relations would random numbers show?

A claimed number and a number recomputed from others are two intervals. If they had nothing to do with each other, the
recomputed one would fall anywhere on a range R, and they would meet with probability

    p = min(1, (width of the claimed + width of the recomputed interval) / R).

The first instance of a relation is measured against the size of the numbers (R = the largest of them); every further
one against their spread (R = twice the distance between the quartiles of the claims, at most largest - smallest),
because numbers of one size are near each other without any relation. For sums and differences the spread is that of
the claim less its nearest operand: in a table whose lines resemble each other, a line plus a small difference of two
others comes near a third without meaning anything. Where c candidates were tried in a table, and one of them holds in
all but b of n instances, random numbers would show

    E = c * C(n, b) * p_1 * ... * p_(n-b)

of them at the most (Boole's inequality; the p are independent where the rows are). A relation found without the help
of labels is asserted only if E is below `LARGEST_EXPECTED`; `tests/check/tick/test_chance.py` draws random tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, log10
from typing import Final

import numpy as np
from numpy.typing import NDArray

LARGEST_EXPECTED: Final = 1e-3  # relations by chance a table, with a break among their instances
_QUARTILES: Final = 5  # instances from which on quartiles are taken
LARGEST_EXPECTED_LABELLED: Final = 0.05  # where a label says the same


def meeting(claims: NDArray[np.float64], widths: NDArray[np.float64], size: float) -> NDArray[np.float64]:
    """Return the probability that each instance ties by chance.

    `claims` and `widths` (claimed + recomputed interval) have one entry an instance, `size` is the largest of the
    numbers that enter. The instance whose size tells most is the first.
    """
    if not len(claims):
        return np.zeros(0)
    spread = spread_of(claims)
    chances = np.minimum(1.0, widths / spread) if spread > 0 else np.ones(len(claims))
    if size > 0:
        first = int(np.argmin(widths))
        chances[first] = min(1.0, float(widths[first]) / size)
    return chances


def spread_of(values: NDArray[np.float64]) -> float:
    """Return over how wide a range numbers lie, the few that lie far off left aside."""
    if not len(values):
        return 0.0
    ordered = sorted(values.tolist())
    spread: float = ordered[-1] - ordered[0]
    if len(ordered) >= _QUARTILES:
        spread = min(spread, 2 * (_quantile(ordered, 0.75) - _quantile(ordered, 0.25)))
    return spread


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile between order statistics; numpy's own takes twenty times as long for a dozen numbers."""
    place = share * (len(ordered) - 1)
    below = int(place)
    rest = place - below
    if not rest:
        return ordered[below]
    step = ordered[below + 1] - ordered[below]
    return ordered[below] + step * rest if rest < 0.5 else ordered[below + 1] - step * (1 - rest)


def least_spread(differences: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the differences that vary least: of a claim from the operand that it is nearest to."""
    return min(differences, key=spread_of)


def expected(candidates: int, count: int, broken: int, chances: NDArray[np.float64]) -> float:
    """Return E: how many relations like this random numbers would show.

    >>> round(expected(100, 3, 0, np.array([0.01, 0.01, 0.01])), 6)
    0.0001
    """
    exponent = (
        log10(max(1, candidates)) + log10(comb(count, broken)) + float(np.log10(np.maximum(chances, 1e-15)).sum())
    )
    return float(10 ** min(6.0, exponent))
