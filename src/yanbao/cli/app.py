"""The command line: each command parses its input and calls the room that does the work."""

from __future__ import annotations

import gc
import os
import sys

from yanbao import __version__


def main() -> None:
    """Run the command line; exit codes: 0 done, 1 something breaks, 2 can't run."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        # before typer is loaded: a version must come at once
        sys.stdout.write(f"yanbao {__version__}\n")
        return
    # a command ends before cycles of garbage matter: looking for them took a quarter of a build
    gc.disable()
    from yanbao.cli.commands import app

    try:
        app()
    except SystemExit as end:
        if sys.argv[1:2] == ["check"] and isinstance(end.code, int):
            _leave(end.code)
        raise


def _leave(code: int) -> None:
    """End the process at once: to take a checked document apart, object by object, takes as long as to read it.

    All files that a check writes are closed by then. An output that cannot be written is left to Python's own end.
    """
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return
    os._exit(code)


if __name__ == "__main__":
    main()
