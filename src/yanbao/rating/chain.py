"""The chain of hashes over the rows of calls.csv: what it proves, and which entry breaks it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from yanbao.errors import RatingError
from yanbao.rating.entry import DAYS, NAMES, NO_HASH, NUMBERS
from yanbao.source.days import parse_day

_HEAD: Final = re.compile(r"(?<![0-9A-Za-z])([0-9]{1,9})[ :]([0-9a-f]{64})(?![0-9A-Za-z])")
_TRIALS: Final = 200  # altered rows on which restorations are tried
_ZEROS: Final = 4  # that a spreadsheet may have dropped behind a number
_ENTRY, _PREVIOUS, _HASH = (NAMES.index(name) for name in ("entry", "previous", "hash"))


@dataclass(frozen=True, order=True)
class Head:
    """Where a ledger stands: how many entries it has, and the hash of the last one.

    Kept outside of the ledger (a file, a Git tag, a published report) it shows a ledger that was cut or rewritten.

    >>> Head.parse("2:" + "ab" * 32).count
    2
    >>> str(Head(0, "0" * 64))[:9]
    '0 0000000'
    """

    count: int
    hash: str

    def __str__(self) -> str:
        return f"{self.count} {self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Return the one head that a text is: `COUNT HASH` or `COUNT:HASH`.

        Raises:
            RatingError: the text is no head.
        """
        found = _HEAD.fullmatch(text.strip())
        if found is None:
            raise RatingError(f"{text[:80]!r} is no head\n    hint: COUNT:HASH, as `yanbao ledger show` prints it")
        return cls(int(found[1]), found[2])

    @classmethod
    def find(cls, text: str) -> tuple[Head, ...]:
        """Return every head that stands in a text: a file of heads, publication.json, the message of a tag."""
        return tuple(cls(int(count), digest) for count, digest in _HEAD.findall(text))


