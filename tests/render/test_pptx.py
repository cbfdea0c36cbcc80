"""What these stop: a deck that loses texts or numbers, differs from run to run, or lets text become something else."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from pptx import Presentation
from pptx.util import Emu

import sample
from yanbao.document.theme import Theme
from yanbao.document.tree import (
    Cell,
    Document,
    Exhibit,
    Page,
    Paragraph,
    Span,
    Table,
    Timeline,
    plain,
    spans_of_exhibit,
)
from yanbao.errors import RenderError
from yanbao.render.pptx import render_pptx

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("deck") / "sample.pptx"
    render_pptx(sample.document(), Theme(), file)
    return file


def render(document: Document, tmp_path: Path, theme: Theme | None = None) -> Path:
    file = tmp_path / "deck.pptx"
    render_pptx(document, theme or Theme(), file)
    return file


def slide_texts(file: Path, number: int) -> list[str]:
    """Return the texts of a slide's own XML in its order, one a paragraph: not by python-pptx."""
    with zipfile.ZipFile(file) as package:
        root = etree.fromstring(package.read(f"ppt/slides/slide{number}.xml"))
    found = ["".join(t.text or "" for t in p.iter(f"{A}t")) for p in root.iter(f"{A}p")]
    return [text for text in found if text]


def page_texts(page: Page) -> list[str]:
    """Return what a page's slide shows as its own text, in the document's order; a chart's texts are in its part."""
    texts = [] if page.section == page.title or page.kind == "cover" else [plain(page.section)]
    texts.append(plain(page.title))
    flat: list[Paragraph | Exhibit] = []

    def walk(blocks: tuple) -> None:  # type: ignore[type-arg]
        for block in blocks:
            if isinstance(block, Paragraph | Exhibit):
                flat.append(block)
            else:
                walk(block.left)
                walk(block.right)

    walk(page.blocks)
    for block in flat:
        if isinstance(block, Paragraph):
            texts.append(plain(block.text))
            continue
        every = [plain(text) for text in spans_of_exhibit(block)]
        head = [every[0] + every[1], *every[2:4]]
        body = every[4:-2] if isinstance(block.body, Table | Timeline) else []
        texts += [*head, *body, *every[-2:]]
    texts.append(plain(page.footer))
    if page.kind not in ("cover", "divider"):
        texts.append(str(page.number))
    return [text for text in texts if text]


def squeezed(texts: list[str]) -> str:
    return "".join("".join(texts).split())


def test_opens_with_a_slide_a_page_of_16_to_9(deck: Path) -> None:
    presentation = Presentation(str(deck))
    assert len(presentation.slides) == 11
    assert (presentation.slide_width, presentation.slide_height) == (Emu(12192000), Emu(6858000))


@pytest.mark.parametrize("index", range(11))
def test_every_text_stands_on_its_slide_in_the_order_of_the_document(deck: Path, index: int) -> None:
    page = sample.document().pages[index]
    assert squeezed(slide_texts(deck, index + 1)) == squeezed(page_texts(page))


def test_slides_carry_the_page_id_and_shapes_the_exhibit_id(deck: Path) -> None:
    for page, slide in zip(sample.document().pages, Presentation(str(deck)).slides, strict=True):
        assert slide.element.cSld.get("name") == page.id
        names = [shape.name for shape in slide.shapes]
        assert all(exhibit.id in names for exhibit in page.exhibits())


def test_title_footer_and_number_are_placeholders(deck: Path) -> None:
    for slide in list(Presentation(str(deck)).slides)[3:]:
        kinds = {str(holder.placeholder_format.type) for holder in slide.placeholders}
        assert {"TITLE (1)", "FOOTER (15)", "SLIDE_NUMBER (13)"} <= kinds
        assert slide.shapes.title.text_frame.text


def test_layouts_of_every_kind_of_page_and_no_other(deck: Path) -> None:
    presentation = Presentation(str(deck))
    assert [layout.name for layout in presentation.slide_layouts] == ["封面", "目录", "章节页", "内容页", "声明页"]
    used = [slide.slide_layout.name for slide in presentation.slides]
    assert used == ["封面", "目录", "章节页", *["内容页"] * 7, "声明页"]


def test_theme_carries_the_house_colours_and_fonts(deck: Path) -> None:
    with zipfile.ZipFile(deck) as package:
        theme = package.read("ppt/theme/theme1.xml").decode()
    assert '<a:dk2><a:srgbClr val="12355B"/></a:dk2>' in theme
    assert '<a:ea typeface="Microsoft YaHei"/>' in theme
    assert '<a:latin typeface="Arial"/>' in theme


