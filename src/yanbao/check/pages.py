"""A file of pages (HTML, deck, PDF) beside the document: each page's texts, notes and charts, and what is around."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from yanbao.check import charts, counting, page_order, panel, texts
from yanbao.check.align import align
from yanbao.check.atoms import Atom, Bag, Expected, Group, atoms_of, notes_groups, page_groups, squeeze
from yanbao.check.findings import Claim, FileCount, Finding, Recomputed, Where
from yanbao.check.merging import gone_blocks
from yanbao.check.required import Parts
from yanbao.check.subject import Subject
from yanbao.check.tokens import numbers
from yanbao.document.tree import Chart, Exhibit, Page, Table, Text, plain
from yanbao.read.contents import ChartContents, FileContents, PageContents, Place, Segment

# Words of the controls of an HTML page, besides the document's own labels. None holds a digit.
_CONTROLS = ("图表数据", "类别", "数值", "缺失", "Data of the chart", "Category", "Value", "Missing")
_STORES = {"html": ("html-spec",), "pptx": ("pptx-xml", "pptx-workbook"), "pdf": ()}


def findings(subject: Subject, parts: Parts, contents: FileContents, count: FileCount) -> Iterator[Finding]:
    """Yield the findings of a file of pages; its numbers are counted into `count`."""
    pages = subject.document.pages
    fillers = [word for word in (*subject.document.labels.values(), *_CONTROLS) if not numbers(word)]
    matched = page_order.pages_of(pages, contents)
    yield from page_order.findings(pages, matched, contents)
    for extra in matched.extra:
        counting.count_strange(extra.segments, count)
    for page, found in matched.pairs:
        yield from _page(subject, parts, page, found, contents, fillers, count)
    yield from _around(subject, contents, count)


def _page(
    subject: Subject,
    parts: Parts,
    page: Page,
    found: PageContents,
    contents: FileContents,
    fillers: Sequence[str],
    count: FileCount,
) -> Iterator[Finding]:
    where = (Where(contents.name, found.number, text=found.id or ""),)
    if found.hidden:
        text = f"page {page.number}, {plain(page.title)!r}, is hidden"
        yield Finding("page", Claim(plain(page.title)), where, text)
    expected = [part for item in page_groups(page) for part in _in_format(page, item, contents.format)]
    body = [segment for segment in found.segments if segment.role != "hidden"]
    whole = contents.format != "pdf"
    alignment = align(expected, body, fillers, Place(contents.name, found.number))
    gone = gone_blocks(expected, alignment.differences)
    yield from texts.findings(subject, parts, expected, alignment)
    yield from counting.count_page(subject, alignment, count, whole=whole)
    if contents.format == "html":
        yield from panel.marks(subject, alignment, contents.data.get(panel.FACTS))
    if contents.format == "pptx":
        notes: list[Expected] = list(notes_groups(page))
        alignment = align(notes, found.notes, place=Place(contents.name, found.number))
        yield from texts.findings(subject, parts, notes, alignment)
        yield from counting.count_page(subject, alignment, count, whole=whole)
    yield from _hidden(page, [segment for segment in found.segments if segment.role == "hidden"])
    if _STORES.get(contents.format):
        yield from _charts(subject, page, found, contents, count, gone)


def _in_format(page: Page, item: Expected, file_format: str) -> Iterator[Expected]:
    """Yield what stands in a format for an item: a chart's drawing has words only in a PDF."""
    if not isinstance(item, Bag) or file_format == "pdf":
        yield item
    elif file_format == "html":
        chart = next(exhibit.body for exhibit in page.exhibits() if exhibit.id == item.block)
        assert isinstance(chart, Chart)
        yield from _data_table(page, item.block, chart)


def _data_table(page: Page, block: str, chart: Chart) -> Iterator[Group]:
    """Yield the groups of the table of data beside a chart in HTML: names, then each category with its points."""

    def group(role: str, text: Text, at: str) -> Iterator[Group]:
        made = Group(role, page.number, block, atoms_of(text), at)  # type: ignore[arg-type]
        if made.bare:
            yield made

    for series in chart.series:
        yield from group("series", series.name, f"series {series.id}")
    for number, category in enumerate(chart.categories):
        yield from group("category", category.text, f"category {number + 1}")
        for series in chart.series:
            point = series.points[number]
            if point.value is None:
                continue
            text = charts.point_text(series, point)
            atom = Atom(text, "label", point.fact, unit=series.unit, decimals=series.decimals)
            yield Group("cell", page.number, block, (atom,), f"series {series.id}, point {number + 1}")


