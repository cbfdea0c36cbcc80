"""Can the text layer of a page be relied on? Measured, not guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from yanbao.read.foreign.pdf_glyphs import Sheet
from yanbao.read.foreign.reason import Reason
from yanbao.read.foreign.tree import TextLayer

_PICTURE = 0.5  # of the page: a picture this large is a picture of the page
_OUTLINES = 300  # drawn objects of a page without characters: its words are drawn as shapes
_UNMAPPED = 0.10  # of the characters
_VOWELS = (0.22, 0.58)  # share of aeiouy among Latin letters; English has 0.40
_COMMON = 0.60  # share of Chinese characters among the 3755 of GB 2312 level 1 or the 5401 of Big5 level 1
_BROKEN = 0.01  # of the figures of a scan

_FIGURES = re.compile(r"[0-9A-Za-z.,]*\d[0-9A-Za-z.,]*")
_BROKEN_FIGURE = re.compile(
    r"\d[IlOoZSstiB]\d|[IlOoZ]\d{2,}|\d{2,}[IlOo](?![a-z])|\d[,.]\s\d{3}(?!\d)|\d[.,][·。]|\d\.,|\d[竹孔大捍]|\d-[lIo]{2}"
)


def unusable(sheet: Sheet, text: str) -> tuple[TextLayer, Reason] | None:
    """Return why the text of a page cannot be used, or None.

    - none: no characters, but a picture of at least half the page, or more than 300 drawn shapes;
    - garbled: the fonts name no code point for more than a tenth of the characters, or the code points make no words:
      of 200 Latin letters or more less than 22 % or more than 58 % are vowels (English: 40 %), or of 100 Chinese
      characters or more less than 60 % are among the common ones (reports: above 95 %).
    """
    count = len(sheet.glyphs) + len(sheet.tilted)
    if count < 5:
        if sheet.image >= _PICTURE:
            return "none", Reason("picture", f"{sheet.image:.0%}")
        if sheet.marks > _OUTLINES:
            return "none", Reason("outlines", sheet.marks)
        return None
    strange = sum(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or char < " " for char in text)
    lost = max(sheet.unmapped, strange)
    if lost > _UNMAPPED * count:
        return "garbled", Reason("unmapped", lost, count)
    letters = [char for char in text.lower() if "a" <= char <= "z"]
    if len(letters) >= 200:
        vowels = sum(char in "aeiouy" for char in letters) / len(letters)
        if not _VOWELS[0] <= vowels <= _VOWELS[1]:
            return "garbled", Reason("no-words", f"{vowels:.0%}")
    wide = [char for char in text if "\u4e00" <= char <= "\u9fff"]
    if len(wide) >= 100:
        common = sum(_is_common(char) for char in wide) / len(wide)
        if common < _COMMON:
            return "garbled", Reason("no-common", f"{common:.0%}")
    return None


def _is_common(char: str) -> bool:
    for encoding, low, high in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)):
        try:
            code = char.encode(encoding)
        except UnicodeEncodeError:
            continue
        if len(code) == 2 and low <= code[0] <= high:
            return True
    return False


def is_scan(sheet: Sheet) -> bool:
    """Return whether a page is a picture with undrawn text over it."""
    return sheet.image >= _PICTURE and sheet.hidden * 2 > len(sheet.glyphs) + len(sheet.tilted)


def poor_recognition(texts: Sequence[str]) -> Reason | None:
    """Return why the text recognised from the pictures of a document cannot be relied on, or None.

    Measured on all its scanned pages together: the share of figures that no printer sets, such as `20I5`, `Z0l5` or
    `7, 013. 685`. More than 1 in 100, and any figure may be wrong.

    >>> poor_recognition(["截至20I5年末，评估价值为7, 013. 685 万元"])
    '2 of 4 figures are misread'
    >>> poor_recognition(["截至2015年末，评估价值为7,013.685 万元"])
    """
    figures = sum(len(_FIGURES.findall(text)) for text in texts)
    broken = sum(len(_BROKEN_FIGURE.findall(text)) for text in texts)
    if broken > _BROKEN * max(1, figures):
        return Reason("misread", broken, max(figures, broken))
    return None
