"""Which days a period named in a text covers: the prover's own reader of years, halves, quarters, months and days."""

from __future__ import annotations

import re
from datetime import date, timedelta

from yanbao.check.numerals import DIGITS

Days = tuple[date, date]

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_DAY = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?$")
_MONTH = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*月?[份底末初]?$")
_LETTERED = re.compile(r"(?:FY)?(\d{2}|\d{4})\s*年?\s*([QH])([1-4])\s*[AE]?$", re.IGNORECASE)
_LETTERED_BEFORE = re.compile(r"([1-4])([QH])(\d{2}|\d{4})[AE]?$", re.IGNORECASE)
_LETTERED_ENGLISH = re.compile(r"([QH])([1-4])\s+(\d{4})$")
_NINE_MONTHS = re.compile(r"(?:9M\s?(\d{4})|(\d{4})Q1-Q3|(\d{4})年前三季度)$")
_QUARTER = re.compile(r"(\d{2}|\d{4})年?第?([一二三四1-4])季(?:度|报)?$")
_HALF = re.compile(r"(\d{2}|\d{4})年?([上下])半年$")
_TO_MONTH = re.compile(r"(\d{2}|\d{4})年?M?(\d{1,2})[-~至—–]M?(\d{1,2})月?$")
_YEAR = re.compile(r"(?:FY)?(\d{4}|\d{2}(?=[年AE]))\s*年?(?:全年|度|[年]?末|底|初)?\s*[AE]?$", re.IGNORECASE)
_ENGLISH = re.compile(r"(?:(\d{1,2})\s+)?([A-Z][a-z]{2})[a-z]*\.?\s+(?:(\d{1,2}),\s*)?(\d{4})$")
_TO = re.compile(r"\s*(?:[-~～—–至到]|\bto\b)\s*")


def days_of(text: str) -> Days | None:
    """Return the first and last day of a period as a text names it, `None` if it is none.

    >>> days_of("2024年一季度")
    (datetime.date(2024, 1, 1), datetime.date(2024, 3, 31))
    >>> days_of("Q1 2024") == days_of("2024年一季度")
    True
    >>> days_of("9M 2024") == days_of("2024年前三季度") == days_of("2024Q1-Q3")
    True
    """
    text = text.strip()
    found = _one(text)
    if found is not None:
        return found
    parts = _TO.split(text)
    if len(parts) != 2:
        return None
    first, last = parts
    end = _one(last)
    start = _one(first) or _one(f"{first}年")
    if end is None and last:
        tail = re.match(r"\d{2}(?=\D|$)", last)
        if tail and start is not None:
            end = _one(f"{start[0].year // 100}{last}")
    if start is None and end is not None and re.fullmatch(r"\d{2}", first):
        start = _one(f"{end[0].year // 100}{first}年")
    return None if start is None or end is None or end[1] < start[0] else (start[0], end[1])


def _one(text: str) -> Days | None:
    try:
        return _unchecked(text)
    except ValueError:  # month 13, 30 February
        return None


def _unchecked(text: str) -> Days | None:
    if match := _DAY.match(text):
        day = date(*(int(part) for part in match.groups()))
        return day, day
    if match := _TO_MONTH.match(text):
        year = _year(match[1])
        return date(year, int(match[2]), 1), _month_end(year, int(match[3]))
    if match := _MONTH.match(text):
        year, month = int(match[1]), int(match[2])
        return date(year, month, 1), _month_end(year, month)
    if match := _LETTERED.match(text) or _LETTERED_BEFORE.match(text):
        before, letter, behind = match.groups()
        named, part = (before, behind) if match.re is _LETTERED else (behind, before)
        return _part(_year(named), letter, int(part))
    if match := _LETTERED_ENGLISH.match(text):
        return _part(_year(match[3]), match[1], int(match[2]))
    if match := _NINE_MONTHS.match(text):
        year = int(match[1] or match[2] or match[3])
        return date(year, 1, 1), date(year, 9, 30)
    if match := _QUARTER.match(text):
        return _part(_year(match[1]), "Q", DIGITS[match[2]] if match[2] in DIGITS else int(match[2]))
    if match := _HALF.match(text):
        return _part(_year(match[1]), "H", 1 if match[2] == "上" else 2)
    if match := _YEAR.match(text):
        year = _year(match[1])
        return date(year, 1, 1), date(year, 12, 31)
    if match := _ENGLISH.match(text):
        return _english(match)
    return None


def _english(match: re.Match[str]) -> Days | None:
    number = _MONTHS.get(match[2].lower())
    if number is None:
        return None
    year, day_text = int(match[4]), match[1] or match[3]
    if day_text:
        return date(year, number, int(day_text)), date(year, number, int(day_text))
    return date(year, number, 1), _month_end(year, number)


def _part(year: int, letter: str, number: int) -> Days | None:
    if letter.upper() == "Q":
        return date(year, 3 * number - 2, 1), _month_end(year, 3 * number)
    return (date(year, 6 * number - 5, 1), _month_end(year, 6 * number)) if number < 3 else None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1) if month < 13 else date(year, month, 1)
