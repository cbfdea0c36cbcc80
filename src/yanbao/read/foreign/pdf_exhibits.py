"""A page's tables with their captions, unit lines and notes; and tables that go on over pages as one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from yanbao.read.contents import Place
from yanbao.read.foreign.pdf_grid import Grid, GridCell
from yanbao.read.foreign.pdf_layout import Paragraph
from yanbao.read.foreign.pdf_words import is_as_of, is_caption, is_figure_caption, is_note
from yanbao.read.foreign.tree import Cell, ForeignBlock, Prose, Table

_NEAR = 9.0  # of the font size: how far a caption, unit line or note may stand from its table
_TITLE_LINES = 5  # above a table without a numbered caption

PlaceOf = Callable[[float, float, float, float, float, int], Place]  # left, bottom, right, top, base, length
ProseOf = Callable[[Paragraph], Prose]


@dataclass
class Piece:
    """A block of a page with what joining over pages needs to know."""

    block: ForeignBlock
    grid: Grid | None = None
    page: int = 0
    titled: bool = False
    ended: bool = field(default=False)  # notes stand under it


def joined_exhibits(items: Sequence[Grid | Paragraph], page: int, place: PlaceOf, prose: ProseOf) -> list[Piece]:
    """Return a region's blocks with each table's caption, unit line and notes joined to it."""
    used: set[int] = set()
    pieces: list[Piece] = []
    for index, item in enumerate(items):
        if isinstance(item, Paragraph):
            continue
        captions, unit = _above(items, index, used)
        notes = _below(items, index, used)
        used.update(id(part) for part in (*captions, *notes, *([unit] if unit else [])))
    for index, item in enumerate(items):
        if isinstance(item, Paragraph):
            if id(item) not in used:
                pieces.append(Piece(prose(item), page=page))
            continue
        captions, unit = _above(items, index, set())
        captions = [part for part in captions if id(part) in used]
        notes = _below(items, index, set())
        caption = _one(captions)
        table = Table(
            tuple(tuple(_cell(cell, place) if cell is not None else None for cell in row) for row in item.rows),
            place(item.left, item.bottom, item.right, item.top, item.top - item.size, 0),
            caption=prose(caption) if caption is not None else None,
            unit_line=prose(unit) if unit is not None else None,
            notes=tuple(prose(note) for note in notes),
            head_rows=item.head_rows,
        )
        pieces.append(Piece(table, item, page, _is_titled(caption, unit), bool(notes)))
    return pieces


def _is_titled(caption: Paragraph | None, unit: Paragraph | None) -> bool:
    """Return whether a table begins with its words: not one that says it goes on (续表)."""
    if caption is None:
        return unit is not None
    return re.search(r"续|[Cc]ontinued|cont[.’']d", " ".join(line.text for line in caption.lines)) is None


def _one(captions: Sequence[Paragraph]) -> Paragraph | None:
    if not captions:
        return None
    return Paragraph([line for part in captions for line in part.lines], "caption")


def _cell(cell: GridCell, place: PlaceOf) -> Cell:
    return Cell(
        cell.text,
        place(cell.left, cell.bottom, cell.right, cell.top, cell.base, len(cell.text)),
        cell.rows,
        cell.columns,
        head=cell.head,
    )


def _above(items: Sequence[Grid | Paragraph], index: int, used: set[int]) -> tuple[list[Paragraph], Paragraph | None]:
    """Return the caption's paragraphs above a table, from top to bottom, and its unit line."""
    grid = items[index]
    top = grid.top
    captions: list[Paragraph] = []
    unit: Paragraph | None = None
    for item in reversed(items[:index]):
        if not isinstance(item, Paragraph) or id(item) in used or item.role in ("bullet", "chart-text"):
            break
        size = item.lines[0].size
        if item.bottom - top > _NEAR * size or item.bottom < top - 2 * size:
            break
        if item.role == "note":
            if not captions and item.text.rstrip().endswith((":", "：")):
                captions.append(item)
            break
        if item.is_unit:
            if unit is not None:
                break
            unit = item
        elif is_as_of(item.text):
            captions.append(item)
        elif is_caption(item.text):
            if is_figure_caption(item.text) and captions:
                break
            captions.append(item)
            break
        elif not captions and item.text.rstrip().endswith((":", "：")) and len(item.lines) <= 2:
            captions.append(item)
            break
        elif _is_title(item, grid) and len(captions) < _TITLE_LINES:
            captions.append(item)
        else:
            break
        top = item.top
    return captions[::-1], unit


