"""Changes that change nothing: the same build packed, written or saved another way. None may make a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchmarks.planted import book, deck, print_file, web
from benchmarks.planted.archive import changed, members, repacked
from benchmarks.planted.plant import Changed, Clean
from benchmarks.planted.sheet_xml import inline, shared_strings, text_cells

Neutral = Callable[[Clean], Changed]


def _repacked(file: str) -> Neutral:
    return lambda clean: {file: repacked(clean.bytes_of(file))}


def _rewritten(file: str) -> Neutral:
    """Write every XML member again, its namespaces and attributes as the parser orders them."""

    def change(clean: Clean) -> Changed:
        from lxml import etree

        data = clean.bytes_of(file)
        made: dict[str, bytes] = {}
        for name, content in members(data).items():
            if name.endswith((".xml", ".rels")):
                made[name] = etree.tostring(etree.fromstring(content), encoding="UTF-8", xml_declaration=True)
        return {file: changed(data, made)}

    return change


def _books_repacked(clean: Clean) -> Changed:
    parts: Mapping[str, bytes] = members(clean.bytes_of(deck.FILE))
    books = {name: repacked(data) for name, data in parts.items() if name.endswith(".xlsx")}
    return {deck.FILE: changed(clean.bytes_of(deck.FILE), books)}


def _runs_split(clean: Clean) -> Changed:
    """Cut every run of the first slides' texts in two, as editing programs do."""
    import copy

    made: dict[str, Any] = {}
    for part in deck.slides(clean):
        root = deck.parse(deck.parts(clean)[part])
        for run in list(root.iter(f"{deck.A}r")):
            text = run.find(f"{deck.A}t")
            if text is None or len(text.text or "") < 2:
                continue
            rest = copy.deepcopy(run)
            half = len(text.text) // 2
            rest.find(f"{deck.A}t").text = text.text[half:]
            text.text = text.text[:half]
            run.addnext(rest)
        made[part] = root
    return deck.written(clean, made)


def _inline_strings(clean: Clean) -> Changed:
    """Write the strings of the workbook into their cells, as other programs do."""
    from lxml import etree

    data = clean.bytes_of(book.FILE)
    shared = shared_strings(etree.fromstring(members(data)["xl/sharedStrings.xml"]))
    made: dict[str, bytes] = {}
    for name, content in members(data).items():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            root = etree.fromstring(content)
            for cell, text in list(text_cells(root, shared)):
                inline(cell, text)
            made[name] = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return {book.FILE: changed(data, made)}


NEUTRALS: dict[str, Neutral] = {
    "html: written again from its tree": lambda clean: web.written(web.tree(clean)),
    "html: line ends of another system": lambda clean: {
        web.FILE: clean.bytes_of(web.FILE).replace(b"\n", b"\r\n"),
    },
    "pptx: packed again": _repacked(deck.FILE),
    "pptx: XML written again": _rewritten(deck.FILE),
    "pptx: embedded workbooks packed again": _books_repacked,
    "pptx: runs cut in two": _runs_split,
    "xlsx: packed again": _repacked(book.FILE),
    "xlsx: XML written again": _rewritten(book.FILE),
    "xlsx: strings in their cells": _inline_strings,
    "pdf: saved by another program": print_file.saved_again,
    "pdf: pages copied into a new file": lambda clean: print_file.pages(clean, lambda numbers: None),
    "clean build": lambda clean: {},
}


def neutrals() -> Iterator[tuple[str, Neutral]]:
    """Yield the neutral changes by name."""
    yield from NEUTRALS.items()
