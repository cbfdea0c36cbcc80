"""What a table of the store is: its columns with their units, its key, and its three clocks.

Every row is about a *period* (a day, a quarter, an interval from an entry to an exit), was *published* on a day, and
*entered the store* with a load. The first two stand in the row, the third in the record of its load.

A row is valid for a reader from the day its value was known until the day another value for the same key was known:
`known_from <= as_of < known_to`. Nothing is overwritten: a restatement closes the interval of the row before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "day", "number", "integer", "flag"]
CodeKind = Literal["stock", "index", "fund"]


@dataclass(frozen=True)
class Column:
    """A column: what it holds and in which unit.

    Numbers are float64 in the one unit named here, whatever the source printed: `CNY`, `share`, `1` for fractions and
    multiples (5 % is 0.05), `index` points. `least` and `most` bound what a sane row holds; a row outside is refused.
    A column that is not `required` may be missing: that is NULL, never 0.
    """

    name: str
    type: Type
    meaning: str
    unit: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    is_code: bool = False  # a security's code, kept as `600519.SH`
    code_kind: CodeKind = "stock"  # what a code is that does not say so itself: a bare 000300 is a stock or an index


@dataclass(frozen=True)
class Table:
    """A table: its key says what a row is about; two rows with one key are vintages of one thing.

    `published` names the column that tells the day the row was published. Where a market publishes a value on its own
    day (a close, an index level), that is the day column itself. Facts that were always public (a calendar, the names
    of a classification) have none: they are known from the beginning.

    What is published cannot be handed over before its day; an entry or a change that is `announced` ahead can, and
    is known from its own day. `ordered` names pairs of days of which the second never comes before the first: a
    statement that was published before its period ended is a mistake.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    published: str | None = None
    announced: bool = False
    ordered: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        named = (*self.key, self.published or self.key[0], *(name for pair in self.ordered for name in pair))
        lost = [name for name in named if name not in names]
        if lost or len(set(names)) != len(names):
            raise ValueError(f"{self.name}: {lost or 'two columns of one name'}")
        empty = [name for name in self.vintage if not self.column(name).required]
        if empty:
            raise ValueError(f"{self.name}: a row cannot be told by what may be missing: {empty}")

    def column(self, name: str) -> Column:
        """Return a column by name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def vintage(self) -> tuple[str, ...]:
        """The columns that tell vintages apart: the key, and the day of publication."""
        return self.key if self.published is None or self.published in self.key else (*self.key, self.published)

    @property
    def day(self) -> str | None:
        """The first day of the key, which tells when a row is about; `None` where the key has none."""
        return next((name for name in self.key if self.column(name).type == "day"), None)

    @property
    def values(self) -> tuple[Column, ...]:
        """The columns that are not part of the key."""
        return tuple(column for column in self.columns if column.name not in self.key)
