"""Where a shape stands on its slide: its own frame, that of its groups, or that of its placeholder in the layout."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from yanbao.read.foreign.pptx_text import A, P
from yanbao.read.package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element

_EMU = 12700  # in a point
_INTEGER = re.compile(r"-?\d{1,12}", re.ASCII)


def whole(text: str | None) -> int:
    """Return a whole number of an attribute, 0 where it states none."""
    return int(text) if text is not None and _INTEGER.fullmatch(text) else 0


@dataclass(frozen=True)
class Frame:
    """A rectangle on the slide in points from the left upper corner; of a group, how its inner places map to it."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    scale_x: float = 1.0
    scale_y: float = 1.0
    shift_x: float = 0.0
    shift_y: float = 0.0

    def of(self, shape: _Element) -> Frame | None:
        """Return the frame of a shape in this group, `None` where the shape states none."""
        transform = _transform(shape)
        if transform is None:
            return None
        x, y, wide, high = _rectangle(transform, "off", "ext")
        left, top = self.shift_x + x * self.scale_x, self.shift_y + y * self.scale_y
        return Frame(left, top, left + wide * self.scale_x, top + high * self.scale_y)

    def inside(self, group: _Element) -> Frame:
        """Return the mapping for the shapes of a group in this one."""
        properties = group.find(f"{P}grpSpPr/{A}xfrm")
        if properties is None:
            return self
        x, y, wide, high = _rectangle(properties, "off", "ext")
        inner_x, inner_y, inner_wide, inner_high = _rectangle(properties, "chOff", "chExt")
        across = wide / inner_wide if inner_wide else 1.0
        down = high / inner_high if inner_high else 1.0
        return Frame(
            scale_x=self.scale_x * across,
            scale_y=self.scale_y * down,
            shift_x=self.shift_x + (x - inner_x * across) * self.scale_x,
            shift_y=self.shift_y + (y - inner_y * down) * self.scale_y,
        )


class Placeholders:
    """The frames that layouts and masters give to the placeholders of slides."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._known: dict[str, list[tuple[str, str, Frame]]] = {}

    def of(self, slide: str, shape: _Element) -> Frame | None:
        """Return the frame of a slide's placeholder, `None` where no layout or master states one."""
        placeholder = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
        if placeholder is None:
            return None
        kind, index = placeholder.get("type") or "obj", placeholder.get("idx") or "0"
        for part in self._behind(slide):
            for _, its_index, frame in self._frames(part):
                if its_index == index and index != "0":
                    return frame
            for its_kind, _, frame in self._frames(part):
                if its_kind == kind or {its_kind, kind} == {"title", "ctrTitle"}:
                    return frame
        return None

    def _behind(self, slide: str) -> list[str]:
        found: list[str] = []
        for kind, layout in self.package.relations(slide).values():
            if kind == "slideLayout" and layout in self.package.names:
                found.append(layout)
                for inner, master in self.package.relations(layout).values():
                    if inner == "slideMaster" and master in self.package.names:
                        found.append(master)
        return found

    def _frames(self, part: str) -> list[tuple[str, str, Frame]]:
        if part not in self._known:
            found = []
            for shape in self.package.xml(part).iter(f"{P}sp"):
                placeholder = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
                frame = None if placeholder is None else Frame().of(shape)
                if placeholder is not None and frame is not None:
                    found.append((placeholder.get("type") or "obj", placeholder.get("idx") or "0", frame))
            self._known[part] = found
        return self._known[part]


def _transform(shape: _Element) -> _Element | None:
    found = shape.find(f"{P}spPr/{A}xfrm")
    return shape.find(f"{P}xfrm") if found is None else found


def _rectangle(transform: _Element, place: str, size: str) -> tuple[float, float, float, float]:
    off, ext = transform.find(f"{A}{place}"), transform.find(f"{A}{size}")
    return (
        0.0 if off is None else whole(off.get("x")) / _EMU,
        0.0 if off is None else whole(off.get("y")) / _EMU,
        0.0 if ext is None else whole(ext.get("cx")) / _EMU,
        0.0 if ext is None else whole(ext.get("cy")) / _EMU,
    )
