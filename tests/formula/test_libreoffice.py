"""A third engine: LibreOffice recomputes the same formulas from a file without cached values."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from formula.cases import answer, blocks, operands
from formula.workbook import cell_unit
from yanbao.formula import evaluate, excel, parse

VALUES = blocks(Path(__file__).parent / "fixtures" / "values.txt")
SOFFICE = shutil.which("soffice")


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice")
def test_libreoffice_gives_the_same_values(tmp_path: Path) -> None:
    import openpyxl

    assert SOFFICE is not None
    book = openpyxl.Workbook()  # writes formulas without cached values: what is read back was recomputed
    sheet = book.active
    sheet.title = "values"
    wanted: list[float] = []
    for row, (_, question, expected) in enumerate(VALUES):
        expression, _, given = question.rpartition("|")
        facts, expr = operands(given), parse(expression.strip())
        cells = {}
        for column, (name, quantity) in enumerate(facts.items(), 1):
            unit = cell_unit(quantity.unit)
            sheet.cell(row + 1, column + 1, float(quantity.value * quantity.unit.scale / unit.scale))
            cells[name] = (f"{'ABCDEFGHIJ'[column]}{row + 1}", unit)
        unit = cell_unit(answer(expected).unit)
        sheet.cell(row + 1, 1, "=" + excel(expr, cells.__getitem__, unit))
        exact = evaluate(expr, facts.__getitem__)
        wanted.append(float(exact.value * exact.unit.scale / unit.scale))
    book.save(tmp_path / "values.xlsx")
    assert openpyxl.load_workbook(tmp_path / "values.xlsx", data_only=True)["values"]["A1"].value is None
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        SOFFICE,
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        "out",
        "values.xlsx",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=180)
    found = openpyxl.load_workbook(tmp_path / "out" / "values.xlsx", data_only=True)["values"]
    for row, (value, (line, question, _)) in enumerate(zip(wanted, VALUES, strict=True), 1):
        cell = found.cell(row, 1).value
        assert cell == pytest.approx(value, rel=1e-12, abs=1e-12), f"values.txt:{line}: {question} gives {cell}"
