"""Do the texts of a file equal the document's, page by page? Each difference becomes one finding of its owner check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yanbao.check.align import Alignment
from yanbao.check.approximation import word_only
from yanbao.check.atoms import Atom, Expected, Group, squeeze
from yanbao.check.diagnosis import diagnose
from yanbao.check.differ import Difference
from yanbao.check.findings import Claim, Finding, Recomputed, Where
from yanbao.check.merging import merged, unit_only
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
    for difference in merged(expected, differences):
        yield _finding(subject, parts, difference, alignment)


def code_of(parts: Parts, difference: Difference) -> str:
    """Return the code of the check that owns a difference."""
    group, atom = difference.group, difference.atom
    if difference.kind == "added" or group is None:
        return "number-unknown" if numbers(difference.found) else "wording"
    if group.at.startswith("whole"):
        return "block"
    if group.role == "paragraph" and atom is None and difference.kind != "changed":
        part = parts.code(group) if difference.kind == "missing" else None  # what stands elsewhere is there
        return part or "block"
    only = group.atoms[0] if atom is None and len(group.atoms) == 1 else atom
    if only is not None and only.kind == "number" and word_only(difference.expected, difference.found):
        return "approximation"
    if atom is not None and atom.kind == "number" and unit_only(difference):
        return "unit"
    atom = only
    if atom is not None and atom.kind in ("number", "label", "tick"):
        return _number_code(group, atom)
    if group.role in _NOTES and _numbers_only(difference):
        return "note-number"
    if atom is not None and atom.kind == "run" and not numbers(difference.expected) and numbers(difference.found):
        return "number-unknown"
    if atom is not None and atom.kind == "word":
        return "bound-word"
    if group.role in ("unit", "series", "category"):
        return {"unit": "unit", "series": "series-name", "category": "category"}[group.role]
    if atom is not None and atom.kind in _KINDS and parts.code(group) in (None, "risks"):
        return _KINDS[atom.kind]
    if group.role == "column-head" and group.unit and difference.kind == "changed":
        return "unit" if _same_but(difference, group.unit) else "wording"
    return parts.code(group) or "wording"


def _numbers_only(difference: Difference) -> bool:
    """Whether the words are right and only numbers among them are not."""
    return difference.kind == "changed" and _words_of(difference.expected) == _words_of(difference.found)


def _words_of(text: str) -> str:
    """Return a text without its numbers."""
    for token in reversed(numbers(text)):
        text = text[: token.start] + "#" + text[token.end :]
    return squeeze(text)


def _same_but(difference: Difference, unit: str) -> bool:
    """Whether a column head differs in nothing but its unit."""
    before, _, behind = squeeze(difference.expected).rpartition(squeeze(unit))
    found = squeeze(difference.found)
    return unit in difference.expected and found.startswith(before) and found.endswith(behind)


def _number_code(group: Group, atom: Atom) -> str:
    if atom.kind == "tick":
        return "axis-tick"
    if atom.kind == "label":
        return "label-number" if group.role == "point-label" else "cell-number"
    if group.role in ("cell", "column-head", "column-group", "event"):
        return "cell-number"
    return "note-number" if group.role in _NOTES else "text-number"


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
    if difference.kind == "moved":
        text = f"{difference.found!r}{at} stands elsewhere, out of order"
        return Finding(code, _claim(difference.found, None), where, text)
    if code == "block":
        assert group is not None
        row = group.at.removeprefix("whole").strip()
        text = f"{row + ' of ' if row else ''}{group.block} does not stand on this page: {difference.expected!r}"
        return Finding(code, Claim(""), where, text, Recomputed(difference.expected))
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
