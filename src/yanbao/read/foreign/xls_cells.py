"""The cells of an .xls workbook as JSON, read in a process of its own.

The library that reads the format ends its process when a damaged file announces gigabytes, and prints where it
panicked: neither must happen to the command. `python -m yanbao.read.foreign.xls_cells FILE MOST` prints one object.
"""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

_MEMORY = 3 * 2**29  # bytes of addresses


def main(file: str, most: int) -> None:
    """Print the sheets of a workbook: name, hidden, merges, and cells as [row, column, kind, text]."""
    _bound()
    import python_calamine as calamine

    try:
        with calamine.CalamineWorkbook.from_path(file) as book:
            hidden = {sheet.name for sheet in book.sheets_metadata if not str(sheet.visible).endswith(".Visible")}
            sheets = []
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                cells = list(islice(_cells(sheet.iter_rows()), most + 1))
                found = {
                    "name": name,
                    "hidden": name in hidden,
                    "merges": sheet.merged_cell_ranges or [],
                    "cells": cells,
                }
                sheets.append(found)
            result: dict[str, Any] = {"sheets": sheets}
    except calamine.PasswordError:
        result = {"error": "is encrypted"}
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        result = {"error": f"cannot be read as an .xls workbook ({str(error)[:200]})"}
    json.dump(result, sys.stdout)


def _bound() -> None:
    try:
        import resource
    except ImportError:  # not every system can bound a process
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _cells(rows: Any) -> Iterator[tuple[int, int, str, str]]:
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            if value is None or value == "":
                continue
            if isinstance(value, bool):
                yield row, column, "bool", "TRUE" if value else "FALSE"
            elif isinstance(value, int | float):
                yield row, column, "number", repr(value)
            elif isinstance(value, datetime.datetime) and value.time() == datetime.time():
                yield row, column, "text", value.date().isoformat()
            else:
                yield row, column, "text", str(value)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
