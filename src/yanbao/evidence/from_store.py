"""Evidence that is computed from a store: an exhibit of the market as the CSV of a table.

The sidecar holds the question. The answer is made at each build and kept among the build's inputs, so that everything
behind it, the proof included, reads it as it reads a table that was typed in, and needs no store.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yanbao.errors import ExhibitError, Mistake, QuantityError, StoreError
from yanbao.evidence.sidecar import Bilingual, Sidecar, Snapshot, StoreColumn, StoreTable
from yanbao.quantity import Quantity, Unit, parse_unit
from yanbao.source.toml_file import key_lines, parse_toml

if TYPE_CHECKING:
    from yanbao.sector import Market
    from yanbao.sector.exhibit import Exhibit, Row
    from yanbao.store.store import Store

DIGITS = 8  # significant ones: sums that are added up in parallel differ from run to run in their sixteenth
_UNITS = {"CNY": "元", "USD": "美元", "person": "人", "share": "股"}  # what the store keeps, as evidence names it
_NAMED = re.compile(r"`([^`]+)`")
_SETTLED = "calendar"  # a table whose rows are no evidence: which days are trading days
_INDEX_HOUSES = ("SI", "CI", "CSI")  # endings of index codes that no exchange gives


@dataclass(frozen=True)
class Answer:
    """The table that a store gave: its sidecar, its CSV, what it rests on, and both files as a build keeps them."""

    sidecar: Sidecar
    csv: str
    coverage: Bilingual
    toml: str


def asks_store(lines: Mapping[tuple[str, ...], int]) -> bool:
    """Whether a sidecar, given by the lines of its keys, asks a store."""
    return any(path[0] == "store" for path in lines)


def kept_answer(file: str, toml: str, table: str, mistakes: list[Mistake]) -> Answer | None:
    """Return an answer that a build kept, from its two files."""
    question = parse_toml(toml, file, StoreTable, mistakes)
    if question is None:
        return None
    if question.snapshot is None:
        hint = "build the workspace: a table of a store has its numbers in the build's inputs"
        mistakes.append(Mistake(file, key_lines(toml).get(("store",), 1), "store", "has no answer beside it", hint))
        return None
    return Answer(_sidecar(question, question.snapshot), table, question.snapshot.coverage, toml)


class StoreTables:
    """Answers the tables of a workspace that ask its store, as known on the report's day.

    Args:
        store: the store; `None` where the workspace names none.
        as_of: the report's day.
        names: English names of what the store names in Chinese.
        place: file, line and key that name the store, for mistakes.
    """

    def __init__(self, store: Path | None, as_of: date, names: Mapping[str, str], place: tuple[str, int, str]) -> None:
        self._path = store
        self._as_of = as_of
        self._names = dict(sorted(names.items(), key=lambda item: -len(item[0])))
        self._place = place
        self._store: Store | None = None
        self._market: Market | None = None
        self._failed = False
        self._sources: dict[str, list[tuple[str, date]]] = {}
        self.gaps: dict[str, Bilingual] = {}

    def close(self) -> None:
        """Let go of the store."""
        if self._store is not None:
            self._store.close()

    def answer(self, name: str, toml: str, mistakes: list[Mistake]) -> Answer | None:
        """Return what the store says to a table's question, or note every mistake in the question."""
        file, lines = f"evidence/{name}.toml", key_lines(toml)
        question = parse_toml(toml, file, StoreTable, mistakes)
        if question is None:
            return None
        if question.snapshot is not None:
            cause = "is written by a build, and stands in its inputs only"
            mistakes.append(Mistake(file, lines.get(("snapshot",), 1), "snapshot", cause, "drop it"))
            return None
        if self._path is None:
            if question.store.gap is not None:
                self.gaps[name] = question.store.gap
                return None
            hint = 'add [market] with store = "…" there, the folder that `yanbao load -w` filled; or a `gap` here'
            line = next(lines[path] for path in lines if path[0] == "store")
            mistakes.append(Mistake(file, line, "store", "yanbao.toml names no store", hint))
            return None
        wrong = list(_unanswerable(question, file, lines))
        if wrong:
            mistakes += wrong
            return None
        return self._ask(question, file, toml, lines, mistakes)

    def _ask(
        self,
        question: StoreTable,
        file: str,
        toml: str,
        lines: Mapping[tuple[str, ...], int],
        mistakes: list[Mistake],
    ) -> Answer | None:
        from yanbao.sector import EXHIBITS
        from yanbao.sector.options import read_options

        try:
            options = read_options(question.store.exhibit, question.store.options)
            market = self._open(mistakes)
            if market is None:
                return None
            found = EXHIBITS[question.store.exhibit].function(market, options)
            table = _table(question, found)
            coverage = self._coverage(found)
            origin = self._origin(found)
        except (ExhibitError, QuantityError, StoreError) as error:
            mistakes += _placed(str(error), file, lines)
            return None
        keys = (record[0] for record in csv.reader(io.StringIO(table)))
        named = {key: self._names[key] for key in keys if key in self._names and key not in question.rows}
        snapshot = Snapshot(as_of=self._as_of, origin=origin, coverage=coverage)
        kept = toml.rstrip("\n") + "\n\n" + _snapshot_text(snapshot, named)
        again = parse_toml(kept, file, StoreTable, mistakes)
        return None if again is None else Answer(_sidecar(again, snapshot), table, coverage, kept)

    def _open(self, mistakes: list[Mistake]) -> Market | None:
        """Return the market as known on the report's day; why there is none is told once."""
        if self._market is None and not self._failed:
            from yanbao.sector import Market
            from yanbao.store.store import Store

            assert self._path is not None
            try:
                self._store = Store.open(self._path)
                self._market = Market(self._store, self._store.as_of(self._as_of))
            except StoreError as error:
                self._failed = True
                cause, _, hint = str(error).partition("\n    hint: ")
                file, line, key = self._place
                mistakes.append(Mistake(file, line, key, cause, hint))
        return self._market

    def _english(self, text: str) -> str:
        for name, english in self._names.items():
            text = text.replace(name, english)
        return text

    def _coverage(self, found: Exhibit) -> Bilingual:
        """Return how many members the numbers rest on, and what the exhibit notes of its method."""
        texts = [found.coverage.text, *found.notes]
        zh = "；".join(text.zh for text in texts)
        return Bilingual(zh=zh, en=self._english("; ".join(text.en for text in texts)))

    def _origin(self, found: Exhibit) -> Bilingual:
        """Return whose data an exhibit read, each with the day of the newest of them that was known."""
        from ibis.expr.operations import DatabaseTable

        newest: dict[str, date] = {}
        for table in {table.name for table in found.expression.op().find(DatabaseTable)} - {_SETTLED}:
            for name, day in self._read(table):
                newest[name] = max(day, newest.get(name, day))
        # what was always known, the names of a classification, has no day
        days = [(name, day if day > date.min else None) for name, day in sorted(newest.items())]
        zh = [f"{name}（至{day}）" if day else name for name, day in days]
        en = [f"{name} (to {day})" if day else name for name, day in days]
        return Bilingual(zh="、".join(zh), en=self._english(", ".join(en)))

    def _read(self, table: str) -> list[tuple[str, date]]:
        """Return the sources of a table's rows of this market that were known on the day, each with its newest day."""
        if table not in self._sources:
            import ibis

            from yanbao.sector.exhibit import fetch

            assert self._store is not None
            assert self._market is not None
            rows = self._store.vintages(table, self._as_of)
            rows = rows.filter(rows.known_from <= ibis.literal(self._as_of))
            if "code" in rows.columns:
                venues = (*self._market.home.venues, *_INDEX_HOUSES)
                rows = rows.filter(ibis.or_(*(rows.code.endswith(f".{venue}") for venue in venues)))
            joined = rows.select("load", "known_from").join(self._store.loads().select("load", "source"), "load")
            newest = fetch(joined.group_by("source").aggregate(day=joined.known_from.max()))
            self._sources[table] = [(row["source"], row["day"]) for row in newest]
        return self._sources[table]


