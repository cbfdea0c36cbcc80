"""A document as the plain data that the template `report.typ` sets: texts, boxes and colours, nothing to interpret.

Texts reach the typesetter as JSON strings only, so markup in them stays text. A number is an atom that no line
breaks; a sign or currency before it and a % after it belong to the atom (the line breaking rules of Unicode would
part them from a box; brackets and punctuation they keep with it).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from yanbao.document import layout, page_frame, table_layout, timeline_layout
from yanbao.document.layout import Box, ExhibitBoxes, Placed
from yanbao.document.text_width import pieces, text_width, width
from yanbao.document.theme import Theme
from yanbao.document.tree import (
    Document,
    Exhibit,
    Page,
    Paragraph,
    Row,
    Span,
    Table,
    Text,
    Timeline,
    plain,
)
from yanbao.render.cache import cached, content
from yanbao.render.fonts import visible

Data = dict[str, Any]
Kept = tuple[int, str]  # a page's number, and the JSON that it was kept as: it is passed on unread
Draw = Callable[[Exhibit, Box], str]  # draws a chart for a box and returns its picture as SVG

_GLUED_AFTER = "%％‰℃"
_GLUED_BEFORE = "$¥￥€£+-−±~"
_COLOURS = ("primary", "accent", "ink", "muted", "rule", "panel", "paper", "highlight", "rise", "fall")


def document_data(document: Document, theme: Theme, draw: Draw) -> tuple[Data, list[Kept], dict[str, str]]:
    """Return what the template prints: what is common to all pages, each page, and the pictures by file name.

    `draw` draws the charts.

    Raises:
        RenderError: a block does not fit its page.
    """
    numbers = {page.number: index for index, page in enumerate(document.pages, 1)}
    pages: list[Kept] = []
    pictures: dict[str, str] = {}
    for page, bookmark in zip(document.pages, _bookmarks(document), strict=True):
        made, drawn = _kept(page, numbers, bookmark, theme, draw)
        pages.append((page.number, made))
        pictures |= drawn
    data = {
        "title": visible(document.title),
        "subtitle": visible(document.subtitle),
        "house": visible(document.house),
        "language": document.language,
        "fonts": list(theme.families),
        "colours": {name: getattr(theme, name) for name in _COLOURS},
        "logo": f"logo{theme.logo.suffix.lower()}" if theme.logo else None,
        "width": layout.PAGE_WIDTH,
        "height": layout.PAGE_HEIGHT,
        "margin": layout.MARGIN,
    }
    return data, pages, pictures


def _kept(
    page: Page, numbers: dict[int, int], bookmark: tuple[int, bool], theme: Theme, draw: Draw
) -> tuple[str, dict[str, str]]:
    """Return what the template prints of a page, as JSON, and its pictures; both are kept between runs."""

    def make() -> bytes:
        pictures: dict[str, str] = {}

        def put(exhibit: Exhibit, box: Box) -> str:
            name = f"chart-{page.number}-{len(pictures) + 1}.svg"
            pictures[name] = draw(exhibit, box)
            return name

        made = _page(page, numbers, bookmark, put)
        texts = (json.dumps(part, ensure_ascii=False) for part in (made, pictures))
        return "\n".join(texts).encode("utf-8", "surrogatepass")

    links = sorted(numbers.items()) if any(_page_numbers(part.text) for part in page.paragraphs()) else []
    made_from = content(page, links, bookmark, theme, libraries=("vl-convert-python",))
    made, _, pictures = cached("page", (made_from,), make).decode("utf-8", "surrogatepass").partition("\n")
    return made, json.loads(pictures)


def atoms(text: Text, room: float, size: float, bold: bool = False) -> list[Data]:
    """Return a text in pieces: `t` its characters, `b` whether bold, `box` whether no line may break it.

    A word that is wider than `room` points is cut into characters (`loose`) that may stand on lines of their own.
    """
    found: list[Data] = []
    for span in text:
        for index, line in enumerate(span.text.split("\n")):
            if index:
                found.append({"br": True})
            if visible(line):
                _add(found, span, visible(line), room, size, bold or span.bold)
    return found


def _add(found: list[Data], span: Span, text: str, room: float, size: float, bold: bool) -> None:
    if span.kind == "number" and width(text, size, bold) <= room:
        before = _pop_glued(found, bold)
        found.append({"t": before + text, "b": bold, "box": True})
        return
    last = found[-1] if found else {}
    if last.get("box") and last["b"] == bold:
        count = len(text) - len(text.lstrip(_GLUED_AFTER))
        last["t"] += text[:count]
        text = text[count:]
    for run, loose in _runs(text, room, size, bold):
        found.append({"t": run, "b": bold, "box": False, "loose": loose})


def _pop_glued(found: list[Data], bold: bool) -> str:
    if not found or found[-1].get("br") or found[-1]["box"] or found[-1]["b"] != bold:
        return ""
    text = found[-1]["t"]
    kept = text.rstrip(_GLUED_BEFORE)
    found[-1]["t"] = kept
    if not kept:
        found.pop()
    return str(text[len(kept) :])


def _runs(text: str, room: float, size: float, bold: bool) -> Iterator[tuple[str, bool]]:
    held = ""
    for piece in pieces((Span(text),)):
        if width(piece.rstrip(), size, bold) > room:
            if held:
                yield held, False
            yield piece, True
            held = ""
        else:
            held += piece
    if held:
        yield held, False


def _bookmarks(document: Document) -> list[tuple[int, bool]]:
    """Return each page's level among the bookmarks, and whether a section or part without a page of its own begins.

    A divider stands for its section. The first page is of level 1, as PDF/UA wants it.
    """
    found: list[tuple[int, bool]] = []
    current = ""
    for order, page in enumerate(document.pages):
        section, title = plain(page.section), plain(page.title)
        front = order == 0 or page.kind in ("cover", "contents")
        alone = front or page.kind == "divider" or section in ("", title)
        level = 1 if alone else 2 + page.part_depth
        found.append((level, not alone and section != current))
        current = "" if front else section or title
    return found


def _page(page: Page, numbers: dict[int, int], bookmark: tuple[int, bool], draw: Draw) -> Data:
    frame = layout.frame(page)
    section = frame.section if page.kind != "divider" else None  # a divider's title says it
    level, begins = bookmark
    return {
        "id": page.id,
        "number": page.number,
        "kind": page.kind,
        "level": level,
        "begins": begins,
        "title": atoms(page.title, frame.title.width, frame.title_size, bold=True),
        "title-box": _box(frame.title),
        "title-size": frame.title_size,
        "rule": frame.rule and _box(frame.rule),
        "section": atoms(page.section, layout.PAGE_WIDTH, page_frame.SECTION_SIZE) if section else [],
        "section-box": section and _box(section),
        "section-size": page_frame.SECTION_SIZE,
        "footer": atoms(page.footer, frame.footer.width, page_frame.FOOT_SIZE),
        "footer-box": _box(frame.footer),
        "number-box": _box(frame.number),
        "foot-size": page_frame.FOOT_SIZE,
        "blocks": list(_blocks(page, numbers, draw)),
    }


def _blocks(page: Page, numbers: dict[int, int], draw: Draw) -> Iterator[Data]:
    """Yield a page's exhibits, and its paragraphs in stacks: those of a stack move up where one needs fewer lines."""
    stack: list[Placed] = []
    for placed in layout.place(page):
        if stack and (isinstance(placed.block, Exhibit) or not _below(stack[-1].box, placed.box)):
            yield _flow(stack, numbers, page.kind)
            stack = []
        if isinstance(placed.block, Exhibit):
            yield _exhibit(placed.block, placed.box, draw)
        else:
            stack.append(placed)
    if stack:
        yield _flow(stack, numbers, page.kind)


