"""The page of a job: how far it is, told live; its end; the button that stops it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from yanbao.web.jobs import Job
from yanbao.web.site import Site, form_of, owner_of, seen


def routes(site: Site) -> list[Route]:
    """Return the addresses of jobs."""

    def job_of(request: Request) -> Job:
        job = site.jobs.get(request.path_params["job"], owner_of(request))
        if job is None:
            raise HTTPException(404, "no such work: it is over and forgotten, or the server was started again")
        return job

    async def show(request: Request) -> Response:
        return site.page(request, "job.html", job=job_of(request))

    async def events(request: Request) -> Response:
        job = job_of(request)

        async def told() -> AsyncIterator[str]:
            async for now in site.jobs.follow(job):
                yield f"data: {json.dumps(now, ensure_ascii=False)}\n\n"

        return StreamingResponse(told(), media_type="text/event-stream")

    async def stop(request: Request) -> Response:
        await form_of(request)
        job = job_of(request)
        await site.jobs.stop(job)
        return seen(job.back)

    return [
        Route("/jobs/{job}", show),
        Route("/jobs/{job}/events", events),
        Route("/jobs/{job}/stop", stop, methods=["POST"]),
    ]
