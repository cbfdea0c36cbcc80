"""Stops a signature that outlives a changed byte, one out of order, one by the same person, one without a proof."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from called import called
from workspaces import change
from yanbao.build import build
from yanbao.build.folder import sha256
from yanbao.build.signatures import FILE, Signature, Waiver, add_signature, read_signatures
from yanbao.build.signing import Prove, Waive, sign, state_of
from yanbao.check.findings import Claim, FileCount, Finding, Proof, Where
from yanbao.errors import BuildError, SignOffError

PEOPLE = {"author": "沈砚", "reviewer": "陆衡", "quality": "顾清", "compliance": "秦越"}
NOW = datetime(2024, 7, 15, 8, 30, tzinfo=UTC)


def proof(*findings: Finding) -> Prove:
    return lambda document, inputs, files: Proof({}, findings, {"report.html": FileCount(1, 1)})


GOOD = proof()
BAD = Finding("as-of", Claim("18.30"), (Where("document.json", 3, text="18.30"),), "'18.30' is of another day")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace `w` that makes a call and its build `out`, which tests copy."""
    folder = tmp_path_factory.mktemp("signing")
    build(called(folder / "w"), folder / "out")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "signed")


def signed(folder: Path, *roles: str, **options: object) -> None:
    for role in roles or PEOPLE:
        sign(folder / "out", folder / "w", role, PEOPLE[role], now=lambda: NOW, prove=GOOD, **options)  # type: ignore[arg-type]


def refusal(folder: Path, role: str, name: str, *waive: Waive, prove: Prove | None = GOOD) -> tuple[str, ...]:
    before = (folder / "w" / FILE).read_bytes() if (folder / "w" / FILE).exists() else None
    with pytest.raises(SignOffError) as error:
        sign(folder / "out", folder / "w", role, name, waive, prove=prove)
    after = (folder / "w" / FILE).read_bytes() if (folder / "w" / FILE).exists() else None
    assert after == before
    return error.value.reasons


def test_roles_sign_in_their_order_and_the_file_says_who_when_and_what(folder: Path) -> None:
    state = state_of(folder / "out", folder / "w")
    assert [step.role.id for step in state.steps] == list(PEOPLE)
    assert refusal(folder, "quality", "顾清") == ("quality signs after author, reviewer",)
    assert refusal(folder, "editor", "顾清") == (
        "'editor' is no role of this build; it has author, reviewer, quality, compliance",
    )
    signed(folder)
    hashed = sha256((folder / "out/manifest.json").read_bytes())
    lines = (folder / "w" / FILE).read_text("utf-8").splitlines()
    assert lines[0] == "signed,role,name,build,code,place,finding,reason"
    assert lines[1:] == [f"2024-07-15T08:30:00Z,{role},{name},{hashed},,,," for role, name in PEOPLE.items()]
    state = state_of(folder / "out", folder / "w")
    assert state.complete
    assert state.missing() == []
    assert refusal(folder, "author", "别人") == ("author has signed this build: 沈砚, 2024-07-15 08:30 UTC",)


def test_the_workspace_names_its_roles_and_their_order(tmp_path: Path) -> None:
    workspace = called(tmp_path / "w", formats='"html"')
    change(
        workspace,
        "yanbao.toml",
        "\n[ledger]\n",
        '\n[signoff]\nroles = [{ id = "desk", name = "部门" }, { id = "law", name = "法务" }]\nseparate = false\n[ledger]\n',
    )
    build(workspace, tmp_path / "out")
    assert refusal(tmp_path, "law", "甲") == ("law signs after desk",)
    for role in ("desk", "law"):  # one person in two roles, which this workspace allows
        sign(tmp_path / "out", workspace, role, "甲", prove=GOOD)
    assert state_of(tmp_path / "out", workspace).complete


@pytest.mark.parametrize("name", ["沈砚", "沈 砚", "沈\u3000砚"])
def test_each_role_needs_another_person(name: str, folder: Path) -> None:
    signed(folder, "author")
    (reason,) = refusal(folder, "reviewer", name)
    assert reason == f"{name} has signed as author: each role needs another person"


@pytest.mark.parametrize("name", ["", " 沈砚", "=HYPERLINK(1)", "沈\n砚", "@SUM(1)", "-1", "x" * 1001])
def test_a_name_that_a_spreadsheet_would_run_is_refused(name: str, folder: Path) -> None:
    assert any(reason.startswith("name: ") for reason in refusal(folder, "author", name))


