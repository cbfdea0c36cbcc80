"""Evidence folder -> tables and sourced facts, with every mistake at its file and line."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

from yanbao.errors import FormulaError, Mistake, QuantityError
from yanbao.evidence.from_store import Answer, StoreTables, asks_store, kept_answer
from yanbao.evidence.sidecar import Bilingual, CellSpec, ColumnSpec, Origin, Sidecar
from yanbao.evidence.table import Column, Evidence, Pending, Table
from yanbao.fact.fact import Fact, Source
from yanbao.formula import Expr, parse
from yanbao.memory import remembered
from yanbao.quantity import Quantity, Unit, approximation_word, parse_period, parse_quantity, parse_unit
from yanbao.source.toml_file import key_lines, parse_toml, read_text

MAX_CELLS = 200_000
MAX_DIGITS = 60  # of one number
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")
_BAD_KEY = re.compile(r"[{}\[\]@\n\r\t]")
_BEHIND = re.compile(r"(?:[及或]?以[上下内]|左右|上下|出头)$")  # words that stand behind a number's unit
_YES, _NO = frozenset("√✓是"), frozenset("×✗xX否")
LINE = "line"  # the column that gives each row's line in the origin


def load_tables(
    folder: Path, names: list[str], origins: dict[str, Origin], language: str, market: StoreTables | None = None
) -> tuple[Evidence, list[Pending]]:
    """Read the tables `names` of an evidence folder; `market` answers those that ask a store.

    Without `market` the folder is that of a build's inputs, where each answer stands beside its question.

    Returns the evidence with its sourced facts, and the cells that are still to be computed. Mistakes are collected
    in `Evidence.mistakes`: a table with any is left out.
    """
    evidence = Evidence({}, {})
    pending: list[Pending] = []
    for name in names:
        reader = _Reader(folder, name, origins, language, market)
        table = reader.read()
        evidence.mistakes += reader.mistakes
        evidence.kept |= reader.kept
        if market is not None and name in market.gaps:
            evidence.gaps[name] = market.gaps[name]
        elif table is None:
            evidence.refused.add(name)
        else:
            evidence.tables[name] = table
            evidence.facts.update(reader.facts)
            pending += reader.pending
    return evidence, pending


def made_table(
    name: str, toml: str, table: str, origins: dict[str, Origin], language: str
) -> tuple[Evidence, list[Pending]]:
    """Return a table that a build makes and keeps in its inputs, as `load_tables` reads it there, by its texts."""
    reader = _Reader(Path(), name, origins, language, None)
    found = reader.table(toml, table)
    evidence = Evidence({}, reader.facts, reader.mistakes, kept={reader.toml_file: toml, reader.csv_file: table})
    if found is not None:
        evidence.tables[name] = found
    return evidence, reader.pending


class _Reader:
    """Reads one table; collects facts, pending computations and mistakes."""

    def __init__(
        self, folder: Path, name: str, origins: dict[str, Origin], language: str, market: StoreTables | None
    ) -> None:
        self._folder = folder
        self._market = market
        self._name = name
        self._origins = origins
        self._language = language
        self.csv_file = f"evidence/{name}.csv"
        self.toml_file = f"evidence/{name}.toml"
        self.mistakes: list[Mistake] = []
        self.facts: dict[str, Fact] = {}
        self.pending: list[Pending] = []
        self.kept: dict[str, str] = {}

    def read(self) -> Table | None:
        sidecar_text = read_text(self._folder / f"{self._name}.toml", self.toml_file, self.mistakes)
        asks = sidecar_text is not None and asks_store(key_lines(sidecar_text))
        csv_text = None
        if not asks or self._market is None:
            csv_text = read_text(self._folder / f"{self._name}.csv", self.csv_file, self.mistakes)
        if sidecar_text is None or (csv_text is None and not asks):
            return None
        if not asks:
            assert csv_text is not None
            return self.table(sidecar_text, csv_text)
        answer = self._answer(sidecar_text, csv_text)
        if answer is None:
            return None
        return self._remembered(answer.sidecar, answer.toml, answer.csv, answer.coverage, is_listed=answer.is_listed)

    def table(self, sidecar_text: str, csv_text: str) -> Table | None:
        """Return the table of a sidecar and its CSV."""
        sidecar = parse_toml(sidecar_text, self.toml_file, Sidecar, self.mistakes)
        return None if sidecar is None else self._remembered(sidecar, sidecar_text, csv_text)

    def _remembered(
        self,
        sidecar: Sidecar,
        sidecar_text: str,
        csv_text: str,
        coverage: Bilingual | None = None,
        *,
        is_listed: bool = False,
    ) -> Table | None:
        made_from = (self._name, self._language, self._origins, sidecar_text, csv_text)
        made = remembered(
            "evidence table", made_from, lambda: self._made(sidecar, sidecar_text, csv_text, coverage, is_listed)
        )
        if made is None:
            return None
        table, self.facts, self.pending = made
        return table

    def _made(
        self, sidecar: Sidecar, sidecar_text: str, csv_text: str, coverage: Bilingual | None, is_listed: bool
    ) -> tuple[Table, dict[str, Fact], list[Pending]] | None:
        records = self._records(csv_text)
        if not records:
            return None
        table = self._table(sidecar, key_lines(sidecar_text), records)
        if table is None:
            return None
        table.coverage, table.is_listed = coverage, is_listed
        self._cells(table, records)
        return (table, self.facts, self.pending) if not self.mistakes else None

    def _answer(self, toml: str, table: str | None) -> Answer | None:
        """Return what a store says to the table's question: asked now, or as a build kept it."""
        if self._market is None:
            return None if table is None else kept_answer(self.toml_file, toml, table, self.mistakes)
        if (self._folder / f"{self._name}.csv").exists():
            hint = f"drop it, or drop [store] from {self.toml_file}: one of them would go stale unseen"
            self._csv_mistake(1, "", "stands beside a sidecar that asks the store", hint)
        answer = self._market.answer(self._name, toml, self.mistakes)
        if answer is not None:
            self.kept = {self.csv_file: answer.csv, self.toml_file: answer.toml}
        return answer

    def _records(self, text: str) -> list[tuple[int, list[str]]]:
        """Return header and rows with their line in the file."""
        reader = csv.reader(io.StringIO(text), strict=True)
        records: list[tuple[int, list[str]]] = []
        start = 1
        try:
            for record in reader:
                if any(cell.strip() for cell in record):
                    records.append((start, [cell.strip() for cell in record]))
                start = reader.line_num + 1
        except csv.Error as error:
            self._csv_mistake(start, "", f"is not CSV: {error}", "quote cells that hold commas or quotes")
            return []
        if len(records) < 2:
            self._csv_mistake(1, "", "has no rows", "the first line holds column ids, the others the rows")
            return []
        if sum(len(record) for _, record in records) > MAX_CELLS:
            self._csv_mistake(1, "", f"has more than {MAX_CELLS:,} cells", "load it into a store instead")
            return []
        width = len(records[0][1])
        for line, record in records[1:]:
            if len(record) != width:
                self._csv_mistake(
                    line, "", f"has {len(record)} cells, the header {width}", "quote cells that hold commas"
                )
        return [] if self.mistakes else records

    def _table(
        self, sidecar: Sidecar, lines: dict[tuple[str, ...], int], records: list[tuple[int, list[str]]]
    ) -> Table | None:
        header = records[0][1]
        for name in header:
            if name != LINE and name not in sidecar.columns:
                near = difflib.get_close_matches(name, list(sidecar.columns), 1)
                hint = f"did you mean `{near[0]}`?" if near else f"add [columns.{name}] to {self.toml_file}"
                self._csv_mistake(1, name, "is not a column of the sidecar", hint)
        for name in {name for name in header if header.count(name) > 1}:
            self._csv_mistake(1, name, "stands twice in the header", "rename one")
        columns: dict[str, Column] = {}
        for name, spec in sidecar.columns.items():
            if name not in header and spec.compute is None and not self._computed_cells(sidecar, name):
                self._toml_mistake(lines, ("columns", name), "is not in the CSV and is not computed", "add one of them")
            try:
                unit = parse_unit(spec.unit) if spec.unit else Unit("")
            except QuantityError as error:
                self._toml_mistake(lines, ("columns", name, "unit"), str(error), "")
                continue
            columns[name] = Column(name, spec, unit)
        if isinstance(sidecar.origin, str) and sidecar.origin not in self._origins:
            known = ", ".join(sorted(self._origins)) or "none"
            self._toml_mistake(
                lines,
                ("origin",),
                f"`{sidecar.origin}` is not an origin of yanbao.toml (known: {known})",
                "add [origins.KEY] there, or write {zh = …, en = …} here; an origin is never invented",
            )
        rows = self._row_keys(sidecar, lines, header, records)
        if self.mistakes:
            return None
        table = Table(self._name, sidecar, columns, header[0], rows, {}, self.csv_file, lines)
        self._row_periods(table, lines)
        return table if not self.mistakes else None

    @staticmethod
    def _computed_cells(sidecar: Sidecar, column: str) -> bool:
        return any(cell.column == column and cell.compute for cell in sidecar.cells)

    def _row_keys(
        self,
        sidecar: Sidecar,
        lines: dict[tuple[str, ...], int],
        header: list[str],
        records: list[tuple[int, list[str]]],
    ) -> list[str]:
        seen: dict[str, int] = {}
        for line, record in records[1:]:
            key = record[0]
            if not key or _BAD_KEY.search(key):
                self._csv_mistake(line, header[0], f"{key!r} cannot be a row's key", "no braces, brackets or @")
            elif key in seen:
                self._csv_mistake(line, header[0], f"{key!r} stands on line {seen[key]} too", "keys must be unique")
            else:
                seen[key] = line
        # rows that only computed cells fill (totals, averages) stand in the sidecar alone
        extra = [name for name in sidecar.rows if name not in seen]
        extra += [cell.row for cell in sidecar.cells if cell.compute and cell.row not in seen and cell.row not in extra]
        for index, cell in enumerate(sidecar.cells):
            if cell.column not in sidecar.columns:
                self._toml_mistake(lines, ("cells", str(index), "column"), f"no column `{cell.column}`", "")
            if cell.row not in seen and cell.row not in extra:
                self._toml_mistake(lines, ("cells", str(index), "row"), f"no row `{cell.row}`", "")
        return [*seen, *dict.fromkeys(extra)]

    def _row_periods(self, table: Table, lines: dict[tuple[str, ...], int]) -> None:
        if table.sidecar.period is None:
            return
        for row in table.body():
            try:
                table.periods[row] = parse_period(row)
            except QuantityError as error:
                self._toml_mistake(lines, ("period",), f"row `{row}` is no period: {error}", "drop `period`")

    def _cells(self, table: Table, records: list[tuple[int, list[str]]]) -> None:
        header = records[0][1]
        origin = self._origin(table.sidecar)
        overrides = {(cell.row, cell.column): (index, cell) for index, cell in enumerate(table.sidecar.cells)}
        by_row = {record[0]: (line, dict(zip(header, record, strict=True))) for line, record in records[1:]}
        for row in table.rows:
            line, record = by_row.get(row, (0, {}))
            row_line = self._origin_line(record.get(LINE, ""), line)
            for column in table.columns.values():
                index, override = overrides.get((row, column.id), (-1, None))
                self._cell(table, row, column, record.get(column.id), line, row_line, index, override, origin)
        for name in table.columns:
            cells = {row: self.facts.get(table.fact_id(row, name)) for row in table.body()}
            table.given[name] = tuple(row for row, fact in cells.items() if fact is not None and fact.quantity)

    def _origin_line(self, text: str, line: int) -> int | None:
        if not text:
            return None
        if not text.isdigit():
            self._csv_mistake(line, LINE, f"{text!r} is not a line number", "")
            return None
        return int(text)

    def _cell(
        self,
        table: Table,
        row: str,
        column: Column,
        text: str | None,
        line: int,
        row_line: int | None,
        index: int,
        override: CellSpec | None,
        origin: str,
    ) -> None:
        spec = column.spec
        own_line = override.line if override else None
        source = Source(
            table.id,
            row,
            column.id,
            table.file if line else self.toml_file,
            line or table.lines.get(("rows", row), table.lines.get(("cells", str(index)), 1)),
            origin,
            own_line or spec.line or row_line,
            table.sidecar.as_of,
        )
        is_total = table.role(row) == "total" or not line
        compute = override.compute if override and override.compute else (None if is_total else spec.compute)
        identifier = table.fact_id(row, column.id)
        if compute is not None:
            where = (
                ("cells", str(index), "compute") if override and override.compute else ("columns", column.id, "compute")
            )
            expr = self._parse(compute, table, where)
            if expr is None:
                return
            printed = None
            if text and text not in spec.missing:
                printed = self._quantity(text, column, line)
            self.pending.append(
                Pending(
                    identifier, table.id, row, column.id, expr, table.lines.get(where, 1), printed, text or None, source
                )
            )
            return
        if text is None:
            if not is_total:
                self._csv_mistake(line, column.id, "has no value", "")
            return
        fact = self._sourced(identifier, table, row, column, text, line, source)
        if fact is not None:
            self.facts[identifier] = fact

    def _sourced(
        self, identifier: str, table: Table, row: str, column: Column, text: str, line: int, source: Source
    ) -> Fact | None:
        spec = column.spec
        subject, metric = self.row_label(table, row), spec.label.get(self._language) or column.id
        period = table.periods.get(row)
        if spec.period is not None:
            try:
                period = parse_period(spec.period)
            except QuantityError as error:
                self._toml_mistake(table.lines, ("columns", column.id, "period"), str(error), "")
        as_of = table.sidecar.as_of
        if not text or text in spec.missing:
            given = spec.missing.get(text)
            reason = (given.get(self._language) or given.zh or given.en or "") if given else ""
            if not reason:
                if spec.kind in ("text",) or column.id == table.key:
                    return Fact(identifier, subject, metric, source, text=text, period=period, as_of=as_of)
                reason = "未披露" if self._language == "zh" else "not disclosed"
            return Fact(identifier, subject, metric, source, missing=reason, period=period, as_of=as_of)
        if spec.kind == "mark":
            if text not in _YES | _NO:
                self._csv_mistake(line, column.id, f"{text!r} is neither a tick nor a cross", "√ × ✓ X or a `missing`")
                return None
            mark = "✓" if text in _YES else "✗"
            return Fact(identifier, subject, metric, source, text=mark, period=period, as_of=as_of)
        if spec.kind in ("text", "date") or column.id == table.key:
            return Fact(identifier, subject, metric, source, text=text, period=period, as_of=as_of)
        quantity = self._quantity(text, column, line)
        if quantity is None:
            return None
        word = approximation(text, column.unit)
        return Fact(
            identifier, subject, metric, source, quantity=quantity, period=period, as_of=as_of, approximation=word
        )

    def row_label(self, table: Table, row: str) -> str:
        spec = table.sidecar.rows.get(row)
        label = spec.label.get(self._language) if spec and spec.label else None
        return label or row

    def _quantity(self, text: str, column: Column, line: int) -> Quantity | None:
        try:
            return read_quantity(text, column.unit, column.spec)
        except (QuantityError, InvalidOperation) as error:
            self._csv_mistake(
                line,
                column.id,
                f"{text[:MAX_DIGITS]!r}: {error}",
                "digits as printed; list words for missing under `missing`",
            )
            return None

    def _origin(self, sidecar: Sidecar) -> str:
        if isinstance(sidecar.origin, str):
            origin = self._origins.get(sidecar.origin)
            text = origin.text.get(self._language) if origin else None
        else:
            text = sidecar.origin.get(self._language)
        return text or ""

    def _parse(self, text: str, table: Table, where: tuple[str, ...]) -> Expr | None:
        try:
            return parse(text)
        except FormulaError as error:
            self._toml_mistake(table.lines, where, str(error), "")
            return None

    def _csv_mistake(self, line: int, field: str, cause: str, hint: str) -> None:
        self.mistakes.append(Mistake(self.csv_file, line, field, cause, hint))

    def _toml_mistake(self, lines: dict[tuple[str, ...], int], path: tuple[str, ...], cause: str, hint: str) -> None:
        line = next((lines[path[:length]] for length in range(len(path), 0, -1) if path[:length] in lines), 1)
        self.mistakes.append(Mistake(self.toml_file, line, ".".join(path), cause, hint))


