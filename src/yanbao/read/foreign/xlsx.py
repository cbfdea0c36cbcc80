"""Workbooks that somebody else made: each sheet's blocks of cells as tables, with what is stored and what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from yanbao.errors import ReadError
from yanbao.read.contents import Place
from yanbao.read.foreign.chart import chart_table
from yanbao.read.foreign.exhibits import with_exhibits, without_running_heads
from yanbao.read.foreign.grid import Room
from yanbao.read.foreign.office import main_part, opened, properties_of
from yanbao.read.foreign.reason import Reason
from yanbao.read.foreign.tree import ForeignBlock, ForeignDocument, ForeignPage, Table, Unread
from yanbao.read.foreign.xlsx_blocks import SheetGrid, blocks_of
from yanbao.read.foreign.xlsx_repair import repaired
from yanbao.read.package import Package
from yanbao.read.reference import Reference, parse_reference
from yanbao.read.xlsx_sheet import R, ReadCell, S, cells, number_formats, shared_strings

if TYPE_CHECKING:
    from lxml.etree import _Element

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
MAX_CELLS = 200_000  # of a sheet: the largest of a report has some thousands
_MAX_SHEETS = 2000
_MAX_MERGES = 100_000


def read_xlsx(file: Path) -> ForeignDocument:
    """Return the document of a workbook (.xlsx, .xlsm): a page for each sheet, hidden ones marked.

    A block of cells is a table: texts as the number formats show them, stored numbers as values, formulas, merged
    cells as spans. Titles, units and notes around a block are joined to it. Charts follow their sheet's blocks.
    A place's line is the row, its cell the address.

    Raises:
        ReadError: there is no such file, it is no workbook, damaged, encrypted, or made to exhaust its reader.
    """
    with opened(file, "XLSX") as package:
        reader = _Book(package)
        pages = tuple(reader.pages())
        properties = properties_of(package)
    return ForeignDocument(file, "xlsx", pages, tuple(reader.unread), properties)


class _Book:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.unread: list[Unread] = []
        self.charts: set[str] = set()
        self.room = Room()
        self.sheets: dict[str, dict[tuple[int, int], ReadCell]] = {}

    def pages(self) -> Iterator[ForeignPage]:
        """Yield the sheets in the order of their tabs."""
        package = self.package
        main = main_part(package)
        root = package.xml(main)
        relations = package.relations(main)
        parts = {kind: target for kind, target in relations.values() if target in package.names}
        strings = shared_strings(package, parts["sharedStrings"]) if "sharedStrings" in parts else ()
        formats = number_formats(package, parts["styles"]) if "styles" in parts else ()
        settings = root.find(f"{S}workbookPr")
        if settings is not None and settings.get("date1904") in ("1", "true"):
            self._tell(None, "", Reason("dates-1904"))
        sheets = list(root.iter(f"{S}sheet"))
        if not 0 < len(sheets) <= _MAX_SHEETS:
            raise ReadError(
                f"{package.file}: has {len(sheets)} sheets; 1 to {_MAX_SHEETS} are read\n    hint: split the workbook"
            )
        pages: list[tuple[int, str, str, bool, list[ForeignBlock]]] = []
        for number, item in enumerate(sheets, 1):
            name = item.get("name") or ""
            kind, target = relations.get(str(item.get(f"{R}id")), ("", ""))
            hidden = item.get("state", "visible") != "visible"
            if target not in package.names:
                self._tell(number, name, Reason("sheet-missing"))
                continue
            blocks: list[ForeignBlock] = []
            if kind == "worksheet":
                blocks += self._blocks(number, name, target, strings, formats)
            elif kind != "chartsheet":
                self._tell(number, name, Reason("sheet-kind", repr(kind)))
            pages.append((number, name, target, hidden, blocks))
        for number, name, target, hidden, blocks in pages:  # a chart may show the cells of a later sheet
            blocks += self._charts(number, name, target)
            yield ForeignPage(number, tuple(blocks), name=name, hidden=hidden)

    def _tell(self, page: int | None, sheet: str, reason: Reason) -> None:
        self.unread.append(Unread(Place(self.package.file.name, page, part=sheet), reason))

    def _blocks(
        self, number: int, name: str, part: str, strings: tuple[str, ...], formats: tuple[str, ...]
    ) -> list[ForeignBlock]:
        root = self.package.xml(part)
        where = f"{self.package.file}: sheet {name!r}"
        count = sum(1 for _ in root.iter(f"{S}c"))
        if count > MAX_CELLS:
            self._tell(number, name, Reason("sheet-too-big", count, MAX_CELLS))
            return []
        for reason in repaired(root):
            self._tell(number, name, reason)
        found = cells(root, where, strings, formats, {})
        blank = sum(cell.cell.formula is not None and cell.cell.value is None for cell in found)
        if blank:
            self._tell(number, name, Reason("no-results", blank))
        self.sheets[name] = {(cell.row, cell.column): cell for cell in found}
        grid = SheetGrid(self.package.file.name, number, name, found, _merges(root), _links(root))
        blocks, too_big = blocks_of(grid, self.room)
        for reason in too_big:
            self._tell(number, name, reason)
        return with_exhibits(without_running_heads(blocks))

    def _charts(self, number: int, sheet: str, part: str) -> Iterator[ForeignBlock]:
        for kind, drawing in self.package.relations(part).values():
            if kind != "drawing" or drawing not in self.package.names:
                continue
            relations = self.package.relations(drawing)
            for item in self.package.xml(drawing).iter(f"{_C}chart"):
                target = relations.get(str(item.get(f"{R}id")), ("", ""))[1]
                place = Place(self.package.file.name, number, part=target)
                if target in self.charts:  # what is drawn again says nothing new, and may be drawn thousands of times
                    continue
                self.charts.add(target)
                if target not in self.package.names:
                    self.unread.append(Unread(place, Reason("chart-missing")))
                    continue
                table = chart_table(self.package, target, place, lambda reference: self._shown(sheet, reference))
                if isinstance(table, Table):
                    yield table
                else:
                    self.unread.append(table)

    def _shown(self, sheet: str, reference: str) -> list[tuple[Fraction | None, str]]:
        """Return the numbers behind a reference and how their cells show them."""
        found = parse_reference(reference)
        if found is None:
            return []
        held = self.sheets.get(found.sheet or sheet, {})
        read = [held.get(spot) for spot in found.cells()]
        return [
            (cell.cell.value, cell.text) if cell is not None and isinstance(cell.cell.value, Fraction) else (None, "")
            for cell in read
        ]


def _links(root: _Element) -> frozenset[tuple[int, int]]:
    """Return the cells that lead to another place of the workbook: they are no words of a table."""
    found: set[tuple[int, int]] = set()
    for link in root.iter(f"{S}hyperlink"):
        place = parse_reference(link.get("ref") or "")
        if place is not None and link.get("location"):
            found.add((place.first_row, place.first_column))
    return frozenset(found)


def _merges(root: _Element) -> list[Reference]:
    found: list[Reference] = []
    for item in root.iter(f"{S}mergeCell"):
        reference = parse_reference(item.get("ref") or "")
        if reference is not None:
            found.append(reference)
        if len(found) >= _MAX_MERGES:
            break
    return found