def _files(out: Path) -> list[str]:
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())


def test_any_changed_byte_voids_every_signature(folder: Path) -> None:
    out = folder / "out"
    signed(folder)
    chance = random.Random(7)
    for name in _files(out):
        before = (out / name).read_bytes()
        at = chance.randrange(len(before))
        (out / name).write_bytes(before[:at] + bytes([before[at] ^ 1]) + before[at + 1 :])
        try:
            state = state_of(out, folder / "w")
        except BuildError:
            continue  # no manifest, or no document, any more: there is nothing to be signed or published
        else:
            assert not state.complete, name
            assert {step.signature for step in state.steps} == {None}
            assert name == "manifest.json" or state.altered == (f"{name}: is not the file that was built",)
        finally:
            (out / name).write_bytes(before)
    assert state_of(out, folder / "w").complete


@pytest.mark.parametrize(
    ("change_it", "said"),
    [
        (lambda out: (out / "inputs/evidence/more.csv").write_text("a\n1\n"), "was not there when it was built"),
        (lambda out: (out / "report.pdf").write_bytes(b"%PDF"), "report.pdf: was not there when it was built"),
        (lambda out: (out / "inputs/evidence/quote.csv").unlink(), "inputs/evidence/quote.csv: is gone"),
    ],
)
def test_a_file_put_in_or_taken_out_voids_every_signature(
    change_it: Callable[[Path], object], said: str, folder: Path
) -> None:
    signed(folder)
    change_it(folder / "out")
    state = state_of(folder / "out", folder / "w")
    assert not state.complete
    assert said in state.altered[0]
    assert any(said in reason for reason in refusal(folder, "author", "别人"))


