"""A number as a file stores it, read exactly, once it is known to be one that memory can hold."""

from __future__ import annotations

import re
from fractions import Fraction

_MOST = 400  # characters and exponent of a stored number: a float has at most 309 digits before the point
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,4}))?\s*", re.ASCII)


def stored_number(text: str) -> Fraction | None:
    """Return the number that a text is, exactly as its digits say; `None` where it is none, or an oversized one.

    1e999999999 is ten characters and would fill the memory: a float's exponent has three digits.

    >>> stored_number("1.5e3"), stored_number("1e999999999")
    (Fraction(1500, 1), None)
    """
    match = _NUMBER.fullmatch(text) if len(text) <= _MOST else None
    if match is None or abs(int(match[1] or 0)) > _MOST:
        return None
    return Fraction(text.strip())
