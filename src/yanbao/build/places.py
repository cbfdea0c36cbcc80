"""Where the facts of a document are shown: pages, exhibits, cells, points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

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


@dataclass(frozen=True)
class Shown:
    """One showing of a fact: the text as printed, and where."""

    fact: str
    text: str
    kind: Literal["number", "word", "quote", "period", "point", "other"]
    page: int
    block: str  # id of the paragraph or exhibit
    context: str  # the whole sentence, or the exhibit's title


def shown(document: Document) -> Iterator[Shown]:
    """Yield every showing of every fact in the document's order, without the contents page, which repeats titles."""
    for page in document.pages:
        if page.kind == "contents":
            continue
        yield from _of_text(page.title, page, "title", plain(page.title))
        for block in page.blocks:
            yield from _of_block(block, page)


def _of_block(block: Paragraph | Exhibit | Columns, page: Page) -> Iterator[Shown]:
    if isinstance(block, Columns):
        for part in (*block.left, *block.right):
            yield from _of_block(part, page)
    elif isinstance(block, Paragraph):
        yield from _of_text(block.text, page, block.id, plain(block.text))
    else:
        context = plain(block.label) + " " + plain(block.title)
        for text in spans_of_exhibit(block):
            yield from _of_text(text, page, block.id, context)
        if isinstance(block.body, Chart):
            for series in block.body.series:
                for point in series.points:
                    if point.fact is not None:
                        yield Shown(point.fact, point.text, "point", page.number, block.id, context)


def _of_text(text: Text, page: Page, block: str, context: str) -> Iterator[Shown]:
    for span in text:
        if span.fact is not None:
            yield Shown(span.fact, span.text, _kind(span), page.number, block, context)


def _kind(span: Span) -> Literal["number", "word", "quote", "period", "other"]:
    if span.kind in ("number", "word", "quote", "period"):
        return span.kind
    return "other"
