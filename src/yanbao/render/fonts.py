"""Static fonts that hold just the characters of a document, true bold included.

Source: the variable Noto Sans SC (OFL) of the package `justmytype-intl-cjk`. Pages, charts and the HTML file embed
the same subset, so nothing depends on the fonts of the machine. HarfBuzz cuts out the characters and sets the weight,
fontTools gives the file its names. Measured for 1,450 characters: 0.1 s, WOFF2 another 1.6 s. A rebuild may take 3 s in
all, so results are cached (`render.cache`) by font package, characters, weight and libraries: a hit takes 0.05 s and
imports none of them.

Noto Sans SC has ✓ but no ✗ (U+2717): the subset gets one drawn with the strokes of its ×, in the width of ✓.

What a house's own font (`render.house_font`) has is set in it; Noto Sans SC then holds the rest.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, partial
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from yanbao.document.theme import TEXT_FONT
from yanbao.document.tree import Chart, Document, Page, plain, spans_of_exhibit
from yanbao.errors import RenderError
from yanbao.memory import remembered
from yanbao.render.cache import cached

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FAMILY = TEXT_FONT
REGULAR, BOLD = 400, 700
STYLES = {REGULAR: "Regular", BOLD: "Bold"}

# In every subset: a page number, an axis or an ellipsis never lacks a glyph, and near-identical documents share one.
BASE = "".join(map(chr, range(0x20, 0x7F))) + "–—‘’“”…·±×≤≥✓✗，。、；：？！（）《》「」【】％　"
_FEATURES = ["kern", "mark", "ccmp"]
_BALLOT_X, _CROSSED = "✗", "×✓"  # and what it is drawn from
_LATIN_MARKS = "‘’“”…"
_NARROW = "pwid"  # the feature that has them as wide as letters
_NAMES_OF_STYLES = (16, 17, 21, 22, 25)
_RECIPE = "2"  # part of the cache key: raise it when the bytes of a subset change


def subset(characters: str, weight: int, *, base: str | None = None, language: str = "zh") -> bytes:
    """Return a static TrueType font of one weight that holds the characters given and `base` (`BASE`).

    Which font file do I embed? Family "Noto Sans SC" with the style of the weight (400 Regular, 700 Bold); the same
    bytes for the same characters in any order. In an English document ‘ ’ “ ” and … are as wide as Latin letters, in a
    Chinese one a full em.

    Raises:
        RenderError: the font lacks some of the characters; all of them are named.
    """
    base = BASE if base is None else base
    wanted = "".join(_printing(characters + base + (_CROSSED if _BALLOT_X in characters else "")))
    made_from = (*edition(), str(weight), wanted, *(["latin"] if language == "en" else []))
    return cached("ttf", made_from, lambda: _instance(wanted, weight, language))


def woff2(ttf: bytes) -> bytes:
    """Return a TrueType font compressed as WOFF2, for `@font-face`."""
    return cached("woff2", (*edition(), hashlib.sha256(ttf).hexdigest()), lambda: _compressed(ttf))


def characters(document: Document) -> str:
    """Return every character a document prints, once each, sorted: HTML and PDF then share their subsets."""
    texts = [document.title, document.subtitle, document.house, *document.labels.values()]
    texts += [remembered("characters", (page,), partial(_of_page, page)) for page in document.pages]
    return "".join(_printing("".join(texts)))


def _of_page(page: Page) -> str:
    texts = [plain(text) for text in (page.title, page.section, page.footer)]
    texts += [plain(paragraph.text) for paragraph in (*page.paragraphs(), *page.notes)]
    for exhibit in page.exhibits():
        texts += [exhibit.alt, *map(plain, spans_of_exhibit(exhibit))]
        if isinstance(exhibit.body, Chart):
            texts += _drawn(exhibit.body)
    return "".join(set("".join(texts)))


def _drawn(chart: Chart) -> Iterator[str]:
    for axis in filter(None, (chart.y_axis, chart.y2_axis, chart.x_axis)):
        yield axis.title
        yield from (tick.text for tick in axis.ticks)
    yield from (point.text for series in chart.series for point in series.points)


def lacking(characters: str) -> set[str]:
    """Return the visible characters that the font has no glyph for (they would print as boxes)."""
    return {character for character in _printing(characters) if ord(character) not in _coverage()}


def named(characters: Iterable[str]) -> str:
    """Return characters with their code points, for a message."""
    return ", ".join(f"{character} (U+{ord(character):04X})" for character in sorted(characters))


def visible(text: str) -> str:
    """Return a text without control and bidirectional-override characters, which no font draws."""
    if text.replace("\u3000", "").isprintable():  # nearly every text, and over twenty times as fast
        return text
    return "".join(
        " " if character in "\t\n\r" else character
        for character in text
        if character in "\t\n\r" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    )


def _printing(characters: str) -> list[str]:
    return sorted(set(visible(characters)))


def _instance(wanted: str, weight: int, language: str) -> bytes:
    absent = lacking(wanted)
    if absent:
        raise RenderError(f"the font {FAMILY} lacks {named(absent)}\n    hint: write these another way")
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(_static(wanted, weight, language)), recalcTimestamp=False, recalcBBoxes=False)
    if language == "en":
        _set_latin_marks(font)
    label(font, FAMILY, weight)
    if _BALLOT_X in wanted:
        _draw_ballot_x(font)
    return saved(font)


def _static(wanted: str, weight: int, language: str) -> bytes:
    """Return the glyphs of some characters in one weight; HarfBuzz takes 0.01 s where fontTools takes 2 s."""
    import uharfbuzz

    features = [*_FEATURES, *([_NARROW] if language == "en" else [])]
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file())))
    chosen = uharfbuzz.SubsetInput()
    chosen.unicode_set.set(set(map(ord, wanted)))
    chosen.layout_feature_tag_set.set({int.from_bytes(name.encode(), "big") for name in features})
    chosen.name_id_set.invert()
    chosen.drop_table_tag_set.update({int.from_bytes(name.encode(), "big") for name in ("BASE", "vhea", "vmtx")})
    chosen.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    chosen.pin_axis_location(face, "wght", weight)
    return bytes(uharfbuzz.subset(face, chosen).blob.data)


def label(font: TTFont, family: str, weight: int, known_as: str = "") -> None:
    """Give a font the names and marks by which typesetters pick a weight, whatever its own ones say.

    `known_as` is the family's name in the file where that must be another one.
    """
    style, table = STYLES[weight], font["name"]
    own = re.sub(r"[^A-Za-z0-9]", "", family) or re.sub(r"[^A-Za-z0-9]|-.*", "", table.getDebugName(6) or "")
    names = {1: known_as or family, 2: style, 4: f"{family} {style}", 6: f"{own or 'HouseText'}-{style}"}
    for number in (*names, *_NAMES_OF_STYLES):
        table.removeNames(nameID=number)
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    bold = weight == BOLD
    font["OS/2"].usWeightClass, font["OS/2"].usWidthClass = weight, 5
    font["OS/2"].fsSelection = font["OS/2"].fsSelection & ~0x61 | (0x20 if bold else 0x40)
    font["head"].macStyle = int(bold)
    if "STAT" in font:
        del font["STAT"]


def _set_latin_marks(font: TTFont) -> None:
    """Give the marks that Chinese sets in a full em the glyphs that the font has for Latin text."""
    substitutions = font["GSUB"].table
    lookups = {
        index
        for record in substitutions.FeatureList.FeatureRecord
        if record.FeatureTag == _NARROW
        for index in record.Feature.LookupListIndex
    }
    narrow: dict[str, str] = {}
    for index in sorted(lookups):
        for part in substitutions.LookupList.Lookup[index].SubTable:
            narrow |= getattr(getattr(part, "ExtSubTable", part), "mapping", {})
    wide = font.getBestCmap()
    glyphs = {ord(mark): narrow[wide[ord(mark)]] for mark in _LATIN_MARKS}
    for table in font["cmap"].tables:
        table.cmap.update({mark: glyph for mark, glyph in glyphs.items() if mark in table.cmap})


def cut(font: TTFont, wanted: str, drop: Iterable[str] = ()) -> None:
    """Leave of a font what setting some characters needs; its hints and the tables named are dropped."""
    from fontTools import subset as subsetting

    options = subsetting.Options()
    options.layout_features = _FEATURES
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.drop_tables += ["BASE", "vhea", "vmtx", *drop]
    font["name"].names = [record for record in font["name"].names if record.platformID == 3]
    subsetter = subsetting.Subsetter(options)
    subsetter.populate(text=wanted)
    subsetter.subset(font)


def _draw_ballot_x(font: TTFont) -> None:
    from fontTools.pens.transformPen import TransformPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    cmap, glyphs = font.getBestCmap(), font.getGlyphSet()
    times, advance = cmap[ord("×")], font["hmtx"][cmap[ord("✓")]][0]
    pen = TTGlyphPen(glyphs)
    shift = (advance - font["hmtx"][times][0]) / 2
    glyphs[times].draw(TransformPen(pen, (1, 0, 0, 1, shift, 0)))
    name = f"uni{ord(_BALLOT_X):04X}"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    glyph = pen.glyph()
    glyph.recalcBounds(font["glyf"])
    font["glyf"][name] = glyph
    font["hmtx"][name] = (advance, glyph.xMin)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[ord(_BALLOT_X)] = name


def _compressed(ttf: bytes) -> bytes:
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(ttf), recalcTimestamp=False)
    font.flavor = "woff2"
    return saved(font)


def saved(font: TTFont) -> bytes:
    """Return a font as the bytes of its file."""
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


@cache
def file() -> Path:
    """Return the variable font that all subsets are cut from."""
    return Path(str(files("justmytype_intl_cjk") / "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"))


@cache
def edition() -> tuple[str, ...]:
    """Return what the glyphs and their widths depend on, apart from the characters."""
    size = str(file().stat().st_size)
    libraries = map(version, ("uharfbuzz", "fonttools", "brotli", "justmytype-intl-cjk"))
    return _RECIPE, *libraries, size


@cache
def _coverage() -> frozenset[int]:
    return frozenset(map(ord, cached("coverage", edition(), _mapped).decode()))


def _mapped() -> bytes:
    from fontTools.ttLib import TTFont

    return "".join(map(chr, sorted({*TTFont(file(), lazy=True).getBestCmap(), ord(_BALLOT_X)}))).encode()
