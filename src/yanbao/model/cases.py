"""What cells come to when others take other values, as facts: with formulas of their own over what does not change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from yanbao.errors import FormulaError, QuantityError
from yanbao.evidence import Calculator
from yanbao.evidence.table import Pending, Table
from yanbao.fact.fact import Derivation, Fact
from yanbao.formula import Call, Expr, Ref, Refs, evaluate, in_unit, operands, parse, source, transform, walk
from yanbao.formula.expr import depth
from yanbao.quantity import Quantity

READABLE: Final = 1_500  # characters of a formula that a reader may follow
MAX_LEVELS: Final = 50  # the language takes 60
_SPREADS: Final = frozenset({"sum", "mean", "median", "min", "max"})  # their columns may be written as parts


@dataclass(frozen=True)
class Cell:
    """Where the result of a case stands: a cell of a table, at a line of the model's file."""

    id: str
    table: str
    row: str
    column: str
    line: int
    number: int  # of the case in its table


@dataclass
class Made:
    """What is added to the evidence for cases: cells to compute, and tables for the cells between."""

    pending: list[Pending] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=dict)


class Cases:
    """Makes the cells of cases in which some facts are replaced by others.

    Where the formula of the target, written out down to the replaced facts, stays readable, it stands in the case's
    cell; else every cell between has a copy for the case.
    """

    def __init__(self, calculator: Calculator) -> None:
        self._calculator = calculator
        self._facts = calculator.evidence.facts
        self._moving: dict[tuple[str, frozenset[str]], list[str]] = {}

    def make(self, target: str, changes: Mapping[str, Fact], cell: Cell, made: Made) -> None:
        """Add the cell of a case to `made`: what the fact `target` comes to when facts are replaced, by id."""
        key = target, frozenset(changes)
        if key not in self._moving:
            self._moving[key] = self._between(target, key[1])
        between = self._moving[key]
        expr = self._written_out(target, between, changes)
        if expr is None:
            expr = self._copied(target, between, changes, cell, made)
        item = self._calculator.bound(target)
        home = self._facts[target].lineage
        origin = item[0].source if item is not None else home
        assert not isinstance(origin, Derivation)
        made.pending.append(Pending(cell.id, cell.table, cell.row, cell.column, expr, cell.line, None, None, origin))

    def _needs(self, identifier: str) -> tuple[str, ...]:
        lineage = self._facts[identifier].lineage if identifier in self._facts else None
        if not isinstance(lineage, Derivation):
            return ()
        conditions = self._calculator.conditions(identifier)
        return (*lineage.inputs, *(name for each in conditions for name in operands(each)))

    def _between(self, target: str, changed: frozenset[str]) -> list[str]:
        """Return the computed facts that a target needs and that change, each behind those that it needs."""
        found: list[str] = []
        moves: dict[str, bool] = dict.fromkeys(changed, True)
        path: dict[str, Iterator[str]] = {}
        if target not in moves:
            path[target] = iter(self._needs(target))
        while path:
            name, waiting = next(reversed(path.items()))
            following = next((each for each in waiting if each not in moves and each not in path), None)
            if following is not None:
                path[following] = iter(self._needs(following))
                continue
            del path[name]
            moves[name] = any(moves.get(each, False) for each in self._needs(name))
            if moves[name]:
                found.append(name)
        return found

    def _written_out(self, target: str, between: list[str], changes: Mapping[str, Fact]) -> Expr | None:
        """Return the formula of a target over what does not change, `None` where it is not readable or not the same."""
        if any(self._calculator.conditions(name) for name in between):
            return None  # whether it means something has to be asked of each cell between
        written: dict[str, Expr] = {name: Ref(fact.id) for name, fact in changes.items()}
        for name in between:
            lineage = self._facts[name].lineage
            assert isinstance(lineage, Derivation)
            expr = _replaced(parse(lineage.formula), written)
            if expr is None or depth(expr) > MAX_LEVELS or len(source(expr)) > READABLE:
                return None
            written[name] = expr
        expr = written.get(target, Ref(target))
        new = {fact.id: fact for fact in changes.values()}

        def value(name: str) -> Quantity:
            quantity = (new.get(name) or self._facts[name]).quantity
            if quantity is None:
                raise FormulaError(f"{name} has no value")
            return quantity

        try:
            result = evaluate(expr, value)
            base = self._facts[target].quantity
            if base is not None:
                in_unit(result, base.unit)
        except (FormulaError, QuantityError):
            return None  # a difference of percentages is in points in a cell, and not inside a longer formula
        return expr

    def _copied(self, target: str, between: list[str], changes: Mapping[str, Fact], cell: Cell, made: Made) -> Expr:
        """Add a copy of each cell between for the case; return the target's formula over them."""
        prefix = f"{cell.table}_{cell.number}"
        copies = {name: f"{prefix}_{name}" for name in between if name != target}
        new = copies | {name: fact.id for name, fact in changes.items()}
        evidence = self._calculator.evidence
        for name in between:
            found = self._calculator.bound(name)
            assert found is not None
            item, expr = found
            renamed = transform(expr, lambda part: _renamed(part, new))
            if name == target:
                return renamed
            table = f"{prefix}_{name.partition('.')[0]}"
            made.tables.setdefault(table, replace(evidence.tables[item.table], id=table, shared={}))
            made.pending.append(
                replace(item, id=copies[name], table=table, expr=renamed, printed=None, printed_text=None)
            )
        return Ref(new.get(target, target))


def _renamed(part: Expr, new: Mapping[str, str]) -> Expr:
    if isinstance(part, Ref):
        return Ref(new.get(part.id, part.id))
    if isinstance(part, Refs):
        return Refs(tuple(new.get(name, name) for name in part.ids))
    return part


def _replaced(expr: Expr, written: Mapping[str, Expr]) -> Expr | None:
    """Return an expression with references replaced by formulas, `None` where a column cannot hold them."""

    def change(part: Expr) -> Expr:
        if isinstance(part, Ref):
            return written.get(part.id, part)
        if isinstance(part, Call) and part.function in _SPREADS:
            return Call(
                part.function, tuple(each for argument in part.arguments for each in _spread(argument, written))
            )
        return part

    result = transform(expr, change)
    held = (part.ids for part in walk(result) if isinstance(part, Refs))
    return None if any(name in written for ids in held for name in ids) else result


def _spread(argument: Expr, written: Mapping[str, Expr]) -> tuple[Expr, ...]:
    if isinstance(argument, Refs) and any(name in written for name in argument.ids):
        return tuple(written.get(name, Ref(name)) for name in argument.ids)
    return (argument,)
