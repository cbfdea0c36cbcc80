"""A house's own font: what it has is set in it, true bold included; what it lacks in Noto Sans SC, and said."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from fontTools.ttLib import TTFont

import house_fonts
import sample
from yanbao.document.theme import FontFamily, FontFile, Theme
from yanbao.document.tree import Document
from yanbao.errors import RenderError
from yanbao.render import fonts, house_font
from yanbao.render.html import render_html
from yanbao.render.pdf import render_pdf
from yanbao.render.vega_text import measured_in, width

TEXT = house_fonts.ASCII + "電力投資一二三年月日"


@pytest.fixture(scope="module", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> pytest.MonkeyPatch:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YANBAO_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield patch


def family(folder: Path, name: str, *files: bytes) -> FontFamily:
    found = []
    for order, data in enumerate(files):
        path = folder / f"{name}-{order}.ttf"
        path.write_bytes(data)
        found.append(FontFile(path, hashlib.sha256(data).hexdigest()))
    return FontFamily(name, found[0], found[-1])


@pytest.fixture(scope="module", params=["static", "variable", "condensed"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FontFamily:
    folder = tmp_path_factory.mktemp("fonts")
    if request.param == "variable":
        return family(folder, "Desk Gothic", house_fonts.variable(TEXT))
    # typst reads "Condensed" as a style and would not find a family of this name
    name = {"static": "Desk Gothic", "condensed": "霞 Desk Condensed"}[request.param]
    return family(folder, name, *(house_fonts.static(weight, TEXT, name) for weight in (400, 700)))


def glyphs(ttf: bytes) -> TTFont:
    return TTFont(io.BytesIO(ttf))


def small(document: Document) -> Document:
    return replace(document, pages=document.pages[:4])


def test_each_character_is_in_one_font_only_and_bold_is_drawn_bolder(house: FontFamily) -> None:
    made = house_font.faces("電力年增长2,400 ✗", Theme(font=house))
    assert [(face.family, face.weight) for face in made] == [
        *((house.name, 400), (house.name, 700), ("Noto Sans SC", 400), ("Noto Sans SC", 700))
    ]
    own, bold, rest, _ = (set(map(chr, glyphs(face.ttf).getBestCmap())) for face in made)
    assert own == bold == set("電力年") | set(house_fonts.ASCII)
    assert set("增长✗") <= rest
    assert not own & rest
    outlines = [
        list(glyphs(face.ttf)["glyf"][glyphs(face.ttf).getBestCmap()[ord("電")]].coordinates) for face in made[:2]
    ]
    assert outlines[0] != outlines[1]
    marks = [(glyphs(face.ttf)["OS/2"].usWeightClass, glyphs(face.ttf)["head"].macStyle) for face in made[:2]]
    assert marks == [(400, 0), (700, 1)]


def test_the_pdf_embeds_both_fonts_in_both_weights(house: FontFamily, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    render_pdf(small(sample.document()), Theme(font=house), path)
    first = path.read_bytes()
    render_pdf(small(sample.document()), Theme(font=house), path)
    assert path.read_bytes() == first
    found = {name.decode() for name in re.findall(rb"/FontName\s*/[A-Z]{6}\+([\w-]+)", first)}
    own = "Desk" if "霞" in house.name else "DeskGothic"
    assert {name.rpartition("-")[2] for name in found if name.startswith(own)} == {"Regular", "Bold"}
    assert {"NotoSansSC-Regular", "NotoSansSC-Bold"} <= found
    plain = tmp_path / "plain.pdf"
    render_pdf(small(sample.document()), Theme(), plain)
    texts = [
        ["".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(each)]
        for each in (path, plain)
    ]
    assert texts[0] == texts[1]


def test_the_html_embeds_both_fonts_and_names_the_house_first(house: FontFamily, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    render_html(small(sample.document()), Theme(font=house), path)
    source = path.read_text("utf-8")
    faces = re.findall(r'@font-face\{font-family:"([^"]+)";font-weight:(\d+);[^}]*base64,([^)]+)\)', source)
    assert [(name, weight) for name, weight, _ in faces] == [
        *((house.name, "400"), (house.name, "700"), ("Noto Sans SC", "400"), ("Noto Sans SC", "700"))
    ]
    assert f'--font:"{house.name}", "Noto Sans SC", sans-serif' in source
    assert f"{house.name}, Noto Sans SC, sans-serif" in source  # the charts' own list
    assert ord("電") not in glyphs(base64.b64decode(faces[0][2])).getBestCmap()  # the sample doesn't print it
    assert ord("2") in glyphs(base64.b64decode(faces[0][2])).getBestCmap()


def test_what_a_font_lacks_is_counted(house: FontFamily) -> None:
    document = small(sample.document())
    asked = {each for each in fonts.characters(document) if not each.isspace()}
    lacked = asked - set(TEXT)
    (warning,) = house_font.warnings(document, Theme(font=house))
    assert f"{house.name} lacks {len(lacked)} of the {len(asked)} characters" in warning
    assert f"{min(lacked)} (U+{ord(min(lacked)):04X})" in warning
    assert house_font.warnings(document, Theme()) == ()


def test_a_font_that_has_everything_needs_no_warning(tmp_path: Path) -> None:
    document = small(sample.document())
    everything = "".join(sorted(set(fonts.characters(document))))
    whole = {weight: fonts.subset(everything, weight) for weight in (400, 700)}
    theme = Theme(font=family(tmp_path, "Whole", whole[400], whole[700]))
    assert house_font.warnings(document, theme) == ()
    render_pdf(document, theme, tmp_path / "report.pdf")


def test_charts_are_measured_in_the_font_of_the_house(tmp_path: Path) -> None:
    wide = house_fonts.changed(house_fonts.static(400, TEXT), _widen)
    bold = house_fonts.changed(house_fonts.static(700, TEXT), _widen)
    before = width("2,400 電", 10.0)
    with measured_in(family(tmp_path, "Wide", wide, bold)):
        assert width("1", 10.0) == pytest.approx(9.0)
        assert width("電", 10.0) == pytest.approx(10.0)
    assert width("2,400 電", 10.0) == before


def _widen(font: TTFont) -> None:
    for code in range(0x30, 0x3A):
        name = font.getBestCmap()[code]
        font["hmtx"][name] = (900, font["hmtx"][name][1])


def test_a_file_that_changed_or_is_damaged_is_an_error(tmp_path: Path) -> None:
    house = family(tmp_path, "Desk", house_fonts.static(400), house_fonts.static(700))
    house.bold.path.write_bytes(house_fonts.static(700) + b"x")
    with pytest.raises(RenderError, match=r"Desk-1\.ttf was changed during the build"):
        house_font.faces("1", Theme(font=house))
    cut = house_fonts.static(700, "ab")[:-400]
    with pytest.raises(RenderError, match=r"Cut-0\.ttf .*\n +hint"):
        house_font.faces("a", Theme(font=family(tmp_path, "Cut", cut)))


def test_what_neither_font_has_is_an_error_in_the_pdf(tmp_path: Path) -> None:
    theme = Theme(font=family(tmp_path, "Desk", house_fonts.static(400), house_fonts.static(700)))
    with pytest.raises(RenderError, match=r"➤ \(U\+27A4\)"):
        house_font.faces("a➤", theme)
    assert "➤" not in house_font.printable("a➤", theme)