def _below(box: Box, other: Box) -> bool:
    return (box.x, box.width) == (other.x, other.width) and box.bottom <= other.y + 0.01


def _flow(stack: list[Placed], numbers: dict[int, int], kind: str) -> Data:
    items = []
    for placed in stack:
        assert isinstance(placed.block, Paragraph)
        items.append(_paragraph(placed, placed.block, numbers, kind))
    return _stacked([placed.box for placed in stack], items)


def _stacked(boxes: list[Box], items: list[Data]) -> Data:
    first, last = boxes[0], boxes[-1]
    edges = [first.y, *(box.bottom for box in boxes)]
    for item, box, edge in zip(items, boxes, edges, strict=False):
        item |= {"gap": box.y - edge, "height": box.height}
    return {"kind": "flow", "box": _box(Box(first.x, first.y, first.width, last.bottom - first.y)), "items": items}


def _paragraph(placed: Placed, paragraph: Paragraph, numbers: dict[int, int], kind: str) -> Data:
    target = next((numbers.get(number) for number in _page_numbers(paragraph.text)), None)
    entry = kind == "contents" and target is not None
    indent = layout.BULLET_INDENT * paragraph.level if entry else placed.indent
    text = atoms(paragraph.text, placed.box.width - indent, placed.font_size, placed.bold)
    if entry and len(text) > 1:  # dots lead to the page number
        text[-2:] = [{**text[-2], "t": text[-2]["t"].rstrip()}, {"lead": True}, text[-1]]
    return _item(paragraph.id, paragraph.style, text, placed.font_size, placed.leading) | {
        "indent": indent,
        "level": paragraph.level,
        "mark": paragraph.style == "bullet" and not entry,
        "target": target,
    }


def _item(name: str, style: str, text: list[Data], size: float, leading: float) -> Data:
    return {
        "id": name,
        "style": style,
        "text": text,
        "size": size,
        "leading": leading,
        "indent": 0.0,
        "step": layout.BULLET_INDENT,
        "level": 0,
        "mark": False,
        "target": None,
    }