def _hidden(page: Page, segments: Sequence[Segment]) -> Iterator[Finding]:
    """What is shown on request says words of the tree, or none with a number."""
    known = {squeeze(text) for text in _said(page)}
    for segment in segments:
        if numbers(segment.text) and squeeze(segment.text) not in known:
            text = f"{segment.text!r} is shown on request, and the document does not hold it"
            place = (Where.at(segment.place, segment.text),)
            yield Finding("hidden-text", Claim(segment.text), place, text)


def _said(page: Page) -> Iterator[str]:
    """Yield all texts of a page, the reasons of missing cells and alternative texts included."""
    for item in page_groups(page):
        for group in item.groups if isinstance(item, Bag) else (item,):
            yield group.text
    for exhibit in page.exhibits():
        yield exhibit.alt
        body = exhibit.body
        if isinstance(body, Table):
            yield from (cell.missing for row in body.rows for cell in row.cells if cell.missing)
        elif isinstance(body, Chart):
            yield from (point.missing for series in body.series for point in series.points if point.missing)


def _charts(
    subject: Subject,
    page: Page,
    found: PageContents,
    contents: FileContents,
    count: FileCount,
    gone: Collection[str],
) -> Iterator[Finding]:
    """Compare each chart with its exhibit; what is missing with all of its exhibit was said."""
    wanted = [exhibit for exhibit in page.exhibits() if isinstance(exhibit.body, Chart) and exhibit.id not in gone]
    stores = _STORES[contents.format]
    by_id = {exhibit.id: exhibit for exhibit in wanted}
    seen: dict[tuple[str, str], ChartContents] = {}
    for number, chart in enumerate(found.charts):
        exhibit = by_id.get(chart.id or "")
        if exhibit is None and contents.format == "pptx" and number // len(stores) < len(wanted):
            exhibit = wanted[number // len(stores)]  # a shape's name is nobody's promise, its order is
        if exhibit is None or (exhibit.id, chart.source) in seen:
            text = f"a chart is no chart of this page: {chart.id!r}"
            yield Finding("chart", Claim(chart.id or ""), (Where.at(chart.place, chart.id or ""),), text)
            continue
        seen[exhibit.id, chart.source] = chart
        assert isinstance(exhibit.body, Chart)
        yield from charts.findings(subject, exhibit, exhibit.body, chart, count)
    for exhibit in wanted:
        lacking = [store for store in stores if (exhibit.id, store) not in seen]
        if lacking:  # where there is no chart, there is no workbook behind it either
            yield _no_chart(exhibit, page, contents, lacking[0])


def _no_chart(exhibit: Exhibit, page: Page, contents: FileContents, store: str) -> Finding:
    what = {"html-spec": "data", "pptx-xml": "chart", "pptx-workbook": "workbook"}[store]
    text = f"the {what} of {plain(exhibit.label)} is missing"
    code = "chart-book" if store == "pptx-workbook" else "chart"
    return Finding(code, Claim(""), (Where(contents.name, page.number, text=plain(exhibit.label)),), text)


def _around(subject: Subject, contents: FileContents, count: FileCount) -> Iterator[Finding]:
    """What belongs to no page: bookmarks, the words of masters, style sheets, a window's title."""
    titles: dict[str, set[int]] = {}
    known = {squeeze(group.text) for _, group in subject.groups}
    known |= {squeeze(subject.document.title), squeeze(subject.document.subtitle), squeeze(subject.document.house)}
    for page in subject.document.pages:
        for words in (page.title, page.section):
            if plain(words):
                titles.setdefault(squeeze(plain(words)), set()).add(page.number)
    held = contents.data.get("words")
    controls: set[str] = {squeeze(str(word)) for word in held.values()} if isinstance(held, dict) else set()
    for segment in contents.outline:
        bare = squeeze(segment.text)
        if segment.place.part == "bookmark":
            if segment.place.page not in titles.get(bare, ()):
                text = f"the bookmark {segment.text!r} leads to page {segment.place.page}"
                right = ", ".join(map(str, sorted(titles.get(bare, ())))) or "no page"
                yield Finding(
                    "bookmark", Claim(segment.text), (Where.at(segment.place, segment.text),), text, Recomputed(right)
                )
        elif bare not in known and not numbers(segment.text):
            if contents.format == "html" and segment.role == "outline" and bare not in controls:
                text = f"{segment.text!r} stands on no page and is no word of a control"
                yield Finding("wording", Claim(segment.text), (Where.at(segment.place, segment.text),), text)
        elif bare not in known:
            text = f"{segment.text!r} stands on no page and is no text of the document"
            yield Finding("hidden-text", Claim(segment.text), (Where.at(segment.place, segment.text),), text)
    title = contents.properties.get("title") or contents.properties.get("Title")
    if title and numbers(title) and squeeze(title) not in known:
        text = f"the file's own title is {title!r}, not {subject.document.title!r}"
        yield Finding("hidden-text", Claim(title), (Where(contents.name, text=title),), text)
