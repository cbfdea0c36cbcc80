"""A model as a workbook: what an analyst finds in it, and that another engine computes the model's numbers from it."""

from __future__ import annotations

import zipfile
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from model_workspace import OUTLOOK, outlook
from workbook.books import bare, cell, kinds
from yanbao.errors import BuildError, WorkspaceError
from yanbao.read.xlsx import computed, read_xlsx
from yanbao.workbook import export_workbook
from yanbao.workbook.opened import open_models
from yanbao.workbook.recompute import recompute
from yanbao.workbook.write import write_workbook

BLUE, BLACK, GREEN = "FF0000FF", "FF000000", "FF007A33"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kinds(tmp_path_factory.mktemp("export") / "w")


@pytest.fixture(scope="module")
def book(workspace: Path) -> Path:
    path = workspace.parent / "outlook.xlsx"
    export_workbook(workspace, "outlook", path)
    return path


@pytest.fixture(scope="module")
def kinds_book(workspace: Path) -> Path:
    path = workspace.parent / "kinds.xlsx"
    export_workbook(workspace, "kinds", path)
    return path


def test_inputs_are_blue_formulas_black_and_links_green(book: Path) -> None:
    sheets = openpyxl.load_workbook(book)
    model, inputs, data = sheets["模型"], sheets["假设"], sheets["数据"]
    found = {
        name: (at.value if not isinstance(at.value, str) else bare(at.value), at.font.color.rgb)
        for name, at in {
            "typed": cell(inputs, "growth", "2024E"),
            "typed percent": cell(inputs, "share:high", "全期"),
            "typed actual of a table": cell(model, "total", "2023"),
            "computed": cell(model, "total", "2024E"),
            "growth": cell(model, "growth", "2023"),
            "estimate": cell(model, "growth", "2025E"),
            "sum": cell(model, "two_years", "全期"),
        }.items()
    }
    assert found == {
        "typed": (0.1, BLUE),
        "typed percent": (0.45, BLUE),
        "typed actual of a table": ("=.", GREEN),
        "computed": ("=.*(1+.)", BLACK),
        "growth": ('=IF(.>0,./.-1,"无意义")', BLACK),
        "estimate": ("=.", GREEN),
        "sum": ("=SUM(.:.)", BLACK),
    }
    assert [at.value for at in data[3]][1:5] == ["grid", "单位", "2019", "2020"]
    assert cell(model, "dist", "2024E").number_format == "#,##0"  # as `model run`: its inputs leave a whole unit open
    assert cell(model, "growth", "2025E").number_format == "0.0%"
    assert cell(inputs, "share:high", "全期").number_format == "0%"


def test_what_an_analyst_expects_of_the_sheets(book: Path) -> None:
    sheets = openpyxl.load_workbook(book)
    model, inputs = sheets["模型"], sheets["假设"]
    assert model.freeze_panes == "D8"
    assert "国网年中上调全年投资计划" in cell(inputs, "growth", "2024E").comment.text
    (rule,) = model.data_validations.dataValidation
    assert (str(rule.sqref), rule.type, rule.formula1) == ("B3", "list", "'假设'!$A$5:$A$6")
    assert [inputs["A5"].value, inputs["A6"].value] == ["基准", "乐观"]
    names = {name: found.attr_text for name, found in sheets.defined_names.items()}
    row = cell(model, "dist", "2023").row
    assert names["dist"] == f"'模型'!$E${row}:$K${row}"
    assert names["_scenario"] == "'模型'!$B$3"
    shaded = {key: cell(model, "dist", key).fill.fgColor.rgb for key in ("2023", "2024E")}
    assert shaded["2023"] != shaded["2024E"] == "FFF3F6F9"
    assert [cell(model, "dist", "2023").parent.cell(cell(model, "dist", "2023").row, 3).value] == ["亿元"]


def test_the_list_switches_the_scenario(book: Path) -> None:
    """By hand: 6650 x 1.1 = 7315, x 1.08 = 7900.2; of both 40 % or 45 %."""
    contents = read_xlsx(book)
    model = openpyxl.load_workbook(book)["模型"]
    spots = [cell(model, "two_years", "全期").coordinate, cell(model, "dist", "2025E").coordinate]
    found = {
        name: [round(float(values["模型", spot]), 6) for spot in spots]  # type: ignore[arg-type]
        for name in ("基准", "乐观")
        for values in [computed(contents, {("模型", "B3"): name})]
    }
    assert found == {"基准": [6086.08, 3160.08], "乐观": [6846.84, 3555.09]}


def test_every_kind_of_cell_agrees_in_every_scenario(workspace: Path) -> None:
    """The export compares them itself; here the count says that it left out none that has a value."""
    proved = export_workbook(workspace, "kinds", workspace.parent / "again.xlsx")
    assert proved.scenarios == 3
    subject = open_models(workspace).subject("kinds")
    facts = [
        subject.fact(line.id, row, scenario)
        for scenario in subject.scenarios
        for line in subject.model.lines.values()
        for row in line.cells
    ]
    with_value = sum(fact.quantity is not None for fact in facts)
    assert proved.compared > with_value > 80


