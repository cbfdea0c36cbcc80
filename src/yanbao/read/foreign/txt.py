"""Text and Markdown files, with the conventions of reports that were converted from PDF."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from yanbao.read.contents import Place
from yanbao.read.foreign.exhibits import is_note, is_numbered_caption, with_exhibits, without_running_heads
from yanbao.read.foreign.grid import Room, TooBig
from yanbao.read.foreign.prose import prose_of, width
from yanbao.read.foreign.reason import Reason
from yanbao.read.foreign.tree import (
    ForeignBlock,
    ForeignDocument,
    ForeignFormat,
    ForeignPage,
    Line,
    Prose,
    ProseRole,
    Unread,
)
from yanbao.read.foreign.txt_flat import flat_blocks, is_flat
from yanbao.read.foreign.txt_markup import pieces
from yanbao.read.foreign.txt_source import data_of, text_of
from yanbao.read.foreign.txt_table import (
    aligned_spans,
    aligned_table,
    is_pipe_rule,
    is_tab_row,
    looks_aligned,
    pipe_spans,
    pipe_table,
    tab_table,
)

_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+|(?=[^\s#]))(.*?)(?:\s+#+)?\s*$")
_MARK = r"[-*+•·●○◆◇■□▪▫►▶➢➤❖✓※⚫]"
_BULLET = re.compile(rf"\s{{0,12}}(?:[-*+]\s+|{_MARK}\s*)(?:{_MARK}\s*)*(?=\S)")
_NUMBERED = re.compile(
    r"\s{0,8}(?:[①-⑳]|[（(]?\d{1,2}[)）]|[（(][一二三四五六七八九十]{1,2}[)）]|\d{1,2}[.、](?!\d))\s*(?=\S)"
)
_HEADING_MARK = re.compile(rf"\s*(?:{_MARK}\s*)+")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_RULE = re.compile(r" {0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|(?:=\s*){3,})$")
_TEX_BLOCK = re.compile(r"\s*\$\$")
_BOLD_LINE = re.compile(r"\s*(\*\*|__)(?P<words>[^*_]{1,120})\1\s*")
_ENDS = "。！？；：.!?;:"
_MAX_WRAPPED = 160  # columns: lines that a program wrapped are not longer


def read_txt(file: Path) -> ForeignDocument:
    """Return the document of a text file: one page; headings of no depth, bullets, tables between tabs or pipes.

    A file whose line breaks and blanks were lost gives its sentences only, the rest is told as unread.

    Raises:
        ReadError: there is no such file, it is empty, too big, or no text.
    """
    return _read(file, "txt")


def read_md(file: Path) -> ForeignDocument:
    """Return the document of a Markdown file: as a text file, with the depth of headings and joined paragraphs.

    Raises:
        ReadError: there is no such file, it is empty, too big, or no text.
    """
    return _read(file, "md")


def _read(file: Path, kind: ForeignFormat) -> ForeignDocument:
    text, encoding = text_of(data_of(file), file)
    if is_flat(text):
        blocks, unread = flat_blocks(text, file.name)
    else:
        scanner = _Scanner(file.name, text, kind)
        blocks = with_exhibits(without_running_heads(scanner.blocks()))
        unread = scanner.unread
    return ForeignDocument(file, kind, (ForeignPage(1, tuple(blocks)),), tuple(unread), {"encoding": encoding})


@dataclass(frozen=True)
class _Start:
    """How a line begins a block of its own."""

    role: ProseRole
    level: int
    column: int  # where its words begin
    end: int


class _Scanner:
    """Reads the lines of a text into blocks."""

    def __init__(self, name: str, text: str, kind: ForeignFormat) -> None:
        self.name, self.kind = name, kind
        self.lines = [
            Line(line, Place(name, 1, number, 0, len(line))) for number, line in enumerate(text.split("\n"), 1)
        ]
        self.unread: list[Unread] = []
        self.room = Room()
        self.ragged = 0  # lines before this one are known not to stand in columns of blanks

    def blocks(self) -> list[ForeignBlock]:
        """Return the blocks in order, captions and notes not yet joined to tables."""
        found: list[ForeignBlock] = []
        at = 0
        while at < len(self.lines):
            text = self.lines[at].text
            if not text.strip() or _RULE.fullmatch(text):
                at += 1
            elif fence := _FENCE.match(text):
                at = self._left_out(at, fence[1], Reason("code-block"))
            elif _TEX_BLOCK.match(text):
                at = self._left_out(at, "$$", Reason("latex"))
            elif (table := self._table(at)) is not None:
                blocks, at = table
                found.extend(blocks)
            else:
                end = self._end_of_text(at)
                found.extend(self._texts(self.lines[at:end]))
                at = end
        return found

    def _left_out(self, at: int, mark: str, reason: Reason) -> int:
        """Pass over lines until the mark comes again; without one, pass over this line only."""
        first = self.lines[at]
        closed = first.text.count(mark) > 1 and mark == "$$"
        end = at + 1
        while not closed and end < len(self.lines):
            if self.lines[end].text.strip().endswith(mark[:3]) or self.lines[end].text.strip().startswith(mark):
                closed = True
            end += 1
        if not closed:
            end = at + 1
        self.unread.append(Unread(first.place, reason))
        return end

    def _table(self, at: int) -> tuple[list[ForeignBlock], int] | None:
        """Return the table that begins at a line and where it ends."""
        found = self._extent(at)
        if found is None:
            return None
        kind, end = found
        lines = self.lines[at:end]
        try:
            if kind == "tabs":
                table = tab_table(self.room, lines)
            elif kind == "pipes":
                table = pipe_table(self.room, lines)
            else:
                table = aligned_table(self.room, lines, aligned_spans(lines) or [])
        except TooBig as error:
            self.unread.append(Unread(lines[0].place, error.reason))
            return [], end
        return ([] if table is None else [table]), end

    def _extent(self, at: int) -> tuple[Literal["tabs", "pipes", "blanks"], int] | None:
        """Return what divides the cells of the table that begins at a line, and where it ends."""
        text = self.lines[at].text
        if is_tab_row(text):
            end = self._run(at, is_tab_row)
            return ("tabs", end) if end - at > 1 or text.strip().count("\t") >= 2 else None
        if "|" in text and at + 1 < len(self.lines) and is_pipe_rule(self.lines[at + 1].text):
            if len(pipe_spans(text)) == len(pipe_spans(self.lines[at + 1].text)):
                return "pipes", self._run(at + 2, lambda line: "|" in line)
            return None
        if at >= self.ragged and looks_aligned(text):
            end = self._run(at, looks_aligned)
            if end - at >= 3 and (spans := aligned_spans(self.lines[at:end])) and len(spans) >= 3:
                return "blanks", end
            self.ragged = end
        return None

    def _run(self, at: int, belongs: Callable[[str], bool]) -> int:
        end = at
        while end < len(self.lines) and self.lines[end].text.strip() and belongs(self.lines[end].text):
            end += 1
        return end

    def _end_of_text(self, at: int) -> int:
        """Return where a run of lines ends that are neither blank nor something else's begin."""
        end = at + 1
        while end < len(self.lines):
            text = self.lines[end].text
            if (
                not text.strip()
                or _RULE.fullmatch(text)
                or _FENCE.match(text)
                or _TEX_BLOCK.match(text)
                or self._extent(end) is not None
            ):
                break
            end += 1
        return end

    def _texts(self, lines: Sequence[Line]) -> Iterator[Prose]:
        """Yield the paragraphs, bullets and headings of lines without a blank one between."""
        widest = max(width(line.text) for line in lines)
        group: list[Line] = []
        start: _Start | None = None
        for line in lines:
            begins = self._start(line)
            if group and (begins is not None or not self._goes_on(group[-1], line, widest, start)):
                yield from self._prose(group, start)
                group, start = [], None
            if not group:
                start = begins
            group.append(line)
        yield from self._prose(group, start)

    def _start(self, line: Line) -> _Start | None:
        text = line.text
        if heading := _HEADING.match(text):
            mark = _HEADING_MARK.match(heading[2])
            column = heading.start(2) + (mark.end() if mark and mark.end() < len(heading[2]) else 0)
            return _Start("heading", len(heading[1]) if self.kind == "md" else 0, column, heading.end(2))
        if bold := _BOLD_LINE.fullmatch(text):
            return _Start("body", 0, bold.start("words"), bold.end("words"))
        if bullet := _BULLET.match(text):
            return _Start("bullet", 0, bullet.end(), len(text))
        if _NUMBERED.match(text):
            return _Start("bullet", 0, 0, len(text))  # the number may be part of what is said: it stays
        if text.lstrip().startswith(">"):
            return _Start("body", 0, len(text) - len(text.lstrip("> ")), len(text))
        if is_note(text):
            return _Start("note", 0, 0, len(text))
        if is_numbered_caption(text):
            return _Start("body", 0, 0, len(text))
        return None

    def _goes_on(self, before: Line, after: Line, widest: int, start: _Start | None) -> bool:
        """Whether a line continues the one before: a wrapped paragraph, in Markdown any but a hard break."""
        if start is not None and start.role == "heading":
            return False
        hard = before.text.endswith("  ") or before.text.endswith("\\")
        if self.kind == "md" and not hard:
            return True
        ends = before.text.rstrip()[-1] in _ENDS
        if hard:  # a title over two lines
            return not ends and "：" not in before.text and width(before.text) <= 60 and width(after.text) <= 60
        return not ends and widest <= _MAX_WRAPPED and width(before.text.rstrip()) >= 0.75 * widest and widest >= 40

    def _prose(self, lines: Sequence[Line], start: _Start | None) -> Iterator[Prose]:
        rows = []
        for number, line in enumerate(lines):
            begin = start.column if start is not None and number == 0 else 0
            end = start.end if start is not None and number == 0 else len(line.text)
            rows.append(pieces(line.text[begin:end].replace("\t", " "), line.place, begin))
        found = prose_of(rows, "body" if start is None else start.role, 0 if start is None else start.level)
        if found is not None and found.text.strip():
            yield found
