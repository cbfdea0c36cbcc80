"""A PDF that others made -> the tree of a document, read in a process of its own within limits of time and memory.

A page can be written so that the PDF library needs hours, all memory, or dies: a form that draws itself, a few
kilobytes that unpack to gigabytes. No limit inside the library stops these. So a child process reads, page by page,
and tells which page it is at; the parent ends it where a page takes too long, and reads again without that page.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import IO

from yanbao.errors import ReadError
from yanbao.read.contents import Place
from yanbao.read.foreign.pdf_document import checked_data, read_document
from yanbao.read.foreign.reason import Reason
from yanbao.read.foreign.tree import ForeignDocument, Unread

MAX_SECONDS = 120.0  # of a file
PAGE_SECONDS = 20.0  # of a page; the slowest of the samples takes 0.5 s
MAX_MEMORY = 2 * 2**30  # bytes of address space
MAX_LOST = 3  # pages that may be given up before the file is


def read_foreign_pdf(file: Path) -> ForeignDocument:
    """Return a PDF's text and tables in reading order: what would a reader see, and which cells belong together?

    Boxes are points from the left lower corner of the page (its crop box) as it stands in the file, before a viewer
    turns it; `Place.line` counts the page's lines of text from its top. Pages whose text layer cannot be relied on
    carry no blocks; they, and pages that are damaged or go beyond the limits, are told in `unread`.

    Limits: 200 MiB, 2000 pages, 120 s, 20 s and 50,000 characters a page, 2 GiB of memory.

    Raises:
        ReadError: there is no such file; it is no PDF, encrypted, too big, too damaged to be opened, or goes beyond
            the limits on more than three pages.
    """
    checked_data(file)
    end = time.monotonic() + MAX_SECONDS
    lost: dict[int, Reason] = {}
    while True:
        outcome = _read(file, lost, end)
        if isinstance(outcome, ForeignDocument):
            told = tuple(Unread(Place(file.name, page), reason) for page, reason in lost.items())
            return replace(outcome, unread=tuple(sorted((*outcome.unread, *told), key=lambda u: u.place.page or 0)))
        page, reason = outcome
        if page < 1 or page in lost or len(lost) >= MAX_LOST or time.monotonic() > end:
            where = f", page {page}" if page > 0 else ""
            raise ReadError(f"{file}{where}: {reason}\n    hint: check the pages you need as a file of their own")
        lost[page] = reason


def _read(file: Path, lost: dict[int, Reason], end: float) -> ForeignDocument | tuple[int, Reason]:
    """Return the document, or the page at which reading had to be given up and why."""
    command = [sys.executable, "-m", "yanbao.read.foreign.pdf", str(file.absolute()), *map(str, lost)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    child = subprocess.Popen(  # noqa: S603 the program is this Python, the arguments are a path and page numbers
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert child.stdout is not None
    assert child.stderr is not None
    answer: list[bytes] = []
    said: list[str] = []
    steps: queue.Queue[int | None] = queue.Queue()
    readers = [
        threading.Thread(target=_collect, args=(child.stdout, answer), daemon=True),
        threading.Thread(target=_follow, args=(child.stderr, steps, said), daemon=True),
    ]
    for reader in readers:
        reader.start()
    page = 0
    reason: Reason | None = None
    try:
        while True:
            try:
                step = steps.get(timeout=max(0.1, min(PAGE_SECONDS, end - time.monotonic())))
            except queue.Empty:
                reason = Reason("too-slow", f"{PAGE_SECONDS:.0f}", f"{MAX_SECONDS:.0f}")
                break
            if step is None:
                break
            page = step
    finally:
        if reason:
            child.kill()
        code = child.wait()
        for reader in readers:
            reader.join()
        child.stdout.close()
        child.stderr.close()
    if reason:
        return page, reason
    if code < 0:
        return page, Reason("library-dies", -code)
    if code > 0:
        return page, Reason("reading-fails", said[-1] if said else f"exit {code}")
    outcome = pickle.loads(answer[0])  # noqa: S301 written by this program a moment ago
    if isinstance(outcome, str):
        raise ReadError(outcome)
    assert isinstance(outcome, ForeignDocument)
    return replace(outcome, file=file)


def _collect(stream: IO[bytes], answer: list[bytes]) -> None:
    answer.append(stream.read())


def _follow(stream: IO[bytes], steps: queue.Queue[int | None], said: list[str]) -> None:
    for line in stream:
        if line.strip().isdigit():
            steps.put(int(line))
        elif line.strip():
            said.append(line.decode("utf-8", "replace").strip())
    steps.put(None)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows, where only time is limited
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main(file: Path, lost: list[int]) -> None:
    """Read in the child: the page that is begun goes to stderr, the document or an error's message to stdout."""
    _limit_memory()
    out = sys.stdout.buffer

    def tell(page: int) -> None:
        sys.stderr.write(f"{page}\n")
        sys.stderr.flush()

    try:
        outcome: ForeignDocument | str = read_document(file, frozenset(lost), tell)
    except ReadError as error:
        outcome = str(error)
    out.write(pickle.dumps(outcome, protocol=pickle.HIGHEST_PROTOCOL))
    out.flush()


if __name__ == "__main__":
    _main(Path(sys.argv[1]), [int(page) for page in sys.argv[2:]])
