"""Whiskers: a forecast's range against what came, in all four outputs, and what a proof finds in a changed file."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from workspaces import change, english, starter
from yanbao import build as building
from yanbao.author import compose
from yanbao.check.proof import prove
from yanbao.document.tree import Chart, Document, plain
from yanbao.errors import WorkspaceError

CSV = """\
year,low,mean,high,actual
2021,1.10,1.25,1.40,1.31
2022,1.20,1.45,1.62,1.08
2023,1.05,1.20,1.38,1.20
2024,1.30,1.52,1.77,—
2025,—,1.80,—,—
"""
TOML = """\
title = { zh = "预测与实际", en = "Forecast and actual" }
period = "year"
origin = { zh = "示例一致预期", en = "Sample consensus" }
as_of = 2024-06-30

[columns.year]
label = { zh = "年份", en = "Year" }

[columns.low]
label = { zh = "最低预测", en = "Lowest forecast" }
unit = "元/股"
missing = { "—" = { zh = "仅一家预测", en = "one forecast only" } }

[columns.mean]
label = { zh = "平均预测", en = "Mean forecast" }
unit = "元/股"

[columns.high]
label = { zh = "最高预测", en = "Highest forecast" }
unit = "元/股"
missing = { "—" = { zh = "仅一家预测", en = "one forecast only" } }

[columns.actual]
label = { zh = "实际", en = "Actual" }
unit = "元/股"
missing = { "—" = { zh = "尚未披露", en = "not yet reported" } }
"""
BLOCK = """
## {head}

