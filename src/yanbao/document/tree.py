"""The document tree: pages of blocks, and every number in it tied to a fact.

Frozen parts that hold data only. Each output is rendered from this tree, in the tree's order, and each file that is
read back becomes one. Texts are the very characters that all outputs show: a renderer adds none with a digit in it
that the tree does not hold (page numbers, exhibit labels and axis ticks stand in the tree too).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from yanbao.fact.fact import Fact

SpanKind = Literal[
    "run",  # plain words: holds no number
    "number",  # a printed number: `fact`
    "word",  # a bound word (rose, above, widened): `fact` decides it, `note` is the pair, "上涨/下跌"
    "quote",  # the text of a text fact, as it stands: `fact`
    "period",  # a date or period, tied to the facts it dates: `fact` is one of them (or a workspace key)
    "literal",  # an author's number that is no fact: `note` is the class of reason
    "structure",  # made by the engine: `note` is the rule (exhibit-label, page-number, section-number, ...)
]


@dataclass(frozen=True)
class Span:
    """A piece of text of one kind."""

    text: str
    kind: SpanKind = "run"
    fact: str | None = None
    note: str | None = None
    bold: bool = False
    unit: str | None = None  # number: symbol of the unit it is shown in ("%", "亿元"); the text may leave it out
    decimals: int | None = None  # number: decimal places shown


Text = tuple[Span, ...]


def plain(text: Text) -> str:
    """Return the characters of a text."""
    return "".join(span.text for span in text)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. `lead` is a page's key sentence, `small` legal print, `label`/`value` stand on covers."""

    id: str
    text: Text
    style: Literal["body", "lead", "bullet", "heading", "note", "small", "label", "value"] = "body"
    level: int = 0


@dataclass(frozen=True)
class Cell:
    """A table cell: a text, or missing with a reason (`text` is then how that is printed: "—")."""

    text: Text
    fact: str | None = None  # the fact shown, where the cell shows just one
    missing: str | None = None
    mark: Literal["yes", "no", "base"] | None = None  # a tick or a cross (the text is "✓" or "✗"); the base case


@dataclass(frozen=True)
class Column:
    """A table column. Columns with the same `group` stand together under it."""

    id: str
    label: Text
    align: Literal["left", "right", "center"] = "right"
    group: Text = ()
    width: float = 1.0  # relative
    unit: str = ""  # symbol, printed in the header as part of `label`


@dataclass(frozen=True)
class Row:
    """A table row."""

    cells: tuple[Cell, ...]
    role: Literal["body", "total", "sub", "highlight"] = "body"


@dataclass(frozen=True)
class Table:
    """A table of any kind: what differs between kinds is roles, groups and marks."""

    kind: Literal["plain", "grouped", "matrix", "change", "forecast", "policy", "orders", "card"]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Tick:
    """A tick of an axis, at `value` in the axis' unit."""

    value: Fraction
    text: str


@dataclass(frozen=True)
class Axis:
    """A value axis: renderers draw exactly these ticks from `ticks[0].value` to `ticks[-1].value`.

    Values of a `day` axis are the numbers of days (`document.days`), those of a `row` axis places above each other,
    whose ticks are names; the first and the last place of a `row` axis are free.
    """

    ticks: tuple[Tick, ...]
    unit: str = ""
    title: str = ""
    kind: Literal["number", "day", "row"] = "number"


@dataclass(frozen=True)
class Point:
    """A value of a series in the axis' unit, or missing. `text` is its label as printed ("" where it has none)."""

    fact: str | None
    value: Fraction | None
    text: str = ""
    missing: str | None = None


@dataclass(frozen=True)
class Series:
    """A series of a chart, one point a category (a scatter: one point an item)."""

    id: str
    name: Text
    mark: Literal["bar", "line", "step", "area", "rule", "dot", "end"]
    points: tuple[Point, ...]
    axis: Literal[1, 2] = 1
    unit: str = ""
    decimals: int = 0
    labels: Literal["all", "last", "none"] = "none"  # which points print their text


@dataclass(frozen=True)
class Category:
    """A category of a chart's first axis: a period, a company, an item of a scatter."""

    text: Text


