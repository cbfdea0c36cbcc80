"""A chapter's Markdown -> pages of raw blocks, each with its line; bindings are kept apart from the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from yanbao.errors import Mistake
from yanbao.memory import active


@dataclass(frozen=True)
class Binding:
    """What stands between braces: `{grid.state[2023]: .1 亿元}`."""

    source: str
    line: int


@dataclass(frozen=True)
class Piece:
    """A stretch of one weight: words, or a binding."""

    content: str | Binding
    bold: bool = False


@dataclass(frozen=True)
class RawParagraph:
    """A paragraph, a bullet or a lead sentence, before binding."""

    pieces: tuple[Piece, ...]
    style: Literal["body", "lead", "bullet", "heading"]
    level: int
    line: int


@dataclass(frozen=True)
class RawExhibit:
    """An exhibit block: its id and its TOML."""

    id: str
    toml: str
    line: int  # of the first TOML line


@dataclass
class RawColumns:
    """Two columns."""

    ratio: float
    line: int
    left: list[RawBlock] = field(default_factory=list)
    right: list[RawBlock] = field(default_factory=list)


RawBlock = RawParagraph | RawExhibit | RawColumns


@dataclass
class RawPage:
    """A page of a chapter, or a section's divider."""

    kind: Literal["divider", "content"]
    title: tuple[Piece, ...]
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    blocks: list[RawBlock] = field(default_factory=list)
    part: tuple[str, ...] | None = None  # names of parts, outermost first; None: as on the page before


_MARK = re.compile("\ue000(\\d+)\ue001|(\ue002)")
_PRIVATE = re.compile("[\ue000-\ue002]")  # characters this module uses as marks; they mean nothing in a text
_BRACES = re.compile(r"\{([^{}\n]*)\}")
_PAGE = re.compile(r"^<!--\s*page:\s*(.*?)\s*-->\s*$")
_PART = re.compile(r"^<!--\s*part:\s*(.*?)\s*-->\s*$")
_ATTRIBUTE = re.compile(r"([a-z_]+)=(\S+)")
_FENCE = re.compile(r"^(`{3,}|~{3,})\s*(\S*)\s*(.*)$")
_EXHIBIT_ID = re.compile(r"[a-z][a-z0-9-]*")


def parse_chapter(text: str, file: str, mistakes: list[Mistake]) -> list[RawPage]:
    """Return the pages of a chapter; what cannot be read is noted with its line."""
    memory = active()
    pages: list[RawPage] | None = memory.get("chapter", (file, text)) if memory is not None else None
    if pages is None:
        noted: list[Mistake] = []
        pages = _Chapter(text, file, noted).parse()
        mistakes += noted
        if memory is not None and not noted:
            memory.put("chapter", (file, text), pages)
    return pages


