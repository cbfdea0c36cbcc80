"""Changed formulas of a workbook back into the model's language, each proved by printing it as Excel again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final

from yanbao import relation
from yanbao.errors import FormulaError, Mistake, QuantityError, RenderError
from yanbao.formula import FUNCTIONS, Binary, Call, Expr, Name, Num, Ref, Refs, Unary, parse, source, walk
from yanbao.formula.expr import PRECEDENCE
from yanbao.model.model import ALL, Formula, Line
from yanbao.workbook.changes import FormulaChange
from yanbao.workbook.formula_text import TEXT, parse_formula
from yanbao.workbook.formulas import Formulas
from yanbao.workbook.layout import Layout
from yanbao.workbook.subject import Subject, parts_of

_MOST_FACTORS: Final = 6  # constants in a formula that may stand for a change of unit


@dataclass(frozen=True)
class NewFormula:
    """What a line's formula becomes: `key` is formula, actual or estimate."""

    line: str
    key: str
    old: str | None  # None where the key is new
    new: str
    file_line: int


def new_formulas(
    changes: Sequence[FormulaChange], subject: Subject, layout: Layout, file: str, mistakes: list[Mistake]
) -> list[NewFormula]:
    """Return changed formulas in the model's language; what it cannot say is a mistake, at its cell.

    A line has one formula for all of its periods, or one for actual and one for estimated ones: the cells of a line
    have to be changed alike. References are read as a modeller writes them: the same period, `prev(x)`, `x[2023]`.
    """
    by_line: dict[str, list[FormulaChange]] = {}
    for change in changes:
        by_line.setdefault(change.line, []).append(change)
    translator = _Translator(subject, layout, file, mistakes)
    return [found for line, members in by_line.items() for found in translator.line(line, members)]


