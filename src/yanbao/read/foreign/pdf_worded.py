"""Tables of words without vertical lines: what stands in columns between a table's caption and its source."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from yanbao.read.foreign.pdf_chunks import Chunk, Row, cells_of
from yanbao.read.foreign.pdf_columns import covered_by, pitch_of, united
from yanbao.read.foreign.pdf_grid import Grid, GridCell, cell_of
from yanbao.read.foreign.pdf_rules import Rule
from yanbao.read.foreign.pdf_words import is_caption, is_figure_caption, is_note

_RIVER = 0.9  # of the font size: the narrowest blank between columns of words
_CROSSING = 0.1  # of the lines may cross a blank between columns
_LINES = 80  # at most
_STEP = 1.25  # of the smallest distance of lines: a wider one parts rows


def worded_grids(lines: Sequence[Row], taken: set[int], across: Sequence[Rule]) -> list[Grid]:
    """Return the tables of words among the rows of a column of a page.

    A table is asserted only where a numbered caption (表 3, Table 3) stands above and a source or note below, and where
    blanks part nearly all lines between them into at least two columns.
    """
    grids = []
    for index, line in enumerate(lines):
        if not is_caption(line[0].text) or is_figure_caption(line[0].text):
            continue
        end = index + 1
        while end < len(lines) and end - index <= _LINES and not _ends(lines[end], taken):
            end += 1
        if end < len(lines) and is_note(lines[end][0].text) and end - index > 2:
            grid = _grid(lines[index + 1 : end], across)
            if grid is not None:
                grids.append(grid)
    return grids


def _ends(line: Row, taken: set[int]) -> bool:
    return is_note(line[0].text) or is_caption(line[0].text) or any(id(chunk) in taken for chunk in line)


def _grid(lines: Sequence[Row], across: Sequence[Rule]) -> Grid | None:
    size = sorted(chunk.size for line in lines for chunk in line)[sum(map(len, lines)) // 2]
    intervals = [(chunk.left, chunk.right) for line in lines for chunk in line]
    columns = united(covered_by(intervals, int(_CROSSING * len(lines))), _RIVER * size)
    if len(columns) < 2:
        return None
    held = [[chunk for line in group for chunk in cells_of(line)] for group in _rows(lines, across)]
    table: list[list[GridCell | None]] = []
    for chunks in held:
        homes: list[list[Chunk]] = [[] for _ in columns]
        for chunk in chunks:
            homes[max(range(len(columns)), key=lambda i, c=chunk: _shared(c, columns[i]))].append(chunk)  # type: ignore[misc]
        bottom, top = min(chunk.bottom for chunk in chunks), max(chunk.top for chunk in chunks)
        table.append(
            [cell_of(parts, low, bottom, high, top) for parts, (low, high) in zip(homes, columns, strict=True)]
        )
    if sum(sum(cell is not None and cell.text != "" for cell in row) >= 2 for row in table) < 0.6 * len(table):
        return None
    grid = Grid(
        table,
        columns[0][0],
        min(chunk.bottom for chunk in lines[-1]),
        columns[-1][1],
        max(chunk.top for chunk in lines[0]),
        (columns[0][0], *(high for _, high in columns)),
        False,
        size=size,
    )
    grid.taken = {id(chunk) for line in lines for chunk in line}
    return grid


def _shared(chunk: Chunk, column: tuple[float, float]) -> float:
    return min(chunk.right, column[1]) - max(chunk.left, column[0])


def _rows(lines: Sequence[Row], across: Sequence[Rule]) -> list[list[Row]]:
    """Return the lines by row: a ruled line or a wider step parts rows; where all steps are alike, each is a row."""
    steps = [pitch_of(upper, lower) for upper, lower in itertools.pairwise(lines)]
    least = min(steps)
    uneven = max(steps) > _STEP * least
    groups = [[lines[0]]]
    for (upper, lower), step in zip(itertools.pairwise(lines), steps, strict=True):
        ruled = any(lower[0].base < rule.at < upper[0].base and rule.length > 8 * lower[0].size for rule in across)
        if ruled or step > _STEP * least or not uneven:
            groups.append([lower])
        else:
            groups[-1].append(lower)
    return groups
