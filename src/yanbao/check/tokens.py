"""Which stretches of a text are numbers: the independent tokenizer that a proof counts with.

It shares no code and no table with `yanbao.quantity`: what the author's scanner overlooks, this one may find, and the
other way round. Digits of any script count; Chinese numerals count in numeric use (三成, 两倍, 翻一番, 第二, 百分之五,
十余家). Digits inside a Latin name (H100, GPT-4o, Qwen2-72B) and in the name of a plan (十四五) are part of a name:
they are reported apart.

Blind spots, on purpose: 一 with a classifier (一个, 一批) is an article, not a number; digits set as superscripts and
subscripts (mm², CO₂) belong to their unit; letters behind digits (910B, 5G) are not part of the token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from yanbao.check.numerals import value_of

TokenKind = Literal["digits", "numeral", "period", "name"]


@dataclass(frozen=True)
class Token:
    """A number of a text: `value` as written, in `unit` where that is %, ‰, 成, 倍 or 番 (else "").

    `value` is `None` where the token is no single number (24Q1, 2024-06-30, 数十).
    """

    start: int
    end: int
    text: str
    value: Fraction | None
    kind: TokenKind = "digits"
    unit: str = ""


_CN = "〇零一二三四五六七八九两十百千"
_CLASSIFIERS = (
    "季度|个百分点|百分点|家|款|个|台|只|支|项|条|座|颗|片|名|位|人|次|轮|届|年|月|日|天|省|市|地区|元|股|户|套|部|件"
    "|吨|度|亿|万|美元|分钟|小时"
)
# words that begin with 成 and make the numeral before it no tenth: 三成立, 一成为
_NOT_TENTHS = "成(?!立|为|本|熟|功|长|果|员|交|分|品|都|绩|不变)"
# words that hold a numeral and state no number
_IDIOMS = (
    "第三方|第[一二三]产业|第一性|二次(?=开发|供电|设备|加工|创业|元件)|零一万物|国九条|科八条|万一|千万(?=不|别|要)"
)
_METRIC = "PE|PB|PS|PEG|EPS|ROE|ROA|CAGR|YoY|QoQ|CPI|PPI|GDP|PMI|RMB|CNY|USD|HKD|EUR|JPY|GBP|US|HK|TOP|Top|No|FY"

_PATTERN = re.compile(
    rf"""
    (?P<plan>十[一二三四五六七]五(?=规划|期|末|收官|时|以|、|，|。|”|"|」|的|开|目|$))
  | (?P<idiom>{_IDIOMS})
  | (?P<period>
        (?<![A-Za-z\d.])(?:FY)?\d{{2,4}}(?:Q[1-4]|H[12]|M(?:1[0-2]|0?[1-9]))(?![A-Za-z\d])
      | (?<![A-Za-z\d.])(?:[1-4]Q|[12]H)\d{{2}}(?:\d\d)?(?![A-Za-z\d])
      | (?<![A-Za-z\d])(?:Q[1-4]|H[12])(?![A-Za-z\d-])
      | (?<![\d.])(?:19|20)\d\d[-/]\d{{1,2}}[-/]\d{{1,2}}(?!\d)
      | (?<![\d.])\d+(?:[.．]\d+){{2,}}
    )
  | (?<![A-Za-z\d])(?:{_METRIC})[.$]?(?=\d)
  | (?P<name>
        (?<![A-Za-z\d])
        (?=[A-Za-z._·-]*\d)
        (?>[A-Za-z]+(?:[._·]?[A-Za-z\d]+|-(?!(?:19|20)\d\d(?![\dA-Za-z]))[A-Za-z\d]+)*)
        (?![%％])
    )
  | (?P<digits>
        (?P<sign>[-+−－＋±])?
        (?:\d{{1,3}}(?:,\d{{3}})+(?![\d,])|\d+|(?<![\w.])[.](?=\d))
        (?:[.．]\d+|(?<=[.])\d+)?
    )(?P<percent>\s?(?:%|％|‰))?
  | (?P<circled>[①-⑳])
  | (?P<fraction>[{_CN}]+分之[{_CN}]+(?:点[〇零一二三四五六七八九]+)?)
  | (?P<double>翻(?P<times>[一两二三四五])?番|翻倍)
  | (?P<half>一半|过半|近半)
  | (?P<ordinal>第[{_CN}]+)
  | (?P<tenths>[一二两三四五六七八九十](?:{_NOT_TENTHS})[一二三四五六七八九]?(?![{_CN}]))
  | (?P<multiple>[{_CN}]+(?:点[〇零一二三四五六七八九]+)?(?:余|多)?倍)
  | (?P<vague>[数几上][十百千]+(?=[余多]?(?:{_CLASSIFIERS})))
  | (?P<year>[一二][〇零一二三四五六七八九]{{3}}(?=年))
  | (?P<counted>(?<![第初])(?:一(?=季度)|[{_CN}万]*[{_CN}](?=[余多来几]?(?:{_CLASSIFIERS})))(?![个些种批]?[十百千]))
    """,
    re.VERBOSE,
)
_UNIT_BEFORE = re.compile(r"[\d%％‰][^\s\d，。；、：,;:()（）/~～与和至到及或为]{0,4}$")
_MINUS = "-−－"


@lru_cache(maxsize=32768)  # the same texts stand in four files
def tokens(text: str) -> tuple[Token, ...]:
    """Return the numbers of a text in order; tokens of kind "name" are digits inside names."""
    return tuple(_scan(text))


def numbers(text: str) -> list[Token]:
    """Return the numbers of a text without the digits that stand inside names."""
    return [token for token in tokens(text) if token.kind != "name"]


def _scan(text: str) -> Iterator[Token]:
    position = 0
    while match := _PATTERN.search(text, position):
        sign = match.group("sign")
        if sign and not _is_sign(text, match.start(), sign):
            position = match.start() + 1  # a dash or a plus between two things: what follows stands by itself
            continue
        token = _token(text, match)
        position = max(match.end() if token is None else token.end, match.start() + 1)
        if token is not None:
            yield token


def _token(text: str, match: re.Match[str]) -> Token | None:
    start, end, word = match.start(), match.end(), match.group()
    kind = match.lastgroup
    groups = match.groupdict()
    if groups["plan"] or groups["name"]:
        return Token(start, end, word, None, "name")
    if groups["period"]:
        return Token(start, end, word, None, "period")
    if groups["digits"]:
        return _digits(match)
    if groups["circled"]:
        return Token(start, end, word, Fraction(ord(word) - 0x245F), "digits")
    if groups["fraction"]:
        under, _, over = word.partition("分之")
        value, base = _decimal(over), value_of(under)
        if value is None or not base:
            return Token(start, end, word, None, "numeral")
        return (
            Token(start, end, word, value, "numeral", "%")
            if base == 100
            else Token(start, end, word, value / base, "numeral")
        )
    if groups["double"]:
        count = value_of(groups["times"] or "一")
        return Token(start, end, word, count, "numeral", "番")
    if groups["half"]:
        return Token(start, end, word, Fraction(1, 2), "numeral")
    if groups["ordinal"]:
        return Token(start, end, word, value_of(word[1:]), "numeral")
    if groups["tenths"]:
        whole, _, part = word.partition("成")
        value = value_of(whole)
        if value is not None and part:
            value += (value_of(part) or 0) * Fraction(1, 10)
        return Token(start, end, word, value, "numeral", "成")
    if groups["multiple"]:
        return Token(start, end, word, _decimal(word.rstrip("倍").rstrip("余多")), "numeral", "倍")
    if groups["vague"]:
        return Token(start, end, word, None, "numeral")
    if groups["year"]:
        return Token(start, end, word, value_of(word), "numeral")
    if groups["counted"]:
        return _counted(text, start, end, word)
    assert kind in (None, "idiom"), kind
    return None  # an idiom; or a metric's or a currency's letters: the number behind them is found next


def _digits(match: re.Match[str]) -> Token:
    sign = match.group("sign") or ""
    body = match.group("digits")[len(sign) :].replace(",", "").replace("．", ".")
    plain = "".join("." if char == "." else str(int(char)) for char in body)
    value = Fraction(plain)
    percent = (match.group("percent") or "").strip().replace("％", "%")
    if sign in ("-", "−", "－"):
        value = -value
    return Token(match.start(), match.end(), match.group(), None if sign == "±" else value, "digits", percent)


def _is_sign(text: str, at: int, sign: str) -> bool:
    """Whether the character at `at` is a sign: not the dash of a range or a name, not the plus of T+1."""
    before = text[at - 1] if at else " "
    if before.isdecimal() or before in "%％‰" or (before.isascii() and before.isalpha()):
        return False
    return not (sign in _MINUS and _UNIT_BEFORE.search(text[max(0, at - 6) : at]))


def _counted(text: str, start: int, end: int, word: str) -> Token | None:
    if word == "一" and not text.startswith("季度", end):
        return None
    if set(word) <= set("百千万") or (word[0] in "百千万" and len(word) == 1):
        return None if not text[:start].endswith(("近", "约", "超", "逾")) else _numeral(start, end, word)
    return _numeral(start, end, word)


def _numeral(start: int, end: int, word: str) -> Token:
    return Token(start, end, word, value_of(word), "numeral")


def _decimal(text: str) -> Fraction | None:
    """Return the value of a numeral with 点: 一点五 is 1.5."""
    whole, point, part = text.partition("点")
    value = value_of(whole)
    if value is None or not point:
        return value
    digits = value_of(part)
    return None if digits is None else value + digits / 10 ** len(part)
