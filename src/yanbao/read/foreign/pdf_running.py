"""Running heads and feet: what stands at the same height on page after page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from yanbao.read.foreign.pdf_chunks import Chunk
from yanbao.read.foreign.pdf_rules import Rule
from yanbao.read.foreign.pdf_words import is_caption, is_note, is_page_number, is_unit_line

_MARGIN = 0.13  # of the page's height, at its head and at its foot
_SHARE = 0.3  # of the pages
_APART = 1.9  # of the font size: a running line stands at least this far from the text, or a ruled line parts them
_STEP = 5.0  # points: how far a running line may move


def running(
    pages: Sequence[tuple[float, Sequence[Chunk], Sequence[Rule], Sequence[Rule]]],
) -> list[dict[int, Literal["header", "footer"]]]:
    """Return, for each page, the role of each chunk (by `id`) that runs through the document.

    A chunk runs where the same words, figures apart, stand at the same height in the margin of at least 30 % of the
    pages and at least three (two of two). So does the outermost line of a page that is a page number: one that says
    so (Page 8, 第 2 页 共 6 页), or a figure as far from the page's place in the file as on another page. The repeated
    head of a table over pages does not run: it stands in the table's frame, or close to the rows under it.

    Args:
        pages: Height, chunks, horizontal and vertical ruled lines of each page.
    """
    counts: Counter[tuple[str, int, int]] = Counter()
    offsets: Counter[int] = Counter()
    for index, (height, found, _, _) in enumerate(pages):
        counts.update({key for chunk in found for key in _keys(chunk, height)})
        offsets.update({offset for chunk in found if (offset := _offset(chunk, found, height, index)) is not None})
    least = max(min(3, len(pages)), int(_SHARE * len(pages)))
    roles: list[dict[int, Literal["header", "footer"]]] = []
    for index, (height, found, across, down) in enumerate(pages):
        page: dict[int, Literal["header", "footer"]] = {}
        repeated: dict[int, Literal["header", "footer"]] = {}
        for chunk in found:
            side = _side(chunk, height)
            if side is None or is_unit_line(chunk.text) or is_caption(chunk.text) or is_note(chunk.text):
                continue
            offset = _offset(chunk, found, height, index)
            if offset is not None and (offsets[offset] >= 2 or not chunk.text.strip().isdigit()):
                page[id(chunk)] = side
            elif len(pages) > 1 and any(counts[key] >= least for key in _keys(chunk, height)):
                repeated[id(chunk)] = side
        body = [chunk for chunk in found if id(chunk) not in page and id(chunk) not in repeated]
        rest = [chunk for chunk in found if id(chunk) in repeated]
        while of_table := [c for c in rest if _is_of_table(c, body, across, down, repeated[id(c)])]:
            body += of_table
            rest = [chunk for chunk in rest if not any(chunk is other for other in of_table)]
        page.update({id(chunk): repeated[id(chunk)] for chunk in rest})
        roles.append(page)
    return roles


def _is_of_table(chunk: Chunk, body: Sequence[Chunk], across: Sequence[Rule], down: Sequence[Rule], side: str) -> bool:
    """Return whether a repeated line stands in a table's frame, or as close to the text as a row to the next."""
    if any(rule.start < chunk.base < rule.end and rule.length > 1.5 * chunk.size for rule in down):
        return True
    for other in body:
        gap = chunk.base - other.base if side == "header" else other.base - chunk.base
        if 0 < gap < _APART * max(chunk.size, other.size):
            low, high = sorted((chunk.base, other.base))
            if not any(low < rule.at < high and rule.length > 10 * chunk.size for rule in across):
                return True
    return False


def _offset(chunk: Chunk, found: Sequence[Chunk], height: float, index: int) -> int | None:
    """Return by how much the page number that a chunk prints is ahead of its page's place in the file."""
    side = _side(chunk, height)
    if side is None or not is_page_number(chunk.text) or not _is_outermost(chunk, found, side):
        return None
    digits = re.search(r"\d+", chunk.text)
    return None if digits is None else int(digits.group()) - index


def _side(chunk: Chunk, height: float) -> Literal["header", "footer"] | None:
    if chunk.base > (1 - _MARGIN) * height:
        return "header"
    return "footer" if chunk.base < _MARGIN * height else None


def _keys(chunk: Chunk, height: float) -> list[tuple[str, int, int]]:
    """Return the chunk's words and height; two neighbouring steps, so that a small move does not part it."""
    if _side(chunk, height) is None:
        return []
    words = re.sub(r"\d+", "#", re.sub(r"\s+", "", chunk.text))
    if words == "#" and not is_page_number(chunk.text):
        return []
    step = int(chunk.base // _STEP)
    return [(words, step, 0), (words, int((chunk.base + _STEP / 2) // _STEP), 1)]


def _is_outermost(chunk: Chunk, found: Sequence[Chunk], side: str) -> bool:
    if side == "header":
        return all(other.base <= chunk.base + 2 for other in found)
    return all(other.base >= chunk.base - 2 for other in found)
