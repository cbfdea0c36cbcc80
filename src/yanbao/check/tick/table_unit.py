"""In which unit a table's numbers are: from the unit line, the title, the corner, a head."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Final

from yanbao.check.tick.words import Metric
from yanbao.quantity.unit import NONE, PERCENT, POINT_OF_PERCENT, TIMES, YUAN, Unit
from yanbao.quantity.unit_text import find_unit

_LINE: Final = re.compile(r"(?:金额)?单位\s*[:：]\s*(?P<unit>[^\s,，;；)）]{1,12})")
_IN: Final = re.compile(
    r"\b(?:amounts? |dollars |figures |shares |u\.?s\.? dollars |rmb |expressed |stated |all )*in\s+"
    r"(?P<currency>u\.?s\.?\s?dollars?|us\$|rmb|hk\$|\$|€)?\s*"
    r"(?P<scale>thousands|millions|billions)(?P<of> of (?:u\.?s\.? )?dollars)?",
    re.I,
)
_BRACKETED: Final = re.compile(r"[(（\[【]\s*(?:单位[:：]\s*)?(?P<unit>[^()（）\[\]【】]{1,14})[)）\]】]")
_SUFFIXED: Final = re.compile(r"[/／,，\-—_:：\s](?P<unit>[^\s/／,，()（）:：]{1,8})$")
_SCALES: Final = {"thousands": 10**3, "millions": 10**6, "billions": 10**9}
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_PERCENT_END: Final = re.compile(r"(?<![0-9])(?:%|％|pct)\s*[)）]?\s*$", re.I)
_POINTS: Final = re.compile(r"百分点|\bppts?\b|\bpct\b", re.I)
_EXCEPT_SHARE: Final = re.compile(r"except.{0,40}per[- ]share|每股.{0,6}除外", re.I)


@lru_cache(maxsize=4096)
def parsed(text: str) -> Unit | None:
    """Return the unit that a short text is, `None` if it is none.

    >>> parsed("人民币万元").symbol
    '万元'
    """
    cleaned = text.strip().rstrip(".。").replace("％", "%")
    if not cleaned or cleaned.isdigit():
        return None
    for candidate in (cleaned, re.sub(r"^(?:人民币|均为|为|单位)[:：]?", "", cleaned), cleaned.lower()):
        unit = find_unit(candidate) if candidate else None
        if unit is not None:
            return unit
    return None


@lru_cache(maxsize=4096)
def stated(text: str) -> Unit | None:
    """Return the unit that a unit line, a title or a note states for a whole table.

    >>> stated("单位：万元 币种：人民币").symbol, stated("(In millions, except per share data)").scale
    ('万元', Fraction(1000000, 1))
    """
    found = _LINE.search(text)
    if found is not None:
        return parsed(found["unit"]) or parsed(found["unit"].rstrip("元") + "元")
    english = _IN.search(text)
    if english is not None:
        scale = _SCALES[english["scale"].lower()]
        currency = (english["currency"] or english["of"] or text).lower()
        code = "CNY" if "rmb" in currency else "HKD" if "hk$" in currency else "EUR" if "€" in currency else "USD"
        known = "dollar" in currency or "$" in currency or "rmb" in currency or "€" in currency
        return Unit(f"{english['scale'].lower()}", ((code, 1),) if known else (), Fraction(scale))
    return headed(text) if len(text) <= 60 else None


@lru_cache(maxsize=8192)
def headed(text: str) -> Unit | None:
    """Return the unit that a row's or column's head states: 营业收入（万元）, 增长率%, Revenue, RMB m.

    >>> headed("营业收入（百万元）").symbol, headed("营业收入")
    ('百万元', None)
    """
    if "百分点" in text:
        return POINT_OF_PERCENT
    for found in reversed(list(_BRACKETED.finditer(text))):
        unit = _bracket_unit(found["unit"])
        if unit is not None:
            return unit
    if _PERCENT_END.search(text):
        return PERCENT
    english = _IN.search(text)
    if english is not None and len(text) > 12:
        return None  # a sentence about the table: `stated` reads it
    found_end = _SUFFIXED.search(text.strip())
    apart = found_end is not None and (not found_end[0][0].isspace() or not found_end["unit"].isascii())
    if found_end is not None and apart and (len(found_end["unit"]) > 1 or found_end["unit"] in "%元股家人次"):
        unit = parsed(found_end["unit"])
        if unit is not None and (unit.dimension or unit in (PERCENT, TIMES)):
            return unit
    whole = parsed(text) if len(text) <= 8 else None
    return whole if whole is not None and (whole.dimension or whole is PERCENT) else None


def _bracket_unit(text: str) -> Unit | None:
    """Return the unit in a bracket: (万元), (%), (亿元, %) has none that holds for every number."""
    cleaned = text.strip()
    if _POINTS.fullmatch(cleaned):
        return PERCENT if cleaned.lower() == "pct" else POINT_OF_PERCENT
    if re.fullmatch(r"[0-9.]+", cleaned) or (_CHINESE.search(cleaned) and len(cleaned) > 8):
        return None
    if cleaned.lower() in ("m", "mn", "bn", "k", "a", "e", "b", "c", "d", "g", "s", "h", "t", "p", "x", "in"):
        return TIMES if cleaned.lower() == "x" else None
    return parsed(cleaned)


def fitting(unit: Unit | None, metric: Metric | None, *, money: Unit | None = None) -> Unit | None:
    """Return the table's unit as far as it fits a metric: 万元 is no unit of a margin, nor of earnings a share.

    >>> from yanbao.check.tick.words import standard
    >>> from yanbao.quantity.unit import YI_YUAN
    >>> fitting(YI_YUAN, standard().metric("每股收益")).symbol
    '元/股'
    """
    if unit is None or metric is None:
        return unit
    dimension = metric.dimension
    if dimension == "money":
        return None if unit in (PERCENT, TIMES) else unit
    if dimension == "money_per_share":
        if any(base == "share" for base, _ in unit.dimension):
            return unit
        if len(unit.dimension) == 1 and unit.dimension[0][1] == 1 and unit.dimension[0][0].isupper():
            currency = unit.dimension[0][0]
            symbol = {"CNY": "元/股", "USD": "美元/股", "HKD": "港元/股"}.get(currency, f"{currency}/share")
            return Unit(symbol, ((currency, 1), ("share", -1)))
        return None
    if dimension in ("percent", "times"):
        return unit if not unit.dimension and unit is not NONE and unit.scale <= 1 else None
    if dimension == "shares":
        return unit if unit.dimension == (("share", 1),) else None
    return unit


_COUNTED: Final = re.compile(
    r"\bshares\b|\bstores?\b|employees|headcount|number of|square f|\bunits\b|\bcount\b|warehouses|clubs|locations"
    r"|数量|人数|家数|户数",
    re.I,
)
# what is paid or received for shares, in a statement of cash flows
_PAID: Final = re.compile(
    r"^\W*(?:re)?purchases? of |^\W*repurchased? |proceeds from |^\W*issuances? of "
    r"|^\W*(?:tax )?payments? (?:of|for|related)|^\W*sales? of |withheld|^\W*(?:dividends?|cash) paid",
    re.I,
)
_NUMBER_OF: Final = re.compile(
    r"\bstores?\b|employees|headcount|number of|warehouses|clubs|locations|人数|家数|户数|次数|个数", re.I
)
_PER_SHARE: Final = re.compile(r"per (?:common |ordinary |diluted |basic )?share|\beps\b|每股", re.I)


def is_counted(text: str) -> bool:
    """Whether a head names things that are counted, not money: shares, stores, employees.

    >>> is_counted("Diluted shares"), is_counted("Purchase of treasury shares")
    (True, False)
    """
    return _COUNTED.search(text) is not None and _PAID.search(text) is None


def is_number_of(text: str) -> bool:
    """Whether a head counts things one by one: stores, employees, 人数."""
    return _NUMBER_OF.search(text) is not None


def is_per_share(text: str) -> bool:
    """Whether a head names amounts a share."""
    return _PER_SHARE.search(text) is not None


def excepts_per_share(text: str) -> bool:
    """Whether a unit line says that amounts a share are not in its scale."""
    return _EXCEPT_SHARE.search(text) is not None


def same_kind(left: Unit, right: Unit) -> bool:
    """Whether two numbers may be added: one dimension, and for pure numbers one scale of printing."""
    if left.dimension != right.dimension or left.kind != right.kind:
        return False
    return bool(left.dimension) or left.scale == right.scale


YUAN_A_SHARE: Final = Unit("元/股", ((YUAN.dimension[0][0], 1), ("share", -1)))
