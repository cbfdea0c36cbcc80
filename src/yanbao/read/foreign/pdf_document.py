"""A PDF that others made -> the tree of a document: text in reading order, tables, places with boxes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from yanbao.errors import ReadError
from yanbao.read.contents import Box, Place
from yanbao.read.foreign.pdf_chunks import Chunk, chunks, merged, rows
from yanbao.read.foreign.pdf_exhibits import Piece, joined_exhibits, joined_pages
from yanbao.read.foreign.pdf_glyphs import Glyph, Sheet, read_sheet
from yanbao.read.foreign.pdf_layer import is_scan, poor_recognition, unusable
from yanbao.read.foreign.pdf_layout import Paragraph, Region, regions
from yanbao.read.foreign.pdf_ruled import ruled_grids
from yanbao.read.foreign.pdf_running import running
from yanbao.read.foreign.reason import Reason
from yanbao.read.foreign.tree import (
    ForeignDocument,
    ForeignPage,
    Line,
    Prose,
    TextLayer,
    Unread,
)

MAX_BYTES = 200 * 2**20
MAX_PAGES = 2000
_FOOTNOTE = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾]+\s*\S|[①-⑳]\s*\S")


@dataclass
class _Page:
    """A page between the two passes: the second one needs what runs through all pages."""

    number: int
    sheet: Sheet | None
    found: list[Chunk]
    layer: TextLayer = "text"
    width: float = 0.0
    height: float = 0.0


def read_document(
    file: Path, lost: frozenset[int] = frozenset(), tell: Callable[[int], None] = lambda page: None
) -> ForeignDocument:
    """Return a PDF as `pdf.read_foreign_pdf` does, in this process and without its limits of time and memory.

    Args:
        file: The PDF.
        lost: Pages that are given up, counted from 1.
        tell: Called with each page's number before it is read, and again before it is laid out.
    """
    import pypdfium2

    data = checked_data(file)
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ReadError(_cannot_open(file, data, str(error))) from error
    unread: list[Unread] = []
    if b"%%EOF" not in data[-2048:]:
        unread.append(Unread(Place(file.name), Reason("cut-off")))
    try:
        count = len(pdf)
        if count < 1:
            raise ReadError(f"{file}: has no page that can be read\n    hint: get a complete copy of the file")
        if count > MAX_PAGES:
            raise ReadError(
                f"{file}: announces {count} pages, more than {MAX_PAGES}\n    hint: split it and check the parts"
            )
        pages = [
            _Page(number, None, [], "none") if number in lost else _sheet(file, pdf, number, unread, tell)
            for number in range(1, count + 1)
        ]
        properties = _properties(pdf)
    finally:
        pdf.close()
    _judge_scans(file, pages, unread)
    return _document(file, pages, unread, properties, tell)


def checked_data(file: Path) -> bytes:
    """Return the bytes of a file that is a PDF, and not too big a one.

    Raises:
        ReadError: it cannot be read, is too big, or is no PDF.
    """
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise ReadError(f"{file}: {size} bytes, more than {MAX_BYTES}\n    hint: split it and check the parts")
        data = file.read_bytes()
    except OSError as error:
        raise ReadError(f"{file}: cannot be read ({error.strerror})\n    hint: check the path") from error
    if b"%PDF-" not in data[:1024]:
        raise ReadError(f"{file}: is no PDF file: it does not begin with %PDF-\n    hint: check the file's format")
    return data


def _cannot_open(file: Path, data: bytes, cause: str) -> str:
    if "password" in cause.lower() or "security" in cause.lower():
        return f"{file}: is encrypted\n    hint: save a copy without a password and check that"
    if b"%%EOF" not in data[-2048:]:
        return f"{file}: is cut off: it does not end with %%EOF ({cause})\n    hint: get a complete copy of the file"
    return f"{file}: is damaged ({cause})\n    hint: get a complete copy of the file"


def _properties(pdf: Any) -> dict[str, str]:
    try:
        return {key: value for key, value in pdf.get_metadata_dict().items() if value}
    except UnicodeDecodeError:
        return {}


def _sheet(file: Path, pdf: Any, number: int, unread: list[Unread], tell: Callable[[int], None]) -> _Page:
    import pypdfium2

    tell(number)
    try:
        page = pdf[number - 1]
        try:
            sheet = read_sheet(page, number)
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        unread.append(Unread(Place(file.name, number), Reason("page-damaged")))
        return _Page(number, None, [], "none")
    unread.extend(Unread(Place(file.name, number), problem) for problem in sheet.problems)
    return _page(file, sheet, unread)


def _page(file: Path, sheet: Sheet, unread: list[Unread]) -> _Page:
    text = "".join(glyph.text for glyph in sheet.glyphs)
    problem = unusable(sheet, text)
    layer: TextLayer = "text"
    found: list[Chunk] = []
    if problem is not None:
        layer, reason = problem
        unread.append(Unread(Place(file.name, sheet.number), reason))
    else:
        found = chunks(sheet.glyphs, sheet.bold, sheet.down)
    page = _Page(sheet.number, sheet, found, layer, sheet.turn.width, sheet.turn.height)
    sheet.glyphs = sheet.glyphs[:0] if not is_scan(sheet) else sheet.glyphs
    return page


def _judge_scans(file: Path, pages: Sequence[_Page], unread: list[Unread]) -> None:
    """Mark the scanned pages of a document whose text was recognised too poorly to check."""
    scans = [page for page in pages if page.sheet is not None and page.layer == "text" and is_scan(page.sheet)]
    reason = poor_recognition([" ".join(chunk.text for chunk in page.found) for page in scans])
    if reason is not None:
        for page in scans:
            page.layer, page.found = "ocr", []
            unread.append(Unread(Place(file.name, page.number), Reason("poor-scan", reason)))


def _document(
    file: Path, pages: list[_Page], unread: list[Unread], properties: dict[str, str], tell: Callable[[int], None]
) -> ForeignDocument:
    roles = running(
        [
            (page.sheet.height, page.found, page.sheet.across, page.sheet.down) if page.sheet else (1.0, [], [], [])
            for page in pages
        ]
    )
    sizes: Counter[float] = Counter()
    for page in pages:
        for chunk in page.found:
            sizes[round(chunk.size * 2) / 2] += len(chunk.text)
    body_size = sizes.most_common(1)[0][0] if sizes else 10.0
    pieces: list[list[Piece]] = []
    for page, margin in zip(pages, roles, strict=True):
        tell(page.number)
        pieces.append(_pieces(file, page, margin, body_size) if page.sheet is not None else [])
    joined_pages(pieces)
    return ForeignDocument(
        file,
        "pdf",
        tuple(
            ForeignPage(
                page.number,
                tuple(piece.block for piece in found),
                page.layer,
                width=page.width or None,
                height=page.height or None,
            )
            for page, found in zip(pages, pieces, strict=True)
        ),
        tuple(sorted(unread, key=lambda item: item.place.page or 0)),
        properties,
    )


class _Places:
    """Places on one page: its lines are counted from the top, its boxes turned back into the file's position."""

    def __init__(self, file: Path, page: _Page) -> None:
        self._name, self._page = file.name, page
        self._bases = [line[0].base for line in rows(page.found)]

    def __call__(self, left: float, bottom: float, right: float, top: float, base: float, length: int) -> Place:
        assert self._page.sheet is not None
        turn = self._page.sheet.turn
        (x0, y0), (x1, y1) = turn.back(left, bottom), turn.back(right, top)
        box = Box(round(min(x0, x1), 2), round(min(y0, y1), 2), round(max(x0, x1), 2), round(max(y0, y1), 2))
        return Place(self._name, self._page.number, self._line(base), 0, length, box=box)

    def _line(self, base: float) -> int:
        low, high = 0, len(self._bases)
        while low < high:
            middle = (low + high) // 2
            if self._bases[middle] > base + 1.0:
                low = middle + 1
            else:
                high = middle
        return min(low, max(0, len(self._bases) - 1)) + 1

    def prose(self, paragraph: Paragraph) -> Prose:
        """Return a paragraph's lines joined as a reader joins them."""
        text, starts, lines = "", [], []
        for chunk in paragraph.lines:
            if text:
                text = _continued(text, chunk.text)
            starts.append(len(text))
            text += chunk.text
            place = self(chunk.left, chunk.bottom, chunk.right, chunk.top, chunk.base, len(chunk.text))
            lines.append(Line(chunk.text, place))
        return Prose(text, tuple(lines), tuple(starts), paragraph.role, paragraph.level)


