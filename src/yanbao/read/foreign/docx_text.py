"""The words of a Word paragraph: runs, tabs, breaks, raised characters, tracked changes, and what is anchored in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from yanbao.read.contents import Place
from yanbao.read.foreign.prose import line_of, lowered, raised
from yanbao.read.foreign.tree import Line

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_DELETED = (f"{W}del", f"{W}moveFrom")
_OFF = ("0", "false", "off", "none")


@dataclass
class Words:
    """What was met while the words were read."""

    deleted: int = 0  # passages
    formulas: int = 0


def run_pieces(paragraph: _Element, place: Place, words: Words) -> tuple[list[list[Line]], list[_Element]]:
    """Return the lines of a paragraph, each as its pieces, and the text boxes and charts that are anchored in it.

    Deleted passages, hidden characters and the codes of fields are left out; `words` counts what is left out.
    """
    rows: list[list[Line]] = [[]]
    anchored: list[_Element] = []
    at = 0
    fields: tuple[bool, ...] = ()  # the fields that are open; True: behind "separate", where the result stands
    todo: list[_Element] = list(reversed(paragraph))

    def take(text: str) -> None:
        nonlocal at
        if text:
            rows[-1].append(line_of(text, place, at))
            at += len(text)

    while todo:
        item = todo.pop()
        tag = item.tag
        if tag in _DELETED:
            words.deleted += 1
        elif tag == f"{W}fldChar":
            fields = _moved(fields, item.get(f"{W}fldCharType"))
        elif tag == f"{W}t":
            if all(fields):
                take(_shown(item))
        elif tag in (f"{W}tab", f"{W}ptab"):
            take(" ")
        elif tag in (f"{W}br", f"{W}cr"):
            rows.append([])
            at += 1
        elif tag == f"{W}noBreakHyphen":
            take("-")
        elif tag == f"{W}sym":
            take("\ufffd")  # a picture of a symbol font: no character that can be read
        elif tag == f"{W}txbxContent" or tag == _CHART:
            anchored.append(item)
        elif tag == f"{_MC}AlternateContent":
            todo.extend(item.findall(f"{_MC}Choice")[:1])  # the fallback shows the same for older programs
        elif tag == f"{_M}oMath":
            text = "".join(piece.text or "" for piece in item.iter(f"{_M}t"))
            if _is_plain(item):
                take(text)
            else:
                words.formulas += 1
        elif tag == f"{W}r" and _is_hidden(item):
            continue
        elif isinstance(tag, str) and tag not in (f"{W}rPr", f"{W}pPr", f"{W}instrText", f"{W}delText", f"{W}rt"):
            todo.extend(reversed(item))
    return rows, anchored


def _moved(fields: tuple[bool, ...], kind: str | None) -> tuple[bool, ...]:
    """Return the open fields behind a field character."""
    if kind == "begin":
        return (*fields, False)
    if not fields:
        return fields
    return fields[:-1] if kind == "end" else (*fields[:-1], True)


def _is_plain(formula: _Element) -> bool:
    """Whether an equation is only a line of characters, without fractions, roots or raised parts."""
    return all(
        element.tag in (f"{_M}oMath", f"{_M}r", f"{_M}t", f"{_M}rPr", f"{_M}sty") or not element.tag.startswith(_M)
        for element in formula.iter()
    )


def _is_hidden(run: _Element) -> bool:
    properties = run.find(f"{W}rPr")
    if properties is None:
        return False
    hidden = properties.find(f"{W}vanish")
    return hidden is not None and hidden.get(f"{W}val") not in _OFF


def _shown(item: _Element) -> str:
    text = item.text or ""
    run = item.getparent()
    properties = None if run is None else run.find(f"{W}rPr")
    align = None if properties is None else properties.find(f"{W}vertAlign")
    if align is None:
        return text
    kind = align.get(f"{W}val")
    return raised(text) if kind == "superscript" else lowered(text) if kind == "subscript" else text
