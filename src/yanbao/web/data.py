"""Evidence and data: the workspace's tables and files; a cell changed, with what that does to the report."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from yanbao.build.folder import sha256
from yanbao.errors import EditError, WorkspaceError
from yanbao.evidence.table import Column, Table
from yanbao.fact.fact import Derivation, Fact, Source
from yanbao.quantity import format_quantity
from yanbao.quantity.printing import format_value
from yanbao.web.cell import Cell, cells, replaced
from yanbao.web.desk import Place
from yanbao.web.site import Site, as_text, aside, form_of, language_of, seen
from yanbao.web.words import Language

ROWS = 400  # of a table on one page


@dataclass(frozen=True)
class Shown:
    """A cell of a table as it is shown: its text, how it came about, and where it can be changed."""

    text: str
    fact: str | None
    how: str  # sourced, computed, missing
    title: str  # the formula or the origin
    line: int | None  # of the CSV, where the cell stands in it
    order: tuple[int, Any]  # what it is sorted by


def routes(site: Site) -> list[Route]:
    """Return the addresses of evidence and data."""

    async def index(request: Request) -> Response:
        place = site.place(request)
        query = request.query_params
        if "file" in query:
            return await file(request, place, query["file"])
        if "table" in query:
            return await table(request, place, query["table"])
        computed = await aside(place.draft.computed)
        evidence = computed.calculator.evidence
        language = language_of(request)
        wanted = query.get("q", "").lower()
        rows = [_about(found, evidence.facts, language) for found in evidence.tables.values() if found.view is None]
        rows = [row for row in rows if wanted in " ".join(map(str, row.values())).lower()]
        return site.page(
            request, "data.html", place=place, here="data", q=query.get("q", ""), rows=rows,
            mistakes=[str(mistake) for mistake in evidence.mistakes], files=place.draft.files(),
            stored=await aside(place.shelf.file) is not None,
        )  # fmt: skip

    async def file(request: Request, place: Place, name: str) -> Response:
        content = (await aside(place.draft.read, name)).decode("utf-8", "replace")
        lines = content.removeprefix("\ufeff").splitlines()
        stem = name.rpartition("/")[2].removesuffix(".csv")
        known = name.endswith(".csv") and stem in (await aside(place.draft.computed)).calculator.evidence.tables
        if known and "line" in request.query_params:
            return await table(request, place, stem)
        return site.page(request, "data-file.html", place=place, here="data", file=name, lines=lines)

    async def table(request: Request, place: Place, name: str) -> Response:
        computed = await aside(place.draft.computed)
        evidence = computed.calculator.evidence
        found = evidence.tables.get(name)
        if found is None:
            raise HTTPException(404, f"no table {name}; it may have mistakes: see the list of tables")
        language = language_of(request)
        query = request.query_params
        rows = await aside(_rows, place, found, evidence.facts)
        wanted = query.get("q", "").lower()
        rows = [row for row in rows if wanted in " ".join(cell.text for cell in row[1]).lower()]
        sort, columns = query.get("sort", ""), list(found.columns)
        if sort in columns:
            at = columns.index(sort)
            rows.sort(key=lambda row: row[1][at].order, reverse=query.get("desc") == "1")
            rows.sort(key=lambda row: row[1][at].order[0] == _LAST)  # what is missing stands last either way
        if query.get("format") == "csv":
            out = io.StringIO()
            writer = csv.writer(out)
            writer.writerow(columns)
            writer.writerows([_plain(cell.text) for cell in row] for _, row in rows)
            return as_text("\ufeff" + out.getvalue(), kind="text/csv", name=f"{name}.csv")
        heads = [_head(found, column, language) for column in found.columns.values()]
        return site.page(
            request, "data-table.html", place=place, here="data", table=_about(found, evidence.facts, language),
            columns=heads, rows=rows[:ROWS], total=len(rows), q=query.get("q", ""),
            sort=sort, desc=query.get("desc") == "1", line=query.get("line", ""),
        )  # fmt: skip

    async def edit(request: Request) -> Response:
        place = site.place(request)
        query = request.query_params
        found, cell, content = await aside(
            _cell, place, query.get("file", ""), query.get("line", ""), query.get("column", "")
        )
        return site.page(
            request, "data-edit.html", place=place, here="data", file=query["file"], cell=cell, record=found,
            value=cell.value, old=cell.value, digest=sha256(content), mistakes=[], preview=None, clash=None,
        )  # fmt: skip

    async def change(request: Request) -> Response:
        place = site.place(request)
        form = await form_of(request)
        given = {name: str(form.get(name, "")) for name in ("file", "line", "column", "value", "old", "digest", "do")}
        record, cell, content = await aside(_cell, place, given["file"], given["line"], given["column"])
        shown = {
            "place": place, "here": "data", "file": given["file"], "cell": cell, "record": record,
            "value": given["value"], "old": given["old"], "digest": sha256(content),
            "mistakes": [], "preview": None, "clash": None,
        }  # fmt: skip
        if cell.value != given["old"]:  # another tab was quicker: both values are shown, nothing is lost
            return site.page(request, "data-edit.html", status=409, **shown | {"old": cell.value, "clash": cell.value})
        try:
            new = replaced(content, cell.line, cell.column, given["value"])
            if given["do"] == "save":
                await aside(place.draft.write, given["file"], new, sha256(content))
                return seen(f"/w/{place.name}/data", file=given["file"], line=cell.line)
            preview = await aside(place.draft.preview, given["file"], new)
        except WorkspaceError as error:
            return site.page(
                request, "data-edit.html", status=422, **shown | {"mistakes": [str(each) for each in error.mistakes]}
            )
        except EditError as error:
            return site.page(request, "data-edit.html", status=422, **shown | {"mistakes": [str(error)]})
        return site.page(request, "data-edit.html", **shown | {"preview": preview})

    return [
        Route("/w/{place}/data", index),
        Route("/w/{place}/data/edit", edit),
        Route("/w/{place}/data/edit", change, methods=["POST"]),
    ]


_LAST = 9


def _about(table: Table, facts: dict[str, Fact], language: Language) -> dict[str, Any]:
    sidecar = table.sidecar
    return {
        "name": table.id,
        "title": sidecar.title.get(language) or sidecar.title.get("zh") or table.id,
        "file": table.file,
        "described": table.described,
        "rows": len(table.rows),
        "columns": len(table.columns),
        "units": ", ".join(dict.fromkeys(column.spec.unit for column in table.columns.values() if column.spec.unit)),
        "origin": _origin(table, facts, language),
        "as_of": sidecar.as_of.isoformat(),
        "kind": "model" if table.is_model else "store" if table.coverage else "evidence",
        "coverage": (table.coverage.get(language) or "") if table.coverage else "",
    }


def _origin(table: Table, facts: dict[str, Fact], language: Language) -> str:
    """Return the publisher as the report names it, as far as a cell tells it."""
    for row in table.rows:
        for column in table.columns:
            fact = facts.get(table.fact_id(row, column))
            if fact is not None and isinstance(fact.lineage, Source):
                return fact.lineage.origin
    origin = table.sidecar.origin
    return origin if isinstance(origin, str) else origin.get(language) or ""


def _head(table: Table, column: Column, language: Language) -> tuple[str, str, str, bool, str | None]:
    """Return what the head of a column tells: id, label, unit, whether it holds numbers, formula."""
    spec = column.spec
    label = spec.label.get(language) or spec.label.get("zh") or column.id
    return column.id, label, spec.unit, spec.kind in ("measure", "exact") and column.id != table.key, spec.compute


def _rows(place: Place, table: Table, facts: dict[str, Fact]) -> list[tuple[str, list[Shown]]]:
    editable: set[tuple[int, str]] = set()
    if table.file.endswith(".csv") and not table.coverage:
        content = place.draft.read(table.file)
        editable = {(cell.line, cell.column) for record in cells(content.decode("utf-8", "replace")) for cell in record}
    return [
        (row, [_shown(facts.get(table.fact_id(row, column.id)), column, editable) for column in table.columns.values()])
        for row in table.rows
    ]


def _shown(fact: Fact | None, column: Column, editable: set[tuple[int, str]]) -> Shown:
    if fact is None:
        return Shown("", None, "missing", "", None, (_LAST, ""))
    line, title, how = None, "", "sourced"
    lineage = fact.lineage
    source = lineage.printed_source if isinstance(lineage, Derivation) else lineage
    if isinstance(lineage, Derivation):
        how, title = "computed", lineage.formula
    elif isinstance(lineage, Source):
        title = f"{lineage.origin} · {lineage.origin_line}" if lineage.origin_line else lineage.origin
    if isinstance(source, Source) and (source.file_line, column.id) in editable:
        line = source.file_line
    if fact.quantity is not None:
        # the head of the column names its unit: a cell says its own only where it has another
        own = fact.quantity.unit == column.unit
        value, places = fact.quantity.value, _places(fact)
        text = format_value(value, places, grouping=True) if own else format_quantity(fact.quantity, decimals=places)
        return Shown(text, fact.id, how, title, line, (0, fact.quantity.value))
    if fact.text is not None:
        return Shown(fact.text, fact.id, how, title, line, (1, fact.text))
    return Shown(fact.missing or "", fact.id, "missing", title, line, (_LAST, ""))


def _places(fact: Fact) -> int:
    assert fact.quantity is not None
    if fact.quantity.decimals is not None:
        return fact.quantity.decimals
    return 0 if fact.quantity.value.denominator == 1 else 2


def _cell(place: Place, file: str, line: str, column: str) -> tuple[list[Cell], Cell, bytes]:
    """Return the record that a cell stands in, the cell, and the file's content.

    Raises:
        EditError: no such file or cell.
    """
    content = place.draft.read(file)
    for record in cells(content.decode("utf-8", "replace")):
        for cell in record:
            if str(cell.line) == line and cell.column == column:
                return record, cell, content
    raise EditError(f"{file} has no cell {column} on line {line}")


def _plain(text: str) -> str:
    """Return a cell that a spreadsheet takes for a text."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") and not text[1:2].isdigit() else text
