"""What stands on a page of a PDF: its characters with their boxes and its ruled lines, from pdfium."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass
from typing import Any

from yanbao.read.foreign.pdf_rules import Rule, Turn, drawing
from yanbao.read.foreign.reason import Reason

MAX_GLYPHS = 50_000  # of a page; the densest printed page has about 20,000
_HYPHEN = 2  # pdfium's code for a hyphen that breaks a word
_BLANKS = frozenset((0x09, 0x20, 0xA0, 0x2002, 0x2003, 0x2009, 0x3000))
_WITHOUT_WIDTH = frozenset((0xAD, 0x200B, 0x200C, 0x200D, 0xFEFF))


@dataclass(slots=True)
class Glyph:
    """A printed character. Coordinates are points in reading position: x to the right, y upwards."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    base: float  # y of the line it stands on
    size: float  # font size in points as printed
    order: int  # in the file's own order
    spaced: bool  # the file has a blank before it


@dataclass
class Sheet:
    """A page as it stands in the file, turned into reading position."""

    number: int
    turn: Turn
    glyphs: list[Glyph]
    tilted: list[Glyph]  # characters that stand at another angle than most
    across: list[Rule]  # horizontal
    down: list[Rule]  # vertical
    unmapped: int = 0  # characters for which the font names no code point
    hidden: int = 0  # characters that are not drawn, as in the text layer of a scan
    image: float = 0.0  # share of the page that its largest picture covers
    marks: int = 0  # drawn objects
    problems: tuple[Reason, ...] = ()
    bold: frozenset[int] = frozenset()  # `order` of characters in a bold font

    @property
    def width(self) -> float:
        """Return the width in reading position."""
        return self.turn.height if self.turn.quarters % 2 else self.turn.width

    @property
    def height(self) -> float:
        """Return the height in reading position."""
        return self.turn.width if self.turn.quarters % 2 else self.turn.height


@dataclass(slots=True)
class _Char:
    text: str
    box: tuple[float, float, float, float]
    origin: tuple[float, float]
    size: float
    angle: int  # degrees, counter-clockwise
    index: int
    spaced: bool


def read_sheet(page: Any, number: int) -> Sheet:
    """Return what stands on a page of pdfium's."""
    problems: list[Reason] = []
    left, bottom, right, top = page.get_cropbox()
    width, height = right - left, top - bottom
    textpage = page.get_textpage()
    try:
        chars, unmapped, hidden, bold = _characters(textpage, (left, bottom), problems)
    finally:
        textpage.close()
    inside = [
        char
        for char in chars
        if char.box[0] < width + 1 and char.box[2] > -1 and char.box[1] < height + 1 and char.box[3] > -1
    ]
    angle = _main_angle(inside)
    turn = Turn({0: 0, 90: 1, 180: 2, 270: 3}[angle], width, height)
    across, down, image, marks = drawing(page, turn, (left, bottom), problems)
    upright: list[Glyph] = []
    tilted: list[Glyph] = []
    for char in inside:
        glyph = _glyph(char, turn)
        (upright if char.angle == angle else tilted).append(glyph)
    return Sheet(
        number, turn, upright, tilted, across, down, unmapped, hidden, image, marks, tuple(problems), frozenset(bold)
    )


def _main_angle(chars: list[_Char]) -> int:
    counts = dict.fromkeys((0, 90, 180, 270), 0)
    for char in chars:
        if char.angle in counts:
            counts[char.angle] += 1
    return max(counts, key=lambda angle: (counts[angle], -angle))


def _glyph(char: _Char, turn: Turn) -> Glyph:
    if not turn.quarters:
        left, bottom, right, top = char.box
        return Glyph(char.text, left, bottom, right, top, char.origin[1], char.size, char.index, char.spaced)
    first = turn.forward(char.box[0], char.box[1])
    second = turn.forward(char.box[2], char.box[3])
    base = turn.forward(*char.origin)[1]
    return Glyph(
        char.text,
        min(first[0], second[0]),
        min(first[1], second[1]),
        max(first[0], second[0]),
        max(first[1], second[1]),
        base,
        char.size,
        char.index,
        char.spaced,
    )


