"""Every exhibit is a query that PostgreSQL and PySpark take as well: nothing in it belongs to one engine."""

from __future__ import annotations

import ibis
import pytest
import sqlglot
from ibis.config import Config

from sector.small_market import QUESTIONS, asked, each_question, small_market
from yanbao.sector import EXHIBITS


class _SparkOptions(Config):  # what the PySpark backend registers when it is imported; it isn't installed here
    treat_nan_as_null: bool = False


@pytest.fixture(autouse=True)
def _spark() -> None:
    ibis.options.pyspark = _SparkOptions()


def test_every_exhibit_is_asked() -> None:
    assert {name for name, _ in QUESTIONS} == set(EXHIBITS)


@pytest.mark.parametrize("dialect", ["postgres", "pyspark"])
@pytest.mark.parametrize("at", each_question())
def test_an_exhibit_compiles(at: int, dialect: str) -> None:
    sql = str(ibis.to_sql(asked(at).expression, dialect=dialect))
    parsed = sqlglot.parse_one(sql, dialect="spark" if dialect == "pyspark" else dialect)
    names = {table.name for table in parsed.find_all(sqlglot.exp.Table)}
    assert names - {cte.alias for cte in parsed.find_all(sqlglot.exp.CTE)} <= set(small_market().tables.used), names
