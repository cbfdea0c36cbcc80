"""PDFs that are broken or made to harm: refused with file, cause and hint, or read as far as they can be."""

from __future__ import annotations

import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from read.foreign import typeset
from yanbao.errors import ReadError
from yanbao.read.foreign import pdf
from yanbao.read.foreign.pdf import read_foreign_pdf
from yanbao.read.foreign.pdf_document import read_document
from yanbao.read.foreign.tree import ForeignDocument

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
WORDS = b"BT /F1 12 Tf 72 700 Td (Revenue 100) Tj ET"


def raw(objects: list[bytes], trailer: bytes = b"") -> bytes:
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    out += b"trailer<</Size %d/Root 1 0 R%s>>\n" % (len(objects) + 1, trailer)
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def stream(data: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(data, 9)
    return b"<</Length %d/Filter/FlateDecode%s>>stream\n%s\nendstream" % (len(packed), entries, packed)


def pages(*contents: bytes, box: bytes = b"[0 0 595 842]", count: int = 0, extra: tuple[bytes, ...] = ()) -> bytes:
    kids = b" ".join(b"%d 0 R" % (4 + 2 * i) for i in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count or len(contents)),
        FONT,
    ]
    form = 4 + 2 * len(contents)
    for i, content in enumerate(contents):
        resources = b"<</Font<</F1 3 0 R>>/XObject<</X %d 0 R>>>>" % form
        page = b"<</Type/Page/Parent 2 0 R/MediaBox%s/Contents %d 0 R/Resources%s>>" % (box, 5 + 2 * i, resources)
        objects += [page, stream(content)]
    return raw([*objects, *extra])


def refused(data: bytes, folder: Path, *words: str) -> None:
    file = folder / "report.pdf"
    file.write_bytes(data)
    with pytest.raises(ReadError) as error:
        read_foreign_pdf(file)
    message = str(error.value)
    assert "report.pdf" in message
    assert "hint:" in message
    for word in words:
        assert word in message, message


def opened(data: bytes, folder: Path) -> ForeignDocument:
    file = folder / "report.pdf"
    file.write_bytes(data)
    return read_foreign_pdf(file)


def test_a_sound_one_is_read_and_carries_its_own_path(tmp_path: Path) -> None:
    document = opened(pages(WORDS), tmp_path)
    assert [prose.text for prose in document.prose()] == ["Revenue 100"]
    assert document.file == tmp_path / "report.pdf"
    assert document.unread == ()


def test_no_file_and_no_pdf(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="hint:"):
        read_foreign_pdf(tmp_path / "none.pdf")
    with pytest.raises(ReadError, match="hint:"):
        read_foreign_pdf(tmp_path)
    for data in (b"", b"\0" * 100, b"plain words", b"PK\x03\x04"):
        refused(data, tmp_path, "no PDF")


def test_too_big(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yanbao.read.foreign.pdf_document.MAX_BYTES", 100)
    refused(pages(WORDS), tmp_path, "more than 100")


def test_encrypted(tmp_path: Path) -> None:
    lock = b"<</Filter/Standard/V 1/R 2/Length 40/P -4/O<%s>/U<%s>>>" % (b"11" * 32, b"22" * 32)
    data = raw(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", lock],
        b"/Encrypt 3 0 R/ID[<00><00>]",
    )
    refused(data, tmp_path, "encrypted", "without a password")


def test_a_million_pages_announced(tmp_path: Path) -> None:
    refused(pages(WORDS, count=1_000_000), tmp_path, "announces 1000000 pages", "2000")


def test_cut_in_half_is_refused_or_told(tmp_path: Path) -> None:
    whole = typeset.pdf("#lorem(600) #pagebreak() #lorem(600)")
    refused(whole[: len(whole) // 2], tmp_path, "cut off")
    tail = opened(pages(WORDS)[:-7], tmp_path)  # the end mark alone is missing
    assert [prose.text for prose in tail.prose()] == ["Revenue 100"]
    assert "cut off" in tail.unread[0].reason


def test_deep_nesting(tmp_path: Path) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    refused(raw([b"<</Type/Catalog/Pages 2 0 R/X " + deep + b">>", b"<</Type/Pages/Kids[]/Count 0>>"]), tmp_path)
    assert len(opened(pages(b"q " * 200_000 + WORDS), tmp_path).pages) == 1


@pytest.mark.parametrize("box", [b"[0 0 0 0]", b"[595 842 0 0]", b"[-1e30 -1e30 1e30 1e30]", b"[0 0 1e9 5]", b"[]"])
def test_pages_of_impossible_size(box: bytes, tmp_path: Path) -> None:
    assert len(opened(pages(WORDS, box=box), tmp_path).pages) == 1


def test_pages_in_a_circle_are_told(tmp_path: Path) -> None:
    data = raw([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"])
    assert [item.reason for item in opened(data, tmp_path).unread] == ["the page is damaged"] * 2


def test_a_page_that_never_ends_is_given_up_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "PAGE_SECONDS", 3.0)
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 600 900]/Resources<</XObject<</X %d 0 R>>>>"
    forms = tuple(stream(b"/X Do /X Do", form % (11 + i)) for i in range(40))
    data = pages(WORDS, b"/X Do", WORDS, extra=forms)
    document = opened(data, tmp_path)
    assert [bool(page.blocks) for page in document.pages] == [True, False, True]
    assert [item.place.page for item in document.unread] == [2]


def test_more_lost_pages_than_three_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_LOST", 0)
    monkeypatch.setattr(pdf, "PAGE_SECONDS", 2.0)
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 600 900]/Resources<</XObject<</X %d 0 R>>>>"
    forms = tuple(stream(b"/X Do /X Do", form % (7 + i)) for i in range(40))
    refused(pages(b"/X Do", extra=forms), tmp_path, "page 1")


def test_more_characters_than_a_page_can_hold_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yanbao.read.foreign.pdf_glyphs.MAX_GLYPHS", 20)
    file = tmp_path / "report.pdf"
    file.write_bytes(pages(b"BT /F1 12 Tf 72 700 Td (Revenue of the first half 100) Tj ET"))
    assert "more than 20" in read_document(file).unread[0].reason


SMALL = pages(
    b"BT /F1 10 Tf 72 700 Td (Sales) Tj 100 0 Td (1,234) Tj -100 -14 Td (Cost) Tj 100 0 Td (900) Tj ET 72 695 m 300 695 l S"
)


def _changed(changes: list[tuple[int, int]]) -> bytes:
    data = bytearray(SMALL)
    for at, value in changes:
        data[at] = value
    return bytes(data)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=300).map(lambda tail: b"%PDF-1.7\n" + tail),
        st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=12).map(_changed),
        st.integers(0, len(SMALL)).map(lambda end: SMALL[:end]),
    )
)
def test_any_bytes_are_a_document_or_a_read_error(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "any.pdf"
    file.write_bytes(data)
    with suppress(ReadError):
        assert read_document(file).pages
