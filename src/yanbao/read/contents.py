"""What was read from a file: pages of segments and charts, each with its place. All formats come in this shape."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

Format = Literal["html", "pptx", "pdf", "xlsx"]

Role = Literal[
    "title",  # a page's or slide's title
    "paragraph",  # words of the page's body
    "cell",  # a table's or a sheet's cell
    "chart-text",  # words inside a chart's drawing
    "note",  # speaker's notes
    "footer",  # page foot: house, day, disclaimer, page number
    "line",  # a line of a page whose format keeps no structure (PDF)
    "outline",  # a bookmark or an entry of the navigation
    "hidden",  # not shown until asked for: tooltips, panels, alternative texts, document properties
]

ChartSource = Literal["html-spec", "pptx-xml", "pptx-workbook", "xlsx-range", "xlsx-cache"]


@dataclass(frozen=True)
class Box:
    """A rectangle on a page, in points from the page's left lower corner."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class Place:
    """Where something stands in a file.

    `page` counts pages, slides, sections or sheets from 1. `line` is the 1-based line: of the source (HTML), of the
    page's text (PDF), the row (XLSX), the paragraph of the slide (PPTX). `start` and `end` count characters of that
    line's or segment's text. `part` names the zip member, the sheet or the element; `cell` an address in it.
    """

    file: str
    page: int | None = None
    line: int | None = None
    start: int | None = None
    end: int | None = None
    part: str = ""
    cell: str = ""
    box: Box | None = None


@dataclass(frozen=True)
class Mark:
    """A stretch of a segment's text that its file marks as one number, word or period, with the fact's id."""

    start: int
    end: int
    kind: str
    fact: str | None = None


@dataclass(frozen=True)
class SheetCell:
    """What a workbook's cell holds besides its text as shown."""

    address: str  # "B7"
    value: Fraction | str | bool | None  # stored value; of a formula, its cached result
    formula: str | None = None  # without the leading "="
    number_format: str = "General"
    link: str | None = None


@dataclass(frozen=True)
class Segment:
    """A stretch of text that the format keeps together: a paragraph, a cell, a line."""

    text: str
    place: Place
    role: Role = "paragraph"
    marks: tuple[Mark, ...] = ()
    cell: SheetCell | None = None
    group: str = ""  # id of the element, shape or exhibit it stands in, where the format carries one


@dataclass(frozen=True)
class SeriesContents:
    """A chart's series as one store holds it."""

    name: str
    values: tuple[Fraction | None, ...]
    labels: tuple[str, ...] = ()  # printed labels, "" where a point has none; () if the store holds none
    name_ref: str = ""
    category_ref: str = ""
    value_ref: str = ""
    facts: tuple[str | None, ...] = ()
    axis: int = 1
    categories: tuple[str, ...] = ()  # the series' own, where a store holds them with each
    tips: tuple[str, ...] = ()  # words that show when a point is asked for
    xs: tuple[Fraction | None, ...] = ()  # of a scatter: the horizontal values, `values` being the vertical ones
    x_name: str = ""  # of a scatter: what its workbook calls them
    bars: tuple[Fraction | None, ...] = ()  # of error bars: how far up each reaches; all `None` where they tell else
    bars_ref: str = ""


@dataclass(frozen=True)
class AxisContents:
    """A value axis: its ticks' values and texts as far as the store holds them."""

    values: tuple[Fraction, ...] = ()
    texts: tuple[str, ...] = ()
    low: Fraction | None = None
    high: Fraction | None = None
    step: Fraction | None = None
    number_format: str = ""
    title: str = ""


@dataclass(frozen=True)
class ChartContents:
    """A chart's data as one store of the file holds them."""

    place: Place
    source: ChartSource
    kind: str
    categories: tuple[str, ...]
    series: tuple[SeriesContents, ...]
    axes: tuple[AxisContents, ...] = ()
    id: str | None = None  # the exhibit's id, where the format carries it
    texts: tuple[str, ...] = ()  # other words of the chart: titles, names of items
    drawn: tuple[str, ...] = ()  # the categories as they are drawn on the axis, where that is kept apart
    base: Fraction | None = None  # where bars begin, if that is said


@dataclass(frozen=True)
class PageContents:
    """A page, slide, section or sheet as read."""

    number: int
    id: str | None = None  # section id, sheet name
    segments: tuple[Segment, ...] = ()
    charts: tuple[ChartContents, ...] = ()
    notes: tuple[Segment, ...] = ()
    hidden: bool = False


@dataclass(frozen=True)
class FileContents:
    """A file as read: its pages in order, and what belongs to no page."""

    file: Path
    format: Format
    pages: tuple[PageContents, ...]
    outline: tuple[Segment, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    data: dict[str, object] = field(default_factory=dict)  # other machine-read parts, by name (HTML: JSON)

    @property
    def name(self) -> str:
        """Return the file's name without its folder."""
        return self.file.name
