"""One cell of a CSV file, replaced: every other byte stays as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from yanbao.errors import EditError

_BOM = "\ufeff"


@dataclass(frozen=True)
class Cell:
    """Where a cell stands in a text: its characters from `start` to `end`, quotes included, and what it says."""

    line: int  # on which its record starts, the first line is 1
    column: str  # the header's name
    start: int
    end: int
    value: str


def cells(text: str) -> list[list[Cell]]:
    """Return the cells of each record below the header, with their places.

    Raises:
        EditError: the text is no CSV.
    """
    records = list(_records(text.removeprefix(_BOM), len(text) - len(text.removeprefix(_BOM))))
    if not records:
        return []
    header = [value.strip() for _, _, _, value in records[0]]
    return [
        [
            Cell(line, header[at] if at < len(header) else "", start, end, value)
            for at, (line, start, end, value) in enumerate(record)
        ]
        for record in records[1:]
    ]


def replaced(content: bytes, line: int, column: str, value: str) -> bytes:
    """Return a CSV file with another value in one cell.

    Args:
        content: the file: UTF-8, with or without a byte-order mark.
        line: on which the cell's record starts.
        column: the header's name of its column.
        value: what the cell is to say.

    Raises:
        EditError: the file has no such cell, or is no CSV in UTF-8.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EditError(f"is not UTF-8 (byte {error.start}): save it as UTF-8 first") from error
    found = next(
        (cell for record in cells(text) for cell in record if (cell.line, cell.column) == (line, column)), None
    )
    if found is None:
        raise EditError(f"has no cell {column} on line {line}")
    return (text[: found.start] + _written(value) + text[found.end :]).encode()


def _written(value: str) -> str:
    if "\n" in value or "\r" in value or "\0" in value:
        raise EditError("a cell has one line")
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([value, "x"])
    return out.getvalue()[: -len(",x")]


def _records(text: str, offset: int) -> Iterator[list[tuple[int, int, int, str]]]:
    """Yield records of (line, start, end, value)."""
    at, line = 0, 1
    while at < len(text):
        record: list[tuple[int, int, int, str]] = []
        first = line
        while True:
            start = at
            at, value = _quoted(text, at) if text[at : at + 1] == '"' else _plain(text, at)
            line += text.count("\n", start, at)
            record.append((first, start + offset, at + offset, value))
            if text[at : at + 1] != ",":
                break
            at += 1
        if at < len(text):
            if text[at] not in "\r\n":
                raise EditError(f"line {line}: a quoted cell goes on after its quote")
            at += 2 if text.startswith("\r\n", at) else 1
            line += 1
        if len(record) > 1 or record[0][3]:
            yield record


def _plain(text: str, at: int) -> tuple[int, str]:
    start = at
    while at < len(text) and text[at] not in ",\r\n":
        at += 1
    return at, text[start:at]


def _quoted(text: str, at: int) -> tuple[int, str]:
    parts = []
    at += 1
    while True:
        end = text.find('"', at)
        if end < 0:
            raise EditError("a quoted cell has no end")
        parts.append(text[at:end])
        if text[end + 1 : end + 2] != '"':
            return end + 1, "".join(parts)
        parts.append('"')
        at = end + 2