@dataclass(frozen=True)
class Chart:
    """A chart. Its data are its series; there is nothing else in it.

    `band`: an even number of percentiles from the lowest to the highest (mark area), which are the ends of bands
    inside each other; then the median (rule), then the value (line).
    `ranking`: horizontal bars in the order of `categories`.
    `tornado`: horizontal bars from `base` to the values of two series, low and high, one over the other.
    `whiskers`: a low and a high series (mark end), which a stroke joins in each category, then dots beside it.
    `scatter`: two series of dots, x then y, `categories` are the items; `x_axis` is set.
    `calls`: series of dots, the first of days, the others a class of calls each: the row in which it stands, missing
    where the call is of another class. `categories` are the calls, by the name of their row; `x_axis` is of days,
    `y_axis` of rows; `labelled` are the calls at which a row that has no tick is named.
    `stacked` bars add up; `bar-line` has its lines on axis 2 where `y2_axis` is set.
    """

    kind: Literal[
        "line", "step", "bar", "grouped", "stacked", "bar-line", "ranking", "band", "scatter", "tornado", "whiskers",
        "calls",
    ]  # fmt: skip
    categories: tuple[Category, ...]
    series: tuple[Series, ...]
    y_axis: Axis
    y2_axis: Axis | None = None
    x_axis: Axis | None = None
    highlight: int | None = None  # index of the category that stands out
    labelled: tuple[int, ...] = ()  # scatter: indices of the items whose names are printed
    also_highlighted: tuple[int, ...] = ()  # indices of further categories that stand out
    base: Point | None = None  # tornado: where the bars start, in the axis' unit

    @property
    def sideways(self) -> bool:
        """Whether the categories stand below each other and the values run across."""
        return self.kind in ("ranking", "tornado")

    @property
    def dotted(self) -> bool:
        """Whether it is dots between two axes of values, the first series across."""
        return self.kind in ("scatter", "calls")

    @property
    def stories(self) -> int:
        """How many categories or rows stand below each other; 0 where they stand side by side."""
        return len(self.y_axis.ticks) - 2 if self.kind == "calls" else len(self.categories) if self.sideways else 0

    @property
    def areas(self) -> tuple[int, ...]:
        """The series of a band's ends, from the lowest to the highest."""
        return tuple(at for at, series in enumerate(self.series) if series.mark == "area")

    @property
    def highlights(self) -> tuple[int, ...]:
        """The indices of all categories that stand out, in order."""
        return tuple(sorted({*self.also_highlighted, *(() if self.highlight is None else (self.highlight,))}))


@dataclass(frozen=True)
class Event:
    """An entry of a timeline."""

    when: Text
    title: Text
    detail: Text = ()


@dataclass(frozen=True)
class Timeline:
    """Events in order of time."""

    events: tuple[Event, ...]


@dataclass(frozen=True)
class Exhibit:
    """A numbered exhibit: label ("图1"), title, unit line, as-of line, origin line, note."""

    id: str
    label: Text  # structure: "图1" / "表2" (en: "Figure 1" / "Table 2")
    title: Text
    body: Chart | Table | Timeline
    unit: Text = ()  # "单位：亿元"; () for text tables
    as_of: Text = ()  # "截至2024年6月30日"
    origin: Text = ()  # "来源：…"
    note: Text = ()  # "注：…"
    alt: str = ""  # one sentence for a screen reader, no numbers


@dataclass(frozen=True)
class Columns:
    """Two stacks of blocks side by side; `ratio` is the left one's share of the width."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    ratio: float = 0.5


Block = Paragraph | Exhibit | Columns


@dataclass(frozen=True)
class Page:
    """A page: the same in all outputs."""

    id: str
    kind: Literal["cover", "contents", "divider", "content", "legal"]
    title: Text
    blocks: tuple[Block, ...]
    number: int
    section: Text = ()  # title of the section, or of its numbered part, for the page's head and the contents
    as_of: date | None = None
    footer: Text = ()  # house, date, "sample, not investment advice"
    notes: tuple[Paragraph, ...] = ()  # origins, for the speaker's notes

    @property
    def part_depth(self) -> int:
        """How deep is the numbered part that the page stands in? 1.1 is 1, 2.3.1 is 2; no part is 0."""
        number = self.section[0] if self.section else None
        return number.text.count(".") if number is not None and number.note == "section-number" else 0

    def paragraphs(self) -> Iterator[Paragraph]:
        """Yield the paragraphs of the page body in order."""
        yield from (block for block in _flat(self.blocks) if isinstance(block, Paragraph))

    def exhibits(self) -> Iterator[Exhibit]:
        """Yield the exhibits of the page in order."""
        yield from (block for block in _flat(self.blocks) if isinstance(block, Exhibit))


@dataclass(frozen=True)
class Figure:
    """A number of a call: a fact, and the decimals in the fact's own unit that the ledger keeps of it."""

    fact: str
    decimals: int


