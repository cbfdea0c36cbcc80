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
from yanbao.web import assets, checking, data, home, models, progress, record, report
from yanbao.web.desk import Desk
from yanbao.web.guard import Guard, GuardMiddleware
from yanbao.web.home import glance
from yanbao.web.site import Site, aside

UPLOAD = 64 * 2**20  # bytes of the largest request


def create_app(desk: Desk, guard: Guard, *, code: bool = False) -> Starlette:
    """Return the workbench as an ASGI application.

    Args:
        desk: the workspaces it is open on.
        guard: who may ask.
        code: whether a workspace's own Python (`exhibits.py`) may run.
    """
    site = Site(desk, code=code)

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        warm = asyncio.create_task(aside(_read_all, desk))
        try:
            yield
        finally:
            await site.jobs.close()
            await warm

    async def known(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 400
        told = error.detail if isinstance(error, HTTPException) else str(error)
        return site.page(request, "error.html", status=status, told=told, code=status)

    rooms: list[list[Route]] = [
        assets.routes(),
        home.routes(site),
        progress.routes(site),
        report.routes(site),
        data.routes(site),
        models.routes(site),
        record.routes(site),
        checking.routes(site),
    ]
    app = Starlette(
        routes=[route for room in rooms for route in room],
        middleware=[Middleware(GuardMiddleware, guard=guard)],
        exception_handlers={HTTPException: known, YanbaoError: known},
        lifespan=life,
        max_body_size=UPLOAD,
    )
    app.state.site = site
    return app


def _read_all(desk: Desk) -> None:
    """Read the builds before somebody asks: the first page is then as quick as the others."""
    for place in desk.places.values():
        with suppress(YanbaoError):  # home tells what is wrong
            glance(place, date.today())
