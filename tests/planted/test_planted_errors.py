"""Stops a proof that misses a planted error, that blames another check for it, or that alarms where nothing is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.planted.kinds import all_kinds
from benchmarks.planted.matrix import Matrix, Row
from benchmarks.planted.neutral import NEUTRALS
from benchmarks.planted.plant import Clean, Kind
from benchmarks.planted.trial import Prover, Trial, changed_copy, chosen, run

from yanbao.build import read_build
from yanbao.check.proof import prove

SEED = 2024
KINDS = {kind.title: kind for kind in all_kinds()}


def verdicts(kind: Kind, prover: Prover, places: int) -> list[Trial]:
    trials = list(run([kind], prover, places, SEED))
    assert trials, f"{kind.title}: the build has no place for it"
    return trials


def report(trials: list[Trial]) -> str:
    wrong = [trial for trial in trials if not trial.caught or trial.strange]
    return Matrix((Row(trials[0].kind, wrong),), {}).to_text() if wrong else ""


@pytest.fixture
def ground(request: pytest.FixtureRequest, title: str) -> Prover:
    if "literal" in title:
        return Prover(request.getfixturevalue("with_literal"))
    prover: Prover = request.getfixturevalue("prover")
    return prover


@pytest.mark.parametrize("title", KINDS)
def test_each_kind_changes_one_file_and_is_caught_by_its_owner_alone(title: str, ground: Prover) -> None:
    ((plant, changed),) = chosen(KINDS[title], ground.clean, 1, SEED)
    ((file, data),) = changed.items()
    assert data != ground.clean.bytes_of(file), plant.place
    assert report([Trial(KINDS[title], plant, ground.findings(changed))]) == ""


@pytest.mark.slow
@pytest.mark.parametrize("title", KINDS)
def test_each_kind_is_caught_at_ten_places(title: str, ground: Prover) -> None:
    assert report(verdicts(KINDS[title], ground, 10)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("title", [title for title in KINDS if "literal" not in title])
def test_each_kind_is_caught_in_the_whole_example(title: str, whole: Prover) -> None:
    assert report(verdicts(KINDS[title], whole, 1)) == ""


@pytest.mark.parametrize("name", NEUTRALS)
def test_the_same_build_written_another_way_has_no_finding(name: str, prover: Prover) -> None:
    changed = NEUTRALS[name](prover.clean)
    found = prover.findings(changed)
    assert [(finding.code, finding.explanation) for finding in found] == []
    for file, data in changed.items():
        assert data != prover.clean.bytes_of(file), f"{name} changes nothing"


def test_there_are_forty_kinds_and_each_format_has_its_own() -> None:
    assert len({kind.name for kind in KINDS.values()}) >= 40
    assert {kind.format for kind in KINDS.values()} == {"html", "pptx", "pdf", "xlsx", "build"}


@pytest.mark.parametrize(
    "title",
    [
        "html: first digit of a number in a paragraph",
        "pptx: first digit of a number in a cell",
        "pdf: bound word turned",
        "xlsx: cached result of a formula",
    ],
)
@pytest.mark.slow
def test_the_whole_proof_says_what_the_proof_of_the_changed_file_says(
    title: str, prover: Prover, tmp_path: Path
) -> None:
    _, changed = next(chosen(KINDS[title], prover.clean, 1, SEED))
    changed_copy(prover.clean.build.folder, tmp_path / "out", changed)
    build = read_build(tmp_path / "out")
    proof = prove(build.document, build.inputs, build.outputs)
    assert proof.findings == prover.findings(changed)
    assert not proof.ok


def test_hashes_do_not_give_a_plant_away(clean: Clean, tmp_path: Path) -> None:
    import hashlib
    import json

    _, changed = next(chosen(KINDS["build: number in a cell of the evidence"], clean, 1, SEED))
    changed_copy(clean.build.folder, tmp_path / "out", changed)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    for group, folder in (("inputs", "inputs"), ("outputs", "")):
        for name, said in manifest[group].items():
            data = (tmp_path / "out" / folder / name).read_bytes()
            assert said == hashlib.sha256(data).hexdigest(), name


def test_the_seed_chooses_the_places(clean: Clean) -> None:
    kind = KINDS["html: first digit of a number in a cell"]
    places = [[plant.place for plant, _ in chosen(kind, clean, 3, seed)] for seed in (1, 1, 2)]
    assert places[0] == places[1] != places[2]
