"""Several sources into one store, and a plain account of what became of every row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from yanbao.source.contract import Source
from yanbao.store.loading import FileReport, Progress, load

SHOWN = 3  # examples of refused rows that the account prints of a file


@dataclass(frozen=True)
class Brought:
    """What became of the files of several sources, in the order in which they came."""

    files: tuple[tuple[str, FileReport], ...]  # the source's name, and the file

    @property
    def stored(self) -> int:
        """Rows that went into the store."""
        return sum(file.stored for _, file in self.files)

    @property
    def failed(self) -> tuple[FileReport, ...]:
        """The files of which nothing was kept."""
        return tuple(file for _, file in self.files if file.status == "failed")

    @property
    def refused(self) -> int:
        """Rows that were refused, of files that were loaded."""
        return sum(file.refused for _, file in self.files)


def bring(
    store: Path,
    sources: Iterable[Source],
    *,
    progress: Progress | None = None,
    begin: Callable[[Source], None] | None = None,
) -> Brought:
    """Load sources one after another; each file is whole in the store or not at all, and the others go on.

    Raises:
        YanbaoError: the store can't be used, or a source can't begin (a file it names is not there).
    """
    files: list[tuple[str, FileReport]] = []
    for source in sources:
        if begin is not None:
            begin(source)
        report = load(store, source.batches(), source=source.name, most_refused=source.most_refused, progress=progress)
        files += [(source.name, file) for file in report.files]
    return Brought(tuple(files))


def printed(brought: Brought) -> str:
    """Return the account as text: a line a file, and below it what was lost or refused and why."""
    lines: list[str] = []
    for _, file in brought.files:
        counts = f"{file.rows:>10,} rows {file.stored:>10,} stored"
        for name in ("unchanged", "restated", "refused"):
            if getattr(file, name):
                counts += f" {getattr(file, name):,} {name}"
        state = {"loaded": counts, "known": "loaded before", "failed": "FAILED"}[file.status]
        lines.append(f"{file.table:17} {file.file}: {state}")
        if file.cause:
            lines += [f"    {line}" for line in file.cause.splitlines()]
        lines += [f"    {loss.kind} {loss.count:,}: {loss.reason}" for loss in file.losses]
        lines += [f"    refused {count:,}: {why}" for why, count in file.reasons]
        lines += [f"      {refusal}" for refusal in file.refusals[:SHOWN]]
    return "\n".join(lines)
