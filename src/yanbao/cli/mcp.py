"""`yanbao mcp`: the workbench for assistants."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated

import typer

from yanbao.cli.screen import fail


def mcp(
    workspaces: Annotated[list[Path], typer.Argument(help="Folders with yanbao.toml.", metavar="WORKSPACE…")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Where builds are, each in a folder of its workspace's name.")
    ] = Path("out"),
    allow: Annotated[
        list[Path] | None,
        typer.Option("--allow", metavar="FOLDER", help="A further folder whose files may be checked; repeat it."),
    ] = None,
    seconds: Annotated[float, typer.Option("--seconds", min=1, help="How long a check may take.")] = 120,
) -> None:
    """Serve workspaces to an assistant over the Model Context Protocol, on standard input and output; read-only.

    The assistant can list and read exhibits, trace a number to its sources, measure sectors from the store, run models
    in a scenario or with other inputs, check a text or a file for numbers that do not tie, and read the record of
    calls. Each number comes with its unit, its day, its source or formula and its id. Files are read inside the
    workspaces and the folders that `--allow` names, and nowhere else. How to set up an assistant: docs/mcp.md.

    Example: `yanbao mcp my-sector other-sector --allow drafts`
    """
    from yanbao.web.assistant import create_assistant
    from yanbao.web.desk import Desk

    with fail():
        server = create_assistant(Desk(workspaces, out), allow or (), seconds=seconds)
    gc.enable()  # a command ends before garbage matters; this one goes on
    server.run("stdio")
