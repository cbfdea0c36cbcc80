"""The ASGI application: addresses, guard, assets, errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from yanbao.errors import YanbaoError
from yanbao.web import assets, checking, data, home, models, progress, record, report, sector, stored
from yanbao.web.desk import Desk
from yanbao.web.guard import Guard, GuardMiddleware
from yanbao.web.home import glance
from yanbao.web.jobs import BusyError
from yanbao.web.site import Site, aside

UPLOAD = 64 * 2**20  # bytes of the largest request


def create_app(desk: Desk, guard: Guard) -> Starlette:
    """Return the workbench as an ASGI application.

    Args:
        desk: the workspaces it is open on.
        guard: who may ask.
    """
    site = Site(desk)

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        warm = app.state.warm = asyncio.create_task(aside(_read_all, desk))
        try:
            yield
        finally:
            await site.jobs.close()
            await warm
            for place in desk.places.values():
                place.shelf.close()

    async def known(request: Request, error: Exception) -> Response:
        status, told = 400, str(error)
        if isinstance(error, HTTPException):
            status, told = error.status_code, error.detail
        elif isinstance(error, BusyError):
            status = 503
        elif isinstance(error, OSError):  # a workspace or a build went away, or may not be read
            status, told = 503, f"{error.filename or ''}: {error.strerror or error}".lstrip(": ")
        return site.page(request, "error.html", status=status, told=told, code=status)

    rooms: list[list[Route]] = [
        assets.routes(),
        home.routes(site),
        progress.routes(site),
        report.routes(site),
        data.routes(site),
        stored.routes(site),
        sector.routes(site),
        models.routes(site),
        record.routes(site),
        checking.routes(site),
    ]
    app = Starlette(
        routes=[route for room in rooms for route in room],
        middleware=[Middleware(GuardMiddleware, guard=guard)],
        exception_handlers={HTTPException: known, YanbaoError: known, OSError: known},
        lifespan=life,
        max_body_size=UPLOAD,
    )
    app.state.site = site
    return app


def _read_all(desk: Desk) -> None:
    """Read the builds before somebody asks: the first page is then as quick as the others."""
    for place in desk.places.values():
        with suppress(YanbaoError, OSError):  # its pages tell what is wrong
            glance(place, date.today())
            place.draft.computed()
        with suppress(YanbaoError):  # so does the page of the sector
            if place.shelf.file() is not None:
                place.shelf.ask(lambda store: store.connection)
