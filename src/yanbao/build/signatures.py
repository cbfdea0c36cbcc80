"""signatures.csv of a workspace: who signed which build in which role, and which findings were waived with it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from yanbao.errors import BuildError, SignOffError
from yanbao.rating.lock import locked, replace

FILE: Final = "signatures.csv"
COLUMNS: Final = ("signed", "role", "name", "build", "code", "place", "finding", "reason")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_RUN: Final = ("=", "+", "-", "@")  # a spreadsheet takes a cell that begins so for a formula
_MOST_TEXT: Final = 1_000
_MOST_BYTES: Final = 20 * 2**20


@dataclass(frozen=True)
class Waiver:
    """A finding of the proof that a signer lets stand, and why."""

    code: str
    place: str
    finding: str
    reason: str

    @property
    def key(self) -> str:
        """What `--waive` calls it."""
        return f"{self.code}@{self.place}"


@dataclass(frozen=True)
class Signature:
    """A signature under one build: `build` is the SHA-256 of its manifest."""

    signed: datetime
    role: str
    name: str
    build: str
    waived: tuple[Waiver, ...] = ()


def unfit(text: str) -> str:
    """Return what keeps a text from standing in a cell, "" where nothing does.

    >>> unfit("=1+1"), unfit("沈砚")
    ("begins with '=': a spreadsheet would run it", '')
    """
    if not text or text != text.strip():
        return "is empty or has blanks at its ends"
    if not text.replace("\u3000", " ").isprintable():
        return "holds a line break or another sign that cannot be printed"
    if text.startswith(_RUN):
        return f"begins with {text[0]!r}: a spreadsheet would run it"
    return f"has {len(text):,} characters; at most {_MOST_TEXT:,} are kept" if len(text) > _MOST_TEXT else ""


def read_signatures(workspace: Path) -> tuple[Signature, ...]:
    """Return the signatures that a workspace keeps, in their order; none where it has no such file.

    Raises:
        SignOffError: rows that are no signatures, each with its row and what is wrong.
    """
    return _parsed(_text(workspace / FILE), workspace / FILE)


def add_signature(workspace: Path, signature: Signature, expected: Sequence[Signature]) -> None:
    """Append a signature; the file is replaced whole, so that a crash leaves it as it was.

    Args:
        workspace: the folder with signatures.csv.
        signature: the new one.
        expected: the signatures that the decision to sign was made on.

    Raises:
        SignOffError: somebody else signed meanwhile, or the file has been damaged.
        RatingError: it cannot be locked or written.
    """
    path = workspace / FILE
    with locked(path):
        text = _text(path)
        if _parsed(text, path) != tuple(expected):
            raise SignOffError("not signed", ["somebody else has signed meanwhile: sign again"])
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        if not text:
            writer.writerow(COLUMNS)
        writer.writerows(_rows(signature))
        kept = text if not text or text.endswith("\n") else text + "\n"
        replace(path, (kept + buffer.getvalue()).encode())


def _rows(signature: Signature) -> Iterator[tuple[str, ...]]:
    head = (_instant(signature.signed), signature.role, signature.name, signature.build)
    yield (*head, "", "", "", "")
    for waiver in signature.waived:
        yield (*head, waiver.code, waiver.place, waiver.finding, waiver.reason)


def _instant(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        if len(data) > _MOST_BYTES:
            raise BuildError(f"{path} is bigger than {_MOST_BYTES:,} bytes")
        return data.decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(f"{path} cannot be read: {error}") from error


def _parsed(text: str, path: Path) -> tuple[Signature, ...]:
    found: list[Signature] = []
    wrong: list[str] = []
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        records = [(reader.line_num, record) for record in reader if record]
    except csv.Error as error:
        raise SignOffError(f"{path} cannot be read", [f"row {reader.line_num}: {error}"]) from error
    if records and tuple(records[0][1]) != COLUMNS:
        raise SignOffError(f"{path} cannot be read", [f"row 1: the columns are not {', '.join(COLUMNS)}"])
    for line, record in records[1:]:
        causes = list(_faults(record))
        if causes:
            wrong += [f"row {line}: {cause}" for cause in causes]
            continue
        signed, role, name, build, code, place, finding, reason = record
        when = datetime.fromisoformat(signed)
        own = Signature(when, role, name, build)
        if not code:
            found.append(own)
        elif not found or (found[-1].signed, found[-1].role, found[-1].name, found[-1].build) != (
            (when, role, name, build)
        ):
            wrong.append(f"row {line}: waives a finding under no signature: the row of the signature comes first")
        else:
            waived = (*found[-1].waived, Waiver(code, place, finding, reason))
            found[-1] = Signature(when, role, name, build, waived)
    if wrong:
        raise SignOffError(f"{path} cannot be read", wrong)
    return tuple(found)


def _faults(record: Sequence[str]) -> Iterator[str]:
    if len(record) != len(COLUMNS):
        yield f"has {len(record)} cells, not {len(COLUMNS)}"
        return
    cells = dict(zip(COLUMNS, record, strict=True))
    try:
        good = _INSTANT.fullmatch(cells["signed"]) is not None and bool(datetime.fromisoformat(cells["signed"]))
    except ValueError:
        good = False
    if not good:
        yield f"signed: {cells['signed'][:40]!r} is no instant such as 2024-07-15T08:30:00Z"
    if not _HASH.fullmatch(cells["build"]):
        yield f"build: {cells['build'][:40]!r} is no SHA-256"
    waives = any(cells[name] for name in COLUMNS[4:])
    for name in ("role", "name", *(COLUMNS[4:] if waives else ())):
        cause = unfit(cells[name])
        if cause:
            yield f"{name}: {cause}"
