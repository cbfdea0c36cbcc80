"""Record: who has signed the build, what is waived, what is missing; signing, publishing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from yanbao.build.signing import State, state_of
from yanbao.check.findings import Where
from yanbao.errors import BuildError, RatingError, YanbaoError
from yanbao.rating import Entry
from yanbao.web import ledger, scorecard
from yanbao.web.book import Books
from yanbao.web.desk import Place
from yanbao.web.jobs import Job
from yanbao.web.proofs import Proven, digests, keep, proven
from yanbao.web.site import Site, aside, form_of, seen

MOST = 300  # findings that a form offers to waive


@dataclass(frozen=True)
class Held:
    """A finding of the last proof that may be waived: its code and place, and what it says."""

    code: str
    place: str
    says: tuple[str, ...]

    @property
    def key(self) -> str:
        """What a refusal calls it."""
        return f"{self.code}@{self.place}"


@dataclass(frozen=True)
class Standing:
    """How far a build is: `why` says why nothing can be said."""

    state: State | None = None
    why: str = ""
    proof: Proven | None = None
    open: tuple[Held, ...] = ()  # findings that nobody has waived
    calls: int = 0  # that the report makes
    published: tuple[Entry, ...] = ()
    head: str = ""  # of the ledger
    ledger_why: str = ""


def routes(site: Site) -> list[Route]:
    """Return the addresses of the record: sign-off, ledger, scorecard."""
    books = Books()

    async def show(request: Request) -> Response:
        place = site.place(request)
        job = site.jobs.get(request.query_params.get("job", ""))
        result = job.result if job is not None and job.kind in ("sign", "publish") and job.state == "done" else None
        return site.page(
            request, "record.html", place=place, here="record", stand=await aside(_standing, place, books),
            result=result, kind=job.kind if job is not None and result is not None else "", most=MOST,
            typed={f"{one['code']}@{one['place']}": one["reason"] for one in (result or {}).get("waive", ())},
        )  # fmt: skip

    async def sign(request: Request) -> Response:
        place = site.place(request)
        form = await form_of(request)
        role, name = (_said(form, key) for key in ("role", "name"))
        if not role or not name:
            raise HTTPException(422, site.word(request, "record.who_signs"))
        return await begin(place, "sign", form, {"role": role, "name": name, "waive": _waived(form)})

    async def publish(request: Request) -> Response:
        place = site.place(request)
        form = await form_of(request)
        return await begin(place, "publish", form, {"tag": _said(form, "tag")})

    async def begin(place: Place, kind: str, form: FormData, asked: dict[str, Any]) -> Response:
        files = await aside(digests, place.out)

        def then(job: Job) -> None:
            if job.state == "done" and job.result["proof"] is not None:
                keep(place, files, job.result["proof"])

        folders = {"workspace": str(place.folder), "out": str(place.out)}
        job = site.jobs.start(
            kind, {**folders, "build": _said(form, "build"), **asked},
            title=place.name, back=f"/w/{place.name}/record?job={{job}}", then=then,
        )  # fmt: skip
        return seen(f"/jobs/{job.id}")

    return [
        Route("/w/{place}/record", show),
        Route("/w/{place}/record/sign", sign, methods=["POST"]),
        Route("/w/{place}/record/publish", publish, methods=["POST"]),
        *ledger.routes(site, books),
        *scorecard.routes(site, books),
    ]


def _said(form: FormData, key: str) -> str:
    return str(form.get(key, "")).strip()


def _waived(form: FormData) -> list[dict[str, str]]:
    """Return the findings that a form gives a reason for."""
    found = []
    for key, reason in zip(form.getlist("finding"), form.getlist("reason"), strict=False):
        code, _, where = str(key).partition("@")
        if str(reason).strip():
            found.append({"code": code, "place": where, "reason": str(reason).strip()})
    return found


def _standing(place: Place, books: Books) -> Standing:
    try:
        reading = place.reading()
        if reading is None:
            return Standing()
        state = state_of(place.out, place.folder, reading.build)
    except YanbaoError as error:
        return Standing(why=str(error))
    proof = proven(place)
    waived = {waiver.key for waiver in state.waived}
    entries: tuple[Entry, ...] = ()
    head = ledger_why = ""
    try:
        book = books.of(place)
        if book is not None and book.problems:
            ledger_why = str(book.problems[0])
        elif book is not None:
            entries, head = book.entries, str(book.head)
    except (BuildError, RatingError) as error:
        ledger_why = str(error)
    return Standing(
        state,
        "",
        proof,
        tuple(one for one in _held(proof) if one.key not in waived),
        len(reading.document.calls),
        tuple(entry for entry in entries if entry.report == state.build),
        head,
        ledger_why,
    )


def _held(proof: Proven | None) -> list[Held]:
    """Return the findings of a proof, those of one code at one place together."""
    found: dict[tuple[str, str], list[str]] = {}
    for finding in proof.proof["findings"] if proof is not None else ():
        where = finding["where"][0]
        place = str(Where(where["file"], where["page"], where["line"]))
        found.setdefault((finding["code"], place), []).append(finding["explanation"])
    return [Held(code, place, tuple(says)) for (code, place), says in found.items()]
