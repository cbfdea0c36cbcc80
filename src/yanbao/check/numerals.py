"""Chinese numerals as values: the prover's own reader, which shares nothing with `quantity`."""

from __future__ import annotations

from fractions import Fraction

DIGITS = {
    **dict(zip("〇零一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)),
    "两": 2,
    "俩": 2,
}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
NUMERAL = "〇零一二三四五六七八九两十百千万亿"


def value_of(text: str) -> Fraction | None:
    """Return the value of a Chinese numeral (三十二, 一百零五, 二〇二四, 两千, 一万两千), `None` if it is none.

    A numeral that starts with a power means one of it (十二 is 12, 百 is 100); digits alone are read one by one.
    """
    if not text or any(char not in NUMERAL for char in text):
        return None
    if all(char in DIGITS for char in text):
        number = 0
        for char in text:
            number = number * 10 + DIGITS[char]
        return Fraction(number)
    total, section, digit = 0, 0, None
    for char in text:
        if char in DIGITS:
            if digit not in (None, 0):
                return None  # 三五十 is no number
            digit = DIGITS[char]
        elif char in _SMALL:
            section += (1 if digit in (None, 0) else digit) * _SMALL[char]
            digit = None
        else:
            section += digit or 0
            if section == 0:
                section = 1
            total = (total + section) * _LARGE[char] if char == "亿" else total + section * _LARGE[char]
            section, digit = 0, None
    return Fraction(total + section + (digit or 0))
