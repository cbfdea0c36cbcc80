"""A file that somebody else made, of whatever format, as a document. Its content decides what it is, not its name."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from yanbao.errors import ReadError
from yanbao.read.foreign.tree import ForeignDocument

MAX_FILE = 200 * 2**20  # bytes: of a workbook or deck, pictures included
_OFFICE = (".docx", ".docm", ".pptx", ".pptm", ".ppsx", ".xlsx", ".xlsm", ".xls")
SUFFIXES = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".jsonl", ".pdf", *_OFFICE)  # found in folders

Content = Literal["pdf", "docx", "pptx", "xlsx", "xls", "html", "jsonl", "txt"]

_OWN = re.compile(
    r"build the report again(?:, or open and save the file)?"
)  # a hint that helps with our own files only
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN_PARTS: tuple[tuple[str, Content], ...] = (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx"))
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|h\d?|p|div|br\s*/?|meta|title)[\s>/]", re.IGNORECASE)
_PICTURES = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"II*\x00": "a TIFF picture",
    b"MM\x00*": "a TIFF picture",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"{\\rtf": "a Rich Text file",
    b"%!PS": "a PostScript file",
    b"\x7fELF": "a program",
    b"MZ": "a program",
}


def read_foreign(file: Path) -> ForeignDocument:
    """Return the document of a file: what would a reader see of it, in which order, which cells form a table?

    What the file holds decides how it is read: PDF, Word, PowerPoint and Excel files (.xls without formulas), web
    pages, Markdown, plain text, the lines of JSON in which data sets keep annual reports. The suffix only tells
    Markdown from plain text.

    Limits: `MAX_FILE` bytes; a text 32 MiB and a million lines, tabs, pipes or tags; a package 600 MiB unpacked, 20,000
    parts, 400 times its packed size, four million tags a part; a sheet 200,000 cells (a larger one is told, not read);
    two million positions in all tables; groups 40, tables in tables 20 to 30 deep, elements of a page 2,000.

    Raises:
        ReadError: there is no such file, or it is a folder, empty, cut off, encrypted, of another format, or beyond a
            limit; the message names place, cause and what to do.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("# 估值\\n公司\\tEPS\\nA\\t1.2\\n", encoding="utf-8")
    >>> next(read_foreign(folder / "a.txt").tables()).rows[1][1].text
    '1.2'
    """
    try:
        size = file.stat().st_size
        if size > MAX_FILE:
            raise ReadError(f"{file}: {size} bytes, and at most {MAX_FILE} are read\n    hint: split the file")
        with file.open("rb") as stream:
            head = stream.read(8192)
    except OSError as error:
        raise ReadError(f"{file}: cannot be read ({error.strerror})\n    hint: name a file that exists") from error
    if not head:
        raise ReadError(f"{file}: is empty (0 bytes)\n    hint: was it downloaded or saved to the end?")
    try:
        return _reader(_content(file, head), file)(file)
    except ReadError as error:  # of readers that the proof of our own reports shares
        raise ReadError(_OWN.sub("open the file and save it again", str(error))) from error


def _reader(content: Content, file: Path) -> Callable[[Path], ForeignDocument]:
    """Return what reads a content; readers are imported on use."""
    if content == "pdf":
        from yanbao.read.foreign.pdf import read_foreign_pdf

        return read_foreign_pdf
    if content == "docx":
        from yanbao.read.foreign.docx import read_docx

        return read_docx
    if content == "pptx":
        from yanbao.read.foreign.pptx import read_pptx

        return read_pptx
    if content == "xlsx":
        from yanbao.read.foreign.xlsx import read_xlsx

        return read_xlsx
    if content == "xls":
        from yanbao.read.foreign.xls import read_xls

        return read_xls
    if content == "html":
        from yanbao.read.foreign.html import read_html

        return read_html
    if content == "jsonl":
        from yanbao.read.foreign.txt_jsonl import read_jsonl

        return read_jsonl
    from yanbao.read.foreign.txt import read_md, read_txt

    return read_md if file.suffix.lower() in (".md", ".markdown") else read_txt


def _content(file: Path, head: bytes) -> Content:
    """Return what a file holds.

    Raises:
        ReadError: something that is not read.
    """
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK"):
        return _package(file)
    if head.startswith(_OLE):
        return _compound(file)
    for mark, name in _PICTURES.items():
        if head.startswith(mark):
            raise ReadError(f"{file}: is {name}, which is not read\n    hint: {_readable()}")
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if text.startswith(b"{") and re.match(rb"\{[^\n]{0,200}?[\"']inside[\"']|\{\s*[\"']page[\"']", text):
        return "jsonl"
    if file.suffix.lower() in (".md", ".markdown", ".txt", ".text"):
        return (
            "html" if re.match(rb"<!doctype\s+html|<html[\s>]|<\?xml[^>]*>\s*<!doctype\s+html", text, re.I) else "txt"
        )
    if _HTML.search(text) and text.startswith(b"<"):
        return "html"
    if file.suffix.lower() in (".html", ".htm", ".xhtml"):
        return "html"
    expected = file.suffix.lower()
    if expected in (*_OFFICE, ".pdf", ".doc", ".ppt"):
        raise ReadError(
            f"{file}: is no {expected} file: it begins with {head[:12]!r}\n    hint: was it downloaded to the end?"
        )
    return "txt"


def _readable() -> str:
    return "PDF, DOCX, PPTX, XLSX, XLS, HTML, Markdown and text are read"


def _package(file: Path) -> Content:
    try:
        with zipfile.ZipFile(file) as package:
            names = package.namelist()
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise ReadError(
            f"{file}: is damaged or cut off: its table of contents cannot be read ({error})"
            "\n    hint: was it downloaded or saved to the end?"
        ) from error
    if any(name == "xl/workbook.bin" for name in names):
        raise ReadError(f"{file}: is a binary workbook (.xlsb), which is not read\n    hint: save it as .xlsx")
    for folder, content in _MAIN_PARTS:
        if any(name.startswith(folder) for name in names) and "[Content_Types].xml" in names:
            return content
    if "content.xml" in names and "mimetype" in names:
        raise ReadError(f"{file}: is an OpenDocument file, which is not read\n    hint: save it as DOCX, PPTX or XLSX")
    raise ReadError(f"{file}: is a zip archive of {len(names)} files, no document\n    hint: unpack it; {_readable()}")


def _compound(file: Path) -> Content:
    """Return what an OLE container holds: the format of Office before 2007, and of encrypted files since."""
    with file.open("rb") as stream:
        data = stream.read()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise ReadError(f"{file}: is encrypted with a password\n    hint: open it and save it without a password")
    if "WordDocument".encode("utf-16-le") in data:
        raise ReadError(f"{file}: is a Word file of the format before 2007 (.doc)\n    hint: save it as .docx or PDF")
    if "PowerPoint Document".encode("utf-16-le") in data:
        raise ReadError(
            f"{file}: is a PowerPoint file of the format before 2007 (.ppt)\n    hint: save it as .pptx or PDF"
        )
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return "xls"
    raise ReadError(f"{file}: is an OLE container without a document\n    hint: {_readable()}")
