"""The units of the trade: text -> unit, and the units printed in English.

Sources: GB 3100/3101-1993 for names and signs of physical units; currency codes ISO 4217; the shorthands of money
(`$485M`, `RMB 2.4bn`) and of data sizes as brokers print them. K, M, G, T of bytes are powers of 1000 (IEC 80000-13).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from yanbao.quantity.classifier import CLASSIFIERS, ENGLISH_CLASSIFIERS, base_of
from yanbao.quantity.unit import (
    BASIS_POINT,
    NONE,
    PERCENT,
    PERMILLE,
    POINT_OF_PERCENT,
    TIMES,
    Dimension,
    Unit,
)

# Chinese scales that stand between a number and its unit
SCALES: Final[dict[str, int]] = {
    "万亿": 10**12,
    "千亿": 10**11,
    "百亿": 10**10,
    "十亿": 10**9,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "千": 10**3,
    "百": 10**2,
}

# English scales behind an amount: $485M, RMB 2.4bn, $3 billion
ENGLISH_SCALES: Final[dict[str, int]] = {
    "K": 10**3,
    "k": 10**3,
    "thousand": 10**3,
    "M": 10**6,
    "m": 10**6,
    "mn": 10**6,
    "mln": 10**6,
    "million": 10**6,
    "MM": 10**6,
    "B": 10**9,
    "b": 10**9,
    "bn": 10**9,
    "billion": 10**9,
    "T": 10**12,
    "tn": 10**12,
    "trillion": 10**12,
}

# signs that stand before an amount
CURRENCY_PREFIXES: Final[dict[str, str]] = {
    "US$": "USD",
    "HK$": "HKD",
    "NT$": "TWD",
    "C$": "CAD",
    "A$": "AUD",
    "$": "USD",
    "¥": "CNY",  # the yen shares the sign; Japanese amounts are printed JPY or 日元 in these reports
    "￥": "CNY",
    "€": "EUR",
    "£": "GBP",
    "RMB": "CNY",
    "CNY": "CNY",
    "USD": "USD",
    "HKD": "HKD",
    "EUR": "EUR",
    "JPY": "JPY",
    "GBP": "GBP",
}

_MONEY: Final[dict[str, str]] = {
    "元": "CNY",
    "美元": "USD",
    "港元": "HKD",
    "欧元": "EUR",
    "日元": "JPY",
    "英镑": "GBP",
    "加元": "CAD",
    "澳元": "AUD",
    "韩元": "KRW",
    "新台币": "TWD",
}
_MONEY_ALIASES: Final[dict[str, str]] = {
    "元人民币": "元",
    "人民币": "元",
    "块钱": "元",
    "美金": "美元",
    "港币": "港元",
    "台币": "新台币",
    "yuan": "元",
    "won": "韩元",
}

_LETTERS: Final[dict[str, int]] = {
    "K": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
    "P": 10**15,
    "E": 10**18,
}


def _one(base: str, power: int = 1) -> Dimension:
    return ((base, power),)


def _physical() -> dict[str, Unit]:
    table: dict[str, Unit] = {}

    def add(symbol: str, dimension: Dimension, scale: Fraction | int, *aliases: str) -> None:
        unit = Unit(symbol, dimension, Fraction(scale))
        for text in (symbol, *aliases):
            table[text] = unit

    # time: months and seconds have no fixed ratio, so they are two dimensions
    add("年", _one("month"), 12, "years", "year")
    add("个季度", _one("month"), 3, "quarters")
    add("个月", _one("month"), 1, "个月份", "months", "month")
    add("周", _one("second"), 604_800, "weeks")
    add("天", _one("second"), 86_400, "个交易日", "个工作日", "days", "day")
    add("小时", _one("second"), 3600, "个小时", "hours", "hour", "h")
    add("分钟", _one("second"), 60, "minutes", "min")
    add("秒", _one("second"), 1, "秒钟", "s", "S", "sec", "seconds")
    add("毫秒", _one("second"), Fraction(1, 10**3), "ms")
    add("微秒", _one("second"), Fraction(1, 10**6), "μs", "us")
    add("纳秒", _one("second"), Fraction(1, 10**9), "ns")
    # electricity
    add("瓦时", _one("watt hour"), 1, "Wh")
    add("千瓦时", _one("watt hour"), 10**3, "kWh", "KWh", "KWH", "度电", "度")
    add("兆瓦时", _one("watt hour"), 10**6, "MWh")
    add("吉瓦时", _one("watt hour"), 10**9, "GWh")
    add("TWh", _one("watt hour"), 10**12)
    add("W", _one("watt"), 1, "瓦", "W TDP", "W的TDP", "瓦特")
    add("千瓦", _one("watt"), 10**3, "kW", "KW")
    add("兆瓦", _one("watt"), 10**6, "MW")
    add("吉瓦", _one("watt"), 10**9, "GW")
    add("太瓦", _one("watt"), 10**12, "TW")
    add("mAh", _one("ampere hour"), Fraction(1, 1000), "毫安时")
    add("Ah", _one("ampere hour"), 1, "安时")
    add("kV", _one("volt"), 10**3, "千伏", "KV")
    add("V", _one("volt"), 1, "伏")
    # computing
    for letter, scale in _LETTERS.items():
        add(f"{letter}FLOPS", _one("FLOPS"), scale, f"{letter}FLOPs", f"{letter}Flops", f"{letter}flops")
        if letter != "K":
            add(f"{letter}OPS", _one("OPS"), scale)
        add(f"{letter}B", _one("byte"), scale)
        add(f"{letter}b", _one("byte"), Fraction(scale, 8), f"{letter}bit")
        if letter in "KMGT":
            add(f"{letter}Hz", _one("hertz"), scale, *({"K": ("kHz",)}.get(letter, ())))
            add(f"{letter}T", _one("transfer"), scale)
    add("BOPS", _one("OPS"), 10**9)
    table["petaOps"] = table["POPS"]
    table["petaFLOPS"] = table["PFLOPS"]
    add("FLOPS", _one("FLOPS"), 1)
    add("IPS", _one("IPS"), 1)
    add("bit", _one("byte"), Fraction(1, 8), "bits", "比特", "位宽")
    add("字节", _one("byte"), 1, "bytes")
    add("Hz", _one("hertz"), 1, "赫兹")
    # length, area, volume, mass
    add("nm", _one("metre"), Fraction(1, 10**9), "纳米", "nanometer", "nanometers")
    add("μm", _one("metre"), Fraction(1, 10**6), "um", "微米")
    add("mm", _one("metre"), Fraction(1, 10**3), "毫米")
    add("厘米", _one("metre"), Fraction(1, 100), "cm")
    add("英寸", _one("metre"), Fraction(254, 10**4), "inch", "inches")
    add("米", _one("metre"), 1, "metres")
    add("公里", _one("metre"), 10**3, "km", "千米")
    add("海里", _one("metre"), 1852, "nautical miles")
    add("mm²", _one("metre", 2), Fraction(1, 10**6), "平方毫米", "mm2")
    add("平方米", _one("metre", 2), 1, "m²", "㎡", "平米")
    add("亩", _one("metre", 2), Fraction(2000, 3), "mu")
    add("公顷", _one("metre", 2), 10**4, "ha", "hectares")
    add("平方公里", _one("metre", 2), 10**6, "km²", "平方千米")
    add("立方米", _one("metre", 3), 1, "m³")
    add("克", _one("kilogram"), Fraction(1, 1000), "g")
    add("千克", _one("kilogram"), 1, "kg", "公斤")
    add("吨", _one("kilogram"), 10**3, "tonnes")
    add("pounds", _one("kilogram"), Fraction(45359237, 10**8), "磅", "lbs")
    add("℃", _one("degree Celsius"), 1, "°C", "摄氏度")
    # market
    add("股", _one("share"), 1, "shares", "share")
    add("手", _one("share"), 100, "lots")
    add("点", _one("index point"), 1, "points")
    add("tokens", _one("token"), 1, "token", "个tokens", "个token", "Tokens", "Token")
    for letter, scale in {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}.items():
        add(f"{letter}tokens", _one("token"), scale, f"{letter} tokens", f"{letter} token", f"{letter}token")
        add(f"{letter}参数", _one(base_of("参数")), scale, f"{letter} param", f"{letter} params")
    return table


def _ratios() -> dict[str, Unit]:
    table = {"%": PERCENT, "％": PERCENT, "percent": PERCENT, "per cent": PERCENT, "‰": PERMILLE}
    for text in ("pp", "个百分点", "百分点", "pct", "pcts", "个pct", "ppt", "ppts", "PP", "percentage points"):
        table[text] = POINT_OF_PERCENT
    for text in ("bp", "个基点", "基点", "bps", "BP", "BPs", "bP", "个bp", "个BP", "basis points"):
        table[text] = BASIS_POINT
    for text in ("倍", "x", "X", "倍数", "times"):
        table[text] = TIMES
    return table


def _counts() -> dict[str, Unit]:
    table = {text: Unit(text, _one(base_of(text))) for text in CLASSIFIERS}
    table["个参数"] = table["参数"]
    for english, classifier in ENGLISH_CLASSIFIERS.items():
        table[english] = Unit(english, _one(base_of(classifier)))
    return table


RATIOS: Final = _ratios()
MONEY: Final[dict[str, Unit]] = {text: Unit(text, _one(code)) for text, code in _MONEY.items()}
MONEY.update({alias: MONEY[text] for alias, text in _MONEY_ALIASES.items()})
PHYSICAL: Final = _physical()
COUNTS: Final = _counts()
LETTER_SCALES: Final[dict[str, Unit]] = {
    letter: Unit(letter, (), Fraction(ENGLISH_SCALES[letter])) for letter in ("K", "M", "B", "T", "bn", "mn")
} | {word: Unit(word, (), Fraction(ENGLISH_SCALES[word])) for word in ("thousand", "million", "billion", "trillion")}

# a ratio takes no Chinese scale (1000倍 is a number and 倍); nor does a unit that is one already
SCALABLE: Final[dict[str, Unit]] = MONEY | PHYSICAL | COUNTS
ALL: Final[dict[str, Unit]] = SCALABLE | RATIOS | LETTER_SCALES

# English for the unit in a column header, where numbers are not converted
_ENGLISH_LABELS: Final[dict[str, str]] = {
    "倍": "x",
    "元": "RMB",
    "美元": "US$",
    "港元": "HK$",
    "欧元": "EUR",
    "日元": "JPY",
    "英镑": "GBP",
    "年": "years",
    "个月": "months",
    "个季度": "quarters",
    "天": "days",
    "周": "weeks",
    "小时": "hours",
    "分钟": "minutes",
    "秒": "s",
    "毫秒": "ms",
    "微秒": "μs",
    "纳秒": "ns",
    "瓦时": "Wh",
    "千瓦时": "kWh",
    "兆瓦时": "MWh",
    "吉瓦时": "GWh",
    "千瓦": "kW",
    "兆瓦": "MW",
    "吉瓦": "GW",
    "太瓦": "TW",
    "公里": "km",
    "平方公里": "km²",
    "平方米": "m²",
    "立方米": "m³",
    "千克": "kg",
    "股": "shares",
    "手": "lots",
    "点": "points",
    "‰": "‰",
    "℃": "℃",
    "μm": "μm",
    "mm²": "mm²",
    "厘米": "cm",
    "英寸": "inches",
    "米": "metres",
    "海里": "nautical miles",
    "亩": "mu",
    "公顷": "ha",
    "克": "g",
    "吨": "tonnes",
    "字节": "bytes",
    "mAh": "mAh",
    "K参数": "K params",
    "M参数": "M params",
    "B参数": "B params",
    "T参数": "T params",
    "韩元": "won",
    "加元": "C$",
    "澳元": "A$",
    "新台币": "NT$",
}


def english_label(text: str) -> str | None:
    """Return the English word for a unit without scale, `None` where the table has none."""
    if text in _ENGLISH_LABELS:
        return _ENGLISH_LABELS[text]
    if text in CLASSIFIERS:
        return CLASSIFIERS[text]
    return text if text in ALL and text.isascii() else None


def english_singular(plural: str) -> str:
    """Return the singular that stands below a slash: companies -> company, shares -> share."""
    return (
        f"{plural[:-3]}y"
        if plural.endswith("ies")
        else plural[:-1]
        if len(plural) > 2 and plural[-1] == "s"
        else plural
    )


__all__ = [
    "ALL",
    "COUNTS",
    "CURRENCY_PREFIXES",
    "ENGLISH_SCALES",
    "LETTER_SCALES",
    "MONEY",
    "NONE",
    "PHYSICAL",
    "RATIOS",
    "SCALABLE",
    "SCALES",
    "english_label",
    "english_singular",
]
