"""The equal-weight basket of all open buys, month by month, against the benchmark."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from yanbao.errors import ExhibitError
from yanbao.rating.closes import Floats, Ints, day_of, number
from yanbao.rating.outcome import Outcomes, horizon_ends
from yanbao.rating.tables import PortfolioRow


def basket(found: Outcomes, column: int, growth: Floats, cost: float) -> tuple[PortfolioRow, ...]:
    """How would someone have done who held all open buys in equal parts, set anew at each month's end?

    A buy is a company call of the best rating of its policy. It is open from its entry until its horizon (that of
    `column`), or until it is cut, withdrawn, suspended or dropped; several open calls on one security are one holding.
    At each month's end the open buys are bought in equal parts; a month's return is the mean of theirs, a share without
    a close counting at the one before. Turnover = half the sum over all securities of |new weight - weight that the
    month before left|; the first purchase counts as 0.5. Cost = `cost` x 2 x turnover (each purchase and each sale),
    paid at the start of the month. A month without an open buy earns nothing, and the benchmark goes on.

    `growth` is the benchmark by day of the grid. Rows from the first month that a buy was open in to the last.

    Raises:
        ExhibitError: the benchmark has no level at the end of a month.
    """
    closes = found.closes
    ends = _month_ends(found)
    buys = [
        at
        for at, one in enumerate(found.recommendations)
        if one.scope == "company" and one.scale.place(one.rating) == 0 and found.entered.at[at] >= 0
    ]
    if len(ends) < 2 or not buys:
        return ()
    if np.isnan(growth[ends]).any():
        lost = [str(day_of(day)) for day in closes.days[ends[np.isnan(growth[ends])]]]
        raise ExhibitError(f"the benchmark has no level on {', '.join(lost)}\n    hint: load it, or name another one")
    until = _open_until(found, column)
    rows: list[PortfolioRow] = []
    weights: dict[int, float] = {}
    level = index = 1.0
    for begin, end in pairwise(ends):
        day = closes.days[begin]
        held = sorted({int(found.entered.row[at]) for at in buys if found.entered.at[at] <= begin and day < until[at]})
        if not held and not rows:
            continue
        target = {row: 1.0 / len(held) for row in held}
        moved = sum(abs(target.get(row, 0.0) - weights.get(row, 0.0)) for row in target.keys() | weights.keys())
        turnover = float(moved) / 2.0  # of a numpy float a CSV would hold the name of its type
        paid = cost * 2.0 * turnover
        grown = {row: closes.carried[row, end] / closes.carried[row, begin] for row in held}
        gain = sum(grown.values()) / len(held) - 1.0 if held else 0.0
        benchmark = float(growth[end] / growth[begin] - 1.0)
        weights = {row: target[row] * grown[row] / (1.0 + gain) for row in held}
        level *= (1.0 - paid) * (1.0 + gain)
        index *= 1.0 + benchmark
        unpriced = int(np.isnan(closes.close[held, end]).sum()) if held else 0
        rows.append(
            PortfolioRow(
                day_of(closes.days[end]), len(held), unpriced, float(gain) if held else None, benchmark, turnover,
                paid, float(level), float(index),
            )
        )  # fmt: skip
    while rows and rows[-1].holdings == 0:
        rows.pop()
    return tuple(rows)


def _month_ends(found: Outcomes) -> Ints:
    """Return the places of the ends of months up to the last known day, from the month of the first entry."""
    last = np.flatnonzero(found.closes.is_end[: found.until + 1])
    entries = found.entered.at[found.entered.at >= 0]
    return last[last >= entries.min()] if len(entries) else last[:0]


def _open_until(found: Outcomes, column: int) -> Ints:
    """Return for each call the day on which it is no longer open."""
    days = horizon_ends(found.recommendations, found.closes, found.entered, found.horizons[column])
    for at, one in enumerate(found.recommendations):
        if one.fate and one.fate_day is not None:
            days[at] = min(days[at], number(one.fate_day))
    return days
