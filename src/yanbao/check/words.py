"""Does each bound word agree with its fact: its sign, or the rank it says?"""

from __future__ import annotations

from collections.abc import Iterator

from yanbao.check.findings import Claim, Finding, Recomputed
from yanbao.check.lexicon import polarity, rank_of
from yanbao.check.subject import Subject, operands, shown, where


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each bound word that says something else than its fact, or that no lexicon knows."""
    for _, group, atom in subject.atoms():
        if atom.kind != "word":
            continue
        fact = subject.fact(atom.fact)
        if fact is None:
            continue  # reported as fact-unknown
        place, claim = (where(group, atom),), Claim(atom.text)
        said, rank = polarity(atom.text), rank_of(atom.text)
        if fact.quantity is None:
            text = f"{atom.text!r} in {group.describe()} is decided by {fact.id}, which is {shown(fact)}"
            yield Finding("word-sign", claim, place, text)
        elif said is None and rank is None:
            text = f"{atom.text!r} in {group.describe()} is no word of the lexicon of bound words"
            yield Finding("word-sign", claim, place, text)
        elif rank is not None:
            if rank != fact.quantity.value:
                text = f"{atom.text!r} in {group.describe()} contradicts {fact.id}: {shown(fact)}"
                yield Finding("word-sign", claim, place, text, Recomputed(shown(fact)), operands(subject, fact))
        else:
            value = fact.quantity.value
            if said != (value > 0) - (value < 0):
                text = f"{atom.text!r} in {group.describe()} contradicts {fact.id}: {shown(fact)}"
                right = Recomputed(shown(fact), fact.quantity.interval.low, fact.quantity.interval.high)
                yield Finding("word-sign", claim, place, text, right, operands(subject, fact))
