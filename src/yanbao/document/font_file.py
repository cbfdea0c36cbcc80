"""What a font file that a house brings holds: families, weights, italic, licence bits, characters, outlines.

A font file comes from outside: its first bytes and the size of its character map are looked at before fontTools reads
it (a map of a few bytes may claim four billion characters), and what fontTools says of damage becomes a `ReadError`.
"""

from __future__ import annotations

import io
import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yanbao.errors import ReadError

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

_MAGIC = (b"\x00\x01\x00\x00", b"true", b"OTTO")
_FAMILY_NAMES = (1, 16)
_MOST_CHARACTERS = 0x110000
_NO_EMBEDDING, _NO_SUBSETS, _BITMAPS_ONLY = 0x0002, 0x0100, 0x0200  # of OS/2.fsType
_SAMPLE = "0AaEn8国的一电年あ가"
_QUIET = logging.NullHandler()  # fontTools remarks on every odd field of a font, on the terminal if nobody listens
_GROUPED = (8, 12, 13)  # formats of a character map that names ranges: (first, last, glyph)


@dataclass(frozen=True)
class FontFacts:
    """What a font file says of itself."""

    families: tuple[str, ...]  # in every language it has
    weight: int  # 400 regular, 700 bold
    weights: tuple[float, float] | None  # lightest and heaviest of a variable font, None for a static one
    italic: bool
    forbids: str  # what its licence bits do not allow, empty where they allow subsets embedded in documents


def font_facts(data: bytes) -> FontFacts:
    """Return what a .ttf or .otf file says of itself.

    Raises:
        ReadError: no font, or a damaged one.
    """
    with damage_told():
        font = opened(data)
        about = font["OS/2"]
        names = {str(name).strip() for name in font["name"].names if name.nameID in _FAMILY_NAMES}
        axes = font["fvar"].axes if "fvar" in font else ()
        weights = next(((axis.minValue, axis.maxValue) for axis in axes if axis.axisTag == "wght"), None)
        italic = bool(about.fsSelection & 1 or font["head"].macStyle & 2)
        return FontFacts(tuple(sorted(names - {""})), about.usWeightClass, weights, italic, _forbidden(about.fsType))


def same_outlines(regular: bytes, bold: bytes) -> bool:
    """Return whether two font files, or the two weights of a variable one, draw all characters of a sample alike.

    Is this bold a true one? Files that have no character of the sample in common say nothing: `False`.

    Raises:
        ReadError: no font, or a damaged one.
    """
    with damage_told():
        drawn = [_outlines(opened(data), weight) for data, weight in ((regular, 400), (bold, 700))]
        both = drawn[0].keys() & drawn[1].keys()
        return bool(both) and all(drawn[0][each] == drawn[1][each] for each in both)


def characters_held(data: bytes) -> frozenset[int]:
    """Return the code points that a font file has a glyph for.

    Raises:
        ReadError: no font, or a damaged one.
    """
    with damage_told():
        return frozenset(opened(data).getBestCmap() or ())


def opened(data: bytes) -> TTFont:
    """Return a font file as fontTools reads it, once it is known to be one whose character map is not oversized.

    Raises:
        ReadError: no font, or one with an oversized character map.
    """
    from fontTools.ttLib import TTFont

    if data[:4] not in _MAGIC:
        raise ReadError("is no TrueType or OpenType font")
    font = TTFont(io.BytesIO(data), lazy=True, recalcTimestamp=False)
    if "cmap" not in font or _claimed(font.reader["cmap"]) > _MOST_CHARACTERS:
        raise ReadError("has no character map, or one that claims more characters than there are")
    return font


@contextmanager
def damage_told() -> Iterator[None]:
    """Turn what fontTools raises on a damaged file into a `ReadError`: it has no one error for that."""
    from fontTools.misc.sstruct import Error as FieldError
    from fontTools.ttLib import TTLibError

    logging.getLogger("fontTools").addHandler(_QUIET)
    try:
        yield
    except (
        *(TTLibError, FieldError, struct.error, LookupError, ValueError, TypeError, AttributeError, AssertionError),
        *(ArithmeticError, EOFError, NotImplementedError, RecursionError),
    ) as error:
        raise ReadError(f"is damaged ({type(error).__name__}: {str(error)[:80]})") from error


def _forbidden(bits: int) -> str:
    if bits & 0x000F == _NO_EMBEDDING:
        return "embedding"
    if bits & _NO_SUBSETS:
        return "embedding a part of it"
    return "embedding its outlines" if bits & _BITMAPS_ONLY else ""


def _claimed(table: bytes) -> int:
    """Return how many characters the widest subtable of a character map names, before any of them is read."""
    found = 0
    for entry in range(struct.unpack(">H", table[2:4])[0]):
        (start,) = struct.unpack(">L", table[8 + 8 * entry : 12 + 8 * entry])
        (kind,) = struct.unpack(">H", table[start : start + 2])
        if kind not in _GROUPED:
            continue
        groups = start + (8204 if kind == 8 else 12)
        (count,) = struct.unpack(">L", table[groups : groups + 4])
        part = table[groups + 4 : groups + 4 + 12 * count]
        claimed = sum(max(0, last - first + 1) for first, last, _ in struct.iter_unpack(">LLL", part))
        found = max(found, claimed)
    return found


def _outlines(font: TTFont, weight: int) -> dict[str, Any]:
    from fontTools.pens.recordingPen import DecomposingRecordingPen

    glyphs = font.getGlyphSet(location={"wght": weight} if "fvar" in font else None)
    found: dict[str, Any] = {}
    names = font.getBestCmap() or {}
    for character in _SAMPLE:
        if ord(character) in names:
            pen = DecomposingRecordingPen(glyphs)
            glyphs[names[ord(character)]].draw(pen)
            found[character] = pen.value
    return found
