"""How calls went month by month after they were entered: each one's relative return, and quartiles over all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from yanbao.rating.closes import Floats, number
from yanbao.rating.outcome import DECIMALS, Outcomes, horizon_ends
from yanbao.rating.tables import CallPath, PathRow


def relative_by_month(found: Outcomes, months: int) -> Floats:
    """Return calls x (0 … `months`) relative returns; NaN where a month is not reached or a share's worth unknown.

    Month k is the horizon of k months; a share without a close on its day counts at the last one before, as at a
    horizon. Month 0 is the entry: 0.
    """
    closes, entered = found.closes, found.entered
    relative = np.full((len(found.recommendations), months + 1), np.nan)
    there = entered.at >= 0
    relative[there, 0] = 0.0
    for month in range(1, months + 1):
        ends = horizon_ends(found.recommendations, closes, entered, month)
        place = np.searchsorted(closes.days, np.array([number(day) for day in ends], np.int64), side="right") - 1
        for at in np.flatnonzero(there & (place > entered.at)):
            end, start = int(place[at]), int(entered.at[at])
            if number(ends[at]) > closes.days[found.until] or not closes.known(entered.row[at : at + 1], end)[0]:
                continue
            growth = found.benchmarks[at]
            gain = closes.carried[entered.row[at], end] / closes.close[entered.row[at], start]
            relative[at, month] = gain - growth[end] / growth[start]
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
