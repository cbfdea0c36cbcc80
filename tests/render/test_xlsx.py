"""The workbook: formulas that live, charts on the right cells, texts that stay texts, the same bytes."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import replace
from fractions import Fraction
from math import isclose
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree

import sample
from yanbao.document.theme import Theme
from yanbao.document.tree import (
    Axis,
    Category,
    Cell,
    Chart,
    Column,
    Document,
    Exhibit,
    Page,
    Paragraph,
    Point,
    Row,
    Series,
    Span,
    Table,
    Tick,
    plain,
)
from yanbao.errors import RenderError
from yanbao.fact.fact import Derivation, Fact, Source
from yanbao.quantity.interval import Interval
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import PERCENT, POINT_OF_PERCENT, YI_YUAN, YUAN, Unit
from yanbao.read.xlsx import read_xlsx, recompute
from yanbao.render.xlsx import render_xlsx

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
MANY = Unit("家", (("count:家", 1),))


def consistent() -> Document:
    """The sample, with formulas for its percentiles that give the values it states."""
    document = sample.document()
    facts = dict(document.facts)
    for name, year in (("low", 2020), ("high", 2022), ("median", 2021)):
        key = f"grid.{name}@all"
        operand = f"grid.state@{year}"
        facts[key] = replace(facts[key], lineage=Derivation(f"{{{operand}}}", (operand,)))
    return replace(document, facts=facts)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("xlsx") / "report.xlsx"
    render_xlsx(consistent(), Theme(), path)
    return path


# a document made for a purpose


def sourced(key: str, value: str, unit: Unit, row: str = "", line: int = 2) -> Fact:
    dataset, _, rest = key.partition(".")
    column, _, found = rest.partition("@")
    source = Source(dataset, row or found, column, f"evidence/{dataset}.csv", line, "某交易所", 7)
    return Fact(key, found, column, source, quantity=Quantity.printed(value, unit))


def computed(key: str, formula: str, inputs: list[str], value: Fraction, unit: Unit) -> Fact:
    return Fact(
        key,
        key.partition("@")[2],
        key.partition("@")[0],
        Derivation(formula, tuple(inputs)),
        quantity=Quantity(value, Interval.point(value), unit),
    )


def document_of(facts: list[Fact], *blocks: Paragraph | Exhibit, language: str = "zh") -> Document:
    page = Page("p", "content", (Span("标题"),), blocks, 1, footer=(Span("示例研究所"),))
    made = sample.document()
    return replace(made, pages=(page,), facts={fact.id: fact for fact in facts}, language=language)  # type: ignore[arg-type]


def table_of(*rows: list[Cell]) -> Exhibit:
    columns = tuple(Column(f"c{at}", (Span(f"列{chr(65 + at)}"),)) for at in range(len(rows[0])))
    body = Table("plain", columns, tuple(Row(tuple(row)) for row in rows))
    return Exhibit("t", sample.label("表1"), (Span("测试"),), body, origin=(Span("来源：某交易所"),))


def chart_of(points: tuple[Point, ...], **more: Any) -> Exhibit:
    series = Series("s", (Span("数列"),), "bar", points, unit="亿元", decimals=1, labels="all")
    categories = tuple(Category((Span(f"类{chr(65 + at)}"),)) for at in range(len(points)))
    axis = more.pop("axis", Axis((Tick(Fraction(0), "0"), Tick(Fraction(10), "10"))))
    return Exhibit("c", sample.label("图1"), (Span("测试"),), Chart("bar", categories, (series,), axis, **more))


def number(key: str, text: str, unit: str | None = None) -> Span:
    return Span(text, "number", key, unit=unit)


def written(document: Document, path: Path) -> Path:
    render_xlsx(document, Theme(), path)
    return path


def cell(path: Path, sheet: str, address: str) -> Any:
    return openpyxl.load_workbook(path)[sheet][address].value


# formulas


def test_every_formula_gives_its_cached_value_in_another_engine(book: Path) -> None:
    anew = recompute(book)
    cached = openpyxl.load_workbook(book, data_only=True)
    formulas = openpyxl.load_workbook(book)
    count = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for found in row:
                if found.data_type != "f":
                    continue
                count += 1
                value, stored = anew[sheet.title, found.coordinate], cached[sheet.title][found.coordinate].value
                if isinstance(stored, str):
                    assert value == stored
                else:
                    assert isinstance(value, Fraction)
                    assert isclose(value, stored, rel_tol=1e-12), (sheet.title, found.coordinate, found.value)
    assert count == len(anew) > 80


def test_computed_cells_are_formulas_over_the_evidence(book: Path) -> None:
    sheet = openpyxl.load_workbook(book)["图6 国网投资及同比"]
    assert sheet["B7"].value == "='数据 grid'!B7"
    assert sheet["C8"].value == "='数据 grid'!B8/'数据 grid'!B7-1"
    assert openpyxl.load_workbook(book, data_only=True)["图6 国网投资及同比"]["C11"].value == 0.0355319984295249


def test_each_fact_has_one_home_and_its_exact_value(book: Path) -> None:
    facts = consistent().facts
    cached = openpyxl.load_workbook(book, data_only=True)["数据 grid"]
    grid = {(cached.cell(5, column).value, cached.cell(row, 1).value): cached.cell(row, column).value
            for row in range(7, 12) for column in (2, 3, 4)}  # fmt: skip
    for (column, year), value in grid.items():
        quantity = facts[f"grid.{column}@{year}"].quantity
        assert quantity is not None
        assert Fraction(str(value)) == quantity.value / (100 if column == "share" else 1)


def test_units_of_different_scale_get_factors(tmp_path: Path) -> None:
    facts = [
        sourced("a.mv@x", "36.6", YI_YUAN),
        sourced("a.eps@x", "0.50", YUAN, line=3),
        sourced("a.share@x", "12.5", PERCENT),
        sourced("a.before@x", "10.0", PERCENT),
    ]
    facts += [
        computed("a.times@x", "{a.mv@x} / {a.eps@x}", ["a.mv@x", "a.eps@x"], Fraction(7_320_000_000), Unit("")),
        computed("a.part@x", "{a.mv@x} * {a.share@x}", ["a.mv@x", "a.share@x"], Fraction("4.575"), YI_YUAN),
        computed("a.pp@x", "diff({a.share@x}, {a.before@x})", [], Fraction("2.5"), POINT_OF_PERCENT),
    ]
    cells = [
        Cell((number("a.times@x", "7320000000"),), "a.times@x"),
        Cell((number("a.part@x", "4.6"),), "a.part@x"),
        Cell((number("a.pp@x", "2.5"),), "a.pp@x"),
        Cell((number("a.mv@x", "3660", "百万元"),), "a.mv@x"),
    ]
    path = written(document_of(facts, table_of(cells)), tmp_path / "a.xlsx")
    anew = recompute(path)
    found = [float(anew["表1 测试", f"{column}6"]) for column in "ABCD"]  # type: ignore[arg-type]
    assert found == pytest.approx([7.32e9, 4.575, 2.5, 3660], rel=1e-12)
    shown = [s.text for s in read_xlsx(path).pages[1].segments if s.cell and s.cell.address in ("B6", "C6", "D6")]
    assert shown == ["4.6", "2.5", "3660"]


def test_scattered_operands_of_a_rank_stand_in_a_block(tmp_path: Path) -> None:
    values = [("甲", "5.0"), ("乙", "9.0"), ("丙", "7.0")]
    facts = [sourced(f"s.v@{name}", value, YI_YUAN, line=at) for at, (name, value) in enumerate(values, 2)]
    facts.append(sourced("other.v@丁", "800000000", YUAN))
    ids = [fact.id for fact in facts]
    column = "[" + ", ".join(f"{{{key}}}" for key in ids) + "]"
    facts.append(computed("s.rank@丁", f"rank({{other.v@丁}}, {column})", ids, Fraction(2), Unit("")))
    facts.append(computed("s.sum@all", f"sum({column})", ids, Fraction(29), YI_YUAN))
    text = Paragraph("p", (number("s.rank@丁", "2"), Span("，"), number("s.sum@all", "29亿元")))
    path = written(document_of(facts, text), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(path)["计算"]
    assert "C10:C13" in sheet["C6"].value
    anew = recompute(path)
    assert anew["计算", "C6"] == 2
    assert anew["计算", "C7"] == 29


def test_facts_of_no_exhibit_are_computed_on_their_own_sheet(tmp_path: Path) -> None:
    facts = [sourced("a.v@x", "4.0", YI_YUAN), sourced("a.v@y", "5.0", YI_YUAN, line=3)]
    facts += [
        computed("a.up@y", "{a.v@y} / {a.v@x} - 1", ["a.v@y", "a.v@x"], Fraction(25), PERCENT),
        computed("a.double@y", "2 * {a.up@y}", ["a.up@y"], Fraction(50), PERCENT),
    ]
    text = Paragraph("p", (Span("增长"), number("a.double@y", "50%", "%"), Span("。")))
    path = written(document_of(facts, text), tmp_path / "a.xlsx")
    assert cell(path, "计算", "C6") == "='数据 a'!B8/'数据 a'!B7-1"
    assert cell(path, "计算", "C7") == "=2*C6"
    numbers = openpyxl.load_workbook(path)["正文数字"]
    assert [numbers.cell(6, at).value for at in (1, 3, 4, 5, 8)] == [1, "增长50%。", "50%", "='计算'!C7", "a.double@y"]


def test_an_evidence_sheet_is_the_file_with_its_origins(tmp_path: Path) -> None:
    def fact(column: str, row: str, line: int, file: str = "evidence/a.csv", **state: Any) -> Fact:
        source = Source("a", row, column, file, line, "某交易所" if file.endswith("csv") else "", 100 + line)
        return Fact(f"a.{column}@{row}", row, {"k": "公司", "v": "收入"}.get(column, column), source, **state)

    facts = [fact("v", name, line, quantity=Quantity.printed(value, YI_YUAN))
             for name, line, value in (("乙", 3, "2.50"), ("甲", 2, "1.0"))]  # fmt: skip
    facts += [fact("k", name, line, text=name) for name, line in (("乙", 3), ("甲", 2), ("丙", 4))]
    facts += [fact("v", "丙", 4, missing="未披露"), fact("as_of", "", 2, "evidence/a.toml", text="2024年6月30日")]
    text = Paragraph("p", (number("a.v@甲", "1.0亿元"),))
    path = written(document_of(facts, text), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(path)["数据 a"]
    rows = [[found.value for found in row[:4]] for row in sheet.iter_rows(min_row=5, max_row=9)]
    assert rows == [
        ["公司", "收入", "文件行", "原文行"],
        [None, "亿元", None, None],
        ["甲", 1, 2, 102],
        ["乙", 2.5, 3, 103],
        ["丙", "—", 4, 104],
    ]
    assert sheet["B9"].comment.text == "未披露"
    assert [sheet["B8"].number_format, sheet["B7"].number_format] == ["#,##0.00", "#,##0.0"]
    assert sheet["A2"].value == "文件：evidence/a.csv　来源：某交易所"
    assert sheet.max_row == 9  # a key of the table's description is no row of it


def test_an_origin_with_a_line_a_column_gives_its_lines_in_the_head(tmp_path: Path) -> None:
    facts = [
        Fact(f"a.{column}@{row}", row, column, Source("a", row, column, "evidence/a.csv", at, "某交易所", line),
             quantity=Quantity.printed("1.0", YI_YUAN))
        for column, line in (("v", 7), ("w", 9)) for at, row in enumerate("甲乙", 2)
    ]  # fmt: skip
    path = written(document_of(facts, Paragraph("p", (number("a.v@甲", "1.0亿元"),))), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(path)["数据 a"]
    assert [found.value for found in sheet[7]] == ["原文行", 7, 9, None]
    assert [found.value for found in sheet[8]] == ["甲", 1, 1, 2]


def test_every_number_of_the_text_is_listed(book: Path) -> None:
    document = consistent()
    wanted = [
        span.text
        for page in document.pages
        for paragraph in page.paragraphs()
        for span in paragraph.text
        if span.kind in ("number", "word", "literal")
    ]
    sheet = openpyxl.load_workbook(book)["正文数字"]
    assert [row[3].value for row in sheet.iter_rows(min_row=6)] == wanted
    assert wanted == ["增长", "3.6%", "5275亿元", "20%"]


# what is shown


def test_every_text_of_an_exhibit_is_shown_on_its_sheet(book: Path) -> None:
    pages = {page.id: page for page in read_xlsx(book).pages}
    for exhibit in consistent().exhibits():
        name = f"{plain(exhibit.label)} {plain(exhibit.title)}"
        shown = [segment.text for segment in pages[name].segments]
        body = exhibit.body
        texts = [exhibit.origin, exhibit.note]
        if isinstance(body, Table):
            texts += [cell.text for row in body.rows for cell in row.cells]
            texts += [column.label for column in body.columns] + [column.group for column in body.columns]
        elif isinstance(body, Chart):
            texts += [category.text for category in body.categories] + [series.name for series in body.series]
            shown += [point.text for series in body.series for point in series.points if point.text in shown]
            labels = {point.text for series in body.series for point in series.points if series.labels != "none"}
            assert labels - {""} <= set(shown)
        assert {plain(text) for text in texts} - {""} <= set(shown), name


@pytest.mark.parametrize(
    ("value", "unit", "text", "shown"),
    [
        ("5.3", PERCENT, "+5.3%", "+5.3%"),
        ("-5.3", PERCENT, "-5.3%", "-5.3%"),
        ("-5.3", PERCENT, "降幅5.3%", "降幅5.3%"),
        ("-1234.5", YI_YUAN, "(1,234.5)", "(1,234.5)"),
        ("5.3", PERCENT, "5.3", "5.3%"),  # the column's header says %: the cell says it itself
        ("7000", MANY, "近7000家", "近7000家"),
        ("0.5", Unit(""), "50%", "50%"),
        ("3660000000", YUAN, "36.6亿元", "36.6亿元"),
        ("-0.25", PERCENT, "−0.3%", "−0.3%"),
        ("30", PERCENT, "三成", "三成"),  # no format can show it: the words stand
        ("002380", Unit(""), "002380", "002380"),
        ("1.25", Unit("倍"), "1.2-1.3倍", "1.2-1.3倍"),
    ],
)
def test_a_number_reads_as_printed(tmp_path: Path, value: str, unit: Unit, text: str, shown: str) -> None:
    fact = sourced("a.v@x", value, unit)
    symbol = "%" if unit == PERCENT else None
    exhibit = table_of([Cell((number("a.v@x", text, symbol),), "a.v@x")])
    path = written(document_of([fact], exhibit), tmp_path / "a.xlsx")
    found = {s.cell.address: s for s in read_xlsx(path).pages[1].segments if s.cell}
    assert found["A6"].text == shown
    live = found["A6"].cell
    assert live is not None
    # words that no format can show are listed with their live value instead
    if live.formula is None:
        assert any(s.text == text for s in read_xlsx(path).pages[2].segments)
    else:
        assert live.formula.startswith("'数据 a'!B7")


def test_missing_is_words_in_a_table_and_a_gap_in_a_chart(book: Path) -> None:
    table = openpyxl.load_workbook(book)["表1 两网投资"]
    assert table["B7"].value == "—"
    assert table["B7"].comment.text.strip() == "未披露"
    chart = openpyxl.load_workbook(book)["图6 国网投资及同比"]
    assert chart["C7"].value is None
    assert "无上年数" in chart["C7"].comment.text
    root = chart_part(book, "图6")
    # a workbook of Excel 2007's version says "gap" by leaving the element out
    assert root.find(f".//{C}dispBlanksAs") is None
    with zipfile.ZipFile(book) as package:
        assert b"<AppVersion>12.0000</AppVersion>" in package.read("docProps/app.xml")
    line = root.find(f".//{C}lineChart//{C}val")
    assert [point.get("idx") for point in line.iter(f"{C}pt")] == ["1", "2", "3", "4"]
    assert line.find(f".//{C}ptCount").get("val") == "5"


# charts


def chart_part(path: Path, sheet: str) -> Any:
    """The XML of the chart that draws ranges of the sheet whose name starts with `sheet`."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.startswith("xl/charts/chart"):
                root = etree.fromstring(package.read(name))
                if f"'{sheet}" in (root.findtext(f".//{C}f") or ""):
                    return root
    raise AssertionError(sheet)


