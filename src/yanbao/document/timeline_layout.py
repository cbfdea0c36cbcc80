"""Where the events of a timeline stand: side by side on a line, or one under the other where there is no room."""

from __future__ import annotations

from dataclasses import dataclass

from yanbao.document.text_width import line_count, text_width
from yanbao.document.tree import Event, Timeline, plain

FONT_SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
LEADING = 1.35
_LEAST_WIDTH = 96.0  # points an event needs to stand beside others
_GUTTER = 10.0
_DOT = 8.0
_AXIS = 22.0  # height of the strip with line and dots when events stand side by side


@dataclass(frozen=True)
class EventBox:
    """Where one event stands, in points from the timeline's own top left corner."""

    dot: tuple[float, float]  # centre
    when: tuple[float, float, float, float]  # x, y, width, height
    title: tuple[float, float, float, float]
    detail: tuple[float, float, float, float]


@dataclass(frozen=True)
class TimelinePlan:
    """A timeline's geometry: its line and its events."""

    across: bool  # side by side
    font_size: float
    height: float
    line: tuple[float, float, float, float]  # x, y of the start, x, y of the end
    events: tuple[EventBox, ...]


def plan(timeline: Timeline, width: float, height: float) -> TimelinePlan:
    """Return the geometry at the largest font size that fits a height; where none does, at the smallest."""
    across = bool(timeline.events) and width / len(timeline.events) >= _LEAST_WIDTH
    make = _across if across else _down
    for size in FONT_SIZES:
        found = make(timeline.events, width, size)
        if found.height <= height + 0.01:
            return found
    return make(timeline.events, width, FONT_SIZES[-1])


def _lines(event: Event, size: float, width: float) -> tuple[float, float]:
    room = width * 0.985
    title = line_count(event.title, size, room, bold=True) * size * LEADING
    detail = line_count(event.detail, size, room) * size * LEADING
    return title, detail


def _across(events: tuple[Event, ...], width: float, size: float) -> TimelinePlan:
    step = width / len(events)
    room = step - _GUTTER
    when_height = max(line_count(event.when, size, room, bold=True) for event in events) * size * LEADING
    axis = when_height + _AXIS / 2
    top = when_height + _AXIS
    boxes, bottom = [], top
    for index, event in enumerate(events):
        title, detail = _lines(event, size, room)
        x = index * step
        boxes.append(
            EventBox(
                (x + _DOT / 2, axis),
                (x, 0.0, room, when_height),
                (x, top, room, title),
                (x, top + title + 2, room, detail),
            )
        )
        bottom = max(bottom, top + title + 2 + detail)
    return TimelinePlan(True, size, bottom, (0.0, axis, width, axis), tuple(boxes))


def _down(events: tuple[Event, ...], width: float, size: float) -> TimelinePlan:
    date = max((text_width(event.when, size, bold=True) for event in events), default=0.0) / 0.985 + 4
    date = min(date, width * 0.3)
    axis = date + 14
    left = axis + 14
    room = width - left
    y, boxes = 0.0, []
    for event in events:
        title, detail = _lines(event, size, room)
        when = max(1, line_count(event.when, size, date * 0.985, bold=True)) * size * LEADING
        boxes.append(
            EventBox(
                (axis, y + size * LEADING / 2),
                (0.0, y, date, when),
                (left, y, room, title),
                (left, y + title, room, detail),
            )
        )
        y += max(when, title + detail, size * LEADING) + (6 if plain(event.title) else 4)
    last = boxes[-1].dot[1] if boxes else 0.0
    return TimelinePlan(False, size, y, (axis, boxes[0].dot[1] if boxes else 0.0, axis, last), tuple(boxes))
