"""Walking through a web page's elements: which words stand together, which are hidden, which cells form a table?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from yanbao.read.contents import Place
from yanbao.read.foreign.grid import Room, TooBig, without_blanks
from yanbao.read.foreign.prose import lowered, one_line, prose_of, raised, width
from yanbao.read.foreign.sign_columns import with_signs_joined
from yanbao.read.foreign.tree import Cell, ForeignBlock, Line, Prose, ProseRole, Table, Unread

if TYPE_CHECKING:
    from lxml.html import HtmlElement

INLINE = frozenset(
    """a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q ruby s samp small span
    strike strong sub sup time tt u var wbr""".split()  # noqa: SIM905  # forty quoted words are harder to read
)
SKIPPED = frozenset(
    """script style head link meta title template noscript svg math canvas object iframe video audio select option
    button input textarea dialog map area rp rt img""".split()  # noqa: SIM905
)
_ROLES: dict[str, ProseRole] = {
    "li": "bullet",
    "dt": "bullet",
    "dd": "bullet",
    "caption": "caption",
    "figcaption": "caption",
    "footer": "footer",
    "nav": "header",
}
_HEADING = re.compile(r"h([1-6]?)")
_HIDDEN_STYLE = re.compile(r"(?:^|;)(?:display:none|visibility:hidden)")
_STRUCK = frozenset(("del", "s", "strike"))
_MOST_NESTED = 30
_LONGEST_HEADING = 40  # columns: converters mark short and numbered sentences as headings


class Walk:
    """Collects the blocks of a page in the order of its source; iterative, so that no nesting exhausts the stack."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.unread: list[Unread] = []
        self.room = Room()

    def blocks(self, root: HtmlElement, depth: int = 0) -> list[ForeignBlock]:
        """Return the blocks of an element and of what stands in it."""
        found: list[ForeignBlock] = []
        pieces: list[Line] = []
        role: ProseRole = "body"
        level = 0
        stack: list[tuple[str, HtmlElement, ProseRole, int]] = [("enter", root, "body", 0)]

        def flush() -> None:
            prose = prose_of(_rows(pieces), role, level)
            if prose is not None and prose.text.strip():
                reach = width(prose.text)
                sentence = reach > _LONGEST_HEADING and (prose.text[-1] in "。；;" or reach > 3 * _LONGEST_HEADING)
                sentence = sentence and prose.role == "heading"
                found.append(replace(prose, role="body", level=0) if sentence else prose)
            pieces.clear()

        while stack:
            step, item, inherited, inherited_level = stack.pop()
            if step == "tail":
                self._add(pieces, item.tail, item.getparent(), _last_line(item))
                continue
            if step == "leave":
                flush()
                role, level = inherited, inherited_level
                continue
            if not isinstance(item.tag, str) or item.tag in SKIPPED or is_hidden(item):
                continue
            if item.tag == "br":
                pieces.append(Line("\n", self._place(item)))
                continue
            if item.tag in ("sup", "sub"):
                text = one_line(item.text_content())
                self._add(pieces, raised(text) if item.tag == "sup" else lowered(text), item, item.sourceline)
                continue
            if item.tag == "table" and not is_layout(item):
                flush()
                found.extend(self._table(item, depth))
                continue
            if item.tag not in INLINE:
                flush()
                stack.append(("leave", item, role, level))
                role, level = _role(item, role, level)
            self._add(pieces, item.text, item, item.sourceline)
            for child in reversed(item):
                stack.append(("tail", child, role, level))
                stack.append(("enter", child, role, level))
        flush()
        return found

    def _add(self, pieces: list[Line], text: str | None, owner: HtmlElement | None, line: int | None) -> None:
        if text:
            preserved = owner is not None and any(up.tag == "pre" for up in (owner, *owner.iterancestors()))
            shown = text if preserved else re.sub(r"\s+", _blank, text)
            pieces.append(Line(shown, Place(self.name, 1, line, 0, len(shown))))

    def _place(self, element: HtmlElement) -> Place:
        return Place(self.name, 1, element.sourceline, 0, 0, str(element.tag))

    def _table(self, table: HtmlElement, depth: int) -> list[ForeignBlock]:
        """Return a table of data, what its `caption` says, and tables that stand inside its cells."""
        place = self._place(table)
        rows: list[list[Cell]] = []
        heads = 0
        inner: list[ForeignBlock] = []
        caption: Prose | None = None
        for element in _rows_of(table):
            if element.tag == "caption":
                parts = [block for block in self.blocks(element, depth + 1) if isinstance(block, Prose)]
                caption = caption or (parts[0] if parts else None)
                continue
            cells = []
            for cell in element:
                if cell.tag in ("td", "th") and not is_hidden(cell):
                    cells.append(self._cell(cell))
                    if depth < _MOST_NESTED:
                        for nested in _nested(cell):
                            inner.extend(self._table(nested, depth + 1))
            rows.append(cells)
            if _is_head(element) and len(rows) == heads + 1:
                heads += 1
        try:
            kept = with_signs_joined(without_blanks(self.room.lay(rows, place)))
        except TooBig as error:
            self.unread.append(Unread(place, error.reason))
            return inner
        if not kept:
            return inner
        found = Table(kept, place, caption=None if caption is None else replace(caption, role="caption"))
        return [replace(found, head_rows=min(heads, len(kept)) or None), *inner]

    def _cell(self, cell: HtmlElement) -> Cell:
        texts = [prose.text for prose in self.words(cell)]
        text = one_line("\n".join(texts))
        rows, columns = _span(cell.get("rowspan")), _span(cell.get("colspan"))
        place = Place(self.name, 1, cell.sourceline, 0, len(text), str(cell.tag))
        return Cell(text, place, rows, columns, head=cell.tag == "th", indent=_indent(cell))

    def words(self, cell: HtmlElement) -> list[Prose]:
        """Return the words of a cell; tables in it are tables of their own."""
        found: list[Prose] = []
        pieces: list[Line] = []

        def flush() -> None:
            prose = prose_of([pieces])
            if prose is not None:
                found.append(prose)
            pieces.clear()

        stack: list[tuple[str, HtmlElement]] = [("enter", cell)]
        while stack:
            step, item = stack.pop()
            if step == "tail":
                self._text(pieces, item.tail)
            elif step == "leave":
                flush()
            elif not isinstance(item.tag, str) or item.tag in SKIPPED or (item is not cell and is_hidden(item)):
                continue
            elif item.tag == "table" or item.tag == "br":
                flush()
            elif item.tag in ("sup", "sub"):
                text = one_line(item.text_content())
                self._text(pieces, raised(text) if item.tag == "sup" else lowered(text))
            else:
                if item.tag not in INLINE and item is not cell:
                    flush()
                    stack.append(("leave", item))
                self._text(pieces, item.text)
                for child in reversed(item):
                    stack.append(("tail", child))
                    stack.append(("enter", child))
        flush()
        return found

    def _text(self, pieces: list[Line], text: str | None) -> None:
        if text:
            pieces.append(Line(text, Place(self.name)))


