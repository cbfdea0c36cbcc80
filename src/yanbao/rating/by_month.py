"""How sure a mean over calls is, when calls of one month share its market and long horizons overlap.

Calls that were entered in one month stand or fall together, and a horizon of h months overlaps with those of the h - 1
months before. So months are the unit: errors are clustered by month and, for h > 1, months less than h apart are
allowed to move together (a Bartlett kernel); the bootstrap draws stretches of h months.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from yanbao.rating.closes import Floats, Ints
from yanbao.sector.exhibit import Text

CALLS_NEEDED: Final = 30
WINDOWS_NEEDED: Final = 10
DRAWS: Final = 2000


@dataclass(frozen=True)
class Sure:
    """A mean with its standard error and 95 % interval; `None` where one month is all there is."""

    n: int
    months: int
    windows: float
    mean: float | None
    error: float | None
    low: float | None
    high: float | None

    @property
    def warning(self) -> Text | None:
        """Words where the numbers are too few to say anything (our rule: 30 calls and 10 separate stretches)."""
        if self.n >= CALLS_NEEDED and self.windows >= WINDOWS_NEEDED:
            return None
        return Text(
            f"样本太少，不足以下结论：{self.n}次、互不重叠的区间{self.windows:.1f}段"
            f"（至少需{CALLS_NEEDED}次、{WINDOWS_NEEDED}段）",
            f"too few to say anything: {self.n} calls, {self.windows:.1f} stretches that do not overlap "
            f"(at least {CALLS_NEEDED} and {WINDOWS_NEEDED} are needed)",
        )


def mean_by_month(values: Floats, months: Ints, horizon: int, seed: int) -> Sure:
    """Return the mean of `values` of calls entered in `months`, each over `horizon` months.

    Standard error: with e(m) the sum over the calls of month m of (value - mean), G months that have calls and h the
    horizon, variance = G/(G-1) [ sum e(m)^2 + 2 sum over k = 1 … h-1 of (1 - k/h) sum e(m) e(m-k) ] / n^2. For h = 1
    these are errors clustered by month (Liang and Zeger 1986); the kernel is that of Newey and West (1987).
    Interval: stretches of h months in a row drawn with replacement (circular block bootstrap, Politis and Romano 1992),
    2.5 % and 97.5 % of the means. The seed fixes the draws, which do not depend on the order of the calls.
    """
    n = len(values)
    if not n:
        return Sure(0, 0, 0.0, None, None, None, None)
    first = int(months.min())
    span = int(months.max()) - first + 1
    sums: Floats = np.bincount(months - first, weights=values, minlength=span).astype(np.float64)
    counts = np.bincount(months - first, minlength=span)
    clusters = int((counts > 0).sum())
    mean = float(sums.sum() / n)
    step = max(horizon, 1)
    windows = clusters / step
    if clusters < 2:
        return Sure(n, clusters, windows, mean, None, None, None)
    apart = sums - mean * counts
    total = float(apart @ apart)
    for lag in range(1, min(step, span)):
        total += 2.0 * (1.0 - lag / step) * float(apart[lag:] @ apart[:-lag])
    error = float(np.sqrt(max(total, 0.0) * clusters / (clusters - 1))) / n
    low, high = _bootstrap(sums, counts, step, seed)
    return Sure(n, clusters, windows, mean, error, low, high)


def _bootstrap(sums: Floats, counts: Ints, step: int, seed: int) -> tuple[float, float]:
    span = len(sums)
    blocks = -(-span // step)
    starts = (np.random.Generator(np.random.PCG64(seed)).random((DRAWS, blocks)) * span).astype(np.int64)
    drawn = ((starts[:, :, None] + np.arange(step)) % span).reshape(DRAWS, -1)[:, :span]
    total = counts[drawn].sum(axis=1)
    means = sums[drawn].sum(axis=1)[total > 0] / total[total > 0]
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)
