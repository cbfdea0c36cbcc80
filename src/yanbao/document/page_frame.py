"""What every page of a kind has beside its blocks: section, title, rule, footer and page number, in points."""

from __future__ import annotations

from dataclasses import dataclass

from yanbao.document.text_width import line_count, text_width
from yanbao.document.tree import Page, plain
from yanbao.errors import RenderError

PAGE_WIDTH = 960.0
PAGE_HEIGHT = 540.0
MARGIN = 40.0
FOOT_SIZE = 8.0
SECTION_SIZE = 10.0


@dataclass(frozen=True)
class Box:
    """A rectangle in points."""

    x: float
    y: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width


@dataclass(frozen=True)
class Frame:
    """What stands on a page beside its blocks. A part that the page does not have is None."""

    section: Box | None
    title: Box
    title_size: float
    title_lines: int
    rule: Box | None  # a thin line: its height is its weight
    body: Box
    footer: Box
    number: Box


_FOOTER = Box(MARGIN, 515.0, 780.0, 12.0)
_NUMBER = Box(PAGE_WIDTH - MARGIN - 80.0, 515.0, 80.0, 12.0)
INNER_WIDTH = PAGE_WIDTH - 2 * MARGIN


def frame(page: Page) -> Frame:
    """Return where the section, title, rule, body, footer and page number of a page stand.

    Raises `RenderError` where the title is too long.
    """
    if page.kind == "cover":
        title, sizes, lines = Box(MARGIN + 40, 122.0, 780.0, 110.0), (36.0, 32.0, 28.0, 24.0), 2
        body = Box(MARGIN + 40, 258.0, 780.0, 226.0)
        size, count = _title_size(page, title.width, sizes, lines)
        return Frame(None, title, size, count, Box(title.x, 242.0, 64.0, 3.0), body, _FOOTER, _NUMBER)
    if page.kind == "divider":
        title = Box(MARGIN + 40, 190.0, 780.0, 96.0)
        size, count = _title_size(page, title.width, (34.0, 30.0, 26.0, 22.0), 2)
        body = Box(title.x, 318.0, title.width, 170.0)
        section = None if page.section == page.title else Box(title.x, 168.0, title.width, 18.0)
        return Frame(section, title, size, count, Box(title.x, 298.0, 64.0, 3.0), body, _FOOTER, _NUMBER)
    section = Box(MARGIN, 20.0, INNER_WIDTH, 14.0)
    title = Box(MARGIN, 35.0, INNER_WIDTH, 32.0)
    size, count = _title_size(page, INNER_WIDTH, (21.0, 20.0, 19.0, 18.0, 17.0), 1)
    body = Box(MARGIN, 84.0, INNER_WIDTH, 421.0)
    if page.kind == "contents":
        body = Box(MARGIN + 40, 96.0, 640.0, 400.0)
    shown = section if plain(page.section) and page.section != page.title else None
    return Frame(shown, title, size, count, Box(MARGIN, 71.0, INNER_WIDTH, 1.0), body, _FOOTER, _NUMBER)


def _title_size(page: Page, width: float, sizes: tuple[float, ...], lines: int) -> tuple[float, int]:
    for size in sizes:
        count = line_count(page.title, size, width * 0.985, bold=True)
        if count <= lines:
            return size, max(1, count)
    over = text_width(page.title, sizes[-1], bold=True) - width * lines
    raise RenderError(
        f"page {page.number} ({page.id}): the title does not fit: {max(1, over):.0f} points too wide"
        "\n    hint: shorten the title"
    )
