"""A document that holds running text and nothing else, for tests of what sentences say."""

from __future__ import annotations

from pathlib import Path

from yanbao.read.contents import Place
from yanbao.read.foreign.tree import ForeignDocument, ForeignPage, Line, Prose


def document_of(*texts: str) -> ForeignDocument:
    """Return a document of one page; each text is a paragraph on a line of its own."""
    blocks = []
    for number, text in enumerate(texts, 1):
        line = Line(text, Place("report.txt", 1, number, 0, len(text)))
        blocks.append(Prose(text, (line,), (0,)))
    return ForeignDocument(Path("report.txt"), "txt", (ForeignPage(1, tuple(blocks)),))
