"""Does a number whose cell is approximate say so, with a word that says the same, and no other one? 约, 近, 超, 余."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from yanbao.check.atoms import Atom, Group, squeeze
from yanbao.check.findings import Claim, Finding, Recomputed
from yanbao.check.subject import Subject, operands, where
from yanbao.check.tokens import numbers

Sense = Literal["about", "below", "above"]

_BEFORE: dict[Sense, str] = {
    "about": r"大约|大概|约[为合占达有]?|~|～|≈|∼|\b(?:about|around|approximately|roughly)\b",
    "below": "不足|不到|不超过|不高于|不多于|低于|少于|小于|至多|最多|接近|将近|近|<|＜|≤"
    r"|\b(?:nearly|almost|under|below|up to|at most|less than)\b",
    "above": "(?<!不)超过?|逾|突破|至少|不低于|不少于|不小于|(?<!不)高于|多于|大于|>|＞|≥"
    r"|\b(?:over|above|at least|more than)\b",
}
_BEHIND: dict[Sense, str] = {
    "about": r"左右|上下|\bor so\b",
    "below": r"[及或]?以下|以内|\bor less\b",
    "above": r"[及或]?以上|出头|[余多来+＋]|\bor more\b",
}
_MONEY = r"(?:US\$|HK\$|[$¥￥€£]|RMB|CNY|USD|HKD|EUR|JPY|GBP)?"
WORDS = "(?i:" + "|".join((*_BEFORE.values(), *_BEHIND.values())) + ")"
_SENSES: dict[Sense, tuple[re.Pattern[str], ...]] = {
    sense: (
        re.compile(rf"(?:{_BEFORE[sense]})\s*{_MONEY}\s*\Z", re.IGNORECASE),
        re.compile(rf"\s?[万亿千百]*(?:{_BEHIND[sense]})", re.IGNORECASE),
        re.compile(rf"(?:{_BEHIND[sense]})\Z", re.IGNORECASE),
    )
    for sense in _BEFORE
}


def sense_of(text: str) -> Sense | None:
    """Return what the word of approximation beside the one number of a text says.

    >>> sense_of("约6.9亿千瓦"), sense_of("500余家"), sense_of("近7000"), sense_of("5275亿元")
    ('about', 'above', 'below', None)
    """
    found = numbers(text)
    if len(found) != 1:
        return None
    return sense_beside(text[: found[0].start], text[found[0].end :], whole=True)


def sense_of_word(word: str | None) -> Sense | None:
    """Return what a word of approximation says, wherever it stands."""
    return None if word is None else sense_of(f"{word}1") or sense_of(f"1{word}")


def sense_beside(before: str, behind: str, *, whole: bool = False) -> Sense | None:
    """Return what the word says that ends the text before a number or begins the one behind it.

    `whole` tells that the text behind holds the number's unit and nothing else: the word may stand at its end.
    """
    for sense, (front, back, end) in _SENSES.items():
        if front.search(before) or back.match(behind) or (whole and end.search(behind)):
            return sense
    return None


def word_only(expected: str, found: str) -> bool:
    """Whether two printed numbers differ in nothing but the word of approximation beside them."""
    return sense_of(expected) != sense_of(found) and _without(expected) == _without(found)


def _without(text: str) -> str:
    (token,) = numbers(text) or (None,)
    if token is None:
        return text
    before, behind = text[: token.start], text[token.end :]
    for front, back, end in _SENSES.values():
        before = front.sub("", before)
        behind = end.sub("", back.sub("", behind, count=1))
    return squeeze(before + token.text + behind)


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each number that leaves out what its cell says, or says what its cell does not."""
    for _, group, atom in subject.atoms():
        fact = subject.fact(atom.fact)
        if atom.kind != "number" or fact is None or fact.quantity is None:
            continue
        wanted = sense_of_word(fact.approximation)
        said = sense_of(atom.text)
        if said == wanted or (wanted is not None and said is None and _said_otherwise(group, atom, wanted)):
            continue
        text = (
            f"{atom.text!r} in {group.describe()} leaves out {fact.approximation!r}, with which the cell is printed"
            if wanted is not None
            else f"{atom.text!r} in {group.describe()} has a word of approximation, its fact {fact.id} has none"
        )
        yield Finding(
            "approximation",
            Claim(atom.text),
            (where(group, atom),),
            text,
            Recomputed(fact.approximation or ""),
            operands(subject, fact),
        )


def _said_otherwise(group: Group, atom: Atom, wanted: Sense) -> bool:
    """Whether the author left the word out on purpose, or wrote one of the same sense beside the number."""
    if {"bare", "ordinal"} & set((atom.note or "").split()):
        return True
    at = next(index for index, other in enumerate(group.atoms) if other is atom)
    before = "".join(other.text for other in group.atoms[:at])
    behind = "".join(other.text for other in group.atoms[at + 1 :])
    return sense_beside(before, behind) == wanted
