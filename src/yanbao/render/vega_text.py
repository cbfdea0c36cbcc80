"""Text in a chart: cleaned of what no file may hold, measured, and broken into the lines of a category label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from yanbao.document.theme import FontFamily
from yanbao.render.fonts import visible
from yanbao.render.house_font import advances

# Advance widths of U+0020-U+007E in Noto Sans SC, in thousandths of the font size: regular and bold. Everything else
# is set one em wide: right for Chinese and full-width marks, too wide for the rest, which only leaves more room.
_REGULAR = (
    "224 323 474 555 555 921 680 278 338 338 467 555 278 347 278 392 555 555 555 555 555 555 555 555 555 555 278 278 "
    "555 555 555 474 946 608 657 638 688 589 552 689 728 293 535 646 543 812 723 742 633 742 635 596 599 721 575 878 "
    "573 531 603 338 392 338 555 559 606 563 618 510 620 554 325 564 607 275 275 552 284 926 610 606 620 620 388 468 "
    "377 607 521 802 498 521 475 338 270 338 555"
)
_BOLD = (
    "227 370 574 590 590 963 740 325 378 378 507 590 325 370 325 387 590 590 590 590 590 590 590 590 590 590 325 325 "
    "590 590 590 514 1007 641 681 656 714 615 585 717 757 330 568 686 578 853 749 770 667 770 682 624 625 748 619 915 "
    "627 580 613 378 387 378 590 567 626 591 644 527 644 581 372 597 640 304 306 604 315 964 641 626 644 644 437 495 "
    "421 637 576 863 562 574 511 378 296 378 590"
)
_ADVANCE = {
    weight: {chr(32 + index): int(width) / 1000 for index, width in enumerate(table.split())}
    for weight, table in ((400, _REGULAR), (700, _BOLD))
}
_MEASURED: ContextVar[Mapping[int, Mapping[str, float]]] = ContextVar("measured", default=_ADVANCE)
_NONCHARACTERS = str.maketrans("", "", "\ufffe\uffff")  # unassigned, and XML has no place for them
# what must stay on one line: numbers with sign, unit mark and decimals, and Latin words
_PIECE = re.compile(r"[+\-−±~]?[0-9０-９A-Za-z][0-9０-９A-Za-z.,%‰/~+\-_'&]*(?:年|月|日|季)?|\s+|.", re.DOTALL)
_NEVER_FIRST = set("，。、；：！？）》」』】〉”’…—·,.;:!?)]}%‰")
_NEVER_LAST = set("（《「『【〈“‘([{")


def clean(text: str) -> str:
    """Return `text` without what no file may hold or no font draws: control, override and lone surrogate characters."""
    if text.replace("\u3000", "").isprintable():  # nearly every text, and over twenty times as fast
        return text
    return visible(text).translate(_NONCHARACTERS)


@contextmanager
def measured_in(font: FontFamily | None) -> Iterator[None]:
    """Measure with a house's own font, where there is one: what it lacks is as wide as in Noto Sans SC."""
    if font is None:
        yield
        return
    token = _MEASURED.set({weight: _ADVANCE[weight] | widths for weight, widths in advances(font).items()})
    try:
        yield
    finally:
        _MEASURED.reset(token)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width in pixels of `text` set at `size` pixels in Noto Sans SC, or in the font `measured_in`."""
    table = _MEASURED.get()[700 if bold else 400]
    return size * sum(table.get(character, 1.0) for character in text)


def widest(texts: Iterable[str], size: float) -> float:
    """Return the width of the widest of `texts`, 0 for none."""
    return max((width(text, size) for text in texts), default=0.0)


def pieces(text: str) -> list[str]:
    """Return `text` cut wherever a line may break: between Chinese characters and words, never inside a number."""
    joined: list[str] = []
    for piece in _PIECE.findall(text):
        glue = joined and (piece[0] in _NEVER_FIRST or joined[-1][-1] in _NEVER_LAST)
        if glue:
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def wrap(text: str, size: float, limit: float) -> list[str]:
    """Return `text` in lines of at most `limit` pixels, about equally long; a wider piece stands alone on its line."""
    lines = _filled(text, size, limit)
    if len(lines) < 2:
        return lines
    # the narrowest measure that takes no more lines: no line of a single character is left over
    low, high = width(text, size) / len(lines), limit
    while high - low > size / 8:
        middle = (low + high) / 2
        if len(_filled(text, size, middle)) > len(lines):
            low = middle
        else:
            high = middle
    return _filled(text, size, high)


def _filled(text: str, size: float, limit: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in pieces(text):
        if line and width((line + piece).rstrip(), size) > limit:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    lines.append(line.rstrip())
    return [line for line in lines if line] or [""]


def fits(lines: Sequence[str], size: float, limit: float, count: int) -> bool:
    """Whether `lines` are at most `count`, none wider than `limit` pixels."""
    return len(lines) <= count and all(width(line, size) <= limit for line in lines)
