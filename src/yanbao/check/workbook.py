"""The workbook beside the document."""

from __future__ import annotations

from collections.abc import Iterator

from yanbao.check.findings import FileCount, Finding
from yanbao.check.required import Parts
from yanbao.check.subject import Subject
from yanbao.read.contents import FileContents


def findings(subject: Subject, parts: Parts, contents: FileContents, count: FileCount) -> Iterator[Finding]:
    """Yield the findings of a workbook."""
    yield from ()
