"""The shape of a sentence: its words with one letter for each number, so that wording is matched and never digits.

`由2016年309.9万支增长至2019年1270.5万支` has the shape `由PQ增长至PQ`; each letter stands for a private character.
Patterns are written in a small notation: `<P>` a period, `<end:Q>` a quantity that is called `end`, `<~12>` at most
twelve characters without a number or the end of a clause, `<~12,>` the same across commas, `<~12P>` across periods,
`<~12N>` across numbers without unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from yanbao.quantity.mention import Mention
from yanbao.quantity.unit import NONE, TIMES

_PERIOD, _DURATION, _PERCENT, _POINTS, _TIMES, _QUANTITY, _NUMBER, _RANGE, _ORDINAL, _OTHER = (
    chr(0xE000 + place) for place in range(10)
)
_CLASSES: Final[Mapping[str, str]] = {
    "P": _PERIOD,  # a period, a date, a bare year
    "D": _DURATION,  # 3年, 三个月
    "%": _PERCENT,
    "p": _POINTS,  # percentage points, basis points
    "x": _TIMES,  # 2.3倍
    "Q": _QUANTITY,  # money, counts, physical units
    "N": _NUMBER,  # without unit
    "R": _RANGE,
    "O": _ORDINAL,
    "Z": _OTHER,  # names, enumeration marks, what is not said
    "L": _PERCENT + _QUANTITY + _NUMBER + _TIMES,  # a level
    "A": _QUANTITY + _NUMBER,  # an amount
    "G": _PERCENT + _POINTS + _TIMES,  # a change
    "M": _PERCENT + _POINTS + _TIMES + _QUANTITY + _NUMBER + _RANGE,  # any magnitude
}
_STOPS: Final = "。！？!?；;\n"
_NUMERIC: Final = _PERIOD + _DURATION + _PERCENT + _POINTS + _TIMES + _QUANTITY + _NUMBER + _RANGE
_PLACE: Final = re.compile(r"<(?:(?P<name>[a-z]\w*):)?(?P<kind>[PD%pxQNROZLAGM]+|~\d+[,PN]*)>")
_MARKUP: Final = re.compile(r"\*\*|\\\*|</?[a-z]{1,4}>")
_SPACE_BESIDE_HAN: Final = re.compile(
    r"(?<=[\u2e80-\u9fff\uff00-\uffef\ue000-\ue009]) +| +(?=[\u2e80-\u9fff\uff00-\uffef])"
)


def pattern(notation: str, flags: int = 0) -> re.Pattern[str]:
    """Return the regular expression of a notation; words in it are regular expressions of their own.

    >>> from yanbao.quantity import scan
    >>> shape = shape_of("由309.9万支增至1270.5万支", scan("由309.9万支增至1270.5万支"))
    >>> found = pattern(r"由<start:Q>增至<end:Q>").match(shape.text)
    >>> shape.mention(found, "end").text
    '1270.5万支'
    """
    return re.compile(_PLACE.sub(_place, notation), flags)


def _place(found: re.Match[str]) -> str:
    name, kind = found["name"], found["kind"]
    if kind.startswith("~"):
        length = re.match(r"~(\d+)", kind)
        assert length is not None
        barred = _STOPS + _NUMERIC
        if "P" in kind:
            barred = barred.replace(_PERIOD, "").replace(_DURATION, "")
        if "N" in kind:
            barred = barred.replace(_NUMBER, "")
        if "," not in kind:
            barred += "，,"
        body = f"[^{re.escape(barred)}]{{0,{length[1]}}}?"
    else:
        letters = "".join(_CLASSES[letter] for letter in kind)
        body = f"[{letters}]"
    return f"(?P<{name}>{body})" if name else body


@dataclass(frozen=True)
class Shape:
    """A sentence's shape; `at[i]` is where its mention i stands in it."""

    text: str
    at: tuple[int, ...]
    mentions: tuple[Mention, ...]
    index: Mapping[int, int]  # place in the shape -> number of the mention

    def mention(self, found: re.Match[str], name: str) -> Mention:
        """Return the mention that a named place of a pattern took."""
        return self.mentions[self.index[found.start(name)]]

    def number(self, found: re.Match[str], name: str) -> int:
        """Return the number of the mention that a named place took."""
        return self.index[found.start(name)]

    def kinds(self, letters: str) -> Iterator[int]:
        """Yield the numbers of the mentions of some classes."""
        wanted = "".join(_CLASSES[letter] for letter in letters)
        return (number for number, place in enumerate(self.at) if self.text[place] in wanted)

    def is_kind(self, number: int, letters: str) -> bool:
        """Whether a mention is of one of some classes."""
        return self.text[self.at[number]] in "".join(_CLASSES[letter] for letter in letters)

    def between(self, first: int, second: int) -> str:
        """Return the words between two mentions."""
        return self.text[self.at[first] + 1 : self.at[second]]


def shape_of(text: str, mentions: tuple[Mention, ...] | list[Mention]) -> Shape:
    """Return the shape of a text whose mentions are given, in order, with places in it."""
    parts, at, length, behind = [], [], 0, 0
    for mention in mentions:
        words = _words(text[behind : mention.start])
        length += len(words)
        parts.append(words)
        at.append(length)
        parts.append(_letter(mention))
        length += 1
        behind = mention.end
    parts.append(_words(text[behind:]))
    return Shape("".join(parts), tuple(at), tuple(mentions), {place: number for number, place in enumerate(at)})


_OURS: Final = re.compile("[\ue000-\ue009]")  # symbol fonts leave such characters in a text: they are no numbers


def _words(text: str) -> str:
    if not text.isascii():
        text = _OURS.sub("\ufffd", text)
    if "*" in text or "<" in text:
        text = _MARKUP.sub("", text)
    return _SPACE_BESIDE_HAN.sub("", text) if " " in text else text


def _letter(mention: Mention) -> str:
    if mention.kind in ("period", "date") or mention.period is not None:
        return _PERIOD
    if mention.kind == "range":
        return _RANGE
    if mention.kind in ("rank", "ordinal"):
        return _ORDINAL
    if mention.quantity is None or mention.kind not in ("measure", "count", "number"):
        return _OTHER
    unit = mention.quantity.unit
    if unit.dimension in ((("month", 1),), (("second", 1),)):
        return _DURATION
    if unit.kind == "difference":
        return _POINTS
    if unit == TIMES:
        return _TIMES
    if unit == NONE:
        return _NUMBER
    return _PERCENT if not unit.dimension and unit.scale < 1 else _QUANTITY


__all__ = ["Shape", "pattern", "shape_of"]
