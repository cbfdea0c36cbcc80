"""Texts of the tree as DrawingML paragraphs and runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from yanbao.document.tree import Span, Text
from yanbao.render.pptx.look import Look
from yanbao.render.pptx.xml import Element, element, value, words


@dataclass(frozen=True)
class Setting:
    """How a paragraph is set. Sizes in points; a size of None is inherited, as is a colour of None."""

    size: float | None = None
    colour: str | None = None
    bold: bool = False
    align: str = ""  # "l", "r", "ctr"; "" is inherited
    leading: float | None = None  # line height in ems, set exactly
    before: float = 0.0
    left: float = 0.0
    hanging: float = 0.0
    bullet: str = ""
    bullet_colour: str = ""


@dataclass(frozen=True)
class Frame:
    """How a text stands in its shape."""

    anchor: str = "t"
    inherit: bool = False  # a placeholder whose layout says it
    columns: int = field(default=1)


def paragraph(text: Text, setting: Setting, look: Look) -> Element:
    """Return a paragraph of a text whose characters were checked."""
    made = element("a:p", None, _properties(setting, look))
    for span in _joined(text):
        pieces = span.text.split("\n")
        for number, piece in enumerate(pieces):
            if number:
                made.append(element("a:br", None, run_properties(setting, look, span.bold)))
            if piece:
                made.append(run(piece, setting, look, span.bold))
    if not len(made) or made[-1].tag.endswith("}pPr"):
        made.append(run_properties(setting, look, False, "a:endParaRPr"))
    return made


def run(text: str, setting: Setting, look: Look, bold: bool = False) -> Element:
    """Return a run."""
    return element("a:r", None, run_properties(setting, look, bold), words("a:t", text))


def run_properties(setting: Setting, look: Look, bold: bool, tag: str = "a:rPr") -> Element:
    """Return the properties of a run: the fonts are the theme's, Latin and East Asian."""
    return element(
        tag,
        {
            **look.lang,
            "sz": look.size(setting.size) if setting.size else None,
            "b": 1 if bold or setting.bold else None,
            "dirty": 0,
        },
        look.fill(setting.colour) if setting.colour else None,
        *fonts(),
    )


def fonts() -> tuple[Element, Element]:
    """Return the theme's body fonts, for Latin and East Asian text."""
    return element("a:latin", {"typeface": "+mn-lt"}), element("a:ea", {"typeface": "+mn-ea"})


def page_number(number: int, setting: Setting, look: Look) -> Element:
    """Return the paragraph of a slide's number: a field, so that a moved slide shows its new one."""
    field_ = element(
        "a:fld",
        {"id": "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", "type": "slidenum"},
        run_properties(setting, look, False),
        words("a:t", str(number)),
    )
    return element("a:p", None, _properties(setting, look), field_)


def body(paragraphs: Iterable[Element], frame: Frame, tag: str = "p:txBody") -> Element:
    """Return the text body of a shape."""
    if frame.inherit:
        properties = element("a:bodyPr")
    else:
        properties = element(
            "a:bodyPr",
            {
                "vert": "horz",
                "wrap": "square",
                "lIns": 0,
                "tIns": 0,
                "rIns": 0,
                "bIns": 0,
                "rtlCol": 0,
                "anchor": frame.anchor,
            },
            element("a:noAutofit"),
        )
    return element(tag, None, properties, element("a:lstStyle"), *paragraphs)


def _properties(setting: Setting, look: Look) -> Element:
    lines = [
        element("a:lnSpc", None, value("a:spcPts", look.size(setting.leading * setting.size)))
        if setting.leading and setting.size
        else None,
        element("a:spcBef", None, value("a:spcPts", look.size(setting.before))) if setting.size else None,
    ]
    marks: list[Element | None] = []
    if setting.bullet:
        marks = [
            element("a:buClr", None, look.colour(setting.bullet_colour)) if setting.bullet_colour else None,
            value("a:buSzPct", 70000),
            element("a:buFont", {"typeface": "Arial"}),
            element("a:buChar", {"char": setting.bullet}),
        ]
    elif setting.size:
        marks = [element("a:buNone")]
    return element(
        "a:pPr",
        {
            "marL": look.emu(setting.left) if setting.size else None,
            "indent": look.emu(-setting.hanging) if setting.size else None,
            "algn": setting.align or None,
        },
        *lines,
        *marks,
    )


def _joined(text: Text) -> Iterable[Span]:
    """Yield the spans with neighbours of one weight put together: fewer runs to edit."""
    held: Span | None = None
    for span in text:
        if held is not None and held.bold == span.bold:
            held = replace(held, text=held.text + span.text)
        else:
            if held is not None:
                yield held
            held = Span(span.text, bold=span.bold)
    if held is not None:
        yield held
