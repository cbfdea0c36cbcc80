"""A deck's chart in both places where it keeps its data: the chart part's XML and the workbook embedded behind it."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from yanbao.errors import ReadError
from yanbao.read.contents import AxisContents, ChartContents, Place, SeriesContents
from yanbao.read.number_display import display
from yanbao.read.package import MAX_TOTAL, Package
from yanbao.read.reference import address, parse_reference
from yanbao.read.stored_number import stored_number

if TYPE_CHECKING:
    from lxml.etree import _Element

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MAX_POINTS = 100_000
_DAY, _MONTH = r"yyyy\-mm\-dd", r"yyyy\-mm"  # how an axis of days may print them
_DAY_NIL = datetime(1899, 12, 30)  # serial 0 of the 1900 system


def charts_of_part(package: Package, page: int, name: str, group: str = "") -> Iterator[ChartContents]:
    """Yield the chart of a chart part as its XML holds it, then as the embedded workbook holds it.

    Raises:
        ReadError: the part is no chart, or what it says cannot be read as numbers.
    """
    root = package.xml(name)
    place = Place(package.file.name, page, part=name)
    where = f"{package.file}: part {name!r}"
    chart = chart_of_xml(root, place, where, group)
    yield chart
    external = root.find(f"{C}externalData")
    if external is None:
        return  # a missing workbook is the check's finding, not the reader's
    kind, target = package.relations(name).get(str(external.get(f"{R}id")), ("", ""))
    if kind != "package":
        raise ReadError(f"{where} names a workbook that is not there\n    hint: build the report again")
    yield _of_workbook(package.read(target), chart, Place(package.file.name, page, part=target), package)


def chart_of_xml(root: _Element, place: Place, where: str, group: str = "") -> ChartContents:
    """Return a DrawingML chart as its caches hold it; `where` names file and part for errors."""
    area = root.find(f"{C}chart/{C}plotArea")
    if area is None:
        raise ReadError(f"{where} holds no chart\n    hint: build the report again")
    for code in area.iterfind(f"{C}dateAx/{C}numFmt"):
        if code.get("formatCode") not in (_DAY, _MONTH):
            raise ReadError(f"{where} prints days as {code.get('formatCode')!r}\n    hint: build the report again")
    kinds: list[str] = []
    series: list[tuple[int, SeriesContents]] = []
    categories: tuple[str, ...] = ()
    second = _second_axes(area)
    for plot in area:
        tag = plot.tag.rpartition("}")[2] if isinstance(plot.tag, str) else ""
        if not tag.endswith("Chart"):
            continue
        kinds.append(tag)
        axis = 2 if {item.get("val") for item in plot.findall(f"{C}axId")} & second else 1
        for item in plot.findall(f"{C}ser"):
            order = item.find(f"{C}idx")  # c:order says which covers which, c:idx which is which
            rank = len(series) if order is None else _index(order.get("val"), where)
            series.append((rank, _series(item, axis, where)))
            own = _names(item.find(f"{C}cat"), where)
            categories = categories or own
    series.sort(key=lambda pair: pair[0])
    texts = tuple(
        "".join(piece.text or "" for piece in rich.iter(f"{A}t"))
        for title in area.getparent().iter(f"{C}title")  # type: ignore[union-attr]
        for rich in title.iter(f"{C}rich")
    )
    return ChartContents(
        place,
        "pptx-xml",
        "+".join(kinds),
        categories,
        tuple(item for _, item in series),
        tuple(_axis(item, where) for item in area.findall(f"{C}valAx")),
        group or None,
        texts,
        base=_base(area, where),
    )


def _base(area: _Element, where: str) -> Fraction | None:
    """Return the value at which the axis of categories stands, where it is not 0 or an end: bars begin there."""
    at = area.find(f"{C}catAx/{C}crossesAt")
    return None if at is None else _fraction(str(at.get("val")), where)


def _second_axes(area: _Element) -> set[str | None]:
    """Return the ids of the axes that stand on the right (they cross at the maximum)."""
    found: set[str | None] = set()
    for axis in area.findall(f"{C}valAx"):
        crosses = axis.find(f"{C}crosses")
        if crosses is not None and crosses.get("val") == "max":
            number = axis.find(f"{C}axId")
            found.add(None if number is None else number.get("val"))
    return found


def _series(item: _Element, axis: int, where: str) -> SeriesContents:
    name = _words(item.find(f"{C}tx"), where)
    values = item.find(f"{C}val")
    if values is None:
        values = item.find(f"{C}yVal")
    numbers = _values(values, where)
    labels = [""] * len(numbers)
    shown = False
    for label in item.iter(f"{C}dLbl"):
        index = label.find(f"{C}idx")
        at = 0 if index is None else _index(index.get("val"), where)
        text = _label_text(label, numbers, at)
        if text and 0 <= at < len(labels):
            labels[at], shown = text, True
    category = item.find(f"{C}cat")
    if category is None:
        category = item.find(f"{C}xVal")
    return SeriesContents(
        " ".join(name),
        numbers,
        tuple(labels) if shown else (),
        _formula(item.find(f"{C}tx")),
        _formula(category),
        _formula(values),
        axis=axis,
        categories=_names(item.find(f"{C}cat"), where),
        xs=_values(item.find(f"{C}xVal"), where),
        bars=_error_bars(item, len(numbers), where),
        bars_ref=_formula(item.find(f"{C}errBars/{C}plus")),
    )


def _error_bars(item: _Element, count: int, where: str) -> tuple[Fraction | None, ...]:
    """Return how far up the error bars of a series reach, () where it has none.

    Those that say so otherwise (in per cent, downwards, several) reach nowhere that is known.
    """
    found = item.findall(f"{C}errBars")
    if not found:
        return ()
    kinds = [_said(bars, name) for bars in found for name in ("errDir", "errBarType", "errValType")]
    if kinds not in (["y", "plus", "cust"], ["", "plus", "cust"]):
        return (None,) * count
    return _values(found[0].find(f"{C}plus"), where)


def _said(element: _Element, name: str) -> str:
    found = element.find(f"{C}{name}")
    return "" if found is None else found.get("val") or ""


def _label_text(label: _Element, numbers: tuple[Fraction | None, ...], at: int) -> str:
    """Return what a label shows. A field shows its point's value under the label's format: both must say the same."""
    text = "".join(piece.text or "" for piece in label.iter(f"{A}t"))
    code = label.find(f"{C}numFmt")
    value = numbers[at] if at < len(numbers) else None
    live = any(field.get("type") == "VALUE" for field in label.iter(f"{A}fld"))
    if not live or code is None or value is None:
        return text
    shown = display(value, code.get("formatCode") or "General")
    return text if shown == text else f"{text} ({shown})"


def _formula(element: _Element | None) -> str:
    found = None if element is None else next(element.iter(f"{C}f"), None)
    return "" if found is None else found.text or ""


def _index(text: str | None, where: str) -> int:
    """Return an index or a count; nothing bigger than a chart can hold is believed."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 6 or int(text) > _MAX_POINTS:
        raise ReadError(f"{where} has a point at index {text!r}\n    hint: build the report again")
    return int(text)


