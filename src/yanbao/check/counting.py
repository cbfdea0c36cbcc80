"""How many numbers a file's texts hold by the independent tokenizer, and what accounts for each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from yanbao.check.accounted import account
from yanbao.check.align import Alignment
from yanbao.check.atoms import Atom, Group, squeeze
from yanbao.check.findings import Claim, FileCount, Finding, Where
from yanbao.check.reading import Reading
from yanbao.check.subject import Subject
from yanbao.check.tokens import Token, tokens
from yanbao.read.contents import Segment


def count_page(subject: Subject, alignment: Alignment, count: FileCount, *, whole: bool) -> Iterator[Finding]:
    """Count the numbers of an aligned page into `count`; yield a finding for each that was cut or run together.

    Args:
        subject: the document.
        alignment: the page as read beside the page as it should be.
        count: what is counted into.
        whole: whether the format keeps texts apart, so that a number must be a number of the tree from end to end;
            a PDF has only lines.
    """
    reading = alignment.reading
    for line, segment in enumerate(reading.segments):
        for token in tokens(segment.text):
            start = reading.index_of(line, token.start)
            end = reading.index_of(line, token.end)
            if token.kind == "name":
                count.names += 1
            elif start < end:
                yield from _token(subject, alignment, (line, token), (start, end), count, whole=whole)


def count_strange(segments: Sequence[Segment], count: FileCount) -> None:
    """Count the numbers of a page that is none of the document's: nothing accounts for them."""
    for segment in segments:
        for token in tokens(segment.text):
            if token.kind == "name":
                count.names += 1
            else:
                count.numbers += 1
                count.breaks += 1


def _token(
    subject: Subject,
    alignment: Alignment,
    found: tuple[int, Token],
    span: tuple[int, int],
    count: FileCount,
    *,
    whole: bool,
) -> Iterator[Finding]:
    reading, (line, token) = alignment.reading, found
    owners = reading.owners[span[0] : span[1]]
    positions = reading.positions[span[0] : span[1]]
    if -1 in owners:
        count.numbers += 1
        count.breaks += 1  # a difference that is reported as such
        return
    groups = [alignment.groups[owner] for owner in owners]
    atoms = _atoms(groups, positions)
    one = len(set(owners)) == 1
    if one and not any(start < positions[-1] + 1 and positions[0] < end for start, end in _numbers_of(groups[0].text)):
        return  # words that a line's end brought together: equal to the tree's, which holds no number there
    count.numbers += 1
    split = whole and not (one and (positions[0], positions[-1] + 1) in _numbers_of(groups[0].text))
    kind = None if split else account(subject, atoms)
    if split:
        count.breaks += 1
        place = Where.at(reading.place(*span), reading.segments[line].text)
        text = f"{token.text!r} is read as one number; the document holds {' | '.join(_texts(groups, atoms))} there"
        yield Finding("number-split", Claim(token.text, token.value, token.unit), (place,), text)
    elif kind is None:
        count.breaks += 1  # tied to nothing: reported as unaccounted or fact-unknown, once for all files
    else:
        setattr(count, kind, getattr(count, kind) + 1)


def _atoms(groups: Sequence[Group], positions: Sequence[int]) -> list[Atom]:
    found: dict[int, Atom] = {}
    for group, position in zip(groups, positions, strict=True):
        atom = group.atoms[group.atom_of_char[position]]
        found[id(atom)] = atom
    return list(found.values())


def _texts(groups: Sequence[Group], atoms: Sequence[Atom]) -> list[str]:
    return (
        [repr(atom.text) for atom in atoms]
        if len({id(group) for group in groups}) == 1
        else [repr(group.text) for group in {id(group): group for group in groups}.values()]
    )


@lru_cache(maxsize=65536)
def _numbers_of(text: str) -> tuple[tuple[int, int], ...]:
    """Return where the numbers of a text stand, counted in visible characters."""
    found: list[tuple[int, int]] = []
    for token in tokens(text):
        if token.kind != "name":
            start = len(squeeze(text[: token.start]))
            found.append((start, start + len(squeeze(token.text))))
    return tuple(found)


def atom_at(reading: Reading, groups: Sequence[Group], index: int) -> Atom | None:
    """Return the atom that a character read belongs to, `None` if it belongs to nothing."""
    owner = reading.owners[index]
    return None if owner < 0 else groups[owner].atoms[groups[owner].atom_of_char[reading.positions[index]]]
