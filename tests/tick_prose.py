"""Documents of running text and plain tables, for tests of what sentences say and what stands in two places."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from yanbao.read.contents import Place
from yanbao.read.foreign.tree import Cell, ForeignBlock, ForeignDocument, ForeignPage, Line, Prose, Table


def document_of(*blocks: str | Sequence[str]) -> ForeignDocument:
    """Return a document of one page: a text is a paragraph, a list of lines a table with cells parted by `|`."""
    made: list[ForeignBlock] = []
    for number, block in enumerate(blocks, 1):
        made.append(_prose(block, number) if isinstance(block, str) else _table(block, number))
    return ForeignDocument(Path("report.txt"), "txt", (ForeignPage(1, tuple(made)),))


def _prose(text: str, number: int) -> Prose:
    line = Line(text, Place("report.txt", 1, number, 0, len(text)))
    return Prose(text, (line,), (0,))


def _table(lines: Sequence[str], number: int) -> Table:
    rows = []
    for place, line in enumerate(lines):
        cells = [text.strip() for text in line.split("|")]
        rows.append(
            tuple(Cell(text, Place("report.txt", 1, 1000 * number + place, at)) for at, text in enumerate(cells))
        )
    return Table(tuple(rows), Place("report.txt", 1, 1000 * number))