def test_a_manifest_that_leads_out_of_the_folder_is_altered(folder: Path) -> None:
    out = folder / "out"
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    outside = folder / "w/yanbao.toml"
    manifest["inputs"]["../../w/yanbao.toml"] = sha256(outside.read_bytes())
    (out / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert state_of(out, folder / "w").altered == ("inputs/../../w/yanbao.toml: leads out of the build folder",)


def test_another_build_voids_signatures_and_the_same_bytes_keep_them(folder: Path) -> None:
    signed(folder)
    build(folder / "w", folder / "out")  # the same inputs, the same bytes
    assert state_of(folder / "out", folder / "w").complete
    change(folder / "w", "evidence/quote.csv", "18.30", "18.31")
    build(folder / "w", folder / "out")
    state = state_of(folder / "out", folder / "w")
    assert (
        state.missing()[0]
        == "author has not signed this build; the signature of 沈砚, 2024-07-15, is under another build"
    )
    assert [step.void.name for step in state.steps if step.void] == list(PEOPLE.values())
    assert "void" in json.dumps(state.to_json())


def _tampered(out: Path) -> None:
    """Change a printed price in the HTML, and the manifest with it: no hash tells, only the proof does."""
    page = out / "report.html"
    text = page.read_text("utf-8")
    assert "18.30" in text
    page.write_text(re.sub(r"18\.30(?=</span>)", "13.80", text, count=1), "utf-8")
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    manifest["outputs"]["report.html"] = sha256(page.read_bytes())
    (out / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def test_each_signature_runs_the_proof_itself(folder: Path) -> None:
    assert sign(folder / "out", folder / "w", "author", "沈砚").waived == ()
    _tampered(folder / "out")
    reasons = refusal(folder, "author", "沈砚", prove=None)
    assert len(reasons) == 1
    assert reasons[0].startswith("cell-number@report.html")
    assert "13.80" in reasons[0]


def test_a_finding_is_mended_or_waived_with_a_reason(folder: Path) -> None:
    prove = proof(BAD)
    assert refusal(folder, "author", "沈砚", prove=prove) == ("as-of@document.json, page 3: '18.30' is of another day",)
    waive = Waive("as-of", "document.json, page 3", "注中已说明")
    assert refusal(folder, "author", "沈砚", Waive("as-of", "document.json, page 4", "注中已说明"), prove=prove)[0] == (
        "there is no finding as-of@document.json, page 4 to waive; findings: as-of@document.json, page 3"
    )
    assert refusal(folder, "author", "沈砚", waive) == (
        "there is no finding as-of@document.json, page 3 to waive; findings: the proof has none",
    )
    assert "the reason begins with '='" in refusal(
        folder, "author", "沈砚", Waive("as-of", "document.json, page 3", "=1+1"), prove=prove
    )[0]  # fmt: skip
    sign(folder / "out", folder / "w", "author", "沈砚", [waive], now=lambda: NOW, prove=prove)
    # who signs later stands by what was waived before, and the file says it
    sign(folder / "out", folder / "w", "reviewer", "陆衡", now=lambda: NOW, prove=prove)
    (first, second) = read_signatures(folder / "w")
    assert first.waived == (Waiver("as-of", "document.json, page 3", "'18.30' is of another day", "注中已说明"),)
    assert second.waived == ()
    other = Finding("price-day", Claim(""), (Where("document.json", 3),), "another finding")
    assert refusal(folder, "quality", "顾清", prove=proof(BAD, other)) == (
        "price-day@document.json, page 3: another finding",
    )


def test_a_waiver_is_void_with_its_signature(folder: Path) -> None:
    waive = Waive("as-of", "document.json, page 3", "注中已说明")
    sign(folder / "out", folder / "w", "author", "沈砚", [waive], prove=proof(BAD))
    change(folder / "w", "evidence/quote.csv", "18.30", "18.31")
    build(folder / "w", folder / "out")
    assert refusal(folder, "author", "沈砚", prove=proof(BAD)) == (
        "as-of@document.json, page 3: '18.30' is of another day",
    )


def test_a_proof_that_counts_less_than_it_found_is_not_signed(folder: Path) -> None:
    short: Prove = lambda document, inputs, files: Proof({}, (), {"report.html": FileCount(2, 1)})  # noqa: E731
    assert refusal(folder, "author", "沈砚", prove=short) == ("not proved: 0 findings; 1 of 2 numbers hold",)
    empty: Prove = lambda document, inputs, files: Proof({}, ())  # noqa: E731
    assert refusal(folder, "author", "沈砚", prove=empty) == ("the proof found no output",)


def test_a_build_that_is_replaced_while_it_is_proved_is_not_signed(folder: Path) -> None:
    def prove(document: object, inputs: Path, files: object) -> Proof:
        (folder / "out/report.html").write_text("another", "utf-8")
        return Proof({}, (), {"report.html": FileCount(1, 1)})

    assert refusal(folder, "author", "沈砚", prove=prove) == ("the build was replaced while it was proved: sign again",)


def test_every_reason_is_told_at_once(folder: Path) -> None:
    (folder / "out/report.xlsx").write_bytes(b"")
    reasons = refusal(folder, "quality", "=cmd", prove=proof(BAD))
    assert len(reasons) == 4
    for words in ("signs after", "name: begins with", "report.xlsx: is not the file", "as-of@document.json"):
        assert any(words in reason for reason in reasons), words


def test_somebody_who_signed_meanwhile_is_not_lost(folder: Path) -> None:
    signed(folder, "author")
    own = Signature(NOW, "reviewer", "陆衡", "0" * 64)
    with pytest.raises(SignOffError, match="somebody else has signed meanwhile"):
        add_signature(folder / "w", own, ())
    assert [signature.name for signature in read_signatures(folder / "w")] == ["沈砚"]


def test_a_damaged_file_is_told_row_by_row_and_kept(folder: Path) -> None:
    signed(folder, "author")
    path = folder / "w" / FILE
    text = path.read_text("utf-8")
    hashed = sha256((folder / "out/manifest.json").read_bytes())
    bad = (
        text
        + f"gestern,reviewer,陆衡,{hashed},,,,\n"
        + f"2024-07-15T08:30:00Z,reviewer,=x,{hashed[:5]},,,,\n"
        + f"2024-07-15T08:30:00Z,reviewer,陆衡,{hashed},as-of,p,f,r\n"
        + "a,b\n"
    )
    path.write_text(bad, "utf-8")
    with pytest.raises(SignOffError) as error:
        state_of(folder / "out", folder / "w")
    assert [reason.partition(":")[0] for reason in error.value.reasons] == ["row 3", "row 4", "row 4", "row 5", "row 6"]
    assert path.read_text("utf-8") == bad
    path.write_bytes("签,名\n".encode("gb18030"))
    with pytest.raises(BuildError, match=r"cannot be read|utf-8"):
        read_signatures(folder / "w")


def test_what_is_no_workspace_and_what_is_no_build_are_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="is no workspace"):
        state_of(folder / "out", tmp_path)
    with pytest.raises(BuildError, match="is not a build folder"):
        state_of(folder / "w", folder / "w")
