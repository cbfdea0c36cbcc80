"""Tables in text files: cells between tabs, and Markdown's pipe tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from yanbao.read.contents import Place
from yanbao.read.foreign.grid import Room, without_blank_edges
from yanbao.read.foreign.prose import is_wide, one_line, part_of
from yanbao.read.foreign.tree import Cell, Line, Table
from yanbao.read.foreign.txt_markup import shown

_RULE_CELL = re.compile(r"\s*:?-+:?\s*")
_GAP = re.compile(r" {2,}|\u3000+ *")


def is_tab_row(text: str) -> bool:
    """Whether a line is a row of cells between tabs."""
    return "\t" in text and bool(text.strip())


def is_pipe_rule(text: str) -> bool:
    """Whether a line is the row of dashes under the head of a Markdown table.

    >>> is_pipe_rule("|:---|---:|"), is_pipe_rule("---"), is_pipe_rule("--|--")
    (True, False, True)
    """
    if "|" not in text or "-" not in text:
        return False
    cells = [text[start:end] for start, end in pipe_spans(text)]
    return bool(cells) and all(_RULE_CELL.fullmatch(cell) for cell in cells)


def pipe_spans(text: str) -> list[tuple[int, int]]:
    """Return where the cells of a Markdown table's row begin and end; an escaped pipe divides nothing."""
    cuts = [at for at, char in enumerate(text) if char == "|" and (at == 0 or text[at - 1] != "\\")]
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    edges = [first if cuts[:1] != [first] else first + 1, *[cut for cut in cuts if cut != first], last]
    if cuts and cuts[-1] == last - 1 and last - 1 != first:
        edges.pop()
    begins = [edges[0], *[cut + 1 for cut in edges[1:-1]]]
    return [(begin, max(begin, end)) for begin, end in zip(begins, edges[1:], strict=True)]


def tab_table(room: Room, lines: Sequence[Line]) -> Table | None:
    """Return the table of some lines with tabs; `None` if they hold no cell."""
    rows = []
    for line in lines:
        cells, at = [], 0
        for part in line.text.split("\t"):
            cells.append(text_cell(part, line.place, at + (line.place.start or 0)))
            at += len(part) + 1
        rows.append(cells)
    return _table(room, rows, lines[0].place, None)


def pipe_table(room: Room, lines: Sequence[Line]) -> Table | None:
    """Return the Markdown table of some lines: head, rule, rows. The head's count of cells is the table's."""
    heads = list(lines[:1])
    body = list(lines[2:])
    width = len(pipe_spans(heads[0].text))
    rows = []
    for line in [*heads, *body]:
        spans = pipe_spans(line.text)[:width]
        start = line.place.start or 0
        rows.append([text_cell(line.text[a:b].replace("\\|", "|"), line.place, start + a) for a, b in spans])
    rows[0] = [replace(cell, head=True) for cell in rows[0]]
    blank_head = not any(cell.text for cell in rows[0])
    return _table(room, rows, lines[0].place, 0 if blank_head else 1, width)


def aligned_spans(lines: Sequence[Line]) -> list[tuple[int, int]] | None:
    """Return the columns of lines that are set with blanks, `None` where they do not line up.

    A column ends where every line has a blank; Chinese characters take two places.
    """
    shapes = [_columns(line.text) for line in lines]
    reach = max(map(len, shapes))
    filled = [any(at < len(shape) and shape[at] for shape in shapes) for at in range(reach)]
    spans: list[tuple[int, int]] = []
    begin = None
    for at, full in enumerate([*filled, False, False]):
        if full and begin is None:
            begin = at
        elif not full and begin is not None and not any(filled[at : at + 2]):
            spans.append((begin, at))
            begin = None
    return spans if len(spans) >= 2 else None


def aligned_table(room: Room, lines: Sequence[Line], spans: Sequence[tuple[int, int]]) -> Table | None:
    """Return the table of lines whose cells stand in columns of blanks."""
    rows = []
    for line in lines:
        owners = _owners(line.text)
        cells = []
        for begin, end in spans:
            held = [at for at, column in enumerate(owners) if begin <= column < end]
            first = held[0] if held else len(line.text)
            last = held[-1] + 1 if held else len(line.text)
            cells.append(text_cell(line.text[first:last], line.place, first + (line.place.start or 0)))
        rows.append(cells)
    return _table(room, rows, lines[0].place, None)


def looks_aligned(text: str) -> bool:
    """Whether a line has three or more stretches of words with wide gaps between."""
    return len(_GAP.split(text.strip())) >= 3


def text_cell(raw: str, place: Place, start: int) -> Cell:
    """Return a cell with the visible text of a stretch of a line."""
    lead = len(raw) - len(raw.lstrip())
    body = raw.strip()
    where = part_of(place, start + lead, start + lead + len(body))
    return Cell(one_line(shown(body)), where, indent=lead if lead and body else 0)


def _table(room: Room, rows: list[list[Cell]], place: Place, head_rows: int | None, width: int = 0) -> Table | None:
    kept = without_blank_edges(room.lay(rows, place, width))
    if not kept:
        return None
    return Table(kept, replace(place, start=None, end=None), head_rows=head_rows)


def _owners(text: str) -> list[int]:
    """Return the column of each character."""
    found, at = [], 0
    for char in text:
        found.append(at)
        at += 2 if is_wide(char) else 1
    return found


def _columns(text: str) -> list[bool]:
    """Return which columns a line fills."""
    return [not char.isspace() for char in text for _ in range(2 if is_wide(char) else 1)]
