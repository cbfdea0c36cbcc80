"""What a table cell's text is: a number, a blank, a word for "missing", a period, words, or several numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal

from yanbao.quantity.interval import Interval
from yanbao.quantity.mention import Kind, Mention
from yanbao.quantity.period import Period
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.scanner import scan
from yanbao.quantity.unit import NONE, PERCENT, TIMES, Unit
from yanbao.quantity.unit_kind import is_exact_in
from yanbao.quantity.unit_text import parse_unit

CellKind = Literal[
    "number",
    "blank",  # nothing, or a dash: a reader takes it for 0 in a sum
    "missing",  # n.m., NA, 不适用: no value, and no 0
    "period",
    "words",
    "several",  # more than one number: 23.5（+2.1%）
    "mixed",  # one number among words: 增加0.5个百分点
]

_NUMBER: Final = re.compile(
    r"(?P<open>[(（]\s*)?(?P<sign>[-−–－+＋]\s*)?(?P<money>(?:US|HK|NT|C|A)?\$|[¥￥€£]|RMB\s)?\s*(?P<open2>[(（]\s*)?"
    r"(?P<sign2>[-−–－+＋]\s*)?"
    r"(?P<digits>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,20})(?:\.[0-9]{1,12})?|\.[0-9]{1,12})\s*"
    r"(?P<unit>%|％|[xX]|倍|pp|pcts?|bps?)?\s*(?P<close>[)）])?\s*(?P<unit2>%|％)?\s*[*†‡]{0,3}"
)
_BLANK: Final = re.compile(r"[\s\u3000$¥￥_.…*]*[-−–—－─\s]*[\s%]*|/|／|\\")
_MISSING: Final = re.compile(
    r"(?:n\.?\s?[ma]\.?|n/[am]\.?|na|nan|nm|none|null|不适用|无|未披露|不可比|无意义|\?|--\s*%|#div/0!|#n/a|#value!|免费|unknown"
    r"|扭亏|转亏|减亏|增亏|扭亏为盈|由盈转亏|√适用□不适用|□适用√不适用|√|×|✓|✗)",
    re.I,
)
_MONEY: Final = {"$": "$", "US$": "$", "HK$": "港元", "NT$": "新台币", "¥": "元", "￥": "元", "€": "欧元", "£": "英镑"}
_UNITS: Final[dict[str, Unit]] = {
    "%": PERCENT, "％": PERCENT, "x": TIMES, "X": TIMES, "倍": TIMES,
}  # fmt: skip
_YEAR: Final = re.compile(r"(?:19[5-9]|20[0-9])[0-9]")
# a number that a narrow cell broke over lines: grouped digits that are well formed once the blanks are gone
_BROKEN: Final = re.compile(r"[(（]?-?\ ?[0-9][0-9 ]*,[0-9, ]*(?:\.[0-9 ]*)?[)）]?%?")
_WHOLE: Final = re.compile(r"[(（]?-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,4})?[)）]?%?")
_LIST_MARK: Final = re.compile(r"^(?:[(（]?[0-9]{1,2}[)）.、．](?![0-9])|[①-⑳])")
_DIGIT: Final = re.compile(r"[0-9０-９]")
_QUANTITIES: Final = ("measure", "count", "number", "range", "rank", "ratio")
_LONGEST: Final = 400  # characters; what is longer is prose in a cell, not a value
_TURNED: Final = re.compile(r"(?:下降|减少|降低|下滑|下跌)\s*$")
_CHANGE_LEAD: Final = re.compile(r"(?:增加|增长|上升|提高|提升|上涨|下降|减少|降低|下滑|下跌)\s*$")
_FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９．，％－＋（）", "0123456789.,%-+()")


@dataclass(frozen=True, slots=True)
class CellText:
    """A cell's text, read: `digits`, `negative` and `unit` (what the cell itself prints) of a number."""

    text: str
    kind: CellKind
    digits: str = ""
    negative: bool = False
    signed: bool = False
    unit: Unit | None = None
    mention: Mention | None = None  # where the scanner read it: ranges, approximations, counts, ranks
    count: int = 0  # of numbers in the text
    period: Period | None = None

    @property
    def bare_year(self) -> bool:
        """Whether it is four digits that may be a year: its column or row decides."""
        return self.kind == "number" and _YEAR.fullmatch(self.text.strip()) is not None

    @property
    def mention_kind(self) -> Kind:
        """Which kind of number it is, as the scanner names them."""
        if self.mention is not None:
            return self.mention.kind
        return "number" if self.unit is None else "measure"

    def quantity(self, unit: Unit) -> Quantity:
        """Return the number; `unit` is that of a bare one."""
        chosen = self.unit if self.unit is not None else unit
        if self.mention is not None and self.mention.quantity is not None:
            found = self.mention.quantity
            if found.unit is NONE and self.unit is None and unit is not NONE:
                found = replace(found, unit=unit)
            return -found if self.negative else found
        decimals = len(self.digits.partition(".")[2])
        value = Fraction(self.digits) if self.digits[0] != "." else Fraction("0" + self.digits)
        half = Fraction(0) if is_exact_in(chosen, self.digits) else Fraction(1, 2 * 10**decimals)
        signed = -value if self.negative else value
        return Quantity(signed, Interval(signed - half, signed + half), chosen, decimals)


