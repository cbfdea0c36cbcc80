"""What stands between braces -> a span: a number, a bound word, a quoted text, a day, a literal."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from yanbao.author.labels import CHINESE, Language
from yanbao.author.words import choose
from yanbao.document.tree import Span
from yanbao.errors import FormulaError
from yanbao.evidence import Calculator
from yanbao.fact.fact import Derivation, Fact
from yanbao.quantity import (
    Bound,
    Quantity,
    Unit,
    bound_of,
    english_unit,
    format_quantity,
    format_value,
    parse_unit,
    still_holds,
    unit_label,
    with_word,
)

_OWN_WORDS = ("约", "大约", "近", "将近", "超", "逾", "about", "nearly", "over")  # 低于约20% compares, 超约20% doesn't
LITERAL_REASONS = ("name", "title", "legal")
_SPEC = re.compile(
    r"(?P<words>(?:(?:abs|bare)\b\s*)*)(?P<ordinal>第)?\s*(?P<sign>\+)?\s*(?P<grouping>,)?\s*(?:\.(?P<decimals>\d))?"
    r"\s*(?P<unit>\S+(?: \S+)*)?"
)


@dataclass(frozen=True)
class Shown:
    """How a number is printed: decimals, unit, sign, grouping, its word of approximation."""

    decimals: int | None = None
    unit: Unit | None = None  # None: the fact's own
    without_unit: bool = False
    sign: bool = False
    grouping: bool = False
    absolute: bool = False
    ordinal: bool = False
    bare: bool = False  # without the word of approximation that its cell is printed with


def parse_shown(text: str) -> Shown:
    """Return the format that stands behind the colon: `+ , .1 亿元`.

    Raises:
        FormulaError, QuantityError: something that is no format, or an unknown unit.
    """
    match = _SPEC.fullmatch(text.strip())
    if match is None:
        raise FormulaError(
            f"`{text.strip()}` is not a format; write e.g. `.1`, `+.1`, `,.0 亿元`, `abs .1`, `bare`, `第`, `nounit`"
        )
    unit = match["unit"]
    return Shown(
        int(match["decimals"]) if match["decimals"] else None,
        None if unit in (None, "nounit") else spelt_unit(unit),
        unit == "nounit",
        bool(match["sign"]),
        bool(match["grouping"]),
        "abs" in match["words"].split(),
        bool(match["ordinal"]),
        "bare" in match["words"].split(),
    )


def spelt_unit(text: str) -> Unit:
    """Return a unit that is printed as the author wrote it: 个百分点 stays 个百分点, though it is the unit pp."""
    unit = parse_unit(text)
    return unit if unit.prefix or unit.suffix else replace(unit, symbol=text)


def check_unit(unit: Unit, language: Language) -> None:
    """Refuse a unit that an author writes in the other language.

    Raises:
        FormulaError: 亿元 in an English report, with the unit to write.
    """
    if language == "en" and CHINESE.search(unit.symbol):
        english = unit_label(english_unit(unit), "en")
        raise FormulaError(f"the unit {unit.symbol!r} is Chinese in an English report; write `{english}`")


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
    if shown.without_unit:
        value, unit = Quantity(value.value, value.interval, Unit("")), Unit("")
    text = format_quantity(
        value, decimals=decimals, unit=unit, sign=shown.sign, grouping=shown.grouping, language=language
    )
    return text, words, decimals


def print_fact(
    fact: Fact, shown: Shown, language: Language, said: tuple[Bound, str] | None = None
) -> tuple[str, str, int]:
    """Return a fact's number as `print_quantity` does, with the word that its cell is printed with: 约6.9亿千瓦.

    `said` is the word that the text has beside it, and what it says: one that says the same stands for the cell's.

    Raises:
        FormulaError: the word would be false beside the rounded number, or the text says another one.
    """
    assert fact.quantity is not None
    text, unit, decimals = print_quantity(fact.quantity, shown, language)
    word = fact.approximation
    if word is None or shown.bare or shown.ordinal:
        return text, unit, decimals
    if said is not None and said[0] == bound_of(word):
        return text, unit, decimals
    if said is not None and said[1] in _OWN_WORDS:
        raise FormulaError(f"the text says {said[1]}, the cell {word}; drop {said[1]}: the number brings its own word")
    value = fact.quantity.to(shown.unit or display_unit(fact.quantity.unit, language)).value
    turned = shown.absolute and value < 0 and bound_of(word) != "about"
    if turned or not still_holds(word, value, Fraction(format_value(value, decimals))):
        raise FormulaError(
            f"{with_word(text, word, language)} is not what the cell says: show all its places, or `bare`"
        )
    return with_word(text, word, language), unit, decimals


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

    def inputs(self, fact: Fact) -> tuple[Fact, ...]:
        """Return the facts that a fact was computed from."""
        known = self._calculator.evidence.facts
        keys = fact.lineage.inputs if isinstance(fact.lineage, Derivation) else ()
        return tuple(known[key] for key in keys if key in known)

    def span(self, source: str, bold: bool = False, said: tuple[Bound, str] | None = None) -> tuple[Span, Fact | None]:
        """Return the span of a binding and the fact it shows; `said` is a word of approximation that stands beside it.

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
        if shown.unit is not None:
            check_unit(shown.unit, self._language)
        printed, unit, decimals = print_fact(fact, shown, self._language, said)
        notes = {"abs": shown.absolute, "ordinal": shown.ordinal, "bare": shown.bare and fact.approximation is not None}
        note = " ".join(name for name, on in notes.items() if on) or None
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
