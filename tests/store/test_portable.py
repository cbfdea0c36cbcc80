"""What the store computes compiles for engines other than DuckDB."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import ibis
import pytest
from ibis.config import Config

from yanbao.store.companies import told_apart
from yanbao.store.fundamentals import fundamentals
from yanbao.store.layout import INTERNAL
from yanbao.store.members import bridge, member_states, members, members_over
from yanbao.store.panel import panel_of
from yanbao.store.successors import Change, with_current_codes
from yanbao.store.tables import TABLES
from yanbao.store.trailing import latest, single_quarters, trailing

_TYPES = {"text": "string", "day": "date", "number": "float64", "integer": "int64", "flag": "boolean"}
DAY = dt.date(2024, 6, 28)


def table(name: str, *, internal: bool = False) -> Any:
    schema = {column.name: _TYPES[column.type] for column in TABLES[name].columns}
    own = dict(zip(INTERNAL, ("date", "date", "int32"), strict=True)) if internal else {}
    return ibis.table({**schema, **own}, name=name)


STATEMENT = table("statement", internal=True)
MEMBERSHIP, SECURITY, CALENDAR = table("membership"), table("security"), table("calendar")
EXPRESSIONS = {
    "trailing": trailing(STATEMENT, ["revenue", "net_profit_parent"]),
    "latest": latest(STATEMENT, ["equity_parent"]),
    "single_quarters": single_quarters(STATEMENT, ["revenue"]),
    "with_current_codes": with_current_codes(STATEMENT, TABLES["statement"], [Change("300114.SZ", DAY, "302132.SZ")]),
    "told_apart": told_apart(STATEMENT, SECURITY),
    "panel": panel_of(table("price", internal=True), fundamentals(STATEMENT, table("shares", internal=True), SECURITY)),
    "members": members(MEMBERSHIP, SECURITY, DAY, "sw", industries=[("sw2021", "710301")], boards=["main"]),
    "members_over": members_over(MEMBERSHIP, SECURITY, CALENDAR, "sw"),
    "bridge": bridge(member_states(MEMBERSHIP, SECURITY, DAY, "sw")),
}


class SparkOptions(Config):
    treat_nan_as_null: bool = False


@pytest.fixture(autouse=True)
def spark_options() -> Iterator[None]:
    """The compiler for Spark asks for an option that only its backend, which needs Java, sets."""
    before = ibis.options.pyspark
    if before is None:
        ibis.options.pyspark = SparkOptions()
    yield
    ibis.options.pyspark = before


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "pyspark"])
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_compiles_for_every_engine(name: str, dialect: str) -> None:
    text = str(ibis.to_sql(EXPRESSIONS[name], dialect=dialect)).upper()
    assert "SELECT" in text
    assert "ASOF" not in text