def read_quantity(text: str, unit: Unit, spec: ColumnSpec) -> Quantity:
    """Return the quantity of a cell: digits in the column's unit, or digits with a unit of their own.

    Raises:
        QuantityError: not a number, or a unit of another dimension.
    """
    bare = text.replace(",", "").replace("，", "")
    if sum(map(str.isdigit, bare)) > MAX_DIGITS:
        raise QuantityError(f"has more than {MAX_DIGITS} digits: no number of a report")
    if unit.symbol == "%" and bare.endswith("%"):
        bare = bare[:-1]
    if _PLAIN.fullmatch(bare):
        counts = any(base.startswith("count:") for base, _ in unit.dimension)
        whole = Decimal(bare) == Decimal(bare).to_integral_value() and "." not in bare
        if spec.kind == "exact" or (counts and whole and unit.scale == 1):
            return Quantity.exact(bare, unit)
        return Quantity.printed(bare, unit)
    if not unit.symbol and not unit.dimension:
        return parse_quantity(text)
    first: QuantityError | None = None
    for spelt in _with_unit(text, unit):
        try:
            quantity = parse_quantity(spelt)
            if quantity.unit.symbol:
                return quantity if quantity.unit == unit else quantity.to(unit)
        except QuantityError as error:
            first = first or error
    raise first or QuantityError(f"{text!r} has no unit that fits {unit.symbol}")


def _with_unit(text: str, unit: Unit) -> Iterator[str]:
    """Yield a cell as it stands and with the unit that it leaves to the head: 约-25.8 pp, 32万余辆, 500亿元以上."""
    yield text
    yield text + unit.symbol
    word = _BEHIND.search(text)
    if word is not None:
        yield text[: word.start()] + unit.symbol + word.group()


def approximation(text: str, unit: Unit) -> str | None:
    """Return the word of approximation that a cell is printed with, `None` where it has none."""
    if _PLAIN.fullmatch(text.replace(",", "").replace("，", "").removesuffix("%")):
        return None
    found = (approximation_word(spelt, unit) for spelt in _with_unit(text, unit))
    return next(filter(None, found), None)


def table_names(folder: Path) -> list[str]:
    """Return the ids of all tables of an evidence folder, sorted."""
    return sorted({path.stem for path in folder.glob("*.csv")} | {path.stem for path in folder.glob("*.toml")})
