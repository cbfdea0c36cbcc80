"""Sector: any exhibit of the market by a form, its members, screens that are kept, charts to take along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from yanbao.author.theme_file import load_theme
from yanbao.document.theme import Theme
from yanbao.document.tree import Document, Page, Span, plain
from yanbao.errors import Mistake, RenderError, WorkspaceError, YanbaoError
from yanbao.quantity.printing import format_value
from yanbao.render.html.exhibit import Figures
from yanbao.render.html.wording import wording
from yanbao.sector import EXHIBITS
from yanbao.sector.exhibit import Column
from yanbao.web import screens
from yanbao.web.desk import Place
from yanbao.web.drawing import Drawing, drawn, places, scaled, shown_unit
from yanbao.web.market import Answer, Group
from yanbao.web.options import fields_of, given, lacking, proposed
from yanbao.web.site import Site, aside, form_of, language_of, seen
from yanbao.web.take import as_csv, forms_of, kept, taken
from yanbao.web.words import Language, word

ROWS = 300  # of an exhibit on one page
ROOM = 1040.0  # pixels of a figure
_OF_SECTORS = frozenset(("ranking", "valuation", "valuation-history", "fund-holdings"))
_OF_COMPANIES = frozenset(("movers", "members", "screen"))


@dataclass(frozen=True)
class Shown:
    """An exhibit as a page shows it."""

    answer: Answer
    title: str
    drawing: Drawing | None
    told: str  # why there is no chart, where it cannot be drawn
    figure: Markup | None
    choices: list[tuple[str, str]]  # what the chart can show, and how that is called
    heads: list[tuple[str, str, bool]]  # label, unit, whether it holds numbers
    rows: list[list[tuple[str, str | None]]]  # text and what it leads to


def routes(site: Site) -> list[Route]:
    """Return the addresses of the sector page."""

    async def index(request: Request) -> Response:
        place, query = site.place(request), request.query_params
        if await aside(place.shelf.file) is None:
            return site.page(request, "sector-none.html", place=place, here="sector")
        language = language_of(request)
        as_of: date = await place.shelf.as_of(query.get("as_of", ""))
        groups: tuple[Group, ...] = await place.shelf.groups(as_of)
        exhibit = query.get("exhibit", "")
        shared: dict[str, Any] = {
            "place": place, "here": "sector", "groups": groups, "as_of": as_of.isoformat(),
            "asked_as_of": query.get("as_of", ""),
        }  # fmt: skip
        reach = await place.shelf.coverage()
        sector = query.get("sector", "")
        offers = [_offer(name, reach, as_of, sector, query.get("as_of", ""), language) for name in EXHIBITS]
        if not exhibit:
            return site.page(request, "sector.html", sector=sector, rows=offers, **shared)
        if exhibit not in EXHIBITS:
            raise HTTPException(404, f"no exhibit {exhibit}; there are {', '.join(EXHIBITS)}")
        said = given(exhibit, query)
        lacks, told, shown, status = lacking(exhibit, said), "", None, 200
        proposals: dict[str, str] = {}
        if lacks:
            proposals = proposed(exhibit, reach, as_of)
        else:
            try:
                shown = await _shown(place, exhibit, said, as_of, query.get("draw", ""), language)
            except HTTPException:
                raise
            except YanbaoError as error:
                told, status = str(error), 422
        return site.page(
            request, "sector-exhibit.html", status=status, exhibit=exhibit, fields=fields_of(exhibit),
            said={**proposals, **said}, shown=shown, told=told, kept=await aside(screens.read, place.folder),
            query=_query(request), offers=offers,
            forms=forms_of(shown.drawing.exhibit) if shown and shown.drawing else ("csv",),
            **shared,
        )  # fmt: skip

    async def take(request: Request) -> Response:
        place, query = site.place(request), request.query_params
        exhibit, form = query.get("exhibit", ""), request.path_params["form"]
        if exhibit not in EXHIBITS:
            raise HTTPException(404, f"no exhibit {exhibit}")
        language = language_of(request)
        as_of = await place.shelf.as_of(query.get("as_of", ""))
        said = given(exhibit, query)
        answer = await place.shelf.answer(exhibit, said, as_of)
        name = f"{exhibit}-{answer.as_of}"
        if form == "csv":
            return kept(await aside(_csv, answer, language), form, name)
        title = _title(exhibit, said, answer, language)
        drawing = await aside(drawn, answer, title, language, query.get("draw", ""))
        if drawing is None:
            raise HTTPException(404, f"{exhibit} has no chart: take the CSV")
        theme, document = await aside(_bound, place, drawing, language, answer.as_of)
        made: Response = await aside(taken, drawing.exhibit, form, theme, document.pages[0], document, name)
        return made

    async def take_of_report(request: Request) -> Response:
        place, query = site.place(request), request.query_params
        folder = place.before if query.get("build") == "before" else place.out
        reading = await aside(place.reading, folder)
        wanted = query.get("exhibit", "")
        for page in reading.document.pages if reading else ():
            for exhibit in page.exhibits():
                if exhibit.id == wanted:
                    form = request.path_params["form"]
                    made: Response = await aside(
                        taken, exhibit, form, reading.theme, page, reading.document, f"{place.name}-{wanted}"
                    )
                    return made
        raise HTTPException(404, f"the report has no exhibit {wanted}")

    async def screen(request: Request) -> Response:
        place = site.place(request)
        form = await form_of(request)
        name, where = str(form.get("name", "")).strip(), str(form.get("where", "")).strip()
        back = str(form.get("back", ""))
        if form.get("do") == "drop":
            await aside(screens.drop, place.folder, name)
        else:
            instead = str(form["instead_of"]) if "instead_of" in form else None
            await aside(screens.keep, place.folder, screens.Screen(name, where), instead_of=instead)
        return seen(f"/w/{place.name}/sector?" + urlencode(parse_qsl(back) or {"exhibit": "screen"}))

    return [
        Route("/w/{place}/sector", index),
        Route("/w/{place}/sector/take.{form}", take),
        Route("/w/{place}/chart.{form}", take_of_report),
        Route("/w/{place}/sector/screen", screen, methods=["POST"]),
    ]


def _offer(
    name: str, reach: dict[str, dict[str, Any]], as_of: date, sector: str, asked: str, language: Language
) -> tuple[str, str, str, str]:
    """Return an exhibit as the list offers it: name, title, question, address."""
    names = {field.name for field in fields_of(name)}
    query = {**proposed(name, reach, as_of), **({"sector": sector} if sector and "sector" in names else {})}
    address = "?" + urlencode({"exhibit": name, **query, **({"as_of": asked} if asked else {})})
    return name, word(f"sector.x_{name}", language), word(f"sector.q_{name}", language), address


async def _shown(place: Place, exhibit: str, said: dict[str, Any], as_of: date, draw: str, language: Language) -> Shown:
    answer: Answer = await place.shelf.answer(exhibit, said, as_of)
    found: Shown = await aside(_laid_out, place, answer, said, draw, language)
    return found


def _laid_out(place: Place, answer: Answer, said: dict[str, Any], draw: str, language: Language) -> Shown:
    title = _title(answer.exhibit, said, answer, language)
    drawing, figure, told = drawn(answer, title, language, draw), None, ""
    if drawing is not None:
        theme, document = _bound(place, drawing, language, answer.as_of)
        try:
            made = Figures(theme, wording(document), ()).figure(drawing.exhibit, ROOM)
            figure = Markup(made)  # noqa: S704 (source made by render.html, escaped there)
        except RenderError as error:
            told = str(error)
    units = [shown_unit(answer, column, language) for column in answer.columns]
    heads = [
        (getattr(column.head, language), unit, bool(column.unit) or _counts(answer, column))
        for column, unit in zip(answer.columns, units, strict=True)
    ]
    rows = [
        [
            (_text(row[column.name], column, unit), _leads(answer, column, row, said))
            for column, unit in zip(answer.columns, units, strict=True)
        ]
        for row in answer.rows[:ROWS]
    ]
    choices = [(one, _choice(one, answer, language)) for one in (drawing.choices if drawing else ())]
    return Shown(answer, title, drawing, told, figure, choices, heads, rows)


def _choice(choice: str, answer: Answer, language: Language) -> str:
    measure, _, method = choice.partition("/")
    if method:
        return f"{word(f'sector.c_{measure}', language)} {word(f'sector.c_{method}', language)}"
    return next(str(getattr(column.head, language)) for column in answer.columns if column.name == choice)


def _counts(answer: Answer, column: Column) -> bool:
    return any(isinstance(row[column.name], int) for row in answer.rows[:1])


def _text(value: Any, column: Column, unit: str) -> str:
    """Return a cell as it is printed."""
    if value is None:
        return "–"
    if isinstance(value, int | float) and not isinstance(value, bool) and column.name not in ("year", "quarter"):
        if not column.unit and isinstance(value, int):
            return f"{value:,}"
        return format_value(scaled(value, unit), places(unit) if unit else 2, grouping=True)
    return value.isoformat() if isinstance(value, date) else str(value)


def _leads(answer: Answer, column: Column, row: dict[str, Any], said: dict[str, Any]) -> str | None:
    """Return the question that a cell leads to: from a sector to its members, from a member to its share price."""
    if column.name != "code" or not row["code"]:
        return None
    last = str(said.get("to") or said.get("on") or row.get("day") or answer.as_of)
    if answer.exhibit in _OF_SECTORS:
        return _address({"exhibit": "members", "sector": row["code"], "on": last})
    if answer.exhibit in _OF_COMPANIES:
        first = str(said.get("from") or f"{int(last[:4]) - 1}{last[4:]}".replace("-02-29", "-02-28"))
        return _address({"exhibit": "share-price", "code": row["code"], "from": first, "to": last})
    return None


def _title(exhibit: str, said: dict[str, Any], answer: Answer, language: Language) -> str:
    """Return the title of an exhibit: what it is of, and which it is."""
    heads = {column.name: getattr(column.head, language) for column in answer.columns}
    of = heads.get("sector") if exhibit == "performance" else heads.get("share") if exhibit == "share-price" else None
    names = {row["name"] for row in answer.rows} if exhibit in _OF_SECTORS and "sector" in said else set()
    of = of or (names.pop() if len(names) == 1 else said.get("sector", ""))
    name = word(f"sector.x_{exhibit}", language)
    return f"{of}：{name}" if of and language == "zh" else f"{of}: {name}" if of else name


def _csv(answer: Answer, language: Language) -> bytes:
    """Return the whole table as the store has it: fractions, and money in the unit of its column."""
    heads = [
        getattr(column.head, language) + (f" ({column.unit})" if column.unit not in ("", "1") else "")
        for column in answer.columns
    ]
    return as_csv([heads, *([row[column.name] for column in answer.columns] for row in answer.rows)])


def _bound(place: Place, drawing: Drawing, language: Language, as_of: date) -> tuple[Theme, Document]:
    """Return the workspace's look, and a document of one page that holds the chart.

    Raises:
        WorkspaceError: the theme has mistakes.
    """
    reading = place.reading()
    house = reading.document.house if reading else ""
    mistakes: list[Mistake] = []
    theme = reading.theme if reading else load_theme(place.folder, mistakes, {}, language)
    if mistakes:
        raise WorkspaceError(mistakes)
    title = plain(drawing.exhibit.title)
    asked = word(f"sector.q_{drawing.exhibit.id}", language)  # a slide says the question above and the answer below
    page = Page(drawing.exhibit.id, "content", (Span(asked),), (drawing.exhibit,), 1, as_of=as_of)
    return theme, Document(title, "", language, house, as_of, as_of, (page,))


def _query(request: Request) -> str:
    """Return the question of an address, for the addresses of what is taken from it."""
    return urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "draw"])


def _address(query: dict[str, Any]) -> str:
    return "?" + urlencode(query, doseq=True)
