"""What can go wrong in one piece of text: each returns the changed text, or `None` where there is nothing to change."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_UNITS = (
    ("元/百万tokens", "元/千tokens"),
    ("万千瓦时", "亿千瓦时"),
    ("万千瓦", "亿千瓦"),
    ("亿千瓦", "万千瓦"),
    ("亿美元", "亿元"),
    ("百万元", "亿元"),
    ("亿元", "万元"),
    ("万元", "亿元"),
    ("个百分点", "%"),
    ("百分点", "%"),
    ("%", "pp"),
    ("TOPS", "GOPS"),
    ("GB", "TB"),
    ("小时", "分钟"),
    ("个月", "年"),
    ("倍", "%"),
    ("元", "万元"),
    ("家", "个"),
    ("个", "家"),
)
_NUMERALS = {"一": "二", "二": "三", "三": "四", "四": "三", "五": "四"}


def first_digit(text: str) -> str | None:
    """Change the first significant digit: 24.9% -> 34.9%."""
    match = re.search(r"[1-9]", text)
    if match is None:
        return None
    digit = int(match.group()) % 9 + 1
    return text[: match.start()] + str(digit) + text[match.end() :]


def last_digit(text: str) -> str | None:
    """Change the last printed digit by one: 24.9% -> 24.8%."""
    match = _NUMBER.search(text)
    if match is None:
        return None
    at = match.end() - 1
    digit = int(text[at])
    return text[:at] + str(digit - 1 if digit else 1) + text[at + 1 :]


def decimal_point(text: str) -> str | None:
    """Move the decimal point by one place: 24.9% -> 2.49%, 2.0 -> 20."""
    match = _NUMBER.search(text)
    if match is None or "." not in match.group():
        return None
    whole, _, rest = match.group().replace(",", "").partition(".")
    moved = f"{whole[:-1]}.{whole[-1]}{rest}" if len(whole) > 1 else f"{whole}{rest[0]}.{rest[1:]}".strip(".")
    if len(whole) == 1 and whole == "0":
        moved = moved[1:]
    return None if not moved else text[: match.start()] + moved + text[match.end() :]


def sign(text: str) -> str | None:
    """Drop the minus of a number: -1.2% -> 1.2%."""
    changed = re.sub(r"^[-−－](?=\d)", "", text)
    return changed if changed != text else None


def transposed(text: str) -> str | None:
    """Exchange two neighbouring digits: 24.9% -> 42.9%."""
    for match in re.finditer(r"(?=(\d)(\d))", text):
        at, (one, other) = match.start(), match.groups()
        if one != other and other != "0":
            return text[:at] + other + one + text[at + 2 :]
    return None


def approximation(text: str) -> str | None:
    """Drop the word that says a number is approximate: 约6.9亿千瓦 -> 6.9亿千瓦, 500余家 -> 500家."""
    changed = re.sub(r"^(?:约|近|超|逾|不足|about |nearly |over )|(?<=\d)[余多]|(?:以上|左右)$", "", text, count=1)
    return changed if changed != text else None


def unit(text: str) -> str | None:
    """Put another unit in place of the one that stands there: 亿元 -> 万元."""
    for old, new in _UNITS:
        if old in text:
            return new.join(text.rsplit(old, 1))
    return None


def unit_behind(text: str) -> str | None:
    """Change the unit with which a run of words begins, behind its number: 个百分点 -> %."""
    for old, new in _UNITS:
        if text.startswith(old) and len(old) > 1:
            return new + text[len(old) :]
    return None


def bound_word(text: str, note: str | None) -> str | None:
    """Turn a bound word into its opposite: 上涨 -> 下跌."""
    words = (note or "").split("/")
    if text not in words:
        return None
    return words[1] if words.index(text) == 0 else words[0]


def period(text: str) -> str | None:
    """Name another period: 2024年 -> 2023年, 一季度 -> 二季度, 上半年 -> 下半年."""
    if "上半年" in text:
        return text.replace("上半年", "下半年")
    match = re.search(r"[一二三](?=季度)", text)
    if match is not None and not re.search(r"\d", text):
        return text[: match.start()] + _NUMERALS[match.group()] + text[match.end() :]
    match = re.search(r"\d(?=年|Q|H|[AE]$|M)", text) or re.search(r"(?<=\d\d\d)\d", text)
    if match is None:
        return None
    digit = int(match.group())
    return text[: match.start()] + str(digit - 1 if digit else 1) + text[match.end() :]


def next_number(text: str) -> str | None:
    """Count on by one: 图3 -> 图4, 第53行 -> 第54行, 一、 -> 二、."""
    match = re.search(r"\d+(?=行)", text) or re.search(r"\d+", text)
    if match is not None:
        return text[: match.start()] + str(int(match.group()) + 1) + text[match.end() :]
    match = re.match(r"[一二三四五]", text)
    return None if match is None else _NUMERALS[match.group()] + text[1:]


def added_word(text: str) -> str | None:
    """Put a word between the words: 研发压力集中在 -> 研发并非压力集中在."""
    match = re.search(r"(?<=[\u4e00-\u9fff]{2})(?=[\u4e00-\u9fff]{2})", text)
    return None if match is None else text[: match.start()] + "并非" + text[match.start() :]


def other_name(text: str) -> str | None:
    """Call something by another name: its first two characters change places, or the only one changes."""
    match = re.search(r"([\u4e00-\u9fffA-Za-z])([\u4e00-\u9fffA-Za-z])", text)
    if match is None or match.group(1) == match.group(2):
        return None
    return text[: match.start()] + match.group(2) + match.group(1) + text[match.end() :]


def any_change(text: str) -> str | None:
    """Change a digit, or where there is none the name."""
    return first_digit(text) or other_name(text)