def test_charts_draw_the_cells_of_their_series(book: Path) -> None:
    pages = {page.id: page for page in read_xlsx(book).pages}
    seen = set()
    for exhibit in consistent().exhibits():
        if not isinstance(exhibit.body, Chart):
            continue
        seen.add(exhibit.body.kind)
        charts = pages[f"{plain(exhibit.label)} {plain(exhibit.title)}"].charts
        assert [chart.source for chart in charts] == ["xlsx-cache", "xlsx-range"]
        for chart in charts:
            drawn = {series.name: series for series in chart.series}
            if exhibit.body.kind == "scatter":
                x, y = exhibit.body.series
                assert list(drawn[plain(y.name)].xs) == [rounded(point.value, x.unit) for point in x.points]
                wanted = [y]
            else:
                wanted = list(exhibit.body.series)
                assert chart.categories == tuple(plain(category.text) for category in exhibit.body.categories)
            for series in wanted:
                values = [rounded(point.value, series.unit) for point in series.points]
                assert list(drawn[plain(series.name)].values) == values
    assert seen == {"line", "step", "bar", "grouped", "stacked", "bar-line", "ranking", "band", "scatter"}


def rounded(value: Fraction | None, unit: str) -> Fraction | None:
    if value is None:
        return None
    return Fraction(f"{float(value / (100 if unit == '%' else 1)):.15g}")


