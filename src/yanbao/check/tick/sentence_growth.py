"""Growth claimed beside its levels: rates, compound rates, differences in points, multiples, and the verb itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from yanbao import relation
from yanbao.check.tick.figure import Figure
from yanbao.check.tick.sentence_figures import Read
from yanbao.check.tick.sentence_judging import as_growth, as_points, judge, judge_order, ties_in_any
from yanbao.check.tick.sentence_moves import Move, moves_of
from yanbao.check.tick.sentence_words import DOWN, EACH_YEAR, UP
from yanbao.check.tick.tested import Tested
from yanbao.errors import FormulaError
from yanbao.quantity.period import Period
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import PERCENT

_CAGR: Final = re.compile(r"复合|CAGR|年均增|年化增|compound", re.I)
_QOQ: Final = re.compile(r"环比|sequential|QoQ", re.I)
_YOY: Final = re.compile(r"同比|YoY|y/y|year-over-year", re.I)
_CHANGE: Final = re.compile(rf"{UP}|{DOWN}|涨幅|增幅|降幅|跌幅|增速|increase|decrease|growth|decline|up|down", re.I)
_TIMES_OF: Final = re.compile(r"的\Z|是|为|相当于")
# another number than the move's is meant behind these
_ELSE: Final = re.compile(
    r"其中|其余|高于|低于|超过|行业|同期|相比|净利|利润|收入|营收|销量|其他|其它|平均|对应|占|份额|渗透率|毛利|分别|贡献|全球|海外|国内"
    r"|从|由|全年|单季|上半年|下半年|随后|同时|而|此外|另外|单个|margin|which|while|including"
)
# 提升至24.5%, 继续上升达到48.66% are levels; 增长率达20% is a rate
_LEVEL: Final = re.compile(rf"(?:(?<!达)[至到]|(?:{UP}|{DOWN})(?![率幅速度])[^，率幅速度]{{0,3}}(?:达到?|为))了?约?\Z")
_FARTHEST: Final = 34  # characters from a level to the compound rate that is claimed of it
_FARTHEST_EN: Final = 60
_NEAREST: Final = 14  # the same for a plain rate, which more often is of something else
_LENGTHS: Final = frozenset({"metre", "meter", "m", "second"})  # a process goes "up" from 28nm to 14nm
_RANKED: Final = re.compile(r"排名|名次|位次|rank", re.I)
_TOO_LONG: Final = 200  # years


@dataclass(frozen=True)
class _Claim:
    number: int
    words: str  # between the mention before it and it
    span: Period | None  # a span of years named with it
    years: int | None  # 3年复合增速


def growth_relations(read: Read) -> list[Tested]:
    """Return the growth that a sentence claims beside its levels, judged."""
    tested: list[Tested | None] = []
    claimed: set[int] = set()
    for move in moves_of(read.sentence):
        start, end = read.figures[move.start], read.figures[move.end]
        if start is None or end is None:
            continue
        tested.append(_direction(read, move, start, end))
        if move.by is not None and move.by not in claimed:
            claimed.add(move.by)
            tested.append(_rate(read, _Claim(move.by, "", None, None), move, start, end))
        early = _rate_before(read, move)
        for claim in (*_claims(read, move), *([early] if early is not None else [])):
            if claim.number in claimed:
                continue
            claimed.add(claim.number)
            if _CAGR.search(claim.words):
                tested.append(_compound(read, claim, move, start, end))
            else:
                tested.append(_rate(read, claim, move, start, end))
    tested.extend(_listed(read, claimed))
    tested.extend(_compound_apart(read, claimed))
    return [one for one in tested if one is not None]


def _claims(read: Read, move: Move) -> Iterator[_Claim]:
    """Yield the rates that are claimed behind a move, up to the next level or the next subject."""
    sentence, shape = read.sentence, read.sentence.shape
    last = max(n for n in range(len(shape.at)) if shape.at[n] < move.after)
    span: Period | None = None
    years: int | None = None
    words = ""
    for number in range(last + 1, min(last + 6, len(shape.at))):
        words += shape.between(number - 1, number)
        if number in sentence.runs or re.search(r"[；;。\n]", words) or _ELSE.search(words):
            return
        if len(words) > (_FARTHEST_EN if words.isascii() else _FARTHEST):
            return
        mention = sentence.mentions[number]
        if shape.is_kind(number, "P"):
            span = mention.period
            continue
        if shape.is_kind(number, "D") and mention.quantity is not None:
            months = mention.quantity
            years = int(months.value * months.unit.scale / 12) if months.unit.dimension == (("month", 1),) else None
            continue
        if not shape.is_kind(number, "G"):
            if not shape.is_kind(number, "OZ"):
                return
            continue
        if _LEVEL.search(words):
            return
        if _CAGR.search(words) or (_CHANGE.search(words) and len(words) <= _NEAREST and words.count("，") < 2):
            yield _Claim(number, words, span, years)
        words, span, years = "", None, None


def _direction(read: Read, move: Move, start: Figure, end: Figure) -> Tested | None:
    if move.direction is None or _turned(start) or _turned(end) or _RANKED.search(read.sentence.text):
        return None
    bases = {base for base, _ in end.quantity.unit.dimension}
    if bases & _LENGTHS or start.change is not None or end.change is not None:
        return None
    word = "up" if move.direction == "up" else "down"
    return judge_order(end, start, 1 if word == "up" else -1, name="direction", word=word)


def _turned(figure: Figure) -> bool:
    return figure.quantity.value <= 0


def _rate(read: Read, claim: _Claim, move: Move, start: Figure, end: Figure) -> Tested | None:
    number, words = claim.number, claim.words
    if EACH_YEAR.search(words):
        return None
    claimed = read.figures[number]
    if claimed is None or _apart(words + shape_before(read, number), move) or claim.years is not None:
        return None
    if claim.span is not None and not _spans(claim.span, move):
        return None
    shape = read.sentence.shape
    levels = {figure.quantity.unit == PERCENT for figure in (start, end)}
    operands = {"now": end, "base": start}
    rate = _signed(claimed, move)
    if shape.is_kind(number, "p"):
        return judge("pp", claimed, operands, claim=rate) if levels == {True} else None
    if shape.is_kind(number, "x"):
        if claimed.quantity.value < 0:
            return None
        multiple = judge("multiple", claimed, operands)
        if _TIMES_OF.search(words[-6:]) and not re.search(rf"{UP}|幅", words):
            return multiple
        # 增长2倍 is 3 times as much, and often printed for twice
        growth = judge("yoy", claimed, operands, claim=as_growth(claimed.quantity))
        return ties_in_any(growth, multiple)
    growth = judge("yoy", claimed, operands, claim=rate)
    if levels == {True} and growth is not None and growth.verdict == "breaks":
        points = judge("pp", claimed, operands, claim=as_points(rate))
        if points is not None and points.verdict == "ties":
            return judge("pp", claimed, operands, claim=rate)  # right in points, printed in %
    return growth


def _signed(claimed: Figure, move: Move) -> Quantity:
    """Return a rate with the sign of the move where no word of its own gives one: a decrease of $350 million or 25%."""
    quantity = claimed.quantity
    bare = claimed.direction is None and claimed.text.lstrip()[:1] not in "+-−–"
    return -quantity if bare and move.direction == "down" and quantity.value > 0 else quantity


def _spans(span: Period, move: Move) -> bool:
    """Whether a span of years named with a rate is that of the levels."""
    first, last = move.start_period, move.end_period
    if first is None or last is None or span.grain != "range":
        return False
    return (span.start.year, span.end.year) == (first.end.year, last.end.year)


def shape_before(read: Read, number: int) -> str:
    """Return the last words before a number."""
    shape = read.sentence.shape
    return shape.text[max(0, shape.at[number] - 8) : shape.at[number]]


def _apart(words: str, move: Move) -> bool:
    """Whether the rate is of other periods than the move: 从2015年的10亿元增长至2019年的20亿元，同比增长15%."""
    kind = "qoq" if _QOQ.search(words) else "yoy" if _YOY.search(words) else None
    if kind is None or (kind == "yoy" and move.named_base):
        return False
    if move.start_period is None or move.end_period is None:
        return kind == "qoq" or move.start_period is not None or move.end_period is not None
    return relation.apart(kind, move.end_period, move.start_period) is not None


def _compound(read: Read, claim: _Claim, move: Move, start: Figure, end: Figure) -> Tested | None:
    claimed = read.figures[claim.number]
    shape = read.sentence.shape
    if claimed is None or not shape.is_kind(claim.number, "%"):
        return None
    if start.quantity.unit == PERCENT or end.quantity.unit == PERCENT:
        return None  # shares beside the compound rate of what they are shares of
    counts = _counts(read, claim, move)
    return ties_in_any(*(judge("cagr", claimed, {"end": end, "start": start}, periods=count) for count in counts))


def _compound_apart(read: Read, claimed: set[int]) -> Iterator[Tested | None]:
    """Yield compound rates whose levels stand in clauses of their own: 2017年规模4050亿，2024年达5950亿，CAGR为5.6%.

    The last level is the one right before the rate; the first one has the same name and unit and an earlier year.
    """
    sentence, shape = read.sentence, read.sentence.shape
    if not _CAGR.search(shape.text):
        return
    for number in shape.kinds("%"):
        if number in claimed or number in sentence.runs:
            continue
        last = next((n for n in range(number - 1, -1, -1) if not shape.is_kind(n, "PDOZ")), None)
        if last is None or not shape.is_kind(last, "A"):
            continue
        words = shape.between(last, number)
        if len(words) > _FARTHEST or not _CAGR.search(words) or _ELSE.search(words) or re.search(r"[；;。]", words):
            continue
        end = read.figures[last]
        if end is None or end.period is None or end.period.grain != "year" or sentence.mentions[last].group is not None:
            continue
        between = [sentence.mentions[n].period for n in range(last + 1, number) if shape.is_kind(n, "P")]
        for first in range(last - 1, -1, -1):
            start = read.figures[first]
            if start is None or not shape.is_kind(first, "A") or sentence.mentions[first].group is not None:
                continue
            if not start.quantity.unit.same_dimension(end.quantity.unit) or not _same_name(start.label, end.label):
                continue
            years = None if start.period is None or start.change is not None else _years(end.period, start.period)
            same = (
                years is not None
                and start.period is not None
                and all(
                    p is not None and (p.start.year, p.end.year) == (start.period.start.year, end.period.end.year)
                    for p in between
                )
            )
            rate = read.figures[number]
            if same and rate is not None and years is not None:
                claimed.add(number)
                yield judge("cagr", rate, {"end": end, "start": start}, periods=years)
            break


def _same_name(one: str, other: str) -> bool:
    """Whether two labels of one sentence name the same thing: equal, or one goes on where the other stops."""
    return len(one) > 1 and len(other) > 1 and (one == other or one.startswith(other) or other.startswith(one))


def _counts(read: Read, claim: _Claim, move: Move) -> list[int]:
    """Return how many years lie between two levels, from the years that the sentence names.

    A span named beside the rate has to be that of the levels, else the rate is of something else. Without years of
    the levels the span counts, or the number of years that is said (5年复合增速).
    """
    first, last = move.start_period, move.end_period
    span = claim.span or _span_before(read, move)
    if first is not None and last is not None:
        named = claim.span
        if (
            named is not None
            and named.grain == "range"
            and (named.start.year, named.end.year) != (first.end.year, last.end.year)
        ):
            return []
        years = _years(last, first)
        if years is None:
            return []
        return [years] if claim.years is None or claim.years == years else [years, claim.years]
    if first is None and last is None:
        if claim.span is not None and _other_span(read, claim.span, move):
            return []
        if span is not None and span.grain == "range" and span.months is not None and span.months % 12 == 0:
            count = span.months // 12 - 1
            return [count] if 1 <= count <= _TOO_LONG else []
        if claim.years is not None and 1 <= claim.years <= _TOO_LONG:
            return [claim.years]
    return []


def _years(last: Period, first: Period) -> int | None:
    try:
        return relation.span(last, first)
    except FormulaError:
        return None


def _span_before(read: Read, move: Move) -> Period | None:
    """Return the span of years that opens the clause of a move: 17-19年收入由1.7亿元增至3.6亿元."""
    shape = read.sentence.shape
    earlier = min(move.start, move.end)
    for number in range(earlier - 1, max(-1, earlier - 3), -1):
        words = shape.between(number, earlier)
        opens = not shape.text[: shape.at[number]].strip() or shape.text[shape.at[number] - 1] in "。；;"
        if re.search(r"[；;。]", words) or len(re.findall("[，,]", words)) > opens or len(words) > 24:
            return None
        if shape.is_kind(number, "P"):
            return read.sentence.mentions[number].period
    return None


_SPEED: Final = re.compile(r"的(?:年均|年)?(?:复合)?(?:增速|增长率|增长|速度)")


def _rate_before(read: Read, move: Move) -> _Claim | None:
    """Return the compound rate that stands before its levels: 以年均120%的增速从0.15亿元增长至1.63亿元."""
    shape = read.sentence.shape
    number = min(move.start, move.end) - 1
    while number > 0 and shape.is_kind(number, "P"):
        number -= 1
    if number < 0 or not shape.is_kind(number, "%"):
        return None
    before, behind = shape.text[: shape.at[number]][-8:], shape.text[shape.at[number] + 1 :][:12]
    if not _SPEED.match(behind) or not re.search(r"年均|复合|CAGR|年化", before + behind):
        return None
    return _Claim(number, "复合", None, None)


def _other_span(read: Read, span: Period, move: Move) -> bool:
    """Whether an earlier span of the sentence is another one: then it is not clear of which the levels are."""
    shape, mentions = read.sentence.shape, read.sentence.mentions
    earlier = [mentions[n].period for n in range(min(move.start, move.end)) if shape.is_kind(n, "P")]
    return any(p is not None and p.grain == "range" and not p.same_days(span) for p in earlier)


_INTO: Final = re.compile(r",? ?(?:至|到|to)(?:约)? ?")
_RATES: Final = re.compile(r"同比|增长|增速|增幅|yoy|growth|变动", re.I)


def _listed(read: Read, claimed: set[int]) -> Iterator[Tested | None]:
    """Yield the growth of a list of successive years: 2020-2022年收入13.1/17.6/21.8亿元，同比-18.7%/35.2%/23.5%."""
    shape = read.sentence.shape
    years_of = {first: years for first, _, years in read.years}
    found = [each for each in read.lists if shape.is_kind(each[0], "A%")]
    for first, second in pairwise(found):
        levels, rates = (first, second) if shape.is_kind(first[0], "A") else (second, first)
        years = years_of.get(levels[0]) or years_of.get(rates[0])
        if years is None or levels[1] - levels[0] != rates[1] - rates[0] or not _is_rates_of(read, levels, rates):
            continue
        if any(b.end.year - a.end.year != 1 or b.grain != "year" for a, b in pairwise(years)):
            continue
        for place in range(1, levels[1] - levels[0] + 1):
            claim, now, base = (read.figures[n] for n in (rates[0] + place, levels[0] + place, levels[0] + place - 1))
            if claim is None or now is None or base is None or rates[0] + place in claimed:
                continue
            claimed.add(rates[0] + place)
            yield judge("yoy", claim, {"now": now, "base": base})


def _is_rates_of(read: Read, levels: tuple[int, int], rates: tuple[int, int]) -> bool:
    shape = read.sentence.shape
    if not all(shape.is_kind(n, "A") for n in range(levels[0], levels[1] + 1)):
        return False
    if not all(shape.is_kind(n, "%") for n in range(rates[0], rates[1] + 1)):
        return False
    if rates[0] == levels[1] + 1:
        words = shape.between(levels[1], rates[0])
        behind = shape.text[shape.at[rates[1]] + 1 : shape.at[rates[1]] + 3]
        if _INTO.match(behind):  # 增长35%/53%至4.1/6.3亿元: the rates belong to the levels behind them
            return False
        return len(words) <= 16 and bool(_RATES.search(words)) and not re.search(r"[；;。]|环比|占|毛利率|复合", words)
    if levels[0] == rates[1] + 1 and _INTO.fullmatch(shape.between(rates[1], levels[0])):
        before = shape.text[max(0, shape.at[rates[0]] - 10) : shape.at[rates[0]]]
        return bool(_RATES.search(before)) and not re.search(r"环比|复合", before)
    return False
