"""Building the XML of a deck's parts, and what a text must be to stand in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

from pptx.oxml import oxml_parser

from yanbao.errors import RenderError

NAMESPACES = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "c15": "http://schemas.microsoft.com/office/drawing/2012/chart",
    "p14": "http://schemas.microsoft.com/office/powerpoint/2010/main",
    "adec": "http://schemas.microsoft.com/office/drawing/2017/decorative",
}
Element = Any  # an lxml element: python-pptx gives it classes of its own by tag
Attributes = Mapping[str, str | int | None]


@cache
def qualified(tag: str) -> str:
    """Return a tag or attribute name `prefix:name` in Clark notation."""
    prefix, _, name = tag.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{name}" if prefix else name


def element(tag: str, attributes: Attributes | None = None, *children: Element | None) -> Element:
    """Return an element `prefix:name`; attributes and children that are None are left out."""
    given = {qualified(name): str(value) for name, value in (attributes or {}).items() if value is not None}
    # r:id too: without its prefix lxml takes ns0, or what another library has registered in this process
    prefixes = dict.fromkeys(name.partition(":")[0] for name in (tag, *(attributes or ())) if ":" in name)
    made = oxml_parser.makeelement(qualified(tag), given, _namespaces(*prefixes))
    for child in children:
        if child is not None:
            made.append(child)
    return made


@cache
def _namespaces(*prefixes: str) -> dict[str, str]:
    return {prefix: NAMESPACES[prefix] for prefix in prefixes}


def words(tag: str, text: str) -> Element:
    """Return an element that holds a text."""
    made = element(tag)
    made.text = text
    return made


def value(tag: str, val: str | int) -> Element:
    """Return an element whose only content is its attribute `val`."""
    return element(tag, {"val": val})


def checked(text: str, where: str) -> str:
    """Return a text as it may stand in a slide: no character that only turns the order of others.

    Raises:
        RenderError: it holds a control character; `where` names its place for the reader.
    """
    if text.replace("\u3000", "").isprintable():  # nearly every text
        return text
    for character in text:
        if character in "\t\n\r":
            continue
        if unicodedata.category(character) in ("Cc", "Cs") or character in "\ufffe\uffff":
            raise RenderError(
                f"{where}: the text holds the control character U+{ord(character):04X}: {text[:40]!r}"
                "\n    hint: delete it in the workspace"
            )
    return "".join(
        character
        for character in text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        if unicodedata.category(character) not in ("Cf", "Co", "Zl", "Zp")
    )
