"""Does each cell hold its fact's value, and is each computed one a live formula over exactly its inputs?

A second engine computes every formula anew. A value that is wrong only because another cell is wrong is not reported:
the other cell is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from yanbao.check.atoms import squeeze
from yanbao.check.book import Book, Expected, Key, blamed
from yanbao.check.diagnosis import diagnose
from yanbao.check.findings import Claim, Finding, Recomputed
from yanbao.check.subject import operands, shown
from yanbao.fact.fact import Derivation
from yanbao.read.contents import SheetCell

Value = Fraction | str | bool | None

# A workbook keeps 15 digits, and each operation of the engine loses some of the last one.
_TOLERANCE = Fraction(1, 10**9)
_PLAIN = re.compile(r"^=?\s*(?:'(?:[^']|'')+'!|[^\W\d][\w.]*!)?\$?[A-Z]{1,3}\$?\d+(?:[*/]\d+)*$")


def near(one: Value, other: Value) -> bool:
    """Whether two results are the same to what a workbook keeps."""
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return abs(one - other) <= _TOLERANCE * max(abs(one), abs(other), Fraction(1, 10**6))
    if isinstance(one, str) and isinstance(other, str):
        return squeeze(one) == squeeze(other)
    return one == other


def findings(book: Book, recomputed: Mapping[Key, Value], reported: set[Key]) -> Iterator[Finding]:
    """Yield a finding for each cell that is wrong by itself; its key is added to `reported`."""
    wrong = {
        key
        for key, expected in book.expected.items()
        if (wanted := expected.value if expected.value is not None else expected.text) is not None
        and not near(_result(book, recomputed, key), wanted)
    }
    alone = blamed(book, wrong)
    for key, segment in book.cells.items():
        cell = segment.cell
        assert cell is not None
        expected = book.expected.get(key)
        found = _cell(book, key, cell, expected, recomputed, wrong, alone)
        if found is not None:
            reported.add(key)
            yield found
    for key, expected in book.expected.items():
        if key not in book.cells and (expected.value is not None or expected.text):
            reported.add(key)
            fact = book.subject.fact(expected.fact)
            text = f"{key[0]}!{key[1]} is empty; it should hold {expected.fact}"
            right = Recomputed("" if fact is None else shown(fact), expected.value, expected.value)
            yield Finding("sheet-value", Claim(""), (book.where(key),), text, right)


def _result(book: Book, recomputed: Mapping[Key, Value], key: Key) -> Value:
    if key in recomputed:
        return recomputed[key]
    segment = book.cells.get(key)
    return None if segment is None or segment.cell is None else segment.cell.value


def _cell(
    book: Book,
    key: Key,
    cell: SheetCell,
    expected: Expected | None,
    recomputed: Mapping[Key, Value],
    wrong: set[Key],
    alone: set[Key],
) -> Finding | None:
    name = f"{key[0]}!{key[1]}"
    if cell.formula is None:
        return None if expected is None else _constant(book, key, cell, expected, name)
    result = recomputed.get(key)
    if key in wrong:
        assert expected is not None
        if key not in alone:
            return None
        right = say(expected.value) if expected.value is not None else repr(expected.text)
        text = f"the formula of {name} gives {say(result)}, not {right}: ={cell.formula}"
        return _finding(book, "formula", key, result, expected, text)
    if expected is None and any(other in wrong for other in book.precedents(key)):
        return None
    if not near(cell.value, result):
        text = f"{name} keeps the result {say(cell.value)}; its formula gives {say(result)}: ={cell.formula}"
        return _finding(book, "cached-value", key, cell.value, expected, text)
    if expected is not None:
        text = _references(book, key, cell, expected)
        if text:
            return _finding(book, "formula", key, cell.value, expected, f"{name}: {text}: ={cell.formula}")
    return None


def _constant(book: Book, key: Key, cell: SheetCell, expected: Expected, name: str) -> Finding | None:
    if expected.text is not None:
        if squeeze(str(cell.value or "")) == squeeze(expected.text):
            return None
        text = f"{name} says {cell.value!r}; {expected.fact} is {expected.text!r}"
        return _finding(book, "sheet-value", key, cell.value, expected, text)
    if expected.value is None:
        return None
    if expected.live:
        text = f"{name} is the constant {say(cell.value)}; {expected.fact} must be a live formula"
        return _finding(book, "formula", key, cell.value, expected, text)
    if near(cell.value, expected.value):
        return None
    text = f"{name} is {say(cell.value)}; {expected.fact} is {say(expected.value)}"
    return _finding(book, "sheet-value", key, cell.value, expected, text)


def _references(book: Book, key: Key, cell: SheetCell, expected: Expected) -> str:
    """Return what is wrong with the cells a formula takes: a reference's must hold the same fact, others the inputs."""
    fact = book.subject.fact(expected.fact)
    if fact is None or fact.quantity is None:
        return ""
    taken = {
        expectation.fact
        for other in book.precedents(key)
        if (expectation := book.expected.get(other)) is not None and expectation.fact is not None
    }
    if _PLAIN.match(cell.formula or "") and taken == {fact.id}:
        return ""
    if not isinstance(fact.lineage, Derivation):
        return f"it should refer to the home of {fact.id}, not to {', '.join(sorted(taken)) or 'cells of no fact'}"
    wanted = set(fact.lineage.inputs)
    if taken == wanted:
        return ""
    strange, lost = sorted(taken - wanted), sorted(wanted - taken)
    told = [f"it takes {', '.join(strange[:5])}"] if strange else []
    told += [f"it does not take {', '.join(lost[:5])}"] if lost else []
    return f"{fact.id} is computed from other cells: {'; '.join(told)}"


def _finding(book: Book, code: str, key: Key, found: Value, expected: Expected | None, text: str) -> Finding:
    fact = book.subject.fact(expected.fact) if expected is not None else None
    value = found if isinstance(found, Fraction) else None
    right = None if expected is None else expected.value
    unit = None if fact is None or fact.quantity is None else fact.quantity.unit.symbol
    said = None
    if value is not None and right is not None:
        said = diagnose(value, right, 4)
    return Finding(
        code,
        Claim(say(found), value, unit),
        (book.where(key),),
        text,
        None if expected is None else Recomputed(say(right if right is not None else expected.text), right, right),
        () if fact is None else operands(book.subject, fact),
        said,
    )


def say(value: Value) -> str:
    """Return a cell's value in words."""
    if value is None:
        return "nothing"
    return f"{float(value):.10g}" if isinstance(value, Fraction) else str(value)
