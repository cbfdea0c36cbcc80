"""What a workbook shows: its sheets in order, their cells as displayed with value and formula, and their charts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from yanbao.errors import ReadError
from yanbao.read.contents import (
    ChartContents,
    FileContents,
    PageContents,
    Place,
    Segment,
    SeriesContents,
)
from yanbao.read.package import Package
from yanbao.read.pptx_chart import chart_of_xml
from yanbao.read.reference import address, parse_reference
from yanbao.read.xlsx_sheet import R, ReadCell, S, cells, comments, number_formats, shared_strings
from yanbao.read.xlsx_sheet import number as stored_number

if TYPE_CHECKING:
    from lxml.etree import _Element

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_FOOTER_CODE = re.compile(r"&(?:[LCR]|\"[^\"]*\"|\d{1,3}|K[0-9A-F]{6}|[BIUESXY]|(?P<field>[PNDTFAGZ]))")

Grid = dict[tuple[int, int], ReadCell]


def read_xlsx(file: Path) -> FileContents:
    """Return the contents of a workbook: one page a sheet, in the order of the tabs.

    A cell is a segment with its text as the number format shows it; comments, alternative texts and cells that show
    nothing are read too (`hidden`, or an empty text). Each chart comes twice: as its cache holds it ("xlsx-cache") and
    as the cells behind its references do ("xlsx-range").

    Raises:
        ReadError: there is no such file, it is no workbook, is damaged, or is made to exhaust its reader.
    """
    with Package(file, "XLSX") as package:
        main = _main_part(package)
        relations = package.relations(main)
        strings, formats = _shared(package, relations)
        sheets = _sheets(package, main, relations)
        grids: dict[str, Grid] = {}
        roots: list[tuple[str, str, _Element, bool]] = []
        for name, part, hidden in sheets:
            root = package.xml(part)
            links = _links(package, part, root)
            found = cells(root, f"{file}: part {part!r}", strings, formats, links)
            grids[name] = {(cell.row, cell.column): cell for cell in found}
            roots.append((name, part, root, hidden))
        pages = tuple(
            _page(package, number, name, part, root, hidden, grids)
            for number, (name, part, root, hidden) in enumerate(roots, 1)
        )
        properties = _properties(package)
    outline = tuple(
        Segment(name, Place(file.name, number, None, 0, len(name), "xl/workbook.xml"), "outline")
        for number, (name, _, _) in enumerate(sheets, 1)
    )
    return FileContents(file, "xlsx", pages, outline, properties)


def _main_part(package: Package) -> str:
    for kind, target in package.relations("").values():
        if kind == "officeDocument":
            return target
    raise ReadError(f"{package.file}: is no workbook: its main part is missing\n    hint: build the report again")


def _shared(package: Package, relations: Mapping[str, tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    parts = dict(relations.values())
    strings = shared_strings(package, parts["sharedStrings"]) if "sharedStrings" in parts else ()
    formats = number_formats(package, parts["styles"]) if "styles" in parts else ()
    return strings, formats


def _sheets(package: Package, main: str, relations: Mapping[str, tuple[str, str]]) -> list[tuple[str, str, bool]]:
    """Return name, part and whether it is hidden, of each sheet."""
    found: list[tuple[str, str, bool]] = []
    for item in package.xml(main).iter(f"{S}sheet"):
        name = item.get("name") or ""
        kind, target = relations.get(str(item.get(f"{R}id")), ("", ""))
        if kind != "worksheet":
            raise ReadError(f"{package.file}: the sheet {name!r} is missing\n    hint: build the report again")
        found.append((name, target, item.get("state", "visible") != "visible"))
    names = [name.casefold() for name, _, _ in found]
    if not found or len(set(names)) != len(names):
        raise ReadError(f"{package.file}: has no sheets, or two of one name\n    hint: build the report again")
    return found


def _links(package: Package, part: str, root: _Element) -> dict[str, str]:
    relations = package.relations(part)
    found: dict[str, str] = {}
    for link in root.iter(f"{S}hyperlink"):
        outside = relations.get(str(link.get(f"{R}id")), ("", ""))[1]
        found[link.get("ref") or ""] = outside or "#" + (link.get("location") or "")
    return found


def _page(
    package: Package, number: int, name: str, part: str, root: _Element, hidden: bool, grids: Mapping[str, Grid]
) -> PageContents:
    file = package.file.name
    segments = [
        Segment(
            cell.text, Place(file, number, cell.row, 0, len(cell.text), name, cell.cell.address), "cell", cell=cell.cell
        )
        for cell in grids[name].values()
    ]
    notes: list[Segment] = []
    charts: list[ChartContents] = []
    for kind, target in package.relations(part).values():
        if kind == "comments":
            for spot, text in comments(package.xml(target)):
                notes.append(Segment(text, Place(file, number, None, 0, len(text), f"{name} comment", spot), "hidden"))
        elif kind == "drawing":
            for segment, chart in _drawing(package, number, name, target, grids):
                notes += [segment] if segment is not None else []
                charts += chart
    for text in _headers_and_footers(root):
        segments.append(Segment(text, Place(file, number, None, 0, len(text), f"{name} footer"), "footer"))
    return PageContents(number, name, tuple(segments), tuple(charts), tuple(notes), hidden)


def _drawing(
    package: Package, number: int, sheet: str, part: str, grids: Mapping[str, Grid]
) -> Iterator[tuple[Segment | None, list[ChartContents]]]:
    """Yield each frame of a drawing: its alternative text, and its chart from both of its stores."""
    relations = package.relations(part)
    for item in package.xml(part).iter("{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}cNvPr"):
        text = item.get("descr") or ""
        place = Place(package.file.name, number, None, 0, len(text), f"{sheet} description")
        if text:
            yield Segment(text, place, "hidden"), []
    for item in package.xml(part).iter(f"{C}chart"):
        kind, target = relations.get(str(item.get(f"{R}id")), ("", ""))
        if kind != "chart":
            raise ReadError(f"{package.file}: sheet {sheet!r}: a chart has no data\n    hint: build the report again")
        where = f"{package.file}: part {target!r}"
        root = package.xml(target)
        _bound_numbers(root, where)
        cache = chart_of_xml(root, Place(package.file.name, number, part=target), where)
        cache = replace(cache, source="xlsx-cache")
        yield None, [cache, _of_ranges(cache, sheet, grids)]


def _bound_numbers(root: _Element, where: str) -> None:
    """Refuse a chart whose numbers are too long to be computed with: 1e999999999 has a billion digits."""
    for store in root.iter(f"{C}val", f"{C}xVal", f"{C}yVal", f"{C}plus"):
        for item in store.iter(f"{C}v"):
            if item.text and item.text.strip():
                stored_number(item.text, where)
    for item in root.iter(f"{C}min", f"{C}max", f"{C}majorUnit"):
        stored_number(item.get("val") or "", where)


def _of_ranges(chart: ChartContents, sheet: str, grids: Mapping[str, Grid]) -> ChartContents:
    """Return a chart as the cells behind its references hold it."""

    def behind(reference: str) -> list[ReadCell | None]:
        found = parse_reference(reference)
        if found is None:
            return []
        grid = grids.get(found.sheet or sheet, {})
        return [grid.get(spot) for spot in found.cells()]

    def numbers(reference: str) -> tuple[Fraction | None, ...]:
        # a text in a range is drawn as 0, so it is no gap: a check compares it with what should stand there
        return tuple(_drawn_value(cell) for cell in behind(reference))

    series = tuple(
        SeriesContents(
            " ".join(cell.text for cell in behind(item.name_ref) if cell is not None),
            numbers(item.value_ref),
            (),
            item.name_ref,
            item.category_ref,
            item.value_ref,
            axis=item.axis,
            xs=numbers(item.category_ref) if item.xs else (),
            bars=numbers(item.bars_ref) if item.bars else (),
            bars_ref=item.bars_ref,
        )
        for item in chart.series
    )
    reference = next((item.category_ref for item in chart.series if item.category_ref and not item.xs), "")
    categories = tuple("" if cell is None else cell.text for cell in behind(reference))
    return replace(chart, source="xlsx-range", categories=categories, series=series, texts=())


def _drawn_value(cell: ReadCell | None) -> Fraction | None:
    if cell is None or cell.cell.value is None:
        return None
    value = cell.cell.value
    return value if isinstance(value, Fraction) else Fraction(0)


def _headers_and_footers(root: _Element) -> Iterator[str]:
    element = root.find(f"{S}headerFooter")
    for part in () if element is None else element:
        for text in re.split(r"&[LCR]", part.text or ""):
            shown = _FOOTER_CODE.sub("", text.replace("&&", "\0")).replace("\0", "&").strip()
            if shown:
                yield shown


def _properties(package: Package) -> dict[str, str]:
    if "docProps/core.xml" not in package.names:
        return {}
    root = package.xml("docProps/core.xml")
    return {child.tag.rpartition("}")[2]: child.text for child in root if isinstance(child.tag, str) and child.text}


def recompute(file: Path) -> dict[tuple[str, str], Fraction | str | bool | None]:
    """Return what every formula of a workbook gives when it is computed anew: (sheet, "B7") -> value.

    Raises:
        ReadError: the file cannot be read, or holds a formula that ends the engine.
    """
    return computed(read_xlsx(file))


def computed(
    contents: FileContents, changed: Mapping[tuple[str, str], Fraction | str] | None = None
) -> dict[tuple[str, str], Fraction | str | bool | None]:
    """Return what every formula gives when it is computed anew, with other values in some cells: what depends on them?

    The cells as read are given to another engine (IronCalc) without any cached result, so no stored value can vouch
    for itself, and the engine never opens the file. An error is its text ("#DIV/0!"). A changed cell that holds a
    formula keeps it.

    Raises:
        ReadError: a formula ends the engine.
    """
    inputs: list[tuple[int, int, int, Segment]] = []
    for number, page in enumerate(contents.pages):
        for segment in page.segments:
            if segment.cell is not None and (place := parse_reference(segment.cell.address)) is not None:
                inputs.append((number, place.first_row, place.first_column, segment))
    names = [page.id or "" for page in contents.pages]
    try:
        return _computed(names, inputs, changed or {})
    except BaseException as error:
        # a panic of the engine is no Exception; it has no other name that can be imported
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise ReadError(
            f"{contents.file}: a formula ends the engine ({error})\n    hint: build the report again"
        ) from error


def _computed(
    names: list[str],
    inputs: list[tuple[int, int, int, Segment]],
    changed: Mapping[tuple[str, str], Fraction | str],
) -> dict[tuple[str, str], Fraction | str | bool | None]:
    import ironcalc

    model = ironcalc.create("recompute", "en", "UTC", "en")
    try:
        for number, name in enumerate(names):
            if number:
                model.add_sheet(f"\u00a7{number}")
            model.rename_sheet(number, name)
        formulas: list[tuple[int, int, int]] = []
        for number, row, column, segment in inputs:
            assert segment.cell is not None
            value = changed.get((names[number], segment.cell.address), segment.cell.value)
            if segment.cell.formula is not None:
                model.update_cell_with_formula(number, row, column, "=" + segment.cell.formula)
                formulas.append((number, row, column))
            elif isinstance(value, bool):
                model.update_cell_with_bool(number, row, column, value)
            elif isinstance(value, Fraction):
                model.update_cell_with_number(number, row, column, float(value))
            elif value is not None:
                model.update_cell_with_text(number, row, column, value)
        model.evaluate()
        return {
            (names[number], address(row, column)): _exact(model.get_cell_value(number, row, column))
            for number, row, column in formulas
        }
    except ironcalc.WorkbookError as error:
        raise ReadError(f"the workbook cannot be computed ({error})\n    hint: build the report again") from error


def _exact(value: float | str | bool | None) -> Fraction | str | bool | None:
    return Fraction(repr(value)) if isinstance(value, float) else value
