"""Is every number of the document accounted for: by a fact, a literal with its reason, or a rule of structure?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from yanbao.check.atoms import Atom, Group
from yanbao.check.findings import Claim, Finding, Where
from yanbao.check.subject import DOCUMENT, Subject, where
from yanbao.check.tokens import Token, numbers
from yanbao.fact.fact import Derivation

Account = Literal["sourced", "computed", "literal", "structure"]

REASONS = ("name", "title", "legal")
LITERAL_SHARE = 0.02
_TIED = ("number", "word", "quote", "period", "label")


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each number in plain words, each unknown fact, each literal without a reason."""
    for _, group in subject.groups:
        for token in numbers(group.text):
            atoms = atoms_under(group, token)
            if any(atom.kind == "run" for atom in atoms):
                text = f"the number {token.text!r} in {group.describe()} is tied to nothing: {group.text!r}"
                yield Finding("unaccounted", Claim(token.text, token.value, token.unit), (where(group),), text)
        for atom in group.atoms:
            yield from _atom(subject, group, atom)
    yield from _share(subject)


def _atom(subject: Subject, group: Group, atom: Atom) -> Iterator[Finding]:
    place, claim = (where(group, atom),), Claim(atom.text)
    if atom.kind == "literal" and atom.note not in REASONS:
        text = f"the literal {atom.text!r} in {group.describe()} has no reason of {', '.join(REASONS)}: {atom.note!r}"
        yield Finding("literal-reason", claim, place, text)
    if atom.kind not in _TIED or (atom.kind == "label" and atom.fact is None and not numbers(atom.text)):
        return
    fact = subject.fact(atom.fact)
    if fact is None:
        yield Finding("fact-unknown", claim, place, f"{atom.text!r} in {group.describe()} is tied to {atom.fact!r}")
    elif atom.kind == "quote" and fact.text != atom.text:
        text = f"{atom.text!r} in {group.describe()} is tied to the text {fact.text!r} of {fact.id}"
        yield Finding("fact-unknown", claim, place, text)


def _share(subject: Subject) -> Iterator[Finding]:
    all_tokens = literals = 0
    for _, group in subject.groups:
        for token in numbers(group.text):
            all_tokens += 1
            literals += account(subject, atoms_under(group, token)) == "literal"
    if literals > LITERAL_SHARE * all_tokens:
        share = 100 * literals / all_tokens
        text = f"{literals} of {all_tokens} numbers ({share:.1f} %) are literals; at most 2 % may be"
        yield Finding("literal-share", Claim(str(literals)), (Where(DOCUMENT),), text)


def atoms_under(group: Group, token: Token) -> list[Atom]:
    """Return the atoms a token of the group's text touches."""
    found: list[Atom] = []
    position = 0
    for atom in group.atoms:
        end = position + len(atom.text)
        if position < token.end and token.start < end:
            found.append(atom)
        position = end
    return found


def account(subject: Subject, atoms: list[Atom]) -> Account | None:
    """Return what accounts for a number made of these atoms, `None` if nothing does.

    A period counts as its fact's kind; a number that reaches over two atoms counts as the weaker of the two.
    """
    kinds: list[Account] = []
    for atom in atoms:
        if atom.kind == "literal":
            kinds.append("literal")
        elif atom.kind in ("structure", "tick"):
            kinds.append("structure")
        elif atom.kind in _TIED:
            fact = subject.fact(atom.fact)
            if fact is None:
                return None
            kinds.append("computed" if isinstance(fact.lineage, Derivation) else "sourced")
        else:
            return None
    order: tuple[Account, ...] = ("literal", "structure", "computed", "sourced")
    return min(kinds, key=order.index, default=None)
