"""Opening the store's file: one writer or several readers, and a plain word on what stands in the way."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yanbao.errors import StoreError
from yanbao.store.layout import FILE_NAME, FORMAT, create_statements

if TYPE_CHECKING:
    import duckdb

MEMORY: Final = "1500MB"  # of DuckDB's own; Arrow chunks and Python stand beside it
_MAKING: Final = ".store-"  # folders of stores that are being made: the number of the process follows
_LOCKED: Final = ("lock on file", "different configuration", "being used by another process")


def store_file(path: Path | str) -> Path:
    """Return the file of a store that is named by its file or by the folder that holds it."""
    path = Path(path)
    return path / FILE_NAME if path.is_dir() or path.suffix == "" else path


def connect_reading(path: Path | str) -> duckdb.DuckDBPyConnection:
    """Return a connection that reads a store; several may be open at once.

    Raises:
        StoreError: no such file, no store, a damaged one, one of a newer version, or a load is under way.
    """
    file = store_file(path)
    if not file.is_file():
        raise StoreError(f"{file}: there is no store\n    hint: `yanbao load` makes one")
    connection = _connect(file, read_only=True)
    try:
        _check_format(connection, file)
    except StoreError:
        connection.close()
        raise
    return connection


def connect_loading(path: Path | str) -> duckdb.DuckDBPyConnection:
    """Return the one connection that writes a store; the store is made where there is none.

    Raises:
        StoreError: the folder cannot be written, the file is no store or damaged, or somebody has it open.
    """
    file = store_file(path)
    if not file.exists():
        _make(file)
    connection = _connect(file, read_only=False)
    try:
        _check_format(connection, file)
        _add_tables(connection)
        _sweep(file.parent)
        spill = file.with_name(file.name + ".spill")
        shutil.rmtree(spill, ignore_errors=True)  # of a load that was killed: nobody else writes while this is open
        connection.execute("SET temp_directory = $1", [str(spill)])
    except StoreError:
        connection.close()
        raise
    return connection


def _make(file: Path) -> None:
    """Make an empty store beside its place and move it there whole: a kill leaves none rather than half of one."""
    import duckdb

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{_MAKING}{os.getpid()}-", dir=file.parent))
    except OSError as error:
        raise StoreError(f"{file}: a store cannot be made here: {error.strerror}") from error
    try:
        with duckdb.connect(str(folder / file.name)) as connection:
            connection.execute("BEGIN TRANSACTION")
            for statement in create_statements().values():
                connection.execute(statement)
            connection.execute("INSERT INTO _format VALUES ($1)", [FORMAT])
            connection.execute("COMMIT")
            connection.execute("CHECKPOINT")  # said aloud where there is no room: closing would keep silent
        os.link(folder / file.name, file)  # unlike a rename it never takes the place of another's store
    except FileExistsError:
        pass  # another load made it in the meantime
    except (OSError, duckdb.Error) as error:
        raise StoreError(f"{file}: a store cannot be made here: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what processes left that were killed while they made a store."""
    for left in folder.glob(f"{_MAKING}*-*"):
        number = left.name.removeprefix(_MAKING).partition("-")[0]
        if number.isdigit() and not _lives(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    if os.name == "nt":  # where signal 0 is not a question
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # somebody else's, or no number of a process
        return True
    return True


def _add_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that were declared since the store was made."""
    there = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    for name, statement in create_statements().items():
        if name not in there:
            connection.execute(statement)


def _connect(file: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        # nothing is fetched from the network behind the user's back
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    try:
        return duckdb.connect(str(file), read_only=read_only, config=config)
    except duckdb.Error as error:
        text = str(error)
        if any(word in text for word in _LOCKED):
            who = "a load is under way" if read_only else "somebody reads or loads it"
            raise StoreError(
                f"{file}: the store is in use: {who}\n    hint: wait until it is done, or end that program"
            ) from error
        if isinstance(error, duckdb.IOException) and not os.access(file, os.R_OK if read_only else os.W_OK):
            raise StoreError(f"{file}: may not be {'read' if read_only else 'written'}") from error
        raise StoreError(
            f"{file}: is not a store, or is damaged: {text.splitlines()[0]}\n    hint: restore it, or load it anew"
        ) from error


def _check_format(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    import duckdb

    try:
        versions = connection.execute("SELECT version FROM _format").fetchall()
    except duckdb.CatalogException as error:
        raise StoreError(f"{file}: is a database, but not a store") from error
    except duckdb.Error as error:
        raise StoreError(f"{file}: is damaged: {str(error).splitlines()[0]}") from error
    if len(versions) != 1:
        raise StoreError(f"{file}: is damaged: it has {len(versions)} format versions")
    if versions[0][0] != FORMAT:
        raise StoreError(
            f"{file}: is of format {versions[0][0]}, this yanbao knows {FORMAT}\n    hint: use the yanbao that made it"
        )


def abandon(connection: duckdb.DuckDBPyConnection) -> None:
    """Undo what is open: an error may have ended the transaction, or the database, already."""
    import duckdb

    try:
        connection.execute("ROLLBACK")
    except duckdb.Error:
        return
