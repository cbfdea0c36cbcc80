"""The cells of a worksheet part: stored value, formula, number format and the text that is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from yanbao.errors import ReadError
from yanbao.read.contents import SheetCell
from yanbao.read.number_display import display, display_text
from yanbao.read.package import Package
from yanbao.read.reference import address, parse_reference
from yanbao.read.stored_number import stored_number

if TYPE_CHECKING:
    from lxml.etree import _Element

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MAX_CELLS = 2_000_000
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
# the formats that a workbook names by number without defining them (ECMA-376 part 1, 18.8.30)
_BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "m/d/yyyy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yyyy h:mm",
    # 27 to 36 and 50 to 58 are those of the office's language; files do not say which: here Chinese (ECMA-376, 18.8.30)
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    **dict.fromkeys((34, 55), '上午/下午h"时"mm"分"'),
    **dict.fromkeys((35, 56), '上午/下午h"时"mm"分"ss"秒"'),
    37: "#,##0 ;(#,##0)",
    38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
}


@dataclass(frozen=True)
class ReadCell:
    """A cell with its place in the grid (from 1) and the text a reader sees."""

    row: int
    column: int
    text: str
    cell: SheetCell
    error: bool = False  # the stored value is an error such as #DIV/0!


def shared_strings(package: Package, name: str) -> tuple[str, ...]:
    """Return the workbook's shared texts, without the readings that stand above characters."""
    return tuple(_rich(item) for item in package.xml(name).iter(f"{S}si"))


def number_formats(package: Package, name: str) -> tuple[str, ...]:
    """Return the number format of every cell style, in the order of their indices."""
    root = package.xml(name)
    where = f"{package.file}: part {name!r}"
    own = {whole(item.get("numFmtId"), where): item.get("formatCode") or "General" for item in root.iter(f"{S}numFmt")}
    styles = root.find(f"{S}cellXfs")
    if styles is None:
        return ()
    numbers = [whole(item.get("numFmtId") or "0", where) for item in styles.iter(f"{S}xf")]
    return tuple(own.get(number) or _BUILT_IN.get(number, "General") for number in numbers)


def cells(
    root: _Element, where: str, strings: tuple[str, ...], formats: tuple[str, ...], links: Mapping[str, str]
) -> list[ReadCell]:
    """Return the cells of a sheet that hold something, row by row.

    Raises:
        ReadError: a cell outside the grid, twice, of an unknown kind, or a number that is none; `where` names file and
            part.
    """
    found: dict[tuple[int, int], ReadCell] = {}
    masters: dict[str, tuple[str, str]] = {}
    for item in root.iter(f"{S}c"):
        place = parse_reference(item.get("r") or "")
        if place is None or not (0 < place.first_row <= _LAST_ROW and place.first_column <= _LAST_COLUMN):
            raise _error(where, f"has a cell at {item.get('r')!r}")
        spot = (place.first_row, place.first_column)
        if spot in found:
            raise _error(where, f"holds the cell {item.get('r')} twice")
        cell = _cell(item, address(*spot), where, strings, formats, masters)
        if cell is not None:
            link = links.get(cell[0].address)
            found[spot] = ReadCell(*spot, cell[1], replace(cell[0], link=link), cell[2])
        if len(found) > MAX_CELLS:
            raise _error(where, f"holds more than {MAX_CELLS} cells")
    return [found[spot] for spot in sorted(found)]


def _cell(
    item: _Element,
    at: str,
    where: str,
    strings: tuple[str, ...],
    formats: tuple[str, ...],
    masters: dict[str, tuple[str, str]],
) -> tuple[SheetCell, str, bool] | None:
    style = whole(item.get("s") or "0", where)
    code = formats[style] if style < len(formats) else "General"
    formula = _formula(item, at, masters)
    stored = item.find(f"{S}v")
    raw = None if stored is None else stored.text or ""
    kind = item.get("t") or "n"
    if kind == "inlineStr":
        inline = item.find(f"{S}is")
        text = "" if inline is None else _rich(inline)
        return SheetCell(at, text, formula, code), display_text(text, code), False
    if raw is None or (raw == "" and kind != "str"):
        return None if formula is None else (SheetCell(at, None, formula, code), "", False)
    if kind == "s":
        index = whole(raw, where)
        if index >= len(strings):
            raise _error(where, f"{at} shows the shared text {index}, and there are {len(strings)}")
        return SheetCell(at, strings[index], formula, code), display_text(strings[index], code), False
    if kind == "str":
        return SheetCell(at, raw, formula, code), display_text(raw, code), False
    if kind == "b":
        return SheetCell(at, raw == "1", formula, code), "TRUE" if raw == "1" else "FALSE", False
    if kind == "e":
        return SheetCell(at, raw, formula, code), raw, True
    if kind not in ("n", "d"):
        raise _error(where, f"{at} is of the unknown kind {kind!r}")
    if kind == "d":
        return SheetCell(at, raw, formula, code), raw, False
    value = number(raw, f"{where}: {at}")
    return SheetCell(at, value, formula, code), display(value, code), False


def _formula(item: _Element, at: str, masters: dict[str, tuple[str, str]]) -> str | None:
    """Return a cell's formula; of a shared one, the master's moved to this cell."""
    element = item.find(f"{S}f")
    if element is None:
        return None
    text = element.text or ""
    if element.get("t") != "shared":
        return text or None
    key = element.get("si") or ""
    if text:
        masters[key] = (text, at)
        return text
    if key not in masters:
        return None
    from openpyxl.formula.translate import Translator, TranslatorError

    master, origin = masters[key]
    try:
        return str(Translator(f"={master}", origin).translate_formula(at)).removeprefix("=")
    except TranslatorError:
        return "#REF!"  # it points outside the grid: so does the program's


def _rich(item: _Element) -> str:
    """Return the characters of a text with runs; phonetic runs (`rPh`) are not part of it."""
    parts = [
        piece.text or ""
        for piece in item.iter(f"{S}t")
        if (parent := piece.getparent()) is None or parent.tag != f"{S}rPh"
    ]
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), "".join(parts))


def comments(root: _Element) -> Iterator[tuple[str, str]]:
    """Yield the address and the text of every comment."""
    for item in root.iter(f"{S}comment"):
        text = item.find(f"{S}text")
        if text is not None:
            yield item.get("ref") or "", _rich(text)


def number(text: str, where: str) -> Fraction:
    """Return a stored number exactly as its digits say."""
    found = stored_number(text)
    if found is None:
        raise _error(where, f"{text[:40]!r} is no number")
    return found


def whole(text: str | None, where: str) -> int:
    """Return an index or a count that a part states."""
    if text is None or not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise _error(where, f"{(text or '')[:40]!r} is no index")
    return int(text)


def _error(where: str, cause: str) -> ReadError:
    return ReadError(f"{where} {cause}\n    hint: build the report again, or open and save the file")
