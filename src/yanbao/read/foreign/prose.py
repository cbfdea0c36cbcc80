"""Joining the lines of a file into running text, as a reader joins them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from yanbao.read.contents import Place
from yanbao.read.foreign.tree import Line, Prose, ProseRole

_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_BLANKS = re.compile(r"\s+")
_SPACE = re.compile(r"\s")


def raised(text: str) -> str:
    """Return a superscript in characters of its own: the mark behind `12.3` must not turn it into `12.31`.

    >>> raised("1)"), raised("th")
    ('¹⁾', 'th')
    """
    return text.translate(_RAISED)


def lowered(text: str) -> str:
    """Return a subscript in characters of its own: CO₂ is no CO2.

    >>> lowered("2")
    '₂'
    """
    return text.translate(_LOWERED)


@cache
def is_wide(char: str) -> bool:
    """Whether a character is one of those between which a line end means no blank: Chinese and full-width ones.

    >>> is_wide("元"), is_wide("。"), is_wide("e")
    (True, True, False)
    """
    return unicodedata.east_asian_width(char) in ("W", "F")


def width(text: str) -> int:
    """Return how many columns a text takes, a Chinese character being two."""
    return len(text) + sum(map(is_wide, text))


def one_line(text: str) -> str:
    """Return a text on one line: blanks as one, none beside a line end between Chinese characters.

    >>> one_line(" 营业\\n收入  (万元) ")
    '营业收入 (万元)'
    """
    if not _SPACE.search(text):
        return text
    parts = [_BLANKS.sub(" ", part).strip() for part in text.splitlines()]
    joined = ""
    for part in filter(None, parts):
        joined += separator(joined, part) + part
    return joined


def separator(before: str, after: str) -> str:
    """Return what a reader puts between the end of a line and the next line: nothing beside Chinese, else a blank.

    Digits on both sides of a line end belong together only if something says so: they stay apart.
    """
    if not before or not after or before[-1].isspace() or after[0].isspace():
        return ""
    return "" if is_wide(before[-1]) or is_wide(after[0]) else " "


def prose_of(
    rows: Iterable[Sequence[Line]],
    role: ProseRole = "body",
    level: int = 0,
) -> Prose | None:
    """Return the prose of some lines, each given as its pieces in order; `None` if there is nothing to read.

    The pieces of one line follow each other without a blank (markup stood between them). A word that is cut by a
    hyphen at a line end is put together.
    """
    text = ""
    lines: list[Line] = []
    starts: list[int] = []
    for row in rows:
        pieces = _trimmed(row)
        if not pieces:
            continue
        if lines and _is_cut_word(text, pieces[0].text):
            text = text[:-1]
            last = lines[-1]
            lines[-1] = Line(last.text[:-1], replace(last.place, end=(last.place.start or 0) + len(last.text) - 1))
        else:
            text += separator(text, pieces[0].text)
        for piece in pieces:
            lines.append(piece)
            starts.append(len(text))
            text += piece.text
    if not lines:
        return None
    return Prose(text, tuple(lines), tuple(starts), role, level)


def line_of(text: str, place: Place, start: int = 0) -> Line:
    """Return a line, or a part of one that begins at a character, with its place."""
    return Line(text, part_of(place, start, start + len(text)))


def part_of(place: Place, start: int | None, end: int | None) -> Place:
    """Return the place of some characters of a line; `dataclasses.replace` takes three times as long."""
    return Place(place.file, place.page, place.line, start, end, place.part, place.cell, place.box)


def _trimmed(row: Sequence[Line]) -> list[Line]:
    """Return the pieces of a line without the blanks around the whole and without empty ones."""
    pieces = [piece for piece in row if piece.text]
    while pieces and not pieces[0].text.strip():
        pieces.pop(0)
    while pieces and not pieces[-1].text.strip():
        pieces.pop()
    if pieces:
        first = pieces[0]
        cut = len(first.text) - len(first.text.lstrip())
        if cut:
            pieces[0] = line_of(first.text[cut:], first.place, (first.place.start or 0) + cut)
        last = pieces[-1]
        if last.text != last.text.rstrip():
            pieces[-1] = line_of(last.text.rstrip(), last.place, last.place.start or 0)
    return pieces


def _is_cut_word(before: str, after: str) -> bool:
    return (
        len(before) > 1 and before[-1] == "-" and before[-2].isalpha() and before[-2].isascii() and after[0].islower()
    )
