"""Workspaces, their exhibits, and where a number comes from, for an assistant."""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from yanbao.author.workspace import FILE, Workspace
from yanbao.build.trace import find
from yanbao.document.tree import Cell as TableCell
from yanbao.document.tree import Chart, Document, Exhibit, Point, Series, Table, Text, plain
from yanbao.errors import BuildError, Mistake, WorkspaceError
from yanbao.fact.fact import Derivation
from yanbao.quantity.printing import format_value
from yanbao.source.toml_file import parse_toml, read_text
from yanbao.store.connection import store_file
from yanbao.web.desk import Desk, Place
from yanbao.web.mcp_number import Cell, Column, Number, Told, numbers, short

Of = Annotated[
    Literal["files", "build"],
    Field(description="files: the workspace as its files stand now. build: the last report that was built of it."),
]
Name = Annotated[str, Field(max_length=200, description="A workspace, as list_workspaces names it.")]
Start = Annotated[int, Field(ge=0, description="How many to pass over.")]
MOST_FACTS = 400  # of a lineage
_PLACES = 8  # where a number is shown


class Standing(Told):
    """A workspace that this server is open on."""

    workspace: str
    title: str | None = None
    language: Literal["zh", "en"] | None = None
    as_of: str | None = None
    published: str | None = None
    models: list[str] = Field(default_factory=list)
    has_store: bool = False
    has_build: bool = False
    has_ledger: bool = False
    mistakes: Annotated[list[str], Field(description="What is wrong with its yanbao.toml.")] = Field(
        default_factory=list
    )


class Standings(BaseModel):
    """What this server is open on."""

    workspaces: list[Standing]
    allowed: Annotated[list[str], Field(description="Further folders that check_file reads from, by name.")]


class Listed(Told):
    """An exhibit in a list."""

    exhibit: str
    label: str
    title: str
    kind: str
    page: int
    unit: str | None = None
    as_of: str | None = None
    origin: str | None = None


class Exhibits(BaseModel):
    """The exhibits of a report in its order."""

    workspace: str
    title: str
    as_of: str
    exhibits: list[Listed]
    total: Annotated[int, Field(description="How many there are; ask on with `start`.")]


class Read(Told):
    """An exhibit with its data; `facts` has every number that stands in it, by id."""

    workspace: str
    exhibit: str
    label: str
    title: str
    kind: str
    unit: str | None = None
    as_of: str | None = None
    origin: str | None = None
    note: str | None = None
    columns: list[Column]
    rows: list[list[Cell]]
    total: Annotated[int, Field(description="How many rows there are; ask on with `start`.")]
    facts: dict[str, Number]


class Showing(BaseModel):
    """Where a report shows a number."""

    page: int
    text: str
    where: str


class Found(BaseModel):
    """A fact that a query found."""

    fact: str
    shown: list[Showing]
    shown_times: int


class Lineage(BaseModel):
    """What a query found, and all that rests on: `inputs` of each fact are ids in `facts`, down to sources."""

    workspace: str
    found: list[Found]
    found_total: int
    facts: dict[str, Number]
    left_out: Annotated[int, Field(description="Ids that `facts` has no room for: trace them by themselves.")]


