"""A table found on one page, before its words around it are joined: cells with boxes and spans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from yanbao.read.foreign.pdf_chunks import Chunk, is_figure, merged, rows

_CJK = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef，。；：、！？（）《》“”]"
_BREAKABLE = re.compile(r"[A-Za-z]-$")


@dataclass
class GridCell:
    """A cell in reading position; one without text has the box of its position."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    rows: int = 1
    columns: int = 1
    base: float = 0.0
    head: bool = False


@dataclass
class Grid:
    """A table of one page: `rows` is rectangular, None where a cell from above or from the left covers it."""

    rows: list[list[GridCell | None]]
    left: float
    bottom: float
    right: float
    top: float
    edges: tuple[float, ...]  # x of the columns' edges
    ruled: bool
    head_rows: int | None = None
    size: float = 10.0  # font size
    taken: set[int] = field(default_factory=set)  # id() of the chunks in it


def joined_lines(lines: Sequence[Chunk], width: float = 0.0) -> str:
    """Return the text of a cell's lines as a reader joins them; `width` is the cell's.

    No blank stands between Chinese lines, and a figure that the cell's edge broke in two is one figure again.
    """
    text = ""
    for index, line in enumerate(lines):
        if not index:
            text = line.text
            continue
        text += _joint(text, lines[index - 1], line, width) + line.text
    return text


def _joint(text: str, last: Chunk, line: Chunk, width: float) -> str:
    if re.fullmatch(rf"{_CJK}", text[-1:]) or re.fullmatch(rf"{_CJK}", line.text[:1]):
        return ""
    if text in ("-", "－", "–", "(", "$") and line.text[:1].isdigit():
        return ""
    tail = re.search(r"[-(]?[\d,.]+$", text)
    head = re.match(r"[\d,.]+[%)]?", line.text)
    if tail and head:
        whole = tail.group() + head.group()
        broken = not (is_figure(tail.group()) and is_figure(head.group()))
        full = width > 0 and last.width > width - 2.2 * last.size
        if is_figure(whole) and (broken or full):
            return ""
    if re.fullmatch(r"[%)）].*", line.text):
        return ""
    return "" if _BREAKABLE.search(text) else " "


def cell_of(parts: Sequence[Chunk], left: float, bottom: float, right: float, top: float) -> GridCell:
    """Return the cell that holds these chunks; the box is that of its text, or the given one where it is empty."""
    if not parts:
        return GridCell("", left, bottom, right, top, base=bottom)
    lines = [merged(row) for row in rows(parts)]
    return GridCell(
        re.sub(r"^([$€£¥])\s+(?=[\d(—-])", r"\1", joined_lines(lines, right - left)),
        min(part.left for part in parts),
        min(part.bottom for part in parts),
        max(part.right for part in parts),
        max(part.top for part in parts),
        base=lines[0].base,
    )
