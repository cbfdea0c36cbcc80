"""One number of a text, read: sign, digits, scale, unit, words of approximation, range; then made a `Mention`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from yanbao.quantity.approximation import bound_after, bound_before
from yanbao.quantity.mention import Bound, Kind
from yanbao.quantity.name import metric_before
from yanbao.quantity.period import Period
from yanbao.quantity.unit import NONE, Unit
from yanbao.quantity.unit_kind import is_count
from yanbao.quantity.unit_table import LETTER_SCALES, SCALABLE
from yanbao.quantity.unit_text import compose, match_base, match_denominator, match_scale, money_prefix


@dataclass(slots=True)
class Reading:
    """What was read at a place of the cleaned text, before its unit is settled."""

    kind: Kind
    start: int
    end: int
    digits: str = ""  # as printed, without sign and grouping
    negative: bool = False
    signed: bool = False
    scale: str = ""  # Chinese scale
    base: str = ""  # unit behind the scale
    unit: Unit = NONE
    bound: Bound | None = None
    marked: bool = False  # a sign or a word of approximation stands beside it: no part of a name
    period: Period | None = None
    of: int | None = None
    sides: tuple[str, ...] = ()
    upper: Reading | None = None  # the upper end of a range
    value: Fraction | None = None  # set where the digits are not the number: Chinese numerals, compound durations
    half: Fraction | None = None  # half a unit of the last place of such a value
    group: int | None = None


_NUMBER: Final = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?")
_SIGN_AFTER: Final = frozenset(" \t\n(（[/,，:：、；;|~～±至到与和为约超近达+\u3000\"“'‘")
_MONEY_BEFORE: Final = re.compile(
    r"(?:US\$|HK\$|NT\$|C\$|A\$|[$¥￥€£]|(?<![A-Za-z])(?:RMB|CNY|USD|HKD|EUR|JPY|GBP))\ ?\Z"
)
_MONEY_SUFFIX: Final = re.compile(
    r"(?P<word>\ ?(?:trillion|billion|million|thousand|mln|mn|bn|tn|MM|[KkMmBbT])(?![A-Za-z0-9])"
    r"|\ ?(?:万亿|千万|百万|亿|万|千))?"
)
_FUZZ: Final = re.compile(
    r"[余多来](?=[万亿千百家款个只人位名项次颗台架座条起笔张份套户片枚辆艘元美港欧日股倍年天页种件所项卡核])|[+＋](?![0-9+\-＋])"
)
_DASH: Final = re.compile(r"\ ?(?P<dash>[-~～—–－]|至|到|\ to\ |to\ )\ ?(?P<sign>[+\-]?)(?=[0-9])")
_AND: Final = re.compile(r"\ ?(?:与|和|至|到|and)\ ?(?P<sign>[+\-]?)(?=[0-9])")
_CHANGE_BEFORE: Final = re.compile(r"(?:从|由|自|from)[^，。；,;]{0,6}\Z")
_BETWEEN_BEFORE: Final = re.compile(r"(?:介于|[Bb]etween\ )\ ?\Z")
YEAR_LIKE: Final = re.compile(r"(?:19[5-9]|20[0-9])[0-9]\Z")
_MINUTES: Final = re.compile(r"([0-9]{1,2})分钟?")
_MONTHS: Final = re.compile(r"[零又]?([0-9]{1,2})个月")
_LONGEST: Final = 24


def match_number(text: str, here: int, floor: int) -> Reading | None:
    """Return the number whose digits start at `here`; words before it are looked for down to `floor`."""
    found = _NUMBER.match(text, here)
    if found is None or found.end() - here > _LONGEST:
        return None
    reading = Reading("number", here, found.end(), found[0].replace(",", ""))
    _sign(text, reading, floor)
    money = _money_before(text, reading, floor)
    if money is not None:
        _money(text, reading, money)
    else:
        _unit(text, reading)
    _compound(text, reading)
    upper = _range(text, reading, floor)
    _bounds(text, reading, floor)
    if upper is None and reading.kind == "number" and (reading.unit is not NONE):
        reading.kind = "count" if is_count(reading.unit) else "measure"
    return reading


def _sign(text: str, reading: Reading, floor: int) -> None:
    start = reading.start
    if start - 1 < floor or text[start - 1] not in "+-±–":
        return
    before = text[start - 2] if start - 2 >= 0 else " "
    opens = before in _SIGN_AFTER or before > "\u2e7f" or start - 1 == 0
    if not opens and not metric_before(text, start - 1):
        return
    if text[start - 1] != "±":
        reading.negative = text[start - 1] in "-–"
        reading.signed = reading.marked = True
        reading.start = start - 1


def _money_before(text: str, reading: Reading, floor: int) -> str | None:
    low = max(floor, reading.start - 5)
    if reading.start == low or text[reading.start - 1] not in " $¥￥€£BYDRPK":
        return None
    found = _MONEY_BEFORE.search(text, low, reading.start)
    if found is None or text[reading.end : reading.end + 1] in ("%", "$"):
        return None
    reading.start = found.start()
    if reading.start - 1 >= floor and text[reading.start - 1] in "+-" and not reading.signed:
        reading.negative, reading.signed = text[reading.start - 1] == "-", True
        reading.start -= 1
    reading.marked = True
    return found[0].strip()


def _money(text: str, reading: Reading, sign: str) -> None:
    suffix = _MONEY_SUFFIX.match(text, reading.end)
    word = suffix["word"] or "" if suffix is not None else ""
    end = reading.end + len(word)
    below = match_denominator(text, end)
    if below is None and text.startswith(" per ", end):
        base = match_base(text, end + 5, below_slash=True)
        below = (base[0], f"/{base[1]}", base[2]) if base is not None else None
    if below is None and text.startswith("元", end):  # ¥5亿元 says it twice
        end += 1
    reading.end = below[2] if below is not None else end
    reading.unit = money_prefix(sign, _suffix(word) + (below[1] if below is not None else ""))


def _suffix(word: str) -> str:
    bare = word.strip()
    return f" {bare}" if len(bare) > 3 else bare


def _unit(text: str, reading: Reading) -> None:
    """Read what stands behind the digits: 余万家, 亿元/股, TOPS, +款."""
    end = reading.end
    length = len(text)
    if end >= length or text[end] in "\t\n，。、；）)":
        return
    fuzz = _FUZZ.match(text, end)
    here = fuzz.end() if fuzz is not None else end
    gap = 1 if here < length and text[here] == " " else 0
    scaled = match_scale(text, here + gap)
    behind = scaled[1] if scaled is not None else here + gap
    later = None
    if scaled is not None:
        later = _FUZZ.match(text, behind)
        if later is not None:
            behind = later.end()
    base = match_base(text, behind)
    if base is None and scaled is not None and text[behind : behind + 1] == " ":
        base = match_base(text, behind + 1)
    if base is not None and scaled is not None and base[1] not in SCALABLE:
        base = None
    if base is not None and _misread(text, reading, base[1], base[2]):
        base = None
    if scaled is None and base is None:
        if fuzz is not None and fuzz[0] in "+＋":
            reading.end, reading.bound, reading.marked = fuzz.end(), "at least", True
        return
    reading.scale = text[here + gap : scaled[1]] if scaled is not None else ""
    reading.base = base[1] if base is not None else ""
    below = match_denominator(text, base[2]) if base is not None else None
    reading.unit = compose(reading.scale, reading.base, below[1] if below is not None else "")
    if below is not None:
        reading.end = below[2]
    elif base is not None:
        reading.end = base[2]
    else:
        reading.end = behind
    mark = fuzz or later
    if mark is not None:
        reading.bound, reading.marked = ("at least" if mark[0] in "+＋" else "over"), True


def _misread(text: str, reading: Reading, base: str, end: int) -> bool:
    """Whether a unit that fits by its letters is something else here."""
    if base in ("s", "h") and len(reading.digits) == 4 and "." not in reading.digits:
        return True  # the 1990s
    if base == "点" and text[end : end + 1] in tuple("0123456789半钟整"):
        return True
    if base in ("x", "X") and text[end - 2 : end - 1] == " " and text[end : end + 1] == " ":
        return True  # 2 x 5
    if base in LETTER_SCALES and text.startswith("系列", end):
        return True
    if base in LETTER_SCALES and text[reading.end : reading.end + 1] == " " and len(base) == 1:
        # "0.27 B" in a column of model sizes is a scale, "version 2 B" is not
        return text[end : end + 1] not in ("", "\t", "\n", " ", "<", "参")
    return False


def _compound(text: str, reading: Reading) -> None:
    """Join 16小时56分钟 into minutes and 3年零5个月 into months."""
    if reading.unit.dimension not in ((("second", 1),), (("month", 1),)) or "." in reading.digits:
        return
    if reading.base in ("小时", "个小时"):
        found, factor, base = _MINUTES.match(text, reading.end), 60, "分钟"
    elif reading.base == "年":
        found, factor, base = _MONTHS.match(text, reading.end), 12, "个月"
    else:
        return
    if found is None:
        return
    reading.digits = str(int(reading.digits) * factor + int(found[1]))
    reading.base, reading.unit, reading.end = base, compose("", base), found.end()


def _range(text: str, reading: Reading, floor: int) -> Reading | None:
    between = _BETWEEN_BEFORE.search(text[max(floor, reading.start - 8) : reading.start]) is not None
    dash = _AND.match(text, reading.end) if between else _DASH.match(text, reading.end)
    if dash is None:
        if not between:
            dash = _AND.match(text, reading.end)
            if dash is None or "之间" not in text[dash.end() : dash.end() + 12].partition("，")[0]:
                return None
            between = True
        else:
            return None
    found = _NUMBER.match(text, dash.end())
    if found is None or found.end() - found.start() > _LONGEST:
        return None
    upper = Reading("number", dash.end(), found.end(), found[0].replace(",", ""))
    upper.negative = dash["sign"] == "-"
    if reading.unit.prefix:
        upper.start = dash.end()
        _money(text, upper, reading.unit.symbol)
    else:
        _unit(text, upper)
    if (
        reading.unit is NONE
        and upper.unit is NONE
        and YEAR_LIKE.match(reading.digits)
        and YEAR_LIKE.match(upper.digits)
    ):
        return None  # between 2019 and 2023
    if not _same_kind(text, reading, upper, dash.group().strip(), between=between):
        return None
    low = signed_value(reading) * (reading.unit.scale / upper.unit.scale if reading.unit is not NONE else 1)
    if reading.unit.prefix and not reading.unit.suffix:
        low = signed_value(reading)
    high = signed_value(upper)
    if low > high and not (low < 0 and high < 0):
        return None
    reading.kind, reading.upper, reading.end = "range", upper, upper.end
    if between and text.startswith("之间", reading.end):
        reading.end += 2
    reading.bound = upper.bound
    return upper


def _same_kind(text: str, low: Reading, high: Reading, dash: str, *, between: bool) -> bool:
    if low.unit is NONE:
        if high.unit is NONE and len(low.digits) > 6:
            return False
    elif high.unit is NONE or not low.unit.same_dimension(high.unit):
        # 5000万-1亿元: the scale alone stands before the dash
        if not (low.base == "" and low.scale and high.base):
            return False
        low.unit = compose(low.scale, high.base)
    if dash[:1] in ("至", "到", "t") and not between:
        if low.unit is NONE and high.unit is NONE:
            return False
        if _CHANGE_BEFORE.search(text[max(0, low.start - 9) : low.start]):
            return False
    return not (low.digits.startswith("0") and len(low.digits) > 1 and "." not in low.digits)


def _bounds(text: str, reading: Reading, floor: int) -> None:
    before = bound_before(text, reading.start)
    if (
        before is not None
        and before[1] >= floor
        and not _not_a_bound(reading, before[0], text[before[1] : reading.start])
    ):
        reading.bound = reading.bound if before[0] == "about" and reading.bound else before[0]
        reading.start = before[1]
        reading.marked = True
    after = bound_after(text, reading.end) if reading.end < len(text) else None
    if after is not None:
        if after[0] == "over" and reading.unit is NONE:
            return
        reading.bound = after[0] if reading.bound is None else reading.bound
        reading.end = after[1]
        reading.marked = True


def _not_a_bound(reading: Reading, bound: Bound, word: str) -> bool:
    # 近3年 are the last three years
    return bound == "near" and word.strip() == "近" and reading.unit.dimension in (_MONTH, _SECOND)


_MONTH: Final = (("month", 1),)
_SECOND: Final = (("second", 1),)


def signed_value(reading: Reading) -> Fraction:
    """Return the number as printed, with its sign."""
    if reading.value is not None:
        return reading.value
    whole, _, part = reading.digits.partition(".")
    number = int(whole + part)
    value = Fraction(number, 10 ** len(part)) if part else Fraction(number)
    return -value if reading.negative else value
