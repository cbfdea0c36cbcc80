"""Pages as sections: the title, the blocks in order, the foot."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from yanbao.document.tree import Block, Columns, Document, Exhibit, Page, Paragraph, facts_of_page, plain
from yanbao.memory import remembered
from yanbao.render.cache import cached, content
from yanbao.render.html.exhibit import Figures
from yanbao.render.html.markup import Markup, element, lines, words
from yanbao.render.html.text import spans
from yanbao.render.vega_text import clean

ROOM = 1040.0  # pixels between a page's margins on a desktop
_GAP = 32.0  # between two columns
_PARAGRAPHS = {"heading": "h3"}


@dataclass(frozen=True)
class Pages:
    """What all pages of a document are made with."""

    document: Document
    figures: Figures

    def section(self, page: Page) -> Markup:
        """Return a page; it is kept between runs."""
        shown = remembered("facts of a page", (page,), lambda: [clean(fact) for fact in facts_of_page(page)])
        known = [fact in self._facts for fact in shown]  # these can be asked about
        others = [(other.number, other.id) for other in self.document.pages] if page.kind == "contents" else []
        made_from = content(page, self.figures.theme, self.figures.words, known, others)
        return Markup(cached("section", (made_from,), lambda: self._section(page).encode()).decode())

    def _section(self, page: Page) -> Markup:
        parts = [self._header(page), *self._blocks(page, page.blocks, ROOM), self._footer(page)]
        return element("section", {"id": page.id, "class": f"page {page.kind}"}, lines(parts))

    def _header(self, page: Page) -> Markup:
        title = element("h1" if page.kind == "cover" else "h2", {"tabindex": "-1"}, spans(page.title, self._facts))
        parts = [title]
        if page.kind in ("content", "legal") and plain(page.section) and page.section != page.title:
            parts.insert(0, element("p", {"class": "section"}, spans(page.section, self._facts)))
        return element("header", {}, lines(parts))

    def _footer(self, page: Page) -> Markup:
        number = {"class": "page-number", "data-kind": "structure", "data-note": "page-number"}
        return element(
            "footer",
            {},
            element("p", {"class": "foot"}, spans(page.footer, self._facts)),
            element("p", {"class": "folio"}, element("span", number, words(str(page.number)))),
        )

    @property
    def _facts(self) -> Container[str]:
        return self.figures.facts

    def _blocks(self, page: Page, blocks: tuple[Block, ...], room: float) -> Iterator[Markup]:
        for bullets, run in groupby(blocks, lambda block: isinstance(block, Paragraph) and block.style == "bullet"):
            items = list(run)
            if bullets:
                yield element("ul", {}, lines(self._bullet(page, item) for item in items))
            else:
                for item in items:
                    yield self._block(page, item, room)

    def _block(self, page: Page, block: Block, room: float) -> Markup:
        if isinstance(block, Exhibit):
            return self.figures.figure(block, room)
        if isinstance(block, Columns):
            share = max(0.15, min(0.85, block.ratio))
            sides = [
                element("div", {"class": "side"}, lines(self._blocks(page, side, (room - _GAP) * part)))
                for side, part in ((block.left, share), (block.right, 1 - share))
            ]
            return element("div", {"class": f"columns split-{round(100 * share)}"}, lines(sides))
        name = _PARAGRAPHS.get(block.style, "p")
        return element(name, {"class": block.style}, spans(block.text, self._facts))

    def _bullet(self, page: Page, block: Block) -> Markup:
        assert isinstance(block, Paragraph)
        target = self._target(block) if page.kind == "contents" else None
        if target is None:
            inner = spans(block.text, self._facts)
        else:  # an entry leads to its page as a whole: its numbers are asked about there
            inner = element("a", {"href": f"#{quote(target, safe='')}"}, spans(block.text, ()))
        return element("li", {"class": f"level-{min(3, max(0, block.level))}"}, inner)

    def _target(self, paragraph: Paragraph) -> str | None:
        """Return the page that an entry of the contents names by its number."""
        numbers = [span.text for span in paragraph.text if span.kind == "structure" and span.note == "page-number"]
        return next((page.id for page in self.document.pages if numbers and str(page.number) == numbers[-1]), None)