class _Translator:
    def __init__(self, subject: Subject, layout: Layout, file: str, mistakes: list[Mistake]) -> None:
        self._subject = subject
        self._layout = layout
        self._file = file
        self._mistakes = mistakes
        self._formulas = Formulas(subject, layout)
        self._keys = {(at.sheet, at.row + 1, at.column + 1): key for key, at in layout.addresses.items()}

    def _note(self, cell: str, cause: str, hint: str) -> None:
        self._mistakes.append(Mistake(self._file, 0, cell, cause, hint))

    def line(self, line_id: str, changed: list[FormulaChange]) -> Iterator[NewFormula]:
        line = self._subject.model.lines[line_id]
        rows = {change.row: change for change in changed}
        by_key: dict[str, list[str]] = {}
        for row, cell in line.cells.items():
            if isinstance(cell, Formula) and self._subject.is_live(line_id, row):
                by_key.setdefault(cell.key, []).append(row)
        for key, members in by_key.items():
            mine = [row for row in members if row in rows]
            if not mine:
                continue
            target = self._key(key, mine, members)
            if target is None:
                kept = next(row for row in members if row not in rows)
                cause = f"the formula of `{line_id}` changed in {', '.join(mine[:6])} and not in {kept}"
                self._note(rows[mine[0]].cell, cause, "a line has one formula for all actual or all estimated periods")
                continue
            found = self._translated(line, [rows[row] for row in mine])
            if found is not None:
                old = getattr(self._subject.model.spec.lines[line_id], target)
                yield NewFormula(line_id, target, old, found, changed[0].file_line)

    def _key(self, key: str, changed: list[str], members: list[str]) -> str | None:
        """Return the key that takes a formula which changed in some of the rows of another key."""
        if changed == members:
            return key
        estimates = {period.key for period in self._subject.model.periods if period.estimate}
        if key == "formula":
            for name, wanted in (("estimate", True), ("actual", False)):
                if changed == [row for row in members if (row in estimates) is wanted]:
                    return name
        return None

    def _translated(self, line: Line, changed: list[FormulaChange]) -> str | None:
        first = changed[0]
        exprs = [_without_guard(change.expr) for change in changed if change.expr is not None]
        assert len(exprs) == len(changed)
        try:
            names = self._unified(exprs, [change.row for change in changed])
        except FormulaError as error:
            self._note(first.cell, f"{first.new} cannot be said in the model's language: {error}", _HINT)
            return None
        reason = "units or functions that the language prints otherwise"
        for candidate in _candidates(names):
            try:
                wanted = parse(source(candidate))
                pairs = (
                    (self._printed(wanted, line, change), expr) for change, expr in zip(changed, exprs, strict=True)
                )
                if all(printed is not None and _normal(printed) == _normal(expr) for printed, expr in pairs):
                    return source(wanted)
            except (FormulaError, QuantityError, RenderError) as error:
                reason = str(error)
        self._note(first.cell, f"{first.new} cannot be said in the model's language: {reason}", _HINT)
        return None

    def _printed(self, expr: Expr, line: Line, change: FormulaChange) -> Expr | None:
        bound = self._subject.bind(relation.expand(expr), change.row)
        if bound is None:
            return None
        text = self._formulas.of(bound, line, change.row, "model")
        home = self._layout.names["model"]
        return parse_formula(text, lambda at, *spot: self._keys.get((at or home, *spot)) or f"{at or home}!{spot}")

    def _unified(self, exprs: list[Expr], rows: list[str]) -> Expr:
        """Return one expression over names that means each of `exprs` in its row."""
        first = exprs[0]
        if len({type(expr) for expr in exprs}) > 1:
            raise FormulaError("its cells are not alike")
        if isinstance(first, Num):
            if any(expr != first for expr in exprs):
                raise FormulaError("its cells hold different numbers; make them an input line")
            return _number(first.value)
        if isinstance(first, Ref):
            return self._name([expr.id for expr in exprs if isinstance(expr, Ref)], rows)
        if isinstance(first, Refs):
            return self._slice([expr.ids for expr in exprs if isinstance(expr, Refs)], rows)
        if isinstance(first, Name):
            what = "a text" if first.table == TEXT else f"`{first.column[:40]}`"
            raise FormulaError(f"{what} is no number and no cell")
        if isinstance(first, Binary | Unary):
            if any(expr.operator != first.operator for expr in exprs):  # type: ignore[union-attr]
                raise FormulaError("its cells are not alike")
            if first.operator not in PRECEDENCE and first.operator != "not":
                raise FormulaError(f"the language has no `{first.operator}`")
        elif first.function not in (*FUNCTIONS, "if") or any(
            (expr.function, len(expr.arguments)) != (first.function, len(first.arguments))  # type: ignore[union-attr]
            for expr in exprs
        ):
            raise FormulaError(f"the language has no {first.function}, or its cells are not alike")
        return self._parts(first, exprs, rows)

    def _parts(self, first: Unary | Binary | Call, exprs: list[Expr], rows: list[str]) -> Expr:
        def of(name: str) -> Expr:
            return self._unified([getattr(expr, name) for expr in exprs], rows)

        if isinstance(first, Unary):
            return Unary(first.operator, of("operand"))
        if isinstance(first, Binary):
            return Binary(first.operator, of("left"), of("right"))
        columns = [[expr.arguments[at] for expr in exprs] for at in range(len(first.arguments))]  # type: ignore[union-attr]
        return Call(first.function, tuple(self._unified(column, rows) for column in columns))

    def _name(self, ids: list[str], rows: list[str]) -> Expr:
        """Return what the references of a line's cells have in common: the same row, some rows back, or one row."""
        at = {self._cell(identifier) for identifier in ids}
        if len({(table, column) for table, column, _ in at}) > 1:
            raise FormulaError("its cells refer to different lines")
        table, column, _ = next(iter(at))
        own = table == self._subject.model.id
        name = Name(None if own else table, column)
        targets = [self._cell(identifier)[2] for identifier in ids]
        if own and self._subject.model.lines[column].once:
            return name
        if rows != [ALL] and targets == rows:
            return name
        order = self._subject.model.rows
        if own and all(row in order for row in rows):
            steps = {order.index(row) - order.index(target) for row, target in zip(rows, targets, strict=True)}
            if len(steps) == 1 and (step := steps.pop()) > 0:
                back = (name,) if step == 1 else (name, Num(Fraction(step), str(step)))
                return Call("prev", back)
        if len(set(targets)) == 1:
            return Name(name.table, column, targets[0])
        raise FormulaError("its cells refer to periods that are not equally far away")

    def _cell(self, identifier: str) -> tuple[str, str, str]:
        if "|" in identifier or "@" not in identifier or "!" in identifier.partition(".")[0]:
            raise FormulaError(f"{identifier.removeprefix('#')[:60]} is no cell of a line")
        return parts_of(identifier)

    def _slice(self, columns: list[tuple[str, ...]], rows: list[str]) -> Expr:
        """Return a range of cells as a slice: along the periods of a line."""
        cells = [[self._cell(identifier) for identifier in ids] for ids in columns]
        ends = {(ids[0], ids[-1]) for ids in cells}
        if len(ends) > 1:
            raise FormulaError("a range that moves from period to period has no word in the language")
        (table, column, first), (_, _, last) = ends.pop()
        if any((at[0], at[1]) != (table, column) for at in cells[0]):
            raise FormulaError("a range over several lines; name them one by one")
        return Name(None if table == self._subject.model.id else table, column, f"{first}:{last}")


