"""Planting errors and judging what the proof says about each."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.planted.marked_text import visible
from benchmarks.planted.plant import Changed, Clean, Kind, Plant
from yanbao.build.folder import DOCUMENT, INPUTS, MANIFEST, dump, read_build, sha256
from yanbao.check import proof
from yanbao.check.findings import FileCount, Finding
from yanbao.check.required import Parts
from yanbao.check.subject import Subject


@dataclass(frozen=True)
class Trial:
    """A planted error and what the proof found."""

    kind: Kind
    plant: Plant
    findings: tuple[Finding, ...]

    @property
    def caught(self) -> bool:
        """Whether a finding of the owner names the place and the claim."""
        return any(finding.code in self.kind.codes and names(finding, self.plant) for finding in self.findings)

    @property
    def strange(self) -> tuple[Finding, ...]:
        """The findings of checks that do not own the error."""
        return tuple(found for found in self.findings if found.code not in self.kind.codes | self.kind.also)


def names(finding: Finding, plant: Plant) -> bool:
    """Whether a finding names the file and page of a plant and quotes what was planted, or misses what is gone."""
    if not any(
        where.file == plant.file and (plant.page is None or where.page == plant.page) for where in finding.where
    ):
        return False
    said = [finding.claimed.text, *(where.text for where in finding.where)]
    if plant.gone:
        said += [finding.explanation, "" if finding.recomputed is None else finding.recomputed.text]
    claims = (plant.claim, *plant.named)
    return any(visible(claim) in visible(text) for text in said for claim in claims)


class Prover:
    """Proves changed copies of a clean build.

    Facts are proved from the document and its inputs alone, files each for itself: where an error was planted in one
    file, the findings of all else are those of the clean build, and it has none.
    """

    def __init__(self, clean: Clean) -> None:
        self.clean = clean
        self.subject = Subject(clean.build.document, clean.build.inputs)
        self.parts = Parts(self.subject)

    def findings(self, changed: Changed) -> tuple[Finding, ...]:
        """Return what the proof finds in the clean build with some files changed; all of it, where none is."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if changed and all(path.startswith("report.") for path in changed):
                return tuple(finding for path, data in changed.items() for finding in self._file(folder / path, data))
            changed_copy(self.clean.build.folder, folder / "out", changed)
            build = read_build(folder / "out")
            return proof.prove(build.document, build.inputs, build.outputs).findings

    def _file(self, path: Path, data: bytes | None) -> Iterator[Finding]:
        if data is not None:
            path.write_bytes(data)
        yield from proof._file(self.subject, self.parts, path, FileCount())


def changed_copy(clean: Path, folder: Path, changed: Changed) -> None:
    """Make a copy of a build folder with some files changed and the manifest's hashes brought up to date."""
    folder.mkdir(parents=True)
    for path in sorted(clean.rglob("*")):
        name = path.relative_to(clean).as_posix()
        copy = folder / name
        if path.is_dir():
            copy.mkdir(parents=True, exist_ok=True)
        elif name not in changed and name != MANIFEST:
            shutil.copyfile(path, copy)
    for name, data in changed.items():
        if data is not None:
            (folder / name).write_bytes(data)
    manifest = json.loads((clean / MANIFEST).read_text("utf-8"))
    for name, data in changed.items():
        if name == DOCUMENT:
            manifest["document"] = sha256(data or b"")
            continue
        group = manifest["inputs"] if name.startswith(f"{INPUTS}/") else manifest["outputs"]
        key = name.removeprefix(f"{INPUTS}/")
        group.pop(key, None)
        if data is not None:
            group[key] = sha256(data)
    (folder / MANIFEST).write_text(dump(manifest), "utf-8")


def chosen(kind: Kind, clean: Clean, places: int, seed: int) -> Iterator[tuple[Plant, Changed]]:
    """Yield up to `places` plants of a kind, seeded, with the files they change."""
    everywhere = list(kind.plants(clean))
    random.Random(f"{seed}:{kind.title}").shuffle(everywhere)
    made = 0
    for plant in everywhere:
        changed = plant.make() if made < places else None
        if changed is not None:
            made += 1
            yield plant, changed


def run(kinds: Sequence[Kind], prover: Prover, places: int, seed: int) -> Iterator[Trial]:
    """Plant errors and yield what was found."""
    for kind in kinds:
        for plant, changed in chosen(kind, prover.clean, places, seed):
            yield Trial(kind, plant, prover.findings(changed))
