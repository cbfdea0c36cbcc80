"""What a Word paragraph's style makes of it: a title, a heading of which level, a bullet, a caption."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from yanbao.read.foreign.docx_text import W
from yanbao.read.foreign.tree import ProseRole
from yanbao.read.package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_BASED = 20  # styles based on styles


@dataclass(frozen=True)
class ParagraphStyle:
    """The role of a paragraph; `is_removed` where tracked changes delete it whole."""

    role: ProseRole = "body"
    level: int = 0
    is_removed: bool = False


class Styles:
    """The paragraph styles of a document by their id."""

    def __init__(self, names: dict[str, str], bases: dict[str, str], levels: dict[str, int], listed: set[str]) -> None:
        self.names, self.bases, self.levels, self.listed = names, bases, levels, listed

    @classmethod
    def of(cls, package: Package, relations: dict[str, tuple[str, str]]) -> Styles:
        """Return the styles that a package defines; without that part there are none."""
        names: dict[str, str] = {}
        bases: dict[str, str] = {}
        levels: dict[str, int] = {}
        listed: set[str] = set()
        for kind, target in relations.values():
            if kind != "styles" or target not in package.names:
                continue
            for style in package.xml(target).iter(f"{W}style"):
                key = style.get(f"{W}styleId") or ""
                name, base = style.find(f"{W}name"), style.find(f"{W}basedOn")
                names[key] = "" if name is None else (name.get(f"{W}val") or "").lower()
                if base is not None:
                    bases[key] = base.get(f"{W}val") or ""
                level = _outline(style.find(f"{W}pPr"))
                if level is not None:
                    levels[key] = level
                if style.find(f"{W}pPr/{W}numPr") is not None:
                    listed.add(key)
        return cls(names, bases, levels, listed)

    def of_paragraph(self, paragraph: _Element) -> ParagraphStyle:
        """Return what a paragraph is by its own outline level, its style, or the style that one is based on."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return ParagraphStyle()
        if properties.find(f"{W}rPr/{W}del") is not None and not any(True for _ in paragraph.iter(f"{W}t")):
            return ParagraphStyle(is_removed=True)
        own = _outline(properties)
        element = properties.find(f"{W}pStyle")
        key = "" if element is None else element.get(f"{W}val") or ""
        if own is not None:
            return ParagraphStyle("heading", own + 1)
        for _ in range(_MOST_BASED):
            name = self.names.get(key, key.lower())
            if name in ("title", "标题"):
                return ParagraphStyle("title")
            if name in ("caption", "题注"):
                return ParagraphStyle("caption")
            if name.startswith(("toc ", "table of ")):
                return ParagraphStyle("header")  # the contents page: its numbers are pages
            if key in self.levels:
                return ParagraphStyle("heading", self.levels[key] + 1)
            if name.startswith(("heading ", "标题 ")) and name.split()[-1].isdigit():
                return ParagraphStyle("heading", int(name.split()[-1][:2]))
            if name in ("footnote text", "endnote text"):
                return ParagraphStyle("footnote")
            if key in self.listed or name.startswith("list "):
                return ParagraphStyle("bullet")
            if key not in self.bases:
                break
            key = self.bases[key]
        if properties.find(f"{W}numPr") is not None:
            return ParagraphStyle("bullet")
        return ParagraphStyle()


def _outline(properties: _Element | None) -> int | None:
    """Return the outline level from 0 that properties state; 9 is none."""
    element = None if properties is None else properties.find(f"{W}outlineLvl")
    text = "" if element is None else element.get(f"{W}val") or ""
    return int(text) if text in tuple("012345678") else None
