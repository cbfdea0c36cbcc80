"""Days and periods as files print them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Final, Literal

Grain = Literal["month", "quarter", "half", "year"]

# two digits of a year, or a day before 1800, are never meant
_YEAR = r"(?P<year>(?:18|19|20|21)\d{2})"
_CLOCK = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_DAY: Final = re.compile(
    rf"{_YEAR}(?:(?P<sign>[-/.])(?P<month>\d{{1,2}})(?P=sign)(?P<day>\d{{1,2}})"
    rf"|年(?P<month2>\d{{1,2}})月(?P<day2>\d{{1,2}})日|(?P<month3>\d{{2}})(?P<day3>\d{{2}})){_CLOCK}"
)
_MONTH: Final = re.compile(rf"{_YEAR}(?:[-/.](?P<month>\d{{1,2}})|年(?P<month2>\d{{1,2}})月)")
_QUARTER: Final = re.compile(rf"{_YEAR}(?:年)?(?:第?(?P<zh>[一二三四1234])季[度报]?|[- ]?Q(?P<q>[1-4]))", re.IGNORECASE)
_HALF: Final = re.compile(rf"{_YEAR}(?:年)?(?:中报|半年报|半年度?|上半年|H1)", re.IGNORECASE)
_FULL: Final = re.compile(rf"{_YEAR}(?:年报|年度报告|年度|年|FY|A)?", re.IGNORECASE)
_ZH: Final = {"一": 1, "二": 2, "三": 3, "四": 4}
_THIRD: Final = re.compile(rf"{_YEAR}(?:年)?(?:三季报|前三季度)")
_MONTH_AND_DAY: Final = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?")

# by when a listed company has to report (CSRC, Measures for Information Disclosure 2021, articles 12-14)
DEADLINES: Final = {3: (4, 30), 6: (8, 31), 9: (10, 31), 12: (4, 30)}


def parse_day(text: str) -> date | None:
    """Return the day of a text like 2024-06-28, 20240628, 2024/6/28 or 2024年6月28日; None where it is none.

    A time of day behind it is left out.

    >>> parse_day("2024/6/28 00:00:00")
    datetime.date(2024, 6, 28)
    """
    match = _DAY.fullmatch(text.strip())
    if match is None:
        return None
    month = match["month"] or match["month2"] or match["month3"]
    day = match["day"] or match["day2"] or match["day3"]
    try:
        return date(int(match["year"]), int(month), int(day))
    except ValueError:
        return None


def parse_last_day(text: str) -> date | None:
    """Return the last day of a period: a day itself, 2024-06, 2024Q1, 2024年一季报, 2024年中报, 2023年报, 2023.

    >>> parse_last_day("2023年报"), parse_last_day("2024三季报")
    (datetime.date(2023, 12, 31), datetime.date(2024, 9, 30))
    """
    text = text.strip()
    if (day := parse_day(text)) is not None:
        return day
    if match := _MONTH.fullmatch(text):
        month = int(match["month"] or match["month2"])
    elif match := _THIRD.fullmatch(text):
        month = 9
    elif match := _QUARTER.fullmatch(text):
        month = 3 * (_ZH.get(match["zh"]) or int(match["zh"]) if match["zh"] else int(match["q"]))
    elif match := _HALF.fullmatch(text):
        month = 6
    elif match := _FULL.fullmatch(text):
        month = 12
    else:
        return None
    return last_of_month(int(match["year"]), month) if 1 <= month <= 12 else None


def last_of_month(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def last_of(day: date, grain: Grain) -> date:
    """Return the last day of the month, quarter, half or year that holds a day."""
    step = {"month": 1, "quarter": 3, "half": 6, "year": 12}[grain]
    return last_of_month(day.year, -(-day.month // step) * step)


def first_after(text: str, after: date) -> date | None:
    """Return the first day with the month and day of a text (`04-23`, `4月23日`) that lies after a day.

    None where the text is no such day; the 29th of February waits for a leap year.
    """
    match = _MONTH_AND_DAY.fullmatch(text.strip())
    if match is None:
        return None
    for year in range(after.year, after.year + 9):
        try:
            day = date(year, int(match[1]), int(match[2]))
        except ValueError:
            continue
        if day > after:
            return day
    return None


def deadline(period: date) -> date | None:
    """Return the day by which a report on a period was due; None where no quarter ends on the day."""
    if period != last_of(period, "quarter"):
        return None
    month, day = DEADLINES[period.month]
    return date(period.year + (period.month == 12), month, day)
