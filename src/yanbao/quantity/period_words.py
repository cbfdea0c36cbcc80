"""Periods that start with letters or are said in words: `Q3`, `FY2024E`, `June 30, 2024`, 一季度, 上半年, 十四五."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Final

from yanbao.errors import QuantityError
from yanbao.quantity.period import Period
from yanbao.quantity.period_text import (
    MONTH,
    NUMERALS,
    YEAR,
    FoundPeriod,
    century,
    english_month,
    estimate_of,
    months_of,
)

_LETTER_LED: Final = re.compile(
    rf"""
    (?:FY|CY|fy)(?P<fy>{YEAR}|[0-9]{{2}})(?:(?P<fq>Q[1-4])|(?P<fh>H[12]))?(?P<fest>[AEF])?(?![A-Za-z0-9])
    |[Qq](?P<q>[1-4])(?:[\ ’'](?P<qy>{YEAR}|(?<=['’])[0-9]{{2}})(?![0-9]))?(?![0-9A-Za-z])
    |H(?P<h>[12])(?:[\ ’'](?P<hy>{YEAR}|(?<=['’])[0-9]{{2}})(?![0-9]))?(?![0-9A-Za-z])
    |(?P<m>{MONTH})\ (?:(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\ )?(?P<y>{YEAR})(?![0-9])
    """,
    re.VERBOSE,
)
_WORDS: Final = re.compile(
    r"第?(?P<q>[一二三四])季度|前(?P<nq>三)季度|(?P<up>上半年)|(?P<down>下半年)|十(?P<plan>[一二三四五六七])五"
)


def match_lettered_period(text: str, position: int, reference_year: int | None = None) -> FoundPeriod | None:
    """Return the period that starts with Latin letters: `Q3`, `H2`, `FY2024E`, `June 30, 2024`, `Q1 2024`."""
    found = _LETTER_LED.match(text, position)
    if found is None:
        return None
    try:
        period, known = _lettered(found, reference_year or 2024)
    except (ValueError, QuantityError):
        return None
    result = FoundPeriod(position, found.end(), period, period.grain)
    return result if known or reference_year is not None else replace(result, period=None)


def _lettered(found: re.Match[str], year: int) -> tuple[Period, bool]:
    if found["fy"]:
        named = century(found["fy"])
        if found["fq"]:
            return Period.quarter(named, int(found["fq"][1]), estimate_of(found["fest"])), True
        if found["fh"]:
            return Period.half(named, int(found["fh"][1]), estimate_of(found["fest"])), True
        return Period.year(named, estimate_of(found["fest"])), True
    if found["q"]:
        return Period.quarter(century(found["qy"]) if found["qy"] else year, int(found["q"])), bool(found["qy"])
    if found["h"]:
        return Period.half(century(found["hy"]) if found["hy"] else year, int(found["h"])), bool(found["hy"])
    month = english_month(found["m"])
    if found["d"]:
        return Period.day(date(int(found["y"]), month, int(found["d"]))), True
    return Period.month(int(found["y"]), month), True


def match_period_words(text: str, position: int, reference_year: int | None = None) -> FoundPeriod | None:
    """Return the period written in Chinese words without a digit: 一季度, 上半年, 前三季度, 十四五."""
    found = _WORDS.match(text, position)
    if found is None:
        return None
    if found["plan"]:
        return FoundPeriod(position, found.end(), Period.plan(10 + NUMERALS[found["plan"]]), "plan")
    year = reference_year or 2024
    if found["q"]:
        period = Period.quarter(year, NUMERALS[found["q"]])
    elif found["nq"]:
        period = months_of(year, 1, 9)
    else:
        period = Period.half(year, 1 if found["up"] else 2)
    return FoundPeriod(position, found.end(), period if reference_year else None, period.grain)
