"""Units in text: found behind a number, parsed as a whole, printed in Chinese and English."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Final

from yanbao.errors import UnitError
from yanbao.quantity.classifier import OTHER_WORD
from yanbao.quantity.unit import NONE, TIMES, Unit
from yanbao.quantity.unit_table import (
    ALL,
    CURRENCY_PREFIXES,
    ENGLISH_SCALES,
    MONEY,
    SCALABLE,
    SCALES,
    english_singular,
)


def _by_first_letter(texts: dict[str, Unit]) -> dict[str, list[tuple[str, Unit]]]:
    table: dict[str, list[tuple[str, Unit]]] = {}
    for text in sorted(texts, key=len, reverse=True):
        table.setdefault(text[0], []).append((text, texts[text]))
    return table


# letters that stand for a unit only below a slash: 10 MB/日, 64GB/S
_BELOW_SLASH: Final[dict[str, Unit]] = {
    "日": ALL["天"],
    "季": ALL["个季度"],
    "月": ALL["个月"],
    "时": ALL["小时"],
    "人月": Unit("人月", (("count:人", 1), ("month", 1))),
}
_BELOW_SLASH.update(
    {english_singular(word): unit for word, unit in SCALABLE.items() if word.isascii() and word[-1] == "s"}
)
_INDEX: Final = _by_first_letter({text: unit for text, unit in ALL.items() if text != "S"})
_INDEX_BELOW: Final = _by_first_letter(ALL | _BELOW_SLASH)
_MULTIPLES: Final = ("PE", "PB", "PS", "P/", "EV")  # 20xPE
_EMPTY: Final[list[tuple[str, Unit]]] = []


def match_scale(text: str, position: int) -> tuple[int, int] | None:
    """Return (scale, end) of a Chinese scale (万亿, 百万, 亿) at `position`, the longest that fits."""
    for length in (2, 1):
        scale = SCALES.get(text[position : position + length])
        if scale is not None and len(text) >= position + length:
            return scale, position + length
    return None


def match_base(text: str, position: int, *, below_slash: bool = False) -> tuple[Unit, str, int] | None:
    """Return (unit, its text, end) of a unit without Chinese scale at `position`, the longest that fits."""
    index = _INDEX_BELOW if below_slash else _INDEX
    for word, unit in index.get(text[position : position + 1], _EMPTY):
        if not text.startswith(word, position):
            continue
        end = position + len(word)
        following = text[end : end + 1]
        if word[-1].isascii() and word[-1].isalpha():
            # a Latin unit ends where its letters end: 3D is no 3 of something
            if following.isascii() and following.isalnum() and not (unit is TIMES and text.startswith(_MULTIPLES, end)):
                continue
        elif following and following in OTHER_WORD.get(word, ""):
            continue
        return unit, word, end
    return None


def match_denominator(text: str, position: int) -> tuple[Unit, str, int] | None:
    """Return (unit, its text with the slash, end) of `/股`, `/百万tokens`, `/s` at `position`."""
    if text[position : position + 1] not in ("/", "／"):
        return None
    start = position + 1
    scaled = match_scale(text, start)
    if scaled is not None:
        base = match_base(text, scaled[1], below_slash=True)
        if base is not None and base[1] in SCALABLE:
            return _scaled(scaled[0], text[start : scaled[1]], base[0], base[1]), text[position : base[2]], base[2]
    base = match_base(text, start, below_slash=True)
    if base is None or base[0].dimension == ():
        return None
    return base[0], text[position : base[2]], base[2]


@lru_cache(maxsize=4096)
def _scaled(scale: int, scale_text: str, base: Unit, base_text: str) -> Unit:
    return Unit(scale_text + base.symbol, base.dimension, base.scale * scale, base.kind)


@lru_cache(maxsize=4096)
def compose(scale_text: str, base_text: str, below_text: str = "") -> Unit:
    """Return the unit written as a Chinese scale, a unit and what stands below the slash.

    `compose("百万", "元")` is 百万元, `compose("", "元", "/股")` 元/股, `compose("亿", "")` a bare 亿.
    """
    if base_text:
        base = ALL[base_text]
        unit = _scaled(SCALES[scale_text], scale_text, base, base_text) if scale_text else base
    elif scale_text:
        unit = Unit(scale_text, (), Fraction(SCALES[scale_text]))
    else:
        unit = NONE
    if below_text:
        below = match_denominator(below_text, 0)
        assert below is not None
        unit = quotient(unit, below[0])
    return unit


def quotient(above: Unit, below: Unit) -> Unit:
    """Return the unit `above / below` with both their symbols: 元 and 百万tokens give 元/百万tokens."""
    divided = above / below
    symbol = "s" if below.symbol == "秒" and above.symbol.isascii() else below.symbol  # GB/s, but 笔/秒
    return Unit(f"{above.symbol}/{symbol}", divided.dimension, divided.scale, divided.kind)


@lru_cache(maxsize=1024)
def money_prefix(sign: str, suffix: str = "") -> Unit:
    """Return the unit of an amount with its sign before and its scale behind: `$485M`, `RMB 2.4bn`.

    >>> money_prefix("$", "M").scale
    Fraction(1000000, 1)
    """
    word, slash, _ = suffix.strip().partition("/")
    scale = ENGLISH_SCALES.get(word) or SCALES.get(word) or 1
    unit = Unit(sign, ((CURRENCY_PREFIXES[sign], 1),), Fraction(scale), prefix=True, suffix=suffix)
    if not slash:
        return unit
    below = match_denominator(suffix, suffix.index("/"))
    assert below is not None
    divided = unit / below[0]
    return replace(unit, dimension=divided.dimension, scale=divided.scale)


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit:
    """Return the unit that `text` names: which dimension, which scale?

    Parameters: the text of a column header or of a unit behind a number: `亿元`, `元/百万tokens`, `pp`, `万家`,
    `GB/s`, `$bn`, `RMB million`; the empty text is the unit of a pure number.

    Raises:
        UnitError: no such unit; the message names the units that are nearest in spelling.

    >>> parse_unit("亿元").factor_to(parse_unit("百万元"))
    Fraction(100, 1)
    """
    unit = find_unit(text)
    if unit is None:
        raise UnitError(f"unit {text!r} is not known{_hint(text.strip().translate(_FULL_WIDTH))}")
    return unit


@lru_cache(maxsize=16384)
def find_unit(text: str) -> Unit | None:
    """Return the unit that `text` names as `parse_unit` does, `None` where there is no such unit."""
    word = text.strip().translate(_FULL_WIDTH)
    if not word:
        return NONE
    return _whole(word) or _prefixed(word) or _english_money(word) or _dimension(word)


_FULL_WIDTH: Final = {code + 0xFEE0: code for code in range(0x21, 0x7F)} | {0x3000: 0x20}


def _whole(word: str) -> Unit | None:
    scaled = match_scale(word, 0)
    if scaled is not None:
        if scaled[1] == len(word):
            return compose(word, "")
        base = match_base(word, scaled[1])
        if base is not None and base[1] in SCALABLE:
            return _finish(word, compose(word[: scaled[1]], base[1]), base[2])
    base = match_base(word, 0)
    if base is None:
        below = match_denominator(word, 0)  # "/股" of nothing
        return None if below is None or below[2] != len(word) else quotient(NONE, below[0])
    return _finish(word, base[0], base[2])


def _finish(word: str, unit: Unit, end: int) -> Unit | None:
    if end == len(word):
        return unit
    below = match_denominator(word, end)
    return quotient(unit, below[0]) if below is not None and below[2] == len(word) else None


def _prefixed(word: str) -> Unit | None:
    for sign in sorted(CURRENCY_PREFIXES, key=len, reverse=True):
        if word.startswith(sign):
            scale, slash, below = word[len(sign) :].strip().partition("/")
            tens = _TENS.fullmatch(scale)
            if tens is not None and not slash:  # RMB 100mn, the header of an English table in 亿元
                base = money_prefix(sign, tens[2])
                return replace(base, symbol=f"{sign} {scale}", scale=base.scale * int(tens[1]), suffix="")
            if slash and match_denominator(slash + below, 0) is None:
                return None
            if not scale or scale in ENGLISH_SCALES or scale in SCALES:
                gap = " " if len(scale) > 3 else ""
                return money_prefix(sign, gap + scale + slash + below)
    return None


_TENS: Final = re.compile(r"(10|100)(k|mn|bn)")


def _english_money(word: str) -> Unit | None:
    parts = word.split(" ")
    if len(parts) == 2 and parts[0] in ENGLISH_SCALES and parts[1] in ("yuan", "RMB", "USD", "dollars", "HKD"):
        code = {"yuan": "CNY", "RMB": "CNY", "USD": "USD", "dollars": "USD", "HKD": "HKD"}[parts[1]]
        return Unit(word, ((code, 1),), Fraction(ENGLISH_SCALES[parts[0]]))
    return None


def _dimension(word: str) -> Unit | None:
    """Read the symbols that unit algebra makes: `watt hour`, `metre^2`, `count:家/second`."""
    above, slash, below = word.partition("/")
    powers: dict[str, int] = {}
    for part, sign in ((above, 1), (below, -1)):
        for factor in part.split("·") if part and part != "1" else ():
            base, caret, power = factor.partition("^")
            if base not in _BASES or (caret and not power.isdecimal()):
                return None
            powers[base] = powers.get(base, 0) + sign * (int(power) if caret else 1)
    if slash and not below:
        return None
    dimension = tuple(sorted((base, power) for base, power in powers.items() if power))
    return Unit(word, dimension) if dimension else None


_BASES: Final = frozenset(base for unit in ALL.values() for base, _ in unit.dimension) | frozenset(
    CURRENCY_PREFIXES.values()
)


def _hint(word: str) -> str:
    from difflib import get_close_matches  # slow to import and needed by mistakes only

    known = sorted({*ALL, *(scale + text for scale in ("万", "百万", "亿") for text in MONEY)})
    near = get_close_matches(word, known, n=3, cutoff=0.5)
    if not near:
        return "; a unit is one like 亿元, %, pp, 家, GB/s, $bn"
    return f"; did you mean {' or '.join(near)}?"