def _points(element: _Element | None, where: str) -> dict[int, str]:
    """Return the cached points by index; the count declared is bounded before anything is allocated."""
    found: dict[int, str] = {}
    if element is None:
        return found
    for point in element.iter(f"{C}pt"):
        index = _index(point.get("idx"), where)
        value = point.find(f"{C}v")
        found[index] = "" if value is None else value.text or ""
    return found


def _count(element: _Element | None, points: dict[int, str], where: str) -> int:
    declared = None if element is None else next(element.iter(f"{C}ptCount"), None)
    count = 0 if declared is None else _index(declared.get("val"), where)
    return max(count, max(points, default=-1) + 1)


def _words(element: _Element | None, where: str) -> tuple[str, ...]:
    points = _points(element, where)
    if element is not None and not points:
        value = element.find(f"{C}v")
        return () if value is None or not value.text else (value.text,)
    return tuple(points.get(index, "") for index in range(_count(element, points, where)))


def _names(element: _Element | None, where: str) -> tuple[str, ...]:
    """Return the names of categories; days that are kept as numbers as 2024-06-28."""
    numbers = None if element is None else element.find(f"{C}numRef")
    code = None if numbers is None else next((found.text for found in numbers.iter(f"{C}formatCode")), None)
    if numbers is None or code != _DAY:
        return _words(element, where)
    points = _points(numbers, where)
    count = range(_count(numbers, points, where))
    return tuple(_day(points[index], where) if index in points else "" for index in count)


def _day(text: str, where: str) -> str:
    """Return the day that a spreadsheet counts as a number: whole days from 1899-12-30, from March 1900 on."""
    if not text.isascii() or not text.isdigit() or not 61 <= int(text[:8]) <= 2_958_465:
        raise ReadError(f"{where}: {text[:40]!r} is no day\n    hint: build the report again")
    return (date(1899, 12, 30) + timedelta(int(text[:8]))).isoformat()


