"""A chart's drawing as a bag of texts: all of them must be there, in whatever order they were drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from yanbao.check.atoms import Group
from yanbao.check.differ import Difference
from yanbao.check.reading import Reading

Indexed = tuple[int, Group]
Stretch = tuple[int, int]


def match_bag(items: Sequence[Indexed], reading: Reading, start: int, end: int) -> tuple[list[Indexed], list[Stretch]]:
    """Match texts with the characters from `start` to `end`; return the texts not found and what was left over.

    What stands in the tree's order is matched first, so that of two equal texts the one out of place is the wrong
    one. Then longer texts are tried first, and no match cuts a number in two. A text that was broken into lines is
    put together again from what is left.
    """
    chunks = reading.chunks(start, end)
    waiting = _in_order(items, chunks, reading)
    waiting.sort(key=lambda item: -len(item[1].bare))
    left: list[Stretch] = []
    for chunk_start, chunk_end in chunks:
        position = _reach(reading, chunk_start)  # a text may have reached over white space into this chunk
        while position < chunk_end:
            found = next((item for item in waiting if _fits(item[1].bare, reading, position, end)), None)
            if found is None:
                left.append((position, chunk_end))
                break
            waiting.remove(found)
            reading.take(found[0], position, position + len(found[1].bare))
            position += len(found[1].bare)
    return _join_lines(waiting, left, reading)


def _in_order(items: Sequence[Indexed], chunks: Sequence[Stretch], reading: Reading) -> list[Indexed]:
    """Take the chunks that are a text each and stand in the texts' order; return the texts that are left."""
    bare = [item[1].bare for item in items]
    shown = [reading.text[start:end] for start, end in chunks]
    taken: set[int] = set()
    for block in SequenceMatcher(None, bare, shown, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            taken.add(block.a + step)
            reading.take(items[block.a + step][0], *chunks[block.b + step])
    return [item for at, item in enumerate(items) if at not in taken]


def _reach(reading: Reading, position: int) -> int:
    """Return the first character from `position` on that no text has taken yet."""
    while position < len(reading) and reading.owners[position] >= 0:
        position += 1
    return position


def _fits(text: str, reading: Reading, position: int, end: int) -> bool:
    upto = position + len(text)
    return (
        upto <= end
        and reading.text.startswith(text, position)
        and not reading.splits_number(position)
        and not reading.splits_number(upto)
    )


def _join_lines(waiting: list[Indexed], left: list[Stretch], reading: Reading) -> tuple[list[Indexed], list[Stretch]]:
    """Put texts together that were drawn as several lines with others between them."""
    missing: list[Indexed] = []
    for item in waiting:
        parts = _cover(item[1].bare, left, reading)
        if not parts:
            missing.append(item)
            continue
        offset = 0
        for part in parts:
            left.remove(part)
            reading.take(item[0], *part, offset)
            offset += part[1] - part[0]
    return missing, left


def _cover(text: str, left: Sequence[Stretch], reading: Reading) -> list[Stretch]:
    """Return stretches, in order, that make up the text; none if it cannot be made."""
    parts: list[Stretch] = []
    position = 0
    for start, end in left:
        if text.startswith(reading.text[start:end], position):
            parts.append((start, end))
            position += end - start
            if position == len(text):
                return parts
    return []


def bag_differences(
    missing: Sequence[Indexed], left: Sequence[Stretch], reading: Reading, around: int
) -> Iterator[Difference]:
    """Yield a difference for each text that is missing or changed and for each stretch that is nobody's."""
    waiting = [group for _, group in missing]
    changed: list[tuple[Group, str, Stretch]] = []
    for start, end in left:
        text = reading.text[start:end]
        if changed and _goes_on(changed[-1][0].bare, changed[-1][1], text):
            group, before, (first, _) = changed.pop()
            changed.append((group, before + text, (first, end)))
            continue
        required = [group for group in waiting if not group.optional] or waiting
        best = max(required, key=lambda group: _likeness(group.bare, text), default=None)
        if best is None:
            yield Difference("added", None, None, "", text, reading.place(start, end))
            continue
        waiting.remove(best)
        changed.append((best, text, (start, end)))
    for group, text, stretch in changed:
        atom = group.atoms[0] if len(group.atoms) == 1 else None
        yield Difference("changed", group, atom, group.text, text, reading.place(*stretch))
    for group in waiting:
        if not group.optional:
            yield Difference("missing", group, None, group.text, "", reading.place(around, around))


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _goes_on(wanted: str, before: str, text: str) -> bool:
    """Whether a stretch is the next line of a changed text: with it the text is more like the one that is wanted."""
    return _likeness(wanted, before + text) > _likeness(wanted, before)
