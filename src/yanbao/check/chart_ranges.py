"""Do the charts of a workbook draw the cells that hold their exhibit's points, and do their caches say the same?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from yanbao.check import whiskers
from yanbao.check.atoms import squeeze
from yanbao.check.axes import native_axes
from yanbao.check.book import Book, Key, is_percent
from yanbao.check.charts import OWNERS, base_findings, close
from yanbao.check.exhibit_sheets import Grid
from yanbao.check.findings import Claim, FileCount, Finding, Recomputed, Where
from yanbao.document.tree import Chart, Exhibit, Point, Series, Span, plain
from yanbao.read.contents import ChartContents, PageContents, SeriesContents
from yanbao.read.reference import address, parse_reference

Cells = tuple[tuple[int, int], ...]


def findings(
    book: Book,
    exhibit: Exhibit,
    chart: Chart,
    sheet: PageContents,
    grid: Grid,
    count: FileCount,
    reported: Collection[Key],
) -> Iterator[Finding]:
    """Yield a finding for each range that leads to other cells, and each cached value that is not the document's.

    A cell in `reported` is known to be wrong, and so is what a chart draws of it.
    """
    stores = {contents.source: contents for contents in sheet.charts}
    label = plain(exhibit.label)
    if len(sheet.charts) != 2 or set(stores) != {"xlsx-cache", "xlsx-range"}:
        text = f"the sheet of {label} has {len(sheet.charts) // 2} charts, not one"
        yield Finding(
            "chart", Claim(str(len(sheet.charts) // 2)), (Where(book.contents.name, sheet.number, text=label),), text
        )
        return
    ranges, cache = stores["xlsx-range"], stores["xlsx-cache"]
    owners = list(_owners(chart, ranges, sheet, grid))
    missing = [series for series in _drawn(chart) if not any(owner is series for owner in owners if owner)]
    spreads = _spreads(chart)
    for item, held, owner in zip(ranges.series, cache.series, owners, strict=False):
        name = f"{label}, {item.name or held.name}"
        place = (Where.at(ranges.place, f"{name}: {item.value_ref}"),)
        if owner is None:
            if spreads and _draws_spread(item, sheet, grid):
                spread = spreads.pop(0)  # each once, in order
                yield from _spread_cells(book, spread, item, sheet, reported)
                yield from _cache(book, exhibit, chart, spread, held, cache, count)
                continue
            wanted = missing.pop(0) if missing else None
            right = "" if wanted is None else _text(_cells_of(wanted, grid), sheet)
            text = f"a series of {label} draws {item.value_ref}" + (
                f", not {right}" if right else ", which is no series"
            )
            yield Finding("chart-range", Claim(item.value_ref), place, text, Recomputed(right))
            continue
        yield from _names(exhibit, chart, owner, item, sheet, grid, ranges)
        yield from _cache(book, exhibit, chart, owner, held, cache, count)
    for series in missing:
        text = f"no series of the chart of {label} draws {plain(series.name)}"
        yield Finding("chart", Claim(""), (Where.at(ranges.place, label),), text, Recomputed(plain(series.name)))
    yield from _categories(exhibit, chart, cache)
    yield from _axes(exhibit, chart, cache)
    scale = Fraction(1, 100) if is_percent(chart.y_axis.unit) else Fraction(1)
    yield from base_findings(exhibit, chart, cache, scale)
    for store in (ranges, cache):
        yield from whiskers.findings(OWNERS[store.source], exhibit, chart, store, scale)


def _drawn(chart: Chart) -> list[Series]:
    """Return the series that have a series of the chart of their own: dots are drawn with the values across."""
    return list(chart.series[1:] if chart.dotted else chart.series)


def _cells_of(series: Series, grid: Grid) -> Cells:
    column = grid.columns.get(series.id)
    return () if column is None else tuple((row, column) for _, row in sorted(grid.rows.items()))


def _text(cells: Cells, sheet: PageContents) -> str:
    from yanbao.read.reference import address

    return f"{sheet.id}!{address(*cells[0])}:{address(*cells[-1])}" if cells else ""


def _reference(text: str, sheet: PageContents) -> Cells:
    found = parse_reference(text)
    if found is None or (found.sheet and found.sheet != sheet.id):
        return ()
    return tuple(found.cells())


def _owners(chart: Chart, ranges: ChartContents, sheet: PageContents, grid: Grid) -> Iterator[Series | None]:
    """Yield, for each series of the chart, the tree's series whose cells it draws.

    Two that draw the same cells are told apart by where their names come from.
    """
    drawn = [_reference(item.value_ref, sheet) for item in ranges.series]
    for item, cells in zip(ranges.series, drawn, strict=True):
        owner = next((series for series in _drawn(chart) if cells and _cells_of(series, grid) == cells), None)
        if owner is not None and drawn.count(cells) > 1:
            named = _reference(item.name_ref, sheet) == ((grid.head, grid.columns.get(owner.id, 0)),)
            owner = owner if named else None
        yield owner


def _spreads(chart: Chart) -> list[Series]:
    """Return the distances between the ends of a band, each to the next, which a workbook stacks on the lowest end."""
    if chart.kind != "band":
        return []
    found = []
    for low, high in pairwise([chart.series[at] for at in chart.areas]):
        name = (Span(f"{plain(low.name)}–{plain(high.name)}"),)  # what stands at the head of its column
        points = tuple(
            Point(None, None if one.value is None or other.value is None else other.value - one.value)
            for one, other in zip(low.points, high.points, strict=True)
        )
        found.append(replace(low, name=name, points=points))
    return found


def _draws_spread(item: SeriesContents, sheet: PageContents, grid: Grid) -> bool:
    """Whether a series of the chart draws a column of its own beside those of the exhibit, named by its head."""
    cells = _reference(item.value_ref, sheet)
    columns = {column for _, column in cells}
    named = {column for row, column in _reference(item.name_ref, sheet) if row == grid.head}
    return (
        {row for row, _ in cells} == set(grid.rows.values())
        and named == columns
        and not (columns & set(grid.columns.values()))
    )


def _spread_cells(
    book: Book, spread: Series, item: SeriesContents, sheet: PageContents, reported: Collection[Key]
) -> Iterator[Finding]:
    """Yield a finding for each cell of the column that is not the distance between the ends of the band."""
    scale = Fraction(1, 100) if is_percent(spread.unit) else Fraction(1)
    for point, value, cell in zip(spread.points, item.values, _reference(item.value_ref, sheet), strict=True):
        wanted = None if point.value is None else point.value * scale
        right = value == wanted or (
            value is not None and wanted is not None and abs(value - wanted) <= Fraction(1, 10**12)
        )
        key = (sheet.id or "", address(*cell))
        if not right and key not in reported:
            said = "nothing" if value is None else f"{float(value):.10g}"
            should = "nothing" if wanted is None else f"{float(wanted):.10g}"
            where = f"{key[0]}!{key[1]}: {said}"
            text = f"{key[0]}!{key[1]} is {said}; the ends of the band are {should} apart"
            place = (Where(book.contents.name, sheet.number, text=where),)
            yield Finding("chart-range", Claim(said, value), place, text, Recomputed(should, wanted, wanted))


def _names(
    exhibit: Exhibit,
    chart: Chart,
    owner: Series,
    item: SeriesContents,
    sheet: PageContents,
    grid: Grid,
    ranges: ChartContents,
) -> Iterator[Finding]:
    """The name and the categories of a series are the cells beside its values."""
    label = f"{plain(exhibit.label)}, {plain(owner.name)}"
    column = grid.columns.get(owner.id, 0)
    if _reference(item.name_ref, sheet) != ((grid.head, column),):
        text = f"{label} takes its name from {item.name_ref or 'no cell'}"
        yield Finding("chart-range", Claim(item.name_ref), (Where.at(ranges.place, label),), text)
    first = chart.series[0] if chart.dotted else None
    rows = [row for _, row in sorted(grid.rows.items())]
    at = grid.category_column if first is None else grid.columns.get(first.id, 0)
    if _reference(item.category_ref, sheet) != tuple((row, at) for row in rows):
        text = f"{label} takes its categories from {item.category_ref or 'no cells'}"
        yield Finding("chart-range", Claim(item.category_ref), (Where.at(ranges.place, label),), text)


def _cache(
    book: Book,
    exhibit: Exhibit,
    chart: Chart,
    owner: Series,
    held: SeriesContents,
    cache: ChartContents,
    count: FileCount,
) -> Iterator[Finding]:
    label = plain(exhibit.label)
    if squeeze(held.name) != squeeze(plain(owner.name)):
        text = f"the chart of {label} calls a series {held.name!r}, not {plain(owner.name)!r}"
        place = (Where.at(cache.place, f"{label}: {held.name}"),)
        yield Finding("series-name", Claim(held.name), place, text, Recomputed(plain(owner.name)))
    scale = Fraction(1, 100) if is_percent(owner.unit) else Fraction(1)
    pairs = [(owner, held.values)]
    if chart.dotted:
        pairs.append((chart.series[0], held.xs))
    for series, values in pairs:
        if len(values) != len(series.points):
            text = f"the cache of {label}, {plain(series.name)}, has {len(values)} points, not {len(series.points)}"
            yield Finding("chart-cache", Claim(str(len(values))), (Where.at(cache.place, label),), text)
            continue
        scale = Fraction(1, 100) if is_percent(series.unit) else Fraction(1)
        for number, (point, value) in enumerate(zip(series.points, values, strict=True)):
            count.points += value is not None
            wanted = None if point.value is None else point.value * scale
            same = value is None and wanted is None
            if not same and (value is None or wanted is None or not _near(value, wanted)):
                name = plain(chart.categories[number].text)
                said = "nothing" if value is None else f"{float(value):.10g}"
                right = "missing" if wanted is None else f"{float(wanted):.10g}"
                text = f"the cache of {label}, {plain(series.name)}, {name} is {said}, not {right}"
                place = (Where.at(cache.place, f"{label}, {plain(series.name)}, {name}: {said}"),)
                yield Finding("chart-cache", Claim(said, value), place, text, Recomputed(right, wanted, wanted))


def _near(one: Fraction, other: Fraction) -> bool:
    return abs(one - other) <= Fraction(1, 10**12) * max(abs(one), abs(other))


def _categories(exhibit: Exhibit, chart: Chart, cache: ChartContents) -> Iterator[Finding]:
    """The categories cached with each series are the document's."""
    if chart.dotted:
        return
    wanted = [plain(category.text) for category in chart.categories]
    label = plain(exhibit.label)
    for at, held in enumerate(cache.series):
        found = held.categories or (() if at else cache.categories)
        if len(found) != len(wanted):
            text = f"the cache of {label} has {len(found)} categories, not {len(wanted)}"
            yield Finding("category", Claim(str(len(found))), (Where.at(cache.place, label),), text)
            continue
        for number, (name, said) in enumerate(zip(wanted, found, strict=True), 1):
            if squeeze(name) != squeeze(said):
                text = f"the chart of {label} calls category {number} {said!r}, not {name!r}"
                place = (Where.at(cache.place, f"{label}: {said}"),)
                yield Finding("category", Claim(said), place, text, Recomputed(name))


