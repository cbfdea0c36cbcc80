"""An evidence table as a sheet: the home of every sourced fact, with its unit, origin, line and day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from yanbao.fact.fact import Fact, Source
from yanbao.quantity.english import unit_label
from yanbao.quantity.unit import NONE
from yanbao.render.xlsx import number_format
from yanbao.render.xlsx.exhibit_sheet import HEAD_ROW, put_top
from yanbao.render.xlsx.grid import Align, Cell, Fixed, Look, Sheet, Shown, Words
from yanbao.render.xlsx.homes import WORKSPACE
from yanbao.render.xlsx.words import day

_LIST = ("subject", "metric", "value", "unit", "origin", "file", "file_line")

_Cells = dict[tuple[str, str], Fact]  # (row, column) of the evidence file


def evidence_sheet(
    dataset: str, facts: Iterable[Fact], name: str, index: str, own: Mapping[str, str], language: str
) -> Sheet:
    """Return the sheet of one dataset: the rows and columns of its file, then what its other files hold as a list."""
    sheet = Sheet(name, role="evidence")
    found = list(facts)
    files = Counter(_source(fact).file for fact in found)
    main = None if dataset == WORKSPACE else files.most_common(1)[0][0]
    put_top(sheet, own["workspace"] if dataset == WORKSPACE else own["gap"].join((own["data"], dataset)), index, own)
    sheet.put(1, 0, Words(_provenance([_source(fact) for fact in found], own, language), Look("muted")))
    inside = [fact for fact in found if _source(fact).file == main and _source(fact).row]
    outside = [fact for fact in found if _source(fact).file != main or not _source(fact).row]
    row = _Table(sheet, inside, own, language).write() + 2 if inside else HEAD_ROW
    if outside:
        _list(sheet, row, outside, own, language)
    if not inside:
        sheet.header_rows, sheet.frozen = (HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, 0)
    sheet.fit(HEAD_ROW)
    return sheet


def _source(fact: Fact) -> Source:
    assert isinstance(fact.lineage, Source)
    return fact.lineage


class _Table:
    """The facts of one file in its rows and columns, the rows in the file's order."""

    def __init__(self, sheet: Sheet, facts: Sequence[Fact], own: Mapping[str, str], language: str) -> None:
        self._sheet, self._own, self._language = sheet, own, language
        cells = self._cells = _placed(facts)
        self._rows = _rows(cells)
        columns = list(dict.fromkeys(column for _, column in cells))
        self._sources: dict[str, list[Source]] = {}
        subjects: dict[str, str] = {}
        for (row, _), fact in cells.items():
            subjects.setdefault(row, fact.subject)
            self._sources.setdefault(row, []).append(_source(fact))
        self._subjects = subjects
        self._numbers = dict.fromkeys(columns, True)
        for (_, column), fact in cells.items():
            self._numbers[column] &= fact.text is None
        # the file's own key column says what the rows are about: it is the first one, and no other repeats it
        self._key = next((column for column in columns if self._is_key(column)), None)
        self._with_ids = self._key is None and len(set(subjects.values())) < len(subjects)
        self._columns = [column for column in columns if column != self._key]
        self._metrics = {column: fact.metric for (_, column), fact in cells.items()}
        called: dict[str, set[str]] = {}
        for column, metric in self._metrics.items():
            called.setdefault(metric, set()).add(_in_file(column))
        self._ambiguous = {metric for metric, names in called.items() if len(names) > 1}
        self._first = 2 if self._with_ids else 1
        self._units = {column: _units(cells, column, language) for column in self._columns}
        sources = [_source(fact) for fact in facts]
        # an origin with one line a column gives its lines in the head, any other one in each row
        lines = {column: _lines(fact for (_, at), fact in cells.items() if at == column) for column in self._columns}
        by_column = all(len(found) <= 1 for found in lines.values())
        self._lines = lines if by_column and len({tuple(found) for found in lines.values()}) > 1 else {}
        self._last_head = HEAD_ROW + (2 if self._lines else 1)
        self._extra = ["file_line"] if self._lines else ["file_line", "origin_line"]
        self._extra += ["origin"] if len({source.origin for source in sources}) > 1 else []
        self._extra += ["as_of"] if len({source.as_of for source in sources}) > 1 else []

    def _is_key(self, column: str) -> bool:
        found = {row: fact for (row, at), fact in self._cells.items() if at == column}
        whole = len(found) == len(self._rows) or all(_source(fact).of_model for fact in found.values())
        return whole and all(fact.text == self._subjects[row] for row, fact in found.items())

    def write(self) -> int:
        """Set the cells and return the last row."""
        self._heads()
        at = self._last_head
        for row in self._rows:
            at += 1
            self._row(at, row)
        sheet = self._sheet
        sheet.header_rows = (HEAD_ROW, self._last_head)
        sheet.frozen = (self._last_head + 1, self._first)
        sheet.filtered = (self._last_head, 0, at, self._first + len(self._columns) + len(self._extra) - 1)
        return at

    def _heads(self) -> None:
        self._head(0, self._own["subject"] if self._key is None else self._label(self._key), "", "left")
        if self._with_ids:
            self._head(1, "", "", "left")
        for at, column in enumerate(self._columns, self._first):
            unit = self._units[column][0] if len(self._units[column]) == 1 else ""
            self._head(at, self._label(column), unit, "right" if self._numbers[column] else "left")
        for at, name in enumerate(self._extra, self._first + len(self._columns)):
            self._head(at, self._own[name], "", "right" if name.endswith("line") else "left")
        if self._lines:
            for at in range(self._first + len(self._columns) + len(self._extra)):
                self._sheet.put(self._last_head, at, Words("" if at else self._own["origin_line"], Look("unit")))
            for at, column in enumerate(self._columns, self._first):
                for line in self._lines[column]:
                    align: Align = "right" if self._numbers[column] else "left"
                    self._sheet.put(self._last_head, at, Fixed(Fraction(line), Look("unit", align, "0")))

    def _label(self, column: str) -> str:
        """Return a column's label, with its name in the file where another column is labelled alike."""
        metric = self._metrics[column]
        return f"{metric} [{_in_file(column)}]" if metric in self._ambiguous else metric

    def _head(self, column: int, label: str, unit: str, align: Align) -> None:
        self._sheet.put(HEAD_ROW, column, Words(label, Look("head", align, wrap=True)))
        self._sheet.put(HEAD_ROW + 1, column, Words(unit, Look("unit", align)))

    def _row(self, at: int, row: str) -> None:
        sheet = self._sheet
        look = Look("label", wrap=True)
        key = self._cells.get((row, self._key)) if self._key is not None else None
        subject = self._subjects[row]
        sheet.put(at, 0, Words(subject, look) if key is None else Shown(key.id, look, home=True, text=subject))
        if self._with_ids:
            sheet.put(at, 1, Words(row, Look("label")))
        for number, column in enumerate(self._columns, self._first):
            fact = self._cells.get((row, column))
            align: Align = "right" if self._numbers[column] else "left"
            several = len(self._units[column]) > 1
            unit = fact.quantity.unit if several and fact and fact.quantity else NONE
            suffix = number_format.behind(unit, self._language)
            sheet.put(at, number, _cell(fact, suffix, align) if fact else Words("", Look()))
        for number, name in enumerate(self._extra, self._first + len(self._columns)):
            sheet.put(at, number, _where(name, self._sources[row], self._own, self._language))


