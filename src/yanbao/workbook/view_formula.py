"""The formula of a view's cell, written out over what stands in a workbook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from yanbao.errors import FormulaError
from yanbao.evidence import Calculator
from yanbao.fact.fact import Derivation, Fact
from yanbao.formula import Call, Expr, Ref, Refs, parse, transform, walk

_MOST_PARTS: Final = 4_000  # beyond them no cell takes it
_SPREADS: Final = frozenset({"sum", "mean", "median", "min", "max"})


def written_out(fact: Fact, calculator: Calculator, known: Callable[[str], bool]) -> tuple[Expr, tuple[Expr, ...]]:
    """Return a computed fact's formula over facts that are known, and the conditions under which it has a meaning.

    Copies of cells between, which a view makes for each of its cases, are replaced by their formulas.

    Raises:
        FormulaError: it grows beyond what a cell takes, or a column holds what a cell cannot say.
    """
    return _Writer(calculator, known).of(fact)


class _Writer:
    def __init__(self, calculator: Calculator, known: Callable[[str], bool]) -> None:
        self._calculator = calculator
        self._known = known
        self._conditions: dict[Expr, None] = {}
        self._written: dict[str, Expr] = {}

    def of(self, fact: Fact) -> tuple[Expr, tuple[Expr, ...]]:
        assert isinstance(fact.lineage, Derivation)
        self._conditions.update(dict.fromkeys(map(self._replaced, self._calculator.conditions(fact.id))))
        return self._replaced(parse(fact.lineage.formula)), tuple(self._conditions)

    def _replaced(self, expr: Expr) -> Expr:
        found = transform(expr, self._part)
        if sum(1 for _ in walk(found)) > _MOST_PARTS:
            raise FormulaError(f"more than {_MOST_PARTS} parts in one cell")
        return found

    def _part(self, part: Expr) -> Expr:
        if isinstance(part, Ref):
            return part if self._known(part.id) else self._of_copy(part.id)
        if isinstance(part, Call) and part.function in _SPREADS:
            return Call(part.function, tuple(each for one in part.arguments for each in self._spread(one)))
        if isinstance(part, Refs) and not all(map(self._known, part.ids)):
            return part  # the call around it takes its cells apart
        return part

    def _spread(self, argument: Expr) -> tuple[Expr, ...]:
        if isinstance(argument, Refs) and not all(map(self._known, argument.ids)):
            return tuple(self._part(Ref(name)) for name in argument.ids)
        return (argument,)

    def _of_copy(self, identifier: str) -> Expr:
        if identifier not in self._written:
            fact = self._calculator.evidence.facts.get(identifier)
            if fact is None or not isinstance(fact.lineage, Derivation):
                raise FormulaError(f"{identifier} does not stand in the workbook")
            conditions = self._calculator.conditions(identifier)
            self._written[identifier] = self._replaced(parse(fact.lineage.formula))
            self._conditions.update(dict.fromkeys(map(self._replaced, conditions)))
        return self._written[identifier]
