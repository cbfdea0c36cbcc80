"""Calls on an axis of time, in all four outputs, and what a proof finds in a changed file."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest

from workspaces import change, english, starter
from yanbao import build as building
from yanbao.author import compose
from yanbao.author.time_axis import time_axis
from yanbao.check.proof import prove
from yanbao.document.tree import Chart, Document, Exhibit, plain
from yanbao.errors import WorkspaceError

CSV = """\
call,name,rating,published,outcome
C00001,海康威视,买入,2023-07-03,命中
C00002,科大讯飞,买入,2023-08-14,未中
C00003,海康威视,持有,2023-11-20,未中
C00004,金山办公,买入,2024-01-08,期内
C00005,科大讯飞,中性,2024-03-11,命中
C00006,海康威视,买入,2024-06-24,期内
"""
ENGLISH = {
    "海康威视": "Hikvision", "科大讯飞": "iFlytek", "金山办公": "Kingsoft Office", "买入": "Buy", "持有": "Hold",
    "中性": "Neutral", "命中": "hit", "未中": "miss", "期内": "open",
}  # fmt: skip
TOML = """\
title = { zh = "评级", en = "Calls" }
origin = { zh = "示例评级记录", en = "Sample ledger" }
as_of = 2024-06-30

[columns.call]
label = { zh = "编号", en = "Call" }

[columns.name]
label = { zh = "公司", en = "Company" }
kind = "text"

[columns.rating]
label = { zh = "评级", en = "Rating" }
kind = "text"

[columns.published]
label = { zh = "发布日", en = "Published" }
kind = "date"

[columns.outcome]
label = { zh = "结果", en = "Outcome" }
kind = "text"
"""
BLOCK = """
## {head}

