"""What a file holds, read into the types of its table: whole columns at once, each bad value with row and reason."""

# ruff: noqa: S608 - every name in a query is a declared table or column, every value is bound or quoted

from __future__ import annotations

import datetime as dt
import difflib
import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from yanbao.errors import StoreError
from yanbao.store.batch import ROW
from yanbao.store.codes import read_code
from yanbao.store.layout import columns_of, literal, names, quoted, sql_type
from yanbao.store.schema import Column, Table

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

CHUNK: Final = 500_000  # rows that are checked at a time: bounds the memory of a load, whatever the file's length
STAGE: Final = "temp.main._stage"
BAD: Final = "temp.main._bad"
_MANY: Final = 1_000_000  # rows from which on it is worth looking whether they are sorted
_MOST_RUNS: Final = 1_000
_KNOWN_CODES: Final = 200_000  # readings kept: a file of nothing but different codes cannot fill the memory

_SPACES: Final = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288) || chr(65279)"
_NUMBER: Final = r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d{1,3})?"
_DAY: Final = r"(\d{4}-\d{2}-\d{2}|\d{8})"
_FIRST_DAY: Final = dt.date(1600, 1, 1)
_LAST_DAY: Final = dt.date(2999, 12, 31)
_MOST_TEXT: Final = 10_000


