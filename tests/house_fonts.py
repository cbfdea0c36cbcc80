"""Fonts that a house could bring: real ones, cut from the Japanese font that a dependency carries."""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files
from pathlib import Path

from fontTools import subset as subsetting
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FAMILY = "Desk Gothic"
ASCII = "".join(map(chr, range(0x20, 0x7F)))


def japanese() -> Path:
    """The variable Noto Sans JP: another font than the package sets, without many simplified characters."""
    return Path(str(files("justmytype_intl_cjk") / "fonts/ofl/notosansjp/NotoSansJP[wght].ttf"))


@cache
def variable(text: str = ASCII + "電力投資", low: int = 100, high: int = 900) -> bytes:
    """A variable font with these characters, its weights from `low` to `high`."""
    font = _subset(text)
    if (low, high) != (100, 900):
        instancer.instantiateVariableFont(font, {"wght": (low, low, high)}, inplace=True)
    return _named(font, FAMILY)


@cache
def static(weight: int, text: str = ASCII + "電力投資", family: str = FAMILY, drawn: int = 0) -> bytes:
    """A static font that says it is of a weight; `drawn` is the weight it is drawn in, where that is another."""
    font = _subset(text)
    instancer.instantiateVariableFont(font, {"wght": drawn or weight}, inplace=True)
    font["OS/2"].usWeightClass = weight
    return _named(font, family)


def changed(font: bytes, change) -> bytes:  # type: ignore[no-untyped-def]
    """A font after a change to its tables."""
    opened = TTFont(io.BytesIO(font))
    change(opened)
    return _saved(opened)


def _subset(text: str) -> TTFont:
    options = subsetting.Options()
    options.hinting = False
    font = TTFont(japanese(), lazy=True, recalcTimestamp=False)
    subsetter = subsetting.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    return TTFont(io.BytesIO(_saved(font)), recalcTimestamp=False)


def _named(font: TTFont, family: str) -> bytes:
    for number in (16, 17, 25):
        font["name"].removeNames(nameID=number)
    font["name"].setName(family, 1, 3, 1, 0x409)
    return _saved(font)


def _saved(font: TTFont) -> bytes:
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()
