"""Periods in text: `24Q1`, `2024年上半年`, `2014-2024M1~5`, `FY2024`, `June 30, 2024`, 十四五.

`match_period` finds what stands at a position of running text; `parse_period` reads a whole text. Two-digit years are
2000-2069. A quarter, half, month or day without its year needs `reference_year`; without it the period is `None`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from yanbao.errors import QuantityError
from yanbao.quantity.period import Grain, Period


@dataclass(frozen=True)
class FoundPeriod:
    """A period that was found: where, which, and of what grain (known even where the year is not)."""

    start: int
    end: int
    period: Period | None  # None: the text names no year and no reference year was given
    grain: Grain


YEAR = r"(?:19|20)[0-9]{2}"
_DASH = r"\ ?[-—–~～－至到]\ ?"
_ENGLISH_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
NUMERALS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}

# One expression per grammar; the scanner tries them in this order where a digit stands.
_ATOM: Final = re.compile(
    rf"""
    (?P<iy>{YEAR})(?P<sep>[-/.])(?P<im>[0-9]{{1,2}})(?P=sep)(?P<id>[0-9]{{1,2}})(?![0-9.%]|-[0-9])
        (?:\ [0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?)?
    |(?P<cy>{YEAR}|[0-9]{{2}})\ ?年\ ?(?:
        (?P<cm>[0-9]{{1,2}})\ ?月(?:\ ?(?P<cd>[0-9]{{1,2}})\ ?[日号]|(?P<cme>末|底)|份(?P<cme2>末|底)?)?
        |(?P<cm1>[0-9]{{1,2}})月?{_DASH}(?P<cm2>[0-9]{{1,2}})月份?
        |第?(?P<cq>[一二三四1-4])季度?(?:末)?
        |[QqＱ](?P<cq2>[1-4])(?![0-9])
        |[Hh](?P<ch>[12])(?![0-9])
        |(?P<cup>上半年)|(?P<cdown>下半年|后半年)
        |前(?P<cnq>[二三四2-4])个?季度
        |前(?P<cnm>[一二三四五六七八九十]|[0-9]{{1,2}})个?月
        |年?(?P<cye>末|底)|年终(?P<cye2>)
        |全年(?P<call>)|度(?P<cdegree>)
    )
    |(?P<my>{YEAR}|[0-9]{{2}})(?P<me0>)?(?:
        [Qq](?P<mq>[1-4])|[Hh](?P<mh>[12])|[Mm](?P<mm>1[0-2]|0?[1-9])(?:[~～-](?P<mm2>1[0-2]|0?[1-9])(?!月))?
        )(?![0-9A-DF-Za-z])(?P<mest>[EA](?![A-Za-z0-9]))?
    |(?P<qn>[1-4])[QＱ](?P<qy>{YEAR}|[0-9]{{2}})(?![0-9])(?P<qest>[EA](?![A-Za-z0-9]))?
    |(?P<hn>[12])H(?P<hy>{YEAR}|[0-9]{{2}})(?![0-9])(?P<hest>[EA](?![A-Za-z0-9]))?
    |(?P<nn>[369])M(?P<ny>{YEAR}|[0-9]{{2}})(?![0-9])
    |(?P<ey>{YEAR}|[0-9]{{2}})(?P<eest>[AEFＥ])(?![A-Za-z0-9])
    |(?P<fy>{YEAR}|[0-9]{{2}})\ ?财年
    |(?P<dd>[0-9]{{1,2}})(?:st|nd|rd|th)?\ (?P<dm>{MONTH}),?\ (?P<dy>{YEAR})(?![0-9])
    |(?P<sy>{YEAR})/(?P<sm>1[0-2]|0?[1-9])(?![0-9年%./A-Za-z])
    |(?P<y>{YEAR})\ ?年(?!报)
    """,
    re.VERBOSE,
)
_YEARLESS: Final = re.compile(
    rf"""
    (?P<m>[0-9]{{1,2}})\ ?月(?:\ ?(?P<d>[0-9]{{1,2}})\ ?[日号]|(?P<end>末|底)|份)?
    |(?P<m1>[0-9]{{1,2}})月?{_DASH}(?P<m2>[0-9]{{1,2}})月份?
    |[前](?P<nq>[三3])季度
    """,
    re.VERBOSE,
)
_BARE_YEAR: Final = re.compile(rf"{YEAR}(?![0-9]|[,.][0-9])")
_BARE_YEAR_RANGE: Final = re.compile(
    rf"(?P<a>{YEAR})(?P<dash>\ ?[-—–~～至到－]+\ ?)(?=(?P<b>{YEAR})(?![0-9]|[,.%][0-9]?|-[0-9]))"
)
_SHORT_RANGE: Final = re.compile(
    rf"(?P<a>{YEAR}|[0-9]{{2}})年?[-—–~～至－](?P<b>[0-9]{{2}})(?P<mark>年|[EA](?![A-Za-z0-9]))"
)
_RANGE_DASH: Final = re.compile(_DASH, re.VERBOSE)
# 40年 is a duration: a year of two digits needs to look like one, and nothing around it may say "for … years"
_SHORT_YEAR: Final = re.compile(
    r"(?P<y>[0-9]{2})年(?!间|后|期|来|内|以来|以内|以上|左右|零|多|余|前|的?历史|时间|之|龄|报)"
)
_DURATION_BEFORE: Final = re.compile(
    r"(?:近|约|超|超过|过去|未来|历时|发展|长达|达|达到|满|共|最近|为期|第|逾|每|历经|持续|推出|成立|不足|今后|存续|有|了|需|需要|用|前|后|后续"
    r"|[0-9.\-~～至+])\ ?$"
)
_LIST_MARK: Final = re.compile(r"[/、和与及,，]\ ?")


def century(text: str) -> int:
    """Return the year that two or four digits name: 24 is 2024, 98 is 1998."""
    year = int(text)
    if len(text) == 4:
        return year
    return 2000 + year if year < 70 else 1900 + year


def estimate_of(letter: str | None) -> bool | None:
    """Return what a mark behind a year says: E and F an estimate, A an actual."""
    return None if not letter else letter != "A"


def _month_end(year: int, month: int) -> date:
    return Period.month(year, month).end


def _small(text: str) -> int:
    return NUMERALS[text] if text in NUMERALS else int(text)


def months_of(year: int, first: int, last: int, estimate: bool | None = None) -> Period:
    """Return the months `first` to `last` of a year: a year to date where it starts in January."""
    if first == 1:
        return replace(Period.year_to_date(_month_end(year, last)), estimate=estimate)
    return replace(Period.between(Period.month(year, first), Period.month(year, last)), estimate=estimate)


def _chinese(found: re.Match[str]) -> Period:
    year = century(found["cy"])
    if found["cm"]:
        month = int(found["cm"])
        if found["cd"]:
            return Period.day(date(year, month, int(found["cd"])))
        if found["cme"] or found["cme2"]:
            return Period.day(_month_end(year, month))
        return Period.month(year, month)
    if found["cm1"]:
        return months_of(year, int(found["cm1"]), int(found["cm2"]))
    if found["cq"] or found["cq2"]:
        return Period.quarter(year, _small(found["cq"] or found["cq2"]))
    if found["ch"]:
        return Period.half(year, int(found["ch"]))
    if found["cup"] or found["cdown"]:
        return Period.half(year, 1 if found["cup"] else 2)
    if found["cnq"]:
        return months_of(year, 1, 3 * _small(found["cnq"]))
    if found["cnm"]:
        return months_of(year, 1, _small(found["cnm"]))
    if found["cye"] or found["cye2"] is not None:
        return Period.day(date(year, 12, 31))
    return Period.year(year)


def _marked(found: re.Match[str]) -> Period:
    year, estimate = century(found["my"]), estimate_of(found["mest"])
    if found["mq"]:
        return Period.quarter(year, int(found["mq"]), estimate)
    if found["mh"]:
        return Period.half(year, int(found["mh"]), estimate)
    if found["mm2"]:
        return months_of(year, int(found["mm"]), int(found["mm2"]), estimate)
    return Period.month(year, int(found["mm"]), estimate)


_READERS: Final[dict[str, Callable[[re.Match[str]], Period]]] = {
    "iy": lambda m: Period.day(date(int(m["iy"]), int(m["im"]), int(m["id"]))),
    "cy": _chinese,
    "my": _marked,
    "qn": lambda m: Period.quarter(century(m["qy"]), int(m["qn"]), estimate_of(m["qest"])),
    "hn": lambda m: Period.half(century(m["hy"]), int(m["hn"]), estimate_of(m["hest"])),
    "nn": lambda m: months_of(century(m["ny"]), 1, int(m["nn"])),
    "ey": lambda m: Period.year(century(m["ey"]), estimate_of(m["eest"])),
    "fy": lambda m: Period.year(century(m["fy"])),
    "dd": lambda m: Period.day(date(int(m["dy"]), english_month(m["dm"]), int(m["dd"]))),
    "sy": lambda m: Period.month(int(m["sy"]), int(m["sm"])),
    "y": lambda m: Period.year(int(m["y"])),
}


_WORD_BEFORE: Final = re.compile(r"[A-Za-z]\ ?$")


def english_month(text: str) -> int:
    """Return the number of an English month's name."""
    return _ENGLISH_MONTHS.index(text[:3].lower()) + 1


def _atom(text: str, position: int) -> tuple[Period, int] | None:
    found = _ATOM.match(text, position)
    if found is None:
        return None
    reader = next(name for name in _READERS if found[name] is not None)
    if reader == "ey" and len(found["ey"]) == 2 and _WORD_BEFORE.search(text, max(0, position - 3), position):
        return None  # Intel 20A
    try:
        return _READERS[reader](found), found.end()
    except (ValueError, QuantityError):  # the 31st of June, the 13th month: no date
        return None


def match_period(
    text: str, position: int, reference_year: int | None = None, *, dotted_months: bool = False
) -> list[FoundPeriod]:
    """Return the periods that stand at a digit of `text`: one, or the members of a list (`25/26/27年`), or none."""
    short = _SHORT_RANGE.match(text, position)
    if short is not None:
        return _short_range(text, short)
    years = _BARE_YEAR_RANGE.match(text, position)
    if years is not None:
        return [_year_range(text, years)]
    if dotted_months:
        dotted = _DOTTED.match(text, position)
        if dotted is not None:
            month = Period.month(int(dotted[1]), int(dotted[2]))
            return [FoundPeriod(position, dotted.end(), month, "month")]
    atom = _atom(text, position)
    if atom is not None:
        return [_extended(text, position, *atom)]
    listed = _year_list(text, position)
    if listed:
        return listed
    yearless = _yearless(text, position, reference_year)
    return [yearless] if yearless is not None else []


_DOTTED: Final = re.compile(rf"({YEAR})[.](1[0-2]|0?[1-9])(?![0-9.%])")


def _short_range(text: str, found: re.Match[str]) -> list[FoundPeriod]:
    first, last = century(found["a"]), century(found["b"])
    if len(found["a"]) == 4 and last < first:
        return []
    if last <= first or last - first > 60:
        return []
    if found["mark"] == "年" and len(found["a"]) == 2:
        before = _DURATION_BEFORE.search(text, max(0, found.start() - 4), found.start())
        if before is not None or not 2010 <= first <= 2050:  # 未来10-15年 is a duration
            return []
    period = Period.between(Period.year(first), Period.year(last, estimate_of(_letter(found["mark"]))))
    return [FoundPeriod(found.start(), found.end(), period, "range")]


def _letter(mark: str) -> str | None:
    return mark if mark in ("E", "A", "F") else None


def _year_range(text: str, years: re.Match[str]) -> FoundPeriod:
    last = _atom(text, years.end())
    first = Period.year(int(years["a"]))
    if last is None:
        last = Period.year(int(years["b"])), years.end() + 4
    period, end = last
    if period.end < first.start:
        return FoundPeriod(years.start(), years.start() + 4, first, "year")
    return FoundPeriod(years.start(), end, Period.between(first, period), "range")


def _extended(text: str, position: int, period: Period, end: int) -> FoundPeriod:
    """Follow a dash to the end of a range: 2020Q1-2024Q1, 24Q1-Q3, 2024年1月1日至6月30日."""
    dash = _RANGE_DASH.match(text, end)
    if dash is not None:
        last = _atom(text, dash.end())
        if last is None:
            last = _continued(text, dash.end(), period)
        if last is not None and last[0].start > period.start:
            between = Period.between(period, last[0])
            if period.grain == last[0].grain and period.grain in ("quarter", "month") and period.start.month == 1:
                same_year = between.start.year == between.end.year
                between = Period("ytd" if same_year else "range", between.start, between.end, between.estimate)
            return FoundPeriod(position, last[1], between, between.grain)
    return FoundPeriod(position, end, period, period.grain)


_CONTINUED: Final = re.compile(
    r"Q(?P<q>[1-4])(?![0-9])|(?P<q2>[1-4])(?![0-9.年月%])|(?P<m>[0-9]{1,2})月(?:(?P<d>[0-9]{1,2})日|份)?|(?P<d2>[0-9]{1,2})日"
)


def _continued(text: str, position: int, first: Period) -> tuple[Period, int] | None:
    found = _CONTINUED.match(text, position)
    if found is None:
        return None
    year = first.start.year
    try:
        if found["q"] or (found["q2"] and first.grain == "quarter"):
            return Period.quarter(year, int(found["q"] or found["q2"])), found.end()
        if found["d"]:
            return Period.day(date(year, int(found["m"]), int(found["d"]))), found.end()
        if found["m"] and first.grain == "month":
            return Period.month(year, int(found["m"])), found.end()
        if found["d2"] and first.grain == "day":
            return Period.day(first.start.replace(day=int(found["d2"]))), found.end()
    except (ValueError, QuantityError):
        return None
    return None


_YEAR_ITEM: Final = re.compile(rf"(?:{YEAR}|[0-9]{{2}})(?=[/、和与及年])")


def _year_list(text: str, position: int) -> list[FoundPeriod]:
    """Read `25/26/27年` and `2024、2025年`, and a single `24年`."""
    items: list[tuple[int, int]] = []
    here = position
    while len(items) < 20:
        item = _YEAR_ITEM.match(text, here)
        if item is None:
            return []
        items.append((here, item.end()))
        if text[item.end()] == "年":
            break
        mark = _LIST_MARK.match(text, item.end())
        assert mark is not None
        here = mark.end()
    else:
        return []
    first, last = items[0], items[-1]
    if len({end - start for start, end in items}) != 1:
        return []
    if last[1] - last[0] == 2:
        short = _SHORT_YEAR.match(text, last[0])
        if short is None or _DURATION_BEFORE.search(text, max(0, first[0] - 4), first[0]):
            return []
        if not all(1990 <= century(text[start:end]) <= 2060 for start, end in items):
            return []
        if len(items) == 1 and not 2010 <= century(text[first[0] : first[1]]) <= 2035:
            return []
    found = [FoundPeriod(start, end, Period.year(century(text[start:end])), "year") for start, end in items]
    return [*found[:-1], replace(found[-1], end=found[-1].end + 1)]


def _yearless(text: str, position: int, year: int | None) -> FoundPeriod | None:
    found = _YEARLESS.match(text, position)
    if found is None:
        return None
    base = year or 2024  # a leap year, so that 29 February is a date where the year is not known
    try:
        if found["m1"]:
            period = months_of(base, int(found["m1"]), int(found["m2"]))
        elif found["nq"]:
            period = months_of(base, 1, 9)
        elif found["d"]:
            period = Period.day(date(base, int(found["m"]), int(found["d"])))
        elif found["end"]:
            period = Period.day(_month_end(base, int(found["m"])))
        else:
            period = Period.month(base, int(found["m"]))
    except (ValueError, QuantityError):
        return None
    result = FoundPeriod(position, found.end(), period, period.grain)
    if period.grain == "day":
        result = _extended(text, position, period, found.end())
    return result if year is not None else replace(result, period=None)
