"""Annual reports as lines of JSON, the way public data sets of Chinese companies keep them.

Each line is one row of a page: `{"page": 7, "allrow": 120, "type": "text", "inside": "…"}`. `type` is text, 页眉
(running head), 页脚 (running foot) or excel, whose `inside` is a row of cells written as a Python list.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from yanbao.errors import ReadError
from yanbao.read.contents import Place
from yanbao.read.foreign.exhibits import with_continuations, with_exhibits, without_running_heads
from yanbao.read.foreign.grid import Room, TooBig, without_blanks
from yanbao.read.foreign.prose import one_line, prose_of
from yanbao.read.foreign.reason import Reason
from yanbao.read.foreign.tree import (
    Cell,
    ForeignBlock,
    ForeignDocument,
    ForeignPage,
    Line,
    Prose,
    ProseRole,
    Table,
    Unread,
)
from yanbao.read.foreign.txt_source import data_of, text_of

_ROLES: dict[str, ProseRole] = {"页眉": "header", "页脚": "footer", "header": "header", "footer": "footer"}
_MOST_PAGES = 5000
_LONGEST_ROW = 100_000  # characters of a row of cells
_ENDS = "。！？；：!?;:"
_Row = tuple[Place, str, str]  # place, type, inside


def read_jsonl(file: Path) -> ForeignDocument:
    """Return the document of an annual report that is kept as lines of JSON, with its pages.

    Lines of a paragraph that the page's width broke are joined where the broken line is nearly as long as the longest.

    Raises:
        ReadError: most lines are no JSON objects of that shape; a few are told as unread.
    """
    text, encoding = text_of(data_of(file), file)
    pages: dict[int, list[_Row]] = {}
    wrong: list[Unread] = []
    for number, content in enumerate(text.split("\n"), 1):
        if not content.strip():
            continue
        row = _row(content)
        if row is None:
            wrong.append(Unread(Place(file.name, None, number), Reason("no-page-row", repr(content[:60]))))
            continue
        page, kind, inside = row
        pages.setdefault(page, []).append((Place(file.name, page, number), kind, inside))
    read = sum(map(len, pages.values()))
    if len(wrong) > read or not 0 < len(pages) <= _MOST_PAGES:
        raise ReadError(
            f"{file}: {len(wrong)} of {len(wrong) + read} lines are no rows of pages, {len(pages)} pages are found, and"
            f' 1 to {_MOST_PAGES} are read\n    hint: each line is {{"page": 1, "type": "text", "inside": "…"}}'
        )
    unread = [Unread(Place(file.name), Reason("filled-cells")), *wrong]
    room = Room()
    blocks: list[ForeignBlock] = []
    for rows in pages.values():
        blocks.extend(_blocks(rows, room, unread))
    blocks = with_exhibits(with_continuations(without_running_heads(blocks)))
    numbered = [(_page_of(block), block) for block in blocks]
    found = tuple(
        ForeignPage(page, tuple(block for _, block in group))
        for page, group in groupby(numbered, key=lambda pair: pair[0])
    )
    return ForeignDocument(file, "txt", found, tuple(unread), {"encoding": encoding})


def _row(content: str) -> tuple[int, str, str] | None:
    try:
        found: Any = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    page, kind, inside = found.get("page"), found.get("type", "text"), found.get("inside")
    if isinstance(page, bool) or not isinstance(page, int) or not 0 <= page < 1_000_000:
        return None
    if not isinstance(kind, str) or not isinstance(inside, str):
        return None
    return page, kind, inside


def _page_of(block: ForeignBlock) -> int:
    place = block.lines[0].place if isinstance(block, Prose) else block.place
    return place.page or 0


def _blocks(rows: list[_Row], room: Room, unread: list[Unread]) -> Iterator[ForeignBlock]:
    widest = max((len(inside) for _, kind, inside in rows if kind == "text"), default=0)
    for kind, group in groupby(rows, key=lambda row: row[1]):
        held = list(group)
        if kind == "excel":
            yield from _table(held, room, unread)
            continue
        lines: list[list[Line]] = []
        for place, _, inside in held:
            lines.append([Line(inside, Place(place.file, place.page, place.line, 0, len(inside)))])
            wrapped = (
                kind == "text" and len(inside) >= 0.9 * widest and widest >= 25 and inside.rstrip()[-1:] not in _ENDS
            )
            if not wrapped:
                yield from _prose(lines, kind)
                lines = []
        yield from _prose(lines, kind)


def _prose(lines: list[list[Line]], kind: str) -> Iterator[Prose]:
    prose = prose_of(lines, _ROLES.get(kind, "body"))
    if prose is not None and prose.text.strip():
        yield prose


def _table(rows: list[_Row], room: Room, unread: list[Unread]) -> Iterator[Table]:
    """Yield the tables of rows that follow each other: those of one width belong together."""
    cells: list[list[Cell]] = []
    for place, _, inside in rows:
        values = _values(inside)
        if values is None:
            unread.append(Unread(place, Reason("no-cells")))
            continue
        texts = [one_line(value) for value in values]
        cells.append([Cell(text, Place(place.file, place.page, place.line, 0, len(text))) for text in texts])
    for _, group in groupby(cells, key=len):
        held = list(group)
        if not held[0]:
            continue
        place = held[0][0].place
        try:
            kept = without_blanks(room.lay(held, place))
        except TooBig as error:
            unread.append(Unread(place, error.reason))
            continue
        if kept:
            yield Table(kept, Place(place.file, place.page, place.line))


def _values(inside: str) -> list[str] | None:
    """Return the cells of a row that is written as a Python list of texts."""
    if len(inside) > _LONGEST_ROW:
        return None
    try:
        found = ast.literal_eval(inside.strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    if not isinstance(found, list):
        return None
    return [
        "" if value is None else str(value) for value in found if value is None or isinstance(value, str | int | float)
    ]
