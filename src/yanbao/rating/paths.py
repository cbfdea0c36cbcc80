"""How calls went month by month after they were entered: each one's relative return, and quartiles over all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from yanbao.rating.closes import FAR, Floats
from yanbao.rating.outcome import DECIMALS, Outcomes, horizon_ends
from yanbao.rating.tables import CallPath, PathRow


def relative_by_month(found: Outcomes, months: int) -> Floats:
    """Return calls x (0 … `months`) relative returns; NaN where a month is not reached or a share's worth unknown.

    Month k is the horizon of k months; a share without a close on its day counts at the last one before, as at a
    horizon. Month 0 is the entry: 0.
    """
    closes, start = found.closes, found.entered.at
    relative = np.full((len(found.recommendations), months + 1), np.nan)
    relative[start >= 0, 0] = 0.0
    last = closes.days[found.until] if found.until >= 0 else -FAR
    for month in range(1, months + 1):
        ends = horizon_ends(found.recommendations, closes, found.entered, month)
        place = np.searchsorted(closes.days, ends, side="right") - 1
        at = np.flatnonzero((start >= 0) & (place > start) & (ends <= last))
        at = at[closes.known(found.entered.row[at], place[at])]
        row, begin, end, index = found.entered.row[at], start[at], place[at], found.growth_of[at]
        gain = closes.carried[row, end] / closes.close[row, begin]
        relative[at, month] = gain - found.growth[index, end] / found.growth[index, begin]
    rounded: Floats = np.round(relative, DECIMALS)
    return rounded


def paths(found: Outcomes, relative: Floats) -> tuple[tuple[PathRow, ...], tuple[CallPath, ...]]:
    """Return quartiles by month over all calls that have a value there, and each call's own path."""
    rows = []
    for month in range(relative.shape[1]):
        values = relative[:, month][~np.isnan(relative[:, month])]
        quartiles: Sequence[float | None] = (
            [float(value) for value in np.percentile(values, (25, 50, 75))] if len(values) else [None] * 3
        )
        rows.append(PathRow(month, len(values), *quartiles))
    own = tuple(
        CallPath(
            one.id,
            one.security,
            one.name,
            one.published,
            tuple(None if np.isnan(value) else float(value) for value in line),
        )
        for one, line in zip(found.recommendations, relative, strict=True)
    )
    return tuple(rows), own
