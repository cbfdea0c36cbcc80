"""The whole deck: slides, sections, properties, and a package with the same bytes every time."""

from __future__ import annotations

import uuid
from datetime import datetime
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from pptx.opc.constants import RELATIONSHIP_TYPE as RT

from yanbao.document.theme import Theme
from yanbao.document.tree import Document, Page, plain
from yanbao.render.pptx.clean import clean
from yanbao.render.pptx.master import open_deck
from yanbao.render.pptx.repack import saved
from yanbao.render.pptx.slides import add_slides
from yanbao.render.pptx.xml import Element, element, qualified

_SECTION_IDS = uuid.UUID("0b1f6d3e-6b0f-5c43-8f6f-3a2f0c5f9d21")


def deck_bytes(document: Document, theme: Theme) -> bytes:
    """Return the deck of a document as the bytes of a .pptx.

    Raises:
        RenderError: as `render_pptx`.
    """
    document = clean(document)
    deck = open_deck(theme, document.language, document.house)
    presentation = deck.presentation
    add_slides(deck, document)
    _sections(presentation, document)
    _notes_master(presentation)
    _properties(presentation, document)
    return saved(presentation)


def _sections(presentation: Any, document: Document) -> None:
    """Write the sections that PowerPoint shows beside the slides."""

    def name(page: Page) -> str:
        return plain(page.section) or plain(page.title)

    ids = [item.get("id") for item in presentation.slides._sldIdLst]
    numbered = list(zip(document.pages, ids, strict=True))
    made = []
    for number, (title, members) in enumerate(groupby(numbered, key=lambda each: name(each[0]))):
        identity = str(uuid.uuid5(_SECTION_IDS, f"{number}/{title}")).upper()
        entries = [element("p14:sldId", {"id": item}) for _, item in members]
        made.append(
            element(
                "p14:section",
                {"name": title, "id": f"{{{identity}}}"},
                element("p14:sldIdLst", None, *entries),
            )
        )
    extension = element(
        "p:ext", {"uri": "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"}, element("p14:sectionLst", None, *made)
    )
    root = presentation.element
    held: Element = root.find(qualified("p:extLst"))
    if held is None:
        held = element("p:extLst")
        root.append(held)
    for old in list(held):
        if old.get("uri") == extension.get("uri"):
            held.remove(old)
    held.append(extension)


def _notes_master(presentation: Any) -> None:
    """Take the sample date and header out of the notes' master: they are nobody's words."""
    if not presentation.part._rels or not any(
        relation.reltype == RT.NOTES_MASTER for relation in presentation.part._rels.values()
    ):
        return
    tree = presentation.part.part_related_by(RT.NOTES_MASTER)._element.cSld.spTree
    for holder in list(tree.iter(qualified("p:ph"))):
        if holder.get("type") in ("dt", "hdr"):
            tree.remove(holder.getparent().getparent().getparent())


def _properties(presentation: Any, document: Document) -> None:
    core = presentation.core_properties
    day = datetime(document.published.year, document.published.month, document.published.day)
    core.title, core.subject, core.author = document.title, document.subtitle, document.house
    core.last_modified_by, core.comments, core.keywords, core.category = document.house, "", "", ""
    core.created = core.modified = day
    core.revision = 1
    core.language = "zh-CN" if document.language == "zh" else "en-US"
    for relation in presentation.part.package._rels.values():
        if relation.reltype == RT.EXTENDED_PROPERTIES:
            relation.target_part._blob = (
                '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
                '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
                f"<Application>yanbao</Application><Slides>{len(document.pages)}</Slides>"
                f"<Company>{escape(document.house)}</Company></Properties>"
            ).encode()
