"""Report: the built document page by page, any number's lineage, two builds side by side, downloads, a rebuild."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from yanbao.build.folder import FORMATS
from yanbao.document.tree import Page, facts_of_page, plain
from yanbao.render.html.file import used_widths, variables
from yanbao.web.desk import Place, Reading
from yanbao.web.home import since
from yanbao.web.jobs import Job
from yanbao.web.proofs import digests, keep, proven
from yanbao.web.site import Site, aside, disposition, form_of, seen
from yanbao.web.take import forms_of

_WITHOUT: dict[str, Any] = dict.fromkeys(  # what an entry may lack
    ("value", "text", "missing", "formula", "relation", "inputs", "printed", "printed_source", "source", "as_of")
)
MOST = 60  # texts, and facts, that a search shows
_KINDS = {
    "html": "text/html",
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def routes(site: Site) -> list[Route]:
    """Return the addresses of the report."""

    async def show(request: Request) -> Response:
        place = site.place(request)
        reading = await aside(_reading, place, request)
        if reading is None:
            return site.page(request, "report-none.html", place=place, here="report")
        page = _page(reading, request)
        fact = request.query_params.get("fact")
        return site.page(
            request,
            "report.html",
            place=place,
            here="report",
            reading=reading,
            page=page,
            section=Markup(await aside(reading.section, page)),  # noqa: S704 (source made by render.html, escaped there)
            contents=contents(reading),
            drawer=_entry(reading, fact) if fact else None,
            build=request.query_params.get("build", ""),
            takes=[(one.id, plain(one.label) or plain(one.title), forms_of(one)) for one in page.exhibits()],
            others=[page.number for page in reading.document.pages],
        )

    async def style(request: Request) -> Response:
        reading = await aside(_reading, site.place(request), request)
        if reading is None:
            raise HTTPException(404, "no build yet")
        page = _page(reading, request)
        rules = variables(reading.theme) + used_widths(await aside(reading.section, page))
        return Response(rules, media_type="text/css")

    async def fact(request: Request) -> Response:
        place = site.place(request)
        reading = await aside(_reading, place, request)
        if reading is None:
            raise HTTPException(404, "no build yet")
        drawer = _entry(reading, request.query_params.get("id", ""))
        return site.page(
            request, "drawer.html", place=place, drawer=drawer, build=request.query_params.get("build", ""), page=None
        )

    async def compare(request: Request) -> Response:
        place = site.place(request)
        old, new = await aside(place.reading, place.before), await aside(place.reading)
        if old is None or new is None:
            return site.page(request, "compare-none.html", place=place, here="report")
        changes = await aside(since, old, new)
        number = _number(request)
        sides = []
        for name, side in (("before", old), ("", new)):
            page = side.page(number)
            source = Markup(await aside(side.section, page)) if page else None  # noqa: S704 (as above)
            sides.append((name, side, source))
        return site.page(
            request, "compare.html", place=place, here="report", changes=changes, sides=sides, number=number,
            most=max(len(old.document.pages), len(new.document.pages)),
        )  # fmt: skip

    async def download(request: Request) -> Response:
        place = site.place(request)
        form = request.path_params["form"]
        path = _folder(place, request) / f"report.{form}"
        if form not in FORMATS or path.is_symlink() or not path.is_file():
            raise HTTPException(404, f"the build has no {form}")
        # a report's own scripts must not run with the rights of the workbench: it is a file to keep
        told = {"content-disposition": disposition(f"{place.name}.{form}"), "content-security-policy": "sandbox"}
        return FileResponse(path, media_type=_KINDS[form], headers=told)

    async def build(request: Request) -> Response:
        place = site.place(request)
        form = await form_of(request)
        asked = {
            "workspace": str(place.folder),
            "out": str(place.out),
            "before": str(place.before),
            "language": form.get("edition") or None,
            "as_of": form.get("as_of") or None,
        }
        running = [job for job in site.jobs.of("build") if job.state == "running" and job.title == place.name]
        job = (
            running[0] if running else site.jobs.start("build", asked, title=place.name, back=f"/w/{place.name}/report")
        )
        return seen(f"/jobs/{job.id}")

    async def prove(request: Request) -> Response:
        place = site.place(request)
        await form_of(request)
        files = await aside(digests, place.out)

        def then(job: Job) -> None:
            if job.state == "done":
                keep(place, files, job.result)

        job = site.jobs.start(
            "prove", {"out": str(place.out)}, title=place.name, back=f"/w/{place.name}/proof", then=then
        )
        return seen(f"/jobs/{job.id}")

    async def proof(request: Request) -> Response:
        place = site.place(request)
        return site.page(request, "proof.html", place=place, here="report", proof=await aside(proven, place))

    async def search(request: Request) -> Response:
        place = site.place(request)
        reading = await aside(_reading, place, request)
        if reading is None:
            raise HTTPException(404, "no build yet")
        query = request.query_params.get("q", "")
        texts, facts = await aside(found, reading, query)
        return site.page(
            request, "search.html", place=place, here="report", q=query, texts=texts, facts=facts,
            build=request.query_params.get("build", ""),
        )  # fmt: skip

    return [
        Route("/w/{place}/report", show),
        Route("/w/{place}/proof", proof),
        Route("/w/{place}/search", search),
        Route("/w/{place}/style.css", style),
        Route("/w/{place}/fact", fact),
        Route("/w/{place}/compare", compare),
        Route("/w/{place}/files/report.{form}", download),
        Route("/w/{place}/build", build, methods=["POST"]),
        Route("/w/{place}/prove", prove, methods=["POST"]),
    ]


def contents(reading: Reading) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return the pages by section: number and title of each."""
    found: list[tuple[str, list[tuple[int, str]]]] = []
    for page in reading.document.pages:
        name = plain(page.title) if page.kind == "divider" else plain(page.section)
        if not found or found[-1][0] != name:
            found.append((name, []))
        found[-1][1].append((page.number, plain(page.title)))
    return found


