"""What a reader of an HTML report sees: its sections, their texts with marks, and the data of its charts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from yanbao.errors import ReadError
from yanbao.read.contents import ChartContents, FileContents, Mark, PageContents, Place, Role, Segment

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_BYTES = 200 * 2**20

# Everything else is a block: it ends the segment before it and begins a new one.
_INLINE = frozenset(
    """a abbr b bdi bdo br cite code data dfn em i img kbd mark q rp rt ruby s samp small span strong sub sup time u
    var wbr""".split()  # noqa: SIM905  # a list of forty quoted words is harder to read
)
_SKIPPED = frozenset(("script", "style", "head", "link", "meta", "title"))
_ROLES: dict[str, Role] = {
    "h1": "title",
    "h2": "title",
    "td": "cell",
    "th": "cell",
    "footer": "footer",
    "nav": "outline",
    "button": "hidden",
    "input": "hidden",
    "dialog": "hidden",
    "template": "hidden",
    "label": "hidden",
    "svg": "chart-text",
    "text": "chart-text",
}
_SHOWN_ATTRIBUTES = ("alt", "title", "aria-label", "placeholder", "value", "data-tip", "aria-description")
_CONTENT = re.compile(r"""(?<![-\w])content\s*:\s*((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^;}"'])+)""")
_QUOTED = re.compile(r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'""")


def read_html(file: Path) -> FileContents:
    """Return the contents of an HTML report: one page a `<section id>`, charts from their JSON.

    Raises:
        ReadError: there is no such file, it is too big, cut off, no HTML, or holds broken JSON.
    """
    source = _source(file)
    root = _parse(file, source)
    pages: list[PageContents] = []
    data: dict[str, object] = {}
    sections = [element for element in root.iter("section") if element.get("id")]
    outer = [element for element in sections if not any(up.tag == "section" and up.get("id") for up in _above(element))]
    for number, section in enumerate(outer, 1):
        segments = tuple(_Collector(file, number, section).segments())
        charts = tuple(_charts(file, number, section))
        hidden = any(_is_hidden(element) for element in [section, *_above(section)])
        pages.append(PageContents(number, section.get("id"), segments, charts, hidden=hidden))
    inside = set(outer)
    outline: list[Segment] = []
    for element in root.iter("body"):
        outline.extend(_Collector(file, None, element, skip=inside).segments())
    outline.extend(_styles(file, root))
    for script in root.iter("script"):
        kind = (script.get("type") or "").lower()
        if "json" in kind and script.get("data-chart") is None:
            name = script.get("id") or script.get("class") or f"json-{len(data) + 1}"
            if name in data:
                raise ReadError(f"{file}: two JSON parts are called {name!r}\n    hint: build the report again")
            data[name] = _json(file, script)
    titles = [element.text or "" for element in root.iter("title")]
    properties = {"title": titles[0]} if titles else {}
    metas = (element for element in root.iter("meta") if element.get("name") and element.get("content"))
    properties |= {f"meta:{element.get('name')}": str(element.get("content")) for element in metas}
    return FileContents(file, "html", tuple(pages), tuple(outline), properties, data)


def _source(file: Path) -> str:
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise ReadError(f"{file}: {size} bytes, more than {MAX_BYTES}\n    hint: no report is that big")
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ReadError(f"{file}: cannot be read ({error.strerror})\n    hint: build it first") from error
    except UnicodeDecodeError as error:
        raise ReadError(f"{file}: is not UTF-8 text ({error.reason})\n    hint: build the report again") from error
    if "\0" in text:
        raise ReadError(f"{file}: holds NUL characters: not an HTML file\n    hint: build the report again")
    if not re.search(r"<html[\s>]", text[:4096], re.IGNORECASE):
        raise ReadError(f"{file}: is not an HTML file\n    hint: build the report again")
    if not text.rstrip().lower().endswith("</html>"):
        raise ReadError(f"{file}: is cut off: it does not end with </html>\n    hint: build the report again")
    return text


def _parse(file: Path, source: str) -> HtmlElement:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = html.document_fromstring(source.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(f"{file}: cannot be parsed ({error})\n    hint: build the report again") from error
    for entry in parser.error_log:
        if entry.level_name == "FATAL":  # the parser goes on and leaves out what a browser still shows
            raise ReadError(f"{file}:{entry.line}: {entry.message}\n    hint: build the report again")
    return root


def _above(element: HtmlElement) -> list[HtmlElement]:
    return list(element.iterancestors())


def _is_hidden(element: HtmlElement) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return (
        element.get("hidden") is not None
        or "display:none" in style
        or "visibility:hidden" in style
        or element.get("aria-hidden") == "true"
    )


class _Collector:
    """Collects the segments of one element: inline parts joined, blocks apart."""

    def __init__(self, file: Path, page: int | None, root: HtmlElement, skip: set[HtmlElement] | None = None) -> None:
        self.file, self.page, self.root, self.skip = file, page, root, skip or set()
        self.parts: list[str] = []
        self.marks: list[Mark] = []
        self.length = 0
        self.done: list[Segment] = []
        self.owner: HtmlElement = root

    def segments(self) -> Iterator[Segment]:
        """Yield the segments in the order of the document."""
        stack_role: Role = "outline" if self.page is None else "paragraph"
        self._walk(self.root, stack_role, "")
        self._flush(stack_role, "")
        yield from self.done

    def _walk(self, element: HtmlElement, role: Role, group: str) -> None:
        """Visit an element; iterative, so that a file nested thousands deep cannot exhaust the stack."""
        todo: list[tuple[str, HtmlElement, Role, str]] = [("enter", element, role, group)]
        opened: list[tuple[HtmlElement, int]] = []
        while todo:
            step, item, role, group = todo.pop()
            if step == "text":
                self._add(item.text)
                continue
            if step == "tail":
                self._add(item.tail)
                continue
            if step == "leave":
                if item.tag in _INLINE:
                    begin = opened.pop()[1]
                    kind = item.get("data-kind")
                    if kind or item.get("data-fact"):
                        self.marks.append(Mark(begin, self.length, kind or "", item.get("data-fact")))
                else:
                    self._flush(role, group)
                continue
            if item in self.skip or not isinstance(item.tag, str) or item.tag in _SKIPPED:
                continue
            if item is not element and _is_hidden(item):
                role = "hidden"
            inline = item.tag in _INLINE
            if not inline:
                self._flush(role, group)
                role = role if role == "hidden" else _ROLES.get(item.tag, role)
                self.owner = item
            if item.get("data-exhibit") or (item.tag == "figure" and item.get("id")):
                group = str(item.get("data-exhibit") or item.get("id"))
            self._attributes(item, group)
            if inline:
                opened.append((item, self.length))
            todo.append(("leave", item, role, group))
            for child in reversed(list(item)):
                todo.append(("tail", child, role, group))
                todo.append(("enter", child, role, group))
            todo.append(("text", item, role, group))

    def _attributes(self, element: HtmlElement, group: str) -> None:
        for name in _SHOWN_ATTRIBUTES:
            text = element.get(name)
            if text and text.strip() and (name != "value" or element.tag == "input"):
                place = Place(self.file.name, self.page, element.sourceline, 0, len(text), f"{element.tag}@{name}")
                self.done.append(Segment(text, place, "hidden", group=group))

    def _add(self, text: str | None) -> None:
        if text:
            self.parts.append(text)
            self.length += len(text)

    def _flush(self, role: Role, group: str) -> None:
        text = "".join(self.parts)
        if text.strip():
            place = Place(self.file.name, self.page, self.owner.sourceline, 0, len(text), str(self.owner.tag))
            self.done.append(Segment(text, place, role, tuple(self.marks), group=group))
        self.parts, self.marks, self.length = [], [], 0


def _charts(file: Path, page: int, section: HtmlElement) -> Iterator[ChartContents]:
    from yanbao.read.vega import chart_of_spec

    for script in section.iter("script"):
        key = script.get("data-chart")
        if key is not None:
            place = Place(file.name, page, script.sourceline, part=f"chart {key}")
            yield chart_of_spec(_json(file, script), place, key)


def _json(file: Path, script: HtmlElement) -> object:
    try:
        return json.loads(script.text or "", parse_float=str, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        name = script.get("data-chart") or script.get("id") or "?"
        raise ReadError(
            f"{file}:{script.sourceline}: the JSON of {name!r} is broken ({error})\n    hint: build the report again"
        ) from error


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no number")


def _styles(file: Path, root: HtmlElement) -> Iterator[Segment]:
    """Yield the words that style sheets add to the page."""
    for style in root.iter("style"):
        for match in _CONTENT.finditer(style.text or ""):
            for quoted in _QUOTED.finditer(match.group(1)):
                text = quoted.group(1) or quoted.group(2) or ""
                if text.strip():
                    yield Segment(text, Place(file.name, None, style.sourceline, part="style"), "hidden")
