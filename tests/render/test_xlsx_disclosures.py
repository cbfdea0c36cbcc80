"""Stops a workbook without the texts that regulation asks for, or with such a text cut off, split or run as a formula."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

import sample
from yanbao.document.theme import Theme
from yanbao.document.tree import Document, Page, Paragraph, Span, Text, plain
from yanbao.fact.fact import Fact, Source
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import PERCENT
from yanbao.read.xlsx import read_xlsx
from yanbao.render.xlsx import render_xlsx
from yanbao.render.xlsx.disclosure_sheet import parts
from yanbao.render.xlsx.grid import characters

SHARE = Fact(
    "a.v@x",
    "x",
    "v",
    Source("a", "x", "v", "evidence/a.csv", 2, "某交易所"),
    quantity=Quantity.exact(Fraction(3), PERCENT),
)


def page(number: int, kind: str, name: str, title: str, *texts: Text, style: str = "small") -> Page:
    blocks = tuple(Paragraph(f"{name}-{at}", text, style) for at, text in enumerate(texts))  # type: ignore[arg-type]
    return Page(name, kind, (Span(title),), blocks, number, footer=(Span("示例研究所｜样例，不构成投资建议"),))  # type: ignore[arg-type]


RISK = page(
    1,
    "content",
    "risks",
    "主要风险",
    (Span("政策。", bold=True), Span("占比已达"), Span("3%", "number", "a.v@x"), Span("。")),
)
OTHER = page(2, "content", "risk-premium", "风险溢价回落", (Span("不是风险页。"),))
RATINGS = page(3, "legal", "ratings", "投资评级说明", (Span("买入：涨幅在20%以上"),), (Span("卖出：跌幅在20%以上"),))
LEGAL = page(
    4, "legal", "legal", "分析师承诺与重要声明", (Span("本人承诺。"),), (Span("重要声明"),), (Span("不构成投资建议。"),)
)


def document(*pages: Page, language: str = "zh", labels: dict[str, str] | None = None) -> Document:
    made = replace(sample.document(), pages=pages, facts={SHARE.id: SHARE}, labels=labels or {})
    return replace(made, language=language)  # type: ignore[arg-type]


def sheets(made: Document, folder: Path) -> openpyxl.Workbook:
    path = folder / "a.xlsx"
    render_xlsx(made, Theme(), path)
    return openpyxl.load_workbook(path)


def column(book: openpyxl.Workbook, name: str) -> list[str]:
    return [cell.value for cell in book[name]["A"] if cell.value is not None]


def test_the_last_sheet_holds_all_texts_of_the_risk_and_legal_pages(tmp_path: Path) -> None:
    book = sheets(document(RISK, OTHER, RATINGS, LEGAL), tmp_path)
    assert book.sheetnames[-1] == "风险与声明"
    assert column(book, "风险与声明") == [
        "风险提示、评级说明与声明",
        "← 目录",
        "主要风险",
        "政策。占比已达3%。",
        "投资评级说明",
        "买入：涨幅在20%以上",
        "卖出：跌幅在20%以上",
        "分析师承诺与重要声明",
        "本人承诺。",
        "重要声明",
        "不构成投资建议。",
        "示例研究所｜样例，不构成投资建议",
    ]
    assert [cell.value for cell in book["风险与声明"]["B"] if cell.value is not None] == ["第1页", "第3页", "第4页"]


def test_the_index_leads_there_and_back(tmp_path: Path) -> None:
    book = sheets(document(RISK, LEGAL), tmp_path)
    rows = {row[0].value: row for row in book["目录"].iter_rows() if row[0].value}
    assert rows["风险与声明"][0].hyperlink.location == "'风险与声明'!A1"
    assert rows["风险与声明"][1].value == "风险提示、评级说明与声明"
    assert book["风险与声明"]["A3"].hyperlink.location == "'目录'!A1"


def test_it_is_named_by_the_labels_of_the_report(tmp_path: Path) -> None:
    english = document(replace(RISK, title=(Span("Key risks"),)), LEGAL, language="en")
    assert sheets(english, tmp_path).sheetnames[-1] == "Risks and disclosures"
    labelled = replace(english, labels={"disclosure_sheet": "Legal", "disclosure_title": "What the law asks for"})
    book = sheets(labelled, tmp_path)
    assert book.sheetnames[-1] == "Legal"
    assert column(book, "Legal")[0] == "What the law asks for"
    assert book["Legal"]["B5"].value == "Page 1"


def test_it_prints_on_upright_pages_with_every_line_shown(tmp_path: Path) -> None:
    sheet = sheets(document(RISK, RATINGS, LEGAL), tmp_path)["风险与声明"]
    assert sheet.page_setup.orientation == "portrait"
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert "不构成投资建议" in sheet.oddFooter.left.text
    for row in sheet.iter_rows(min_row=5, max_col=1):
        if row[0].value is not None:
            assert row[0].alignment.wrap_text, row[0].coordinate
    assert sum(sheet.column_dimensions[name].width for name in "AB") <= 95  # an A4 page at full size


def test_only_the_bold_words_are_bold(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    render_xlsx(document(RISK), Theme(), path)
    (rich,) = [
        cell.value
        for cell in openpyxl.load_workbook(path, rich_text=True)["风险与声明"]["A"]
        if not isinstance(cell.value, str | None)
    ]
    assert [(run.text, bool(run.font.b)) for run in rich] == [
        ("政策。", True),
        ("占比已达", False),
        ("3%", False),
        ("。", False),
    ]


def test_a_document_without_such_pages_has_no_such_sheet(tmp_path: Path) -> None:
    plain_page = page(1, "content", "a", "行情", (Span("正文"),))
    assert "风险与声明" not in sheets(document(plain_page), tmp_path).sheetnames


HOSTILE = [
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "+1",
    "-2+3",
    "http://example.org/a",
    "<b>&amp;\"'",
    "_x0041_",
    "#N/A",
    " 两端 ",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(tmp_path: Path, text: str) -> None:
    legal = page(1, "legal", "legal", text, (Span(text),), (Span(text, bold=True), Span("正文" + text)))
    path = tmp_path / "a.xlsx"
    render_xlsx(document(replace(legal, footer=(Span(text),))), Theme(), path)
    shown = [segment for segment in read_xlsx(path).pages[-1].segments if segment.cell is not None]
    assert [segment.text for segment in shown if segment.cell and segment.cell.address[0] == "A"][2:] == [
        text,
        text,
        f"{text}正文{text}",
        text,
    ]
    for segment in shown:
        assert segment.cell is not None
        assert segment.cell.formula is None
        assert segment.cell.link in (None, "#'目录'!A1")


LONG = "本报告的信息均来源于公开资料，本公司对这些信息的准确性和完整性不作任何保证，亦不保证所含信息不发生变更。" * 60


def test_a_long_text_goes_on_below_from_the_end_of_a_sentence(tmp_path: Path) -> None:
    sheet = sheets(document(page(1, "legal", "legal", "声明", (Span(LONG, "quote", "a"),))), tmp_path)["风险与声明"]
    cells = [cell for cell in sheet["A"] if cell.value and cell.value.startswith("本报告")]
    assert "".join(cell.value for cell in cells) == LONG
    assert len(cells) > 2
    for cell in cells:
        assert cell.value.endswith("。")
        height = sheet.row_dimensions[cell.row].height
        assert height < 409
        assert characters(cell.value) / (sheet.column_dimensions["A"].width - 3) * 15 <= height


@pytest.mark.parametrize(
    ("text", "end"),
    [("不停" * 3000, "停"), ("word " * 3000, " "), ("前，" * 2000, "，")],
)
def test_a_text_without_sentences_is_cut_between_words(text: str, end: str) -> None:
    found = [plain(part) for part in parts((Span(text),))]
    assert "".join(found) == text
    assert len(found) > 1
    if end != "停":
        assert all(part.endswith(end) for part in found)


def test_no_number_is_cut_in_two() -> None:
    number = Span("1,234.5678", "number", "a.v@x")
    text = tuple(span for _ in range(600) for span in (Span("涨"), number))
    found = list(parts(text))
    assert len(found) > 1
    assert [span for part in found for span in part] == list(text)