class Staging:
    """The rows of one file on their way into the store.

    `rows` counts what came, `refused` what was turned away; a row may be refused for several fields.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, table: Table, day: dt.date) -> None:
        self._connection = connection
        self._table = table
        self._day = day
        self._codes: dict[tuple[str, str], tuple[str | None, str | None]] = {}
        self.rows = 0
        self.refused = 0
        self.duplicates = 0
        columns = ", ".join(f"{quoted(column.name)} {sql_type(column)}" for column in table.columns)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE _stage ({ROW} BIGINT, {columns})")
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE _bad (row BIGINT, field VARCHAR, value VARCHAR, reason VARCHAR)"
        )

    def close(self) -> None:
        """Drop what was staged."""
        self._connection.execute("DROP TABLE IF EXISTS temp.main._stage")
        self._connection.execute("DROP TABLE IF EXISTS temp.main._bad")

    def add(self, arrow: pa.Table) -> None:
        """Check a piece of the file and keep its sound rows.

        Raises:
            StoreError: its columns are not those of the table; the whole file is at fault then.
        """
        import pyarrow as pa

        self._check_columns(arrow)
        for start in range(0, arrow.num_rows, CHUNK):
            piece = arrow.slice(start, CHUNK)
            try:
                piece.validate(full=True)
            except pa.ArrowInvalid as error:
                raise StoreError(f"{self._table.name}: a piece of the file is broken: {error}") from error
            self._add(piece)

    def _add(self, piece: pa.Table) -> None:
        for column in self._table.columns:
            if column.is_code and column.name in piece.column_names:
                piece = self._with_codes(piece, column)
        connection = self._connection
        connection.register("_chunk", piece)
        try:
            parsed = self._parsed(piece)
            sound = " AND ".join(f"{_reason_of(column)} IS NULL" for column in self._table.columns)
            stored = connection.execute(
                f"INSERT INTO {STAGE} SELECT {ROW}, {names(columns_of(self._table))} FROM ({parsed}) WHERE {sound}"
            ).fetchone()
            kept = int(stored[0]) if stored else 0
            if kept < piece.num_rows:
                connection.execute(
                    f"INSERT INTO {BAD} "
                    + " UNION ALL ".join(
                        f"SELECT {ROW}, {literal(column.name)}, {_raw_of(column)}, {_reason_of(column)} "
                        f"FROM ({parsed}) WHERE {_reason_of(column)} IS NOT NULL"
                        for column in self._table.columns
                    )
                )
        finally:
            connection.unregister("_chunk")
        self.rows += piece.num_rows
        self.refused += piece.num_rows - kept

    def _check_columns(self, arrow: pa.Table) -> None:
        import pyarrow.types as types

        known = columns_of(self._table)
        mistakes: list[str] = []
        for name in arrow.column_names:
            if name not in known and name != ROW:
                near = difflib.get_close_matches(name, known, 1)
                hint = f": did you mean `{near[0]}`?" if near else f": it has {', '.join(known)}"
                mistakes.append(f"`{name[:80]}` is no column of {self._table.name}{hint}")
            if arrow.column_names.count(name) > 1:
                mistakes.append(f"`{name[:80]}` is there twice")
        mistakes += [
            f"`{column.name}` is missing: {column.meaning}"
            for column in self._table.columns
            if column.required and column.name not in arrow.column_names
        ]
        if ROW not in arrow.column_names:
            mistakes.append(f"`{ROW}` is missing: the row of the file each record came from")
        elif not types.is_integer(arrow.schema.field(ROW).type) or arrow.column(ROW).null_count:
            mistakes.append(f"`{ROW}` must be whole numbers")
        for column in self._table.columns:
            if column.name in arrow.column_names:
                kind = arrow.schema.field(column.name).type
                if not _fits(column, kind):
                    mistakes.append(f"`{column.name}` comes as {kind}, and holds {column.type}s")
        if mistakes:
            raise StoreError("\n".join(dict.fromkeys(mistakes)))

    def _with_codes(self, piece: pa.Table, column: Column) -> pa.Table:
        """Replace a column of codes by their one form, and set what cannot be read and why beside it.

        Each distinct code is read once by `read_code`: the whole-column reading and the single one are the same.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        raw = piece.column(column.name).cast(pa.string())
        own_kind = column.name == "code" and any(one.name == "kind" for one in self._table.columns)
        if own_kind:  # the row says itself what its code is
            kinds = piece.column("kind").cast(pa.string())
            encoded = pc.dictionary_encode(pc.binary_join_element_wise(kinds, raw, "\x00")).combine_chunks()
            read = [self._read(*paired.split("\x00", 1)) for paired in encoded.dictionary.to_pylist()]
        else:
            encoded = pc.dictionary_encode(raw).combine_chunks()
            read = [self._read(column.code_kind, text) for text in encoded.dictionary.to_pylist()]
        values = pa.array([code for code, _ in read], pa.string())
        if values.null_count:
            codes = values.take(encoded.indices)
            reasons = pa.array([reason for _, reason in read], pa.string()).take(encoded.indices)
        else:
            codes = pa.DictionaryArray.from_arrays(encoded.indices, values)
            reasons = pa.nulls(piece.num_rows, pa.string())
        index = piece.column_names.index(column.name)
        piece = piece.set_column(index, column.name, codes)
        return piece.append_column(f"{column.name}?raw", raw).append_column(f"{column.name}?reason", reasons)

    def _read(self, kind: str, text: str) -> tuple[str | None, str | None]:
        known = self._codes.get((kind, text))
        if known is not None:
            return known
        result: tuple[str | None, str | None] = (None, None)
        if text.strip():
            try:
                result = (read_code(text, kind if kind in ("stock", "index", "fund") else None), None)  # type: ignore[arg-type]
            except StoreError as error:
                result = (None, str(error))
        if len(self._codes) >= _KNOWN_CODES:
            self._codes.clear()
        self._codes[kind, text] = result
        return result

    def _parsed(self, piece: pa.Table) -> str:
        """Return the query that gives each column its value, its text as it came, and why it is refused, if it is."""
        import pyarrow.types as types

        first: list[str] = [ROW]
        second: list[str] = [ROW]
        third: list[str] = [ROW]
        for column in self._table.columns:
            name = quoted(column.name)
            if column.name not in piece.column_names:
                first.append(f"CAST(NULL AS VARCHAR) AS {_raw_of(column)}, CAST(NULL AS {sql_type(column)}) AS {name}")
                second.append(f"{_raw_of(column)}, {name}, CAST(NULL AS VARCHAR) AS {_reason_of(column)}")
                third.append(f"{_raw_of(column)}, {name}, {_reason_of(column)}")
                continue
            kind = piece.schema.field(column.name).type
            if types.is_dictionary(kind):
                kind = kind.value_type
            if column.is_code:
                first.append(f"{quoted(column.name + '?raw')} AS {_raw_of(column)}, {name}")
                wrong = quoted(column.name + "?reason")
                first.append(wrong)
                second.append(f"{_raw_of(column)}, {name}")
                misread = f"WHEN {wrong} IS NOT NULL THEN {wrong}"
            else:
                as_text = not _native(column, kind)
                raw = f"CAST({name} AS VARCHAR)"
                trimmed = f"nullif(trim({raw}, {_SPACES}), '')"
                source = trimmed if as_text else name
                first.append(f"{source} AS {_raw_of(column)}")
                second.append(f"{_raw_of(column)}, {_value(column, _raw_of(column), as_text)} AS {name}")
                misread = _misread(column, as_text)
            required = f"WHEN {_raw_of(column)} IS NULL THEN 'is missing'" if column.required else ""
            if column.is_code and column.required:
                required = f"WHEN {name} IS NULL THEN 'is missing'"
            reason = f"CASE {misread} {required} {self._out_of_bounds(column)} END"
            if column.is_code:
                second.append(quoted(column.name + "?reason"))
            third.append(f"CAST({_raw_of(column)} AS VARCHAR) AS {_raw_of(column)}, {name}")
            third.append(f"{reason} AS {_reason_of(column)}")
        return (
            f"SELECT {', '.join(third)} FROM (SELECT {', '.join(second)} FROM (SELECT {', '.join(first)} FROM _chunk))"
        )

    def _out_of_bounds(self, column: Column) -> str:
        name = quoted(column.name)
        cases: list[str] = []
        if column.choices:
            among = ", ".join(literal(choice) for choice in column.choices)
            cases.append(f"WHEN {name} NOT IN ({among}) THEN {literal('is none of ' + ', '.join(column.choices))}")
        unit = f" {column.unit}" if column.unit not in ("", "1") else ""
        if column.least is not None:
            cases.append(f"WHEN {name} < {column.least!r} THEN {literal(f'is below {column.least:g}{unit}')}")
        if column.most is not None:
            cases.append(f"WHEN {name} > {column.most!r} THEN {literal(f'is above {column.most:g}{unit}')}")
        if column.type == "day":
            cases.append(
                f"WHEN {name} NOT BETWEEN DATE '{_FIRST_DAY}' AND DATE '{_LAST_DAY}' THEN 'is no day of a market'"
            )
            if column.name == self._table.published and not self._table.announced:
                cases.append(f"WHEN {name} > DATE '{self._day}' THEN 'is after the day of the load, {self._day}'")
            for before, after in self._table.ordered:
                if after == column.name:
                    cases.append(f"WHEN {name} < {quoted(before)} THEN 'is before `{before}`'")
        return " ".join(cases)

    def drop_duplicates(self) -> None:
        """Settle rows of one key in one file: identical ones are dropped and counted, contradicting ones all refused.

        A file that gives one thing two values does not say which is right; neither is taken.
        """
        connection, table = self._connection, self._table
        key = table.vintage
        values = [column.name for column in table.columns if column.name not in key]
        differs = [
            f"WHEN min({quoted(name)}) IS DISTINCT FROM max({quoted(name)}) "
            f"OR count({quoted(name)}) NOT IN (0, count(*)) THEN {literal(name)}"
            for name in values
        ]
        # ANY_VALUE of a CASE over groups: which column tells the rows apart, NULL where none does
        contradiction = f"CASE {' '.join(differs)} END" if differs else "CAST(NULL AS VARCHAR)"
        if self.rows > _MANY and (self._in_runs(key) or self._in_runs(_day_first(table))):
            return
        # one number for each key groups in half the time of the key itself; equal numbers are looked at below
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE _alike AS SELECT hash({names(key)}) AS h FROM {STAGE} "
            f"GROUP BY h HAVING count(*) > 1"
        )
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE _twice AS SELECT {names(key)} FROM {STAGE} "
            f"WHERE hash({names(key)}) IN (SELECT h FROM temp.main._alike) GROUP BY {names(key)} HAVING count(*) > 1"
        )
        connection.execute("DROP TABLE temp.main._alike")
        groups = connection.execute("SELECT count(*) FROM temp.main._twice").fetchone()
        if groups and groups[0]:
            connection.execute(
                "CREATE OR REPLACE TEMP TABLE _groups AS SELECT "
                f"{names(key, 's')}, {contradiction} AS field, "
                f"min(s.rowid) AS first, list_sort(list(s.{ROW})) AS at "
                f"FROM {STAGE} s JOIN temp.main._twice t USING ({names(key)}) GROUP BY {names(key, 's')}"
            )
            of_group = f"FROM {STAGE} s JOIN temp.main._groups g USING ({names(key)})"
            what = " || ', ' || ".join(f"{literal(name + ' ')} || CAST(g.{quoted(name)} AS VARCHAR)" for name in key)
            which = " ".join(f"WHEN {literal(name)} THEN CAST(s.{quoted(name)} AS VARCHAR)" for name in values)
            if values:
                found = connection.execute(
                    f"INSERT INTO {BAD} SELECT s.{ROW}, g.field, CASE g.field {which} END, "
                    "'rows ' || array_to_string(g.at[1:5], ', ') || "
                    "CASE WHEN len(g.at) > 5 THEN ' and ' || (len(g.at) - 5) || ' more' ELSE '' END || "
                    f"' contradict each other: ' || {what} {of_group} WHERE g.field IS NOT NULL"
                ).fetchone()
                self.refused += int(found[0]) if found else 0
            same = connection.execute(
                f"SELECT count(*) {of_group} WHERE g.field IS NULL AND s.rowid <> g.first"
            ).fetchone()
            self.duplicates += int(same[0]) if same else 0
            connection.execute(
                f"DELETE FROM {STAGE} WHERE rowid IN "
                f"(SELECT s.rowid {of_group} WHERE g.field IS NOT NULL OR s.rowid <> g.first)"
            )
            connection.execute("DROP TABLE temp.main._groups")
        connection.execute("DROP TABLE temp.main._twice")

    def _in_runs(self, key: tuple[str, ...]) -> bool:
        """Return whether the rows come in few runs of rising keys that do not overlap: then no key is there twice.

        Most files are sorted by code or by day; to see that costs a tenth of grouping 12.5 million rows.
        """
        before = ", ".join(f"lag({quoted(name)}) OVER () AS b{index}" for index, name in enumerate(key))
        previous = ", ".join(f"b{index}" for index in range(len(key)))
        breaks = self._connection.execute(
            f"SELECT {names(key)}, {previous}, place < place_before "
            f"FROM (SELECT {names(key)}, {before}, rowid AS place, lag(rowid) OVER () AS place_before FROM {STAGE}) "
            f"WHERE b0 IS NULL OR NOT (({names(key)}) > ({previous})) OR place < place_before LIMIT {_MOST_RUNS + 1}"
        ).fetchall()
        # read in the order in which they were staged, the row with the last number ends the last run
        if len(breaks) > _MOST_RUNS or any(row[-1] for row in breaks):
            return False
        first = [row[: len(key)] for row in breaks]
        last = [row[len(key) : -1] for row in breaks[1:]]
        if not first:
            return True
        ends = self._connection.execute(
            f"SELECT {names(key)} FROM {STAGE} WHERE rowid = (SELECT max(rowid) FROM {STAGE})"
        ).fetchall()
        runs = sorted(zip(first, [*last, ends[0]], strict=True))
        return all(end < start for (_, end), (start, _) in itertools.pairwise(runs))


