"""What the words of a row's or column's head say about its arithmetic: a total, a part "of which", a deduction."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_TOTAL: Final = re.compile(
    r"合\s*计|总\s*计|小\s*计|共\s*计|总\s*额|总\s*数|^总$|全部|总和|\btotals?\b|\bsum\b|subtotal|净额$|\bgrand\b"
    r"|^\s*net (?:cash|income|change|sales)|enterprise|consolidated",
    re.I,
)
_OF_WHICH: Final = re.compile(r"^\s*(?:其中|of which|including)[:： ]?", re.I)
_PART: Final = re.compile(r"^\s*(?:[(（]?[一二三四五六七八九十0-9]*[)）、.]?\s*)?(?:其中|of which|including)", re.I)
_LESS: Final = re.compile(r"^\s*(?:[(（]?[一二三四五六七八九十0-9]*[)）、.]?\s*)?(?:减|less|扣除)\s*[:：]?", re.I)
_ALL: Final = re.compile(r"合\s*计|总\s*计|共\s*计|\btotals?\b", re.I)
_MEAN: Final = re.compile(r"平均|均值|\baverage\b|\bmean\b|\bavg\b", re.I)
_MEDIAN: Final = re.compile(r"中位数|中值|\bmedian\b", re.I)
_EXTREME: Final = re.compile(r"最大|最小|最高|最低|\bmax(?:imum)?\b|\bmin(?:imum)?\b|标准差|分位|回撤", re.I)
_NOT_ADDED: Final = re.compile(
    r"率|比例|占比|比重|平均|均价|单价|价格|每股|倍|同比|环比|增减|增幅|增长|增速|涨跌|收盘|市盈|市净|指数|天数|年限|进度|次数"
    r"|均值|评级|(?<![a-z])p/?[ebs](?![a-z])|\beps\b|\broe\b|%|ratio|rate|margin|average|price|per share"
    r"|change|growth|yield|index|yoy",
    re.I,
)
_RATIO: Final = re.compile(
    r"率|比例|占比|比重|占.{1,12}的|进度|倍数|市盈|市净|市销|周转|收益回撤|信息比|夏普|换手"
    r"|ratio|margin|\btax rate\b|% of|percent|share of|turnover|(?<![a-z])p/?[ebs](?![a-z])"
    r"|yield|sharpe",
    re.I,
)
_SHARE: Final = re.compile(r"占|比例|比重|份额|百分比|结构|权重|share|percent|proportion|% of|mix|weight|%", re.I)
_GAP: Final = re.compile(
    r"超额|差额|差异|百分点|相对|增减|变动|变化|excess|spread|variance|difference|\bpp\b|change", re.I
)
_RANK: Final = re.compile(r"排名|名次|排序|\brank\b|\brankings?\b", re.I)


@lru_cache(maxsize=8192)
def is_total(text: str) -> bool:
    """Whether a head says that its numbers are a sum: 合计, 小计, Total."""
    return _TOTAL.search(text) is not None


@lru_cache(maxsize=8192)
def is_whole(text: str) -> bool:
    """Whether a head says that its numbers are the sum of all: 合计, 总计, Total."""
    return _ALL.search(text) is not None


@lru_cache(maxsize=8192)
def is_of_which(text: str) -> bool:
    """Whether a head says that its numbers are a part of the line above, not one more: 其中."""
    return _OF_WHICH.search(text) is not None or _PART.search(text) is not None


@lru_cache(maxsize=8192)
def is_deducted(text: str) -> bool:
    """Whether a head says that its numbers are taken off: 减：, less."""
    return _LESS.search(text) is not None


@lru_cache(maxsize=8192)
def mean_kind(text: str) -> str | None:
    """Return "mean" or "median" where a head says so."""
    return "median" if _MEDIAN.search(text) else "mean" if _MEAN.search(text) else None


@lru_cache(maxsize=8192)
def adds_up(text: str) -> bool:
    """Whether numbers under a head can add up: prices, ratios and growth rates cannot."""
    return _NOT_ADDED.search(text) is None


@lru_cache(maxsize=8192)
def parts_add_up(text: str) -> bool:
    """Whether numbers under a head add up to a total: amounts do, and shares of one whole (占比)."""
    return adds_up(text) or "占" in text


@lru_cache(maxsize=8192)
def is_ratio(text: str) -> bool:
    """Whether a head names a ratio."""
    return _RATIO.search(text) is not None


@lru_cache(maxsize=8192)
def is_share(text: str) -> bool:
    """Whether a head names a share of something."""
    return _SHARE.search(text) is not None


@lru_cache(maxsize=8192)
def is_gap(text: str) -> bool:
    """Whether a head names the difference of two numbers of any kind, ratios as well: 超额, 差额, change."""
    return _GAP.search(text) is not None


@lru_cache(maxsize=8192)
def is_rank(text: str) -> bool:
    """Whether a head names a rank."""
    return _RANK.search(text) is not None


@lru_cache(maxsize=8192)
def is_statistic(text: str) -> bool:
    """Whether a line sums up others by something else than a sum: an average, a maximum, a quantile."""
    return mean_kind(text) is not None or _EXTREME.search(text) is not None