def test_axes_are_the_ticks_of_the_tree(book: Path) -> None:
    root = chart_part(book, "图6")
    axes = {axis.find(f"{C}axId").get("val"): axis for axis in root.iter(f"{C}valAx")}
    found = [
        (
            axis.find(f"{C}scaling/{C}min").get("val"),
            axis.find(f"{C}scaling/{C}max").get("val"),
            axis.find(f"{C}majorUnit").get("val"),
            axis.find(f"{C}numFmt").get("formatCode"),
        )
        for axis in axes.values()
    ]
    assert sorted(found) == [("-0.1", "0.2", "0.1", "0%"), ("0", "6000", "2000", "#,##0")]


def test_several_bars_stand_out_with_their_rows(tmp_path: Path) -> None:
    points = tuple(Point(None, Fraction(at), f"{at}亿元") for at in range(1, 5))
    path = written(document_of([], chart_of(points, highlight=3, also_highlighted=(1,))), tmp_path / "a.xlsx")
    found = chart_part(path, "图1").findall(f".//{C}dPt/{C}idx")
    assert [item.get("val") for item in found] == ["1", "3"]
    sheet = openpyxl.load_workbook(path)["图1 测试"]
    bold = [row[0].value for row in sheet.iter_rows(min_row=6) if row[0].value and row[0].font.b]
    assert {"类B", "类D"} <= set(bold)
    assert not {"类A", "类C"} & set(bold)


