"""An exhibit's sheet beside the exhibit: its words, its numbers as shown, and which fact each of its cells holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

from yanbao.check.align import Alignment, align
from yanbao.check.atoms import Atom, Bag, Expected, Group, atoms_of, page_groups, squeeze
from yanbao.check.book import Book, is_percent
from yanbao.check.book import Expected as ExpectedCell
from yanbao.check.charts import point_text
from yanbao.check.printed import parse_printed
from yanbao.check.units import factor
from yanbao.document.tree import Chart, Exhibit, Page, Series, Text, plain
from yanbao.read.contents import PageContents, Segment
from yanbao.read.reference import parse_reference


@dataclass
class Grid:
    """Where the points of a chart stand on its sheet: rows by category, columns by series, head row."""

    rows: dict[int, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    category_column: int = 1
    head: int = 0


def page_text(page: Page, language: str) -> str:
    """Return how a sheet names the page of its exhibit."""
    return f"第{page.number}页" if language == "zh" else f"Page {page.number}"


def expected_groups(page: Page, exhibit: Exhibit, language: str) -> list[Expected]:
    """Return what an exhibit's sheet shows, in its order: head, page, table or points, origin, note, foot."""
    around = ("section", "title", "paragraph", "footer", "page-number")  # an exhibit may be called as its page is
    own = [
        item
        for item in page_groups(page)
        if item.block == exhibit.id and (isinstance(item, Bag) or item.role not in around)
    ]
    heads = [item for item in own if isinstance(item, Group) and item.role in _HEADS]
    tails = [item for item in own if isinstance(item, Group) and item.role in ("origin", "exhibit-note")]
    body: list[Expected] = [
        item for item in own if isinstance(item, Group) and item.role not in (*_HEADS, "origin", "exhibit-note")
    ]
    if isinstance(exhibit.body, Chart):
        body = list(_points(page, exhibit.id, exhibit.body))
    number = Atom(page_text(page, language), "structure", note="page-number")
    place = Group("page-number", page.number, exhibit.id, (number,))
    foot = [item for item in page_groups(page) if isinstance(item, Group) and item.role == "footer"]
    return [*heads, place, *body, *tails, *foot]


_HEADS = ("exhibit-label", "exhibit-title", "unit", "as-of")


def _points(page: Page, block: str, chart: Chart) -> Iterator[Group]:
    def group(role: str, text: Text, at: str) -> Iterator[Group]:
        made = Group(role, page.number, block, atoms_of(text), at)  # type: ignore[arg-type]
        if made.bare:
            yield made

    for series in chart.series:
        yield from group("series", series.name, f"series {series.id}")
    for low, high in pairwise(ends_of(chart)):  # the heads of the columns that draw the band, or the whiskers
        both = (*atoms_of(low.name), Atom("–", "run"), *atoms_of(high.name))
        yield Group("series", page.number, block, both, "the band", optional=True)
    for series in chart.series:
        if series.unit:
            yield Group("unit", page.number, block, (Atom(series.unit, "run"),), f"unit of series {series.id}")
    for number, category in enumerate(chart.categories):
        yield from group("category", category.text, f"category {number + 1}")
        for series in chart.series:
            point = series.points[number]
            if point.value is not None:
                text = point_text(series, point)
                atom = Atom(text, "label", point.fact, unit=series.unit, decimals=series.decimals)
                yield Group("cell", page.number, block, (atom,), f"series {series.id}, point {number + 1}")


def ends_of(chart: Chart) -> list[Series]:
    """Return the series between which a sheet keeps distances: the ends of a band, or of whiskers."""
    if chart.kind == "whiskers":
        return list(chart.series[:2])
    return [chart.series[at] for at in chart.areas] if chart.kind == "band" else []


