"""Any SQL database through Ibis: a table or a query, mapped like a file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from yanbao.errors import SourceError
from yanbao.store.batch import ROW

if TYPE_CHECKING:
    import pyarrow as pa

    from yanbao.source.mapping import Database

_ROWS = 250_000
_FILES = ("sqlite", "duckdb")  # databases that are a file
_READS = re.compile(r"^\s*(?:--[^\n]*\n\s*)*(?:select|with)\b", re.IGNORECASE)


class DatabaseRows:
    """The rows of a table or a query of a database.

    The database is only read: SQLite and DuckDB files are opened read-only, and a query has to be a SELECT. A password
    stands in the environment (`${NAME}` in the URL), never in the mapping, and in no message.
    """

    def __init__(self, database: Database, data: Path) -> None:
        self._database = database
        self._url = _filled(database.url)
        self._data = data

    @property
    def name(self) -> str:
        """What the rows are of, as a load records it: the database's name and the table, or `query`."""
        parts = urlsplit(self._database.url)
        return f"{parts.scheme}:{Path(parts.path).name or parts.hostname or ''}:{self._database.table or 'query'}"

    def digest(self) -> str:
        """Return what tells the rows apart: the contents, in the order of `order`.

        A database changes in place, so the rows themselves are read for it.

        Raises:
            SourceError: see `rows`.
        """
        digest = hashlib.sha256(repr((self._database.table, self._database.query)).encode())
        for piece in self.rows():
            for batch in piece.combine_chunks().to_batches():
                digest.update(batch.serialize())
        return digest.hexdigest()

    def rows(self) -> Iterator[pa.Table]:
        """Yield the rows as Arrow tables, numbered from 1 in the order of `order`.

        Raises:
            SourceError: the database can't be reached, or refuses the query.
        """
        import numpy as np
        import pyarrow as pa

        connection = self._connection()
        try:
            row = 1
            for batch in self._batches(connection):
                table = pa.Table.from_batches([batch])
                yield table.append_column(ROW, pa.array(np.arange(row, row + batch.num_rows, dtype=np.int64)))
                row += batch.num_rows
        except _errors() as error:
            raise SourceError(
                f"{self.name}: {_first_line(error)}\n    hint: check the table and its columns"
            ) from error
        finally:
            connection.disconnect()

    def _batches(self, connection: Any) -> Iterable[pa.RecordBatch]:
        expression = self._expression(connection)
        if connection.name == "duckdb":
            # ibis 12 streams by a method that DuckDB 2 does not have any more
            return connection.con.cursor().execute(connection.compile(expression)).to_arrow_reader(_ROWS)  # type: ignore[no-any-return]
        return expression.to_pyarrow_batches(chunk_size=_ROWS)  # type: ignore[no-any-return]

    def _expression(self, connection: Any) -> Any:
        database = self._database
        if database.query is None:
            expression = connection.table(database.table)
        elif connection.name == "duckdb":
            expression = connection.sql(database.query, schema=_schema(connection, database.query))
        else:
            expression = connection.sql(database.query)
        lost = [name for name in database.order if name not in expression.columns]
        if lost:
            hint = f"it has {', '.join(expression.columns)}"
            raise SourceError(f"{self.name}: no column `{lost[0]}` to order by\n    hint: {hint}")
        return expression.order_by(list(database.order))

    def _connection(self) -> Any:
        import ibis

        parts = urlsplit(self._url)
        try:
            if parts.scheme in _FILES:
                return self._file(parts.scheme, (parts.netloc + parts.path).lstrip("/"))
            return ibis.connect(self._url)
        except ImportError as error:
            hint = f"pip install 'ibis-framework[{parts.scheme}]'"
            raise SourceError(f"{self.name}: needs a driver: {error.name}\n    hint: {hint}") from error
        except _errors(ValueError) as error:
            cause = _first_line(error).replace(self._url, self._database.url)
            if parts.password:
                cause = cause.replace(parts.password, "…")
            raise SourceError(f"{self.name}: cannot be opened: {cause}\n    hint: check `url`") from error

    def _file(self, scheme: str, path: str) -> Any:
        import ibis

        file = (self._data / path).resolve()
        if not file.is_relative_to(self._data.resolve()):
            raise SourceError(f"{self.name}: leads out of {self._data}\n    hint: put the file below the folder")
        if not file.is_file():
            raise SourceError(f"{self.name}: no file {path} in {self._data}")
        if scheme == "duckdb":
            return ibis.duckdb.connect(file, read_only=True)
        import sqlite3

        try:  # ibis opens a SQLite file for writing: make sure first that it is one
            with file.open("rb") as opened:
                start = opened.read(16)
        except OSError as error:
            raise SourceError(f"{self.name}: cannot be read: {error.strerror}") from error
        if start != b"SQLite format 3\x00":
            raise sqlite3.DatabaseError("is no SQLite database")
        return ibis.sqlite.connect(file)


def _schema(connection: Any, query: str) -> Any:
    import ibis

    found = connection.con.cursor().execute(f"SELECT * FROM ({query.rstrip().rstrip(';')}) LIMIT 0").to_arrow_table()  # noqa: S608 - a SELECT
    return ibis.Schema.from_pyarrow(found.schema)


def reads_only(query: str) -> bool:
    """Whether a query is a single SELECT."""
    return bool(_READS.match(query)) and ";" not in query.rstrip().rstrip(";")


def _errors(*others: type[Exception]) -> tuple[type[Exception], ...]:
    import sqlite3

    import duckdb
    from ibis.common.exceptions import IbisError, TableNotFound

    return (IbisError, TableNotFound, duckdb.Error, sqlite3.Error, OSError, *others)


def _filled(url: str) -> str:
    """Return a URL with `${NAME}` from the environment.

    Raises:
        SourceError: a variable that is not set.
    """
    import os
    from urllib.parse import quote

    def value(match: re.Match[str]) -> str:
        found = os.environ.get(match[1])
        if found is None:
            raise SourceError(f"`url` names ${{{match[1]}}}, which is not set\n    hint: export {match[1]}=…")
        return quote(found, safe="")

    return re.sub(r"\$\{(\w+)\}", value, url)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
