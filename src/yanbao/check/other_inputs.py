"""Does each formula compute its fact, and not only by chance the same number? Told by other inputs.

1.5 / 1.00 is 1.5 * 1.00, and a price may equal the number that it should have been divided into. So all inputs are
changed a little, each by a share of its own, and what the workbook's formulas then give is compared with what the
facts' formulas then give.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from yanbao.check.book import Book, Key, blamed
from yanbao.check.findings import Claim, Finding, Recomputed
from yanbao.check.formulas import Value, near, say
from yanbao.check.subject import Subject, operands
from yanbao.errors import FactError, FormulaError, QuantityError
from yanbao.fact.fact import Derivation, Fact, Source
from yanbao.quantity.interval import Interval
from yanbao.quantity.quantity import Quantity

_MOST, _STEP, _SCALE = 101, 37, 4093  # shares between 1/4093 and 101/4093, neighbours far apart


def findings(book: Book, reported: set[Key]) -> Iterator[Finding]:
    """Yield a finding for each formula that gives something else than its fact; its key is added to `reported`.

    Raises:
        ReadError: a formula ends the engine.
    """
    from yanbao.read.xlsx import computed

    shares = _shares(book)
    values = _values(book.subject, shares)
    changed = {
        key: expected.value * shares[expected.fact]
        for key, expected in book.expected.items()
        if expected.fact in shares and expected.value is not None and not _has_formula(book, key)
    }
    found = computed(book.contents, changed)
    wanted = {key: value for key in found if (value := _wanted(book, key, values)) is not None}
    wrong = {key for key, value in wanted.items() if not _same(found[key], value, book.expected[key].value)}
    for key in sorted(blamed(book, wrong) - reported):
        if any(other in reported for other in book.precedents(key)):
            continue  # the other cell is wrong
        reported.add(key)
        yield _finding(book, key, found[key], wanted[key])


def _has_formula(book: Book, key: Key) -> bool:
    segment = book.cells.get(key)
    return segment is not None and segment.cell is not None and segment.cell.formula is not None


def _shares(book: Book) -> dict[str, Fraction]:
    """Return by what each sourced fact with a cell of its own is multiplied."""
    facts = [
        expected.fact
        for key, expected in book.expected.items()
        if expected.fact is not None and not expected.live and not _has_formula(book, key)
    ]
    known = [key for key in dict.fromkeys(facts) if _is_sourced(book.subject.fact(key))]
    return {key: 1 + Fraction(_STEP * at % _MOST + 1, _SCALE) for at, key in enumerate(known)}


def _is_sourced(fact: Fact | None) -> bool:
    return fact is not None and fact.quantity is not None and isinstance(fact.lineage, Source)


def _values(subject: Subject, shares: Mapping[str, Fraction]) -> dict[str, Fraction | None]:
    """Return what each fact comes to, in its own unit; `None` where it comes to nothing."""
    values: dict[str, Fraction | None] = {}
    for first in subject.document.facts:
        waiting = [first]
        while waiting:
            key = waiting[-1]
            fact = subject.fact(key)
            if key in values:
                waiting.pop()
            elif fact is None or fact.quantity is None:
                values[key] = None
            elif not isinstance(fact.lineage, Derivation):
                values[key] = fact.quantity.value * shares.get(key, 1)
            else:
                before = [other for other in fact.lineage.inputs if other not in values and other not in waiting]
                waiting += before
                if not before:
                    values[key] = _result(subject, fact.quantity, fact.lineage, values)
    return values


def _result(
    subject: Subject, quantity: Quantity, lineage: Derivation, values: Mapping[str, Fraction | None]
) -> Fraction | None:
    from yanbao.formula import evaluate, in_unit, parse

    def resolve(key: str) -> Quantity:
        fact, value = subject.fact(key), values.get(key)
        if fact is None or fact.quantity is None or value is None:
            raise FactError(f"{key} has no value")
        return Quantity(value, Interval.point(value), fact.quantity.unit)

    try:
        return in_unit(evaluate(parse(lineage.formula), resolve), quantity.unit).value
    except (FormulaError, QuantityError, FactError):
        return None  # a fact that cannot be computed from its own inputs is reported as such


def _wanted(book: Book, key: Key, values: Mapping[str, Fraction | None]) -> Fraction | None:
    """Return what a cell should give: its share of the fact's value is the one it has now."""
    expected = book.expected.get(key)
    fact = None if expected is None else book.subject.fact(expected.fact)
    if expected is None or expected.value is None or fact is None or fact.quantity is None:
        return None
    value = values.get(fact.id)
    return None if value is None or not fact.quantity.value else expected.value / fact.quantity.value * value


def _same(found: Value, wanted: Fraction, now: Fraction | None) -> bool:
    if now is not None and now * wanted < 0 and isinstance(found, Fraction):  # shown without its sign
        return near(abs(found), abs(wanted))
    return near(found, wanted)


def _finding(book: Book, key: Key, found: Value, wanted: Fraction) -> Finding:
    name, expected = f"{key[0]}!{key[1]}", book.expected[key]
    fact, cell = book.subject.fact(expected.fact), book.cells[key].cell
    assert fact is not None
    assert cell is not None
    text = (
        f"the formula of {name} is not that of {fact.id}: with its inputs changed a little it gives"
        f" {say(found)}, not {say(wanted)}: ={cell.formula}"
    )
    claim = Claim(say(cell.value), cell.value if isinstance(cell.value, Fraction) else None)
    right = Recomputed(say(expected.value), expected.value, expected.value)
    return Finding("formula", claim, (book.where(key),), text, right, operands(book.subject, fact))