def _is_title(item: Paragraph, grid: Grid | Paragraph) -> bool:
    """Return whether a short line without a number of its own is a title above a table."""
    text = item.text
    if len(item.lines) > 2 or len(text) > 90 or text.rstrip().endswith(("。", "；", ";", ".", ",", "，", "：", ":")):
        return False
    assert isinstance(grid, Grid)
    centred = abs((item.lines[0].left + item.lines[0].right) / 2 - (grid.left + grid.right) / 2) < 3 * grid.size
    return (item.role == "heading" and item.lines[0].size <= 1.4 * grid.size) or (centred and not grid.ruled)


def _below(items: Sequence[Grid | Paragraph], index: int, used: set[int]) -> list[Paragraph]:
    notes: list[Paragraph] = []
    bottom = items[index].bottom
    for item in items[index + 1 :]:
        if not isinstance(item, Paragraph) or id(item) in used or item.role != "note" or not is_note(item.text):
            break
        if item.text.rstrip().endswith((":", "：")) and len(item.text) > 12:
            break
        if bottom - item.top > _NEAR * item.lines[0].size:
            break
        notes.append(item)
        bottom = item.bottom
    return notes


def joined_pages(pages: Sequence[list[Piece]]) -> None:
    """Join, in place, each table at the end of a page with the one that goes on at the start of the next.

    They are one where neither a caption nor text stands between, no note ended the first, and both have the same
    columns at the same places. Head rows that are repeated are dropped; each cell keeps its place.
    """
    open_piece: Piece | None = None
    for pieces in pages:
        body = [piece for piece in pieces if not _is_margin(piece)]
        if open_piece is not None and body and body[0].grid is not None and not body[0].titled:
            whole = _continued(open_piece, body[0])
            if whole is not None:
                open_piece.block = whole
                if len(body[0].grid.edges) >= len(open_piece.grid.edges if open_piece.grid else ()):
                    open_piece.grid = body[0].grid
                open_piece.ended = body[0].ended
                pieces.remove(body[0])
                if len(body) > 1 or open_piece.ended:
                    open_piece = None
                if len(body) == 1:
                    continue
        open_piece = body[-1] if body and body[-1].grid is not None and not body[-1].ended else None


def _is_margin(piece: Piece) -> bool:
    return isinstance(piece.block, Prose) and piece.block.role in ("header", "footer", "footnote")


def _continued(first: Piece, second: Piece) -> Table | None:
    above, below = first.block, second.block
    if not isinstance(above, Table) or not isinstance(below, Table) or first.grid is None or second.grid is None:
        return None
    if first.grid.ruled != second.grid.ruled:
        return None
    one, other = first.grid.edges, second.grid.edges
    reach = (1.0 if first.grid.ruled else 2.5) * first.grid.size
    if first.grid.ruled and len(one) != len(other):
        fewer, more = sorted((one, other), key=len)
        places = [min(range(len(more)), key=lambda i, x=x: abs(more[i] - x)) for x in fewer]  # type: ignore[misc]
        if places[0] != 0 or places[-1] != len(more) - 1 or len(set(places)) < len(places):
            return None
        if any(abs(more[i] - x) > reach for i, x in zip(places, fewer, strict=True)):
            return None
        if len(one) < len(other):
            above = _spread(above, places)
        else:
            below = _spread(below, places)
    elif len(one) != len(other) or any(abs(a - b) > reach for a, b in zip(one[1:], other[1:], strict=True)):
        return None
    repeated = 0
    while repeated < min(len(above.rows), len(below.rows)) and _texts(above, repeated) == _texts(below, repeated):
        repeated += 1
    if repeated == len(below.rows):
        return None
    return replace(above, rows=above.rows + below.rows[repeated:], notes=above.notes + below.notes)


def _spread(table: Table, places: Sequence[int]) -> Table:
    """Return a table on the finer columns of its other part: column i reaches from edge `places[i]` to the next."""
    rows = []
    for row in table.rows:
        wide: list[Cell | None] = [None] * places[-1]
        for index, cell in enumerate(row):
            if cell is not None:
                last = places[index + cell.columns]
                wide[places[index]] = replace(cell, columns=last - places[index])
        rows.append(tuple(wide))
    return replace(table, rows=tuple(rows))


def _texts(table: Table, row: int) -> list[str]:
    return ["" if cell is None else cell.text.replace(" ", "") for cell in table.rows[row]]
