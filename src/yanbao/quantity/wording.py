"""The word of approximation that a number is printed with, taken from a text and set again: 约, 近, 超, 余, 以上."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final, Literal

from yanbao.quantity.approximation import bound_after, bound_before
from yanbao.quantity.mention import Bound
from yanbao.quantity.scanner import scan
from yanbao.quantity.unit import Unit

Place = Literal["before", "inside", "after"]

_CHINESE: Final[Mapping[str, tuple[Bound, Place]]] = {
    **dict.fromkeys(("约", "大约", "大概"), ("about", "before")),
    **dict.fromkeys(("左右", "上下"), ("about", "after")),
    **dict.fromkeys(("近", "接近", "将近"), ("near", "before")),
    **dict.fromkeys(("余", "多"), ("over", "inside")),
    **dict.fromkeys(("出头",), ("over", "after")),
    **dict.fromkeys(("超", "超过", "逾", "突破", "至少", "不低于", "不少于"), ("at least", "before")),
    **dict.fromkeys(("以上", "及以上"), ("at least", "after")),
    **dict.fromkeys(("+",), ("at least", "inside")),
    **dict.fromkeys(("不足", "不到", "低于", "少于", "不超过", "至多", "最多"), ("at most", "before")),
    **dict.fromkeys(("以下", "及以下", "以内"), ("at most", "after")),
}
# what stands for a word of another language or a sign, and where a word inside the number has no place
_PLAIN: Final[Mapping[Bound, str]] = {"about": "约", "near": "近", "over": "逾", "at least": "超", "at most": "不超过"}
_ENGLISH: Final[Mapping[Bound, str]] = {
    "about": "about",
    "near": "nearly",
    "over": "over",
    "at least": "over",
    "at most": "up to",
}
_ENGLISH_OF: Final[Mapping[str, str]] = {
    **dict.fromkeys(("至少", "不低于", "不少于", "以上", "及以上"), "at least"),
    **dict.fromkeys(("不足", "不到", "低于", "少于"), "under"),
}
_FOREIGN: Final = re.compile(r"[~～≈∼<＜≤>＞≥＋]|[A-Za-z]{4,}|Up to|up to|At most|at most|At least|at least")
_LONGEST_FIRST: Final = sorted(_CHINESE, key=len, reverse=True)
_DIGITS: Final = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")


def approximation_word(text: str, unit: Unit | None = None) -> str | None:
    """Return the Chinese word of approximation that a printed number carries, `None` where it has none.

    Parameters: `text` is one number as printed (`约6.9亿千瓦`, `32万余辆`, `about 20%`), `unit` that of a bare one.
    A word of another language, or a sign, is told by the Chinese word that says the same.

    >>> approximation_word("近7000家"), approximation_word("32万余辆"), approximation_word("~20%")
    ('近', '余', '约')
    """
    mentions = scan(text, unit=unit, cell=True)
    if len(mentions) != 1 or mentions[0].bound is None or mentions[0].kind == "range":
        return None
    bound = mentions[0].bound
    for word in _LONGEST_FIRST:
        if word in text and _CHINESE[word][0] == bound:
            return word
    return _PLAIN[bound] if _FOREIGN.search(text) else None


def bound_of(word: str) -> Bound:
    """Return what a Chinese word of approximation says of its number.

    >>> bound_of("近"), bound_of("以上")
    ('near', 'at least')
    """
    return _CHINESE[word][0]


def said_beside(before: str, after: str) -> tuple[Bound, str] | None:
    """Return the word of approximation that a text has before or behind the place of a number, and what it says.

    >>> said_beside("装机约", "，"), said_beside("节约", "左右")
    (('about', '约'), ('about', '左右'))
    """
    found = bound_before(before, len(before))
    if found is not None:
        return found[0], before[found[1] :].strip()
    behind = bound_after(after, 0)
    return None if behind is None else (behind[0], after[: behind[1]].strip())


def with_word(number: str, word: str, language: Literal["zh", "en"] = "zh") -> str:
    """Return a printed number with a word of approximation (Chinese, as `approximation_word` gives it).

    >>> with_word("6.9亿千瓦", "约"), with_word("500家", "余"), with_word("30%", "余"), with_word("500家", "以上")
    ('约6.9亿千瓦', '500余家', '逾30%', '500家以上')
    >>> with_word("RMB 690bn", "约", "en")
    'about RMB 690bn'
    """
    bound, place = _CHINESE[word]
    if language == "en":
        return f"{_ENGLISH_OF.get(word, _ENGLISH[bound])} {number}"
    if place == "after":
        return f"{number}{word}"
    if place == "inside":
        found = list(_DIGITS.finditer(number))
        behind = number[found[-1].end() :] if found else ""
        if not found or (behind and not "\u4e00" <= behind[0] <= "\u9fff"):
            return f"{_PLAIN[bound]}{number}"
        return f"{number[: found[-1].end()]}{word}{behind}"
    return f"{word}{number}"


def still_holds(word: str, value: Fraction, printed: Fraction) -> bool:
    """Return whether a word that held beside `value` holds beside its rounded form: 超6.96 is not 超7.0.

    About is about; what states a limit, or says from which side, must not be rounded past it.

    >>> still_holds("超", Fraction("6.96"), Fraction(7)), still_holds("约", Fraction("6.96"), Fraction(7))
    (False, True)
    """
    bound = _CHINESE[word][0]
    if bound == "about":
        return True
    return printed >= value if bound in ("near", "at most") else printed <= value