@lru_cache(maxsize=65536)
def read_cell(text: str) -> CellText:
    """Return what a cell's text is.

    >>> read_cell("(1,234.5)").negative, read_cell("—").kind, read_cell("n.m.").kind, read_cell("2024E").kind
    (True, 'blank', 'missing', 'period')
    """
    stripped = text.strip().translate(_FULL_WIDTH)
    if _BLANK.fullmatch(stripped):
        return CellText(text, "blank")
    if " " in stripped and _BROKEN.fullmatch(stripped):
        stripped = _mended(stripped)
    found = _NUMBER.fullmatch(stripped)
    if found is not None and bool(found["open"] or found["open2"]) == bool(found["close"]):
        return _plain(text, found)
    if _MISSING.fullmatch(stripped):
        return CellText(text, "missing")
    if not _DIGIT.search(_LIST_MARK.sub("", stripped)) and not re.search(r"[一二三四][季]|[上下]半年", stripped):
        return CellText(text, "words")
    if len(stripped) > _LONGEST:
        return CellText(text, "several", count=len(_DIGIT.findall(stripped)))
    return _scanned(text, stripped)


def _mended(text: str) -> str:
    joined = text.replace(" ", "")
    return joined if _WHOLE.fullmatch(joined) else text


def _plain(text: str, found: re.Match[str]) -> CellText:
    sign = (found["sign"] or found["sign2"] or "").strip()
    bracketed = bool(found["close"])
    unit_text = found["unit"] or found["unit2"]
    unit = None
    if unit_text:
        unit = _UNITS.get(unit_text) or parse_unit(unit_text)
    elif found["money"]:
        unit = parse_unit(_MONEY.get(found["money"].strip(), "元"))
    negative = bracketed or sign in ("-", "−", "–", "－")
    return CellText(text, "number", found["digits"].replace(",", ""), negative, bool(sign) or bracketed, unit, count=1)


def _scanned(text: str, stripped: str) -> CellText:
    mentions = scan(stripped, cell=True)
    numbers = [mention for mention in mentions if mention.quantity is not None]
    periods = [mention for mention in mentions if mention.kind in ("period", "date")]
    if not numbers:
        period = periods[0].period if len(periods) == 1 else None
        return CellText(text, "period" if periods else "words", period=period, count=0)
    if len(numbers) > 1 or periods:
        return CellText(text, "several", count=len(numbers))
    only = numbers[0]
    before, after = stripped[: only.start].strip(), stripped[only.end :].strip(" *†‡%")
    if (
        only.kind in ("measure", "count", "number", "range", "rank", "ratio")
        and not after
        and only.quantity is not None
    ):
        turned = bool(_TURNED.search(before))
        if not before or _CHANGE_LEAD.fullmatch(before):
            unit = None if only.quantity.unit is NONE else only.quantity.unit
            return CellText(text, "number", "", turned, only.signed or turned, unit, only, 1)
    return CellText(text, "mixed", mention=only, count=1)
