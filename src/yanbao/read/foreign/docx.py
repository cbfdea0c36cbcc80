"""Word documents that somebody else made: what a reader sees of them, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from yanbao.errors import ReadError
from yanbao.read.contents import Place
from yanbao.read.foreign.docx_style import Styles
from yanbao.read.foreign.docx_text import W, Words, run_pieces
from yanbao.read.foreign.exhibits import with_exhibits, without_running_heads
from yanbao.read.foreign.grid import Room, TooBig, without_blanks
from yanbao.read.foreign.office import main_part, opened, properties_of
from yanbao.read.foreign.prose import one_line, prose_of
from yanbao.read.foreign.reason import Reason
from yanbao.read.foreign.tree import (
    Cell,
    ForeignBlock,
    ForeignDocument,
    ForeignPage,
    Line,
    Prose,
    ProseRole,
    Table,
    Unread,
)
from yanbao.read.package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element

_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MOST_NESTED = 20
_SIDE_PARTS: dict[str, ProseRole] = {
    "footnotes": "footnote",
    "endnotes": "footnote",
    "header": "header",
    "footer": "footer",
}


def read_docx(file: Path) -> ForeignDocument:
    """Return the document of a Word file: one page, for the file knows no others.

    Paragraphs, headings with their level, lists, tables with spans, text boxes where they are anchored, charts as
    tables; then footnotes, running heads and feet. Deleted text of tracked changes is left out, inserted text kept.
    A place's line counts paragraphs from 1.

    Raises:
        ReadError: there is no such file, it is no Word file, damaged, encrypted, or made to exhaust its reader.
    """
    with opened(file, "DOCX") as package:
        main = main_part(package)
        root = package.xml(main)
        body = root.find(f"{W}body")
        if body is None:
            raise ReadError(f"{file}: part {main!r} holds no document\n    hint: is it a Word file?")
        relations = package.relations(main)
        styles = Styles.of(package, relations)
        reader = _Reader(package, relations, styles)
        blocks = reader.blocks(body, main, "body", 0)
        blocks = with_exhibits(without_running_heads(blocks))
        for kind, target in dict.fromkeys(relations.values()):
            if kind in _SIDE_PARTS and target in package.names:
                blocks.extend(reader.side(target, _SIDE_PARTS[kind]))
        reader.tell_changes()
        properties = properties_of(package)
    return ForeignDocument(file, "docx", (ForeignPage(1, tuple(blocks)),), tuple(reader.unread), properties)


class _Reader:
    """Reads the parts of a document; paragraphs are counted through all of them."""

    def __init__(self, package: Package, relations: dict[str, tuple[str, str]], styles: Styles) -> None:
        self.package, self.relations, self.styles = package, relations, styles
        self.name = package.file.name
        self.count = 0
        self.unread: list[Unread] = []
        self.charts: set[str] = set()
        self.words = Words()
        self.room = Room()

    def side(self, part: str, role: ProseRole) -> Iterator[ForeignBlock]:
        """Yield the prose of a part beside the body: notes, running heads and feet."""
        root = self.package.xml(part)
        for element in [root] if role in ("header", "footer") else list(root):
            if element.get(f"{W}type") not in ("separator", "continuationSeparator", "continuationNotice"):
                yield from self.blocks(element, part, role, 0)

    def blocks(self, parent: _Element, part: str, role: ProseRole, depth: int) -> list[ForeignBlock]:
        """Return the blocks of a body, a cell, a note or a text box."""
        if depth > _MOST_NESTED:
            raise ReadError(
                f"{self.package.file}: part {part!r} nests tables or boxes more than {_MOST_NESTED} deep"
                "\n    hint: take inner tables out of their cells"
            )
        found: list[ForeignBlock] = []
        for child in _unwrapped(parent):
            if child.tag == f"{W}p":
                found.extend(self._paragraph(child, part, role, depth))
            elif child.tag == f"{W}tbl":
                found.extend(self._table(child, part, depth))
            elif child.tag == f"{W}altChunk":
                self.unread.append(Unread(Place(self.name, 1, part=part), Reason("embedded-file")))
        return found

    def _paragraph(self, element: _Element, part: str, role: ProseRole, depth: int) -> list[ForeignBlock]:
        self.count += 1
        place = Place(self.name, 1, self.count, part=part)
        rows, anchored = run_pieces(element, place, self.words)
        found: list[ForeignBlock] = []
        style = self.styles.of_paragraph(element)
        if style.is_removed:
            return found
        prose = prose_of(rows, style.role if role == "body" else role, style.level if role == "body" else 0)
        if prose is not None and prose.text.strip():
            found.append(prose)
        for anchor in anchored:
            if anchor.tag == f"{W}txbxContent":
                found.extend(self.blocks(anchor, part, role, depth + 1))
            else:
                found.extend(self._chart(anchor, place, part))
        return found

    def _chart(self, element: _Element, place: Place, part: str) -> list[ForeignBlock]:
        from yanbao.read.foreign.chart import chart_table

        relations = self.relations if part == "word/document.xml" else self.package.relations(part)
        kind, target = relations.get(str(element.get(_R_ID)), ("", ""))
        if kind != "chart":
            self.unread.append(Unread(place, Reason("chart-missing")))
            return []
        if target in self.charts:  # what is drawn again says nothing new, and may be drawn thousands of times
            return []
        self.charts.add(target)
        table = chart_table(self.package, target, place)
        return [table] if isinstance(table, Table) else self._told(table)

    def tell_changes(self) -> None:
        """Tell what tracked changes and fields left out."""
        if self.words.deleted:
            self.unread.append(Unread(Place(self.name, 1), Reason("tracked-changes", self.words.deleted)))
        if self.words.formulas:
            self.unread.append(Unread(Place(self.name, 1), Reason("equations", self.words.formulas)))

    def _told(self, unread: Unread) -> list[ForeignBlock]:
        self.unread.append(unread)
        return []

    def _table(self, table: _Element, part: str, depth: int) -> list[ForeignBlock]:
        place = Place(self.name, 1, self.count + 1, part=part)
        rows: list[list[_Slot]] = []
        nested: list[ForeignBlock] = []
        heads = 0
        for row in (item for item in _unwrapped(table) if item.tag == f"{W}tr"):
            properties = row.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                self.words.deleted += 1
                continue
            slots = [_Slot(Cell("", place)) for _ in range(_count(properties, "gridBefore", 0))]
            slots += [self._cell(cell, part, depth, nested) for cell in _unwrapped(row) if cell.tag == f"{W}tc"]
            rows.append(slots)
            header = None if properties is None else properties.find(f"{W}tblHeader")
            if header is not None and header.get(f"{W}val") not in ("0", "false", "off") and heads == len(rows) - 1:
                heads += 1
        try:
            kept = without_blanks(self.room.lay(_with_row_spans(rows), place))
        except TooBig as error:
            self.unread.append(Unread(place, error.reason))
            return nested
        if not kept:
            return nested
        if len(kept) == 1 and len(kept[0]) == 1 and kept[0][0] is not None:  # a frame around words
            prose = prose_of([[Line(kept[0][0].text, kept[0][0].place)]])
            return [*([] if prose is None else [prose]), *nested]
        return [Table(kept, place, head_rows=min(heads, len(kept)) or None), *nested]

    def _cell(self, cell: _Element, part: str, depth: int, nested: list[ForeignBlock]) -> _Slot:
        properties = cell.find(f"{W}tcPr")
        merge = None if properties is None else properties.find(f"{W}vMerge")
        restarts = merge is not None and merge.get(f"{W}val") == "restart"
        first = self.count + 1
        texts: list[str] = []
        for block in self.blocks(cell, part, "body", depth + 1):
            if isinstance(block, Prose):
                texts.append(block.text)
            else:
                nested.append(block)
        text = one_line("\n".join(texts))
        place = Place(self.name, 1, min(first, max(self.count, 1)), 0, len(text), part)
        found = Cell(text, place, 1, max(1, _count(properties, "gridSpan", 1)))
        return _Slot(found, restarts, merge is not None and not restarts)


@dataclass
class _Slot:
    """A cell of a row as written: one that continues the cell above it is told by `continues`."""

    cell: Cell
    restarts: bool = False
    continues: bool = False


def _with_row_spans(rows: list[list[_Slot]]) -> list[list[Cell]]:
    """Return the cells with the rows that they cover; a continuation with nothing above is an empty cell."""
    open_at: dict[int, _Slot] = {}  # grid column -> the cell whose merge goes on there
    found: list[list[_Slot]] = []
    for row in rows:
        column, still_open, kept = 0, {}, []
        for slot in row:
            above = open_at.get(column)
            if slot.continues and above is not None:
                above.cell = replace(above.cell, rows=above.cell.rows + 1)
                still_open[column] = above
                column += above.cell.columns
                continue
            if slot.restarts:
                still_open[column] = slot
            kept.append(slot)
            column += slot.cell.columns
        open_at = still_open
        found.append(kept)
    return [[slot.cell for slot in row] for row in found]


def _unwrapped(parent: _Element) -> Iterator[_Element]:
    """Yield the children of an element, looking through what only wraps them: content controls, insertions."""
    todo = list(reversed(parent))
    while todo:
        item = todo.pop()
        if item.tag == f"{W}sdt":
            content = item.find(f"{W}sdtContent")
            todo.extend([] if content is None else reversed(content))
        elif item.tag in (f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"):
            todo.extend(reversed(item))
        else:
            yield item


def _count(properties: _Element | None, name: str, default: int) -> int:
    element = None if properties is None else properties.find(f"{W}{name}")
    text = "" if element is None else element.get(f"{W}val") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else default
