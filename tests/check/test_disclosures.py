"""Stops a workbook that is proved though a text that regulation asks for is missing from it, or is another one."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import sound
from conftest import Built, render
from test_planted import found_in, only, rezip

from yanbao.check.findings import Finding
from yanbao.check.proof import prove
from yanbao.document.disclosures import disclosure_pages, risk_pages
from yanbao.document.tree import Span, plain
from yanbao.read.contents import Segment
from yanbao.read.xlsx import read_xlsx

SHEET = "风险与声明"


def cell_of(built: Built, text: str) -> Segment:
    """Return the cell of the sheet of disclosures that shows a text."""
    page = next(page for page in read_xlsx(built.files["xlsx"]).pages if page.id == SHEET)
    return next(segment for segment in page.segments if segment.cell is not None and text in segment.text)


def with_cell(built: Built, folder: Path, text: str, new: str) -> tuple[Finding, ...]:
    """Prove the workbook with another text in the cell of the sheet of disclosures that shows `text`."""
    number = next(page.number for page in read_xlsx(built.files["xlsx"]).pages if page.id == SHEET)
    cell = cell_of(built, text).cell
    assert cell is not None

    def edit(name: str, data: bytes) -> bytes:
        if name != f"xl/worksheets/sheet{number}.xml":
            return data
        inside = f"<is><t>{new}</t></is>" if new else ""
        made = f'<c r="{cell.address}" t="inlineStr">{inside}</c>' if new else f'<c r="{cell.address}"/>'
        changed, count = re.subn(rf'<c r="{cell.address}"[^>]*>.*?</c>', made, data.decode())
        assert count == 1
        return changed.encode()

    return found_in(built, rezip(built.files["xlsx"], folder / "report.xlsx", edit))


def test_the_sheet_shows_the_texts_of_the_risk_and_the_legal_page(built: Built) -> None:
    page = next(page for page in read_xlsx(built.files["xlsx"]).pages if page.id == SHEET)
    shown = [segment.text for segment in page.segments]
    for each in (page for page in built.document.pages if page.id in ("company", "legal")):
        for paragraph in each.paragraphs():
            assert plain(paragraph.text) in shown


GONE = {
    "a rating definition": ("买入：", "rating-definitions"),
    "the certificate": (sound.CERTIFICATE, "certificate"),
    "the disclaimer": (sound.DISCLAIMER, "disclaimer"),
    "the notice": ("样例，不构成投资建议", "notice"),
}


@pytest.mark.parametrize("what", GONE)
def test_a_text_that_is_gone(built: Built, tmp_path: Path, what: str) -> None:
    text, code = GONE[what]
    finding = only(with_cell(built, tmp_path, text, ""))
    assert finding.code == code
    assert text in (finding.recomputed.text if finding.recomputed else "")


CHANGED = {
    "a bound": ("买入：", "买入：未来6个月内相对基准涨幅在30%以上", "text-number", "30%"),
    "a rating's name": ("卖出：", "买出：未来6个月内相对基准涨幅在-20%以下", "rating-definitions", "买"),
    "the certificate": (sound.CERTIFICATE, "本人以懒散的职业态度出具本样例。", "certificate", "懒散"),
    "a number in the certificate": (sound.CERTIFICATE, "本人以7分职业态度出具本样例。", "certificate", "7"),
    "the disclaimer": (sound.DISCLAIMER, sound.DISCLAIMER.replace("不构成", "构成"), "disclaimer", ""),
    "the page": ("第10页", "第12页", "structure-number", "12"),
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_text_that_is_another_one(built: Built, tmp_path: Path, what: str) -> None:
    text, new, code, claim = CHANGED[what]
    finding = only(with_cell(built, tmp_path, text, new))
    assert finding.code == code
    assert claim in finding.claimed.text
    assert finding.where[0].page == cell_of(built, text).place.page


def test_there_must_be_such_a_sheet(built: Built, tmp_path: Path) -> None:
    def edit(name: str, data: bytes) -> bytes:
        return re.sub(rf'<sheet name="{SHEET}"[^>]*/>'.encode(), b"", data) if name == "xl/workbook.xml" else data

    finding = only(found_in(built, rezip(built.files["xlsx"], tmp_path / "report.xlsx", edit)))
    assert finding.code == "sheet"
    assert "重点公司与风险提示" in finding.explanation


def test_the_index_must_lead_to_it(built: Built, tmp_path: Path) -> None:
    def edit(name: str, data: bytes) -> bytes:
        link = rf"<hyperlink [^>]*'{SHEET}'![^>]*/>".encode()
        return re.sub(link, b"", data) if name == "xl/worksheets/sheet1.xml" else data

    finding = only(found_in(built, rezip(built.files["xlsx"], tmp_path / "report.xlsx", edit)))
    assert (finding.code, finding.where[0].page) == ("sheet", 1)


def test_a_text_too_long_for_one_row_is_proved(built: Built, tmp_path: Path) -> None:
    """A disclaimer of a real house goes on in the rows below; it is one text all the same."""
    long = "".join(f"第{number}条：本公司对信息的准确性不作任何保证，亦不保证其不变。" for number in range(1, 90))

    def change(part: object) -> object:
        if isinstance(part, Span) and part.text == sound.DISCLAIMER:
            return replace(part, text=long)
        return part

    document = sound.changed(built.document, change)
    key = "workspace.legal.disclaimer"
    document = replace(document, facts=document.facts | {key: replace(document.facts[key], text=long)})
    file = render(document, tmp_path / "report.xlsx")
    (tmp_path / "inputs").mkdir()
    inputs = sound.write_inputs(document, tmp_path / "inputs")
    toml = (inputs / "yanbao.toml").read_text("utf-8").replace(sound.DISCLAIMER, long)
    (inputs / "yanbao.toml").write_text(toml, "utf-8")
    page = next(page for page in read_xlsx(file).pages if page.id == SHEET)
    assert sum("条：" in segment.text for segment in page.segments) > 1
    assert prove(document, inputs, [file]).findings == ()


def test_the_page_marked_as_the_risk_section_is_the_risk_page(built: Built) -> None:
    pages = built.document.pages
    assert [page.id for page in risk_pages(built.document)] == ["company"]
    marked = replace(built.document, pages=(*pages[:-1], replace(pages[-1], id="risks", kind="content")))
    assert [page.id for page in risk_pages(marked)] == ["risks"]
    assert [page.id for page in disclosure_pages(built.document)] == ["company", "legal"]
