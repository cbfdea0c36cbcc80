"""An exhibit on a slide: head, unit line, body, origin and note, in this order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from yanbao.document.layout import HEAD_SIZE, ORIGIN_SIZE, SMALL_LEADING, UNIT_SIZE, Box, exhibit_boxes
from yanbao.document.tree import Chart, Exhibit, Table, Timeline, plain
from yanbao.render.pptx.shape import Pen
from yanbao.render.pptx.table import table_shape
from yanbao.render.pptx.text import Setting, paragraph, run
from yanbao.render.pptx.timeline import timeline_shape
from yanbao.render.pptx.xml import Element

DrawChart = Callable[[Exhibit, Chart, Box], Element]


def exhibit_shapes(exhibit: Exhibit, box: Box, pen: Pen, draw_chart: DrawChart) -> Iterator[Element]:
    """Yield the shapes of an exhibit in the order of its texts; `draw_chart` makes a chart's frame."""
    boxes = exhibit_boxes(exhibit, box)
    theme = pen.look.theme
    yield pen.text_box(f"{exhibit.id} head", boxes.head, [_head(exhibit, pen)], "ctr")
    y = boxes.head.bottom + 1.5
    yield pen.rule(f"{exhibit.id} rule", (box.x, y), (box.right, y), theme.primary, 1.0)
    muted = Setting(UNIT_SIZE, theme.muted, leading=SMALL_LEADING)
    if boxes.unit:
        yield from _unit_line(exhibit, boxes.unit, muted, pen)
    if isinstance(exhibit.body, Table):
        assert boxes.grid is not None
        yield table_shape(exhibit, exhibit.body, boxes.body, boxes.grid, pen)
    elif isinstance(exhibit.body, Timeline):
        assert boxes.plan is not None
        yield timeline_shape(exhibit, exhibit.body, boxes.body, boxes.plan, pen)
    else:
        yield draw_chart(exhibit, exhibit.body, boxes.body)
    small = replace(muted, size=ORIGIN_SIZE)
    for name, text, where in (("origin", exhibit.origin, boxes.origin), ("note", exhibit.note, boxes.note)):
        if where:
            yield pen.text_box(f"{exhibit.id} {name}", where, [paragraph(text, small, pen.look)])


def _head(exhibit: Exhibit, pen: Pen) -> Element:
    """Return label and title on one line: the label in the accent colour, a wide space between."""
    theme = pen.look.theme
    setting = Setting(HEAD_SIZE, theme.primary, True, leading=SMALL_LEADING)
    made = paragraph((), setting, pen.look)
    made.remove(made[-1])
    made.append(run(plain(exhibit.label) + "\u2002", replace(setting, colour=theme.accent), pen.look))
    made.append(run(plain(exhibit.title), setting, pen.look))
    return made


def _unit_line(exhibit: Exhibit, box: Box, setting: Setting, pen: Pen) -> Iterator[Element]:
    """Yield the unit at the left and the day at the right end of one line; the day alone stands at the left."""
    unit, day = plain(exhibit.unit), plain(exhibit.as_of)
    if unit:
        half = replace(box, width=box.width / 2) if day else box
        yield pen.text_box(f"{exhibit.id} unit", half, [paragraph(exhibit.unit, setting, pen.look)])
    if day:
        half = Box(box.x + box.width / 2, box.y, box.width / 2, box.height) if unit else box
        right = replace(setting, align="r" if unit else "")
        yield pen.text_box(f"{exhibit.id} day", half, [paragraph(exhibit.as_of, right, pen.look)])
