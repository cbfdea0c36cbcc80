"""Names of an expression -> references to facts, in the place where the expression stands."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from fractions import Fraction

from yanbao import relation
from yanbao.errors import FormulaError
from yanbao.evidence.between import interpolation
from yanbao.evidence.table import Column, Table
from yanbao.formula import Call, Expr, Name, Num, Ref, Refs, source, transform
from yanbao.formula.expr import quoted
from yanbao.formula.interpolation import between_known
from yanbao.quantity import Period, parse_period


class FollowOnError(FormulaError):
    """Something this needs has a mistake of its own: that one is reported, this one is not."""


class NoPreviousRowError(FormulaError):
    """`prev(x)` in the first row: the cell is missing, not wrong."""


class Binder:
    """Resolves names over all tables of a workspace.

    Args:
        tables: the evidence tables by id.
        known: whether a fact id exists (sourced or to be computed).
        missing: whether a fact is known to be no number: columns leave those cells out.
        there: whether a fact has a number or a text: what `count(column)` counts.
        refused: whether a table that is not there has mistakes of its own.
        dated: the period of a fact whose row and column name none.
    """

    def __init__(
        self,
        tables: dict[str, Table],
        known: Callable[[str], bool],
        missing: Callable[[str], bool],
        there: Callable[[str], bool],
        refused: Callable[[str], bool] = lambda name: False,
        dated: Callable[[str], Period | None] = lambda identifier: None,
    ) -> None:
        self._tables = tables
        self._known = known
        self._missing = missing
        self._there = there
        self._refused = refused
        self._dated = dated

    def bind(self, expr: Expr, table: Table | None = None, row: str | None = None) -> Expr:
        """Return the expression over fact ids.

        Args:
            expr: an expression with names.
            table: the table in which it stands, `None` in prose.
            row: the row in which it stands.

        Raises:
            FormulaError: an unknown name or row, with the nearest ones; a name that says no row in prose.
            NoPreviousRowError: `prev(x)` in a first row.
        """
        expr = self._counted(self._between(self._previous(expr, table, row), table, row), table)
        bound = transform(expr, lambda part: self._name(part, table, row) if isinstance(part, Name) else part)
        return relation.resolve_spans(bound, self._count)

    def _previous(self, expr: Expr, table: Table | None, row: str | None) -> Expr:
        def replace(part: Expr) -> Expr:
            if not (isinstance(part, Call) and part.function == "prev"):
                return part
            steps = part.arguments[1] if len(part.arguments) == 2 else Num(Fraction(1), "1")
            name = part.arguments[0] if part.arguments else None
            if not isinstance(name, Name) or not isinstance(steps, Num) or len(part.arguments) > 2:
                raise FormulaError(f"prev(column) or prev(column, 2) takes one column, not {quoted(part)}")
            if steps.value < 1 or steps.value.denominator != 1:
                raise FormulaError(f"{quoted(part)} goes {steps.text} rows back; a whole number above 0 is needed")
            home = self._table(name.table, table, name)
            if self._column(home, name).whole:
                raise FormulaError(f"`{source(name)}` has one value: there is none before it")
            current = name.key if name.key is not None else self._row_in(home, table, row)
            if current is None:
                raise FormulaError(f"{quoted(part)} names no row; in prose write prev(column[row])")
            self._check_row(home, current)
            rows = home.body()
            at = rows.index(current) - int(steps.value) if current in rows else -1
            if at < 0:
                raise NoPreviousRowError(f"no row {steps.text} before `{current}`")
            return Name(home.id, name.column, rows[at])

        return transform(expr, replace)

    def _between(self, expr: Expr, table: Table | None, row: str | None) -> Expr:
        """Give each `interpolate(column)` the two known cells that it runs between."""

        def replace(part: Expr) -> Expr:
            if not isinstance(part, Call) or (name := between_known(part)) is None:
                return part
            home = self._table(name.table, table, name)
            if self._column(home, name).whole:
                raise FormulaError(f"`{source(name)}` has one value: there is nothing to interpolate")
            current = name.key if name.key is not None else self._row_in(home, table, row)
            if current is None:
                raise FormulaError(f"{quoted(part)} names no row; in prose write {part.function}(column[row])")
            self._check_row(home, current)
            return interpolation(part, home, name.column, current)

        return transform(expr, replace)

    def _counted(self, expr: Expr, table: Table | None) -> Expr:
        """Bind each `count(column)` of texts: the cells that are there."""

        def replace(part: Expr) -> Expr:
            if not (isinstance(part, Call) and part.function == "count" and len(part.arguments) == 1):
                return part
            name = part.arguments[0]
            if not isinstance(name, Name) or name.key is None:
                return part
            home = self._table(name.table, table, name)
            column = self._column(home, name)
            if ":" not in name.key or name.key in home.rows or not _holds_texts(home, column):
                return part
            if column.spec.kind == "mark":
                raise FormulaError(
                    f"`{source(name)}` holds ticks and crosses; count a condition on a column of numbers"
                )
            present = tuple(part for part in self._ids(home, name) if self._there(part))
            if not present:
                raise FormulaError(f"`{source(name)}` holds no values")
            return Call("count", (Refs(present),))

        return transform(expr, replace)

    @staticmethod
    def _column(table: Table, name: Name) -> Column:
        if name.column not in table.columns:
            raise FormulaError(f"no column `{name.column}` in table `{table.id}`" + _near(name.column, table.columns))
        return table.columns[name.column]

    def _table(self, name: str | None, table: Table | None, expr: Expr) -> Table:
        if name is None:
            if table is None:
                raise FormulaError(f"`{source(expr)}` names no table; write TABLE.column[row]")
            return table
        if self._refused(name):
            raise FollowOnError(f"table `{name}` has mistakes of its own")
        if name not in self._tables:
            raise FormulaError(f"no table `{name}`" + _near(name, self._tables))
        return self._tables[name]

    def _name(self, name: Name, table: Table | None, row: str | None) -> Expr:
        home = self._table(name.table, table, name)
        if self._column(home, name).whole:
            if name.key is not None:
                raise FormulaError(f"`{home.id}.{name.column}` has one value; write it without [{name.key}]")
            assert home.whole is not None
            return self._cell(home, home.whole, name.column)
        if name.key is None:
            at = self._row_in(home, table, row)
            if at is None:
                raise FormulaError(
                    f"`{source(name)}` names no row; write {source(name)}[row], or {source(name)}[:] for all rows"
                )
            return self._cell(home, at, name.column)
        if ":" in name.key and name.key not in home.rows:
            return self._slice(home, name)
        self._check_row(home, name.key)
        return self._cell(home, name.key, name.column)

    def _row_in(self, home: Table, table: Table | None, row: str | None) -> str | None:
        """Return the row of a table that a row of another one means: of its key, else of its period."""
        if row is None or row in home.rows:
            return None if row == home.whole else row
        period = table.periods.get(row) if table is not None else None
        if period is None:
            return None
        wanted = (period.start, period.end, bool(period.estimate))
        alike = (key for key, found in home.periods.items() if (found.start, found.end, bool(found.estimate)) == wanted)
        return next(alike, None)

    def _cell(self, table: Table, row: str, column: str) -> Ref:
        identifier = table.fact_id(row, column)
        if not self._known(identifier):
            raise FormulaError(f"`{table.id}.{column}[{row}]` has no value")
        return Ref(identifier)

    def _slice(self, table: Table, name: Name) -> Refs:
        present = tuple(part for part in self._ids(table, name) if not self._missing(part))
        if not present and _holds_texts(table, table.columns[name.column]):
            raise FormulaError(
                f"`{source(name)}` holds texts: count({source(name)}) counts them, all else needs numbers"
            )
        if not present:
            raise FormulaError(f"`{source(name)}` holds no values")
        return Refs(present)

    def _ids(self, table: Table, name: Name) -> list[str]:
        """Return the ids of a slice's cells that are known."""
        first, _, last = (name.key or "").partition(":")
        rows = table.body()
        for end in (first.strip(), last.strip()):
            if end:
                self._check_row(table, end)
                if end not in rows:
                    raise FormulaError(f"row `{end}` is a total; a slice runs over the other rows")
        start = rows.index(first.strip()) if first.strip() else 0
        stop = rows.index(last.strip()) + 1 if last.strip() else len(rows)
        ids = [table.fact_id(row, name.column) for row in rows[start:stop]]
        return [part for part in ids if self._known(part)]

    @staticmethod
    def _check_row(table: Table, row: str) -> None:
        if row not in table.rows:
            raise FormulaError(f"no row `{row}` in table `{table.id}`" + _near(row, table.rows))

    def _count(self, later: str, earlier: str) -> int | Fraction:
        periods = self.period(later), self.period(earlier)
        if periods[0] is None or periods[1] is None:
            raise FormulaError(f"{later} and {earlier} have no periods; set `period` in the table's sidecar")
        return relation.span(periods[0], periods[1])

    def period(self, identifier: str) -> Period | None:
        """Return the period of a cell by its fact id: the column's own, else the row's."""
        dataset, _, rest = identifier.partition(".")
        column, _, row = rest.partition("@")
        table = self._tables.get(dataset)
        if table is None or column not in table.columns:
            return None
        own = table.columns[column].spec.period
        return parse_period(own) if own else table.periods.get(row) or self._dated(identifier)


def _holds_texts(table: Table, column: Column) -> bool:
    return column.spec.kind in ("text", "date", "mark") or column.id == table.key


def _near(name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, 3, 0.5)
    return f"; near: {', '.join(near)}" if near else f"; there are: {', '.join(names[:12])}"
