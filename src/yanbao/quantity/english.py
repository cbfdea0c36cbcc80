"""Units in an English report: the unit a number is converted to, and the words of a column header."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

from yanbao.errors import UnitError
from yanbao.quantity.unit import Dimension, Unit
from yanbao.quantity.unit_table import MONEY, english_label, english_singular
from yanbao.quantity.unit_text import match_scale, money_prefix, parse_unit

_SIGNS: Final[dict[str, str]] = {
    "CNY": "RMB",
    "USD": "US$",
    "HKD": "HK$",
    "EUR": "€",
    "JPY": "JPY",
    "GBP": "£",
    "CAD": "C$",
    "AUD": "A$",
    "TWD": "NT$",
}
# the scale above an amount: 亿 goes up to bn (2428.5亿元 -> RMB 242.85bn), 百万 stays
_SUFFIXES: Final = (("tn", 10**12), ("bn", 10**8), ("mn", 10**5), ("", 0))
_CONVERTED: Final[dict[str, str]] = {
    "万亿": "trillion",
    "亿": "bn",
    "百万": "mn",
    "万": "thousand",
    "千": "thousand",
    "万千瓦": "MW",
    "亿千瓦": "GW",
    "万千瓦时": "MWh",
    "亿千瓦时": "GWh",
}
# a Chinese scale in a header whose numbers are not converted
_HEADER_SCALES: Final[dict[str, str]] = {
    "万亿": "tn",
    "千亿": "100bn",
    "百亿": "10bn",
    "十亿": "bn",
    "亿": "100mn",
    "千万": "10mn",
    "百万": "mn",
    "十万": "100k",
    "万": "10k",
    "千": "k",
    "百": "100",
}


@lru_cache(maxsize=1024)
def english_unit(unit: Unit) -> Unit:
    """Return the unit to which an English report converts numbers in `unit`.

    Money goes to its sign with none, mn, bn or tn behind (亿元 -> `RMB …bn`, 百万元 -> `RMB …mn`, 万元 -> `RMB …`),
    亿千瓦 to GW, other Chinese scales are multiplied out (万家 -> companies), 元/股 becomes `RMB …/share`. The numbers
    change with the unit: where a column keeps its numbers, print `unit_label` in its header instead.

    Raises:
        UnitError: the table has no English word for the unit.

    >>> english_unit(parse_unit("亿元")).scale
    Fraction(1000000000, 1)
    """
    if unit.prefix or unit.symbol.isascii():
        return unit
    if _is_derived(unit):
        return replace(unit, symbol=_derived(unit.dimension))
    above, slash, below = unit.symbol.partition("/")
    dimension = parse_unit(above).dimension
    if len(dimension) == 1 and dimension[0][1] == 1 and dimension[0][0] in _SIGNS:
        scale = parse_unit(above).scale
        suffix = next(text for text, least in _SUFFIXES if scale >= least)
        end = f"/{_below(below)}" if slash else ""
        return money_prefix(_SIGNS[dimension[0][0]], suffix + end)
    word = _CONVERTED.get(above) or english_label(above)
    scaled = match_scale(above, 0)
    if word is None and scaled is not None:
        word = english_word(above[scaled[1] :])
    return parse_unit(f"{word or english_word(above)}/{_below(below)}" if slash else word or english_word(above))


def _is_derived(unit: Unit) -> bool:
    """Whether the unit came out of a multiplication or division: its symbol names dimensions (CNY/count:家)."""
    return "count:" in unit.symbol


def _derived(dimension: Dimension) -> str:
    def word(base: str, power: int) -> str:
        text = _SIGNS.get(base) or english_label(base.removeprefix("count:")) or base
        return text if power == 1 else f"{text}^{power}"

    over = "·".join(word(base, power) for base, power in dimension if power > 0)
    under = "·".join(english_singular(word(base, -power)) for base, power in dimension if power < 0)
    return f"{over}/{under}" if under else over


def _below(text: str) -> str:
    scaled = match_scale(text, 0)
    if scaled is not None and text[scaled[1] :] == "tokens":
        return {"千": "Ktokens", "百万": "Mtokens"}.get(text[: scaled[1]]) or english_word(text)
    return english_singular(english_word(text))


def english_word(text: str) -> str:
    """Return the English word of a unit without scale, which `parse_unit` reads back.

    Raises:
        UnitError: the table has none.
    """
    if not text:
        return ""
    word = english_label(text)
    if word is None:
        raise UnitError(f"unit {text!r} has no English word in the table")
    return word


@lru_cache(maxsize=1024)
def unit_label(unit: Unit, language: str = "zh") -> str:
    """Return the text of a unit for a column header, where the numbers are not converted.

    Chinese is the symbol itself. English is by a fixed table: 亿元 -> `RMB 100mn`, 万家 -> `10k companies`.

    Raises:
        UnitError: the table has no English word for the unit.

    >>> unit_label(parse_unit("亿元"), "en")
    'RMB 100mn'
    """
    if unit.prefix:
        gap = " " if unit.suffix[:1] not in ("", "/") and unit.symbol[-1:].isalpha() else ""
        return f"{unit.symbol}{gap}{unit.suffix.strip()}"
    if language == "zh" or unit.symbol.isascii():
        return unit.symbol
    if _is_derived(unit):
        return _derived(unit.dimension)
    above, slash, below = unit.symbol.partition("/")
    return f"{_part(above)}/{_below(below)}" if slash else _part(above)


def _part(text: str) -> str:
    scaled = match_scale(text, 0)
    if english_label(text) is not None or scaled is None:
        return english_word(text)
    scale, base = _HEADER_SCALES[text[: scaled[1]]], text[scaled[1] :]
    if not base:
        return scale
    return f"{english_word(base)} {scale}" if base in MONEY else f"{scale} {english_word(base)}"