class _Chapter:
    def __init__(self, text: str, file: str, mistakes: list[Mistake]) -> None:
        self._lines = text.split("\n")
        self._file = file
        self._mistakes = mistakes
        self._pages: list[RawPage] = []
        self._part: tuple[str, ...] | None = None
        self._columns: RawColumns | None = None
        self._side: Literal["left", "right"] = "left"
        self._chunk: list[str] = []
        self._chunk_line = 1
        self._markdown = _markdown()

    def parse(self) -> list[RawPage]:
        at = 0
        while at < len(self._lines):
            line = self._lines[at]
            number = at + 1
            if line.startswith(("# ", "## ")):
                self._heading(line, number)
            elif match := _PAGE.match(line):
                self._attributes(match[1], number)
            elif match := _PART.match(line):
                self._flush()
                self._set_part(match[1], number)
            elif line.startswith(":::"):
                self._container(line[3:].strip(), number)
            elif match := _FENCE.match(line):
                at = self._fence(match, at)
            else:
                if not self._chunk:
                    self._chunk_line = number
                self._chunk.append(line)
            at += 1
        self._close_page(len(self._lines))
        return self._pages

    def _mistake(self, line: int, cause: str, hint: str = "") -> None:
        self._mistakes.append(Mistake(self._file, line, "", cause, hint))

    def _heading(self, line: str, number: int) -> None:
        self._close_page(number)
        kind: Literal["divider", "content"] = "divider" if line.startswith("# ") else "content"
        pieces = self._inline(line.lstrip("#").strip(), number)
        self._pages.append(RawPage(kind, pieces, number, part=self._part))
        if kind == "divider":
            self._part = None

    def _set_part(self, text: str, number: int) -> None:
        names = tuple(name.strip() for name in text.split(" / "))
        if not all(names):
            self._mistake(number, "a part has no name", "<!-- part: Devices / AI PC -->, above the page it begins on")
            return
        self._part = names

    def _attributes(self, text: str, number: int) -> None:
        if not self._pages:
            self._mistake(number, "page settings stand before the first heading", "put them below a `## ` heading")
            return
        found = dict(_ATTRIBUTE.findall(text))
        for name in found:
            if name not in ("as_of", "kind"):
                self._mistake(number, f"`{name}` is not a page setting", "known: as_of=DAY, kind=risks")
        self._pages[-1].attributes.update(found)

    def _container(self, text: str, number: int) -> None:
        self._flush()
        if text.startswith("columns"):
            ratio = text.removeprefix("columns").strip() or "0.5"
            try:
                share = float(ratio)
            except ValueError:
                share = 0.0
            if not 0.2 <= share <= 0.8:
                self._mistake(number, f"{ratio!r} is no share of the width", "::: columns 0.55 (0.2 to 0.8)")
                share = 0.5
            if self._columns is not None:
                self._mistake(number, "columns inside columns", "close the first ones with :::")
            self._columns, self._side = RawColumns(share, number), "left"
        elif text == "next" and self._columns is not None and self._side == "left":
            self._side = "right"
        elif text == "" and self._columns is not None:
            columns, self._columns = self._columns, None
            self._add(columns, number)
        else:
            self._mistake(number, f"`:::{' ' + text if text else ''}` does not fit here", "::: columns, ::: next, :::")

    def _fence(self, match: re.Match[str], at: int) -> int:
        end = at + 1
        while end < len(self._lines) and not self._lines[end].startswith(match[1]):
            end += 1
        if end == len(self._lines):
            self._mistake(at + 1, "a fenced block has no end", f"close it with {match[1]}")
        if match[2] != "exhibit":
            self._mistake(at + 1, f"fenced block `{match[2]}` is not known", "```exhibit ID")
        elif not _EXHIBIT_ID.fullmatch(match[3].strip()):
            self._mistake(at + 1, f"{match[3].strip()!r} is no exhibit id", "```exhibit grid-investment (a-z, 0-9, -)")
        else:
            self._flush()
            toml = "\n".join(self._lines[at + 1 : end])
            self._add(RawExhibit(match[3].strip(), toml, at + 2), at + 1)
        return end

    def _add(self, block: RawBlock, line: int) -> None:
        if not self._pages:
            self._mistake(line, "text stands before the first heading", "start with `# section` or `## page title`")
            return
        if self._columns is not None and not isinstance(block, RawColumns):
            (self._columns.left if self._side == "left" else self._columns.right).append(block)
        else:
            self._pages[-1].blocks.append(block)

    def _close_page(self, number: int) -> None:
        self._flush()
        if self._columns is not None:
            self._mistake(self._columns.line, "columns have no end", "close them with :::")
            columns, self._columns = self._columns, None
            self._add(columns, number)

    def _flush(self) -> None:
        chunk, self._chunk = self._chunk, []
        if not any(line.strip() for line in chunk):
            return
        bindings: list[Binding] = []
        marked = [_marked(text, self._chunk_line + offset, bindings) for offset, text in enumerate(chunk)]
        self._blocks(self._markdown.parse("\n".join(marked)), bindings)

    def _blocks(self, tokens: list[Token], bindings: list[Binding]) -> None:
        lists = quotes = 0
        for token in tokens:
            line = self._chunk_line + (token.map[0] if token.map else 0)
            if token.type in ("bullet_list_open", "ordered_list_open"):
                lists += 1
                if token.type == "ordered_list_open":
                    self._mistake(line, "numbered lists are not used", "use `- `; the order is said in words")
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                lists -= 1
            elif token.type == "blockquote_open":
                quotes += 1
            elif token.type == "blockquote_close":
                quotes -= 1
            elif token.type == "inline":
                style: Literal["body", "lead", "bullet"] = "bullet" if lists else "lead" if quotes else "body"
                pieces = self._pieces(token.children or [], bindings, line)
                self._add(RawParagraph(pieces, style, max(0, lists - 1), line), line)
            elif token.type in ("heading_open", "code_block", "hr", "html_block"):
                self._mistake(line, f"`{token.type.removesuffix('_open')}` is not used in chapters", "# and ## only")

    def _inline(self, text: str, line: int) -> tuple[Piece, ...]:
        bindings: list[Binding] = []
        tokens = self._markdown.parseInline(_marked(text, line, bindings))
        return self._pieces(tokens[0].children or [], bindings, line)

    def _pieces(self, tokens: list[Token], bindings: list[Binding], line: int) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        bold = False
        for token in tokens:
            if token.type == "softbreak":
                pieces.append(Piece("\n", bold))
            elif token.content:
                at = 0
                for match in _MARK.finditer(token.content):
                    pieces.append(Piece(token.content[at : match.start()], bold))
                    if match[1] is None:
                        bold = not bold
                    else:
                        pieces.append(Piece(bindings[int(match[1])], bold))
                    at = match.end()
                pieces.append(Piece(token.content[at:], bold))
        if bold:
            self._mistake(line, "`**` is opened and not closed", "bold words stand between two `**`")
        return _join(pieces)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


def _marked(text: str, line: int, bindings: list[Binding]) -> str:
    """Return a line with its bindings and its `**` replaced by marks that Markdown leaves alone.

    CommonMark does not close `**句子。**下一句`: a full stop before the mark, a letter behind it, common
    in Chinese. So `**` simply turns bold on and off here.
    """

    def keep(match: re.Match[str]) -> str:
        bindings.append(Binding(match[1].strip(), line))
        return f"\ue000{len(bindings) - 1}\ue001"

    return _BRACES.sub(keep, _PRIVATE.sub("", text)).replace("**", "\ue002")


def _join(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Join neighbouring words of one weight; a line end becomes a space only between Latin letters."""
    joined: list[Piece] = []
    for index, piece in enumerate(pieces):
        content = piece.content
        if content == "\n":
            before = joined[-1].content if joined else ""
            after = pieces[index + 1].content if index + 1 < len(pieces) else ""
            latin = isinstance(before, str) and isinstance(after, str) and before[-1:].isascii() and after[:1].isascii()
            content = " " if latin and before and after else ""
        if not content:
            continue
        last = joined[-1] if joined else None
        if last and isinstance(last.content, str) and isinstance(content, str) and last.bold == piece.bold:
            joined[-1] = Piece(last.content + content, last.bold)
        else:
            joined.append(Piece(content, piece.bold))
    return tuple(joined)


def inline_pieces(text: str, line: int) -> tuple[Piece, ...]:
    """Return the pieces of a single text: an exhibit's title or note."""
    return _Chapter("", "", [])._inline(text, line)
