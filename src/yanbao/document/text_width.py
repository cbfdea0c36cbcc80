"""How wide a text is, before any renderer has set it: an estimate on the wide side, in points.

The fonts that a reader's machine supplies are not known when pages are laid out, so advances are those of the wider
of Arial and Noto Sans SC, letter class by letter class: a full-width character is one em.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from math import ceil

from yanbao.document.tree import Text, plain

_BOLD = 1.06
_CHANGE = 0.2  # ems that typst and LibreOffice put between Chinese and Latin; PowerPoint puts none
_NARROW = "iljI.,:;'!|"
_WIDE = "mwMW@%&ⅠⅡⅢ"
_NO_START = "，。、；：？！）】》」』”’％%)]}>,.;:?!·…—～"  # characters that may not begin a line
_NO_END = "（【《「『“‘([{<¥$"  # characters that may not end one


@cache
def advance(character: str) -> float:
    """Return how wide a character is, in ems."""
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    if character in _NARROW:
        return 0.29
    if character in _WIDE:
        return 0.93
    if character.isspace():
        return 0.28
    if character.isdigit():
        return 0.556
    if character.isupper():
        return 0.70
    if character.isalpha():
        return 0.56
    return 0.6 if character in "+=<>~#" else 0.40


def width(text: str, size: float, bold: bool = False) -> float:
    """Return how wide a text is on one line, in points, at a font size in points."""
    return _ems(text) * size * (_BOLD if bold else 1.0)


@lru_cache(maxsize=1 << 16)
def _ems(text: str) -> float:
    return sum(map(advance, text)) + sum(map(_between, text, text[1:]))


@lru_cache(maxsize=1 << 14)
def _between(before: str, after: str) -> float:
    """Return the space between two characters, in ems: some where the script changes."""
    if before.isspace() or after.isspace():
        return 0.0
    return _CHANGE if (advance(before) == 1.0) != (advance(after) == 1.0) else 0.0


def text_width(text: Text, size: float, bold: bool = False) -> float:
    """Return how wide a text of spans is on one line, in points; `bold` makes all of it bold."""
    joints = pairwise(text)
    between = sum(_between(one.text[-1], two.text[0]) for one, two in joints if one.text and two.text)
    return sum(width(span.text, size, bold or span.bold) for span in text) + between * size


def pieces(text: Text) -> tuple[str, ...]:
    """Return the pieces of a text that no line may break: words, number spans, full-width characters.

    A closing mark stays with what stands before it, an opening one with what follows.
    """
    return _pieces(tuple((span.text, span.kind == "number") for span in text))


@lru_cache(maxsize=1 << 14)
def _pieces(parts: tuple[tuple[str, bool], ...]) -> tuple[str, ...]:
    found: list[str] = []
    for atom in _atoms(parts):
        if found and (atom[0] in _NO_START or found[-1][-1] in _NO_END):
            found[-1] += atom
        else:
            found.append(atom)
    return tuple(found)


@lru_cache(maxsize=4096)  # two columns of print are tried at each cut, and each output lays its pages out
def line_count(text: Text, size: float, room: float, bold: bool = False) -> int:
    """Return how many lines a text takes in a width of `room` points; an empty text takes none."""
    if not plain(text):
        return 0
    count, used = 1, 0.0
    heavy = bold or (bool(text) and all(span.bold for span in text))
    last = " "
    for piece in pieces(text):
        if "\n" in piece:
            count, used, last = count + 1, 0.0, " "
            continue
        needs = width(piece, size, heavy)
        used += _between(last, piece[0]) * size if used else 0.0
        last = piece[-1]
        if used + width(piece.rstrip(), size, heavy) <= room:
            used += needs
        elif needs <= room:
            count, used = count + 1, needs
        else:  # longer than a line: it starts a new one and is broken where lines end
            full = ceil(needs / room)
            count += full if used else full - 1
            used = needs - (full - 1) * room
    return count


def longest_piece(text: Text, size: float, bold: bool = False) -> float:
    """Return the width of the longest piece of a text that should not be broken, in points."""
    return max((width(piece.rstrip(), size, bold) for piece in pieces(text)), default=0.0)


def _atoms(parts: tuple[tuple[str, bool], ...]) -> Iterator[str]:
    for text, number in parts:
        if number and " " not in text:
            yield text
        else:
            yield from _words(text)


def _words(text: str) -> Iterator[str]:
    word = ""
    for character in text:
        full = unicodedata.east_asian_width(character) in "WF"
        if full or character.isspace():
            if character.isspace() and character != "\n" and not full:
                yield word + character
                word = ""
                continue
            if word:
                yield word
            yield character
            word = ""
        else:
            word += character
            if character in "-/":
                yield word
                word = ""
    if word:
        yield word