def _day_first(table: Table) -> tuple[str, ...]:
    return tuple(sorted(table.vintage, key=lambda name: name != table.day))


def pieces(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield the tables of a batch put together to pieces worth a query: many small ones cost as little as a few."""
    import pyarrow as pa

    held: list[pa.Table] = []
    count = 0
    for table in tables:
        if held and (table.schema != held[0].schema or count >= CHUNK):
            yield pa.concat_tables(held)
            held, count = [], 0
        held.append(table)
        count += table.num_rows
    if held:
        yield pa.concat_tables(held)


def _reason_of(column: Column) -> str:
    return quoted(f"{column.name}?why")


def _raw_of(column: Column) -> str:
    return quoted(f"{column.name}?text")


def _fits(column: Column, kind: pa.DataType) -> bool:
    import pyarrow.types as types

    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_null(kind) or types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return True
    if column.is_code:
        return bool(types.is_integer(kind) or types.is_floating(kind))
    return _native(column, kind) or (column.type in ("day", "text") and bool(types.is_integer(kind)))


def _native(column: Column, kind: pa.DataType) -> bool:
    """Return whether values of an Arrow type are the column's own and need no reading."""
    import pyarrow.types as types

    if column.type in ("number", "integer"):
        return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind))
    if column.type == "day":
        return bool(types.is_date(kind) or (types.is_timestamp(kind) and kind.tz is None))
    return bool(column.type == "flag" and types.is_boolean(kind))


