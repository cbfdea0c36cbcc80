"""What a file should show: the document tree as a row of groups of atoms, each with its place in the tree."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

from yanbao.document.tree import (
    Block,
    Cell,
    Chart,
    Columns,
    Document,
    Exhibit,
    Page,
    Paragraph,
    Span,
    Table,
    Text,
    Timeline,
    plain,
)

AtomKind = Literal["run", "number", "word", "quote", "period", "literal", "structure", "tick", "label"]

GroupRole = Literal[
    "section",
    "title",
    "paragraph",
    "exhibit-label",
    "exhibit-title",
    "unit",
    "as-of",
    "column-group",
    "column-head",
    "cell",
    "event",
    "series",
    "category",
    "point-label",
    "tick",
    "origin",
    "exhibit-note",
    "footer",
    "page-number",
    "speaker-note",
]

_MOST_NAMED = 24  # categories that the axis of a line always prints; of more it may print every k-th


def is_thinned(chart: Chart) -> bool:
    """Whether the axis of a chart may leave names of categories out: a line over months or days."""
    return chart.kind in ("line", "step", "band") and len(chart.categories) > _MOST_NAMED


@dataclass(frozen=True)
class Atom:
    """The smallest piece with a meaning of its own: one span, one tick, one label."""

    text: str
    kind: AtomKind
    fact: str | None = None
    note: str | None = None
    unit: str | None = None
    decimals: int | None = None


@dataclass(frozen=True)
class Group:
    """Atoms that every output keeps together: a paragraph, a cell, a line under an exhibit.

    `block` is the id of the paragraph or exhibit, `at` says where in it ("row 2, column 3"). An `optional` group may
    be left out by an output; where it stands, it stands whole.
    """

    role: GroupRole
    page: int
    block: str
    atoms: tuple[Atom, ...]
    at: str = ""
    optional: bool = False
    unit: str = ""  # column heads: the unit's symbol, part of the text
    style: str = ""

    @cached_property
    def text(self) -> str:
        """Return the characters of the group."""
        return "".join(atom.text for atom in self.atoms)

    @cached_property
    def bare(self) -> str:
        """Return the characters of the group without white space."""
        return squeeze(self.text)

    @cached_property
    def atom_of_char(self) -> tuple[int, ...]:
        """Return, for each visible character, the index of its atom."""
        return tuple(number for number, atom in enumerate(self.atoms) for _ in squeeze(atom.text))

    def describe(self) -> str:
        """Return the group's place in words."""
        return f"{self.role} of {self.block}" + (f", {self.at}" if self.at else "")


@dataclass(frozen=True)
class Bag:
    """The texts of a chart's drawing, which an output may write in an order of its own."""

    page: int
    block: str
    groups: tuple[Group, ...]


Expected = Group | Bag