def _page_numbers(text: Text) -> list[int]:
    return [int(span.text) for span in text if span.note == "page-number" and span.text.strip().isdecimal()]


def _exhibit(exhibit: Exhibit, box: Box, draw: Draw) -> Data:
    boxes = layout.exhibit_boxes(exhibit, box)
    size = layout.HEAD_SIZE
    return {
        "kind": "exhibit",
        "id": exhibit.id,
        "label": atoms(exhibit.label, box.width, size, bold=True),
        "title": atoms(exhibit.title, box.width - text_width(exhibit.label, size, True), size, bold=True),
        "head-box": _box(boxes.head),
        "head-size": size,
        "unit": atoms(exhibit.unit, box.width, layout.UNIT_SIZE),
        "as-of": atoms(exhibit.as_of, box.width, layout.UNIT_SIZE),
        "unit-box": boxes.unit and _box(boxes.unit),
        "unit-size": layout.UNIT_SIZE,
        "tail": _tail(exhibit, boxes),
        "small-leading": layout.SMALL_LEADING,
        "alt": visible(exhibit.alt) or visible(plain(exhibit.title)),
        "body-box": _box(boxes.body),
        "body": _body(exhibit, boxes, draw),
    }


def _tail(exhibit: Exhibit, boxes: ExhibitBoxes) -> Data | None:
    """Return origin and note as a stack."""
    parts = [(text, box) for text, box in ((exhibit.origin, boxes.origin), (exhibit.note, boxes.note)) if box]
    items = [
        _item(exhibit.id, "note", atoms(text, box.width, layout.ORIGIN_SIZE), layout.ORIGIN_SIZE, layout.SMALL_LEADING)
        for text, box in parts
    ]
    return _stacked([box for _, box in parts], items) if items else None


def _body(exhibit: Exhibit, boxes: ExhibitBoxes, draw: Draw) -> Data:
    body = exhibit.body
    if isinstance(body, Table):
        assert boxes.grid
        return _table(body, boxes.grid)
    if isinstance(body, Timeline):
        assert boxes.plan
        return _timeline(body, boxes.plan)
    return {"kind": "chart", "picture": draw(exhibit, boxes.body)}


def _table(table: Table, grid: table_layout.Grid) -> Data:
    size, widths = grid.font_size, [width - 2 * table_layout.PAD_X for width in grid.columns]
    groups = [
        {
            "first": first,
            "last": last,
            "text": atoms(table.columns[first].group, sum(widths[first : last + 1]), size, bold=True),
        }
        for first, last in (table_layout.groups(table) if grid.header_rows == 2 else ())
    ]
    return {
        "kind": "table",
        "variant": table.kind,
        "size": size,
        "leading": table_layout.LEADING,
        "pad": table_layout.PAD_X,
        "columns": list(grid.columns),
        "rows": list(grid.rows),
        "groups": groups,
        "align": [column.align for column in table.columns],
        "head": [
            atoms(column.label, room, size, bold=True) for column, room in zip(table.columns, widths, strict=True)
        ],
        "body": [_row(row, widths, size, table.kind) for row in table.rows],
    }


def _row(row: Row, widths: list[float], size: float, kind: str) -> Data:
    bold = row.role in ("total", "highlight")
    return {
        "role": row.role,
        "cells": [
            {
                "text": atoms(cell.text, room, size, bold),
                "mark": cell.mark,
                "missing": cell.missing is not None,
                "sign": _sign(plain(cell.text)) if kind == "change" and cell.missing is None else None,
            }
            for cell, room in zip(row.cells, widths, strict=True)
        ],
    }


def _sign(text: str) -> str | None:
    """Return which way a printed change points: "rise" for +, "fall" for a minus or accountants' brackets."""
    if text[:1] == "+":
        return "rise"
    return "fall" if text[:1] in ("-", "−", "(") and text[1:2].isdigit() else None


def _timeline(timeline: Timeline, plan: timeline_layout.TimelinePlan) -> Data:
    size = plan.font_size
    events = [
        {
            "dot": boxes.dot,
            "when": atoms(event.when, boxes.when[2], size, bold=True),
            "when-box": boxes.when,
            "title": atoms(event.title, boxes.title[2], size, bold=True),
            "detail": atoms(event.detail, boxes.detail[2], size),
            "words-box": (*boxes.title[:3], boxes.detail[1] + boxes.detail[3] - boxes.title[1]),
            "gap": boxes.detail[1] - boxes.title[1] - boxes.title[3],
        }
        for event, boxes in zip(timeline.events, plan.events, strict=True)
    ]
    return {
        "kind": "timeline",
        "size": size,
        "leading": timeline_layout.LEADING,
        "line": plan.line,
        "events": events,
    }


def _box(box: Box) -> Data:
    return asdict(box)