def _characters(
    textpage: Any, corner: tuple[float, float], problems: list[Reason]
) -> tuple[list[_Char], int, int, set[int]]:
    """Return the characters, how many have no code point, how many are not drawn, and which are bold.

    One call of pdfium costs about 1 µs through ctypes: what a text object's characters share is asked once.
    """
    import pypdfium2.raw as pdfium

    handle = textpage.raw
    count = pdfium.FPDFText_CountChars(handle)
    if count > MAX_GLYPHS:
        problems.append(Reason("too-many-characters", count, MAX_GLYPHS))
        count = MAX_GLYPHS
    rect, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    rect_at, matrix_at, x_at, y_at = ctypes.byref(rect), ctypes.byref(matrix), ctypes.byref(x), ctypes.byref(y)
    across, up = corner
    chars: list[_Char] = []
    unmapped = hidden = 0
    bold: set[int] = set()
    spaced = False
    pending = 0
    last = 0
    drawn, heavy, size, angle = True, False, 0.0, 0
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(handle, index)
        if 0xD800 <= code < 0xDC00:
            pending = code
            continue
        if pending:
            if 0xDC00 <= code < 0xE000:
                code = 0x10000 + ((pending - 0xD800) << 10) + (code - 0xDC00)
            pending = 0
        if code in _BLANKS:
            spaced = spaced or pdfium.FPDFText_IsGenerated(handle, index) != 1
            continue
        if code in (13, 10) and pdfium.FPDFText_IsGenerated(handle, index) == 1:
            continue
        if code == _HYPHEN and pdfium.FPDFText_IsHyphen(handle, index) == 1:
            code = ord("-")
        if code < 32 or pdfium.FPDFText_HasUnicodeMapError(handle, index) == 1:
            unmapped += 1
        if code in _WITHOUT_WIDTH or not pdfium.FPDFText_GetLooseCharBox(handle, index, rect_at):
            continue
        item = pdfium.FPDFText_GetTextObject(handle, index)
        address = ctypes.addressof(item.contents) if item else 0
        if address != last or not address:
            last = address
            mode = pdfium.FPDFTextObj_GetTextRenderMode(item) if item else 0
            drawn = mode != pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
            # Chinese fonts have no bold: producers draw the outline as well
            heavy = mode == pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE or _is_bold(handle, index)
            pdfium.FPDFText_GetMatrix(handle, index, matrix_at)
            size = pdfium.FPDFText_GetFontSize(handle, index) * math.hypot(matrix.c, matrix.d)
            angle = _quarter(round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360)
        if not drawn:
            hidden += 1
        if heavy:
            bold.add(index)
        pdfium.FPDFText_GetCharOrigin(handle, index, x_at, y_at)
        box = (rect.left - across, rect.bottom - up, rect.right - across, rect.top - up)
        chars.append(
            _Char(
                _readable(code),
                box,
                (x.value - across, y.value - up),
                size if size > 0.5 else max(0.5, box[3] - box[1]),
                angle,
                index,
                spaced,
            )
        )
        spaced = False
    return chars, unmapped, hidden, bold


def _quarter(angle: int) -> int:
    """Return the angle, snapped to a quarter turn where it is within 3 degrees of one."""
    nearest = round(angle / 90) * 90
    return nearest % 360 if abs(nearest - angle) <= 3 else angle


def _readable(code: int) -> str:
    if code == 0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return "\ufffd"
    return chr(code)


def _is_bold(handle: Any, index: int) -> bool:
    import pypdfium2.raw as pdfium

    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(handle, index, buffer, 128, ctypes.byref(flags))
    name = buffer.raw[: max(0, min(length, 128) - 1)].lower()
    return any(word in name for word in (b"bold", b"black", b"heavy", b"heiti", b"simhei"))
