"""The nodes of an expression. One language serves evidence, prose, models, workbooks and queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from yanbao.errors import FormulaError


@dataclass(frozen=True)
class Num:
    """A number written in the expression: `1`, `0.5`, `20%` (which is 0.2). Exact."""

    value: Fraction
    text: str


@dataclass(frozen=True)
class Name:
    """A name that is still to be resolved: `state`, `grid.state`, `grid.state[2023]`, `state[:]`, `state[2019:2023]`.

    `key` is the text between the brackets, `None` where there are none.
    """

    table: str | None
    column: str
    key: str | None = None


@dataclass(frozen=True)
class Ref:
    """An operand by its fact id, written `{grid.state@2023}`."""

    id: str


@dataclass(frozen=True)
class Refs:
    """Several operands in order, written `[{a}, {b}]`: a column, or part of one."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class Unary:
    """`-x` or `not x`."""

    operator: str
    operand: Expr


@dataclass(frozen=True)
class Binary:
    """`+ - * / **`, a comparison, `and`, `or`."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Call:
    """A function of the language, or a relation of the trade (`yoy(a, b)`)."""

    function: str
    arguments: tuple[Expr, ...]


Expr = Num | Name | Ref | Refs | Unary | Binary | Call


def children(expr: Expr) -> tuple[Expr, ...]:
    """Return the direct parts of an expression."""
    if isinstance(expr, Unary):
        return (expr.operand,)
    if isinstance(expr, Binary):
        return (expr.left, expr.right)
    if isinstance(expr, Call):
        return expr.arguments
    return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield the expression and all its parts, outermost first."""
    yield expr
    for part in children(expr):
        yield from walk(part)


def transform(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Return the expression with `change` applied to every part, innermost first."""
    if isinstance(expr, Binary):
        left, right = transform(expr.left, change), transform(expr.right, change)
        if left is not expr.left or right is not expr.right:
            expr = Binary(expr.operator, left, right)
    elif isinstance(expr, Call):
        expr = Call(expr.function, tuple([transform(part, change) for part in expr.arguments]))
    elif isinstance(expr, Unary):
        expr = Unary(expr.operator, transform(expr.operand, change))
    return change(expr)


def operands(expr: Expr) -> tuple[str, ...]:
    """Return the ids of all facts the expression uses, in order of first use."""
    found: dict[str, None] = {}
    for part in walk(expr):
        if isinstance(part, Ref):
            found[part.id] = None
        elif isinstance(part, Refs):
            found.update(dict.fromkeys(part.ids))
    return tuple(found)


def counted(expr: Expr) -> Refs | None:
    """Return the column of `count(column)`, whose cells are counted and not computed with: they may hold texts."""
    if isinstance(expr, Call) and expr.function == "count" and len(expr.arguments) == 1:
        column = expr.arguments[0]
        return column if isinstance(column, Refs) else None
    return None


def computed_with(expr: Expr) -> tuple[str, ...]:
    """Return the ids of the facts whose values the expression uses: all operands but those it only counts."""
    return operands(transform(expr, lambda part: Num(Fraction(0), "0") if counted(part) else part))


PRECEDENCE = {
    "or": 1,
    "and": 2,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "==": 4,
    "!=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "**": 8,
}
NOT_PRECEDENCE = 3
MINUS_PRECEDENCE = 7


def source(expr: Expr, outer: int = 0) -> str:
    """Return the expression as text: `parse(source(expr)) == expr`."""
    if isinstance(expr, Num):
        return expr.text
    if isinstance(expr, Name):
        name = f"{expr.table}.{expr.column}" if expr.table else expr.column
        return name if expr.key is None else f"{name}[{expr.key}]"
    if isinstance(expr, Ref):
        return f"{{{expr.id}}}"
    if isinstance(expr, Refs):
        return "[" + ", ".join(f"{{{part}}}" for part in expr.ids) + "]"
    if isinstance(expr, Call):
        return f"{expr.function}({', '.join(source(part) for part in expr.arguments)})"
    if isinstance(expr, Unary):
        level = NOT_PRECEDENCE if expr.operator == "not" else MINUS_PRECEDENCE
        word = "not " if expr.operator == "not" else "-"
        text = word + source(expr.operand, level)
    else:
        level = PRECEDENCE[expr.operator]
        # a power binds to the right, everything else to the left; comparisons do not chain
        # a leading minus needs no brackets behind ** (2 ** -1)
        left, right = (level + 1, MINUS_PRECEDENCE) if expr.operator == "**" else (level, level + 1)
        if level == PRECEDENCE["<"]:
            left = level + 1
        text = f"{source(expr.left, left)} {expr.operator} {source(expr.right, right)}"
    return f"({text})" if level < outer else text


def quoted(expr: Expr) -> str:
    """Return the expression in backticks for an error message, shortened where it is long."""
    text = source(expr)
    return f"`{text[:100]}…`" if len(text) > 100 else f"`{text}`"


def is_column(expr: Expr) -> bool:
    """Whether the expression has a value for each row: a list of references, or arithmetic with one."""
    if isinstance(expr, Unary | Binary):
        return any(is_column(part) for part in children(expr))
    return isinstance(expr, Refs)


def is_condition(expr: Expr) -> bool:
    """Whether the expression is true or false (in each row, for a column)."""
    if isinstance(expr, Unary):
        return expr.operator == "not"
    return isinstance(expr, Binary) and PRECEDENCE[expr.operator] <= PRECEDENCE["<"]


def columns(expr: Expr) -> tuple[Refs, ...]:
    """Return the columns that give an expression its rows; a column inside a function gives one number."""
    if isinstance(expr, Refs):
        return (expr,)
    if isinstance(expr, Unary | Binary):
        return tuple(found for part in children(expr) for found in columns(part))
    return ()


@lru_cache(maxsize=4096)
def equally_long(expr: Expr) -> None:
    """Refuse arithmetic with columns of several lengths: arrays would repeat the shorter one, or fail.

    Raises:
        FormulaError: `[{a}, {b}] * [{c}, {d}, {e}]`.
    """
    for part in walk(expr):
        lengths = sorted({len(column.ids) for column in columns(part)})
        if len(lengths) > 1:
            raise FormulaError(f"{quoted(part)} joins columns of {' and '.join(map(str, lengths))} values")


def in_row(expr: Expr, at: int) -> Expr:
    """Return the expression in one row of its columns."""
    if isinstance(expr, Refs):
        return Ref(expr.ids[at])
    if isinstance(expr, Unary):
        return Unary(expr.operator, in_row(expr.operand, at))
    if isinstance(expr, Binary):
        return Binary(expr.operator, in_row(expr.left, at), in_row(expr.right, at))
    return expr


def depth(expr: Expr) -> int:
    """Return how many levels the expression has, without recursion: hostile input may have thousands."""
    deepest, stack = 0, [(expr, 1)]
    while stack:
        part, level = stack.pop()
        deepest = max(deepest, level)
        stack += [(child, level + 1) for child in children(part)]
    return deepest
