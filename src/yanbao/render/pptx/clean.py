"""Documents and pages whose every text may stand in a slide."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import Any, TypeVar

from yanbao.document.tree import Document, Exhibit, Page, Paragraph
from yanbao.memory import remembered
from yanbao.render.pptx.xml import checked

_Node = TypeVar("_Node")


def clean(document: Document) -> Document:
    """Return the document with characters left out that no font draws, in all but the blocks and notes of its pages.

    Raises:
        RenderError: a text holds a control character; its page is named.
    """
    return dataclasses.replace(
        document,
        title=checked(document.title, "the document's title"),
        subtitle=checked(document.subtitle, "the document's subtitle"),
        house=checked(document.house, "the house's name"),
        pages=tuple(remembered("clean head", (page,), partial(_clean_head, page)) for page in document.pages),
    )


def _clean_head(page: Page) -> Page:
    where = f"page {page.number} ({page.id})"
    return dataclasses.replace(page, title=_clean(page.title, where), section=_clean(page.section, where))


def clean_page(page: Page) -> Page:
    """Return a page with characters left out that no font draws.

    Raises:
        RenderError: a text holds a control character; page and block are named.
    """
    return _clean(page, "")


def _clean(node: _Node, where: str) -> _Node:
    if isinstance(node, Page):
        where = f"page {node.number} ({node.id})"
    elif isinstance(node, Exhibit | Paragraph):
        where = f"{where.partition(', ')[0]}, {node.id}"
    cleaned: Any = node
    if isinstance(node, str):
        cleaned = checked(node, where)
    elif isinstance(node, tuple):
        cleaned = tuple(_clean(each, where) for each in node)
    elif dataclasses.is_dataclass(node) and not isinstance(node, type):
        parts = {part.name: getattr(node, part.name) for part in dataclasses.fields(node)}
        changed = {name: _clean(part, where) for name, part in parts.items()}
        if any(changed[name] is not part and changed[name] != part for name, part in parts.items()):
            cleaned = dataclasses.replace(node, **changed)
    found: _Node = cleaned
    return found
