"""Exhibits of views: what is drawn and marked, in all four outputs, and what a proof finds in a changed file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from model_workspace import OUTLOOK, VIEWS, outlook
from yanbao import build as building
from yanbao.author import compose
from yanbao.check.proof import prove
from yanbao.document.tree import Chart, Document, Exhibit, Table, plain
from yanbao.errors import WorkspaceError
from yanbao.render.pptx.chart_places import tornado_shifts
from yanbao.render.tornado import label_side

PAGES = """
## 敏感性

```exhibit swing
kind = "tornado"
title = "各假设的影响"
data = "outlook_tornado"
decimals = 1
```

## 模拟

```exhibit spread
kind = "fan"
title = "模拟区间"
data = "outlook_fan"
rows = "2022:2025E"
```

## 双因素

```exhibit pair
kind = "sensitivity"
title = "占比与增速"
data = "outlook_grid"
```

```exhibit one
kind = "sensitivity"
title = "占比"
data = "outlook_by_share"
```

```exhibit cases
kind = "sensitivity"
title = "情景"
data = "outlook_cases"
```
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> building.Build:
    folder = tmp_path_factory.mktemp("views")
    return building.build(outlook(folder / "w", OUTLOOK + VIEWS, PAGES), folder / "out")


def _exhibit(document: Document, name: str) -> Exhibit:
    return next(exhibit for exhibit in document.exhibits() if exhibit.id == name)


def _chart(built: building.Build, name: str) -> Chart:
    body = _exhibit(built.document, name).body
    assert isinstance(body, Chart)
    return body


def _table(built: building.Build, name: str) -> Table:
    body = _exhibit(built.document, name).body
    assert isinstance(body, Table)
    return body


def _marked(table: Table) -> list[tuple[int, int]]:
    return [(y, x) for y, row in enumerate(table.rows) for x, cell in enumerate(row.cells) if cell.mark == "base"]


def test_it_proves(built: building.Build) -> None:
    files = [built.folder / f"report.{name}" for name in building.FORMATS]
    proof = prove(built.document, built.folder / "inputs", files)
    assert [f"{finding.code}: {finding.explanation}" for finding in proof.findings] == []


def test_a_tornado_starts_from_the_base_case(built: building.Build) -> None:
    chart = _chart(built, "swing")
    assert chart.kind == "tornado"
    assert chart.base is not None
    base = chart.base.value
    assert base is not None
    share, growth = (plain(category.text) for category in chart.categories)
    assert share == "配网占比（35%—50%）", "the widest stands first, with the values it takes"
    assert growth == "投资增速 2024E（5%—12%）"
    low, high = chart.series
    # the target is a multiple of the share, 40 % in the base case
    assert [low.points[0].value, high.points[0].value] == [base * 35 / 40, base * 50 / 40]
    # and of 1 + growth in 2024, 10 % in the base case
    assert [low.points[1].value, high.points[1].value] == [base * 105 / 110, base * 112 / 110]
    assert plain(_exhibit(built.document, "swing").note) == f"注：竖线为基准情形{float(base):,.1f}亿元"
    ticks = [tick.value for tick in chart.y_axis.ticks]
    assert ticks[0] < base * 35 / 40
    assert ticks[-1] > base * 50 / 40


def test_a_fan_has_its_quantiles_in_order_and_its_median(built: building.Build) -> None:
    chart = _chart(built, "spread")
    assert [plain(category.text) for category in chart.categories] == ["2022", "2023", "2024E", "2025E"]
    assert [(plain(series.name), series.mark) for series in chart.series] == [
        ("5%分位", "area"),
        ("95%分位", "area"),
        ("中位数", "rule"),
        ("配网投资", "line"),
    ]
    low, high, median, _ = ([point.value or Fraction(0) for point in series.points] for series in chart.series)
    assert all(a <= b <= c for a, b, c in zip(low, median, high, strict=True))
    assert low[-1] < median[-1] < high[-1]
    note = plain(_exhibit(built.document, "spread").note)
    assert note.startswith("注：1,000次模拟，随机数种子7；")


def test_tables_mark_the_base_case(built: building.Build) -> None:
    pair = _table(built, "pair")
    assert [plain(column.label) for column in pair.columns[1:]] == ["6%", "8.0%", "10%"]
    assert {plain(column.group) for column in pair.columns[1:]} == {"投资增速 2025E"}
    assert _marked(pair) == [(0, 2)], "8 % and 40 % are the model's own"
    assert plain(_exhibit(built.document, "pair").unit) == "单位：亿元"
    assert _marked(_table(built, "one")) == [(1, 1)]
    assert _marked(_table(built, "cases")) == [(0, 0), (0, 1), (0, 2)]
    for name in ("pair", "one", "cases"):
        assert plain(_exhibit(built.document, name).note) == "注：底色标出基准情形"


def test_a_base_case_that_is_no_step_is_not_marked(tmp_path: Path) -> None:
    model = OUTLOOK + VIEWS.replace('["40", "50"]', '["41", "50"]')
    document = compose(outlook(tmp_path / "w", model, PAGES)).document
    body = _exhibit(document, "pair").body
    assert isinstance(body, Table)
    assert _marked(body) == []
    assert _exhibit(document, "pair").note == ()


