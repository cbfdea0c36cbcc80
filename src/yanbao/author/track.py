"""The record of a workspace's published calls as tables of its evidence: the ledger scored on the store's prices."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from yanbao.author.track_tables import track_table
from yanbao.author.track_words import Words
from yanbao.author.workspace import Workspace
from yanbao.errors import RatingError
from yanbao.evidence.track_table import Record, Tracked, TrackQuery, question_key

if TYPE_CHECKING:
    from yanbao.rating.tables import Scorecard
    from yanbao.sector import Market


def record_of(folder: Path, workspace: Workspace, language: str) -> tuple[Record, Callable[[TrackQuery], str]]:
    """Return what answers questions about the record of calls, and what tells one state of it from another."""
    tracker = _Tracker(folder, workspace, language)
    return tracker.answer, tracker.state


class _Tracker:
    """Scores each set of options once."""

    def __init__(self, folder: Path, workspace: Workspace, language: str) -> None:
        self._folder = folder
        self._workspace = workspace
        self._words = Words.of(workspace, language)
        self._scored: dict[str, Scorecard] = {}

    def answer(self, query: TrackQuery, market: Market) -> Tracked:
        """Return the table that a question asks for.

        Raises:
            ExhibitError: nothing to score, or a benchmark that the store has not.
            RatingError: no ledger, an empty one, or calls that say too little to be scored.
            WorkspaceError: a ledger that is broken.
        """
        from yanbao.rating.ledger import read_ledger
        from yanbao.rating.recommendation import recommendations

        file = self._file(query)
        ledger = read_ledger(self._folder / file)
        lines = {call.id: call.entry.entry + 1 for call in ledger.calls()}
        key = str(question_key(query))
        if key not in self._scored:
            from yanbao.rating.score import HORIZONS, ScoreOptions, score

            own = () if query.horizon == "own" or query.horizon in HORIZONS else (query.horizon,)
            options = ScoreOptions(
                entry=query.entry, horizons=(*HORIZONS, *own), by=query.by, benchmark=query.benchmark
            )
            self._scored[key] = score(recommendations(ledger.calls(), market.as_of), market, options)
        head = ledger.head
        named = (
            f"评级台账{Path(file).name}（{head.count}条，末条哈希{head.hash[:12]}）",
            f"ledger of calls {Path(file).name} ({head.count} entries, last hash {head.hash[:12]})",
        )
        return track_table(query, self._scored[key], self._words, named, lines)

    def state(self, query: TrackQuery) -> str:
        """Return the ledger's digest, and what names cells; nothing where there is no ledger to be read yet."""
        path = self._folder / self._file(query)
        held = sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        return f"{held} {self._words}"

    def _file(self, query: TrackQuery) -> str:
        if query.calls is not None:
            return query.calls
        if self._workspace.ledger is None:
            raise RatingError("yanbao.toml names no ledger\n    hint: add [ledger] there, or `calls` here")
        return self._workspace.ledger.file