def found(reading: Reading, query: str) -> tuple[list[tuple[int, str, str]], list[tuple[int, str, str, str]]]:
    """Return the texts that hold all words of a query (page, title, text) and facts (page, id, label, value)."""
    terms = unicodedata.normalize("NFKC", query).lower().split()
    if not terms:
        return [], []

    def holds(text: str) -> bool:
        low = unicodedata.normalize("NFKC", text).lower()
        return all(term in low for term in terms)

    texts = [
        (page.number, plain(page.title), text)
        for page in reading.document.pages
        for text in _texts(page)
        if holds(text)
    ]
    known = []
    for page in reading.document.pages:
        for fact in facts_of_page(page):
            entry = reading.facts.get(fact)
            if entry is not None and holds(entry["label"] + " " + entry.get("value", entry.get("text", ""))):
                known.append((page.number, fact, entry["label"], entry.get("value", entry.get("text", ""))))
    first = {fact: (number, fact, label, value) for number, fact, label, value in reversed(known)}
    return texts[:MOST], sorted(first.values())[:MOST]


def _texts(page: Page) -> list[str]:
    return [plain(page.title), *(plain(paragraph.text) for paragraph in page.paragraphs())] + [
        plain(text) for exhibit in page.exhibits() for text in (exhibit.title, exhibit.note)
    ]


def _folder(place: Place, request: Request) -> Path:
    return place.before if request.query_params.get("build") == "before" else place.out


def _reading(place: Place, request: Request) -> Reading | None:
    return place.reading(_folder(place, request))


def _number(request: Request) -> int:
    asked = request.query_params.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0


def _page(reading: Reading, request: Request) -> Page:
    page = reading.page(_number(request))
    if page is None:
        raise HTTPException(404, f"the report has {len(reading.document.pages)} pages")
    return page


def _entry(reading: Reading, fact: str) -> dict[str, Any]:
    entry = reading.facts.get(fact)
    if entry is None:
        raise HTTPException(404, "the report shows no such number")
    known = {name: _WITHOUT | reading.facts[name] for name in entry.get("inputs", ())}
    return {"id": fact, **_WITHOUT, **entry, "known": known}
