"""Enumeration marks: `1)`, `（2）`, `1. `, the number of a heading, the number of a citation."""

from __future__ import annotations

import re
from typing import Final

from yanbao.quantity.reading import match_number
from yanbao.quantity.unit import NONE

_BRACKET_MARK: Final = re.compile(r"[0-9]{1,2}[)）\]】]")
_CLAUSE_START: Final = re.compile(r"(?:^|[\s。；;：:，,、！？!?*）)】\]#\-◆➤•]|Q:)\Z")
_BRACKET_START: Final = re.compile(r"(?:^|[\n。；;：:，,、！？!?*]) ?\Z")
_CLAUSE: Final = 60
_HEADING: Final = re.compile(
    r"(?m:^)[#>\-*◆➤□\s]{0,12}(?P<number>[0-9]{1,2}(?:\.[0-9]{1,2}){1,3})"
    r"(?=[ 、]\ ?(?:[A-Za-z\u3400-\u9fff“「【《]|[0-9]{2}[QH0-9]))"
)
_LIST_MARK: Final = re.compile(
    r"(?m:^)[#>\-*◆➤□\s]{0,12}(?P<number>[0-9]{1,2})(?:、|[.．](?=[ \u3400-\u9fffA-Za-z*“]))"
)


def heading_numbers(text: str) -> dict[int, int]:
    """Return start -> end of the numbers that headings and list items begin with: `## 2.3.1 AI`, `1. 供给`."""
    marks = {}
    for expression in (_HEADING, _LIST_MARK):
        for found in expression.finditer(text):
            start, end = found.span("number")
            number = match_number(text, start, start)
            if number is None or number.unit is NONE:  # "2.5 TOPS" opens a cell, not a section
                marks[start] = end
    return marks


def match_mark(text: str, here: int) -> tuple[int, int] | None:
    """Return the extent of the mark whose digits stand at `here`: `1)` after a clause, `（1）`, `[30]`."""
    mark = _BRACKET_MARK.match(text, here)
    if mark is None:
        return None
    before, after = text[here - 1 : here], text[mark.end() - 1]
    if before in ("[", "【") and after in "]】":
        return here - 1, mark.end()
    if after not in ")）":
        return None
    if before in ("(", "（"):
        opens = here == 1 or _BRACKET_START.search(text[max(0, here - 3) : here - 1]) is not None
        return (here - 1, mark.end()) if opens else None
    if here != 0 and _CLAUSE_START.search(text[max(0, here - 2) : here]) is None:
        return None
    clause = text[max(0, here - _CLAUSE) : here]
    if max(clause.rfind("("), clause.rfind("（")) > max(clause.rfind(")"), clause.rfind("）")):
        return None  # the bracket was opened before the number: （前三名为1，2，3）
    return here, mark.end()
