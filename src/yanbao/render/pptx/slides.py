"""All slides of a deck, each kept between runs: one changed page is made again, the others are put in as they were."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from itertools import count
from typing import Any

from pptx.opc.constants import CONTENT_TYPE as CT
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.oxml import serialize_part_xml
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml.slide import CT_NotesSlide
from pptx.parts.slide import NotesSlidePart

from yanbao.document.tree import Document, Page
from yanbao.render.cache import cached, content
from yanbao.render.pptx.clean import clean_page
from yanbao.render.pptx.look import Look
from yanbao.render.pptx.master import LIBRARIES, Deck
from yanbao.render.pptx.slide import ChartParts, Ground, Slide, make_slide


def add_slides(deck: Deck, document: Document) -> None:
    """Put a slide for each page into a deck.

    Raises:
        RenderError: a page does not fit, a text holds control characters, an axis cannot be drawn natively.
    """
    presentation = deck.presentation
    package = _Package(presentation.part.package)
    parts = {
        page.number: package.part("/ppt/slides/slide%d.xml", CT.PML_SLIDE, at)
        for at, page in enumerate(document.pages, 1)
    }
    listed = presentation.slides._sldIdLst
    for page in document.pages:
        parts[page.number].relate_to(deck.layouts[page.kind].part, RT.SLIDE_LAYOUT)
        # a new part: `relate_to` would look through all slides for it
        listed.add_sldId(presentation.part.rels._add_relationship(RT.SLIDE, parts[page.number]))
    master = presentation.part.notes_master_part if any(page.notes for page in document.pages) else None
    blank = _blank_notes(master) if master is not None else b""
    for page in document.pages:
        holders = deck.layouts[page.kind].holders
        # only the contents' links lead to other pages
        linked = frozenset(parts) if page.kind == "contents" else frozenset[int]()
        slide = _kept(page, deck.look, Ground(holders, deck.own, blank, linked, document.published))
        _put(slide, parts, page.number, package, master)


def _put(slide: Slide, parts: dict[int, Part], number: int, package: _Package, master: Any) -> None:
    part = parts[number]
    part.blob = slide.xml
    for target in slide.relations:
        if isinstance(target, int):
            part.relate_to(parts[target], RT.SLIDE)
            continue
        chart = package.part("/ppt/charts/chart%d.xml", CT.DML_CHART)
        chart.blob = target.xml
        workbook = package.part("/ppt/embeddings/Microsoft_Excel_Sheet%d.xlsx", CT.SML_SHEET)
        workbook.blob = target.workbook
        chart.relate_to(workbook, RT.PACKAGE)
        part.relate_to(chart, RT.CHART)
    if slide.notes:
        notes = package.part("/ppt/notesSlides/notesSlide%d.xml", CT.PML_NOTES_SLIDE)
        notes.blob = slide.notes
        notes.relate_to(master, RT.NOTES_MASTER)
        notes.relate_to(part, RT.SLIDE)
        part.relate_to(notes, RT.NOTES_SLIDE)


class _Package:
    """A package that new parts go into. python-pptx looks through all parts for each new name: a third of the time."""

    def __init__(self, package: Any) -> None:
        self._package = package
        self._taken = {str(part.partname) for part in package.iter_parts()}

    def part(self, template: str, content_type: str, number: int | None = None) -> Part:
        """Return a new part with the given number, or the first that is free."""
        name = template % number if number else next(n for n in map(template.__mod__, count(1)) if n not in self._taken)
        self._taken.add(name)
        return Part(PackURI(name), content_type, self._package)


def _blank_notes(master: Any) -> bytes:
    """Return the notes of a slide as the master gives them, without words."""
    part = NotesSlidePart(
        PackURI("/ppt/notesSlides/notesSlide.xml"), CT.PML_NOTES_SLIDE, master.package, CT_NotesSlide.new()
    )
    part.notes_slide.clone_master_placeholders(master.notes_master)
    blank: bytes = serialize_part_xml(part._element)
    return blank


def _kept(page: Page, look: Look, ground: Ground) -> Slide:
    made_from = content(page, look, ground, libraries=LIBRARIES)
    return _unpacked(cached("slide", (made_from,), lambda: _packed(make_slide(clean_page(page), look, ground))))


def _packed(slide: Slide) -> bytes:
    relations = [
        target if isinstance(target, int) else [target.xml.decode(), b64encode(target.workbook).decode()]
        for target in slide.relations
    ]
    return json.dumps([slide.xml.decode(), slide.notes.decode(), relations], ensure_ascii=False).encode()


def _unpacked(data: bytes) -> Slide:
    xml, notes, relations = json.loads(data)
    return Slide(
        xml.encode(),
        notes.encode(),
        [
            target if isinstance(target, int) else ChartParts(target[0].encode(), b64decode(target[1]))
            for target in relations
        ],
    )
