"""Is each number printed as its fact's value, rounded half up, in a unit that measures what the fact measures?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from yanbao.check.approximation import WORDS
from yanbao.check.atoms import Atom, Group
from yanbao.check.diagnosis import diagnose
from yanbao.check.findings import Claim, Finding, Recomputed
from yanbao.check.lexicon import polarity
from yanbao.check.subject import Subject, operands, shown, where
from yanbao.check.tokens import Token, numbers
from yanbao.check.units import factor
from yanbao.fact.fact import Fact
from yanbao.quantity.quantity import Quantity

_AROUND = re.compile(rf"{WORDS}|[\s近约超逾余多来几+＋~～≈()（）]|第|No\.?|#")
_MINUS_BEFORE_UNIT = re.compile(r"\s*[-−－](?=\s*[A-Z$€£¥￥])")  # -RMB 7.6bn


@dataclass(frozen=True)
class Printed:
    """A number as it is printed: its value in the printed unit, its decimals, the words around it."""

    value: Fraction
    decimals: int
    unit: str
    signed: bool


def parse_printed(text: str) -> Printed | None:
    """Return the one number of a text with its unit, `None` if there is none or more than one.

    >>> parse_printed("5,275.0亿元")
    Printed(value=Fraction(5275, 1), decimals=1, unit='亿元', signed=False)
    >>> parse_printed("-RMB 7.6bn").value
    Fraction(-38, 5)
    """
    found = numbers(text)
    if len(found) != 1 or found[0].value is None:
        return None
    token = found[0]
    value = token.value
    assert value is not None
    outside = text[: token.start] + text[token.end :]
    minus = _MINUS_BEFORE_UNIT.match(text[: token.start])
    if minus is not None:
        value, outside = -value, outside[minus.end() :]
    if text[: token.start].strip() in ("(", "（") and text[token.end :].strip().rstrip(")）") == "":
        value = -value  # accountants' negative
    unit = token.unit + "".join(_AROUND.sub("", outside).split())
    body = token.text
    return Printed(value, _decimals(token), unit, body[:1] in "+-−－＋±" or value < 0)


def _decimals(token: Token) -> int:
    _, point, rest = token.text.replace("．", ".").partition(".")
    return sum(char.isdecimal() for char in rest) if point else 0


def rounded(value: Fraction, decimals: int) -> Fraction:
    """Return a value rounded half up (away from zero) to decimal places, exactly."""
    scale = 10**decimals
    size = (abs(value) * scale + Fraction(1, 2)).__floor__()
    return Fraction(-size if value < 0 else size, scale)


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each number that is not its fact's value as printed."""
    for _, group, atom in subject.atoms():
        if atom.kind not in ("number", "label"):
            continue
        fact = subject.fact(atom.fact)
        if fact is None:
            continue  # reported as fact-unknown
        if fact.quantity is None:
            text = f"{atom.text!r} is printed as a number; its fact {fact.id} is {shown(fact)}"
            yield Finding("printed", Claim(atom.text), (where(group, atom),), text, Recomputed(shown(fact)))
        else:
            yield from _number(subject, group, atom, fact, fact.quantity)


def _number(subject: Subject, group: Group, atom: Atom, fact: Fact, quantity: Quantity) -> Iterator[Finding]:
    printed = parse_printed(atom.text)
    place = (where(group, atom),)
    if printed is None:
        text = f"{atom.text!r} in {group.describe()} is not one number that can be compared with {shown(fact)}"
        yield Finding("printed", Claim(atom.text), place, text, Recomputed(shown(fact)))
        return
    wanted = quantity.unit.symbol if atom.unit is None else atom.unit
    rate = factor(quantity.unit, wanted)
    claim = Claim(atom.text, printed.value, printed.unit or wanted)
    if rate is None:
        text = f"{atom.text!r} in {group.describe()} is shown in {wanted!r}; its fact is in {quantity.unit.describe()}"
        yield Finding("unit-shown", claim, place, text, Recomputed(shown(fact)))
        return
    if printed.unit and not _same_unit(printed.unit, wanted, quantity):
        text = f"{atom.text!r} in {group.describe()} is printed in {printed.unit!r} and tied to {wanted!r}"
        yield Finding("unit-shown", claim, place, text, Recomputed(shown(fact)))
        return
    value = quantity.value * rate
    right = rounded(value, printed.decimals)
    if printed.value == right:
        return
    if not printed.signed and printed.value == abs(right) and _sign_is_said(subject, group, atom):
        return
    text = (
        f"{atom.text!r} in {group.describe()} should be {_decimal(right, printed.decimals)}: {fact.id} is {shown(fact)}"
    )
    half = Fraction(1, 2 * 10**printed.decimals)
    yield Finding(
        "printed",
        claim,
        place,
        text,
        Recomputed(_decimal(right, printed.decimals), right - half, right + half),
        operands(subject, fact),
        diagnose(printed.value, value, printed.decimals),
    )


def _same_unit(printed: str, wanted: str, quantity: Quantity) -> bool:
    if printed == "".join(wanted.split()):
        return True
    rate = factor(quantity.unit, printed)
    return rate is not None and rate == factor(quantity.unit, wanted)


def _sign_is_said(subject: Subject, group: Group, atom: Atom) -> bool:
    """Whether a number without its minus stands behind a bound word that says "down" (fell 3.6%).

    In English the word may also be the next one behind the number, if the same fact decides it (3.6% below).
    """
    if "abs" not in (atom.note or "").split():
        return False
    at = next(i for i, other in enumerate(group.atoms) if other is atom)
    if any(other.kind == "word" and polarity(other.text) == -1 for other in group.atoms[:at]):
        return True
    bound = next((other for other in group.atoms[at + 1 :] if other.kind in ("word", "number")), None)
    return bound is not None and bound.fact == atom.fact and polarity(bound.text) == -1


def _decimal(value: Fraction, decimals: int) -> str:
    return f"{float(value):.{decimals}f}" if decimals else str(value.numerator // value.denominator)
