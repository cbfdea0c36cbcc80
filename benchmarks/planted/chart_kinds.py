"""Errors in the data behind charts: the specification in HTML, the chart part of the deck, its embedded workbook."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from benchmarks.planted import changes, deck, web
from benchmarks.planted.archive import changed, members
from benchmarks.planted.deck import C, parse, parts
from benchmarks.planted.marked_text import found_at, take_out
from benchmarks.planted.plant import Changed, Clean, Plant, kind
from benchmarks.planted.sheet_xml import column_of, inline, number_cells, row_of, shared_strings, text_cells

A_T = f"{deck.A}t"


def as_text(value: float) -> str:
    """Return a number as a finding quotes it."""
    return f"{value:.10g}"


def farther(end: float) -> float:
    """Return another end of an axis: twice as far from 0, or 1 where it is 0."""
    return end * 2 or 1.0


def other_value(value: float) -> float:
    """Return a value with another first digit."""
    text = changes.first_digit(f"{value:.10g}")
    return float(text) if text is not None else value + 1


# -- HTML --------------------------------------------------------------------------------------------------------------


def _charts(clean: Clean) -> Iterator[tuple[int, str, Any]]:
    """Yield page, exhibit and specification of each chart of the HTML."""
    parts_by_name = web.json_parts(clean)
    for line in clean.lines:
        if line.role == "exhibit-title" and line.block in parts_by_name:
            yield line.page, line.block, parts_by_name[line.block]


def _spec(clean: Clean, page: int, exhibit: str, what: str, claim: str, change: Callable[[Any], None]) -> Plant:
    return Plant(
        f"page {page}, {exhibit}: {what}", web.FILE, page, claim, lambda: web.change_json(clean, exhibit, change)
    )


def _rows(spec: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = spec["data"]["values"]
    return rows


@kind("point of a chart", "html", "chart-spec")
def _point(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, spec in _charts(clean):
        for at, row in enumerate(_rows(spec)):
            for key in ("value", "x", "y"):
                if isinstance(row.get(key), int | float):
                    new = other_value(row[key])

                    def change(data: Any, at: int = at, key: str = key, new: float = new) -> None:
                        _rows(data)[at][key] = new

                    yield _spec(clean, page, exhibit, f"point {at + 1}, {key} -> {new}", as_text(new), change)


@kind("two points of a chart swapped", "html", "chart-spec")
def _points_swapped(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, spec in _charts(clean):
        rows = _rows(spec)
        for at in range(len(rows) - 1):
            one, two = rows[at].get("value"), rows[at + 1].get("value")
            if one is not None and two is not None and one != two and rows[at]["order"] == rows[at + 1]["order"]:

                def change(data: Any, at: int = at, one: float = one, two: float = two) -> None:
                    _rows(data)[at]["value"], _rows(data)[at + 1]["value"] = two, one

                yield _spec(clean, page, exhibit, f"points {at + 1} and {at + 2} swapped", as_text(two), change)


@kind("point of a chart left out", "html", "chart-spec")
def _point_gone(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, spec in _charts(clean):
        for at, row in enumerate(_rows(spec)):
            if row.get("value") is not None:

                def change(data: Any, at: int = at) -> None:
                    _rows(data)[at]["value"] = None

                yield _spec(clean, page, exhibit, f"point {at + 1} left out", "nothing", change)


def _text_of_point(key: str, codes: str, name: str) -> None:
    @kind(name, "html", codes)
    def _plants(clean: Clean, made: str) -> Iterator[Plant]:
        for page, exhibit, spec in _charts(clean):
            for at, row in enumerate(_rows(spec)):
                new = changes.first_digit(row.get(key) or "")
                if new is not None:

                    def change(data: Any, at: int = at, new: str = new) -> None:
                        _rows(data)[at][key] = new

                    yield _spec(clean, page, exhibit, f"{key} of point {at + 1} -> {new!r}", new, change)


_text_of_point("text", "label-number", "label in the data of a chart")
_text_of_point("tip", "label-number", "tooltip of a point")


@kind("category in the data of a chart", "html", "category")
def _category(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, spec in _charts(clean):
        for at, old in enumerate(dict.fromkeys(row["category"] for row in _rows(spec))):
            new = changes.any_change(old)
            if new is not None:

                def change(data: Any, old: str = old, new: str = new) -> None:
                    for row in _rows(data):
                        if row["category"] == old:
                            row["category"] = new

                yield _spec(clean, page, exhibit, f"category {at + 1} -> {new!r}", new, change)


@kind("category on the axis of a chart", "html", "category")
def _category_label(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, spec in _charts(clean):
        for at, param in enumerate(spec["params"]):
            if param["name"] != "category_labels":
                continue
            for number, old in enumerate(param["value"]):
                new = changes.any_change(old) if isinstance(old, str) else None
                if new is not None:

                    def change(data: Any, at: int = at, number: int = number, new: str = new) -> None:
                        data["params"][at]["value"][number] = new

                    yield _spec(clean, page, exhibit, f"label {number + 1} -> {new!r}", new, change)


@kind("series' name in the data of a chart", "html", "series-name")
def _series(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, spec in _charts(clean):
        for old in dict.fromkeys(row.get("name", "") for row in _rows(spec)):
            new = changes.any_change(old)
            if new is not None:

                def change(data: Any, old: str = old, new: str = new) -> None:
                    for row in _rows(data):
                        if row.get("name") == old:
                            row["name"] = new

                yield _spec(clean, page, exhibit, f"{old!r} -> {new!r}", new, change)


@kind("axis tick", "html", "axis-tick")
def _tick(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, spec in _charts(clean):
        for at, param in enumerate(spec["params"]):
            if param["name"] in ("y_labels", "y2_labels", "x_labels"):
                for number, old in enumerate(param["value"]):
                    new = changes.first_digit(old)
                    if new is not None:

                        def change(data: Any, at: int = at, number: int = number, new: str = new) -> None:
                            data["params"][at]["value"][number] = new

                        yield _spec(clean, page, exhibit, f"{param['name']}: {old!r} -> {new!r}", new, change)


@kind("end of an axis", "html", "chart-axis")
def _axis_end(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, _ in _charts(clean):

        def change(data: Any) -> None:
            for part in _encodings(data):
                part["scale"]["domain"][-1] = farther(part["scale"]["domain"][-1])

        yield _spec(clean, page, exhibit, "domain ends farther out", exhibit and "", change)


def _encodings(part: Any) -> Iterator[dict[str, Any]]:
    """Yield the encodings of the left value axis."""
    if isinstance(part, dict):
        axis = part.get("axis")
        if isinstance(axis, dict) and str(axis.get("labelExpr", "")).startswith("y_labels["):
            yield part
        for value in part.values():
            yield from _encodings(value)
    elif isinstance(part, list):
        for value in part:
            yield from _encodings(value)


@kind("series of a chart left out", "html", "chart")
def _series_gone(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, spec in _charts(clean):
        orders = {row["order"] for row in _rows(spec) if "order" in row}
        if len(orders) > 1:

            def change(data: Any, last: int = max(orders)) -> None:  # bound now, on purpose
                _rows(data)[:] = [row for row in _rows(data) if row["order"] != last]

            yield _spec(clean, page, exhibit, "last series left out", "", change)


@kind("point tied to another fact", "html", "fact-panel")
def _tie(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, spec in _charts(clean):
        facts = [row.get("fact") for row in _rows(spec)]
        for at, fact in enumerate(facts):
            other = next((each for each in facts if each not in (None, fact)), None)
            if fact is not None and other is not None:

                def change(data: Any, at: int = at, other: str = other) -> None:
                    _rows(data)[at]["fact"] = other

                yield _spec(clean, page, exhibit, f"point {at + 1} tied to {other}", other, change)


def _panel(name: str, pick: Callable[[dict[str, Any]], Iterator[tuple[str, Callable[[dict[str, Any]], None]]]]) -> None:
    @kind(name, "html", "fact-panel")
    def _plants(clean: Clean, made: str) -> Iterator[Plant]:
        for key, entry in web.json_parts(clean)["facts"].items():
            for claim, change in pick(entry):

                def apply(data: Any, key: str = key, change: Any = change) -> None:
                    change(data[key])

                yield Plant(
                    f"panel of {key}: {claim}",
                    web.FILE,
                    None,
                    claim,
                    lambda apply=apply: web.change_json(clean, "facts", apply),  # type: ignore[misc]
                )


def _panel_value(entry: dict[str, Any]) -> Iterator[tuple[str, Callable[[dict[str, Any]], None]]]:
    new = changes.first_digit(entry.get("value", ""))
    if new is not None:
        yield new, lambda data: data.update(value=new)


def _panel_line(entry: dict[str, Any]) -> Iterator[tuple[str, Callable[[dict[str, Any]], None]]]:
    line = (entry.get("source") or {}).get("line")
    if isinstance(line, int):
        yield str(line + 1), lambda data: data["source"].update(line=line + 1)


def _panel_operand(entry: dict[str, Any]) -> Iterator[tuple[str, Callable[[dict[str, Any]], None]]]:
    pieces = entry.get("formula") or []
    facts = [at for at, piece in enumerate(pieces) if "fact" in piece]
    if len(facts) > 1 and pieces[facts[0]]["fact"] != pieces[facts[1]]["fact"]:
        one, two = facts[0], facts[1]

        def change(data: dict[str, Any]) -> None:
            data["formula"][one], data["formula"][two] = data["formula"][two], data["formula"][one]

        yield f"{pieces[two]['fact']}, {pieces[one]['fact']}", change


def _panel_sign(entry: dict[str, Any]) -> Iterator[tuple[str, Callable[[dict[str, Any]], None]]]:
    pieces = entry.get("formula") or []
    for at, piece in enumerate(pieces):
        if "÷" in piece.get("text", ""):

            def change(data: dict[str, Any], at: int = at) -> None:
                data["formula"][at]["text"] = data["formula"][at]["text"].replace("÷", "×")

            yield "", change


_panel("value in the panel of a number", _panel_value)
_panel("line of the origin in the panel", _panel_line)
_panel("operands swapped in the panel's formula", _panel_operand)
_panel("sign in the panel's formula", _panel_sign)


# -- deck --------------------------------------------------------------------------------------------------------------


def _native(clean: Clean) -> Iterator[tuple[int, str, str, Any]]:
    """Yield page, exhibit, member and tree of each native chart."""
    for exhibit, (page, part) in deck.charts(clean).items():
        yield page, exhibit, part, parse(parts(clean)[part])


def _xml(
    clean: Clean, of: tuple[int, str, str], path: str, what: str, claim: str, change: Callable[[Any], None]
) -> Plant:
    """Return a plant that changes one element of a chart's XML, found by its path."""
    page, exhibit, part = of

    def make() -> Changed:
        root = parse(parts(clean)[part])
        change(found_at(root, path))
        return deck.written(clean, {part: root})

    return Plant(f"page {page}, {exhibit}: {what}", deck.FILE, page, claim, make)


