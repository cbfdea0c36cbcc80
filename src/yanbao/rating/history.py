"""An existing history of calls, in whatever file it stands, as entries for the ledger."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from yanbao.errors import Mistake, SourceError, StoreError
from yanbao.rating.entry import ENDING, OF_RATINGS, RATED, Entry, Fault, read_cells
from yanbao.rating.history_mapping import HistoryMapping, read_history_mapping
from yanbao.source.days import parse_day
from yanbao.source.reader import format_of, read_rows
from yanbao.store.batch import ROW
from yanbao.store.codes import read_code

_THOUSANDS: Final = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_QUOTED: Final = re.compile(r"=\"?([^\"]*)\"?|'(.*)")  # ="000001" and '000001 keep zeros in a spreadsheet
_DAYS: Final = ("published", "price_day")
_AMOUNTS: Final = ("target", "price", "value")
_SHARED: Final = ("published", "scope", "security", "name", "analyst", "licence", "house", "title", "source")
_BLANK: Final = " \t\r\n\u3000\u00a0\ufeff"


@dataclass(frozen=True)
class History:
    """What a file of past calls holds: entries in order of publication, and the rows that cannot be read."""

    rows: int
    entries: tuple[Entry, ...]
    refused: tuple[Mistake, ...]


def import_history(file: Path, mapping: Path) -> History:
    """Return the entries of a history: which calls does a file of somebody else's making record?

    Text files may be UTF-8 with or without a byte order mark, UTF-16 or GBK, with any separator; days may be written
    2024-07-15, 20240715, 2024/7/15, 2024年7月15日, or as the mapping's `day_format` says. Each entry names its file and
    row as its `source`. `append_history` appends them, each once however often a file is imported.

    Raises:
        WorkspaceError: mistakes of the mapping, each at its line.
        SourceError: the file cannot be read at all, or lacks columns that the mapping names.
    """
    spec = read_history_mapping(mapping)
    reader = _Reader(file.name, spec)
    rows = 0
    if format_of(file, spec) == "parquet":
        raise SourceError(f"{file}: holds no printed numbers\n    hint: a history is imported from CSV or Excel")
    for batch in read_rows(file, spec):
        lost = [name for name in reader.wanted if name not in batch.column_names]
        if lost:
            there = ", ".join(name for name in batch.column_names if name != ROW)
            raise SourceError(f"{file}: has no column {', '.join(lost)}\n    hint: it has {there}")
        from yanbao.source.convert import as_text

        columns = {name: as_text(batch[name]).to_pylist() for name in reader.wanted}
        for index, row in enumerate(batch[ROW].to_pylist()):
            rows += 1
            reader.read(row, {name: cells[index] or "" for name, cells in columns.items()})
    entries = sorted(reader.entries, key=lambda entry: entry.published)
    return History(rows, tuple(entries), tuple(reader.refused))


class _Reader:
    """Reads rows; collects entries and what is wrong with the others."""

    def __init__(self, file: str, spec: HistoryMapping) -> None:
        self._file = file
        self._spec = spec
        names = [column.from_ for column in spec.columns.values()] + [column.from_ for column in spec.estimates]
        self.wanted = list(dict.fromkeys(names))
        self._of_ratings = spec.constants.keys() & {*OF_RATINGS}
        self.entries: list[Entry] = []
        self.refused: list[Mistake] = []

    def read(self, row: int, cells: dict[str, str]) -> None:
        """Take a row: a rating with its estimates, an estimate, or what ended a call."""
        if not any(cells.values()):
            return
        found, faults = self._entry(row, cells)
        estimates: list[Entry] = []
        if found is not None:
            made = [self._estimate(found, one.from_, cells, index) for index, one in enumerate(self._spec.estimates)]
            estimates = [entry for entry, _ in made if entry is not None]
            faults = [fault for _, wrong in made for fault in wrong]
        if found is None or faults:  # a row is taken whole, or not at all
            self.refused += [Mistake(self._file, row, *fault) for fault in faults]
            return
        self.entries += [found, *estimates]

    def _entry(self, row: int, cells: dict[str, str]) -> tuple[Entry | None, list[Fault]]:
        texts = dict(self._spec.constants)
        for name, column in self._spec.columns.items():
            cell = cells[column.from_].strip(_BLANK)
            cell = "" if cell in (*self._spec.missing, *column.missing) else cell
            texts[name] = column.words.get(cell, cell)
        if texts.get("measure") or texts.get("action") in (*ENDING, "estimate"):
            # the policy and the like are constants of the file's ratings, no other row states them
            texts = {name: text for name, text in texts.items() if name not in self._of_ratings}
        faults: list[Fault] = []
        for name, text in texts.items():
            if text and (fault := self._settle(name, text, texts)) is not None:
                faults.append(fault)
        broken = {fault.field for fault in faults}
        values, unread = read_cells({name: text for name, text in texts.items() if text and name not in broken})
        faults += unread
        faults += [Fault(name, "is empty") for name in ("published", "security") if not texts.get(name)]
        if faults:
            return None, faults
        values.setdefault("action", "estimate" if values.get("measure") else None)
        return Entry(**values, source=f"{self._file}:{row}"), []

    def _settle(self, name: str, text: str, texts: dict[str, str]) -> Fault | None:
        """Put a cell into the form of the ledger, or say why it has none."""
        if name in _DAYS:
            day = self._day(text)
            if day is None:
                form = self._spec.day_format or "2024-07-15"
                return Fault(name, f"{text[:40]!r} is no day", f"days are written as {form}: see `day_format`")
            texts[name] = day
        elif name in _AMOUNTS and _THOUSANDS.fullmatch(text):
            texts[name] = text.replace(",", "")
        elif name == "security" and texts.get("scope", "company") == "company":
            try:
                texts[name] = self._code(text)
            except StoreError as error:
                return Fault(name, str(error))
        return None

    def _day(self, text: str) -> str | None:
        form = self._spec.day_format
        if form is None:
            day = parse_day(text)
            return None if day is None else day.isoformat()
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            return None

    def _code(self, text: str) -> str:
        if match := _QUOTED.fullmatch(text):
            text = match[1] if match[1] is not None else match[2]
        code = self._spec.code
        if code.zeros is not None:
            text = re.sub(r"^([0-9]+)\.0+$", r"\1", text)
            text = text.zfill(code.zeros) if text.isdigit() else text
        if code.exchange is not None and re.fullmatch(r"[0-9A-Za-z-]+", text):
            text = f"{text}.{code.exchange}"
        return read_code(text, "stock")

    def _estimate(
        self, rated: Entry, column: str, cells: dict[str, str], index: int
    ) -> tuple[Entry | None, list[Fault]]:
        """Return the forecast that stands beside a rating, `None` where the row states none."""
        spec = self._spec.estimates[index]
        cell = cells[column].strip(_BLANK)
        if cell in (*self._spec.missing, *spec.missing) or not cell or (rated.action or "initiate") not in RATED:
            return None, []
        cell = cell.replace(",", "") if _THOUSANDS.fullmatch(cell) else cell
        values, faults = read_cells({"value": cell, "period": spec.period, "unit": spec.unit})
        if faults:
            return None, [Fault(column, cause, hint) for _, cause, hint in faults]
        stated: dict[str, Any] = {name: getattr(rated, name) for name in _SHARED}
        return Entry(**stated, **values, measure=spec.measure, action="estimate"), []