def test_an_exhibit_of_another_kind_is_refused(tmp_path: Path) -> None:
    pages = PAGES.replace('data = "outlook_tornado"', 'data = "outlook_fan"').replace(
        'data = "outlook_by_share"', 'data = "grid"'
    )
    with pytest.raises(WorkspaceError) as caught:
        compose(outlook(tmp_path / "w", OUTLOOK + VIEWS, pages))
    text = str(caught.value)
    assert "an exhibit of kind tornado shows a view of kind tornado; `outlook_fan` is fan" in text
    assert "shows a view of kind one-way or two-way or scenarios; `grid` is no view of a model" in text


def test_the_base_case_is_shaded_in_the_workbook_and_in_html(built: building.Build) -> None:
    book = openpyxl.load_workbook(built.folder / "report.xlsx")
    sheet = next(sheet for sheet in book.worksheets if "占比与增速" in str(sheet["A1"].value))
    fills = {cell.coordinate for row in sheet.iter_rows(min_row=7) for cell in row if cell.border.left.style}
    assert len(fills) == 1
    html = (built.folder / "report.html").read_text("utf-8")
    assert html.count("mark-base") - html.count("th.mark-base") - html.count("td.mark-base") == 5


# what a proof finds


def _repacked(file: Path, into: Path, part: str, change: Callable[[str], str]) -> Path:
    """Copy an office file with one kind of part changed; at least one is."""
    changed = 0
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(into, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if re.search(part, item.filename):
                text = change(data.decode())
                changed += text != data.decode()
                data = text.encode()
            new.writestr(item, data)
    assert changed == 1
    return into


def _found(built: building.Build, file: Path) -> set[str]:
    return {finding.code for finding in prove(built.document, built.folder / "inputs", [file]).findings}


def test_bars_that_begin_elsewhere_are_found_in_every_format(built: building.Build, tmp_path: Path) -> None:
    def elsewhere(text: str) -> str:
        return re.sub(r'(<c:crossesAt val=")[^"]*', r"\g<1>3000", text)

    deck = _repacked(built.folder / "report.pptx", tmp_path / "report.pptx", r"charts/chart[^/]*\.xml$", elsewhere)
    assert _found(built, deck) == {"chart-axis"}
    book = _repacked(built.folder / "report.xlsx", tmp_path / "report.xlsx", r"charts/chart[^/]*\.xml$", elsewhere)
    assert _found(built, book) == {"chart-axis"}
    html = (built.folder / "report.html").read_text("utf-8")
    text, count = re.subn(r'("name": ?"base", ?"value": ?)[0-9.]+', r"\g<1>3000", html)
    assert count == 1
    (tmp_path / "report.html").write_text(text, "utf-8")
    assert _found(built, tmp_path / "report.html") == {"chart-axis"}


@pytest.mark.parametrize(("old", "new"), [("seed = 7", "seed = 8"), ("draws = 1000", "draws = 1001")])
def test_another_simulation_is_found(built: building.Build, tmp_path: Path, old: str, new: str) -> None:
    from shutil import copytree

    inputs = Path(copytree(built.folder / "inputs", tmp_path / "inputs"))
    path = inputs / "models" / "outlook.toml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    findings = prove(built.document, inputs, [built.folder / "report.html"]).findings
    told = [finding.explanation for finding in findings]
    assert any("recipe:outlook_fan" in each for each in told), told
    assert any("outlook_fan.q5@2025E" in each for each in told), told


@pytest.mark.parametrize(
    ("ends", "sides"),
    [
        (("8", "12"), ("left", "right")),  # 10 % is the base
        (("10.0", "12"), ("left", "right")),
        (("8", "10.0"), ("left", "right")),
        (("12", "10.0"), ("right", "left")),  # the high end has no bar, the low one's lies right
        (("10.0", "8"), ("right", "left")),
    ],
)
def test_a_label_of_an_end_that_is_the_base_case_stands_clear_of_the_other_ends_bar(
    tmp_path: Path, ends: tuple[str, str], sides: tuple[str, str]
) -> None:
    views = VIEWS.replace('"growth[2024E]" = ["5", "12"]', f'"growth[2024E]" = ["{ends[0]}", "{ends[1]}"]')
    document = compose(outlook(tmp_path / "w", OUTLOOK + views, PAGES)).document
    chart = _exhibit(document, "swing").body
    assert isinstance(chart, Chart)
    at = next(at for at, each in enumerate(chart.categories) if plain(each.text).startswith("投资增速"))
    assert tuple(label_side(chart, order, at) for order in (0, 1)) == sides
    # in a deck a bar of no length has its label right of it: it is moved where the other bar lies there
    moved = [tornado_shifts(chart, order, 9.0).get(at, 0.0) < 0 for order in (0, 1)]
    assert moved == [end == "10.0" and side == "left" for end, side in zip(ends, sides, strict=True)]


def test_the_legend_of_a_tornado_is_in_one_order_in_powerpoint_and_libreoffice(built: building.Build) -> None:
    """PowerPoint goes by `c:order`, LibreOffice from the file's last series to its first (seen in 7.4)."""
    with zipfile.ZipFile(built.folder / "report.pptx") as deck:
        charts = [deck.read(name).decode() for name in deck.namelist() if re.search(r"charts/chart[^/]*\.xml$", name)]
    (tornado,) = (xml for xml in charts if "<c:crossesAt" in xml and 'c:barDir val="bar"' in xml)
    order = [int(each) for each in re.findall(r'<c:order val="(\d)"', tornado)]
    names = re.findall(r"<c:tx>.*?<c:v>(.*?)</c:v>", tornado, re.DOTALL)
    assert order == [1, 0]
    assert [name for name in names if name.startswith("取")] == ["取高值时", "取低值时"]
