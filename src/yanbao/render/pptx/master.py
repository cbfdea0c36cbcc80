"""The presentation that slides are put into: the deck's own master, or the house's."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.exc import PackageNotFoundError
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.util import Emu

from yanbao.document.layout import PAGE_HEIGHT, PAGE_WIDTH
from yanbao.document.theme import Theme
from yanbao.errors import RenderError
from yanbao.render.cache import cached, content
from yanbao.render.pptx.layouts import KINDS, LOGO, Kind, layout_xml, logo_picture, master_xml
from yanbao.render.pptx.look import POINT, Look, theme_slots
from yanbao.render.pptx.repack import saved
from yanbao.render.pptx.shape import Numbers, Pen
from yanbao.render.pptx.theme_part import theme_xml
from yanbao.render.pptx.xml import Element

_TEMPLATE = b"application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"
_PRESENTATION = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
# names that houses give their layouts, best first; then the layout types of PowerPoint's own templates
_LAYOUT_NAMES: dict[Kind, tuple[str, ...]] = {
    "cover": ("封面", "cover", "标题幻灯片", "title slide"),
    "contents": ("目录", "contents", "agenda", "仅标题", "title only"),
    "divider": ("章节页", "章节", "divider", "节标题", "section header"),
    "content": ("内容页", "内容", "content", "仅标题", "title only"),
    "legal": ("声明页", "声明", "legal", "disclaimer", "仅标题", "title only"),
}
_LAYOUT_TYPES: dict[Kind, tuple[str, ...]] = {
    "cover": ("title",),
    "contents": ("titleOnly",),
    "divider": ("secHead",),
    "content": ("titleOnly",),
    "legal": ("titleOnly",),
}


LIBRARIES = ("python-pptx", "lxml", "XlsxWriter")  # what makes the parts that are kept between runs


@dataclass(frozen=True)
class Holder:
    """A placeholder of a layout: its type and index, and its place from the top in EMU where it has one."""

    kind: int
    index: int
    top: int | None
    height: int | None


@dataclass(frozen=True)
class Layout:
    """A layout: its part of the package and its placeholders."""

    part: Any
    holders: tuple[Holder, ...]


@dataclass(frozen=True)
class Deck:
    """An empty presentation, the layout of each kind of page, and how to draw on them."""

    presentation: Any
    layouts: dict[Kind, Layout]
    look: Look
    own: bool  # the master is the deck's own, not the house's


def open_deck(theme: Theme, language: str, house: str) -> Deck:
    """Return an empty presentation of 16:9.

    Raises:
        RenderError: the house's master cannot be read, is not 16:9 or lacks a layout; the logo is no picture.
    """
    if theme.master is not None:
        return _house_deck(theme, theme.master, language)
    logo = _read_logo(theme.logo) if theme.logo else b""
    made_from = content(theme, logo, language, house, libraries=LIBRARIES)
    empty = cached("deck", (made_from,), lambda: _empty_deck(theme, language, house))
    presentation = Presentation(io.BytesIO(empty))
    layouts = {kind: _layout(layout) for kind, layout in zip(KINDS, presentation.slide_layouts, strict=True)}
    return Deck(presentation, layouts, Look(theme, language, slots=theme_slots(theme)), True)


def _empty_deck(theme: Theme, language: str, house: str) -> bytes:
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Emu(int(PAGE_WIDTH * POINT)), Emu(int(PAGE_HEIGHT * POINT))
    presentation.element.sldSz.attrib.pop("type", None)
    look = Look(theme, language, slots=theme_slots(theme))
    master = presentation.slide_master
    for layout in list(presentation.slide_layouts)[len(KINDS) :]:
        presentation.slide_layouts.remove(layout)
    kept = list(presentation.slide_layouts)
    ids = [(item.get("id"), item.rId) for item in master.element.sldLayoutIdLst]
    master.part._element = master_xml(look, ids)
    master.part.part_related_by(RT.THEME)._blob = theme_xml(theme, house)
    for kind, layout in zip(KINDS, kept, strict=True):
        layout.part._element = layout_xml(kind, look, _logo(theme, layout.part, kind, look))
    _drop(presentation.part, RT.PRINTER_SETTINGS)
    _drop(presentation.part.package, RT.THUMBNAIL)
    return saved(presentation)


def _house_deck(theme: Theme, file: Path, language: str) -> Deck:
    try:
        presentation = Presentation(io.BytesIO(_as_presentation(file.read_bytes())))
    except (OSError, zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError) as error:
        raise RenderError(
            f"{file}: the master cannot be read ({error})\n    hint: save it again as .pptx or .potx"
        ) from error
    for item in list(presentation.slides._sldIdLst):  # slides of the template are samples
        presentation.part.drop_rel(item.rId)
        presentation.slides._sldIdLst.remove(item)
    width, height = presentation.slide_width, presentation.slide_height
    if not width or not height or abs(width / height - PAGE_WIDTH / PAGE_HEIGHT) > 0.01:
        raise RenderError(f"{file}: the master is not 16:9\n    hint: set the slide size to 16:9 in PowerPoint")
    found = {kind: _layout(_layout_of(presentation, kind, file)) for kind in KINDS}
    return Deck(presentation, found, Look(theme, language, width / PAGE_WIDTH), False)


def _layout(layout: Any) -> Layout:
    holders = (
        Holder(int(each.placeholder_format.type), each.placeholder_format.idx, each.top, each.height)
        for each in layout.placeholders
    )
    return Layout(layout.part, tuple(holders))


def _layout_of(presentation: Any, kind: Kind, file: Path) -> Any:
    layouts = [layout for master in presentation.slide_masters for layout in master.slide_layouts]
    by_name = {layout.name.strip().lower(): layout for layout in reversed(layouts)}
    by_type = {layout.element.get("type"): layout for layout in reversed(layouts)}
    named = (by_name[name] for name in _LAYOUT_NAMES[kind] if name in by_name)
    typed = (by_type[name] for name in _LAYOUT_TYPES[kind] if name in by_type)
    layout = next(named, None) or next(typed, None)
    if layout is None:
        wanted = ", ".join(_LAYOUT_NAMES[kind])
        raise RenderError(f"{file}: the master has no layout for {kind} pages\n    hint: name a layout one of {wanted}")
    if not any(holder.placeholder_format.type in (1, 3) for holder in layout.placeholders):
        raise RenderError(
            f"{file}: the layout {layout.name!r} has no title placeholder\n    hint: add one in the slide master"
        )
    return layout


def _as_presentation(data: bytes) -> bytes:
    """Return a template as a presentation: only its content type differs."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(held, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, part.replace(_TEMPLATE, _PRESENTATION) if name == "[Content_Types].xml" else part)
    return held.getvalue()


def _read_logo(logo: Path) -> bytes:
    try:
        return logo.read_bytes()
    except OSError as error:
        raise RenderError(
            f"{logo}: the logo cannot be put on slides ({error})\n    hint: give it as .png or .jpg"
        ) from error


def _logo(theme: Theme, part: Any, kind: Kind, look: Look) -> Element | None:
    if theme.logo is None or kind == "divider":
        return None
    try:
        image, relation = part.get_or_add_image_part(str(theme.logo))
    except (OSError, ValueError, KeyError) as error:
        raise RenderError(
            f"{theme.logo}: the logo cannot be put on slides ({error})\n    hint: give it as .png or .jpg"
        ) from error
    width, height = image.image.size
    box = LOGO["cover"] if kind == "cover" else LOGO["content"]
    return logo_picture(relation, box, width / height, Pen(look, Numbers(90)))


def _drop(part: Any, kind: str) -> None:
    relations = part._rels
    for key in [key for key, relation in relations.items() if relation.reltype == kind]:
        relations.pop(key)
