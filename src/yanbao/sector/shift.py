"""Rows beside and below others: the month before, the same quarter a year ago, one answer under another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    from ibis.expr.types import IntegerColumn, Table, Value


def month_number(day: Value) -> IntegerColumn:
    """Number the months without a gap."""
    return (day.year() * 12 + day.month()).cast("int64")


def quarter_number(day: Value) -> IntegerColumn:
    """Number the quarters without a gap: four of them are a year."""
    return (day.year() * 4 + (day.month() + 2) // 3).cast("int64")


def beside(table: Table, number: str, steps: int, within: tuple[str, ...] = (), **columns: str) -> Table:
    """Return the table with columns of the row `steps` before, by a column that numbers periods without a gap.

    `columns` name the new column and the one it is of. Where that row is not there they are missing: a gap never
    makes the row before it the one a step ago, as a window function would.

    Args:
        table: one row a number and a value of `within`.
        number: the column that counts periods.
        steps: how far back.
        within: columns that are equal in both rows.
        columns: new column = column of the earlier row.
    """
    other = table.view()
    keys = {f"{name}_of_earlier": other[name] for name in within}
    other = other.select(
        **keys, number_of_earlier=other[number] + steps, **{new: other[old] for new, old in columns.items()}
    )
    pairs = [(name, f"{name}_of_earlier") for name in within]
    return table.left_join(other, [*pairs, (number, "number_of_earlier")]).select(*table.columns, *columns)


def stacked(*tables: Table) -> Table:
    """Return the rows of several tables as one; a column that is never missing in one may be in another."""
    return ibis.union(
        *(table.cast({name: kind.copy(nullable=True) for name, kind in table.schema().items()}) for table in tables)
    )
