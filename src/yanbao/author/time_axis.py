"""Ticks of an axis of days: a month or a quarter apart where the days are near, else years."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from yanbao.document.days import serial
from yanbao.document.tree import Axis, Tick

_MOST = 5  # intervals: a day is a long word
_STEPS = (7, 14, 28, 91, 182)  # days: weeks, about a quarter, half a year
_YEAR = Fraction(1461, 4)


def time_axis(days: Iterable[date]) -> Axis:
    """Return an axis that holds all days; its ticks are evenly spaced, as those of native charts have to be.

    Quarters are not evenly long, so ticks nearer than a year say their own day. Years are 365.25 days apart, counted
    from the first day of a year after a leap year: then each tick lies in the first day of its year.
    """
    known = sorted(days)
    first, last = known[0], known[-1]
    for step in _STEPS:
        start = first.replace(day=1) if step >= 28 else first - timedelta(days=first.weekday())
        count = max(2, ceil(((last - start).days + 1) / step))
        if count <= _MOST:
            made = [start + timedelta(days=step * number) for number in range(count + 1)]
            return Axis(tuple(Tick(Fraction(serial(day)), day.isoformat()) for day in made), kind="day")
    epoch = date(first.year - (first.year - 1) % 4, 1, 1)
    years = max(1, ceil((last.year + 1 - first.year) / _MOST))
    from_, to = first.year - epoch.year, last.year - epoch.year + 1
    count = ceil((to - from_) / years)
    ticks = (from_ + years * number for number in range(count + 1))
    return Axis(tuple(Tick(serial(epoch) + _YEAR * at, str(epoch.year + at)) for at in ticks), kind="day")
