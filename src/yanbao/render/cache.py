"""What is costly to make and depends on its inputs only, kept between runs: font subsets, pictures of charts.

An entry is found by the hash of everything that it is made from, so a cold and a cached build give the same bytes.
It begins with its own digest: a damaged one is made again. A folder that cannot be written costs time, no more.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

_MOST = 4000  # entries of a kind; the longest unused go first


def cached(kind: str, made_from: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
    """Return what `make` gives for these inputs, from the cache where it is there."""
    name = hashlib.sha256("\0".join((kind, *made_from)).encode("utf-8", "surrogatepass")).hexdigest()
    path = _folder() / kind / name
    found = _read(path)
    if found is None:
        found = make()
        _write(path, found)
    return found


def _read(path: Path) -> bytes | None:
    try:
        stored = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    digest, content = stored[:32], stored[32:]
    return content if hashlib.sha256(content).digest() == digest else None


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(hashlib.sha256(content).digest() + content)
        Path(file.name).replace(path)
        _prune(path.parent)
    except OSError:
        return


@cache  # once a process is enough
def _prune(folder: Path) -> None:
    entries = sorted(folder.iterdir(), key=lambda entry: entry.stat().st_mtime)
    for entry in entries[:-_MOST]:
        entry.unlink(missing_ok=True)


def _folder() -> Path:
    """Return the cache folder: `YANBAO_CACHE`, or the platform's own for a user."""
    named = os.environ.get("YANBAO_CACHE")
    if named:
        return Path(named)
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/yanbao"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "yanbao/cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "yanbao"
