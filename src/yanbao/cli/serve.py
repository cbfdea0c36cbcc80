"""`yanbao serve`: the workbench in a browser."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from yanbao.cli.screen import fail, say

PORT = 8765


def serve(
    workspaces: Annotated[list[Path], typer.Argument(help="Folders with yanbao.toml.", metavar="WORKSPACE…")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Where builds go, each in a folder of its workspace's name.")
    ] = Path("out"),
    host: Annotated[
        str, typer.Option("--host", help="The address to listen on; any but this machine's own needs a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0: a free one.")] = PORT,
    names: Annotated[
        list[str] | None, typer.Option("--name", help="A further name that browsers reach this server by; repeat it.")
    ] = None,
    code: Annotated[
        bool,
        typer.Option("--allow-code", help="Let the workspaces' own Python (exhibits.py) run: only if you trust it."),
    ] = False,
) -> None:
    """Open the workbench: report, evidence, sector, models, checks and the record of workspaces in a browser.

    It listens on this machine alone. With `--host 0.0.0.0` others reach it too: a token is made, printed as part of the
    address, and asked of each browser once. Ctrl-C ends it.

    Examples:

        yanbao serve examples/computer-2024h1
        yanbao serve my-sector other-sector --port 9000
    """
    import socket

    import uvicorn

    from yanbao.web import Desk, Guard, create_app

    with fail():
        desk = Desk(workspaces, out)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise typer.BadParameter(
            f"can't listen on {host}:{port}: {error.strerror}; --port 0 takes a free one"
        ) from None
    taken = listener.getsockname()[1]
    local = Guard(port=taken).is_local and host in ("localhost", "127.0.0.1", "::1")
    guard = Guard(host, taken, None if local else secrets.token_urlsafe(24), tuple(names or ()))
    shown = f"[{host}]" if ":" in host else host
    say(f"http://{shown}:{taken}/" + (f"?token={guard.token}" if guard.token else ""))
    server = uvicorn.Server(
        uvicorn.Config(create_app(desk, guard, code=code), log_level="warning", server_header=False, lifespan="on")
    )
    server.run(sockets=[listener])
