"""`yanbao load`: outside data into the store of a workspace, and what became of every row."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yanbao.cli.screen import TableFormat, data, fail, say, table

if TYPE_CHECKING:
    from yanbao.source.bring import Brought
    from yanbao.source.contract import Source
    from yanbao.source.draft import Draft
    from yanbao.store.loading import FileReport

HEADS = ("source", "table", "file", "status", "rows", "stored", "unchanged", "restated", "refused", "lost")
EXAMPLES = 3  # refused rows that are shown of a file


def load(
    mappings: Annotated[
        list[Path] | None, typer.Argument(metavar="[MAPPING]...", help="Mapping files (TOML), loaded in this order.")
    ] = None,
    workspace: Annotated[
        Path | None,
        typer.Option("--workspace", "-w", help="The folder with the store; made where there is none."),
    ] = None,
    guess: Annotated[
        list[Path] | None,
        typer.Option(
            "--guess", "-g", metavar="FILE", help="A table pasted from Wind, iFinD or Choice (.xlsx, .xls, .csv)."
        ),
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option("--source", "-s", metavar="NAME", help="A source by name: shenwan, akshare, …")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--data", "-d", metavar="FOLDER", help="Where the files are; by default beside the mapping."),
    ] = None,
    form: Annotated[TableFormat, typer.Option("--format", "-f", help="table, json or csv.")] = TableFormat.table,
) -> None:
    """Load files into the store of a workspace: each file whole or not at all, nothing lost without a word.

    A *mapping* is a small TOML that says what a file's columns mean: the table they fill, their units, the day each
    row was published. `--guess FILE` writes one for a table that was pasted from a terminal; where its header tells
    everything (field, period, unit), `--guess FILE -w WORKSPACE` loads it at once. What is not certain is asked in the
    mapping, in lines that start with `# ASK:`.

    Loading again stores only what is new. A row that can't be right is refused and shown with file, row, field and
    reason; more of them than the mapping's `most_refused`, and nothing of the file is kept.

    Examples:

        yanbao load --guess 营业收入.xlsx                      write 营业收入.statement.toml to look at
        yanbao load --guess 营业收入.xlsx -w my-sector         load it
        yanbao load prices.toml members.toml -w my-sector
        yanbao load --source shenwan --data downloads -w my-sector

    Exit codes: 0 loaded, 1 a file was refused or something is asked, 2 can't run.
    """
    from yanbao.errors import SourceError

    with fail():
        if not (mappings or guess or source):
            raise SourceError("nothing to load\n    hint: name a mapping, or --guess FILE, or --source NAME")
        drafts = _drafts(guess or [])
        asked = _written(drafts) if workspace is None or not all(draft.certain for _, draft in drafts) else False
        if workspace is None:
            if mappings or source:
                raise SourceError("no workspace is named\n    hint: -w FOLDER")
            raise typer.Exit(1 if asked else 0)
        if asked:
            raise typer.Exit(1)
        sources = _sources(mappings or [], drafts, source or [], folder)
        with _bar() as progress:
            from yanbao.source.bring import bring

            brought = bring(workspace, sources, progress=progress)
    _print(brought, form)
    raise typer.Exit(1 if brought.failed else 0)


def _drafts(files: list[Path]) -> list[tuple[Path, Draft]]:
    if not files:
        return []
    from yanbao.source.guess import guess

    return [(path, draft) for path in files for draft in guess(path)]


def _written(drafts: list[tuple[Path, Draft]]) -> bool:
    """Write the drafts beside their files and say what is asked; return whether anything is.

    Raises:
        SourceError: a mapping is there already: it may have been edited.
    """
    from yanbao.errors import SourceError

    counts: dict[tuple[Path, str], int] = {}
    targets: list[tuple[Path, Draft]] = []
    for path, draft in drafts:
        count = counts[path, draft.table] = counts.get((path, draft.table), 0) + 1
        name = f"{path.stem}.{draft.table or 'unknown'}{f'-{count}' if count > 1 else ''}.toml"
        targets.append((path.with_name(name), draft))
    there = [str(target) for target, _ in targets if target.exists()]
    if there:
        raise SourceError(
            f"{', '.join(there)}: is there already\n    hint: load it, or delete it to have it written anew"
        )
    for target, draft in targets:
        try:
            target.write_text(draft.text, "utf-8")
        except OSError as error:
            raise SourceError(f"{target}: cannot be written: {error.strerror}") from error
        say(f"{target}: {draft.table or 'no table'}" + ("" if draft.certain else ", to be edited:"))
        for question in draft.questions:
            say(f"    ? {question}")
        for note in draft.notes:
            say(f"    {note}")
    if all(draft.certain for _, draft in drafts):
        say("next: yanbao load " + " ".join(str(target) for target, _ in targets) + " -w WORKSPACE")
        return False
    return True


def _sources(
    mappings: list[Path], drafts: list[tuple[Path, Draft]], names: list[str], folder: Path | None
) -> list[Source]:
    from yanbao.errors import SourceError
    from yanbao.source.contract import open_source
    from yanbao.source.file_source import FileSource
    from yanbao.source.mapping_file import parse_mapping, read_mappings

    files = [FileSource(made, folder) for made in read_mappings(mappings)]
    files += [FileSource(parse_mapping(path, draft.text)) for path, draft in drafts]
    lost: list[str] = []
    for one in files:
        try:
            one.files()
        except SourceError as error:
            lost.append(str(error))
    if lost:  # all of them, before anything is loaded
        raise SourceError("\n".join(lost))
    for remark in dict.fromkeys(f"{path.name}: {note}" for path, draft in drafts for note in draft.notes):
        typer.echo(remark, err=True)
    return [*files, *(open_source(name, folder) for name in names)]


def _print(brought: Brought, form: TableFormat) -> None:
    if form is TableFormat.json:
        data([_json(source, file) for source, file in brought.files])
        return
    rows = [
        [
            source,
            file.table,
            file.file,
            file.status,
            *(f"{getattr(file, name):,}" for name in ("rows", "stored", "unchanged", "restated", "refused")),
            f"{sum(loss.count for loss in file.losses if loss.kind != 'defaulted'):,}",
        ]
        for source, file in brought.files
    ]
    table(f"{brought.stored:,} rows stored", HEADS, rows, form)
    if form is TableFormat.table:
        for _, file in brought.files:
            for line in _remarks(file):
                say(line)


def _remarks(file: FileReport) -> Iterator[str]:
    """Yield what was lost or refused of a file, and why."""
    lines = [f"  {line}" for line in file.cause.splitlines()]
    lines += [f"  {loss.kind} {loss.count:,}: {loss.reason}" for loss in file.losses]
    lines += [f"  refused {count:,}: {why}" for why, count in file.reasons]
    lines += [f"    {refusal}" for refusal in file.refusals[:EXAMPLES]]
    if lines:
        yield f"{file.file} -> {file.table}"
        yield from lines


def _json(source: str, file: FileReport) -> dict[str, Any]:
    return {
        "source": source,
        "table": file.table,
        "file": file.file,
        "status": file.status,
        "rows": file.rows,
        "stored": file.stored,
        "unchanged": file.unchanged,
        "restated": file.restated,
        "refused": file.refused,
        "losses": [{"kind": loss.kind, "reason": loss.reason, "count": loss.count} for loss in file.losses],
        "reasons": [{"reason": why, "count": count} for why, count in file.reasons],
        "refusals": [
            {"file": one.file, "row": one.row, "field": one.field, "value": one.value, "reason": one.reason}
            for one in file.refusals
        ],
        "cause": file.cause,
    }


@contextmanager
def _bar() -> Iterator[Any]:
    """Show which file is read and how far, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("loading")
        yield lambda name, file, rows: bar.update(task, description=f"{name}: {file}: {rows:,} rows")
