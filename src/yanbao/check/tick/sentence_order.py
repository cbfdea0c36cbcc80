"""Comparisons in words: higher than, below, first and second, against the numbers beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from yanbao.check.tick.figure import Figure
from yanbao.check.tick.sentence_figures import Read
from yanbao.check.tick.sentence_judging import judge_order
from yanbao.check.tick.sentence_shape import pattern
from yanbao.check.tick.tested import Tested

_MORE: Final = r"(?:高于|超过|超出|大于|多于|高过)"
_LESS: Final = r"(?:低于|小于|少于|不及|不到|低过)"
_THAN: Final = pattern(
    rf"<mine:L>(?P<link>(?:[，,]|的)?(?:远|明显|显著|大幅|略|均|同样|也|仍|已|稍|微|同期|整体)*)(?:(?P<more>{_MORE})|(?P<less>{_LESS}))"
    rf"(?P<whom><~18P>)<other:L>(?P<behind>.{{0,6}})"
)
_BOUND: Final = re.compile(rf"(?:(?P<more>{_MORE})|(?P<less>{_LESS}))")
_LINK: Final = re.compile(r"[，,](?:远|明显|显著|大幅|略|均|同样|也|仍|已|稍|微)*\Z")
_DIFFERENCE: Final = re.compile(
    r"(?:同期|去年|上年|平均|预期|水平|行业|市场|基准|基数|均值|前者|后者|对手|同业)(?:约|近|了)?\Z"
)  # 高于去年同期10%: by 10%
_RANK: Final = pattern(
    r"<value:L>(?P<between>(?:的)?(?:市场)?(?:份额|占有率|市占率)?[）)]?[，,]?(?:同比|环比)?<~16,>)(?:位居|位列|排名|居|升至|列|蝉联|排|位于|名列)"
    r"(?:行业|全国|全球|市场|国内)?(?:第)?(?P<rank>[一二三四五六七八九十])(?![季大代次期批阶个])"
)
_ORDER: Final = {letter: place for place, letter in enumerate("一二三四五六七八九十", 1)}


def order_relations(read: Read) -> list[Tested]:
    """Return the comparisons that a sentence words, judged: a break only if the words cannot be true."""
    return [tested for tested in (*_comparisons(read), *_bounded(read)) if tested is not None]


def _comparisons(read: Read) -> Iterator[Tested | None]:
    """Yield 260亿美元，高于市场246亿美元的指引: words stand between the comparison and its number."""
    shape = read.sentence.shape
    for found in _THAN.finditer(shape.text):
        mine, other = shape.number(found, "mine"), shape.number(found, "other")
        sign = 1 if found["more"] else -1
        word = found["more"] or found["less"]
        if not found["whom"].strip() or not _of_one_kind(read, mine, other):
            continue
        if _DIFFERENCE.search(found["whom"]) and not found["behind"].startswith("的"):
            continue
        for one, two in _pairs(read, mine, other):
            claimed, compared = read.figures[one], read.figures[two]
            if claimed is not None and compared is not None:
                yield judge_order(claimed, compared, sign, word=word)


def _bounded(read: Read) -> Iterator[Tested | None]:
    """Yield 收入260亿美元，高于246亿美元的预期: the comparison was read as a bound of its number."""
    shape = read.sentence.shape
    for number in range(1, len(read.figures)):
        mention = read.sentence.mentions[number]
        word = _BOUND.match(mention.text)
        if word is None or not shape.is_kind(number, "L") or not _LINK.match(shape.between(number - 1, number)):
            continue
        claimed, other = read.figures[number - 1], read.figures[number]
        if claimed is None or other is None or not _of_one_kind(read, number - 1, number):
            continue
        if not shape.text[shape.at[number] + 1 :].startswith("的") or any(
            first <= number - 1 <= last for first, last in read.lists
        ):
            continue
        yield judge_order(claimed, _printed(other), 1 if word["more"] else -1, word=word[0])


def _printed(figure: Figure) -> Figure:
    from dataclasses import replace

    from yanbao.quantity.interval import Interval

    quantity = figure.quantity
    return replace(figure, quantity=replace(quantity, interval=Interval.point(quantity.value)))


def _of_one_kind(read: Read, mine: int, other: int) -> bool:
    one, two = read.figures[mine], read.figures[other]
    if one is None or two is None or not one.quantity.unit.same_dimension(two.quantity.unit):
        return False
    if read.sentence.shape.is_kind(mine, "%") != read.sentence.shape.is_kind(other, "%"):
        return False
    bounded = one.quantity.interval.width is None or two.quantity.interval.width is None
    return not bounded and one.quantity.value > 0 and two.quantity.value > 0


def _pairs(read: Read, mine: int, other: int) -> list[tuple[int, int]]:
    """Return what is compared with what: a number with each of a list, or two lists member by member."""
    members = dict(read.lists)
    own = next((each for each in members.items() if each[0] <= mine <= each[1]), None)
    last = members.get(other, other)
    if own is None:
        # PE为55x，PEG为2.7x，高于平均的40x和1.6x compares one by one
        alike = mine > 0 and read.sentence.shape.between(mine - 1, mine) and _of_one_kind(read, mine - 1, mine)
        if last > other and alike:
            return []
        return [(mine, number) for number in range(other, last + 1)]
    if own[1] - own[0] != last - other or own[1] != mine:
        return []
    return [(own[0] + place, other + place) for place in range(last - other + 1)]