@dataclass(frozen=True)
class Row:
    """A row as it stands in the file: its line, and its cells in the order of the columns."""

    line: int
    cells: tuple[str, ...]

    @property
    def number(self) -> int | None:
        """The number that the row gives itself."""
        text = self.cells[_ENTRY]
        return int(text) if re.fullmatch(r"[1-9][0-9]{0,8}", text) else None

    @property
    def previous(self) -> str:
        """The hash that the row gives of the entry before."""
        return self.cells[_PREVIOUS]

    @property
    def hash(self) -> str:
        """The hash that the row gives of itself."""
        return self.cells[_HASH]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with a ledger: the entry, what became of it, where it stands, why."""

    entry: int
    line: int
    kind: str
    field: str
    cause: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"entry {self.entry}" if self.entry else "the file"
        field = f", {self.field}" if self.field else ""
        return f"{place}{field}: {self.cause}" + (f"\n    hint: {self.hint}" if self.hint else "")


def digest(cells: Sequence[str]) -> str:
    """Return the hash of a row: SHA-256 of its cells but `hash`, empty ones left out, as JSON.

    The JSON is `[["entry","1"],["recorded","…"],…]` in the order of the columns, without blanks, in UTF-8, no character
    escaped but quotes, backslashes and controls. Names stand beside the cells and empty ones are left out, so that a
    column that a later version adds leaves old hashes as they are.
    """
    pairs = [[name, cell] for name, cell in zip(NAMES, cells, strict=True) if cell and name != "hash"]
    text = json.dumps(pairs, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def broken(rows: Sequence[Row], heads: Iterable[Head] = ()) -> list[Problem]:
    """Return what breaks a chain, first entry first; follow-on breaks of one break are left out.

    Without `heads` a chain that was rewritten from some entry to its end, or cut off at its tail, is not seen.
    """
    digests = [digest(row.cells) for row in rows]
    sound = [row for row, made in zip(rows, digests, strict=True) if row.hash == made]
    found = [*_altered(rows, digests), *_order(rows, sound), *_links(sound)]
    at = min((problem.entry for problem in found), default=None)
    found += _against(rows, heads, at)
    return sorted(found)


def _altered(rows: Sequence[Row], digests: Sequence[str]) -> Iterator[Problem]:
    tried = 0
    for at, (row, made) in enumerate(zip(rows, digests, strict=True)):
        if row.hash == made:
            continue
        number = row.number or at + 1
        follower = rows[at + 1] if at + 1 < len(rows) else None
        if follower is not None and follower.previous == made and follower.hash == digests[at + 1]:
            yield Problem(number, row.line, "altered", "hash", "its hash was altered; the rest of it is intact")
            continue
        tried += 1
        told = None
        if tried <= _TRIALS:
            before = rows[at - 1] if at else None
            told = _restored(row, at + 1, before, None if follower is None else follower.previous)
        if told is None:
            where = "" if at + 1 == row.number else f" (it stands where entry {at + 1} should)"
            yield Problem(number, row.line, "altered", "", f"was altered: its cells do not come to its hash{where}")
        else:
            place, name, now, was = told
            yield Problem(place, row.line, "altered", name, f"was altered: {now or 'empty'} was {was}")


def _restored(row: Row, position: int, before: Row | None, claimed: str | None) -> tuple[int, str, str, str] | None:
    """Return what a row was before a spreadsheet, or a renumbering, altered it: entry, column, cell now and then.

    Tried are days in their one form, zeros that were dropped behind a number, the entry's number and the hash before.
    """
    hashes = {row.hash, claimed} - {None}
    cells = list(row.cells)
    for name in DAYS:
        at = NAMES.index(name)
        if cells[at] and (day := parse_day(cells[at])) is not None:
            cells[at] = day.isoformat()
    places = [NAMES.index(name) for name in NUMBERS]
    zeros = [_longer(cells[at]) for at in places]
    numbers = dict.fromkeys((cells[_ENTRY], str(position)))
    links = dict.fromkeys((cells[_PREVIOUS], NO_HASH if before is None else before.hash))
    for number, link, *amounts in product(numbers, links, *zeros):
        trial = list(cells)
        trial[_ENTRY], trial[_PREVIOUS] = number, link
        for at, amount in zip(places, amounts, strict=True):
            trial[at] = amount
        if digest(trial) in hashes:
            at = next(at for at, cell in enumerate(trial) if cell != row.cells[at])
            changed = [name for name, old, new in zip(NAMES, row.cells, trial, strict=True) if old != new]
            return int(number) if number.isdigit() else position, ", ".join(changed), row.cells[at], trial[at]
    return None


def _longer(cell: str) -> tuple[str, ...]:
    """Return a number as it stands and with the zeros that a spreadsheet may have dropped."""
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell):
        return (cell,)
    pointed = cell if "." in cell else f"{cell}."
    return (cell, *(pointed + "0" * count for count in range(1, _ZEROS + 1)))


def _order(rows: Sequence[Row], sound: Sequence[Row]) -> Iterator[Problem]:
    """Yield entries that are missing, stand twice, or stand out of order."""
    numbers = [row.number for row in sound if row.number is not None]
    there = {*numbers, *(row.number or at for at, row in enumerate(rows, 1)), *_stood_in(rows, sound)}
    last = max(numbers, default=0)
    for first, end in _runs([number for number in range(1, last + 1) if number not in there]):
        what = f"entries {first} to {end} were" if end > first else "was"
        yield Problem(first, 0, "removed", "", f"{what} removed")
    seen: dict[int, Row] = {}
    hashes = {NO_HASH, *(row.hash for row in rows)}
    late: Row | None = None
    highest = 0
    for row in sound:
        number = row.number
        if number is None:
            continue
        if number in seen:
            stray = next((one for one in (seen[number], row) if one.previous not in hashes), row)
            cause = f"stands twice (lines {seen[number].line} and {row.line}): one was inserted"
            yield Problem(number, stray.line, "inserted", "", cause)
            continue
        seen[number] = row
        if number < highest and late is None:
            late = row
        highest = max(highest, number)
    if late is not None and late.number is not None:
        moved = next(row for row in sound if row.number is not None and row.number > late.number)
        cause = f"stands on line {late.line}, behind entry {moved.number} on line {moved.line}: entries were reordered"
        yield Problem(late.number, late.line, "reordered", "", cause)


def _stood_in(rows: Sequence[Row], sound: Sequence[Row]) -> set[int]:
    """Return the numbers of rows whose own number was altered: the places that they stand on."""
    intact = {id(row) for row in sound}
    return {at for at, row in enumerate(rows, 1) if id(row) not in intact}


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _links(sound: Sequence[Row]) -> Iterator[Problem]:
    """Yield entries that do not follow from the one before, both being sound by themselves."""
    by_number: dict[int, list[Row]] = {}
    for row in sound:
        by_number.setdefault(row.number or 0, []).append(row)
    for number, rows in sorted(by_number.items()):
        before = by_number.get(number - 1, [])
        hashes = {NO_HASH} if number == 1 else {row.hash for row in before}
        if number and hashes and not any(row.previous in hashes for row in rows):
            row = rows[0]
            if number == 1:
                yield Problem(1, row.line, "replaced", "", "is not the first of a chain: `previous` is not 64 zeros")
                continue
            cause = f"entry {number} does not follow from it: one of the two was replaced, with a hash of its own"
            yield Problem(number - 1, row.line, "replaced", "", cause)


def _against(rows: Sequence[Row], heads: Iterable[Head], first: int | None) -> Iterator[Problem]:
    """Yield what heads that were kept outside tell; what a break before them explains is left out."""
    by_number = {row.number: row for row in rows if row.number is not None}
    last = max(by_number, default=0)
    kept = 0  # entries that a head holds to be as they were
    for head in sorted(set(heads)):
        if head.count == 0:
            if head.hash != NO_HASH:
                yield Problem(0, 0, "head", "", f"the head {head} is none: no entries have 64 zeros as their hash")
            continue
        if head.count > last:
            what = f"entries {last + 1} to {head.count} are" if head.count > last + 1 else f"entry {head.count} is"
            cause = f"{what} gone from the tail: a head tells of {head.count} entries, there are {last}"
            yield Problem(last + 1, 0, "cut", "", cause)
            return
        row = by_number.get(head.count)
        if row is None or (first is not None and first <= head.count):
            continue
        if row.hash == head.hash:
            kept = head.count
            continue
        where = f"entry {kept + 1}" if kept + 1 == head.count else f"one of the entries {kept + 1} to {head.count}"
        cause = f"the chain was rewritten from {where} on: the head of {head.count} entries was {head.hash[:12]}…, "
        cause += f"now it is {row.hash[:12]}…"
        yield Problem(kept + 1, row.line, "rewritten", "", cause, "or the head is that of another ledger")
        return
