"""Sign-off of a build: draft, reviewer, quality, compliance, in the workspace's own order.

A signature is under the bytes of one build, by the hash of its manifest: once any of them differs it is void. Nobody's
word is taken for the proof; each signature runs it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from yanbao.author.call_spec import Role, SignOff
from yanbao.author.workspace import FILE, Workspace
from yanbao.build.folder import Build, altered, manifest_hash, read_build
from yanbao.build.signatures import Signature, Waiver, add_signature, read_signatures, unfit
from yanbao.check.findings import Finding, Proof
from yanbao.document.tree import Document
from yanbao.errors import BuildError, Mistake, SignOffError
from yanbao.evidence import parse_toml, read_text

_MOST_FINDING = 300  # characters of a finding that its waiver keeps


Prove = Callable[[Document, Path, Sequence[Path]], Proof]


@dataclass(frozen=True)
class Waive:
    """What a signer asks for: findings with this code at this place may stand."""

    code: str
    place: str
    reason: str


@dataclass(frozen=True)
class Step:
    """A role of the sign-off with its signature under this build; `void` is its last one under another."""

    role: Role
    signature: Signature | None = None
    void: Signature | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "role": self.role.id,
            "name": {"zh": self.role.name.zh, "en": self.role.name.en},
            "signature": _json(self.signature),
            "void": _json(self.void),
        }


@dataclass(frozen=True)
class State:
    """How far the sign-off of a build is."""

    build: str  # SHA-256 of its manifest
    altered: tuple[str, ...]  # what differs from the manifest: every signature is void
    steps: tuple[Step, ...]

    @property
    def waived(self) -> tuple[Waiver, ...]:
        """The findings that signatures under this build let stand."""
        return tuple(waiver for step in self.steps if step.signature for waiver in step.signature.waived)

    @property
    def next(self) -> Role | None:
        """The role that has to sign next, `None` where all have."""
        return next((step.role for step in self.steps if step.signature is None), None)

    @property
    def complete(self) -> bool:
        """Whether every role has signed these very bytes."""
        return not self.altered and self.next is None

    def missing(self) -> list[str]:
        """Return in words what the sign-off lacks."""
        found = [f"altered after the build, which voids every signature: {what}" for what in self.altered]
        for step in self.steps:
            if step.signature is None:
                void = step.void
                said = f"; the signature of {void.name}, {void.signed:%Y-%m-%d}, is under another build" if void else ""
                found.append(f"{step.role.id} has not signed this build{said}")
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        role = self.next
        return {
            "build": self.build,
            "complete": self.complete,
            "altered": list(self.altered),
            "next": None if role is None else role.id,
            "roles": [step.to_json() for step in self.steps],
        }


def _json(signature: Signature | None) -> dict[str, Any] | None:
    if signature is None:
        return None
    return {
        "signed": signature.signed.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "name": signature.name,
        "build": signature.build,
        "waived": [
            {"code": one.code, "place": one.place, "finding": one.finding, "reason": one.reason}
            for one in signature.waived
        ],
    }


def settings(build: Build) -> Workspace:
    """Return the yanbao.toml that a build was made from.

    Raises:
        BuildError: its copy cannot be read.
    """
    mistakes: list[Mistake] = []
    text = read_text(build.inputs / FILE, FILE, mistakes)
    found = None if text is None else parse_toml(text, FILE, Workspace, mistakes)
    if found is None:
        said = "; ".join(map(str, mistakes))
        raise BuildError(f"{build.inputs / FILE} cannot be read: {said}\n    hint: build again")
    return found


def state_of(out: Path, workspace: Path, made: Build | None = None) -> State:
    """Return how far the sign-off of the build in `out` is: which roles signed these very bytes?

    `made` is that build where it was read before.

    Raises:
        BuildError: `out` is no build, or `workspace` no workspace.
        SignOffError: signatures.csv cannot be read.
    """
    _check_workspace(workspace)
    made = made or read_build(out)
    return _state(out, settings(made).signoff, read_signatures(workspace))


def _check_workspace(workspace: Path) -> None:
    if not (workspace / FILE).is_file():
        raise BuildError(f"{workspace} is no workspace: it has no {FILE}\n    hint: name it with -w")


def _state(out: Path, signoff: SignOff, signatures: Sequence[Signature]) -> State:
    build, wrong = manifest_hash(out), altered(out)
    steps: list[Step] = []
    for role in signoff.roles:
        own = [signature for signature in signatures if signature.role == role.id]
        valid = next((signature for signature in own if signature.build == build), None) if not wrong else None
        void = next((signature for signature in reversed(own) if signature is not valid), None)
        steps.append(Step(role, valid, None if valid else void))
    return State(build, wrong, tuple(steps))


def sign(
    out: Path,
    workspace: Path,
    role: str,
    name: str,
    waive: Sequence[Waive] = (),
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    prove: Prove | None = None,
) -> Signature:
    """Sign a build in a role, and keep the signature in signatures.csv of the workspace.

    Args:
        out: the build folder.
        workspace: the folder with yanbao.toml.
        role: the role's id.
        name: who signs.
        waive: findings of the proof that may stand, each with its reason.
        now: the clock.
        prove: the proof; `check.proof.prove` by default.

    Raises:
        SignOffError: a role out of order, a build that was altered or is not proved, a finding that is neither mended
            nor waived, a person who has signed before: every reason at once; nothing is written.
        BuildError: `out` is no build, or `workspace` no workspace.
    """
    _check_workspace(workspace)
    begun, made = manifest_hash(out), read_build(out)
    signoff = settings(made).signoff
    signatures = read_signatures(workspace)
    state = _state(out, signoff, signatures)
    reasons = [*_out_of_order(state, role), *_same_person(state, signoff, name)]
    reasons += [f"name: {cause}" for cause in (unfit(name),) if cause]
    for one in waive:
        texts = {"code": one.code, "place": one.place, "reason": one.reason}
        reasons += [f"waive: the {what} {cause}" for what, text in texts.items() if (cause := unfit(text))]
    reasons += [f"altered after the build: {what}" for what in state.altered]
    proof = proved(made, prove)
    waived, wrong = _waived(proof, waive, state)
    reasons += wrong
    if not reasons and ({manifest_hash(out), state.build} != {begun} or altered(out)):
        reasons.append("the build was replaced while it was proved: sign again")
    if reasons:
        raise SignOffError(f"{out} is not signed", reasons)
    signature = Signature(now().replace(microsecond=0), role, name, state.build, waived)
    add_signature(workspace, signature, signatures)
    return signature


def proved(build: Build, prove: Prove | None = None) -> Proof:
    """Return the proof of a build, run now."""
    from yanbao.check.proof import prove as prove_build

    return (prove or prove_build)(build.document, build.inputs, build.outputs)


def key_of(finding: Finding) -> str:
    """Return what `--waive` calls a finding: its code and its place."""
    return f"{finding.code}@{finding.where[0]}"


def unsettled(proof: Proof, waived: Sequence[Waiver]) -> list[str]:
    """Return in words what a proof finds and nobody has waived; numbers that no finding tells of cannot be waived."""
    keys = {waiver.key for waiver in waived}
    found = [f"{key_of(finding)}: {finding.explanation}" for finding in proof.findings if key_of(finding) not in keys]
    if not proof.files:
        found.append("the proof found no output")
    elif not proof.findings and not proof.ok:
        found.append(proof.summary())
    return found


def _waived(proof: Proof, waive: Sequence[Waive], state: State) -> tuple[tuple[Waiver, ...], list[str]]:
    """Return the waivers of a signature, and what the proof finds beside them."""
    by_key: dict[str, list[Finding]] = {}
    for finding in proof.findings:
        by_key.setdefault(key_of(finding), []).append(finding)
    found: list[Waiver] = []
    wrong: list[str] = []
    for one in waive:
        key = f"{one.code}@{one.place}"
        if key not in by_key:
            known = ", ".join(sorted(by_key)[:5]) or "the proof has none"
            wrong.append(f"there is no finding {key} to waive; findings: {known}")
        found += [
            Waiver(one.code, one.place, _kept(finding.explanation), one.reason) for finding in by_key.get(key, ())
        ]
    return tuple(found), [*wrong, *unsettled(proof, [*state.waived, *found])]


def _kept(explanation: str) -> str:
    """Return a finding in words as a cell keeps it: it quotes files of the build, and they may hold anything."""
    text = "".join(sign if sign.isprintable() else " " for sign in explanation)
    text = " ".join(text.split())[:_MOST_FINDING].strip()
    return f"“{text}”" if unfit(text) else text


def _out_of_order(state: State, role: str) -> list[str]:
    roles = [step.role.id for step in state.steps]
    if role not in roles:
        return [f"{role!r} is no role of this build; it has {', '.join(roles)}"]
    step = state.steps[roles.index(role)]
    if step.signature is not None:
        return [f"{role} has signed this build: {step.signature.name}, {step.signature.signed:%Y-%m-%d %H:%M} UTC"]
    before = [one.role.id for one in state.steps[: roles.index(role)] if one.signature is None]
    return [f"{role} signs after {', '.join(before)}"] if before else []


def _same_person(state: State, signoff: SignOff, name: str) -> list[str]:
    if not signoff.separate:
        return []
    signed = [(step.role.id, step.signature.name) for step in state.steps if step.signature is not None]
    return [f"{name} has signed as {role}: each role needs another person" for role, one in signed if _same(one, name)]


def _same(one: str, other: str) -> bool:
    return _spelt(one) == _spelt(other)


def _spelt(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
