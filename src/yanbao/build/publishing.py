"""Publication of a build: its calls into the ledger, once it is proved and signed by all.

The ledger is written first and is what counts; publication.json, the head file and the tag repeat its head, so that
whoever holds one of them sees a ledger that was cut or rewritten later.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from yanbao.author.call_spec import LEDGER_FILE
from yanbao.author.rating_record import LEDGER, STATE
from yanbao.build.folder import Build, altered, dump, manifest_hash, read_build
from yanbao.build.signing import Prove, State, proved, settings, state_of, unsettled
from yanbao.document.tree import Figure
from yanbao.errors import BuildError, RatingError, SignOffError
from yanbao.fact.fact import Fact
from yanbao.quantity import format_value
from yanbao.rating import Entry, Head, Ledger, append, post, read_ledger, verify
from yanbao.rating.lock import replace

PUBLICATION = "publication.json"
_TAG_SECONDS = 60


@dataclass(frozen=True)
class Publication:
    """What a publication did: the entries that it appended, and where the ledger stands now."""

    build: str
    ledger: Path
    entries: tuple[Entry, ...]
    head: Head

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        numbers = [entry.entry for entry in self.entries]
        return {"build": self.build, "head": str(self.head), "entries": numbers}


def publish(
    out: Path,
    workspace: Path,
    *,
    head_file: Path | None = None,
    tag: str | None = None,
    prove: Prove | None = None,
) -> Publication:
    """Append the calls of a proved, fully signed build to the ledger of its workspace.

    Args:
        out: the build folder; publication.json is written into it.
        workspace: the folder with yanbao.toml.
        head_file: a file that gets a line `COUNT HASH` more.
        tag: an annotated tag of the workspace's Git repository whose message carries the head.
        prove: the proof; `check.proof.prove` by default.

    Raises:
        SignOffError: a build that is not proved, not signed by all, altered since, or published before; a ledger that
            does not hold what the report says of it: every reason at once; nothing is written.
        RatingError, WorkspaceError: a ledger that is damaged, or refuses the calls.
        BuildError: `out` is no build, or a file cannot be written.
    """
    begun, made = manifest_hash(out), read_build(out)
    state = state_of(out, workspace)
    own = settings(made).ledger
    path = workspace / (own.file if own is not None else LEDGER_FILE)
    ledger = read_ledger(path) if path.exists() else Ledger(path, ())
    entries = list(entries_of(made, state.build))
    reasons = [*state.missing(), *_published(state, ledger, entries)]
    if not reasons:
        reasons += _rewritten(made, ledger) or [str(mistake) for mistake in post(ledger, entries).mistakes]
    reasons += [f"not proved: {what}" for what in unsettled(proved(made, prove), state.waived)]
    if tag is not None:
        reasons += _untaggable(workspace, tag)
    if not entries:
        reasons.append("the report makes no calls ([[calls]] of yanbao.toml): there is nothing to enter in the ledger")
    if not reasons and ({manifest_hash(out), state.build} != {begun} or altered(out)):
        reasons.append("the build was replaced while it was proved: publish again")
    if reasons:
        raise SignOffError(f"{out} is not published", reasons)
    head = append(path, entries, expect_head=ledger.head)
    after = read_ledger(path)
    done = Publication(state.build, path, after.entries[ledger.head.count : head.count], head)
    _tell(done, out, workspace, head_file, tag)
    return done


def entries_of(build: Build, manifest: str) -> Iterator[Entry]:
    """Yield the entries that a build's calls come to: each rating, then its estimates, numbers as printed.

    What the ledger gives itself (number, instant, action, id of the call, hashes) is left out.
    """
    document = build.document
    for call in document.calls:
        common: dict[str, Any] = {
            "published": document.published,
            "scope": call.scope,
            "security": call.security,
            "name": call.name,
            "analyst": call.analyst,
            "licence": call.licence,
            "report": manifest,
            "title": document.title,
        }
        yield Entry(
            **common,
            rating=call.rating,
            policy=call.policy,
            benchmark=call.benchmark,
            horizon=call.horizon_months,
            price=_amount(call.price, document.facts),
            price_day=call.price_day,
            target=_amount(call.target, document.facts),
            target_horizon=call.target_months,
            currency=call.currency,
        )
        for estimate in call.estimates:
            fact = document.facts[estimate.figure.fact]
            assert fact.quantity is not None
            yield Entry(
                **common,
                action="estimate",
                measure=estimate.measure,
                period=estimate.period,
                value=_amount(estimate.figure, document.facts),
                unit=fact.quantity.unit.symbol,
            )


def _amount(figure: Figure | None, facts: Mapping[str, Fact]) -> Decimal | None:
    if figure is None:
        return None
    quantity = facts[figure.fact].quantity
    assert quantity is not None
    return Decimal(format_value(quantity.value, figure.decimals))


def _published(state: State, ledger: Ledger, entries: Sequence[Entry]) -> list[str]:
    """Return why a build cannot be published again: its calls are in the ledger, under this build or another one."""
    name, own = ledger.path.name, [entry.entry for entry in ledger.entries if entry.report == state.build]
    if own:
        return [f"this build was published: entries {own[0]} to {own[-1]} of {name}; its head is {ledger.head}"]
    there = {_said(entry): entry.entry for entry in ledger.entries}
    again = [there[_said(entry)] for entry in entries if _said(entry) in there]
    if entries and len(again) == len(entries):
        day = entries[0].published
        return [f"every call of this report stands in {name} as of {day}, entries {min(again)} to {max(again)}"]
    return []


def _said(entry: Entry) -> tuple[object, ...]:
    """Return what an entry says, whichever edition of a report says it."""
    return (
        *(entry.published, entry.scope, entry.security, entry.house, entry.rating, entry.policy, entry.licence),
        *(entry.price, entry.price_day, entry.target, entry.target_horizon, entry.measure, entry.period, entry.value),
    )


def _rewritten(build: Build, ledger: Ledger) -> list[str]:
    """Return what is wrong with the ledger by the head that the report prints."""
    head = build.document.facts.get(f"{STATE}.head@{LEDGER}")
    if head is None or head.text is None:
        return []  # it was empty then, and a report with calls says so
    problems = verify(ledger, [Head.parse(head.text)])
    return [f"{ledger.path.name} is not the ledger that the report was built on: {problem}" for problem in problems]


def _tell(done: Publication, out: Path, workspace: Path, head_file: Path | None, tag: str | None) -> None:
    """Keep the head outside of the ledger; the ledger itself is written by now."""
    said = f"the calls are in the ledger, entries {done.entries[0].entry} to {done.entries[-1].entry}, head {done.head}"
    try:
        replace(out / PUBLICATION, dump(done.to_json()).encode())
        if head_file is not None:
            with head_file.open("a", encoding="utf-8") as file:
                file.write(f"{done.head}\n")
    except (OSError, RatingError) as error:
        raise BuildError(f"{said}; but its head could not be kept: {error}") from error
    if tag is not None:
        message = f"{done.head}\n\nLedger of calls as of entry {done.head.count}"
        made = _git(workspace, "tag", "-a", tag, "-m", message)
        if made.returncode:
            raise BuildError(f"{said}; but there is no tag {tag}: {made.stderr.strip()}")


def _untaggable(workspace: Path, tag: str) -> list[str]:
    """Return why a tag cannot be made, before anything is written."""
    if tag.startswith("-") or _git(workspace, "check-ref-format", f"refs/tags/{tag}").returncode:
        return [f"{tag!r} is no name of a tag"]
    if _git(workspace, "rev-parse", "--verify", "--quiet", "HEAD").returncode:
        return [f"{workspace} is in no Git repository with a commit: there is nothing to tag"]
    if not _git(workspace, "rev-parse", "--verify", "--quiet", f"refs/tags/{tag}").returncode:
        return [f"there is a tag {tag}"]
    who = _git(workspace, "var", "GIT_COMMITTER_IDENT")
    return [f"Git does not know who tags: {who.stderr.strip().splitlines()[-1]}"] if who.returncode else []


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Git in a folder.

    Raises:
        BuildError: there is no Git, or it hangs.
    """
    try:
        command = ["git", "-C", str(folder), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=_TAG_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"git cannot be run: {error}") from error
