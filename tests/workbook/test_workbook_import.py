"""An edited workbook back into the model's file: what changes, what is refused, and that nothing else moves."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from workbook.books import KINDS, bare, cell, edited, insert_row, kinds
from yanbao.cli.commands import app
from yanbao.errors import ReadError, WorkspaceError
from yanbao.workbook import export_workbook, take_back

Edit = Callable[[Any, Any], None]  # of the model's sheet and of the inputs


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kinds(tmp_path_factory.mktemp("import") / "w")


@pytest.fixture(scope="module")
def books(workspace: Path) -> dict[str, Path]:
    found = {name: workspace.parent / f"{name}.xlsx" for name in ("outlook", "kinds")}
    for name, path in found.items():
        export_workbook(workspace, name, path)
    return found


@pytest.fixture
def book(books: dict[str, Path], tmp_path: Path) -> Path:
    return shutil.copy(books["kinds"], tmp_path / "kinds.xlsx")


def take(workspace: Path, book: Path, edit: Edit, *, formulas: bool = False) -> dict[str, str]:
    """Return the lines of the model's file that an edit of the workbook changes: old -> new."""
    with edited(book) as sheets:
        edit(sheets["模型"], sheets["假设"])
    new = take_back(book, workspace, formulas=formulas).text.splitlines()
    old = KINDS.splitlines()
    assert len(old) == len(new), "\n".join(new)
    return {before: after for before, after in zip(old, new, strict=True) if before != after}


