"""Parts and wholes of a sentence: shares beside part and whole, sums, averages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from yanbao.check.tick.figure import Figure
from yanbao.check.tick.said import Said
from yanbao.check.tick.sentence_figures import Read
from yanbao.check.tick.sentence_judging import judge, shown
from yanbao.check.tick.sentence_shape import Shape, pattern
from yanbao.check.tick.tested import Tested

_SHARE: Final = pattern(r"<part:A><between:~16,N>占(?P<of>[^，,。；;\ue000-\ue009]{0,14})<share:%>")
_SHARE_OF: Final = pattern(r"<part:A><~10,>占<of:~16><whole:A>[）)]?<~8>的(?:比[例重])?(?:为|约|达)*<share:%>")
_SHARE_EN: Final = pattern(
    r"<part:A>,? (?:or|representing|accounting for|which is) <share:%> of <of:~30><whole:A>", re.I
)
_AMONG: Final = re.compile(
    r"其中|[个家人项只台支款名种]?[^，。；\ue000-\ue009]{0,10}中[，,]|里[，,]|of which|including"
)
_FILLER: Final = re.compile(
    r"比例?|比重|总|全部|整体|合计|的|为|约|达到?|高达|仅|到|近|超过?|数量|据|有|了|\s|[（(：:]"
)
_SUM: Final = pattern(r"(?P<word>合计|共计|总计|合共|总共)(?P<label><~8>)<total:AM>")
_SUM_EN: Final = pattern(r"(?P<word>for a total of|totall?ing|in total|combined)<label:~14><total:A>", re.I)
_MEAN: Final = pattern(r"(?P<word>平均(?:值|数)?)(?:为|约|是|达)*<mean:M>")
_JOINS: Final = re.compile(r"[、，,/和与及以]|以及|分别|and")
_LAST_JOIN: Final = re.compile(r"[，,（(]?[^，,；;。0-9]{0,8}\Z")
_NEW_CLAUSE: Final = re.compile(r"[。；;：:！？\n]|其中|including|of which")
_OTHER_SUM: Final = re.compile(r"其他|其余|等|包括|超过|以及其")
_ORDERED: Final = re.compile(r"其次|其余|剩余")
_NESTED: Final = re.compile(r"合计|累计|其中|前[三五十\ue008]|CR|增长|同比|毛利率|分别为")
_PERCENTS: Final = re.compile(r"[\ue002、和/]+")
_MOST: Final = 12  # parts
_LONGEST: Final = 22  # characters between two parts


def part_relations(read: Read) -> list[Tested]:
    """Return the shares, sums and averages that a sentence claims beside their parts, judged."""
    return [
        tested
        for tested in (*_shares(read), *_sums(read), *_broken_down(read), *_means(read), *_more_than_all(read))
        if tested is not None
    ]


def _shares(read: Read) -> Iterator[Tested | None]:
    text = read.sentence.shape.text
    done: set[int] = set()
    if "占" in text:
        for found in _SHARE_OF.finditer(text):
            yield _share(read, found, done, read.sentence.shape.number(found, "whole"))
        for found in _SHARE.finditer(text):
            yield _share(read, found, done, None)
        yield from _share_lists(read, done)
    if " of " in text:
        for found in _SHARE_EN.finditer(text):
            yield _share(read, found, done, read.sentence.shape.number(found, "whole"))


def _share(read: Read, found: re.Match[str], done: set[int], whole: int | None) -> Tested | None:
    shape = read.sentence.shape
    part, share = shape.number(found, "part"), shape.number(found, "share")
    if (
        share in done
        or read.sentence.mentions[share].group is not None
        or read.sentence.mentions[part].group is not None
    ):
        return None
    if whole is None:
        if _told_apart(found["between"]):
            return None
        whole = _whole(read, part, found["of"])
    if whole is None:
        return None
    claim, mine, all_of_it = read.figures[share], read.figures[part], read.figures[whole]
    if claim is None or mine is None or all_of_it is None or not _same_period(read, whole, part):
        return None
    if mine.change is not None or all_of_it.change is not None or claim.change is not None:
        return None
    done.add(share)
    return judge("share", claim, {"part": mine, "whole": all_of_it})


def _told_apart(words: str) -> bool:
    """Whether another number or subject stands between a part and its share."""
    return bool(re.search(r"同比|环比|合计|而|行业|市场|前[\ue008]", words))


def _whole(read: Read, part: int, of: str) -> int | None:
    """Return the amount that a part is among: `121个裸芯片中，87个…占比72%`, `销售额200亿元，其中…50亿元，占比25%`.

    The words behind 占 must be empty or those of the whole's own label.
    """
    shape = read.sentence.shape
    first = _first_part(shape, part)
    if first is None:
        return None
    whole = next((n for n in range(first - 1, -1, -1) if shape.is_kind(n, "A")), None)
    if whole is None or re.search(r"[。；;]", shape.between(whole, first)):
        return None
    one, other = shape.mentions[whole].quantity, shape.mentions[part].quantity
    if (
        one is None
        or other is None
        or not one.unit.same_dimension(other.unit)
        or one.to(other.unit).value < other.value
    ):
        return None
    rest = _FILLER.sub("", of)
    figure = read.figures[whole]
    if rest and (figure is None or not _overlap(rest, figure.label)):
        return None
    return whole


def _first_part(shape: Shape, part: int) -> int | None:
    """Return the first amount behind the words that open the parts, looking back over other parts."""
    for number in range(part, max(-1, part - _MOST), -1):
        if not shape.is_kind(number, "A"):
            if shape.is_kind(number, "RP") and number != part:
                return None
            continue
        before = shape.text[shape.at[number - 1] + 1 : shape.at[number]] if number else ""
        if _AMONG.search(before):
            return number
    return None


def _overlap(words: str, label: str) -> bool:
    return any(words[place : place + 2] in label for place in range(len(words) - 1))


def _same_period(read: Read, one: int, other: int) -> bool:
    first, second = read.figures[one], read.figures[other]
    if first is None or second is None or first.period is None or second.period is None:
        return True
    return first.period.same_days(second.period)


def _share_lists(read: Read, done: set[int]) -> Iterator[Tested | None]:
    """Yield 分别为1929、996万例，其中…分别为457、300万例，分别占比23.7%、30%: member by member."""
    shape = read.sentence.shape
    found = read.lists
    for wholes, parts, shares in zip(found, found[1:], found[2:], strict=False):
        lengths = {last - first for first, last in (wholes, parts, shares)}
        if len(lengths) != 1 or parts[0] != wholes[1] + 1 or shares[0] != parts[1] + 1:
            continue
        if not (shape.is_kind(wholes[0], "A") and shape.is_kind(parts[0], "A") and shape.is_kind(shares[0], "%")):
            continue
        if "其中" not in shape.between(wholes[1], parts[0]) or not re.search(
            r"分别占|占比分别", shape.between(parts[1], shares[0])
        ):
            continue
        for place in range(lengths.pop() + 1):
            claim, part, whole = (read.figures[first + place] for first in (shares[0], parts[0], wholes[0]))
            if claim is not None and part is not None and whole is not None and shares[0] + place not in done:
                done.add(shares[0] + place)
                yield judge("share", claim, {"part": part, "whole": whole})


def _sums(read: Read) -> Iterator[Tested | None]:
    shape = read.sentence.shape
    for expression in (_SUM, _SUM_EN):
        for found in expression.finditer(shape.text):
            total = shape.number(found, "total")
            claim = read.figures[total]
            if claim is None or claim.change is not None or shape.is_kind(total, "pxR"):
                continue
            parts, closed = _parts(read, total, found.start("word"))
            yield _sum(claim, parts, closed=closed)


def _sum(claim: Figure, parts: list[Figure], *, closed: bool) -> Tested | None:
    """Return the sum of all parts, judged; where it is open which belong to it, only if they add up but for a slip."""
    if len(parts) < 2:
        return None
    tested = judge("total", claim, {"parts": parts})
    if tested is None or closed or tested.verdict != "breaks":
        return tested
    if tested.diagnosis is not None and _TYPED.search(tested.diagnosis) and claim.quantity.interval.width is not None:
        return tested
    return replace(tested, verdict="skipped", diagnosis=None, reason=Said("parts-begin"))


_TYPED: Final = re.compile(r"digit")  # a slip of the keyboard; a factor of ten fits too many sums
_WHOLE: Final = pattern(r"<whole:Q>(?:[（(，,](?:同比|环比)?<~6><G>[）)]?)?[，,；;（(]?(?:其中|of which)")


def _broken_down(read: Read) -> Iterator[Tested | None]:
    """Yield 收入69.46亿元，其中药品57.09亿元，推广12.37亿元: the parts up to the end of the clause, if they add up.

    That they are all parts is not said: what does not add up is a break only where one slip explains it.
    """
    shape = read.sentence.shape
    for found in _WHOLE.finditer(shape.text):
        whole = shape.number(found, "whole")
        claim = read.figures[whole]
        if claim is None or claim.change is not None:
            continue
        parts: list[Figure] = []
        for number in range(whole + 1, min(whole + 1 + 3 * _MOST, len(shape.at))):
            words = shape.between(number - 1, number)
            figure = read.figures[number]
            if re.search(r"[。；;\n]", words) or figure is None:
                break
            if shape.is_kind(number, "A") and figure.quantity.unit.same_dimension(claim.quantity.unit):
                if re.search(r"较|比(?!例|重)|从|由|去年|上年|同期", words) or not _same_period(read, whole, number):
                    break
                parts.append(figure)
            elif not shape.is_kind(number, "G"):
                break
        yield _sum(claim, parts, closed=False)


def _parts(read: Read, total: int, word: int) -> tuple[list[Figure], bool]:
    """Return the figures before 合计 that it may add up, and whether their list has a clear beginning.

    A list in one piece (分别为18、14、11亿元) is closed; so are parts that each follow a name, back to a colon, 其中 or
    the beginning of the sentence, if nothing else is counted between them.
    """
    shape = read.sentence.shape
    letters = "%" if shape.is_kind(total, "%") else "A"
    unit = read.figures[total]
    parts: list[Figure] = []
    right = word
    group: int | None = None
    for number in range(total - 1, max(-1, total - 1 - _MOST), -1):
        words = shape.text[shape.at[number] + 1 : right]
        figure = read.figures[number]
        mention = read.sentence.mentions[number]
        if group is not None and mention.group != group:
            return parts[::-1], "分别" in words and not _earlier(read, number + 1, letters)
        if _NEW_CLAUSE.search(words):
            return parts[::-1], bool(parts)
        if not shape.is_kind(number, letters) or figure is None or unit is None or len(words) > _LONGEST:
            return parts[::-1], False
        if not figure.quantity.unit.same_dimension(unit.quantity.unit) or figure.change is not None:
            return parts[::-1], False
        if parts and not _JOINS.search(words):
            return parts[::-1], False
        if _OTHER_SUM.search(words):
            return parts[::-1], False
        parts.append(figure)
        right = shape.at[number]
        if len(parts) == 1:
            group = mention.group
    return parts[::-1], False


def _earlier(read: Read, first: int, letters: str) -> bool:
    """Whether the clauses before a list count more of the same."""
    shape = read.sentence.shape
    for number in range(first - 1, -1, -1):
        if re.search(r"[。；;：:]", shape.between(number, first)):
            return False
        if shape.is_kind(number, letters):
            return True
    return False


def _more_than_all(read: Read) -> Iterator[Tested | None]:
    """Yield shares of one whole that come to more than all of it: 占比27%，其次…占比23%，…分别占比17%、16%….

    Only where the sentence orders its parts (其次, 其余): shares by number and by area are of two wholes.
    """
    shape = read.sentence.shape
    if not _ORDERED.search(shape.text) or _NESTED.search(shape.text):
        return
    parts = []
    for number in shape.kinds("%"):
        figure = read.figures[number]
        if figure is None or figure.change is not None or figure.quantity.interval.width is None:
            return
        before = shape.text[max(0, shape.at[number] - 24) : shape.at[number]]
        if not re.search(r"占比?[^。；]{0,10}\Z", _PERCENTS.sub("", before)):
            return
        parts.append(figure)
    if len(parts) < 3 or len({part.period for part in parts}) > 1:
        return
    total = sum((part.quantity for part in parts[1:]), parts[0].quantity)
    low, high = total.interval.low, total.interval.high
    wrong = low is not None and low > 100
    if not wrong and (high is None or high < 100):
        return  # they need not be all parts
    yield Tested(
        relation="share_total",
        basis="sentence",
        claimed=parts[-1],
        operands=tuple(parts[:-1]),
        verdict="breaks" if wrong else "ties",
        recomputed=None,
        working=f"{' + '.join(part.text for part in parts)} = {shown(total, 0)}",
        reason=Said("above-hundred") if wrong else "",
    )


def _means(read: Read) -> Iterator[Tested | None]:
    shape = read.sentence.shape
    found_lists = read.lists
    for found in _MEAN.finditer(shape.text):
        mean = shape.number(found, "mean")
        before = [each for each in found_lists if each[1] == mean - 1]
        if not before or not re.fullmatch(
            r"[，,]?(?:算术|三者|两者|简单|其)?", shape.text[shape.at[mean - 1] + 1 : found.start()]
        ):
            continue
        claim = read.figures[mean]
        values = [read.figures[number] for number in range(before[0][0], before[0][1] + 1)]
        if claim is not None and all(value is not None for value in values):
            known: Sequence[Figure] = [value for value in values if value is not None]
            yield judge("simple_mean", claim, {"values": known})
