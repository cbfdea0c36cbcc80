"""Many runs of a model at once: float64 arrays over periods, cases and draws, for all that depends on what changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Final

import numpy as np

from yanbao.errors import FormulaError
from yanbao.evidence import Calculator, FollowOnError
from yanbao.fact.fact import Derivation, Fact
from yanbao.formula import Call, Expr, Num, counted, parse, transform, walk
from yanbao.formula.array import Array, evaluate_array, holds_array
from yanbao.formula.base_units import in_base_units
from yanbao.model.steps import CellFormula, Together, together
from yanbao.quantity import Quantity, Unit

MAX_KEPT: Final = 50_000_000  # numbers of targets that one run gives: 400 MB
# How many draws are computed at once: more are not faster (`python -m benchmarks.model_runs`), and take memory
BLOCK: Final = 16_384
STORE: Final = 10_000_000  # numbers of all cells that are held at once: 80 MB
_HIDING: Final = frozenset({"if", "count", "rank", "percentile"})  # may have a number where an operand has none


@dataclass(frozen=True)
class _Operand:
    """Where a step's cells take an operand from: rows of the values that move, or numbers that stay."""

    rows: slice | Array | None
    numbers: Array | None = None  # (cells, 1, 1)

    def of(self, values: Array) -> Array:
        """Return the operand of each cell, given the values that move."""
        if self.numbers is not None:
            return self.numbers
        return np.asarray(values[self.rows])


@dataclass(frozen=True)
class _Step:
    """Cells of one formula (over operands 0, 1, …), none of which needs another of them: computed together."""

    expr: Expr
    conditions: tuple[Expr, ...]
    operands: tuple[_Operand, ...]
    rows: slice | Array
    changed: tuple[str, ...]  # of them, those that are changed after they were computed
    hides: bool  # whether the formula may have a number where an operand has none: a branch that is not taken


