"""What these stop: a house's own master that is not used, or used for pages it cannot carry."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from pptx import Presentation
from pptx.util import Emu

import sample
from yanbao.document.theme import Theme
from yanbao.errors import RenderError
from yanbao.render.pptx import render_pptx


def house_master(path: Path, width: int = 12192000, template: bool = False) -> Path:
    """Write PowerPoint's plain layouts at 16:9, with a sample slide, as a house would hand them in."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Emu(width), Emu(width * 9 // 16)
    presentation.slides.add_slide(presentation.slide_layouts[0]).shapes.title.text = "样张"
    held = io.BytesIO()
    presentation.save(held)
    if template:
        out = io.BytesIO()
        with zipfile.ZipFile(held) as source, zipfile.ZipFile(out, "w") as target:
            for name in source.namelist():
                part = source.read(name)
                target.writestr(name, part.replace(b"presentation.main+xml", b"template.main+xml"))
        held = out
    path.write_bytes(held.getvalue())
    return path


def render(tmp_path: Path, theme: Theme) -> Path:
    file = tmp_path / "deck.pptx"
    render_pptx(sample.document(), theme, file)
    return file


@pytest.mark.parametrize("template", [False, True])
def test_slides_use_the_layouts_of_the_house(tmp_path: Path, template: bool) -> None:
    master = house_master(tmp_path / ("m.potx" if template else "m.pptx"), template=template)
    presentation = Presentation(str(render(tmp_path, Theme(master=master))))
    names = [slide.slide_layout.name for slide in presentation.slides]
    assert names[:4] == ["Title Slide", "Title Only", "Section Header", "Title Only"]
    assert len(presentation.slide_layouts) == 11
    assert "样张" not in "".join(shape.text_frame.text for slide in presentation.slides for shape in slide.placeholders)
    assert [slide.shapes.title.text_frame.text for slide in presentation.slides][
        3
    ] == "电网投资保持韧性，智能化占比提升"


def test_samples_of_the_house_master_are_not_left_in_the_file(tmp_path: Path) -> None:
    file = render(tmp_path, Theme(master=house_master(tmp_path / "m.pptx")))
    with zipfile.ZipFile(file) as package:
        assert sum(name.startswith("ppt/slides/slide") for name in package.namelist()) == 11
        assert not any("样张" in package.read(name).decode("utf-8", "ignore") for name in package.namelist())


def test_shapes_scale_with_a_smaller_slide(tmp_path: Path) -> None:
    file = render(tmp_path, Theme(master=house_master(tmp_path / "m.pptx", width=9144000)))
    slide = Presentation(str(file)).slides[3]
    chart = next(shape for shape in slide.shapes if shape.name == "bar-line")
    assert chart.left == (40 * 9525)
    lead = next(shape for shape in slide.shapes if shape.name == "grid-lead")
    assert lead.text_frame.paragraphs[0].runs[0].font.size.pt == pytest.approx(13 * 0.75)


def test_title_of_the_house_never_covers_what_stands_below_it(tmp_path: Path) -> None:
    master = house_master(tmp_path / "m.pptx")  # its title reaches down to 111 pt, the page begins at 84
    slide = Presentation(str(render(tmp_path, Theme(master=master)))).slides[3]
    lead = next(shape for shape in slide.shapes if shape.name == "grid-lead")
    assert slide.shapes.title.top + slide.shapes.title.height <= lead.top
    assert slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size.pt == 21


def test_title_of_the_house_stays_where_it_is_clear_of_the_page(tmp_path: Path) -> None:
    presentation = Presentation(str(house_master(tmp_path / "m.pptx")))
    layout = next(layout for layout in presentation.slide_layouts if layout.name == "Title Only")
    title = layout.placeholders[0]
    title.left, title.top, title.width, title.height = Emu(500000), Emu(100000), Emu(9000000), Emu(700000)
    presentation.save(str(tmp_path / "m.pptx"))
    slide = Presentation(str(render(tmp_path, Theme(master=tmp_path / "m.pptx")))).slides[3]
    assert (slide.shapes.title.left, slide.shapes.title.top) == (500000, 100000)
    assert "section" not in [shape.name for shape in slide.shapes]  # it would stand on the title


def test_master_that_is_not_16_to_9_is_refused(tmp_path: Path) -> None:
    presentation = Presentation()
    presentation.save(str(tmp_path / "m.pptx"))
    with pytest.raises(RenderError, match="the master is not 16:9"):
        render(tmp_path, Theme(master=tmp_path / "m.pptx"))


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_file_that_is_no_master_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.pptx").write_bytes(content)
    with pytest.raises(RenderError, match=r"m\.pptx: the master cannot be read"):
        render(tmp_path, Theme(master=tmp_path / "m.pptx"))


def test_missing_master_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="the master cannot be read"):
        render(tmp_path, Theme(master=tmp_path / "none.pptx"))


def test_master_without_a_layout_for_dividers_is_refused(tmp_path: Path) -> None:
    presentation = Presentation(str(house_master(tmp_path / "m.pptx")))
    layout = next(layout for layout in presentation.slide_layouts if layout.name == "Section Header")
    presentation.slide_layouts.remove(layout)
    presentation.save(str(tmp_path / "m.pptx"))
    with pytest.raises(RenderError, match="the master has no layout for divider pages"):
        render(tmp_path, Theme(master=tmp_path / "m.pptx"))


def test_logo_stands_on_the_layouts_in_its_proportions(tmp_path: Path) -> None:
    Image.new("RGB", (300, 100), "#12355b").save(tmp_path / "logo.png")
    presentation = Presentation(str(render(tmp_path, Theme(logo=tmp_path / "logo.png"))))
    pictures = [shape for layout in presentation.slide_layouts for shape in layout.shapes if shape.shape_type == 13]
    assert len(pictures) == 4  # on all but the divider
    assert all(picture.width / picture.height == pytest.approx(3, rel=0.01) for picture in pictures)


def test_logo_that_is_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg/>")
    with pytest.raises(RenderError, match=r"logo\.svg: the logo cannot be put on slides"):
        render(tmp_path, Theme(logo=tmp_path / "logo.svg"))


def test_another_palette_restyles_the_deck(tmp_path: Path) -> None:
    theme = replace(Theme(), primary="#004225", series=("#004225", "#b8860b"), font_deck_zh="SimHei")
    with zipfile.ZipFile(render(tmp_path, theme)) as package:
        held = package.read("ppt/theme/theme1.xml").decode()
        slides = "".join(package.read(name).decode() for name in package.namelist() if "slides/slide" in name)
    assert '<a:dk2><a:srgbClr val="004225"/></a:dk2>' in held
    assert '<a:accent2><a:srgbClr val="B8860B"/></a:accent2>' in held
    assert "SimHei" in held
    assert "12355B" not in held + slides
