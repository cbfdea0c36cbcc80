"""Runs: table cells and chart labels that a text layer set side by side without a blank between them.

`营业收入(百万元)1,5581,6041,305…15.1%2.9%-18.7%` cannot be taken apart again: where a number ends is not said. What
stands in such a run is counted as not understood, and no sentence is read across it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from yanbao.quantity.mention import Mention

_CELLS: Final = frozenset({"measure", "count", "number", "range", "ratio", "rank", "name", "period", "date"})
_LEAST: Final = 3  # numbers that touch, before they are cells: 2019年3月5.2亿元 are two
_GLUED: Final = re.compile(r"[ \t()（）%\-]{0,2}")
_LONG: Final = re.compile(r"[0-9.,%\-]{18,}|\.{6,}|[—\-]{8,}")
_CUT: Final = re.compile(r"[0-9](?:,[0-9]{3})*,[0-9]{4,}|[0-9]\.[0-9]+\.[0-9]|[0-9]%[0-9]")


def runs(text: str, mentions: Sequence[Mention]) -> frozenset[int]:
    """Return the numbers of the mentions that stand in a run of cells.

    >>> from yanbao.quantity import scan
    >>> line = "YoY（%）15.1%2.9%18.7%35.2%"
    >>> sorted(runs(line, scan(line)))
    [0, 1, 2, 3]
    """
    inside: set[int] = set()
    first = 0
    for number in range(1, len(mentions) + 1):
        if number < len(mentions) and _touch(text, mentions[number - 1], mentions[number]):
            continue
        if number - first >= _LEAST:
            inside.update(range(first, number))
        first = number
    for found in (*_LONG.finditer(text), *_CUT.finditer(text)):
        inside.update(
            number
            for number, mention in enumerate(mentions)
            if mention.start < found.end() and found.start() < mention.end
        )
    return frozenset(inside)


def _touch(text: str, left: Mention, right: Mention) -> bool:
    if left.kind not in _CELLS or right.kind not in _CELLS:
        return False
    if left.kind in ("period", "date") and right.kind not in ("period", "date"):
        return False  # 2019年1270.5万支
    return _GLUED.fullmatch(text, left.end, right.start) is not None
