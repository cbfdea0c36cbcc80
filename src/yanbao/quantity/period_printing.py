"""Periods as text, and a whole text as a period."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Final, Literal

from yanbao.errors import QuantityError
from yanbao.quantity import period_text, period_words
from yanbao.quantity.markup import Cleaned
from yanbao.quantity.period import Grain, Period

Style = Literal["text", "code"]
Language = Literal["zh", "en"]
_QUARTERS: Final = "一二三四"
_PLANS: Final = {10 + n: f"十{numeral}五" for n, numeral in enumerate("一二三四五六七", start=1)}
_ENGLISH: Final = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_ISO: Final = re.compile(
    r"(?P<a>[0-9]{4}-[0-9]{2}-[0-9]{2})/(?P<b>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r" (?P<grain>year|half|quarter|month|day|ytd|ttm|plan|range)(?: (?P<e>[EA]))?"
)
_TTM: Final = re.compile(
    r"(?:截至)?(?P<end>.+?)(?:的?(?:过去|前|近)?12个月|\ ?[（(]?(?:TTM|LTM)[)）]?)"
    r"|(?:TTM|LTM)\ (?P<end2>.+)|12 months to (?P<end3>.+)"
)
_YTD: Final = re.compile(
    r"(?P<a>[0-9]{4})年?年?初至(?:今（)?(?P<end>[0-9]{1,2}月[0-9]{1,2}日)）?"
    r"|YTD (?:to )?(?P<end2>.+)|(?P<end3>[0-9-]{10})YTD"
)
_PLAN: Final = re.compile(
    r"[“\"]?十(?P<n>[一二三四五六七])五[”\"]?(?:规划|期间|时期)?|(?P<n2>[0-9]{1,2})(?:st|nd|rd|th) Five-Year Plan"
)


def parse_period(text: str, *, reference_year: int | None = None) -> Period:
    """Return the period that `text` is, the whole text.

    Parameters: `text` as reports print it (`24Q1`, `2024年一季度`, `2021-2026E`, `2014-2024M1~5`, `十四五`, `FY2024`,
    `2024-03-31`, `2023.3`, `2024`); `reference_year` for texts that name no year (`Q3`, `6月18日`).

    Raises:
        QuantityError: it is no period, or it names no year and no reference year is given.

    >>> parse_period("24Q1") == parse_period("2024年一季度") == Period.quarter(2024, 1)
    True
    """
    return _parsed(text, reference_year)


@lru_cache(maxsize=2048)  # a table asks for its rows' periods cell by cell
def _parsed(text: str, reference_year: int | None) -> Period:
    cleaned = Cleaned(text.strip()).text.strip().removeprefix("截至").removeprefix("截止")
    try:
        special = _special(cleaned, reference_year)
        if special is not None:
            return special
        found = _found(cleaned, reference_year)
    except ValueError as error:
        raise QuantityError(f"{text!r} is no period: {error}") from error
    if found is None:
        raise QuantityError(f"{text!r} is no period; one is like 2024Q1, 2024年上半年, 2024E, 2024年6月30日")
    if found.period is None:
        raise QuantityError(f"{text!r} names no year; pass reference_year")
    return found.period


def _found(text: str, year: int | None) -> period_text.FoundPeriod | None:
    if not text:
        return None
    if re.fullmatch(r"(?:19|20)[0-9]{2}", text):
        return period_text.FoundPeriod(0, 4, Period.year(int(text)), "year")
    candidates = [
        *period_text.match_period(text, 0, year, dotted_months=True),
        period_words.match_lettered_period(text, 0, year),
        period_words.match_period_words(text, 0, year),
    ]
    for found in candidates:
        if found is not None and found.end == len(text):
            return found
    return None


def _special(text: str, year: int | None) -> Period | None:
    iso = _ISO.fullmatch(text)
    if iso is not None:
        grain: Grain = iso["grain"]  # type: ignore[assignment]
        estimate = None if iso["e"] is None else iso["e"] == "E"
        return Period(grain, date.fromisoformat(iso["a"]), date.fromisoformat(iso["b"]), estimate)
    plan = _PLAN.fullmatch(text)
    if plan is not None:
        number = 10 + "一二三四五六七".index(plan["n"]) + 1 if plan["n"] else int(plan["n2"])
        return Period.plan(number)
    ytd = _YTD.fullmatch(text)
    if ytd is not None:
        end = f"{ytd['a']}年{ytd['end']}" if ytd["end"] else ytd["end2"] or ytd["end3"]
        return Period.year_to_date(parse_period(end, reference_year=year).end)
    ttm = _TTM.fullmatch(text)
    if ttm is not None:
        end = ttm["end"] or ttm["end2"] or ttm["end3"]
        return Period.trailing_twelve_months(parse_period(end, reference_year=year).end)
    return None


def format_period(period: Period, language: Language = "zh", style: Style = "text") -> str:
    """Return a period as a report prints it.

    Parameters: `style` "text" is for prose (`2024年一季度`, `Q1 2024`), "code" for headers and axes (`2024Q1`, the
    same in both languages). An estimate is marked by E, an actual by A where the period says so (`2024E`, `2023A`).

    A span that fits no calendar grain (a fiscal quarter to 28 April) is written as its days with its grain:
    `2024-01-29/2024-04-28 quarter`. Law: `parse_period(format_period(p)) == p`.

    >>> quarter = Period.quarter(2024, 1)
    >>> format_period(quarter), format_period(quarter, "en"), format_period(Period.year(2024, True))
    ('2024年一季度', 'Q1 2024', '2024E')
    """
    return _formatted(period, language, style)


@lru_cache(maxsize=2048)
def _formatted(period: Period, language: Language, style: Style) -> str:
    text = _code(period) if style == "code" or period.estimate is not None else _prose(period, language)
    return text if text is not None and _reads_back(text, period) else _days(period)


def _reads_back(text: str, period: Period) -> bool:
    try:
        return parse_period(text) == period
    except QuantityError:
        return False


def _days(period: Period) -> str:
    mark = {True: " E", False: " A", None: ""}[period.estimate]
    return f"{period.start.isoformat()}/{period.end.isoformat()} {period.grain}{mark}"


def _code(period: Period) -> str | None:
    year, month = period.start.year, period.start.month
    mark = {True: "E", False: "A", None: ""}[period.estimate]
    if period.grain == "year":
        return f"{year}{mark}"
    if period.grain == "half":
        return f"{year}H{(month + 5) // 6}{mark}"
    if period.grain == "quarter":
        return f"{year}Q{(month + 2) // 3}{mark}"
    if period.grain == "month":
        return f"{year}M{month}{mark}"
    if period.grain == "day":
        return period.start.isoformat() if not mark else None
    if period.grain == "ytd":
        code = f"{year}M1-{period.end.month}{mark}"
        return code if _reads_back(code, period) else f"{period.end.isoformat()}YTD"
    if period.grain == "ttm":
        return f"{period.end.isoformat()}TTM"
    if period.grain == "plan":
        return _PLANS.get((year - 1966) // 5 + 3)
    return _span(period, mark)


def _span(period: Period, mark: str) -> str:
    first, last = period.start, period.end
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"{first.year}-{last.year}{mark or '年'}"
    quarters = f"{first.year}Q{(first.month + 2) // 3}-{last.year}Q{(last.month + 2) // 3}{mark}"
    if _reads_back(quarters, period):
        return quarters
    return f"{first.year}M{first.month}-{last.year}M{last.month}{mark}"


def _prose(period: Period, language: Language) -> str | None:
    return _chinese(period) if language == "zh" else _english(period)


def _chinese(period: Period) -> str | None:
    year, month = period.start.year, period.start.month
    if period.grain == "year":
        return f"{year}年"
    if period.grain == "half":
        return f"{year}年{'上' if month == 1 else '下'}半年"
    if period.grain == "quarter":
        return f"{year}年{_QUARTERS[(month - 1) // 3]}季度"
    if period.grain == "month":
        return f"{year}年{month}月"
    if period.grain == "day":
        return f"{year}年{month}月{period.start.day}日"
    if period.grain == "ytd":
        text = f"{year}年1-{period.end.month}月"
        return text if _reads_back(text, period) else f"{year}年初至{period.end.month}月{period.end.day}日"
    if period.grain == "ttm":
        return f"截至{_chinese(Period.day(period.end))}的12个月"
    if period.grain == "plan":
        return _PLANS.get((year - 1966) // 5 + 3)
    if (month, period.start.day, period.end.month, period.end.day) == (1, 1, 12, 31):
        return f"{year}-{period.end.year}年"
    text = f"{year}年{month}月-{period.end.year}年{period.end.month}月"
    if _reads_back(text, period):
        return text
    return f"{_chinese(Period.day(period.start))}-{_chinese(Period.day(period.end))}"


def _english(period: Period) -> str | None:
    year, month = period.start.year, period.start.month
    if period.grain == "half":
        return f"H{(month + 5) // 6} {year}"
    if period.grain == "quarter":
        return f"Q{(month + 2) // 3} {year}"
    if period.grain == "month":
        return f"{_ENGLISH[month - 1]} {year}"
    if period.grain == "day":
        return f"{period.start.day} {_ENGLISH[month - 1]} {year}"
    if period.grain == "ytd":
        return f"YTD to {_english(Period.day(period.end))}"
    if period.grain == "ttm":
        return f"12 months to {_english(Period.day(period.end))}"
    if period.grain == "plan":
        return f"{(year - 1966) // 5 + 3}th Five-Year Plan"
    return _code(replace(period, estimate=None)) if period.grain != "range" else _span(period, "").rstrip("年")
