"""A build folder is whole or it is the old one; trace, diff and roll read it."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from workspaces import change, starter
from yanbao import build as building
from yanbao.errors import BuildError, WorkspaceError


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> building.Build:
    folder = tmp_path_factory.mktemp("build")
    return building.build(starter(folder / "w"), folder / "out", formats=["xlsx"])


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_manifest_holds_the_hashes_of_inputs_outputs_and_document(built: building.Build) -> None:
    manifest = json.loads((built.folder / "manifest.json").read_text("utf-8"))
    for name, digest in manifest["inputs"].items():
        assert hashlib.sha256((built.folder / "inputs" / name).read_bytes()).hexdigest() == digest
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((built.folder / name).read_bytes()).hexdigest() == digest
    assert hashlib.sha256((built.folder / "document.json").read_bytes()).hexdigest() == manifest["document"]
    assert set(manifest["inputs"]) == {
        "yanbao.toml",
        "evidence/grid.csv",
        "evidence/grid.toml",
        "report/01-grid.md",
        "report/02-risks.md",
    }


def test_a_build_that_fails_leaves_the_old_one_byte_for_byte(tmp_path: Path) -> None:
    workspace = starter(tmp_path / "w")
    building.build(workspace, tmp_path / "out", formats=["xlsx"])
    before = tree(tmp_path / "out")
    change(workspace, "evidence/grid.csv", "2023,5275,1375", "2023,n.a.,1375")
    with pytest.raises(WorkspaceError):
        building.build(workspace, tmp_path / "out", formats=["xlsx"])
    assert tree(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["w", "out"] or len(list(tmp_path.iterdir())) == 2


def test_a_renderer_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from yanbao.build import builder as module

    def broken(*_: object) -> None:
        raise BuildError("disk full")

    monkeypatch.setattr(module, "render", broken)
    with pytest.raises(BuildError, match="disk full"):
        building.build(starter(tmp_path / "w"), tmp_path / "out", formats=["xlsx"])
    assert [path.name for path in tmp_path.iterdir()] == ["w"]


def test_a_folder_with_something_else_in_it_is_not_replaced(tmp_path: Path) -> None:
    workspace = starter(tmp_path / "w")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.docx").write_text("precious")
    with pytest.raises(BuildError, match="not empty and not a build folder"):
        building.build(workspace, tmp_path / "out", formats=["xlsx"])
    with pytest.raises(BuildError, match="holds the workspace"):
        building.build(workspace, tmp_path, formats=["xlsx"])
    assert (tmp_path / "out" / "thesis.docx").read_text() == "precious"


def test_what_is_no_build_folder_is_refused_with_a_hint(tmp_path: Path, built: building.Build) -> None:
    with pytest.raises(BuildError, match="run yanbao build first"):
        building.read_build(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(BuildError, match="cannot be read"):
        building.read_build(tmp_path)


def test_trace_goes_from_a_printed_number_to_its_cells(built: building.Build) -> None:
    (found,) = building.trace(built.document, "7.5%")
    assert found.root.fact.id == "grid.growth@2023"
    leaves: list[str] = []

    def walk(node: building.Node) -> None:
        if not node.inputs:
            leaves.append(node.fact.id)
        for part in node.inputs:
            walk(part)

    walk(found.root)
    assert leaves == ["grid.state@2023", "grid.southern@2023", "grid.state@2022", "grid.southern@2022"]
    assert {place.page for place in found.places} >= {4, 5}


@pytest.mark.parametrize(("query", "fact"), [("5275", "grid.state@2023"), ("grid.total@2021", "grid.total@2021")])
def test_trace_finds_a_number_without_its_unit_and_a_fact_by_its_id(
    built: building.Build, query: str, fact: str
) -> None:
    assert fact in [found.root.fact.id for found in building.trace(built.document, query)]


def test_trace_says_when_there_is_nothing(built: building.Build) -> None:
    with pytest.raises(BuildError, match="shows no '987654'"):
        building.trace(built.document, "987654")


def test_diff_names_the_cell_behind_every_changed_number_word_and_point(tmp_path: Path, built: building.Build) -> None:
    workspace = starter(tmp_path / "w")
    change(workspace, "evidence/grid.csv", "2023,5275,1375", "2023,4275,1375")
    change(workspace, "report/02-risks.md", "- 政策推进不及预期。", "- 政策推进慢于预期。")
    new = building.build(workspace, tmp_path / "out", formats=["xlsx"])
    changes = building.difference(built.document, new.document)
    cause = "grid.state@2023: 5275亿元 -> 4275亿元 (evidence/grid.csv:6 state"
    word = next(item for item in changes if item.kind == "word" and item.page == 4)
    assert (word.old, word.new) == ("增长", "下降")
    assert word.because[0].startswith(cause)
    numbers = [(item.old, item.new) for item in changes if item.kind == "number"]
    assert ("6,650亿元", "5,650亿元") in numbers
    points = [item for item in changes if item.kind == "chart"]
    assert (points[0].old, points[0].new) == ("6,650", "5,650")
    assert ("sentence", "政策推进不及预期。", "政策推进慢于预期。") in [(i.kind, i.old, i.new) for i in changes]
    assert building.difference(new.document, new.document) == []


def test_roll_finds_forecasts_of_the_past_and_numbers_of_an_earlier_day(tmp_path: Path) -> None:
    workspace = starter(tmp_path / "w")
    change(workspace, "evidence/grid.csv", "2023,5275,1375\n", "2023,5275,1375\n2024E,5100,1512.5\n")
    (workspace / "evidence/price.csv").write_text("name,close\n国网信通,18.30\n", "utf-8")
    (workspace / "evidence/price.toml").write_text(
        'title="价格"\norigin="swsc"\nas_of=2024-06-30\n[columns.name]\nlabel="公司"\n'
        '[columns.close]\nlabel="收盘价"\nunit="元"\nkind="exact"\n',
        "utf-8",
    )
    change(workspace, "report/02-risks.md", "- 电网投资不及预期。", "- 收盘价{price.close[国网信通]:.2}。")
    document = building.build(workspace, tmp_path / "out", formats=["xlsx"]).document
    early = building.roll(document, date(2024, 9, 30))
    assert {(item.kind, item.text) for item in early if item.kind != "day"} == {("number of an earlier day", "18.30元")}
    late = building.roll(document, date(2025, 3, 31))
    assert ("forecast of the past", "5,100") in {(item.kind, item.text) for item in late}
    assert not any(item.text == "5,275" for item in late)
    with pytest.raises(BuildError, match="after the report's own"):
        building.roll(document, date(2024, 6, 30))
