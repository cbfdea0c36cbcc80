"""The views of a model in its workbook: which are live, what they come to, and what is said of the others."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from model_workspace import OUTLOOK, VIEWS, outlook
from workbook.books import cell, edited
from yanbao.model import model_names
from yanbao.model.sensitivity import sensitivity
from yanbao.quantity import Quantity
from yanbao.read.contents import FileContents
from yanbao.read.xlsx import computed, read_xlsx
from yanbao.workbook import export_workbook, take_back
from yanbao.workbook.opened import open_models
from yanbao.workbook.recompute import recompute
from yanbao.workbook.view_sheets import view_sheets
from yanbao.workbook.write import plan, write_workbook

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MODELS = [(folder.parent, name) for folder in sorted(EXAMPLES.glob("*/models")) for name in model_names(folder.parent)]
_HEAD = 7  # the row of heads, from 1


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return outlook(tmp_path_factory.mktemp("views") / "w", OUTLOOK + VIEWS)


@pytest.fixture
def book(workspace: Path, tmp_path: Path) -> Path:
    path = tmp_path / "outlook.xlsx"
    export_workbook(workspace, "outlook", path)
    return path


def _values(path: Path, sheet: str, spots: list[str], scenario: str = "基准") -> list[Any]:
    values = computed(read_xlsx(path), {("模型", "B3"): scenario})
    found = [values[sheet, spot] for spot in spots]
    return [round(float(each), 9) if isinstance(each, Fraction) else each for each in found]


def test_a_two_way_table_is_live_over_the_values_that_are_tried(book: Path) -> None:
    """By hand: 6650亿元 in 2023, x 1.1, x 1.06 or 1.08, of which 40 % or 50 %."""
    name = "视图 grid"
    sheet = openpyxl.load_workbook(book)[name]
    assert [at.value for at in sheet[_HEAD]][1:] == [0.06, 0.08, 0.1]
    assert [sheet.cell(row, 1).value for row in (8, 9)] == [0.4, 0.5]
    assert _values(book, name, ["B8", "C8", "B9"]) == pytest.approx(
        [6650 * 1.1 * 1.06 * 0.4, 6650 * 1.1 * 1.08 * 0.4, 6650 * 1.1 * 1.06 * 0.5]
    )
    assert (sheet["C8"].font.b, sheet["D9"].font.b) == (True, False)  # 8 % and 40 % are the base case
    with edited(book) as made:
        made[name]["B7"].value = 0.02
        made[name]["A8"].value = 0.3
        cell(made["假设"], "growth", "2024E").value = 0.2
    assert _values(book, name, ["B8", "C9"]) == pytest.approx([6650 * 1.2 * 1.02 * 0.3, 6650 * 1.2 * 1.08 * 0.5])


def test_a_one_way_table_and_a_tornado_follow_the_scenario_in_use(book: Path) -> None:
    """The base has 40 % of the grid, the high scenario 45 %; two years are 6650 x 1.1 x (1 + 1.08)."""
    both = 6650 * 1.1 * (1 + 1.08)
    assert _values(book, "视图 by_share", ["B8", "B10"]) == pytest.approx([both * 0.35, both * 0.45])
    sheet = openpyxl.load_workbook(book)["视图 tornado"]
    assert [sheet.cell(row, 1).value for row in (8, 9)] == ["配网占比", "投资增速 2024E"]
    growth = {"基准": 0.4, "乐观": 0.45}
    for scenario, share in growth.items():
        found = _values(book, "视图 tornado", ["D9", "E9", "F9", "G9"], scenario)
        low, high = (6650 * (1 + each) * 1.08 * share for each in (0.05, 0.12))
        assert found == pytest.approx([low, high, high - low, 6650 * 1.1 * 1.08 * share])


def test_a_simulation_is_numbers_with_its_seed_and_its_base_is_live(book: Path) -> None:
    sheet = openpyxl.load_workbook(book)["视图 fan"]
    assert sheet["A5"].value.startswith("1,000次模拟，随机数种子7；投资增速三角分布（低5%，众数8%，高12%）")
    last = [at.value for at in sheet[_HEAD + 7]]
    assert last[0] == "2025E"
    assert all(isinstance(each, float) for each in last[1:4])
    assert str(last[4]).startswith("='模型'!")
    assert "灰色数值按“基准”情景算出" in sheet["A5"].value


def test_a_solution_is_a_number_and_what_it_reaches_is_live(book: Path) -> None:
    """3500亿元 of 6650 x 1.1 x 1.08 is 44.3 %."""
    sheet = openpyxl.load_workbook(book)["视图 even"]
    assert sheet["B8"].value == pytest.approx(3500 / (6650 * 1.1 * 1.08), rel=1e-11)
    assert str(sheet["C8"].value).startswith("=")
    assert _values(book, "视图 even", ["C8"]) == pytest.approx([3500])
    assert "解由yanbao求出" in sheet["A5"].value


def test_scenarios_beside_each_other_are_numbers_and_say_so(book: Path) -> None:
    sheet = openpyxl.load_workbook(book)["视图 cases"]
    rows = [[at.value for at in sheet[row]] for row in (8, 9)]
    assert rows[0] == ["基准", pytest.approx(3160.08), pytest.approx(6086.08)]
    assert rows[1] == ["乐观", pytest.approx(3555.09), pytest.approx(6846.84)]
    assert sheet["A5"].value.startswith("每行是该情景下的数值")


def test_the_way_back_knows_the_sheets_and_takes_nothing_from_them(workspace: Path, book: Path) -> None:
    with edited(book) as made:
        made["视图 grid"]["B7"].value = 0.02
        made["视图 fan"]["B9"].value = 1
    taken = take_back(book, workspace)
    assert (taken.inputs, taken.formulas, taken.refused, taken.ignored) == ((), (), (), ())


def test_a_workbook_of_another_scenario_shows_no_number_that_is_not_its_own(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "high.xlsx"
    export_workbook(workspace, "outlook", path, scenario="high")
    cached = openpyxl.load_workbook(path, data_only=True)["视图 grid"]
    assert cached["B8"].value in (None, "")
    assert cached["B3"].value == "乐观"


def test_in_english_too(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "en.xlsx"
    export_workbook(workspace, "outlook", path, "en")
    sheet = openpyxl.load_workbook(path)["View grid"]
    assert sheet["A1"].value == "Share and growth"
    assert sheet["A2"].value.startswith("View grid of models/outlook.toml")


def test_a_wrong_formula_of_a_view_is_found_before_it_is_written(workspace: Path, tmp_path: Path) -> None:
    opened = open_models(workspace, views_of="outlook")
    subject, path = opened.subject("outlook"), tmp_path / "w.xlsx"
    layout, _ = plan(subject, opened.origins)
    views = view_sheets(subject, layout, opened.computed.calculator, "base")
    write_workbook(subject, opened.origins, opened.theme, path, "base", views.sheets)
    assert recompute(path, subject, layout, views.live).differences == ()
    with edited(path) as made:
        spot = made["视图 grid"]["C9"]
        spot.value = spot.value.replace("C7", "B7")
    (found,) = recompute(path, subject, layout, views.live).differences
    assert (found.cell.sheet, found.cell.a1, found.scenario) == ("视图 grid", "C9", "base")


@pytest.mark.parametrize(("folder", "name"), MODELS, ids=[name for _, name in MODELS])
def test_sensitivities_of_the_examples_are_live_in_every_scenario(folder: Path, name: str, tmp_path: Path) -> None:
    """What the second engine makes of a table, with each scenario chosen, is what the model's own runs give there.

    Those compute whole columns in floating point, by another way than the formulas that a view writes out.
    """
    of = open_models(folder, views_of=name)
    subject, path = of.subject(name), tmp_path / "w.xlsx"
    layout, _ = plan(subject, of.origins)
    views = view_sheets(subject, layout, of.computed.calculator, "base")
    write_workbook(subject, of.origins, of.theme, path, "base", views.sheets)
    contents = read_xlsx(path)
    live = {(each.address.sheet, each.address.a1) for each in views.live}
    compared = 0
    for scenario in subject.scenarios:
        values = computed(contents, {("模型", "B3"): _name_of(contents, subject.scenarios.index(scenario))})
        for view in subject.model.views.values():
            if view.spec.kind not in ("one-way", "two-way"):
                continue
            table = sensitivity(subject.model, of.computed.calculator, replace(view, scenario=scenario))
            for row, wanted in enumerate(table.values):
                for column, quantity in enumerate(wanted):
                    spot = f"视图 {view.id}", f"{chr(ord('B') + column)}{_HEAD + 1 + row}"
                    assert spot in live, f"{name}: {spot} is a fixed number"
                    compared += _agrees(values[spot], quantity)
    kinds = {view.spec.kind for view in subject.model.views.values()}
    assert compared > 0 or not kinds & {"one-way", "two-way"}


def _name_of(contents: FileContents, number: int) -> str:
    (page,) = (page for page in contents.pages if page.id == "假设")
    cells = {each.cell.address: each.cell.value for each in page.segments if each.cell is not None}
    return str(cells[f"A{5 + number}"])


def _agrees(found: Fraction | str | bool | None, quantity: Quantity | None) -> int:
    if isinstance(found, str):  # of a view that is live in its own scenario only, or without a meaning
        assert found in ("—", "无意义")
        return 0
    assert isinstance(found, Fraction)
    assert quantity is not None
    scale = 100 if quantity.unit.symbol == "%" else 1
    assert float(found) == pytest.approx(float(quantity.value) / scale, rel=1e-9)
    return 1
