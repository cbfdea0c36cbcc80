"""Days as numbers along an axis, counted as workbooks count them."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import floor

from yanbao.errors import QuantityError
from yanbao.quantity import parse_period

_DAY_NIL = date(1899, 12, 30)  # serial 0 of the 1900 system, its false 29 February included


def serial(day: date) -> int:
    """Return the number of a day: 45473 is 30 June 2024.

    >>> serial(date(2024, 6, 30))
    45473
    """
    return (day - _DAY_NIL).days


def day_at(value: Fraction) -> date:
    """Return the day in which a number lies.

    >>> day_at(Fraction(90947, 2))
    datetime.date(2024, 6, 30)
    """
    return _DAY_NIL + timedelta(days=floor(value))


def day_in(text: str) -> date | None:
    """Return the day that a text says, `None` where it says none: 2024-06-30, 2024年6月30日, 30 June 2024.

    >>> day_in("2024/6/30"), day_in("2024Q2")
    (datetime.date(2024, 6, 30), None)
    """
    try:
        period = parse_period(text)
    except QuantityError:
        return None
    return period.start if period.grain == "day" else None
