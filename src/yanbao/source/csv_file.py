"""Text files with separated cells, in any encoding that such files have, streamed as Arrow tables of texts."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yanbao.errors import SourceError
from yanbao.source.header import column_names
from yanbao.store.batch import ROW

if TYPE_CHECKING:
    import pyarrow as pa

    from yanbao.source.mapping import Reading

_BLOCK = 1 << 24
_RECORDS = 50_000  # of one Arrow table
_SHOWN = 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = ",\t;|"


@dataclass(frozen=True)
class TextFacts:
    """What one pass over a text file tells: its digest, its encoding, and whether a line is always a record."""

    digest: str
    encoding: str
    a_line_is_a_record: bool


def text_facts(path: Path, encoding: str | None = None) -> TextFacts:
    """Read a text file once and tell how to read it again.

    Without `encoding` it is that of a BOM, else UTF-8 where every byte fits, else GB18030, which holds GBK and GB2312.

    Raises:
        SourceError: the file can't be opened, is empty, or is in no such encoding.
    """
    import numpy as np

    digest = hashlib.sha256()
    start = b""
    newlines_inside = blank = False
    quotes = 0  # parity so far
    length, last = 0, 10
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                start = start or block[:4]
                digest.update(block)
                length += len(block)
                data = np.frombuffer(block, np.uint8)
                ends = data == 10
                parity = (np.cumsum(data == 34) + quotes) & 1
                newlines_inside = newlines_inside or bool((parity[ends] == 1).any())
                quotes = int(parity[-1])
                text = data[data != 13]
                joined = np.concatenate(([last], text)) if len(text) else np.array([last])
                # a blank line at the very end is no row that later ones are counted from
                runs = np.flatnonzero((joined[1:] == 10) & (joined[:-1] == 10))
                blank = blank or (bool(len(runs)) and bool((joined[runs[0] + 1 :] != 10).any()))
                last = int(joined[-1])
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    if not length:
        raise SourceError(f"{path}: is empty")
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise SourceError(f'{path}: is a workbook, not text\n    hint: format = "excel"')
    if encoding is None:
        encoding = next((name for mark, name in _BOMS if start.startswith(mark)), None)
    found = _encoding(path, encoding)
    return TextFacts(digest.hexdigest(), found, not newlines_inside and not blank and found != "utf-16")


def _encoding(path: Path, given: str | None) -> str:
    places = {}
    for name in (given,) if given else ("utf-8", "gb18030"):
        try:
            place = _undecodable(path, name)
        except LookupError as error:
            raise SourceError(f"{path}: `{name}` is no encoding\n    hint: utf-8, gb18030, big5, utf-16") from error
        if place is None:
            return name
        places[name] = place
    what = ", ".join(f"{name} (byte {place:,})" for name, place in places.items())
    raise SourceError(f"{path}: is not {what}\n    hint: the file is cut or damaged, or `encoding` is another one")


def _undecodable(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    place = 0
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return place + error.start
            if not block:
                return None
            place += len(block)


def read_csv(path: Path, reading: Reading, facts: TextFacts | None = None) -> Iterator[pa.Table]:
    """Yield a text file's rows as Arrow tables of texts, with the file's line in `_row`.

    Cells stay as they are printed: leading zeros, blanks and `--` are kept. Rows without any cell are left out.

    Raises:
        SourceError: rows with another number of cells than the header (all of them are named, up to 20), a quote that
            is never closed, no header.
    """
    facts = facts or text_facts(path, reading.encoding)
    delimiter = reading.delimiter or sniff_delimiter(path, facts.encoding, max(reading.header, default=1))
    head = list(islice(records(path, facts.encoding, delimiter), 0, 200))
    wanted = set(reading.header)
    heads = [cells for line, cells in head if line in wanted]
    if len(heads) != len(wanted):
        raise SourceError(f"{path}: has no header on row {max(wanted)}\n    hint: `header` counts lines from 1")
    if not head:
        raise SourceError(f"{path}: has no rows")
    width = max(len(cells) for cells in heads) if heads else len(head[0][1])
    names = column_names(heads, width)
    first = max(wanted, default=0)
    if facts.a_line_is_a_record and not reading.footer:
        yield from _arrow(path, facts.encoding, delimiter, names, first)
    else:
        yield from _python(path, facts.encoding, delimiter, names, first, reading.footer)


def sniff_delimiter(path: Path, encoding: str, row: int) -> str:
    """Return the sign that cuts row `row` of a text file into the most cells; a comma where none cuts it."""
    with path.open(encoding=encoding, newline="") as file:
        text = next(islice(file, row - 1, row), "")
    return max(_DELIMITERS, key=text.count)


def records(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line it starts on; lines without cells are left out."""
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                if any(cells):
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            hint = "a quote is not closed, or the file is cut"
            raise SourceError(f"{path}:{line}: is not CSV: {error}\n    hint: {hint}") from error