@lru_cache(maxsize=4096)
def _blank(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Cn")


@lru_cache(maxsize=65536)
def squeeze(text: str) -> str:
    """Return the visible characters of a text: no white space, nothing of no width, no control characters.

    Outputs leave control and override characters out, since no font draws them.
    """
    if text.isascii() and text.isprintable():
        return text.replace(" ", "")
    return "".join(char for char in text if not _blank(char))


def atoms_of(text: Text) -> tuple[Atom, ...]:
    """Return a text's spans as atoms."""
    return tuple(_atom(span) for span in text if span.text)


def _atom(span: Span) -> Atom:
    return Atom(span.text, span.kind, span.fact, span.note, span.unit, span.decimals)


def page_groups(page: Page) -> list[Expected]:
    """Return what a page shows, in the tree's order: head, title, blocks, foot; speaker's notes are apart."""
    found: list[Expected] = []
    section = _group("section", page, page.id, page.section)
    if section is not None and section.bare == squeeze(plain(page.title)):
        section = None
    if section is not None and page.kind != "divider":
        found.append(replace(section, optional=True))
    found.extend(_some(_group("title", page, page.id, page.title)))
    for block in page.blocks:
        found.extend(_block(page, block))
    if section is not None and page.kind != "divider":
        found.append(replace(section, optional=True))
    found.extend(_some(_group("footer", page, page.id, page.footer)))
    number = Atom(str(page.number), "structure", note="page-number")
    found.append(Group("page-number", page.number, page.id, (number,), optional=True))
    return found


def notes_groups(page: Page) -> list[Group]:
    """Return the speaker's notes of a page."""
    found: list[Group] = []
    for paragraph in page.notes:
        found.extend(_some(_group("speaker-note", page, paragraph.id, paragraph.text)))
    return found


def flat(expected: list[Expected]) -> Iterator[Group]:
    """Yield the groups, those inside bags included."""
    for item in expected:
        if isinstance(item, Bag):
            yield from item.groups
        else:
            yield item


def document_groups(document: Document) -> Iterator[tuple[Page, Group]]:
    """Yield every group of a document with its page, speaker's notes included."""
    for page in document.pages:
        for group in flat(page_groups(page)):
            yield page, group
        for group in notes_groups(page):
            yield page, group


def _some(group: Group | None) -> Iterator[Group]:
    if group is not None:
        yield group


def _group(
    role: GroupRole, page: Page, block: str, text: Text, at: str = "", unit: str = "", style: str = ""
) -> Group | None:
    atoms = atoms_of(text)
    group = Group(role, page.number, block, atoms, at, unit=unit, style=style)
    return group if group.bare else None


def _block(page: Page, block: Block) -> Iterator[Expected]:
    if isinstance(block, Columns):
        for part in (*block.left, *block.right):
            yield from _block(page, part)
    elif isinstance(block, Paragraph):
        yield from _some(_group("paragraph", page, block.id, block.text, style=block.style))
    else:
        yield from _exhibit(page, block)


def _exhibit(page: Page, exhibit: Exhibit) -> Iterator[Expected]:
    yield from _some(_group("exhibit-label", page, exhibit.id, exhibit.label))
    yield from _some(_group("exhibit-title", page, exhibit.id, exhibit.title))
    yield from _some(_group("unit", page, exhibit.id, exhibit.unit))
    yield from _some(_group("as-of", page, exhibit.id, exhibit.as_of))
    body = exhibit.body
    if isinstance(body, Table):
        yield from _table(page, exhibit.id, body)
    elif isinstance(body, Timeline):
        for number, event in enumerate(body.events, 1):
            for name, text in (("when", event.when), ("title", event.title), ("detail", event.detail)):
                yield from _some(_group("event", page, exhibit.id, text, f"event {number}, {name}"))
    else:
        yield Bag(page.number, exhibit.id, tuple(chart_groups(page, exhibit.id, body)))
    yield from _some(_group("origin", page, exhibit.id, exhibit.origin))
    yield from _some(_group("exhibit-note", page, exhibit.id, exhibit.note))


def _table(page: Page, block: str, table: Table) -> Iterator[Group]:
    last: Text = ()
    for column in table.columns:
        if column.group and column.group != last:
            yield from _some(_group("column-group", page, block, column.group, f"group over {column.id}"))
        last = column.group
    for column in table.columns:
        yield from _some(_group("column-head", page, block, column.label, f"head of {column.id}", unit=column.unit))
    for number, row in enumerate(table.rows, 1):
        for column, cell in zip(table.columns, row.cells, strict=False):
            yield from _some(_cell(page, block, cell, f"row {number}, column {column.id}"))


def _cell(page: Page, block: str, cell: Cell, at: str) -> Group | None:
    return _group("cell", page, block, cell.text, at)


def chart_groups(page: Page, block: str, chart: Chart) -> Iterator[Group]:
    """Yield the texts of a chart: names, categories, labels of points that are printed, ticks.

    A single series needs no legend, and the axis of a line over days prints every k-th of them, the last among them:
    the others are optional. A scatter prints the names of its labelled items only; calls stand in rows whose names are
    ticks.
    """
    scatter = chart.kind == "scatter"
    thinned = is_thinned(chart)
    for series in chart.series[1:] if chart.kind == "calls" else chart.series:
        group = _group("series", page, block, series.name, f"series {series.id}")
        if group is not None:
            yield replace(group, optional=len(chart.series) == 1)
    for number, category in enumerate(chart.categories, 1):
        if chart.kind == "calls" or (scatter and number - 1 not in chart.labelled):
            continue
        for group in _some(_group("category", page, block, category.text, f"category {number}")):
            yield replace(group, optional=thinned and number < len(chart.categories))
    for series in () if chart.dotted else chart.series:
        shown = [number for number, point in enumerate(series.points) if point.text and point.value is not None]
        if series.labels == "none":
            shown = []
        for number in shown if series.labels == "all" else shown[-1:]:
            point = series.points[number]
            atom = Atom(point.text, "label", point.fact, unit=series.unit, decimals=series.decimals)
            yield Group("point-label", page.number, block, (atom,), f"series {series.id}, point {number + 1}")
    for name, axis in (("y axis", chart.y_axis), ("second y axis", chart.y2_axis), ("x axis", chart.x_axis)):
        if axis is not None:
            for number, tick in enumerate(axis.ticks, 1):
                if axis.kind == "row" and not tick.text:
                    continue
                atom = Atom(tick.text, "tick", note="axis-tick", unit=axis.unit)
                yield Group("tick", page.number, block, (atom,), f"{name}, tick {number}")
            # a scatter's axes are called as its series are: that text is the series' name, printed once
            if axis.title and all(plain(series.name) != axis.title for series in chart.series):
                title = (Atom(axis.title, "run"),)
                yield Group("tick", page.number, block, title, f"{name}, title", optional=True)
