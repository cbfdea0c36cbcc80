"""Stops a table's day from changing unseen where the report shows only what was computed for it."""

from __future__ import annotations

from pathlib import Path

from workspaces import change, starter
from yanbao.build import build, read_build
from yanbao.check.proof import prove

SAID = """\
title = "原文所述投资额"
origin = "swsc"
as_of = 2024-06-30
period = "year"

[columns.year]
label = "年份"

[columns.state]
label = "国家电网"
unit = "亿元"
compute = "grid.state"
"""


def test_the_day_of_a_table_whose_cells_are_all_computed(tmp_path: Path) -> None:
    """The one fact that stands in this table's file is what the origin printed beside a computed cell."""
    folder = starter(tmp_path / "workspace")
    (folder / "evidence" / "said.toml").write_text(SAID, "utf-8")
    (folder / "evidence" / "said.csv").write_text("year,state,line\n2023,5275,1606\n", "utf-8")
    chapter = folder / "report" / "01-grid.md"
    chapter.write_text(
        chapter.read_text("utf-8") + "\n## 2023年国家电网投资{said.state[2023]}\n\n- 见上表。\n", "utf-8"
    )
    out = tmp_path / "out"
    build(folder, out, formats=["html"])
    made = read_build(out)
    assert prove(made.document, made.inputs, made.outputs).ok
    change(made.inputs, "evidence/said.toml", "2024-06-30", "2023-06-30")
    (found,) = prove(made.document, made.inputs, made.outputs).findings
    assert (found.code, found.where[0].file) == ("evidence", "inputs/evidence/said.toml")
    assert "as of 2023-06-30; its facts are as of 2024-06-30" in found.explanation
