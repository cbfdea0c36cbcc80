"""Styles, scripts and the font: files of this package, each under the digest of its content."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from yanbao.render import fonts

_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_KEEP = {"cache-control": "public, max-age=31536000, immutable"}
_ELSEWHERE = {  # what the report's own HTML is made with
    "page.css": ("yanbao.render.html", "page.css"),
    "vega.js": ("yanbao.render.html", "vendor/vega.js"),
}
FONT = "noto-sans-sc.ttf"


def routes() -> list[Route]:
    """Return the addresses of assets."""
    return [Route("/assets/{digest}/{name}", _asset)]


@cache
def _content(name: str) -> bytes:
    package, path = _ELSEWHERE.get(name, ("yanbao.web", f"static/{name}"))
    content = files(package).joinpath(path).read_bytes()
    return content.replace(b'url("FONT")', f'url("{address(FONT)}")'.encode())


@cache
def address(name: str) -> str:
    """Return the address of an asset: a new content has a new one, so browsers keep the old as long as they like."""
    if name == FONT:
        return f"/assets/{fonts.edition()[-2]}-{fonts.edition()[-1]}/{FONT}"
    return f"/assets/{hashlib.sha256(_content(name)).hexdigest()[:12]}/{name}"


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name == FONT:
        return FileResponse(fonts.file(), media_type="font/ttf", headers=_KEEP)
    known = {entry.name for entry in files("yanbao.web").joinpath("static").iterdir()} | set(_ELSEWHERE)
    if name not in known:
        raise HTTPException(404, f"no asset {name}")
    return Response(_content(name), media_type=_KINDS[name.rpartition(".")[2]], headers=_KEEP)
