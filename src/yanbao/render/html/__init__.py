"""The document as one HTML file that works offline from disk.

What stands where, for whoever reads the file back:

- `<section id=PAGE>`: a page; in it the section's name, `<h1>` (cover) or `<h2>` title, the blocks in order, and
  `<footer>` with the page's foot and number.
- `<span class="number" data-kind="number" data-fact data-unit data-decimals>`: a number. Words, quotes, periods,
  literals and structure are `<span data-kind=...>` likewise, `data-note` is the span's note. Plain words have no span.
- `<figure data-exhibit=ID>`: label, title, unit and as-of in its `<figcaption>`, then the body, then `.origin` and
  `.note`.
- a chart's body: `<script type="application/json" data-chart=ID>` with its Vega-Lite specification, and
  `<details class="data">` with the same points as a table.
- `<script type="application/json" class="facts">`: what the panel tells about each fact that the pages lead to.

The contents at the side, the panel and the search results are made by the script from these.
"""

from yanbao.render.html.file import render_html

__all__ = ["render_html"]
