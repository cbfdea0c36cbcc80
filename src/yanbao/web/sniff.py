"""What kind of report a file is, by its content: its name is only what somebody calls it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from yanbao.errors import ReadError

_PARTS = {"word/document.xml": ".docx", "ppt/presentation.xml": ".pptx", "xl/workbook.xml": ".xlsx"}
_TEXTS = {".md": ".md", ".txt": ".txt", ".html": ".html", ".htm": ".html", ".jsonl": ".txt", "": ".txt"}
_HEAD = 4096


def suffix_of(path: Path, name: str) -> str:
    """Return the suffix under which a file is read.

    Args:
        path: the file.
        name: what the user calls it.

    Raises:
        ReadError: it is no report of a known kind, or another one than its name says.
    """
    said = Path(name).suffix.lower()
    found = _found(path, said)
    if found is None:
        raise ReadError(f"{name} is no PDF, DOCX, PPTX, XLSX, HTML, Markdown or text")
    named = {".htm": ".html", ".xlsm": ".xlsx"}.get(said, said)
    if named in {*_PARTS.values(), ".pdf", ".xls"} and named != found:
        raise ReadError(f"{name} is called {said} and holds {found.lstrip('.').upper()}: name it for what it is")
    return found


def _found(path: Path, said: str) -> str | None:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if b"%PDF-" in head[:1024]:
        return ".pdf"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return ".xls"
    if head.startswith(b"PK"):
        return _package(path)
    if b"\0" in head or said not in _TEXTS:
        return None
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return ".html" if start.startswith((b"<!doctype html", b"<html", b"<?xml")) else _TEXTS[said]


def _package(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist()[:20_000])
    except (zipfile.BadZipFile, OSError, ValueError):
        return None
    return next((suffix for part, suffix in _PARTS.items() if part in names), None)
