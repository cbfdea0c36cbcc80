"""The deck: a document as a presentation with native text, tables and charts."""

from __future__ import annotations

from pathlib import Path

from yanbao.document.theme import Theme
from yanbao.document.tree import Document


def render_pptx(document: Document, theme: Theme, path: Path) -> None:
    """Write a document as a 16:9 deck: one slide a page, charts and tables native and editable.

    Args:
        document: the tree; every character shown is in it.
        theme: colours, deck fonts, logo and, where given, the house's own master (.pptx or .potx).
        path: the file to write; its folder exists.

    Raises:
        RenderError: a page does not fit, a text holds control characters, an axis cannot be drawn natively, or the
            master cannot be used. Nothing is written then.
    """
    from yanbao.render.pptx.deck import deck_bytes

    path.write_bytes(deck_bytes(document, theme))
