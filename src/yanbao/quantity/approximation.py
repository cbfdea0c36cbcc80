"""How a printed number becomes an interval: its last place, and the words 约, 近, 超, 余, 以上 beside it."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from yanbao.quantity.interval import Interval
from yanbao.quantity.mention import Bound

# 节约40% saves, 签约3家 signs: there 约 is half of another word
_BEFORE: Final = re.compile(
    r"""(?:
    (?P<about>大约|(?<![节预合签纽制条违契公特])约[为合占达有]?|大概|[~～≈∼]|[Aa]bout|[Aa]round|[Aa]pprox(?:imately|\.)?|[Rr]oughly)
    |(?P<most>不足|不到|低于|小于|少于|不超过|不高于|不多于|不大于|至多|最多|[<＜≤]
        |[Uu]nder|[Bb]elow|[Ll]ess\ than|[Ff]ewer\ than|[Uu]p\ to|[Aa]t\ most)
    |(?P<least>(?<!不)超[过出]?了?|逾|大于|(?<!不)高于|多于|突破|不低于|不少于|不小于|至少|[>＞≥]
        |[Oo]ver|[Aa]bove|[Mm]ore\ than|[Aa]t\ least|[Ee]xceed(?:ing|s|ed)?)
    |(?P<near>接近|将近|(?<![最附邻临])近|[Nn]early|[Aa]lmost|[Cc]lose\ to)
    )\ ?$""",
    re.VERBOSE,
)
_LAST_LETTERS: Final = frozenset("约为合占达有概~～≈∼足到于过多出了超逾破少近<＜≤>＞≥tdyenwrgs.omx ")
_WINDOW: Final = 15
_AFTER: Final = re.compile(
    r"\ ?(?:(?P<least>[及或]?以上|[+＋](?![0-9A-Za-z＋+\-]|\ ?[0-9])|\ or\ more|\ and\ above)"
    r"|(?P<most>[及或]?以下|以内|之内|\ or\ less)"
    r"|(?P<about>左右|上下(?![浮文游班行级])|\ or\ so)|(?P<over>出头|余(?!额)))"
)


def bound_before(text: str, position: int) -> tuple[Bound, int] | None:
    """Return (what it says, where it starts) of the word that ends at `position`."""
    if position == 0 or text[position - 1] not in _LAST_LETTERS:
        return None
    found = _BEFORE.search(text, max(0, position - _WINDOW), position)
    if found is None:
        return None
    return _bound(found), found.start()


def bound_after(text: str, position: int) -> tuple[Bound, int] | None:
    """Return (what it says, where it ends) of the word that starts at `position`."""
    found = _AFTER.match(text, position)
    return None if found is None else (_bound(found), found.end())


def _bound(found: re.Match[str]) -> Bound:
    group = found.lastgroup
    if group == "least":
        return "at least"
    if group == "most":
        return "at most"
    return "about" if group == "about" else "near" if group == "near" else "over"


def last_digit_unit(digits: str, decimals: int) -> Fraction:
    """Return one unit of the last digit that is not 0: 1000 for 7000, 0.1 for 6.9; that of the last place for 0."""
    bare = digits.rstrip("0")
    zeros = len(digits) - len(bare) if bare else 0
    power = zeros - decimals
    return Fraction(10**power) if power >= 0 else Fraction(1, 10**-power)


def printed_interval(value: Fraction, decimals: int, digits: str, *, exact: bool, bound: Bound | None) -> Interval:
    """Return what the true number may be.

    A measurement is its value ± half a unit of its last place; an exact number is itself. 约 widens by half a unit
    of the last digit that is not 0, on both sides; 近 goes down and 余 up from the number by one such unit (the same
    width, all on one side: 800多万 may be 880万); 超, 以上 and + state a lower limit, 不足 and 以下 an upper one.
    """
    if bound == "at least":
        return Interval(value, None)
    if bound == "at most":
        return Interval(None, value)
    if bound == "near":
        return Interval(value - last_digit_unit(digits, decimals), value)
    if bound == "over":
        return Interval(value, value + last_digit_unit(digits, decimals))
    half = Fraction(0) if exact else Fraction(1, 2 * 10**decimals)
    if bound == "about":
        half += last_digit_unit(digits, decimals) / 2
    return Interval(value - half, value + half)
