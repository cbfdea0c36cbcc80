"""Numbers of running text as figures: what they are called, about whom, for when, and whether they are changes.

Metric, subject and period come from the sentence; what it does not say stays empty. The heading above is no source: a
chapter on the guidance for FY24 tells of other years, too. A list that is paired with a list of years
(2020-2022年收入为13/18/22亿元) gives each member its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from yanbao.check.tick.figure import Figure, Unknown
from yanbao.check.tick.said import Said
from yanbao.check.tick.sentence import Sentence
from yanbao.check.tick.sentence_words import Beside, beside, label_of
from yanbao.check.tick.words import Metric, Words, standard
from yanbao.quantity.mention import Mention
from yanbao.quantity.period import Period
from yanbao.quantity.unit import Unit

_NUMBERS: Final = "QN%pxRO"
_CLAUSE: Final = 80  # characters before a number that may name it
_BOUNDARY: Final = re.compile(r"[，,；;。：:（(）)、\ue001-\ue007]")
_COMPARED: Final = re.compile(r"(?:较|比|相较于?|相比于?|高于|低于|超过|与|versus|compared (?:to|with)|from)\Z", re.I)
_PLACES: Final = re.compile("[\ue000\ue001\ue008\ue009]")
_SCOPE: Final = re.compile(r"归母|扣非|扣除|单季|累计|调整后|经调整|可比|不含|剔除|non-gaap|adjusted|comparable", re.I)


_Years = tuple[int, int, tuple[Period, ...]]


@dataclass(frozen=True)
class Read:
    """A sentence with its numbers understood; `figures[i]` belongs to mention i, `None` where it is no number."""

    sentence: Sentence
    figures: tuple[Figure | None, ...]
    lists: tuple[tuple[int, int], ...] = ()  # first and last mention of what stands in one list
    years: tuple[tuple[int, int, tuple[Period, ...]], ...] = ()  # the lists whose members are of successive years


def read_sentences(sentences: Sequence[Sentence], words: Words | None = None) -> list[Read]:
    """Return sentences with their numbers understood."""
    table = words or standard()
    return [_read(sentence, table) for sentence in sentences]


def _read(sentence: Sentence, words: Words) -> Read:
    found = lists(sentence)
    years = year_lists(sentence, found)
    return Read(sentence, _figures(sentence, words, years), tuple(found), tuple(years))


def figures_of_prose(read: Sequence[Read]) -> tuple[list[Figure], list[Unknown]]:
    """Return all numbers of running text: those understood, and those not, with the reason.

    Marks of lists, digits of names, periods and times are no numbers that a report claims, and are in neither.
    """
    figures: list[Figure] = []
    unknown: list[Unknown] = []
    for each in read:
        figures.extend(figure for figure in each.figures if figure is not None)
        for number, mention in enumerate(each.sentence.mentions):
            if each.figures[number] is None and _is_number(each.sentence, number):
                unknown.append(Unknown(mention.text, each.sentence.where(mention), Said("run-together")))
    return figures, unknown


def _figures(sentence: Sentence, words: Words, years: Sequence[_Years]) -> tuple[Figure | None, ...]:
    told: list[Beside | None] = []
    figures: list[Figure | None] = []
    periods = _periods(sentence, years)
    for number, mention in enumerate(sentence.mentions):
        if not _is_number(sentence, number) or number in sentence.runs or mention.quantity is None:
            told.append(None)
            figures.append(None)
            continue
        said = _said(sentence, number, told)
        told.append(said)
        figures.append(_figure(sentence, mention, said, periods[number], words))
    return tuple(figures)


def _is_number(sentence: Sentence, number: int) -> bool:
    """Whether a mention is a number that a report claims: 第二 and 图3 are none."""
    return sentence.mentions[number].kind != "ordinal" and sentence.shape.is_kind(number, _NUMBERS)


def _said(sentence: Sentence, number: int, told: Sequence[Beside | None]) -> Beside:
    """Return what the words of its clause say of a number; a member of a list is what the first of the list is."""
    shape, mention = sentence.shape, sentence.mentions[number]
    if mention.group is not None and mention.group != mention.start and number:
        before = told[number - 1]
        if before is not None and sentence.mentions[number - 1].group == mention.group:
            return before
    clause = shape.text[max(0, shape.at[number] - _CLAUSE) : shape.at[number]]
    begin = max((found.end() for found in _BOUNDARY.finditer(clause)), default=0)
    if not clause[begin:].strip() and clause[max(0, begin - 1) : begin] in ("：", ":"):  # 现价：15.28港元
        begin = max((found.end() for found in _BOUNDARY.finditer(clause[: begin - 1])), default=0)
    after = shape.text[shape.at[number] + 1 : shape.at[number] + 14]
    said = beside(
        _without_periods(clause[begin:]),
        after,
        ratio=shape.is_kind(number, "%px"),
        points=shape.is_kind(number, "p"),
    )
    if (said.label and not (said.change is not None and said.label.startswith("占"))) or number == 0:
        return said
    # 营收2428.5亿元，同比增长5.3%: the growth is of what the number before it is
    earlier = next((one for one in reversed(told) if one is not None and not one.label.startswith("占")), None)
    joined = earlier is not None and not any(stop in shape.between(number - 1, number) for stop in "；;。")
    return replace(said, label=earlier.label) if earlier is not None and joined else said


def _without_periods(words: str) -> str:
    """Return the words of a clause around its periods: 公司收入2020~2022年收入为 is 公司收入为."""
    parts = [part.strip("/、 ") for part in _PLACES.split(words)]
    joined = parts[0]
    for part in parts[1:]:
        name = label_of(part)
        joined = joined[: -len(name)] + part if name and joined.endswith(name) else joined + part
    return joined


def _figure(sentence: Sentence, mention: Mention, said: Beside, period: Period | None, words: Words) -> Figure:
    quantity = mention.quantity
    assert quantity is not None
    if said.direction == "down" and not mention.signed:
        quantity = -quantity
    metric, subject = named(said.label, words)
    if metric is not None and said.change is None and _of_another_kind(metric, quantity.unit):
        metric = None  # 占总收入44.49% is no revenue
    return Figure(
        text=mention.text,
        quantity=quantity,
        kind=mention.kind,
        where=sentence.where(mention),
        metric=None if metric is None else metric.name,
        label=said.label,
        subject=subject,
        period=period,
        change=said.change,
        direction=said.direction,
        of=mention.of,
        parts=mention.parts,
    )


def _of_another_kind(metric: Metric, unit: Unit) -> bool:
    """Whether a number in this unit cannot be of the metric: a share of revenue in %, a profit for a margin."""
    if metric.dimension in ("money", "money_per_share", "shares", "count"):
        return not unit.dimension and (unit.scale < 1 or unit.kind == "difference")
    return metric.dimension == "percent" and bool(unit.dimension)


def named(label: str, words: Words) -> tuple[Metric | None, str]:
    """Return the metric that the end of a label names and what stands before it: whom it is about.

    >>> metric, subject = named("数据中心业务收入", standard())
    >>> metric.name, subject
    ('revenue', '数据中心业务')
    """
    table, longest = _table(words)
    text = label.strip().lower()
    squeezed = text.replace(" ", "")
    for length in range(min(longest, len(squeezed)), 0, -1):
        metric = table.get(squeezed[-length:])
        if metric is not None:
            rest = squeezed[:-length]
            if text.isascii() and rest and not text[: len(text) - _spaced(text, length)].endswith(" "):
                continue  # a word that ends in another: "resales"
            return metric, rest
    return None, squeezed


def _spaced(text: str, length: int) -> int:
    """Return how many characters of a text its last `length` letters take, blanks between them counted."""
    taken = 0
    for place in range(len(text) - 1, -1, -1):
        taken += text[place] != " "
        if taken == length:
            return len(text) - place
    return len(text)


@lru_cache(maxsize=4)
def _table(words: Words) -> tuple[dict[str, Metric], int]:
    table = {word.replace(" ", "").lower(): metric for metric in words.metrics.values() for word in metric.words}
    return table, max(map(len, table))


def scope(label: str) -> frozenset[str]:
    """Return the words of a label that narrow what it counts: 归母, 扣非, 单季, 累计, adjusted."""
    return frozenset(found[0].lower() for found in _SCOPE.finditer(label))


def _periods(sentence: Sentence, lists_of_years: Sequence[_Years]) -> list[Period | None]:
    """Return the period of each mention: the last one said before it, not that of a comparison."""
    shape = sentence.shape
    periods: list[Period | None] = []
    current: Period | None = None
    for number, mention in enumerate(sentence.mentions):
        if shape.is_kind(number, "P") and mention.period is not None and number not in sentence.runs:
            before = shape.text[max(0, shape.at[number] - 12) : shape.at[number]]
            if not _COMPARED.search(before):
                current = mention.period
        periods.append(current)
    for first, last, years in lists_of_years:
        for place, year in zip(range(first, last + 1), years, strict=True):
            periods[place] = year
    return periods


def year_lists(sentence: Sentence, every: Sequence[tuple[int, int]]) -> list[_Years]:
    """Return (first, last, years) of the lists whose members are of successive years that the sentence names.

    `2020~2022年收入为13.05/17.64/21.77亿元` and `2018/2019年收入分别为15.6/16.0亿元`: as many years as members.
    """
    shape, found = sentence.shape, []
    for first, last in every:
        if shape.is_kind(first, "P") or set(range(first, last + 1)) & sentence.runs:
            continue
        nearest = next((n for n in range(first - 1, -1, -1) if shape.is_kind(n, "P")), None)
        if nearest is None:
            continue
        period = sentence.mentions[nearest].period
        members = next((each for each in every if each[1] == nearest and shape.is_kind(each[0], "P")), None)
        if members is not None:
            own = [sentence.mentions[number].period for number in range(members[0], members[1] + 1)]
            years = tuple(p for p in own if p is not None)
        else:
            years = _years(period) if period is not None and period.grain == "range" else ()
        if len(years) == last - first + 1:
            found.append((first, last, years))
    return found


def lists(sentence: Sentence) -> list[tuple[int, int]]:
    """Return (first, last) of the mentions that stand in one list: 5275/1394亿元, 11.0%、16.1%、27.4%."""
    found: list[tuple[int, int]] = []
    for number, mention in enumerate(sentence.mentions):
        if mention.group is None:
            continue
        if found and sentence.mentions[found[-1][0]].group == mention.group and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        elif mention.group == mention.start or not found:
            found.append((number, number))
    return [(first, last) for first, last in found if last > first]


def _years(span: Period) -> tuple[Period, ...]:
    if span.months is None or span.months % 12 or span.start.month != 1 or span.months > 240:
        return ()
    return tuple(Period.year(year, span.estimate) for year in range(span.start.year, span.end.year + 1))


__all__ = ["Read", "figures_of_prose", "lists", "named", "read_sentences", "scope", "year_lists"]
