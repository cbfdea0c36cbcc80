"""The slide master and its five layouts, drawn in code: cover, contents, divider, content, legal."""

from __future__ import annotations

from typing import Literal

from yanbao.document.layout import INNER_WIDTH, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, Box, frame
from yanbao.document.page_frame import FOOT_SIZE, SECTION_SIZE
from yanbao.document.tree import Page, Span
from yanbao.render.pptx.look import Look
from yanbao.render.pptx.shape import Numbers, Pen, geometry
from yanbao.render.pptx.text import Setting, fonts, paragraph, run_properties
from yanbao.render.pptx.xml import Element, element, value

Kind = Literal["cover", "contents", "divider", "content", "legal"]
KINDS: tuple[Kind, ...] = ("cover", "contents", "divider", "content", "legal")
SECTION_INDEX = 13  # of the placeholder for the section's name
_TYPES = {"cover": "title", "contents": "titleOnly", "divider": "secHead", "content": "titleOnly", "legal": "titleOnly"}
_PROMPTS = {
    "zh": ("单击此处编辑标题", "章节", "页脚"),
    "en": ("Click to edit the title", "Section", "Footer"),
}
NAMES: dict[str, dict[str, str]] = {
    "zh": {"cover": "封面", "contents": "目录", "divider": "章节页", "content": "内容页", "legal": "声明页"},
    "en": {"cover": "Cover", "contents": "Contents", "divider": "Divider", "content": "Content", "legal": "Legal"},
}
LOGO = {
    "cover": Box(80.0, 48.0, 200.0, 40.0),
    "content": Box(PAGE_WIDTH - MARGIN - 120.0, 12.0, 120.0, 20.0),
}


def master_xml(look: Look, layout_ids: list[tuple[str, str]]) -> Element:
    """Return the master; `layout_ids` are its layouts' ids and relation ids."""
    pen = Pen(look, Numbers())
    shape = frame(_blank("content"))
    shapes = [
        _placeholder(pen, "Title", "title", None, shape.title, _PROMPTS[look.language][0], _title(look, 21.0), "b"),
        _placeholder(pen, "Text", "body", 1, shape.body, "", Setting(11.5, look.theme.ink), "t"),
        *_foot(pen, shape.footer, shape.number, look.theme.muted),
    ]
    return element(
        "p:sldMaster",
        None,
        _slide_data(shapes, look.theme.paper, look),
        element(
            "p:clrMap",
            {
                "bg1": "lt1",
                "tx1": "dk1",
                "bg2": "lt2",
                "tx2": "dk2",
                **{f"accent{number}": f"accent{number}" for number in range(1, 7)},
                "hlink": "hlink",
                "folHlink": "folHlink",
            },
        ),
        element(
            "p:sldLayoutIdLst",
            None,
            *(element("p:sldLayoutId", {"id": number, "r:id": relation}) for number, relation in layout_ids),
        ),
        element(
            "p:txStyles",
            None,
            element("p:titleStyle", None, _level(1, _title(look, 21.0), look, "+mj")),
            element("p:bodyStyle", None, *(_level(at, Setting(11.5, look.theme.ink), look) for at in range(1, 10))),
            element("p:otherStyle", None, _level(1, Setting(11.5, look.theme.ink), look)),
        ),
    )


def layout_xml(kind: Kind, look: Look, logo: Element | None = None) -> Element:
    """Return a layout: its placeholders, rules and panels; `logo` is the picture on it."""
    theme, pen = look.theme, Pen(look, Numbers(40))
    shape = frame(_blank(kind))
    dark = kind == "divider"
    ground = theme.primary if dark else theme.paper
    title_size = {"cover": 36.0, "divider": 34.0}.get(kind, 21.0)
    title = Setting(title_size, theme.paper if dark else theme.primary, True, "l")
    prompts = _PROMPTS[look.language]
    shapes: list[Element] = []
    if kind == "cover":
        shapes.append(pen.panel("band", Box(0, 0, 28.0, PAGE_HEIGHT), theme.primary))
        shapes.append(pen.panel("band end", Box(28.0, 0, 5.0, PAGE_HEIGHT), theme.accent))
    if shape.rule is not None:
        colour = theme.accent if kind in ("cover", "divider") else theme.primary
        shapes.append(pen.panel("title rule", shape.rule, colour))
    if kind not in ("cover", "divider"):
        shapes.append(pen.panel("title mark", Box(MARGIN, 70.0, 64.0, 3.0), theme.accent))
    if kind != "divider":
        shapes.append(
            pen.rule("foot rule", (MARGIN, 510.0), (MARGIN + INNER_WIDTH, 510.0), theme.rule, 0.75)
            if kind != "cover"
            else pen.rule("foot rule", (80.0, 506.0), (MARGIN + INNER_WIDTH, 506.0), theme.rule, 0.75)
        )
    if logo is not None:
        shapes.append(logo)
    section = shape.section
    if section is not None:
        colour = theme.rule if dark else theme.muted
        shapes.append(
            _placeholder(
                pen, "Section", "body", SECTION_INDEX, section, prompts[1], Setting(SECTION_SIZE, colour), "ctr"
            )
        )
    shapes.append(
        _placeholder(
            pen,
            "Title",
            "ctrTitle" if kind == "cover" else "title",
            None,
            shape.title,
            prompts[0],
            title,
            "b",
        )
    )
    footer = (
        Box(80.0, shape.footer.y, shape.footer.width - 40, shape.footer.height)
        if kind in ("cover", "divider")
        else shape.footer
    )
    shapes += _foot(pen, footer, shape.number, theme.rule if dark else theme.muted)
    return element(
        "p:sldLayout",
        {"type": _TYPES[kind], "preserve": 1, "userDrawn": 1},
        _slide_data(shapes, ground, look, NAMES[look.language][kind]),
        element("p:clrMapOvr", None, element("a:masterClrMapping")),
    )


