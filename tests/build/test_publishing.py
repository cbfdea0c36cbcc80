"""Stops a ledger that holds what no proved, signed report says, or holds it twice; and a head that nobody keeps."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from called import CALL, add, called, with_target
from workspaces import change, starter
from yanbao.build import Builder, build
from yanbao.build.publishing import publish
from yanbao.build.signing import Prove, Waive, sign
from yanbao.check.findings import Claim, FileCount, Finding, Proof, Where
from yanbao.errors import BuildError, SignOffError, WorkspaceError
from yanbao.rating import Entry, Head, append, read_ledger

PEOPLE = {"author": "沈砚", "reviewer": "陆衡", "quality": "顾清", "compliance": "秦越"}
FINDING = Finding("as-of", Claim(""), (Where("document.json", 3),), "of another day")


def good(document: object, inputs: Path, files: object) -> Proof:
    return Proof({}, (), {"report.html": FileCount(1, 1)})


def bad(document: object, inputs: Path, files: object) -> Proof:
    return Proof({}, (FINDING,), {"report.html": FileCount(1, 1)})


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("publishing")
    build(called(folder / "w", with_target(), formats='"html"'), folder / "out")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A workspace `w` and its build `out`, signed by all."""
    return signed(shutil.copytree(made, tmp_path / "published"))


def signed(folder: Path) -> Path:
    for role, name in PEOPLE.items():
        sign(folder / "out", folder / "w", role, name, prove=good)
    return folder


def refusal(folder: Path, prove: Prove = good, **options: object) -> tuple[str, ...]:
    """Return why a publication is refused, and see that nothing was written by it."""
    ledger = folder / "w/calls.csv"
    before = ledger.read_bytes() if ledger.exists() else None
    with pytest.raises(SignOffError) as error:
        publish(folder / "out", folder / "w", prove=prove, **options)  # type: ignore[arg-type]
    assert (ledger.read_bytes() if ledger.exists() else None) == before
    return error.value.reasons


def test_the_ledger_holds_the_calls_as_the_report_prints_them(folder: Path) -> None:
    done = publish(folder / "out", folder / "w", prove=good)
    with (folder / "w/calls.csv").open(encoding="utf-8", newline="") as file:
        rating, *estimates = csv.DictReader(file)
    stated = {key: value for key, value in rating.items() if value}
    del stated["recorded"], stated["hash"], stated["previous"], stated["report"]
    assert stated == {
        "entry": "1",
        "published": "2024-07-15",
        "action": "initiate",
        "call": "C00001",
        "scope": "company",
        "security": "002380.SZ",
        "name": "科远智慧",
        "rating": "买入",
        "policy": "买入>20; 中性[-20,20]; 卖出<-20",
        "benchmark": "000300.SH",
        "horizon": "6",
        "target": "25.00",
        "target_horizon": "6",
        "price": "18.30",
        "price_day": "2024-06-28",
        "currency": "CNY",
        "analyst": "某分析师",
        "licence": "S0000000000000",
        "title": "电网投资跟踪（样例）",
    }
    told = [(row["call"], row["measure"], row["period"], row["value"], row["unit"]) for row in estimates]
    assert told == [
        ("C00001", "eps", "2024E", "1.00", "元"),
        ("C00001", "eps", "2025E", "1.30", "元"),
        ("C00001", "net_profit", "2024E", "241.00", "百万元"),
    ]
    hashed = subprocess.run(["sha256sum", folder / "out/manifest.json"], capture_output=True, text=True, check=True)
    assert {rating["report"], *(row["report"] for row in estimates)} == {hashed.stdout.split()[0]}
    assert done.head == read_ledger(folder / "w/calls.csv").head == Head(4, estimates[-1]["hash"])
    publication = json.loads((folder / "out/publication.json").read_text("utf-8"))
    assert publication == {"build": rating["report"], "head": f"4 {estimates[-1]['hash']}", "entries": [1, 2, 3, 4]}


def test_the_same_build_is_not_published_twice_nor_its_other_edition(folder: Path) -> None:
    head = publish(folder / "out", folder / "w", prove=good).head
    assert refusal(folder) == (f"this build was published: entries 1 to 4 of calls.csv; its head is {head}",)
    build(folder / "w", folder / "out", language="en")
    assert refusal(signed(folder)) == (
        "every call of this report stands in calls.csv as of 2024-07-15, entries 1 to 4",
    )


