"""An in-memory database for expressions that need no store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def memory() -> Iterator[Any]:
    import ibis

    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()
