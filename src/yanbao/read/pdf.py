"""The text of a PDF by page, in the order of its content, line by line with boxes; and its bookmarks."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yanbao.errors import ReadError
from yanbao.read.contents import Box, FileContents, PageContents, Place, Segment

MAX_BYTES = 500 * 2**20
MAX_PAGES = 5000
_HYPHEN = "\ufffe"  # pdfium puts this where a line ends with a hyphen


def read_pdf(file: Path) -> FileContents:
    """Return the contents of a PDF: one segment a line of text, in content order.

    Raises:
        ReadError: there is no such file, it is no PDF, is damaged, encrypted or too big.
    """
    import pypdfium2

    data = _data(file)
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ReadError(
            f"{file}: is damaged, encrypted or no PDF ({error})\n    hint: build the report again"
        ) from error
    try:
        if not 0 < len(pdf) <= MAX_PAGES:
            raise ReadError(f"{file}: has {len(pdf)} pages\n    hint: a report has 1 to {MAX_PAGES}")
        pages = tuple(
            PageContents(number, None, tuple(_lines(file, number, pdf[number - 1])))
            for number in range(1, len(pdf) + 1)
        )
        outline = tuple(_outline(file, pdf))
        properties = {key: value for key, value in pdf.get_metadata_dict().items() if value}
    except (pypdfium2.PdfiumError, UnicodeDecodeError) as error:
        raise ReadError(f"{file}: is damaged ({error})\n    hint: build the report again") from error
    finally:
        pdf.close()
    return FileContents(file, "pdf", pages, outline, properties)


def _data(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise ReadError(f"{file}: {size} bytes, more than {MAX_BYTES}\n    hint: no report is that big")
        data = file.read_bytes()
    except OSError as error:
        raise ReadError(f"{file}: cannot be read ({error.strerror})\n    hint: build it first") from error
    if not data.startswith(b"%PDF-"):
        raise ReadError(f"{file}: is no PDF file\n    hint: build the report again")
    if b"%%EOF" not in data[-2048:]:
        raise ReadError(f"{file}: is cut off: it does not end with %%EOF\n    hint: build the report again")
    return data


def _lines(file: Path, number: int, page: Any) -> Iterator[Segment]:
    textpage = page.get_textpage()
    try:
        text, places = _characters(textpage)
        line = start = 0
        for end in [index for index, char in enumerate(text) if char == "\n"] + [len(text)]:
            content = text[start:end]
            if content.strip():
                line += 1
                box = _box(textpage, places, start, end)
                yield Segment(content, Place(file.name, number, line, 0, len(content), box=box), "line")
            start = end + 1
    finally:
        textpage.close()
        page.close()


def _characters(textpage: Any) -> tuple[str, list[int]]:
    """Return the page's text and, for each character of it, pdfium's index of that character."""
    import pypdfium2.raw as pdfium

    count = textpage.count_chars()
    if count <= 0:
        return "", []
    # FPDFText_GetText drops nothing that has a code point; one call is 40 times faster than one a character
    buffer = (ctypes.c_ushort * (count * 2 + 2))()
    written = pdfium.FPDFText_GetText(textpage, 0, count, buffer)
    raw = bytes(buffer)[: max(0, written - 1) * 2].decode("utf-16-le", errors="surrogatepass")
    raw = raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text: list[str] = []
    places: list[int] = []
    for index, char in enumerate(raw):
        if char == "\r":
            continue
        text.append("-" if char == _HYPHEN else char)
        places.append(index)
    return "".join(text), places


def _box(textpage: Any, places: list[int], start: int, end: int) -> Box | None:
    """Return the box of a line: the hull of its first and last characters."""
    count = textpage.count_chars()
    found = [textpage.get_charbox(places[at]) for at in {start, end - 1} if places[at] < count]
    boxes = [box for box in found if box[2] > box[0]]
    if not boxes:
        return None
    return Box(
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _outline(file: Path, pdf: Any) -> Iterator[Segment]:
    for order, item in enumerate(pdf.get_toc(max_depth=10), 1):
        destination = item.get_dest()
        page = None if destination is None else destination.get_index()
        yield Segment(
            item.get_title(),
            Place(file.name, None if page is None else page + 1, order, part="bookmark"),
            "outline",
        )