def test_all_shapes_stay_on_the_slide_and_ids_are_unique(deck: Path) -> None:
    for slide in Presentation(str(deck)).slides:
        ids = [int(item.get("id")) for item in slide.element.iter(f"{P}cNvPr")]
        assert len(ids) == len(set(ids))
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= 12192000 + 1
            assert shape.top + shape.height <= 6858000 + 1


def test_notes_hold_the_origins(deck: Path) -> None:
    for page, slide in zip(sample.document().pages, Presentation(str(deck)).slides, strict=True):
        assert slide.notes_slide.notes_text_frame.text == "\n".join(plain(note.text) for note in page.notes)


def test_exhibits_have_alternative_text_and_rules_are_decorative(deck: Path) -> None:
    slide = Presentation(str(deck)).slides[3]
    described = {item.get("name"): item.get("descr") for item in slide.element.iter(f"{P}cNvPr")}
    assert described["bar-line"] == "国网投资及同比的图表"
    assert b"decorative" in etree.tostring(slide.element)


def test_contents_lead_to_their_slide(deck: Path) -> None:
    slide = Presentation(str(deck)).slides[1]
    links = [shape.click_action.target_slide for shape in slide.shapes if shape.click_action.target_slide]
    assert [link.element.cSld.get("name") for link in links] == ["grid", "grid"]


def test_sections_group_the_slides(deck: Path) -> None:
    with zipfile.ZipFile(deck) as package:
        root = etree.fromstring(package.read("ppt/presentation.xml"))
    p14 = "{http://schemas.microsoft.com/office/powerpoint/2010/main}"
    sections = [(item.get("name"), len(list(item.iter(f"{p14}sldId")))) for item in root.iter(f"{p14}section")]
    assert sections == [("行业复盘", 10), ("声明", 1)]


def test_labels_stand_under_their_group(deck: Path) -> None:
    table = next(shape.table for shape in Presentation(str(deck)).slides[9].shapes if shape.name == "t-grouped")
    assert [cell.text for cell in table.rows[0].cells] == ["", "", "", "每股收益（元）", "市盈率（倍）", ""]
    assert [cell.text for cell in table.rows[1].cells] == ["代码", "公司", "股价（元）", "本年", "本年", "评级"]


def test_neighbours_of_one_group_are_a_merged_cell(tmp_path: Path) -> None:
    document = sample.document()
    exhibit = next(each for each in document.pages[9].exhibits() if each.id == "t-grouped")
    columns = list(page_table(document.pages[9]).columns)
    columns[4] = replace(columns[4], group=columns[3].group)
    body = replace(page_table(document.pages[9]), columns=tuple(columns))
    page = replace(document.pages[9], blocks=(replace(exhibit, body=body),))
    file = render(replace(document, pages=(page,)), tmp_path)
    table = next(shape.table for shape in Presentation(str(file)).slides[0].shapes if shape.name == "t-grouped")
    cell = table.cell(0, 3)
    assert (cell.is_merge_origin, cell.span_width, cell.text) == (True, 2, "每股收益（元）")
    assert table.cell(0, 4).is_spanned


def test_marks_of_a_matrix_are_coloured_and_missing_cells_muted(deck: Path) -> None:
    table = next(shape.table for shape in Presentation(str(deck)).slides[9].shapes if shape.name == "t-matrix")
    yes, no = (etree.tostring(table.cell(1, column)._tc).decode() for column in (1, 2))
    assert "2C8A4B" in yes
    assert "2C8A4B" not in no


def test_bold_spans_are_bold(deck: Path) -> None:
    runs = [
        run
        for shape in Presentation(str(deck)).slides[3].shapes
        if shape.name == "grid-lead"
        for run in shape.text_frame.paragraphs[0].runs
    ]
    assert (runs[0].text, runs[0].font.bold) == ("电网投资", True)
    assert runs[1].font.bold is None


HOSTILE = ['=cmd|" /C calc"!A0', "<a:t>&amp;</a:t>", '"><script>', "@SUM(1)", "#let x = 1", "a]]>b", "两行\n文字"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_out_as_plain_text(tmp_path: Path, text: str) -> None:
    document = sample.document()
    page = document.pages[9]
    table = Table("plain", page_table(page).columns[:1], (sample.Row((Cell((Span(text),)),)),))
    exhibit = replace(next(page.exhibits()), title=(Span(text),), body=table, origin=(Span(text),), alt=text)
    chart = sample.charts()["grouped"]
    series = replace(chart.body.series[0], name=(Span(text),))  # type: ignore[union-attr]
    chart = replace(chart, body=replace(chart.body, series=(series, *chart.body.series[1:])))  # type: ignore[union-attr, type-var]
    hostile = replace(
        page,
        title=(Span("标题"),),
        blocks=(Paragraph("p", (Span(text),)), exhibit, chart),
        notes=(Paragraph("n", (Span(text),)),),
    )
    file = render(replace(document, pages=(hostile,)), tmp_path)
    slide = Presentation(str(file)).slides[0]
    shown = "".join(text.split())
    assert squeezed(slide_texts(file, 1)).count(shown) == 4  # paragraph, title, cell, origin
    assert slide.notes_slide.notes_text_frame.text.replace("\v", "\n") == text
    found = next(shape for shape in slide.shapes if shape.has_chart)
    assert found.chart.plots[0].series[0].name == text
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(found.chart.part.chart_workbook.xlsx_part.blob))
    cell = book.active.cell(1, 2)
    assert (cell.value, cell.data_type) == (text, "s")