def test_a_highlight_and_steps_are_drawn(book: Path) -> None:
    point = chart_part(book, "图7").find(f".//{C}dPt")
    assert point.find(f"{C}idx").get("val") == "5"
    assert Theme().highlight[1:].upper() in etree.tostring(point).decode()
    assert chart_part(book, "图2").find(f".//{C}gapWidth").get("val") == "0"
    assert chart_part(book, "图5").find(f".//{C}grouping").get("val") == "stacked"


def test_ticks_that_no_format_can_show_are_refused(tmp_path: Path) -> None:
    axis = Axis((Tick(Fraction(0), "低"), Tick(Fraction(10), "高")))
    fact = sourced("a.v@x", "4.0", YI_YUAN)
    exhibit = chart_of((Point(fact.id, Fraction(4), "4.0"),), axis=axis)
    with pytest.raises(RenderError, match="低, 高"):
        render_xlsx(document_of([fact], exhibit), Theme(), tmp_path / "a.xlsx")
    uneven = Axis((Tick(Fraction(0), "0"), Tick(Fraction(1), "1"), Tick(Fraction(5), "5")))
    with pytest.raises(RenderError, match="equal steps"):
        render_xlsx(document_of([fact], replace_axis(exhibit, uneven)), Theme(), tmp_path / "a.xlsx")