def _value(column: Column, raw: str, as_text: bool) -> str:
    """Return the SQL that reads a value; NULL where it cannot be read."""
    if column.type == "text":
        return raw
    if not as_text:
        if column.type == "integer":
            return f"CASE WHEN {raw} = floor({raw}) THEN TRY_CAST({raw} AS BIGINT) END"
        return f"TRY_CAST({raw} AS {sql_type(column)})"
    if column.type == "day":
        dashed = f"substr({raw}, 1, 4) || '-' || substr({raw}, 5, 2) || '-' || substr({raw}, 7, 2)"
        day = f"CASE WHEN length({raw}) = 8 THEN {dashed} ELSE {raw} END"
        return f"CASE WHEN regexp_full_match({raw}, '{_DAY}') THEN TRY_CAST({day} AS DATE) END"
    if column.type == "flag":
        return f"CASE WHEN lower({raw}) IN ('true', 'false', '1', '0') THEN CAST({raw} AS BOOLEAN) END"
    digits = f"CASE WHEN regexp_full_match({raw}, '{_NUMBER}') THEN replace({raw}, ',', '') END"
    if column.type == "integer":
        whole = f"regexp_replace({digits}, '\\.0*$', '')"
        return f"CASE WHEN regexp_full_match({whole}, '[+-]?\\d+') THEN TRY_CAST({whole} AS BIGINT) END"
    return f"TRY_CAST({digits} AS DOUBLE)"


