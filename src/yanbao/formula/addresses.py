"""Cell addresses of a workbook: runs of cells that stand together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_ADDRESS: Final = re.compile(r"(?:(?P<sheet>'(?:[^']|'')+'|\w+)!)?\$?(?P<column>[A-Z]{1,3})\$?(?P<row>\d+)")


def runs(addresses: Sequence[str]) -> list[tuple[int, int]]:
    """Return (start, end) of the runs of addresses that follow each other down a column or along a row."""
    found: list[tuple[int, int]] = []
    start = 0
    direction: tuple[int, int] | None = None
    for at in range(1, len(addresses) + 1):
        step = _step(addresses[at - 1], addresses[at]) if at < len(addresses) else None
        if step in ((0, 1), (1, 0)) and direction in (None, step):
            direction = step
            continue
        found.append((start, at))
        start, direction = at, None
    return found if addresses else []


def block(addresses: Sequence[str]) -> str:
    """Return the address of one run: `C2:C4`, or `C2` for a single cell."""
    if len(addresses) == 1:
        return addresses[0]
    return f"{addresses[0]}:{addresses[-1].rpartition('!')[2]}"


def ranges(addresses: Sequence[str]) -> list[str]:
    """Return addresses with runs along a column or a row joined: `C2, C3, C4` is `C2:C4`.

    >>> ranges(["C2", "C3", "C4", "E9"])
    ['C2:C4', 'E9']
    """
    return [block(addresses[start:end]) for start, end in runs(addresses)]


def _step(first: str, second: str) -> tuple[int, int] | None:
    a, b = _ADDRESS.fullmatch(first), _ADDRESS.fullmatch(second)
    if a is None or b is None or a["sheet"] != b["sheet"]:
        return None
    return _column_number(b["column"]) - _column_number(a["column"]), int(b["row"]) - int(a["row"])


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