def logo_picture(relation: str, box: Box, aspect: float, pen: Pen) -> Element:
    """Return the house's logo, as large as its box allows; `aspect` is width to height."""
    width = min(box.width, box.height * aspect)
    height = width / aspect
    right = box.right > PAGE_WIDTH / 2
    place = Box(box.right - width if right else box.x, box.y + (box.height - height) / 2, width, height)
    return element(
        "p:pic",
        None,
        element(
            "p:nvPicPr",
            None,
            element("p:cNvPr", {"id": pen.numbers.next(), "name": "logo"}),
            element("p:cNvPicPr", None, element("a:picLocks", {"noChangeAspect": 1})),
            element("p:nvPr", {"userDrawn": 1}),
        ),
        element(
            "p:blipFill",
            None,
            element("a:blip", {"r:embed": relation}),
            element("a:stretch", None, element("a:fillRect")),
        ),
        element("p:spPr", None, pen.place(place), geometry("rect")),
    )


def _blank(kind: Kind) -> Page:
    """Return a page whose frame has every part that pages of its kind can have."""
    return Page(kind, kind, (Span("标题"),), (), 1, (Span("章节"),))


def _title(look: Look, size: float) -> Setting:
    return Setting(size, look.theme.primary, True, "l")


def _foot(pen: Pen, footer: Box, number: Box, colour: str) -> list[Element]:
    theme = pen.look.theme
    prompt = _PROMPTS[pen.look.language][2]
    bold = Setting(FOOT_SIZE + 0.5, theme.primary if colour == theme.muted else colour, True, "r")
    return [
        _placeholder(pen, "Footer", "ftr", 11, footer, prompt, Setting(FOOT_SIZE, colour, False, "l"), "ctr"),
        _placeholder(pen, "Slide number", "sldNum", 12, number, "‹#›", bold, "ctr"),
    ]


def _placeholder(
    pen: Pen, name: str, kind: str, index: int | None, box: Box, prompt: str, setting: Setting, anchor: str
) -> Element:
    look = pen.look
    sample = paragraph((Span(prompt),), Setting(), look)
    if kind == "sldNum":
        sample = element(
            "a:p",
            None,
            element(
                "a:fld",
                {"id": "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", "type": "slidenum"},
                run_properties(Setting(), look, False),
                _prompt_text(prompt),
            ),
        )
    return element(
        "p:sp",
        None,
        element(
            "p:nvSpPr",
            None,
            element("p:cNvPr", {"id": pen.numbers.next(), "name": name}),
            element("p:cNvSpPr", None, element("a:spLocks", {"noGrp": 1})),
            element("p:nvPr", None, element("p:ph", {"type": kind, "idx": index})),
        ),
        element("p:spPr", None, pen.place(box), geometry("rect")),
        element(
            "p:txBody",
            None,
            element(
                "a:bodyPr",
                {
                    "vert": "horz",
                    "wrap": "square",
                    "lIns": 0,
                    "tIns": 0,
                    "rIns": 0,
                    "bIns": 0,
                    "rtlCol": 0,
                    "anchor": anchor,
                },
                element("a:normAutofit"),
            ),
            element("a:lstStyle", None, _level(1, setting, look, "+mj" if "itle" in kind else "+mn")),
            sample,
        ),
    )


def _prompt_text(text: str) -> Element:
    made = element("a:t")
    made.text = text
    return made


def _level(level: int, setting: Setting, look: Look, family: str = "+mn") -> Element:
    made = run_properties(setting, look, False, "a:defRPr")
    for name in ("lang", "altLang", "dirty"):
        made.attrib.pop(name, None)
    made.set("kern", "1200")
    for font in made.findall(fonts()[0].tag) + made.findall(fonts()[1].tag):
        font.set("typeface", family + font.get("typeface")[3:])
    return element(
        f"a:lvl{level}pPr",
        {
            "marL": 0,
            "indent": 0,
            "algn": setting.align or "l",
            "rtl": 0,
            "eaLnBrk": 1,
            "latinLnBrk": 0,
            "hangingPunct": 1,
        },
        element("a:lnSpc", None, value("a:spcPct", 100000)),
        element("a:spcBef", None, value("a:spcPts", 0)),
        element("a:buNone"),
        made,
    )


def _slide_data(shapes: list[Element], ground: str, look: Look, name: str | None = None) -> Element:
    return element(
        "p:cSld",
        {"name": name},
        element("p:bg", None, element("p:bgPr", None, look.fill(ground), element("a:effectLst"))),
        element(
            "p:spTree",
            None,
            element(
                "p:nvGrpSpPr",
                None,
                element("p:cNvPr", {"id": 1, "name": ""}),
                element("p:cNvGrpSpPr"),
                element("p:nvPr"),
            ),
            element("p:grpSpPr"),
            *shapes,
        ),
    )
