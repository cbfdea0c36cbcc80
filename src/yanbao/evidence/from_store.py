"""Evidence that is computed from a store: an exhibit of the market as the CSV of a table.

The sidecar holds the question. The answer is made at each build and kept among the build's inputs, so that everything
behind it, the proof included, reads it as it reads a table that was typed in, and needs no store.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from yanbao.errors import ExhibitError, Mistake, QuantityError, RatingError, StoreError, WorkspaceError
from yanbao.evidence.answer_csv import answer_csv, row_names
from yanbao.evidence.sidecar import Bilingual, Sidecar, Snapshot, StoreTable
from yanbao.evidence.track_table import Record, TrackQuery, TrackTable, quoted
from yanbao.source.toml_file import key_lines, parse_toml

if TYPE_CHECKING:
    from yanbao.sector import Market
    from yanbao.sector.exhibit import Exhibit
    from yanbao.store.store import Store

_NAMED = re.compile(r"`([^`]+)`")
_FRAME = {"calendar", "security", "industry", "membership"}  # what numbers are sorted by, not what they are made of
_INDEX_HOUSES = ("SI", "CI", "CSI")  # endings of index codes that no exchange gives


Cached = Callable[[str, tuple[str, ...], Callable[[], bytes]], bytes]


@dataclass(frozen=True)
class Answer:
    """The table that a store gave: its sidecar, its CSV, what it rests on, and both files as a build keeps them.

    `is_listed`: its rows are securities, called as they are listed.
    """

    sidecar: Sidecar
    csv: str
    coverage: Bilingual
    toml: str
    is_listed: bool


def asks_store(lines: Mapping[tuple[str, ...], int]) -> bool:
    """Whether a sidecar, given by the lines of its keys, asks a store, or the record of calls on its prices."""
    return any(path[0] in ("store", "track") for path in lines)


def _question(
    toml: str, file: str, lines: Mapping[tuple[str, ...], int], mistakes: list[Mistake]
) -> StoreTable | TrackTable | None:
    if any(path[0] == "track" for path in lines):
        return parse_toml(toml, file, TrackTable, mistakes)
    return parse_toml(toml, file, StoreTable, mistakes)


def kept_answer(file: str, toml: str, table: str, mistakes: list[Mistake]) -> Answer | None:
    """Return an answer that a build kept, from its two files."""
    lines = key_lines(toml)
    question = _question(toml, file, lines, mistakes)
    if question is None:
        return None
    if question.snapshot is None:
        hint = "build the workspace: a table of a store has its numbers in the build's inputs"
        key = "track" if isinstance(question, TrackTable) else "store"
        mistakes.append(Mistake(file, lines.get((key,), 1), key, "has no answer beside it", hint))
        return None
    return _answered(question, question.snapshot, table, toml)


class StoreTables:
    """Answers the tables of a workspace that ask its store, as known on the report's day.

    Args:
        store: the store; `None` where the workspace names none.
        as_of: the report's day.
        names: English names of what the store names in Chinese.
        place: file, line and key that name the store, for mistakes.
        cached: keeps answers between builds: the kind, what it was made from, and what makes it.
        own_day: the day that the workspace is written for, where the report is asked for another.
        record: what scores the calls of a ledger, and what tells one state of it from another.
    """

    def __init__(
        self,
        store: Path | None,
        as_of: date,
        names: Mapping[str, str],
        place: tuple[str, int, str],
        cached: Cached | None = None,
        own_day: date | None = None,
        record: tuple[Record, Callable[[TrackQuery], str]] | None = None,
    ) -> None:
        self._path = store
        self._as_of = as_of
        self._names = dict(sorted(names.items(), key=lambda item: -len(item[0])))
        self._place = place
        self._cached = cached or (lambda kind, made_from, make: make())
        self._store: Store | None = None
        self._market: Market | None = None
        self._own_day = own_day
        self._record = record
        self._failed = False
        self._told: set[str] = set()
        self._sources: dict[str, list[tuple[str, date]]] = {}
        self.gaps: dict[str, Bilingual] = {}

    def close(self) -> None:
        """Let go of the store."""
        if self._store is not None:
            self._store.close()

    def answer(self, name: str, toml: str, mistakes: list[Mistake]) -> Answer | None:
        """Return what the store says to a table's question, or note every mistake in the question."""
        file, lines = f"evidence/{name}.toml", key_lines(toml)
        question = _question(toml, file, lines, mistakes)
        if question is None:
            return None
        if question.snapshot is not None:
            cause = "is written by a build, and stands in its inputs only"
            mistakes.append(Mistake(file, lines.get(("snapshot",), 1), "snapshot", cause, "drop it"))
            return None
        query = question.track if isinstance(question, TrackTable) else question.store
        if self._path is None:
            if query.gap is not None:
                self.gaps[name] = query.gap
                return None
            hint = 'add [market] with store = "…" there, the folder that `yanbao load -w` filled; or a `gap` here'
            key = "track" if isinstance(question, TrackTable) else "store"
            line = next(lines[path] for path in lines if path[0] == key)
            mistakes.append(Mistake(file, line, key, "yanbao.toml names no store", hint))
            return None
        if isinstance(question, TrackTable):
            return self._score(question, file, toml, lines, mistakes)
        wrong = [*_unanswerable(question, file, lines), *self._of_the_own_day(question, file, lines)]
        if wrong:
            mistakes += wrong
            return None
        return self._ask(question, file, toml, lines, mistakes)

    def _of_the_own_day(
        self, question: StoreTable, file: str, lines: Mapping[tuple[str, ...], int]
    ) -> Iterator[Mistake]:
        """Yield the options that hold the workspace's own day while the report is of another: they would ask for it."""
        if self._own_day is None or self._own_day == self._as_of:
            return
        for name, value in question.store.options.items():
            if value == self._own_day:
                cause = (
                    f"`{name}` is {value}, the day in yanbao.toml: a report as of {self._as_of} would ask for it again"
                )
                hint = "roll the workspace: write the new day here and in yanbao.toml, and build without --as-of"
                yield _mistake(file, lines, ("store", "options", name), cause, hint)

    def _ask(
        self,
        question: StoreTable,
        file: str,
        toml: str,
        lines: Mapping[tuple[str, ...], int],
        mistakes: list[Mistake],
    ) -> Answer | None:
        assert self._path is not None
        try:
            made_from = (_state(self._path), str(self._as_of), str(self._names), question.model_dump_json())
            found = self._cached("answers", made_from, lambda: self._found(question))
        except (ExhibitError, QuantityError) as error:
            mistakes += _placed(str(error), file, lines)
            return None
        except StoreError as error:
            self._store_failed(error, mistakes)
            return None
        told = json.loads(found)
        table, coverage, origin = told["csv"], Bilingual(**told["coverage"]), Bilingual(**told["origin"])
        keys = (record[0] for record in csv.reader(io.StringIO(table)))
        named = {key: (key, self._names[key]) for key in keys if key in self._names}
        named |= {key: (name, f"{key} {self._names.get(name, name)}") for key, name in told["names"].items()}
        named = {key: names for key, names in named.items() if key not in question.rows}
        snapshot = Snapshot(as_of=self._as_of, origin=origin, coverage=coverage)
        kept = toml.rstrip("\n") + "\n\n" + _snapshot_text(snapshot, named)
        again = parse_toml(kept, file, StoreTable, mistakes)
        return None if again is None else _answered(again, snapshot, table, kept)

    def _store_failed(self, error: StoreError, mistakes: list[Mistake]) -> None:
        """Note what is wrong with the store, once and not for each table."""
        if self._failed:
            return
        self._failed = True
        cause, _, hint = str(error).partition("\n    hint: ")
        place, line, key = self._place
        mistakes.append(Mistake(place, line, key, cause, hint))

    def _score(
        self,
        question: TrackTable,
        file: str,
        toml: str,
        lines: Mapping[tuple[str, ...], int],
        mistakes: list[Mistake],
    ) -> Answer | None:
        """Return what the record of calls says, with the columns that it has."""
        assert self._path is not None
        wrong = [
            _mistake(file, lines, ("columns", name), "has no `compute`", "the record gives its own columns")
            for name, spec in question.columns.items()
            if spec.compute is None
        ]
        if self._record is None:
            cause = "no ledger of calls is read here"
            wrong.append(_mistake(file, lines, ("track",), cause, "build the workspace that has [ledger]"))
        mistakes += wrong
        if self._record is None or wrong:
            return None
        record, state = self._record
        try:
            made_from = (_state(self._path), str(self._as_of), state(question.track), question.track.model_dump_json())
            found = self._cached("record", made_from, lambda: self._tracked(question.track, record))
        except WorkspaceError as error:  # the ledger is broken, or its calls cannot be scored
            mistakes += error.mistakes
            return None
        except (ExhibitError, QuantityError, RatingError) as error:
            if str(error) not in self._told:  # a ledger that is not there is not told of each table
                mistakes += _placed(str(error), file, lines, "track")
            self._told.add(str(error))
            return None
        except StoreError as error:
            self._store_failed(error, mistakes)
            return None
        told = json.loads(found)
        snapshot = Snapshot(
            as_of=self._as_of, origin=Bilingual(**told["origin"]), coverage=Bilingual(**told["coverage"])
        )
        kept = toml.rstrip("\n") + "\n" + told["toml"] + "\n" + _snapshot_text(snapshot, {})
        again = parse_toml(kept, file, TrackTable, mistakes)
        return None if again is None else _answered(again, snapshot, told["csv"], kept)

    def _tracked(self, query: TrackQuery, record: Record) -> bytes:
        """Return an answer as JSON: CSV, columns, coverage, origin: the ledger and the newest data of the store.

        Raises:
            ExhibitError, QuantityError, RatingError, StoreError, WorkspaceError: with the cause in words.
        """
        found = record(query, self._open())
        sources = self._sourced(set(found.tables))
        origin = {
            "zh": "、".join((found.ledger[0], *([sources.zh] if sources.zh else []))),
            "en": ", ".join((found.ledger[1], *([sources.en] if sources.en else []))),
        }
        told = {
            "csv": found.csv(), "toml": found.toml(), "coverage": found.coverage.model_dump(), "origin": origin,
        }  # fmt: skip
        return json.dumps(told, ensure_ascii=False).encode()

    def _found(self, question: StoreTable) -> bytes:
        """Return an answer as JSON: the CSV, the names of its rows, the coverage, the origin.

        Raises:
            ExhibitError, QuantityError, StoreError: with the cause in words.
        """
        from yanbao.sector import EXHIBITS
        from yanbao.sector.options import read_options

        options = read_options(question.store.exhibit, question.store.options)
        found = EXHIBITS[question.store.exhibit].function(self._open(), options)
        texts = {"coverage": self._coverage(found).model_dump(), "origin": self._origin(found).model_dump()}
        told = {"csv": answer_csv(question, found), "names": row_names(question, found), **texts}
        return json.dumps(told, ensure_ascii=False).encode()

    def _open(self) -> Market:
        """Return the market as known on the report's day.

        Raises:
            StoreError: no store, a damaged one, or one that was loaded before the day.
        """
        if self._market is None:
            from yanbao.sector import Market
            from yanbao.store.store import Store

            assert self._path is not None
            self._store = Store.open(self._path)
            self._market = Market(self._store, self._store.as_of(self._as_of))
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
        assert self._store is not None
        return self._sourced(self._store.inputs_of(found.expression))

    def _sourced(self, tables: Set[str]) -> Bilingual:
        """Return whose rows of some tables were read, each with the day of the newest that was known."""
        newest: dict[str, date] = {}
        for table in tables - _FRAME or tables:
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


