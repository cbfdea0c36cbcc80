"""Running heads and feet: what stands at the same height on page after page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from yanbao.read.foreign.pdf_chunks import Chunk
from yanbao.read.foreign.pdf_words import is_page_number

_MARGIN = 0.13  # of the page's height, at its head and at its foot
_SHARE = 0.3  # of the pages
_STEP = 5.0  # points: how far a running line may move


def running(pages: Sequence[tuple[float, Sequence[Chunk]]]) -> list[dict[int, Literal["header", "footer"]]]:
    """Return, for each page (height, chunks), the role of each chunk (by `id`) that runs through the document.

    A chunk runs where the same words, figures apart, stand at the same height in the margin of at least 30 % of the
    pages and at least three (two of two); so does a page number that is the outermost line of its page.
    """
    counts: Counter[tuple[str, int, int]] = Counter()
    for height, found in pages:
        counts.update({key for chunk in found for key in _keys(chunk, height)})
    least = max(min(3, len(pages)), int(_SHARE * len(pages)))
    roles: list[dict[int, Literal["header", "footer"]]] = []
    for height, found in pages:
        page: dict[int, Literal["header", "footer"]] = {}
        for chunk in found:
            side = _side(chunk, height)
            if side is None:
                continue
            if (len(pages) > 1 and any(counts[key] >= least for key in _keys(chunk, height))) or (
                is_page_number(chunk.text) and _is_outermost(chunk, found, side)
            ):
                page[id(chunk)] = side
        roles.append(page)
    return roles


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
