"""Commands that need no store must not pay for its libraries."""

from __future__ import annotations

import subprocess
import sys

import yanbao.store


def test_the_store_loads_its_libraries_when_it_is_used_not_when_it_is_imported() -> None:
    heavy = {"duckdb", "ibis", "pandas", "pyarrow", "exchange_calendars", "numpy", "polars"}
    modules = "yanbao.store, yanbao.store.calendar, yanbao.store.members, yanbao.store.trailing, yanbao.store.panel"
    code = f"import sys, {modules}; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_every_exported_name_is_there_and_has_a_docstring() -> None:
    for name in yanbao.store.__all__:
        value = getattr(yanbao.store, name)
        assert isinstance(value, (str, dict)) or value.__doc__, name
