"""The ruled lines and pictures of a page of a PDF, from pdfium; and how a page is turned into reading position."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from yanbao.read.foreign.reason import Reason

MAX_OBJECTS = 200_000  # of a page that are looked at for ruled lines
MAX_DEPTH = 8  # of forms within forms
_MAX_SEGMENTS = 600  # of one path: a longer one is a drawn curve or a map
_BOX_SEGMENTS = 6  # of a path: a single box; filled without an outline it is a shade
_THIN = 2.6  # points: a filled box this thin is a ruled line
_JOIN = 0.8  # points: pieces of one line lie this near; heads side by side have lines of their own
_SHORT = 4.0  # points: a shorter line is a tick or a part of a drawing


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


def drawing(
    page: Any, turn: Turn, corner: tuple[float, float], problems: list[Reason]
) -> tuple[list[Rule], list[Rule], float, int]:
    """Return the horizontal and vertical ruled lines, the share of the largest picture, and the number of objects."""
    across: list[Rule] = []
    down: list[Rule] = []
    image = 0.0
    marks = 0
    area = max(1.0, turn.width * turn.height)
    for kind, box in _objects(page, problems):
        if kind == "shape":
            marks += 1
            continue
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


_NOWHERE = (0.0, 0.0, 0.0, 0.0)
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


def _objects(page: Any, problems: list[Reason]) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Yield ("shape", _) for each path, ("line", box) for each straight line in it, ("image", box) for each picture."""
    import pypdfium2.raw as pdfium

    left = [MAX_OBJECTS]

    def walk(holder: Any, count: int, get: Any, outer: _Matrix, depth: int) -> Iterator[Any]:
        for index in range(count):
            left[0] -= 1
            if left[0] == 0:
                problems.append(Reason("too-many-objects", MAX_OBJECTS))
            if left[0] <= 0:
                return
            item = get(holder, index)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                yield "shape", _NOWHERE
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
            for (x0, y0), (x1, y1) in itertools.pairwise(points):
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
