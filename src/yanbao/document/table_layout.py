"""How a table is cut into columns and rows, so that every renderer draws the same grid."""

from __future__ import annotations

from dataclasses import dataclass

from yanbao.document.text_width import line_count, longest_piece, text_width
from yanbao.document.tree import Cell, Column, Table, plain

FONT_SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
LEADING = 1.3  # line height in ems: renderers set it exactly, whatever the font's own is
PAD_X = 5.0
STRETCH = 1.45  # rows grow at most this much to fill a page
HEAD_STRETCH = 1.15  # and those of the head this much
_TEXT_MIN = 4.0  # ems: a column of words is not squeezed below four characters


@dataclass(frozen=True)
class Grid:
    """A table's grid: font size, column widths and row heights in points; header rows come first."""

    font_size: float
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    header_rows: int

    @property
    def height(self) -> float:
        """Height of the whole table in points."""
        return sum(self.rows)

    def stretched(self, height: float) -> Grid:
        """Return the grid with its rows grown towards a height: those of the body by `STRETCH` at most."""
        head, body = sum(self.rows[: self.header_rows]), sum(self.rows[self.header_rows :])
        if not body or height <= self.height:
            return self
        head_factor = min(HEAD_STRETCH, height / self.height)
        factor = min(STRETCH, (height - head * head_factor) / body)
        rows = tuple(row * (head_factor if at < self.header_rows else factor) for at, row in enumerate(self.rows))
        return Grid(self.font_size, self.columns, rows, self.header_rows)


def pad_y(font_size: float) -> float:
    """Return the space above and below a row's text in points: tight in small print."""
    return font_size * (0.3 if font_size >= 8.5 else 0.2)


def header_rows(table: Table) -> int:
    """Return how many rows the head has: 2 where columns stand in groups, else 1."""
    return 2 if any(plain(column.group) for column in table.columns) else 1


def groups(table: Table) -> tuple[tuple[int, int], ...]:
    """Return the runs of columns (first, last) that share a group; columns without one are left out."""
    runs: list[tuple[int, int]] = []
    for index, column in enumerate(table.columns):
        if not plain(column.group):
            continue
        if runs and runs[-1][1] == index - 1 and table.columns[index - 1].group == column.group:
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return tuple(runs)


def column_widths(table: Table, width: float, font_size: float) -> tuple[float, ...]:
    """Return the columns' widths in points, which add up to `width`.

    No column is narrower than its longest number or word, if the width allows; the rest is shared by
    `Column.width` where the author set one, else by what the cells hold.
    """
    least = _least(table, font_size)
    if sum(least) >= width:
        return _scaled(least, width)
    natural = _natural(table, font_size)
    if any(column.width != 1.0 for column in table.columns):
        weights = tuple(column.width for column in table.columns)
        return _shared(natural if sum(natural) <= width else least, weights, width)
    wanted = _even(table, natural, width)
    if sum(wanted) <= width:
        spare = (width - sum(wanted)) / len(wanted)
        return tuple(each + spare for each in wanted)
    return _shared(least, wanted, width)


def row_heights(table: Table, widths: tuple[float, ...], font_size: float) -> tuple[float, ...]:
    """Return the rows' heights in points for the columns' widths: the head's first, then the body's."""
    heights = []
    if header_rows(table) == 2:
        lines = [
            line_count(table.columns[first].group, font_size, _inside(sum(widths[first : last + 1])), bold=True)
            for first, last in groups(table)
        ]
        heights.append(_row(lines, font_size))
    heights.append(
        _row(
            [
                line_count(column.label, font_size, _inside(width), bold=True)
                for column, width in zip(table.columns, widths, strict=True)
            ],
            font_size,
        )
    )
    for row in table.rows:
        bold = row.role in ("total", "highlight")
        heights.append(
            _row(
                [
                    line_count(cell.text, font_size, _inside(width), bold)
                    for cell, width in zip(row.cells, widths, strict=True)
                ],
                font_size,
            )
        )
    return tuple(heights)