def replace_axis(exhibit: Exhibit, axis: Axis) -> Exhibit:
    assert isinstance(exhibit.body, Chart)
    return replace(exhibit, body=replace(exhibit.body, y_axis=axis))


# hostile texts

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "+1",
    "-2+3",
    "http://example.org/a",
    "第一行\n第二行",
    "😀 <b>&amp;</b> \"'",
    "_x0041_",
    "a" * 32_000,
    "{=SUM(1)}",
    "#N/A",
    " 两端有空格 ",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(tmp_path: Path, text: str) -> None:
    fact = Fact("p.t@1", "甲" + text[:50], text[:50], Source("p", "1", "t", "evidence/p.csv", 2, text[:50]), text=text)
    exhibit = table_of([Cell((Span(text),)), Cell((Span(text, "quote", "p.t@1"),))])
    document = replace(document_of([fact], exhibit), title=text[:50], house=text[:50])
    named = replace(exhibit, title=(Span(text[:200]),))
    document = replace(document, pages=(replace(document.pages[0], blocks=(named,), footer=(Span(text[:50]),)),))
    path = written(document, tmp_path / "a.xlsx")
    pages = read_xlsx(path).pages
    found = {s.cell.address: s for s in pages[1].segments if s.cell}
    assert found["A6"].text == found["B6"].text == text
    for page in pages:
        for segment in page.segments:
            if segment.cell and segment.cell.formula is not None:
                assert segment.cell.formula == "'数据 p'!B7"
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.endswith(".rels"):
                assert b"External" not in package.read(name)
    # a second reader sees the same
    assert (
        openpyxl.load_workbook(path, data_only=True).worksheets[1]["A6"].value == ("A" if text == "_x0041_" else text)
        or text == "_x0041_"
    )