def test_a_build_that_not_all_have_signed_is_refused_with_who_is_missing(made: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(made, tmp_path / "w")
    for role in ("author", "reviewer"):
        sign(folder / "out", folder / "w", role, PEOPLE[role], prove=good)
    assert refusal(folder) == ("quality has not signed this build", "compliance has not signed this build")


def test_a_build_that_was_altered_after_the_signatures_is_refused(folder: Path) -> None:
    with (folder / "out/report.html").open("a", encoding="utf-8") as file:
        file.write(" ")
    altered, *unsigned = refusal(folder)
    assert altered == (
        "altered after the build, which voids every signature: report.html: is not the file that was built"
    )
    assert len(unsigned) == 4


def test_a_build_that_is_not_proved_now_is_refused_however_it_was_signed(folder: Path) -> None:
    assert refusal(folder, bad) == ("not proved: as-of@document.json, page 3: of another day",)


def test_a_waived_finding_is_published(made: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(made, tmp_path / "w")
    waive = [Waive("as-of", "document.json, page 3", "注中已说明")]
    for role, name in PEOPLE.items():
        sign(folder / "out", folder / "w", role, name, waive if role == "quality" else (), prove=bad) if (
            role in ("quality", "compliance")
        ) else sign(folder / "out", folder / "w", role, name, prove=good)
    assert publish(folder / "out", folder / "w", prove=bad).head.count == 4


def test_the_proof_itself_is_run(made: Path, tmp_path: Path) -> None:
    folder = signed(shutil.copytree(made, tmp_path / "w"))
    assert publish(folder / "out", folder / "w").head.count == 4


def test_a_report_without_calls_has_nothing_to_publish(tmp_path: Path) -> None:
    workspace = starter(tmp_path / "w")
    change(workspace, "yanbao.toml", 'formats = ["html", "pptx", "pdf", "xlsx"]', 'formats = ["html"]')
    build(workspace, tmp_path / "out")
    (reason,) = refusal(signed(tmp_path))
    assert "makes no calls" in reason


def test_a_second_report_maintains_raises_and_cuts(folder: Path) -> None:
    publish(folder / "out", folder / "w", prove=good)
    change(folder / "w", "yanbao.toml", "published = 2024-07-15", "published = 2024-08-15")
    change(folder / "w", "yanbao.toml", 'rating = "买入"', 'rating = "中性"')
    build(folder / "w", folder / "out")
    done = publish(signed(folder) / "out", folder / "w", prove=good)
    assert [(entry.action, entry.call) for entry in done.entries[:2]] == [("cut", "C00002"), ("estimate", "C00002")]
    assert [call.fate for call in read_ledger(folder / "w/calls.csv").calls()] == ["superseded", "standing"]


def test_a_ledger_that_was_cut_since_the_build_is_refused(folder: Path) -> None:
    publish(folder / "out", folder / "w", prove=good)
    change(folder / "w", "yanbao.toml", "published = 2024-07-15", "published = 2024-08-15")
    build(folder / "w", folder / "out")
    signed(folder)
    path = folder / "w/calls.csv"
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    (reason,) = refusal(folder)
    assert reason.startswith("calls.csv is not the ledger that the report was built on: entry 4")


def test_a_damaged_ledger_is_refused_and_kept(folder: Path) -> None:
    publish(folder / "out", folder / "w", prove=good)
    path = folder / "w/calls.csv"
    path.write_text(path.read_text("utf-8").replace("18.30", "18.31"), "utf-8")
    with pytest.raises(WorkspaceError, match="entry 1"):
        publish(folder / "out", folder / "w", prove=good)


def test_what_the_ledger_refuses_is_told_before_anything_is_written(folder: Path) -> None:
    other = Entry(
        published=date(2024, 7, 1),
        security="002380.SZ",
        name="科远智慧",
        rating="增持",
        policy="增持>5; 减持<=5",
        benchmark="000300.SH",
        horizon=6,
    )
    append(folder / "w/calls.csv", [other])
    (reason,) = refusal(folder)
    assert "stands at '增持', which is no rating of this policy" in reason


def test_workspaces_of_a_house_share_a_ledger_by_a_link(tmp_path: Path) -> None:
    workspace = called(tmp_path / "w", formats='"html"')
    (workspace / "record").mkdir()
    (workspace / "record/ours.csv").symlink_to(tmp_path / "house.csv")
    change(workspace, "yanbao.toml", "\n[ledger]\n", '\n[ledger]\nfile = "record/ours.csv"\n')
    build(workspace, tmp_path / "out")
    publish(signed(tmp_path) / "out", workspace, prove=good)
    assert len(read_ledger(tmp_path / "house.csv").entries) == 4
    assert (workspace / "record/ours.csv").is_symlink()
    build(workspace, tmp_path / "again")  # the next report prints the head
    assert (tmp_path / "again/inputs/calls.csv").read_bytes() == (tmp_path / "house.csv").read_bytes()


def test_a_builder_that_goes_on_makes_the_bytes_of_a_new_one(tmp_path: Path) -> None:
    workspace = called(tmp_path / "w", with_target(), formats='"html"')
    with Builder(workspace, tmp_path / "out") as builder:
        builder.build()
        other = {
            "name": "茅台",
            "rating": "卖出",
            "policy": "买入>20; 中性[-20,20]; 卖出<-20",
            "benchmark": "000300.SH",
        }
        entry = Entry(published=date(2024, 3, 1), security="600519.SH", horizon=6, **other)
        append(workspace / "calls.csv", [entry])
        change(workspace, "evidence/quote.csv", "18.30", "18.31")
        kept = builder.build().build.manifest
    assert kept == build(workspace, tmp_path / "new").manifest


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", folder, *words], capture_output=True, text=True, check=True).stdout


def test_the_head_goes_into_a_file_and_a_tag(folder: Path) -> None:
    workspace = folder / "w"
    heads = folder / "heads.txt"
    heads.write_text("", "utf-8")
    for tag in ("v1", "-v", "a..b"):
        assert len(refusal(folder, tag=tag)) == 1  # no repository, or no name of a tag
    git(workspace, "init", "-q")
    git(workspace, "config", "user.name", "desk")
    git(workspace, "config", "user.email", "desk@example.org")
    git(workspace, "commit", "-q", "--allow-empty", "-m", "begun")
    git(workspace, "tag", "v0")
    assert refusal(folder, tag="v0") == ("there is a tag v0",)
    head = publish(folder / "out", workspace, head_file=heads, tag="v1", prove=good).head
    assert heads.read_text("utf-8") == f"{head}\n"
    assert git(workspace, "tag", "-l", "--format=%(objecttype) %(contents:subject)", "v1").strip() == f"tag {head}"


def test_a_head_that_cannot_be_kept_is_told_with_what_was_done(folder: Path) -> None:
    with pytest.raises(BuildError, match=r"the calls are in the ledger, entries 1 to 4.*could not be kept"):
        publish(folder / "out", folder / "w", head_file=folder / "no/heads.txt", prove=good)
    assert read_ledger(folder / "w/calls.csv").head.count == 4


def test_two_calls_are_entered_each_with_its_estimates(tmp_path: Path) -> None:
    workspace = called(tmp_path / "w", formats='"html"')
    add(workspace, CALL.replace("002380.SZ", "600519.SH").replace('rating = "买入"', 'rating = "卖出"'))
    build(workspace, tmp_path / "out")
    done = publish(signed(tmp_path) / "out", workspace, prove=good)
    told = [(entry.call, entry.security, entry.rating, entry.measure, entry.period) for entry in done.entries]
    one, two = ("C00001", "002380.SZ"), ("C00002", "600519.SH")
    assert told == [
        (*one, "买入", None, ""),
        *((*one, "", measure, period) for measure, period in (("eps", "2024E"), ("eps", "2025E"), ("net_profit", "2024E"))),
        (*two, "卖出", None, ""),
        *((*two, "", measure, period) for measure, period in (("eps", "2024E"), ("eps", "2025E"), ("net_profit", "2024E"))),
    ]  # fmt: skip
