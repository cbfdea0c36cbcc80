"""Runs the commands that a tutorial shows, as its reader types them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a `yanbao` command in a folder; whatever it ends with, it must not be a traceback."""
    assert words[0] == "yanbao"
    done = subprocess.run(
        [sys.executable, "-m", "yanbao", *words[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "Traceback" not in done.stderr
    return done
