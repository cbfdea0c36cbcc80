"""What a deck shows: its slides in order, their texts, tables, charts, and the speaker's notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from yanbao.errors import ReadError
from yanbao.read.contents import ChartContents, FileContents, Mark, PageContents, Place, Role, Segment
from yanbao.read.package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PRESENTATION = "ppt/presentation.xml"
_MAX_DEPTH = 40  # groups in groups

_PLACEHOLDERS: dict[str, Role] = {
    "title": "title",
    "ctrTitle": "title",
    "ftr": "footer",
    "dt": "footer",
    "sldNum": "footer",
}


def read_pptx(file: Path) -> FileContents:
    """Return the contents of a deck: one page a slide, in the order of the show.

    Raises:
        ReadError: there is no such file, it is no deck, is damaged, or hides what it shows behind entities.
    """
    with Package(file, "PPTX") as package:
        root = package.xml(_PRESENTATION)
        relations = package.relations(_PRESENTATION)
        pages: list[PageContents] = []
        layouts: dict[str, None] = {}
        for number, item in enumerate(root.iter(f"{P}sldId"), 1):
            kind, name = relations.get(str(item.get(f"{R}id")), ("", ""))
            if kind != "slide":
                raise ReadError(f"{file}: slide {number} is missing\n    hint: build the report again")
            pages.append(_slide(package, number, name))
            layouts |= dict.fromkeys(_backgrounds(package, name))
        if not pages:
            raise ReadError(f"{file}: has no slides\n    hint: build the report again")
        outline = tuple(segment for name in layouts for segment in _fixed_texts(package, name))
        properties = _properties(package)
    return FileContents(file, "pptx", tuple(pages), outline, properties)


def _slide(package: Package, number: int, name: str) -> PageContents:
    root = package.xml(name)
    relations = package.relations(name)
    reader = _SlideReader(package, number, name, relations)
    tree = root.find(f"{P}cSld/{P}spTree")
    if tree is None:
        raise ReadError(f"{package.file}: part {name!r} holds no slide\n    hint: build the report again")
    reader.shapes(tree, 0)
    notes: list[Segment] = []
    for kind, target in relations.values():
        if kind == "notesSlide":
            notes.extend(_notes(package, number, target))
    common = root.find(f"{P}cSld")
    identity = None if common is None else common.get("name")
    return PageContents(
        number,
        identity or None,
        tuple(reader.segments),
        tuple(reader.charts),
        tuple(notes),
        hidden=root.get("show") == "0",
    )


class _SlideReader:
    def __init__(self, package: Package, number: int, part: str, relations: dict[str, tuple[str, str]]) -> None:
        self.package, self.number, self.part, self.relations = package, number, part, relations
        self.segments: list[Segment] = []
        self.charts: list[ChartContents] = []
        self.line = 0

    def shapes(self, tree: _Element, depth: int) -> None:
        """Read the shapes of a tree in its order (the order of drawing and of reading aloud)."""
        if depth > _MAX_DEPTH:
            raise ReadError(f"{self.package.file}: part {self.part!r} nests groups {depth} deep")
        for shape in tree:
            if shape.tag == f"{P}grpSp":
                self._description(shape)
                self.shapes(shape, depth + 1)
            elif shape.tag == f"{P}sp":
                self._description(shape)
                self._texts(shape)
            elif shape.tag == f"{P}graphicFrame":
                self._description(shape)
                self._frame(shape)
            elif shape.tag in (f"{P}pic", f"{P}cxnSp"):
                self._description(shape)
            elif shape.tag == "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent":
                raise ReadError(f"{self.package.file}: part {self.part!r} shows different things in different programs")

    def _texts(self, shape: _Element) -> None:
        body = shape.find(f"{P}txBody")
        if body is None:
            return
        role, name = _role(shape), _name(shape)
        for paragraph in body.iter(f"{A}p"):
            self._segment(paragraph, role, name)

    def _segment(self, paragraph: _Element, role: Role, group: str, cell: str = "") -> None:
        text, marks = _paragraph(paragraph)
        if text.strip():
            self.line += 1
            place = Place(self.package.file.name, self.number, self.line, 0, len(text), self.part, cell)
            self.segments.append(Segment(text, place, role, marks, group=group))

    def _frame(self, frame: _Element) -> None:
        name = _name(frame)
        for table in frame.iter(f"{A}tbl"):
            for row, cells in enumerate(table.iter(f"{A}tr"), 1):
                for column, cell in enumerate(cells.iter(f"{A}tc"), 1):
                    if cell.get("hMerge") in ("1", "true") or cell.get("vMerge") in ("1", "true"):
                        continue
                    for paragraph in cell.iter(f"{A}p"):
                        self._segment(paragraph, "cell", name, f"r{row}c{column}")
        for chart in frame.iter(f"{C}chart"):
            from yanbao.read.pptx_chart import charts_of_part

            kind, target = self.relations.get(str(chart.get(f"{R}id")), ("", ""))
            if kind != "chart":
                raise ReadError(f"{self.package.file}: slide {self.number}: the chart {name!r} has no data")
            self.charts.extend(charts_of_part(self.package, self.number, target, name))

    def _description(self, shape: _Element) -> None:
        properties = next(shape.iter(f"{P}cNvPr"), None)
        text = "" if properties is None else properties.get("descr") or ""
        if text.strip():
            place = Place(self.package.file.name, self.number, None, 0, len(text), f"{self.part} description")
            self.segments.append(Segment(text, place, "hidden", group=_name(shape)))


def _paragraph(paragraph: _Element) -> tuple[str, tuple[Mark, ...]]:
    """Return the characters of a paragraph: runs, fields, line breaks."""
    parts: list[str] = []
    for child in paragraph:
        if child.tag in (f"{A}r", f"{A}fld"):
            parts.extend(piece.text or "" for piece in child.iter(f"{A}t"))
        elif child.tag == f"{A}br":
            parts.append("\n")
    return "".join(parts), ()


def _name(shape: _Element) -> str:
    properties = next(shape.iter(f"{P}cNvPr"), None)
    return "" if properties is None else properties.get("name") or ""


def _role(shape: _Element) -> Role:
    placeholder = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
    return "paragraph" if placeholder is None else _PLACEHOLDERS.get(placeholder.get("type") or "", "paragraph")


def _notes(package: Package, number: int, name: str) -> Iterator[Segment]:
    """Yield the paragraphs of the notes' body; the notes page's own slide number and date are no notes."""
    line = 0
    for shape in package.xml(name).iter(f"{P}sp"):
        placeholder = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
        if placeholder is not None and placeholder.get("type") in ("sldImg", "sldNum", "dt", "hdr", "ftr"):
            continue
        for paragraph in shape.iter(f"{A}p"):
            text, marks = _paragraph(paragraph)
            if text.strip():
                line += 1
                yield Segment(text, Place(package.file.name, number, line, 0, len(text), name), "note", marks)


def _backgrounds(package: Package, slide: str) -> Iterator[str]:
    """Yield the layout and the master behind a slide."""
    for kind, layout in package.relations(slide).values():
        if kind == "slideLayout":
            yield layout
            for inner, master in package.relations(layout).values():
                if inner == "slideMaster":
                    yield master


def _fixed_texts(package: Package, name: str) -> Iterator[Segment]:
    """Yield the words a layout or master puts on slides: shapes that are no placeholders."""
    for shape in package.xml(name).iter(f"{P}sp"):
        if shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph") is None:
            for paragraph in shape.iter(f"{A}p"):
                text, marks = _paragraph(paragraph)
                if text.strip():
                    yield Segment(text, Place(package.file.name, None, None, 0, len(text), name), "footer", marks)


def _properties(package: Package) -> dict[str, str]:
    if "docProps/core.xml" not in package.names:
        return {}
    root = package.xml("docProps/core.xml")
    return {child.tag.rpartition("}")[2]: child.text for child in root if isinstance(child.tag, str) and child.text}
