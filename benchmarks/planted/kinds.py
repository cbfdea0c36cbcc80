"""All kinds of errors: importing the modules registers them."""

from __future__ import annotations

from benchmarks.planted import (
    book_kinds,
    call_kinds,
    chart_kinds,
    disclosure_kinds,
    root_kinds,
    structure_kinds,
    text_kinds,
)
from benchmarks.planted.plant import KINDS, Kind

_MODULES = (text_kinds, structure_kinds, chart_kinds, book_kinds, disclosure_kinds, call_kinds, root_kinds)


def all_kinds() -> tuple[Kind, ...]:
    """Return every kind, format by format."""
    order = ("html", "pptx", "pdf", "xlsx", "build")
    return tuple(sorted(KINDS, key=lambda kind: order.index(kind.format)))
