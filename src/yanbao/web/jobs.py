"""Long work in processes of its own: started, followed line by line, stopped, cut off at its limits.

A job is `python -m yanbao.web.worker KIND`; it is given its request as JSON on standard input and tells what it does as
JSON lines on standard output: `{"step": …}` as it goes on, `{"done": …}` or `{"failed": …}` at the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from yanbao.errors import YanbaoError

State = Literal["running", "done", "failed", "stopped"]
_KEPT = 50  # jobs that are remembered
_LINE = 64 * 2**20  # bytes of the longest line that a job may tell
_ERRORS = 64 * 2**10  # bytes of what a job says on standard error: the last ones


class BusyError(YanbaoError):
    """As much work as a server takes is under way: ask again when some of it has ended."""


@dataclass(frozen=True)
class Limits:
    """What a job may take: seconds by the clock, and address space in MiB (`None`: as the server itself)."""

    seconds: float = 1800
    memory: int | None = None


@dataclass
class Job:
    """Work that was begun. `told` are its steps, `result` what it gave, `folder` where it may write."""

    id: str
    kind: str
    title: str
    folder: Path
    back: str  # the address of the page that asked
    owner: str = ""  # the browser that it is shown to; empty: to all
    state: State = "running"
    told: list[str] = field(default_factory=list)
    ending: State | None = None  # what it said itself; it has ended once its process has, and what follows was done
    result: Any = None
    error: str = ""
    began: float = field(default_factory=time.time)
    ended: float | None = None
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    process: asyncio.subprocess.Process | None = None
    task: asyncio.Task[None] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what a page that follows the job needs."""
        return {"id": self.id, "state": self.state, "told": list(self.told), "error": self.error, "back": self.back}