def page_table(page: Page) -> Table:
    body = next(page.exhibits()).body
    assert isinstance(body, Table)
    return body


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x1b", "\ud800", "\ufffe"])
def test_control_characters_are_refused_with_their_place(tmp_path: Path, character: str) -> None:
    document = sample.document()
    page = replace(document.pages[3], blocks=(Paragraph("bad", (Span(f"a{character}b"),)),))
    with pytest.raises(RenderError, match=r"page 4 \(grid\), bad: the text holds the control character") as caught:
        render(replace(document, pages=(page,)), tmp_path)
    assert f"U+{ord(character):04X}" in str(caught.value)
    assert not (tmp_path / "deck.pptx").exists()


def test_characters_that_turn_the_order_round_are_left_out(tmp_path: Path) -> None:
    document = sample.document()
    page = replace(document.pages[3], blocks=(Paragraph("p", (Span("1\u202e23\u200b"),)),))
    assert "123" in slide_texts(render(replace(document, pages=(page,)), tmp_path), 1)


def test_what_does_not_fit_is_refused_and_nothing_written(tmp_path: Path) -> None:
    document = sample.document()
    page = replace(document.pages[3], blocks=(Paragraph("long", (Span("长" * 9000),)),))
    with pytest.raises(RenderError, match="paragraph long does not fit"):
        render(replace(document, pages=(page,)), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("first", ["", "import openpyxl; "])
def test_prefixes_are_the_same_whatever_else_was_imported(first: str) -> None:
    """Found once: ns0 for r, unless another library had registered r in the process."""
    code = (
        f"{first}from lxml import etree; from yanbao.render.pptx.xml import element;"
        "print(etree.tostring(element('p:sldLayoutId', {'id': 1, 'r:id': 'rId1'})).decode())"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert 'r:id="rId1"' in done.stdout
    assert "ns0" not in done.stdout


def test_same_bytes_in_two_processes(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nimport sample\nfrom yanbao.document.theme import Theme\n"
        "from yanbao.render.pptx import render_pptx\nrender_pptx(sample.document(), Theme(), Path(sys.argv[1]))"
    )
    files = [tmp_path / f"{seed}.pptx" for seed in (1, 2)]
    for seed, file in enumerate(files):
        environment = {"PYTHONHASHSEED": str(seed), "PYTHONPATH": ":".join(sys.path), "TZ": f"UTC{seed * 5}"}
        subprocess.run([sys.executable, "-c", code, str(file)], check=True, env=environment)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_no_part_carries_the_time_of_the_run(deck: Path) -> None:
    with zipfile.ZipFile(deck) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = package.read("docProps/core.xml").decode()
        books = [name for name in package.namelist() if name.endswith(".xlsx")]
        for name in books:
            with zipfile.ZipFile(io.BytesIO(package.read(name))) as book:
                assert {info.date_time for info in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
                assert "2024-07-15T00:00:00Z" in book.read("docProps/core.xml").decode()
    assert len(books) == 9
    assert core.count("2024-07-15T00:00:00Z") == 2
    assert "Steve Canny" not in core


def test_english_deck_says_so(tmp_path: Path) -> None:
    file = render(replace(sample.document(), language="en"), tmp_path)
    presentation = Presentation(str(file))
    assert presentation.slide_layouts[3].name == "Content"
    with zipfile.ZipFile(file) as package:
        slide = package.read("ppt/slides/slide4.xml").decode()
    assert 'lang="en-US"' in slide
    assert "zh-CN" not in slide


@pytest.mark.slow
def test_libreoffice_opens_it_with_as_many_pages(deck: Path, tmp_path: Path) -> None:
    import pypdfium2

    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(deck)], check=True, capture_output=True, timeout=240)
    pdf = pypdfium2.PdfDocument(tmp_path / "sample.pdf")
    assert len(pdf) == 11
    shown = "".join(pdf[3].get_textpage().get_text_range().split())
    for text in ("电网投资保持韧性", "国网同比（右轴）", "4882.0", "6.0%", "同比按可比口径"):
        assert text in shown
