"""What the names in a model's formulas mean: its own lines, other models' lines, columns of evidence."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from yanbao.errors import FormulaError
from yanbao.evidence import Evidence, FollowOnError
from yanbao.evidence.between import known_around
from yanbao.formula import Call, Expr, Name, Num, children, source
from yanbao.formula.interpolation import between_known
from yanbao.model.model import ALL, BASE, Model
from yanbao.model.units import Look, Meaning


@dataclass(frozen=True)
class Node:
    """A cell of a model's table: of the base case, or of a scenario."""

    table: str
    line: str
    row: str


class Names:
    """All that formulas may name: the models of a workspace by the ids of their tables, and its evidence."""

    def __init__(self, models: Mapping[str, Model], evidence: Evidence) -> None:
        self._evidence = evidence
        self.tables: dict[str, tuple[Model, str]] = {}  # a table's id -> its model, its scenario
        for model in models.values():
            for scenario in (BASE, *model.scenarios):
                self.tables[model.table(scenario)] = model, scenario

    def look(self, model: Model, once: bool) -> Look:
        """Return what names mean in a formula of a model, computed in each period or `once`.

        The names raise FormulaError where they mean nothing, FollowOnError where that has been told already.
        """

        def meaning(name: Name) -> Meaning:
            table = name.table or model.id
            if table in self.tables:
                return self._line(name, self.tables[table][0], model, once)
            return self._column(name, table, once)

        return meaning

    def _line(self, name: Name, home: Model, model: Model, once: bool) -> Meaning:
        written = source(name)
        if name.column not in home.lines:
            where = "this model" if home is model else f"model `{home.id}`"
            raise FormulaError(f"no line `{name.column}` in {where}{self._near(name, home, model)}")
        line = home.lines[name.column]
        if line.once:
            if name.key is not None:
                raise FormulaError(
                    f"`{written}`: the line has one value for the whole model; write it without a period"
                )
            return Meaning(line.unit)
        if name.key is None:
            if once:
                raise FormulaError(
                    f"`{written}` has a value in each period; write {written}[{home.rows[-1]}], or sum({written}[:])"
                )
            return Meaning(line.unit)
        for end in _ends(name.key):
            if end not in home.places_of_rows:
                raise FormulaError(f"`{written}`: `{end}` is no period of model `{home.id}`{_nearest(end, home.rows)}")
        return Meaning(line.unit, column=":" in name.key)

    def _near(self, name: Name, home: Model, model: Model) -> str:
        if name.table is None and name.column in self._evidence.tables:
            return f"; `{name.column}` is a table: write {name.column}.COLUMN"
        return _nearest(name.column, home.lines)

    def _column(self, name: Name, table: str, once: bool) -> Meaning:
        if self._evidence.is_refused(table):
            raise FollowOnError(f"table `{table}` has mistakes of its own")
        if table not in self._evidence.tables:
            raise FormulaError(f"no table or model `{table}`{_nearest(table, [*self._evidence.tables, *self.tables])}")
        home = self._evidence.tables[table]
        if name.column not in home.columns:
            raise FormulaError(f"no column `{name.column}` in table `{table}`{_nearest(name.column, home.columns)}")
        if (table, name.column) in self._evidence.behind_views:
            raise FormulaError(
                f"`{table}.{name.column}` is computed from a model's view, and views behind all models; take what the"
                " view itself is computed from"
            )
        if name.key is None and once:
            raise FormulaError(f"`{source(name)}` names no row; write {source(name)}[row]")
        column = home.columns[name.column]
        is_column = name.key is not None and ":" in name.key and name.key not in home.rows
        known = bool(column.unit.symbol or column.unit.dimension)  # else its cells have units of their own
        return Meaning(column.unit if known else None, column=is_column)

    def operands(self, expr: Expr, model: Model, row: str, scenario: str = BASE) -> Iterator[Node]:
        """Yield the cells of models that a formula takes in a row; cells of evidence are none of them."""
        if isinstance(expr, Name):
            yield from self._cells(expr, model, row, scenario, 0)
        elif isinstance(expr, Call) and expr.function == "prev" and isinstance(expr.arguments[0], Name):
            steps = expr.arguments[1] if len(expr.arguments) > 1 else None
            back = int(steps.value) if isinstance(steps, Num) else 1
            yield from self._cells(expr.arguments[0], model, row, scenario, back)
        elif (between := between_known(expr)) is not None:
            yield from self._known_cells(between, model, row, scenario)
        else:
            for part in children(expr):
                yield from self.operands(part, model, row, scenario)

    def _cells(self, name: Name, model: Model, row: str, scenario: str, back: int) -> Iterator[Node]:
        table = self.table(name, model, scenario)
        if table not in self.tables:
            return
        home = self.tables[table][0]
        if home.lines[name.column].once:
            yield Node(table, name.column, ALL)
            return
        rows, places = home.rows, home.places_of_rows
        if name.key is None:
            wanted = [_row_in(home, model, row)]
        elif ":" in name.key:
            first, last = (part.strip() for part in name.key.split(":", 1))
            start, stop = places[first] if first else 0, places[last] + 1 if last else len(rows)
            wanted = list(rows[start:stop])
        else:
            wanted = [name.key]
        for key in wanted:
            if key is not None and places[key] >= back:
                yield Node(table, name.column, rows[places[key] - back])

    def _known_cells(self, name: Name, model: Model, row: str, scenario: str) -> Iterator[Node]:
        """Yield the two cells that an interpolation runs between; where it has none, computing it will tell."""
        table = self.table(name, model, scenario)
        if table not in self.tables:
            return
        home = self.tables[table][0]
        line = home.lines[name.column]
        at = name.key if name.key is not None else _row_in(home, model, row)
        if line.once or at not in home.places_of_rows:
            return
        yield from (Node(table, line.id, each) for each in known_around(home.rows, line.given, at) or ())

    def table(self, name: Name, model: Model, scenario: str) -> str:
        """Return the id of the table that a name means in a scenario.

        Another model is taken in the same scenario, where it has one of that name.
        """
        if name.table is None or name.table == model.id:
            return model.table(scenario)
        if name.table in self.tables:
            home, own = self.tables[name.table]
            if own == BASE and scenario in home.scenarios:
                return home.table(scenario)
        return name.table

    def in_scenario(self, name: Name, model: Model, scenario: str) -> Name:
        """Return a name as it is written in the table of a scenario."""
        if name.table is None:
            return name
        table = self.table(name, model, scenario)
        return name if table == name.table else Name(table, name.column, name.key)


def _ends(key: str) -> Iterable[str]:
    return [end for part in key.split(":") if (end := part.strip())] if ":" in key else [key]


def _row_in(home: Model, model: Model, row: str) -> str | None:
    """Return the period of another model that a period of this one means: of its key, else of its days."""
    if home is model or row in home.places_of_rows:
        return row
    own = next(period for period in model.periods if period.key == row)
    wanted = (own.period.start, own.period.end, own.estimate)
    alike = (each.key for each in home.periods if (each.period.start, each.period.end, each.estimate) == wanted)
    return next(alike, None)


def _nearest(name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, 3, 0.5)
    return f"; near: {', '.join(near)}" if near else f"; there are: {', '.join(names[:12]) or 'none'}"