def grid(table: Table, width: float, font_size: float) -> Grid:
    """Return a table's grid at a font size."""
    columns = column_widths(table, width, font_size)
    return Grid(font_size, columns, row_heights(table, columns, font_size), header_rows(table))


def fitting_grid(table: Table, width: float, height: float) -> Grid:
    """Return the grid at the largest font size that fits the height; where none does, at the smallest."""
    for size in FONT_SIZES:
        if sum(_least(table, size)) > width:
            continue
        found = grid(table, width, size)
        if found.height <= height + 0.01:
            return found
    return grid(table, width, FONT_SIZES[-1])


def missing_width(table: Table, width: float) -> float:
    """Return by how many points a table is too wide at the smallest font size; 0 where it fits."""
    return max(0.0, sum(_least(table, FONT_SIZES[-1])) - width)


def _inside(width: float) -> float:
    return max(1.0, (width - 2 * PAD_X) * 0.985)  # what the estimate may be wrong by


def _row(lines: list[int], font_size: float) -> float:
    return max([1, *lines]) * font_size * LEADING + 2 * pad_y(font_size)


def _cells(table: Table, index: int) -> list[tuple[Cell, bool]]:
    return [(row.cells[index], row.role in ("total", "highlight")) for row in table.rows]


def _least(table: Table, size: float) -> tuple[float, ...]:
    """Return each column's least width: numbers whole, words by their longest piece."""
    least = []
    for index, column in enumerate(table.columns):
        need = max(
            [
                _head_least(column, size),
                *(_cell_least(cell, size, bold) for cell, bold in _cells(table, index)),
            ]
        )
        least.append((need / 0.985) + 2 * PAD_X)
    return tuple(least)


def _head_least(column: Column, size: float) -> float:
    return max(longest_piece(column.label, size, True), min(text_width(column.label, size, True), _TEXT_MIN * size))


def _cell_least(cell: Cell, size: float, bold: bool) -> float:
    whole = text_width(cell.text, size, bold)
    if any(span.kind == "number" for span in cell.text) and len(plain(cell.text)) <= 14:
        return whole
    return max(longest_piece(cell.text, size, bold), min(whole, _TEXT_MIN * size))


def _natural(table: Table, size: float) -> tuple[float, ...]:
    """Return each column's width with every cell on one line."""
    natural = []
    for index, column in enumerate(table.columns):
        needs = [
            text_width(column.label, size, True),
            *(text_width(cell.text, size, bold) for cell, bold in _cells(table, index)),
        ]
        natural.append(max(needs) / 0.985 + 2 * PAD_X)
    return tuple(natural)


def _even(table: Table, natural: tuple[float, ...], width: float) -> tuple[float, ...]:
    """Return the widths with all columns that are not words made equal, where there is room for it."""
    values = [index for index, column in enumerate(table.columns) if column.align != "left"]
    if not values:
        return natural
    widest = max(natural[index] for index in values)
    even = tuple(widest if index in values else each for index, each in enumerate(natural))
    return even if sum(even) <= width else natural


def _shared(least: tuple[float, ...], weights: tuple[float, ...], width: float) -> tuple[float, ...]:
    """Return widths by weight, none below its least: what a raised column takes, the others give."""
    fixed: set[int] = set()
    while True:
        room = width - sum(least[index] for index in fixed)
        total = sum(weight for index, weight in enumerate(weights) if index not in fixed)
        short = {
            index for index, weight in enumerate(weights) if index not in fixed and room * weight / total < least[index]
        }
        if not short:
            return tuple(
                least[index] if index in fixed else room * weight / total for index, weight in enumerate(weights)
            )
        fixed |= short
        if len(fixed) == len(weights):
            return _scaled(least, width)


def _scaled(widths: tuple[float, ...], width: float) -> tuple[float, ...]:
    total = sum(widths)
    return tuple(each * width / total for each in widths)
