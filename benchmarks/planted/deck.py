"""Changing the deck: a line of the document is found as the paragraph that shows it."""

from __future__ import annotations

import copy
import posixpath
from collections.abc import Mapping
from typing import Any

from benchmarks.planted.archive import changed, members
from benchmarks.planted.lines import Line
from benchmarks.planted.marked_text import exchange, named_nodes, put, take_out, text_of, visible
from benchmarks.planted.plant import Changed, Clean

FILE = "report.pptx"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PRESENTATION = "ppt/presentation.xml"
nodes = named_nodes(f"{A}t")
_CELLS = ("cell", "column-head", "column-group")


def parts(clean: Clean) -> Mapping[str, bytes]:
    """Return the members of the deck."""
    return members(clean.bytes_of(FILE))


def parse(data: bytes) -> Any:
    """Return the tree of a member."""
    from lxml import etree

    return etree.fromstring(data)


def written(clean: Clean, changes: Mapping[str, Any]) -> Changed:
    """Return the deck with some members changed; a tree is written as XML."""
    from lxml import etree

    made = {
        name: item
        if item is None or isinstance(item, bytes)
        else etree.tostring(item, xml_declaration=True, encoding="UTF-8", standalone=True)
        for name, item in changes.items()
    }
    return {FILE: changed(clean.bytes_of(FILE), made)}


def related(clean: Clean, part: str, word: str) -> list[str]:
    """Return the members that a member leads to, those whose type ends with a word."""
    folder, name = posixpath.split(part)
    data = parts(clean).get(f"{folder}/_rels/{name}.rels")
    if data is None:
        return []
    return [
        posixpath.normpath(posixpath.join(folder, item.get("Target")))
        for item in parse(data)
        if item.get("Type").endswith(f"/{word}")
    ]


def slides(clean: Clean) -> list[str]:
    """Return the members of the slides in order."""
    rels = parse(parts(clean)["ppt/_rels/presentation.xml.rels"])
    targets = {item.get("Id"): f"ppt/{item.get('Target')}" for item in rels}
    order = parse(parts(clean)[PRESENTATION]).find(f"{P}sldIdLst")
    return [targets[item.get(f"{R}id")] for item in order]


def charts(clean: Clean) -> dict[str, tuple[int, str]]:
    """Return, for each exhibit with a chart, its page and the member that holds its native chart."""
    found: dict[str, tuple[int, str]] = {}
    for number, slide in enumerate(slides(clean), 1):
        rels = parse(parts(clean)[f"{posixpath.dirname(slide)}/_rels/{posixpath.basename(slide)}.rels"])
        targets = {item.get("Id"): posixpath.normpath(f"ppt/slides/{item.get('Target')}") for item in rels}
        for frame in parse(parts(clean)[slide]).iter(f"{P}graphicFrame"):
            for chart in frame.iter(f"{C}chart"):
                found[frame.find(f".//{P}cNvPr").get("name")] = (number, targets[chart.get(f"{R}id")])
    return found


def find(clean: Clean, line: Line) -> tuple[str, Any, Any, int] | None:
    """Return the member, its tree, the paragraph that shows a line, and where in it the line begins."""
    part = slides(clean)[line.page - 1]
    if line.role == "speaker-note":
        part = next(iter(related(clean, part, "notesSlide")), "")
    if not part:
        return None
    root = parse(parts(clean)[part])
    paragraphs = [
        item
        for item in root.iter(f"{A}p")
        if (next(item.iterancestors(f"{A}tc"), None) is not None) == (line.role in _CELLS)
    ]
    wanted, offset = visible(line.text), 0
    if line.role in ("exhibit-label", "exhibit-title"):
        beside = [other for other in clean.lines if (other.page, other.block) == (line.page, line.block)]
        texts = {other.role: visible(other.text) for other in beside}
        wanted = texts["exhibit-label"] + texts["exhibit-title"]
        offset = len(texts["exhibit-label"]) if line.role == "exhibit-title" else 0
    same = [item for item in paragraphs if text_of(item, nodes) == wanted]
    like = [
        other.path
        for other in clean.lines
        if (other.page, other.role in _CELLS, other.role == "speaker-note")
        == (line.page, line.role in _CELLS, line.role == "speaker-note")
        and visible(other.text) == visible(line.text)
    ]
    at = like.index(line.path)
    return (part, root, same[at], offset) if at < len(same) else None


def edit(clean: Clean, line: Line, index: int, new: str) -> Changed | None:
    """Change one piece of a line; the contents slide shows page numbers in paragraphs of their own."""
    if line.page_kind == "contents" and line.role == "paragraph":
        return _edit_entry(clean, line, index, new)
    found = find(clean, line)
    if found is None:
        return None
    part, root, element, offset = found
    start = offset + len(visible("".join(piece.text for piece in line.pieces[:index])))
    put(element, nodes, start, start + len(visible(line.pieces[index].text)), new)
    return written(clean, {part: root})


