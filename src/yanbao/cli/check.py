"""`yanbao check`: tick and tie anybody's report."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from yanbao.cli.options import Language
from yanbao.cli.screen import TableFormat, data, fail, say, table, warn
from yanbao.errors import ReadError, YanbaoError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from yanbao.check.tell.rule_file import Rule
    from yanbao.fact.fact import Fact

SUFFIXES = (".pdf", ".docx", ".pptx", ".xlsx", ".xlsm", ".xls", ".html", ".htm", ".md", ".txt")


class CheckFormat(str, Enum):
    """How findings are printed."""

    text = "text"
    json = "json"


@dataclass
class Checked:
    """What checking one file gave, small enough to come back from another process."""

    file: Path
    text: str = ""
    json: dict[str, Any] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    error: str = ""
    anchors: list[str | None] = field(default_factory=list)  # of each finding, on the page that was written

    @property
    def breaks(self) -> int:
        """Return how many findings there are."""
        return len(self.json.get("findings", ()))


def check(
    files: Annotated[
        list[Path], typer.Argument(help="Reports to check: PDF, DOCX, PPTX, XLSX, HTML, MD, TXT; or folders of them.")
    ],
    form: Annotated[CheckFormat, typer.Option("--format", "-f", help="text, or json with every finding.")] = (
        CheckFormat.text
    ),
    ties: Annotated[bool, typer.Option("--ties", help="List what ties, too.")] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            "-r",
            metavar="OUT.html",
            help="Write the document with every number green, red or grey; with several files, a folder.",
        ),
    ] = None,
    annotated: Annotated[
        Path | None,
        typer.Option(
            "--annotate",
            "-a",
            metavar="COPY.pdf",
            help="Write a copy of a PDF with its numbers highlighted; with several files, a folder.",
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="WORKSPACE", help="Also compare numbers with the facts of a workspace."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="A rule file. Default: the nearest yanbao-check.toml beside or above each file."),
    ] = None,
    language: Annotated[
        Language | None,
        typer.Option("--language", "-l", help="Tell it in zh or en. Default: each document's own language."),
    ] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Processes. Default: one a core.")] = None,
) -> None:
    """Tick and tie reports that anybody made: find their numbers, test how they relate, say what breaks and why.

    Every claim is compared with what its own operands give, as intervals: a number breaks only if its printed digits
    and those it is computed from cannot both be right. What could not be checked is counted and shown, not passed
    over. Nothing leaves this machine.

    Exit code 0: nothing breaks; 1: something breaks; 2: a file can't be read.

    Examples: `yanbao check report.pdf --report checked.html` · `yanbao check drafts/ --format json`
    """
    with fail():
        paths = list(_paths(files))
        several = len(paths) > 1 or any(path.is_dir() for path in files)
        targets = [
            Task(
                path,
                _target(report, path, ".html", several),
                _target(annotated, path, ".pdf", several),
                config,
                against,
                ties,
                None if language is None else language.value,
            )
            for path in paths
        ]
        results = _run(targets, jobs)
    for result in results:
        if result.error:
            warn(result.error)
    if form is CheckFormat.json:
        documents = [result.json for result in results if not result.error]
        errors = [{"file": str(result.file), "error": result.error} for result in results if result.error]
        data(
            {"documents": documents, "errors": errors} if several else documents[0] if documents else {"errors": errors}
        )
    else:
        _print(results, several)
    if any(result.error for result in results):
        raise typer.Exit(2)
    raise typer.Exit(1 if any(result.breaks for result in results) else 0)


@dataclass(frozen=True)
class Task:
    """A file to check, and where its page and its annotated copy go."""

    file: Path
    report: Path | None
    annotated: Path | None
    config: Path | None
    against: Path | None
    ties: bool
    language: Literal["zh", "en"] | None = None


def _paths(files: list[Path]) -> Iterator[Path]:
    """Yield the files to check: those named, and those of the folders named; a name that is neither is an error."""
    wrong = [str(path) for path in files if not path.exists()]
    if wrong:
        raise ReadError(f"{', '.join(wrong)}: there is no such file\n    hint: look at the name and the folder")
    seen: set[Path] = set()
    for path in files:
        inside = sorted(item for item in path.rglob("*") if item.suffix.lower() in SUFFIXES and item.is_file())
        if path.is_dir() and not inside:
            raise ReadError(f"{path}: holds no report\n    hint: known are {', '.join(SUFFIXES)}")
        for item in inside if path.is_dir() else [path]:
            if item.resolve() not in seen and not item.name.startswith("~$"):
                seen.add(item.resolve())
                yield item


def _target(wanted: Path | None, file: Path, suffix: str, several: bool) -> Path | None:
    if wanted is None or (suffix == ".pdf" and several and file.suffix.lower() != ".pdf"):
        return None
    return wanted / f"{file.name}{suffix if suffix == '.html' else '.checked.pdf'}" if several else wanted


def _run(tasks: list[Task], jobs: int | None) -> list[Checked]:
    workers = min(len(tasks), jobs or os.cpu_count() or 1)
    if workers <= 1:
        with _progress(len(tasks)) as step:
            return [step(check_file(task)) for task in tasks]
    from concurrent.futures import ProcessPoolExecutor, as_completed

    # the biggest first, so that no core waits long for the last one
    order = sorted(range(len(tasks)), key=lambda index: -tasks[index].file.stat().st_size)
    results: dict[int, Checked] = {}
    with ProcessPoolExecutor(workers) as pool, _progress(len(tasks)) as step:
        waiting: dict[Future[Checked], int] = {pool.submit(check_file, tasks[index]): index for index in order}
        for done in as_completed(waiting):
            results[waiting[done]] = step(done.result())
    return [results[index] for index in range(len(tasks))]


@contextmanager
def _progress(total: int) -> Iterator[Any]:
    """Show how many files are done, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda result: result
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("checking", total=total)

        def step(result: Checked) -> Checked:
            bar.update(task, advance=1, description=result.file.name)
            return result

        yield step


