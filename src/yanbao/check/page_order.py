"""Which page of a file is which page of the document, wherever it stands: each is compared with its own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from yanbao.check.atoms import Bag, page_groups, squeeze
from yanbao.check.findings import Claim, Finding, Recomputed, Where
from yanbao.document.tree import Page, plain
from yanbao.read.contents import FileContents, PageContents

# A page of which less than this share of its texts is there is not taken for it where another place is free.
_LIKE = 0.5


@dataclass(frozen=True)
class Pages:
    """Pages of the document with those of the file that are theirs, and what is left on either side."""

    pairs: tuple[tuple[Page, PageContents], ...]
    missing: tuple[Page, ...]
    extra: tuple[PageContents, ...]


def pages_of(pages: Sequence[Page], contents: FileContents) -> Pages:
    """Match pages: each in its place where it is like itself there, else the most like first, else by their order."""
    found = contents.pages
    here = [number for number in range(min(len(pages), len(found))) if _is_own(pages[number], found[number])]
    pairs = dict(zip(here, here, strict=True))
    if len(here) < max(len(pages), len(found)):
        pairs = _by_likeness(pages, found)
        _fill_gaps(pairs, len(pages), len(found))
    taken = set(pairs.values())
    return Pages(
        tuple((pages[at], found[pairs[at]]) for at in sorted(pairs)),
        tuple(page for at, page in enumerate(pages) if at not in pairs),
        tuple(extra for at, extra in enumerate(found) if at not in taken),
    )


def _text(found: PageContents) -> str:
    return squeeze("".join(segment.text for segment in found.segments))


def _is_own(page: Page, found: PageContents) -> bool:
    return (found.id is None or found.id == page.id) and _common(page, _text(found)) > 0


def _common(page: Page, text: str) -> int:
    """Return how many characters of a page's texts, outside charts and foot, stand in another text; 0 if too few."""
    own = _own_texts(page)
    there = sum(len(bare) for bare in own if bare in text)
    return there if there >= _LIKE * sum(map(len, own)) else 0


@lru_cache(maxsize=256)
def _own_texts(page: Page) -> tuple[str, ...]:
    groups = (item for item in page_groups(page) if not isinstance(item, Bag))
    return tuple(item.bare for item in groups if item.role not in ("footer", "section", "page-number"))


def _by_likeness(pages: Sequence[Page], found: Sequence[PageContents]) -> dict[int, int]:
    texts = [_text(each) for each in found]
    # what has most in common and least besides goes first: a section's title stands on its own page, at the head of
    # many, and in the contents
    rated = [
        (-_common(page, text), page.id != found[other].id, len(text), abs(at - other), at, other)
        for at, page in enumerate(pages)
        for other, text in enumerate(texts)
    ]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for rate, _, _, _, at, other in sorted(rated):
        if rate and at not in pairs and other not in taken:
            pairs[at] = other
            taken.add(other)
    return pairs


def _fill_gaps(pairs: dict[int, int], wanted: int, there: int) -> None:
    """Pair what is like nothing with what stands in its place between the same neighbours."""
    taken = set(pairs.values())
    for at in range(wanted):
        if at in pairs:
            continue
        before = pairs.get(at - 1, -1) if at else -1
        if before + 1 < there and before + 1 not in taken and (at == 0 or at - 1 in pairs):
            behind = pairs.get(at + 1)
            if behind is None or behind > before + 1:
                pairs[at] = before + 1
                taken.add(before + 1)


def findings(pages: Sequence[Page], matched: Pages, contents: FileContents) -> Iterator[Finding]:
    """Yield a finding for each page that is missing, is none of the document's, stands twice or out of order."""
    name = contents.name
    for page in matched.missing:
        text = f"page {page.number}, {plain(page.title)!r}, is missing"
        yield Finding("page", Claim(""), (Where(name),), text, Recomputed(plain(page.title)))
    for extra in matched.extra:
        said = extra.segments[0].text if extra.segments else ""
        again = max(pages, key=lambda page: _common(page, _text(extra)), default=None)
        if again is not None and not _common(again, _text(extra)):
            again = None
        text = (
            f"page {extra.number} is no page of the document: {said!r}"
            if again is None
            else f"page {extra.number} is page {again.number}, {plain(again.title)!r}, again"
        )
        claim = said if again is None else plain(again.title)
        yield Finding("page", Claim(claim), (Where(name, extra.number, text=said),), text)
    in_order = set(_longest_rising([found.number for _, found in matched.pairs]))
    for page, found in matched.pairs:
        title = plain(page.title)
        if found.number not in in_order:
            text = f"page {page.number}, {title!r}, stands out of order, as page {found.number}"
            where = (Where(name, found.number, text=title),)
            yield Finding("page", Claim(title), where, text, Recomputed(str(page.number)))
        elif found.id is not None and found.id != page.id:
            text = f"page {page.number} is called {found.id!r}, not {page.id!r}"
            yield Finding(
                "page", Claim(found.id), (Where(name, found.number, text=found.id),), text, Recomputed(page.id)
            )


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    """Return the longest rising run of some different numbers."""
    tails: list[int] = []
    runs: list[list[int]] = []
    for number in numbers:
        slot = bisect_left(tails, number)
        run = [*(runs[slot - 1] if slot else []), number]
        if slot == len(tails):
            tails.append(number)
            runs.append(run)
        else:
            tails[slot] = number
            runs[slot] = run
    return runs[-1] if runs else []
