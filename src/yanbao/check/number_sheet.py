"""The workbook's list of the numbers in the running text: which of them should stand there, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from yanbao.check.atoms import Atom, Bag, Expected, Group, page_groups, squeeze
from yanbao.check.subject import Subject
from yanbao.document.tree import Page, plain
from yanbao.fact.fact import Fact
from yanbao.read.contents import Segment

_PAGE, _PLACE, _SENTENCE, _PRINTED = 1, 2, 3, 4  # columns
_BOUND = ("number", "word", "quote", "literal")

Rows = Mapping[int, Mapping[int, Segment]]


@dataclass
class Entries:
    """The rows of one page: what should be printed in them, and what is."""

    page: int
    expected: list[Expected]
    segments: list[Segment] = field(default_factory=list)
    sentences: list[Segment] = field(default_factory=list)
    pages: list[Segment] = field(default_factory=list)
    facts: list[tuple[Segment, str]] = field(default_factory=list)  # printed, id of the fact beside it
    blocks: dict[str, str] = field(default_factory=dict)  # by an exhibit's label on the page, without white space
    places: list[str] = field(default_factory=list)  # of `segments`: the label of the exhibit it stands in, or nothing

    def block(self, printed: Segment) -> str | None:
        """Return the exhibit in which a number is said to stand, `None` where no exhibit of the page is named."""
        at = next(at for at, segment in enumerate(self.segments) if segment is printed)
        return self.blocks.get(self.places[at])

    @property
    def cells(self) -> set[str]:
        """Return the addresses of all cells that are compared here."""
        held = (*self.segments, *self.sentences, *self.pages)
        return {segment.cell.address for segment in held if segment.cell is not None}


def is_number_sheet(rows: Rows, bound: Mapping[int, Fact]) -> bool:
    """Whether a sheet lists the numbers of the text: its rows begin with a page's number."""
    numbered = sum(_page_of(rows[row]) is not None for row in bound)
    return numbered * 2 > len(bound)


def _page_of(cells: Mapping[int, Segment]) -> int | None:
    """Return the page a row is about: a number, for a row that begins with the text "2019" is about a year."""
    segment = cells.get(_PAGE)
    if segment is None or segment.cell is None or not isinstance(segment.cell.value, Fraction):
        return None
    return int(segment.text) if segment.text.isdecimal() else None


def entries_of(subject: Subject, rows: Rows, bound: Mapping[int, Fact]) -> Iterator[Entries]:
    """Yield, for each page, the numbers its texts bind beside the rows that list them."""
    by_page: dict[int, list[int]] = {}
    for row, cells in sorted(rows.items()):
        number = _page_of(cells)
        if number is not None and _PRINTED in cells:
            by_page.setdefault(number, []).append(row)
    for page in subject.document.pages:
        made = Entries(page.number, _expected(page))
        made.blocks = {squeeze(plain(exhibit.label)): exhibit.id for exhibit in page.exhibits()}
        for row in by_page.pop(page.number, []):
            _add(made, rows[row], bound.get(row))
        yield made
    for number, strange in by_page.items():
        made = Entries(number, [])
        for row in strange:
            _add(made, rows[row], bound.get(row))
        yield made


def _add(made: Entries, cells: Mapping[int, Segment], fact: Fact | None) -> None:
    made.pages.append(cells[_PAGE])
    if _PLACE in cells:
        place = squeeze(cells[_PLACE].text)
    else:  # a row of the sentence above leaves both out
        place = made.places[-1] if made.places and _SENTENCE not in cells else ""
    made.places.append(place)
    made.segments.append(cells[_PRINTED])
    if _SENTENCE in cells:
        made.sentences.append(cells[_SENTENCE])
    if fact is not None:
        made.facts.append((cells[_PRINTED], fact.id))


def _expected(page: Page) -> list[Expected]:
    """Return the bound atoms of a page: those of its texts must be listed, those of its exhibits may be."""
    texts: list[Expected] = []
    exhibits: list[Expected] = []
    for item in page_groups(page):
        if isinstance(item, Bag):
            continue
        found = [_alone(item, atom) for atom in item.atoms if atom.kind in _BOUND]
        if item.role in ("title", "paragraph"):
            # quotes are words, and the contents page repeats titles: the list may leave them out
            repeats = page.kind == "contents"
            texts += [replace(group, optional=repeats or group.atoms[0].kind == "quote") for group in found]
        elif item.role not in ("section", "footer", "page-number"):
            exhibits += [replace(group, optional=True) for group in found]
    return texts + exhibits


def _alone(group: Group, atom: Atom) -> Group:
    return replace(group, atoms=(atom,), at=f"{group.at}, listed".removeprefix(", "))
