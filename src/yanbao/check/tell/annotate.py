"""An annotated copy of a PDF: a coloured highlight on every number that breaks or ties, its working in the note."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yanbao.check.tell.located import Located, Number, locate
from yanbao.check.tell.wording import language_of, working
from yanbao.check.tick.said import Language
from yanbao.check.tick.tick import Ticked
from yanbao.errors import CheckError
from yanbao.read.contents import Box
from yanbao.read.foreign.tree import ForeignDocument, Table

_BREAK, _TIE = (214, 48, 49), (46, 160, 67)  # the colours of the page, too
_ALPHA = 90
_SLACK = 2.0  # points: a box read from glyphs may be a little tighter than that of the text search


def annotate(ticked: Ticked, copy: Path, located: Located | None = None, language: Language | None = None) -> int:
    """Write a copy of the PDF with a highlight on each number that was tested, and return how many there are.

    Which numbers of this PDF break, seen in the PDF itself? Red: breaks, green: ties. The note of a highlight holds
    the working, in the document's language unless another one is asked for. A number whose box cannot be found in the
    page is not highlighted; breaks are always noted, at their line at least.

    Raises:
        CheckError: the document is no PDF, the copy would overwrite it, or it cannot be written.
    """
    import pypdfium2
    import pypdfium2.raw as raw

    source = ticked.document.file
    if ticked.document.format != "pdf":
        raise CheckError(f"{source}: is no PDF\n    hint: --annotate marks copies of PDFs; --report tells any format")
    if copy.exists() and copy.samefile(source):
        raise CheckError(f"{copy}: is the document itself\n    hint: name another file for the annotated copy")
    located = located or locate(ticked)
    told = language or language_of(ticked.document)
    tables, lines = list(ticked.document.tables()), _line_boxes(ticked.document)
    pdf = pypdfium2.PdfDocument(source)
    made = 0
    try:
        for page_number, numbers in _by_page(located.numbers):
            page = pdf[page_number - 1]
            text = page.get_textpage()
            left, bottom, *_ = page.get_cropbox()
            for number in numbers:
                around = _moved(_around(number, tables, lines), left, bottom)
                whole = around if number.figure is not None and number.figure.table is not None else None
                box = whole or _box(text, number.text, around) or (around if number.wrong else None)
                if box is None:
                    continue
                notes = [working(located.tested[index], told) for index in number.tests]
                _highlight(raw, page, box, _BREAK if number.state == "break" else _TIE, "\n".join(notes))
                made += 1
            text.close()
            page.close()
        copy.parent.mkdir(parents=True, exist_ok=True)
        pdf.save(copy)
    except OSError as error:
        raise CheckError(f"{copy}: cannot be written ({error.strerror})") from error
    finally:
        pdf.close()
    return made


def _by_page(numbers: list[Number]) -> Iterator[tuple[int, list[Number]]]:
    pages: dict[int, list[Number]] = {}
    for number in numbers:
        if number.tests and number.where.page is not None:
            pages.setdefault(number.where.page, []).append(number)
    yield from sorted(pages.items())


def _around(number: Number, tables: list[Table], lines: dict[tuple[int | None, int | None], Box]) -> Box | None:
    """Return the box of the cell that a number stands in, else that of its line."""
    figure = number.figure
    if figure is not None and figure.table is not None and figure.row is not None and figure.column is not None:
        cell = tables[figure.table].rows[figure.row][figure.column]
        return None if cell is None else cell.place.box
    return lines.get((number.where.page, number.where.line))


def _moved(box: Box | None, left: float, bottom: float) -> Box | None:
    """Return a box of the reader, which counts from the corner of what is shown, in the page's own coordinates."""
    if box is None:
        return None
    return Box(box.left + left, box.bottom + bottom, box.right + left, box.top + bottom)


def _line_boxes(document: ForeignDocument) -> dict[tuple[int | None, int | None], Box]:
    found: dict[tuple[int | None, int | None], Box] = {}
    for place in (line.place for prose in document.prose() for line in prose.lines):
        if place.box is not None:
            found.setdefault((place.page, place.line), place.box)
    return found


def _box(text: Any, wanted: str, around: Box | None) -> Box | None:
    """Return the box of the number in the box around it: the search of the PDF library finds its characters."""
    if around is None or not wanted.strip():
        return None
    search = text.search(wanted.strip(), match_case=True)
    try:
        while (hit := search.get_next()) is not None:
            parts = [Box(*text.get_rect(at)) for at in range(text.count_rects(*hit))]
            inside = [part for part in parts if _is_inside(part, around)]
            if inside:
                return Box(
                    min(part.left for part in inside),
                    min(part.bottom for part in inside),
                    max(part.right for part in inside),
                    max(part.top for part in inside),
                )
    finally:
        search.close()
    return None


def _is_inside(part: Box, around: Box) -> bool:
    return (
        around.left - _SLACK <= part.left
        and part.right <= around.right + _SLACK
        and around.bottom - _SLACK <= (part.bottom + part.top) / 2 <= around.top + _SLACK
    )


def _highlight(raw: Any, page: Any, box: Box, colour: tuple[int, int, int], note: str) -> None:
    annotation = raw.FPDFPage_CreateAnnot(page, raw.FPDF_ANNOT_HIGHLIGHT)
    try:
        raw.FPDFAnnot_SetColor(annotation, raw.FPDFANNOT_COLORTYPE_Color, *colour, _ALPHA)
        corners = raw.FS_QUADPOINTSF(box.left, box.top, box.right, box.top, box.left, box.bottom, box.right, box.bottom)
        raw.FPDFAnnot_AppendAttachmentPoints(annotation, corners)
        raw.FPDFAnnot_SetRect(annotation, raw.FS_RECTF(box.left, box.top, box.right, box.bottom))
        raw.FPDFAnnot_SetStringValue(annotation, b"Contents", _utf16(note))
        raw.FPDFAnnot_SetStringValue(annotation, b"T", _utf16("yanbao"))
    finally:
        raw.FPDFPage_CloseAnnot(annotation)


def _utf16(text: str) -> Any:
    data = (text + "\0").encode("utf-16-le")
    buffer = ctypes.create_string_buffer(data, len(data))
    import pypdfium2.raw as raw

    return ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR))
