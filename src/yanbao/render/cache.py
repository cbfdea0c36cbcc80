"""What is costly to make and depends on its inputs only, kept between runs: font subsets, pictures of charts, pages.

An entry is found by the hash of everything that it is made from, so a cold and a cached build give the same bytes;
`content` says what a page is made from: its parts of the tree, and the code and libraries that draw it. An entry
begins with its own digest: a damaged one is made again. A folder that cannot be written costs time, no more.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import zlib
from collections.abc import Callable
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile

from yanbao.memory import active, remembered

_MOST = 256 * 2**20  # bytes of a kind; the longest unused go first


def cached(kind: str, made_from: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
    """Return what `make` gives for these inputs, from the cache where it is there."""
    return remembered(kind, made_from, lambda: _stored(_path(kind, made_from), make))


def _stored(path: Path, make: Callable[[], bytes]) -> bytes:
    found = _read(path)
    if found is None:
        found = make()
        _write(path, found)
    return found


def noted(kind: str, made_from: tuple[str, ...]) -> bool:
    """Return whether something was noted of these inputs."""
    memory = active()
    if memory is not None and memory.get(kind, made_from):
        return True
    found = _read(_path(kind, made_from)) is not None
    if found and memory is not None:
        memory.put(kind, made_from, True)
    return found


def note(kind: str, made_from: tuple[str, ...]) -> None:
    """Note something of these inputs: what `noted` then tells of them."""
    _write(_path(kind, made_from), b"")


def content(*parts: object, libraries: tuple[str, ...] = ()) -> str:
    """Return a digest of parts of the tree, of all code of this package and of the libraries named.

    Equal digests mean equal parts. Equal parts that share their own parts in another way may have other digests:
    that costs making an entry again, no more.
    """
    found = hashlib.sha256("\0".join((_code(), *map(_release, libraries))).encode())
    for part in parts:
        found.update(remembered("content", (part,), partial(_digest, part)))
    return found.hexdigest()


def _digest(part: object) -> bytes:
    return hashlib.sha256(pickle.dumps(part, protocol=5)).digest()


@cache
def _release(library: str) -> str:
    return f"{library} {version(library)}"


@cache
def _code() -> str:
    """Return a digest of what draws: this package's files, the interpreter and its compression."""
    found = hashlib.sha256(f"{sys.version} {zlib.ZLIB_RUNTIME_VERSION}".encode())
    package = Path(__file__).parents[1]
    for path in sorted(package.rglob("*.py")):
        found.update(str(path.relative_to(package)).encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _path(kind: str, made_from: tuple[str, ...]) -> Path:
    return _folder() / kind / hashlib.sha256("\0".join((kind, *made_from)).encode("utf-8", "surrogatepass")).hexdigest()


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
    entries = sorted(((entry.stat(), entry) for entry in folder.iterdir()), key=lambda each: -each[0].st_mtime)
    room = _MOST
    for found, entry in entries:
        room -= found.st_size
        if room < 0:
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
