"""Documents that the HTML tests write, and how the file is taken apart again without code of the renderer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from lxml import html

import sample
from yanbao.document.theme import Theme
from yanbao.document.tree import (
    Chart,
    Columns,
    Document,
    Exhibit,
    Page,
    Paragraph,
    Span,
    Text,
    plain,
    spans_of_exhibit,
)
from yanbao.fact.fact import Derivation, Source
from yanbao.render.html import render_html

HOSTILE = """</script></style></text><img src=x onerror="document.title='owned'">'&amp;=1+1<!--"""


def with_printed(document: Document) -> Document:
    """Return the document with one computed fact that its origin printed otherwise."""
    fact = document.facts["grid.yoy@2023"]
    assert isinstance(fact.lineage, Derivation)
    source = Source("grid", "2023", "yoy", "evidence/grid.csv", 7, "示例研究报告", 1612)
    lineage = replace(fact.lineage, relation="yoy", printed="3.4%", printed_source=source)
    return replace(document, facts=document.facts | {fact.id: replace(fact, lineage=lineage)})


def hostile(part: Any) -> Any:
    """Return a document in which every run, title and fact carries markup that must stay text."""
    if isinstance(part, Span):
        return replace(part, text=part.text + HOSTILE) if part.kind == "run" and part.text else part
    if isinstance(part, tuple):
        return tuple(hostile(each) for each in part)
    if isinstance(part, dict):
        return {key: hostile(each) for key, each in part.items()}
    if is_dataclass(part) and not isinstance(part, type):
        changed = {field.name: hostile(getattr(part, field.name)) for field in fields(part)}
        if isinstance(part, Exhibit):
            changed["alt"] = part.alt + HOSTILE
        if isinstance(part, Document):
            changed["title"] = part.title + HOSTILE
            changed["house"] = part.house + HOSTILE
        if isinstance(part, Source):
            changed["origin"] = part.origin + HOSTILE
        return replace(part, **changed)
    return part


def write(folder: Path, document: Document | None = None, theme: Theme | None = None) -> Path:
    path = folder / "report.html"
    render_html(document or sample.document(), theme or Theme(), path)
    return path


def parse(path: Path) -> html.HtmlElement:
    return html.document_fromstring(path.read_bytes())


def scripts(root: html.HtmlElement, name: str) -> Any:
    """Return the JSON of the only script of a class."""
    (found,) = root.xpath(f"//script[@class='{name}']")
    return json.loads(found.text)


def shown(section: html.HtmlElement) -> str:
    """Return what a page shows without its scripts and the data beside its charts, white space removed."""
    parts = section.xpath(".//text()[not(ancestor::script) and not(ancestor::details)]")
    return "".join("".join(parts).split())


def texts_of(page: Page) -> Iterator[Text]:
    """Yield a page's texts in the order of the contract; of a chart those around its drawing."""
    if page.kind in ("content", "legal"):
        yield page.section
    yield page.title

    def of(blocks: tuple[Any, ...]) -> Iterator[Text]:
        for block in blocks:
            if isinstance(block, Columns):
                yield from of(block.left)
                yield from of(block.right)
            elif isinstance(block, Paragraph):
                yield block.text
            elif isinstance(block.body, Chart):
                yield from (block.label, block.title, block.unit, block.as_of, block.origin, block.note)
            else:
                yield from spans_of_exhibit(block)

    yield from of(page.blocks)
    yield page.footer
    yield (Span(str(page.number)),)


def wanted(page: Page) -> str:
    return "".join("".join(plain(text) for text in texts_of(page)).split())
