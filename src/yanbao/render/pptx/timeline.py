"""A timeline of the tree as native shapes in one group: a line, dots, and texts beside them."""

from __future__ import annotations

from yanbao.document.layout import Box
from yanbao.document.timeline_layout import LEADING, TimelinePlan
from yanbao.document.tree import Exhibit, Text, Timeline, plain
from yanbao.render.pptx.shape import Pen
from yanbao.render.pptx.text import Setting, paragraph
from yanbao.render.pptx.xml import Element

_DOT = 8.0


def timeline_shape(exhibit: Exhibit, timeline: Timeline, box: Box, plan: TimelinePlan, pen: Pen) -> Element:
    """Return a timeline in its box, as its plan says; the texts follow each other in the order of the events."""
    theme = pen.look.theme
    x0, y0, x1, y1 = plan.line
    shapes = [pen.rule("line", (box.x + x0, box.y + y0), (box.x + x1, box.y + y1), theme.primary, 1.25)]
    for event, where in zip(timeline.events, plan.events, strict=True):
        x, y = where.dot
        dot = Box(box.x + x - _DOT / 2, box.y + y - _DOT / 2, _DOT, _DOT)
        shapes.append(pen.panel("dot", dot, theme.accent, "ellipse", theme.paper))
        align = "" if plan.across else "r"
        for name, text, place, setting in (
            ("when", event.when, where.when, Setting(plan.font_size, theme.primary, True, align, LEADING)),
            ("title", event.title, where.title, Setting(plan.font_size, theme.ink, True, "", LEADING)),
            ("detail", event.detail, where.detail, Setting(plan.font_size, theme.muted, False, "", LEADING)),
        ):
            if plain(text):
                shapes.append(_words(name, text, _moved(place, box), setting, pen))
    return pen.group(exhibit.id, exhibit.alt, box, shapes)


def _words(name: str, text: Text, box: Box, setting: Setting, pen: Pen) -> Element:
    return pen.text_box(name, box, [paragraph(text, setting, pen.look)])


def _moved(place: tuple[float, float, float, float], box: Box) -> Box:
    return Box(box.x + place[0], box.y + place[1], place[2], place[3])
