"""The workbook as a ground for errors: its sheets, their texts, and changing one cell of one of them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from benchmarks.planted.archive import changed, members
from benchmarks.planted.plant import Changed, Clean, Plant
from benchmarks.planted.sheet_xml import S, shared_strings, text_cells

FILE = "report.xlsx"
WORKBOOK = "xl/workbook.xml"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@dataclass(frozen=True)
class Sheet:
    """A sheet: its number, its name and its member."""

    number: int
    name: str
    part: str

    @property
    def exhibit(self) -> bool:
        """Whether it is the sheet of an exhibit."""
        return bool(re.match(r"[图表]\d", self.name))

    @property
    def data(self) -> bool:
        """Whether it lists a table of the evidence."""
        return self.name.startswith("数据")


def parse(data: bytes) -> Any:
    """Return the tree of a member."""
    from lxml import etree

    return etree.fromstring(data)


@lru_cache(maxsize=2)
def sheets(data: bytes) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook in order."""
    parts = members(data)
    rels = parse(parts["xl/_rels/workbook.xml.rels"])
    targets = {item.get("Id"): posixpath.join("xl", item.get("Target")) for item in rels}
    return tuple(
        Sheet(order, item.get("name"), targets[item.get(f"{R}id")])
        for order, item in enumerate(parse(parts[WORKBOOK]).iter(f"{S}sheet"), 1)
    )


def trees(clean: Clean, fits: Callable[[Sheet], bool]) -> Iterator[tuple[Sheet, Any]]:
    """Yield the sheets that fit, each with its tree."""
    data = clean.bytes_of(FILE)
    for sheet in sheets(data):
        if fits(sheet):
            yield sheet, parse(members(data)[sheet.part])


def texts(clean: Clean, fits: Callable[[Sheet], bool]) -> Iterator[tuple[Sheet, Any, str]]:
    """Yield the cells with a text on the sheets that fit."""
    shared = shared_strings(parse(members(clean.bytes_of(FILE))["xl/sharedStrings.xml"]))
    for sheet, root in trees(clean, fits):
        for cell, text in text_cells(root, shared):
            yield sheet, cell, text


def written(clean: Clean, part: str, root: Any) -> Changed:
    """Return the workbook with one member changed."""
    from lxml import etree

    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return {FILE: changed(clean.bytes_of(FILE), {part: data})}


def sheet_changed(clean: Clean, sheet: Sheet, change: Callable[[Any], None]) -> Changed:
    """Return the workbook with one entry of its list of sheets changed."""
    root = parse(members(clean.bytes_of(FILE))[WORKBOOK])
    change(next(item for item in root.iter(f"{S}sheet") if item.get("name") == sheet.name))
    return written(clean, WORKBOOK, root)


def cell_plant(
    clean: Clean,
    sheet: Sheet,
    address: str,
    what: str,
    claim: str,
    change: Callable[[Any], None],
    *,
    gone: bool = False,
) -> Plant:
    """Return a plant that changes one cell; a finding may quote the claim or name the cell."""

    def make() -> Changed:
        root = parse(members(clean.bytes_of(FILE))[sheet.part])
        change(next(item for item in root.iter(f"{S}c") if item.get("r") == address))
        return written(clean, sheet.part, root)

    where = f"{sheet.name}!{address}"
    return Plant(f"{where}: {what}", FILE, sheet.number, claim, make, gone, named=(f"{where}:",))
