"""Accounting words: which metric does a head or a phrase name, and what kind of number is that metric?

The table is `words.toml`; a folder may add to it with a file `accounting-words.toml` of the same form.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal, get_args

from yanbao.errors import ReadError

MetricKind = Literal["flow", "stock", "ratio", "per_share", "price", "count"]
MetricDimension = Literal["money", "money_per_share", "percent", "times", "shares", "count", "none"]
Change = Literal["yoy", "qoq", "cagr", "pp", "change"]

USER_FILE: Final = "accounting-words.toml"
_LARGEST: Final = 1 << 20  # bytes of a user's table


@dataclass(frozen=True)
class Metric:
    """What a metric is: a flow of a period or a stock on a day, a ratio, an amount a share; in what it is counted."""

    name: str
    kind: MetricKind
    dimension: MetricDimension
    words: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """What a head says: the metric (if its words are known), and whether it states a change of it."""

    metric: Metric | None
    change: Change | None


_LEAD: Final = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.．]|[(（][一二三四五六七八九十0-9]+[)）]|[0-9]{1,2}[、.．)）](?![0-9])|[①-⑳]"
    r"|其中[:：]?|其中|减[:：]|加[:：]|less[:：]|add[:：]|of which[:：]?)\s*"
)
_BRACKETS: Final = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_ATTRIBUTABLE: Final = re.compile(r"net (?:income|earnings|profit) attributable to (?!non|minority)")
_NOISE: Final = re.compile(r"[\s\u3000:：*†‡#、,，\"“”'’]+")
_CHANGES: Final[tuple[tuple[Change, re.Pattern[str]], ...]] = (
    ("cagr", re.compile(r"cagr|复合(?:年)?(?:均)?增(?:长率|速)?|年均复合|compound annual", re.I)),
    ("pp", re.compile(r"个百分点|[(（]pp?t?s?[)）]|变动[(（]?pct|增减[(（]?百分点", re.I)),
    ("qoq", re.compile(r"环比|qoq|q/q|mom|m/m|quarter.over.quarter|sequential", re.I)),
    (
        "yoy",
        re.compile(
            r"同比|yoy|y/y|(?<![a-z])yo?y(?![a-z])|year.over.year|比上年(?:同期)?|较上年(?:同期)?|比去年|较去年|上年同期增减"
            r"|增长率|增速|增幅|成长率|growth|增长[(（]?%|\+/-",
            re.I,
        ),
    ),
    (
        "change",
        re.compile(
            r"增减|变动(?!损益|收益|影响|对)|变化(?!原因)|涨跌幅|涨幅|跌幅|%\s?chg|% ?change|change|variance|增长$",
            re.I,
        ),
    ),
)
_CHANGE_WORDS: Final = re.compile(
    r"(?:年度?|期)?(?:cagr|复合年?均?增(?:长率|速)|环比|qoq|同比|yoy|y/y|比上年(?:同期)?|较上年(?:同期)?|比去年|较去年)?"
    r"(?:增长率|增长速度|增速|增幅|成长率|growth rate|growth|增减|增长|变动(?:比例|幅度)?|变化|涨跌幅"
    r"|% ?change|change)?(?:比例|幅度|[(（]?%[)）]?)?$",
    re.I,
)


def plain(label: str) -> str:
    """Return a head as it is compared: no list number, no bracketed unit, no blanks between letters that touch.

    >>> plain("一、营业总收入（万元）")
    '营业总收入'
    >>> plain("Net  sales ($m)")
    'net sales'
    """
    text = label.strip().lower()
    for _ in range(3):
        shorter = _LEAD.sub("", text)
        if shorter == text:
            break
        text = shorter
    text = _BRACKETS.sub("", text)
    text = _NOISE.sub(" ", text).strip()
    return text if text.isascii() else text.replace(" ", "")


class Words:
    """The table of accounting words, asked by head or by name."""

    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        self.metrics: Final = dict(metrics)
        self._by_word: Final = {_key(word): metric for metric in metrics.values() for word in metric.words}
        for metric in metrics.values():
            for word in metric.words:
                self._by_word.setdefault(_key(plain(word)), metric)  # heads are compared so: no apostrophe

    def metric(self, label: str) -> Metric | None:
        """Return the metric that a whole head names, `None` where the table does not know it.

        >>> standard().metric("归属于上市公司股东的净利润（元）").name
        'net_profit_parent'
        """
        text = plain(label)
        found = self._by_word.get(_key(text))
        if found is None:
            raw = label.strip().lower()
            inner = _BRACKETS.search(raw)
            if inner is not None and not _BRACKETS.sub("", raw).strip():
                found = self._by_word.get(_key(inner[0][1:-1]))
        if found is None and _ATTRIBUTABLE.match(text):
            found = self.metrics.get("net_profit_parent")
        return found

    def named(self, label: str) -> Named:
        """Return what a head says: 营业收入增长率 is the metric revenue and the change "yoy".

        >>> standard().named("营业收入增长率(%)").change
        'yoy'
        """
        metric = self.metric(label)
        if metric is not None:
            return Named(metric, change_of("".join(_BRACKETS.findall(label))))
        change = change_of(label)
        if change is None:
            return Named(None, None)
        rest = _CHANGE_WORDS.sub("", plain(label), count=1)
        return Named(self.metric(rest) if rest else None, change)


def change_of(label: str) -> Change | None:
    """Return which change a head states, `None` where it states a level.

    >>> change_of("本报告期末比上年度末增减(%)"), change_of("营业收入")
    ('yoy', None)
    """
    return next((change for change, pattern in _CHANGES if pattern.search(label)), None)


@lru_cache(maxsize=1)
def standard() -> Words:
    """Return the table that comes with the package."""
    text = (files("yanbao.check.tick") / "words.toml").read_text(encoding="utf-8")
    return Words(_metrics(tomllib.loads(text), "words.toml"))


def words_for(folder: Path | None) -> Words:
    """Return the table with what `accounting-words.toml` of a folder adds to it.

    Raises:
        ReadError: the file cannot be read, or an entry is none; all mistakes at once, each with its place.
    """
    file = None if folder is None else folder / USER_FILE
    if file is None or not file.is_file():
        return standard()
    if file.stat().st_size > _LARGEST:
        raise ReadError(f"{file}: larger than {_LARGEST >> 20} MiB; a table of accounting words has a few kilobytes")
    try:
        added = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReadError(f"{file}: {error}; the file is TOML in UTF-8") from error
    metrics = dict(standard().metrics)
    for name, metric in _metrics(added, str(file), metrics).items():
        known = metrics.get(name)
        metrics[name] = metric if known is None else _joined(known, metric)
    return Words(metrics)


def _joined(known: Metric, more: Metric) -> Metric:
    return Metric(known.name, known.kind, known.dimension, known.words + more.words)


def _key(word: str) -> str:
    return word.replace(" ", "").replace("(", "").replace(")", "").lower()


def _metrics(data: Mapping[str, Any], file: str, known: Mapping[str, Metric] | None = None) -> dict[str, Metric]:
    found: dict[str, Metric] = {}
    wrong: list[str] = []
    for name, entry in data.items():
        place = f"{file}: [{name}]"
        if not isinstance(entry, dict):
            wrong.append(f"{place}: an entry is a table with kind, dimension, zh and en")
            continue
        base = (known or {}).get(name)
        kind: Any = entry.get("kind", base and base.kind)
        dimension: Any = entry.get("dimension", base and base.dimension)
        words = [*entry.get("zh", []), *entry.get("en", [])]
        if kind not in get_args(MetricKind):
            wrong.append(f"{place}: kind is one of {', '.join(get_args(MetricKind))}")
        elif dimension not in get_args(MetricDimension):
            wrong.append(f"{place}: dimension is one of {', '.join(get_args(MetricDimension))}")
        elif not words or not all(isinstance(word, str) and word.strip() for word in words):
            wrong.append(f"{place}: zh and en are lists of words")
        else:
            found[name] = Metric(name, kind, dimension, tuple(words))
    if wrong:
        raise ReadError("\n".join(wrong))
    return found
