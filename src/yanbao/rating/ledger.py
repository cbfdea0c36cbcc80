"""calls.csv: the ledger of published calls, read whole and checked, or refused with all that is wrong with it."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from yanbao.errors import Mistake, RatingError, WorkspaceError
from yanbao.rating.calls import Call, Record
from yanbao.rating.chain import Head, Problem, Row, broken
from yanbao.rating.entry import NAMES, NO_HASH, Entry, entry_of, shape_faults

MOST_BYTES: Final = 256 << 20  # some 400,000 entries
_RESTORE: Final = (
    "restore the file (git checkout); look at it with `yanbao ledger show`, never save it in a spreadsheet"
)
_CUT: Final = "the file was cut or damaged: restore it"


@dataclass(frozen=True)
class Ledger:
    """The entries of a ledger, each checked and the chain whole."""

    path: Path
    entries: tuple[Entry, ...]

    @property
    def head(self) -> Head:
        """How many entries there are, and the hash of the last one."""
        return Head(len(self.entries), self.entries[-1].hash if self.entries else NO_HASH)

    def calls(self) -> tuple[Call, ...]:
        """Return every call with its estimates and its fate, in the order in which they were recorded."""
        return Record(self.entries).calls()


@dataclass(frozen=True)
class Reading:
    """What stands in a file that should be a ledger: its rows, the entries that can be read, and what is wrong."""

    path: Path
    rows: tuple[Row, ...]
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]


def read_ledger(path: Path) -> Ledger:
    """Return a ledger: may its entries be relied on, as far as the file itself can tell?

    Raises:
        WorkspaceError: cells that cannot be read, entries that do not go together, a chain that is broken; all of them,
            each with its row and column.
        RatingError: there is no such file, or it cannot be read at all.
    """
    reading = read_rows(path)
    problems = verify(reading)
    if problems:
        raise WorkspaceError(mistake(path, problem) for problem in problems)
    return Ledger(path, reading.entries)


def mistake(path: Path, problem: Problem) -> Mistake:
    """Return a problem as a mistake in the file of the ledger."""
    place = f"entry {problem.entry}" if problem.entry else ""
    return Mistake(
        path.name, problem.line, ", ".join(filter(None, (place, problem.field))), problem.cause, problem.hint
    )


def verify(ledger: Ledger | Reading, heads: Iterable[Head] = ()) -> list[Problem]:
    """Return everything that is wrong with a ledger, first entry first; nothing if it is whole.

    `heads` are what was kept outside of it: without any, neither a tail that was cut off nor a chain that was rewritten
    to its end can be seen.
    """
    if isinstance(ledger, Ledger):
        return broken([Row(line, entry.cells) for line, entry in enumerate(ledger.entries, 2)], heads)
    if not ledger.rows and ledger.problems:
        return list(ledger.problems)
    torn = {problem.line for problem in ledger.problems if problem.kind == "torn"}
    found = [problem for problem in broken(ledger.rows, heads) if problem.line not in torn]
    # cells that cannot be read follow from the row's being torn or altered
    known = torn | {problem.line for problem in found if problem.kind == "altered"}
    found += [problem for problem in ledger.problems if problem.kind == "torn" or problem.line not in known]
    return sorted(found) if found else list(_together(ledger))


def _together(reading: Reading) -> Iterator[Problem]:
    """Yield entries of a whole chain that do not go together: somebody appended them by another way."""
    record = Record()
    for row, entry in zip(reading.rows, reading.entries, strict=True):
        faults = [*shape_faults(entry), *record.faults(entry)]
        yield from (Problem(entry.entry, row.line, "format", *fault) for fault in faults)
        if not faults:
            record.play(entry)


def read_rows(path: Path) -> Reading:
    """Return what stands in a file, whether or not it is whole.

    Raises:
        RatingError: there is no such file, it cannot be read, or it is no text.
    """
    text, problems = _decoded(path)
    rows: list[Row] = []
    entries: list[Entry] = []
    try:
        for line, cells in _records(text):
            if line == 1:
                if tuple(cells) != NAMES:
                    return Reading(path, (), (), (*problems, _header(cells)))
                continue
            row = Row(line, (*cells, *("" for _ in NAMES))[: len(NAMES)])
            rows.append(row)
            if len(cells) != len(NAMES):
                cause = f"has {len(cells)} cells, not {len(NAMES)}"
                problems.append(Problem(row.number or len(rows), line, "torn", "", cause, _CUT))
                continue
            entry, faults = entry_of(row.cells)
            problems += [Problem(row.number or len(rows), line, "format", *fault) for fault in faults]
            entries += [] if entry is None else [entry]
    except csv.Error as error:
        problems.append(Problem(len(rows) + 1, 0, "torn", "", f"is not CSV: {error}", _CUT))
    if not text.strip():
        problems.append(Problem(0, 1, "torn", "", "is empty: not even the columns are there", _CUT))
    elif not text.endswith("\n"):
        problems.append(Problem(len(rows), len(rows) + 1, "torn", "", "its line has no end", _CUT))
    if not problems and text != printed(row.cells for row in rows):
        problems.append(
            Problem(0, 1, "format", "", "cells are quoted in another way, or there are blank lines", _RESTORE)
        )
    return Reading(path, tuple(rows), tuple(entries), tuple(sorted(problems)))


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line that it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    for cells in reader:
        if cells:
            yield line, cells
        line = reader.line_num + 1


def _header(cells: Sequence[str]) -> Problem:
    lost = [name for name in NAMES if name not in cells]
    more = [name[:40] for name in cells if name not in NAMES]
    cause = "; ".join(
        filter(None, (f"lacks {', '.join(lost)}" if lost else "", f"has {', '.join(more)}" if more else ""))
    )
    hint = "the first line holds the columns of a ledger, in their order; it is written by yanbao only"
    return Problem(0, 1, "format", "", f"the first line {cause or 'has the columns in another order'}", hint)


def _decoded(path: Path) -> tuple[str, list[Problem]]:
    """Return a file's text with `\n` at its line ends, and what a spreadsheet or an editor did to it."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        hint = "the first `yanbao publish` or `yanbao ledger import` makes it"
        raise RatingError(f"{path}: there is no ledger\n    hint: {hint}") from None
    except OSError as error:
        raise RatingError(f"{path}: cannot be read: {error.strerror}") from error
    if len(content) > MOST_BYTES:
        raise RatingError(f"{path}: is larger than {MOST_BYTES >> 20} MiB: no ledger of calls is")
    done: list[str] = []
    if content.startswith(codecs.BOM_UTF8):
        content = content.removeprefix(codecs.BOM_UTF8)
        done.append("a byte order mark in front")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise RatingError(f"{path}:{line}: is neither UTF-8 nor GBK\n    hint: {_RESTORE}") from error
        done.append("GBK in place of UTF-8")
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        done.append("CRLF at line ends")
    if not done:
        return text, []
    cause = f"another program saved the file: {', '.join(done)}; what it did to entries is told beside, if anything"
    return text, [Problem(0, 1, "format", "", cause, _RESTORE)]


def printed(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as calls.csv holds them, with the line of columns."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(NAMES)
    writer.writerows(rows)
    return buffer.getvalue()
