"""What an author may write builds into files that prove, however awkward the tables are."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from workspaces import change, starter
from yanbao.build import build
from yanbao.check.proof import prove

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


def proved(folder: Path, *formats: str) -> Path:
    """Build a workspace, see that its files prove, and return the build folder."""
    made = build(folder, folder.parent / "out", formats=formats)
    proof = prove(made.document, made.inputs, list(made.outputs))
    assert proof.findings == (), [finding.explanation for finding in proof.findings]
    return made.folder


def test_columns_of_one_label_are_told_apart(workspace: Path) -> None:
    heads = {"name": ("公司", "text"), "b": ("净利润", "亿元"), "a": ("净利润", "亿元"), "c": ("收入", "亿元")}
    add_table(workspace, "co", "name,b,a,c\n甲公司,1.5,2.5,3.5\n乙公司,4.5,,6.5\n丙公司,7.5,8.5,9.5\n", heads)
    add_text(workspace, exhibit("co", 'kind = "plain"\ndata = "co"\ncolumns = ["name", "b", "c", "a"]'))
    sheet = openpyxl.load_workbook(proved(workspace, "xlsx") / "report.xlsx")["数据 co"]
    found = {sheet.cell(5, at).value: sheet.cell(7, at).value for at in range(1, 5)}
    assert found == {"公司": "甲公司", "净利润 [b]": 1.5, "收入": 3.5, "净利润 [a]": 2.5}
