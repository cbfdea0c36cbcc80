"""A relation on numbers: what it comes to, and whether a claim holds.

A result that is not meaningful (growth on a base <= 0, a P/E on a loss) is an error of its own type,
`NotMeaningfulError`, whose `condition` carries the reason in both languages: whoever computes a cell catches it
and writes the reason as the cell's missing state. It can not be taken for a number by accident.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, TypeAlias

from yanbao import formula
from yanbao.errors import FormulaError
from yanbao.formula import Call, Expr, NoAnswerError, Ref, Refs
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import NONE, Unit
from yanbao.relation.expansion import expand, find, number, requirements, substitute
from yanbao.relation.registry import RELATIONS, by_name
from yanbao.relation.relation import Condition, Parameter, Relation

Operand: TypeAlias = "Quantity | Sequence[Quantity]"
Status = Literal["ties", "breaks", "not meaningful"]


class NotMeaningfulError(NoAnswerError):
    """A side condition of a relation is not met; `condition` tells which, with the reason in zh and en."""

    def __init__(self, relation: str, condition: Condition) -> None:
        super().__init__(f"{relation}: {condition.en}")
        self.relation = relation
        self.condition = condition


@dataclass(frozen=True)
class Verdict:
    """What testing a claim gave.

    `ties`: the claimed and the recomputed interval meet; `breaks`: they cannot, or the claim's unit is that of
    another thing (`code` is "value" or "unit"); `not meaningful`: the operands allow no result, `code` is
    "condition" or "no answer". `recomputed` is in the claim's unit.
    """

    relation: str
    status: Status
    claimed: Quantity
    recomputed: Quantity | None
    code: Literal["", "value", "unit", "condition", "no answer"] = ""
    reason: str = ""
    condition: Condition | None = None  # the one that is not met, with its words in both languages


def value(expr: Expr, resolve: Callable[[str], Quantity], unit: Unit | None = None) -> Quantity:
    """Return what an expression with relations comes to, once every side condition is met.

    Args:
        expr: an expression over references; spans are replaced (`resolve_spans`).
        resolve: gives the quantity of a fact id.
        unit: the unit wanted; without one the outermost relation's own, or what the formula gives.

    Raises:
        NotMeaningfulError: a side condition is not met.
        NoAnswerError: the operands have no such result.
        FormulaError, UnitError: as `formula.evaluate`.
    """
    for requirement in requirements(expr):
        if not formula.holds(requirement.expr, resolve):
            raise NotMeaningfulError(requirement.relation, requirement.condition)
    result = formula.evaluate(expand(expr), resolve)
    if unit is None:
        name = find(expr)
        unit = None if name is None else RELATIONS[name].unit
    return result if unit is None else formula.in_unit(result, unit)


def compute(
    relation: Relation | str,
    *,
    unit: Unit | None = None,
    periods: int | Fraction | None = None,
    **operands: Operand,
) -> Quantity:
    """Return what a relation comes to: value, interval and unit.

    Args:
        relation: a relation, or its name.
        unit: the unit wanted; without one the relation's own.
        periods: the number of periods between the operands, for a relation that counts them (`cagr`).
        operands: a quantity for each parameter, a sequence for a column. One and the same object is one and
            the same fact: `ranking(item=a, others=[a, b])` knows that `a` is not ahead of itself.

    Raises:
        NotMeaningfulError: a side condition is not met.
        NoAnswerError: the operands have no such result.
        FormulaError: operands that do not fit the parameters, or `periods` missing or unasked for.
        UnitError: units that do not go together.

    >>> from yanbao.quantity.unit import PERCENT, YI_YUAN
    >>> growth = compute("yoy", now=Quantity.exact(110, YI_YUAN), base=Quantity.exact(100, YI_YUAN))
    >>> growth.value, growth.unit.symbol
    (Fraction(10, 1), '%')
    """
    chosen = by_name(relation) if isinstance(relation, str) else relation
    known, bound = _operands(chosen, operands)
    for condition, reason in chosen.requirements:
        if not formula.holds(substitute(condition, bound), known.__getitem__):
            raise NotMeaningfulError(chosen.name, reason)
    result = formula.evaluate(_with_periods(chosen, substitute(chosen.expr, bound), periods), known.__getitem__)
    wanted = unit or chosen.unit
    if wanted is None:
        return result
    if chosen.per_share and _is_money(wanted):
        wanted = _a_share(wanted)
    return formula.in_unit(result, wanted)


def holds(
    relation: Relation | str,
    claimed: Quantity,
    *,
    periods: int | Fraction | None = None,
    **operands: Operand,
) -> Verdict:
    """Return whether a claimed number can be what the relation gives on the operands' intervals.

    A claim breaks only if the two intervals cannot meet, or if it is a difference of ratios printed in % (or the
    other way round).

    Raises:
        FormulaError: operands that do not fit the parameters.
        UnitError: units that do not go together, among the operands or with the claim: nothing was tested.
    """
    chosen = by_name(relation) if isinstance(relation, str) else relation
    printed = replace(claimed, unit=_a_share(claimed.unit)) if _reads_a_share(chosen, claimed) else claimed
    other_kind = _other_kind(chosen, claimed)
    try:
        recomputed = compute(chosen, unit=other_kind or printed.unit, periods=periods, **operands)
    except NotMeaningfulError as error:
        return Verdict(chosen.name, "not meaningful", claimed, None, "condition", error.condition.en, error.condition)
    except NoAnswerError as error:
        return Verdict(chosen.name, "not meaningful", claimed, None, "no answer", str(error))
    if other_kind is not None:
        reason = (
            "a difference of ratios is printed in %; it is in percentage points"
            if other_kind.kind == "difference"
            else "a rate is printed in percentage points; it is in %"
        )
        return Verdict(chosen.name, "breaks", claimed, recomputed, "unit", reason)
    if printed.interval.meets(recomputed.interval):
        return Verdict(chosen.name, "ties", claimed, recomputed)
    return Verdict(chosen.name, "breaks", claimed, recomputed, "value", "the intervals cannot meet")


def _operands(
    relation: Relation, given: dict[str, Operand]
) -> tuple[dict[str, Quantity], dict[str, Expr | tuple[Expr, ...]]]:
    wanted = [parameter.name for parameter in relation.parameters]
    if sorted(given) != sorted(wanted):
        raise FormulaError(f"{relation.usage} got the operands {', '.join(sorted(given)) or 'none'}")
    known: dict[str, Quantity] = {}
    names: dict[int, str] = {}

    def reference(quantity: Quantity, name: str, parameter: Parameter) -> str:
        if id(quantity) not in names:
            names[id(quantity)] = name
            plain = parameter.per_share and _is_money(quantity.unit) and _beside_a_share(given)
            known[name] = replace(quantity, unit=_a_share(quantity.unit)) if plain else quantity
        return names[id(quantity)]

    bound: dict[str, Expr | tuple[Expr, ...]] = {}
    for parameter in relation.parameters:
        operand = given[parameter.name]
        if parameter.column != (not isinstance(operand, Quantity)):
            kind = "a column" if parameter.column else "one number"
            raise FormulaError(f"{relation.usage}: {parameter.name} is {kind}")
        if isinstance(operand, Quantity):
            bound[parameter.name] = Ref(reference(operand, parameter.name, parameter))
        else:
            items = enumerate(operand, 1)
            bound[parameter.name] = Refs(
                tuple(reference(item, f"{parameter.name} {place}", parameter) for place, item in items)
            )
    return known, bound


def _with_periods(relation: Relation, expr: Expr, periods: int | Fraction | None) -> Expr:
    if periods is None and not relation.needs_periods:
        return expr
    if periods is None:
        raise FormulaError(f"{relation.usage} needs periods=…, the number of periods between its operands")
    if not relation.needs_periods:
        raise FormulaError(f"{relation.usage} counts no periods")
    counted = periods

    def replace_span(part: Expr) -> Expr:
        return number(counted, part) if isinstance(part, Call) and part.function == "span" else part

    return formula.transform(expr, replace_span)


def _is_money(unit: Unit) -> bool:
    return len(unit.dimension) == 1 and unit.dimension[0][1] == 1 and unit.dimension[0][0].isupper()


def _beside_a_share(given: dict[str, Operand]) -> bool:
    """Whether another operand counts shares or is money a share: then plain money beside it is a price."""
    quantities = [operand for operand in given.values() if isinstance(operand, Quantity)]
    return any(base == "share" for quantity in quantities for base, _ in quantity.unit.dimension)


def _a_share(unit: Unit) -> Unit:
    return replace(unit, dimension=tuple(sorted((*unit.dimension, ("share", -1)))))


def _reads_a_share(relation: Relation, claimed: Quantity) -> bool:
    return relation.per_share and _is_money(claimed.unit)


def _other_kind(relation: Relation, claimed: Quantity) -> Unit | None:
    """Return the unit to compute in where the claim is a rate for a difference, or the other way round."""
    unit = relation.unit
    if unit is None or unit.dimension or claimed.unit.dimension or unit.kind == claimed.unit.kind:
        return None
    # a bare number says nothing about its kind: converting it is refused as any other wrong unit
    return None if claimed.unit == NONE else unit