```exhibit against
kind = "whiskers"
title = "{title}"
data = "estimates"
ends = ["low", "high"]
y = ["mean", "actual"]
```
"""


def _add(folder: Path, block: str, page: str = "report/01-grid.md", csv: str = CSV) -> Path:
    (folder / "evidence" / "estimates.csv").write_text(csv, "utf-8")
    (folder / "evidence" / "estimates.toml").write_text(TOML, "utf-8")
    path = folder / page
    path.write_text(path.read_text("utf-8") + block, "utf-8")
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> building.Build:
    folder = tmp_path_factory.mktemp("whiskers")
    block = BLOCK.format(head="预测", title="每股收益预测与实际")
    return building.build(_add(starter(folder / "w"), block), folder / "out")


def _chart(document: Document) -> Chart:
    body = next(exhibit.body for exhibit in document.exhibits() if exhibit.id == "against")
    assert isinstance(body, Chart)
    return body


def _findings(built: building.Build, *files: Path) -> list[str]:
    given = list(files) or [built.folder / f"report.{name}" for name in building.FORMATS]
    return [f"{one.code}: {one.explanation}" for one in prove(built.document, built.folder / "inputs", given).findings]


def test_it_proves(built: building.Build) -> None:
    assert _findings(built) == []


def test_ends_come_first_then_the_dots(built: building.Build) -> None:
    chart = _chart(built.document)
    assert [(series.id, series.mark, plain(series.name), series.labels) for series in chart.series] == [
        ("low", "end", "最低预测", "none"),
        ("high", "end", "最高预测", "none"),
        ("mean", "dot", "平均预测", "all"),
        ("actual", "dot", "实际", "all"),
    ]
    assert [point.value for point in chart.series[0].points[:2]] == [Fraction("1.1"), Fraction("1.2")]
    assert [point.text for point in chart.series[3].points] == ["1.31", "1.08", "1.20", "", ""]
    assert [chart.y_axis.ticks[0].text, chart.y_axis.ticks[-1].text] == ["1.0", "1.8"]


def test_it_speaks_english(tmp_path: Path) -> None:
    folder = english(tmp_path / "w")
    block = BLOCK.format(head="Estimates", title="Estimates against what came")
    _add(folder, block, "report/en/01-grid.md")
    made = building.build(folder, tmp_path / "out", language="en")
    assert [plain(series.name) for series in _chart(made.document).series] == [
        "Lowest forecast",
        "Highest forecast",
        "Mean forecast",
        "Actual",
    ]
    assert _findings(made) == []


def test_native_charts_are_drawn_by_a_column_of_lengths(built: building.Build) -> None:
    lengths = [0.3, 0.42, 0.33, 0.47, None]
    book = openpyxl.load_workbook(built.folder / "report.xlsx", data_only=True)
    sheet = next(sheet for sheet in book.worksheets if "每股收益预测与实际" in str(sheet["A1"].value))
    head = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "最低预测–最高预测")
    column = [sheet.cell(head.row + 2 + at, head.column).value for at in range(5)]
    assert [None if each is None else round(each, 9) for each in column] == lengths
    with zipfile.ZipFile(built.folder / "report.pptx") as deck:
        inner = [deck.read(name) for name in deck.namelist() if name.endswith(".xlsx")]
    for data in inner:
        cells = openpyxl.load_workbook(io.BytesIO(data), data_only=True).active
        if cells is not None and cells["F1"].value == "最低预测–最高预测":
            assert [None if (v := cells.cell(2 + at, 6).value) is None else round(v, 9) for at in range(5)] == lengths
            break
    else:
        pytest.fail("no workbook of the deck has a column of lengths")


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ('ends = ["low", "high"]', 'ends = ["low"]', "`ends` are two columns, the low and the high one; here are 1"),
        ('ends = ["low", "high"]', 'ends = ["high", "low"]', "`high` is above `low` in the row `2021`: 1.40 and 1.10"),
        ('y = ["mean", "actual"]', "", "a whiskers needs `y`"),
        ('"mean", "actual"', '"mean", "actua"', "no column `actua` in table `estimates`; near: actual"),
    ],
)
def test_what_cannot_be_drawn_is_refused(tmp_path: Path, old: str, new: str, cause: str) -> None:
    folder = _add(starter(tmp_path / "w"), BLOCK.format(head="预测", title="预测"))
    change(folder, "report/01-grid.md", old, new)
    with pytest.raises(WorkspaceError) as caught:
        compose(folder)
    assert cause in str(caught.value)


# what a proof finds


def _repacked(file: Path, into: Path, part: str, swap: Callable[[str], str]) -> Path:
    """Copy an office file with one of its parts changed."""
    changed = 0
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(into, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if re.search(part, item.filename):
                text = swap(data.decode())
                changed += text != data.decode()
                data = text.encode()
            new.writestr(item, data)
    assert changed == 1
    return into


def _longer(xml: str) -> str:
    return re.sub(r"(<c:errBars>.*?<c:pt idx=\"1\"><c:v>)[^<]*", r"\g<1>0.43", xml, flags=re.DOTALL)


def _in_per_cent(xml: str) -> str:
    return xml.replace('<c:errValType val="cust"/>', '<c:errValType val="percentage"/>')


def _both_ways(xml: str) -> str:
    return xml.replace('<c:errBarType val="plus"/>', '<c:errBarType val="both"/>')


def _gone(xml: str) -> str:
    return re.sub(r"<c:errBars>.*?</c:errBars>", "", xml, flags=re.DOTALL)


@pytest.mark.parametrize("swap", [_longer, _in_per_cent, _both_ways, _gone])
def test_a_stroke_that_is_not_its_ends_is_found(
    built: building.Build, tmp_path: Path, swap: Callable[[str], str]
) -> None:
    part = r"charts/chart[^/]*\.xml$"
    deck = _repacked(built.folder / "report.pptx", tmp_path / "report.pptx", part, swap)
    found = _findings(built, deck)
    assert found
    assert {each.partition(":")[0] for each in found} <= {"chart-xml", "chart-book"}
    book = _repacked(built.folder / "report.xlsx", tmp_path / "report.xlsx", part, swap)
    found = _findings(built, book)
    assert found
    assert {each.partition(":")[0] for each in found} <= {"chart-cache", "chart-range"}
    if swap is _longer:
        assert "chart-cache: the whisker of 图" in found[0]
        assert "2022, is 0.43 long; its ends are 0.42 apart" in found[0]


def test_a_length_that_was_typed_over_is_found(built: building.Build, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(built.folder / "report.xlsx")
    sheet = next(sheet for sheet in book.worksheets if "每股收益预测与实际" in str(sheet["A1"].value))
    head = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "最低预测–最高预测")
    name = re.escape(sheet.cell(head.row + 3, head.column).coordinate)
    index = book.sheetnames.index(sheet.title) + 1

    def typed(xml: str) -> str:
        return re.sub(rf'(<c r="{name}"[^>]*>)<f>[^<]*</f><v>[^<]*</v>', r"\g<1><v>0.5</v>", xml)

    part = rf"worksheets/sheet{index}\.xml$"
    found = _findings(built, _repacked(built.folder / "report.xlsx", tmp_path / "report.xlsx", part, typed))
    assert any(each.startswith("chart-range: the whisker of") and "2022, is 0.5 long" in each for each in found), found


def test_a_moved_end_is_found_in_html(built: building.Build, tmp_path: Path) -> None:
    html = (built.folder / "report.html").read_text("utf-8")
    spec = next(
        each
        for each in re.findall(r'<script type="application/json"[^>]*data-chart="against"[^>]*>(.*?)</script>', html)
    )
    rows = json.loads(spec)["data"]["values"]
    assert [row["value"] for row in rows if row["series"] == "low"] == [1.1, 1.2, 1.05, 1.3, None]
    changed = spec.replace("1.05", "1.15")
    assert changed != spec
    (tmp_path / "report.html").write_text(html.replace(spec, changed), "utf-8")
    found = _findings(built, tmp_path / "report.html")
    assert [each for each in found if each.startswith("chart-spec: 图")], found
