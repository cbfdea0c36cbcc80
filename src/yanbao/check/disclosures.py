"""The workbook's sheet of risks, ratings, certificate and disclaimer: what it should show, and which it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yanbao.check.atoms import Atom, Bag, Expected, Group, page_groups, squeeze
from yanbao.check.exhibit_sheets import page_text
from yanbao.check.findings import Claim, Finding, Where
from yanbao.document.disclosures import disclosure_pages
from yanbao.document.tree import Document, plain
from yanbao.read.contents import FileContents, PageContents
from yanbao.read.reference import parse_reference

# A sheet that shows less than this share of the texts is not taken for theirs.
_LIKE = 0.5


def expected_groups(document: Document) -> list[Expected]:
    """Return what the sheet shows, in its order: each page's title, number and paragraphs; the notice; the foot."""
    found: list[Expected] = []
    feet: dict[str, Group] = {}
    for page in disclosure_pages(document):
        for item in page_groups(page):
            if isinstance(item, Bag):
                continue
            if item.role in ("title", "paragraph"):
                found.append(item)
            elif item.role == "footer":
                feet.setdefault(item.bare, item)
            if item.role == "title":
                number = Atom(page_text(page, document.language), "structure", note="page-number")
                found.append(Group("page-number", page.number, page.id, (number,)))
    notices = list(feet.values())
    return [*found, *notices, *notices[:1]]  # as a text, and at the foot of the printed sheet


def sheet_of(expected: Sequence[Expected], sheets: Sequence[PageContents]) -> PageContents | None:
    """Return the sheet that shows most of the texts, `None` where none shows half of them."""
    texts = [item.bare for item in expected if isinstance(item, Group) and item.role in ("title", "paragraph")]

    def shown(sheet: PageContents) -> int:
        there = "".join(squeeze(segment.text) for segment in sheet.segments)
        return sum(len(text) for text in texts if text in there)

    best = max(sheets, key=shown, default=None)
    return best if best is not None and shown(best) >= max(_LIKE * sum(map(len, texts)), 1) else None


def missing(document: Document, contents: FileContents) -> Finding:
    """Return the finding that there is no such sheet."""
    titles = "；".join(plain(page.title) for page in disclosure_pages(document))
    text = f"there is no sheet with the texts of {titles}"
    return Finding("sheet", Claim(""), (Where(contents.name, text=titles),), text)


def unlisted(sheet: PageContents, contents: FileContents) -> Iterator[Finding]:
    """Yield a finding if no link of the first sheet leads to the sheet of these texts."""
    links = (segment.cell.link for segment in contents.pages[0].segments if segment.cell is not None)
    places = (parse_reference(link.removeprefix("#")) for link in links if link)
    if not any(place is not None and place.sheet == sheet.id for place in places):
        text = f"the index does not lead to the sheet {sheet.id!r}"
        yield Finding("sheet", Claim(""), (Where(contents.name, 1, text=sheet.id or ""),), text)