def _set(text: str) -> Callable[[Any], None]:
    def change(element: Any) -> None:
        element.text = text

    return change


def _values(root: Any) -> Iterator[Any]:
    for name in ("val", "yVal", "xVal"):
        for block in root.iter(f"{C}{name}"):
            yield from block.iter(f"{C}v")


@kind("point of a chart", "pptx", "chart-xml")
def _native_point(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, part, root in _native(clean):
        for item in _values(root):
            new = other_value(float(item.text))
            path = root.getroottree().getpath(item)
            yield _xml(clean, (page, exhibit, part), path, f"{item.text} -> {new}", as_text(new), _set(as_text(new)))


@kind("point of a chart left out", "pptx", "chart-xml")
def _native_point_gone(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, part, root in _native(clean):
        for block in root.iter(f"{C}val"):
            for item in block.iter(f"{C}pt"):
                path = root.getroottree().getpath(item)
                yield _xml(clean, (page, exhibit, part), path, "a point left out", "nothing", take_out)


@kind("two points of a chart swapped", "pptx", "chart-xml")
def _native_swapped(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, part, root in _native(clean):
        for block in root.iter(f"{C}val"):
            points = list(block.iter(f"{C}v"))
            for one, two in pairwise(points):
                if one.text != two.text:

                    def change(element: Any) -> None:
                        values = list(element.getparent().getparent().iter(f"{C}v"))
                        other = values[values.index(element) + 1]
                        element.text, other.text = other.text, element.text

                    path = root.getroottree().getpath(one)
                    yield _xml(
                        clean, (page, exhibit, part), path, "two points swapped", as_text(float(two.text)), change
                    )


@kind("category in the data of a chart", "pptx", "category")
def _native_category(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, part, root in _native(clean):
        first = next(iter(root.iter(f"{C}cat")), None)
        if first is None:
            continue
        for item in first.iter(f"{C}v"):
            new = changes.any_change(item.text)
            if new is not None:

                def change(element: Any, old: str = item.text, new: str = new) -> None:
                    for block in element.getroottree().getroot().iter(f"{C}cat"):
                        for value in block.iter(f"{C}v"):
                            if value.text == old:
                                value.text = new

                path = root.getroottree().getpath(item)
                yield _xml(clean, (page, exhibit, part), path, f"{item.text!r} -> {new!r}", new, change)


@kind("category of one series of a chart", "pptx", "category")
def _native_category_of_one(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, part, root in _native(clean):
        blocks = list(root.iter(f"{C}cat"))
        for block in blocks[1:]:
            for item in block.iter(f"{C}v"):
                new = changes.any_change(item.text)
                if new is not None:
                    path = root.getroottree().getpath(item)
                    yield _xml(clean, (page, exhibit, part), path, f"{item.text!r} -> {new!r}", new, _set(new))


@kind("series' name in the data of a chart", "pptx", "series-name")
def _native_series(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, part, root in _native(clean):
        for block in root.iter(f"{C}ser"):
            for item in block.findall(f"{C}tx//{C}v"):
                new = changes.any_change(item.text)
                if new is not None:
                    path = root.getroottree().getpath(item)
                    yield _xml(clean, (page, exhibit, part), path, f"{item.text!r} -> {new!r}", new, _set(new))


@kind("label of a point", "pptx", "label-number")
def _native_label(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, part, root in _native(clean):
        for block in root.iter(f"{C}dLbl"):
            for item in block.iter(A_T):
                new = changes.first_digit(item.text or "")
                if new is not None and any(char in "%." for char in item.text):
                    path = root.getroottree().getpath(item)
                    yield _xml(clean, (page, exhibit, part), path, f"{item.text!r} -> {new!r}", new, _set(new))


@kind("end of an axis", "pptx", "chart-axis")
def _native_axis(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, part, root in _native(clean):
        for block in root.iter(f"{C}valAx"):
            for item in block.iter(f"{C}max"):

                def change(element: Any) -> None:
                    element.set("val", as_text(farther(float(element.get("val")))))

                path = root.getroottree().getpath(item)
                claim = as_text(farther(float(item.get("val"))))
                yield _xml(clean, (page, exhibit, part), path, f"end {item.get('val')} -> {claim}", claim, change)


@kind("number format of an axis", "pptx", "axis-tick")
def _native_format(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, part, root in _native(clean):
        for block in root.iter(f"{C}valAx"):
            item = block.find(f"{C}numFmt")
            if item is not None:

                def change(element: Any) -> None:
                    element.set("formatCode", '0"万"')

                path = root.getroottree().getpath(item)
                yield _xml(clean, (page, exhibit, part), path, "another number format", "万", change)


@kind("range in the embedded workbook moved by a row", "pptx", "chart-book chart-range")
def _native_range(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, part, root in _native(clean):
        for name in ("val", "yVal", "xVal"):
            for block in root.iter(f"{C}{name}"):
                for item in block.iter(f"{C}f"):
                    new = re.sub(r"\$(\d+)", lambda match: f"${int(match.group(1)) + 1}", item.text)
                    path = root.getroottree().getpath(item)
                    yield _xml(clean, (page, exhibit, part), path, f"{item.text} -> {new}", "", _set(new))


@kind("series of a chart left out", "pptx", "chart")
def _native_series_gone(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, part, root in _native(clean):
        series = list(root.iter(f"{C}ser"))
        if len(series) > 1:
            path = root.getroottree().getpath(series[-1])
            yield _xml(clean, (page, exhibit, part), path, "last series left out", "", take_out)


def _books(clean: Clean) -> Iterator[tuple[int, str, str, Any]]:
    """Yield page, exhibit, member and sheet of each workbook embedded in the deck."""
    for exhibit, (page, part) in deck.charts(clean).items():
        for book in deck.related(clean, part, "package"):
            yield page, exhibit, book, parse(members(parts(clean)[book])["xl/worksheets/sheet1.xml"])


def _book(
    clean: Clean, at: tuple[int, str, str], address: str, what: str, claim: str, change: Callable[[Any], None]
) -> Plant:
    from lxml import etree

    page, exhibit, part = at

    def make() -> Changed:
        book = parts(clean)[part]
        sheet = parse(members(book)["xl/worksheets/sheet1.xml"])
        change(next(item for item in sheet.iter("{*}c") if item.get("r") == address))
        data = changed(book, {"xl/worksheets/sheet1.xml": etree.tostring(sheet, encoding="UTF-8", standalone=True)})
        return deck.written(clean, {part: data})

    return Plant(f"page {page}, {exhibit}, workbook, {address}: {what}", deck.FILE, page, claim, make)


@kind("point in the embedded workbook", "pptx", "chart-book")
def _book_point(clean: Clean, made: str) -> Iterator[Plant]:
    for page, exhibit, part, sheet in _books(clean):
        for cell, value in number_cells(sheet):
            new = other_value(value)

            def change(item: Any, new: float = new) -> None:
                item.find("{*}v").text = as_text(new)

            where = (page, exhibit, part)
            yield _book(clean, where, cell.get("r"), f"{value} -> {new}", as_text(new), change)


@kind("category in the embedded workbook", "pptx", "category")
def _book_category(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _book_texts(clean, lambda address: column_of(address) == "A")


@kind("series' name in the embedded workbook", "pptx", "series-name")
def _book_series(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _book_texts(clean, lambda address: row_of(address) == 1 and column_of(address) != "A")


def _book_texts(clean: Clean, fits: Callable[[str], bool]) -> Iterator[Plant]:
    for page, exhibit, part, sheet in _books(clean):
        strings = members(parts(clean)[part]).get("xl/sharedStrings.xml")
        for cell, text in text_cells(sheet, [] if strings is None else shared_strings(parse(strings))):
            new = changes.any_change(text)
            if new is not None and fits(cell.get("r")):

                def change(item: Any, new: str = new) -> None:
                    inline(item, new)

                where = (page, exhibit, part)
                yield _book(clean, where, cell.get("r"), f"{text!r} -> {new!r}", new, change)
