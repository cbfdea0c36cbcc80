"""Where the labels of a chart's points go, so that they miss bars, lines and each other as far as they can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from yanbao.render.vega_text import width

Place = Literal["above", "below", "right", "right-up", "right-down", "left", "inside", "foot"]

_CLEAR = 4.0  # between a mark and its label
_DOT = 3.0  # a point's radius
_HEIGHT = 1.15  # of a label's box, in font sizes
_SIDEWAYS: dict[Place, tuple[int, float]] = {  # side, and how far down in heights
    "right": (1, 0.0),
    "right-up": (1, -0.6),
    "right-down": (1, 0.6),
    "left": (-1, 0.0),
}
END = _CLEAR + _DOT  # between a line's last point and its label
_PASSES = 3
# what a square pixel of overlap costs: two labels over each other can't be read, a label on a bar or a line can
_ON_LABEL, _ON_LINE, _OUTSIDE = 8.0, 2.5, 12.0
_ON_BAR = 30.0  # however much of it: it gets a plate
_LATER = 9.0  # what each step down the list of wishes costs
_SAMPLE = 5.0  # pixels between the samples of a line


@dataclass(frozen=True)
class Box:
    """A rectangle in the plot's pixels, `y` downward."""

    x0: float
    y0: float
    x1: float
    y1: float

    def overlap(self, other: Box) -> float:
        """Return the area that two boxes share."""
        across = min(self.x1, other.x1) - max(self.x0, other.x0)
        down = min(self.y1, other.y1) - max(self.y0, other.y0)
        return across * down if across > 0 and down > 0 else 0.0

    def outside(self, other: Box) -> float:
        """Return the area of this box that is not in the other."""
        return (self.x1 - self.x0) * (self.y1 - self.y0) - self.overlap(other)


@dataclass(frozen=True)
class Anchor:
    """A label to place: its text, the point it belongs to, and the places it may take, best first."""

    text: str
    size: float
    x: float
    y: float
    wishes: tuple[Place, ...]
    bar: Box | None = None  # the label's own bar


@dataclass(frozen=True)
class Placed:
    """A label's place, as an offset in pixels from its point to its middle line."""

    place: Place
    dx: float
    dy: float
    align: Literal["left", "center", "right"]
    box: Box
    covers: bool = False  # a bar that is not its own lies below it


Line = Sequence[tuple[float, float]]


def place(anchors: Sequence[Anchor], bars: Sequence[Box], lines: Sequence[Line], frame: Box) -> list[Placed]:
    """Return a place for each label: what costs least, tried again until nothing moves.

    `bars` and `lines` are what is drawn, each line a run of points without a gap; `frame` is the picture.
    """
    samples = [sample for line in lines for sample in _samples(line)]
    best: list[Placed | None] = [None] * len(anchors)
    for _ in range(_PASSES):
        before = list(best)
        for index, anchor in enumerate(anchors):
            others = [each.box for at, each in enumerate(best) if each is not None and at != index]
            best[index] = min(
                (_option(anchor, wish) for wish in anchor.wishes),
                key=lambda option: _cost(option, anchor, others, bars, samples, frame),
            )
        if best == before:
            break
    return [replace(each, covers=any(each.box.overlap(bar) for bar in bars)) for each in best if each is not None]


def _option(anchor: Anchor, wish: Place) -> Placed:
    wide, high = width(anchor.text, anchor.size), anchor.size * _HEIGHT
    reach = high / 2 + (_CLEAR / 2 if anchor.bar else _CLEAR + _DOT)
    if wish in _SIDEWAYS:
        side, dy = _SIDEWAYS[wish][0], _SIDEWAYS[wish][1] * high
        edge = anchor.x + side * (_CLEAR + _DOT)
        near, far = sorted((edge, edge + side * wide))
        box = Box(near, anchor.y + dy - high / 2, far, anchor.y + dy + high / 2)
        return Placed(wish, edge - anchor.x, dy, "left" if side > 0 else "right", box)
    dy = -reach if wish == "above" else reach
    if anchor.bar and wish in ("inside", "foot"):
        down = 1 if anchor.y <= anchor.bar.y0 + 0.5 else -1  # from the bar's end towards the axis
        length = anchor.bar.y1 - anchor.bar.y0
        dy = down * (reach if wish == "inside" else length - reach)
    middle = anchor.y + dy
    box = Box(anchor.x - wide / 2, middle - high / 2, anchor.x + wide / 2, middle + high / 2)
    return Placed(wish, 0.0, dy, "center", box)


def _cost(
    placed: Placed,
    anchor: Anchor,
    others: Sequence[Box],
    bars: Sequence[Box],
    samples: Sequence[tuple[float, float]],
    frame: Box,
) -> float:
    box = placed.box
    cost = anchor.wishes.index(placed.place) * _LATER + box.outside(frame) * _OUTSIDE
    cost += sum(box.overlap(other) for other in others) * _ON_LABEL
    hit = sum(1 for x, y in samples if box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1)
    cost += hit * _SAMPLE * anchor.size * _ON_LINE / 2
    if placed.place in ("inside", "foot") and anchor.bar:
        # what sticks out of its own bar is white on white
        return cost + box.outside(anchor.bar) * _ON_LABEL
    return cost + _ON_BAR * any(box.overlap(bar) for bar in bars)


def _samples(line: Line) -> list[tuple[float, float]]:
    samples = list(line)
    for (x0, y0), (x1, y1) in pairwise(line):
        count = int(max(abs(x1 - x0), abs(y1 - y0)) / _SAMPLE)
        samples += [
            (x0 + (x1 - x0) * part / (count + 1), y0 + (y1 - y0) * part / (count + 1)) for part in range(1, count + 1)
        ]
    return samples
