"""Do the texts of a file equal the document's, page by page? Each difference becomes one finding of its owner check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from yanbao.check.align import Alignment
from yanbao.check.atoms import Atom, Expected, Group, flat, squeeze
from yanbao.check.diagnosis import diagnose
from yanbao.check.differ import Difference
from yanbao.check.findings import Claim, Finding, Recomputed, Where
from yanbao.check.printed import parse_printed
from yanbao.check.required import Parts
from yanbao.check.subject import Subject, operands
from yanbao.check.tokens import numbers
from yanbao.check.units import factor

_NOTES = ("exhibit-note", "speaker-note", "origin")
_KINDS = {"period": "period", "quote": "quote", "literal": "literal", "structure": "structure-number"}


def findings(subject: Subject, parts: Parts, expected: Sequence[Expected], alignment: Alignment) -> Iterator[Finding]:
    """Yield one finding a difference; what is missing as a whole (an exhibit, a paragraph) is one finding too."""
    yield from findings_of(subject, parts, expected, alignment.differences, alignment)


def findings_of(
    subject: Subject,
    parts: Parts,
    expected: Sequence[Expected],
    differences: Sequence[Difference],
    alignment: Alignment,
) -> Iterator[Finding]:
    """Yield one finding for each of some differences of an alignment."""
    for difference in _merged(expected, differences):
        yield _finding(subject, parts, difference, alignment)


def _merged(expected: Sequence[Expected], differences: Sequence[Difference]) -> Iterator[Difference]:
    """Yield the differences, those of a block of which nothing is left as one."""
    needed = Counter(group.block for group in flat(list(expected)) if not group.optional)
    gone = Counter(
        difference.group.block
        for difference in differences
        if difference.kind == "missing" and difference.atom is None and difference.group is not None
    )
    whole = {block for block, count in gone.items() if count == needed[block] and count > 1}
    said: set[str] = set()
    for difference in differences:
        block = difference.group.block if difference.group is not None else ""
        if block in whole and difference.kind == "missing":
            if block not in said:
                said.add(block)
                group = replace(difference.group, role="paragraph", at="whole") if difference.group else None
                yield replace(difference, group=group)
        else:
            yield difference


def code_of(parts: Parts, difference: Difference) -> str:
    """Return the code of the check that owns a difference."""
    group, atom = difference.group, difference.atom
    if difference.kind == "added" or group is None:
        return "number-unknown" if numbers(difference.found) else "wording"
    if group.at == "whole":
        return "block"
    if atom is not None and atom.kind == "number" and _unit_only(difference):
        return "unit"
    if atom is None and len(group.atoms) == 1:
        atom = group.atoms[0]
    if atom is not None and atom.kind in ("number", "label", "tick"):
        return _number_code(group, atom)
    if atom is not None and atom.kind == "word":
        return "bound-word"
    if group.role in ("unit", "series", "category"):
        return {"unit": "unit", "series": "series-name", "category": "category"}[group.role]
    if atom is not None and atom.kind in _KINDS and parts.code(group) in (None, "risks"):
        return _KINDS[atom.kind]
    if group.role == "column-head" and group.unit and difference.kind == "changed":
        return "unit" if group.unit not in difference.found and group.unit in difference.expected else "wording"
    return parts.code(group) or "wording"


def _number_code(group: Group, atom: Atom) -> str:
    if atom.kind == "tick":
        return "axis-tick"
    if atom.kind == "label":
        return "label-number" if group.role == "point-label" else "cell-number"
    if group.role in ("cell", "column-head", "column-group", "event"):
        return "cell-number"
    return "note-number" if group.role in _NOTES else "text-number"


def _unit_only(difference: Difference) -> bool:
    """Whether a number's digits are right and only its unit is not."""
    mine, other = numbers(difference.expected), numbers(difference.found)
    return (
        len(mine) == len(other) == 1
        and mine[0].value == other[0].value
        and mine[0].text.rstrip("%％‰ ") == other[0].text.rstrip("%％‰ ")
    )


def _finding(subject: Subject, parts: Parts, difference: Difference, alignment: Alignment) -> Finding:
    group, atom = difference.group, difference.atom
    code = code_of(parts, difference)
    line = _line(difference, alignment)
    where = (Where.at(difference.place, line),)
    at = "" if group is None else f" in {group.describe()}"
    if difference.kind == "added":
        beside = "" if group is None else f" beside {group.describe()}"
        text = f"{difference.found!r} stands{beside}, where the document holds nothing"
        return Finding(code, _claim(difference.found, None), where, text)
    if code == "block":
        assert group is not None
        return Finding(code, Claim(""), where, f"{group.block} does not stand on this page", Recomputed(group.text))
    if difference.kind == "missing":
        text = f"{difference.expected!r}{at} is missing"
        return Finding(code, Claim(""), where, text, _right(subject, atom, difference.expected))
    text = f"{difference.found!r}{at} should be {difference.expected!r}"
    if atom is not None and atom.fact is not None:
        text += f": {atom.fact}"
    fact = subject.fact(atom.fact) if atom is not None else None
    claim = _claim(difference.found, atom)
    return Finding(
        code,
        claim,
        where,
        text,
        _right(subject, atom, difference.expected),
        () if fact is None else operands(subject, fact),
        _diagnosis(claim, difference),
    )


def _line(difference: Difference, alignment: Alignment) -> str:
    for segment in alignment.reading.segments:
        if (segment.place.line, segment.place.part, segment.place.cell) == (
            difference.place.line,
            difference.place.part,
            difference.place.cell,
        ):
            start, end = difference.place.start or 0, difference.place.end or 0
            if squeeze(segment.text[start:end]) == squeeze(difference.found) or not difference.found:
                return segment.text
    return difference.found


def _claim(found: str, atom: Atom | None) -> Claim:
    printed = parse_printed(found)
    if printed is None:
        return Claim(found)
    return Claim(found, printed.value, printed.unit or (atom.unit if atom is not None else None) or None)


def _right(subject: Subject, atom: Atom | None, expected: str) -> Recomputed:
    fact = subject.fact(atom.fact) if atom is not None and atom.kind in ("number", "label", "word") else None
    if fact is None or fact.quantity is None or atom is None:
        return Recomputed(expected)
    rate = factor(fact.quantity.unit, atom.unit) if atom.unit is not None else 1
    low, high = fact.quantity.interval.low, fact.quantity.interval.high
    if rate is None:
        return Recomputed(expected)
    return Recomputed(expected, None if low is None else low * rate, None if high is None else high * rate)


def _diagnosis(claim: Claim, difference: Difference) -> str | None:
    right = parse_printed(difference.expected)
    if right is None or claim.value is None:
        return None
    return diagnose(claim.value, right.value, right.decimals)
