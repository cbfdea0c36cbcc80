"""Small tables in plain text as the readers would give them."""

from __future__ import annotations

from pathlib import Path

from yanbao.read.contents import Place
from yanbao.read.foreign.tree import Cell, ForeignDocument, ForeignPage, Line, Prose, Table


def prose(text: str) -> Prose:
    """Return a line of prose."""
    return Prose(text, (Line(text, Place("a.txt", 1, 1)),), (0,))


def table_of(rows: list[list[str]], *, unit: str = "", caption: str = "") -> Table:
    """Return a table of the texts; rows are filled up with empty cells."""
    width = max(map(len, rows))
    cells = tuple(
        tuple(Cell(text.strip(), Place("a.txt", 1, i + 1)) for text in [*row, *[""] * (width - len(row))])
        for i, row in enumerate(rows)
    )
    return Table(
        cells,
        Place("a.txt", 1, 1),
        caption=prose(caption) if caption else None,
        unit_line=prose(unit) if unit else None,
    )


def document_of(*tables: Table) -> ForeignDocument:
    """Return a document of one page that holds the tables."""
    return ForeignDocument(Path("a.txt"), "txt", (ForeignPage(1, tables),))
