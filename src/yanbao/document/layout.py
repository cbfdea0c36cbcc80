"""Where everything on a page stands: one geometry for the deck and the PDF, in points from the top left corner.

A page is 960 x 540. `frame` gives what every page of a kind has (section, title, rule, foot), `place` the boxes of
its blocks, `exhibit_boxes` the parts of an exhibit, `table_layout` and `timeline_layout` the grids inside them.
What does not fit is a `RenderError` that names the block and by how much: nothing is clipped and nothing dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from yanbao.document import table_layout, timeline_layout
from yanbao.document.page_frame import INNER_WIDTH as INNER_WIDTH
from yanbao.document.page_frame import MARGIN as MARGIN
from yanbao.document.page_frame import PAGE_HEIGHT as PAGE_HEIGHT
from yanbao.document.page_frame import PAGE_WIDTH as PAGE_WIDTH
from yanbao.document.page_frame import Box as Box
from yanbao.document.page_frame import Frame as Frame
from yanbao.document.page_frame import frame as frame
from yanbao.document.text_width import line_count
from yanbao.document.tree import (
    Block,
    Chart,
    Columns,
    Exhibit,
    Page,
    Paragraph,
    Table,
    Text,
    Timeline,
    plain,
)
from yanbao.errors import RenderError

GUTTER = 24.0  # between two columns
GAP = 10.0  # between exhibits

UNIT_SIZE = 8.5  # unit and as-of line of an exhibit
ORIGIN_SIZE = 8.0  # origin line and note
HEAD_SIZE = 11.5  # exhibit label and title
LEADING = 1.4  # line height of running text in ems
SMALL_LEADING = 1.3  # of heads, units, origins, notes
TEXT_SCALES = (1.0, 0.95, 0.9, 0.85)  # running text shrinks together, page by page
CHART_HEIGHT = 140.0  # least height of a chart's body
RANK_HEIGHT = 10.5  # least height of one bar of a ranking
BULLET_INDENT = 13.0


@dataclass(frozen=True)
class TextStyle:
    """How a paragraph of a style is set: size and the space above it in points."""

    size: float
    before: float
    bold: bool = False
    leading: float = LEADING


@dataclass(frozen=True)
class Placed:
    """A paragraph or exhibit in its box; text starts `indent` points inside it, a bullet's mark before that."""

    block: Paragraph | Exhibit
    box: Box
    font_size: float = 0.0  # of a paragraph
    leading: float = LEADING
    bold: bool = False
    indent: float = 0.0


@dataclass(frozen=True)
class ExhibitBoxes:
    """The parts of an exhibit; a part whose text is empty is None. `grid` and `plan` are set by the body's kind."""

    head: Box
    unit: Box | None  # unit and as-of, on one line
    body: Box
    origin: Box | None
    note: Box | None
    grid: table_layout.Grid | None = None
    plan: timeline_layout.TimelinePlan | None = None


STYLES: dict[str, TextStyle] = {
    "lead": TextStyle(13.0, 0.0),
    "body": TextStyle(11.5, 6.0),
    "bullet": TextStyle(11.5, 4.5),
    "heading": TextStyle(12.5, 9.0, bold=True),
    "note": TextStyle(8.5, 5.0),
    "small": TextStyle(9.0, 4.0),
    "label": TextStyle(9.5, 9.0),
    "value": TextStyle(18.0, 1.0, bold=True, leading=1.25),
}
COVER_STYLES = STYLES | {
    "lead": TextStyle(18.0, 0.0),
    "label": TextStyle(11.0, 8.0),
    "value": TextStyle(12.5, 9.0),
    "body": TextStyle(12.5, 12.0),
    "small": TextStyle(9.0, 10.0),
}
CONTENTS_STYLES = STYLES | {"bullet": TextStyle(12.5, 7.0), "body": TextStyle(12.5, 7.0)}
CONTENTS_NUMBER_WIDTH = 34.0  # page numbers stand in a column of their own
COVER_LABEL_WIDTH = 84.0  # on a cover a label and its value share a line