class Reports:
    """The tools that read reports.

    Args:
        desk: the workspaces.
        allowed: names of further folders that files are checked in.
    """

    def __init__(self, desk: Desk, allowed: list[str]) -> None:
        self.desk, self.allowed = desk, allowed

    def place(self, name: str) -> Place:
        """Return a workspace by its name.

        Raises:
            BuildError: there is none.
        """
        if name not in self.desk.places:
            raise BuildError(f"no workspace {name[:80]!r}; there are: {', '.join(self.desk.places)}")
        return self.desk.places[name]

    def document(self, name: str, of: str) -> Document:
        """Return a report.

        Raises:
            YanbaoError: no such workspace, mistakes in it, no build of it.
        """
        place = self.place(name)
        if of == "files":
            return place.draft.document()
        reading = place.reading()
        if reading is None:
            raise BuildError(f"{name} has no build yet: `yanbao build` makes one; of = files reads it as it stands")
        return reading.document

    def list_workspaces(self) -> Standings:
        """List the workspaces that this server is open on: title, day, models, whether there is a build or a store."""
        return Standings(workspaces=[_standing(place) for place in self.desk.places.values()], allowed=self.allowed)

    def list_exhibits(
        self,
        workspace: Name,
        of: Of = "files",
        search: Annotated[str, Field(max_length=100, description="A word of the title or the id.")] = "",
        start: Start = 0,
        most: Annotated[int, Field(ge=1, le=400)] = 100,
    ) -> Exhibits:
        """List the exhibits (charts, tables, timelines) of a report, with the page each stands on."""
        document = self.document(workspace, of)
        wanted = search.lower()
        found = [
            _listed(exhibit, page.number)
            for page in document.pages
            for exhibit in page.exhibits()
            if wanted in f"{exhibit.id} {plain(exhibit.label)} {plain(exhibit.title)}".lower()
        ]
        return Exhibits(
            workspace=workspace,
            title=document.title,
            as_of=document.as_of.isoformat(),
            exhibits=found[start : start + most],
            total=len(found),
        )

    def read_exhibit(
        self,
        workspace: Name,
        exhibit: Annotated[str, Field(max_length=200, description="Its id, as list_exhibits gives it.")],
        of: Of = "files",
        start: Start = 0,
        most: Annotated[int, Field(ge=1, le=200)] = 20,
    ) -> Read:
        """Read the data of an exhibit: rows as printed, and each number with value, unit, day, source or formula, id.

        Quote `text` of a cell; compute with `value` of its fact, which is in `unit`.
        """
        document = self.document(workspace, of)
        exhibits = {found.id: found for found in document.exhibits()}
        if exhibit not in exhibits:
            near = difflib.get_close_matches(exhibit, list(exhibits), 3, 0.4)
            hint = f"near: {', '.join(near)}" if near else "list_exhibits lists them"
            raise BuildError(f"no exhibit {exhibit[:80]!r}; {hint}")
        shown = exhibits[exhibit]
        columns, rows = _body(shown)
        part = rows[start : start + most]
        told = [name for row in part for cell in row for name in cell.facts]
        told += [name for text in (shown.title, shown.as_of, shown.note) for name in _facts(text)]
        listed = _listed(shown, 0)
        facts = numbers(told, document.facts, document.language)
        for cell in (cell for row in part for cell in row):
            cell.facts = [name for name in cell.facts if name in facts]
        return Read(
            workspace=workspace, exhibit=shown.id, label=listed.label, title=listed.title, kind=listed.kind,
            unit=listed.unit, as_of=listed.as_of, origin=listed.origin, note=short(plain(shown.note)) or None,
            columns=columns, rows=part, total=len(rows), facts=facts,
        )  # fmt: skip

    def trace_number(
        self,
        workspace: Name,
        query: Annotated[
            str, Field(max_length=200, description="A number as printed (5275, 27.6%), a fact's id, or a word.")
        ],
        of: Of = "files",
        most: Annotated[int, Field(ge=1, le=20, description="How many facts to trace.")] = 5,
    ) -> Lineage:
        """Show where a number of a report comes from: its formula, its inputs, down to the cells they stand in."""
        document = self.document(workspace, of)
        known = document.facts
        try:
            found = find(document, query)
        except BuildError:
            # a fact of the evidence or of a model that no page shows
            computed = self.place(workspace).draft.computed().calculator.evidence.facts if of == "files" else {}
            if query not in computed:
                raise
            known, found = computed, {query: ()}
        traced = list(found)[:most]
        reached, waiting = dict.fromkeys(traced), deque(traced)
        while waiting:
            fact = known[waiting.popleft()]
            if isinstance(fact.lineage, Derivation):
                new = [name for name in fact.lineage.inputs if name in known and name not in reached]
                reached.update(dict.fromkeys(new))
                waiting.extend(dict.fromkeys(new))
        kept = list(reached)[:MOST_FACTS]
        return Lineage(
            workspace=workspace,
            found=[
                Found(
                    fact=name,
                    shown=[
                        Showing(page=at.page, text=at.text, where=short(at.context)) for at in found[name][:_PLACES]
                    ],
                    shown_times=len(found[name]),
                )
                for name in traced
            ],
            found_total=len(found),
            facts=numbers(kept, known, document.language),
            left_out=len(reached) - len(kept),
        )


