"""Which period a head names: 2023A, 2018Q1, Three Months Ended July 31, 2023, 期末余额."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from yanbao.quantity.period import Grain, Period
from yanbao.quantity.scanner import scan

_ENDED: Final = re.compile(
    r"(?P<count>three|six|nine|twelve|13|14|12|16|17|26|27|39|40|52|53|36)[- ]"
    r"(?:months?|weeks?|periods?)\s+end(?:ed|ing)"
    r"|(?P<word>quarter|fiscal year|year)s?\s+ended",
    re.I,
)
_MONTHS: Final = {
    "three": 3, "six": 6, "nine": 9, "twelve": 12, "12": 3, "13": 3, "14": 3, "16": 3, "17": 3, "26": 6, "27": 6,
    "36": 9, "39": 9, "40": 9, "52": 12, "53": 12, "quarter": 3, "fiscal year": 12, "year": 12,
}  # fmt: skip
_GRAINS: Final[dict[int, Grain]] = {3: "quarter", 6: "half", 9: "ytd", 12: "year"}
_NOW: Final = re.compile(
    r"本期|期末|本年|本报告期|年末|当期|本季|this (?:year|quarter|period)|current (?:year|period)|ending"
)
_BEFORE: Final = re.compile(
    r"上期|期初|上年|年初|上一年|上季|去年|前期|prior (?:year|period)|last year|previous|beginning"
)


@lru_cache(maxsize=4096)
def period_of(text: str) -> Period | None:
    """Return the one period that a head names, `None` where it names none or more than one.

    >>> period_of("2024E").estimate, period_of("Three Months Ended July 31, 2023").grain, period_of("期末余额")
    (True, 'quarter', None)
    """
    if not text or len(text) > 200:
        return None
    found: list[Period] = []
    for mention in scan(text):
        if mention.period is not None and mention.period not in found:
            found.append(mention.period)
    if len(found) == 2 and found[0].covers(found[1]):  # 2023年 over 1-6月, or over a day of it
        found = found[1:]
    if len(found) != 1:
        return None
    period = found[0]
    ended = _ENDED.search(text)
    if ended is not None and period.grain == "day":
        months = _MONTHS[(ended["word"] or ended["count"]).lower()]
        return Period(_GRAINS[months], _first_day(period.end, months), period.end, None)
    if ended is not None and period.grain == "year" and (ended["word"] or "").lower() not in ("year", "fiscal year"):
        return None  # a quarter of that year, but not said which
    return period


@lru_cache(maxsize=4096)
def era(text: str) -> int | None:
    """Return 0 for a head that says "now" (期末, 本期), -1 for one that says "before" (期初, 上年同期), else `None`.

    >>> era("期末余额"), era("上年同期"), era("金额")
    (0, -1, None)
    """
    now, before = _NOW.search(text.lower()), _BEFORE.search(text.lower())
    if bool(now) == bool(before):
        return None
    return 0 if now else -1


def _first_day(end: date, months: int) -> date:
    if months == 12:
        return (end.replace(year=end.year - 1) if (end.month, end.day) != (2, 29) else date(end.year - 1, 2, 28)) + (
            timedelta(days=1)
        )
    after = end + timedelta(days=1)
    month = after.month - months
    year = after.year + (month - 1) // 12
    month = (month - 1) % 12 + 1
    return date(year, month, min(after.day, 28))
