"""Workbooks of the format before .xlsx, as values without formulas."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

from yanbao.errors import ReadError
from yanbao.read.contents import Place, SheetCell
from yanbao.read.foreign.exhibits import with_exhibits
from yanbao.read.foreign.grid import Room
from yanbao.read.foreign.tree import ForeignDocument, ForeignPage, Unread
from yanbao.read.foreign.xlsx import MAX_CELLS
from yanbao.read.foreign.xlsx_blocks import SheetGrid, blocks_of
from yanbao.read.number_display import general
from yanbao.read.reference import Reference, address
from yanbao.read.xlsx_sheet import ReadCell


def read_xls(file: Path) -> ForeignDocument:
    """Return the document of an .xls workbook: its sheets' blocks of cells.

    The library gives stored values only: formulas and number formats are not read, and the document says so. Numbers
    stand with the digits that are stored, which may be more than the sheet shows.

    Raises:
        ReadError: the file cannot be read, is damaged, encrypted or too big.
    """
    import python_calamine as calamine

    try:
        with calamine.CalamineWorkbook.from_path(str(file)) as book:
            return _document(file, book)
    except calamine.PasswordError as error:
        raise ReadError(f"{file}: is encrypted\n    hint: save it without a password") from error
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise _unreadable(file, error) from error
    except BaseException as error:
        # a panic of the library is no Exception; it has no other name that can be imported
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: BaseException) -> ReadError:
    return ReadError(
        f"{file}: cannot be read as an .xls workbook ({str(error)[:200]})\n    hint: open it and save it as .xlsx"
    )


def _document(file: Path, book: Any) -> ForeignDocument:
    hidden = {sheet.name for sheet in book.sheets_metadata if not str(sheet.visible).endswith(".Visible")}
    unread = [Unread(Place(file.name), "formulas and number formats of an .xls file are not read, only values")]
    pages = []
    room = Room()
    for number, name in enumerate(book.sheet_names, 1):
        sheet = book.get_sheet_by_name(name)
        found = list(islice(_cells(sheet.iter_rows()), MAX_CELLS + 1))
        if len(found) > MAX_CELLS:
            reason = f"a store of data: at most {MAX_CELLS} cells of a sheet are read"
            unread.append(Unread(Place(file.name, number, part=name), reason))
            found = []
        merges = [
            Reference("", first[1] + 1, first[0] + 1, last[1] + 1, last[0] + 1)
            for first, last in sheet.merged_cell_ranges or ()
        ]
        blocks, reasons = blocks_of(SheetGrid(file.name, number, name, found, merges), room)
        unread += [Unread(Place(file.name, number, part=name), reason) for reason in reasons]
        pages.append(ForeignPage(number, tuple(with_exhibits(blocks)), name=name, hidden=name in hidden))
    return ForeignDocument(file, "xlsx", tuple(pages), tuple(unread))


def _cells(rows: Iterable[list[Any]]) -> Iterator[ReadCell]:
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            if value is None or value == "":
                continue
            stored: Fraction | str | bool
            if isinstance(value, bool):
                stored, text = value, "TRUE" if value else "FALSE"
            elif isinstance(value, int | float):
                stored = Fraction(repr(value))
                text = general(stored)
            elif isinstance(value, datetime.datetime) and value.time() == datetime.time():
                stored = text = value.date().isoformat()
            else:
                stored = text = str(value)
            yield ReadCell(row, column, text, SheetCell(address(row, column), stored))
