"""The periods of a model: `2016:2023`, `2024E`, `2024Q1:2024Q2` -> one key after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from yanbao.errors import QuantityError
from yanbao.model.model import ModelPeriod
from yanbao.quantity import Period

MAX_PERIODS: Final = 1_200  # a century of months
_KEY: Final = re.compile(
    r"(?P<year>(?:19|20)[0-9]{2})(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-(?P<month>[0-9]{2}))?(?P<mark>[AE]?)"
)
_MONTHS: Final = {"year": 12, "half": 6, "quarter": 3, "month": 1}


def periods_of(texts: tuple[str, ...]) -> tuple[ModelPeriod, ...]:
    """Return the periods that a model's `periods` names, in order.

    Raises:
        QuantityError: a text that names no period or range, too many periods, or periods that are not in order.

    >>> [period.key for period in periods_of(("2022:2023", "2024E"))]
    ['2022', '2023', '2024E']
    """
    found: list[ModelPeriod] = []
    for text in texts:
        found += _between(text) if ":" in text else [period_of(text)]
        if len(found) > MAX_PERIODS:
            raise QuantityError(f"more than {MAX_PERIODS:,} periods; choose a longer kind of period")
    for before, after in pairwise(found):
        if after.period.end <= before.period.end:
            raise QuantityError(f"{after.key} stands behind {before.key}; periods stand in order, each once")
    return tuple(found)


def period_of(text: str) -> ModelPeriod:
    """Return the period that a key names: 2024, 2024E, 2024H1, 2024Q3E, 2024-06, 2024-06E.

    Raises:
        QuantityError: it names none.
    """
    key = text.strip()
    match = _KEY.fullmatch(key)
    if match is None:
        raise QuantityError(f"{key[:40]!r} is no period of a model; one is like 2024, 2024E, 2024Q1, 2024H1, 2024-06")
    year, estimate = int(match["year"]), {"E": True, "A": False}.get(match["mark"])
    if match["half"]:
        period = Period.half(year, int(match["half"]), estimate)
    elif match["quarter"]:
        period = Period.quarter(year, int(match["quarter"]), estimate)
    elif match["month"]:
        period = Period.month(year, int(match["month"]), estimate)
    else:
        period = Period.year(year, estimate)
    return ModelPeriod(key, period, estimate is True)


def _between(text: str) -> list[ModelPeriod]:
    """Return the periods of a range, written as its ends are."""
    start, _, stop = text.partition(":")
    first, last = period_of(start), period_of(stop)
    if first.period.grain != last.period.grain:
        raise QuantityError(f"{text!r} runs from a {first.period.grain} to a {last.period.grain}; both ends are alike")
    if _mark(first.key) != _mark(last.key):
        raise QuantityError(f"{text!r}: which of them are estimates? Write two ranges, as in 2016:2023, 2024E:2025E")
    if last.period.end < first.period.end:
        raise QuantityError(f"{text!r} ends before it starts")
    months = 12 * (last.period.end.year - first.period.end.year) + last.period.end.month - first.period.end.month
    if months // _MONTHS[first.period.grain] >= MAX_PERIODS:
        raise QuantityError(f"{text!r} has more than {MAX_PERIODS:,} periods; choose a longer kind of period")
    return list(_steps(first, last))


def _mark(key: str) -> str:
    return key[-1] if key[-1].isalpha() else ""


def _steps(first: ModelPeriod, last: ModelPeriod) -> Iterator[ModelPeriod]:
    months = _MONTHS[first.period.grain]
    place = 12 * first.period.end.year + first.period.end.month - 1
    while place <= 12 * last.period.end.year + last.period.end.month - 1:
        year, month = divmod(place, 12)
        within = {
            "year": "",
            "half": f"H{month // 6 + 1}",
            "quarter": f"Q{month // 3 + 1}",
            "month": f"-{month + 1:02d}",
        }
        yield period_of(f"{year}{within[first.period.grain]}{_mark(first.key)}")
        place += months


def selected(texts: tuple[str, ...], periods: tuple[ModelPeriod, ...]) -> tuple[str, ...]:
    """Return the keys of the model's periods that single keys and ranges name, in the model's order.

    Raises:
        QuantityError: a key that is no period of the model.

    >>> selected(("2022:2023",), periods_of(("2021:2023", "2024E")))
    ('2022', '2023')
    """
    keys = [period.key for period in periods]
    chosen: set[str] = set()
    for text in texts:
        start, colon, stop = (part.strip() for part in text.partition(":"))
        ends = (start, stop) if colon else (start, start)
        for end in ends:
            if end not in keys:
                raise QuantityError(f"`{end}` is no period of the model; there are: {', '.join(keys[:20])}")
        chosen.update(keys[keys.index(ends[0]) : keys.index(ends[1]) + 1])
    return tuple(key for key in keys if key in chosen)