def _unanswerable(question: StoreTable, file: str, lines: Mapping[tuple[str, ...], int]) -> Iterator[Mistake]:
    """Yield what is wrong with the question itself."""
    if question.store.rows not in question.columns:
        hint = f"add [columns.{question.store.rows}] with its label"
        yield _mistake(file, lines, ("store", "rows"), f"`{question.store.rows}` is no column of the table", hint)
    for name in question.store.columns:
        if name not in question.columns:
            hint = f"add [columns.{name}] with its label"
            yield _mistake(file, lines, ("store", "columns", name), f"`{name}` is no column of the table", hint)


def _mistake(
    file: str, lines: Mapping[tuple[str, ...], int], path: tuple[str, ...], cause: str, hint: str = ""
) -> Mistake:
    line = next((lines[path[:length]] for length in range(len(path), 0, -1) if path[:length] in lines), 1)
    return Mistake(file, line, ".".join(path), cause, hint)


def _placed(text: str, file: str, lines: Mapping[tuple[str, ...], int]) -> Iterator[Mistake]:
    """Yield a mistake for each line of an error, at the option or column that it names."""
    parts = re.split(r"\n(?!    hint: )", text)
    for part in parts:
        cause, _, hint = part.partition("\n    hint: ")
        named = (
            path
            for name in _NAMED.findall(cause)
            for path in (("store", "options", name), ("store", "columns", name), ("columns", name), ("store", name))
            if path in lines
        )
        default = ("store", "exhibit") if cause.startswith("no exhibit") else ("store", "options")
        yield _mistake(file, lines, next(named, default), cause, hint)


def _sidecar(question: StoreTable, snapshot: Snapshot) -> Sidecar:
    return Sidecar(
        title=question.title,
        period=question.period,
        note=question.note,
        columns=question.columns,
        cells=question.cells,
        rows=question.rows,
        origin=snapshot.origin,
        as_of=snapshot.as_of,
    )


