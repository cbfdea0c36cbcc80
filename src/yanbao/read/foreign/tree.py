"""The document tree of a file that somebody else made: pages of prose and tables, each piece with its place.

Our own reports are read into `read.contents`, which keeps a file's every store apart so that a proof can compare them.
Here the aim is another: what would a reader see, in which order, and which cells belong to one table? All formats
come in this shape, and `check.tick` knows no other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

from yanbao.read.contents import Place
from yanbao.read.foreign.reason import Reason

ForeignFormat = Literal["txt", "md", "pdf", "docx", "pptx", "xlsx", "html"]

ProseRole = Literal[
    "title",  # of the document or of a slide
    "heading",  # `level` counts from 1; 0 where the format does not tell
    "body",
    "bullet",
    "caption",  # title of a table or figure that could not be joined to it
    "note",  # 注：, 来源：, Note: under an exhibit that could not be joined to it
    "footnote",
    "header",  # running head
    "footer",  # running foot, page number
    "speaker-note",
    "chart-text",  # words and figures inside a drawing: axis ticks, legends, labels
]

TextLayer = Literal[
    "text",  # usable
    "none",  # a picture of a page
    "garbled",  # its fonts map to no readable characters
    "ocr",  # recognised from a picture, too poor to check
]


@dataclass(frozen=True)
class Line:
    """A line as the file holds it; `place.start` is 0 unless the line is a part of a longer one."""

    text: str
    place: Place


@dataclass(frozen=True)
class Prose:
    """Running text, its lines joined as a reader joins them: no blank between Chinese lines, hyphens undone.

    `starts[i]` is where `lines[i]` begins in `text`.
    """

    text: str
    lines: tuple[Line, ...]
    starts: tuple[int, ...]
    role: ProseRole = "body"
    level: int = 0

    def __post_init__(self) -> None:
        if not self.lines or len(self.lines) != len(self.starts) or self.starts[0] != 0:
            raise ValueError("a prose has lines, each with its start; the first starts at 0")

    def places(self, start: int, end: int) -> tuple[Place, ...]:
        """Return where the characters `start:end` of the text stand: one place for each line they touch.

        >>> line = Line("营收10亿元", Place("a.txt", 1, 3, 0, 6))
        >>> Prose("营收10亿元", (line,), (0,)).places(2, 4)[0].start
        2
        """
        found = []
        for index in range(max(0, bisect_right(self.starts, start) - 1), len(self.lines)):
            begin = self.starts[index]
            if begin >= end:
                break
            line = self.lines[index]
            low, high = max(0, start - begin), min(len(line.text), end - begin)
            if low < high:
                offset = line.place.start or 0
                found.append(replace(line.place, start=offset + low, end=offset + high))
        return tuple(found)


@dataclass(frozen=True)
class Cell:
    """A table cell as printed; an empty one has the text ""."""

    text: str
    place: Place
    rows: int = 1  # how many rows and columns it covers
    columns: int = 1
    value: Fraction | None = None  # the stored number, where the format keeps one beside its display
    formula: str | None = None  # without the leading "="
    head: bool = False  # the format says that it heads its row or column
    indent: int = 0


@dataclass(frozen=True)
class Table:
    """A table, a sheet's block of cells, or the data of a chart: the same shape.

    `rows` is rectangular: a cell stands in its left upper corner, `None` where another cell covers the position.
    A table that goes on over pages is one table; each cell keeps its own place.
    """

    rows: tuple[tuple[Cell | None, ...], ...]
    place: Place
    kind: Literal["table", "chart", "sheet"] = "table"
    caption: Prose | None = None
    unit_line: Prose | None = None  # 单位：万元; (in millions)
    notes: tuple[Prose, ...] = ()
    head_rows: int | None = None  # where the format tells; None: to be found out
    head_columns: int | None = None

    def __post_init__(self) -> None:
        if len({len(row) for row in self.rows}) > 1:
            raise ValueError("the rows of a table have the same number of positions")

    @property
    def shape(self) -> tuple[int, int]:
        """Return the counts of rows and columns."""
        return (len(self.rows), len(self.rows[0]) if self.rows else 0)


ForeignBlock = Prose | Table


@dataclass(frozen=True)
class ForeignPage:
    """A page, slide or sheet; a text file is one page. Blocks stand in reading order."""

    number: int
    blocks: tuple[ForeignBlock, ...]
    layer: TextLayer = "text"
    name: str = ""  # of a sheet
    width: float | None = None  # points, where boxes are given
    height: float | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Unread:
    """What could not be read, and why: it is told, never passed over."""

    place: Place
    reason: Reason


@dataclass(frozen=True)
class ForeignDocument:
    """A file as read."""

    file: Path
    format: ForeignFormat
    pages: tuple[ForeignPage, ...]
    unread: tuple[Unread, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)

    def prose(self) -> Iterator[Prose]:
        """Yield all running text in reading order, captions and notes of tables included."""
        for page in self.pages:
            for block in page.blocks:
                if isinstance(block, Prose):
                    yield block
                else:
                    yield from (part for part in (block.caption, block.unit_line, *block.notes) if part is not None)

    def tables(self) -> Iterator[Table]:
        """Yield all tables in reading order."""
        for page in self.pages:
            yield from (block for block in page.blocks if isinstance(block, Table))
