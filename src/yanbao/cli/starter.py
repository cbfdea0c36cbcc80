"""The workspace that `yanbao new` makes."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from yanbao.errors import BuildError


def write_starter(folder: Path) -> list[str]:
    """Write the starter workspace into an empty or new folder and return its files.

    Raises:
        BuildError: the folder holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BuildError(f"{folder} is not an empty folder; nothing was written")
    written: list[str] = []
    _copy(resources.files("yanbao.cli") / "starter_files", folder, "", written)
    return sorted(written)


def _copy(source: Traversable, folder: Path, prefix: str, written: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        if entry.is_dir():
            _copy(entry, folder / entry.name, f"{prefix}{entry.name}/", written)
        elif entry.name.endswith((".toml", ".csv", ".md")):
            (folder / entry.name).write_bytes(entry.read_bytes())
            written.append(prefix + entry.name)