def place(page: Page) -> tuple[Placed, ...]:
    """Return where each paragraph and exhibit of a page stands, in the document's order.

    Running text takes what it needs, tables what their rows need, charts share the rest. Where that is too much
    the running text shrinks by `TEXT_SCALES` and tables by `table_layout.FONT_SIZES`; what then still does not
    fit raises `RenderError` with the block and the points that are missing.
    """
    body = frame(page).body
    styles = {"cover": COVER_STYLES, "contents": CONTENTS_STYLES}.get(page.kind, STYLES)
    _check_widths(page, page.blocks, body.width)
    over = 0.0
    known: dict[tuple[int, float], _Need] = {}
    for scale in TEXT_SCALES:
        setter = _Setter(styles, scale, page.kind == "cover", known)
        blocks = page.blocks
        if page.kind in ("legal", "contents") and all(isinstance(block, Paragraph) for block in blocks):
            blocks = setter.halved(blocks, frame(page), page.kind)
            body = frame(page).body if page.kind == "legal" or blocks == page.blocks else _contents_wide(page)
        over = setter.least(blocks, body.width) - body.height
        if over <= 0.01:
            return tuple(setter.stack(blocks, body))
    raise RenderError(
        f"page {page.number} ({page.id}): {_largest(page, body.width)} does not fit: "
        f"{over:.0f} points too high\n    hint: split the page, give the table fewer rows, or shorten the text"
    )


def exhibit_boxes(exhibit: Exhibit, box: Box) -> ExhibitBoxes:
    """Return where the head, unit line, body, origin and note of an exhibit stand in its box."""
    head = Box(box.x, box.y, box.width, _head_height(exhibit, box.width))
    top = head.bottom + 4.0
    unit = None
    if plain(exhibit.unit) or plain(exhibit.as_of):
        unit = Box(box.x, top, box.width, UNIT_SIZE * SMALL_LEADING)
        top = unit.bottom + 3.0
    origin_height = _small_height(exhibit.origin, box.width)
    note_height = _small_height(exhibit.note, box.width)
    room = box.bottom - top - _tail_height(exhibit, box.width)
    body = Box(box.x, top, box.width, room)
    found, plan = None, None
    if isinstance(exhibit.body, Table):
        found = table_layout.fitting_grid(exhibit.body, box.width, room).stretched(room)
        body = replace(body, height=found.height)
    elif isinstance(exhibit.body, Timeline):
        plan = timeline_layout.plan(exhibit.body, box.width, room)
        body = replace(body, height=plan.height)
    top = body.bottom + 3.0
    origin = Box(box.x, top, box.width, origin_height) if origin_height else None
    top += origin_height
    note = Box(box.x, top, box.width, note_height) if note_height else None
    return ExhibitBoxes(head, unit, body, origin, note, found, plan)


@dataclass(frozen=True)
class _Need:
    """What a block asks for: least height, height it would like, and what it can take at most."""

    least: float
    natural: float
    most: float


