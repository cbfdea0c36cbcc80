"""The numbers of the running text as a sheet: where each stands, how it is printed, and its live value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from yanbao.document.tree import Document, Exhibit, Page, Span, Table, Text, Timeline, facts_of_page, plain
from yanbao.fact.fact import Derivation, Fact, Source
from yanbao.memory import remembered
from yanbao.render.xlsx import number_format
from yanbao.render.xlsx.exhibit_sheet import HEAD_ROW, put_top, text_cell
from yanbao.render.xlsx.grid import Cell, Fixed, Look, Sheet, Shown, Words

_BOUND = ("number", "word", "literal")
_SENTENCE_END = re.compile(r"[。！？；\n]+|[.!?]\s+(?=[A-Z“\"])")


@dataclass(frozen=True)
class Entry:
    """A number, bound word or literal of the text: its page, the exhibit it stands in, its sentence."""

    page: int
    place: str
    sentence: str
    span: Span


def numbers_sheet(document: Document, entries: list[Entry], name: str, index: str, own: Mapping[str, str]) -> Sheet:
    """Return the sheet that lists every number, bound word and literal that is no live cell of an exhibit."""
    sheet = Sheet(name, role="numbers")
    put_top(sheet, own["text_numbers_title"], index, own)
    heads = ["page", "place", "sentence", "printed", "value", "unit", "origin", "fact"]
    for at, key in enumerate(heads):
        align = "right" if key in ("page", "value") else "left"
        sheet.put(HEAD_ROW, at, Words(own[key], Look("head", align)))  # type: ignore[arg-type]
    row, before = HEAD_ROW, None
    for entry in entries:
        row += 1
        same = before is not None and (before.page, before.place, before.sentence) == (
            entry.page,
            entry.place,
            entry.sentence,
        )
        fact = document.facts.get(entry.span.fact) if entry.span.fact else None
        unit = number_format.shown_unit(fact.quantity.unit, document.language) if fact and fact.quantity else ""
        sheet.row(
            row,
            [
                Fixed(Fraction(entry.page), Look("label", "right", "0")),
                Words("" if same else entry.place, Look("body", wrap=True)),
                Words("" if same else entry.sentence, Look("body", wrap=True)),
                Words(entry.span.text, Look("body", wrap=True)),
                _value(entry.span, fact),
                Words(unit, Look("body")),
                Words(_origin(entry.span, fact, document.facts, own), Look("aside", wrap=True)),
                Words(entry.span.fact or "", Look("aside")),
            ],
        )
        before = entry
    sheet.fit(HEAD_ROW, narrowest=6.0)
    sheet.header_rows = (HEAD_ROW, HEAD_ROW)
    sheet.frozen = (HEAD_ROW + 1, 1)
    return sheet


def entries_of(document: Document) -> Iterator[Entry]:
    """Yield the numbers, bound words and literals of the text in order, each with its sentence."""
    facts = document.facts
    for page in document.pages:
        if page.kind == "contents":  # it repeats the titles, whose numbers are listed with their own pages
            continue
        ids = remembered("ids of a page", (page,), partial(_ids, page))
        parts = (page, *map(facts.get, ids))
        yield from remembered("entries", parts, partial(_of_page, page, facts))


def _ids(page: Page) -> tuple[str, ...]:
    return tuple(dict.fromkeys(facts_of_page(page)))


def _of_page(page: Page, facts: Mapping[str, Fact]) -> list[Entry]:
    texts: list[tuple[str, Text]] = [("", page.title)]
    texts += [("", paragraph.text) for paragraph in page.paragraphs()]
    for exhibit in page.exhibits():
        label = plain(exhibit.label)
        texts += [(label, text) for text in _texts(exhibit, facts)]
    return [Entry(page.number, place, sentence, span) for place, text in texts for sentence, span in _bound(text)]


def _texts(exhibit: Exhibit, facts: Mapping[str, Fact]) -> Iterator[Text]:
    """Yield the texts of an exhibit whose numbers no cell of its sheet holds as a value."""
    yield from (exhibit.title, exhibit.unit, exhibit.as_of)
    body = exhibit.body
    if isinstance(body, Table):
        yield from (column.label for column in body.columns)
        cells = (cell.text for row in body.rows for cell in row.cells if cell.missing is None)
        yield from (text for text in cells if not isinstance(text_cell(text, facts, Look()), Shown))
    elif isinstance(body, Timeline):
        texts = (text for event in body.events for text in (event.when, event.title, event.detail))
        yield from (text for text in texts if not isinstance(text_cell(text, facts, Look()), Shown))
    yield exhibit.note


def _bound(text: Text) -> Iterator[tuple[str, Span]]:
    whole = plain(text)
    ends = [match.end() for match in _SENTENCE_END.finditer(whole)] + [len(whole)]
    at = 0
    for span in text:
        if span.kind in _BOUND:
            start = max([end for end in ends if end <= at], default=0)
            end = min(end for end in ends if end >= at + len(span.text))
            yield whole[start:end].strip(), span
        at += len(span.text)


def _value(span: Span, fact: Fact | None) -> Cell:
    if fact is None:
        return Words("", Look("body", "right"))
    if fact.text is not None:
        return Shown(fact.id, Look("body", wrap=True), text=fact.text)
    if fact.quantity is None:
        return Words("—", Look("missing", "right"), comment=fact.missing)
    own = span.kind == "number" and span.decimals is not None and span.unit in (None, "", fact.quantity.unit.symbol)
    code = number_format.of_quantity(fact.quantity, span.decimals if own else None)
    return Shown(fact.id, Look("body", "right", code), text=f"{float(fact.quantity.value):,.2f}")


def _origin(span: Span, fact: Fact | None, facts: Mapping[str, Fact], own: Mapping[str, str]) -> str:
    if fact is None:
        return own["literal"] if span.kind == "literal" else ""
    origins = own["semicolon"].join(dict.fromkeys(source.origin for source in sources(fact, facts)))
    return own["colon"].join((own["computed"], origins)) if isinstance(fact.lineage, Derivation) else origins


def sources(fact: Fact, facts: Mapping[str, Fact]) -> Iterator[Source]:
    """Yield where a fact comes from, through all that it was computed from."""
    seen: set[str] = set()
    waiting = [fact]
    while waiting:
        found = waiting.pop(0)
        if found.id in seen:
            continue
        seen.add(found.id)
        if isinstance(found.lineage, Source):
            yield found.lineage
        else:
            waiting += [facts[key] for key in found.lineage.inputs if key in facts]
