"""What stands on a page of a PDF: its characters with their boxes and its ruled lines, from pdfium."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAX_GLYPHS = 200_000  # of a page; the densest printed page has about 20,000
MAX_OBJECTS = 200_000  # of a page that are looked at for ruled lines
MAX_DEPTH = 8  # of forms within forms
_MAX_SEGMENTS = 600  # of one path: a longer one is a drawn curve or a map
_BOX_SEGMENTS = 6  # of a path: a single box; filled without an outline it is a shade
_THIN = 2.6  # points: a filled box this thin is a ruled line
_JOIN = 0.8  # points: pieces of one line lie this near; heads side by side have lines of their own
_SHORT = 4.0  # points: a shorter line is a tick or a part of a drawing
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


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruled line: horizontal at y = `at` from x = `start` to `end`, or vertical at x = `at`."""

    at: float
    start: float
    end: float

    @property
    def length(self) -> float:
        """Return its length in points."""
        return self.end - self.start


@dataclass(frozen=True)
class Turn:
    """How a page is turned into reading position: quarter turns clockwise, about the page of this size."""

    quarters: int
    width: float
    height: float

    def forward(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the file's page stands in reading position."""
        if self.quarters == 1:
            return y, self.width - x
        if self.quarters == 2:
            return self.width - x, self.height - y
        if self.quarters == 3:
            return self.height - y, x
        return x, y

    def back(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point in reading position stands on the file's page."""
        if self.quarters == 1:
            return self.width - y, x
        if self.quarters == 2:
            return self.width - x, self.height - y
        if self.quarters == 3:
            return y, self.height - x
        return x, y


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
    problems: tuple[str, ...] = ()
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
    problems: list[str] = []
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
    across, down, image, marks = _drawing(page, turn, (left, bottom), problems)
    upright, tilted = [], []
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
    textpage: Any, corner: tuple[float, float], problems: list[str]
) -> tuple[list[_Char], int, int, set[int]]:
    """Return the characters, how many have no code point, how many are not drawn, and which are bold.

    One call of pdfium costs about 1 µs through ctypes: what a text object's characters share is asked once.
    """
    import pypdfium2.raw as pdfium

    handle = textpage.raw
    count = pdfium.FPDFText_CountChars(handle)
    if count > MAX_GLYPHS:
        problems.append(f"has {count} characters, more than {MAX_GLYPHS}: only the first {MAX_GLYPHS} were read")
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
    if code == 0xFFFE:  # pdfium puts this where a line ends with a hyphen
        return "-"
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


def _drawing(
    page: Any, turn: Turn, corner: tuple[float, float], problems: list[str]
) -> tuple[list[Rule], list[Rule], float, int]:
    """Return the horizontal and vertical ruled lines, the share of the largest picture, and the number of objects."""
    across: list[Rule] = []
    down: list[Rule] = []
    image = 0.0
    marks = 0
    area = max(1.0, turn.width * turn.height)
    for kind, box in _objects(page, problems):
        marks += 1
        if kind == "image":
            wide = min(box[2] - corner[0], turn.width) - max(box[0] - corner[0], 0)
            high = min(box[3] - corner[1], turn.height) - max(box[1] - corner[1], 0)
            image = max(image, max(0.0, wide) * max(0.0, high) / area)
            continue
        first = turn.forward(box[0] - corner[0], box[1] - corner[1])
        second = turn.forward(box[2] - corner[0], box[3] - corner[1])
        left, right = sorted((first[0], second[0]))
        bottom, top = sorted((first[1], second[1]))
        if top - bottom <= _THIN and right - left >= _SHORT:
            across.append(Rule((bottom + top) / 2, left, right))
        elif right - left <= _THIN and top - bottom >= _SHORT:
            down.append(Rule((left + right) / 2, bottom, top))
    return _joined(across), _joined(down), image, marks


def _joined(rules: list[Rule]) -> list[Rule]:
    """Return the lines with touching pieces of one line joined: producers draw a line cell by cell."""
    joined: list[Rule] = []
    rows: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        if rows and rule.at - rows[-1][0].at <= 1.5:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    for row in rows:
        at = sum(rule.at for rule in row) / len(row)
        row.sort(key=lambda rule: rule.start)
        start, end = row[0].start, row[0].end
        for rule in row[1:]:
            if rule.start <= end + _JOIN:
                end = max(end, rule.end)
            else:
                joined.append(Rule(at, start, end))
                start, end = rule.start, rule.end
        joined.append(Rule(at, start, end))
    return joined


_Matrix = tuple[float, float, float, float, float, float]
_UNIT: _Matrix = (1, 0, 0, 1, 0, 0)


def _times(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _apply(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _objects(page: Any, problems: list[str]) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Yield ("line", box) for each straight line or thin or outlined box, and ("image", box) for each picture."""
    import pypdfium2.raw as pdfium

    left = [MAX_OBJECTS]

    def walk(holder: Any, count: int, get: Any, outer: _Matrix, depth: int) -> Iterator[Any]:
        for index in range(count):
            left[0] -= 1
            if left[0] == 0:
                problems.append(f"has more than {MAX_OBJECTS} drawn objects: ruled lines after these were not read")
            if left[0] <= 0:
                return
            item = get(holder, index)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                yield from _path(item, outer)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                yield "image", _image_box(item, outer)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
                matrix = _times(_matrix(item), outer)
                inner = pdfium.FPDFFormObj_CountObjects(item)
                yield from walk(item, max(0, inner), pdfium.FPDFFormObj_GetObject, matrix, depth + 1)

    yield from walk(page, max(0, pdfium.FPDFPage_CountObjects(page)), pdfium.FPDFPage_GetObject, _UNIT, 0)


def _matrix(item: Any) -> _Matrix:
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, matrix):
        return _UNIT
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _image_box(item: Any, outer: _Matrix) -> tuple[float, float, float, float]:
    return _turned((0, 0, 1, 1), _times(_matrix(item), outer))


def _turned(box: tuple[float, float, float, float], matrix: _Matrix) -> tuple[float, float, float, float]:
    """Return the upright box around a box that a matrix moves."""
    if matrix is _UNIT:
        return box
    corners = [_apply(matrix, x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _path(item: Any, outer: _Matrix) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    import pypdfium2.raw as pdfium

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    if not fill.value and not stroke.value:
        return
    count = pdfium.FPDFPath_CountSegments(item)
    left, bottom, right, top = ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    if not 0 < count <= _MAX_SEGMENTS or not pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        return
    box = _turned((left.value, bottom.value, right.value, top.value), outer)
    wide, high = box[2] - box[0], box[3] - box[1]
    if max(wide, high) < _SHORT:
        return
    if min(wide, high) <= _THIN:
        yield "line", box
        return
    if count <= _BOX_SEGMENTS and not stroke.value:
        return
    matrix = _times(_matrix(item), outer)
    points: list[tuple[float, float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()

    def figure() -> Iterator[tuple[str, tuple[float, float, float, float]]]:
        if len(points) < 2:
            return
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        box = (min(xs), min(ys), max(xs), max(ys))
        if min(box[2] - box[0], box[3] - box[1]) <= _THIN:
            yield "line", box
        elif stroke.value:
            for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
                if abs(x0 - x1) < 0.5 or abs(y0 - y1) < 0.5:
                    yield "line", (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = _apply(matrix, x.value, y.value)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            yield from figure()
            points = [point]
        elif kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            return  # a path with a curve in it is a drawing
        else:
            points.append(point)
        if pdfium.FPDFPathSegment_GetClose(segment) and points:
            points.append(points[0])
    yield from figure()
