"""Changing the HTML report: a line of the document is found as the element that shows it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from benchmarks.planted.lines import Line
from benchmarks.planted.marked_text import all_nodes, exchange, put, take_out, text_of, visible
from benchmarks.planted.plant import Changed, Clean

FILE = "report.html"
_OUTSIDE = "not(ancestor::figure) and not(ancestor::header) and not(ancestor::footer)"
_IN_TABLE = "not(ancestor::details)"
_PATHS = {
    "title": "./header/h1|./header/h2",
    "paragraph": f".//p[{_OUTSIDE}]|.//li[{_OUTSIDE}]|.//h3[{_OUTSIDE}]",
    "footer": ".//footer/p[@class='foot']",
    "exhibit-label": ".//span[@class='label']",
    "exhibit-title": ".//span[@class='title']",
    "unit": ".//span[@class='unit']",
    "as-of": ".//span[@class='as-of']",
    "column-head": f".//thead//th[{_IN_TABLE}]",
    "column-group": f".//thead//th[{_IN_TABLE}]",
    "cell": f".//tbody//td[{_IN_TABLE}]|.//tbody//th[{_IN_TABLE}]|.//dd|.//dt",
    "event": ".//ol//div|.//ol//p|.//ol//span|.//ol//time",
    "origin": ".//p[@class='origin']",
    "exhibit-note": ".//p[@class='note']",
    "series": ".//details//thead//th",
    "category": ".//details//tbody//th",
    "point": ".//details//tbody//td",
}
_ON_PAGE = ("title", "paragraph", "footer")
_UP = {"row": ("tr", "li"), "exhibit": ("figure",), "page": ("section",)}


def tree(clean: Clean) -> Any:
    """Return the parsed report."""
    from lxml import html

    return html.document_fromstring(clean.bytes_of(FILE), parser=html.HTMLParser(encoding="utf-8", huge_tree=True))


def written(root: Any) -> Changed:
    """Return the report from its tree."""
    from lxml import html

    text = html.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>")
    return {FILE: text + b"\n"}


def section(root: Any, page: int) -> Any:
    """Return the section of a page."""
    return [item for item in root.iter("section") if item.get("id")][page - 1]


def find(clean: Clean, root: Any, line: Line) -> Any:
    """Return the element that shows a line, `None` if the format has none."""
    if line.role not in _PATHS:
        return None
    scope = section(root, line.page)
    if line.role not in _ON_PAGE:
        figures = scope.xpath(".//figure[@data-exhibit=$name]", name=line.block)
        if len(figures) != 1:
            return None
        scope = figures[0]
    wanted = visible(line.text)
    same = [item for item in scope.xpath(_PATHS[line.role]) if text_of(item, all_nodes) == wanted]
    at = _order(clean, line)
    return same[at] if at < len(same) else None


def _order(clean: Clean, line: Line) -> int:
    """Return how many lines of the same text stand before a line in its block."""
    like = [
        other.path
        for other in clean.lines
        if (other.page, other.block, other.role) == (line.page, line.block, line.role) and other.text == line.text
    ]
    return like.index(line.path)


def edit(clean: Clean, line: Line, index: int, new: str) -> Changed | None:
    """Change one piece of a line."""
    root = tree(clean)
    element = find(clean, root, line)
    if element is None:
        return None
    start = len(visible("".join(piece.text for piece in line.pieces[:index])))
    put(element, all_nodes, start, start + len(visible(line.pieces[index].text)), new)
    return written(root)


def remove(clean: Clean, line: Line, level: str = "line") -> Changed | None:
    """Take out a line, or the row, exhibit or page that it stands in."""
    root = tree(clean)
    element = _around(find(clean, root, line), level)
    if element is None:
        return None
    take_out(element)
    return written(root)


def double(clean: Clean, line: Line, level: str = "line") -> Changed | None:
    """Let a line, row, exhibit or page stand twice."""
    root = tree(clean)
    element = _around(find(clean, root, line), level)
    if element is None:
        return None
    element.addnext(copy.deepcopy(element))
    return written(root)


def swap(clean: Clean, line: Line, other: Line, level: str = "line") -> Changed | None:
    """Let two lines, rows, exhibits or pages change places."""
    root = tree(clean)
    one, two = (_around(find(clean, root, item), level) for item in (line, other))
    if one is None or two is None or one is two:
        return None
    exchange(one, two)
    return written(root)


def _around(element: Any, level: str) -> Any:
    if element is None or level == "line":
        return element
    return next((item for item in element.iterancestors() if item.tag in _UP[level]), None)


def insert(clean: Clean, line: Line, text: str) -> Changed | None:
    """Put a paragraph of its own behind the one that shows a line."""
    root = tree(clean)
    element = find(clean, root, line)
    if element is None:
        return None
    added = element.makeelement("p" if element.tag != "li" else "li", {"class": "body"})
    added.text = text
    element.addnext(added)
    return written(root)


def attribute(clean: Clean, line: Line, name: str, text: str) -> Changed | None:
    """Give the element that shows a line an attribute."""
    root = tree(clean)
    element = find(clean, root, line)
    if element is None:
        return None
    element.set(name, text)
    return written(root)


def json_parts(clean: Clean) -> dict[str, Any]:
    """Return the JSON of each chart by its exhibit, and of the panel under "facts"."""
    found: dict[str, Any] = {}
    for script in tree(clean).iter("script"):
        if "json" in (script.get("type") or ""):
            found[script.get("data-chart") or script.get("class") or ""] = json.loads(script.text)
    return found


def change_json(clean: Clean, name: str, change: Callable[[Any], None]) -> Changed:
    """Change the JSON of a chart, or of the panel ("facts")."""
    root = tree(clean)
    for script in root.iter("script"):
        if name in (script.get("data-chart"), script.get("class")):
            data = json.loads(script.text)
            change(data)
            text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
            script.text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return written(root)