@pytest.mark.parametrize("text", ["a\x00b", "a\x0bb", "\x1b[0m", "\ud800", "￾", "a" * 40_000])
def test_what_no_cell_can_hold_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.xlsx"
    with pytest.raises(RenderError, match="hint"):
        render_xlsx(document_of([], table_of([Cell((Span(text),))])), Theme(), path)
    assert not path.exists()


def test_sheet_names_are_legal_and_unique(tmp_path: Path) -> None:
    titles = ["a/b:c*d?[e]\\f", "A／B：C＊D？［E］＼F", "'quoted'", "长" * 60, "长" * 60, "😀" * 40]
    exhibits = [
        replace(table_of([Cell((Span("x"),))]), id=str(at), title=(Span(title),)) for at, title in enumerate(titles)
    ]
    path = written(document_of([], *exhibits), tmp_path / "a.xlsx")
    names = openpyxl.load_workbook(path).sheetnames
    assert len(names) == len({name.casefold() for name in names}) == len(titles) + 2
    for name in names:
        assert len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")


def test_links_lead_to_the_sheets_they_name(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    index = workbook["目录"]
    targets = [found.hyperlink.location for row in index.iter_rows() for found in row if found.hyperlink]
    assert [target.rpartition("!")[0].strip("'") for target in targets] == workbook.sheetnames[1:]
    for sheet in workbook.worksheets[1:]:
        assert sheet["A3"].hyperlink.location == "'目录'!A1"


# mistakes of a document


def test_facts_that_are_not_there_or_circular_are_named(tmp_path: Path) -> None:
    lost = computed("a.v@x", "{a.lost@x} * 2", ["a.lost@x"], Fraction(1), YI_YUAN)
    circle = computed("a.w@x", "{a.w@x} * 2", ["a.w@x"], Fraction(1), YI_YUAN)
    for fact, message in ((lost, "a.lost@x"), (circle, "computed from itself")):
        text = Paragraph("p", (number(fact.id, "1"),))
        with pytest.raises(RenderError, match=message):
            render_xlsx(document_of([fact], text), Theme(), tmp_path / "a.xlsx")


# determinism


def test_same_bytes_twice_and_in_another_process(book: Path, tmp_path: Path) -> None:
    here = written(consistent(), tmp_path / "a.xlsx")
    assert here.read_bytes() == book.read_bytes()
    script = (
        "import sys; sys.path[:0] = sys.argv[2:]\n"
        "from test_xlsx import consistent, written; from pathlib import Path\n"
        "written(consistent(), Path(sys.argv[1]))\n"
    )
    other = tmp_path / "b.xlsx"
    folders = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
    subprocess.run([sys.executable, "-c", script, str(other), *folders], check=True, env={"PYTHONHASHSEED": "7"})
    assert other.read_bytes() == book.read_bytes()


def test_a_theme_restyles_everything(tmp_path: Path) -> None:
    theme = Theme(primary="#123456", font_deck_zh='楷体 & "K"', series=("#abcdef",))
    path = tmp_path / "a.xlsx"
    render_xlsx(consistent(), theme, path)
    with zipfile.ZipFile(path) as package:
        assert b"FF123456" in package.read("xl/styles.xml")
        assert "楷体 &amp; &quot;K&quot;" in package.read("xl/theme/theme1.xml").decode()
        assert b"ABCDEF" in package.read("xl/charts/chart1.xml")


def test_an_english_document_speaks_english(tmp_path: Path) -> None:
    document = replace(consistent(), language="en", labels={})
    names = openpyxl.load_workbook(written(document, tmp_path / "a.xlsx")).sheetnames  # type: ignore[arg-type]
    assert names[0] == "Contents"
    assert "Numbers in text" in names
    assert "Data grid" in names
