"""The PDF: what a reader sees is the tree, in its order; selectable, embedded, navigable, the same bytes each time."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sample
from yanbao.document import layout
from yanbao.document.theme import FontFamily, FontFile, Theme
from yanbao.document.tree import (
    Cell,
    Chart,
    Column,
    Columns,
    Document,
    Exhibit,
    Page,
    Paragraph,
    Point,
    Row,
    Span,
    Table,
    Timeline,
    plain,
    spans_of_exhibit,
)
from yanbao.errors import RenderError
from yanbao.render import fonts
from yanbao.render.fonts import visible
from yanbao.render.pdf import render_pdf

ANY = "电网投资，。（）%+-.,/ 0123456789abcXYZ*#$\\\"'<>_"
HOSTILE = "#let x = *b* $a$ `c` @d <e> \\f // -- ' \" [g] =SUM(1) _h_ & ~ ---"


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", visible(text))


def opened(document: Document, folder: Path, theme: Theme | None = None) -> pypdfium2.PdfDocument:
    path = folder / "report.pdf"
    render_pdf(document, theme or Theme(), path)
    return pypdfium2.PdfDocument(path.read_bytes())


def text_of(pdf: pypdfium2.PdfDocument, index: int) -> str:
    return str(pdf[index].get_textpage().get_text_range()).replace("\ufffe", "-")


@pytest.fixture(scope="module", autouse=True)
def one_font() -> Iterator[None]:
    """Give all documents of this module the same characters: a new set costs two seconds."""
    with pytest.MonkeyPatch.context() as patch:
        words = fonts.characters(sample.document()) + "电网投资增长甲乙丙丁戊右列标题其中约来源"
        patch.setattr(fonts, "BASE", fonts.BASE + words)
        yield


@pytest.fixture(scope="module")
def document() -> Document:
    return sample.document()


@pytest.fixture(scope="module")
def pdf(document: Document, tmp_path_factory: pytest.TempPathFactory) -> pypdfium2.PdfDocument:
    return opened(document, tmp_path_factory.mktemp("pdf"))


def with_blocks(document: Document, *blocks: Any) -> Document:
    """Return a document of one content page with these blocks."""
    page = replace(document.pages[3], blocks=blocks, number=1)
    return replace(document, pages=(page,))


def of_table(*rows: Row, kind: str = "plain", columns: int = 3) -> Exhibit:
    heads = tuple(Column(f"c{index}", (Span(f"列{index}"),), "right" if index else "left") for index in range(columns))
    return Exhibit("t", (Span("表9"),), (Span("标题"),), Table(kind, heads, rows), origin=(Span("来源：甲"),))  # type: ignore[arg-type]


def cells(*texts: str, **given: Any) -> Row:
    return Row(tuple(Cell((Span(text, "number", unit="%"),)) for text in texts), **given)


# ---------------------------------------------------------------- what is printed, and in which order


def test_has_the_documents_pages_in_its_size(document: Document, pdf: pypdfium2.PdfDocument) -> None:
    assert len(pdf) == len(document.pages)
    assert {page.get_size() for page in pdf} == {(960, 540)}


def parts(page: Page, before: Page | None) -> Iterator[str | Chart]:
    """Yield a page's texts in the order of the contract; a chart stands for its own.

    A section without a divider is a heading on its first page, before the title; elsewhere it stands at the foot.
    """
    last = () if before is None or before.kind in ("cover", "contents") else before.section or before.title
    begins = plain(page.section) not in ("", plain(page.title), plain(last)) and page.kind not in ("cover", "contents")
    if begins and page.kind != "divider":
        yield plain(page.section)
    yield plain(page.title)
    for block in page.blocks:
        yield from parts_of(block)
    if layout.frame(page).section and page.kind != "divider" and not begins:
        yield plain(page.section)
    yield plain(page.footer)
    yield str(page.number)


def parts_of(block: Any) -> Iterator[str | Chart]:
    if isinstance(block, Columns):
        for inner in (*block.left, *block.right):
            yield from parts_of(inner)
    elif isinstance(block, Paragraph):
        yield plain(block.text)
    elif isinstance(block.body, Chart):
        yield from map(plain, (block.label, block.title, block.unit, block.as_of))
        yield block.body
        yield from map(plain, (block.origin, block.note))
    else:
        yield from map(plain, spans_of_exhibit(block))


def texts_of(chart: Chart) -> list[str]:
    texts = [tick.text for axis in (chart.x_axis, chart.y_axis, chart.y2_axis) if axis for tick in axis.ticks]
    shown = range(len(chart.categories)) if chart.kind != "scatter" else chart.labelled
    texts += [plain(chart.categories[index].text) for index in shown]
    for series in chart.series:
        texts.append(plain(series.name))
        if series.labels == "all":
            texts += [point.text for point in series.points]
        elif series.labels == "last":
            texts.append(series.points[-1].text)
    return [text for text in texts if text]


def test_every_text_stands_on_its_page_in_the_documents_order(document: Document, pdf: pypdfium2.PdfDocument) -> None:
    for index, page in enumerate(document.pages):
        left = squeezed(text_of(pdf, index))
        for part in parts(page, document.pages[index - 1] if index else None):
            if isinstance(part, str):
                assert left.startswith(squeezed(part)), (page.id, part, left[:60])
                left = left[len(squeezed(part)) :]
                continue
            for text in sorted(texts_of(part), key=len, reverse=True):  # a chart's texts: all, in any order
                assert squeezed(text) in left, (page.id, text)
                left = left.replace(squeezed(text), "", 1)
        assert left == "", (page.id, left)  # and nothing else is printed


def test_texts_of_a_chart_are_not_split_over_lines(document: Document, pdf: pypdfium2.PdfDocument) -> None:
    for index, page in enumerate(document.pages):
        lines = text_of(pdf, index).splitlines()
        for exhibit in page.exhibits():
            if isinstance(exhibit.body, Chart):
                for text in texts_of(exhibit.body):
                    assert any(text in line for line in lines), (page.id, text)


@pytest.mark.parametrize("kind", ["plain", "grouped", "matrix", "change", "forecast", "policy", "orders", "card"])
def test_tables_of_every_kind_are_set(document: Document, tmp_path: Path, kind: str) -> None:
    exhibit = of_table(
        cells("甲", "+1.5%", "-2.0%"),
        cells("乙", "(3.0)", "—", role="sub"),
        cells("合计", "4", "5", role="total"),
        kind=kind,
    )
    found = text_of(opened(with_blocks(document, exhibit), tmp_path), 0).splitlines()
    assert [line.split() for line in found][2:6] == [
        ["列0", "列1", "列2"],
        ["甲", "+1.5%", "-2.0%"],
        ["乙", "(3.0)", "—"],
        ["合计", "4", "5"],
    ]


def test_a_missing_cell_prints_its_sign_and_a_missing_point_nothing(document: Document, tmp_path: Path) -> None:
    exhibit = next(found for found in document.exhibits() if found.id == "bar")
    assert isinstance(exhibit.body, Chart)
    series = exhibit.body.series[0]
    gap = replace(series, points=(Point(None, None, "", missing="未披露"), *series.points[1:]))
    table = of_table(Row((Cell((Span("甲"),)), Cell((Span("—"),), missing="未披露"), Cell((Span("7"),)))))
    both = Columns((replace(exhibit, body=replace(exhibit.body, series=(gap,))),), (table,))
    found = text_of(opened(with_blocks(document, both), tmp_path), 0)
    assert "甲 — 7" in found
    assert "4473.0" not in found
    assert "4605.0" in found
    assert not re.search(r"NaN|null|undefined", found)


def test_numbers_are_not_broken_over_lines(document: Document, tmp_path: Path) -> None:
    numbers = [f"+{index},234,567.8{index}%" for index in range(9)]
    spans = [span for number in numbers for span in (Span("约"), Span(number, "number"), Span("，其中"))]
    narrow = Columns((Paragraph("p", tuple(spans)),), (Paragraph("q", (Span("右"),)),), 0.2)
    lines = text_of(opened(with_blocks(document, narrow), tmp_path), 0).splitlines()
    assert sum(number in line for number in numbers for line in lines) == len(numbers)
    assert len(lines) > len(numbers) / 2


def test_a_sign_and_a_percent_mark_outside_the_span_stay_with_the_number(document: Document, tmp_path: Path) -> None:
    for filler in range(6):
        spans = [span for _ in range(12) for span in (Span("电" * filler + "+"), Span("12.3", "number"), Span("%，"))]
        narrow = Columns((Paragraph("p", tuple(spans)),), (), 0.12)
        found = text_of(opened(with_blocks(document, narrow), tmp_path), 0)
        assert found.count("+12.3%，") == 12


# ---------------------------------------------------------------- hostile text


def test_markup_is_text_wherever_it_stands(document: Document, tmp_path: Path) -> None:
    evil = (Span(HOSTILE),)
    chart = next(found for found in document.exhibits() if found.id == "bar")
    timeline = next(found for found in document.exhibits() if isinstance(found.body, Timeline))
    assert isinstance(timeline.body, Timeline)
    events = tuple(replace(event, title=evil, detail=evil) for event in timeline.body.events)
    table = of_table(Row((Cell(evil), Cell(evil), Cell(evil))))
    page = replace(document.pages[3], title=evil, section=evil, footer=evil, number=1)
    blocks = (
        Paragraph("p", evil),
        Columns((replace(chart, title=evil, note=evil, alt=HOSTILE),), (replace(table, origin=evil),)),
        replace(timeline, body=Timeline(events), unit=evil),
    )
    whole = replace(document, title=HOSTILE, house=HOSTILE, subtitle=HOSTILE, pages=(replace(page, blocks=blocks),))
    pdf = opened(whole, tmp_path)
    assert len(pdf) == 1
    assert squeezed(text_of(pdf, 0)).count(squeezed(HOSTILE)) == 14  # each of them
    assert pdf.get_metadata_dict()["Title"] == HOSTILE
    assert [item.get_title() for item in pdf.get_toc()] == [HOSTILE]


def test_control_and_override_characters_do_not_reach_the_file(document: Document, tmp_path: Path) -> None:
    paragraph = Paragraph("p", (Span("甲\x00\x07乙\u202e丙\t丁\n戊"),))
    found = text_of(opened(with_blocks(document, paragraph), tmp_path), 0)
    assert "甲乙丙 丁\r\n戊" in found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(ANY, min_size=1, max_size=60).filter(str.strip),
        min_size=1,
        max_size=8,
    ),
    st.lists(st.sampled_from(["run", "number", "quote"]), min_size=8, max_size=8),
)
def test_any_text_comes_back_as_it_was(tmp_path: Path, texts: list[str], kinds: list[Any]) -> None:
    paragraph = Paragraph("p", tuple(Span(text, kind) for text, kind in zip(texts, kinds, strict=False)))
    table = of_table(*(Row((Cell((Span(text),)), Cell((Span("1"),)))) for text in texts), columns=2)
    whole = with_blocks(sample.document(), Columns((paragraph,), (table,)))
    found = squeezed(text_of(opened(whole, tmp_path), 0))
    assert squeezed("".join(texts)) in found
    for text in texts:
        assert squeezed(text) + "1" in found


# ---------------------------------------------------------------- what does not fit


def test_a_layout_that_is_wrong_about_a_text_is_found_out(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "line_count", lambda *_, **__: 1)
    whole = with_blocks(
        document, Paragraph("p-long", (Span("电网投资" * 80),)), Paragraph("p-two", (Span("增长" * 90),))
    )
    with pytest.raises(RenderError) as caught:
        opened(whole, tmp_path)
    assert re.search(r"page 1: p-long: .* does not fit: \d+\.\d points too high", str(caught.value))
    assert "page 1: p-two: " in str(caught.value)  # all of them at once
    assert not list(tmp_path.iterdir())


def test_a_line_that_was_counted_too_many_leaves_no_hole(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = with_blocks(document, Paragraph("p", (Span("甲"),)), Paragraph("q", (Span("乙"),)))

    def step() -> float:
        textpage = opened(whole, tmp_path)[0].get_textpage()
        first, second = (textpage.get_text_range().index(word) for word in "甲乙")
        return float(textpage.get_charbox(first)[1] - textpage.get_charbox(second)[1])

    before = step()
    monkeypatch.setattr(layout, "line_count", lambda *_, **__: 3)
    assert step() == pytest.approx(before, abs=0.1)


def test_a_number_that_no_line_may_break_but_is_wider_than_its_place_is_found_out(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yanbao.render.pdf.pages.width", lambda *_: 0.0)
    number = "1,234,567,890,123,456"  # 21 x 0.5 em: 115 points at the body's 11.5, the place has 96
    paragraph = Paragraph("p-wide", (Span(number, "number"),))
    with pytest.raises(RenderError, match=r"page 1: p-wide: '1,234.*' does not fit: \d+\.\d points too wide"):
        opened(with_blocks(document, Columns((paragraph,), (), 0.11)), tmp_path)


def test_a_number_wider_than_its_place_is_broken_where_the_line_ends(document: Document, tmp_path: Path) -> None:
    narrow = Columns((Paragraph("p", (Span("1,234,567,890,123,456", "number"),)),), (), 0.11)
    found = text_of(opened(with_blocks(document, narrow), tmp_path), 0)
    assert "1,234,567,890,123,456" in squeezed(found)
    assert "1,234,567,890,123,456" not in found


def test_a_character_without_a_glyph_is_an_error(document: Document, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"U\+27A4"):
        opened(with_blocks(document, Paragraph("p", (Span("➤"),))), tmp_path)


def test_a_font_file_and_a_logo_that_are_not_there_are_errors(document: Document, tmp_path: Path) -> None:
    file = FontFile(tmp_path / "gone.ttf", "0" * 64)
    with pytest.raises(RenderError, match=r"the font gone.ttf cannot be read"):
        opened(document, tmp_path, Theme(font=FontFamily("Kai", file, file)))
    with pytest.raises(RenderError, match="logo"):
        opened(document, tmp_path, Theme(logo=tmp_path / "absent.svg"))
    with pytest.raises(RenderError, match="no picture"):
        opened(document, tmp_path, Theme(logo=tmp_path / "logo.exe"))


def test_a_folder_that_is_not_there_is_an_error(document: Document, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="cannot be written"):
        render_pdf(replace(document, pages=document.pages[:1]), Theme(), tmp_path / "absent" / "report.pdf")


# ---------------------------------------------------------------- the file


def objects(pdf: pypdfium2.PdfDocument, kind: int) -> Iterator[Any]:
    for page in pdf:
        yield from page.get_objects(filter=[kind])


def font_data(handle: Any) -> bytes:
    size = ctypes.c_size_t()
    pdfium.FPDFFont_GetFontData(handle, None, 0, ctypes.byref(size))
    buffer = (ctypes.c_uint8 * size.value)()
    pdfium.FPDFFont_GetFontData(handle, buffer, size.value, ctypes.byref(size))
    return bytes(buffer)


def base_name(handle: Any) -> str:
    size = pdfium.FPDFFont_GetBaseFontName(handle, None, 0)
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFFont_GetBaseFontName(handle, buffer, size)
    return buffer.value.decode().partition("+")[2] or buffer.value.decode()


def test_fonts_are_embedded_and_bold_is_a_font_of_its_own(pdf: pypdfium2.PdfDocument) -> None:
    found = {}
    for item in objects(pdf, pdfium.FPDF_PAGEOBJ_TEXT):
        handle = pdfium.FPDFTextObj_GetFont(item)
        assert pdfium.FPDFFont_GetIsEmbedded(handle) == 1
        found[base_name(handle)] = font_data(handle)
    assert set(found) == {"NotoSansSC-Regular", "NotoSansSC-Bold"}
    assert found["NotoSansSC-Regular"] != found["NotoSansSC-Bold"]


def test_bold_spans_are_set_in_the_bold_font(document: Document, tmp_path: Path) -> None:
    pdf = opened(with_blocks(document, Paragraph("p", (Span("投资", bold=True), Span("增长")))), tmp_path)
    textpage = pdf[0].get_textpage()
    for word, font in (("投资", "NotoSansSC-Bold"), ("增长", "NotoSansSC-Regular")):
        place = textpage.get_text_range().index("投资增长") + "投资增长".index(word)
        buffer = ctypes.create_string_buffer(99)
        pdfium.FPDFText_GetFontInfo(textpage, place, buffer, 99, None)
        assert buffer.value.decode().endswith(font)


def test_charts_are_vectors(pdf: pypdfium2.PdfDocument) -> None:
    assert not list(objects(pdf, pdfium.FPDF_PAGEOBJ_IMAGE))


def test_bookmarks_are_sections_and_pages(document: Document, pdf: pypdfium2.PdfDocument) -> None:
    found = [(item.level, item.get_title(), item.get_dest().get_index()) for item in pdf.get_toc()]
    assert found[:4] == [
        (0, "计算机行业中期策略（样例）", 0),
        (0, "目录", 1),
        (0, "行业复盘", 2),  # the divider stands for its section
        (1, "电网投资保持韧性，智能化占比提升", 3),
    ]
    assert found[-2:] == [(0, "声明", 10), (1, "评级说明与声明", 10)]  # a section without a divider
    assert {plain(page.title) for page in document.pages} <= {title for _, title, _ in found}


def test_a_divider_stands_for_its_section_whatever_its_title(document: Document, tmp_path: Path) -> None:
    cover, contents, divider, *rest = document.pages
    pages = (cover, contents, replace(divider, title=(Span("一、复盘"),)), *rest[:2])
    found = [(item.level, item.get_title()) for item in opened(replace(document, pages=pages), tmp_path).get_toc()]
    assert found[2:] == [(0, "一、复盘"), (1, plain(rest[0].title)), (1, plain(rest[1].title))]


def test_contents_link_to_their_pages(pdf: pypdfium2.PdfDocument) -> None:
    page = pdf[1]
    start, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    targets = []
    while pdfium.FPDFLink_Enumerate(page, ctypes.byref(start), ctypes.byref(link)):
        targets.append(pdfium.FPDFDest_GetDestPageIndex(pdf, pdfium.FPDFLink_GetDest(pdf, link)))
    assert targets
    assert set(targets) == {3}


def alternatives(element: Any) -> Iterator[str]:
    size = pdfium.FPDF_StructElement_GetAltText(element, None, 0)
    if size > 2:
        buffer = ctypes.create_string_buffer(size)
        pdfium.FPDF_StructElement_GetAltText(element, buffer, size)
        yield buffer.raw[: size - 2].decode("utf-16-le")
    for index in range(max(0, pdfium.FPDF_StructElement_CountChildren(element))):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, index)
        if child:
            yield from alternatives(child)


def test_charts_carry_their_alternative_text(document: Document, pdf: pypdfium2.PdfDocument) -> None:
    for index, page in enumerate(document.pages):
        tree = pdfium.FPDF_StructTree_GetForPage(pdf[index])
        found = [
            text
            for order in range(pdfium.FPDF_StructTree_CountChildren(tree))
            for text in alternatives(pdfium.FPDF_StructTree_GetChildAtIndex(tree, order))
        ]
        pdfium.FPDF_StructTree_Close(tree)
        assert [text for text in found if text] == [
            exhibit.alt for exhibit in page.exhibits() if isinstance(exhibit.body, Chart)
        ]


def test_title_house_and_no_date_stand_in_the_file(document: Document, pdf: pypdfium2.PdfDocument) -> None:
    found = pdf.get_metadata_dict()
    assert (found["Title"], found["Author"], found["CreationDate"]) == (document.title, document.house, "")


def test_a_logo_is_printed(document: Document, tmp_path: Path) -> None:
    logo = tmp_path / "house.svg"
    logo.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z" fill="#0f0"/></svg>'
    )
    plain_page = replace(document, pages=document.pages[:1])
    kinds = (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM)
    bare, marked = (
        sum(1 for kind in kinds for _ in objects(opened(plain_page, tmp_path, theme), kind))
        for theme in (Theme(), Theme(logo=logo))
    )
    assert marked > bare


def test_same_bytes_in_every_process_and_after_other_charts(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; import sample; from dataclasses import replace\n"
        "from yanbao.render.pdf import render_pdf; from yanbao.document.theme import Theme\n"
        "d = sample.document(); out = Path(sys.argv[1])\n"
        "if sys.argv[2] == 'after':\n"
        "    render_pdf(replace(d, pages=d.pages[6:8]), Theme(), out)\n"
        "render_pdf(d, Theme(), out)\n"
    )
    found = set()
    for seed, when in (("1", "first"), ("2", "after")):
        path = tmp_path / f"{seed}.pdf"
        subprocess.run(
            [sys.executable, "-c", program, str(path), when],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(sample.__file__).parent)},
            check=True,
        )
        found.add(path.read_bytes())
    assert len(found) == 1


def test_the_theme_restyles_pages(document: Document, tmp_path: Path) -> None:
    one = replace(document, pages=document.pages[2:3])
    page = opened(one, tmp_path, Theme(primary="#0a5c36"))[0]
    assert page.render(scale=0.1).to_pil().convert("RGB").getpixel((48, 10)) == (0x0A, 0x5C, 0x36)


def test_ticks_and_crosses_stay_what_they_are(document: Document, tmp_path: Path) -> None:
    row = Row((Cell((Span("甲"),)), Cell((Span("✓"),), mark="yes"), Cell((Span("✗"),), mark="no")))
    assert "甲 ✓ ✗" in text_of(opened(with_blocks(document, of_table(row, kind="matrix")), tmp_path), 0)


def test_a_negative_axis_prints_ascii_minus_as_the_tree_has_it(document: Document, tmp_path: Path) -> None:
    exhibit = next(found for found in document.exhibits() if found.id == "bar-line")
    found = text_of(opened(with_blocks(document, exhibit), tmp_path), 0)
    assert "-10%" in found
    assert "−" not in found
    assert isinstance(exhibit.body, Chart)
    assert exhibit.body.y2_axis
    assert exhibit.body.y2_axis.ticks[0].value == Fraction(-10)
