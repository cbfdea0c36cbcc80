"""What these stop: a deck whose spans, charts, groups or order of reading are not what its viewer sees."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Pt

from yanbao.read.foreign.pptx import read_pptx
from yanbao.read.foreign.tree import ForeignDocument, Prose, Table
from yanbao.read.pptx import read_pptx as read_own


def cells(table: Table) -> list[list[str | None]]:
    return [[None if cell is None else cell.text for cell in row] for row in table.rows]


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> ForeignDocument:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    assert slide.shapes.title is not None
    # drawn in another order than read
    note = slide.shapes.add_textbox(Pt(380), Pt(420), Pt(300), Pt(20))
    note.text_frame.text = "资料来源：公司公告"
    chart = CategoryChartData(number_format="0.0%")
    chart.categories = ["2021", "2022", "2023"]
    chart.add_series("毛利率", (0.353, None, 0.3712))
    chart.add_series("净利率", (0.1, 0.2, 0.3))
    slide.shapes.add_chart(XL_CHART_TYPE.LINE, Pt(380), Pt(150), Pt(300), Pt(260), chart)
    slide.shapes.add_textbox(Pt(380), Pt(120), Pt(300), Pt(20)).text_frame.text = "图2：利润率"
    table = slide.shapes.add_table(4, 3, Pt(20), Pt(150), Pt(330), Pt(200)).table
    for row, texts in enumerate(
        [["项目", "收入", ""], ["", "2022A", "2023E"], ["甲", "100", "110"], ["乙", "50", "60"]]
    ):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    slide.shapes.add_textbox(Pt(20), Pt(120), Pt(330), Pt(20)).text_frame.text = "表1：收入（百万元）"
    slide.shapes.title.text = "利润率回升"
    slide.notes_slide.notes_text_frame.text = "口径：合并报表"

    second = show.slides.add_slide(show.slide_layouts[6])
    group = second.shapes.add_group_shape()
    inner = group.shapes.add_textbox(Pt(300), Pt(300), Pt(100), Pt(20))
    paragraph = inner.text_frame.paragraphs[0]
    for text, baseline in (("营收12.3", None), ("1", "30000"), ("亿元", None)):
        run = paragraph.add_run()
        run.text = text
        if baseline:
            run.font._element.set("baseline", baseline)
    second.shapes.add_textbox(Pt(10), Pt(10), Pt(100), Pt(20)).text_frame.text = "上"
    scatter = XyChartData()
    series = scatter.add_series("估值")
    series.add_data_point(1.5, 20)
    series.add_data_point(2.5, 30)
    second.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, Pt(10), Pt(350), Pt(300), Pt(150), scatter)
    second._element.set("show", "0")
    file = tmp_path_factory.mktemp("deck") / "a.pptx"
    show.save(str(file))
    return read_pptx(file)


def test_columns_are_read_one_after_the_other(deck: ForeignDocument) -> None:
    words = [
        block.text if isinstance(block, Prose) else block.caption and block.caption.text
        for block in deck.pages[0].blocks
    ]
    assert words == ["利润率回升", "表1：收入（百万元）", "图2：利润率", "口径：合并报表"]
    roles = [block.role for block in deck.pages[0].blocks if isinstance(block, Prose)]
    assert roles == ["title", "speaker-note"]


def test_merged_cells(deck: ForeignDocument) -> None:
    table = next(table for table in deck.tables() if table.kind == "table")
    assert cells(table) == [
        ["项目", "收入", None],
        [None, "2022A", "2023E"],
        ["甲", "100", "110"],
        ["乙", "50", "60"],
    ]
    assert [(cell.rows, cell.columns) for cell in table.rows[0] if cell] == [(2, 1), (1, 2)]


def test_a_chart_is_a_table_of_what_it_shows(deck: ForeignDocument) -> None:
    chart = next(table for table in deck.tables() if table.kind == "chart")
    assert cells(chart) == [
        ["", "毛利率", "净利率"],
        ["2021", "35.3%", "10.0%"],
        ["2022", "", "20.0%"],
        ["2023", "37.1%", "30.0%"],
    ]
    last = chart.rows[3][1]
    assert last is not None
    assert last.value == Fraction("0.3712")
    assert (chart.head_rows, chart.head_columns) == (1, 1)
    assert [note.text for note in chart.notes] == ["资料来源：公司公告"]


def test_a_scatter_has_both_numbers_of_a_point(deck: ForeignDocument) -> None:
    chart = [table for table in deck.tables() if table.kind == "chart"][1]
    assert [[cell.text for cell in row if cell] for row in chart.rows] == [
        ["", "x", "估值"],
        ["", "1.5", "20"],
        ["", "2.5", "30"],
    ]


def test_groups_raised_marks_and_hidden_slides(deck: ForeignDocument) -> None:
    page = deck.pages[1]
    assert page.hidden
    assert [block.text for block in page.blocks if isinstance(block, Prose)][:1] == ["上"]
    texts = [prose.text for prose in deck.prose()]
    assert "营收12.3¹亿元" in texts


def test_our_own_deck_holds_the_same_words(own: Path) -> None:
    """By another route: the reader of our own decks, which keeps every paragraph."""
    file = own / "report.pptx"
    found = read_pptx(file)
    held = "\n".join(
        [prose.text for prose in found.prose()]
        + [cell.text for table in found.tables() for row in table.rows for cell in row if cell]
    )
    joined = "".join(held.split())
    for page in read_own(file).pages:
        for segment in (*page.segments, *page.notes):
            if segment.role != "hidden":
                for line in segment.text.split("\n"):
                    assert "".join(line.split()) in joined, segment
    charts = [table for table in found.tables() if table.kind == "chart"]
    expected = [chart for page in read_own(file).pages for chart in page.charts if chart.source == "pptx-xml"]
    assert len(charts) == len(expected)
    for table, chart in zip(charts, expected, strict=True):
        values = sorted(cell.value for row in table.rows for cell in row if cell and cell.value is not None)
        assert values == sorted(
            value for item in chart.series for value in (*item.values, *item.xs) if value is not None
        )
    captions = [table.caption.text for table in charts if table.caption]
    assert len(captions) == len(charts)
    assert all(text.startswith("图") for text in captions)
