"""HTML as text that is escaped once and cannot be escaped wrongly: only `Markup` goes into an element as it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from yanbao.render.vega_text import clean

_VOID = frozenset({"meta", "col", "input", "img", "link", "br"})
# "<" ends a script wherever "</script" or "<!--" stands in it; the separators are line ends to older parsers
_JSON_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)

Attributes = Mapping[str, str | bool | None]


class Markup(str):
    """HTML source."""

    __slots__ = ()


EMPTY = Markup("")


def words(text: str) -> Markup:
    """Return a text of the document as HTML source."""
    return Markup(escape(clean(text), quote=True))


def element(name: str, attributes: Attributes | None = None, *children: Markup) -> Markup:
    """Return an element. An attribute that is `None` or `False` is left out, `True` stands without a value."""
    parts = [f"<{name}"]
    for key, value in (attributes or {}).items():
        if value is True:
            parts.append(f" {key}")
        elif value is not None and value is not False:
            parts.append(f' {key}="{words(value)}"')
    parts.append(">")
    if name not in _VOID:
        parts += [*children, f"</{name}>"]
    return Markup("".join(parts))


def join(parts: Iterable[Markup], between: str = "") -> Markup:
    """Return pieces of source one after the other."""
    return Markup(between.join(parts))


def lines(parts: Iterable[Markup]) -> Markup:
    """Return pieces of source on lines of their own."""
    return join(parts, "\n")


def raw(name: str, attributes: Attributes, content: str) -> Markup:
    """Return a `script` or `style` element: its content is not escaped, so it must not hold the end of one."""
    if f"</{name}" in content.lower() or "<!--" in content:
        raise ValueError(f"content ends its own <{name}>")
    return element(name, attributes, Markup(content))


def data(attributes: Attributes, content: Any) -> Markup:
    """Return a `script` element that holds JSON."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return raw("script", {"type": "application/json", **attributes}, text.translate(_JSON_ESCAPES))
