"""Sentences of a document: their numbers, their shape, and the heading they stand under."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from yanbao.check.findings import Where
from yanbao.check.tick.sentence_runs import runs
from yanbao.check.tick.sentence_shape import Shape, shape_of
from yanbao.quantity.mention import Mention
from yanbao.quantity.scanner import scan
from yanbao.read.foreign.tree import ForeignDocument, Prose

# a full stop ends an English sentence before a blank and a capital; not behind an initial or an abbreviation
_END: Final = re.compile(
    r"[。！？!?\n]+[”」』\"）)]*"
    r"|(?<![ .][A-Z])(?<!Inc)(?<!Co)(?<!Corp)(?<!Ltd)(?<!vs)(?<!No)(?<!approx)(?<!U\.S)(?<!incl)"
    r"\.(?=[\"”]?\s+[\"“]?[A-Z])"
    r"|(?=[➢►■◆●□•◼▶➤✓])"
)
_SKIPPED_ROLES: Final = frozenset({"header", "footer"})  # the same on every page: no statement of the document


_MOST: Final = 200  # numbers of a sentence: what has more is a table without its lines


@dataclass(frozen=True)
class Sentence:
    """A sentence of a prose, up to a full stop: semicolons part its clauses, not itself.

    Mentions have places in `text`; `runs` are the numbers of those that stand in cells run together.
    """

    prose: Prose
    start: int  # in the prose
    text: str
    mentions: tuple[Mention, ...]
    runs: frozenset[int] = frozenset()
    heading: str = ""  # nearest heading above
    number: int = 0  # of the sentence in the document

    @cached_property
    def shape(self) -> Shape:
        """The sentence with one letter for each number."""
        return shape_of(self.text, self.mentions)

    def where(self, mention: Mention) -> Where:
        """Return the place of a mention, with its text: the first line where it runs over two."""
        places = self.prose.places(self.start + mention.start, self.start + mention.end)
        place = places[0] if places else self.prose.lines[0].place
        return Where.at(place, mention.text)


def sentences_of(document: ForeignDocument) -> list[Sentence]:
    """Return the sentences of all running text, in reading order."""
    sentences: list[Sentence] = []
    heading = ""
    for prose in _joined(document.prose()):
        if prose.role in _SKIPPED_ROLES:
            continue
        if prose.role in ("title", "heading"):
            heading = prose.text.strip()
        for sentence in _split(prose, heading):
            sentences.append(replace(sentence, number=len(sentences)))
    return sentences


def _joined(parts: Iterable[Prose]) -> Iterator[Prose]:
    """Yield running text with the clauses of a line joined again that a reader parted at a semicolon."""
    held: list[Prose] = []
    for prose in parts:
        if held and not _goes_on(held[-1], prose):
            yield _one(held)
            held = []
        held.append(prose)
    if held:
        yield _one(held)


def _goes_on(prose: Prose, following: Prose) -> bool:
    last, first = prose.lines[-1].place, following.lines[0].place
    beside = (last.file, last.page, last.line, last.end) == (first.file, first.page, first.line, first.start)
    return (
        beside and last.end is not None and prose.role == following.role == "body" and prose.text.endswith(("；", ";"))
    )


def _one(held: list[Prose]) -> Prose:
    if len(held) == 1:
        return held[0]
    starts: list[int] = []
    length = 0
    for prose in held:
        starts.extend(length + start for start in prose.starts)
        length += len(prose.text)
    text = "".join(prose.text for prose in held)
    return Prose(text, tuple(line for prose in held for line in prose.lines), tuple(starts))


def _split(prose: Prose, heading: str) -> Iterator[Sentence]:
    text = prose.text
    mentions = scan(text)
    if not mentions:
        return
    together = runs(text, mentions)
    next_mention, start = 0, 0
    for end in (*_ends(text, mentions), len(text)):
        first = next_mention
        while next_mention < len(mentions) and mentions[next_mention].start < end:
            next_mention += 1
        if next_mention > first:
            own = tuple(mentions[first:next_mention])
            if start:
                own = tuple(_moved(mention, start) for mention in own)
            inside = frozenset(n - first for n in together if first <= n < next_mention)
            if len(own) > _MOST:
                inside = frozenset(range(len(own)))
            yield Sentence(prose, start, text[start:end], own, inside, heading)
        start = end


def _moved(mention: Mention, start: int) -> Mention:
    group = None if mention.group is None else mention.group - start
    return replace(mention, start=mention.start - start, end=mention.end - start, group=group)


def _ends(text: str, mentions: list[Mention]) -> Iterator[int]:
    """Yield where sentences end; a stop inside a mention (U.S.$3.5) ends none."""
    number = 0
    for found in _END.finditer(text):
        end = found.end()
        while number < len(mentions) and mentions[number].end <= found.start():
            number += 1
        if end and not (number < len(mentions) and mentions[number].start < end <= mentions[number].end - 1):
            yield end
