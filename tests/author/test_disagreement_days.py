"""The appendix of contradictions says the day of a value that is of another day than the report."""

from __future__ import annotations

from pathlib import Path

import pytest

from workspaces import change, starter
from yanbao.author import compose
from yanbao.check import days
from yanbao.check.subject import Subject
from yanbao.document.tree import Table, plain

AREAS = "batch,first,second,total,line\n全国,8,6,15,1557\n"
SIDECAR = """title = "试点地区"
origin = "swsc"
as_of = {day}
[columns.batch]
label = "范围"
[columns.first]
label = "首批"
unit = "个"
[columns.second]
label = "次批"
unit = "个"
[columns.total]
label = "合计"
unit = "个"
compute = "first + second"
"""


@pytest.mark.parametrize(
    ("day", "said", "place"),
    [("2023-12-31", "截至2023年底", "第1557行 2023年12月31日"), ("2024-06-30", "试点", "第1557行")],
)
def test_a_value_of_another_day_says_so(tmp_path: Path, day: str, said: str, place: str) -> None:
    folder = starter(tmp_path / "w")
    (folder / "evidence/areas.csv").write_text(AREAS, "utf-8")
    (folder / "evidence/areas.toml").write_text(SIDECAR.format(day=day), "utf-8")
    change(folder, "report/01-grid.md", "- 2019年以来", f"- {said}共{{areas.total[全国]}}。\n- 2019年以来")
    document = compose(folder).document
    appendix = next(page for page in document.pages if page.id == "disagreements-0")
    (exhibit,) = appendix.exhibits()
    assert isinstance(exhibit.body, Table)
    assert [plain(row.cells[-1].text) for row in exhibit.body.rows] == [place]
    found = [finding for finding in days.findings(Subject(document, folder)) if "disagreements" in finding.explanation]
    assert found == []
