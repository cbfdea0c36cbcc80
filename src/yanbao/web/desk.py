"""What the workbench is open on: workspaces, their builds, and what was read of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from yanbao.author.theme_file import load_theme
from yanbao.build import Build, read_build
from yanbao.build.folder import DOCUMENT, MANIFEST, sha256
from yanbao.document.theme import Theme
from yanbao.document.tree import Document, Page
from yanbao.errors import BuildError, Mistake, WorkspaceError
from yanbao.render.html.exhibit import Figures
from yanbao.render.html.facts import entries
from yanbao.render.html.page import Pages
from yanbao.render.html.wording import wording
from yanbao.web.draft import Draft
from yanbao.web.market import Shelf

BEFORE = ".before"  # the build that a rebuild took the place of, beside it


class Reading:
    """A build that was read, and its pages as they are shown."""

    def __init__(self, build: Build, theme: Theme, state: object) -> None:
        self.build, self.theme, self.state = build, theme, state
        self._sections: dict[int, str] = {}
        self._remembered: dict[str, tuple[str, Any]] = {}

    @property
    def document(self) -> Document:
        """The document of the build."""
        return self.build.document

    @property
    def stamp(self) -> str:
        """A short text that is another one for another build: part of the addresses of what a browser keeps."""
        return sha256(repr(self.state).encode())[:12]

    @property
    def exhibits(self) -> int:
        """How many exhibits the document has."""
        return sum(1 for _ in self.document.exhibits())

    @cached_property
    def facts(self) -> dict[str, dict[str, Any]]:
        """What a drawer tells about each fact."""
        return entries(self.document)

    @cached_property
    def pages(self) -> Pages:
        """The pages as sections."""
        return Pages(self.document, Figures(self.theme, wording(self.document), self.facts))

    def page(self, number: int) -> Page | None:
        """Return the page of a number."""
        return next((page for page in self.document.pages if page.number == number), None)

    def section(self, page: Page) -> str:
        """Return a page as it is shown: HTML source."""
        found = self._sections.get(page.number)
        if found is None:
            found = self._sections[page.number] = self.pages.section(page)
        return found

    def remembered(self, name: str, key: str) -> Any:
        """Return what was computed of this build under a name and is still asked with the same key, else `None`."""
        known = self._remembered.get(name)
        return known[1] if known is not None and known[0] == key else None

    def remember(self, name: str, key: str, value: Any) -> Any:
        """Keep what was computed of this build, and return it."""
        self._remembered[name] = (key, value)
        return value


@dataclass
class Place:
    """A workspace, its files as they stand, where its builds go, and the last build that was read of each folder."""

    name: str  # in addresses
    folder: Path
    out: Path
    draft: Draft
    _read: dict[Path, Reading] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.folder)

    @property
    def before(self) -> Path:
        """The folder of the build before the last."""
        return self.out.with_name(self.out.name + BEFORE)

    def reading(self, folder: Path | None = None) -> Reading | None:
        """Return the last build as it stands in its folder, `None` where there is none.

        Raises:
            BuildError: the folder holds a build that is not whole.
        """
        folder = folder or self.out
        try:
            state = [(found.st_ino, found.st_mtime_ns, found.st_size) for found in map(_stat, _kept(folder))]
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BuildError(f"{folder} cannot be read: {error}") from error
        with self._lock:
            known = self._read.get(folder)
            if known is None or known.state != state:
                build = read_build(folder)
                known = self._read[folder] = Reading(build, _theme(build), state)
            return known


def _kept(folder: Path) -> tuple[Path, ...]:
    return folder / MANIFEST, folder / DOCUMENT


def _stat(path: Path) -> os.stat_result:
    return path.stat()


def _theme(build: Build) -> Theme:
    """Return the theme that a build was made with, from its own copy of the workspace."""
    mistakes: list[Mistake] = []
    theme = load_theme(build.inputs, mistakes, {}, build.document.language)
    if mistakes:
        raise WorkspaceError(mistakes)
    return theme


class Desk:
    """The workspaces that a workbench is open on.

    Args:
        workspaces: folders with yanbao.toml.
        out: the folder that builds go to, each under its workspace's name.

    Raises:
        BuildError: a folder is no workspace, or two of them have one name.
    """

    def __init__(self, workspaces: Iterable[Path], out: Path = Path("out")) -> None:
        self.places: dict[str, Place] = {}
        self.out = out.resolve()
        for folder in workspaces:
            folder = folder.resolve()
            if not (folder / "yanbao.toml").is_file():
                raise BuildError(f"{folder} is no workspace: it has no yanbao.toml; `yanbao new` makes one")
            name = re.sub(r"[^\w.-]+", "-", folder.name) or "workspace"
            if name in self.places:
                raise BuildError(f"{folder} and {self.places[name].folder} have one name; rename one of them")
            self.places[name] = Place(name, folder, self.out / folder.name, Draft(folder))
