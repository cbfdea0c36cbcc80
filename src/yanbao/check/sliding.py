"""Of two equal texts at the ends of a stretch that is missing, which one is gone: the one that makes it whole rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from yanbao.check.atoms import Group, squeeze
from yanbao.check.differ import Difference
from yanbao.check.merging import unit_of
from yanbao.check.reading import Reading


def slid(groups: Sequence[Group], reading: Reading, differences: Sequence[Difference]) -> tuple[Difference, ...]:
    """Return the differences, each run of missing groups moved so that it begins and ends where rows or blocks do.

    Where the row between two rows that end in "—" is gone, either of the two "—" may be the one that is left; said is
    that the row is gone. The characters that are left are given to the group that is there. A run whose text stands
    elsewhere was moved as it is.
    """
    required = [index for index, group in enumerate(groups) if not group.optional]
    rank = {id(groups[index]): at for at, index in enumerate(required)}
    found = list(differences)
    touched = {id(each.group) for each in found}
    added = [squeeze(each.found) for each in found if each.kind == "added"]
    for run in _runs(found, rank):
        gone_text = "".join(squeeze(found[at].expected) for at in run)
        if any(text in gone_text for text in added):
            continue
        first, size = rank[id(found[run[0]].group)], len(run)
        step = _step([groups[index] for index in required], first, size, touched)
        for moved in range(abs(step)):
            gone, kept = (
                (first + size + moved, first + moved) if step > 0 else (first - 1 - moved, first + size - 1 - moved)
            )
            _give(reading, required[gone], required[kept])
        for at, place in enumerate(run if step else ()):
            group = groups[required[first + step + at]]
            found[place] = replace(found[place], group=group, expected=group.text)
    runs = {"".join(squeeze(found[at].expected) for at in run) for run in _runs(found, rank)}
    for at, each in enumerate(found):
        if each.kind == "added" and squeeze(each.found) not in runs:
            found[at] = _slid_back(groups, reading, each, runs)
    return tuple(found)


def _slid_back(groups: Sequence[Group], reading: Reading, added: Difference, runs: Collection[str]) -> Difference:
    """Return what was added, moved so that it is what is missing elsewhere, if equal texts at its ends allow that.

    Of the two "—" around a row that was put between two others, either may be the one that was there.
    """
    text = squeeze(added.found)
    wanted = {run for run in runs if sorted(run) == sorted(text)}
    start = reading.text.find(text) if wanted else -1
    while start >= 0 and set(reading.owners[start : start + len(text)]) != {-1}:
        start = reading.text.find(text, start + 1)
    if start < 0:
        return added
    for way in (1, -1):
        steps: list[tuple[int, int, int]] = []  # from, to, length
        first, end = start, start + len(text)
        while reading.text[first:end] not in wanted:
            near = reading.owners[end if way > 0 else first - 1] if first > 0 and end < len(reading) else -1
            size = len(groups[near].bare) if near >= 0 else 0
            source, target = (end, first) if way > 0 else (first - size, end - size)
            stays = reading.text[source : source + size] == reading.text[target : target + size]
            if not size or size > len(text) or not stays or set(reading.owners[source : source + size]) != {near}:
                break
            steps.append((source, target, size))
            first, end = first + way * size, end + way * size
        else:
            for source, target, size in steps:
                reading.take(reading.owners[source], target, target + size)
                reading.owners[source : source + size] = [-1] * size
                reading.positions[source : source + size] = [-1] * size
            return replace(added, found=reading.text[first:end], place=reading.place(first, end))
    return added


def _runs(differences: Sequence[Difference], rank: dict[int, int]) -> Iterator[list[int]]:
    """Yield the indices of differences that are neighbouring groups, each of them missing."""
    run: list[int] = []
    for at, each in enumerate(differences):
        here = rank.get(id(each.group)) if each.kind == "missing" and each.atom is None else None
        if run and (here is None or here != rank[id(differences[run[-1]].group)] + 1):
            yield run
            run = []
        if here is not None:
            run.append(at)
    if run:
        yield run


def _step(groups: Sequence[Group], first: int, size: int, touched: set[int]) -> int:
    """Return by how many groups a run has to move to be whole: 0 where it is, or where it cannot be."""
    for way in (1, -1):
        step = 0
        while not _is_whole(groups, first + step, size):
            freed, taken = (
                (first + step, first + step + size) if way > 0 else (first + step + size - 1, first + step - 1)
            )
            if not 0 <= taken < len(groups) or groups[freed].bare != groups[taken].bare or id(groups[taken]) in touched:
                break
            step += way
        else:
            return step
    return 0


def _is_whole(groups: Sequence[Group], first: int, size: int) -> bool:
    """Whether a stretch of groups begins and ends where a row or a block does."""
    return all(
        not 0 < at < len(groups) or unit_of(groups[at - 1]) != unit_of(groups[at]) for at in (first, first + size)
    )


def _give(reading: Reading, gone: int, kept: int) -> None:
    """Give the characters of one group to another with the same text."""
    for at, owner in enumerate(reading.owners):
        if owner == gone:
            reading.owners[at] = kept