def _continued(text: str, line: str) -> str:
    """Return the text as the next line goes on: a word that a hyphen parts is undone, Chinese needs no blank."""
    wide = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef，。；：、！？（）《》“”]"
    if re.search(rf"{wide}$", text) or re.match(wide, line):
        return text
    if re.search(r"[a-z]-$", text) and line[:1].islower():
        return text[:-1]
    return text + " "


def _pieces(file: Path, page: _Page, margin: dict[int, Any], body_size: float) -> list[Piece]:
    assert page.sheet is not None
    sheet = page.sheet
    places = _Places(file, page)
    body = [chunk for chunk in page.found if id(chunk) not in margin]
    ruled = ruled_grids(body, sheet.across, sheet.down)
    taken = {key for grid in ruled for key in grid.taken}
    rest = [chunk for chunk in body if id(chunk) not in taken]
    pieces: list[Piece] = []
    for side in ("header", "footer"):
        if side == "footer":
            for region in regions(rest, ruled, sheet.across, body_size):
                _mark_footnotes(region, body_size)
                pieces.extend(joined_exhibits(region.items, page.number, places, places.prose))
            pieces.extend(_tilted(sheet.tilted, places, page.number))
        for line in rows(chunk for chunk in page.found if margin.get(id(chunk)) == side):
            prose = places.prose(Paragraph([merged(line)]))
            pieces.append(Piece(replace(prose, role=side), page=page.number))
    return pieces


def _mark_footnotes(region: Region, body_size: float) -> None:
    """Mark the small paragraphs at the end of a column that start with a raised figure, unless a table is above."""
    tail = []
    for item in reversed(region.items):
        if isinstance(item, Paragraph) and _FOOTNOTE.match(item.text) and item.lines[0].size < 0.97 * body_size:
            tail.append(item)
            continue
        if isinstance(item, Paragraph):
            for paragraph in tail:
                paragraph.role = "footnote"
        return


def _tilted(glyphs: Sequence[Glyph], places: _Places, number: int) -> list[Piece]:
    """Return the words that stand at another angle than the page: ticks of an axis, watermarks."""
    found: list[Piece] = []
    run: list[Glyph] = []
    for glyph in [*sorted(glyphs, key=lambda glyph: glyph.order), None]:
        if run and (glyph is None or glyph.spaced or glyph.order > run[-1].order + 1):
            text = "".join(part.text for part in run)
            place = places(
                min(part.left for part in run),
                min(part.bottom for part in run),
                max(part.right for part in run),
                max(part.top for part in run),
                run[0].base,
                len(text),
            )
            found.append(Piece(Prose(text, (Line(text, place),), (0,), "chart-text"), page=number))
            run = []
        if glyph is not None:
            run.append(glyph)
    return found
