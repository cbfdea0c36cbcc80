"""A document as a PDF: the same pages as the deck, vector charts, bookmarks, links, selectable text, true bold.

Text stands in the file in the document's order: a page's title, its blocks (an exhibit as `spans_of_exhibit` has
it), then the page's foot: section, footer, number. Inside a chart the order is that of its drawing: axis texts,
data labels and legend in the spec's order; each is one line with the very characters of the tree.

One document gives one file, byte for byte: no date, no random id, fonts from the package only (`render.fonts`).
"""

from __future__ import annotations

from yanbao.render.pdf.writer import render_pdf

__all__ = ["render_pdf"]
