"""What stands between braces -> a span: a number, a bound word, a quoted text, a day, a literal."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from yanbao.author.labels import Language
from yanbao.author.words import choose
from yanbao.document.tree import Span
from yanbao.errors import FormulaError
from yanbao.evidence import Calculator
from yanbao.fact.fact import Fact
from yanbao.quantity import Quantity, Unit, english_unit, format_quantity, parse_unit, unit_label

LITERAL_REASONS = ("name", "title", "legal")
_SPEC = re.compile(
    r"(?P<absolute>abs\b)?\s*(?P<ordinal>第)?\s*(?P<sign>\+)?\s*(?P<grouping>,)?\s*(?:\.(?P<decimals>\d))?\s*(?P<unit>\S+)?"
)


@dataclass(frozen=True)
class Shown:
    """How a number is printed: decimals, unit, sign, grouping."""

    decimals: int | None = None
    unit: Unit | None = None  # None: the fact's own
    bare: bool = False  # the unit is not printed
    sign: bool = False
    grouping: bool = False
    absolute: bool = False
    ordinal: bool = False


def parse_shown(text: str) -> Shown:
    """Return the format that stands behind the colon: `+ , .1 亿元`.

    Raises:
        FormulaError, QuantityError: something that is no format, or an unknown unit.
    """
    match = _SPEC.fullmatch(text.strip())
    if match is None:
        raise FormulaError(
            f"`{text.strip()}` is not a format; write e.g. `.1`, `+.1`, `,.0 亿元`, `abs .1`, `第`, `nounit`"
        )
    unit = match["unit"]
    return Shown(
        int(match["decimals"]) if match["decimals"] else None,
        None if unit in (None, "nounit") else _spelt(unit),
        unit == "nounit",
        bool(match["sign"]),
        bool(match["grouping"]),
        bool(match["absolute"]),
        bool(match["ordinal"]),
    )


def _spelt(text: str) -> Unit:
    """Return a unit that is printed as the author wrote it: 个百分点 stays 个百分点, though it is the unit pp."""
    unit = parse_unit(text)
    return unit if unit.prefix or unit.suffix else replace(unit, symbol=text)


def display_unit(unit: Unit, language: Language) -> Unit:
    """Return the unit that a report of this language shows: 亿元 is RMB bn in English."""
    return english_unit(unit) if language == "en" else unit


def unit_text(unit: Unit, language: Language) -> str:
    """Return a unit as heads and unit lines of this language print it."""
    return unit_label(unit, "en") if language == "en" else unit.symbol


def print_quantity(quantity: Quantity, shown: Shown, language: Language) -> tuple[str, str, int]:
    """Return a number as printed, with the unit, in words of the language, and the decimals it is printed in."""
    unit = shown.unit or display_unit(quantity.unit, language)
    value = quantity.to(unit)
    if shown.absolute:
        value = replace(value, value=abs(value.value), interval=abs(value.interval))
    decimals = shown.decimals
    if decimals is None:
        same = value.unit.scale == quantity.unit.scale
        decimals = display_decimals(quantity, language) if same or unit == display_unit(quantity.unit, language) else 1
    if shown.ordinal:
        if value.value.denominator != 1:
            raise FormulaError(f"第 needs a whole number, not {float(value.value):g}")
        ordinal = f"第{value.value.numerator}" if language == "zh" else f"No. {value.value.numerator}"
        return ordinal, unit_text(unit, language), 0
    words = unit_text(unit, language)
    if shown.bare:
        value, unit = Quantity(value.value, value.interval, Unit("")), Unit("")
    text = format_quantity(
        value, decimals=decimals, unit=unit, sign=shown.sign, grouping=shown.grouping, language=language
    )
    return text, words, decimals


def display_decimals(quantity: Quantity, language: Language) -> int:
    """Return the default decimals of a number in the unit that this language shows: 6650亿元 is RMB 665.0bn.

    >>> from yanbao.quantity import parse_unit
    >>> display_decimals(Quantity.printed("6650", parse_unit("亿元")), "en")
    1
    """
    decimals, unit = default_decimals(quantity), display_unit(quantity.unit, language)
    if unit is quantity.unit:
        return decimals
    times = quantity.unit.scale / unit.scale
    while times < 1:
        times, decimals = times * 10, decimals + 1
    while times >= 10 and decimals:
        times, decimals = times / 10, decimals - 1
    return decimals


def default_decimals(quantity: Quantity) -> int:
    """Return the decimals a number is printed with where nothing else is said: its own, else 1, whole ones 0.

    A computed number whose operands leave more than five units of its first decimal open is printed without one.
    """
    if quantity.decimals is not None:
        return quantity.decimals
    if quantity.is_exact and quantity.value.denominator == 1:
        return 0
    interval = quantity.interval
    ends = (quantity.value, interval.low, interval.high)
    if all(end is not None and end.denominator == 1 for end in ends):
        return 0  # a count that is not sure: 5, or 4
    width = interval.width
    return 0 if width is None or width > 1 else 1


class Binder:
    """Turns bindings into spans and notes which facts they show."""

    def __init__(self, calculator: Calculator, days: dict[str, Fact], language: Language) -> None:
        self._calculator = calculator
        self._days = days
        self._language = language

    def span(self, source: str, bold: bool = False) -> tuple[Span, Fact | None]:
        """Return the span of a binding and the fact it shows.

        Raises:
            FormulaError, QuantityError: with the cause in words.
        """
        if source.startswith("!"):
            return self._literal(source[1:], bold), None
        if source.startswith("@"):
            day = self._days.get(source[1:])
            if day is None or day.text is None:
                raise FormulaError(f"`{source}` is not a day of the report; there are @as_of and @published")
            return Span(day.text, "period", day.id, bold=bold), day
        text, word, form = split(source)
        fact = self._calculator.prose(text)
        if word is not None:
            return self._word(fact, text, word, bold), fact
        if fact.text is not None:
            return Span(fact.text, "quote", fact.id, bold=bold), fact
        if fact.quantity is None:
            raise FormulaError(f"`{text}` has no value: {fact.missing}")
        shown = parse_shown(form or "")
        printed, unit, decimals = print_quantity(fact.quantity, shown, self._language)
        note = "abs" if shown.absolute else "ordinal" if shown.ordinal else None
        return Span(printed, "number", fact.id, note, bold, unit, decimals), fact

    @staticmethod
    def _word(fact: Fact, text: str, pair: str, bold: bool) -> Span:
        if fact.quantity is None:
            raise FormulaError(f"`{text}` has no value to choose a word by: {fact.missing or 'it is a text'}")
        return Span(choose(pair, fact.quantity), "word", fact.id, pair, bold)

    @staticmethod
    def _literal(source: str, bold: bool) -> Span:
        text, _, reason = source.rpartition("|")
        if reason.strip() not in LITERAL_REASONS or not text.strip():
            raise FormulaError(
                f"a literal needs a text and a reason: {{! 十四五 | name}}; reasons: {', '.join(LITERAL_REASONS)}"
            )
        return Span(text.strip(), "literal", note=reason.strip(), bold=bold)


def split(source: str) -> tuple[str, str | None, str | None]:
    """Return expression, word pair and format of a binding.

    >>> split("grid.state[2016:2023] | 上涨/下跌")
    ('grid.state[2016:2023]', '上涨/下跌', None)
    >>> split("mean(grid.state[:]): .1 亿元")
    ('mean(grid.state[:])', None, '.1 亿元')
    """
    depth = 0
    for index, character in enumerate(source):
        if character in "[(":
            depth += 1
        elif character in "])":
            depth -= 1
        elif depth == 0 and character == "|":
            return source[:index].strip(), source[index + 1 :].strip(), None
        elif depth == 0 and character == ":":
            return source[:index].strip(), None, source[index + 1 :].strip()
    return source.strip(), None, None
