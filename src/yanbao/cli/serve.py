"""`yanbao serve`: the workbench in a browser."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from yanbao.cli.screen import fail, say

PORT = 8765
CONNECTIONS = 500  # at once; further ones are told to come again: a process has 1,024 files as a rule
IDLE = 75  # seconds that a connection is kept for a reader's next page
FAREWELL = 2  # seconds that answers under way are given at the end


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
) -> None:
    """Open the workbench: report, evidence, sector, models, checks and the record of workspaces in a browser.

    The last build is read from `--out`; where there is none, the first page has the button that makes it. Nothing of a
    workspace is run as a program, and files change only when you save a cell or a scenario.

    It listens on this machine alone. With `--host 0.0.0.0` others reach it too: a token is made, printed as part of the
    address, and asked of each browser once; a name that they call this machine by is given with `--name`. Nothing is
    encrypted: beyond a network that you trust, put it behind a tunnel. Ctrl-C ends it, and every job with it.

    Examples:

        yanbao serve examples/computer-2024h1
        yanbao serve my-sector other-sector --port 9000
        yanbao serve my-sector --host 0.0.0.0 --name desk.lan
    """
    import socket

    import uvicorn

    from yanbao.web import Desk, Guard, create_app
    from yanbao.web.ending import Server

    with fail():
        desk = Desk(workspaces, out)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # the protocol is named so that asyncio sends answers at once: without, the kernel waits 40 ms for company
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # two that share an address are told apart here
    except (OSError, OverflowError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise typer.BadParameter(f"can't listen on {host}:{port}: {cause}; --port 0 takes a free one") from None
    taken = listener.getsockname()[1]
    token = None if host in Guard.LOOPBACK else secrets.token_urlsafe(24)
    guard = Guard(host, taken, token, tuple(names or ()))
    shown = names[0] if names else f"[{host}]" if ":" in host else host
    say(f"http://{shown}:{taken}/" + (f"?token={guard.token}" if guard.token else ""))
    typer.echo("Ctrl-C ends it", err=True)
    settings = uvicorn.Config(
        create_app(desk, guard),
        log_level="warning",
        access_log=False,  # addresses may hold the token
        server_header=False,
        lifespan="on",
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=FAREWELL,
    )
    with suppress(KeyboardInterrupt):  # it has ended cleanly by then, and hands on the signal that ended it
        Server(settings).run(sockets=[listener])
