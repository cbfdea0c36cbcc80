"""A number or period that was found in a text, with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from yanbao.quantity.period import Period
from yanbao.quantity.quantity import Quantity

Kind = Literal[
    "measure",  # a printed measurement with a unit: 2428.5亿元, 5.3%, 50 TOPS, 40年 (a duration)
    "count",  # things counted by a classifier: 26家, 1.5万个
    "number",  # a number without unit: the header or the sentence has to say what it is
    "range",  # 1.2-1.3万美元, 20%-80%, 介于10%与20%之间; `parts` holds its two ends
    "ratio",  # 6:4; `parts` holds the two sides
    "rank",  # 30/31; `of` is 31
    "ordinal",  # 第二, 前十, 第10号, 图3, 14th
    "period",  # 24Q1, 2024年上半年, 2021-2026E
    "date",  # 2024年6月30日, 6月18日, 2023年底
    "time",  # 19:44
    "enumeration",  # 1) ① and the number of a heading or a citation: no fact
    "name",  # H100, GPT-4o, 600519.SH, 昇腾910: characters of a name, no number
    "vague",  # 几十, 数百万美元: a number that is not said
]
Bound = Literal["about", "near", "over", "at least", "at most"]


@dataclass(frozen=True, slots=True)
class Mention:
    """One number or period of a text: `text` stands at `start:end`, markup included.

    `quantity` is set for measure, count, number, range, ratio, rank and ordinal; `period` for period and date, unless
    the text leaves out the year (`Q3`) and no reference year was given. A bare number that reads like a year (`2023`)
    is kind "number" and has both: the header decides. Words that give a direction (下滑, 增长) are not applied:
    `下滑30.3%` is 30.3.
    """

    start: int
    end: int
    text: str
    kind: Kind
    quantity: Quantity | None = None
    period: Period | None = None
    approximate: bool = False  # 约, 近, 超, 余, 以上, 左右, + ... stands beside it
    bound: Bound | None = None  # what that word says: about both sides, near below, over above, or a limit
    signed: bool = False  # a sign, or brackets for minus, is printed
    of: int | None = None  # how many were ranked
    parts: tuple[Quantity, ...] = ()  # the two ends of a range, the sides of a ratio
    group: int | None = None  # start of the first member of the list it stands in (11.0%、16.1%、27.4%)
