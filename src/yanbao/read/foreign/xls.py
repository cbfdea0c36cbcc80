"""Workbooks of the format before .xlsx, as values without formulas."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

from yanbao.errors import ReadError
from yanbao.read.contents import Place, SheetCell
from yanbao.read.foreign.exhibits import with_exhibits, without_running_heads
from yanbao.read.foreign.grid import Room
from yanbao.read.foreign.reason import Reason
from yanbao.read.foreign.tree import ForeignDocument, ForeignPage, Unread
from yanbao.read.foreign.xlsx import MAX_CELLS
from yanbao.read.foreign.xlsx_blocks import SheetGrid, blocks_of
from yanbao.read.number_display import general
from yanbao.read.reference import Reference, address
from yanbao.read.stored_number import stored_number
from yanbao.read.xlsx_sheet import ReadCell

_SECONDS = 120  # a workbook of a megabyte takes two


def read_xls(file: Path) -> ForeignDocument:
    """Return the document of an .xls workbook: its sheets' blocks of cells.

    The library gives stored values only: formulas and number formats are not read, and the document says so. Numbers
    stand with the digits that are stored, which may be more than the sheet shows.

    Raises:
        ReadError: the file cannot be read, is damaged, encrypted or too big.
    """
    unread = [Unread(Place(file.name), Reason("xls-values"))]
    pages = []
    room = Room()
    for number, sheet in enumerate(_sheets(file), 1):
        name, rows = str(sheet["name"]), sheet["cells"]
        if len(rows) > MAX_CELLS:
            unread.append(Unread(Place(file.name, number, part=name), Reason("data-store", MAX_CELLS)))
            rows = []
        merges = [
            Reference("", first[1] + 1, first[0] + 1, last[1] + 1, last[0] + 1) for first, last in sheet["merges"]
        ]
        cells = [_cell(*row) for row in rows]
        blocks, reasons = blocks_of(SheetGrid(file.name, number, name, cells, merges), room)
        unread += [Unread(Place(file.name, number, part=name), reason) for reason in reasons]
        blocks = with_exhibits(without_running_heads(blocks))
        pages.append(ForeignPage(number, tuple(blocks), name=name, hidden=bool(sheet["hidden"])))
    return ForeignDocument(file, "xlsx", tuple(pages), tuple(unread))


def _sheets(file: Path) -> list[dict[str, Any]]:
    """Return what the reading process prints; it may end in any way."""
    command = [sys.executable, "-m", "yanbao.read.foreign.xls_cells", str(file.absolute()), str(MAX_CELLS)]
    paths = os.pathsep.join(path for path in sys.path if path)
    try:
        done = subprocess.run(  # noqa: S603  # our own module, and a path as an argument
            command, capture_output=True, timeout=_SECONDS, check=False, env=os.environ | {"PYTHONPATH": paths}
        )
    except subprocess.TimeoutExpired as error:
        raise _unreadable(file, f"takes more than {_SECONDS} seconds") from error
    if done.returncode != 0:
        raise _unreadable(file, "is damaged: what it announces does not fit in memory, or contradicts itself")
    found = json.loads(done.stdout)
    if "error" in found:
        raise _unreadable(file, str(found["error"]))
    sheets: list[dict[str, Any]] = found["sheets"]
    return sheets


def _unreadable(file: Path, cause: str) -> ReadError:
    return ReadError(f"{file}: {cause}\n    hint: open it and save it as .xlsx without a password")


def _cell(row: int, column: int, kind: str, text: str) -> ReadCell:
    value = stored_number(text) if kind == "number" else None
    if value is not None:
        return ReadCell(row, column, general(value), SheetCell(address(row, column), value))
    stored: Fraction | str | bool = text == "TRUE" if kind == "bool" else text
    return ReadCell(row, column, text, SheetCell(address(row, column), stored))