@dataclass(frozen=True)
class Estimate:
    """What a call expects of a year."""

    measure: Literal["eps", "net_profit", "revenue"]
    period: str  # 2024E
    figure: Figure


@dataclass(frozen=True)
class Call:
    """A call that a report makes, as `publish` enters it in the ledger: all that is needed to score it later.

    Names of ratings are those of `policy`, in the ledger's language, whatever the report's own.
    """

    scope: Literal["company", "sector"]
    security: str
    name: str
    rating: str
    policy: str  # the definitions of its scope on one line
    benchmark: str  # the code
    horizon_months: int
    analyst: str
    licence: str
    currency: str = ""
    price: Figure | None = None
    price_day: date | None = None  # None: the report does not state it
    target: Figure | None = None
    target_months: int | None = None
    benchmark_return: Figure | None = None
    estimates: tuple[Estimate, ...] = ()

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """Yield each number of the call with the key of yanbao.toml that it comes from."""
        for name in ("price", "target", "benchmark_return"):
            figure: Figure | None = getattr(self, name)
            if figure is not None:
                yield name, figure
        for estimate in self.estimates:
            yield f"estimates.{estimate.measure}.{estimate.period}", estimate.figure


@dataclass(frozen=True)
class Document:
    """A whole report."""

    title: str
    subtitle: str
    language: Literal["zh", "en"]
    house: str
    published: date
    as_of: date
    pages: tuple[Page, ...]
    facts: dict[str, Fact] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)  # engine-made texts in the document's language
    calls: tuple[Call, ...] = ()

    def exhibits(self) -> Iterator[Exhibit]:
        """Yield all exhibits in order."""
        for page in self.pages:
            yield from page.exhibits()


def _flat(blocks: tuple[Block, ...]) -> Iterator[Paragraph | Exhibit]:
    for block in blocks:
        if isinstance(block, Columns):
            yield from _flat(block.left)
            yield from _flat(block.right)
        else:
            yield block


def spans_of_exhibit(exhibit: Exhibit) -> Iterator[Text]:
    """Yield every text of an exhibit, in the order in which it is rendered.

    Label, title, unit, as-of; then the body: a table by its column groups, labels and rows, a timeline by its
    events, a chart by its series' names and categories; then origin and note. Labels of points and ticks are not
    texts: they stand in `Point.text` and `Tick.text`.
    """
    yield from (exhibit.label, exhibit.title, exhibit.unit, exhibit.as_of)
    body = exhibit.body
    if isinstance(body, Table):
        groups: list[Text] = []
        for column in body.columns:
            if column.group and (not groups or groups[-1] != column.group):
                groups.append(column.group)
        yield from groups
        yield from (column.label for column in body.columns)
        for row in body.rows:
            yield from (cell.text for cell in row.cells)
    elif isinstance(body, Timeline):
        for event in body.events:
            yield from (event.when, event.title, event.detail)
    else:
        yield from (series.name for series in body.series)
        yield from (category.text for category in body.categories)
    yield from (exhibit.origin, exhibit.note)


def facts_of_page(page: Page) -> Iterator[str]:
    """Yield the id of every fact that a page shows or names, in order, repeated as shown."""
    texts = [page.title, page.section, page.footer]
    texts += [paragraph.text for paragraph in (*page.paragraphs(), *page.notes)]
    for exhibit in page.exhibits():
        texts += spans_of_exhibit(exhibit)
        if isinstance(exhibit.body, Chart):
            yield from (point.fact for series in exhibit.body.series for point in series.points if point.fact)
        elif isinstance(exhibit.body, Table):
            yield from (cell.fact for row in exhibit.body.rows for cell in row.cells if cell.fact)
    yield from (span.fact for text in texts for span in text if span.fact)
