"""A workspace that is being worked on: built and proved again whenever one of its files changes."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path

from yanbao.build.builder import Builder, Progress, Result
from yanbao.errors import YanbaoError

_LOOK = 0.15  # seconds between two looks at the files: some 500 of them take 3 ms
_CALM = 0.05  # an editor that saves several files, or one in pieces, is given so long

Showing = Callable[[], AbstractContextManager[Progress]]
Files = dict[str, tuple[int, int, int]]  # path -> time of change, size, number of the file


@dataclass(frozen=True)
class Built:
    """The workspace was built."""

    result: Result


@dataclass(frozen=True)
class Failed:
    """The workspace has mistakes, or an output could not be written: the build before stands as it was."""

    error: YanbaoError


@dataclass(frozen=True)
class Proved:
    """The proof of the last build has ended: what it found, and whether it found nothing that breaks."""

    text: str
    ok: bool
    seconds: float


def watch(builder: Builder, showing: Showing) -> Generator[Built | Failed | Proved, None, None]:
    """Build, prove, and do it again after each change of a file, until the iterator is closed.

    A file that changes during a build is built after it. A proof goes on in a process of its own while nothing
    changes, and is given up when something does.

    Args:
        builder: what builds; its workspace is watched, but for hidden files and the build folder.
        showing: entered for each build, gives what is told of its steps.
    """
    proof: _Proof | None = None
    seen: Files | None = None
    try:
        while True:
            now = files(builder)
            if now != seen:
                if proof is not None:
                    proof.stop()
                    proof = None
                seen = _calm(builder, now) if seen is not None else now
                event = _build(builder, showing)
                seen = _store(builder) | seen  # which one it is, the first build tells
                if isinstance(event, Built):
                    proof = _Proof(builder.out)
                yield event
                del event
                gc.collect()  # while nobody waits: the command line does not look for cycles by itself
            elif proof is not None and (proved := proof.ended()) is not None:
                proof = None
                yield proved
            else:
                time.sleep(_LOOK)
    finally:
        if proof is not None:
            proof.stop()


def _build(builder: Builder, showing: Showing) -> Built | Failed:
    try:
        with showing() as progress:
            return Built(builder.build(progress))
    except YanbaoError as error:
        return Failed(error)


def files(builder: Builder) -> Files:
    """Return the files of a builder's workspace and its store, each with what changes when it does."""
    found = _store(builder)
    looked_at = {builder.out.resolve()}
    waiting = [builder.workspace]
    while waiting:
        folder = waiting.pop()
        real = folder.resolve()
        if real in looked_at:  # the build, or a link that leads back
            continue
        looked_at.add(real)
        with suppress(OSError), os.scandir(folder) as entries:  # one that goes away is not there at the next look
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                with suppress(OSError):
                    if entry.is_dir():
                        waiting.append(Path(entry.path))
                    else:
                        told = entry.stat()
                        found[entry.path] = (told.st_mtime_ns, told.st_size, told.st_ino)
    return found


def _store(builder: Builder) -> Files:
    """Return the file of the store that the last build asked; it may lie outside the workspace."""
    if builder.store is None:
        return {}
    from yanbao.store.connection import store_file

    file = store_file(builder.store)
    with suppress(OSError):
        told = file.stat()
        return {str(file): (told.st_mtime_ns, told.st_size, told.st_ino)}
    return {}


def _calm(builder: Builder, now: Files) -> Files:
    """Return the files when two looks at them were the same."""
    while True:
        time.sleep(_CALM)
        later = files(builder)
        if later == now:
            return now
        now = later


class _Proof:
    """`yanbao prove` in a process of its own, out of reach of the terminal's Ctrl-C: who started it ends it."""

    def __init__(self, out: Path) -> None:
        self._began = time.perf_counter()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 (closed when the proof ends or is given up)
        command = [sys.executable, "-m", "yanbao", "prove", str(out)]
        self._process = subprocess.Popen(  # noqa: S603 (this interpreter and this package, no shell)
            command, stdin=subprocess.DEVNULL, stdout=self._said, stderr=subprocess.STDOUT, start_new_session=True
        )

    def ended(self) -> Proved | None:
        """Return what the proof says, `None` before its end."""
        code = self._process.poll()
        if code is None:
            return None
        self._said.seek(0)
        text = self._said.read().decode(errors="replace").rstrip()
        self._said.close()
        return Proved(text, code == 0, time.perf_counter() - self._began)

    def stop(self) -> None:
        """Give it up."""
        self._process.kill()
        self._process.wait()
        self._said.close()
