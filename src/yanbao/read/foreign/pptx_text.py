"""The words of a slide's paragraph, raised and lowered characters kept apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yanbao.read.contents import Place
from yanbao.read.foreign.prose import line_of, lowered, raised
from yanbao.read.foreign.tree import Line

if TYPE_CHECKING:
    from lxml.etree import _Element

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def paragraph_pieces(paragraph: _Element, place: Place) -> list[list[Line]]:
    """Return the lines of a paragraph (a break ends one), each as its runs."""
    rows: list[list[Line]] = [[]]
    at = 0
    for child in paragraph:
        if child.tag == f"{A}br":
            rows.append([])
            at += 1
        elif child.tag in (f"{A}r", f"{A}fld"):
            text = "".join(piece.text or "" for piece in child.iter(f"{A}t")).replace("\v", " ")
            shown = _placed(text, child.find(f"{A}rPr"))
            rows[-1].append(line_of(shown, place, at))
            at += len(shown)
    return rows


def _placed(text: str, properties: _Element | None) -> str:
    baseline = "" if properties is None else (properties.get("baseline") or "").rstrip("%")
    if baseline in ("", "0"):
        return text
    return lowered(text) if baseline.startswith("-") else raised(text)
