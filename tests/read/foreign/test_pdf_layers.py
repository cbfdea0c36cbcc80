"""Pages whose text cannot be relied on are told and left unread; sound ones are not."""

from __future__ import annotations

from pathlib import Path

from read.foreign import typeset
from shared_data import shared
from yanbao.read.foreign.pdf_document import read_document
from yanbao.read.foreign.pdf_layer import poor_recognition

CHINESE = "本公司报告期内实现营业收入十亿元，同比增长百分之十二，主要是销量提升和产品结构改善。" * 5
ENGLISH = "Revenue increased because volumes and prices improved in every region where the company operates. " * 5


def sample(pattern: str) -> Path:
    return next(iter(sorted(shared("samples").glob(pattern))))


def test_fonts_without_a_map_to_characters_are_garbled() -> None:
    document = read_document(sample("us_filings/MCD*.pdf"))
    assert {page.layer for page in document.pages} == {"garbled"}
    assert not any(page.blocks for page in document.pages)
    assert [item.place.page for item in document.unread] == list(range(1, 10))
    assert "readable character" in document.unread[0].reason


def test_a_scan_with_misread_figures_is_ocr() -> None:
    document = read_document(sample("other_pdf/*OCR*.pdf"))
    assert {page.layer for page in document.pages} == {"ocr"}
    assert not any(page.blocks for page in document.pages)
    assert "misread" in document.unread[0].reason


def test_sound_documents_are_read_whole() -> None:
    for pattern in ("us_filings/COST*.pdf", "other_pdf/nics*.pdf", "other_pdf/*2018Q1*.pdf"):
        document = read_document(sample(pattern))
        assert {page.layer for page in document.pages} == {"text"}
        assert document.unread == ()


def test_what_misread_figures_are() -> None:
    assert poor_recognition(["截至20I5年末，Z0l5年净额为7, 013. 685 万元"]) is not None
    sound = (
        "2023年Q1营收1,234.5万元，同比+12.3%，PE为15.2x，1.2-1.3万美元，iPhone14，COVID-19，5G，3C，H100，2024E，10-K"
    )
    assert poor_recognition([sound, "Revenue of $1,234 in 4Q23; 25bps, 401(k), Form 8-K, B2B, 1H24"]) is None
    assert poor_recognition([]) is None


def shifted(text: str) -> str:
    """Letters moved along the alphabet, as a font with a wrong map of characters gives them."""
    return "".join(chr((ord(char) - 97 + 11) % 26 + 97) if char.isalpha() else char for char in text.lower())


def test_letters_that_make_no_words_are_garbled(tmp_path: Path) -> None:
    assert read_document(typeset.write(tmp_path, ENGLISH)).pages[0].layer == "text"
    document = read_document(typeset.write(tmp_path, shifted(ENGLISH)))
    assert document.pages[0].layer == "garbled"
    assert "vowels" in document.unread[0].reason


def test_characters_that_make_no_words_are_garbled(tmp_path: Path) -> None:
    assert read_document(typeset.write(tmp_path, CHINESE)).pages[0].layer == "text"
    rare = "".join(chr(0x4E00 + (ord(char) * 7919) % 20000) for char in CHINESE if char not in "，。")
    document = read_document(typeset.write(tmp_path, rare))
    assert document.pages[0].layer == "garbled"


def test_an_empty_page_is_no_loss_and_a_picture_of_a_page_is(tmp_path: Path) -> None:
    document = read_document(typeset.write(tmp_path, "#pagebreak()"))
    assert [page.layer for page in document.pages] == ["text", "text"]
    assert document.unread == ()
    picture = '#set page(margin: 0pt)\n#image(bytes("' + SVG + '"), width: 100%, height: 100%)'
    shapes = read_document(typeset.write(tmp_path, picture))
    assert shapes.pages[0].layer == "none"
    assert "drawn as shapes" in shapes.unread[0].reason


SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg' width='400' height='600'>"
    + "".join(f"<path d='M{i % 20 * 20} {i // 20 * 20} l9 3 l2 8 z'/>" for i in range(400))
    + "</svg>"
)
