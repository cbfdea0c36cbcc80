"""Computed cells and expressions in prose -> facts with their lineage."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from yanbao import relation
from yanbao.errors import FormulaError, Mistake, QuantityError
from yanbao.evidence.bind import Binder, FollowOnError, NoPreviousRowError
from yanbao.evidence.load import approximation
from yanbao.evidence.table import Column, Evidence, Pending, Table
from yanbao.fact.fact import Derivation, Fact
from yanbao.formula import (
    Binary,
    Call,
    Expr,
    NoAnswerError,
    Ref,
    Refs,
    Truth,
    Unary,
    computed_with,
    evaluate,
    holds,
    in_unit,
    judge,
    operands,
    parse,
    source,
    walk,
)
from yanbao.memory import active, settled
from yanbao.quantity import Period, Quantity

WORDS = {
    "zh": {
        "previous": "无上期数据",
        "operand": "缺少 {}",
        "meaning": "无意义：{}",
        "answer": "无法计算",
        "of": "·",
        "list": "、",
    },
    "en": {
        "previous": "no previous period",
        "operand": "{} is missing",
        "meaning": "not meaningful: {}",
        "answer": "cannot be computed",
        "of": " ",
        "list": ", ",
    },
}


_ID = re.compile(r"\{([^{}]+)\}")
_COLUMN = re.compile(r"\[\{[^\]]*\}\]")


class Calculator:
    """Computes all pending cells of a workspace, then expressions of its prose, and keeps the facts."""

    def __init__(self, evidence: Evidence, pending: list[Pending], language: str) -> None:
        self.evidence = evidence
        self._pending = {item.id: item for item in pending}
        self._open: list[str] = []
        self._asked: list[dict[str, Fact | None]] = []  # by the cells that are being computed, innermost last
        self._failed: set[str] = set()
        self._words = WORDS[language]
        self.language = language
        self._binder = Binder(
            evidence.tables,
            lambda identifier: identifier in evidence.facts or identifier in self._pending,
            self._is_missing,
            self._is_there,
            evidence.is_refused,
            lambda identifier: evidence.facts[identifier].period if identifier in evidence.facts else None,
        )
        self._before: dict[str, Fact] = {}
        self._shape: object = None
        memory = active()
        if memory is not None:
            self._before = memory.get("facts of the evidence", (language,)) or {}
            memory.put("facts of the evidence", (language,), evidence.facts)  # with all that are computed by the end
            evidence.facts.update({key: self._as_before(fact) for key, fact in evidence.facts.items()})
            self._pending = {key: settled(f"pending {key}", item) for key, item in self._pending.items()}
            self._settle("evidence")

    def _settle(self, what: str) -> None:
        """Note all that names are resolved by: where it is the same, facts of the build before may be taken over."""
        known = (tuple(self.evidence.facts), tuple(self._pending), frozenset(self.evidence.refused))
        tables = dict(self.evidence.tables)  # more may be added to the evidence's own
        self._shape = settled(f"shape of the {what} in {self.language}", (tables, *known))

    def extend(self, tables: Iterable[Table], facts: Iterable[Fact], pending: Iterable[Pending]) -> None:
        """Add tables with their sourced facts, and compute their cells: tables made from what was computed before."""
        self.evidence.tables |= {table.id: table for table in tables}
        self.evidence.facts |= {fact.id: self._as_before(fact) for fact in facts}
        added = {item.id: settled(f"pending {item.id}", item) for item in pending}
        self._pending |= added
        for identifier in added:
            self._fact(identifier)

    def settle(self) -> None:
        """Say that no table will be added: expressions of the prose may be asked for."""
        if active() is not None:
            self._settle("evidence and what was made from it")

    def _as_before(self, fact: Fact) -> Fact:
        """Return the equal fact of the build before, where there is one."""
        before = self._before.get(fact.id)
        return before if before is not None and (before is fact or before == fact) else fact

    def _again(self, kind: str, made_from: object, compute: Callable[[], Fact]) -> Fact:
        """Return a fact as the build before computed it, if all that it asked for then is the same, else anew."""
        memory = active()
        if memory is None:
            return compute()
        parts = (made_from, self._shape)
        self._asked.append({})
        try:
            fact, asked = memory.get(kind, parts) or (None, {})
            if fact is not None and all(self._fact(key) is was for key, was in asked.items()):
                return self.evidence.facts.setdefault(fact.id, fact)
            self._asked[-1].clear()
            fact = self._as_before(compute())
            memory.put(kind, parts, (fact, self._asked[-1]))
        finally:
            self._asked.pop()
        return fact

    def run(self) -> None:
        """Compute every pending cell; mistakes go to `evidence.mistakes`."""
        for identifier in self._pending:
            self._fact(identifier)

    def _is_missing(self, identifier: str) -> bool:
        fact = self._fact(identifier)
        return fact is None or fact.quantity is None

    def _is_there(self, identifier: str) -> bool:
        fact = self._fact(identifier)
        return fact is not None and (fact.quantity is not None or bool(fact.text))

    def _fact(self, identifier: str) -> Fact | None:
        """Return a fact, computing it first where needed; `None` where it could not be computed."""
        fact = self._found(identifier)
        if self._asked:
            self._asked[-1][identifier] = fact
        return fact

    def _found(self, identifier: str) -> Fact | None:
        if identifier in self.evidence.facts:
            return self.evidence.facts[identifier]
        item = self._pending.get(identifier)
        if item is None or identifier in self._failed:
            return None
        if identifier in self._open:
            circle = " -> ".join([*self._open[self._open.index(identifier) :], identifier])
            raise FormulaError(f"the cell depends on itself: {circle}")
        self._open.append(identifier)
        try:
            fact = self._again("cell", item, lambda: self._cell(item))
        except FollowOnError:
            self._failed.add(identifier)
            return None
        except (FormulaError, QuantityError) as error:
            table = self.evidence.tables[item.table]
            self._mistake(table.described, item.line, f"{item.column}[{item.row}]", error)
            self._failed.add(identifier)
            return None
        finally:
            self._open.pop()
        self.evidence.facts[identifier] = fact
        return fact

    def _mistake(self, file: str, line: int, field: str, error: Exception) -> None:
        self.evidence.mistakes.append(Mistake(file, line, field, str(error)))

    def _cell(self, item: Pending) -> Fact:
        table = self.evidence.tables[item.table]
        column = table.columns[item.column]
        spec = table.sidecar.rows.get(item.row)
        subject = (spec.label.get(self.language) if spec and spec.label else None) or item.row
        metric = column.spec.label.get(self.language) or column.id
        shell = Fact(
            item.id,
            subject,
            metric,
            Derivation("", (), None, item.printed_text, item.source if item.printed_text else None),
            missing="…",
            period=self._binder.period(item.id),
            as_of=table.sidecar.as_of,
        )
        try:
            fact = self._evaluate(shell, item.expr, column, lambda expr: self._binder.bind(expr, table, item.row))
        except NoPreviousRowError:
            fact = replace(shell, missing=self._words["previous"])
        return self._as_printed(item, fact)

    def _as_printed(self, item: Pending, fact: Fact) -> Fact:
        """Keep what the origin printed where its inputs are not printed: the cell is then sourced, not computed."""
        if fact.missing is None or item.printed is None:
            return fact
        unit = self.evidence.tables[item.table].columns[item.column].unit
        word = approximation(item.printed_text or "", unit)
        return replace(fact, lineage=item.source, quantity=item.printed, missing=None, approximation=word)

    def _evaluate(self, shell: Fact, expr: Expr, column: Column | None, bind: Callable[[Expr], Expr]) -> Fact:
        bound = bind(relation.expand(expr))
        inputs, values = operands(bound), computed_with(bound)
        assert isinstance(shell.lineage, Derivation)
        lineage = replace(shell.lineage, formula=source(bound), inputs=inputs, relation=relation.find(expr))
        shell = replace(shell, lineage=lineage)
        for identifier in inputs:
            fact = self._fact(identifier)
            if fact is None:
                raise FollowOnError(f"{identifier} could not be computed; see its own mistake")
            if fact.missing is not None:
                operand = self._words["of"].join((fact.subject, fact.metric))
                return replace(shell, missing=self._words["operand"].format(operand))
            if fact.quantity is None and identifier in values:
                raise FormulaError(f"{identifier} is a text, not a number")
        self._periods_fit(expr, bind)
        for needed in relation.requirements(expr):
            if not holds(bind(needed.expr), self.quantity):
                reason = needed.condition.zh if self.language == "zh" else needed.condition.en
                return replace(shell, missing=self._words["meaning"].format(reason))
        try:
            quantity = evaluate(bound, self.quantity)
        except NoAnswerError:  # a division by 0, a root of a negative number: the formula stands beside it
            return replace(shell, missing=self._words["answer"])
        if column is not None and (column.unit.symbol or column.unit.dimension):
            quantity = in_unit(quantity, column.unit)
        elif name := relation.find(expr):
            wanted = relation.RELATIONS[name].unit
            quantity = quantity.to(wanted) if wanted is not None else quantity
        decimals = self._kept(bound, quantity)
        if decimals is None and column is not None:
            decimals = column.decimals
        return replace(shell, quantity=replace(quantity, decimals=decimals), missing=None)

    def _kept(self, bound: Expr, result: Quantity) -> int | None:
        """Return the decimals that a sum or a difference keeps: those of its operands, where they have one count."""
        for part in walk(bound):
            adds = isinstance(part, Binary | Unary) and part.operator in ("+", "-")
            picks = isinstance(part, Call) and part.function in ("sum", "min", "max", "abs")
            if not (adds or picks or isinstance(part, Ref | Refs)):
                return None
        units = [self.quantity(identifier) for identifier in computed_with(bound)]
        counts = {quantity.decimals for quantity in units}
        alike = len(counts) == 1 and all(quantity.unit.scale == result.unit.scale for quantity in units)
        return counts.pop() if alike else None

    def _periods_fit(self, expr: Expr, bind: Callable[[Expr], Expr]) -> None:
        """Refuse a year-on-year growth over anything but a year."""
        name = relation.find(expr)
        if name is None or not isinstance(expr, Call) or len(expr.arguments) != 2:
            return
        pair = [bind(argument) for argument in expr.arguments]
        periods = [self._binder.period(part.id) for part in pair if isinstance(part, Ref)]
        if len(periods) == 2 and periods[0] is not None and periods[1] is not None:
            reason = relation.apart(name, periods[0], periods[1])
            if reason is not None:
                raise FormulaError(reason)

    def judge(self, expr: Expr, table: str, row: str | None) -> Truth | str:
        """Return whether a condition is true in a row of a table, or why it cannot be judged.

        Raises:
            FormulaError, QuantityError: the condition has no meaning there.
        """
        home = self.evidence.tables[table]
        try:
            bound = self._binder.bind(relation.expand(expr), home, row)
        except NoPreviousRowError:
            return self._words["previous"]
        for identifier in operands(bound):
            fact = self._fact(identifier)
            if fact is None:
                raise FollowOnError(f"{identifier} could not be computed; see its own mistake")
            if fact.missing is not None:
                return self._words["operand"].format(self._words["of"].join((fact.subject, fact.metric)))
        for needed in relation.requirements(expr):
            if not holds(self._binder.bind(needed.expr, home, row), self.quantity):
                reason = needed.condition.zh if self.language == "zh" else needed.condition.en
                return self._words["meaning"].format(reason)
        try:
            return judge(bound, self.quantity)
        except NoAnswerError:
            return self._words["answer"]

    def value(self, expr: Expr, table: str, row: str | None) -> Quantity:
        """Return what an expression comes to in a row of a table.

        Raises:
            FormulaError, QuantityError: it comes to nothing.
        """
        bound = self._binder.bind(relation.expand(expr), self.evidence.tables[table], row)
        return evaluate(bound, self.quantity)

    def bound(self, identifier: str) -> tuple[Pending, Expr] | None:
        """Return a computed cell and its expression over fact ids, with its relations; `None` if it is none."""
        item = self._pending.get(identifier)
        if item is None:
            return None
        try:
            return item, self._binder.bind(item.expr, self.evidence.tables[item.table], item.row)
        except NoPreviousRowError:
            return None

    def is_pending(self, identifier: str) -> bool:
        """Whether a fact is a cell that is to be computed."""
        return identifier in self._pending

    def conditions(self, identifier: str) -> tuple[Expr, ...]:
        """Return what has to be true of a computed cell's operands for it to mean something, over fact ids."""
        item = self._pending.get(identifier)
        if item is None:
            return ()
        table = self.evidence.tables[item.table]
        needed = relation.requirements(item.expr)
        return tuple(self._binder.bind(one.expr, table, item.row) for one in needed)

    def quantity(self, identifier: str) -> Quantity:
        """Return the quantity of a fact that has one."""
        fact = self._fact(identifier)
        if fact is None or fact.quantity is None:
            raise FormulaError(f"{identifier} has no value")
        return fact.quantity

    def period(self, identifier: str) -> Period | None:
        """Return the period of a fact."""
        return self._binder.period(identifier)

    def prose(self, text: str) -> Fact:
        """Return the fact that an expression in prose stands for: a cell's own, or a new computed one.

        Raises:
            FormulaError, QuantityError: the expression cannot be read or has no answer.
        """
        return self._again("prose", text, lambda: self._prose(text))

    def _prose(self, text: str) -> Fact:
        expr = parse(text)
        bound = self._binder.bind(relation.expand(expr))
        if isinstance(bound, Ref):
            fact = self._fact(bound.id)
            if fact is None:
                raise FollowOnError(f"`{text}` could not be computed; see the mistake of its cell")
            return fact
        # as written: multiple(a, b) is shown in 倍 and tested by its own rules, a / b is not
        written = source(self._binder.bind(expr))
        identifier = "expr:" + hashlib.sha256(written.encode()).hexdigest()[:12]
        if (known := self._fact(identifier)) is not None:
            return known
        facts = [self._fact(part) for part in operands(bound)]
        if None in facts:
            raise FollowOnError(f"`{text}` could not be computed; see the mistakes of its cells")
        days = {fact.as_of for fact in facts if fact is not None and fact.as_of is not None}
        shell = Fact(
            identifier,
            self._subject(facts),
            self._in_words(bound, facts),
            Derivation("", ()),
            missing="…",
            period=_common_period(facts),
            as_of=max(days) if days else None,
        )
        fact = self._as_before(self._evaluate(shell, expr, None, self._binder.bind))
        self.evidence.facts[identifier] = fact
        return fact

    def _in_words(self, bound: Expr, facts: list[Fact | None]) -> str:
        """Return a formula with labels in place of ids: what a reader of the panel or the workbook sees."""
        one = len({fact.subject for fact in facts if fact is not None}) == 1

        def name(identifier: str) -> str:
            fact = self.evidence.facts[identifier]
            return fact.metric if one or not fact.subject else self._words["of"].join((fact.subject, fact.metric))

        def column(match: re.Match[str]) -> str:
            metrics = dict.fromkeys(self.evidence.facts[part].metric for part in _ID.findall(match.group()))
            return self._words["list"].join(metrics)

        text = _COLUMN.sub(column, source(bound))
        return _ID.sub(lambda match: name(match[1]), text)

    @staticmethod
    def _subject(facts: list[Fact | None]) -> str:
        subjects = dict.fromkeys(fact.subject for fact in facts if fact is not None)
        return next(iter(subjects)) if len(subjects) == 1 else ""


def _common_period(facts: list[Fact | None]) -> Period | None:
    """Return the latest period among the operands: what a growth rate is a figure of."""
    periods = [fact.period for fact in facts if fact is not None and fact.period is not None]
    return max(periods, key=lambda period: (period.end, period.start), default=None)