def _snapshot_text(snapshot: Snapshot, named: Mapping[str, str]) -> str:
    """Return the TOML that a build adds to a question: when, whose data, how many; English names of rows."""
    lines = ["[snapshot]", f"as_of = {snapshot.as_of}"]
    for key, text in (("origin", snapshot.origin), ("coverage", snapshot.coverage)):
        lines.append(f"{key} = {{ zh = {_quoted(text.zh)}, en = {_quoted(text.en)} }}")
    for key, english in named.items():
        lines += ["", f"[rows.{_quoted(key)}]", f"label = {{ zh = {_quoted(key)}, en = {_quoted(english)} }}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str | None) -> str:
    """Return a text as TOML writes it, on one line; JSON escapes all that TOML does but DEL."""
    return json.dumps(text or "", ensure_ascii=False).replace("\x7f", "\\u007f")


def _table(question: StoreTable, found: Exhibit) -> str:
    """Return the CSV of a table: row keys, and each column in the unit of the sidecar.

    Raises:
        ExhibitError: columns that the exhibit has not, several answers for a cell, or none at all.
        QuantityError: a column in a unit of another dimension.
    """
    query = question.store
    known = {column.name: column for column in found.columns}
    taken = {
        name: query.columns.get(name, StoreColumn(column=name))
        for name, spec in question.columns.items()
        if name != query.rows and (spec.compute is None or name in query.columns)
    }
    asked = [query.rows, *query.where, *(name for one in taken.values() for name in (one.column, *one.where))]
    lost = [name for name in dict.fromkeys(asked) if name not in known]
    if lost:
        raise ExhibitError(
            "\n".join(f"{query.exhibit} has no column `{name}`\n    hint: it has {', '.join(known)}" for name in lost)
        )
    factors = {name: _factor(known[one.column].unit, question.columns[name].unit, name) for name, one in taken.items()}
    cells: dict[str, dict[str, str]] = {}
    for row in found.rows:
        if not _fits(row, query.where):
            continue
        key = _key(row[query.rows], question.period, query.rows)
        for name, one in taken.items():
            if not _fits(row, one.where):
                continue
            own = cells.setdefault(key, {})
            if name in own:
                raise ExhibitError(
                    f"`{name}` has several answers for {key}\n    hint: say which by `where`: an answer has"
                    f" {', '.join(known)}"
                )
            own[name] = _text(row[one.column], factors[name])
    if not cells:
        raise ExhibitError(f"{query.exhibit} has no answer that fits `where`\n    hint: ask it with yanbao show")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([query.rows, *taken])
    writer.writerows([key, *(own.get(name, "") for name in taken)] for key, own in cells.items())
    return out.getvalue()


def _fits(row: Row, where: Mapping[str, object]) -> bool:
    return all(str(row[name]) == str(value) for name, value in where.items())


def _key(value: Any, period: str | None, column: str) -> str:
    """Return a row's key: a day as the period of the sidecar's kind that ends there, all else as it stands.

    `any` stands for years to date: 2024Q1, 2024H1, 2024Q1-Q3, 2024.
    """
    if value is None:
        raise ExhibitError(f"`{column}` has answers without a value\n    hint: leave them out by `where`")
    if not isinstance(value, date):
        return str(value)
    year, month = value.year, value.month
    to_date = {3: f"{year}Q1", 6: f"{year}H1", 9: f"{year}Q1-Q3", 12: f"{year}"}
    return {
        "year": f"{year}",
        "half": f"{year}H{(month + 5) // 6}",
        "quarter": f"{year}Q{(month + 2) // 3}",
        "month": f"{value:%Y/%m}",
        "any": to_date.get(month, value.isoformat()),
    }.get(period or "", value.isoformat())


def _factor(kept: str, shown: str, name: str) -> Fraction:
    """Return what a value is multiplied by to stand in the sidecar's unit.

    Raises:
        ExhibitError: the two units measure different things.
    """
    if not kept:  # a count, a rank, a text: the sidecar says of what
        return Fraction(1)
    if kept == "1" and shown in ("pp", "bp"):  # a difference of fractions
        return 1 / parse_unit(shown).scale
    source = Unit("") if kept == "1" else parse_unit(_UNITS.get(kept, kept))
    try:
        return Quantity.exact(Fraction(1), source).to(parse_unit(shown) if shown else Unit("")).value
    except QuantityError as error:
        raise ExhibitError(f"`{name}` cannot be in {shown or 'no unit'}: {error}") from error


def _text(value: Any, factor: Fraction) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | int) and factor == 1:
        return str(int(value))
    if isinstance(value, int | float):
        # all digits are kept, zeros too: they say how precise the number is
        return format(Decimal(f"{float(value) * float(factor):#.{DIGITS}g}") + 0, "f")
    return value.isoformat() if isinstance(value, date) else str(value)
