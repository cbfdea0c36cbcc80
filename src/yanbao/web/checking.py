"""Check: a file from anywhere, ticked and tied in a process of its own; its findings beside it, to be judged."""

from __future__ import annotations

import re
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from yanbao.check.tick.tested import WORST_FIRST
from yanbao.errors import ReadError
from yanbao.web import marks
from yanbao.web.jobs import Job, Limits
from yanbao.web.site import Site, aside, disposition, form_of, language_of, owner_of, seen
from yanbao.web.sniff import suffix_of

LIMITS = Limits(seconds=300, memory=3072)
_FRAMED = "default-src 'none'; frame-src 'self'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self';"
_SHOWN = "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
_SHOWN += " img-src data:; font-src data:; frame-ancestors 'self'"  # its own parts only: it asks nobody for anything
_FRAMED += " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def routes(site: Site) -> list[Route]:
    """Return the addresses of checks."""
    path = site.desk.out / "check-marks.csv"

    def done(request: Request) -> Job:
        job = site.jobs.get(request.path_params["job"], owner_of(request))
        if job is None or job.kind != "check" or job.state != "done":
            raise HTTPException(404, "no such check: it is over and forgotten, or the server was started again")
        return job

    def form_page(request: Request, told: str = "", status: int = 200) -> Response:
        jobs = site.jobs.of("check", owner_of(request))
        return site.page(request, "check.html", status=status, here="check", jobs=jobs, told=told)

    async def ask(request: Request) -> Response:
        return form_page(request)

    async def upload(request: Request) -> Response:
        site.jobs.room()
        form = await form_of(request, files=1)
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            return form_page(request, "none", 422)
        name = Path(file.filename.replace("\\", "/")).name[:200] or "file"
        kept = site.jobs.folder()
        try:
            await aside(_copy, file, kept / "upload")
            suffix = await aside(suffix_of, kept / "upload", name)
        except ReadError as error:
            shutil.rmtree(kept)
            return form_page(request, str(error), 422)
        (kept / "document").mkdir()
        # its own name, as far as every disk can write it: it stands at the head of the page
        stem = re.sub(r"[^\w.() -]", "_", Path(name).stem)[:60].strip(". ") or "file"
        target = kept / "document" / (stem + suffix)
        (kept / "upload").rename(target)
        request_ = {"file": str(target), "name": name, "language": language_of(request)}
        owner = owner_of(request)
        job = site.jobs.start(
            "check", request_, title=name, back="/check/{job}", limits=LIMITS, folder=kept, owner=owner
        )
        return seen(f"/jobs/{job.id}")

    async def show(request: Request) -> Response:
        job = done(request)
        digest = await aside(_digest, job)
        query = request.query_params
        findings = [
            {**finding, "name": marks.name_of(finding), "anchor": anchor}
            for finding, anchor in zip(job.result["findings"], job.result["anchors"], strict=True)
        ]
        counts = {severity: sum(each["severity"] == severity for each in findings) for severity in WORST_FIRST}
        if query.get("severity") in WORST_FIRST:
            findings = [finding for finding in findings if finding["severity"] == query["severity"]]
        page = site.page(
            request, "check-result.html", here="check", job=job, result=job.result, findings=findings, counts=counts,
            severity=query.get("severity", ""), marked=await aside(marks.last, path, digest),
            annotated=(job.folder / "annotated.pdf").is_file(),
        )  # fmt: skip
        page.headers["content-security-policy"] = _FRAMED
        return page

    async def judge(request: Request) -> Response:
        job = done(request)
        form = await form_of(request)
        finding = next((each for each in job.result["findings"] if marks.name_of(each) == form.get("finding")), None)
        verdict, note = str(form.get("verdict", "")), str(form.get("note", ""))
        if finding is None or verdict not in marks.VERDICTS or len(note) > 2000:
            raise HTTPException(422, "a mark needs a finding of this document, right or wrong, and a short note")
        where = finding["where"][0]
        mark = marks.Mark(
            marks.now(), await aside(_digest, job), job.title, marks.name_of(finding), str(where.get("page") or ""),
            finding["claimed"]["text"], finding["code"], verdict, " ".join(note.split()),
        )  # fmt: skip
        await aside(marks.add, path, mark)
        asked = form.get("severity")
        return seen(f"/check/{job.id}", severity=asked or None)

    async def file(request: Request) -> Response:
        job, name = done(request), request.path_params["name"]
        kinds = {"page.html": "text/html", "annotated.pdf": "application/pdf", "result.json": "application/json"}
        if name not in kinds or not (job.folder / name).is_file():
            raise HTTPException(404, f"this check has no {name}")
        headers = {"content-disposition": disposition(f"{Path(job.title).stem}-checked{Path(name).suffix}")}
        if "shown" in request.query_params and name == "page.html":
            # beside the findings, in an origin of its own: its script reaches nothing of the workbench
            headers = {"content-security-policy": _SHOWN}
        return FileResponse(job.folder / name, media_type=kinds[name], headers=headers)

    return [
        Route("/check", ask),
        Route("/check", upload, methods=["POST"]),
        Route("/check/{job}", show),
        Route("/check/{job}/mark", judge, methods=["POST"]),
        Route("/check/{job}/{name}", file),
    ]


def _copy(file: UploadFile, target: Path) -> None:
    with target.open("wb") as out:
        shutil.copyfileobj(file.file, out)


def _digest(job: Job) -> str:
    found: Any = next((job.folder / "document").iterdir())
    return sha256(found.read_bytes()).hexdigest()
