"""The example's models: each agrees as a workbook in every scenario, and comes back as it was."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from workbook.books import cell, edited
from yanbao.model import model_names
from yanbao.read.xlsx import read_xlsx
from yanbao.workbook import take_back
from yanbao.workbook.changes import changes
from yanbao.workbook.locate import locate
from yanbao.workbook.opened import Opened, open_models
from yanbao.workbook.recompute import recompute
from yanbao.workbook.subject import Subject
from yanbao.workbook.write import write_workbook

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
WORKSPACES = sorted(folder.parent for folder in EXAMPLES.glob("*/models"))
MODELS = [(folder.name, name) for folder in WORKSPACES for name in model_names(folder)]
SOFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def opened() -> dict[str, Opened]:
    return {folder.name: open_models(folder) for folder in WORKSPACES}


def test_there_are_eight_models_of_the_report() -> None:
    assert len([name for folder, name in MODELS if folder == "computer-2024h1"]) >= 8


@pytest.mark.parametrize(("folder", "name"), MODELS)
def test_a_second_engine_agrees_in_every_scenario_and_the_way_back_is_the_identity(
    opened: dict[str, Opened], folder: str, name: str, tmp_path: Path
) -> None:
    of = opened[folder]
    subject = of.subject(name)
    path = tmp_path / f"{name}.xlsx"
    layout, sheets = write_workbook(subject, of.origins, of.theme, path)
    proved = recompute(path, subject, layout)
    assert proved.differences == ()
    assert proved.compared >= _with_value(subject)
    assert _formulas(path) == _computed(subject)
    contents = read_xlsx(path)
    found = locate(contents, subject, layout)
    made = changes(subject, layout, sheets, found, path.name)
    assert (made.inputs, made.formulas, made.mistakes, found.ignored) == ([], [], [], [])


def _with_value(subject: Subject) -> int:
    """How many values the model has over its scenarios."""
    return sum(
        subject.fact(line.id, row, scenario).quantity is not None
        for scenario in subject.scenarios
        for line in subject.model.lines.values()
        for row in line.cells
    )


def _formulas(path: Path) -> set[tuple[str, str]]:
    """Return the cells of lines on the model's sheet that hold a formula, by id and head."""
    (sheet, *_) = openpyxl.load_workbook(path).worksheets
    rows = list(sheet.iter_rows(min_row=7, values_only=True))
    heads = rows[0]
    return {
        (str(row[1]), str(head))
        for row in rows[1:]
        for head, value in zip(heads[3:-1], row[3:-1], strict=True)
        if str(value).startswith("=") and row[1] and ":" not in str(row[1])
    }


def _computed(subject: Subject) -> set[tuple[str, str]]:
    """Return the cells that have a value in some scenario: each of them is live."""
    return {
        (line.id, "全期" if row == "all" else row)
        for line in subject.model.lines.values()
        for row in line.cells
        if any(subject.fact(line.id, row, scenario).quantity is not None for scenario in subject.scenarios)
    }


def test_changes_of_the_grid_model(tmp_path: Path, opened: dict[str, Opened]) -> None:
    """Its file is copied with evidence and all; two assumptions and one scenario change, and a row is inserted."""
    of = opened["computer-2024h1"]
    folder = shutil.copytree(EXAMPLES / "computer-2024h1", tmp_path / "w", ignore=shutil.ignore_patterns("report"))
    path = tmp_path / "grid.xlsx"
    write_workbook(of.subject("grid_model"), of.origins, of.theme, path)
    with edited(path) as sheets:
        cell(sheets["假设"], "state", "2024E").value = 5200
        cell(sheets["假设"], "dist_share:base", "2025E").value = 0.475
        cell(sheets["假设"], "smart_share:high", "2024E").value = 0.27
    before = (folder / "models" / "grid_model.toml").read_text("utf-8")
    after = take_back(path, folder).text
    differing = [new for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]
    assert differing == [
        'values = { 2024E = "5200", 2025E = "5000" }',
        'values = { 2024E = "45", 2025E = "47.5" }',
        'set = { smart_share = { 2025E = "35", 2024E = "27" } }',
    ]


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice")
def test_libreoffice_gives_the_same_values_in_every_scenario(tmp_path: Path, opened: dict[str, Opened]) -> None:
    """A third engine opens each workbook with each scenario chosen, without any cached value, and saves it."""
    assert SOFFICE is not None
    made: dict[Path, tuple[Subject, str, dict[str, tuple[str, str]]]] = {}
    for folder, name in MODELS:
        of = opened[folder]
        subject = of.subject(name)
        for scenario in subject.scenarios:
            path = tmp_path / f"{folder}-{name}-{scenario}.xlsx"
            layout, _ = write_workbook(subject, of.origins, of.theme, path, scenario)
            with edited(path):
                pass  # openpyxl keeps formulas and drops their values
            assert openpyxl.load_workbook(path, data_only=True).worksheets[1]["B3"].value is None
            places = {key: (at.sheet, at.a1) for key, at in layout.addresses.items()}
            made[path] = (subject, scenario, places)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [SOFFICE, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", "out"]
    subprocess.run(
        [*command, *(path.name for path in made)], cwd=tmp_path, check=True, capture_output=True, timeout=500
    )
    compared = 0
    for path, (subject, scenario, places) in made.items():
        if scenario == subject.scenarios[-1]:  # saved by another program, with another scenario chosen: nothing changed
            folder = next(each for each in WORKSPACES if path.name.startswith(f"{each.name}-"))
            taken = take_back(tmp_path / "out" / path.name, folder)
            assert (taken.inputs, taken.formulas, taken.refused) == ((), (), ())
        book = openpyxl.load_workbook(tmp_path / "out" / path.name, data_only=True)
        for line in subject.model.lines.values():
            for row in line.cells:
                quantity = subject.fact(line.id, row, scenario).quantity
                if quantity is None:
                    continue
                sheet, spot = places[f"{subject.model.id}.{line.id}@{row}"]
                scale = 100 if quantity.unit.symbol == "%" else 1
                wanted = float(quantity.value) / scale
                found = book[sheet][spot].value
                assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9), f"{path.name}: {line.id}[{row}]"
                compared += 1
    assert compared > 1_000


@pytest.mark.parametrize(("folder", "name"), MODELS)
def test_headings_and_labels_are_english_too(opened: dict[str, Opened], folder: str, name: str) -> None:
    """A workbook in English has no Chinese heading: each group and each label of a line is said in both languages."""
    model = opened[folder].subject(name).model
    lacking = [line.id for line in model.lines.values() if not line.label.en or (line.group and not line.group.en)]
    assert lacking == []