def _edit_entry(clean: Clean, line: Line, index: int, new: str) -> Changed | None:
    entry = [piece for piece in line.pieces if piece.note != "page-number"]
    piece = line.pieces[index]
    whole = piece.note != "page-number"
    part = slides(clean)[line.page - 1]
    root = parse(parts(clean)[part])
    wanted = visible("".join(each.text for each in entry)) if whole else piece.text
    element = next((item for item in root.iter(f"{A}p") if text_of(item, nodes) == wanted), None)
    if element is None:
        return None
    start = len(visible("".join(each.text for each in line.pieces[:index]))) if whole else 0
    put(element, nodes, start, start + len(visible(piece.text)), new)
    return written(clean, {part: root})


def remove(clean: Clean, line: Line, level: str = "line") -> Changed | None:
    """Take out a line, or the row, exhibit or page that it stands in."""
    if level == "page":
        return _slide_list(clean, lambda items: items.remove(items[line.page - 1]))
    found = find(clean, line)
    if found is None:
        return None
    part, root, element, _ = found
    if level == "exhibit":
        shapes = [item for item in root.iter(f"{P}cNvPr") if _belongs(item.get("name") or "", line.block)]
        for item in shapes:
            take_out(next(up for up in item.iterancestors() if up.getparent().tag == f"{P}spTree"))
        return written(clean, {part: root})
    element = _around(element, level)
    if element is None:
        return None
    body = element.getparent()
    if element.tag == f"{A}p" and len(body.findall(f"{A}p")) == 1:
        element = next(up for up in element.iterancestors() if up.tag == f"{P}sp")
    take_out(element)
    return written(clean, {part: root})


def _belongs(name: str, exhibit: str) -> bool:
    return name == exhibit or name.startswith(f"{exhibit} ")


def _around(element: Any, level: str) -> Any:
    if level == "row":
        return next(element.iterancestors(f"{A}tr"), None)
    cell = next(element.iterancestors(f"{A}tc"), None)
    return element if cell is None else cell


def _slide_list(clean: Clean, change: Any) -> Changed:
    root = parse(parts(clean)[PRESENTATION])
    change(root.find(f"{P}sldIdLst"))
    return written(clean, {PRESENTATION: root})


def double(clean: Clean, line: Line, level: str = "line") -> Changed | None:
    """Let a line, row or page stand twice."""
    if level == "page":

        def twice(items: Any) -> None:
            again = copy.deepcopy(items[line.page - 1])
            again.set("id", "4000")
            items.insert(line.page, again)

        return _slide_list(clean, twice)
    found = find(clean, line)
    if found is None or level == "exhibit":
        return None
    part, root, element, _ = found
    element = element if level == "line" else _around(element, level)
    if element is None:
        return None
    element.addnext(copy.deepcopy(element))
    return written(clean, {part: root})


def swap(clean: Clean, line: Line, other: Line, level: str = "line") -> Changed | None:
    """Let two lines, rows or pages change places."""
    if level == "page":
        return _slide_list(clean, lambda items: exchange(items[line.page - 1], items[other.page - 1]))
    one, two = find(clean, line), find(clean, other)
    if one is None or two is None or one[0] != two[0]:
        return None
    part, root, element, _ = one
    path = two[1].getroottree().getpath(two[2])
    second = root.getroottree().xpath(path, namespaces={"a": A[1:-1], "p": P[1:-1]})[0]
    first, second = _around(element, level), _around(second, level)
    if first is None or second is None or first is second:
        return None
    exchange(first, second)
    return written(clean, {part: root})


def insert(clean: Clean, line: Line, text: str) -> Changed | None:
    """Put a text box of its own on the slide that shows a line."""
    found = find(clean, line)
    if found is None:
        return None
    part, root, element, _ = found
    shape = next((up for up in element.iterancestors(f"{P}sp")), None)
    if shape is None or shape.find(f".//{P}ph") is not None:
        return None
    added = copy.deepcopy(shape)
    added.find(f".//{P}cNvPr").set("id", "9000")
    added.find(f".//{P}cNvPr").set("name", "TextBox 9000")
    paragraphs = added.findall(f".//{A}p")
    for extra in paragraphs[1:]:
        take_out(extra)
    runs = list(paragraphs[0].iter(f"{A}t"))
    for run in runs:
        run.text = ""
    runs[0].text = text
    shape.addnext(added)
    return written(clean, {part: root})
