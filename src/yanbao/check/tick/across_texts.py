"""Sentences that a document says twice, in its summary and in its body: the numbers in them are the same numbers.

Two numbers are twins if the words, periods and numbers that lead up to them are the same. Templates repeat too
(公司发布业绩快报，实现收入…), so numbers that are far apart are taken for two facts: only what one slip keeps apart
is a contradiction, and what a few percent keep apart where another number before it is the same. A number of so few
digits that no slip in it would be seen is not tested: that it is the same in both places says nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from yanbao.check.tick.figure import Figure
from yanbao.check.tick.said import Said
from yanbao.check.tick.sentence_diagnosis import CONVINCING, slip
from yanbao.check.tick.sentence_figures import Read
from yanbao.check.tick.sentence_judging import printed
from yanbao.check.tick.severity import severity
from yanbao.check.tick.tested import Tested
from yanbao.errors import QuantityError

_WINDOW: Final = 18  # letters of words that lead up to a number; blanks and marks do not count
_ANCHOR: Final = 4  # words that an equal number among them is worth
_LEAST: Final = 9  # where the sentence begins before that
_OTHERS: Final = 9  # digits that a digit may be taken for
_NEAR: Final = Fraction(3, 100)
_WORD: Final = re.compile(r"[\u3400-\u9fff]|[A-Za-z]+")


def relations_of_twins(read: Sequence[Read]) -> list[Tested]:
    """Return the numbers of repeated sentences, judged: each later one against the first."""
    seen: dict[_Key, list[Figure]] = defaultdict(list)
    for each in read:
        for key, figure in _keyed(each):
            seen[key].append(figure)
    return [
        tested
        for key, same in seen.items()
        for figure in same[1:]
        if (tested := _tested(figure, same[0], anchored=key[0])) is not None
    ]


_Key = tuple[bool, tuple[str, ...], str]  # is another number among the words, the words, the unit


def _keyed(read: Read) -> Iterator[tuple[_Key, Figure]]:
    """Yield each number with what leads up to it, from the nearest word back."""
    sentence = read.sentence
    trail: list[str] = []
    behind = 0
    for number, mention in enumerate(sentence.mentions):
        trail.extend(_WORD.findall(sentence.text[behind : mention.start]))
        behind = mention.end
        figure = read.figures[number]
        limit = figure is not None and figure.quantity.interval.width is None  # 5%以上, -5%以下: bands, each its own
        if figure is not None and not limit and figure.kind in ("measure", "count") and figure.quantity.unit.symbol:
            key = _window(trail)
            if key is not None:
                unit = figure.quantity.unit
                yield (any(token.startswith("\1") for token in key), key, f"{unit.dimension} {unit.kind}"), figure
        trail.append(("\0" if figure is None else "\1") + mention.text.lstrip("约近超+"))


def _window(trail: Sequence[str]) -> tuple[str, ...] | None:
    words, place = 0, len(trail)
    while place and words < _WINDOW:
        place -= 1
        words += _ANCHOR if trail[place][0] == "\1" else trail[place][0] != "\0"
    tokens = trail[place:]
    if words < _LEAST or not any(token[0] in "\0\1" for token in tokens):
        return None
    return tuple(tokens)


def _telling(figure: Figure) -> bool:
    """Whether one wrong digit would be told from another number: fewer slips than `CONVINCING` would fit by chance."""
    value, width = abs(figure.quantity.value), figure.quantity.interval.width or Fraction(0)
    step = Fraction(1, 10 ** (figure.quantity.decimals or 0))
    digits = len(str(int(value / step)))
    return bool(value) and float(max(2 * width, step) / value) * _OTHERS * digits <= CONVINCING


def _tested(figure: Figure, first: Figure, *, anchored: bool) -> Tested | None:
    try:
        there = first.quantity.to(figure.quantity.unit)
    except QuantityError:
        return None
    ties = figure.quantity.meets(there)
    tested = Tested(
        relation="same",
        basis="texts",
        claimed=figure,
        operands=(first,),
        verdict="ties" if ties else "breaks",
        recomputed=there,
        working=Said("both", printed(figure), printed(first)),
    )
    if ties:
        return tested if _telling(figure) else None
    found = slip(figure.quantity, (first,), there, lambda claim, values: claim.meets(values[0]), "carried")
    near = anchored and abs(figure.quantity.value - there.value) <= _NEAR * max(
        abs(figure.quantity.value), abs(there.value)
    )
    if found is None and not near:
        return None
    return replace(
        tested,
        severity=severity("growth" if figure.change else "carried", figure.quantity, there),
        diagnosis=None if found is None else found.words,
        blamed=None if found is None else found.blamed,
        proposal=None if found is None else found.value,
    )
