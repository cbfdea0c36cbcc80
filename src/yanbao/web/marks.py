"""What readers say of findings: right or wrong, with a note. One CSV file, rows are only ever added."""

from __future__ import annotations

import csv
import fcntl
import io
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

VERDICTS = ("right", "wrong")


@dataclass(frozen=True)
class Mark:
    """A reader's verdict on a finding; `document` is the SHA-256 of the file, `finding` names the finding in it."""

    recorded: str
    document: str
    file: str
    finding: str
    page: str
    claimed: str
    code: str
    verdict: str
    note: str


def name_of(finding: dict[str, Any]) -> str:
    """Return a short name of a finding that is the same each time the document is checked."""
    where = finding["where"][0] if finding["where"] else {}
    told = [finding["code"], finding["claimed"]["text"], where.get("page"), where.get("line"), where.get("start")]
    return sha256(repr(told).encode()).hexdigest()[:16]


def add(path: Path, mark: Mark) -> None:
    """Append a mark; several servers may write one file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8", newline="") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        if file.seek(0, io.SEEK_END) == 0:  # another server may have begun it before this one had the lock
            writer.writerow([field.name for field in fields(Mark)])
        writer.writerow(astuple(mark))
        file.write(out.getvalue())


def last(path: Path, document: str) -> dict[str, Mark]:
    """Return the last mark of each finding of a document."""
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            rows = list(csv.reader(file))
    except FileNotFoundError:
        return {}
    marks = [Mark(*row) for row in rows[1:] if len(row) == len(fields(Mark))]
    return {mark.finding: mark for mark in marks if mark.document == document}


def now() -> str:
    """Return this moment as the file writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
