"""Digits that are part of a name: H100, GPT-4o, 600519.SH, 昇腾910, 沪深300, Windows 11."""

from __future__ import annotations

import re
from typing import Final

# metrics that are printed straight before their number: EPS1.30元 is no name
_METRICS: Final = frozenset(
    """
    PE PB PS PEG EPS ROE ROA ROIC CAGR TAM GDP CPI PPI PMI EBITDA EBIT EV DAU MAU ARPU IRR WACC NPV GMV PUE
    yoy YoY YOY qoq QoQ QOQ mom MoM TTM LTM Capex CAPEX DPS BPS DCF P/E P/B P/S EV/EBITDA FCF IPO ASP
    """.split()  # noqa: SIM905 - a list of words reads better than sixty quoted strings
)
# words of English prose before a number, which make no name of it
_PROSE: Final = _METRICS | frozenset(
    """
    A About Above After All An And Approximately Around As At Average Avg Before Below Between By Cost Count During
    Each Exceeding For From Growth Has I If In Income It Its Less Median More Nearly Net Of On Only Or Over Price
    Profit Rank Revenue Sales Score Since Sum The Their There This To Total Under Until Up Value Was We With Within
    Year AND OR Max Min Mean Margin Return Shares Volume Weight
    """.split()  # noqa: SIM905
)
_CHINESE_NAMES: Final = re.compile(
    r"(?:沪深|中证|上证|深证|标普|科创|北证|创业板|创业板指|纳斯达克|纳指|日经|罗素|富时|道琼斯|国证|万得|恒生"
    r"|昇腾|思元|含光|天垓|骁龙|麒麟|鲲鹏|天玑|锐龙|至强|酷睿|昆仑芯|深算|海光|邃思|云燧|凌霄|星火|文心|盘古|豆包|混元"
    r"|世纪|[网]址|端口|房间|科企|国标|版本|版)\ ?$"
)
_CODE_BEFORE: Final = re.compile(
    r"(?:邮编|电话|传真|手机|[编证代帐账单序]号|代码|号码|编码|热线|QQ|Tel|TEL|Fax)\ ?[:：]?\ ?$"
)
_TAIL: Final = re.compile(r"[A-Za-z0-9_]*(?:[-._/&][A-Za-z0-9_]*[A-Za-z][A-Za-z0-9_]*|[-._][0-9]+)*")
_SLASH_TAIL: Final = re.compile(r"(?:/[0-9]+[A-Za-z]*(?![0-9A-Za-z.%]))*")
_TICKER: Final = re.compile(r"[0-9]{4,6}\.(?:SH|SZ|BJ|HK|SS|OF|NQ|US|T|HI)(?![A-Za-z0-9])")
_WORD_BEFORE: Final = re.compile(r"(?:[A-Za-z0-9+][A-Za-z0-9+\-./]{0,39})\ $")
_PART_OF_YEAR: Final = re.compile(r"(?:[Ee]nd|[Mm]id|[Ee]arly|[Ll]ate|[Yy]ear-end|[Pp]re|[Pp]ost)-")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}(?![0-9A-Za-z])")
_HEAD_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+*")
_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


def is_letter(character: str) -> bool:
    """Whether the character is a Latin letter."""
    return character in _LETTERS


def name_with_letters_before(text: str, position: int, floor: int) -> tuple[int, int] | None:
    """Return the extent of a name whose letters stand right before the digit at `position`: H100, Phi-3, v12.3.3."""
    before = text[position - 1] if position > floor else ""
    if before not in _LETTERS:
        joined = before in ("-", "_", ".", "*") and position - 1 > floor and text[position - 2] in _LETTERS
        if not joined:
            return None
    start = position
    while start > floor and text[start - 1] in _HEAD_LETTERS:
        start -= 1
    while start < position and text[start] in "-_.+*":
        start += 1
    word = text[start:position].rstrip("-_.+*")
    if _PART_OF_YEAR.fullmatch(text[start:position]) and _YEAR.match(text, position):
        return None  # end-2023, mid-2024
    if word in _METRICS or not any(letter in _LETTERS for letter in word):
        return None
    return start, tail_end(text, position)


def metric_before(text: str, position: int) -> bool:
    """Whether a metric's letters end at `position`, so that a sign behind them is one: YoY-5.67%."""
    start = position
    while start > 0 and position - start < 10 and (text[start - 1] in _LETTERS or text[start - 1] == "/"):
        start -= 1
    return text[start:position] in _METRICS


def tail_end(text: str, position: int) -> int:
    """Return where a name that holds the character at `position` ends."""
    tail = _TAIL.match(text, position)
    assert tail is not None
    slashes = _SLASH_TAIL.match(text, tail.end())
    assert slashes is not None
    return slashes.end()


def ticker_end(text: str, position: int) -> int | None:
    """Return the end of a ticker (`600519.SH`, `0700.HK`) that starts at `position`."""
    found = _TICKER.match(text, position)
    return None if found is None else found.end()


def named_before(text: str, position: int, floor: int) -> bool:
    """Whether the words before make the bare number at `position` part of a name: Windows 11, 沪深300, 邮编：200120."""
    if position <= floor:
        return False
    low = max(floor, position - 12)
    if text[position - 1] == " ":
        found = _WORD_BEFORE.search(text, max(floor, position - 41), position)
        if found is None:
            return False
        word = found[0].rstrip()
        return any(c.isupper() for c in word) and word not in _PROSE and word.rstrip(".:") not in _PROSE
    return bool(_CHINESE_NAMES.search(text, low, position) or _CODE_BEFORE.search(text, low, position))
