"""A workbook in memory: operands in cells, formulas recomputed by IronCalc."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import ironcalc

from yanbao.quantity import Quantity, Unit

Layout = Callable[[int], tuple[int, int, int]]  # place of an operand -> sheet, row, column (from 0, 1, 1)

LAYOUTS: dict[str, Layout] = {
    "down a column": lambda at: (0, 1 + at, 3),
    "along a row": lambda at: (0, 2, 4 + at),
    "on another sheet": lambda at: (1, 1 + at, 2),
    "with gaps": lambda at: (0, 1 + at + at // 2, 3),  # as where a missing cell is left out
    "apart": lambda at: (0, 1 + 2 * at, 1 + at),
}
OTHER_SHEET = "数据 1's"


def cell_unit(unit: Unit) -> Unit:
    """Return the unit of a number in a cell: ratios and differences are held as fractions."""
    return replace(unit, scale=Fraction(1)) if not unit.dimension and unit.scale < 1 else unit


class Workbook:
    """Operands in cells in one of the layouts; `recompute` gives what a formula comes to."""

    def __init__(self, facts: dict[str, Quantity], layout: str = "down a column") -> None:
        self._model = ironcalc.create("test", "en", "UTC")
        self._model.new_sheet()
        self._model.rename_sheet(1, OTHER_SHEET)
        self._cells: dict[str, tuple[str, Unit]] = {}
        self._next = 0
        for at, (name, quantity) in enumerate(facts.items()):
            sheet, row, column = LAYOUTS[layout](at)
            unit = cell_unit(quantity.unit)
            self._model.update_cell_with_number(
                sheet, row, column, float(quantity.value * quantity.unit.scale / unit.scale)
            )
            letters = ironcalc.column_name_from_number(column)
            prefix = "" if sheet == 0 else "'" + OTHER_SHEET.replace("'", "''") + "'!"
            self._cells[name] = (f"{prefix}{letters}{row}", unit)

    def operand(self, name: str) -> tuple[str, Unit]:
        return self._cells[name]

    def recompute(self, formula: str) -> float | bool | str | None:
        """Return the value of a formula; an error is its text (`#DIV/0!`)."""
        self._next += 1
        self._model.update_cell_with_formula(0, 500 + self._next, 1, "=" + formula)
        self._model.evaluate()
        value: float | bool | str | None = self._model.get_cell_value(0, 500 + self._next, 1)
        return value
