"""The workspace that `yanbao new` makes."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from yanbao.errors import BuildError


def write_starter(folder: Path, *, model: bool = False) -> list[str]:
    """Write the starter workspace into an empty or new folder and return its files.

    Args:
        folder: empty or new.
        model: whether a driver model and its page are written too: those that docs/models.md makes.

    Raises:
        BuildError: the folder holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BuildError(f"{folder} is not an empty folder; nothing was written")
    written: list[str] = []
    home = resources.files("yanbao.cli")
    _copy(home / "starter_files", folder, "", written)
    if model:
        _copy(home / "starter_model_files", folder, "", written)
    return sorted(set(written))


def _copy(source: Traversable, folder: Path, prefix: str, written: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        if entry.is_dir():
            _copy(entry, folder / entry.name, f"{prefix}{entry.name}/", written)
        elif entry.name.endswith((".toml", ".csv", ".md")):
            path = folder / entry.name
            before = path.read_bytes() + b"\n" if path.exists() else b""  # a page more of a chapter
            path.write_bytes(before + entry.read_bytes())
            written.append(prefix + entry.name)
