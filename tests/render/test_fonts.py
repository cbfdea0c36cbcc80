"""Embedded fonts: right glyphs, true bold, the same bytes, and no boxes."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

import sample
from yanbao.errors import RenderError
from yanbao.render import fonts

WORDS = "电网投资增长3.6%，《政策》✓✗—±×≥（亿元）"


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YANBAO_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


def opened(data: bytes) -> TTFont:
    return TTFont(io.BytesIO(data))


def names(font: TTFont) -> dict[int, str]:
    return {record.nameID: str(record) for record in font["name"].names}


@pytest.mark.parametrize(("weight", "style"), [(400, "Regular"), (700, "Bold")])
def test_style_of_a_weight_is_what_typesetters_pick_by(weight: int, style: str) -> None:
    font = opened(fonts.subset(WORDS, weight))
    assert (names(font)[1], names(font)[2]) == ("Noto Sans SC", style)
    assert font["OS/2"].usWeightClass == weight
    assert bool(font["head"].macStyle & 1) is (style == "Bold")
    assert bool(font["OS/2"].fsSelection & 0x20) is (style == "Bold")
    assert "fvar" not in font


def test_bold_has_other_outlines() -> None:
    regular, bold = (opened(fonts.subset(WORDS, weight)) for weight in (400, 700))
    for character in "电3✗":
        outlines = [list(font["glyf"][font.getBestCmap()[ord(character)]].coordinates) for font in (regular, bold)]
        assert outlines[0] != outlines[1]


def test_holds_every_character_given_and_none_of_the_rest() -> None:
    cmap = opened(fonts.subset(WORDS, 400)).getBestCmap()
    assert set(map(ord, WORDS)) <= set(cmap)
    assert set(cmap) <= set(map(ord, WORDS + fonts.BASE))


def test_ballot_x_is_drawn_within_its_advance() -> None:
    font = opened(fonts.subset("✗", 400))
    name = font.getBestCmap()[ord("✗")]
    pen = BoundsPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    assert pen.bounds[0] >= 0
    assert pen.bounds[2] <= font["hmtx"][name][0] == font["hmtx"][font.getBestCmap()[ord("✓")]][0]
    assert name != font.getBestCmap()[ord("×")]  # else readers of the PDF would get × for ✗


def test_digits_are_tabular_in_both_weights() -> None:
    for weight in (400, 700):
        font = opened(fonts.subset("", weight))
        assert len({font["hmtx"][font.getBestCmap()[code]][0] for code in range(0x30, 0x3A)}) == 1


def test_missing_glyphs_are_named_all_at_once() -> None:
    assert fonts.lacking("电网➤\U0001f600\n\t") == {"➤", "\U0001f600"}
    with pytest.raises(RenderError, match=r"➤ \(U\+27A4\), \U0001f600 \(U\+1F600\)"):
        fonts.subset("➤电\U0001f600", 400)


def test_control_and_override_characters_are_not_printed() -> None:
    assert fonts.visible("a\x00b\u202ec\ud800d\te") == "abcd e"
    assert fonts.lacking("\x07\u200b\u202e") == set()


def test_order_and_repeats_do_not_matter_and_damage_is_repaired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YANBAO_CACHE", str(tmp_path))
    first = fonts.subset("网电", 400)
    (entry,) = (tmp_path / "ttf").iterdir()
    assert fonts.subset("电网网", 400) == first
    entry.write_bytes(entry.read_bytes()[:-1])
    assert fonts.subset("电网", 400) == first


def test_a_folder_that_cannot_be_written_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = fonts.subset("电网", 700)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("YANBAO_CACHE", str(tmp_path / "file"))
    assert fonts.subset("电网", 700) == first


def test_same_bytes_in_another_process_without_its_cache(tmp_path: Path) -> None:
    program = (
        "import hashlib; from yanbao.render import fonts; t = fonts.subset('电网3', 700);"
        "print(hashlib.sha256(t + fonts.woff2(t)).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"YANBAO_CACHE": str(tmp_path / seed), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_woff2_holds_the_same_glyphs() -> None:
    ttf = fonts.subset(WORDS, 400)
    packed = fonts.woff2(ttf)
    assert packed[:4] == b"wOF2"
    assert len(packed) < len(ttf)
    assert opened(packed).getBestCmap() == opened(ttf).getBestCmap()


def test_characters_of_a_document_are_all_covered() -> None:
    found = fonts.characters(sample.document())
    assert set("电网，✗5275%") <= set(found)
    assert fonts.lacking(found) == set()


def test_marks_of_an_english_document_are_as_wide_as_letters() -> None:
    marks = "‘’“”"
    widths = {}
    for language in ("zh", "en"):
        font = opened(fonts.subset(marks, 400, language=language))
        cmap = font.getBestCmap()
        widths[language] = [font["hmtx"][cmap[ord(mark)]][0] for mark in marks]
    assert widths["zh"] == [1000] * 4
    assert all(200 < width < 500 for width in widths["en"])  # the font's own glyphs of its feature pwid
