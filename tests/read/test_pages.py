"""What the readers of HTML, decks and PDFs find in files made by hand with other libraries."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from yanbao.errors import ReadError
from yanbao.read.html import read_html
from yanbao.read.pdf import read_pdf
from yanbao.read.pptx import read_pptx
from yanbao.read.reference import address, column_number, parse_reference

PAGE = """<!DOCTYPE html>
<html><head><title>样例</title><style>.a::after{content:"附3页"} .b{content:none}</style></head><body>
<nav><a href="#p1">一</a></nav>
<section id="p1"><h2>电网<b>投资</b></h2>
<p>增长<span class="number" data-kind="number" data-fact="g.y@1">3.6%</span>，<br>稳定</p>
<table><tr><th>项目</th><td>5,094.0</td></tr></table>
<p hidden>藏3</p><img alt="图示5">
<script>var x = 9;</script><!-- 7 -->
<script type="application/json" data-chart="e1">SPEC</script></section>
<section id="p2"><div>外<p>内</p>后</div></section>
<script type="application/json" class="facts">{"a": 1.50}</script>
</body></html>"""

SPEC = {
    "params": [{"name": "y_values", "value": [0, 10]}, {"name": "y_labels", "value": ["0", "10"]}],
    "data": {
        "values": [
            {"position": 1, "category": "乙", "order": 0, "series": "s", "name": "名", "value": None, "text": ""},
            {"position": 0, "category": "甲", "order": 0, "series": "s", "name": "名", "value": 0.1, "text": "0.1"},
        ]
    },
    "layer": [{"encoding": {"y": {"axis": {"labelExpr": "y_labels[x]"}, "scale": {"domain": [0, 10]}}}}],
}


@pytest.fixture
def html(tmp_path: Path) -> Path:
    file = tmp_path / "report.html"
    file.write_text(PAGE.replace("SPEC", json.dumps(SPEC)), encoding="utf-8")
    return file


def test_html_texts_in_order_with_roles(html: Path) -> None:
    contents = read_html(html)
    first, second = contents.pages
    assert (first.id, second.id) == ("p1", "p2")
    assert [(segment.text, segment.role) for segment in first.segments] == [
        ("电网投资", "title"),
        ("增长3.6%，稳定", "paragraph"),
        ("项目", "cell"),
        ("5,094.0", "cell"),
        ("藏3", "hidden"),
        ("图示5", "hidden"),
    ]
    assert [segment.text for segment in second.segments] == ["外", "内", "后"]
    assert [segment.text.strip() for segment in contents.outline] == ["一", "附3页"]
    assert contents.data == {"facts": {"a": "1.50"}}


def test_html_marks(html: Path) -> None:
    (mark,) = read_html(html).pages[0].segments[1].marks
    assert (mark.kind, mark.fact) == ("number", "g.y@1")
    assert "增长3.6%，稳定"[mark.start : mark.end] == "3.6%"


def test_html_chart(html: Path) -> None:
    (chart,) = read_html(html).pages[0].charts
    assert (chart.id, chart.categories) == ("e1", ("甲", "乙"))
    (series,) = chart.series
    assert (series.name, series.values, series.labels) == ("名", (Fraction(1, 10), None), ("0.1", ""))
    (axis,) = chart.axes
    assert (axis.texts, axis.low, axis.high) == (("0", "10"), 0, 10)


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"values": [{"position": 0, "order": 0, "value": "x"}]}},
        {"data": {"values": [{"position": "0", "order": 0, "value": 1}]}},
        {"data": {"values": 3}},
        {"data": {"values": SPEC["data"]["values"] * 2}},  # type: ignore[index]
    ],
)
def test_html_chart_that_is_none(tmp_path: Path, change: dict[str, object]) -> None:
    file = tmp_path / "report.html"
    file.write_text(PAGE.replace("SPEC", json.dumps(SPEC | change)), encoding="utf-8")
    with pytest.raises(ReadError, match="e1"):
        read_html(file)


def test_deck(tmp_path: Path) -> None:
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "电网投资5275亿元"
    table = slide.shapes.add_table(2, 2, 0, Inches(2), Inches(4), Inches(1)).table
    for at, text in enumerate(("项目", "数值", "国网", "5,094.0")):
        table.cell(at // 2, at % 2).text = text
    data = CategoryChartData()
    data.categories = ["2022年", "2023年", "2024年"]
    data.add_series("国网", (5094, 5275.5, None))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(4), Inches(3), data)
    slide.notes_slide.notes_text_frame.text = "来源：第1606行"
    deck.slides.add_slide(deck.slide_layouts[6])
    file = tmp_path / "report.pptx"
    deck.save(str(file))

    contents = read_pptx(file)
    first, second = contents.pages
    assert [(segment.text, segment.role, segment.place.cell) for segment in first.segments] == [
        ("电网投资5275亿元", "title", ""),
        ("项目", "cell", "r1c1"),
        ("数值", "cell", "r1c2"),
        ("国网", "cell", "r2c1"),
        ("5,094.0", "cell", "r2c2"),
    ]
    assert [note.text for note in first.notes] == ["来源：第1606行"]
    assert second.segments == ()
    xml, book = first.charts
    for chart in (xml, book):
        assert chart.categories == ("2022年", "2023年", "2024年")
        assert [(series.name, series.values) for series in chart.series] == [
            ("国网", (Fraction(5094), Fraction("5275.5"), None))
        ]
    assert (xml.source, book.source) == ("pptx-xml", "pptx-workbook")


def test_deck_scatter(tmp_path: Path) -> None:
    from pptx import Presentation
    from pptx.chart.data import XyChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    data = XyChartData()
    series = data.add_series("利用率")
    for x, y in ((99.6, 100), (73.2, 97.4)):
        series.add_data_point(x, y)
    slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, 0, 0, Inches(4), Inches(3), data)
    file = tmp_path / "report.pptx"
    deck.save(str(file))
    for chart in read_pptx(file).pages[0].charts:
        (found,) = chart.series
        assert (found.xs, found.values) == ((Fraction("99.6"), Fraction("73.2")), (Fraction(100), Fraction("97.4")))


def test_pdf(tmp_path: Path) -> None:
    import typst

    source = tmp_path / "a.typ"
    source.write_text(
        '#set text(font: "Noto Sans SC")\n= 电网投资\n#box[5275亿元]，同比#box("-3.6%")\n#pagebreak()\n== 第二页\n正文',
        encoding="utf-8",
    )
    file = tmp_path / "report.pdf"
    file.write_bytes(typst.compile(str(source)))
    contents = read_pdf(file)
    texts = [["".join(segment.text.split()) for segment in page.segments] for page in contents.pages]
    assert texts == [["电网投资", "5275亿元，同比-3.6%"], ["第二页", "正文"]]
    line = contents.pages[0].segments[1]
    assert (line.place.page, line.place.line) == (1, 2)
    assert line.place.box is not None
    assert line.place.box.left < line.place.box.right
    assert [(mark.text, mark.place.page) for mark in contents.outline] == [("电网投资", 1), ("第二页", 2)]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("Sheet1!$B$2:$B$4", [(2, 2), (3, 2), (4, 2)]),
        ("'图1 电网'!A1", [(1, 1)]),
        ("='it''s'!$AA$10", [(10, 27)]),
        ("B2:A1", [(1, 1), (1, 2), (2, 1), (2, 2)]),
    ],
)
def test_references(text: str, cells: list[tuple[int, int]]) -> None:
    found = parse_reference(text)
    assert found is not None
    assert found.cells() == cells


@pytest.mark.parametrize("text", ["", "Sheet1!", "A", "1:2", "SUM(A1)", "A1,B2", "A1:B2:C3"])
def test_no_reference(text: str) -> None:
    assert parse_reference(text) is None


def test_a_reference_to_a_million_cells_is_bounded() -> None:
    found = parse_reference("A1:XFD1048576")
    assert found is not None
    assert len(found.cells()) == 100_000


def test_addresses() -> None:
    assert [address(7, number) for number in (1, 26, 27, 702, 703)] == ["A7", "Z7", "AA7", "ZZ7", "AAA7"]
    assert [column_number(name) for name in ("A", "Z", "AA", "ZZ", "AAA")] == [1, 26, 27, 702, 703]
