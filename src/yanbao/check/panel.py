"""Does the HTML tell the truth about a number that is clicked: its fact, value, formula, inputs and source?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from yanbao.check.align import Alignment
from yanbao.check.atoms import squeeze
from yanbao.check.counting import atom_at
from yanbao.check.findings import Claim, Finding, Recomputed, Where
from yanbao.check.printed import parse_printed, rounded
from yanbao.check.subject import Subject, shown
from yanbao.check.tokens import numbers
from yanbao.check.units import factor
from yanbao.fact.fact import Derivation, Fact, Source
from yanbao.read.contents import FileContents

FACTS = "facts"  # the JSON part that the panel is made from
_OPERAND = re.compile(r"\{([^{}]*)\}")
_SIGNS = {"×": "*", "÷": "/", "−": "-", "^": "**"}


def findings(subject: Subject, contents: FileContents) -> Iterator[Finding]:
    """Yield a finding for each thing that the panel of an HTML report tells wrongly, and each number without one."""
    entries = contents.data.get(FACTS)
    place = (Where(contents.name, text=FACTS),)
    if not isinstance(entries, dict):
        yield Finding("fact-panel", Claim(""), place, "the data of the panel are missing")
        return
    for key, entry in entries.items():
        fact = subject.fact(key)
        if fact is None or not isinstance(entry, dict):
            yield Finding("fact-panel", Claim(key), place, f"the panel tells of {key!r}, which is no fact")
            continue
        for said, right in _wrong(subject, fact, entry):
            text = f"the panel says {said!r} about {key}, not {right!r}"
            yield Finding(
                "fact-panel", Claim(said), (Where(contents.name, text=f"{key}: {said}"),), text, Recomputed(right)
            )
    for name, data in contents.data.items():
        if name != FACTS and any(numbers(text) for text in _strings(data)):
            text = f"the data {name!r} hold a number, and no check knows what it is"
            yield Finding("hidden-text", Claim(name), (Where(contents.name, text=name),), text)


def marks(subject: Subject, alignment: Alignment, entries: Any) -> Iterator[Finding]:
    """Yield a finding for each marked number or word that opens the panel of another fact, or none."""
    known = entries if isinstance(entries, dict) else {}
    reading = alignment.reading
    for line, segment in enumerate(reading.segments):
        for mark in segment.marks:
            start = reading.index_of(line, mark.start)
            if mark.kind not in ("number", "word") or start >= len(reading):
                continue
            atom = atom_at(reading, alignment.groups, start)
            text = segment.text[mark.start : mark.end]
            place = (Where.at(segment.place, segment.text),)
            if atom is not None and atom.fact != mark.fact:
                why = f"{text!r} opens the panel of {mark.fact}; it is {atom.fact}"
                yield Finding("fact-panel", Claim(text), place, why, Recomputed(str(atom.fact)))
            elif mark.fact not in known and subject.fact(mark.fact) is not None:
                why = f"the panel is silent about {text!r}, {mark.fact}"
                yield Finding("fact-panel", Claim(text), place, why)


def _wrong(subject: Subject, fact: Fact, entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is said and what is right."""
    if fact.quantity is not None:
        said = str(entry.get("value", ""))
        printed = parse_printed(said)
        rate = None if printed is None else factor(fact.quantity.unit, printed.unit)
        if printed is None:
            yield said, shown(fact)
        elif rate is not None or not printed.unit:
            value = fact.quantity.value * (rate if rate is not None and printed.unit else 1)
            if rounded(value, printed.decimals) != printed.value:
                yield said, shown(fact)
        elif rounded(fact.quantity.value, printed.decimals) != printed.value:
            yield said, shown(fact)
    elif fact.text is not None and squeeze(str(entry.get("text", ""))) != squeeze(fact.text):
        yield str(entry.get("text", "")), fact.text
    elif fact.missing is not None and squeeze(str(entry.get("missing", ""))) != squeeze(fact.missing):
        yield str(entry.get("missing", "")), fact.missing
    if isinstance(fact.lineage, Source):
        yield from _source(entry.get("source"), fact.lineage)
    else:
        yield from _derivation(subject, entry, fact.lineage)


def _source(entry: Any, source: Source) -> Iterator[tuple[str, str]]:
    told = entry if isinstance(entry, dict) else {}
    right = {
        "origin": squeeze(source.origin),
        "file": source.file,
        "file_line": str(source.file_line),
        "line": "" if source.origin_line is None else str(source.origin_line),
        "as_of": "" if source.as_of is None else source.as_of.isoformat(),
    }
    for key, value in right.items():
        said = str(told.get(key, ""))
        if squeeze(said) != value and not (key == "as_of" and not said):
            yield f"{key} {said}", f"{key} {value}"


def _derivation(subject: Subject, entry: dict[str, Any], derivation: Derivation) -> Iterator[tuple[str, str]]:
    pieces = entry.get("formula")
    pieces = pieces if isinstance(pieces, list) else []
    facts = [piece["fact"] for piece in pieces if isinstance(piece, dict) and "fact" in piece]
    right = _OPERAND.findall(derivation.formula)
    if facts != right:
        yield f"the operands {', '.join(map(str, facts))}", ", ".join(right)
    said = "".join(str(piece.get("text", "")) for piece in pieces if isinstance(piece, dict))
    for sign, plain in _SIGNS.items():
        said = said.replace(sign, plain)
    constants = _constants(_OPERAND.sub(" ", derivation.formula))
    if _constants(said) != constants:
        yield f"the constants {said}", derivation.formula
    inputs = entry.get("inputs")
    if inputs != [key for key in dict.fromkeys(derivation.inputs) if subject.fact(key) is not None]:
        yield f"the inputs {inputs}", ", ".join(derivation.inputs)
    if derivation.printed is not None and squeeze(str(entry.get("printed", ""))) != squeeze(derivation.printed):
        yield f"printed {entry.get('printed')}", derivation.printed


def _constants(text: str) -> list[str]:
    """Return the numbers and the signs of a formula without its operands, in order."""
    return re.findall(r"\d+(?:\.\d+)?|\*\*|[-+*/<>=(),]", text)


def _strings(data: Any) -> Iterator[str]:
    """Yield the texts of a JSON value, at most some thousand levels deep by the parser's own bound."""
    waiting = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            waiting += item
        elif isinstance(item, int) and not isinstance(item, bool):
            yield str(item)
