"""Tick and tie a document: what its numbers say, how they relate, what ties and what breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from yanbao.check.tick.across import relations_across
from yanbao.check.tick.across_columns import relations_of_columns
from yanbao.check.tick.figure import Figure, Unknown
from yanbao.check.tick.grid import Grid, Understood, understand
from yanbao.check.tick.sentence import sentences_of
from yanbao.check.tick.sentence_figures import figures_of_prose, read_sentences
from yanbao.check.tick.sentence_relations import relations_of_prose
from yanbao.check.tick.statement_grid import statement_grid
from yanbao.check.tick.table_relations import relations_of_grid, relations_of_statements
from yanbao.check.tick.tested import Tested
from yanbao.check.tick.words import Words, standard
from yanbao.read.foreign.tree import ForeignDocument, Table


@dataclass(frozen=True)
class Ticked:
    """A document's figures, the numbers not understood, and every relation that was tested."""

    document: ForeignDocument
    figures: tuple[Figure, ...]
    unknown: tuple[Unknown, ...]
    tested: tuple[Tested, ...]


@dataclass(frozen=True)
class TickedTable:
    """What a table's numbers say, and the relations inside it that were tested."""

    understood: Understood
    tested: tuple[Tested, ...]


def tick_table(table: Table, index: int, words: Words) -> TickedTable:
    """Return what the numbers of a document's table say, `index` being its place there, and its relations."""
    understood = understand(table, index, words)
    return TickedTable(understood, tuple(each for grid in understood.grids for each in relations_of_grid(grid)))


def tick(
    document: ForeignDocument,
    words: Words | None = None,
    of_table: Callable[[Table, int, Words], TickedTable] = tick_table,
) -> Ticked:
    """Return what a document's numbers say and which of their relations tie, break or were skipped.

    Parameters: `words` is the table of accounting words, without it the one of the package (`words_for(folder)`
    adds a folder's own); `of_table` is `tick_table`, or one that remembers what it did for tables that stay the same.
    """
    known = words if words is not None else standard()
    cells: list[Figure] = []
    unknown: list[Unknown] = []
    found: list[Tested] = []
    grids: list[Grid] = []
    for index, table in enumerate(document.tables()):
        ticked = of_table(table, index, known)
        cells += ticked.understood.figures
        unknown += ticked.understood.unknown
        grids += ticked.understood.grids
        found += ticked.tested
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