def check_file(task: Task, tell: Callable[[str], None] = lambda step: None) -> Checked:
    """Check one file and write what was asked for; an error of this file is told with the others' results.

    `tell` is called with the name of each step as it begins.
    """
    from yanbao.check.tell.result import Result
    from yanbao.check.tell.rules import apply, find_rules
    from yanbao.check.tick.against import against
    from yanbao.check.tick.tick import tick
    from yanbao.check.tick.words import words_for
    from yanbao.read.foreign.reading import read_foreign

    checked = Checked(task.file)
    try:
        rules_at = task.config or find_rules(task.file)
        rules: list[Rule] = []
        if rules_at:
            from yanbao.check.tell.rule_file import read_rules

            rules = read_rules(rules_at)
        tell("read")
        document = read_foreign(task.file)
        tell("check")
        ticked = tick(document, words_for(task.file.parent))
        tested = [*ticked.tested, *(against(ticked.figures, _facts(task.against)) if task.against else ())]
        kept, waived = apply(rules, tested, task.file)
        ticked = replace(ticked, tested=tuple(kept))
        result = Result(ticked, tuple(waived), task.language)
        checked.json = result.to_json(ties=task.ties)
        checked.text = result.to_text(ties=task.ties)
        tell("write")
        if task.report is not None:
            from yanbao.check.tell.page import anchors, page

            task.report.parent.mkdir(parents=True, exist_ok=True)
            task.report.write_text(page(ticked, waived, result.located, result.language), encoding="utf-8")
            checked.anchors = anchors(result.located, result.breaks)
            checked.written.append(str(task.report))
        if task.annotated is not None:
            from yanbao.check.tell.annotate import annotate

            count = annotate(ticked, task.annotated, result.located, result.language)
            checked.written.append(f"{task.annotated} ({count} numbers highlighted)")
    except YanbaoError as error:
        checked.error = str(error)
    except OSError as error:
        checked.error = f"{task.file}: {error.strerror or error}"
    return checked


@cache
def _facts(workspace: Path) -> dict[str, Fact]:
    from yanbao.author import compose

    return compose(workspace).document.facts


def _print(results: list[Checked], several: bool) -> None:
    for result in results:
        if not result.error and (not several or result.breaks):
            say(result.text)
            say("")
    for result in results:
        for written in result.written:
            say(f"wrote {written}")
    if several:
        heads = ("file", "numbers", "checked", "breaks", "coverage")
        rows = []
        for result in results:
            if result.error:
                rows.append((result.file.name, "", "", "", "can't be read"))
                continue
            coverage = result.json["coverage"]
            share = f"{coverage['checked'] / coverage['numbers']:.0%}" if coverage["numbers"] else "no numbers"
            rows.append(
                (result.file.name, f"{coverage['numbers']:,}", f"{coverage['checked']:,}", str(result.breaks), share)
            )
        table("", heads, rows, TableFormat.table)
