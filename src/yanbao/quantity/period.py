"""Periods: year, half, quarter, month, day, year to date, trailing twelve months, plan period, range."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from yanbao.errors import QuantityError

Grain = Literal["year", "half", "quarter", "month", "day", "ytd", "ttm", "plan", "range"]


@dataclass(frozen=True)
class Period:
    """A span of days with a grain, both ends included, and whether it is an estimate.

    `24Q1`, `2024Q1` and `2024年一季度` are the same object: the text is not part of it.

    >>> Period.quarter(2024, 1).end
    datetime.date(2024, 3, 31)
    """

    grain: Grain
    start: date
    end: date
    estimate: bool | None = None  # True for 2024E, False for 2023A, None where nothing is said

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise QuantityError(f"period ends before it starts: {self.start} > {self.end}")

    @staticmethod
    def year(year: int, estimate: bool | None = None) -> Period:
        """Return a calendar year."""
        return Period("year", date(year, 1, 1), date(year, 12, 31), estimate)

    @staticmethod
    def fiscal_year(year: int, end_month: int, estimate: bool | None = None) -> Period:
        """Return the fiscal year that is named after the calendar year in which it ends, at the end of a month."""
        last = _month_end(year, end_month)
        return Period("year", _month_end(year - 1, end_month) + timedelta(days=1), last, estimate)

    @staticmethod
    def half(year: int, number: int, estimate: bool | None = None) -> Period:
        """Return half-year 1 or 2."""
        if number not in (1, 2):
            raise QuantityError(f"a year has half 1 and half 2, not {number}")
        return Period("half", date(year, 6 * number - 5, 1), _month_end(year, 6 * number), estimate)

    @staticmethod
    def quarter(year: int, number: int, estimate: bool | None = None) -> Period:
        """Return quarter 1 to 4."""
        if not 1 <= number <= 4:
            raise QuantityError(f"a year has quarters 1 to 4, not {number}")
        return Period("quarter", date(year, 3 * number - 2, 1), _month_end(year, 3 * number), estimate)

    @staticmethod
    def month(year: int, number: int, estimate: bool | None = None) -> Period:
        """Return a month."""
        if not 1 <= number <= 12:
            raise QuantityError(f"a year has months 1 to 12, not {number}")
        return Period("month", date(year, number, 1), _month_end(year, number), estimate)

    @staticmethod
    def day(day: date) -> Period:
        """Return one day."""
        return Period("day", day, day)

    @staticmethod
    def year_to_date(end: date) -> Period:
        """Return the first of January to `end`."""
        return Period("ytd", date(end.year, 1, 1), end)

    @staticmethod
    def trailing_twelve_months(end: date) -> Period:
        """Return the twelve months up to `end`."""
        if (end + timedelta(days=1)).day == 1:  # a month's last day: whole months, 29 February or not
            before = _month_end(end.year - 1, end.month)
        else:
            before = end.replace(year=end.year - 1)
        return Period("ttm", before + timedelta(days=1), end)

    @staticmethod
    def plan(number: int) -> Period:
        """Return the five-year plan of that number: the 14th is 2021-2025."""
        if number < 1:
            raise QuantityError(f"there is no five-year plan {number}; the first ran 1953-1957")
        # plans 1 and 2 ran 1953-57 and 1958-62, the third 1966-70; from then on every five years
        first = 1953 + 5 * (number - 1) if number < 3 else 1966 + 5 * (number - 3)
        return Period("plan", date(first, 1, 1), date(first + 4, 12, 31))

    @staticmethod
    def between(first: Period, last: Period) -> Period:
        """Return the range from the start of `first` to the end of `last`."""
        return Period("range", first.start, last.end, last.estimate)

    @property
    def months(self) -> int | None:
        """Count of whole months, `None` where the period does not start and end with a month."""
        if self.start.day != 1 or (self.end + timedelta(days=1)).day != 1:
            return None
        return 12 * (self.end.year - self.start.year) + self.end.month - self.start.month + 1

    def covers(self, other: Period) -> bool:
        """Whether `other` lies within this period."""
        return self.start <= other.start and other.end <= self.end

    def same_days(self, other: Period) -> bool:
        """Whether the two periods are the same days, whatever their grain."""
        return (self.start, self.end) == (other.start, other.end)

    def previous_year(self) -> Period:
        """Return the same period one year before."""
        return Period(self.grain, _year_back(self.start), _year_back(self.end, self.end), None)


def _month_end(year: int, month: int) -> date:
    if month == 12:
        return date(year, 12, 31)
    return date(year, month + 1, 1) - timedelta(days=1)


def _year_back(day: date, end: date | None = None) -> date:
    if end is not None and (day + timedelta(days=1)).day == 1:  # a month's last day stays one
        return _month_end(day.year - 1, day.month)
    return date(day.year - 1, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)
