"""What an author may write builds into files that prove, however awkward the tables are."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from workspaces import change, starter
from yanbao.build import Build, build
from yanbao.check.proof import prove
from yanbao.document.tree import plain
from yanbao.errors import WorkspaceError

RISK = "- 电网投资不及预期。"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return starter(tmp_path / "w")


def add_table(folder: Path, name: str, csv: str, columns: dict[str, tuple[str, str]], more: str = "") -> None:
    """Add an evidence table; `columns` gives each column's label and unit, or `text` in place of the unit."""
    (folder / "evidence" / f"{name}.csv").write_text(csv, "utf-8")
    parts = [f'title = "{name}"', 'origin = "swsc"', "as_of = 2024-06-30"]
    for column, (label, unit) in columns.items():
        parts += [
            f"[columns.{column}]",
            f'label = "{label}"',
            'kind = "text"' if unit == "text" else f'unit = "{unit}"',
        ]
    (folder / "evidence" / f"{name}.toml").write_text("\n".join([*parts, more]), "utf-8")


def add_text(folder: Path, text: str) -> None:
    change(folder, "report/02-risks.md", RISK, f"{RISK}\n\n{text}\n")


def exhibit(identifier: str, toml: str) -> str:
    return f'```exhibit {identifier}\ntitle = "检验"\n{toml}\n```'


def proved(folder: Path, *formats: str) -> Build:
    """Build a workspace and see that its files prove."""
    made = build(folder, folder.parent / "out", formats=formats)
    proof = prove(made.document, made.inputs, list(made.outputs))
    assert proof.findings == (), [finding.explanation for finding in proof.findings]
    return made


def texts(made: Build) -> list[str]:
    return [plain(part.text) for page in made.document.pages for part in page.paragraphs()]


def test_columns_of_one_label_are_told_apart(workspace: Path) -> None:
    heads = {"name": ("公司", "text"), "b": ("净利润", "亿元"), "a": ("净利润", "亿元"), "c": ("收入", "亿元")}
    add_table(workspace, "co", "name,b,a,c\n甲公司,1.5,2.5,3.5\n乙公司,4.5,,6.5\n丙公司,7.5,8.5,9.5\n", heads)
    add_text(workspace, exhibit("co", 'kind = "plain"\ndata = "co"\ncolumns = ["name", "b", "c", "a"]'))
    sheet = openpyxl.load_workbook(proved(workspace, "xlsx").folder / "report.xlsx")["数据 co"]
    found = {sheet.cell(5, at).value: sheet.cell(7, at).value for at in range(1, 5)}
    assert found == {"公司": "甲公司", "净利润 [b]": 1.5, "收入": 3.5, "净利润 [a]": 2.5}


def test_a_quotient_of_units_is_printed_in_both_with_them_and_without(workspace: Path) -> None:
    heads = {"name": ("公司", "text"), "t": ("时延", "秒"), "n": ("词数", "个"), "y": ("年限", "年")}
    add_table(workspace, "lat", "name,t,n,y\n甲公司,0.25,40,2\n乙公司,0.50,30,4\n", heads)
    rate, per = "lat.n[甲公司] / lat.y[甲公司]", "1 / lat.t[甲公司]"
    add_text(workspace, f"每年{{{rate}: .1}}，即{{{rate}: .1 nounit}}；频率{{{per}: .1}}，即{{{per}: .1 nounit}}。")
    made = proved(workspace, "html", "xlsx")
    assert "每年20.0个/年，即20.0；频率4.0/s，即4.0。" in texts(made)


def test_two_facts_of_one_formula_have_each_their_cell(workspace: Path) -> None:
    add_text(
        workspace, "是{multiple(grid.total[2023], grid.state[2023]): .2}，即{grid.total[2023] / grid.state[2023]: .2}。"
    )
    assert "是1.26倍，即1.26。" in texts(proved(workspace, "html", "xlsx"))


def test_a_row_is_called_by_its_label_in_heads_and_charts(workspace: Path) -> None:
    heads = {"name": ("公司", "text"), "v": ("收入", "亿元")}
    add_table(workspace, "co", "name,v\n甲公司,1.5\n乙公司,2.5\n", heads, '[rows."甲公司"]\nlabel = "甲公司（01区）"\n')
    table = exhibit("co", 'kind = "plain"\ndata = "co"\ntranspose = true')
    bars = exhibit("bars", 'kind = "ranking"\ndata = "co"\nvalue = "v"')
    add_text(workspace, f"{table}\n\n{bars}")
    proved(workspace, "html", "pptx", "pdf", "xlsx")


TEXTS = "name,chip,v,ok\n甲公司,自研,1.5,√\n乙公司,,2.5,×\n丙公司,外购,—,√\n"
TEXT_HEADS = {"name": ("公司", "text"), "chip": ("芯片", "text"), "v": ("收入", "亿元"), "ok": ("达标", "text")}


def test_cells_with_a_text_are_counted(workspace: Path) -> None:
    add_table(workspace, "co", TEXTS, TEXT_HEADS)
    change(workspace, "evidence/co.toml", 'label = "收入"', 'label = "收入"\nmissing = { "—" = "未披露" }')
    share = "count(co.chip[:]) / count(co.name[:])"
    add_text(
        workspace,
        f"共{{count(co.name[:])}}家，{{count(co.chip[:])}}家有，{{count(co.v[:])}}家披露，即{{{share}: .0 %}}。",
    )
    made = proved(workspace, "html", "xlsx")
    assert "共3家，2家有，2家披露，即67%。" in texts(made)
    formulas = {cell.value for row in openpyxl.load_workbook(made.folder / "report.xlsx")["计算"] for cell in row}
    assert {"=COUNTA('数据 co'!A7:A9)", "=COUNTA('数据 co'!B7,'数据 co'!B9)", "=COUNT('数据 co'!C7:C8)"} <= formulas


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("count(co.ok[:])", "`co.ok[:]` holds ticks and crosses; count a condition on a column of numbers"),
        ("count(co.chip[:] > 3)", "`co.chip[:]` holds texts: count(co.chip[:]) counts them, all else needs numbers"),
        ("sum(co.name[:])", "`co.name[:]` holds texts: count(co.name[:]) counts them, all else needs numbers"),
        ("co.chip[甲公司] + 1", "co.chip@甲公司 is a text, not a number"),
    ],
)
def test_texts_are_counted_and_no_more(workspace: Path, expression: str, message: str) -> None:
    add_table(workspace, "co", TEXTS.replace("—", "3.5"), TEXT_HEADS)
    change(workspace, "evidence/co.toml", 'label = "达标"\nkind = "text"', 'label = "达标"\nkind = "mark"')
    add_text(workspace, f"共{{{expression}}}家。")
    with pytest.raises(WorkspaceError) as caught:
        build(workspace, workspace.parent / "out")
    assert [mistake.cause for mistake in caught.value.mistakes] == [message]


def test_a_table_may_be_computed_as_a_whole(workspace: Path) -> None:
    heads = {"item": ("项目", "text"), "total": ("合计", "亿元")}
    cells = '[[cells]]\nrow = "两网"\ncolumn = "total"\ncompute = "grid.total[2023]"\n'
    more = '[[cells]]\nrow = "国网"\ncolumn = "total"\ncompute = "grid.state[2023]"\n'
    add_table(workspace, "sums", "item,total\n两网,\n国网,\n", heads, cells + more)
    add_text(workspace, exhibit("sums", 'kind = "plain"\ndata = "sums"'))
    proved(workspace, "html", "pptx", "pdf", "xlsx")
