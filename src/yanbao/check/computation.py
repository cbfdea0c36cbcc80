"""Is each computed fact the result of its formula over its inputs?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from yanbao.check.diagnosis import diagnose
from yanbao.check.findings import Claim, Finding, Recomputed, Where
from yanbao.check.subject import DOCUMENT, Subject, operands, shown
from yanbao.errors import FactError, FormulaError, QuantityError
from yanbao.fact.fact import Derivation, Fact
from yanbao.quantity.quantity import Quantity

# Results of roots and powers are rationals with 40 working digits; all others are exact.
_TOLERANCE = Fraction(1, 10**12)


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each computed fact that its formula does not give, or whose inputs are not those it names."""
    for fact in subject.document.facts.values():
        if isinstance(fact.lineage, Derivation) and fact.quantity is not None:
            yield from _fact(subject, fact, fact.lineage, fact.quantity)


def _fact(subject: Subject, fact: Fact, lineage: Derivation, quantity: Quantity) -> Iterator[Finding]:
    from yanbao.formula import computed_with, evaluate, in_unit, parse
    from yanbao.formula import operands as named

    def resolve(key: str) -> Quantity:
        other = subject.fact(key)
        if other is None:
            raise FactError(f"{key} is no fact of the document")
        if other.quantity is None:
            raise FactError(f"{key} has no value: {shown(other)}")
        return other.quantity

    def is_there(key: str) -> None:
        """A cell that is only counted needs a value too: a number or a text."""
        other = subject.fact(key)
        if other is None or not (other.text or other.quantity is not None):
            raise FactError(f"{key} is counted and has no value")

    place = (Where(DOCUMENT, text=f"{fact.id} = {lineage.formula}"),)
    claim = Claim(shown(fact), quantity.value, quantity.unit.symbol)
    try:
        expression = parse(lineage.formula)
        strangers = set(named(expression)) ^ set(lineage.inputs)
        for key in set(named(expression)) - set(computed_with(expression)):
            is_there(key)
        result = in_unit(evaluate(expression, resolve), quantity.unit)
    except (FormulaError, QuantityError, FactError) as error:
        text = f"{fact.id} cannot be computed from {lineage.formula}: {error}"
        yield Finding("computation", claim, place, text, None, operands(subject, fact))
        return
    if strangers:
        text = f"{fact.id} names the inputs {', '.join(lineage.inputs)}; its formula takes others: {sorted(strangers)}"
        yield Finding("computation", claim, place, text, None, operands(subject, fact))
    if not _same(quantity.value, result.value):
        places = 6 if quantity.decimals is None else quantity.decimals
        text = f"{fact.id} is {shown(fact)}; {lineage.formula} gives {float(result.value):.{places}f}"
        right = Recomputed(f"{float(result.value):.{places}f}", result.interval.low, result.interval.high)
        diagnosis = diagnose(quantity.value, result.value, places)
        yield Finding("computation", claim, place, text, right, operands(subject, fact), diagnosis)


def _same(one: Fraction, other: Fraction) -> bool:
    return abs(one - other) <= _TOLERANCE * max(abs(one), abs(other))
