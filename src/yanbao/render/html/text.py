"""Spans as HTML: a reader can tell each number, word, quote, period and literal, and ask where a number comes from."""

from __future__ import annotations

from collections.abc import Container

from yanbao.document.tree import Span, Text
from yanbao.render.html.markup import Attributes, Markup, element, join, words
from yanbao.render.vega_text import clean

_ASKABLE = ("number", "word")


def spans(text: Text, facts: Container[str]) -> Markup:
    """Return a text. Numbers and bound words whose fact is in `facts` can be clicked and reached by keyboard."""
    return join(_span(span, facts) for span in text if span.text)


def _span(span: Span, facts: Container[str]) -> Markup:
    inner = words(span.text)
    if span.kind != "run":
        inner = element("span", _marks(span, facts), inner)
    return element("b", {}, inner) if span.bold else inner


def _marks(span: Span, facts: Container[str]) -> Attributes:
    marks: dict[str, str | None] = {
        "class": span.kind,
        "data-kind": span.kind,
        "data-fact": span.fact,
        "data-note": span.note,
        "data-unit": span.unit,
        "data-decimals": None if span.decimals is None else str(span.decimals),
    }
    if span.kind in _ASKABLE and clean(span.fact or "") in facts:
        marks |= {"role": "button", "tabindex": "0"}
    return marks
