"""References to cells of a workbook, as charts and formulas write them: `'图1'!$B$3:$B$7`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_REFERENCE = re.compile(
    r"^(?:(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!\s]+))!)?"
    r"\$?(?P<c1>[A-Za-z]{1,3})\$?(?P<r1>\d{1,7})(?::\$?(?P<c2>[A-Za-z]{1,3})\$?(?P<r2>\d{1,7}))?$"
)
MAX_CELLS = 100_000


@dataclass(frozen=True)
class Reference:
    """A rectangle of cells: 1-based columns and rows, both ends included; `sheet` is "" where none is named."""

    sheet: str
    first_column: int
    first_row: int
    last_column: int
    last_row: int

    def cells(self) -> list[tuple[int, int]]:
        """Return (row, column) of each cell, row by row; at most `MAX_CELLS` are listed."""
        found: list[tuple[int, int]] = []
        for row in range(self.first_row, self.last_row + 1):
            for column in range(self.first_column, self.last_column + 1):
                found.append((row, column))
                if len(found) >= MAX_CELLS:
                    return found
        return found


def parse_reference(text: str) -> Reference | None:
    """Return the rectangle a reference names, `None` if the text is no reference to one rectangle."""
    match = _REFERENCE.match(text.strip().lstrip("="))
    if match is None:
        return None
    sheet = (match["quoted"] or "").replace("''", "'") or match["plain"] or ""
    columns = sorted((column_number(match["c1"]), column_number(match["c2"] or match["c1"])))
    rows = sorted((int(match["r1"]), int(match["r2"] or match["r1"])))
    return Reference(sheet, columns[0], rows[0], columns[1], rows[1])


def column_number(letters: str) -> int:
    """Return the 1-based number of a column: "A" is 1, "AA" 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def address(row: int, column: int) -> str:
    """Return the address of a cell: (7, 2) is "B7"."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
