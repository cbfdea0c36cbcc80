"""The copy of the inputs beside a build, read again: CSV cells and TOML keys, with their places."""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

_MAX_BYTES = 50 * 2**20


@dataclass(frozen=True)
class Record:
    """A row of a CSV file: its first line in the file and its cells by column."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A CSV file: rows by key (the first column), or why it cannot be read."""

    columns: tuple[str, ...] = ()
    rows: dict[str, Record] = field(default_factory=dict)
    trouble: str = ""


class Inputs:
    """The folder of inputs; every file is read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sheets: dict[str, Sheet] = {}
        self._tomls: dict[str, dict[str, Any] | str] = {}
        self._lines: dict[str, list[str]] = {}

    def _text(self, file: str) -> str:
        """Return a file's text; a path that leads out of the folder is refused."""
        path = (self.folder / file).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise ValueError("leads out of the folder of inputs")
        if path.stat().st_size > _MAX_BYTES:
            raise ValueError(f"is bigger than {_MAX_BYTES} bytes")
        return path.read_bytes().decode("utf-8-sig")

    def sheet(self, file: str) -> Sheet:
        """Return a CSV file of the inputs."""
        if file not in self._sheets:
            try:
                self._sheets[file] = _sheet(self._text(file))
            except (OSError, ValueError, csv.Error) as error:
                self._sheets[file] = Sheet(trouble=_cause(error))
        return self._sheets[file]

    def toml(self, file: str) -> dict[str, Any] | str:
        """Return a TOML file of the inputs, or why it cannot be read."""
        if file not in self._tomls:
            try:
                self._tomls[file] = tomllib.loads(self._text(file))
            except (OSError, ValueError) as error:
                self._tomls[file] = _cause(error)
        return self._tomls[file]

    def line(self, file: str, number: int) -> str:
        """Return a line of a file of the inputs, "" where it has none."""
        if file not in self._lines:
            try:
                self._lines[file] = self._text(file).replace("\r\n", "\n").replace("\r", "\n").split("\n")
            except (OSError, ValueError):
                self._lines[file] = []
        lines = self._lines[file]
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def key(self, file: str, path: str) -> Any:
        """Return the value of a dotted key ("rating.company.0.above"), `None` if it is not there."""
        value: Any = self.toml(file)
        for part in path.split("."):
            if isinstance(value, list) and part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            elif isinstance(value, dict) and part in value:
                value = value[part]
            else:
                return None
        return value


def localized(value: Any, language: str) -> Any:
    """Return a text of the workspace in a language: it is a string, or a table of them."""
    if isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
        return value.get(language, next(iter(value.values()), ""))
    return value


def as_day(value: Any) -> date | None:
    """Return a TOML date as a day."""
    return value if isinstance(value, date) else None


def _cause(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)


def _sheet(text: str) -> Sheet:
    reader = csv.reader(io.StringIO(text), strict=True)
    start = 1
    header: list[str] = []
    rows: dict[str, Record] = {}
    for cells in reader:
        first, start = start, reader.line_num + 1
        stripped = [cell.strip() for cell in cells]
        if not any(stripped):
            continue
        if not header:
            header = stripped
            continue
        if len(stripped) != len(header):
            raise ValueError(f"line {first} has {len(stripped)} cells, the header {len(header)}")
        if stripped[0] in rows:
            raise ValueError(f"line {first}: the key {stripped[0]!r} stands twice")
        rows[stripped[0]] = Record(first, dict(zip(header, stripped, strict=True)))
    return Sheet(tuple(header), rows)
