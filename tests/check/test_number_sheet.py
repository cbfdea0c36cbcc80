"""Stops a sheet of computed facts about years from being read as the list of the numbers in the text."""

from __future__ import annotations

from pathlib import Path

from workspaces import starter
from yanbao import build as building
from yanbao.check.proof import prove
from yanbao.read.xlsx import read_xlsx


def test_rows_that_begin_with_a_year_are_no_rows_of_a_page(tmp_path: Path) -> None:
    """In English the millions of yuan are computed, so the sheet of computed facts lists each year."""
    made = building.build(starter(tmp_path / "workspace"), tmp_path / "out", language="en", formats=("xlsx",))
    sheets = {page.id: page for page in read_xlsx(made.outputs[0]).pages}
    years = [each.text for each in sheets["Computed"].segments if each.cell and each.cell.address[0] == "A"]
    assert {"2019", "2020"} & set(years)
    proof = prove(made.document, made.inputs, made.outputs)
    assert proof.ok, proof.to_text()