def settings(place: Place) -> Workspace:
    """Return yanbao.toml.

    Raises:
        WorkspaceError: it cannot be read: all of its mistakes.
    """
    mistakes: list[Mistake] = []
    text = read_text(place.folder / FILE, FILE, mistakes)
    found = parse_toml(text, FILE, Workspace, mistakes) if text is not None else None
    if found is None:
        raise WorkspaceError(mistakes)
    return found


def _standing(place: Place) -> Standing:
    from yanbao.model import model_names

    told = Standing(workspace=place.name, has_build=(place.out / "manifest.json").is_file())
    try:
        found = settings(place)
    except WorkspaceError as error:
        told.mistakes = [str(mistake) for mistake in error.mistakes]
        return told
    report = found.report
    told.title, told.language = report.title.get(report.language), report.language
    told.as_of, told.published = report.as_of.isoformat(), report.published.isoformat()
    told.models = list(model_names(place.folder))
    told.has_store = store_file(place.folder / (found.market.store if found.market else "")).is_file()
    told.has_ledger = (place.folder / (found.ledger.file if found.ledger else "calls.csv")).is_file()
    return told


def _listed(exhibit: Exhibit, page: int) -> Listed:
    body = exhibit.body
    kind = body.kind if isinstance(body, Chart) else "table" if isinstance(body, Table) else "timeline"
    return Listed(
        exhibit=exhibit.id,
        label=plain(exhibit.label),
        title=short(plain(exhibit.title)),
        kind=kind,
        page=page,
        unit=plain(exhibit.unit) or None,
        as_of=plain(exhibit.as_of) or None,
        origin=short(plain(exhibit.origin)) or None,
    )


def _body(exhibit: Exhibit) -> tuple[list[Column], list[list[Cell]]]:
    body = exhibit.body
    if isinstance(body, Table):
        heads = [
            Column(label=plain(column.label), unit=column.unit or None, group=plain(column.group) or None)
            for column in body.columns
        ]
        return heads, [[_cell(cell) for cell in row.cells] for row in body.rows]
    if isinstance(body, Chart):
        heads = [Column(label="")]
        heads += [Column(label=plain(series.name), unit=series.unit or None) for series in body.series]
        return heads, [
            [_text(category.text), *(_point(series.points[at], series) for series in body.series)]
            for at, category in enumerate(body.categories)
        ]
    heads = [Column(label=name) for name in ("when", "title", "detail")]
    return heads, [[_text(event.when), _text(event.title), _text(event.detail)] for event in body.events]


def _cell(cell: TableCell) -> Cell:
    told = _text(cell.text)
    told.facts = list(dict.fromkeys([*([cell.fact] if cell.fact else []), *told.facts]))
    told.missing = cell.missing
    return told


def _text(text: Text) -> Cell:
    return Cell(text=short(plain(text)), facts=list(dict.fromkeys(_facts(text))))


def _point(point: Point, series: Series) -> Cell:
    text = point.text
    if not text and point.value is not None:
        text = format_value(point.value, series.decimals, grouping=True)
    return Cell(text=text, facts=[point.fact] if point.fact else [], missing=point.missing)


def _facts(text: Text) -> Iterator[str]:
    return (span.fact for span in text if span.fact)
