"""Who may ask: hosts, origins, the token, forms, and the headers of every answer.

Against what: a page on the Internet whose name is made to point at this machine (DNS rebinding: `Host` is checked), a
page elsewhere that sends a form or a request here (`Origin` is checked, and a form carries a secret that only a page of
ours can know), another machine (it needs the token), and text of a document that is made to be a script (a policy that
allows scripts from this server's own files only; templates escape everything).
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD"})
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True)
class Guard:
    """What is asked of a request before a page sees it.

    Args:
        host: the address that the server listens on.
        port: its port.
        token: what a browser must show once; required unless the address is this machine's own.
        names: further names that this server is called by.
    """

    LOOPBACK: ClassVar[tuple[str, ...]] = ("localhost", "127.0.0.1", "::1")

    host: str = "127.0.0.1"
    port: int = 8765
    token: str | None = None
    names: tuple[str, ...] = ()
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def __post_init__(self) -> None:
        if not self.is_local and not self.token:
            raise ValueError(f"{self.host} can be reached from other machines: it needs a token")

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in self.LOOPBACK

    @property
    def cookie(self) -> str:
        """The name of the session's cookie: browsers don't tell ports apart, and a second server has its own."""
        return f"yanbao_{self.port}"

    def knows(self, host: str) -> bool:
        """Return whether a `Host` header names this server: a name of a page elsewhere does not."""
        try:
            parts = urlsplit(f"//{host}")
            name, port = parts.hostname, parts.port
        except ValueError:
            return False
        if name is None or (port if port is not None else 80) != self.port or parts.username is not None:
            return False
        if name in self.LOOPBACK or name == self.host.lower() or name in map(str.lower, self.names):
            return True
        if self.is_local:
            return False
        try:
            ipaddress.ip_address(name)  # no name that somebody could point here
        except ValueError:
            return False
        return True

    def form_key(self, session: str) -> str:
        """Return the secret that forms of a browser carry."""
        return hmac.new(self.secret, f"form {session}".encode(), sha256).hexdigest()

    def admits(self, session: str) -> bool:
        """Return whether a session cookie was given by this server."""
        name, _, seal = session.partition(".")
        return bool(name) and hmac.compare_digest(self._seal(name).encode(), seal.encode())

    def owner(self, session: str) -> str:
        """Return whose the work is that a session asks for: everybody's on this machine, else the browser's own."""
        return session.partition(".")[0] if self.token is not None else ""

    def comes_from(self, origin: str | None, host: str) -> bool:
        """Return whether an `Origin` header names the server that `Host` names."""
        if origin is None:
            return False
        try:
            return urlsplit(origin).netloc == host
        except ValueError:
            return False

    def new_session(self) -> str:
        """Return a new session cookie."""
        name = secrets.token_urlsafe(18)
        return f"{name}.{self._seal(name)}"

    def _seal(self, name: str) -> str:
        return hmac.new(self.secret, f"session {name}".encode(), sha256).hexdigest()


class GuardMiddleware:
    """Refuses what `Guard` does not admit, gives a browser its session, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self._app, self._guard = app, guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        session, fresh = self._session(headers)
        refused = self._refused(scope, headers, fresh=fresh)
        if refused is not None:
            await self._send(refused, session if fresh and refused.status_code < 400 else None, scope, receive, send)
            return
        scope.setdefault("state", {})
        scope["state"]["form_key"] = self._guard.form_key(session)
        scope["state"]["owner"] = self._guard.owner(session)
        await self._send(self._app, session if fresh else None, scope, receive, send)

    def _session(self, headers: Headers) -> tuple[str, bool]:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self._guard.cookie)
        except CookieError:
            found = None
        if found is not None and self._guard.admits(found.value):
            return found.value, False
        return self._guard.new_session(), True

    def _refused(self, scope: Scope, headers: Headers, *, fresh: bool) -> Response | None:
        guard = self._guard
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not guard.knows(hosts[0]):
            return PlainTextResponse("this server is not called by that name\n", 421)
        if guard.token is not None:
            query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            given = next((value for name, value in query if name == "token"), None)
            if fresh and not hmac.compare_digest((given or "").encode(), guard.token.encode()):
                return PlainTextResponse("open the address that `yanbao serve` printed: it holds the token\n", 401)
            if fresh or given is not None:  # the token leaves the address bar
                left = urlencode([(name, value) for name, value in query if name != "token"])
                return RedirectResponse("/" + scope["path"].lstrip("/\\") + (f"?{left}" if left else ""), 303)
        if scope["method"] in SAFE:
            return None
        known = headers.get("sec-fetch-site", "same-origin") == "same-origin"
        if not known or not guard.comes_from(headers.get("origin"), hosts[0]):
            return PlainTextResponse("refused: the request does not come from a page of this server\n", 403)
        return None

    async def _send(self, app: ASGIApp, session: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
                if session is not None:
                    headers.append("set-cookie", f"{self._guard.cookie}={session}; Path=/; HttpOnly; SameSite=Strict")
            await send(message)

        await app(scope, receive, with_headers)
