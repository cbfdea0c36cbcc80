"""Errors in the workbook: cached results, formulas, constants, words, sheets, and the caches and ranges of charts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from benchmarks.planted import changes
from benchmarks.planted.archive import members
from benchmarks.planted.book import FILE, C, Sheet, cell_plant, parse, sheet_changed, sheets, texts, trees, written
from benchmarks.planted.chart_kinds import as_text, farther, other_value
from benchmarks.planted.marked_text import found_at, take_out
from benchmarks.planted.plant import Changed, Clean, Plant, kind
from benchmarks.planted.sheet_xml import (
    S,
    column_of,
    empty,
    formula_cells,
    inline,
    number,
    number_cells,
    row_of,
    text_formula_cells,
)


def _set_value(text: str) -> Callable[[Any], None]:
    def change(cell: Any) -> None:
        cell.find(f"{S}v").text = text

    return change


def _set_formula(text: str) -> Callable[[Any], None]:
    def change(cell: Any) -> None:
        cell.find(f"{S}f").text = text

    return change


# -- values and formulas -----------------------------------------------------------------------------------------------


def _formulas(clean: Clean) -> Iterator[tuple[Sheet, Any, str, str]]:
    for sheet, root in trees(clean, lambda sheet: True):
        for cell, formula, value in formula_cells(root):
            yield sheet, cell, formula, value


@kind("cached result of a formula", "xlsx", "cached-value")
def _cached(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet, cell, _, value in _formulas(clean):
        new = as_text(other_value(float(value)))
        yield cell_plant(clean, sheet, cell.get("r"), f"cached {value} -> {new}", new, _set_value(new))


_REFERENCE = re.compile(r"(?<![A-Za-z!'])([A-Z]{1,2})(\d+)(?![\d(])|(?<=!)([A-Z]{1,2})(\d+)")


@kind("operand of a formula moved by a row", "xlsx", "formula")
def _operand(clean: Clean, made: str) -> Iterator[Plant]:
    values = {
        (sheet.name, cell.get("r")): float(cell.find(f"{S}v").text)
        for sheet, root in trees(clean, lambda sheet: True)
        for cell in root.iter(f"{S}c")
        if cell.find(f"{S}v") is not None and cell.get("t", "n") == "n"
    }
    for sheet, cell, formula, _ in _formulas(clean):
        match = _REFERENCE.search(formula)
        if match is None:
            continue
        column, row = (match.group(1) or match.group(3)), (match.group(2) or match.group(4))
        named = re.search(r"'([^']+)'!$", formula[: match.start()])
        on = named.group(1) if named else sheet.name
        before, after = (values.get((on, f"{column}{number}")) for number in (int(row), int(row) + 1))
        if after is None or before == after:
            continue  # an empty cell at the end of a range, or the same value twice: nothing would be wrong
        end = match.end()
        new = formula[: end - len(row)] + str(int(row) + 1) + formula[end:]
        yield cell_plant(clean, sheet, cell.get("r"), f"={formula} -> ={new}", new, _set_formula(new))


@kind("formula that takes its own cell", "xlsx", "formula")
def _own_cell(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet, cell, formula, _ in _formulas(clean):
        new = f"{formula}+0*{cell.get('r')}"
        if sheet.exhibit:
            yield cell_plant(clean, sheet, cell.get("r"), f"={formula} -> ={new}", new, _set_formula(new))


@kind("constant in place of a formula", "xlsx", "formula")
def _constant(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet, cell, formula, value in _formulas(clean):

        def change(item: Any, value: str = value) -> None:
            number(item, value)

        yield cell_plant(clean, sheet, cell.get("r"), f"={formula} -> {value}", value, change)


@kind("another sign in a formula", "xlsx", "formula")
def _sign(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet, cell, formula, _ in _formulas(clean):
        bare = re.sub(r"'[^']*'", lambda match: "_" * len(match.group()), formula)
        at = bare.find("/")
        if at > 0:
            new = formula[:at] + "*" + formula[at + 1 :]
            yield cell_plant(clean, sheet, cell.get("r"), f"={formula} -> ={new}", new, _set_formula(new))


@kind("formula and its result changed together", "xlsx", "formula chart-range")  # a band's width is only drawn
def _together(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet, cell, formula, value in _formulas(clean):
        if not sheet.exhibit:
            continue
        new = as_text(float(value) * 1.5)

        def change(item: Any, formula: str = formula, new: str = new) -> None:
            item.find(f"{S}f").text = f"({formula})*1.5"
            item.find(f"{S}v").text = new

        yield cell_plant(clean, sheet, cell.get("r"), f"={formula} -> =({formula})*1.5, {new}", new, change)


def _is_line(row: dict[str, str], heads: dict[str, str], column: str) -> bool:
    """Whether a cell of a data sheet tells a line: its row or its column is headed so."""
    return row.get("A") in _LINES or heads.get(column) in _LINES


_LINES = ("文件行", "原文行")


def _data_numbers(clean: Clean, *, lines: bool) -> Iterator[tuple[Sheet, Any, float]]:
    """Yield the numbers of the data sheets: the lines of files and origins, or all others."""
    on_sheets: dict[int, dict[int, dict[str, str]]] = {}
    for sheet, cell, text in texts(clean, lambda each: each.data):
        row, column = row_of(cell.get("r")), column_of(cell.get("r"))
        on_sheets.setdefault(sheet.number, {}).setdefault(row, {})[column] = text
    for sheet, root in trees(clean, lambda each: each.data):
        words = on_sheets.get(sheet.number, {})
        for cell, value in number_cells(root):
            row, column = row_of(cell.get("r")), column_of(cell.get("r"))
            if row > 6 and _is_line(words.get(row, {}), words.get(5, {}), column) == lines:
                yield sheet, cell, value


@kind("constant of a data sheet", "xlsx", "sheet-value")
def _value(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet, cell, value in _data_numbers(clean, lines=False):
        yield _constant_plant(clean, sheet, cell, value, as_text(other_value(value)))


@kind("line of a file or origin on a data sheet", "xlsx", "sheet-text")
def _line(clean: Clean, made: str) -> Iterator[Plant]:
    every = list(_data_numbers(clean, lines=True))
    for sheet, cell, value in every:
        other = next((each for of, _, each in every if of == sheet and each != value), value + 1)
        yield _constant_plant(clean, sheet, cell, value, as_text(other))


def _constant_plant(clean: Clean, sheet: Sheet, cell: Any, value: float, new: str) -> Plant:
    return cell_plant(clean, sheet, cell.get("r"), f"{value} -> {new}", new, lambda item: number(item, new))


@kind("number put into an empty cell", "xlsx", "number-unknown sheet-text")
def _extra(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet, root in trees(clean, lambda sheet: sheet.exhibit):
        rows = list(root.iter(f"{S}row"))
        for row in rows[2:]:
            address = f"Z{row.get('r')}"

            def make(sheet: Sheet = sheet, address: str = address) -> Changed:
                again = parse(members(clean.bytes_of(FILE))[sheet.part])
                item = next(each for each in again.iter(f"{S}row") if each.get("r") == address[1:])
                added = item.makeelement(f"{S}c", {"r": address})
                item.append(added)
                number(added, "88.8")
                return written(clean, sheet.part, again)

            where = f"{sheet.name}!{address}"
            yield Plant(f"{where}: 88.8 put in", FILE, sheet.number, "88.8", make, named=(f"{where}:",))


@kind("number format of a cell", "xlsx", "sheet-value cell-number label-number unit")
def _number_format(clean: Clean, made: str) -> Iterator[Plant]:
    styles = parse(members(clean.bytes_of(FILE))["xl/styles.xml"])
    codes = [item.get("numFmtId") for item in styles.find(f"{S}cellXfs")]
    percent = next(item.get("numFmtId") for item in styles.iter(f"{S}numFmt") if item.get("formatCode") == "0.0%")
    plain = next(item.get("numFmtId") for item in styles.iter(f"{S}numFmt") if item.get("formatCode") == "0.0")
    for sheet, root in trees(clean, _exhibits):
        for cell, _, _ in formula_cells(root):
            code = codes[int(cell.get("s", "0"))]
            other = {percent: plain, plain: percent}.get(code)
            if other is not None:
                style = str(codes.index(other))

                def change(item: Any, style: str = style) -> None:
                    item.set("s", style)

                yield cell_plant(clean, sheet, cell.get("r"), f"style {cell.get('s')} -> {style}", "", change)


# -- words -------------------------------------------------------------------------------------------------------------


def _text_plants(
    clean: Clean, fits: Callable[[str, str], bool], change: Callable[[str], str | None], on: Callable[[Sheet], bool]
) -> Iterator[Plant]:
    for sheet, cell, text in texts(clean, on):
        new = change(text) if fits(cell.get("r"), text) else None
        if new is not None and new != text:

            def apply(item: Any, new: str = new) -> None:
                inline(item, new)

            yield cell_plant(clean, sheet, cell.get("r"), f"{text!r} -> {new!r}", new, apply)


def _exhibits(sheet: Sheet) -> bool:
    return sheet.exhibit


@kind("number of an exhibit", "xlsx", "structure-number")
def _label(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _text_plants(clean, lambda address, text: address == "A1", changes.next_number, _exhibits)


@kind("unit line", "xlsx", "unit")
def _unit(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _text_plants(
        clean,
        lambda address, text: address == "A2" and text.startswith("单位"),
        changes.unit,
        _exhibits,
    )


@kind("as-of day of an exhibit", "xlsx", "period")
def _as_of(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _text_plants(clean, lambda address, text: address == "A2" and "截至" in text, changes.period, _exhibits)


@kind("line number of an origin", "xlsx", "note-number")
def _origin_line(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _text_plants(clean, lambda address, text: text.startswith("来源："), changes.next_number, _exhibits)


@kind("name of a category or series", "xlsx", "category series-name")
def _category(clean: Clean, made: str) -> Iterator[Plant]:
    drawn = {sheet.name for sheet, _, _ in _charts(clean)}
    yield from _text_plants(
        clean,
        lambda address, text: row_of(address) == 5 or (address[0] == "A" and row_of(address) > 6 and "：" not in text),
        changes.any_change,
        lambda sheet: sheet.name in drawn,
    )


@kind("cached text of a formula", "xlsx", "cached-value")
def _cached_text(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet, root in trees(clean, _exhibits):
        for cell, text in text_formula_cells(root):
            new = changes.any_change(text)
            if new is not None:
                yield cell_plant(clean, sheet, cell.get("r"), f"cached {text!r} -> {new!r}", new, _set_value(new))


@kind("text of a data sheet", "xlsx", "sheet-value sheet-text")
def _data_text(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _text_plants(
        clean,
        lambda address, text: row_of(address) > 6 and address[0] != "A" and "：" not in text,
        changes.any_change,
        lambda sheet: sheet.data,
    )


def _gone(clean: Clean, fits: Callable[[str, str], bool]) -> Iterator[Plant]:
    for sheet, cell, text in texts(clean, _exhibits):
        if fits(cell.get("r"), text):
            yield cell_plant(clean, sheet, cell.get("r"), f"{text[:30]!r} taken out", text, empty, gone=True)


@kind("origin line taken out", "xlsx", "origin")
def _origin_gone(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _gone(clean, lambda address, text: text.startswith("来源："))


@kind("note taken out", "xlsx", "wording")
def _note_gone(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _gone(clean, lambda address, text: text.startswith("注："))


@kind("foot of a sheet", "xlsx", "notice")
def _foot(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet, _ in trees(clean, _exhibits):

        def make(sheet: Sheet = sheet) -> Changed:
            root = parse(members(clean.bytes_of(FILE))[sheet.part])
            for item in root.iter(f"{S}oddFooter"):
                item.text = item.text.replace("不构成投资建议", "构成投资建议")
            return written(clean, sheet.part, root)

        yield Plant(f"{sheet.name}: foot", FILE, sheet.number, "样例，构成投资建议", make)


# -- sheets ------------------------------------------------------------------------------------------------------------


@kind("sheet hidden", "xlsx", "sheet")
def _hidden(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet in sheets(clean.bytes_of(FILE)):

        def make(sheet: Sheet = sheet) -> Changed:
            return sheet_changed(clean, sheet, lambda item: item.set("state", "hidden"))

        yield Plant(f"{sheet.name} hidden", FILE, sheet.number, sheet.name, make)


@kind("sheet of an exhibit taken out", "xlsx", "sheet")
def _sheet_gone(clean: Clean, made: str) -> Iterator[Plant]:
    used = " ".join(formula for _, _, formula, _ in _formulas(clean))
    for sheet in sheets(clean.bytes_of(FILE)):
        if sheet.exhibit and f"'{sheet.name}'!" not in used:

            def make(sheet: Sheet = sheet) -> Changed:
                return sheet_changed(clean, sheet, take_out)

            title = next(text for _, _, text in texts(clean, lambda each, sheet=sheet: each == sheet))  # type: ignore[misc]
            yield Plant(f"{sheet.name} taken out", FILE, None, title, make, gone=True)


# -- charts ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def _chart_parts(data: bytes) -> tuple[tuple[Sheet, str], ...]:
    parts = members(data)
    found: list[tuple[Sheet, str]] = []
    for sheet in sheets(data):
        for drawing in _related(parts, sheet.part, "drawing"):
            found += [(sheet, chart) for chart in _related(parts, drawing, "chart")]
    return tuple(found)


def _related(parts: Any, part: str, word: str) -> list[str]:
    folder, name = posixpath.split(part)
    data = parts.get(f"{folder}/_rels/{name}.rels")
    items = [] if data is None else [item for item in parse(data) if item.get("Type").endswith(f"/{word}")]
    return [posixpath.normpath(posixpath.join(folder, item.get("Target"))) for item in items]


def _charts(clean: Clean) -> Iterator[tuple[Sheet, str, Any]]:
    data = clean.bytes_of(FILE)
    for sheet, part in _chart_parts(data):
        yield sheet, part, parse(members(data)[part])


def _chart(clean: Clean, sheet: Sheet, part: str, item: Any, new: str, claim: str) -> Plant:
    path = item.getroottree().getpath(item)

    def make() -> Changed:
        root = parse(members(clean.bytes_of(FILE))[part])
        found_at(root, path).text = new
        return written(clean, part, root)

    return Plant(f"{sheet.name}, chart: {item.text!r} -> {new!r}", FILE, sheet.number, claim, make)


def _under(root: Any, names: str, leaf: str) -> Iterator[Any]:
    for name in names.split():
        for block in root.iter(f"{C}{name}"):
            yield from block.iter(f"{C}{leaf}")


@kind("point in the cache of a chart", "xlsx", "chart-cache")
def _cache(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet, part, root in _charts(clean):
        for item in _under(root, "val yVal xVal", "v"):
            new = as_text(other_value(float(item.text)))
            yield _chart(clean, sheet, part, item, new, new)


@kind("category in the cache of a chart", "xlsx", "category")
def _cache_category(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet, part, root in _charts(clean):
        for item in _under(root, "cat", "v"):
            new = changes.any_change(item.text)
            if new is not None:
                yield _chart(clean, sheet, part, item, new, new)


@kind("series' name in the cache of a chart", "xlsx", "series-name")
def _cache_series(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet, part, root in _charts(clean):
        for block in root.iter(f"{C}ser"):
            for item in block.findall(f"{C}tx//{C}v"):
                new = changes.any_change(item.text)
                if new is not None:
                    yield _chart(clean, sheet, part, item, new, new)


def _shifted(text: str) -> str:
    """Return a range one row further down."""
    return re.sub(r"\$(\d+)", lambda match: f"${int(match.group(1)) + 1}", text)


@kind("range of a chart's points moved by a row", "xlsx", "chart-range")
def _range(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet, part, root in _charts(clean):
        for item in _under(root, "val yVal xVal", "f"):
            yield _chart(clean, sheet, part, item, _shifted(item.text), "")


@kind("range of a chart's points led to another column", "xlsx", "chart-range")
def _column(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet, part, root in _charts(clean):
        items = list(_under(root, "val yVal", "f"))
        for item in items:
            other = next((each.text for each in items if each.text != item.text), None)
            if other is not None:
                yield _chart(clean, sheet, part, item, other, "")


@kind("range of a chart's categories moved by a row", "xlsx", "chart-range category")
def _range_category(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet, part, root in _charts(clean):
        for item in _under(root, "cat", "f"):
            yield _chart(clean, sheet, part, item, _shifted(item.text), "")


@kind("end of an axis", "xlsx", "chart-axis")
def _axis(clean: Clean, made: str) -> Iterator[Plant]:
    for sheet, part, root in _charts(clean):
        for item in _under(root, "valAx", "max"):
            path = root.getroottree().getpath(item)
            new = as_text(farther(float(item.get("val"))))

            def make(part: str = part, path: str = path, new: str = new) -> Changed:
                again = parse(members(clean.bytes_of(FILE))[part])
                found_at(again, path).set("val", new)
                return written(clean, part, again)

            yield Plant(f"{sheet.name}, axis ends at {new}", FILE, sheet.number, "", make)
