"""A page of the tree as a slide: section, title, blocks in order, foot, and its origins in the notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pptx.opc.constants import CONTENT_TYPE as CT
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.packuri import PackURI
from pptx.parts.chart import ChartPart

from yanbao.document.layout import CONTENTS_NUMBER_WIDTH, Box, Frame, Placed, frame, place
from yanbao.document.page_frame import FOOT_SIZE, SECTION_SIZE
from yanbao.document.tree import Chart, Exhibit, Page, Paragraph, Text, plain
from yanbao.render.pptx.chart import chart_space
from yanbao.render.pptx.exhibit import exhibit_shapes
from yanbao.render.pptx.layouts import SECTION_INDEX
from yanbao.render.pptx.look import Look
from yanbao.render.pptx.shape import Numbers, Pen
from yanbao.render.pptx.text import Setting, page_number, paragraph
from yanbao.render.pptx.workbook import chart_workbook
from yanbao.render.pptx.xml import NAMESPACES, Element, element, qualified

_CHART_URI = NAMESPACES["c"]
_LAYOUT_TITLE_SIZES = {"cover": 36.0, "divider": 34.0}
_TITLE_SIZE = 21.0
_TITLE, _CENTRE_TITLE = 1, 3  # types of placeholder


def fill_slide(slide: Any, page: Page, look: Look, own: bool, slides: Mapping[int, Any], day: date) -> None:
    """Put a page's contents on its slide.

    Args:
        slide: a slide made from the layout of the page's kind; what its layout gave it is replaced.
        page: the page.
        look: how to draw.
        own: whether the master is the deck's own.
        slides: all slides by page number, for links.
        day: the day that embedded workbooks carry as theirs.
    """
    tree = slide.shapes._spTree
    for shape in list(tree)[2:]:
        tree.remove(shape)
    slide.element.cSld.set("name", page.id)
    pen = Pen(look, Numbers())
    shape = frame(page)
    for made in (
        *_head(slide, page, shape, pen, own),
        *_blocks(slide, page, pen, slides, day),
        *_foot(slide, page, shape, pen),
    ):
        tree.append(made)
    _notes(slide, page, look)


def _head(slide: Any, page: Page, shape: Frame, pen: Pen, own: bool) -> Iterator[Element]:
    formats = {holder.placeholder_format.type: holder for holder in slide.slide_layout.placeholders}
    centred = _CENTRE_TITLE in formats
    holder = formats[_CENTRE_TITLE if centred else _TITLE]
    free = own or _is_free(holder, page, shape, pen.look)
    if shape.section is not None:
        held = [each.placeholder_format.idx for each in slide.slide_layout.placeholders]
        if SECTION_INDEX in held:
            lines = [paragraph(page.section, Setting(), pen.look)]
            yield pen.placeholder("section", "body", SECTION_INDEX, lines)
        elif not free or holder.top >= pen.look.emu(shape.section.bottom):
            setting = Setting(SECTION_SIZE, pen.look.theme.muted)
            yield pen.text_box("section", shape.section, [paragraph(page.section, setting, pen.look)], "ctr")
    usual = _LAYOUT_TITLE_SIZES.get(page.kind, _TITLE_SIZE)
    setting = Setting() if own and shape.title_size == usual else Setting(shape.title_size)
    made = paragraph(page.title, setting, pen.look)
    if setting.size:  # only the size differs from the layout
        made.remove(made.find(qualified("a:pPr")))
    yield pen.placeholder("title", "ctrTitle" if centred else "title", None, [made], None if free else shape.title)


def _is_free(holder: Any, page: Page, shape: Frame, look: Look) -> bool:
    """Whether a house's title can stay where its layout puts it: on the slide and clear of the page's blocks."""
    if holder.top is None or holder.height is None:
        return False
    return holder.top >= 0 and (not page.blocks or holder.top + holder.height <= look.emu(shape.body.y))


def _blocks(slide: Any, page: Page, pen: Pen, slides: Mapping[int, Any], day: date) -> Iterator[Element]:
    def draw_chart(exhibit: Exhibit, chart: Chart, box: Box) -> Element:
        where = f"page {page.number} ({page.id}), exhibit {exhibit.id}"
        return _chart_frame(slide, exhibit, chart, box, pen, where, day)

    texts: list[Placed] = []
    for placed in place(page):
        if isinstance(placed.block, Paragraph):
            if texts and not _continues(texts[-1], placed, page):
                yield from _text_shapes(texts, page, pen, slide, slides)
                texts = []
            texts.append(placed)
            continue
        if texts:
            yield from _text_shapes(texts, page, pen, slide, slides)
            texts = []
        yield from exhibit_shapes(placed.block, placed.box, pen, draw_chart)
    if texts:
        yield from _text_shapes(texts, page, pen, slide, slides)


def _continues(before: Placed, after: Placed, page: Page) -> bool:
    """Whether two paragraphs flow in one text box; entries of the contents are boxes of their own, to be clicked."""
    same = before.box.x == after.box.x and before.box.width == after.box.width
    return same and after.box.y >= before.box.bottom - 0.01 and page.kind != "contents"


def _text_shapes(texts: list[Placed], page: Page, pen: Pen, slide: Any, slides: Mapping[int, Any]) -> Iterator[Element]:
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
        if target is not None and target in slides:
            relation = slide.part.relate_to(slides[target].part, RT.SLIDE)
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


def _chart_frame(slide: Any, exhibit: Exhibit, chart: Chart, box: Box, pen: Pen, where: str, day: date) -> Element:
    package = slide.part.package
    part = ChartPart(
        PackURI(str(package.next_partname(ChartPart.partname_template))),
        CT.DML_CHART,
        package,
        chart_space(chart, box, pen.look, where),
    )
    part.chart_workbook.update_from_xlsx_blob(chart_workbook(chart, day))
    relation = slide.part.relate_to(part, RT.CHART)
    return pen.graphic(exhibit.id, exhibit.alt, box, _CHART_URI, element("c:chart", {"r:id": relation}))


def _foot(slide: Any, page: Page, shape: Frame, pen: Pen) -> Iterator[Element]:
    kinds = {
        holder.placeholder_format.type: holder.placeholder_format.idx for holder in slide.slide_layout.placeholders
    }
    theme = pen.look.theme
    muted = Setting(FOOT_SIZE, theme.muted)
    if plain(page.footer):
        lines = [paragraph(page.footer, Setting(), pen.look)]
        if 15 in kinds:
            yield pen.placeholder("footer", "ftr", kinds[15], lines)
        else:
            yield pen.text_box("footer", shape.footer, [paragraph(page.footer, muted, pen.look)], "ctr")
    if page.kind in ("cover", "divider"):
        return
    if 13 in kinds:
        yield pen.placeholder("page number", "sldNum", kinds[13], [page_number(page.number, Setting(), pen.look)])
    else:
        right = replace(muted, align="r")
        yield pen.text_box("page number", shape.number, [page_number(page.number, right, pen.look)], "ctr")


def _notes(slide: Any, page: Page, look: Look) -> None:
    if not page.notes:
        return
    notes = slide.notes_slide
    holder = notes.notes_placeholder
    body = holder._element.txBody
    for old in body.findall(qualified("a:p")):
        body.remove(old)
    for note in page.notes:
        body.append(paragraph(note.text, Setting(), look))
