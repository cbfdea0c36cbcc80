"""The ledger of a workspace, read once until its file is another one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import get_args

from yanbao.cli.ledger import ledger_file
from yanbao.rating import ACTIONS, Call, Entry, Fate, Head, Ledger, Problem, Reading, read_rows, verify
from yanbao.web.desk import Place


@dataclass(frozen=True)
class Book:
    """A ledger as it stands, and what is wrong with it as far as the file itself tells."""

    path: Path
    reading: Reading
    problems: tuple[Problem, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries that can be read."""
        return self.reading.entries

    @property
    def head(self) -> Head:
        """Where it stands."""
        return Ledger(self.path, self.entries).head

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """The calls with what became of them; only of a ledger that is whole."""
        return Ledger(self.path, self.entries).calls()

    @cached_property
    def choices(self) -> dict[str, list[str]]:
        """What a search may choose from: what stands in the ledger."""
        there = {entry.action for entry in self.entries}
        return {
            "analyst": _known(entry.analyst for entry in self.entries),
            "action": [action for action in ACTIONS if action in there],
            "rating": _known(entry.rating for entry in self.entries),
            "fate": list(get_args(Fate)),
        }

    def against(self, heads: tuple[Head, ...]) -> list[Problem]:
        """Return what is wrong with it, also by heads that were kept outside."""
        return verify(self.reading, heads)


def _known(values: Iterable[str]) -> list[str]:
    return sorted({value for value in values if value})[:500]


@dataclass
class Books:
    """The ledgers of all workspaces."""

    _read: dict[str, tuple[object, Book]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, place: Place) -> Book | None:
        """Return the ledger of a workspace, whether or not it is whole; `None` where there is none.

        Raises:
            RatingError: it cannot be read, or lies outside of the workspace.
        """
        path = ledger_file(place.folder)
        try:
            stat = path.stat()
        except FileNotFoundError:
            return None
        state = str(path), stat.st_ino, stat.st_mtime_ns, stat.st_size
        with self._lock:
            known = self._read.get(place.name)
            if known is None or known[0] != state:
                reading = read_rows(path)
                known = self._read[place.name] = (state, Book(path, reading, tuple(verify(reading))))
            return known[1]


def since(call: Call) -> date | None:
    """Return the day since which a call stands no more, `None` while it does."""
    if call.ended is not None:
        return call.ended.day
    return next((event.day for event in call.events if event.kind == "suspended"), None)
