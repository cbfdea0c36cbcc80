"""Cells of a worksheet's XML: numbers, texts, formulas, and putting something else in one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def column_of(address: str) -> str:
    """Return the letters of an address."""
    return re.sub(r"\d", "", address)


def row_of(address: str) -> int:
    """Return the row of an address."""
    return int(re.sub(r"\D", "", address))


def number_cells(sheet: Any) -> Iterator[tuple[Any, float]]:
    """Yield the cells that hold a number without a formula, with it."""
    for cell in sheet.iter(f"{S}c"):
        value = cell.find(f"{S}v")
        if value is not None and cell.get("t", "n") == "n" and cell.find(f"{S}f") is None:
            yield cell, float(value.text)


def formula_cells(sheet: Any) -> Iterator[tuple[Any, str, str]]:
    """Yield the cells with a formula whose cached result is a number, with both as they stand."""
    for cell in sheet.iter(f"{S}c"):
        formula, value = cell.find(f"{S}f"), cell.find(f"{S}v")
        if formula is not None and formula.text and value is not None and cell.get("t", "n") == "n":
            yield cell, formula.text, value.text


def text_formula_cells(sheet: Any) -> Iterator[tuple[Any, str]]:
    """Yield the cells with a formula whose cached result is a text, with the text."""
    for cell in sheet.iter(f"{S}c"):
        value = cell.find(f"{S}v")
        if cell.find(f"{S}f") is not None and cell.get("t") == "str" and value is not None and value.text:
            yield cell, value.text


def shared_strings(strings: Any) -> list[str]:
    """Return the texts of the tree of the shared strings."""
    return ["".join(t.text or "" for t in item.iter(f"{S}t")) for item in strings]


def text_cells(sheet: Any, shared: Sequence[str]) -> Iterator[tuple[Any, str]]:
    """Yield the cells that hold a text, with it; `shared` are the texts of the shared strings."""
    for cell in sheet.iter(f"{S}c"):
        value = cell.find(f"{S}v")
        if cell.get("t") == "s" and value is not None:
            yield cell, shared[int(value.text)]
        elif cell.get("t") == "inlineStr":
            yield cell, "".join(t.text or "" for t in cell.iter(f"{S}t"))


def inline(cell: Any, text: str) -> None:
    """Put a text of its own into a cell."""
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    holder = cell.makeelement(f"{S}is", {})
    item = holder.makeelement(f"{S}t", {})
    item.text = text
    holder.append(item)
    cell.append(holder)


def number(cell: Any, text: str) -> None:
    """Put a number into a cell, in place of whatever it holds."""
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    value = cell.makeelement(f"{S}v", {})
    value.text = text
    cell.append(value)


def empty(cell: Any) -> None:
    """Take out what a cell holds."""
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