class Runs:
    """What targets come to when inputs change, in as many cases and draws as are given at once.

    Cells that depend on none of the changed ones keep their values. The others are computed by the very formulas,
    over fact ids, that the calculator computed them by: all periods of a line in one step where none needs another,
    and all cases and draws in any step. A column (`x[:]`) has the cells that the workspace as it stands has in it.

    Args:
        calculator: has computed all cells.
        targets: ids of the facts that are asked for.
        changed: ids of the facts that `values` may change; a computed one is changed after it was computed.

    Raises:
        FormulaError: a fact that is not there, or that is a text.
        FollowOnError: a fact with a mistake of its own.
    """

    def __init__(self, calculator: Calculator, targets: Sequence[str], changed: Collection[str]) -> None:
        self._calculator = calculator
        self._facts = calculator.evidence.facts
        for name in (*targets, *changed):
            if self._fact(name).text is not None:
                raise FormulaError(f"`{name}` is a text, not a number")
        self._targets = tuple(targets)
        self._changed = frozenset(changed)
        cells = self._moving()
        self._rows = {name: at for at, name in enumerate(sorted(cells, key=self._place))}
        self._inputs = [name for name, cell in cells.items() if cell is None]
        formulas = {name: cell for name, cell in cells.items() if cell is not None}
        self._steps = [self._step(found) for found in together(formulas, self.moving)]

    @property
    def moving(self) -> frozenset[str]:
        """The facts that change with the changed ones, as far as the targets need them."""
        return frozenset(self._rows)

    def values(self, changes: Mapping[str, Array]) -> dict[str, Array]:
        """Return the targets by id, each as float64 of shape (cases, draws), in base units; NaN is missing.

        Args:
            changes: for changed facts, numbers in base units (ratios as 0.05, money in 元) of a shape that fits
                (cases, draws); NaN where the fact keeps its own value.

        Raises:
            FormulaError: more numbers than memory should hold.
        """
        given = {name: np.atleast_2d(np.asarray(values, dtype=np.float64)) for name, values in changes.items()}
        if strange := sorted(given.keys() - self._changed):
            raise FormulaError(f"`{strange[0]}` is not among the facts that this run changes")
        cases, draws = np.broadcast_shapes((1, 1), *(values.shape for values in given.values()))
        if cases * draws * len(self._targets) > MAX_KEPT:
            raise FormulaError(f"{len(self._targets)} cells x {cases} cases x {draws:,} draws are too many at once")
        found = {name: np.empty((cases, draws)) for name in self._targets}
        block = max(1, min(BLOCK, STORE // max(1, len(self._rows))) // cases)
        store = np.empty((len(self._rows), cases, min(block, draws)))
        for start in range(0, draws, block):
            stop = min(start + block, draws)
            values = store[:, :, : stop - start]
            self._fill(values, {name: _cut(each, start, stop) for name, each in given.items()})
            for name, kept in found.items():
                at = self._rows.get(name)
                kept[:, start:stop] = self._base(name) if at is None else values[at]
        return found

    def _fill(self, values: Array, changes: Mapping[str, Array]) -> None:
        for name in self._inputs:
            values[self._rows[name]] = self._base(name)
            self._change(values, name, changes)
        for step in self._steps:
            taken = [one.of(values) for one in step.operands]

            def operand(name: str, taken: list[Array] = taken) -> Array:
                return taken[int(name)]

            result = evaluate_array(step.expr, operand)
            if step.hides:  # a cell whose operand is missing is missing, here as in the calculator
                unknown = reduce(np.logical_or, (np.isnan(one) for one in taken))
                result = np.where(unknown, np.nan, result)
            for condition in step.conditions:
                result = np.where(holds_array(condition, operand) == 1.0, result, np.nan)
            values[step.rows] = result
            for name in step.changed:
                self._change(values, name, changes)

    def _change(self, values: Array, name: str, changes: Mapping[str, Array]) -> None:
        if name in changes:
            row = values[self._rows[name]]
            row[...] = np.where(np.isnan(changes[name]), row, changes[name])

    # what depends on what

    def _fact(self, name: str) -> Fact:
        fact = self._facts.get(name)
        if fact is None:
            if self._calculator.is_pending(name):
                raise FollowOnError(f"{name} could not be computed; see its own mistake")
            raise FormulaError(f"no fact `{name}`")
        return fact

    def _base(self, name: str) -> float:
        """Return a fact's value in base units, NaN where it has none."""
        quantity = self._fact(name).quantity
        return float("nan") if quantity is None else in_base(quantity)

    def _unit(self, name: str) -> Unit:
        quantity = self._fact(name).quantity
        if quantity is not None:
            return quantity.unit
        table, _, rest = name.partition(".")
        home = self._calculator.evidence.tables.get(table)
        column = None if home is None else home.columns.get(rest.partition("@")[0])
        return Unit("") if column is None else column.unit

    def _place(self, name: str) -> tuple[str, int]:
        """Return what cells are kept in order by: those of a line beside each other, in the order of its rows."""
        column, _, row = name.partition("@")
        table = self._calculator.evidence.tables.get(column.partition(".")[0])
        return column, table.rows.index(row) if table is not None and row in table.rows else 0

    def _moving(self) -> dict[str, CellFormula | None]:
        """Return the cells that the targets need and that change, each behind its operands; inputs are `None`."""
        found: dict[str, CellFormula | None] = {}
        seen: dict[str, bool] = {}  # whether it moves
        for target in self._targets:
            stack: list[tuple[str, CellFormula | None, Iterator[str]]] = []
            if target not in seen:
                stack.append(self._opened(target, seen))
            while stack:
                name, cell, waiting = stack[-1]
                following = next((each for each in waiting if each not in seen), None)
                if following is not None:
                    stack.append(self._opened(following, seen))
                    continue
                stack.pop()
                moves = name in self._changed or (cell is not None and any(seen[each] for each in cell.needs))
                seen[name] = moves
                if moves:
                    found[name] = cell
        return found

    def _opened(self, name: str, seen: dict[str, bool]) -> tuple[str, CellFormula | None, Iterator[str]]:
        seen[name] = False
        cell = self._cell(name)
        return name, cell, iter(() if cell is None else cell.needs)

    def _cell(self, name: str) -> CellFormula | None:
        lineage = self._fact(name).lineage
        if not isinstance(lineage, Derivation) or not lineage.formula:
            return None
        conditions = self._calculator.conditions(name)
        expr, *others = (self._plain(part) for part in (parse(lineage.formula), *conditions))
        return CellFormula(name, expr, tuple(others))

    def _plain(self, expr: Expr) -> Expr:
        def count(part: Expr) -> Expr:
            column = counted(part)  # its cells may hold texts
            return part if column is None else Num(Fraction(len(column.ids)), str(len(column.ids)))

        return in_base_units(transform(expr, count), self._unit)

    def _step(self, found: Together) -> _Step:
        taken = tuple(self._operand(names) for names in found.operands)
        rows = _run([self._rows[name] for name in found.ids])
        changed = tuple(name for name in found.ids if name in self._changed)
        hides = any(isinstance(part, Call) and part.function in _HIDING for part in walk(found.expr))
        return _Step(found.expr, found.conditions, taken, rows, changed, hides)

    def _operand(self, names: tuple[str, ...]) -> _Operand:
        if names[0] in self._rows:
            return _Operand(_run([self._rows[name] for name in names]))
        return _Operand(None, np.array([self._base(name) for name in names])[:, None, None])


def in_base(quantity: Quantity) -> float:
    """Return a number in base units: 5% as 0.05, 3亿元 as 300000000."""
    return float(quantity.value * quantity.unit.scale)


def from_base(value: float, unit: Unit) -> Quantity:
    """Return a number in base units as an exact quantity in a unit."""
    return Quantity.exact(Fraction(value) / unit.scale, unit)


def _cut(values: Array, start: int, stop: int) -> Array:
    return values if values.shape[1] == 1 else values[:, start:stop]


def _run(rows: Sequence[int]) -> slice | Array:
    """Return rows as a slice where they follow each other, which takes no copy."""
    if list(rows) == list(range(rows[0], rows[0] + len(rows))):
        return slice(rows[0], rows[0] + len(rows))
    return np.array(rows)
