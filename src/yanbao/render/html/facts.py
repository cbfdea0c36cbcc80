"""What the panel tells about a fact: its value, how it was computed, from what, and where that stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from yanbao.document.tree import Chart, Document, Page, Span, Text, spans_of_exhibit
from yanbao.errors import UnitError
from yanbao.fact.fact import Derivation, Fact, Source
from yanbao.formula.chinese import FUNCTIONS
from yanbao.memory import remembered
from yanbao.quantity.period_printing import format_period
from yanbao.quantity.printing import format_quantity
from yanbao.quantity.quantity import Quantity
from yanbao.render.vega_text import clean

_OPERAND = re.compile(r"\{([^{}]*)\}")
_SIGNIFICANT = 4  # digits of a computed value that nobody printed
_MOST_DECIMALS = 6
_SIGNS = (("**", " ^ "), ("*", "×"), ("/", "÷"), ("-", "−"))

Entry = dict[str, Any]


def entries(document: Document) -> dict[str, Entry]:
    """Return the panel's entry of each fact that the pages show, and of all that those were computed from."""
    found: dict[str, Entry] = {}
    waiting = [fact for page in document.pages for fact in remembered("shown", (page,), partial(_shown, page))]
    while waiting:
        key = waiting.pop()
        fact = document.facts.get(key)
        if fact is None or key in found:
            continue
        inputs = fact.lineage.inputs if isinstance(fact.lineage, Derivation) else ()
        there = "".join("01"[each in document.facts] for each in inputs)
        found[key] = remembered("entry", (fact, document.language, there), partial(_entry, fact, document))
        waiting += inputs
    return {clean(key): found[key] for key in sorted(found)}


def _shown(page: Page) -> list[str]:
    texts: list[Text] = [page.title, page.section, page.footer]
    texts += [paragraph.text for paragraph in page.paragraphs()]
    found: list[str] = []
    for exhibit in page.exhibits():
        texts += spans_of_exhibit(exhibit)
        if isinstance(exhibit.body, Chart):
            found += [point.fact for series in exhibit.body.series for point in series.points if point.fact]
    return found + [span.fact for text in texts for span in text if _asked(span) and span.fact]


def _asked(span: Span) -> bool:
    return span.kind in ("number", "word")


def _entry(fact: Fact, document: Document) -> Entry:
    entry: Entry = {"label": label(fact, document)}
    if fact.quantity is not None:
        entry["value"] = clean(value(fact.quantity, document.language))
    elif fact.text is not None:
        entry["text"] = clean(fact.text)
    else:
        entry["missing"] = clean(fact.missing or "")
    if isinstance(fact.lineage, Source):
        entry["source"] = _source(fact.lineage)
    else:
        entry |= _derivation(fact.lineage, document)
    if fact.as_of is not None:
        entry["as_of"] = fact.as_of.isoformat()
    return entry


def label(fact: Fact, document: Document) -> str:
    """Return what a fact is about: subject, metric and period, each said once."""
    period = format_period(fact.period, document.language) if fact.period else ""
    parts = [part for part in (clean(fact.subject), clean(fact.metric)) if part]
    if period and not any(period in part or part in period for part in parts):
        parts.append(period)
    return " · ".join(dict.fromkeys(parts)) or clean(fact.id)


def value(quantity: Quantity, language: str) -> str:
    """Return a quantity with the places it was printed with; a computed one with four significant digits."""
    decimals = quantity.decimals
    if decimals is None:
        decimals = 0
        while decimals < _MOST_DECIMALS and abs(quantity.value) * 10**decimals < 10 ** (_SIGNIFICANT - 1):
            if (quantity.value * 10**decimals).denominator == 1:
                break
            decimals += 1
    if language == "en":
        try:
            return format_quantity(quantity, decimals=decimals, grouping=True, language="en")
        except UnitError:  # a unit that has no English word keeps its own
            return format_quantity(quantity, decimals=decimals, grouping=True)
    return format_quantity(quantity, decimals=decimals, grouping=True)


def _source(source: Source) -> Entry:
    told: Entry = {"origin": clean(source.origin), "file": clean(source.file), "file_line": source.file_line}
    if source.origin_line is not None:
        told["line"] = source.origin_line
    if source.as_of is not None:
        told["as_of"] = source.as_of.isoformat()
    return told


def _derivation(derivation: Derivation, document: Document) -> Entry:
    told: Entry = {
        "formula": list(formula(derivation.formula, document.language)),
        "inputs": [clean(key) for key in dict.fromkeys(derivation.inputs) if key in document.facts],
    }
    if derivation.relation:
        told["relation"] = _relation_title(derivation.relation, document.language)
    if derivation.printed is not None:
        told["printed"] = clean(derivation.printed)
        if derivation.printed_source is not None:
            told["printed_source"] = _source(derivation.printed_source)
    return told


def _relation_title(name: str, language: str) -> str:
    from yanbao.relation.registry import RELATIONS

    return RELATIONS[name].wording[language].title if name in RELATIONS else clean(name)


def formula(text: str, language: str) -> Iterator[Entry]:
    """Yield a formula's pieces in order: `{"fact": id}` for an operand, `{"text": ...}` for what stands between."""
    position = 0
    for found in _OPERAND.finditer(text):
        if between := text[position : found.start()]:
            yield {"text": _readable(between, language)}
        yield {"fact": clean(found[1])}
        position = found.end()
    if rest := text[position:]:
        yield {"text": _readable(rest, language)}


def _readable(text: str, language: str) -> str:
    for sign, shown in _SIGNS:
        text = text.replace(sign, shown)
    if language == "zh":
        text = re.sub(r"[a-z_]+", lambda found: FUNCTIONS.get(found[0], found[0]), text)
    return clean(text)
