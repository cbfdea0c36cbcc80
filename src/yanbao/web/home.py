"""Home: the workspaces, their last builds with what the proof says, what changed since, what is stale."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from yanbao.build import Change, difference, roll
from yanbao.build.folder import sha256
from yanbao.errors import BuildError, YanbaoError
from yanbao.web.desk import Place, Reading
from yanbao.web.proofs import Proven, proven
from yanbao.web.site import Site, aside


@dataclass(frozen=True)
class Glance:
    """What home tells about a workspace."""

    place: Place
    reading: Reading | None
    proof: Proven | None
    edited: tuple[str, ...]  # files that are not what the build was made from
    changes: int | None  # since the build before the last, `None` where there is none
    stale: dict[str, int]  # by kind, as of today
    broken: str | None  # why the build cannot be read


def routes(site: Site) -> list[Route]:
    """Return the addresses of home."""

    async def home(request: Request) -> Response:
        glances = [await aside(glance, place, date.today()) for place in site.desk.places.values()]
        return site.page(request, "home.html", glances=glances, here="home")

    return [Route("/", home)]


def glance(place: Place, today: date) -> Glance:
    """Return what home tells about a workspace on a day."""
    try:
        reading = place.reading()
    except YanbaoError as error:
        return Glance(place, None, None, (), None, {}, str(error))
    if reading is None:
        return Glance(place, None, None, (), None, {}, None)
    return Glance(
        place,
        reading,
        proven(place),
        _edited(place, reading.build.manifest),
        _changes(place),
        _stale(reading, today),
        None,
    )


def _edited(place: Place, manifest: dict[str, Any]) -> tuple[str, ...]:
    """Return the files of the workspace that the build was made from and that are others by now."""
    inputs = manifest.get("inputs")
    known = inputs.items() if isinstance(inputs, dict) else ()
    digests = ((name, digest, _digest(place.folder, name)) for name, digest in known)
    # evidence that a build makes itself (a store's answer, the record of ratings) stands in no workspace
    return tuple(
        name for name, built, now in digests if now != built and not (now is None and name.startswith("evidence/"))
    )


def _digest(folder: Path, name: str) -> str | None:
    path = folder / name
    try:
        # a manifest is a file like another: a name in it may lead out, or to a device without an end
        inside = path.is_file() and ".." not in path.parts and path.is_relative_to(folder)
        return sha256(path.read_bytes()) if inside else None
    except OSError:
        return None


def since(before: Reading, now: Reading) -> tuple[Change, ...]:
    """Return what changed between two builds."""
    key = json.dumps([before.state, now.state])
    known = now.remembered("changes", key)
    if known is None:
        known = now.remember("changes", key, tuple(difference(before.document, now.document)))
    changes: tuple[Change, ...] = known
    return changes


def _changes(place: Place) -> int | None:
    before, now = place.reading(place.before), place.reading()
    return None if before is None or now is None else len(since(before, now))


def _stale(reading: Reading, today: date) -> dict[str, int]:
    known = reading.remembered("stale", today.isoformat())
    if known is None:
        counts: dict[str, int] = {}
        try:
            for item in roll(reading.document, today):
                counts[item.kind] = counts.get(item.kind, 0) + 1
        except BuildError:  # the report's own day is today, or later: nothing is stale
            pass
        known = reading.remember("stale", today.isoformat(), counts)
    return dict(known)