```exhibit marks
kind = "calls"
title = "{title}"
data = "calls"
when = "published"
lane = "name"
by = "outcome"
```
"""


def _add(folder: Path, block: str, page: str = "report/01-grid.md", csv: str = CSV) -> Path:
    (folder / "evidence" / "calls.csv").write_text(csv, "utf-8")
    (folder / "evidence" / "calls.toml").write_text(TOML, "utf-8")
    path = folder / page
    path.write_text(path.read_text("utf-8") + block, "utf-8")
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> building.Build:
    folder = tmp_path_factory.mktemp("calls")
    return building.build(
        _add(starter(folder / "w"), BLOCK.format(head="评级", title="历次评级与结果")), folder / "out"
    )


def _exhibit(document: Document) -> Exhibit:
    return next(exhibit for exhibit in document.exhibits() if exhibit.id == "marks")


def _chart(document: Document) -> Chart:
    body = _exhibit(document).body
    assert isinstance(body, Chart)
    return body


def _findings(built: building.Build, *files: Path, document: Document | None = None) -> list[str]:
    given = list(files) or [built.folder / f"report.{name}" for name in building.FORMATS]
    proof = prove(document or built.document, built.folder / "inputs", given)
    return [f"{one.code}: {one.explanation}" for one in proof.findings]


def test_it_proves(built: building.Build) -> None:
    assert _findings(built) == []


def test_each_call_stands_at_its_day_in_its_row_and_class(built: building.Build) -> None:
    chart = _chart(built.document)
    nil = date(1899, 12, 30)
    days = [
        date(2023, 7, 3),
        date(2023, 8, 14),
        date(2023, 11, 20),
        date(2024, 1, 8),
        date(2024, 3, 11),
        date(2024, 6, 24),
    ]
    assert [point.value for point in chart.series[0].points] == [(day - nil).days for day in days]
    assert [plain(series.name) for series in chart.series[1:]] == ["命中", "未中", "期内"]
    rows = [[point.value for point in series.points] for series in chart.series[1:]]
    assert rows == [
        [3, None, None, None, 2, None],
        [None, 2, 3, None, None, None],
        [None, None, None, 1, None, 3],
    ]
    assert [tick.text for tick in chart.y_axis.ticks] == ["", "金山办公", "科大讯飞", "海康威视", ""], (
        "the first on top"
    )
    assert chart.labelled == (0, 1, 3)
    assert chart.stories == 3


@pytest.mark.parametrize(
    ("first", "last", "texts"),
    [
        (date(2024, 6, 5), date(2024, 6, 28), ["2024-06-03", "2024-06-10", "2024-06-17", "2024-06-24", "2024-07-01"]),
        (date(2023, 7, 3), date(2024, 6, 24), ["2023-07-01", "2023-09-30", "2023-12-30", "2024-03-30", "2024-06-29"]),
        (date(2018, 2, 1), date(2022, 11, 30), ["2018", "2019", "2020", "2021", "2022", "2023"]),
        (date(2005, 2, 1), date(2024, 11, 30), ["2005", "2009", "2013", "2017", "2021", "2025"]),
    ],
)
def test_ticks_of_days_are_even_and_say_their_day(first: date, last: date, texts: list[str]) -> None:
    axis = time_axis([last, first])
    assert [tick.text for tick in axis.ticks] == texts
    values = [tick.value for tick in axis.ticks]
    assert len({after - before for before, after in pairwise(values)}) == 1
    nil = date(1899, 12, 30)
    for tick in axis.ticks:
        day = date(int(tick.text), 1, 1) if len(tick.text) == 4 else date.fromisoformat(tick.text)
        assert (day - nil).days <= tick.value < (day - nil).days + 1
    assert values[0] <= (first - nil).days
    assert (last - nil).days <= values[-1]


def test_it_speaks_english(tmp_path: Path) -> None:
    folder = english(tmp_path / "w")
    csv = CSV
    for zh, en in ENGLISH.items():
        csv = csv.replace(zh, en)
    _add(folder, BLOCK.format(head="Calls", title="Calls and what they came to"), "report/en/01-grid.md", csv)
    made = building.build(folder, tmp_path / "out", language="en")
    assert [plain(series.name) for series in _chart(made.document).series] == ["Published", "hit", "miss", "open"]
    assert _findings(made) == []


def test_the_sheet_shows_words_and_holds_numbers(built: building.Build) -> None:
    book = openpyxl.load_workbook(built.folder / "report.xlsx")
    sheet = next(sheet for sheet in book.worksheets if "历次评级与结果" in str(sheet["A1"].value))
    (row,) = [row for row in sheet.iter_rows(min_row=6) if row[0].value == "金山办公"]
    assert row[1].value.date() == date(2024, 1, 8), "a day that Excel can sort"
    assert row[1].number_format == "yyyy-mm-dd"
    assert (row[4].value, row[4].number_format) == (1, '"期内"')
    assert row[2].value is None


@pytest.mark.parametrize(
    ("csv", "toml", "cause"),
    [
        (
            CSV.replace("2023-08-14", "去年夏天"),
            "",
            "`published` says no day in the rows C00002; write them as 2024-06-30",
        ),
        (CSV.replace("01-08,期内", "01-08,"), "", "`outcome` says nothing in the rows C00004"),
        (CSV, 'rows = "C00009"', "no row `C00009` in table `calls`"),
        (CSV, 'by = "outcom"', "no column `outcom` in table `calls`; near: outcome"),
    ],
)
def test_what_cannot_be_drawn_is_refused(tmp_path: Path, csv: str, toml: str, cause: str) -> None:
    folder = _add(starter(tmp_path / "w"), BLOCK.format(head="评级", title="评级"), csv=csv)
    if toml.startswith("by"):
        change(folder, "report/01-grid.md", 'by = "outcome"', toml)
    elif toml:
        change(folder, "report/01-grid.md", 'by = "outcome"', f'by = "outcome"\n{toml}')
    with pytest.raises(WorkspaceError) as caught:
        compose(folder)
    assert cause in str(caught.value)


# what a proof finds


def _changed(built: building.Build, order: int, at: int, **changes: object) -> list[str]:
    """Return the findings of a document in which one point of the calls is another; nothing is said of the files."""
    chart = _chart(built.document)
    series = chart.series[order]
    points = list(series.points)
    points[at] = replace(points[at], **changes)  # type: ignore[arg-type]
    other = replace(series, points=tuple(points))
    body = replace(chart, series=(*chart.series[:order], other, *chart.series[order + 1 :]))
    exhibit = _exhibit(built.document)
    pages = tuple(
        replace(page, blocks=tuple(replace(block, body=body) if block is exhibit else block for block in page.blocks))
        for page in built.document.pages
    )
    document = replace(built.document, pages=pages)
    return [
        each for each in _findings(built, built.folder / "report.pdf", document=document) if each.startswith("point")
    ]


def test_a_mark_at_another_place_than_its_facts_is_found(built: building.Build) -> None:
    day = _chart(built.document).series[0].points[2].value
    assert day is not None
    (found,) = _changed(built, 0, 2, value=day + 1)
    assert "stands at 2023-11-21 ('2023-11-20'); calls.published@C00003 is '2023-11-20'" in found
    (found,) = _changed(built, 1, 0, value=Fraction(2))
    assert "stands in the row '科大讯飞'" in found
    both = _changed(built, 1, 0, fact="calls.outcome@C00002")
    assert "is '命中'; calls.outcome@C00002 is '未中'" in both[0]
    assert "is tied to facts of the rows C00001, C00002" in both[1]
    (found,) = _changed(built, 1, 0, fact="calls.outcome@C00005")
    assert "is tied to facts of the rows C00001, C00005" in found
    (found,) = _changed(built, 1, 0, value=None, fact=None, text="")
    assert "has 0 classes" in found


def _repacked(file: Path, into: Path, part: str, swap: Callable[[str], str]) -> Path:
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


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("<c:v>45250</c:v>", "<c:v>45251</c:v>", {"chart-xml", "chart-cache"}),  # 2023-11-20, in each series' cache
        ('<c:max val="45472"/>', '<c:max val="45470"/>', {"chart-axis"}),
        ("<c:v>期内</c:v>", "<c:v>命中</c:v>", {"series-name"}),
        ('formatCode="yyyy-mm-dd"', 'formatCode="yyyy-dd-mm"', {"axis-tick"}),
        ('formatCode=";;;"', 'formatCode="0"', {"axis-tick"}),
    ],
)
def test_changed_charts_are_found(built: building.Build, tmp_path: Path, old: str, new: str, codes: set[str]) -> None:
    for name in ("pptx", "xlsx"):

        def swap(xml: str) -> str:
            return xml.replace(old, new) if "scatterChart" in xml else xml

        part = r"charts/chart[^/]*\.xml$"
        file = _repacked(built.folder / f"report.{name}", tmp_path / f"report.{name}", part, swap)
        found = {each.partition(":")[0] for each in _findings(built, file)}
        assert found, name
        assert found <= codes, name


def test_another_name_at_a_mark_is_found_in_the_deck(built: building.Build, tmp_path: Path) -> None:
    def swap(xml: str) -> str:
        return re.sub(r"(<a:t>)金山办公(</a:t>)", r"\g<1>科大讯飞\2", xml)

    part = r"charts/chart[^/]*\.xml$"
    file = _repacked(built.folder / "report.pptx", tmp_path / "report.pptx", part, swap)
    found = _findings(built, file)
    assert any(each.startswith("category: item 4 of") for each in found), found


def test_a_row_that_was_typed_over_is_found_behind_its_words(built: building.Build, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(built.folder / "report.xlsx")
    sheet = next(sheet for sheet in book.worksheets if "历次评级与结果" in str(sheet["A1"].value))
    (row,) = [row for row in sheet.iter_rows(min_row=6) if row[0].value == "金山办公"]
    index, place = book.sheetnames.index(sheet.title) + 1, row[4].coordinate

    def swap(xml: str) -> str:
        return re.sub(rf'(<c r="{place}"[^>]*>)<v>1</v>', r"\g<1><v>2</v>", xml)

    file = _repacked(built.folder / "report.xlsx", tmp_path / "report.xlsx", rf"worksheets/sheet{index}\.xml$", swap)
    found = _findings(built, file)
    assert any(each.startswith("sheet-value:") and place in each for each in found), found


def test_a_moved_mark_is_found_in_html(built: building.Build, tmp_path: Path) -> None:
    html = (built.folder / "report.html").read_text("utf-8")
    (spec,) = re.findall(r'<script type="application/json"[^>]*data-chart="marks"[^>]*>(.*?)</script>', html)
    rows = json.loads(spec)["data"]["values"]
    assert [row["value"] for row in rows if row["series"] == "outcome3"] == [None, None, None, 1, None, 3]
    changed = spec.replace("45250", "45251")
    assert changed != spec
    (tmp_path / "report.html").write_text(html.replace(spec, changed), "utf-8")
    assert any(each.startswith("chart-spec: 图") for each in _findings(built, tmp_path / "report.html"))