def _python(
    path: Path, encoding: str, delimiter: str, names: list[str], first: int, footer: tuple[str, ...]
) -> Iterator[pa.Table]:
    width = len(names)
    ragged: list[tuple[int, int]] = []
    lines: list[int] = []
    rows: list[list[str]] = []
    for line, cells in records(path, encoding, delimiter):
        if line <= first:
            continue
        if footer and next(cell for cell in cells if cell).strip().startswith(footer):
            break
        if len(cells) != width:
            if len(cells) < width or any(cells[width:]):
                ragged.append((line, len(cells)))
                continue
            cells = cells[:width]
        lines.append(line)
        rows.append(cells)
        if len(rows) == _RECORDS:
            yield text_table(names, rows, lines)
            rows, lines = [], []
    _refuse(path, ragged, width)
    if rows:
        yield text_table(names, rows, lines)


def text_table(names: list[str], rows: list[list[str]], lines: list[int]) -> pa.Table:
    """Return rows of texts as an Arrow table with `_row`."""
    import pyarrow as pa

    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.table([*columns, pa.array(lines, pa.int64())], [*names, ROW])


def _arrow(path: Path, encoding: str, delimiter: str, names: list[str], first: int) -> Iterator[pa.Table]:
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv as arrow

    ragged: list[tuple[int, int]] = []

    def refuse(row: Any) -> str:
        ragged.append((row.number, row.actual_columns))
        return "skip"

    handler: Callable[[Any], str] = refuse
    try:
        reader = arrow.open_csv(
            path,
            # one thread: only then the rows that are refused have numbers
            read_options=arrow.ReadOptions(
                use_threads=False,
                block_size=_BLOCK,
                skip_rows=first,
                column_names=names,
                encoding="utf8" if encoding in ("utf-8", "utf-8-sig") else encoding,
            ),
            parse_options=arrow.ParseOptions(delimiter=delimiter, invalid_row_handler=handler),
            convert_options=arrow.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
        line = first
        for batch in reader:
            if not batch.num_rows:
                continue
            table = pa.Table.from_batches([batch])
            yield table.append_column(ROW, pa.array(np.arange(line + 1, line + 1 + batch.num_rows, dtype=np.int64)))
            line += batch.num_rows
    except pa.ArrowInvalid as error:
        if "Empty CSV file" in str(error) or "no data" in str(error).lower():
            return
        raise SourceError(f"{path}: is not CSV: {error}\n    hint: a row is longer than 16 MB, or damaged") from error
    _refuse(path, ragged, len(names))


def _refuse(path: Path, ragged: list[tuple[int, int]], width: int) -> None:
    if not ragged:
        return
    shown = "\n".join(f"  {path.name}:{line}: has {cells} cells" for line, cells in ragged[:_SHOWN])
    more = f"\n  … {len(ragged) - _SHOWN:,} more" if len(ragged) > _SHOWN else ""
    raise SourceError(
        f"{path}: {len(ragged):,} rows have not the {width} cells of the header\n{shown}{more}\n"
        "    hint: quote cells that hold the delimiter, name rows below the table in `footer`; or the file is cut"
    )
