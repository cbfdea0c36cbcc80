"""Two tables side by side on common lines, as forecast pages set them: balance sheet left, income statement right."""

from __future__ import annotations

import re
from dataclasses import replace

from yanbao.read.foreign.pdf_chunks import is_value
from yanbao.read.foreign.pdf_grid import Grid, GridCell

_WORDS = 0.7  # of the rows: a column with words in so many is one of labels
_HEADS = 0.6  # of the columns: halves with so many heads alike are two tables
_PERIOD = re.compile(r"(?:FY|CY)?(?:19|20)?\d\d(?:[AE]|年|[QH]\d|E年|A年)?\S{0,3}")


def halves(grid: Grid) -> list[Grid]:
    """Return a table as two where a second column of labels starts the same heads again; else as it is.

    The heads of the right half must be those of the left one (2022A 2023A 2024E | 2022A 2023A 2024E) in at least 60 %
    of its columns: a column of words in the middle alone makes no second table.
    """
    count = len(grid.edges) - 1
    for middle in range(2, count - 1):
        if _is_labels(grid, middle) and _is_labels(grid, 0) and _repeats(grid, middle):
            return [_part(grid, 0, middle), _part(grid, middle, count)]
    return [grid]


def _is_labels(grid: Grid, column: int) -> bool:
    cells = [row[column] for row in grid.rows]
    texts = [cell.text for cell in cells if cell is not None and cell.text]
    words = [text for text in texts if not is_value(text)]
    return len(texts) >= 3 and len(words) >= _WORDS * len(grid.rows)


def _repeats(grid: Grid, middle: int) -> bool:
    """Return whether a row of heads says the same left and right of a column."""
    for row in grid.rows[: max(2, (grid.head_rows or 0) + 1)]:
        texts = ["" if cell is None else cell.text.replace(" ", "") for cell in row]
        left, right = texts[1:middle], texts[middle + 1 :]
        heads = sum(text != "" for text in right)
        alike = sum(text != "" and text in left for text in right)
        if len(left) == len(right) and heads >= 2 and alike >= _HEADS * heads and any(map(_PERIOD.fullmatch, right)):
            return True
    return False


def _part(grid: Grid, first: int, last: int) -> Grid:
    rows: list[list[GridCell | None]] = []
    for row in grid.rows:
        cells = row[first:last]
        for index, cell in enumerate(cells):
            if cell is not None and index + cell.columns > len(cells):
                cells[index] = replace(cell, columns=len(cells) - index)
        rows.append(
            [
                cell if cell is not None or _covered(cells, i) else _empty(grid, first + i)
                for i, cell in enumerate(cells)
            ]
        )
    filled = [cell for row in rows for cell in row if cell is not None and cell.text]
    return replace(
        grid,
        rows=[row for row in rows if any(cell is not None and cell.text for cell in row)],
        left=min(cell.left for cell in filled),
        right=max(cell.right for cell in filled),
        edges=grid.edges[first : last + 1],
        head_rows=grid.head_rows,
    )


def _covered(cells: list[GridCell | None], index: int) -> bool:
    return any(cell is not None and at + cell.columns > index for at, cell in enumerate(cells[:index]))


def _empty(grid: Grid, column: int) -> GridCell:
    return GridCell("", grid.edges[column], grid.bottom, grid.edges[column + 1], grid.top)
