"""A workspace -> its build folder, once or again and again."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from yanbao.build.difference import Change, difference
from yanbao.build.folder import FORMATS, Build, check_target, swap, write_manifest
from yanbao.build.renderers import AWAY, Helper, render, render_away
from yanbao.document.tree import Document
from yanbao.errors import RenderError
from yanbao.memory import Memory, settled

if TYPE_CHECKING:
    from yanbao.author.compose import Composed

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Result:
    """A build that was made: its folder, what changed since the builder's build before, and the seconds it took."""

    build: Build
    changes: tuple[Change, ...]
    seconds: float


class Builder:
    """Builds a workspace again and again.

    How soon does a changed cell stand in all outputs? Libraries, fonts, the typesetter, the process that draws charts,
    and whatever was made from parts that did not change are kept from build to build; the bytes are those of a build
    that begins with nothing. Use it in a `with` statement: the end of it ends the second process.

    Example:
        >>> with Builder(workspace, Path("out")) as builder:  # doctest: +SKIP
        ...     builder.build().seconds, builder.build().seconds
        (16.9, 1.8)
    """

    def __init__(
        self,
        workspace: Path,
        out: Path,
        *,
        formats: Iterable[str] | None = None,
        as_of: date | None = None,
        language: Literal["zh", "en"] | None = None,
        keep: bool = True,
    ) -> None:
        """Start the second process, where there is a processor for one.

        Args:
            workspace: the folder with yanbao.toml.
            out: the build folder; replaced only if it is one, or empty.
            formats: what to write; the workspace's own choice by default.
            as_of: the day to report as of, instead of the workspace's own.
            language: zh or en, instead of the workspace's own.
            keep: whether to keep for the next build what was made.

        Raises:
            BuildError: `out` is something else than a build folder.
        """
        check_target(workspace, out)
        self.workspace, self.out = workspace, out
        self._formats = None if formats is None else frozenset(formats)
        self._as_of, self._language = as_of, language
        self._memory = Memory() if keep else None
        self._before: Document | None = None
        self.store: Path | None = None  # what the last build asked; it may lie outside the workspace
        self._helper: Helper | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the second process."""
        if self._helper is not None:
            self._helper.stop()
            self._helper = None

    def build(self, progress: Progress = lambda step: None) -> Result:
        """Build; the old folder stays as it is until the new one is whole.

        Args:
            progress: called with the name of each step as it begins.

        Raises:
            WorkspaceError: mistakes in the workspace, all of them; nothing is written.
            RenderError: an output that cannot be written; nothing is written.
            BuildError: the build folder is something else by now.
        """
        from yanbao.author import compose

        began = time.perf_counter()
        check_target(self.workspace, self.out)
        progress("workspace")
        self._start_helper()
        with ExitStack() as stack:
            if self._memory is not None:
                stack.enter_context(self._memory.active())
            composed = _settled(compose(self.workspace, as_of=self._as_of, language=self._language))
            self.store = composed.store
            made = self._write(composed, progress)
        before, self._before = self._before, composed.document
        return Result(made, _changes(before, composed.document), time.perf_counter() - began)

    def _start_helper(self) -> None:
        chosen = self._formats
        wanted = chosen is None or (len(chosen) > 1 and not chosen.isdisjoint(AWAY))
        if self._helper is None and wanted and Helper.possible():
            self._helper = Helper(self._memory is not None)

    def _write(self, composed: Composed, progress: Progress) -> Build:
        from yanbao.render.house_font import warnings

        out = self.out
        formats = tuple(name for name in FORMATS if name in (self._formats or composed.formats))
        out.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        try:
            self._render(formats, composed, new, progress)
            told = warnings(composed.document, composed.theme)
            progress("manifest")
            manifest = write_manifest(new, composed.inputs, formats)
            new.chmod(0o755)
            swap(new, out)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        return Build(out, composed.document, tuple(out / f"report.{name}" for name in formats), manifest, told)

    def _render(self, formats: tuple[str, ...], composed: Composed, folder: Path, progress: Progress) -> None:
        """Write all outputs, the document and the inputs into a folder, a part of them in the helper's process."""
        document, theme = composed.document, composed.theme
        away = tuple(name for name in formats if name in AWAY)
        here = tuple(name for name in formats if name not in AWAY)
        if self._helper is None:
            for name in here:
                progress(name)
                render(name, document, theme, folder / f"report.{name}")
            progress(", ".join((*away, "document")))
            render_away(away, document, theme, composed.inputs, folder)
            return
        try:
            self._helper.start(away, document, theme, composed.inputs, folder)
            failed: list[RenderError] = []
            try:
                for name in here:
                    progress(name)
                    render(name, document, theme, folder / f"report.{name}")
            except RenderError as error:
                failed.append(error)
            progress(", ".join((*away, "document")))
            try:
                self._helper.finish()
            except RenderError as error:
                failed.append(error)
        except BaseException:
            self.close()  # it may still write, or be lost; the next build starts another one
            raise
        if failed:  # a page that is too full is so in each format
            raise RenderError("\n".join(dict.fromkeys(map(str, failed))))


def _changes(before: Document | None, now: Document) -> tuple[Change, ...]:
    if before is None:
        return ()
    same = {id(page) for page in before.pages} & {id(page) for page in now.pages}
    old, new = (
        replace(document, pages=tuple(page for page in document.pages if id(page) not in same))
        for document in (before, now)
    )
    return tuple(difference(old, new))


def _settled(composed: Composed) -> Composed:
    """Return the same with all parts that are equal to those of the build before as the same objects."""
    document = composed.document
    pages = tuple(settled(f"page {page.id}", page) for page in document.pages)
    facts = {key: settled(f"fact {key}", fact) for key, fact in document.facts.items()}
    return replace(
        composed, document=replace(document, pages=pages, facts=facts), theme=settled("theme", composed.theme)
    )


def build(
    workspace: Path,
    out: Path,
    *,
    formats: Iterable[str] | None = None,
    as_of: date | None = None,
    language: Literal["zh", "en"] | None = None,
    progress: Progress = lambda step: None,
) -> Build:
    """Build a workspace into the folder `out`, once; `Builder` says what the arguments mean.

    Raises:
        WorkspaceError: mistakes in the workspace, all of them; nothing is written.
        RenderError: an output that cannot be written; nothing is written.
        BuildError: `out` is something else than a build folder.
    """
    with Builder(workspace, out, formats=formats, as_of=as_of, language=language, keep=False) as builder:
        return builder.build(progress).build
