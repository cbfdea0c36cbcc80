"""A page of the tree as a slide: section, title, blocks in order, foot, and its origins in the notes.

A slide is made without the deck that it goes into, so that it can be kept between runs: what it leads to stands in
its list of relations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.slide import CT_Slide

from yanbao.document.layout import CONTENTS_NUMBER_WIDTH, Box, Frame, Placed, frame, place
from yanbao.document.page_frame import FOOT_SIZE, SECTION_SIZE
from yanbao.document.tree import Chart, Exhibit, Page, Paragraph, Text, plain
from yanbao.render.pptx.chart import chart_space
from yanbao.render.pptx.exhibit import exhibit_shapes
from yanbao.render.pptx.layouts import SECTION_INDEX
from yanbao.render.pptx.look import Look
from yanbao.render.pptx.master import Holder
from yanbao.render.pptx.shape import Numbers, Pen
from yanbao.render.pptx.text import Setting, page_number, paragraph
from yanbao.render.pptx.workbook import chart_workbook
from yanbao.render.pptx.xml import NAMESPACES, Element, element, qualified

_CHART_URI = NAMESPACES["c"]
_LAYOUT_TITLE_SIZES = {"cover": 36.0, "divider": 34.0}
_TITLE_SIZE = 21.0
_TITLE, _CENTRE_TITLE, _SLIDE_NUMBER, _FOOTER = 1, 3, 13, 15  # types of placeholder


@dataclass(frozen=True)
class ChartParts:
    """A chart's part and the workbook behind it, which is its `rId1`."""

    xml: bytes
    workbook: bytes


@dataclass
class Slide:
    """The parts of a slide. `relations` are "rId2" and on, each the number of a page or a chart; `rId1` is its layout.

    The speaker's notes are the last relation.
    """

    xml: bytes = b""
    notes: bytes = b""
    relations: list[int | ChartParts] = field(default_factory=list)

    def relate(self, target: int | ChartParts) -> str:
        """Return the id of the relation to a page or chart."""
        if target not in self.relations:
            self.relations.append(target)
        return f"rId{2 + self.relations.index(target)}"


@dataclass(frozen=True)
class Ground:
    """What a slide stands on: its layout's placeholders, whether the master is the deck's own, and blank notes."""

    holders: tuple[Holder, ...]
    own: bool
    notes: bytes
    pages: frozenset[int]  # numbers that links may lead to
    day: date  # that embedded workbooks carry as theirs


def make_slide(page: Page, look: Look, ground: Ground) -> Slide:
    """Return the slide of a page whose characters were checked.

    Raises:
        RenderError: a block does not fit the page, an axis cannot be drawn natively.
    """
    slide = Slide()
    root = CT_Slide.new()
    root.cSld.set("name", page.id)
    tree = root.cSld.spTree
    pen = Pen(look, Numbers())
    shape = frame(page)
    for made in (
        *_head(page, shape, pen, ground),
        *_blocks(slide, page, pen, ground),
        *_foot(page, shape, pen, ground),
    ):
        tree.append(made)
    slide.xml = serialize_part_xml(root)
    if page.notes:
        slide.notes = _notes(page, look, ground.notes)
    return slide


def _head(page: Page, shape: Frame, pen: Pen, ground: Ground) -> Iterator[Element]:
    own = ground.own
    formats = {holder.kind: holder for holder in ground.holders}
    centred = _CENTRE_TITLE in formats
    holder = formats[_CENTRE_TITLE if centred else _TITLE]
    free = own or _is_free(holder, page, shape, pen.look)
    if shape.section is not None:
        if SECTION_INDEX in [each.index for each in ground.holders]:
            lines = [paragraph(page.section, Setting(), pen.look)]
            yield pen.placeholder("section", "body", SECTION_INDEX, lines)
        elif not free or (holder.top or 0) >= pen.look.emu(shape.section.bottom):
            setting = Setting(SECTION_SIZE, pen.look.theme.muted)
            yield pen.text_box("section", shape.section, [paragraph(page.section, setting, pen.look)], "ctr")
    usual = _LAYOUT_TITLE_SIZES.get(page.kind, _TITLE_SIZE)
    setting = Setting() if own and shape.title_size == usual else Setting(shape.title_size)
    made = paragraph(page.title, setting, pen.look)
    if setting.size:  # only the size differs from the layout
        made.remove(made.find(qualified("a:pPr")))
    yield pen.placeholder("title", "ctrTitle" if centred else "title", None, [made], None if free else shape.title)


def _is_free(holder: Holder, page: Page, shape: Frame, look: Look) -> bool:
    """Whether a house's title can stay where its layout puts it: on the slide and clear of the page's blocks."""
    if holder.top is None or holder.height is None:
        return False
    return holder.top >= 0 and (not page.blocks or holder.top + holder.height <= look.emu(shape.body.y))


def _blocks(slide: Slide, page: Page, pen: Pen, ground: Ground) -> Iterator[Element]:
    def draw_chart(exhibit: Exhibit, chart: Chart, box: Box) -> Element:
        where = f"page {page.number} ({page.id}), exhibit {exhibit.id}"
        return _chart_frame(slide, exhibit, chart, box, pen, where, ground.day)

    texts: list[Placed] = []
    for placed in place(page):
        if isinstance(placed.block, Paragraph):
            if texts and not _continues(texts[-1], placed, page):
                yield from _text_shapes(texts, page, pen, slide, ground.pages)
                texts = []
            texts.append(placed)
            continue
        if texts:
            yield from _text_shapes(texts, page, pen, slide, ground.pages)
            texts = []
        yield from exhibit_shapes(placed.block, placed.box, pen, draw_chart)
    if texts:
        yield from _text_shapes(texts, page, pen, slide, ground.pages)