def _list(sheet: Sheet, row: int, facts: Iterable[Fact], own: Mapping[str, str], language: str) -> None:
    """Set the facts that stand in no table, one a row, in the order of their files."""
    for at, key in enumerate(_LIST):
        align: Align = "right" if key in ("value", "file_line") else "left"
        sheet.put(row, at, Words(own[key], Look("head", align, wrap=True)))
    for fact in sorted(facts, key=lambda fact: (_source(fact).file, _source(fact).file_line)):
        row += 1
        source = _source(fact)
        unit = number_format.shown_unit(fact.quantity.unit, language) if fact.quantity else ""
        sheet.row(
            row,
            [
                Words(fact.subject, Look("label", wrap=True)),
                Words(fact.metric, Look("body", wrap=True)),
                _cell(fact),
                Words(unit, Look("body")),
                Words(source.origin, Look("body", wrap=True)),
                Words(source.file, Look("body")),
                Fixed(Fraction(source.file_line), Look("body", "right", "0")),
            ],
        )


def _placed(facts: Iterable[Fact]) -> _Cells:
    cells: _Cells = {}
    for fact in facts:
        source = _source(fact)
        column, again = source.column, 0
        while (source.row, column) in cells:  # a file may hold several facts in one cell: each gets a column
            again += 1
            column = f"{source.column}\n{again}"
        cells[source.row, column] = fact
    return cells


