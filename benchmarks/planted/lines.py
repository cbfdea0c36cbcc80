"""Every text of a document's JSON as a line: its page, its role there, its pieces, and the path to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

JsonPath = tuple[str | int, ...]
_CAPTION = {"label": "exhibit-label", "title": "exhibit-title", "unit": "unit", "as_of": "as-of"}


@dataclass(frozen=True)
class Piece:
    """A span of a line, a label of a point or the text of a tick."""

    text: str
    kind: str = "run"
    note: str | None = None
    unit: str | None = None
    fact: str | None = None


@dataclass(frozen=True)
class Line:
    """A text of the document; `path` leads to its list of spans, or to the object whose `text` it is."""

    page: int
    page_kind: str
    page_id: str
    role: str
    block: str
    path: JsonPath
    pieces: tuple[Piece, ...]
    row: int = -1
    column: str = ""
    style: str = ""

    @property
    def text(self) -> str:
        """Return the characters of the line."""
        return "".join(piece.text for piece in self.pieces)

    def with_piece(self, index: int, text: str) -> str:
        """Return the line's characters with one piece changed."""
        return "".join(text if at == index else piece.text for at, piece in enumerate(self.pieces))


def lines_of(data: dict[str, Any]) -> Iterator[Line]:
    """Yield the lines of a document in the order in which they are shown."""
    for number, page in enumerate(data["pages"]):
        for line in _page(page, ("pages", number)):
            if line.text.strip():
                yield line


def _page(page: dict[str, Any], path: JsonPath) -> Iterator[Line]:
    def line(role: str, spans: Any, at: JsonPath, **more: Any) -> Line:
        block = more.pop("block", page["id"])
        pieces = tuple(_piece(span) for span in spans or ())
        return Line(page["number"], page["kind"], page["id"], role, block, (*path, *at), pieces, **more)

    def blocks(items: list[dict[str, Any]], at: JsonPath) -> Iterator[Line]:
        for number, block in enumerate(items):
            here = (*at, number)
            if block["type"] == "Columns":
                yield from blocks(block["left"], (*here, "left"))
                yield from blocks(block["right"], (*here, "right"))
            elif block["type"] == "Paragraph":
                style = block.get("style", "body")
                yield line("paragraph", block["text"], (*here, "text"), block=block["id"], style=style)
            else:
                yield from exhibit(block, here)

    def exhibit(block: dict[str, Any], at: JsonPath) -> Iterator[Line]:
        name = block["id"]
        for key, role in _CAPTION.items():
            yield line(role, block.get(key), (*at, key), block=name)
        body, here = block["body"], (*at, "body")
        if body["type"] == "Table":
            last: Any = None
            for number, column in enumerate(body["columns"]):
                if column.get("group") and column["group"] != last:
                    yield line("column-group", column["group"], (*here, "columns", number, "group"), block=name)
                last = column.get("group")
            for number, column in enumerate(body["columns"]):
                where = (*here, "columns", number, "label")
                yield line("column-head", column["label"], where, block=name, column=column["id"])
            for number, row in enumerate(body["rows"]):
                for order, cell in enumerate(row["cells"]):
                    where = (*here, "rows", number, "cells", order, "text")
                    column_id = body["columns"][order]["id"]
                    yield line("cell", cell["text"], where, block=name, row=number, column=column_id)
        elif body["type"] == "Timeline":
            for number, event in enumerate(body["events"]):
                for key in ("when", "title", "detail"):
                    where = (*here, "events", number, key)
                    yield line("event", event.get(key), where, block=name, row=number, column=key)
        else:
            yield from chart(name, body, here)
        for key, role in (("origin", "origin"), ("note", "exhibit-note")):
            yield line(role, block.get(key), (*at, key), block=name)

    def chart(name: str, body: dict[str, Any], at: JsonPath) -> Iterator[Line]:
        scatter = body["kind"] == "scatter"
        for number, series in enumerate(body["series"]):
            where = (*at, "series", number)
            yield line("series", series["name"], (*where, "name"), block=name, row=number)
            shown = [i for i, point in enumerate(series["points"]) if point.get("text") and point.get("value")]
            labels = "none" if scatter else series.get("labels", "none")
            for index in {"all": shown, "last": shown[-1:], "none": []}[labels]:
                point = series["points"][index]
                spans = [{"text": point["text"], "kind": "label", "unit": series.get("unit"), "fact": point["fact"]}]
                yield line("point", spans, (*where, "points", index), block=name, row=number, column=str(index))
        for number, category in enumerate(body["categories"]):
            if not scatter or number in body.get("labelled", ()):
                where = (*at, "categories", number, "text")
                yield line("category", category["text"], where, block=name, row=number)
        for axis in ("y_axis", "y2_axis", "x_axis"):
            for number, tick in enumerate((body.get(axis) or {}).get("ticks", ())):
                spans = [{"text": tick["text"], "kind": "tick"}]
                yield line("tick", spans, (*at, axis, "ticks", number), block=name, row=number, column=axis)

    yield line("title", page["title"], ("title",))
    yield from blocks(page["blocks"], ("blocks",))
    yield line("footer", page.get("footer"), ("footer",))
    for number, note in enumerate(page.get("notes", ())):
        yield line("speaker-note", note["text"], ("notes", number, "text"), block=note["id"])


def _piece(span: dict[str, Any]) -> Piece:
    return Piece(span["text"], span.get("kind", "run"), span.get("note"), span.get("unit"), span.get("fact"))


def at_path(data: Any, path: JsonPath) -> Any:
    """Return what stands at a path of a JSON value."""
    for step in path:
        data = data[step]
    return data
