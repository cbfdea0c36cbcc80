"""The characters read from a page without white space, each still knowing its line and column."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from yanbao.check.atoms import squeeze
from yanbao.read.contents import Place, Segment

# These turn the order of what follows: 123 is shown as 321. No output holds any; where one stands, it must be seen.
OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


NOWHERE = Place("")


class Reading:
    """A page's segments as one string of visible characters, with the way back to line and column.

    `owners[i]` is the index of the expected group that character `i` was matched with, or -1; `positions[i]` the
    index of that character in the group's text without white space.
    """

    def __init__(self, segments: Sequence[Segment], place: Place = NOWHERE) -> None:
        self._page = place
        self.segments = tuple(segments)
        self.starts: list[int] = []  # index of each segment's first character
        self.breaks: set[int] = set()  # indices before which white space or a line end stood
        pieces: list[str] = []
        self._lines: list[int] = []
        self._columns: list[int] = []
        length = 0
        for number, segment in enumerate(self.segments):
            self.starts.append(length)
            self.breaks.add(length)
            for column, char in enumerate(segment.text):
                if char.isspace():
                    self.breaks.add(length)
                elif char in OVERRIDES or squeeze(char):
                    pieces.append(char)
                    self._lines.append(number)
                    self._columns.append(column)
                    length += 1
        self.text = "".join(pieces)
        self.owners = [-1] * length
        self.positions = [-1] * length

    def __len__(self) -> int:
        return len(self.text)

    def take(self, group: int, start: int, end: int, offset: int = 0) -> None:
        """Note that the characters from `start` to `end` are the group's, from its character `offset` on."""
        self.owners[start:end] = [group] * (end - start)
        self.positions[start:end] = range(offset, offset + end - start)

    def line(self, index: int) -> int:
        """Return the segment a character stands in."""
        return self._lines[index] if index < len(self._lines) else max(0, len(self.segments) - 1)

    def column(self, index: int) -> int:
        """Return the column of a character in its segment."""
        return self._columns[index]

    def segment_range(self, number: int) -> tuple[int, int]:
        """Return the first character of a segment and the one behind its last."""
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)
        return self.starts[number], end

    def index_of(self, line: int, column: int) -> int:
        """Return the index of the first visible character of a segment at or behind a column."""
        start, end = self.segment_range(line)
        return start + bisect_right(self._columns[start:end], column - 1)

    def place(self, start: int, end: int) -> Place:
        """Return the place of a stretch of characters; of an empty stretch, the place where it would stand."""
        if not self.segments:
            return self._page
        if start >= len(self.text) or start == end:
            at = max(0, min(start, len(self.text) - 1))
            segment = self.segments[self.line(at)]
            column = 0 if not self.text else self._columns[at] + (1 if start > at else 0)
            return replace(segment.place, start=column, end=column)
        line = self.line(start)
        last = end - 1
        while self.line(last) != line:
            last -= 1
        return replace(self.segments[line].place, start=self._columns[start], end=self._columns[last] + 1)

    def splits_number(self, index: int) -> bool:
        """Whether a cut before character `index` would cut a number in two."""
        if not 0 < index < len(self.text) or index in self.breaks:
            return False
        before, after = self.text[index - 1], self.text[index]
        if after.isdecimal():
            return before.isdecimal() or (before in ".,．" and index > 1 and self.text[index - 2].isdecimal())
        return (
            after in ".,．"
            and before.isdecimal()
            and index + 1 < len(self.text)
            and index + 1 not in self.breaks
            and self.text[index + 1].isdecimal()
        )

    def chunks(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the stretches between white space within a range."""
        cuts = [start, *sorted(cut for cut in self.breaks if start < cut < end), end]
        return [(a, b) for a, b in pairwise(cuts) if a < b]
