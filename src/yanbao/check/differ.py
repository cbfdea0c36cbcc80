"""Which atoms of some groups differ from the characters that stand in their place, token by token."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from yanbao.check.atoms import Atom, Group, squeeze
from yanbao.check.reading import Reading
from yanbao.read.contents import Place

_UNIT = re.compile(r"[-+−＋±]?(?:\d[\d,.．]*\d|\d)\s?[%％‰]?|[A-Za-z]+|.", re.DOTALL)


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it should be: `atom` is `None` where a whole group is concerned, or nothing known."""

    kind: Literal["changed", "missing", "added", "moved"]
    group: Group | None
    atom: Atom | None
    expected: str
    found: str
    place: Place


@dataclass(frozen=True)
class _Piece:
    text: str
    start: int  # expected: in the group's bare text; found: in the reading
    group: int = -1  # index among the expected groups of the whole page
    atom: int = -1


def difference_of_groups(
    groups: Sequence[tuple[int, Group]], reading: Reading, start: int, end: int
) -> Iterator[Difference]:
    """Yield the differences between groups and the characters from `start` to `end`, and mark equal characters.

    Args:
        groups: the groups with their index on the page.
        reading: the page as read.
        start: first character that may belong to the groups.
        end: the character behind the last one.
    """
    expected = [piece for index, group in groups for piece in _pieces(index, group)]
    found = [
        _Piece(match.group(), a + match.start())
        for a, b in reading.chunks(start, end)
        for match in _UNIT.finditer(reading.text[a:b])
    ]
    matcher = SequenceMatcher(None, [p.text for p in expected], [p.text for p in found], autojunk=False)
    given: list[list[_Piece]] = [[] for _ in expected]
    changed = [False] * len(expected)
    loose: list[tuple[int, list[_Piece]]] = []
    for tag, e1, e2, f1, f2 in matcher.get_opcodes():
        if tag == "equal":
            for piece, other in zip(expected[e1:e2], found[f1:f2], strict=True):
                reading.take(piece.group, other.start, other.start + len(other.text), piece.start)
            for step in range(e2 - e1):
                given[e1 + step].append(found[f1 + step])
        elif tag == "insert":
            inside = 0 < e1 < len(expected) and (expected[e1 - 1].group, expected[e1 - 1].atom) == (
                expected[e1].group,
                expected[e1].atom,
            )
            if inside:
                given[e1 - 1].extend(found[f1:f2])
                changed[e1 - 1] = True
            else:
                loose.append((e1, found[f1:f2]))
        else:
            for at in range(e1, e2):
                changed[at] = True
            _share(expected, given, e1, e2, found[f1:f2])
    loose = list(_attach(loose, expected, given, changed, reading))
    by_index = dict(groups)
    yield from _changes(expected, given, changed, by_index, reading, (start, end))
    for at, pieces in loose:
        near = expected[min(at, len(expected) - 1)] if expected else None
        if at and at == len(expected):
            near = expected[-1]
        a, b = pieces[0].start, pieces[-1].start + len(pieces[-1].text)
        group = None if near is None else by_index[near.group]
        yield Difference("added", group, None, "", reading.text[a:b], reading.place(a, b))


def _attach(
    loose: Sequence[tuple[int, list[_Piece]]],
    expected: Sequence[_Piece],
    given: Sequence[list[_Piece]],
    changed: list[bool],
    reading: Reading,
) -> Iterator[tuple[int, list[_Piece]]]:
    """Give what stands at the border of a changed atom, without white space between, to that atom; yield the rest."""

    def is_changed(index: int) -> bool:
        name = (expected[index].group, expected[index].atom)
        return any(changed[other] for other, piece in enumerate(expected) if (piece.group, piece.atom) == name)

    for at, pieces in loose:
        first, last = pieces[0].start, pieces[-1].start + len(pieces[-1].text)
        if at < len(expected) and is_changed(at) and given[at] and _touch(last, given[at][0].start, reading):
            given[at][:0] = pieces
            changed[at] = True
        elif at and is_changed(at - 1) and given[at - 1] and _touch(_end(given[at - 1]), first, reading):
            given[at - 1].extend(pieces)
            changed[at - 1] = True
        else:
            yield at, pieces


def _end(pieces: Sequence[_Piece]) -> int:
    return pieces[-1].start + len(pieces[-1].text)


def _touch(end: int, start: int, reading: Reading) -> bool:
    return end == start and start not in reading.breaks


def _pieces(index: int, group: Group) -> Iterator[_Piece]:
    """Yield a group's tokens; none of them spans two atoms."""
    position = 0
    for number, atom in enumerate(group.atoms):
        for chunk in atom.text.split():
            for match in _UNIT.finditer(squeeze(chunk)):
                yield _Piece(match.group(), position, index, number)
                position += len(match.group())


def _share(expected: Sequence[_Piece], given: list[list[_Piece]], e1: int, e2: int, found: Sequence[_Piece]) -> None:
    """Give the tokens found in place of others to them: one by one, what is left over to the last."""
    if not found:
        return
    for step, piece in enumerate(found):
        given[min(e1 + step, e2 - 1)].append(piece)


def _changes(
    expected: Sequence[_Piece],
    given: Sequence[Sequence[_Piece]],
    changed: Sequence[bool],
    groups: dict[int, Group],
    reading: Reading,
    span: tuple[int, int],
) -> Iterator[Difference]:
    """Yield one difference an atom, or one a group where nothing of the group is left."""
    last = span[0]
    at = 0
    while at < len(expected):
        index = expected[at].group
        upto = at
        while upto < len(expected) and expected[upto].group == index:
            upto += 1
        members = range(at, upto)
        group = groups[index]
        if all(changed[i] for i in members) and not any(given[i] for i in members):
            yield Difference("missing", group, None, group.text, "", reading.place(last, last))
        else:
            for number, atom in enumerate(group.atoms):
                mine = [i for i in members if expected[i].atom == number]
                if any(changed[i] for i in mine):
                    pieces = [piece for i in mine for piece in given[i]]
                    yield _of_atom(group, atom, pieces, reading, last)
                for i in mine:
                    for piece in given[i]:
                        last = max(last, piece.start + len(piece.text))
        for i in members:
            for piece in given[i]:
                last = max(last, piece.start + len(piece.text))
        at = upto


def _of_atom(group: Group, atom: Atom, pieces: Sequence[_Piece], reading: Reading, last: int) -> Difference:
    if not pieces:
        return Difference("missing", group, atom, atom.text, "", reading.place(last, last))
    start, end = pieces[0].start, max(piece.start + len(piece.text) for piece in pieces)
    return Difference("changed", group, atom, atom.text, reading.text[start:end], reading.place(start, end))
