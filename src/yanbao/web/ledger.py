"""Ledger: the calls and the entries of the house, searched, and verified against heads that were kept elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from yanbao.rating import Call, Entry, Head
from yanbao.rating.entry import NAMES
from yanbao.web.book import Book, Books, since
from yanbao.web.site import Site, aside, disposition, form_of, seen

ROWS = 200  # on one page
PROBLEMS = 100
FILTERS = ("security", "analyst", "action", "rating", "fate", "from", "to", "call")
_ENTRY = ("entry", "published", "action", "call", "security", "name", "rating", "price", "target", "currency",
          "measure", "period", "value", "unit", "analyst", "reason", "corrects")  # fmt: skip
_CALL = ("call", "published", "security", "name", "action", "rating", "horizon", "price", "target", "currency",
         "estimates", "analyst", "fate", "since", "why")  # fmt: skip


@dataclass(frozen=True)
class Verified:
    """What came of holding a ledger against heads: `told` names what is no head."""

    heads: tuple[Head, ...]
    problems: tuple[Any, ...]
    told: bool  # something was pasted, and no head is in it


def routes(site: Site, books: Books) -> list[Route]:
    """Return the addresses of the ledger."""

    async def show(request: Request) -> Response:
        place, query = site.place(request), request.query_params
        book: Book | None = await aside(books.of, place)
        if book is None:
            return site.page(request, "ledger.html", place=place, here="record", book=None)
        verified = await aside(_verified, book, query.get("head", ""))
        view = "entries" if query.get("view") == "entries" else "calls"
        found = [] if book.problems else await aside(_wanted_of, book, view, query)
        page = page_number(query.get("page", "1"))
        first = (page - 1) * ROWS
        state = {key: value for key, value in query.items() if key in (*FILTERS, "view", "head") and value}
        return site.page(
            request, "ledger.html", place=place, here="record", book=book, verified=verified, view=view,
            columns=_ENTRY if view == "entries" else _CALL, total=len(found),
            rows=[_row(one) for one in found[first : first + ROWS]],
            first=first, page=page, pages=-(-len(found) // ROWS), asked={name: query.get(name, "") for name in FILTERS},
            head=query.get("head", ""), choices=book.choices, most=PROBLEMS, state=urlencode(state),
            other_view=urlencode({**state, "view": "calls" if view == "entries" else "entries"}),
        )  # fmt: skip

    async def file(request: Request) -> Response:
        place = site.place(request)
        book: Book | None = await aside(books.of, place)
        if book is None:
            raise HTTPException(404, "the workspace has no ledger")
        headers = {"content-disposition": disposition(book.path.name)}
        return FileResponse(book.path, media_type="text/csv; charset=utf-8", headers=headers)

    async def verify(request: Request) -> Response:
        """Take what is pasted, however long: a report that holds heads, a list of them; keep the heads of it."""
        place = site.place(request)
        form = await form_of(request, part=8 * 2**20)
        pasted = str(form.get("head", ""))
        heads = list(dict.fromkeys(Head.find(pasted)))[:20]
        told = "\n".join(f"{head.count}:{head.hash}" for head in heads) or pasted.strip()[:80]
        return seen(f"/w/{place.name}/record/ledger", head=told or None)

    return [
        Route("/w/{place}/record/ledger", show),
        Route("/w/{place}/record/ledger/verify", verify, methods=["POST"]),
        Route("/w/{place}/record/calls.csv", file),
    ]


def page_number(text: str) -> int:
    """Return the page that an address names, the first where it names none."""
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 7 else 1


def _verified(book: Book, pasted: str) -> Verified:
    heads = Head.find(pasted)
    problems = book.against(heads) if heads else book.problems
    return Verified(heads, tuple(problems), bool(pasted.strip()) and not heads)


def _wanted_of(book: Book, view: str, query: QueryParams) -> Sequence[Entry | Call]:
    """Return the calls or the entries that are asked for, newest last as they were recorded."""
    fate = query.get("fate", "")
    if view == "entries":
        return [entry for entry in book.entries if _wanted(entry, query)] if not fate else []
    return [call for call in book.calls if _wanted(call.entry, query) and (not fate or call.fate == fate)]


def _wanted(entry: Entry, query: Mapping[str, str]) -> bool:
    """Return whether an entry is what the filters ask for: part of code or name, all else in full."""
    wanted = query.get("security", "").strip().lower()
    if wanted and wanted not in f"{entry.security} {entry.name}".lower():
        return False
    for name in ("analyst", "action", "rating", "call"):
        if query.get(name, "") not in ("", getattr(entry, name)):
            return False
    day = entry.published.isoformat()
    return query.get("from", "") <= day <= (query.get("to", "") or "9")


def _entry_row(entry: Entry) -> dict[str, str]:
    cells = dict(zip(NAMES, entry.cells, strict=True))
    return {name: cells[name] for name in _ENTRY}


def _row(one: Entry | Call) -> dict[str, str]:
    return _call_row(one) if isinstance(one, Call) else _entry_row(one)


def _call_row(call: Call) -> dict[str, str]:
    day = since(call)
    last = call.ended or next((event for event in call.events if event.kind == "suspended"), None)
    corrected = [event.reason for event in call.events if event.kind == "corrected"]
    row = _entry_row(call.entry)
    more = {
        "horizon": str(call.entry.horizon or ""),
        "estimates": str(len(call.estimates) or ""),
        "fate": call.fate,
        "since": day.isoformat() if day is not None else "",
        "why": "; ".join(filter(None, [(last.reason or last.by) if last is not None else "", *corrected])),
    }
    return {name: (row | more)[name] for name in _CALL}
