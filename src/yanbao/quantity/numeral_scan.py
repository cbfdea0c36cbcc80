"""Numbers that Chinese words say: 三成, 翻一番, 两倍, 三分之一, 十一种, 第二, 几十, 超百万片."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from yanbao.quantity.approximation import bound_after, bound_before
from yanbao.quantity.classifier import NUMERAL_CLASSIFIERS, OTHER_WORD
from yanbao.quantity.mention import Kind
from yanbao.quantity.numeral import numeral_value
from yanbao.quantity.reading import Reading
from yanbao.quantity.unit import PERCENT, PERMILLE, TIMES
from yanbao.quantity.unit_kind import is_count
from yanbao.quantity.unit_table import MONEY, SCALABLE
from yanbao.quantity.unit_text import compose, match_base, match_scale

_N: Final = r"[零〇一二两三四五六七八九十百千万亿]{1,20}"
_SHARE: Final = re.compile(r"(?P<base>[百千])分之(?P<part>" + _N + r"(?:点[零〇一二三四五六七八九]{1,6})?)")
_FRACTION: Final = re.compile(r"(?P<below>[二三四五六七八九十]{1,3})分之(?P<above>[一二两三四五六七八九十]{1,3})")
_TENTHS: Final = re.compile(
    r"(?P<n>[一二两三四五六七八九十])成(?P<half>半)?(?![为本长功果立员交份都分熟型绩就见品像因套人])"
)
_DOUBLED: Final = re.compile(r"翻(?:了)?(?:(?P<n>[一两二三四五])番|番|倍)")
_ORDINAL: Final = re.compile(
    r"第(?P<n>[一二三四五六七八九十百]{1,5})(?![方者手时次分])|(?<![当目此以之日先提年月天期])前(?P<top>[一二三四五六七八九十]{1,3})(?![年个天周月季期提述后些])"
)
_VAGUE: Final = re.compile(r"[几数][十百千万亿]{1,4}[余多]?(?P<to>[~～至到\-][几数]?[十百千万亿]{1,4})?")
_NUMERAL: Final = re.compile(_N + r"(?:点[零〇一二三四五六七八九]{1,6})?")
# 华大九天 is a company, 国九条 a document
_NAMED: Final = re.compile(r"大九天|[国科企创新][一二三四五六七八九十]{1,3}条")
_NO_NUMBER_BEFORE: Final = frozenset("第前统单同唯某每另下上之逐初〇零一二两三四五六七八九十百千万亿0123456789几数")


def match_numeral(text: str, here: int) -> Reading | None:
    """Return what the Chinese words at `here` say as a number, or `None`."""
    letter = text[here]
    if letter in "第前":
        return _ordinal(text, here)
    if letter == "翻":
        return _doubled(text, here)
    if letter in "几数":
        return _vague(text, here)
    if here > 0 and (text[here - 1] in _NO_NUMBER_BEFORE or _NAMED.match(text, here - 1)):
        return None
    if letter in "百千万亿" and text[here + 1 : here + 3] != "分之":
        return _implied(text, here)
    for read in (_share, _fraction, _tenths, _counted):
        found = read(text, here)
        if found is not None:
            return _with_bound(text, found)
    return None


def _with_bound(text: str, reading: Reading) -> Reading:
    before = bound_before(text, reading.start)
    if before is not None and not (
        before[0] == "near" and reading.unit.dimension in ((("month", 1),), (("second", 1),))
    ):
        reading.bound, reading.start = before
    after = bound_after(text, reading.end)
    if after is not None:
        reading.bound, reading.end = reading.bound or after[0], after[1]
    return reading


def _ordinal(text: str, here: int) -> Reading | None:
    found = _ORDINAL.match(text, here)
    if found is None:
        return None
    value = numeral_value(found["n"] or found["top"])
    if value is None:
        return None
    return Reading("ordinal", here, found.end(), digits=str(value))


def _doubled(text: str, here: int) -> Reading | None:
    found = _DOUBLED.match(text, here)
    if found is None:
        return None
    times = numeral_value(found["n"]) if found["n"] else Fraction(1)
    assert times is not None
    value = Fraction(2) ** int(times)
    return Reading("measure", here, found.end(), unit=TIMES, value=value, half=Fraction(1, 2), bound="about")


def _vague(text: str, here: int) -> Reading | None:
    found = _VAGUE.match(text, here)
    if found is None:
        return None
    base = match_base(text, found.end())
    if base is None and len(found[0]) < 3 and text[here] == "数":
        return None  # 数十 alone is fine, 数万 inside 数万象 is not
    return Reading("vague", here, base[2] if base is not None else found.end())


def _share(text: str, here: int) -> Reading | None:
    found = _SHARE.match(text, here)
    if found is None:
        return None
    value = numeral_value(found["part"])
    if value is None:
        return None
    places = len(found["part"].partition("点")[2])
    unit = PERCENT if found["base"] == "百" else PERMILLE
    return Reading("measure", here, found.end(), unit=unit, value=value, half=Fraction(1, 2 * 10**places))


def _fraction(text: str, here: int) -> Reading | None:
    found = _FRACTION.match(text, here)
    if found is None:
        return None
    below, above = numeral_value(found["below"]), numeral_value(found["above"])
    if not below or not above:
        return None
    return Reading("measure", here, found.end(), value=above / below, half=1 / (2 * below))


def _tenths(text: str, here: int) -> Reading | None:
    found = _TENTHS.match(text, here)
    if found is None:
        return None
    value = numeral_value(found["n"])
    assert value is not None
    if found["half"]:
        return Reading("measure", here, found.end(), unit=PERCENT, value=10 * value + 5, half=Fraction(5, 2))
    return Reading("measure", here, found.end(), unit=PERCENT, value=10 * value, half=Fraction(5))


def _implied(text: str, here: int) -> Reading | None:
    """Read 近百家, 超千亿元, 突破百万片: a scale without a digit, behind a word that says how near."""
    before = bound_before(text, here)
    scaled = match_scale(text, here)
    if before is None or scaled is None:
        return None
    base = match_base(text, scaled[1])
    if base is None or base[1] not in SCALABLE or base[0].dimension in ((("month", 1),), (("second", 1),)):
        return None
    unit = compose(text[here : scaled[1]], base[1])
    kind: Kind = "count" if is_count(unit) else "measure"
    return Reading(kind, before[1], base[2], unit=unit, value=Fraction(1), half=Fraction(1, 2), bound=before[0])


def _counted(text: str, here: int) -> Reading | None:
    """Read 十一种, 两倍, 三个月, 两万亿元."""
    found = _NUMERAL.match(text, here)
    assert found is not None
    numeral = found[0]
    value = numeral_value(numeral)
    if value is None:
        return None
    end = found.end()
    base = match_base(text, end)
    if base is None:
        return None
    unit, word, behind = base
    article = numeral in ("一", "二")  # 二次开发, 二级: 二 orders, it is 两 that counts
    if unit is TIMES:
        return Reading("measure", here, behind, unit=unit, value=value, half=Fraction(1, 2))
    if article:
        return None
    if unit.dimension in ((("month", 1),), (("second", 1),)) and not text[end].isascii():
        if word in ("度", "时", "天", "周") and value > 100:
            return None
        return Reading("measure", here, behind, unit=unit, value=value, half=Fraction(1, 2))
    if word in MONEY or word in ("股",):
        scale = _scale(numeral)
        unit_of = compose(scale, word) if scale else unit
        scaled = value / unit_of.scale * unit.scale
        half = Fraction(0) if is_count(unit) and not scale else Fraction(1, 2)
        return Reading("measure", here, behind, unit=unit_of, value=scaled, half=half)
    if word not in NUMERAL_CLASSIFIERS or text[behind : behind + 1] in tuple(OTHER_WORD.get(word, "")):
        return None
    kind: Kind = "count"
    return Reading(kind, here, behind, unit=unit, value=value, half=Fraction(0))


def _scale(numeral: str) -> str:
    for scale in ("万亿", "百亿", "千亿", "亿", "千万", "百万", "万", "千"):
        if numeral.endswith(scale) and numeral != scale:
            return scale
    return ""