def mistakes(workspace: Path, book: Path, edit: Edit, *, formulas: bool = False) -> list[str]:
    with edited(book) as sheets:
        edit(sheets["模型"], sheets["假设"])
    with pytest.raises(WorkspaceError) as caught:
        take_back(book, workspace, formulas=formulas)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_a_file_with_a_byte_order_mark_keeps_it(workspace: Path, book: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(workspace, tmp_path / "w")
    file = folder / "models" / "kinds.toml"
    file.write_bytes(b"\xef\xbb\xbf" + KINDS.replace("\n", "\r\n").encode())
    assert take_back(book, folder).text.encode() == file.read_bytes()
    with edited(book) as sheets:
        cell(sheets["假设"], "price:base", "全期").value = 1250
    wanted = file.read_bytes().replace(b'value = "1200"', b'value = "1250"')
    assert take_back(book, folder).text.encode() == wanted


@pytest.mark.parametrize("name", ["outlook", "kinds"])
def test_export_then_import_is_the_identity(workspace: Path, books: dict[str, Path], name: str) -> None:
    file = workspace / "models" / f"{name}.toml"
    for newline in (b"\n", b"\r\n"):
        file.write_bytes(file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", newline))
        taken = take_back(books[name], workspace)
        assert taken.text.encode() == file.read_bytes()
        assert (taken.inputs, taken.formulas, taken.refused, taken.ignored) == ((), (), (), ())
    file.write_bytes(file.read_bytes().replace(b"\r\n", b"\n"))


def test_a_changed_value_keeps_its_places_its_quotes_and_all_else(workspace: Path, book: Path) -> None:
    def edit(_: Any, inputs: Any) -> None:
        cell(inputs, "q1:base", "2023Q4").value = 105.5
        cell(inputs, "q1:base", "2024Q2E").value = 121  # stays as precise as 120.0
        cell(inputs, "q1:base", "2024Q3E").value = 131
        cell(inputs, "q1:base", "2024Q4E").value = 141.25
        cell(inputs, "cost", "2024Q2E").value = 1400 * (1 + 1e-16)  # the same number

    assert take(workspace, book, edit) == {
        'values = { 2023Q4 = "100", 2024Q1 = { missing = "未披露" }, 2024Q2E = "120.0", 2024Q3E = 130, 2024Q4E = \'140\' }':
        'values = { 2023Q4 = "105.5", 2024Q1 = { missing = "未披露" }, 2024Q2E = "121.0", 2024Q3E = 131, 2024Q4E = \'141.25\' }'
    }  # fmt: skip


def test_what_a_scenario_sets(workspace: Path, book: Path) -> None:
    def edit(_: Any, inputs: Any) -> None:
        cell(inputs, "price:check", "全期").value = 1100  # it set none
        cell(inputs, "price:live", "全期").value = 1550
        cell(inputs, "shift:check", "全期").value = (
            "=" + cell(inputs, "shift:base", "全期").coordinate
        )  # it sets none now
        cell(inputs, "step:live", "2024Q3E").value = 0.025
        cell(inputs, "q1:check", "2024Q2E").value = 99

    assert take(workspace, book, edit) == {
        'set = { price = "1500", step = { 2024Q3E = "2" } }': 'set = { price = "1550", step = { 2024Q3E = "2.5" } }',
        'set = { q1 = { 2024Q1 = "110" }, shift = "3" }':
        'set = { q1 = { 2024Q1 = "110", 2024Q2E = "99" }, price = "1100" }',
    }  # fmt: skip


def test_a_missing_value_is_given(workspace: Path, book: Path) -> None:
    def edit(_: Any, inputs: Any) -> None:
        cell(inputs, "q1:base", "2024Q1").value = 112

    ((_, new),) = take(workspace, book, edit).items()
    assert '2024Q1 = { value = "112" }' in new


def test_rows_may_move(workspace: Path, book: Path) -> None:
    with edited(book) as sheets:
        for name in ("模型", "假设"):
            insert_row(sheets, name, 10)
            insert_row(sheets, name, 3)
            insert_row(sheets, name, 1)
    taken = take_back(book, workspace)
    assert (taken.text, taken.inputs, taken.formulas, taken.refused) == (KINDS, (), (), ())
    with edited(book) as sheets:
        cell(sheets["假设"], "price:base", "全期").value = 1250
    ((change),) = take_back(book, workspace).inputs
    assert (change.line, change.old, change.new) == ("price", "1200", "1250")


def test_what_is_not_the_models_is_told_and_left(workspace: Path, book: Path) -> None:
    with edited(book) as sheets:
        inputs = sheets["假设"]
        inputs["A40"], inputs["B40"], inputs["C40"] = "我的草稿", "scratch", "=1+1"
        sheets["模型"]["Z3"] = 7
        cell(inputs, "price:base", "全期").value = 1250
        sheets.create_sheet("草稿")["A1"] = "=cmd|' /C calc'!A0"
    taken = take_back(book, workspace)
    assert [(each.line, each.row, each.old, each.new) for each in taken.inputs] == [("price", "all", "1200", "1250")]
    assert taken.ignored == ("row 40 of 假设 (`scratch`)", "sheet 草稿")


# typed values of the model: line, scenario of its row, period, digits after it, percent
TYPED = [
    ("q1:base", "2023Q4", 0, False),
    ("q1:base", "2024Q2E", 1, False),
    ("q1:base", "2024Q3E", 0, False),
    ("q1:check", "2024Q1", 0, False),
    ("price:base", "全期", 0, False),
    ("price:live", "全期", 0, False),
    ("cost", "2024Q1", 0, False),
    ("step:live", "2024Q3E", 0, True),
    ("shift:check", "全期", 0, False),
]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.dictionaries(
        st.sampled_from(range(len(TYPED))), st.decimals(1, 900, places=3).map(Decimal.normalize), min_size=1
    )
)
def test_any_new_values_are_the_models_afterwards(
    workspace: Path, books: dict[str, Path], edits: dict[int, Decimal], tmp_path: Path
) -> None:
    """What is typed in the workbook is what the file says, to the last digit, and no other value of it changes."""
    book = shutil.copy(books["kinds"], tmp_path / "any.xlsx")
    with edited(book) as sheets:
        for at, value in edits.items():
            code, period, _, percent = TYPED[at]
            cell(sheets["假设"], code, period).value = float(value / 100 if percent else value)
    made = tomllib.loads(take_back(book, workspace).text)
    wanted = tomllib.loads(KINDS)
    for at, value in edits.items():
        (line, _, scenario), period, digits, _ = TYPED[at][0].partition(":"), *TYPED[at][1:]
        places = max(digits, -int(value.as_tuple().exponent))
        text = f"{value:.{places}f}"
        if scenario in ("", "base"):
            home, key = (
                (wanted["lines"][line], "value") if period == "全期" else (wanted["lines"][line]["values"], period)
            )
        else:
            sets = wanted["scenarios"][scenario]["set"]
            home, key = (sets, line) if period == "全期" else (sets[line], period)
        home[key] = int(text) if isinstance(home[key], int) and places == 0 else text
    assert made == wanted


def test_changed_formulas_are_shown_and_refused(workspace: Path, book: Path) -> None:
    with edited(book) as sheets:
        for key in ("2023Q4", "2024Q1", "2024Q2E", "2024Q3E", "2024Q4E"):
            spot = cell(sheets["模型"], "profit", key)
            spot.value = spot.value.replace("-", "*0.99-")
        cell(sheets["假设"], "price:base", "全期").value = 1250
    taken = take_back(book, workspace)
    assert [(each.row, bare(each.old), bare(each.new)) for each in taken.refused][:1] == [
        ("2023Q4", "=.-./100", "=.*0.99-./100")
    ]
    before = (workspace / "models" / "kinds.toml").read_bytes()
    result = CliRunner().invoke(app, ["model", "import", str(workspace), str(book), "-f", "json"])
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert not told["written"]
    assert {(each["line"], bare(each["old"]), bare(each["new"])) for each in told["changes"]} >= {
        ("profit", "=.-./100", "=.*0.99-./100"),
        ("price", "1200", "1250"),
    }
    assert (workspace / "models" / "kinds.toml").read_bytes() == before


def test_changed_formulas_are_taken_where_asked(workspace: Path, book: Path) -> None:
    """Units convert by themselves in the language: the factor of 万台 x 元 to 亿元 goes, the 0.99 stays."""

    def edit(model: Any, inputs: Any) -> None:
        for key in ("2023Q4", "2024Q1", "2024Q2E", "2024Q3E", "2024Q4E"):
            spot = cell(model, "sales", key)
            spot.value += "*0.99"
        for key in ("2024Q3E", "2024Q4E"):  # prev(cost) * (1 + step) of the estimates
            spot = cell(model, "cost", key)
            spot.value = spot.value.replace("(1+", "(1.001+")
        spot = cell(model, "year", "全期")
        spot.value = spot.value.replace("SUM(", "AVERAGE(")

    assert take(workspace, book, edit, formulas=True) == {
        'formula = "q1 * price"': 'formula = "q1 * price * 0.99"',
        'estimate = "prev(cost) * (1 + step)"': 'estimate = "prev(cost) * (1.001 + step)"',
        'formula = "sum(sales[2024Q2E:2024Q4E])"': 'formula = "mean(sales[2024Q2E:2024Q4E])"',
    }


def test_a_formula_that_breaks_a_check_is_not_taken(workspace: Path, book: Path) -> None:
    def edit(model: Any, _: Any) -> None:
        for key in ("2023Q4", "2024Q1", "2024Q2E", "2024Q3E", "2024Q4E"):
            spot = cell(model, "profit", key)
            spot.value = spot.value.replace("-", "*0.99-")

    found = mistakes(workspace, book, edit, formulas=True)
    assert [text.partition(" fails")[0] for text in found] == [
        "models/kinds.toml:85: checks: the check “利润 = 收入 - 成本”"
    ] * 3


def test_a_formula_that_changed_for_estimates_only(workspace: Path, book: Path) -> None:
    with edited(book) as sheets:
        for key in ("2024Q2E", "2024Q3E", "2024Q4E"):
            spot = cell(sheets["模型"], "sales", key)
            spot.value = f"=({spot.value[1:]})*0.9"
    taken = take_back(book, workspace, formulas=True)
    ((line, key, old, new),) = [(each.line, each.key, each.old, each.new) for each in taken.formulas]
    assert (line, key, old, new) == ("sales", "estimate", None, "q1 * price * 0.9")
    assert 'formula = "q1 * price"\n' in taken.text
    assert 'estimate = "q1 * price * 0.9"\n' in taken.text


def test_a_number_typed_over_a_formula(workspace: Path, books: dict[str, Path], tmp_path: Path) -> None:
    book = shutil.copy(books["outlook"], tmp_path / "outlook.xlsx")
    with edited(book) as sheets:
        cell(sheets["模型"], "dist", "2023").value = 2700
    refused = take_back(book, workspace).refused
    assert [(each.line, each.row, each.new) for each in refused] == [("dist", "2023", "2700")]
    taken = take_back(book, workspace, formulas=True)
    assert 'values = { 2023 = "2700" }\n' in taken.text
    with edited(book) as sheets:
        cell(sheets["模型"], "dist", "2024E").value = 2700
    with pytest.raises(WorkspaceError, match="is assumed in 2024E without a reason or a source"):
        take_back(book, workspace, formulas=True)


BREAKS: dict[str, tuple[Edit, str]] = {
    "text": (lambda _, i: _set(i, "cost", "2023Q4", "一千三"), "假设!E.*: an input holds '一千三', no number"),
    "number as text": (lambda _, i: _set(i, "cost", "2023Q4", "'1300"), "no number"),
    "blank": (lambda _, i: _set(i, "cost", "2023Q4", None), "the value is gone, and an empty cell counts as 0"),
    "formula in an input": (lambda _, i: _set(i, "cost", "2023Q4", "=1300*2"), r"an input holds the formula =1300\*2"),
    "command": (lambda _, i: _set(i, "cost", "2023Q4", "=cmd|' /C calc'!A0"), "an input holds the formula =cmd"),
    "huge": (lambda _, i: _set(i, "cost", "2023Q4", 1e300), "beyond all reason"),
    "boolean": (lambda _, i: _set(i, "cost", "2023Q4", True), "holds TRUE, no number"),
    "live": (lambda _, i: _set(i, "price", "全期", 1300), "instead of the formula that ties the workbook together"),
    "link": (lambda m, _: _set(m, "price", "全期", 1300), "instead of the formula that ties the workbook together"),
    "check": (lambda m, _: _set(m, "check:1", "2024Q2E", 0), "instead of the formula that ties"),
    "no value": (lambda m, _: _set(m, "growth", "2023Q4", 0.1), "where the model has no value"),
    "external": (lambda m, _: _set(m, "profit", "2024Q2E", "=[1]Sheet1!A1"), "only cells of this workbook"),
    "row gone": (lambda m, _: m.delete_rows(_row(m, "profit")), "the row of `profit` is missing"),
    "id twice": (lambda m, _: _put(m, 40, 2, "profit"), r"模型!B40: `profit` stands in row \d+ too"),
    "column gone": (lambda m, _: _put(m, 7, 8, "2025Q1"), "the column 2024Q3E is missing from row 7"),
    "period twice": (lambda m, _: _put(m, 7, 20, "2024Q3E"), "模型!T7: the period 2024Q3E stands in H7 too"),
    "no head": (lambda m, _: _put(m, 7, 2, "x"), "has no head with 代码 and 单位"),
}


def _set(sheet: Any, code: str, key: str, value: Any) -> None:
    cell(sheet, code, key).value = value


def _put(sheet: Any, row: int, column: int, value: Any) -> None:
    sheet.cell(row, column).value = value


def _row(sheet: Any, code: str) -> int:
    return next(row[0].row for row in sheet.iter_rows() if row[1].value == code)


@pytest.mark.parametrize("name", BREAKS)
def test_what_a_model_cannot_take(workspace: Path, book: Path, name: str) -> None:
    edit, cause = BREAKS[name]
    found = mistakes(workspace, book, edit, formulas=name == "external")
    assert any(re.search(cause, text) for text in found), found
    assert all(text.startswith("kinds.xlsx: ") for text in found)


def test_a_formula_that_changed_in_one_period_only(workspace: Path, book: Path) -> None:
    def edit(model: Any, _: Any) -> None:
        cell(model, "profit", "2024Q3E").value = "=H14*2"

    (found,) = mistakes(workspace, book, edit, formulas=True)
    assert "the formula of `profit` changed in 2024Q3E and not in 2023Q4" in found


@pytest.mark.parametrize(
    ("formula", "cause"),
    [
        ("=TODAY()+{}", "the language has no TODAY"),
        ("={}&\"x\"", "the language has no `&`"),
        ("={}+$Z$99", "is no cell of a line"),
        ("={}+假设!$B$3", "is no cell of a line"),
        ("={}^0.5", "fractional exponent"),
        ("={}+1", "1|unit"),
        ("=WEBSERVICE(\"http://x\")+{}", "the language has no WEBSERVICE"),
    ],
)  # fmt: skip
def test_formulas_that_the_language_cannot_say(workspace: Path, book: Path, formula: str, cause: str) -> None:
    def edit(model: Any, _: Any) -> None:
        spot = cell(model, "year", "全期")
        spot.value = formula.format(spot.value[1:])

    (found,) = mistakes(workspace, book, edit, formulas=True)
    assert "cannot be said in the model's language" in found
    assert re.search(cause, found), found


def test_data_from_outside_is_changed_in_its_own_file(workspace: Path, books: dict[str, Path], tmp_path: Path) -> None:
    book = shutil.copy(books["outlook"], tmp_path / "outlook.xlsx")
    with edited(book) as sheets:
        spot = cell(sheets["数据"], "grid.state", "2023")
        spot.value = 5000
    with pytest.raises(WorkspaceError, match=r"数据!.*holds 5000; it is data from evidence/grid.csv"):
        take_back(book, workspace)


def test_another_version_of_the_model(tmp_path: Path) -> None:
    folder = kinds(tmp_path / "w")
    book = tmp_path / "kinds.xlsx"
    export_workbook(folder, "kinds", book)
    file = folder / "models" / "kinds.toml"
    file.write_text(file.read_text("utf-8").replace('value = "1200"', 'value = "1300"'), "utf-8")
    with pytest.raises(ReadError, match="has changed since this workbook was exported"):
        take_back(book, folder)
    file.unlink()
    with pytest.raises(ReadError, match="which this workspace has not"):
        take_back(book, folder)


def test_files_that_are_no_workbook_of_a_model(workspace: Path, book: Path, tmp_path: Path) -> None:
    for name, content in (("text.xlsx", b"a,b\n"), ("cut.xlsx", book.read_bytes()[:4000])):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ReadError, match="is not a XLSX file"):
            take_back(tmp_path / name, workspace)
    other = openpyxl.Workbook()
    other.save(tmp_path / "other.xlsx")
    with pytest.raises(ReadError, match="is no workbook of a model"):
        take_back(tmp_path / "other.xlsx", workspace)
    with pytest.raises(ReadError, match="no such file"):
        take_back(tmp_path / "none.xlsx", workspace)
    with edited(book) as sheets:
        for sheet in ("模型", "假设"):
            for row in (1, 2):
                for spot in sheets[sheet][row]:
                    if str(spot.value or "").startswith("models/"):
                        spot.value = "models/../../etc/passwd.toml"
    with pytest.raises(ReadError, match="which this workspace has not"):
        take_back(book, workspace)