class _Setter:
    """Measures and places blocks at one scale of the running text."""

    def __init__(
        self, styles: dict[str, TextStyle], scale: float, pairs: bool, known: dict[tuple[int, float], _Need]
    ) -> None:
        self._styles = styles
        self._scale = scale
        self._pairs = pairs  # a label and the value after it share a line
        self._known = known  # what exhibits of this page need, by id() and width: their measure takes the time

    def least(self, blocks: tuple[Block, ...], width: float) -> float:
        return sum(need.least for need in self._needs(blocks, width)) + sum(self._gaps(blocks))

    def stack(self, blocks: tuple[Block, ...], box: Box) -> list[Placed]:
        needs, gaps = self._needs(blocks, box.width), self._gaps(blocks)
        heights = _shared(needs, box.height - sum(gaps))
        placed: list[Placed] = []
        top = box.y
        for index, (block, gap, height) in enumerate(zip(blocks, gaps, heights, strict=True)):
            top += gap
            where = Box(box.x, top, box.width, height)
            if isinstance(block, Columns):
                left, right = self._level(block, *_halves(where, block.ratio))
                placed += self.stack(block.left, left)
                placed += self.stack(block.right, right)
            elif isinstance(block, Exhibit):
                placed.append(Placed(block, where))
            else:
                placed.append(self._paragraph(block, where, self._beside(blocks, index)))
            top += height
        return placed

    def _level(self, block: Columns, left: Box, right: Box) -> tuple[Box, Box]:
        """Return the halves of which the one with the shorter note ends higher: charts side by side stand level."""
        one, other = _chart_tail(block.left, left.width), _chart_tail(block.right, right.width)
        if one is None or other is None:
            return left, right
        level = (
            replace(left, height=left.height - max(0.0, other - one)),
            replace(right, height=right.height - max(0.0, one - other)),
        )
        fits = all(
            self.least(blocks, box.width) <= box.height
            for blocks, box in zip((block.left, block.right), level, strict=True)
        )
        return level if fits else (left, right)

    def halved(self, blocks: tuple[Block, ...], shape: Frame, kind: str) -> tuple[Block, ...]:
        """Return long print as two columns of about the same height, in reading order."""
        if kind == "contents" and self.least(blocks, shape.body.width) <= shape.body.height:
            return blocks
        width = (INNER_WIDTH - GUTTER) / 2
        if len(blocks) < 2 or self.least(blocks, INNER_WIDTH) < 60:
            return blocks
        cuts = [at for at in range(1, len(blocks)) if self._starts(blocks[at - 1], blocks[at])]
        if not any(
            max(self.least(blocks[:at], width), self.least(blocks[at:], width)) <= shape.body.height for at in cuts
        ):
            cuts = list(range(1, len(blocks)))
        cut = min(
            cuts,
            key=lambda at: (max(self.least(blocks[:at], width), self.least(blocks[at:], width)), -at),
        )
        return (Columns(blocks[:cut], blocks[cut:]),)

    def _starts(self, before: Block, block: Block) -> bool:
        """Whether a paragraph heads what follows it: a column may begin with it, and what it heads stays whole."""
        if not isinstance(before, Paragraph) or not isinstance(block, Paragraph):
            return False
        return self._styles[block.style].size > self._styles[before.style].size or block.level < before.level

    def _needs(self, blocks: tuple[Block, ...], width: float) -> list[_Need]:
        return [self._need(block, width, self._beside(blocks, at)) for at, block in enumerate(blocks)]

    def _need(self, block: Block, width: float, beside: str) -> _Need:
        if isinstance(block, Columns):
            left, right = _halves(Box(0, 0, width, 0), block.ratio)
            sides = [
                (needs, sum(self._gaps(blocks)))
                for blocks, room in ((block.left, left.width), (block.right, right.width))
                for needs in [self._needs(blocks, room)]
            ]
            return _Need(
                max(sum(need.least for need in needs) + gaps for needs, gaps in sides),
                max(sum(need.natural for need in needs) + gaps for needs, gaps in sides),
                max(sum(need.most for need in needs) + gaps for needs, gaps in sides),
            )
        if isinstance(block, Exhibit):
            key = (id(block), width)
            if key not in self._known:
                self._known[key] = _exhibit_need(block, width)
            return self._known[key]
        height = self._height(block, width, beside)
        return _Need(height, height, height)

    def _beside(self, blocks: tuple[Block, ...], index: int) -> str:
        """Return which half of a label-value line a block is: "label", "value", or "" for neither."""
        if not self._pairs:
            return ""
        if _is_style(blocks, index, "value") and _is_style(blocks, index - 1, "label"):
            return "value"
        if _is_style(blocks, index, "label") and _is_style(blocks, index + 1, "value"):
            return "label"
        return ""

    def _gaps(self, blocks: tuple[Block, ...]) -> list[float]:
        gaps = []
        for index, block in enumerate(blocks):
            if index == 0:
                gaps.append(0.0)
            elif not isinstance(block, Paragraph):
                gaps.append(GAP)
            else:
                before = self._styles[block.style].before * self._scale
                gap = max(before, GAP if not isinstance(blocks[index - 1], Paragraph) else 4.0)
                gaps.append(0.0 if self._beside(blocks, index) == "value" else gap)
        return gaps

    def _height(self, paragraph: Paragraph, width: float, beside: str) -> float:
        if beside == "label":  # the value after it makes the line
            return 0.0
        style = self._styles[paragraph.style]
        size = style.size * self._scale
        room = width - self._indent(paragraph) - (COVER_LABEL_WIDTH if beside == "value" else 0.0)
        lines = max(1, line_count(paragraph.text, size, room * 0.985, style.bold))
        return lines * size * style.leading

    def _indent(self, paragraph: Paragraph) -> float:
        return BULLET_INDENT * (paragraph.level + 1) if paragraph.style == "bullet" else 0.0

    def _paragraph(self, paragraph: Paragraph, box: Box, beside: str) -> Placed:
        style = self._styles[paragraph.style]
        size = round(style.size * self._scale, 2)
        if beside == "label":
            box = Box(box.x, box.y, COVER_LABEL_WIDTH, size * style.leading)
        elif beside == "value":
            box = Box(box.x + COVER_LABEL_WIDTH, box.y, box.width - COVER_LABEL_WIDTH, box.height)
        return Placed(paragraph, box, size, style.leading, style.bold, self._indent(paragraph))


def _is_style(blocks: tuple[Block, ...], index: int, style: str) -> bool:
    if not 0 <= index < len(blocks):
        return False
    block = blocks[index]
    return isinstance(block, Paragraph) and block.style == style


