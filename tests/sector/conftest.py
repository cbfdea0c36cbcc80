"""The market of the shared data, once for all tests of exhibits."""

from __future__ import annotations

import datetime as dt

import pytest

from sector.market_fixture import SharedTables
from yanbao.sector.market import Market


@pytest.fixture(scope="session")
def tables() -> SharedTables:
    return SharedTables()


@pytest.fixture(scope="session")
def market(tables: SharedTables) -> Market:
    """The market as known after the last day of the files."""
    return Market(tables, dt.date(2026, 5, 28))


@pytest.fixture(scope="session")
def annual() -> Market:
    """The same with the statements of the annual files."""
    return Market(SharedTables("annual"), dt.date(2026, 5, 28))
