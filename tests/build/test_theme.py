"""A house's theme restyles every output: colours, fonts, logo, master deck, disclosures."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from workspaces import change, starter
from yanbao import build as building
from yanbao.author import compose
from yanbao.errors import WorkspaceError

PRIMARY = "7a1f6b"
THEME = f"""primary = "#{PRIMARY}"
accent = "#00aa88"
series = ["#{PRIMARY}", "#00aa88", "#336699", "#cc8800"]
font_deck_zh = "SimHei"
font_deck_latin = "Georgia"
logo = "logo.png"
disclosures = "本所持有下列公司股份。\\n\\n本所为其提供过投资银行服务。"
"""


@pytest.fixture(scope="module")
def themed(tmp_path_factory: pytest.TempPathFactory) -> building.Build:
    folder = tmp_path_factory.mktemp("theme")
    workspace = starter(folder / "w")
    (workspace / "theme").mkdir()
    (workspace / "theme" / "theme.toml").write_text(THEME, "utf-8")
    Image.new("RGB", (120, 40), "#00aa88").save(workspace / "theme" / "logo.png")
    return building.build(workspace, folder / "out")


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_deck_takes_colours_fonts_and_logo(themed: building.Build) -> None:
    deck = parts(themed.folder / "report.pptx")
    text = b"".join(data for name, data in deck.items() if name.endswith(".xml"))
    assert PRIMARY.encode() in text.lower()
    assert b"SimHei" in text
    assert b"Georgia" in text
    assert b"12355b" not in text.lower()
    assert any(name.endswith(".png") for name in deck)
    charts = b"".join(data for name, data in deck.items() if "/charts/chart" in name)
    assert re.search(rb'srgbClr val="(?i:%s)"|schemeClr val="(?:accent[1-6]|tx2)"' % PRIMARY.encode(), charts)


def test_the_page_the_workbook_and_the_pdf_take_the_colours(themed: building.Build) -> None:
    html = (themed.folder / "report.html").read_text("utf-8").lower()
    assert f"#{PRIMARY}" in html
    assert "#12355b" not in html
    assert "data:image/png" in html
    book = b"".join(parts(themed.folder / "report.xlsx").values()).lower()
    assert PRIMARY.encode() in book
    import pypdfium2

    document = pypdfium2.PdfDocument(themed.folder / "report.pdf")
    divider = document[2].render(scale=0.2).to_pil().convert("RGB")
    document.close()
    wanted = tuple(int(PRIMARY[at : at + 2], 16) for at in (0, 2, 4))
    assert wanted in {colour for _, colour in divider.getcolors(100_000) or []}


def test_disclosures_stand_on_a_page_of_their_own(themed: building.Build) -> None:
    page = themed.document.pages[-1]
    assert [span.text for part in page.paragraphs() for span in part.text] == [
        "本所持有下列公司股份。",
        "本所为其提供过投资银行服务。",
    ]


def test_a_themed_build_proves(themed: building.Build) -> None:
    from yanbao.check.proof import prove

    proof = prove(themed.document, themed.inputs, themed.outputs)
    assert proof.ok, proof.to_text()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (f'primary = "#{PRIMARY}"', 'primary = "purple"', "theme/theme.toml:1: primary:"),
        ('logo = "logo.png"', 'logo = "../../etc/passwd.png"', "is outside the theme folder"),
        ('logo = "logo.png"', 'logo = "nothing.png"', "there is no file"),
        ('logo = "logo.png"', 'logo = "logo.exe"', "is none of .png"),
        ('font_deck_zh = "SimHei"', 'font_deck_zh = "<script>"', "font_deck_zh"),
    ],
)
def test_mistakes_of_a_theme_are_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    workspace = starter(tmp_path / "w")
    (workspace / "theme").mkdir()
    (workspace / "theme" / "theme.toml").write_text(THEME, "utf-8")
    Image.new("RGB", (12, 4)).save(workspace / "theme" / "logo.png")
    change(workspace, "theme/theme.toml", old, new)
    with pytest.raises(WorkspaceError) as caught:
        compose(workspace)
    assert message in str(caught.value)
