"""The words beside a number in running text: what it is called, whether it is a change, and in which direction."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from yanbao.check.tick.figure import Direction

Change = Literal["yoy", "qoq", "cagr", "pp", "change"]

UP: Final = (
    r"(?:增长|增加|增至|增厚|增|提升|提高|上升|上涨|上行|上调|升高|升|涨|扩大|扩张|扩容|攀升|跃升|飙升|回升|壮大|发展|成长|反弹"
    r"|走高|抬升)"
)
DOWN: Final = r"(?:下降|下滑|下跌|下行|下调|降低|降|减少|缩减|减|缩小|缩短|收窄|回落|跌|萎缩|滑落|走低|收缩)"
UP_EN: Final = (
    r"(?:increas(?:e|es|ed|ing)|r(?:ose|ise|ises|ising|isen)|gr(?:ew|ow|ows|owing|own)|improv(?:e|ed|es|ing)"
    r"|expand(?:ed|s|ing)?|climb(?:ed|s|ing)?|gain(?:ed|s)?|jump(?:ed|s)?|advanced|up|higher|surged?)"
)
DOWN_EN: Final = (
    r"(?:decreas(?:e|es|ed|ing)|declin(?:e|es|ed|ing)|f(?:ell|all|alls|alling|allen)|dropp?(?:ed|s|ing)?"
    r"|down|lower|reduced|contract(?:ed|s)?|shr(?:ank|ink|unk))"
)

# a rate of each year, not of the whole way
EACH_YEAR: Final = re.compile(r"每年|逐年|年均|年增|年复|per year|annual(?:ly|ized)?|a year\Z", re.I)
_QUALIFIER: Final = (
    r"(?:了|约|近|为|达|达到|高达|仅|幅度|幅度为|幅度达|率为|率|速|速为|[：:+＋]|\s|by|of|approximately|about)*"
)
_CHANGE_ZH: Final = re.compile(
    rf"(?:同比|环比|较上年|较去年|比上年|比去年|年增|{UP}|{DOWN}|降幅|跌幅|涨幅|增幅|增速|复合|CAGR){_QUALIFIER}\Z",
    re.I,
)
_DECLINE: Final = re.compile(rf"(?:{DOWN}|降幅|跌幅)(?:了|约|近|为|达|达到|高达|仅|幅度|幅度为|幅度达|\s)*\Z")
_DECLINE_EN: Final = re.compile(rf"\b{DOWN_EN}(?: (?:by|of|approximately|about|an?|a total of))*\s*\Z", re.I)
_CHANGE_EN: Final = re.compile(rf"\b(?:{UP_EN}|{DOWN_EN}|growth)(?: (?:by|of|approximately|about|an?))*\s*\Z", re.I)
_CAGR: Final = re.compile(r"复合|CAGR|年均增|年化增|compound annual", re.I)
_QOQ: Final = re.compile(r"环比|季比|sequential|quarter[- ]over[- ]quarter|QoQ|q/q", re.I)
_YOY: Final = re.compile(r"同比|较上年|较去年|比上年|比去年|年增|YoY|y/y|year[- ]over[- ]year", re.I)
_AFTER_EN: Final = re.compile(r"\s*(?P<word>increase|decrease|decline|growth|drop|rise|reduction)\b", re.I)

_TAIL: Final = re.compile(
    r"(?:从|由|自|分别|合计|约|为|是|达到了?|达|实现|完成|录得|至|到|有|共|共有|仅|仅有|已|将|将达|将达到|有望|预计|预期|可达|也|均|均为|高达|突破"
    r"|超过?|接近|近|了|的|：|:|同比|环比|" + UP[3:-1] + "|" + DOWN[3:-1] + r"|增速|增幅|降幅|率为|年均|复合|\s)+\Z"
)
_HEAD: Final = re.compile(
    r"^(?:\s|其中|而|且|并|但|同时|此外|另外|预计|预测|我们|认为|根据.{1,20}(?:数据|统计|预测)|据|截至|截止|全年|年|底|末|的|以来"
    r"|公司|实现|和|与|、|及)+"
)
_TAIL_EN: Final = re.compile(
    r"\s*\b(?:was|were|is|are|of|to|totaled|totalled|reached|by|approximately|about|be|will be|the|a|an"
    rf"|{UP_EN[3:-1]}|{DOWN_EN[3:-1]}|from|compared|with|and|or|in|for|at)\b[\s,:]*\Z",
    re.I,
)
_HEAD_EN: Final = re.compile(r"^\s*(?:and|the|our|company|total of|with|which|while|a|an|of|or)\b\s*", re.I)


@dataclass(frozen=True)
class Beside:
    """What the words before a number say of it."""

    label: str  # the words that name it, without verbs
    change: Change | None = None
    direction: Direction | None = None


def beside(before: str, after: str, *, ratio: bool, points: bool) -> Beside:
    """Return what the words around a number say.

    Parameters: `before` are the words of its clause that stand before it, `after` what follows; `ratio` a number in
    %, a multiple or a difference in points; `points` the last of these.

    >>> beside("归母净利润同比下降", "", ratio=True, points=False)
    Beside(label='归母净利润', change='yoy', direction='down')
    >>> beside("Operating income increased ", " to", ratio=True, points=False)
    Beside(label='Operating income', change='change', direction='up')
    """
    change = _change(before, after, points=points) if ratio else None
    direction: Direction | None = None
    if change is not None:
        noun = _AFTER_EN.match(after)
        down = _DECLINE.search(before) or _DECLINE_EN.search(before) or (noun and noun["word"][0].lower() in "d")
        if down:
            direction = "down"
        elif re.search(rf"(?:{UP}|涨幅|增幅)(?:了|约|近|超过?|达|为|\s)*\Z", before) or _CHANGE_EN.search(before):
            direction = "up"
    return Beside(label_of(before), change, direction)


def _change(before: str, after: str, *, points: bool) -> Change | None:
    near = before[-14:]
    if _CAGR.search(near):
        return "cagr"
    if points:
        return "pp"
    noun = _AFTER_EN.match(after)
    if not (_CHANGE_ZH.search(near) or _CHANGE_EN.search(before[-24:]) or (noun and noun["word"].lower() != "drop")):
        return None
    if _QOQ.search(near):
        return "qoq"
    return "yoy" if _YOY.search(near) else "change"


def label_of(before: str) -> str:
    """Return the words that name a number: those before it, without verbs and fillers.

    >>> label_of("其中归母净利润约为"), label_of("Net sales increased to ")
    ('归母净利润', 'Net sales')
    """
    text = before
    for _ in range(6):
        shorter = _TAIL_EN.sub("", _TAIL.sub("", text))
        if shorter == text:
            break
        text = shorter
    for _ in range(3):
        shorter = _HEAD_EN.sub("", _HEAD.sub("", text))
        if shorter == text:
            break
        text = shorter
    return text.strip(" 的（(）)“”\"'")


__all__ = ["DOWN", "DOWN_EN", "EACH_YEAR", "UP", "UP_EN", "Beside", "Change", "beside", "label_of"]
