"""Reads `fixtures/numbers.txt`; the notation is described at the top of that file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from yanbao.quantity import Interval, Mention, parse_unit

FIXTURES = Path(__file__).parent / "fixtures" / "numbers.txt"
_LINE = re.compile(r"(?:@(?P<a>\d+) )?(?:\{(?P<option>[^}]*)\} )?(?:@(?P<b>\d+) )?(?P<text>.*?) => (?P<expected>.*)")


@dataclass(frozen=True)
class Case:
    place: int  # line of the fixture file
    report_line: int | None
    option: str
    text: str
    expected: tuple[str, ...]

    @property
    def options(self) -> dict[str, object]:
        name, _, value = self.option.partition("=")
        if name == "year":
            return {"reference_year": int(value)}
        if name == "unit":
            return {"unit": parse_unit(value)}
        return {"": {}, "cell": {"cell": True}, "dotted": {"dotted_months": True}}[name]


def cases() -> list[Case]:
    found = []
    for place, line in enumerate(FIXTURES.read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = _LINE.fullmatch(line)
        assert parts is not None, f"{FIXTURES.name}:{place}: not in the notation"
        number = parts["a"] or parts["b"]
        expected = () if parts["expected"] == "nothing" else tuple(parts["expected"].split(" | "))
        text = parts["text"].replace("\\t", "\t")
        found.append(Case(place, int(number) if number else None, parts["option"] or "", text, expected))
    return found


def problem(mention: Mention, expected: str) -> str | None:
    """Say how a mention differs from what is expected, `None` where it does not."""
    if expected.startswith('"'):
        text, _, expected = expected[1:].partition('" ')
        if mention.text != text:
            return f"found {mention.text!r}, not {text!r}"
    kind, *words = expected.split(" ")
    checks = {"measure": _number, "count": _number, "number": _number, "range": _range, "ratio": _ratio}
    if kind in checks:
        return checks[kind](mention, kind, words)
    if kind in ("rank", "ordinal"):
        wanted = (kind, Fraction(words[0]), int(words[2]) if kind == "rank" else None, True)
        quantity = mention.quantity
        actual = (mention.kind, quantity and quantity.value, mention.of, quantity and quantity.is_exact)
        return None if actual == wanted else f"{actual} is not {wanted}"
    if kind in ("name", "vague", "time", "mark"):
        wanted_kind = "enumeration" if kind == "mark" else kind
        bare = mention.quantity is None and mention.period is None
        return None if (mention.kind, bare) == (wanted_kind, True) else f"kind {mention.kind}, {mention.quantity}"
    return _period(mention, kind, words)


def _number(mention: Mention, kind: str, words: list[str]) -> str | None:
    value, interval = Fraction(words[0]), words[-1]
    unit = parse_unit(words[1] if len(words) == 3 else "")
    quantity = mention.quantity
    if mention.kind != kind or quantity is None:
        return f"kind {mention.kind}, not {kind}"
    if quantity.unit != unit:
        return f"unit {quantity.unit}, not {unit}"
    if quantity.value != value:
        return f"value {quantity.value}, not {value}"
    wanted = _interval(value, interval)
    return None if quantity.interval == wanted else f"interval {quantity.interval}, not {wanted}"


def _interval(value: Fraction, text: str) -> Interval:
    if text == "exact":
        return Interval(value, value)
    if text.startswith("±"):
        return Interval(value - Fraction(text[1:]), value + Fraction(text[1:]))
    if text.startswith(">="):
        return Interval(Fraction(text[2:]), None)
    if text.startswith("<="):
        return Interval(None, Fraction(text[2:]))
    low, high = text.strip("[]").split(",")
    return Interval(Fraction(low), Fraction(high))


def _range(mention: Mention, kind: str, words: list[str]) -> str | None:
    low, high = (Fraction(end) for end in words[0].split(".."))
    unit = parse_unit(words[1] if len(words) == 2 else "")
    quantity = mention.quantity
    if mention.kind != kind or quantity is None:
        return f"kind {mention.kind}, not {kind}"
    if (quantity.unit, quantity.interval) != (unit, Interval(low, high)):
        return f"{quantity} is not {low}..{high} {unit}"
    ends = [part.to(unit).value for part in mention.parts]
    return None if ends == [low, high] else f"parts {ends}"


def _ratio(mention: Mention, kind: str, words: list[str]) -> str | None:
    left, right = (Fraction(side) for side in words[0].split(":"))
    quantity = mention.quantity
    if mention.kind != kind or quantity is None:
        return f"kind {mention.kind}, not {kind}"
    sides = [part.value for part in mention.parts]
    if quantity.value != left / right or sides != [left, right]:
        return f"{quantity.value}, sides {sides}"
    half = Fraction(1, 2)
    wanted = Interval((left - half) / (right + half), (left + half) / (right - half))
    return None if quantity.interval == wanted else f"interval {quantity.interval}, not {wanted}"


def _period(mention: Mention, kind: str, words: list[str]) -> str | None:
    unknown = kind.startswith("?")
    grain = kind.lstrip("?")
    if mention.kind != ("date" if grain == "day" else "period"):
        return f"kind {mention.kind}, not a period or date"
    if unknown:
        return None if mention.period is None else f"period {mention.period} without a year in the text"
    if mention.period is None:
        return "no period"
    estimate = {"E": True, "A": False}.get(words[-1]) if words else None
    start, end = _days(grain, [word for word in words if word not in ("E", "A")])
    wanted = ("range" if grain == "span" else grain, start, end, estimate)
    actual = (mention.period.grain, mention.period.start, mention.period.end, mention.period.estimate)
    return None if actual == wanted else f"{actual} is not {wanted}"


def _days(grain: str, words: list[str]) -> tuple[date, date]:
    if grain in ("day", "ytd"):
        last = date.fromisoformat(words[0])
        return (last if grain == "day" else date(last.year, 1, 1)), last
    if grain == "span":
        return date.fromisoformat(words[0]), date.fromisoformat(words[1])
    year = int(words[0])
    if grain == "plan":
        return date(year, 1, 1), date(int(words[1]), 12, 31)
    months = {"year": 12, "half": 6, "quarter": 3, "month": 1}[grain]
    number = int(words[1]) if len(words) > 1 else 1
    first = months * (number - 1)
    after = date(year + (first + months) // 12, (first + months) % 12 + 1, 1)
    return date(year, first + 1, 1), after - timedelta(days=1)