def _in_file(column: str) -> str:
    return column.partition("\n")[0]


def _rows(cells: _Cells) -> list[str]:
    """Return the rows in the order of the file; those of a model, whose lines hold many periods each, by period."""
    if all(_source(fact).of_model for fact in cells.values()):
        own = {row: fact.period for (row, _), fact in cells.items() if fact.subject == row}  # not a step of a view
        ends = {row: period.end if (period := own.get(row)) else date.max for row, _ in cells}
        return sorted(ends, key=lambda row: ends[row])
    lines: dict[str, int] = {}
    for (row, _), fact in cells.items():
        line = _source(fact).file_line
        lines[row] = min(line, lines.get(row, line))
    return sorted(lines, key=lambda row: lines[row])


def _units(cells: _Cells, column: str, language: str) -> list[str]:
    found = [
        unit_label(fact.quantity.unit, language)
        for (_, at), fact in cells.items()
        if at == column and fact.quantity is not None
    ]
    return list(dict.fromkeys(found))


def _lines(facts: Iterable[Fact]) -> list[int]:
    lines = {_source(fact).origin_line for fact in facts}
    return sorted(line for line in lines if line is not None)


def _cell(fact: Fact, suffix: str = "", align: Align = "right") -> Cell:
    if fact.quantity is not None:
        code = number_format.of_quantity(fact.quantity, suffix=suffix)
        text = f"{float(fact.quantity.value):,.{number_format.places(fact.quantity)}f}%"
        return Shown(fact.id, Look("input", "right", code), home=True, text=text)
    if fact.text is not None:
        return Shown(fact.id, Look("body", wrap=True), home=True, text=fact.text)
    return Words("—", Look("missing", align), comment=fact.missing, fact=fact.id)


def _where(key: str, sources: list[Source], own: Mapping[str, str], language: str) -> Cell:
    """Return where the facts of a row come from, one answer a column."""
    if key == "origin":
        return Words(own["semicolon"].join(_origins(sources)), Look("body", wrap=True))
    if key == "as_of":
        days = dict.fromkeys(day(source.as_of, language) for source in sources if source.as_of)
        return Words(own["list"].join(days), Look("body"))
    found = [source.file_line if key == "file_line" else source.origin_line for source in sources]
    lines = sorted({line for line in found if line is not None})
    if len(lines) == 1:
        return Fixed(Fraction(lines[0]), Look("body", "right", "0"))
    return Words(own["list"].join(map(str, lines)), Look("body", "right"))


def _origins(sources: Iterable[Source]) -> list[str]:
    return list(dict.fromkeys(source.origin for source in sources if source.origin))


def _provenance(sources: list[Source], own: Mapping[str, str], language: str) -> str:
    files = Counter(source.file for source in sources)
    days = dict.fromkeys(day(source.as_of, language) for source in sources if source.as_of)
    colon, gap, between = own["colon"], own["gap"], own["semicolon"]
    parts = [f"{own['file']}{colon}{between.join(file for file, _ in files.most_common())}"]
    if origins := _origins(sources):
        parts.append(f"{own['origin']}{colon}{between.join(origins)}")
    if len(days) == 1:
        space = "" if language == "zh" or own["as_of"].endswith(" ") else " "
        parts.append(f"{own['as_of']}{space}{between.join(days)}")
    return gap.join(parts)
