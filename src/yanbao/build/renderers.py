"""Writes outputs: in this process, or a part of them in a second one that goes on from build to build."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path

from yanbao.build.folder import FORMATS, write_sources
from yanbao.document.theme import Theme
from yanbao.document.tree import Document, Page
from yanbao.errors import BuildError, YanbaoError
from yanbao.fact.fact import Fact
from yanbao.memory import Memory, settled

# libraries with threads of their own: a fork of a process that has used one would wait for threads it has not got
_THREADED = ("duckdb", "typst", "vl_convert")
# what the helper makes beside document and inputs, about as much work as the rest: the two share their fonts
AWAY = ("pdf", "html")


def render(name: str, document: Document, theme: Theme, path: Path) -> None:
    """Write one output; each renderer is loaded only when it is needed."""
    if name not in FORMATS:
        raise BuildError(f"no output format {name!r}; there are: {', '.join(FORMATS)}")
    getattr(import_module(f"yanbao.render.{name}"), f"render_{name}")(document, theme, path)


def render_away(
    formats: tuple[str, ...], document: Document, theme: Theme, inputs: Mapping[str, bytes], folder: Path
) -> None:
    """Write what a helper writes: its formats, the document and the inputs."""
    for name in sorted(formats, key=AWAY.index):
        render(name, document, theme, folder / f"report.{name}")
    write_sources(folder, document, inputs)


@dataclass(frozen=True)
class _Job:
    """What to write, as far as it differs from the job before: `None` stands for a page, fact or file as it was."""

    formats: tuple[str, ...]
    folder: Path
    theme: Theme
    head: Document  # without pages and facts
    pages: tuple[Page | str, ...]  # the id of a page as it was
    facts: dict[str, Fact | None]
    inputs: dict[str, bytes | None]


class Helper:
    """A second process that writes a part of the outputs.

    While the workspace is read for the first time it loads what it needs and starts the library that draws charts,
    which takes nearly as long as the reading. It holds the last document and is told what changed.
    """

    def __init__(self, keep: bool) -> None:
        """Start the process; with `keep` it remembers what it made for the next job."""
        # forked where that is cheap: a fresh interpreter would load every library again
        context = (
            multiprocessing.get_context("fork") if sys.platform == "linux" else multiprocessing.get_context("spawn")
        )
        self._pipe, end = context.Pipe()
        # a fork has both ends, and must close this one to be told that this process has ended
        ours = self._pipe if context.get_start_method() == "fork" else None
        self._process = context.Process(target=_serve, args=(end, ours, keep), daemon=True)
        self._process.start()
        end.close()
        self._busy = False
        self._document: Document | None = None
        self._inputs: Mapping[str, bytes] = {}

    @staticmethod
    def possible() -> bool:
        """Whether there is a processor for a second process, and this one may still be forked."""
        unsafe = sys.platform == "linux" and any(name in sys.modules for name in _THREADED)
        return not unsafe and (os.cpu_count() or 1) > 1

    def start(
        self, formats: tuple[str, ...], document: Document, theme: Theme, inputs: Mapping[str, bytes], folder: Path
    ) -> None:
        """Begin to write; `finish` waits for the end."""
        before = self._document
        pages = {page.id: page for page in before.pages} if before is not None else {}
        facts = before.facts if before is not None else {}
        job = _Job(
            formats,
            folder,
            theme,
            replace(document, pages=(), facts={}),
            tuple(page.id if pages.get(page.id) is page else page for page in document.pages),
            {key: None if facts.get(key) is fact else fact for key, fact in document.facts.items()},
            {name: None if self._inputs.get(name) == data else data for name, data in inputs.items()},
        )
        self._document, self._inputs = document, inputs
        try:
            self._pipe.send(job)
        except OSError as error:
            raise _ended() from error
        self._busy = True

    def finish(self) -> None:
        """Wait until all is written.

        Raises:
            YanbaoError: what the process met.
        """
        if not self._busy:
            return
        self._busy = False
        try:
            error: Exception | None = self._pipe.recv()
        except (EOFError, OSError) as lost:
            raise _ended() from lost
        if error is not None:
            raise error

    def stop(self) -> None:
        """End the process, whatever it does."""
        self._process.terminate()
        self._pipe.close()
        self._process.join()


def _ended() -> BuildError:
    return BuildError(
        "the process that writes a part of the outputs was ended: by what it printed, or for want of memory"
    )


def _serve(pipe: Connection, theirs: Connection | None, keep: bool) -> None:
    if theirs is not None:
        theirs.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one ends it
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # folders of its own are removed
    gc.disable()  # cycles are looked for between two jobs
    _get_ready()
    gc.freeze()
    memory = Memory() if keep else None
    pages: dict[str, Page] = {}
    facts: dict[str, Fact] = {}
    inputs: dict[str, bytes] = {}
    while True:
        try:
            job: _Job = pipe.recv()
        except (EOFError, OSError):
            return
        pages = {page.id: page for page in (pages[each] if isinstance(each, str) else each for each in job.pages)}
        facts = {key: facts[key] if fact is None else fact for key, fact in job.facts.items()}
        inputs = {name: inputs[name] if data is None else data for name, data in job.inputs.items()}
        document = replace(job.head, pages=tuple(pages.values()), facts=facts)
        error: Exception | None = None
        try:
            with ExitStack() as stack:
                if memory is not None:
                    stack.enter_context(memory.active())
                render_away(job.formats, document, settled("theme", job.theme), inputs, job.folder)
        except (YanbaoError, OSError) as met:
            error = met
        pipe.send(error)
        gc.collect()


def _get_ready() -> None:
    from yanbao.render.pdf.chart_picture import start

    for name in AWAY:
        import_module(f"yanbao.render.{name}")
    import_module("typst")
    start()
