"""Checks for an assistant: a text, or a file of a folder open to it, ticked and tied in a process of its own."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import anyio
from pydantic import BaseModel, Field

from yanbao.errors import BuildError, ReadError
from yanbao.web.jobs import Job, Jobs, Limits
from yanbao.web.marks import name_of
from yanbao.web.mcp_number import Number, Origin, Told, short
from yanbao.web.mcp_report import Reports, Start
from yanbao.web.sniff import suffix_of

LARGEST = 64 * 2**20  # bytes of a file
LONGEST = 1_000_000  # characters of a text
_RULES = "yanbao-check.toml"
_WORDS = "accounting-words.toml"
_BLOCK = 2**20

Language = Annotated[
    Literal["zh", "en"] | None, Field(description="Of the findings. Default: the document's own language.")
]
Against = Annotated[
    str | None, Field(max_length=200, description="Also compare numbers with the facts of this workspace.")
]
Most = Annotated[int, Field(ge=1, le=400)]


class Spot(Told):
    """A place in the document, and the text that stands there."""

    page: int | None = None
    line: int | None = None
    start: Annotated[int | None, Field(description="The first character in the line, and the last in `end`.")] = None
    end: int | None = None
    text: str = ""


class Bounds(Told):
    """What a number should be."""

    text: str
    low: float | None = None
    high: float | None = None


class Finding(Told):
    """A number that cannot be right beside those that it is computed from."""

    id: str
    severity: str
    code: str
    relation: str | None = None
    claimed: Number
    should_be: Bounds | None = None
    explanation: str
    diagnosis: str | None = None
    where: list[Spot]
    computed_from: list[Spot]


class Coverage(Told):
    """How much of the document was checked; what was not read or checked is no finding and not right either."""

    numbers: int
    checked: int
    ties: int
    breaks: int
    not_checked: int
    waived: int
    not_read: list[str] = Field(default_factory=list)


class Checked(BaseModel):
    """The result of a check, worst findings first."""

    document: str
    format: str
    pages: int
    coverage: Coverage
    findings: list[Finding]
    total: Annotated[int, Field(description="How many findings there are; ask on with `start`.")]


class Checks:
    """The tools that check.

    Args:
        reports: the workspaces.
        jobs: where checks run.
        folders: further folders that files are read from, by name.
        limits: of a check.
    """

    def __init__(self, reports: Reports, jobs: Jobs, folders: Mapping[str, Path], limits: Limits) -> None:
        self.reports, self.jobs, self.limits = reports, jobs, limits
        places = {name: place.folder for name, place in reports.desk.places.items()}
        self.folders = {**places, **folders}

    async def check_text(
        self,
        text: Annotated[str, Field(max_length=LONGEST, description="Markdown or plain text.")],
        language: Language = None,
        against: Against = None,
        start: Start = 0,
        most: Most = 100,
    ) -> Checked:
        """Tick and tie a text: find its numbers, test how they relate, say what breaks and why, what was not tested.

        Each sum, growth rate, share, multiple is computed again from the numbers beside it, within their rounding.
        """
        folder = self.jobs.folder()
        await anyio.to_thread.run_sync(_write, folder, text)
        return await self._check(folder, "text.md", "text", language, against, start, most)

    async def check_file(
        self,
        folder: Annotated[str, Field(max_length=200, description="A workspace or an allowed folder, by its name.")],
        file: Annotated[str, Field(max_length=1000, description="The file's path in that folder.")],
        language: Language = None,
        against: Against = None,
        start: Start = 0,
        most: Most = 100,
    ) -> Checked:
        """Tick and tie a report (PDF, DOCX, PPTX, XLSX, HTML, MD, TXT): what breaks and why, what was not tested."""
        path = await anyio.to_thread.run_sync(self._path, folder, file)
        kept = self.jobs.folder()
        try:
            name = await anyio.to_thread.run_sync(_copy, path, kept, self.folders[folder].resolve())
        except BaseException:
            shutil.rmtree(kept, ignore_errors=True)
            raise
        return await self._check(kept, name, path.name, language, against, start, most)

    def _path(self, folder: str, file: str) -> Path:
        """Return a file of a folder that is open, without links in its path.

        Raises:
            ReadError: no such folder or file, or one that lies elsewhere.
        """
        if folder not in self.folders:
            raise ReadError(f"no folder {folder[:80]!r} is open to assistants; there are: {', '.join(self.folders)}")
        root = self.folders[folder].resolve()
        refused = ReadError(f"{file[:200]!r} is no file inside {folder}; only files in it are read")
        try:
            path = (root / file).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):  # not there, a NUL in it, links in a circle
            raise refused from None
        if not path.is_relative_to(root) or not path.is_file():
            raise refused
        return path

    async def _check(
        self, kept: Path, file: str, name: str, language: str | None, against: str | None, start: int, most: int
    ) -> Checked:
        request: dict[str, Any] = {"file": str(kept / file), "name": name, "language": language, "against": None}
        try:
            if against is not None:
                request["against"] = str(self.reports.place(against).folder)
        except BuildError:
            shutil.rmtree(kept, ignore_errors=True)
            raise
        job = self.jobs.start("find", request, title=name, back="", limits=self.limits, folder=kept)
        try:
            async for _ in self.jobs.follow(job):
                pass
        finally:  # a call that is cancelled stops its check
            with anyio.CancelScope(shield=True):
                await self.jobs.stop(job)
                if job.task is not None:
                    await job.task
            shutil.rmtree(kept, ignore_errors=True)
        if job.state != "done":
            raise ReadError(f"{name} was not checked: {job.error or 'it was stopped'}")
        return _told(job, name, start, most)


def _write(folder: Path, text: str) -> None:
    (folder / "text.md").write_text(text, "utf-8", errors="replace")
    (folder / _RULES).touch()


def _copy(path: Path, kept: Path, root: Path) -> str:
    """Copy a file, and what says how to check it, into a folder of the job's own; return its name there.

    Raises:
        ReadError: it is too large, no report, or no plain file.
    """
    name = path.name
    try:
        # a pipe would wait for ever, and a link that took the file's place would lead elsewhere
        source = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise ReadError(f"{name} cannot be read: {error.strerror}") from error
    with os.fdopen(source, "rb") as file, (kept / "document").open("wb") as copy:
        found = os.fstat(source)
        if not stat.S_ISREG(found.st_mode):
            raise ReadError(f"{name} is no plain file")
        left = LARGEST + 1
        while left and (block := file.read(min(_BLOCK, left))):
            copy.write(block)
            left -= len(block)
        if not left:
            raise ReadError(f"{name} is larger than {LARGEST // 2**20} MiB")
    suffix = suffix_of(kept / "document", name)
    file_name = path.stem[:80] + suffix  # rules may name files
    (kept / "document").rename(kept / file_name)
    # the desk's own rules and words go with the file; without any, none of a folder above the copy is taken
    rules = next((each / _RULES for each in path.parents if each.is_relative_to(root) and _own(each / _RULES)), None)
    (kept / _RULES).write_bytes(rules.read_bytes() if rules else b"")
    if _own(path.parent / _WORDS):
        shutil.copyfile(path.parent / _WORDS, kept / _WORDS)
    return file_name


def _own(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.stat().st_size <= _BLOCK


def _told(job: Job, name: str, start: int, most: int) -> Checked:
    result = job.result
    coverage = result["coverage"]
    return Checked(
        document=name,
        format=result["document"]["format"],
        pages=result["document"]["pages"],
        coverage=Coverage(
            numbers=coverage["numbers"], checked=coverage["checked"], ties=coverage["ties"], breaks=coverage["breaks"],
            not_checked=coverage["skipped"], waived=coverage["waived"],
            not_read=[
                f"page {part['page']}: {part['reason']}" if part["page"] is not None else str(part["reason"])
                for part in coverage["unread"]
            ],
        ),
        findings=[_finding(each) for each in result["findings"][start : start + most]],
        total=len(result["findings"]),
    )  # fmt: skip


def _finding(found: dict[str, Any]) -> Finding:
    claimed, right, where = found["claimed"], found["recomputed"], [_spot(each) for each in found["where"]]
    first = where[0] if where else Spot()
    name = name_of(found)
    return Finding(
        id=name,
        severity=found["severity"],
        code=found["code"],
        relation=found["relation"],
        claimed=Number(
            id=name, label="claimed", text=claimed["text"], value=claimed["value"], unit=claimed["unit"] or "",
            source=Origin(origin="the checked document", page=first.page, line=first.line),
        ),
        should_be=None if right is None else Bounds(text=right["text"], low=right["low"], high=right["high"]),
        explanation=found["explanation"],
        diagnosis=found["diagnosis"],
        where=where,
        computed_from=[_spot(each) for each in found["operands"]],
    )  # fmt: skip


def _spot(where: dict[str, Any]) -> Spot:
    return Spot(
        page=where["page"], line=where["line"], start=where["start"], end=where["end"], text=short(where["text"])
    )
