"""The documents that the quality of a check is measured on, read and ticked once."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from yanbao.check.tick.tick import Ticked, tick
from yanbao.errors import ReadError
from yanbao.read.foreign.reading import read_foreign
from yanbao.read.foreign.tree import ForeignDocument

SUFFIXES = (".pdf", ".html", ".txt")
MODEL_REPORT = "seed/report.txt"


@dataclass
class Sample:
    """A document of the collection, by its path inside it."""

    name: str
    file: Path
    reading_seconds: float = 0.0
    ticking_seconds: float = 0.0

    @property
    def group(self) -> str:
        """Return the folder it stands in: broker_pdf, us_filings, …"""
        return self.name.partition("/")[0]

    @cached_property
    def document(self) -> ForeignDocument:
        """The document as read; its time is kept."""
        begun = time.perf_counter()
        document = read_foreign(self.file)
        self.reading_seconds = time.perf_counter() - begun
        return document

    @cached_property
    def ticked(self) -> Ticked:
        """The document as checked; its time is kept."""
        document = self.document
        begun = time.perf_counter()
        ticked = tick(document)
        self.ticking_seconds = time.perf_counter() - begun
        return ticked


def samples(shared: Path) -> list[Sample]:
    """Return every sample document and the model report.

    Raises:
        ReadError: the collection is not there.
    """
    root = shared / "samples"
    if not root.is_dir():
        raise ReadError(f"{root}: there are no sample documents\n    hint: set YANBAO_SHARED to where they are")
    found = [
        Sample(path.relative_to(root).as_posix(), path)
        for path in sorted(root.rglob("*"))
        if path.suffix in SUFFIXES and path.is_file()
    ]
    return [*found, Sample(MODEL_REPORT, shared / MODEL_REPORT)]