class Jobs:
    """The jobs of a server. At most `at_once` of them run, further ones wait their turn, and no more than `waiting`."""

    def __init__(self, at_once: int = 2, waiting: int = 10) -> None:
        self._most = at_once + waiting
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._turns = asyncio.Semaphore(at_once)
        self._root = Path(tempfile.mkdtemp(prefix="yanbao-web-"))

    def get(self, name: str, owner: str = "") -> Job | None:
        """Return a job by its id, `None` where it is another browser's."""
        job = self._jobs.get(name)
        return job if job is not None and job.owner in ("", owner) else None

    def of(self, kind: str, owner: str = "") -> list[Job]:
        """Return the jobs of a kind that a browser may see, the last one first."""
        return [job for job in reversed(self._jobs.values()) if job.kind == kind and job.owner in ("", owner)]

    def room(self) -> None:
        """Say whether further work is taken.

        Raises:
            BusyError: it is not.
        """
        running = sum(job.state == "running" for job in self._jobs.values())
        if running >= self._most:
            raise BusyError(f"{running} jobs are under way or wait their turn: try again when one of them has ended")

    def folder(self) -> Path:
        """Return a new folder for the files of a job; it goes when the job is forgotten, or the server ends."""
        return Path(tempfile.mkdtemp(dir=self._root))

    def start(
        self,
        kind: str,
        request: dict[str, Any],
        *,
        title: str,
        back: str,
        limits: Limits = Limits(),
        then: Callable[[Job], None] | None = None,
        folder: Path | None = None,
        owner: str = "",
    ) -> Job:
        """Begin work and return at once; call it where an event loop runs.

        Args:
            kind: what the worker does.
            request: what it is asked, as JSON; `folder` is added: where it may write.
            title: what the work is called on its page.
            back: the address that its end leads to; `{job}` in it is the job's id.
            limits: when it is cut off.
            then: called once the job has ended, with `state` and `result` set.
            folder: what `folder()` gave, where files for the job stand already.
            owner: the browser that may see it; empty: all.

        Raises:
            BusyError: too many jobs wait already.
        """
        self.room()
        name = secrets.token_urlsafe(16)
        job = Job(name, kind, title, folder or self.folder(), back.replace("{job}", name), owner)
        self._jobs[name] = job
        job.task = asyncio.get_running_loop().create_task(self._run(job, request, limits, then))
        self._forget()
        return job

    async def stop(self, job: Job) -> None:
        """Stop a job and every process it began."""
        if job.state == "running":
            job.state = "stopped"
            _kill(job)
            if job.task is not None and job.process is None:
                job.task.cancel()
            await self._tell(job)

    async def follow(self, job: Job) -> AsyncIterator[dict[str, Any]]:
        """Yield what is known of a job now, and again each time it goes on, until it has ended."""
        while True:
            now = job.to_json()
            yield now
            if now["state"] != "running":
                return
            async with job.changed:
                while job.to_json() == now:  # what came since is told at once
                    await job.changed.wait()

    async def close(self) -> None:
        """Stop all jobs and remove what they wrote."""
        for job in list(self._jobs.values()):
            await self.stop(job)
            if job.task is not None:
                with contextlib.suppress(asyncio.CancelledError):
                    await job.task
        shutil.rmtree(self._root, ignore_errors=True)

    async def _run(self, job: Job, request: dict[str, Any], limits: Limits, then: Callable[[Job], None] | None) -> None:
        try:
            async with self._turns, asyncio.timeout(limits.seconds):
                await self._work(job, request, limits)
        except TimeoutError:
            _kill(job)
            job.state, job.error = "failed", f"stopped after {limits.seconds:g} s"
        finally:
            if job.process is not None:
                _kill(job)
                await job.process.wait()
            if job.state == "running":
                job.state = "failed"
            job.ended = time.time()
            if then is not None:
                then(job)
            await self._tell(job)

    async def _work(self, job: Job, request: dict[str, Any], limits: Limits) -> None:
        if job.state != "running":
            return
        job.process = await asyncio.create_subprocess_exec(
            # -P: the folder that the server was started in is no place for modules, a workspace's own least of all
            sys.executable, "-P", "-m", "yanbao.web.worker", job.kind,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            start_new_session=True, limit=_LINE,
        )  # fmt: skip
        pipes = job.process
        assert pipes.stdin is not None
        assert pipes.stdout is not None
        assert pipes.stderr is not None
        errors = asyncio.create_task(_last(pipes.stderr))
        asked = {**request, "folder": str(job.folder), "memory": limits.memory, "seconds": limits.seconds}
        with contextlib.suppress(ConnectionError):
            pipes.stdin.write(json.dumps(asked).encode())
            pipes.stdin.close()
        try:
            while line := await pipes.stdout.readline():
                self._note(job, json.loads(line))
                await self._tell(job)
        except ValueError as error:  # cut off within a line, or one without an end
            job.state, job.error = "failed", f"the work said what is not understood: {error}"
            _kill(job)
        code = await pipes.wait()
        told = (await errors).decode("utf-8", "replace").strip()
        if job.state == "running" and job.ending is not None:
            job.state = job.ending
        elif job.state == "running":  # it ended without a word
            job.state, job.error = "failed", _end(code, told)

    @staticmethod
    def _note(job: Job, said: dict[str, Any]) -> None:
        if "step" in said:
            job.told.append(str(said["step"]))
        elif "done" in said:
            job.ending, job.result = "done", said["done"]
        elif "failed" in said:
            job.ending, job.error = "failed", str(said["failed"])

    @staticmethod
    async def _tell(job: Job) -> None:
        async with job.changed:
            job.changed.notify_all()

    def _forget(self) -> None:
        ended = [job for job in self._jobs.values() if job.state != "running"]
        for job in ended[: max(0, len(self._jobs) - _KEPT)]:
            shutil.rmtree(job.folder, ignore_errors=True)
            del self._jobs[job.id]


async def _last(stream: asyncio.StreamReader) -> bytes:
    """Read a stream to its end and keep its last bytes: a library that complains without end fills nothing."""
    kept = b""
    while piece := await stream.read(_ERRORS):
        kept = (kept + piece)[-_ERRORS:]
    return kept


def _end(code: int, told: str) -> str:
    """Return what is told of work that ended without a word of its own."""
    if code < 0:
        return f"the work was ended by {signal.Signals(-code).name}"
    return told.splitlines()[-1] if told else f"the work ended with code {code}"


def _kill(job: Job) -> None:
    if job.process is not None and job.process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(job.process.pid, signal.SIGKILL)
