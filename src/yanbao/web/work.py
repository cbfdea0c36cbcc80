"""What a job does with a workspace: build it, prove a build."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from yanbao.web.worker import Tell


def build(request: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Build a workspace; the build that stood there is kept beside it, to be compared with.

    Args:
        request: `workspace`, `out`, `before` (folders), `language` and `as_of` or `None`.
        tell: called with each step.
    """
    from yanbao.web.draft import Draft

    Draft(Path(request["workspace"])).stays_inside()
    out = Path(request["out"])
    with _alone(out, tell):
        return _build(request, out, Path(request["before"]), tell)


@contextmanager
def _alone(out: Path, tell: Tell) -> Iterator[None]:
    """Hold a build's folder against builds that other servers begin: theirs is waited for."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.with_name(f".{out.name}.lock").open("wb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("wait for another build of this workspace")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _build(request: dict[str, Any], out: Path, before: Path, tell: Tell) -> dict[str, Any]:
    from datetime import date

    from yanbao.build import build as make
    from yanbao.build.folder import MANIFEST

    kept = out.with_name(f".{out.name}-kept")
    shutil.rmtree(kept, ignore_errors=True)
    if (out / MANIFEST).is_file():
        shutil.copytree(out, kept)
    try:
        day = request.get("as_of")
        made = make(
            Path(request["workspace"]),
            out,
            as_of=date.fromisoformat(day) if day else None,
            language=request.get("language"),
            progress=tell,
        )
        if kept.is_dir():
            shutil.rmtree(before, ignore_errors=True)
            kept.rename(before)
    finally:
        shutil.rmtree(kept, ignore_errors=True)
    return {"pages": len(made.document.pages), "warnings": list(made.warnings)}


def prove(request: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Prove a build.

    Args:
        request: `out`, the folder of the build.
        tell: called with each step.

    Returns:
        The proof as `yanbao prove --format json` prints it, and its last line.
    """
    from yanbao.build import read_build
    from yanbao.check.proof import prove as prove_build

    tell("read")
    made = read_build(Path(request["out"]))
    tell("prove")
    proof = prove_build(made.document, made.inputs, made.outputs)
    return {"ok": proof.ok, "proof": proof.to_json(), "line": proof.to_text().splitlines()[-1]}


def check(request: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Check an uploaded file; its page and, of a PDF, its annotated copy go into the job's folder.

    Args:
        request: `file`, `folder`, `name` (what the user calls the file), `language` of the findings.
        tell: called with each step.

    Returns:
        The result as `yanbao check --format json` prints it; `anchors` are the findings' places on the page.

    Raises:
        ReadError: the file cannot be read.
    """
    from yanbao.cli.check import Task, check_file
    from yanbao.errors import ReadError

    file, folder = Path(request["file"]), Path(request["folder"])
    copy = folder / "annotated.pdf" if file.suffix == ".pdf" else None
    task = Task(file, folder / "page.html", copy, None, None, False, request["language"])
    checked = check_file(task, tell)
    if checked.error:
        raise ReadError(checked.error.replace(str(file), request["name"]))
    (folder / "result.json").write_text(json.dumps(checked.json, ensure_ascii=False, indent=1), "utf-8")
    return {**checked.json, "anchors": checked.anchors}


def find(request: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Check a file and write nothing.

    Args:
        request: `file`, `name` (what the user calls it), `language` of the findings or `None`, `against` (a workspace)
            or `None`. The file's folder holds the rules that apply, and an empty rule file where there are none.
        tell: called with each step.

    Returns:
        The result as `yanbao check --format json` prints it.

    Raises:
        ReadError: the file cannot be read.
    """
    from yanbao.cli.check import Task, check_file
    from yanbao.errors import ReadError

    file, against = Path(request["file"]), request["against"]
    rules = file.with_name("yanbao-check.toml")
    checked = check_file(
        Task(file, None, None, rules, Path(against) if against else None, False, request["language"]), tell
    )
    if checked.error:
        raise ReadError(checked.error.replace(str(file), request["name"]).replace(f"{file.parent}/", ""))
    return checked.json