def _misread(column: Column, as_text: bool) -> str:
    """Return the SQL cases that say why a value cannot be read."""
    name, raw = quoted(column.name), _raw_of(column)
    if column.type == "text":
        return (
            f"WHEN length({raw}) > {_MOST_TEXT} THEN 'is longer than {_MOST_TEXT} characters' "
            f"WHEN regexp_matches({raw}, '[\\x00-\\x1f\\x7f]') THEN 'has a control character'"
        )
    if column.type == "number":
        return (
            f"WHEN {raw} IS NOT NULL AND {name} IS NULL THEN 'is not a number' "
            f"WHEN isnan({name}) OR isinf({name}) THEN 'is not a finite number'"
        )
    if column.type == "integer":
        return f"WHEN {raw} IS NOT NULL AND {name} IS NULL THEN 'is not a whole number'"
    if column.type == "flag":
        return f"WHEN {raw} IS NOT NULL AND {name} IS NULL THEN 'is neither true nor false'"
    no_day = "'is no day: write 2024-06-28 or 20240628'"
    if as_text:
        return f"WHEN {raw} IS NOT NULL AND {name} IS NULL THEN {no_day}"
    # a moment within a day is not a day: cutting it off would choose a time zone
    return (
        f"WHEN {raw} IS NOT NULL AND ({name} IS NULL OR CAST({raw} AS TIMESTAMP) <> CAST({name} AS TIMESTAMP)) "
        f"THEN {no_day}"
    )