_HINT: Final = "write it in the model's file, or as arithmetic over cells of the model"


def _without_guard(expr: Expr) -> Expr:
    """Return a formula without the condition under which it has a meaning."""
    if isinstance(expr, Call) and expr.function == "if" and len(expr.arguments) == 3:
        otherwise = expr.arguments[2]
        if isinstance(otherwise, Name) and otherwise.table == TEXT:
            return expr.arguments[1]
    return expr


def _normal(expr: Expr) -> object:
    """Return what formulas have in common that differ in the order of factors only: a unit's factor may move."""
    if isinstance(expr, Binary) and expr.operator in ("*", "/"):
        constant = Fraction(1)
        above: list[str] = []
        below: list[str] = []
        parts: list[tuple[Expr, bool]] = [(expr, True)]
        while parts:
            part, up = parts.pop()
            if isinstance(part, Binary) and part.operator in ("*", "/"):
                parts += [(part.left, up), (part.right, up == (part.operator == "*"))]
            elif isinstance(part, Num) and part.value:
                constant = constant * part.value if up else constant / part.value
            else:
                (above if up else below).append(repr(_normal(part)))
        return (constant, tuple(sorted(above)), tuple(sorted(below)))
    if isinstance(expr, Binary):
        return (expr.operator, _normal(expr.left), _normal(expr.right))
    if isinstance(expr, Unary):
        return (expr.operator, _normal(expr.operand))
    if isinstance(expr, Call):
        return (expr.function, *(_normal(part) for part in expr.arguments))
    return expr


def _number(value: Fraction) -> Num:
    text = f"{value.numerator}" if value.denominator == 1 else f"{float(value):.15f}".rstrip("0")
    if Fraction(text) != value or len(text) > 30:
        raise FormulaError(f"the number {float(value):g} has too many places")
    return Num(value, text)


def _candidates(expr: Expr) -> Iterator[Expr]:
    """Yield the expression, then without the factors that may only change units: the language converts by itself."""
    factors = [part for part in walk(expr) if _is_factor(part)][:_MOST_FACTORS]
    for count in range(len(factors) + 1):
        for dropped in combinations(map(id, factors), count):
            yield _dropped(expr, frozenset(dropped))


def _is_factor(expr: Expr) -> bool:
    return (
        isinstance(expr, Binary)
        and expr.operator in ("*", "/")
        and isinstance(expr.right, Num)
        and expr.right.value.denominator == 1
        and expr.right.value > 1
    )


def _dropped(expr: Expr, dropped: frozenset[int]) -> Expr:
    if isinstance(expr, Binary):
        if id(expr) in dropped:
            return _dropped(expr.left, dropped)
        return Binary(expr.operator, _dropped(expr.left, dropped), _dropped(expr.right, dropped))
    if isinstance(expr, Unary):
        return Unary(expr.operator, _dropped(expr.operand, dropped))
    if isinstance(expr, Call):
        return Call(expr.function, tuple(_dropped(part, dropped) for part in expr.arguments))
    return expr
