"""Workbooks, .xls and .xlsx: their cells as Arrow tables, with row numbers as the sheet shows them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yanbao.errors import SourceError
from yanbao.source.csv_file import text_table
from yanbao.source.header import column_names

if TYPE_CHECKING:
    import pyarrow as pa

    from yanbao.source.mapping import Reading

# limits against files that are small on disk and huge in memory: the widest honest export seen is 11,588 x 50 cells
# (33 MB of XML); a sheet is held as a block from its first to its last cell, so that one far cell costs all between
MAX_CELLS = 20_000_000
MAX_UNPACKED = 2_000_000_000
MAX_RATIO = 200
_OLD, _NEW = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_RECORDS = 50_000
Cell = str | float | bool | date | time | datetime | timedelta


def read_excel(path: Path, reading: Reading) -> Iterator[pa.Table]:
    """Yield the rows of a sheet as Arrow tables of texts, with the sheet's row number in `_row`.

    Numbers are printed in full (2136.0 as `2136`), days as 2024-06-28; text cells stay as they are. Empty rows are
    left out.

    Raises:
        SourceError: no workbook, too large, no such sheet, several sheets and none named, no header.
    """
    cells, merged = sheet_cells(path, reading.sheet)
    last = max(reading.header, default=0)
    if last > len(cells):
        raise SourceError(f"{path}: has no header on row {last}\n    hint: `header` counts rows from 1")
    heads = [spread([as_text(cell) for cell in cells[row - 1]], row, merged) for row in reading.header]
    width = max((len(row) for row in cells), default=0)
    names = column_names(heads, width)
    rows: list[list[str]] = []
    numbers: list[int] = []
    for number, row in enumerate(cells[last:], last + 1):
        texts = [as_text(cell) for cell in row]
        first = next((text for text in texts if text), None)
        if first is None:
            continue
        if reading.footer and first.strip().startswith(reading.footer):
            break
        rows.append(texts)
        numbers.append(number)
        if len(rows) == _RECORDS:
            yield text_table(names, rows, numbers)
            rows, numbers = [], []
    if rows:
        yield text_table(names, rows, numbers)


def spread(texts: list[str], row: int, merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> list[str]:
    """Return a header row with the text of a merged cell over all the columns it spans."""
    for (top, left), (bottom, right) in merged:
        if top <= row - 1 <= bottom and top == row - 1:
            texts[left : right + 1] = [texts[left]] * (right + 1 - left)
    return texts


def as_text(cell: Cell) -> str:
    """Return a cell as text that loses nothing: 2136.0 is `2136`, 0.1 is `0.1`, a day 2024-06-28."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)


def sheet_names(path: Path) -> list[str]:
    """Return the visible sheets of a workbook that have cells."""
    with _open(path) as book:
        return _filled(book)


def sheet_cells(path: Path, sheet: str | None) -> tuple[list[list[Any]], list[Any]]:
    """Return all cells of a sheet from A1 on, and its merged ranges as ((row, column), (row, column)) from 0.

    Raises:
        SourceError: see `read_excel`.
    """
    with _open(path) as book:
        if sheet is None:
            filled = _filled(book)
            if len(filled) != 1:
                hint = f"name one in `sheet`: {', '.join(filled)}" if filled else "no sheet has cells"
                raise SourceError(f"{path}: has {len(filled)} sheets with cells\n    hint: {hint}")
            sheet = filled[0]
        if sheet not in book.sheet_names:
            raise SourceError(f"{path}: has no sheet `{sheet}`\n    hint: it has {', '.join(book.sheet_names)}")
        import python_calamine

        try:
            found = book.get_sheet_by_name(sheet)
        except python_calamine.CalamineError as error:
            raise SourceError(f"{path}: sheet {sheet} cannot be read: {error}\n    hint: it is damaged") from error
        return found.to_python(skip_empty_area=False), list(found.merged_cell_ranges or ())


def _filled(book: Any) -> list[str]:
    visible = [data.name for data in book.sheets_metadata if str(data.visible).endswith("Visible")]
    return [name for name in visible if book.get_sheet_by_name(name).total_height]


def _open(path: Path) -> Any:
    import python_calamine

    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    if start == _NEW:
        _bounded(path)
    elif start != _OLD:
        # sites give text or HTML the suffix .xls, which Excel opens with a warning
        raise SourceError(
            f'{path}: is no workbook\n    hint: if it is text, format = "csv"; HTML has to be saved again'
        )
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except (python_calamine.CalamineError, OSError) as error:
        raise SourceError(f"{path}: is no workbook that can be read: {error}\n    hint: it is cut or locked") from error


def _bounded(path: Path) -> None:
    """Refuse a workbook that would not fit into memory, before it is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(path.stat().st_size, 1_000_000):
                raise SourceError(f"{path}: unpacks to {unpacked:,} bytes\n    hint: save it as CSV")
            for member in members:
                if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                    _bounded_sheet(path, archive, member)
    except zipfile.BadZipFile as error:
        raise SourceError(f"{path}: is no workbook that can be read: {error}\n    hint: the file is cut") from error


def _bounded_sheet(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    right = bottom = 0
    tail = b""
    columns: set[bytes] = set()
    with archive.open(member) as sheet:
        while block := sheet.read(1 << 22):
            text = tail + block
            last = None
            for last in _CELL.finditer(text):
                columns.add(last[1])
                bottom = max(bottom, int(last[2]))
            tail = text[max(last.end() if last else 0, len(text) - 4096) :]
    for letters in columns:
        number = 0
        for letter in letters:
            number = number * 26 + letter - 64
        right = max(right, number)
    if right * bottom > MAX_CELLS:
        raise SourceError(
            f"{path}: {member.filename} reaches to row {bottom:,}, column {right:,}: {right * bottom:,} cells\n"
            f"    hint: at most {MAX_CELLS:,} are read; delete what stands far below or save it as CSV"
        )
