"""Appending to the ledger: numbers, ids, actions and hashes are given under a lock, and all is written or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import UTC, date, datetime
from pathlib import Path

from yanbao.errors import Mistake, RatingError, WorkspaceError
from yanbao.rating.calls import Record
from yanbao.rating.chain import Head, digest
from yanbao.rating.entry import ENDING, NAMES, RATED, Entry, Fault, faults_of, read_cells
from yanbao.rating.ledger import Ledger, printed, read_ledger
from yanbao.rating.lock import locked, replace

_CALL = ("scope", "security", "rating", "measure", "period", "report", "house")
_FROZEN = frozenset(
    {"entry", "recorded", "published", "action", "call", "scope", "security", "house", "report", "reason", "corrects"}
    | {"source", "previous", "hash"}
)
_HINT = "withdraw the call and make it anew; `yanbao ledger --help` names the columns"
_GIVEN = frozenset({"entry", "recorded", "call", "action", "corrects", "source", "previous", "hash"})


@dataclass(frozen=True)
class Posted:
    """What became of entries that were to be appended."""

    head: Head
    entries: tuple[Entry, ...]
    known: tuple[tuple[Entry, int], ...]  # those that were there already, each with the number of its like
    mistakes: tuple[Mistake, ...]  # those that cannot be appended


def append(
    path: Path, entries: Sequence[Entry], *, expect_head: Head | None = None, recorded: datetime | None = None
) -> Head:
    """Append entries to a ledger, all of them or none, and return its new head.

    The ledger is read again under its lock, so that of many who append at once none loses an entry; where there is no
    file one is made. The ledger gives each entry its number, the instant (`recorded`, by default the clock's) and the
    hashes; a rating its id and its action (initiate, maintain, raise, cut) by the rating that stands and the policy's
    order. Any other entry that names no call speaks of the one that stands on its day.

    Raises:
        WorkspaceError: entries that say too little, too much or what contradicts the ledger, all of them; or the ledger
            itself is broken. Nothing was written.
        RatingError: the ledger has moved on from `expect_head`, or it cannot be locked or written.
    """
    with locked(path):
        ledger = read_ledger(path) if path.exists() else Ledger(path, ())
        if expect_head is not None and expect_head != ledger.head:
            raise RatingError(
                f"{path}: stands at {ledger.head.count} entries ({ledger.head.hash[:12]}…), not at {expect_head.count}"
                f" ({expect_head.hash[:12]}…): somebody appended, or it is another ledger\n    hint: look at it with"
                " `yanbao ledger show`, then try again"
            )
        posted = post(ledger, entries, recorded)
        if posted.mistakes:
            raise WorkspaceError(posted.mistakes)
        _write(ledger, posted)
    return posted.head


def append_history(
    path: Path, entries: Sequence[Entry], *, refused: bool = False, recorded: datetime | None = None
) -> Posted:
    """Append the entries of an imported history that are not there already, and tell what became of each.

    An entry is there already if one of the ledger, or one before it in the history, states the same in every column but
    `source`. With `refused` entries that cannot be appended are left out and told; without it nothing is written then.

    Raises:
        WorkspaceError: the ledger itself is broken.
        RatingError: it cannot be locked or written.
    """
    with locked(path):
        ledger = read_ledger(path) if path.exists() else Ledger(path, ())
        posted = post(ledger, entries, recorded, once=True)
        if posted.mistakes and not refused:
            return changed(posted, head=ledger.head, entries=())
        _write(ledger, posted)
    return posted


def _write(ledger: Ledger, posted: Posted) -> None:
    if posted.entries:
        content = printed(entry.cells for entry in (*ledger.entries, *posted.entries))
        replace(ledger.path, content.encode())


def post(ledger: Ledger, entries: Sequence[Entry], recorded: datetime | None = None, *, once: bool = False) -> Posted:
    """Return entries as they would stand behind those of a ledger, and those that cannot; nothing is written.

    With `once` an entry that states the same as one before it is left out and told.
    """
    recorded = (recorded or datetime.now(UTC)).replace(microsecond=0)
    record = Record(ledger.entries)
    calls = {key: entry.entry for entry in ledger.entries if (key := _published(entry)) is not None}
    said = {_content(entry): entry.entry for entry in ledger.entries} if once else {}
    head = ledger.head
    posted: list[Entry] = []
    known: list[tuple[Entry, int]] = []
    mistakes: list[Mistake] = []
    refused: set[tuple[str, str, str]] = set()  # coverages whose rating was: their estimates are not told too
    for at, given in enumerate(entries, 1):
        content = _content(given) if once else ()
        if content in said:
            known.append((given, said[content]))
            continue
        entry, faults = _settled(changed(given, entry=head.count + 1, recorded=recorded, previous=head.hash), record)
        key = _published(entry)
        if key is not None and key in calls:
            faults = [Fault("report", f"this call of this very report is entry {calls[key]} already")]
        elif not faults:
            faults = [*faults_of(entry), *record.faults(entry)]
        if faults:
            if given.action is None or given.action in RATED:
                refused.add(given.coverage)
            elif given.call == "" and given.coverage in refused:
                continue
            file, line = _place(given, at)
            mistakes += [Mistake(file, line, *fault) for fault in faults]
            continue
        entry = changed(entry, hash=digest(entry.cells))
        record.play(entry)
        posted.append(entry)
        head = Head(entry.entry, entry.hash)
        if key is not None:
            calls[key] = entry.entry
        if once:
            said[content] = entry.entry
    return Posted(head, tuple(posted), tuple(known), tuple(mistakes))


def _place(entry: Entry, at: int) -> tuple[str, int]:
    """Return where an entry comes from: file and row of a history, else its place among those to be appended."""
    file, colon, line = entry.source.rpartition(":")
    if colon and line.isdecimal():
        return file, int(line)
    return f"new entry {at} ({' '.join(filter(None, (entry.security, entry.action)))})", 0


def _content(entry: Entry) -> tuple[str, ...]:
    return tuple(cell for name, cell in zip(NAMES, entry.cells, strict=True) if name not in _GIVEN)


def _settled(entry: Entry, record: Record) -> tuple[Entry, list[Fault]]:
    """Return an entry with its action and its call, where they follow from what stands."""
    stated = entry.action
    if stated is not None and stated not in RATED:
        if entry.call:
            return entry, []
        standing = record.standing(entry.coverage, entry.published)
        if standing is None:
            day = entry.published
            return entry, [Fault("call", f"no call on {entry.security} stands on {day}: nothing can be said of one")]
        return changed(entry, call=standing.id), []
    settled = changed(entry, action=stated or "initiate", call=entry.call or record.next_id())
    try:
        if entry.rating not in entry.scale.names:
            return settled, list(faults_of(settled))
        action = record.action_of(entry)
    except RatingError as error:
        return settled, list(faults_of(settled)) or [Fault("action", str(error))]
    if stated is not None and stated != action:
        before = record.standing(entry.coverage, entry.published)
        stands = "no rating stands" if before is None else f"{before.id} stands at {before.entry.rating}"
        cause = f"is stated as {stated}, but {stands} on {entry.published}: this is {action}"
        return settled, [Fault("action", cause, "leave it out: it follows from the ledger")]
    return changed(settled, action=action), []


def _published(entry: Entry) -> tuple[object, ...] | None:
    """Return what tells a call of a published report from any other; `None` where no report is named."""
    if not entry.report or entry.action not in (*RATED, "estimate", None):
        return None
    return tuple(getattr(entry, name) for name in _CALL)


def correction(ledger: Ledger, number: int, published: date, reason: str, right: dict[str, str]) -> Entry:
    """Return the entry that corrects entry `number`: it restates all of it, with the cells of `right` in their place.

    An empty text in `right` says that the entry should not have stated the column.

    Raises:
        WorkspaceError: columns that a correction cannot change, or cells that cannot be read.
        RatingError: there is no such entry, or it is no rating and no estimate.
    """
    was = Record(ledger.entries).content(number)
    if was is None or was.action in ENDING:
        what = "has no such entry" if was is None else f"entry {number} states nothing that could be corrected"
        raise RatingError(
            f"{ledger.path}: {what}\n    hint: `yanbao ledger show --entries` lists ratings and estimates"
        )
    frozen = _FROZEN | {name for name in right if name not in NAMES}
    wrong = [Mistake(f"entry {number}", 0, name, "cannot be corrected", _HINT) for name in right if name in frozen]
    cells, faults = read_cells(right)
    wrong += [Mistake(f"entry {number}", 0, *fault) for fault in faults]
    if wrong:
        raise WorkspaceError(wrong)
    return changed(
        was, **cells, entry=0, recorded=None, published=published, action="correct", reason=reason, corrects=number,
        source="", previous="", hash="",
    )  # fmt: skip