def _axes(exhibit: Exhibit, chart: Chart, cache: ChartContents) -> Iterator[Finding]:
    trees = [axis for _, axis in native_axes(chart)]
    label = plain(exhibit.label)
    if len(trees) != len(cache.axes):
        text = f"the chart of {label} has {len(cache.axes)} value axes, not {len(trees)}"
        yield Finding("chart-axis", Claim(str(len(cache.axes))), (Where.at(cache.place, label),), text)
        return
    for tree, axis in zip(trees, cache.axes, strict=True):
        scale = Fraction(1, 100) if is_percent(tree.unit) else Fraction(1)
        ends = (tree.ticks[0].value * scale, tree.ticks[-1].value * scale)
        if axis.low is None or axis.high is None or not close(axis.low, ends[0]) or not close(axis.high, ends[1]):
            said = f"{axis.low} to {axis.high}"
            text = f"an axis of the chart of {label} reaches from {said}, not from {ends[0]} to {ends[1]}"
            yield Finding("chart-axis", Claim(said), (Where.at(cache.place, label),), text)
        for found, tick in zip(axis.texts, tree.ticks, strict=False):
            if squeeze(found).replace(",", "") != squeeze(tick.text).replace(",", ""):
                text = f"a tick of the chart of {label} says {found!r}, not {tick.text!r}"
                place = (Where.at(cache.place, f"{label}: {found}"),)
                yield Finding("axis-tick", Claim(found), place, text, Recomputed(tick.text))
                break
