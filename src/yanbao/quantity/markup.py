"""Markup around numbers: taken away before scanning, with a way back to the places in the original.

`**`, `\\*`, `<b>`, `<sup>`, `$…$` and `\\%` of LaTeX and full-width digits hide numbers from a scanner. A superscript
behind a unit of length is its power (mm<sup>2</sup>), any other digit in a superscript is a footnote mark and goes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

_FULL_WIDTH: Final = str.maketrans(
    {chr(code + 0xFEE0): chr(code) for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))}
    | {
        "％": "%",
        "＋": "+",
        "－": "-",
        "−": "-",
        "‐": "-",
        "‑": "-",
        "．": ".",
        "\u00a0": " ",
        "\u3000": " ",
        "\u2009": " ",
        "＄": "$",
    }
)
_MARKUP: Final = re.compile(
    r"(?P<power>(?<=[mM])(?:<sup>2</sup>|\^\{?2\}?))"
    r"|(?P<foot><sup>[^<\n]{0,12}</sup>)"
    r"|(?P<escape>\\[*%$_&#])"
    r"|(?P<tag></?(?:b|i|u|em|strong|sup|sub|span|p|pre|font|mark|code|br ?/?)(?: [^<>\n]{0,200})?>)"
    r"|(?P<mask>\*{3,})"
    r"|(?P<stars>\*\*|__)"
    r"|(?P<space>\\[,;! ]|&nbsp;)"
    r"|(?P<math>\\(?:text|mathrm|mathbf)\{|(?<![A-Za-z0-9])\$(?=[0-9.,+\-]+ ?(?:\\?%)?\$))"
)
_TRIGGER: Final = re.compile(r"[*<\\_&]|\$[0-9.,+\-]+ ?\\?%?\$|m\^")


class Cleaned:
    """A text without markup, and where each of its characters stood."""

    def __init__(self, text: str) -> None:
        self.original = text
        self._starts: list[int] = [0]  # places in the cleaned text where the offset changes
        self._offsets: list[int] = [0]
        self._ends: dict[int, int] = {}  # places of characters that stand for more than one: their original end
        plain = text.translate(_FULL_WIDTH) if not text.isascii() else text
        self.text = self._strip(plain) if _TRIGGER.search(plain) else plain

    def _strip(self, text: str) -> str:
        pieces: list[str] = []
        position = length = 0
        for found in _MARKUP.finditer(text):
            kind = found.lastgroup
            if kind == "mask":
                continue
            pieces.append(text[position : found.start()])
            length += found.start() - position
            if kind == "power":
                kept = "²"
            elif kind == "escape":
                kept = found[0][1]
            elif kind == "space":
                kept = " "
            else:
                before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
                kept = " " if before.isdigit() and after.isdigit() else ""
            if kept:
                pieces.append(kept)
                self._ends[length] = found.end()
                length += 1
            position = found.end()
            self._starts.append(length)
            self._offsets.append(position - length)
        pieces.append(text[position:])
        return "".join(pieces)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where `start:end` of the cleaned text stands in the original."""
        if len(self._starts) == 1:
            return start, end
        first = start + self._offsets[bisect_right(self._starts, start) - 1]
        if end - 1 in self._ends:
            return first, self._ends[end - 1]
        return first, end + self._offsets[bisect_right(self._starts, end - 1) - 1]
