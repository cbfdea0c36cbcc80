"""The workspace as its files stand now, and what a change of one of them would do to the report."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import TYPE_CHECKING

from yanbao.build import Change, difference
from yanbao.build.folder import MANIFEST, sha256
from yanbao.document.tree import Document
from yanbao.errors import EditError, WorkspaceError
from yanbao.memory import Memory
from yanbao.web.files import Files, files_of

if TYPE_CHECKING:
    from yanbao.model import Computed

_LARGEST = 8 * 2**20  # bytes of a file that is shown or edited


@dataclass(frozen=True)
class Preview:
    """What a changed file does: its digest, and every change of the report by page."""

    digest: str
    changes: tuple[Change, ...]

    @property
    def pages(self) -> dict[int, list[Change]]:
        """The changes of each page."""
        found: dict[int, list[Change]] = {}
        for change in self.changes:
            found.setdefault(change.page, []).append(change)
        return dict(sorted(found.items()))


class Draft:
    """A workspace's files: read, computed, and changed by one at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._reading, self._writing = Lock(), Lock()
        self._memory = Memory()
        self._evidence: tuple[object, Computed] | None = None
        self._document: tuple[object, Document] | None = None
        self._report: tuple[object, Document] | None = None
        self._sound: set[str] = set()  # states of the workspace that were composed without a mistake

    def files(self) -> list[str]:
        """Return the workspace's own text files, each by its path from the folder."""
        return list(files_of(self.folder).own)

    def stays_inside(self) -> Files:
        """Return what stands in the workspace, where all that a report is made of stands in it.

        Raises:
            EditError: a link leads out of it: what it leads to would be shown to whoever reads the workbench.
        """
        found = files_of(self.folder)
        if found.out:
            raise EditError(f"leads out of the workspace: {', '.join(found.out)}; put the file itself there")
        return found

    def read(self, file: str) -> bytes:
        """Return the content of one of the workspace's own files.

        Raises:
            EditError: it is none of them, or too large to be shown.
        """
        if PurePosixPath(file).as_posix() != file or file not in self.files():
            raise EditError(f"the workspace has no file {file}")
        path = self.folder / file
        if path.stat().st_size > _LARGEST:
            raise EditError(f"{file} is larger than {_LARGEST // 2**20} MiB")
        return path.read_bytes()

    def computed(self) -> Computed:
        """Return evidence and models after computing, mistakes noted in the evidence.

        Raises:
            WorkspaceError: yanbao.toml cannot be read.
        """
        from yanbao.author.models import compute_models

        with self._reading:
            state = self.stays_inside().own
            if self._evidence is None or self._evidence[0] != state:
                self._evidence = (state, compute_models(self.folder))
            return self._evidence[1]

    def document(self) -> Document:
        """Return the report that the files make now; composed once for each state of them, the store and the ledger.

        Raises:
            WorkspaceError: the workspace has mistakes: all of them.
        """
        from yanbao.author import compose

        with self._writing:
            state = self.stays_inside().own, self._beside()
            if self._report is None or self._report[0] != state:
                self._report = (state, compose(self.folder).document)
            return self._report[1]

    def preview(self, file: str, content: bytes) -> Preview:
        """Return what the report would be with another content of a file; nothing is written.

        Raises:
            WorkspaceError: the workspace would have mistakes: all of them.
            EditError: no such file.
        """
        self.read(file)
        with self._writing:
            return self._preview(file, content)

    def write(self, file: str, content: bytes, expected: str) -> None:
        """Put another content in a file's place, whole or not at all.

        Args:
            file: one of the workspace's own.
            content: the new content.
            expected: the digest of the content that was changed.

        Raises:
            EditError: the file is another one by now, or cannot be written.
            WorkspaceError: the workspace would have mistakes: all of them; nothing is written.
        """
        with self._writing, _alone(self.folder):
            if sha256(self.read(file)) != expected:
                raise EditError(f"{file} was changed by somebody else in the meantime; nothing was written")
            if self._key(file, content) not in self._sound:
                self._preview(file, content)
            path = self.folder / file
            try:
                with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as new:
                    new.write(content)
                    new.flush()
                    os.fsync(new.fileno())
                shutil.copymode(path, new.name)
                Path(new.name).replace(path)
            except OSError as error:
                raise EditError(f"{file} cannot be written: {error.strerror}") from error

    def _preview(self, file: str, content: bytes) -> Preview:
        from yanbao.author import compose

        state = self.stays_inside().own
        if self._document is None or self._document[0] != state:
            with self._memory.active():
                self._document = (state, compose(self.folder).document)
        with self._changed(file, content) as folder, self._memory.active():
            document = compose(folder).document
        self._sound.add(self._key(file, content))
        return Preview(sha256(content), tuple(difference(self._document[1], document)))

    @contextmanager
    def _changed(self, file: str, content: bytes) -> Iterator[Path]:
        """Yield a copy of the workspace with another content of a file, beside it: paths to stores lead to the same."""
        try:
            copy = Path(tempfile.mkdtemp(prefix=f".{self.folder.name}-", dir=self.folder.parent))
        except OSError as error:
            raise EditError(f"no copy can be made beside {self.folder}: {error.strerror}") from error
        try:
            for path in self.folder.iterdir():
                if path.name.startswith(".") or (path / MANIFEST).is_file():  # a repository, a build
                    continue
                if path.is_dir():
                    shutil.copytree(path, copy / path.name, copy_function=_linked, symlinks=True)
                else:
                    _linked(str(path), str(copy / path.name))
            target = copy / file
            target.unlink()
            target.write_bytes(content)
            yield copy
        finally:
            shutil.rmtree(copy, ignore_errors=True)

    def _key(self, file: str, content: bytes) -> str:
        return sha256(repr((files_of(self.folder).own, file, sha256(content))).encode())

    def _beside(self) -> list[tuple[str, int, int, int]]:
        """Return the state of what a report may read besides the workspace's text files: its store, its ledger."""
        try:
            content = tomllib.loads((self.folder / "yanbao.toml").read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            return []  # composing tells what is wrong
        found = []
        for part, key, default in (("market", "store", "store.duckdb"), ("ledger", "file", "calls.csv")):
            table = content.get(part)
            named = table.get(key) if isinstance(table, dict) else None
            path = self.folder / (named if isinstance(named, str) else default)
            path = path / default if path.is_dir() else path
            if path.is_file():
                stat = path.stat()
                found.append((key, stat.st_ino, stat.st_mtime_ns, stat.st_size))
        return found


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a workspace's files against other servers that write them."""
    with (folder / "yanbao.toml").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _linked(source: str, target: str) -> str:
    """Give a file a second name, or copy it where the disk has none of that."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target)
    return target


def told(error: WorkspaceError) -> list[str]:
    """Return the mistakes of a workspace, each as one text."""
    return [str(mistake) for mistake in error.mistakes]
