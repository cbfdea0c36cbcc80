"""Moves: a number that a sentence says went from one level to another (从50提升至60, from $1.2bn to $1.4bn)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from yanbao.check.tick.figure import Direction
from yanbao.check.tick.sentence import Sentence
from yanbao.check.tick.sentence_shape import Shape, pattern
from yanbao.check.tick.sentence_words import DOWN, DOWN_EN, UP, UP_EN
from yanbao.quantity.period import Period

_TO: Final = (
    rf"(?:(?:(?P<up>{UP})|(?P<down>{DOWN}))(?:了|约|近)*(?P<by><~3><g:G><~2,>)?)?"
    r"(?:变化|变动|变)?(?:至|到|为|达到?)(?:了|约|近)*"
)
_FROM_TO: Final = pattern(rf"(?:从|由|自)<~18P><start:L><~14,P>{_TO}<~16P><end:L>")
_YEAR_TO_YEAR: Final = pattern(
    rf"<P>(?:年|的|末|底)*<~8><start:L><~6,>(?:(?P<up>{UP})|(?P<down>{DOWN}))(?:至|到)(?:了|约|近)*<P>(?:年|的|末|底)*<~8><end:L>"
)
_ON: Final = pattern(
    rf"[，,；;](?:并|且|预计|预期|预测|有望|将|会|可|进一步|继续|持续|逐步|快速|<P>|年|的|到|至|在)*?"
    rf"(?:(?P<up>{UP})|(?P<down>{DOWN}))(?:至|到)(?:了|约|近)*<~4P><end:L>"
)
_THAN_BASE: Final = pattern(
    rf"<end:L>[，,]?(?:同样|也|均)?(?:较|比|相比于?|相较于?)<base:~18P><start:L>的?<~8>(?:(?P<up>{UP})|(?P<down>{DOWN}))(?:了|约|近)*<~4><g:G>"
)
_BASE_BEHIND: Final = pattern(
    rf"<end:A><~3,>同比(?:(?P<up>{UP})|(?P<down>{DOWN}))(?:了|约|近)*<g:%>[，,（(](?P<base>(?:去年|上年|上一年)同期)<~8><start:A>"
)
_SAYS_BASE: Final = re.compile(r"[\ue000]|上年|去年|同期|上期|年初|上季|期初|前一年|上月|期末|上一")
_RISES: Final = re.compile(rf"{UP}|{DOWN}")  # 较2016年增加0.6亿: the number behind is an increment, not the base
_VERB: Final = rf"\b(?:(?P<up>{UP_EN})|(?P<down>{DOWN_EN}))\b"
_THAN: Final = r"(?:compared (?:to|with)|from|versus|vs\.?|as against)"
# $1.6 billion, or 16.1% of net sales, compared to …; $6.68, including a $0.02 benefit due to …, compared to …
_ASIDE: Final = r"(?:,? or <%> of [a-z ]{3,24}|,? including (?:an? )?<Q> [a-z -]{3,70},?)?"
_ENGLISH: Final = (
    pattern(rf"{_VERB}<~24>from <~24P><start:L><~30P>\bto <~24P><end:L>", re.I),
    pattern(
        rf"{_VERB}(?: by)? (?P<by>(?:approximately |about )?<g:G>),? to <~16><end:L>{_ASIDE}<~40,P>"
        rf"{_THAN} <~24P><start:L>",
        re.I,
    ),
    pattern(rf"{_VERB} (?:by )?(?P<by><g:G>),? from <~24P><start:L><~30,P>\bto <~16><end:L>", re.I),
    pattern(rf"{_VERB} to <~16><end:L>{_ASIDE}<~60,P>{_THAN} <~24P><start:L>", re.I),
    pattern(
        rf"<end:L>,?<~24P>,? (?:(?P<up>up|an? increase of|growth of)|(?P<down>down|a decrease of|a decline of))"
        rf" (?P<by>(?:approximately |about )?<g:G>)<~20>{_THAN} <~24P><start:L>",
        re.I,
    ),
)
_ENGLISH_PAIR: Final = (  # $1,044.6 million, compared to $1,395.0 million in 2024, a decrease of $350.3 million or 25%
    pattern(
        r"<end:Q><~40,P>(?:compared (?:to|with)|versus|vs\.?)<~24P><start:Q><~50,P>"
        r"(?:representing |reflecting |or )?an? "
        r"(?:(?P<up>increase|gain)|(?P<down>decrease|decline|drop)) of (?:approximately )?(?:<Q>,? or )?(?P<by><g:%>)",
        re.I,
    ),
    pattern(
        r"<end:Q><~40,P>(?:compared (?:to|with)|versus|vs\.?)<~24P><start:Q><~50,P>"
        r"(?:representing |reflecting |or )?an? "
        r"(?P<by><g:%>) (?:(?P<up>increase|gain)|(?P<down>decrease|decline|drop))",
        re.I,
    ),
)
_TRIGGER_EN: Final = re.compile(rf"\b{_THAN}\b", re.I)


@dataclass(frozen=True)
class Move:
    """A number that went from one level to another: numbers of mentions in the sentence."""

    start: int
    end: int
    after: int  # place in the shape behind the move
    direction: Direction | None
    by: int | None = None  # the change that stands inside it
    start_period: Period | None = None
    end_period: Period | None = None
    named_base: bool = False  # the words say that `start` is the level of the year before


def moves_of(sentence: Sentence) -> list[Move]:
    """Return the moves of a sentence, each pair of levels once, in order of place."""
    shape = sentence.shape
    found: list[Move] = []
    if "至" in shape.text or "到" in shape.text or "从" in shape.text or "由" in shape.text:
        for expression in (_FROM_TO, _YEAR_TO_YEAR):
            found.extend(_move(sentence, each) for each in expression.finditer(shape.text))
    if "较" in shape.text or "比" in shape.text:
        for expression in (_THAN_BASE, _BASE_BEHIND):
            found.extend(
                _move(sentence, each, named_base=True)
                for each in expression.finditer(shape.text)
                if _SAYS_BASE.search(each["base"]) and not _RISES.search(each["base"])
            )
    if _TRIGGER_EN.search(shape.text):
        for expression in (*_ENGLISH_PAIR, *_ENGLISH):
            found.extend(_move(sentence, each, english=True) for each in expression.finditer(shape.text))
    seen: dict[tuple[int, int], Move] = {}
    for move in found:
        if not {move.start, move.end} & sentence.runs and move.start != move.end:
            seen.setdefault((min(move.start, move.end), max(move.start, move.end)), move)
    ordered = sorted(seen.values(), key=lambda move: move.after)
    return [*ordered, *_goes_on(sentence, ordered)]


def _goes_on(sentence: Sentence, moves: list[Move]) -> list[Move]:
    """Return the moves that go on from the end of another: 由147亿增至204亿，…预期将进一步增至2023年的339亿."""
    shape, more = sentence.shape, []
    for move in moves:
        last = max(move.start, move.end)
        # a rate of the first move may stand between
        for number in range(last, min(last + 3, len(shape.at))):
            if number > last and not shape.is_kind(number, "GPD"):
                break
            going = _ON.match(shape.text, shape.at[number] + 1)
            if going is None:
                continue
            end = shape.number(going, "end")
            if end in sentence.runs or not _alike(shape, move.end, end):
                break
            period = _period_between(sentence, number + 1, end)
            more.append(Move(move.end, end, going.end(), _direction(going), None, move.end_period, period))
            break
    return more


def _alike(shape: Shape, first: int, second: int) -> bool:
    one, other = shape.mentions[first].quantity, shape.mentions[second].quantity
    return one is not None and other is not None and one.unit.same_dimension(other.unit)


def _move(sentence: Sentence, found: re.Match[str], *, english: bool = False, named_base: bool = False) -> Move:
    shape = sentence.shape
    start, end = shape.number(found, "start"), shape.number(found, "end")
    groups = found.re.groupindex
    by = shape.number(found, "g") if "g" in groups and found.start("g") >= 0 else None
    direction = _direction(found)
    if english:
        return Move(
            start, end, found.end(), direction, by, _period_behind(sentence, start), _period_behind(sentence, end)
        )
    opens = shape.index.get(found.start(), None)
    first = next((n for n in range(len(shape.at)) if shape.at[n] >= found.start()), start) if opens is None else opens
    verb = max(found.start("up"), found.start("down"))
    if start > end:  # the base stands behind: 110亿元，较上年同期的104亿元增长5.8%
        return Move(start, end, found.end(), direction, by, _period_between(sentence, end + 1, start), None, named_base)
    before = _period_between(sentence, first, start)
    between = [n for n in range(start + 1, end) if shape.is_kind(n, "P")]
    early = [n for n in between if verb >= 0 and shape.at[n] < verb]
    late = [n for n in between if n not in early]
    if before is None and early:
        before = sentence.mentions[early[-1]].period
    after = sentence.mentions[late[-1]].period if late else None
    return Move(start, end, found.end(), direction, by, before, after, named_base)


def _direction(found: re.Match[str]) -> Direction | None:
    return "up" if found["up"] else "down" if found["down"] else None


def _period_between(sentence: Sentence, first: int, behind: int) -> Period | None:
    shape = sentence.shape
    periods = [n for n in range(first, behind) if shape.is_kind(n, "P")]
    return sentence.mentions[periods[-1]].period if periods else None


_IN: Final = re.compile(
    r"[ ,]*(?:[a-z]+ ){0,2}?(?:in|by|for|during|at|of|as of)? ?(?:the )?"
    r"(?:fiscal |calendar |year |full year |fy ?|end of )*\Z",
    re.I,
)


def _period_behind(sentence: Sentence, number: int) -> Period | None:
    """Return the period that follows an English number: $3.4 million in fiscal 2019."""
    shape, following = sentence.shape, number + 1
    if following < len(shape.at) and shape.is_kind(following, "P") and _IN.match(shape.between(number, following)):
        return sentence.mentions[following].period
    return None
