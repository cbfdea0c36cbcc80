"""What became of calls: entries played in order, each call with its estimates and its fate."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Literal

from yanbao.errors import RatingError
from yanbao.rating.entry import ENDING, RATED, Action, Entry, Fault

Kind = Literal["superseded", "suspended", "withdrawn", "dropped", "corrected"]
Fate = Literal["standing", "superseded", "suspended", "withdrawn", "dropped"]
_KIND: dict[Action, Kind] = {"suspend": "suspended", "withdraw": "withdrawn", "drop": "dropped", "correct": "corrected"}
_FINAL = ("superseded", "withdrawn", "dropped")


@dataclass(frozen=True)
class Event:
    """What happened to a call: the day, what, the entry that says so, its reason."""

    day: date
    entry: int
    kind: Kind
    reason: str
    by: str = ""  # the id of the call that supersedes it


@dataclass(frozen=True)
class Call:
    """A rating with its estimates, as corrected, and what happened to it since."""

    id: str
    entry: Entry
    estimates: tuple[Entry, ...]
    events: tuple[Event, ...]

    @property
    def ended(self) -> Event | None:
        """The event that ended the call: another rating, a withdrawal, a drop of coverage; `None` while it stands."""
        return next((event for event in self.events if event.kind in _FINAL), None)

    @property
    def fate(self) -> Fate:
        """Whether the call stands, and if not, why."""
        end = self.ended
        if end is not None:
            assert end.kind != "corrected"
            return end.kind
        return "suspended" if any(event.kind == "suspended" for event in self.events) else "standing"

    def standing_on(self, day: date) -> bool:
        """Whether the call was published by `day`, and by then neither ended nor suspended."""
        ended = any(event.day <= day for event in self.events if event.kind != "corrected")
        return self.entry.published <= day and not ended


@dataclass
class _Made:
    """A call while entries are played."""

    rated: Entry
    estimates: list[int] = field(default_factory=list)  # numbers of entries
    events: list[Event] = field(default_factory=list)

    @property
    def order(self) -> tuple[date, int]:
        return self.rated.published, self.rated.entry


class Record:
    """The calls of a ledger, played entry by entry; it says what the next entry has to be."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._content: dict[int, Entry] = {}  # by number, as corrected
        self._calls: dict[str, _Made] = {}
        self._covered: dict[tuple[str, str, str], list[tuple[date, int, str]]] = {}
        self._last = 0
        for entry in entries:
            self.play(entry)

    def calls(self) -> tuple[Call, ...]:
        """Return all calls, in the order in which they were recorded."""
        superseded: dict[str, Event] = {}
        for row in self._covered.values():
            for (_, _, name), (day, number, later) in pairwise(row):
                superseded[name] = Event(day, number, "superseded", "", later)
        return tuple(self._call(name, made, superseded.get(name)) for name, made in self._calls.items())

    def _call(self, name: str, made: _Made, later: Event | None) -> Call:
        events = sorted(
            made.events + ([later] if later is not None else []), key=lambda event: (event.day, event.entry)
        )
        end = next((at for at, event in enumerate(events) if event.kind in _FINAL), len(events))
        # what ends a call that has ended says nothing of it: a new rating after a withdrawal begins another one
        kept = [event for at, event in enumerate(events) if at <= end or event.kind == "corrected"]
        estimates = tuple(self._content[number] for number in made.estimates)
        return Call(name, self._content[made.rated.entry], estimates, tuple(kept))

    def standing(self, coverage: tuple[str, str, str], day: date) -> Call | None:
        """Return the call of a coverage that stands on a day, or is suspended; `None` where none does.

        A call that is dated later, as an import may find it, does not stand yet.
        """
        row = self._covered.get(coverage, [])
        names = [name for published, _, name in row if published <= day]
        if not names:
            return None
        call = self._call(names[-1], self._calls[names[-1]], None)
        return call if call.ended is None or call.ended.day > day else None

    def content(self, number: int) -> Entry | None:
        """Return an entry as it now stands, corrected; `None` where there is none, or where it is a correction."""
        return self._content.get(number)

    def next_id(self) -> str:
        """Return the id of the next call."""
        return f"C{self._last + 1:05d}"

    def action_of(self, entry: Entry) -> Action:
        """Return what a rating does to the one that stands: initiate, maintain, raise or cut.

        Raises:
            RatingError: the standing rating is none of the entry's policy, and the entry does not say what it does.
        """
        before = self.standing(entry.coverage, entry.published)
        if before is None:
            return "initiate"
        old, scale = before.entry.rating, entry.scale
        if old not in scale.names:
            if entry.action in RATED - {"initiate", None}:
                assert entry.action is not None
                return entry.action
            raise RatingError(
                f"{before.id} stands at {old!r}, which is no rating of this policy: say whether this is a raise, a cut"
                " or maintains it"
            )
        if scale.place(entry.rating) == scale.place(old):
            return "maintain"
        return "raise" if scale.place(entry.rating) < scale.place(old) else "cut"

    def faults(self, entry: Entry) -> Iterator[Fault]:
        """Yield what is wrong with an entry after those that were played."""
        if entry.action in RATED:
            if entry.call in self._calls:
                yield Fault("call", f"{entry.call} is the id of entry {self._calls[entry.call].rated.entry}")
            elif entry.call != self.next_id():
                yield Fault("call", f"{entry.call} is not the next id, {self.next_id()}")
            return
        made = self._calls.get(entry.call)
        if made is None:
            yield Fault("call", f"{entry.call} is no call of this ledger before this entry")
            return
        if made.rated.coverage != entry.coverage:
            yield Fault("call", f"{entry.call} is a call on {made.rated.security}, not on {entry.security}")
        if entry.published < made.rated.published:
            yield Fault("published", f"{entry.published} is before {entry.call}, of {made.rated.published}")
        if entry.action == "correct":
            yield from self._correction(entry)

    def _correction(self, entry: Entry) -> Iterator[Fault]:
        was = self._content.get(entry.corrects or 0)
        if was is None:
            yield Fault("corrects", f"{entry.corrects} is no entry before this one, or a correction itself")
        elif was.call != entry.call:
            yield Fault("corrects", f"entry {entry.corrects} speaks of {was.call}, not of {entry.call}")
        elif was.action in ENDING:
            yield Fault("corrects", f"entry {entry.corrects} states nothing that could be corrected")
        elif bool(was.rating) != bool(entry.rating) or bool(was.measure) != bool(entry.measure):
            yield Fault("corrects", f"entry {entry.corrects} is of another kind: a correction restates it whole")

    def play(self, entry: Entry) -> None:
        """Take an entry that has no faults into the record."""
        if entry.action in RATED:
            self._last = max(self._last, int(entry.call[1:]))
            self._calls[entry.call] = _Made(entry)
            self._content[entry.entry] = entry
            insort(self._covered.setdefault(entry.coverage, []), (entry.published, entry.entry, entry.call))
            return
        made = self._calls[entry.call]
        if entry.action == "estimate":
            made.estimates.append(entry.entry)
            self._content[entry.entry] = entry
            return
        assert entry.action is not None
        if entry.action in ENDING:
            self._content[entry.entry] = entry
            made.events.append(Event(entry.published, entry.entry, _KIND[entry.action], entry.reason))
            return
        assert entry.corrects is not None
        was = self._content[entry.corrects]
        self._content[entry.corrects] = corrected(was, entry)
        made.events.append(Event(entry.published, entry.entry, "corrected", entry.reason))


def corrected(was: Entry, correction: Entry) -> Entry:
    """Return an entry as a correction restates it; number, day, action and place in the chain stay its own."""
    return replace(
        correction,
        entry=was.entry,
        recorded=was.recorded,
        published=was.published,
        action=was.action,
        report=was.report,
        title=was.title,
        reason=was.reason,
        corrects=None,
        source=was.source,
        previous=was.previous,
        hash=was.hash,
    )
