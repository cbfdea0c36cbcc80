"""The page of a check: the document itself with every number green, red or grey, and its working on a click."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

from lxml import etree
from lxml.builder import E

from yanbao.check.tell.located import Located, Number, locate
from yanbao.check.tell.result import Result, by_wrong_number
from yanbao.check.tell.rules import Waived
from yanbao.check.tell.wording import language_of, place, title, word
from yanbao.check.tick.said import Language, in_language
from yanbao.check.tick.tested import WORST_FIRST, Tested
from yanbao.check.tick.tick import Ticked
from yanbao.read.foreign.tree import Cell, ForeignPage, Prose, Table

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAGS = {"title": "h1", "heading": "h3", "caption": "h4", "header": "p", "footer": "p", "speaker-note": "p"}


def page(
    ticked: Ticked,
    waived: Sequence[Waived] = (),
    located: Located | None = None,
    language: Language | None = None,
) -> str:
    """Return a self-contained HTML page of a checked document.

    Which numbers tie, which break, which were not checked, and how was each one tested? Findings stand first, the
    worst at the top; the document follows as it was read. A click, or Enter, on a number shows every relation that
    it stands in. The page asks for nothing else and runs under a strict content security policy. `located` is where
    its numbers stand, if that is known already; without a language it is told in the document's own.
    """
    located = located or locate(ticked)
    language = language or language_of(ticked.document)
    style, script = _resource("page.css"), _resource("page.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    name = ticked.document.file.name
    head = E.head(
        E.meta(charset="utf-8"),
        E.meta({"http-equiv": "Content-Security-Policy", "content": policy}),
        E.meta(name="viewport", content="width=device-width, initial-scale=1"),
        E.title(_clean(f"{word('title', language)}: {name}")),
        E.style(style),
    )
    body = E.body(
        _bar(name, located, language),
        E.div(
            {"class": "columns"},
            _findings(located, waived, ticked, language),
            E.main(*(_page(part, located, language) for part in ticked.document.pages)),
        ),
        E.aside(
            {"id": "drawer", "hidden": "", "role": "dialog", "tabindex": "-1", "aria-label": word("working", language)}
        ),
        E.script(_data(located, language), type="application/json", id="data"),
        E.script(script),
    )
    html = E.html({"lang": "zh-CN" if language == "zh" else "en"}, head, body)
    return "<!DOCTYPE html>\n" + etree.tostring(html, encoding="unicode", method="html") + "\n"


def _bar(name: str, located: Located, language: Language) -> Any:
    counts = {state: sum(number.state == state for number in located.numbers) for state in ("break", "tie", "open")}
    total = len(located.numbers)
    checked = total - counts["open"]
    share = f"{100 * checked / total:.0f}%" if total else "—"
    return E.header(
        E.h2(_clean(name)),
        E.p(
            E.span(f"{counts['break']} ", word("breaks", language), {"class": "chip break"}),
            E.span(f"{counts['tie']} ", word("ties", language), {"class": "chip tie"}),
            E.span(f"{counts['open']} ", word("open", language), {"class": "chip open"}),
            E.span(f"{word('coverage', language)} {share} ({checked:,} / {total:,})", {"class": "share"}),
        ),
    )


def _findings(located: Located, waived: Sequence[Waived], ticked: Ticked, language: Language) -> Any:
    at = _number_of(located)
    index_of = {id(test): index for index, test in enumerate(located.tested)}
    groups = by_wrong_number(Result(ticked).breaks)
    items = [_finding(group, at.get(index_of[id(group[0])]), language) for group in groups]
    parts: list[Any] = [E.h2(f"{word('findings', language)} ({len(items)})")]
    if items:
        buttons = [
            E.button(
                word(key, language), {"type": "button", "data-filter": key, "aria-pressed": str(key == "all").lower()}
            )
            for key in ("all", *WORST_FIRST)
        ]
        parts += [E.div({"class": "filters", "role": "group"}, *buttons), E.ol(*items)]
    else:
        parts.append(E.p(word("none", language)))
    if waived:
        parts.append(E.h3(f"{word('waived', language)} ({len(waived)})"))
        parts.append(E.ul(*(E.li(_clean(f"{item.test.claimed.text}: {item.reason}")) for item in waived)))
    if ticked.document.unread:
        parts.append(E.h3(word("unread", language)))
        parts.append(
            E.ul(
                *(
                    E.li(_clean(f"{place(part.place, language)} {in_language(part.reason, language)}"))
                    for part in ticked.document.unread
                )
            )
        )
    return E.nav({"aria-label": word("findings", language)}, *parts)


def _finding(group: Sequence[Tested], number: int | None, language: Language) -> Any:
    test = group[0]
    wrong = test.blamed or test.claimed
    parts: list[Any] = [
        E.span({"class": f"severity {test.severity}"}, word(test.severity, language)),
        E.a({"href": f"#n{number}"}, _clean(wrong.text)) if number is not None else E.b(_clean(wrong.text)),
        E.span({"class": "place"}, _clean(f"{place(wrong.where, language)} {wrong.label}")),
        *(
            E.div({"class": "working"}, _clean(f"{each.claimed.text.strip()} ≠ {in_language(each.working, language)}"))
            for each in group
        ),
    ]
    if test.diagnosis:
        told = f"{word('diagnosis', language)}: {in_language(test.diagnosis, language)}"
        parts.append(E.div({"class": "diagnosis"}, _clean(told)))
    return E.li({"data-severity": test.severity}, *parts)


def anchors(located: Located, tests: Sequence[Tested]) -> list[str | None]:
    """Return the id of the number on the page that each of the tests is about, `None` where it stands nowhere."""
    at = _number_of(located)
    index_of = {id(test): index for index, test in enumerate(located.tested)}
    found = [at.get(index_of[id(test)]) for test in tests]
    return [None if number is None else f"n{number}" for number in found]


def _number_of(located: Located) -> dict[int, int]:
    """Return for each tested relation the number that it is about: the one that it blames, else its claim."""
    found: dict[int, int] = {}
    for index, number in enumerate(located.numbers):
        for at in number.tests:
            test = located.tested[at]
            if number.figure == (test.blamed or test.claimed):
                found.setdefault(at, index)
    return found


def _page(part: ForeignPage, located: Located, language: Language) -> Any:
    title = word("page", language).format(part.number) + (f" · {part.name}" if part.name else "")
    blocks: list[Any] = [E.h2(_clean(title))]
    for block in part.blocks:
        blocks.extend(_prose(block, located) if isinstance(block, Prose) else _table(block, located, language))
    return E.section({"id": f"p{part.number}", "class": part.layer}, *blocks)


def _prose(prose: Prose, located: Located) -> Iterator[Any]:
    element = E(_TAGS.get(prose.role, "p"), {"class": prose.role})
    at = 0
    parts: list[Any] = []
    for start, end, index in located.spans.get(id(prose), ()):
        parts += [_clean(prose.text[at:start]), _mark(prose.text[start:end], [index], located)]
        at = end
    parts.append(_clean(prose.text[at:]))
    _fill(element, parts)
    yield element


def _table(table: Table, located: Located, language: Language) -> Iterator[Any]:
    for above in (table.caption, table.unit_line):
        if above is not None:
            yield from _prose(above, located)
    if table.kind == "chart":
        yield E.p({"class": "note"}, word("chart", language))
    rows = []
    for row in table.rows:
        rows.append(E.tr(*(_cell(cell, located) for cell in row if cell is not None)))
    yield E.div({"class": "table", "tabindex": "0"}, E.table(*rows))
    for note in table.notes:
        yield from _prose(note, located)


def _cell(cell: Cell, located: Located) -> Any:
    spans = {key: str(count) for key, count in (("rowspan", cell.rows), ("colspan", cell.columns)) if count > 1}
    found = located.cells.get(id(cell), [])
    element = E("th" if cell.head else "td", spans)
    if not found:
        element.text = _clean(cell.text)
    elif len(found) == 1:
        element.append(_mark(cell.text, found, located))
        element.set("class", "number")
    else:
        at = 0
        parts: list[Any] = []
        for index in found:
            number = located.numbers[index]
            start = cell.text.find(number.text, at)
            if start >= 0:
                parts += [_clean(cell.text[at:start]), _mark(number.text, [index], located)]
                at = start + len(number.text)
        _fill(element, [*parts, _clean(cell.text[at:])])
    return element


def _mark(text: str, found: list[int], located: Located) -> Any:
    number = located.numbers[found[0]]
    marks = {
        "id": f"n{found[0]}",
        "class": f"n {number.state}" + (" doubt" if number.state == "break" and not number.wrong else ""),
        "data-n": str(found[0]),
    }
    if number.state != "open" or number.reason:
        marks |= {"tabindex": "0", "role": "button"}
    return E.span(marks, _clean(text))


def _fill(element: Any, parts: Sequence[Any]) -> None:
    for part in parts:
        if not isinstance(part, str):
            element.append(part)
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + part
        else:
            element.text = (element.text or "") + part


def _data(located: Located, language: Language) -> str:
    """Return what the drawer shows, as JSON that no text can break out of."""
    at = _number_of(located)
    tests = [
        {
            "relation": title(test.relation, language),
            "verdict": word("breaks" if test.verdict == "breaks" else "ties", language),
            "state": "break" if test.verdict == "breaks" else "tie",
            "claimed": test.claimed.text,
            "label": " · ".join(filter(None, (test.claimed.subject, test.claimed.label))),
            "working": in_language(test.working, language),
            "diagnosis": in_language(test.diagnosis or "", language),
            "number": at.get(index),
            "operands": [
                {"text": figure.text, "label": figure.label, "where": place(figure.where, language)}
                for figure in test.operands
            ],
        }
        for index, test in enumerate(located.tested)
    ]
    numbers = [_entry(number, language) for number in located.numbers]
    labels = ("claimed", "recomputed", "working", "diagnosis", "from", "close", "why-open", "no-partner")
    words = {key: word(key, language) for key in labels}
    text = json.dumps({"tests": tests, "numbers": numbers, "words": words}, ensure_ascii=False, separators=(",", ":"))
    return _clean(text).replace("<", "\\u003c").replace("&", "\\u0026")


def _entry(number: Number, language: Language) -> dict[str, Any]:
    figure = number.figure
    heads = [] if figure is None else [*dict.fromkeys(filter(None, (figure.subject, figure.label, *figure.heads)))]
    return {"t": number.text, "h": heads, "r": in_language(number.reason, language), "x": number.tests}


def _clean(text: str) -> str:
    """Return a text without the characters that no XML tree may hold."""
    return _NO_XML.sub("", text)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _resource(name: str) -> str:
    return (files("yanbao.check.tell") / name).read_text(encoding="utf-8")