def _continues(before: Placed, after: Placed, page: Page) -> bool:
    """Whether two paragraphs flow in one text box; entries of the contents are boxes of their own, to be clicked."""
    same = before.box.x == after.box.x and before.box.width == after.box.width
    return same and after.box.y >= before.box.bottom - 0.01 and page.kind != "contents"


def _text_shapes(texts: list[Placed], page: Page, pen: Pen, slide: Slide, pages: frozenset[int]) -> Iterator[Element]:
    """Yield paragraphs as one text box; of the contents, entry and page number side by side, both links."""
    first, last = texts[0].box, texts[-1].box
    block = texts[0].block
    if page.kind == "contents" and isinstance(block, Paragraph):
        entry, number = _entry(block.text)
        setting = _setting(texts[0], page, pen.look, 0.0)
        room = first.width - CONTENTS_NUMBER_WIDTH
        made = [pen.text_box(block.id, replace(first, width=room), [paragraph(entry, setting, pen.look)])]
        if number:
            end = Box(first.x + room, first.y, CONTENTS_NUMBER_WIDTH, first.height)
            right = replace(setting, align="r", left=0.0)
            made.append(pen.text_box(f"{block.id} page", end, [paragraph(number, right, pen.look)]))
        target = _target(block)
        if target is not None and target in pages:
            relation = slide.relate(target)
            for shape in made:
                link = element("a:hlinkClick", {"r:id": relation, "action": "ppaction://hlinksldjump"})
                shape[0][0].insert(0, link)
        yield from made
        return
    lines = []
    for at, placed in enumerate(texts):
        before = placed.box.y - texts[at - 1].box.bottom if at else 0.0
        text = placed.block.text if isinstance(placed.block, Paragraph) else ()
        lines.append(paragraph(text, _setting(placed, page, pen.look, before), pen.look))
    yield pen.text_box(block.id, Box(first.x, first.y, first.width, last.bottom - first.y), lines)


def _entry(text: Text) -> tuple[Text, Text]:
    """Return a contents' entry and its page number, without the space between them."""
    if len(text) < 2 or text[-1].note != "page-number":
        return text, ()
    head = list(text[:-1])
    while head and not head[-1].text.strip():
        head.pop()
    return tuple(head), (text[-1],)


def _target(block: Paragraph | Exhibit) -> int | None:
    """Return the page that a contents' entry leads to."""
    if isinstance(block, Paragraph):
        for span in block.text:
            if span.note == "page-number" and span.text.isdecimal():
                return int(span.text)
    return None


def _setting(placed: Placed, page: Page, look: Look, before: float) -> Setting:
    theme = look.theme
    block = placed.block
    style = block.style if isinstance(block, Paragraph) else "body"
    level = block.level if isinstance(block, Paragraph) else 0
    colour = {
        "lead": theme.primary,
        "heading": theme.primary,
        "note": theme.muted,
        "label": theme.muted,
        "value": theme.ink if page.kind == "cover" else theme.primary,
    }.get(style, theme.ink)
    if page.kind == "divider":
        colour = theme.paper
    bold = placed.bold or (page.kind == "contents" and level == 0)
    if page.kind == "contents":
        return Setting(
            placed.font_size,
            theme.primary if level == 0 else theme.ink,
            bold,
            "",
            placed.leading,
            left=placed.indent - 13.0 if placed.indent else 0.0,
        )
    return Setting(
        placed.font_size,
        colour,
        bold,
        "",
        placed.leading,
        before,
        placed.indent,
        13.0 if style == "bullet" else 0.0,
        ("■" if level == 0 else "–") if style == "bullet" else "",
        theme.accent if level == 0 else theme.muted,
    )


def _chart_frame(slide: Slide, exhibit: Exhibit, chart: Chart, box: Box, pen: Pen, where: str, day: date) -> Element:
    space = chart_space(chart, box, pen.look, where)
    space.append(element("c:externalData", {"r:id": "rId1"}))
    relation = slide.relate(ChartParts(serialize_part_xml(space), chart_workbook(chart, day)))
    return pen.graphic(exhibit.id, exhibit.alt, box, _CHART_URI, element("c:chart", {"r:id": relation}))


def _foot(page: Page, shape: Frame, pen: Pen, ground: Ground) -> Iterator[Element]:
    kinds = {holder.kind: holder.index for holder in ground.holders}
    theme = pen.look.theme
    muted = Setting(FOOT_SIZE, theme.muted)
    if plain(page.footer):
        lines = [paragraph(page.footer, Setting(), pen.look)]
        if _FOOTER in kinds:
            yield pen.placeholder("footer", "ftr", kinds[_FOOTER], lines)
        else:
            yield pen.text_box("footer", shape.footer, [paragraph(page.footer, muted, pen.look)], "ctr")
    if page.kind in ("cover", "divider"):
        return
    if _SLIDE_NUMBER in kinds:
        number = page_number(page.number, Setting(), pen.look)
        yield pen.placeholder("page number", "sldNum", kinds[_SLIDE_NUMBER], [number])
    else:
        right = replace(muted, align="r")
        yield pen.text_box("page number", shape.number, [page_number(page.number, right, pen.look)], "ctr")


def _notes(page: Page, look: Look, blank: bytes) -> bytes:
    root = parse_xml(blank)
    held = root.xpath('//p:sp[p:nvSpPr/p:nvPr/p:ph[@type="body"]]/p:txBody')
    if held:
        body = held[0]
        for old in body.findall(qualified("a:p")):
            body.remove(old)
        for note in page.notes:
            body.append(paragraph(note.text, Setting(), look))
    return serialize_part_xml(root)
