"""How many periods lie between two operands: counted from the periods themselves, never typed."""

from __future__ import annotations

from typing import Final

from yanbao.errors import FormulaError
from yanbao.quantity.period import Period

_MONTHS: Final = {"year": 12, "half": 6, "quarter": 3, "month": 1}


def span(later: Period, earlier: Period) -> int:
    """Return the number of years from `earlier` to `later`: 4 from 2022A to 2026E, not 5.

    Both have one grain and end on the same day of their years (2021Q1 and 2024Q1, the year to 31 May). A day is
    a balance-sheet day: the years between two of them are whole.

    Raises:
        FormulaError: two grains, parts of a year between them, or a later period that is not later.
    """
    if later.grain != earlier.grain:
        raise FormulaError(f"a {later.grain} and a {earlier.grain} have no number of years between them")
    years = later.end.year - earlier.end.year
    if years <= 0:
        raise FormulaError(f"the period that ends {later.end} is not later than the one that ends {earlier.end}")
    if not _same_days_of_year(later, earlier):
        raise FormulaError(f"from {earlier.end} to {later.end} is no whole number of years")
    return years


def apart(relation: str, now: Period, base: Period) -> str | None:
    """Return why two periods do not fit the relation `yoy` or `qoq`, `None` where they do.

    `yoy`: one grain, one year apart. `qoq`: one grain of a quarter, a half or a month, one next to the other.
    Other relations ask nothing of the periods.
    """
    if relation not in ("yoy", "qoq"):
        return None
    if now.grain != base.grain:
        return f"{relation} compares a {now.grain} with a {base.grain}"
    if relation == "yoy":
        one_year = now.end.year - base.end.year == 1 and _same_days_of_year(now, base)
        return None if one_year else f"yoy compares periods that end {now.end} and {base.end}: not one year apart"
    if now.grain not in ("half", "quarter", "month"):
        return f"qoq compares quarters, halves or months, not a {now.grain}"
    months = 12 * (now.end.year - base.end.year) + now.end.month - base.end.month
    return None if months == _MONTHS[now.grain] else f"qoq compares periods that end {now.end} and {base.end}"


def _same_days_of_year(later: Period, earlier: Period) -> bool:
    """Whether both periods are the same part of their years; the last of February is one day in every year."""
    moved = later
    for _ in range(later.end.year - earlier.end.year):
        moved = moved.previous_year()
    if moved.same_days(earlier):
        return True
    last = (2, 28), (2, 29)
    ends = [(day.month, day.day) for day in (moved.end, earlier.end)]
    return all(end in last for end in ends) and moved.end.year == earlier.end.year