def read_exhibit_sheet(
    book: Book, page: Page, exhibit: Exhibit, sheet: PageContents, fillers: Sequence[str], language: str
) -> tuple[list[Expected], Alignment, Grid]:
    """Align a sheet with its exhibit, and note what its cells should hold."""
    expected = expected_groups(page, exhibit, language)
    shown = [_as_printed(segment, expected) for segment in sheet.segments if squeeze(segment.text)]
    alignment = align(expected, shown, fillers)
    grid = Grid()
    placed = _placed(exhibit)
    reading = alignment.reading
    seen: set[int] = set()
    for line, segment in enumerate(reading.segments):
        start, end = reading.segment_range(line)
        owners = set(reading.owners[start:end]) - {-1}
        if segment.cell is None or len(owners) != 1:
            continue
        owner = owners.pop()
        if owner not in seen:
            seen.add(owner)
            _note(book, sheet, segment, alignment.groups[owner], grid, placed)
    for difference in alignment.differences:  # a cell that shows something else still is that group's cell
        if difference.group is not None and difference.place.cell:
            changed = book.cells.get((sheet.id or "", difference.place.cell))
            if changed is not None and difference.kind == "changed":
                _note(book, sheet, changed, difference.group, grid, placed)
    return expected, alignment, grid


def _as_printed(segment: Segment, expected: Sequence[Expected]) -> Segment:
    """Return the segment with the separators of thousands as the document prints them.

    A cell's number format shows the same number with or without separators; the digits are compared.
    """
    if segment.cell is None or not isinstance(segment.cell.value, Fraction):
        return segment
    texts = {group.bare for group in expected if isinstance(group, Group) and group.role == "cell"}
    bare = squeeze(segment.text)
    if bare in texts:
        return segment
    same = {text for text in texts if text.replace(",", "") == bare.replace(",", "")}
    if len(same) == 1:
        return replace(segment, text=same.pop())
    value = parse_printed(bare)
    for text in texts:
        wanted = parse_printed(text)
        if value and wanted and value.value == wanted.value and value.decimals == wanted.decimals:
            return replace(segment, text=text)
    return segment


def _placed(exhibit: Exhibit) -> dict[str, Fraction]:
    """Return the numbers that cells hold for words, by their place: days and rows of calls."""
    chart = exhibit.body
    if not isinstance(chart, Chart) or chart.kind != "calls":
        return {}
    return {
        f"series {series.id}, point {number}": point.value
        for series in chart.series
        for number, point in enumerate(series.points, 1)
        if point.value is not None
    }


def _note(
    book: Book, sheet: PageContents, segment: Segment, group: Group, grid: Grid, placed: Mapping[str, Fraction]
) -> None:
    assert segment.cell is not None
    reference = parse_reference(segment.cell.address)
    assert reference is not None
    row, column = reference.first_row, reference.first_column
    words = group.at.split()
    if group.role == "series" and group.at != "the band":
        grid.columns.setdefault(group.at.removeprefix("series "), column)
        grid.head = row
    elif group.role == "category":
        grid.rows.setdefault(int(words[-1]) - 1, row)
        grid.category_column = column
    bound = [atom for atom in group.atoms if atom.kind in ("number", "label", "quote")]
    if len(bound) != 1 or group.role not in ("cell", "event"):
        return
    atom = bound[0]
    fact = book.subject.fact(atom.fact)
    key = (sheet.id or "", segment.cell.address)
    if fact is None or key in book.expected:
        return
    if group.at in placed:
        book.expected[key] = ExpectedCell(fact.id, placed[group.at])
        return
    if fact.quantity is None:
        if len(group.atoms) == 1:
            book.expected[key] = ExpectedCell(fact.id, None, fact.text)
        return
    if not isinstance(segment.cell.value, Fraction):
        return  # words in which the number is printed
    symbol = fact.quantity.unit.symbol if atom.unit is None else atom.unit
    rate = factor(fact.quantity.unit, symbol)
    if rate is None:
        return
    value = fact.quantity.value * rate / (100 if is_percent(symbol) else 1)
    if "abs" in (atom.note or "").split() and segment.cell.value > 0 > value:
        value = -value
    book.expected[key] = ExpectedCell(fact.id, value, None, live=True)


def title_of(exhibit: Exhibit) -> str:
    """Return the words that head an exhibit's sheet, without white space."""
    return squeeze(plain(exhibit.label) + plain(exhibit.title))
