"""Decks that somebody else made: what a viewer sees of each slide, in the order of reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from yanbao.errors import ReadError
from yanbao.read.contents import Box, Place
from yanbao.read.foreign.exhibits import with_exhibits
from yanbao.read.foreign.grid import Room, TooBig, without_blanks
from yanbao.read.foreign.office import main_part, opened, properties_of
from yanbao.read.foreign.page_order import in_reading_order
from yanbao.read.foreign.pptx_place import Frame, Placeholders, whole
from yanbao.read.foreign.pptx_text import A, P, R, paragraph_pieces
from yanbao.read.foreign.prose import one_line, prose_of
from yanbao.read.foreign.reason import Reason
from yanbao.read.foreign.tree import Cell, ForeignBlock, ForeignDocument, ForeignPage, Prose, ProseRole, Table, Unread
from yanbao.read.package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_CX = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MAX_DEPTH = 40  # groups in groups
_MAX_SLIDES = 5000
_ON = ("1", "true")
_ROLES: dict[str, ProseRole] = {
    "title": "title",
    "ctrTitle": "title",
    "ftr": "footer",
    "dt": "footer",
    "sldNum": "footer",
}


def read_pptx(file: Path) -> ForeignDocument:
    """Return the document of a deck: a page for each slide, in the order of the show.

    Titles, texts, tables with spans, charts with their data as tables, diagrams' words, speaker's notes; shapes in
    groups where they stand. Blocks are ordered by position: bands from the top, columns from the left in them.
    A place's line counts the paragraphs of the slide, its box is that of the shape, in points.

    Raises:
        ReadError: there is no such file, it is no deck, damaged, encrypted, or made to exhaust its reader.
    """
    with opened(file, "PPTX") as package:
        main = main_part(package)
        root = package.xml(main)
        relations = package.relations(main)
        size = root.find(f"{P}sldSz")
        width = None if size is None else whole(size.get("cx")) / 12700
        height = None if size is None else whole(size.get("cy")) / 12700
        items = list(root.iter(f"{P}sldId"))
        if not 0 < len(items) <= _MAX_SLIDES:
            raise ReadError(
                f"{file}: has {len(items)} slides, and 1 to {_MAX_SLIDES} are read\n    hint: split the deck"
            )
        pages: list[ForeignPage] = []
        unread: list[Unread] = []
        places = Placeholders(package)
        room = Room()
        for number, item in enumerate(items, 1):
            kind, name = relations.get(str(item.get(f"{R}id")), ("", ""))
            if kind != "slide" or name not in package.names:
                raise ReadError(f"{file}: slide {number} is missing\n    hint: open the deck and save it again")
            reader = _Slide(package, number, name, places, height or 540.0, room)
            pages.append(reader.page(width, height))
            unread += reader.unread
        properties = properties_of(package)
    return ForeignDocument(file, "pptx", tuple(pages), tuple(unread), properties)


@dataclass(frozen=True)
class _Shape:
    """What a shape shows, and where it stands on the slide (points, from the left upper corner)."""

    blocks: tuple[ForeignBlock, ...]
    left: float
    top: float
    right: float
    bottom: float
    is_title: bool = False


class _Slide:
    def __init__(
        self, package: Package, number: int, part: str, places: Placeholders, height: float, room: Room
    ) -> None:
        self.package, self.number, self.part, self.places, self.height = package, number, part, places, height
        self.room = room
        self.relations = package.relations(part)
        self.unread: list[Unread] = []
        self.charts: set[str] = set()
        self.line = 0
        self.pictures = 0

    def page(self, width: float | None, height: float | None) -> ForeignPage:
        """Return the slide as a page."""
        root = self.package.xml(self.part)
        tree = root.find(f"{P}cSld/{P}spTree")
        shapes = [] if tree is None else list(self._shapes(tree, Frame(), 0))
        titles = [shape for shape in shapes if shape.is_title]
        others = [shape for shape in shapes if not shape.is_title]
        order = in_reading_order([(shape.left, shape.top, shape.right, shape.bottom) for shape in others])
        blocks = [block for shape in [*titles, *(others[at] for at in order)] for block in shape.blocks]
        blocks = with_exhibits(blocks)
        for kind, target in self.relations.values():
            if kind == "notesSlide" and target in self.package.names:
                blocks.extend(self._notes(target))
        layer = "none" if self.pictures and not blocks else "text"
        common = root.find(f"{P}cSld")
        name = "" if common is None else common.get("name") or ""
        hidden = root.get("show") in ("0", "false")
        return ForeignPage(self.number, tuple(blocks), layer, name, width, height, hidden)  # type: ignore[arg-type]

    def _place(self, frame: Frame | None = None, part: str = "") -> Place:
        box = None
        if frame is not None and frame.right > frame.left:
            box = Box(frame.left, self.height - frame.bottom, frame.right, self.height - frame.top)
        return Place(self.package.file.name, self.number, self.line or None, part=part or self.part, box=box)

    def _shapes(self, tree: _Element, group: Frame, depth: int) -> Iterator[_Shape]:
        if depth > _MAX_DEPTH:
            raise ReadError(
                f"{self.package.file}: slide {self.number} nests groups more than {_MAX_DEPTH} deep"
                "\n    hint: ungroup its shapes"
            )
        for shape in tree:
            if shape.tag == f"{P}grpSp":
                yield from self._shapes(shape, group.inside(shape), depth + 1)
            elif shape.tag == f"{_MC}AlternateContent":
                for choice in shape.findall(f"{_MC}Choice")[:1]:
                    yield from self._shapes(choice, group, depth + 1)
            elif shape.tag == f"{P}pic":
                self.pictures += 1
            elif shape.tag in (f"{P}sp", f"{P}graphicFrame", f"{P}cxnSp") and not _is_hidden(shape):
                frame = group.of(shape) or self.places.of(self.part, shape) or Frame()
                blocks = tuple(self._text(shape, frame) if shape.tag == f"{P}sp" else self._frame(shape, frame))
                title = bool(blocks) and isinstance(blocks[0], Prose) and blocks[0].role == "title"
                if blocks:
                    yield _Shape(blocks, frame.left, frame.top, frame.right, frame.bottom, title)

    def _text(self, shape: _Element, frame: Frame) -> Iterator[ForeignBlock]:
        body = shape.find(f"{P}txBody")
        if body is None:
            return
        placeholder = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
        kind = None if placeholder is None else placeholder.get("type") or "obj"
        role = _ROLES.get(kind or "", "body")
        for paragraph in body.findall(f"{A}p"):
            prose = self._prose(paragraph, _bullet(paragraph, kind) if role == "body" else role, frame)
            if prose is not None:
                yield prose

    def _prose(self, paragraph: _Element, role: ProseRole, frame: Frame | None, part: str = "") -> Prose | None:
        self.line += 1
        place = self._place(frame, part)
        prose = prose_of(paragraph_pieces(paragraph, place), role)
        return prose if prose is not None and prose.text.strip() else None

    def _frame(self, shape: _Element, frame: Frame) -> Iterator[ForeignBlock]:
        for table in shape.iter(f"{A}tbl"):
            found = self._table(table, frame)
            if found is not None:
                yield found
        for chart in shape.iter(f"{_C}chart"):
            yield from self._chart(chart, frame)
        for diagram in shape.iter(f"{_DGM}relIds"):
            kind, target = self.relations.get(str(diagram.get(f"{R}dm")), ("", ""))
            if kind == "diagramData" and target in self.package.names:
                for paragraph in self.package.xml(target).iter(f"{A}p"):
                    prose = self._prose(paragraph, "body", frame, target)
                    if prose is not None:
                        yield prose
        if next(shape.iter(f"{_CX}chart"), None) is not None:
            self.unread.append(Unread(self._place(frame), Reason("chart-kind")))
        if next(shape.iter(f"{P}oleObj"), None) is not None:
            self.unread.append(Unread(self._place(frame), Reason("embedded-object")))

    def _chart(self, chart: _Element, frame: Frame) -> Iterator[ForeignBlock]:
        from yanbao.read.foreign.chart import chart_table

        kind, target = self.relations.get(str(chart.get(f"{R}id")), ("", ""))
        if kind != "chart" or target not in self.package.names:
            self.unread.append(Unread(self._place(frame), Reason("chart-missing")))
            return
        if target in self.charts:  # what is drawn again says nothing new, and may be drawn thousands of times
            return
        self.charts.add(target)
        found = chart_table(self.package, target, self._place(frame))
        if isinstance(found, Table):
            yield found
        else:
            self.unread.append(found)

    def _table(self, table: _Element, frame: Frame) -> Table | None:
        properties = table.find(f"{A}tblPr")
        head_row = properties is not None and properties.get("firstRow") in _ON
        head_column = properties is not None and properties.get("firstCol") in _ON
        rows: list[list[Cell]] = []
        place = self._place(frame)
        for number, row in enumerate(table.findall(f"{A}tr")):
            cells: list[Cell] = []
            for column, cell in enumerate(row.findall(f"{A}tc")):
                texts = [prose.text for prose in self._paragraphs(cell, frame)]
                if cell.get("hMerge") in _ON or cell.get("vMerge") in _ON:
                    continue
                text = one_line("\n".join(texts))
                where = replace(self._place(frame), start=0, end=len(text), cell=f"r{number + 1}c{column + 1}")
                head = (head_row and number == 0) or (head_column and column == 0)
                spans = max(1, whole(cell.get("rowSpan") or "1")), max(1, whole(cell.get("gridSpan") or "1"))
                cells.append(Cell(text, where, *spans, head=head))
            rows.append(cells)
        try:
            kept = without_blanks(self.room.lay(rows, place))
        except TooBig as error:
            self.unread.append(Unread(place, error.reason))
            return None
        return Table(kept, place) if kept else None

    def _paragraphs(self, cell: _Element, frame: Frame) -> Iterator[Prose]:
        for paragraph in cell.iter(f"{A}p"):
            prose = self._prose(paragraph, "body", frame)
            if prose is not None:
                yield prose

    def _notes(self, name: str) -> Iterator[Prose]:
        """Yield the paragraphs of the notes' body; the notes page's own slide number and date are no notes."""
        for shape in self.package.xml(name).iter(f"{P}sp"):
            placeholder = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
            if placeholder is not None and placeholder.get("type") in ("sldImg", "sldNum", "dt", "hdr", "ftr"):
                continue
            for paragraph in shape.iter(f"{A}p"):
                prose = self._prose(paragraph, "speaker-note", None, name)
                if prose is not None:
                    yield prose


def _bullet(paragraph: _Element, kind: str | None) -> ProseRole:
    """Return whether a paragraph is a bullet: its own sign decides, else whether it stands in a body placeholder."""
    properties = paragraph.find(f"{A}pPr")
    if properties is not None:
        if properties.find(f"{A}buNone") is not None:
            return "body"
        if properties.find(f"{A}buChar") is not None or properties.find(f"{A}buAutoNum") is not None:
            return "bullet"
    return "bullet" if kind in ("body", "obj") else "body"


def _is_hidden(shape: _Element) -> bool:
    properties = next(shape.iter(f"{P}cNvPr"), None)
    return properties is not None and properties.get("hidden") in _ON
