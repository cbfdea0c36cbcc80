"""An evidence table as a sheet: the home of every sourced fact, with its unit, origin, line and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from yanbao.fact.fact import Fact, Source
from yanbao.render.xlsx import number_format
from yanbao.render.xlsx.exhibit_sheet import HEAD_ROW, put_top
from yanbao.render.xlsx.grid import Cell, Fixed, Look, Sheet, Shown, Words
from yanbao.render.xlsx.words import day


def evidence_sheet(
    dataset: str, facts: Iterable[Fact], name: str, index: str, own: Mapping[str, str], language: str
) -> Sheet:
    """Return the sheet of one dataset: its rows and columns as in its file, units under the headers."""
    sheet = Sheet(name, role="evidence")
    cells = _place(facts)
    rows = _rows(cells)
    columns = list(dict.fromkeys(column for _, column in cells))
    sources = [_source(fact) for fact in cells.values()]
    put_top(sheet, own["workspace"] if dataset == "workspace" else f"{own['data']}　{dataset}", index, own)
    sheet.put(1, 0, Words(_provenance(sources, own, language), Look("muted")))
    with_rows = len({_subject(cells, row) for row in rows}) < len(rows)
    first = 2 if with_rows else 1
    units = {column: _units(cells, column) for column in columns}
    _heads(sheet, cells, columns, units, own, first)
    extra = ["file_line", "origin_line"]
    extra += ["origin"] if len({source.origin for source in sources}) > 1 else []
    extra += ["as_of"] if len({source.as_of for source in sources}) > 1 else []
    row_number = HEAD_ROW + 1
    for row in rows:
        row_number += 1
        sheet.put(row_number, 0, Words(_subject(cells, row), Look("label", wrap=True)))
        if with_rows:
            sheet.put(row_number, 1, Words(row, Look("label")))
        for at, column in enumerate(columns, first):
            fact = cells.get((row, column))
            sheet.put(row_number, at, _cell(fact, len(units[column]) > 1) if fact else Words("", Look()))
        found = [_source(cells[row, column]) for column in columns if (row, column) in cells]
        for at, key in enumerate(extra, first + len(columns)):
            sheet.put(row_number, at, _where(key, found, language))
    for at, key in enumerate(extra, first + len(columns)):
        align = "right" if key.endswith("line") else "left"
        sheet.put(HEAD_ROW, at, Words(own[key], Look("head", align, wrap=True)))  # type: ignore[arg-type]
        sheet.put(HEAD_ROW + 1, at, Words("", Look("unit")))
    sheet.fit(HEAD_ROW)
    sheet.header_rows = (HEAD_ROW, HEAD_ROW + 1)
    sheet.frozen = (HEAD_ROW + 2, first)
    sheet.filtered = (HEAD_ROW + 1, 0, row_number, first + len(columns) + len(extra) - 1)
    return sheet


_Cells = dict[tuple[str, str], Fact]


def _place(facts: Iterable[Fact]) -> _Cells:
    cells: _Cells = {}
    for fact in facts:
        source = _source(fact)
        column, again = source.column, 0
        while (source.row, column) in cells:  # a file may hold several facts in one cell: each gets a column
            again += 1
            column = f"{source.column}\n{again}"
        cells[source.row, column] = fact
    return cells


def _source(fact: Fact) -> Source:
    assert isinstance(fact.lineage, Source)
    return fact.lineage


def _rows(cells: _Cells) -> list[str]:
    lines: dict[str, int] = {}
    for (row, _), fact in cells.items():
        line = _source(fact).file_line
        lines[row] = min(line, lines.get(row, line))
    return sorted(lines, key=lambda row: lines[row])


def _subject(cells: _Cells, row: str) -> str:
    return next(fact.subject for (at, _), fact in cells.items() if at == row)


def _units(cells: _Cells, column: str) -> list[str]:
    found = [
        number_format.symbol(fact.quantity.unit)
        for (_, at), fact in cells.items()
        if at == column and fact.quantity is not None
    ]
    return list(dict.fromkeys(found))


def _heads(
    sheet: Sheet, cells: _Cells, columns: list[str], units: dict[str, list[str]], own: Mapping[str, str], first: int
) -> None:
    sheet.put(HEAD_ROW, 0, Words(own["subject"], Look("head")))
    sheet.put(HEAD_ROW + 1, 0, Words("", Look("unit")))
    if first == 2:
        sheet.put(HEAD_ROW, 1, Words("", Look("head")))
        sheet.put(HEAD_ROW + 1, 1, Words("", Look("unit")))
    for at, column in enumerate(columns, first):
        fact = next(fact for (_, found), fact in cells.items() if found == column)
        align = "left" if fact.text is not None else "right"
        sheet.put(HEAD_ROW, at, Words(fact.metric, Look("head", align, wrap=True)))  # type: ignore[arg-type]
        unit = units[column][0] if len(units[column]) == 1 else ""
        sheet.put(HEAD_ROW + 1, at, Words(unit, Look("unit", align)))  # type: ignore[arg-type]


def _cell(fact: Fact, with_unit: bool) -> Cell:
    if fact.quantity is not None:
        code = number_format.of_quantity(fact.quantity, with_unit=with_unit)
        text = f"{float(fact.quantity.value):,.{number_format.places(fact.quantity)}f}%"
        return Shown(fact.id, Look("input", "right", code), home=True, text=text)
    if fact.text is not None:
        return Shown(fact.id, Look("body", wrap=True), home=True, text=fact.text)
    return Words("—", Look("missing", "right"), comment=fact.missing, fact=fact.id)


def _where(key: str, sources: list[Source], language: str) -> Cell:
    """Return where the facts of a row come from, one answer a column."""
    if key == "origin":
        return Words("；".join(dict.fromkeys(source.origin for source in sources)), Look("body", wrap=True))
    if key == "as_of":
        days = dict.fromkeys(day(source.as_of, language) for source in sources if source.as_of)
        return Words("、".join(days), Look("body"))
    found = [source.file_line if key == "file_line" else source.origin_line for source in sources]
    lines = list(dict.fromkeys(line for line in found if line is not None))
    if len(lines) == 1:
        return Fixed(Fraction(lines[0]), Look("body", "right", "0"))
    return Words("、".join(map(str, lines)), Look("body", "right"))


def _provenance(sources: list[Source], own: Mapping[str, str], language: str) -> str:
    files = dict.fromkeys(source.file for source in sources)
    origins = dict.fromkeys(source.origin for source in sources)
    days = dict.fromkeys(day(source.as_of, language) for source in sources if source.as_of)
    colon, gap = ("：", "　") if language == "zh" else (": ", "   ")
    between = "；" if language == "zh" else "; "
    parts = [f"{own['file']}{colon}{between.join(files)}", f"{own['origin']}{colon}{between.join(origins)}"]
    if len(days) == 1:
        space = "" if language == "zh" else " "
        parts.append(f"{own['as_of']}{space}{between.join(days)}")
    return gap.join(parts)
