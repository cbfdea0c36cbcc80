"""Changing the PDF: its fonts are subsets, so a changed document is rendered anew; pages can be moved as they are."""

from __future__ import annotations

import copy
import io
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.planted.lines import JsonPath, Line, at_path
from benchmarks.planted.plant import Changed, Clean

FILE = "report.pdf"


def rendered(clean: Clean, data: dict[str, Any]) -> Changed:
    """Return the PDF of a changed document."""
    from yanbao.author.theme_file import load_theme
    from yanbao.document.codec import from_json
    from yanbao.render.pdf import render_pdf

    theme = load_theme(clean.build.inputs, [], {}, clean.build.document.language)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        render_pdf(from_json(data), theme, path)
        return {FILE: path.read_bytes()}


def edit(clean: Clean, line: Line, index: int, new: str) -> Changed | None:
    """Change one piece of a line; a PDF has no speaker's notes."""
    if line.role == "speaker-note":
        return None
    data = copy.deepcopy(clean.data)
    edit_data(data, line, index, new)
    if line.role == "series":
        _name_axes(at_path(data, line.path[: line.path.index("series")]), line.text, line.with_piece(index, new))
    return rendered(clean, data)


def _name_axes(chart: dict[str, Any], old: str, new: str) -> None:
    """Give the axes of a chart that are called as a series is its new name: a scatter prints only theirs."""
    for axis in ("y_axis", "y2_axis", "x_axis"):
        if (chart.get(axis) or {}).get("title") == old:
            chart[axis]["title"] = new


def edit_data(data: dict[str, Any], line: Line, index: int, new: str) -> None:
    """Change one piece of a line in a document's JSON."""
    item = at_path(data, line.path)
    (item if isinstance(item, dict) else item[index])["text"] = new


def path_of(line: Line, level: str) -> JsonPath:
    """Return the path of the paragraph, cell, row, exhibit or page that a line stands in."""
    path = list(line.path)
    if level == "page":
        return tuple(path[:2])
    if level == "exhibit":
        return tuple(path[: path.index("body")] if "body" in path else path[:-1])
    if level == "row":
        return tuple(path[: path.index("rows") + 2])
    if "cells" in path:
        return tuple(path[: path.index("cells") + 2])
    return tuple(path[:-1]) if line.role in ("paragraph", "speaker-note") else tuple(path)


def remove(clean: Clean, line: Line, level: str = "line") -> Changed | None:
    """Take out a line, or the row, exhibit or page that it stands in."""
    if level == "page":
        return pages(clean, lambda numbers: numbers.remove(line.page))
    data = copy.deepcopy(clean.data)
    path = path_of(line, level)
    parent = at_path(data, path[:-1])
    if isinstance(path[-1], int) and path[-2] != "cells":
        parent.pop(path[-1])
    elif isinstance(path[-1], int):
        parent[path[-1]] = {"text": []}
    else:
        parent[path[-1]] = []
    return rendered(clean, data)


def double(clean: Clean, line: Line, level: str = "line") -> Changed | None:
    """Let a line, row, exhibit or page stand twice."""
    if level == "page":
        return pages(clean, lambda numbers: numbers.insert(line.page, line.page))
    data = copy.deepcopy(clean.data)
    path = path_of(line, level)
    if not isinstance(path[-1], int):
        return None
    parent = at_path(data, path[:-1])
    parent.insert(path[-1], copy.deepcopy(parent[path[-1]]))
    return rendered(clean, data)


def swap(clean: Clean, line: Line, other: Line, level: str = "line") -> Changed | None:
    """Let two lines, rows or pages change places."""
    if level == "page":

        def exchange(numbers: list[int]) -> None:
            numbers[line.page - 1], numbers[other.page - 1] = other.page, line.page

        return pages(clean, exchange)
    data = copy.deepcopy(clean.data)
    one, two = path_of(line, level), path_of(other, level)
    if one == two:
        return None
    first, second = at_path(data, one), at_path(data, two)
    at_path(data, one[:-1])[one[-1]] = second
    at_path(data, two[:-1])[two[-1]] = first
    return rendered(clean, data)


def insert(clean: Clean, line: Line, text: str) -> Changed | None:
    """Put a paragraph of its own behind the one that shows a line."""
    if line.role != "paragraph":
        return None
    data = copy.deepcopy(clean.data)
    path = path_of(line, "line")
    parent = at_path(data, path[:-1])
    added = copy.deepcopy(parent[path[-1]])
    added["id"], added["text"] = f"{added['id']}-added", [{"text": text}]
    parent.insert(int(path[-1]) + 1, added)
    return rendered(clean, data)


def pages(clean: Clean, change: Callable[[list[int]], None]) -> Changed:
    """Return the PDF with its pages in another order, some left out or there twice."""
    import pypdfium2

    with pypdfium2.PdfDocument(clean.bytes_of(FILE)) as old, pypdfium2.PdfDocument.new() as new:
        numbers = list(range(1, len(old) + 1))
        change(numbers)
        new.import_pages(old, [number - 1 for number in numbers])
        return {FILE: _saved(new)}


def saved_again(clean: Clean) -> Changed:
    """Return the PDF as another program saves it."""
    import pypdfium2

    with pypdfium2.PdfDocument(clean.bytes_of(FILE)) as document:
        return {FILE: _saved(document)}


def _saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def titles(lines: Sequence[Line]) -> list[Line]:
    """Return the titles of the pages."""
    return [line for line in lines if line.role == "title"]
