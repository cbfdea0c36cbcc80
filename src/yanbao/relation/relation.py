"""What a relation is: a formula with its side conditions and its wording."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final, Literal

from yanbao.errors import FormulaError
from yanbao.formula import FUNCTIONS, RESERVED, Call, Expr, Name, parse, walk
from yanbao.quantity.unit import Unit

LANGUAGES: Final = ("zh", "en")
Group = Literal["growth", "structure", "aggregate", "valuation", "order", "conversion"]

# names that compute() and holds() take for themselves, and words of the language
_TAKEN: Final = frozenset({"relation", "claimed", "periods", "unit", "subject", "value", "and", "or", "not", "if"})
_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PLACE: Final = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True)
class Parameter:
    """One operand of a relation.

    `column` takes several numbers; `per_share` reads plain money (股价 18.26元) as money a share.
    """

    name: str
    zh: str
    en: str
    column: bool = False
    per_share: bool = False


@dataclass(frozen=True)
class Condition:
    """What must be true of the operands for the result to mean something, and the reason if it is not."""

    text: str
    zh: str
    en: str


@dataclass(frozen=True)
class Wording:
    """How a language names a relation and says it.

    `sentence` holds `{subject}` and `{value}`; `opposite` is the sentence for a negative value, which it prints
    without its sign ("fell by 3.2%"). Where `opposite` is empty the sign stays on the number.
    """

    title: str
    sentence: str
    opposite: str = ""


@dataclass(frozen=True)
class Relation:
    """A relation of the trade: a formula over named operands, with what it needs and how it is said.

    `unit` is the unit of the result where nobody asks for another; `None` leaves the one that the formula gives.
    `source` names where the definition comes from; `note` states the choices that a reader has to know.

    Raises:
        FormulaError: a relation that contradicts itself: a clash of names, an operand that the formula does not
            use, a sentence with an unknown place.
    """

    name: str
    group: Group
    parameters: tuple[Parameter, ...]
    formula: str
    unit: Unit | None
    wording: Mapping[str, Wording] = field(hash=False)
    conditions: tuple[Condition, ...] = ()
    note: str = ""
    source: str = ""
    per_share: bool = False  # a claim in plain money is read as money a share (EPS printed in 元)

    def __post_init__(self) -> None:
        object.__setattr__(self, "wording", MappingProxyType(dict(self.wording)))
        self._check_names()
        self._check_formula()
        self._check_wording()

    @cached_property
    def expr(self) -> Expr:
        """The formula, parsed; its names are the parameters."""
        return parse(self.formula)

    @cached_property
    def requirements(self) -> tuple[tuple[Expr, Condition], ...]:
        """The side conditions, parsed, each with its reason."""
        return tuple((parse(condition.text), condition) for condition in self.conditions)

    @cached_property
    def needs_periods(self) -> bool:
        """Whether the formula asks for the number of periods between two operands."""
        return any(isinstance(part, Call) and part.function == "span" for part in walk(self.expr))

    @property
    def usage(self) -> str:
        """How the relation is called in an expression: `cagr(end, start)`."""
        return f"{self.name}({', '.join(parameter.name for parameter in self.parameters)})"

    def say(self, language: str, subject: str, value: str, *, negative: bool = False) -> str:
        """Return the sentence that says a result; `value` is the printed number, without its sign if negative.

        Raises:
            FormulaError: a language other than zh and en, or a negative value under a relation whose sentence
                has no opposite: its number keeps the sign and `negative` stays unset.
        """
        if language not in self.wording:
            raise FormulaError(f"relation {self.name} has no wording in {language!r}; known: {', '.join(LANGUAGES)}")
        wording = self.wording[language]
        if negative and not wording.opposite:
            raise FormulaError(f"relation {self.name} has no sentence for a negative value in {language!r}")
        template = wording.opposite if negative else wording.sentence
        places = {"subject": subject, "value": value}
        return _PLACE.sub(lambda match: places[match[1]], template)

    def _fail(self, cause: str) -> FormulaError:
        return FormulaError(f"relation {self.name!r}: {cause}")

    def _check_names(self) -> None:
        if not _IDENTIFIER.fullmatch(self.name):
            raise self._fail("a name is lower-case letters, digits and _, at most 40")
        if self.name in FUNCTIONS or self.name in RESERVED:
            raise self._fail("this name is a function or a word of the language")
        names = [parameter.name for parameter in self.parameters]
        if not names or len(set(names)) != len(names):
            raise self._fail("it needs parameters, each with its own name")
        for name in names:
            if not _IDENTIFIER.fullmatch(name) or name in _TAKEN or name in FUNCTIONS:
                raise self._fail(f"a parameter cannot be named {name!r}")

    def _check_formula(self) -> None:
        names = {parameter.name for parameter in self.parameters}
        used = _names(self.expr)
        for name in sorted(used - names):
            raise self._fail(f"the formula uses {name!r}, which is no parameter")
        for name in sorted(names - used):
            raise self._fail(f"the formula does not use the parameter {name!r}")
        for part in walk(self.expr):
            if isinstance(part, Call) and part.function not in FUNCTIONS and part.function not in RESERVED:
                raise self._fail(f"the formula calls {part.function!r}; a relation is written in plain functions")
        for expr, condition in self.requirements:
            for name in sorted(_names(expr) - names):
                raise self._fail(f"the condition `{condition.text}` uses {name!r}, which is no parameter")

    def _check_wording(self) -> None:
        for language in LANGUAGES:
            if language not in self.wording:
                raise self._fail(f"wording in {language!r} is missing")
            wording = self.wording[language]
            for template in (wording.sentence, wording.opposite):
                places = set(_PLACE.findall(template))
                if template and places != {"subject", "value"}:
                    raise self._fail(f"the sentence {template!r} needs exactly the places {{subject}} and {{value}}")


def _names(expr: Expr) -> set[str]:
    return {part.column for part in walk(expr) if isinstance(part, Name)}
