"""An exhibit's data as rows of text."""

from __future__ import annotations

import difflib

from yanbao.document.tree import Chart, Document, Exhibit, Table, plain
from yanbao.errors import BuildError

Rows = tuple[str, list[str], list[list[str]]]


def exhibit_list(document: Document) -> Rows:
    """Return a line for each exhibit."""
    rows = [
        [exhibit.id, plain(exhibit.label), plain(exhibit.title), str(page.number)]
        for page in document.pages
        for exhibit in page.exhibits()
    ]
    return document.title, ["id", "label", "title", "page"], rows


def exhibit_rows(document: Document, wanted: str) -> Rows:
    """Return an exhibit's data: a chart by category and series, a table as printed.

    Raises:
        BuildError: no such exhibit; the message names the nearest ids.
    """
    exhibits = {exhibit.id: exhibit for exhibit in document.exhibits()}
    if wanted not in exhibits:
        near = difflib.get_close_matches(wanted, list(exhibits), 3, 0.4)
        hint = f"near: {', '.join(near)}" if near else "`yanbao show list` lists them"
        raise BuildError(f"no exhibit `{wanted}`; {hint}")
    exhibit = exhibits[wanted]
    return _title(exhibit), *_body(exhibit)


def _title(exhibit: Exhibit) -> str:
    parts = (exhibit.label, exhibit.title, exhibit.unit, exhibit.as_of, exhibit.origin)
    return "  ".join(text for part in parts if (text := plain(part)))


def _body(exhibit: Exhibit) -> tuple[list[str], list[list[str]]]:
    body = exhibit.body
    if isinstance(body, Table):
        heads = [" ".join(filter(None, (plain(column.group), plain(column.label)))) for column in body.columns]
        return heads, [[plain(cell.text) for cell in row.cells] for row in body.rows]
    if isinstance(body, Chart):
        heads = ["", *(plain(series.name) for series in body.series)]
        rows = [
            [
                plain(category.text),
                *(_point(series.points[index].text, series.points[index].missing) for series in body.series),
            ]
            for index, category in enumerate(body.categories)
        ]
        return heads, rows
    return ["when", "title", "detail"], [
        [plain(event.when), plain(event.title), plain(event.detail)] for event in body.events
    ]


def _point(text: str, missing: str | None) -> str:
    return text if missing is None else f"({missing})"
