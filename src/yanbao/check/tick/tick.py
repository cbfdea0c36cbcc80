"""Tick and tie a document: what its numbers say, how they relate, what ties and what breaks."""

from __future__ import annotations

from dataclasses import dataclass

from yanbao.check.tick.across import relations_across
from yanbao.check.tick.across_columns import relations_of_columns
from yanbao.check.tick.figure import Figure, Unknown
from yanbao.check.tick.grid import Grid, understand
from yanbao.check.tick.sentence import sentences_of
from yanbao.check.tick.sentence_figures import figures_of_prose, read_sentences
from yanbao.check.tick.sentence_relations import relations_of_prose
from yanbao.check.tick.statement_grid import statement_grid
from yanbao.check.tick.table_relations import relations_of_grid, relations_of_statements
from yanbao.check.tick.tested import Tested
from yanbao.check.tick.words import Words, standard
from yanbao.read.foreign.tree import ForeignDocument


@dataclass(frozen=True)
class Ticked:
    """A document's figures, the numbers not understood, and every relation that was tested."""

    document: ForeignDocument
    figures: tuple[Figure, ...]
    unknown: tuple[Unknown, ...]
    tested: tuple[Tested, ...]


def tick(document: ForeignDocument, words: Words | None = None) -> Ticked:
    """Return what a document's numbers say and which of their relations tie, break or were skipped.

    Parameters: `words` is the table of accounting words, without it the one of the package (`words_for(folder)`
    adds a folder's own).
    """
    known = words if words is not None else standard()
    cells: list[Figure] = []
    unknown: list[Unknown] = []
    found: list[Tested] = []
    grids: list[Grid] = []
    for index, table in enumerate(document.tables()):
        understood = understand(table, index, known)
        cells += understood.figures
        unknown += understood.unknown
        grids += understood.grids
        for grid in understood.grids:
            found += relations_of_grid(grid)
    statements = statement_grid(grids, known)
    if statements is not None:
        found += relations_of_statements(statements)
    read = read_sentences(sentences_of(document), known)
    said, unread = figures_of_prose(read)
    found += relations_of_prose(read)
    found += relations_across(cells, read, found)
    found += relations_of_columns(grids, found)
    figures = [*cells, *said]
    unknown += unread
    return Ticked(document, tuple(figures), tuple(unknown), tuple(found))
