"""The proof of a build: every number of every file is accounted for, and nothing contradicts anything.

It starts from the document tree, the inputs and the files, and only reads. What is missing or cannot be read is a
finding: the proof fails closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from yanbao.check import (
    accounted,
    approximation,
    axes,
    calls,
    computation,
    days,
    evidence,
    model_inputs,
    printed,
    rating_record,
    required,
    sidecars,
    structure,
    words,
)
from yanbao.check.findings import Claim, FileCount, Finding, Proof, Where
from yanbao.check.required import Parts
from yanbao.check.subject import Subject
from yanbao.document.tree import Document
from yanbao.errors import ReadError
from yanbao.read.contents import FileContents

# Each looks at the document and its inputs only, whatever was rendered from it.
FACT_CHECKS: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    evidence.findings,
    model_inputs.findings,
    sidecars.findings,
    computation.findings,
    accounted.findings,
    printed.findings,
    approximation.findings,
    words.findings,
    days.findings,
    structure.findings,
    axes.findings,
    required.findings,
    calls.findings,
    rating_record.findings,
)


def prove(document: Document, inputs: Path, files: Sequence[Path]) -> Proof:
    """Prove a build: is every number of every file the document's, and every number of the document true?

    Args:
        document: the document tree that the build keeps.
        inputs: the folder with the copy of the workspace files that the build read.
        files: the outputs to prove, HTML, PPTX, PDF and XLSX by their suffix.

    Returns:
        The findings, and the numbers that were found and proved in each file. `Proof.ok` decides the exit code.
    """
    subject = Subject(document, inputs)
    found: list[Finding] = []
    for check in FACT_CHECKS:
        found.extend(check(subject))
    parts = Parts(subject)
    counts: dict[str, FileCount] = {}
    if not files:
        found.append(Finding("file", Claim(""), (Where(""),), "there is no output to prove"))
    for file in files:
        count = counts.setdefault(file.name, FileCount())
        found.extend(_file(subject, parts, file, count))
    return Proof(_about(document), tuple(found), counts)


def _file(subject: Subject, parts: Parts, file: Path, count: FileCount) -> Iterator[Finding]:
    if not file.is_file():
        yield Finding("file", Claim(file.name), (Where(file.name),), f"{file.name} is missing")
        return
    try:
        contents = read_file(file)
    except ReadError as error:
        yield Finding("unreadable", Claim(file.name), (Where(file.name),), str(error).partition("\n")[0])
        return
    if contents.format == "xlsx":
        from yanbao.check import workbook

        yield from workbook.findings(subject, parts, contents, count)
        return
    from yanbao.check import pages

    yield from pages.findings(subject, parts, contents, count)
    if contents.format == "html":
        from yanbao.check import panel

        yield from panel.findings(subject, contents)


def read_file(file: Path) -> FileContents:
    """Return the contents of a file, read by the reader of its suffix.

    Raises:
        ReadError: there is no reader for it, or the reader refuses it.
    """
    suffix = file.suffix.lower()
    if suffix == ".html":
        from yanbao.read.html import read_html

        return read_html(file)
    if suffix == ".pptx":
        from yanbao.read.pptx import read_pptx

        return read_pptx(file)
    if suffix == ".pdf":
        from yanbao.read.pdf import read_pdf

        return read_pdf(file)
    if suffix == ".xlsx":
        from yanbao.read.xlsx import read_xlsx

        return read_xlsx(file)
    raise ReadError(f"{file}: no reader for {suffix or 'a file without suffix'}\n    hint: html, pptx, pdf or xlsx")


def _about(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "language": document.language,
        "published": document.published.isoformat(),
        "as_of": document.as_of.isoformat(),
        "pages": len(document.pages),
        "exhibits": sum(1 for _ in document.exhibits()),
        "facts": len(document.facts),
    }
