"""Every declared table loads, says the units of its numbers, and is read as of a day; none knows the future."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from store.batches import batch
from yanbao.errors import StoreError
from yanbao.store import Store, load
from yanbao.store.schema import Column, Table
from yanbao.store.tables import TABLES

D = dt.date
PERIOD, DAY, LOADED = D(2023, 12, 31), D(2024, 4, 30), D(2024, 6, 28)
ASKED_FOR = {  # what the issue names, by the tables that hold it
    "securities": "security code_change",
    "industry membership": "industry membership",
    "trading calendar": "calendar",
    "prices, raw and adjusted": "price adjusted_price",
    "share counts": "shares",
    "statements": "statement",
    "derived company valuations": "valuation",
    "index levels and membership": "index_level index_membership",
    "fund holdings": "fund_holding",
    "headcount": "headcount",
    "corporate actions": "corporate_action",
    "trading status": "trading_status",
    "disclosure calendar": "disclosure",
    "analyst consensus": "consensus",
    "macro series": "macro",
    "broker picks": "broker_pick",
}
# numbers that other columns tell the unit of, and those whose unit is the thing counted
COUNTED = {("macro", "value"), ("fund_holding", "holders"), ("consensus", "analysts"), ("industry", "level")}


def value(table: Table, column: Column) -> Any:
    if column.choices:
        return column.choices[0]
    if column.is_code:
        return "000300.SH" if column.code_kind == "index" else "600519.SH"
    if column.type == "day":
        if column.name == "exit" or column.name == "delisted":
            return None
        return DAY if column.name == table.published or table.published is None else PERIOD
    if column.type in ("number", "integer"):
        return column.least if column.least is not None else 1.0
    return "x"


def row(table: Table) -> dict[str, Any]:
    return {column.name: value(table, column) for column in table.columns}


def test_every_kind_that_is_asked_for_has_its_table() -> None:
    assert {name for names in ASKED_FOR.values() for name in names.split()} == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_every_number_has_a_unit(name: str) -> None:
    numbers = [column for column in TABLES[name].columns if column.type in ("number", "integer")]
    assert [column.name for column in numbers if not column.unit and (name, column.name) not in COUNTED] == []


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A row of every table, published on 2024-04-30, loaded on 2024-06-28."""
    folder = tmp_path_factory.mktemp("every")
    report = load(folder, [batch(name, [row(table)]) for name, table in TABLES.items()], source="t", day=LOADED)
    refused = [(file.table, refusal.reason) for file in report.files for refusal in file.refusals]
    assert (refused, report.failed) == ([], ())
    return folder


@pytest.mark.parametrize("name", TABLES)
def test_a_row_is_known_from_its_publication_and_not_before(store: Path, name: str) -> None:
    def count(day: dt.date) -> int:
        with Store.open(store) as opened:
            return int(opened.table(name, day).count().to_pyarrow().as_py())

    always = TABLES[name].published is None
    assert (count(DAY - dt.timedelta(days=1)), count(DAY), count(LOADED)) == (1 if always else 0, 1, 1)
    with pytest.raises(StoreError, match="knows nothing after 2024-06-28"):
        count(LOADED + dt.timedelta(days=1))
