"""Interpolated lines in a workbook: live formulas between the known cells, in every scenario, and back again."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from model.test_interpolation import MODEL
from model_workspace import outlook
from workbook.books import bare, cell, edited
from yanbao.read.xlsx import computed, read_xlsx
from yanbao.workbook import export_workbook, take_back

HEAD = 'title = { zh = "渗透", en = "Uptake" }\norigin = { zh = "本所", en = "House" }\nas_of = 2024-06-30\n'


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = outlook(tmp_path / "w")
    (folder / "models" / "uptake.toml").write_text(HEAD + MODEL, "utf-8")
    return folder


@pytest.fixture
def book(workspace: Path) -> Path:
    path = workspace.parent / "uptake.xlsx"
    export_workbook(workspace, "uptake", path)
    return path


def test_the_formulas_run_between_the_known_cells(book: Path) -> None:
    sheet = openpyxl.load_workbook(book)["模型"]
    known = {row: cell(sheet, "share", row).coordinate for row in ("2023", "2026E")}
    assert cell(sheet, "share", "2024E").value == f"={known['2023']}+({known['2026E']}-{known['2023']})*1/3"
    assert bare(cell(sheet, "size", "2025E").value) == "=IF(AND(.>0,.>0),.*(./.)^(1/2),NA())"


def test_a_scenario_that_moves_a_point_moves_what_lies_between(book: Path) -> None:
    """10 % to 40 % in three years: 20 % and 30 % between."""
    sheet = openpyxl.load_workbook(book)["模型"]
    spots = [cell(sheet, "share", row).coordinate for row in ("2024E", "2025E", "2027E")]
    contents = read_xlsx(book)
    found = {
        name: [round(float(values["模型", spot]), 9) for spot in spots]  # type: ignore[arg-type]
        for name in ("基准", "乐观", "跳跃")
        for values in [computed(contents, {("模型", "B3"): name})]
    }
    assert found == {"基准": [0.15, 0.2, 0.275], "乐观": [0.2, 0.3, 0.35], "跳跃": [0.15, 0.9, 0.275]}


def test_the_way_back_is_the_identity_and_takes_a_changed_point(workspace: Path, book: Path) -> None:
    taken = take_back(book, workspace)
    assert (taken.inputs, taken.formulas, taken.refused) == ((), (), ())
    with edited(book) as made:
        cell(made["假设"], "size", "2027E").value = 800
    taken = take_back(book, workspace)
    assert [(change.line, change.row, change.old, change.new) for change in taken.inputs] == [
        ("size", "2027E", "1600", "800")
    ]
