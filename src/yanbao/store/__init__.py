"""The point-in-time store: tables with three clocks on one DuckDB file, loaded atomically, read as of a day."""

from yanbao.store.batch import ROW, Batch, Loss
from yanbao.store.codes import board_of, kind_of, read_code
from yanbao.store.lines import LINES, Line
from yanbao.store.loading import FileReport, LoadReport, Refusal, load
from yanbao.store.schema import Column, Table
from yanbao.store.store import Store
from yanbao.store.tables import TABLES

__all__ = [
    "LINES",
    "ROW",
    "TABLES",
    "Batch",
    "Column",
    "FileReport",
    "Line",
    "LoadReport",
    "Loss",
    "Refusal",
    "Store",
    "Table",
    "board_of",
    "kind_of",
    "load",
    "read_code",
]
