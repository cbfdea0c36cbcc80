"""Shapes of a slide: text boxes, placeholders, lines, panels, frames and groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yanbao.document.layout import Box
from yanbao.render.pptx.look import Look
from yanbao.render.pptx.text import Frame, body
from yanbao.render.pptx.xml import Element, element


@dataclass
class Numbers:
    """The ids of a slide's shapes: 1 is the tree itself."""

    last: int = 1

    def next(self) -> int:
        """Return the next free id."""
        self.last += 1
        return self.last


@dataclass(frozen=True)
class Pen:
    """What draws a slide's shapes."""

    look: Look
    numbers: Numbers

    def text_box(self, name: str, box: Box, paragraphs: Iterable[Element], anchor: str = "t") -> Element:
        """Return a text box without margins."""
        return element(
            "p:sp",
            None,
            element("p:nvSpPr", None, self._named(name), element("p:cNvSpPr", {"txBox": 1}), element("p:nvPr")),
            element("p:spPr", None, self.place(box), geometry("rect"), element("a:noFill"), self.look.line(None)),
            body(paragraphs, Frame(anchor)),
        )

    def placeholder(
        self,
        name: str,
        kind: str,
        index: int | None,
        paragraphs: Iterable[Element],
        box: Box | None = None,
    ) -> Element:
        """Return a placeholder that takes its look, and without a box its place, from the layout."""
        return element(
            "p:sp",
            None,
            element(
                "p:nvSpPr",
                None,
                self._named(name),
                element("p:cNvSpPr", None, element("a:spLocks", {"noGrp": 1})),
                element("p:nvPr", None, element("p:ph", {"type": kind, "idx": index})),
            ),
            element("p:spPr", None, self.place(box) if box else None),
            body(paragraphs, Frame(inherit=True)),
        )

    def panel(self, name: str, box: Box, colour: str, shape: str = "rect", line: str | None = None) -> Element:
        """Return a filled shape that says nothing: screen readers pass it."""
        return element(
            "p:sp",
            None,
            element("p:nvSpPr", None, self._named(name, decorative=True), element("p:cNvSpPr"), element("p:nvPr")),
            element(
                "p:spPr",
                None,
                self.place(box),
                geometry(shape),
                self.look.fill(colour),
                self.look.line(line, 1.0),
            ),
        )

    def rule(
        self, name: str, start: tuple[float, float], end: tuple[float, float], colour: str, weight: float
    ) -> Element:
        """Return a straight line that says nothing."""
        box = Box(start[0], start[1], end[0] - start[0], end[1] - start[1])
        return element(
            "p:cxnSp",
            None,
            element(
                "p:nvCxnSpPr",
                None,
                self._named(name, decorative=True),
                element("p:cNvCxnSpPr"),
                element("p:nvPr"),
            ),
            element("p:spPr", None, self.place(box), geometry("line"), self.look.line(colour, weight)),
        )

    def graphic(self, name: str, alt: str, box: Box, uri: str, content: Element) -> Element:
        """Return the frame of a chart or table."""
        return element(
            "p:graphicFrame",
            None,
            element(
                "p:nvGraphicFramePr",
                None,
                self._named(name, alt),
                element("p:cNvGraphicFramePr", None, element("a:graphicFrameLocks", {"noGrp": 1})),
                element("p:nvPr"),
            ),
            self.place(box, "p:xfrm"),
            element("a:graphic", None, element("a:graphicData", {"uri": uri}, content)),
        )

    def group(self, name: str, alt: str, box: Box, shapes: Iterable[Element]) -> Element:
        """Return shapes as one; their places are the slide's."""
        frame = self.place(box)
        for tag, first, second in (("a:chOff", "x", "y"), ("a:chExt", "cx", "cy")):
            of = frame[0 if tag == "a:chOff" else 1]
            frame.append(element(tag, {first: of.get(first), second: of.get(second)}))
        return element(
            "p:grpSp",
            None,
            element("p:nvGrpSpPr", None, self._named(name, alt), element("p:cNvGrpSpPr"), element("p:nvPr")),
            element("p:grpSpPr", None, frame),
            *shapes,
        )

    def place(self, box: Box, tag: str = "a:xfrm") -> Element:
        """Return a shape's place and size."""
        look = self.look
        return element(
            tag,
            None,
            element("a:off", {"x": look.emu(box.x), "y": look.emu(box.y)}),
            element("a:ext", {"cx": max(0, look.emu(box.width)), "cy": max(0, look.emu(box.height))}),
        )

    def _named(self, name: str, alt: str = "", decorative: bool = False) -> Element:
        mark = None
        if decorative:
            mark = element(
                "a:extLst",
                None,
                element(
                    "a:ext",
                    {"uri": "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"},
                    element("adec:decorative", {"val": 1}),
                ),
            )
        return element("p:cNvPr", {"id": self.numbers.next(), "name": name, "descr": alt or None}, mark)


def geometry(shape: str) -> Element:
    """Return a preset geometry."""
    return element("a:prstGeom", {"prst": shape}, element("a:avLst"))
