"""Column names out of the header rows of a sheet or a text file."""

from __future__ import annotations

import re
from collections.abc import Sequence

BAR = "|"  # between names that stand above each other


def tidy(name: str) -> str:
    """Return a name on one line: `收盘价\\n[单位] 元` is `收盘价 [单位] 元`."""
    return re.sub(r"\s+", " ", name.replace("\u3000", " ").replace("\ufeff", "")).strip()


def column_names(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return `width` distinct column names from the header rows.

    Two rows are joined by a bar; a column without a name gets its number, a second one of a name `#2`. Without header
    rows the names are the columns' numbers.
    """
    names: list[str] = []
    for index in range(width):
        parts = [tidy(row[index]) for row in rows if index < len(row) and tidy(row[index])]
        name = BAR.join(dict.fromkeys(parts)) or str(index + 1)
        again = sum(1 for other in names if other == name or other.startswith(f"{name}#"))
        names.append(f"{name}#{again + 1}" if again else name)
    return names
