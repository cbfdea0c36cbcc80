"""What every exhibit returns: a tidy table with units, and how many members each number rests on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ibis.expr.types import Table

Row = dict[str, Any]


@dataclass(frozen=True)
class Text:
    """One text in both languages of a report."""

    zh: str
    en: str

    def json(self) -> dict[str, str]:
        """Return both languages by their code."""
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True)
class Column:
    """A column of an exhibit: its name in data, its unit (`1` is a fraction or a multiple), its head in print."""

    name: str
    unit: str
    head: Text


@dataclass(frozen=True)
class Coverage:
    """How many members the numbers rest on, and what was left out and why.

    `counts` has a row for each group that is counted; its fields are those of the exhibit.
    """

    text: Text
    counts: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Exhibit:
    """The answer to one question about a market, computed when its rows are read.

    Returns and ratios are fractions (5 % is 0.05), money is in the unit of its column, a missing value is `None`.
    """

    exhibit: str
    as_of: date
    columns: tuple[Column, ...]
    expression: Table = field(repr=False)
    count: Callable[[], Coverage] = field(repr=False)
    notes: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        declared = tuple(column.name for column in self.columns)
        if tuple(self.expression.columns) != declared:
            raise ValueError(f"{self.exhibit}: {tuple(self.expression.columns)} is not {declared}")

    @property
    def unit(self) -> dict[str, str]:
        """The unit of each column; texts and days have none."""
        return {column.name: column.unit for column in self.columns if column.unit}

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows in order."""
        return fetch(self.expression)

    @cached_property
    def coverage(self) -> Coverage:
        """How many members the numbers rest on."""
        return self.count()

    def json(self) -> dict[str, Any]:
        """Return the exhibit as plain data: `exhibit`, `as_of`, `unit`, `coverage`, `rows`; days as `2024-06-28`."""
        return {
            "exhibit": self.exhibit,
            "as_of": self.as_of.isoformat(),
            "unit": self.unit,
            "coverage": {
                **self.coverage.text.json(),
                "counts": [_plain(row) for row in self.coverage.counts],
                "notes": [note.json() for note in self.notes],
            },
            "rows": [_plain(row) for row in self.rows],
        }


def fetch(table: Table) -> tuple[Row, ...]:
    """Return the rows of a query; NaN, which an engine may give for a missing number, is `None`."""
    return tuple({name: _value(value) for name, value in row.items()} for row in table.to_pyarrow().to_pylist())


def _value(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def _plain(row: Row) -> Row:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
