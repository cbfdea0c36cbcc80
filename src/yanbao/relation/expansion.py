"""Calls of relations in an expression: replaced by their formulas, named, and asked for their conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from yanbao.errors import FormulaError
from yanbao.formula import (
    FUNCTIONS,
    RESERVED,
    Binary,
    Call,
    Expr,
    Name,
    Num,
    Ref,
    Refs,
    Unary,
    children,
    transform,
    walk,
)
from yanbao.formula.expr import quoted
from yanbao.relation.registry import RELATIONS
from yanbao.relation.relation import Condition, Relation

MAX_PARTS: Final = 20_000  # of an expanded formula; nested relations may double at each level
MAX_LEVELS: Final = 100


@dataclass(frozen=True)
class Requirement:
    """A side condition of a relation that an expression calls, over the expression's own operands."""

    expr: Expr
    relation: str
    condition: Condition


def expand(expr: Expr) -> Expr:
    """Return the expression in plain language: each call of a relation is replaced by the relation's formula.

    Calls of `span` stay where they are, for the layer that knows the operands' periods (`resolve_spans`).

    Raises:
        FormulaError: a wrong number of operands, a column where a number is needed, or a formula that grows
            beyond reason.

    >>> from yanbao.formula import parse, source
    >>> source(expand(parse("pp(yoy({a}, {b}), 5%)")))
    'diff({a} / {b} - 1, 5%)'
    """
    return _expanded(expr)[0]


def find(expr: Expr) -> str | None:
    """Return the name of the relation that gives the expression's result, `None` where plain arithmetic does.

    >>> from yanbao.formula import parse
    >>> find(parse("yoy(state, prev(state))"))
    'yoy'
    """
    return expr.function if isinstance(expr, Call) and expr.function in RELATIONS else None


def requirements(expr: Expr) -> tuple[Requirement, ...]:
    """Return the side conditions of every relation that the expression calls, innermost first.

    Their expressions are expanded; each is to be true of the operands as printed (`formula.holds`).

    Raises:
        FormulaError: as `expand`.
    """
    return _expanded(expr)[1]


@lru_cache(maxsize=4096)
def _expanded(expr: Expr) -> tuple[Expr, tuple[Requirement, ...]]:
    expansion = _Expansion()
    return expansion.expand(expr), tuple(expansion.requirements)


def resolve_spans(expr: Expr, count: Callable[[str, str], int | Fraction]) -> Expr:
    """Return the expression with each `span(a, b)` replaced by the number of periods from b to a.

    Args:
        expr: an expression over references, expanded.
        count: gives the number for two fact ids, the later one first (`periods.span`).

    Raises:
        FormulaError: a span of something else than two cells, or of no length.
    """

    def replace(part: Expr) -> Expr:
        if not isinstance(part, Call) or part.function != "span":
            return part
        if len(part.arguments) != 2 or not all(isinstance(argument, Ref) for argument in part.arguments):
            raise FormulaError(f"{quoted(part)} needs two cells: only a cell has a period")
        later, earlier = (argument.id for argument in part.arguments if isinstance(argument, Ref))
        return number(count(later, earlier), part)

    return transform(expr, replace)


def number(periods: int | Fraction, part: Expr) -> Num | Expr:
    """Return a number of periods as a part of an expression."""
    exact = Fraction(periods)
    if exact <= 0:
        raise FormulaError(f"{quoted(part)} counts {exact} periods; the later value comes first")
    if exact.denominator == 1:
        return Num(exact, str(exact))
    above, below = Fraction(exact.numerator), Fraction(exact.denominator)
    return Binary("/", Num(above, str(above)), Num(below, str(below)))


def bind(relation: Relation, arguments: tuple[Expr, ...]) -> Mapping[str, Expr | tuple[Expr, ...]]:
    """Return the operand of each parameter; a column may be written as one column or as its parts.

    Raises:
        FormulaError: too few or too many operands, or a column where one number is needed.
    """
    parameters = relation.parameters
    columns = [parameter for parameter in parameters if parameter.column]
    bound: dict[str, Expr | tuple[Expr, ...]] = {}
    if len(parameters) == 1 and columns and len(arguments) > 1:
        return {parameters[0].name: arguments}
    if len(arguments) != len(parameters):
        raise FormulaError(f"{relation.usage} got {len(arguments)} operands")
    for parameter, argument in zip(parameters, arguments, strict=True):
        if isinstance(argument, Refs) and not parameter.column:
            raise FormulaError(f"{relation.usage}: {parameter.name} is one number, {quoted(argument)} is a column")
        bound[parameter.name] = argument
    return bound


def substitute(expr: Expr, operands: Mapping[str, Expr | tuple[Expr, ...]]) -> Expr:
    """Return a relation's formula with its parameters replaced."""
    if isinstance(expr, Name):
        found = operands[expr.column]
        if isinstance(found, tuple):
            raise FormulaError(f"`{expr.column}` is a column of its own here; write it as one: [{{a}}, {{b}}]")
        return found
    if isinstance(expr, Unary):
        return Unary(expr.operator, substitute(expr.operand, operands))
    if isinstance(expr, Binary):
        return Binary(expr.operator, substitute(expr.left, operands), substitute(expr.right, operands))
    if isinstance(expr, Call):
        arguments: list[Expr] = []
        for argument in expr.arguments:
            parts = operands[argument.column] if isinstance(argument, Name) else ()
            arguments += parts if parts and isinstance(parts, tuple) else [substitute(argument, operands)]
        return Call(expr.function, tuple(arguments))
    return expr


class _Expansion:
    def __init__(self) -> None:
        self.requirements: list[Requirement] = []
        self._sizes: dict[int, tuple[int, int]] = {}
        self._kept: list[Expr] = []  # ids of dead objects would be used again

    def expand(self, expr: Expr) -> Expr:
        if isinstance(expr, Unary):
            expr = Unary(expr.operator, self.expand(expr.operand))
        elif isinstance(expr, Binary):
            expr = Binary(expr.operator, self.expand(expr.left), self.expand(expr.right))
        elif isinstance(expr, Call):
            expr = self._call(expr, tuple(self.expand(argument) for argument in expr.arguments))
        self._measure(expr)
        return expr

    def _call(self, call: Call, arguments: tuple[Expr, ...]) -> Expr:
        relation = RELATIONS.get(call.function) if call.function not in FUNCTIONS else None
        if relation is None:
            return Call(call.function, arguments)
        operands = bind(relation, arguments)
        for condition, reason in relation.requirements:
            required = substitute(condition, operands)
            self._measure(required)
            self.requirements.append(Requirement(required, relation.name, reason))
        return substitute(relation.expr, operands)

    def _measure(self, expr: Expr) -> tuple[int, int]:
        """Return (parts, levels), with shared parts measured once: a doubling formula is caught, not walked."""
        known = self._sizes.get(id(expr))
        if known is not None:
            return known
        inner = [self._measure(part) for part in children(expr)]
        size = 1 + sum(parts for parts, _ in inner), 1 + max((levels for _, levels in inner), default=0)
        if size[0] > MAX_PARTS or size[1] > MAX_LEVELS:
            raise FormulaError(
                f"the expression grows beyond {MAX_PARTS} parts or {MAX_LEVELS} levels when it is expanded"
            )
        self._sizes[id(expr)] = size
        self._kept.append(expr)
        return size


def unknown(expr: Expr) -> str | None:
    """Return the first called name that is neither a function nor a relation, `None` where all are known."""
    for part in walk(expr):
        if isinstance(part, Call) and not (
            part.function in FUNCTIONS or part.function in RESERVED or part.function in RELATIONS
        ):
            return part.function
    return None
