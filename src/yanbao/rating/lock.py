"""One writer at a time: a lock beside a file, and the file replaced whole."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from yanbao.errors import RatingError

PATIENCE: Final = 60.0  # seconds that a writer waits for another
_STEP: Final = 0.005


@contextmanager
def locked(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of a file: `NAME.lock` beside it, which stays there and is never read.

    The kernel gives a lock back when its process ends, however it ends: none is ever left behind.

    Raises:
        RatingError: the lock file cannot be opened, another process holds it for longer than `patience` seconds, or
            the system has no such locks.
    """
    if sys.platform == "win32":
        raise RatingError(f"{path}: entries cannot be appended on Windows: it has not the locks that keep them safe")
    import fcntl

    # links to a ledger lock the ledger
    name = path.resolve().with_name(f"{path.resolve().name}.lock")
    try:
        handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    except OSError as error:
        raise RatingError(f"{name}: cannot be opened: {error.strerror}") from error
    try:
        end = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    hint = "wait for it, or end it"
                    cause = f"another process has been writing for {patience:.0f} s"
                    raise RatingError(f"{path}: {cause}\n    hint: {hint}") from None
                time.sleep(_STEP)
            except OSError as error:
                raise RatingError(f"{name}: cannot be locked: {error.strerror}") from error
        yield
    finally:
        os.close(handle)


def replace(path: Path, content: bytes) -> None:
    """Put new content in a file's place, whole: after a crash at any moment it holds the old content or the new one.

    Only the holder of its lock may call this. Mode and links to the file stay as they are.

    Raises:
        RatingError: it cannot be written; the old content is intact.
    """
    path = path.resolve()
    beside = path.with_name(f".{path.name}.new")
    try:
        with suppress(FileNotFoundError):
            beside.unlink()  # what a killed writer left
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        with os.fdopen(handle, "wb") as file:
            if path.exists():
                os.fchmod(file.fileno(), path.stat().st_mode & 0o7777)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise RatingError(f"{path}: cannot be written: {error.strerror}; what was recorded before is intact") from error