def _shared(needs: list[_Need], height: float) -> list[float]:
    """Return the heights: least first, then what tables would like, then charts take all, else tables some."""
    heights = [need.least for need in needs]
    spare = height - sum(heights)
    wishes = [need.natural - need.least for need in needs]
    part = min(1.0, spare / sum(wishes)) if spare > 0 and sum(wishes) > 0 else 0.0
    heights = [given + wish * part for given, wish in zip(heights, wishes, strict=True)]
    spare -= sum(wishes) * part
    takers = [index for index, need in enumerate(needs) if need.most == inf]
    if takers:
        for index in takers:
            heights[index] += spare / len(takers)
        return heights
    extra = [need.most - need.natural for need in needs]
    part = min(1.0, spare / sum(extra)) if spare > 0 and sum(extra) > 0 else 0.0
    return [given + more * part for given, more in zip(heights, extra, strict=True)]


def _halves(box: Box, ratio: float) -> tuple[Box, Box]:
    room = box.width - GUTTER
    left = room * ratio
    return (
        Box(box.x, box.y, left, box.height),
        Box(box.x + left + GUTTER, box.y, room - left, box.height),
    )


def _exhibit_need(exhibit: Exhibit, width: float) -> _Need:
    around = _head_height(exhibit, width) + 4.0 + _tail_height(exhibit, width)
    if plain(exhibit.unit) or plain(exhibit.as_of):
        around += UNIT_SIZE * SMALL_LEADING + 3.0
    body = exhibit.body
    if isinstance(body, Table):
        roomy = table_layout.fitting_grid(body, width, inf)
        natural, most = roomy.height, roomy.stretched(inf).height
        least = table_layout.grid(body, width, table_layout.FONT_SIZES[-1]).height
        return _Need(around + min(least, natural), around + natural, around + most)
    if isinstance(body, Timeline):
        natural = timeline_layout.plan(body, width, inf).height
        least = timeline_layout.plan(body, width, 0.0).height
        return _Need(around + least, around + natural, around + natural)
    height = around + _chart_height(body)
    return _Need(height, height, inf)


def _chart_height(chart: Chart) -> float:
    return max(CHART_HEIGHT, chart.stories * RANK_HEIGHT + 24.0)


def _head_height(exhibit: Exhibit, width: float) -> float:
    head = (*exhibit.label, *exhibit.title)
    lines = line_count(head, HEAD_SIZE, (width - HEAD_SIZE) * 0.985, bold=True)
    return max(1, lines) * HEAD_SIZE * SMALL_LEADING


def _small_height(text: Text, width: float) -> float:
    return line_count(text, ORIGIN_SIZE, width * 0.985) * ORIGIN_SIZE * SMALL_LEADING


def _tail_height(exhibit: Exhibit, width: float) -> float:
    return 3.0 + _small_height(exhibit.origin, width) + _small_height(exhibit.note, width)


def _chart_tail(blocks: tuple[Block, ...], width: float) -> float | None:
    """Return the height of origin and note below a column that ends with a chart, None where it does not."""
    last = blocks[-1] if blocks else None
    return _tail_height(last, width) if isinstance(last, Exhibit) and isinstance(last.body, Chart) else None


def _contents_wide(page: Page) -> Box:
    body = frame(page).body
    return Box(MARGIN, body.y, INNER_WIDTH, body.height)


def _check_widths(page: Page, blocks: tuple[Block, ...], width: float) -> None:
    for block in blocks:
        if isinstance(block, Columns):
            left, right = _halves(Box(0, 0, width, 0), block.ratio)
            _check_widths(page, block.left, left.width)
            _check_widths(page, block.right, right.width)
        elif isinstance(block, Exhibit) and isinstance(block.body, Table):
            over = table_layout.missing_width(block.body, width)
            if over > 0.01:
                raise RenderError(
                    f"page {page.number} ({page.id}): {_name(block)} does not fit: {over:.0f} points too wide"
                    "\n    hint: give the table the whole width of the page, or fewer columns"
                )


def _name(block: Paragraph | Exhibit) -> str:
    if isinstance(block, Exhibit):
        return f"exhibit {block.id} ({plain(block.label)})"
    return f"paragraph {block.id}"


def _largest(page: Page, width: float) -> str:
    """Return the name of the block that asks for the most height: the one to look at first."""
    setter = _Setter(STYLES, TEXT_SCALES[-1], False, {})

    def asked(blocks: tuple[Block, ...], room: float) -> list[tuple[float, str]]:
        found: list[tuple[float, str]] = []
        for block in blocks:
            if isinstance(block, Columns):
                left, right = _halves(Box(0, 0, room, 0), block.ratio)
                found += asked(block.left, left.width) + asked(block.right, right.width)
            else:
                found.append((setter.least((block,), room), _name(block)))
        return found

    return max(asked(page.blocks, width), key=lambda each: each[0], default=(0.0, "the page"))[1]
