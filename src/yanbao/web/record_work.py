"""What a job does for the record: sign a build, publish it, score its calls."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yanbao.errors import RatingError, SignOffError
from yanbao.web.worker import Tell

if TYPE_CHECKING:
    from yanbao.build.signing import Prove
    from yanbao.check.findings import Proof
    from yanbao.document.tree import Document

KEPT = 20  # records of a workspace that are kept


def sign(request: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Sign a build in a role; the proof is run by it.

    Args:
        request: `workspace`, `out` (folders), `build` (the hash of the manifest that the signer saw), `role`, `name`,
            `waive` (each `code`, `place`, `reason`).
        tell: called with each step.

    Returns:
        What was asked, `reasons` of a refusal, empty where it is signed, and `proof` as it came out, `None` if none was
        run.
    """
    from yanbao.build.signing import Waive
    from yanbao.build.signing import sign as sign_build

    proofs: list[Proof] = []
    reasons: Sequence[str] = ()
    waive = [Waive(one["code"], one["place"], one["reason"]) for one in request["waive"]]
    out, workspace = Path(request["out"]), Path(request["workspace"])
    try:
        sign_build(out, workspace, request["role"], request["name"], waive, prove=_prove(request, tell, proofs))
    except SignOffError as error:
        reasons = error.reasons
    asked = {name: request[name] for name in ("role", "name", "waive")}
    return {**asked, "reasons": list(reasons), "proof": _told(proofs)}


def publish(request: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Enter the calls of a build in the ledger.

    Args:
        request: `workspace`, `out` (folders), `build` (the hash of the manifest that was seen), `tag` (of Git, or "").
        tell: called with each step.

    Returns:
        `tag`, `reasons` of a refusal, else `entries` (their numbers) and `head`; and `proof` as `sign` does.
    """
    from yanbao.build.publishing import publish as publish_build

    proofs: list[Proof] = []
    out, workspace, tag = Path(request["out"]), Path(request["workspace"]), request["tag"]
    try:
        done = publish_build(out, workspace, tag=tag or None, prove=_prove(request, tell, proofs))
    except SignOffError as error:
        return {"tag": tag, "reasons": list(error.reasons), "proof": _told(proofs), "entries": [], "head": ""}
    return {**done.to_json(), "tag": tag, "reasons": [], "proof": _told(proofs)}


def _prove(request: dict[str, Any], tell: Tell, proofs: list[Proof]) -> Prove:
    """Return a proof that is run of the build that was seen, and of no other, and kept in `proofs`."""
    from yanbao.build.folder import manifest_hash
    from yanbao.check.proof import prove

    def run(document: Document, inputs: Path, outputs: Sequence[Path]) -> Proof:
        if manifest_hash(Path(request["out"])) != request["build"]:
            raise SignOffError("another build", ["the build was replaced since the page was shown: look at it anew"])
        tell("prove")
        proofs.append(prove(document, inputs, outputs))
        return proofs[-1]

    return run


def _told(proofs: Sequence[Proof]) -> dict[str, Any] | None:
    return {"ok": proofs[-1].ok, "proof": proofs[-1].to_json(), "line": proofs[-1].summary()} if proofs else None


def track(request: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Score calls and keep every table of the record in a folder: `about.json` and a file of JSON lines a table.

    Args:
        request: `workspace`, `tracks` (folders) and `asked`, what `scores.read_asked` made of a form.
        tell: called with each step.

    Raises:
        RatingError, StoreError, ExhibitError, WorkspaceError: nothing that can be scored; a ledger or a store that went
            on meanwhile.
    """
    from yanbao.cli.track import scored
    from yanbao.rating.tables import plain
    from yanbao.web.scores import TABLES, day_of, key_of, options_of, scored_on

    workspace, tracks, asked = Path(request["workspace"]), Path(request["tracks"]), request["asked"]
    key = key_of(workspace, asked)
    picks = asked["record"] == "picks"
    found = scored(workspace, None, picks, scored_on(workspace), day_of(asked), None, options_of(asked), tell)
    if key_of(workspace, asked) != key:
        raise RatingError("the ledger or the store went on meanwhile\n    hint: score again")
    tell("write")
    tracks.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=".", dir=tracks))
    counts = {name: _write(part / f"{name}.jsonl", map(plain, getattr(found, field))) for name, field in TABLES.items()}
    about = {
        "as_of": found.as_of.isoformat(),
        "entry": found.entry,
        "prices": found.grid,
        "benchmark": found.benchmark,
        "notes": [note.json() for note in found.notes],
        "counts": counts,
    }
    (part / "about.json").write_text(json.dumps(about, ensure_ascii=False), "utf-8")
    if (tracks / key).is_dir():  # somebody asked the same and was quicker
        shutil.rmtree(part)
    else:
        part.rename(tracks / key)
    kept = sorted(tracks.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
    return {"key": key}


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count