def test_macros_and_links_are_data_only(workspace: Path, book: Path, tmp_path: Path) -> None:
    """A part with a macro, and a link to a file, stand in the package; nothing of them is looked at."""
    path = tmp_path / "macro.xlsm"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + b"Shell(calc)" * 100)
        new.writestr("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    assert take_back(path, workspace).text == KINDS


def test_the_command_writes_and_says_what(tmp_path: Path) -> None:
    folder = kinds(tmp_path / "w")
    book = tmp_path / "book.xlsx"
    result = CliRunner().invoke(app, ["model", "export", str(folder), "outlook", "-o", str(book)])
    assert result.exit_code == 0, result.output
    assert "in 2 scenarios agree with the model" in result.stdout
    with edited(book) as sheets:
        cell(sheets["假设"], "growth", "2025E").value = 0.07
    before = (folder / "models" / "outlook.toml").read_text("utf-8")
    dry = CliRunner().invoke(app, ["model", "import", str(folder), str(book), "--dry-run"])
    assert dry.exit_code == 0
    assert (folder / "models" / "outlook.toml").read_text("utf-8") == before
    result = CliRunner().invoke(app, ["model", "import", str(folder), str(book), "-f", "json"])
    (change,) = json.loads(result.stdout)["changes"]
    assert (change["line"], change["period"], change["old"], change["new"]) == ("growth", "2025E", "8.0", "7.0")
    after = (folder / "models" / "outlook.toml").read_text("utf-8")
    assert after == before.replace('2025E = "8.0"', '2025E = "7.0"')
    again = CliRunner().invoke(app, ["model", "import", str(folder), str(book)])
    assert again.exit_code == 2
    assert "has changed since" in again.output