def test_a_loss_has_no_multiple_and_a_missing_input_no_sales(kinds_book: Path) -> None:
    """Sales of 2024Q1 are missing in the base, 110万台 x 1200元 = 13.2亿元 in a scenario; turn is n.m. on a loss."""
    contents = read_xlsx(kinds_book)
    model = openpyxl.load_workbook(kinds_book)["模型"]
    sales, turn = cell(model, "sales", "2024Q1").coordinate, cell(model, "turn", "2023Q4").coordinate
    assert model["B3"].value == "基准"
    base = computed(contents)
    assert base["模型", sales] == "#VALUE!"
    assert base["模型", turn] == "无意义"  # 12 - 13 is a loss
    other = computed(contents, {("模型", "B3"): "基准 (check)"})
    assert round(float(other["模型", sales]), 9) == 13.2  # type: ignore[arg-type]
    better = computed(contents, {("模型", "B3"): "乐观＊"})
    assert round(float(better["模型", turn]), 6) == 7.5  # type: ignore[arg-type]  # 15 / (15 - 13)


def test_a_wrong_formula_would_be_found(workspace: Path, tmp_path: Path) -> None:
    opened = open_models(workspace)
    subject = opened.subject("outlook")
    path = tmp_path / "wrong.xlsx"
    layout, _ = write_workbook(subject, opened.origins, opened.theme, path)
    assert recompute(path, subject, layout).differences == ()
    sheets = openpyxl.load_workbook(path)
    spot = cell(sheets["模型"], "dist", "2025E")
    spot.value = spot.value + "*1.0001"
    sheets.save(path)
    found = {
        (each.line, each.row, each.scenario): each.workbook for each in recompute(path, subject, layout).differences
    }
    assert found == {
        ("dist", "2025E", "base"): "3160.396008",
        ("dist", "2025E", "high"): "3555.445509",
        ("two_years", "all", "base"): "6086.396008",
        ("two_years", "all", "high"): "6847.195509",
    }


def test_texts_from_outside_stay_texts(kinds_book: Path) -> None:
    sheets = openpyxl.load_workbook(kinds_book)
    with zipfile.ZipFile(kinds_book) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet"):
                root = etree.fromstring(package.read(name))
                formulas = [found.text or "" for found in root.iter("{*}f")]
                assert formulas or "sheet3" in name
                assert not [text for text in formulas if "cmd" in text or "HYPERLINK" in text or "http" in text]
        assert not [name for name in package.namelist() if "externalLink" in name or "vba" in name]
    names = dict(sheets.defined_names.items())
    assert "q1_" in names
    assert "q1" not in names


def test_same_model_same_bytes(workspace: Path, tmp_path: Path) -> None:
    contents = []
    for name in ("a.xlsx", "b.xlsx"):
        export_workbook(workspace, "kinds", tmp_path / name)
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]


def test_the_chosen_scenario_and_the_other_language(workspace: Path, tmp_path: Path) -> None:
    export_workbook(workspace, "outlook", tmp_path / "en.xlsx", "en", "high")
    sheets = openpyxl.load_workbook(tmp_path / "en.xlsx", data_only=True)
    assert sheets.sheetnames == ["Model", "Inputs", "Data"]
    assert sheets["Model"]["B3"].value == "High"
    assert cell(sheets["Model"], "two_years", "Whole").value == pytest.approx(6846.84)  # the value it opens with


def test_what_cannot_be_exported(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "none.xlsx"
    with pytest.raises(BuildError, match="no model `outlok`; there are: kinds, outlook"):
        export_workbook(workspace, "outlok", path)
    with pytest.raises(BuildError, match="has no scenario `low`; there are: base, high"):
        export_workbook(workspace, "outlook", path, scenario="low")
    with pytest.raises(BuildError, match="cannot be written"):
        export_workbook(workspace, "outlook", tmp_path / "no" / "folder.xlsx")
    failing = outlook(tmp_path / "failing", OUTLOOK.replace("dist <= total", "dist > total"))
    with pytest.raises(WorkspaceError, match="the check"):
        export_workbook(failing, "outlook", path)
    assert not path.exists()


def test_checks_are_a_row_of_marks_and_one_cell(book: Path) -> None:
    contents = read_xlsx(book)
    sheets = openpyxl.load_workbook(book)
    model = sheets["模型"]
    spot = cell(model, "check:1", "2025E")
    # what rounding leaves open, by hand: 6650 +- 1, growth +- 0.05pp; of that total all of it and, at most, 45 %
    half = (6651 * 1.1005 * 1.0805 - 6649 * 1.0995 * 1.0795) / 2 * 1.45
    assert bare(spot.value) == f"=IF(.-.<={half:.6g},0,1)"
    assert computed(contents)["模型", spot.coordinate] == 0
    assert computed(contents)["模型", "B4"] == 0
    share = cell(sheets["假设"], "share:base", "全期").coordinate
    broken = computed(contents, {("假设", share): Fraction(11, 10)})
    assert broken["模型", spot.coordinate] == 1
    assert broken["模型", "B4"] == 7  # in each of the years