def _blank(match: re.Match[str]) -> str:
    return "\n" if "\n" in match[0] else " "


def _rows(pieces: list[Line]) -> list[list[Line]]:
    """Return the pieces as rows: a line end of the source is one between Chinese words, else a blank."""
    rows: list[list[Line]] = [[]]
    for piece in pieces:
        parts = piece.text.split("\n")
        at = 0
        for number, part in enumerate(parts):
            if number:
                rows.append([])
            if part:
                place = replace(piece.place, start=at, end=at + len(part))
                rows[-1].append(Line(part, place))
            at += len(part) + 1
    return rows


def _last_line(element: HtmlElement) -> int | None:
    line = element.sourceline
    return None if line is None else int(line)


def _role(element: HtmlElement, role: ProseRole, level: int) -> tuple[ProseRole, int]:
    if match := _HEADING.fullmatch(element.tag):
        return "heading", int(match[1] or 0)
    if element.get("role") == "heading":
        told = element.get("aria-level") or ""
        return "heading", int(told) if told.isdigit() and len(told) == 1 else 0
    return _ROLES.get(element.tag, role), level if element.tag not in _ROLES else 0


def is_hidden(element: HtmlElement) -> bool:
    """Whether a browser would not show an element, as far as the element itself says."""
    if element.get("hidden") is not None or element.tag in _STRUCK:
        return True
    style = (element.get("style") or "").replace(" ", "").lower()
    return bool(style) and _HIDDEN_STYLE.search(style) is not None


def _rows_of(table: HtmlElement) -> list[HtmlElement]:
    """Return the caption and the rows of a table, not those of tables in its cells."""
    found: list[HtmlElement] = []
    for child in table:
        if child.tag in ("tr", "caption"):
            found.append(child)
        elif child.tag in ("thead", "tbody", "tfoot"):
            found.extend(row for row in child if row.tag == "tr")
    return [row for row in found if not is_hidden(row)]


def _nested(cell: HtmlElement) -> list[HtmlElement]:
    """Return the outermost tables inside a cell."""
    found: list[HtmlElement] = []
    todo = list(reversed(cell))
    while todo:
        item = todo.pop()
        if item.tag == "table":
            found.append(item)
        else:
            todo.extend(reversed(item))
    return found


def is_layout(table: HtmlElement) -> bool:
    """Whether a table only arranges the page: tables, headings or several paragraphs stand in its cells."""
    if table.get("role") == "presentation":
        return True
    rows = [row for row in _rows_of(table) if row.tag == "tr"]
    cells = [cell for row in rows for cell in row if cell.tag in ("td", "th")]
    if any(cell.tag == "th" for cell in cells):
        return False
    inner = sum(1 for cell in cells if next(cell.iter("table"), None) is not None)
    if inner and (len(cells) <= 2 or 2 * inner >= len(cells)):
        return True
    return len(cells) <= 1 or (
        any(next(cell.iter("h1", "h2", "h3", "h4"), None) is not None or len(cell.findall("p")) > 3 for cell in cells)
        and len(cells) <= 4
    )


def _is_head(row: HtmlElement) -> bool:
    parent = row.getparent()
    if parent is not None and parent.tag == "thead":
        return True
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    return bool(cells) and all(cell.tag == "th" for cell in cells)


def _span(text: str | None) -> int:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= 5 and int(text) > 0 else 1


def _indent(cell: HtmlElement) -> int:
    """Return how far a cell's words are set in: blanks before them, or points of a style."""
    text = cell.text_content()
    blanks = len(text) - len(text.lstrip("\u00a0\u3000 "))
    found = re.search(r"(?:padding|margin)-left\s*:\s*(\d{1,3})|text-indent\s*:\s*(\d{1,3})", cell.get("style") or "")
    return blanks + (int(found[1] or found[2]) if found else 0)