def _values(element: _Element | None, where: str) -> tuple[Fraction | None, ...]:
    points = _points(element, where)
    found: list[Fraction | None] = []
    for index in range(_count(element, points, where)):
        text = points.get(index, "").strip()
        found.append(_fraction(text, where) if text else None)
    return tuple(found)


def _fraction(text: str, where: str) -> Fraction:
    found = stored_number(text)
    if found is None:
        raise ReadError(f"{where}: {text[:40]!r} is no number\n    hint: build the report again")
    return found


def _axis(axis: _Element, where: str) -> AxisContents:
    def number(path: str) -> Fraction | None:
        element = axis.find(path)
        return None if element is None else _fraction(str(element.get("val")), where)

    low, high, step = number(f"{C}scaling/{C}min"), number(f"{C}scaling/{C}max"), number(f"{C}majorUnit")
    pattern = axis.find(f"{C}numFmt")
    values: list[Fraction] = []
    if low is not None and high is not None and step is not None and step > 0 and (high - low) / step < 1000:
        value = low
        while value <= high:
            values.append(value)
            value += step
    code = "" if pattern is None else pattern.get("formatCode") or ""
    texts = tuple(display(value, code) for value in values) if code else ()
    return AxisContents(tuple(values), texts, low, high, step, code)


def _of_workbook(data: bytes, chart: ChartContents, place: Place, package: Package) -> ChartContents:
    """Return the chart as the cells behind its references hold it."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    where = f"{package.file}: part {place.part!r}"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as inner:
            if sum(info.file_size for info in inner.infolist()) > MAX_TOTAL // 10:
                raise ReadError(f"{where} unpacks to more than a chart's data can be: a zip bomb")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles it leaves out; only cells are read
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError) as error:
        raise ReadError(f"{where} is no workbook ({error})\n    hint: build the report again") from error
    sheets = {sheet.title: sheet for sheet in book.worksheets}

    def cells(reference: str) -> list[Any]:
        found = parse_reference(reference)
        if found is None:
            return []
        sheet = sheets.get(found.sheet) if found.sheet else book.active
        return [] if sheet is None else [sheet.cell(row, column).value for row, column in found.cells()]

    series = tuple(
        SeriesContents(
            " ".join(str(value) for value in cells(item.name_ref) if value is not None),
            tuple(_number(value, where) for value in cells(item.value_ref)),
            (),
            item.name_ref,
            item.category_ref,
            item.value_ref,
            axis=item.axis,
            xs=tuple(_number(value, where) for value in cells(item.category_ref)) if item.xs else (),
            x_name=" ".join(str(value) for value in cells(_head_of(item)) if value is not None),
            bars=tuple(_number(value, where) for value in cells(item.bars_ref)) if item.bars else (),
            bars_ref=item.bars_ref,
        )
        for item in chart.series
    )
    reference = next((item.category_ref for item in chart.series if item.category_ref), "")
    scatter = next((item for item in chart.series if item.xs), None)
    categories = tuple(_cell_name(value) for value in cells(_left_of(reference, scatter)))
    return ChartContents(place, "pptx-workbook", chart.kind, categories, series, (), chart.id)


def _cell_name(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value)


def _head_of(item: SeriesContents) -> str:
    """Return the reference to the name of a scatter's horizontal values: the cell above the first."""
    found = parse_reference(item.category_ref) if item.xs else None
    if found is None or found.first_row == 1:
        return ""
    cell = address(found.first_row - 1, found.first_column)
    return f"'{found.sheet}'!{cell}" if found.sheet else cell


def _left_of(reference: str, scatter: SeriesContents | None) -> str:
    """Return the reference to the names of a scatter's items: the cells left of its first values."""
    found = parse_reference(reference)
    if scatter is None or found is None:
        return reference
    if found.first_column == 1:
        return ""
    first, last = address(found.first_row, 1), address(found.last_row, 1)
    return f"'{found.sheet}'!{first}:{last}" if found.sheet else f"{first}:{last}"


def _number(value: Any, where: str) -> Fraction | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):  # what openpyxl makes of a number under a format of days
        return Fraction((value - _DAY_NIL) // timedelta(seconds=1), 86_400)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ReadError(f"{where}: {str(value)[:40]!r} stands where a number belongs\n    hint: build the report again")
    return _fraction(repr(value), where)
