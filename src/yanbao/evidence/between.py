"""`interpolate(column)` in a row: between which known rows does it stand, and where between them?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import Final

from yanbao.errors import FormulaError
from yanbao.evidence.table import Table
from yanbao.formula import Call, Expr, Name, Num
from yanbao.formula.expr import quoted

_MONTHLY: Final = frozenset({"year", "half", "quarter", "month"})


def known_around(rows: Sequence[str], given: Collection[str], row: str) -> tuple[str, str] | None:
    """Return the nearest known rows before and behind a row, twice the row itself where it is known.

    `None` where there is none on one side: nothing is drawn beyond the known.

    >>> known_around(["2023", "2024E", "2025E", "2026E"], {"2023", "2026E"}, "2025E")
    ('2023', '2026E')
    """
    at = rows.index(row)
    before = next((each for each in reversed(rows[: at + 1]) if each in given), None)
    behind = next((each for each in rows[at:] if each in given), None)
    return None if before is None or behind is None else (before, behind)


def interpolation(call: Call, table: Table, column: str, row: str) -> Expr:
    """Return `interpolate(column)` in a row as a call over its two known cells: `interpolate(1, 0, a, 3, b)`.

    The places are counted from the rows' periods: in periods where all are equally long, else in months.

    Raises:
        FormulaError: no known cell on one side, or rows without periods.
    """
    rows = table.body()
    ends = known_around(rows, table.given.get(column, ()), row) if row in rows else None
    if ends is None:
        raise FormulaError(
            f"{quoted(call)}: `{row}` has no known value of `{column}` on both sides; type one, nothing is drawn beyond"
        )
    first, last = ends
    if first == last:
        return Name(table.id, column, row)
    at, whole = (_months(table, first, each) for each in (row, last))
    share = Fraction(at, whole)
    steps = rows.index(last) - rows.index(first)
    below = steps if steps % share.denominator == 0 else share.denominator
    return Call(
        call.function,
        (
            _number(share * below),
            _number(Fraction(0)),
            Name(table.id, column, first),
            _number(Fraction(below)),
            Name(table.id, column, last),
        ),
    )


def _months(table: Table, first: str, row: str) -> int:
    start, end = table.periods.get(first), table.periods.get(row)
    if start is None or end is None or not {start.grain, end.grain} <= _MONTHLY:
        raise FormulaError(f"`{table.id}` has no years, halves, quarters or months in its rows: how far is `{row}`?")
    return 12 * (end.end.year - start.end.year) + end.end.month - start.end.month


def _number(value: Fraction) -> Num:
    return Num(value, str(value))
