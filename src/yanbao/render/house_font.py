"""A house's own font, cut down to the characters that a document has for it: static files of two weights.

What it lacks is set in Noto Sans SC (`render.fonts`), and said. A font file is opened for what a cache doesn't hold:
measured with a variable font of 10 MB, subset and instance of 1,000 characters take 1.3 s a weight, a hit 0.01 s.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import lru_cache

from yanbao.document.font_file import characters_held, damage_told, opened
from yanbao.document.theme import FontFamily, FontFile, Theme
from yanbao.document.tree import Document
from yanbao.errors import ReadError, RenderError
from yanbao.render import fonts
from yanbao.render.cache import cached

# typst takes words of style off the end of a family's name ("X Condensed" is X) and then doesn't find the whole name
PDF_FAMILY = "House Text"

_ASCII = "".join(map(chr, range(0x20, 0x7F)))
# tables that setting text takes; among the others are glyphs in colours of their own, where text has the theme's
_KEPT = {
    *("cmap", "head", "hhea", "hmtx", "maxp", "name", "OS/2", "post", "kern", "GDEF", "GPOS", "GSUB", "STAT"),
    *("glyf", "loca", "CFF ", "CFF2", "fvar", "avar", "gvar", "HVAR", "MVAR"),
}
_SHOWN = 20  # characters that a warning names
_RECIPE = "1"  # part of the cache key: raise it when the bytes of a subset change


@dataclass(frozen=True)
class Face:
    """A font file to embed: one family in one weight."""

    family: str
    weight: int
    ttf: bytes


def faces(characters: str, theme: Theme, language: str = "zh") -> list[Face]:
    """Return the font files that print these characters: the house's, and Noto Sans SC with all that those lack.

    Raises:
        RenderError: no font has some of the characters, or a font file can't be read.
    """
    if theme.font is None:
        return [
            Face(fonts.FAMILY, weight, fonts.subset(characters, weight, language=language)) for weight in fonts.STYLES
        ]
    # no character is in both: a typesetter of pictures sets a whole text in the fallback if that has all of it
    house, rest = _divided(characters + fonts.BASE, theme.font)
    return [
        *(Face(theme.font.name, weight, _subset(house, theme.font, weight)) for weight in fonts.STYLES),
        *(
            Face(fonts.FAMILY, weight, fonts.subset(rest or "　", weight, base="", language=language))
            for weight in fonts.STYLES
        ),
    ]


def printable(characters: str, theme: Theme) -> str:
    """Return those of the characters that one of the fonts has."""
    house, rest = _divided(characters, theme.font)
    return house + "".join(sorted(set(rest) - fonts.lacking(rest)))


def named_for_typst(theme: Theme) -> Theme:
    """Return the theme with its font under the name that its files have for the typesetter."""
    return replace(theme, font=replace(theme.font, name=PDF_FAMILY)) if theme.font else theme


def edition(theme: Theme) -> tuple[str, ...]:
    """Return what the glyphs and their widths depend on, apart from the characters."""
    return (*fonts.edition(), *((theme.font.regular.digest, theme.font.bold.digest) if theme.font else ()))


def warnings(document: Document, theme: Theme) -> tuple[str, ...]:
    """Return what a house should know of its font: how many characters of the document it lacks, and which.

    Raises:
        RenderError: a font file can't be read.
    """
    if theme.font is None:
        return ()
    asked = {character for character in fonts.characters(document) if not character.isspace()}
    lacked = asked.intersection(_divided("".join(asked), theme.font)[1])
    if not lacked:
        return ()
    shown = fonts.named(sorted(lacked)[:_SHOWN]) + (" …" if len(lacked) > _SHOWN else "")
    return (
        f"theme/theme.toml: fonts.text: {theme.font.name} lacks {len(lacked):,} of the {len(asked):,} characters of"
        f" this report; HTML and PDF set them in {fonts.FAMILY}: {shown}",
    )


@lru_cache(maxsize=8)
def advances(family: FontFamily) -> dict[int, dict[str, float]]:
    """Return how wide the ASCII characters are that a family has, in ems, by weight.

    Raises:
        RenderError: a font file can't be read.
    """
    key = (_RECIPE, *fonts.edition(), family.regular.digest, family.bold.digest)
    found = json.loads(
        cached("advances", key, lambda: json.dumps([_widths(family, each) for each in fonts.STYLES]).encode())
    )
    return dict(zip(fonts.STYLES, found, strict=True))


def _widths(family: FontFamily, weight: int) -> dict[str, float]:
    font = opened(_subset(_divided(_ASCII, family)[0], family, weight))
    em, names = font["head"].unitsPerEm, font.getBestCmap()
    return {chr(code): font["hmtx"][name][0] / em for code, name in sorted(names.items())}


def _divided(characters: str, family: FontFamily | None) -> tuple[str, str]:
    """Return the characters that both weights of the house's font have, and the others."""
    if family is None:
        return "", characters
    held = _held(family.regular) & _held(family.bold)
    asked = sorted(set(fonts.visible(characters)))
    return "".join(each for each in asked if each in held), "".join(each for each in asked if each not in held)


@lru_cache(maxsize=8)
def _held(file: FontFile) -> frozenset[str]:
    def mapped() -> bytes:
        try:
            codes = characters_held(_content(file))
        except ReadError as error:
            raise _unreadable(file, error) from error
        return "".join(chr(code) for code in sorted(codes) if not 0xD800 <= code < 0xE000).encode()

    return frozenset(cached("coverage", (_RECIPE, *fonts.edition(), file.digest), mapped).decode())


def _subset(characters: str, family: FontFamily, weight: int) -> bytes:
    file = family.bold if weight == fonts.BOLD else family.regular

    def made() -> bytes:
        try:
            with damage_told():
                return _instance(_content(file), characters, family.name, weight)
        except ReadError as error:
            raise _unreadable(file, error) from error

    return cached("ttf", (_RECIPE, *fonts.edition(), file.digest, family.name, str(weight), characters), made)


def _instance(data: bytes, characters: str, family: str, weight: int) -> bytes:
    from fontTools.varLib import instancer

    font = opened(data)
    fonts.cut(font, characters, drop=set(font.keys()) - _KEPT)
    if "fvar" in font:
        font = opened(fonts.saved(font))
        limits = {axis.axisTag: weight if axis.axisTag == "wght" else None for axis in font["fvar"].axes}
        instancer.instantiateVariableFont(font, limits, inplace=True, downgradeCFF2="CFF2" in font)
    fonts.label(font, family, weight, PDF_FAMILY)
    return fonts.saved(font)


def _content(file: FontFile) -> bytes:
    """Return a font file, if it is still the one that the theme was read with."""
    try:
        data = file.path.read_bytes()
    except OSError as error:
        raise RenderError(f"theme: the font {file.path.name} cannot be read ({error.strerror})") from error
    if hashlib.sha256(data).hexdigest() != file.digest:
        raise RenderError(f"theme: the font {file.path.name} was changed during the build\n    hint: build again")
    return data


def _unreadable(file: FontFile, error: ReadError) -> RenderError:
    return RenderError(
        f"theme: the font {file.path.name} {error}\n    hint: use a .ttf or .otf that a font viewer opens"
    )
