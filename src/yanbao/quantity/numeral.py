"""Chinese numerals: 十一, 两万三千, 三点五."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

_DIGITS: Final = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_TENS: Final = {"十": 10, "百": 100, "千": 1000}
_MYRIADS: Final = {"万": 10**4, "亿": 10**8}
NUMERAL_LETTERS: Final = "零〇一二两三四五六七八九十百千万亿"


def numeral_value(text: str) -> Fraction | None:
    """Return the number that a Chinese numeral says, `None` where it says none (`一二三`, `万`).

    >>> numeral_value("两万三千"), numeral_value("三点五")
    (Fraction(23000, 1), Fraction(7, 2))
    """
    whole, point, part = text.partition("点")
    number = _whole(whole)
    if number is None:
        return None
    value = Fraction(number)
    if point:
        if not part or any(letter not in _DIGITS for letter in part):
            return None
        for place, letter in enumerate(part, start=1):
            value += Fraction(_DIGITS[letter], 10**place)
    return value


def _whole(text: str) -> int | None:
    total = section = digit = 0
    seen_digit = False
    last_myriad = 10**16
    for letter in text:
        if letter in _DIGITS:
            if seen_digit and digit:
                return None  # two digits in a row: 三四家 is three or four
            digit, seen_digit = _DIGITS[letter], True
        elif letter in _TENS:
            if not seen_digit and letter != "十":
                return None  # 百 and 千 need a digit before them
            section += (digit if seen_digit and digit else 1) * _TENS[letter]
            digit, seen_digit = 0, False
        elif letter in _MYRIADS:
            scale = _MYRIADS[letter]
            section += digit
            if section == 0 and total == 0:
                return None
            if scale > last_myriad:  # 万亿
                total = (total + section) * scale
            else:
                total += section * scale
            last_myriad = scale
            section, digit, seen_digit = 0, 0, False
        else:
            return None
    result = total + section + digit
    return result if text else None
