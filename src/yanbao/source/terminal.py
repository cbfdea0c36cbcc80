"""The layout of a table that was pasted from a terminal: where its header is, where it ends, what its columns are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from yanbao.errors import SourceError
from yanbao.source.days import parse_day
from yanbao.source.fields import CODE_HEADS, DAY_HEADS, NAME_HEADS, Field, parse_field, plain
from yanbao.source.header import column_names
from yanbao.source.mapping import Reading
from yanbao.source.reader import format_of

Shape = Literal["fields", "long", "codes across", "series"]

FOOTERS: Final = ("数据来源", "资料来源", "来源：", "来源:", "注：", "注:", "Source")
_VENDORS: Final = (
    ("wind", "Wind"),
    ("万得", "Wind"),
    ("ifind", "iFinD"),
    ("同花顺", "iFinD"),
    ("choice", "Choice"),
    ("东方财富", "Choice"),
)
SUMMARY: Final = ("合计", "总计", "平均", "平均值", "算术平均", "整体法", "中位数", "中值", "最大值", "最小值")
_HEAD_ROWS: Final = 30  # a header stands within the first rows, or this is no table of a terminal
_CODE: Final = re.compile(
    r"(?:\d{6}\.(?:SH|SZ|BJ|SI|CSI|CI|NQ|OC|XSHG|XSHE)|(?:SH|SZ|BJ|sh\.|sz\.|bj\.)\d{6}|\d{4,5}\.HK|[A-Z]{1,5}\.(?:US|O|N)|\d{6})"
)
CODE_IN: Final = re.compile(
    r"(?<![\dA-Za-z.])(\d{6}\.(?:SH|SZ|BJ|SI|CSI|CI)|\d{4,5}\.HK|[A-Z]{1,5}\.(?:US|O|N))(?![A-Za-z])"
)
_MOST_HEADS: Final = 4


@dataclass(frozen=True)
class Layout:
    """A table in a sheet or a text file.

    `shape`: `fields` has a security a row and fields across, `long` a security and day a row, `codes across` days down
    and securities across, `series` the days of one thing (a security named in the title, or series of the economy).
    `context` holds what the title says: a day, a unit, an adjustment, a code.
    """

    path: Path
    reading: Reading
    shape: Shape
    code: str | None  # the columns, as the reader names them
    name: str | None
    day: str | None
    fields: tuple[Field, ...]
    title: str
    context: Field
    codes: tuple[str, ...]  # cells of the code column
    security: str | None  # the code that the title names
    vendor: str  # whose terminal it is, by its footer or title: Wind, iFinD, Choice; else `terminal`
    frequency: str = ""  # of series: 日, 月, 季, 年

    @property
    def sheet(self) -> str | None:
        """The sheet it stands in."""
        return self.reading.sheet


def layouts(path: Path) -> list[Layout]:
    """Return the tables of a file, one a sheet; sheets without one are left out.

    Raises:
        SourceError: the file can't be read, or holds no table that is known from a terminal.
    """
    kind = format_of(path, Reading())
    found: list[Layout] = []
    if kind == "excel":
        from yanbao.source.excel_file import as_text, sheet_cells, sheet_names, spread

        for sheet in sheet_names(path):
            cells, merged = sheet_cells(path, sheet)
            texts = [[as_text(cell) for cell in row] for row in cells]
            rows = [(number, spread(row, number, merged)) for number, row in enumerate(texts, 1)]
            layout = _layout(path, rows, Reading(format="excel", sheet=sheet))
            found += [layout] if layout else []
    elif kind == "csv":
        from yanbao.source.csv_file import records, sniff_delimiter, text_facts

        encoding = text_facts(path).encoding
        # title rows have no delimiter: the row that has most of it tells
        delimiter = max((sniff_delimiter(path, encoding, row) for row in range(1, 8)), key=_wide(path, encoding))
        layout = _layout(path, list(records(path, encoding, delimiter)), Reading(format="csv", delimiter=delimiter))
        found += [layout] if layout else []
    if not found:
        raise SourceError(
            f"{path}: holds no table that is known from a terminal\n"
            "    hint: a header with 证券代码 or 日期 is looked for; write a mapping by hand"
        )
    return found


def _wide(path: Path, encoding: str) -> Callable[[str], int]:
    with path.open(encoding=encoding, newline="") as file:
        text = "".join(line for _, line in zip(range(50), file, strict=False))
    return text.count


def _layout(path: Path, rows: list[tuple[int, list[str]]], reading: Reading) -> Layout | None:
    filled = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
    found = _body(filled)
    if found is None:
        return None
    head, start = found
    width = max(len(row) for _, row in filled[head:])
    heads = filled[head:start]
    names = column_names([row for _, row in heads], width)
    body: list[list[str]] = []
    footer = ""
    for _, row in filled[start:]:
        if next(cell for cell in row if cell.strip()).strip().startswith(FOOTERS):
            footer = " ".join(cell.strip() for cell in row if cell.strip())
            break
        body.append([*row, *[""] * (width - len(row))])
    title = " ".join(cell.strip() for _, row in filled[:head] for cell in row if cell.strip())
    context = parse_field("|" + "|".join(re.split(r"\s+", title))) if title else parse_field("")
    codes = _column(names, body, CODE_HEADS, lambda text: bool(_CODE.fullmatch(text) or text.isdigit()))
    days = _column(names, body, DAY_HEADS, lambda text: parse_day(text) is not None, skip=codes)
    across = [name for index, name in enumerate(names) if index != days and CODE_IN.search(name)]
    security = match[1] if (match := CODE_IN.search(title)) else None
    shape: Shape
    if codes is not None:
        shape = "long" if days is not None else "fields"
    elif days is not None:
        shape = "codes across" if len(across) > 0 and len(across) >= (len(names) - 1) / 2 else "series"
    else:
        return None
    label = _named(names, NAME_HEADS)
    special = {codes, days, label}
    fields = tuple(parse_field(name) for index, name in enumerate(names) if index not in special)
    if shape == "codes across":
        fields = tuple(field for field in fields if CODE_IN.search(field.column))
    kept = reading.model_copy(
        update={"header": tuple(number for number, _ in heads), "footer": FOOTERS if footer else ()}
    )
    return Layout(
        path,
        kept,
        shape,
        names[codes] if codes is not None else None,
        names[label] if label is not None else None,
        names[days] if days is not None else None,
        fields,
        title,
        context,
        tuple(row[codes].strip() for row in body) if codes is not None else (),
        security,
        _vendor(f"{footer} {title} {' '.join(names)}"),
        next((row[1].strip() for _, row in heads if len(row) > 1 and row[0].strip() == "频率"), ""),
    )


def _vendor(text: str) -> str:
    return next((vendor for mark, vendor in _VENDORS if mark in text.lower()), "terminal")


def _body(rows: list[tuple[int, list[str]]]) -> tuple[int, int] | None:
    """Return where the header begins and where the rows below it begin, as places in `rows`."""
    for place, (_, row) in enumerate(rows[:_HEAD_ROWS]):
        cells = [plain(cell) for cell in row]
        bare = [re.split(r"[\[(]", cell, maxsplit=1)[0] for cell in cells]
        heads = [index for index, cell in enumerate(bare) if cell in (*CODE_HEADS, *DAY_HEADS, "指标名称")]
        across = sum(bool(CODE_IN.fullmatch(cell.strip())) for cell in row)
        if not heads and across < 2 and not (across and not row[0].strip()):
            continue
        index = heads[0] if heads else 0
        for below in range(place + 1, min(place + 1 + _MOST_HEADS, len(rows))):
            cell = rows[below][1][index].strip() if index < len(rows[below][1]) else ""
            if _CODE.fullmatch(cell) or (cell.isdigit() and len(cell) <= 8) or parse_day(cell) is not None:
                return place, below
    return None


def _named(names: list[str], heads: tuple[str, ...]) -> int | None:
    for index, name in enumerate(names):
        if any(plain(re.split(r"[\[(（]", part, maxsplit=1)[0]) in heads for part in name.split("|")):
            return index
    return None


def _column(
    names: list[str],
    body: list[list[str]],
    heads: tuple[str, ...],
    holds: Callable[[str], bool],
    skip: int | None = None,
) -> int | None:
    """The column that is called so and whose cells are of the kind; else the first column where nearly all are."""
    order = [_named(names, heads), 0]
    for index in dict.fromkeys(order):
        if index is None or index == skip:
            continue
        cells = [row[index].strip() for row in body if row[index].strip()]
        cells = [cell for cell in cells if cell.strip("：: ") not in SUMMARY]
        if cells and sum(holds(cell) for cell in cells) >= 0.8 * len(cells):
            return index
    return None