def _state(path: Path) -> str:
    """Return what tells one state of a store from another: a load rewrites the file.

    Raises:
        StoreError: there is no such file.
    """
    from yanbao.store.connection import store_file

    file = store_file(path)
    try:
        found = file.stat()
    except OSError as error:
        raise StoreError(f"{file}: there is no store\n    hint: `yanbao load` makes one") from error
    return f"{file.resolve()} {found.st_ino} {found.st_size} {found.st_mtime_ns}"


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


def _placed(text: str, file: str, lines: Mapping[tuple[str, ...], int], asked: str = "store") -> Iterator[Mistake]:
    """Yield a mistake for each line of an error, at the option or column that it names."""
    parts = re.split(r"\n(?!    hint: )", text)
    for part in parts:
        cause, _, hint = part.partition("\n    hint: ")
        named = (
            path
            for name in _NAMED.findall(cause)
            for path in ((asked, "options", name), (asked, "columns", name), ("columns", name), (asked, name))
            if path in lines
        )
        default: tuple[str, ...] = (asked, "exhibit") if cause.startswith("no exhibit") else (asked, "options")
        default = (asked,) if asked == "track" else default
        yield _mistake(file, lines, next(named, default), cause, hint)


def _answered(question: StoreTable | TrackTable, snapshot: Snapshot, table: str, toml: str) -> Answer:
    is_listed = isinstance(question, StoreTable) and question.store.label is not None
    return Answer(_sidecar(question, snapshot), table, snapshot.coverage, toml, is_listed)


def _sidecar(question: StoreTable | TrackTable, snapshot: Snapshot) -> Sidecar:
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


def _snapshot_text(snapshot: Snapshot, named: Mapping[str, tuple[str, str]]) -> str:
    """Return the TOML that a build adds to a question: when, whose data, how many, what rows are called."""
    lines = ["[snapshot]", f"as_of = {snapshot.as_of}"]
    for key, text in (("origin", snapshot.origin), ("coverage", snapshot.coverage)):
        lines.append(f"{key} = {{ zh = {_quoted(text.zh)}, en = {_quoted(text.en)} }}")
    for key, (zh, en) in named.items():
        lines += ["", f"[rows.{_quoted(key)}]", f"label = {{ zh = {_quoted(zh)}, en = {_quoted(en)} }}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str | None) -> str:
    return quoted(text or "")
