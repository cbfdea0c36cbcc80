"""What all pages share: the desk, the jobs, the language of a request, templates and answers."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from yanbao import __version__
from yanbao.web.assets import address
from yanbao.web.desk import Desk, Place
from yanbao.web.jobs import Jobs
from yanbao.web.words import LANGUAGES, Language, word

COOKIE = "yanbao_language"
SECONDS = 600.0  # that a form may take to come in: a file of the largest size at 110 kB a second
TABS = ("report", "data", "sector", "model", "record")


@dataclass
class Site:
    """A running workbench.

    Args:
        desk: what it is open on.
    """

    desk: Desk
    jobs: Jobs = field(default_factory=Jobs)
    templates: Environment = field(
        default_factory=lambda: Environment(
            loader=PackageLoader("yanbao.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
    )

    def place(self, request: Request) -> Place:
        """Return the workspace that an address names.

        Raises:
            HTTPException: there is none of that name.
        """
        name = request.path_params["place"]
        if name not in self.desk.places:
            raise HTTPException(404, f"no workspace {name}")
        return self.desk.places[name]

    def word(self, request: Request, key: str, **given: object) -> str:
        """Return a word in the language of a request."""
        return word(key, language_of(request), **given)

    def page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page made from a template.

        Args:
            request: what was asked: it decides the language.
            template: a file of `templates/`.
            status: of the answer.
            values: what the template shows; `place` (or `None`) and `here` (the name of the tab) are for the head.
        """
        language = language_of(request)
        shared = {
            "language": language,
            "t": partial(_word, language),
            "form_key": request.scope["state"]["form_key"],
            "asset": address,
            "tabs": TABS,
            "other": _other(request, language),
            "version": __version__,
            "place": None,
            "here": "",
        }
        source = self.templates.get_template(template).render(shared | values)
        # a name on the disk may hold bytes that are no text
        answer = HTMLResponse(source.encode("utf-8", "backslashreplace"), status)
        if request.query_params.get("lang") in LANGUAGES:
            answer.set_cookie(COOKIE, language, httponly=True, samesite="strict")
        return answer


def _word(language: Language, key: str, **given: object) -> str:
    return word(key, language, **given)


def _other(request: Request, language: Language) -> str:
    """Return the address of the same state in the other language."""
    query = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    return "?" + urlencode([*query, ("lang", "en" if language == "zh" else "zh")])


def language_of(request: Request) -> Language:
    """Return the language of a request: what its address says, what was chosen before, what the browser asks for."""
    for asked in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if asked in LANGUAGES:
            return "zh" if asked == "zh" else "en"
    return "en" if request.headers.get("accept-language", "zh").lower().startswith("en") else "zh"


def owner_of(request: Request) -> str:
    """Return the browser that asks, where a token tells them apart; else the empty text."""
    return str(request.scope["state"]["owner"])


async def form_of(request: Request, *, files: int = 0, part: int = 2**20) -> FormData:
    """Return the form of a request that a page of this server sent.

    Args:
        request: a POST.
        files: how many files it may hold.
        part: bytes of the largest field.

    Raises:
        HTTPException: it does not carry the secret that our pages put into theirs, or takes too long to come in.
    """
    try:
        async with asyncio.timeout(SECONDS):
            form = await request.form(max_files=files, max_fields=2000, max_part_size=part)
    except TimeoutError:
        raise HTTPException(408, f"the form did not come in within {SECONDS:g} s") from None
    given = str(request.headers.get("x-form-key") or form.get("form_key") or "")
    if not hmac.compare_digest(given.encode(), request.scope["state"]["form_key"].encode()):
        raise HTTPException(
            403, "this form is not of a page of this server, or of an earlier start: load the page again"
        )
    return form


def seen(address: str, **query: object) -> RedirectResponse:
    """Return the answer to a form that was accepted: go and see."""
    told = urlencode({key: value for key, value in query.items() if value is not None})
    return RedirectResponse(address + (f"?{told}" if told else ""), 303)


async def aside(work: Callable[..., Any], *args: Any, **given: Any) -> Any:
    """Do work that computes or reads beside the loop, so that other readers go on."""
    return await run_in_threadpool(work, *args, **given)


def as_text(value: str, *, kind: str = "text/plain", name: str | None = None) -> Response:
    """Return a text, as a file to keep where it has a name."""
    headers: Mapping[str, str] = {"content-disposition": disposition(name)} if name else {}
    return Response(value, media_type=f"{kind}; charset=utf-8", headers=dict(headers))


def disposition(name: str) -> str:
    """Return the header that makes an answer a file of this name."""
    from urllib.parse import quote

    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
