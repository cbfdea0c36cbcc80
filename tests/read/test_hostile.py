"""Files that are broken, cut off or made to harm their reader: each is refused with file, cause and hint."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from yanbao.errors import ReadError
from yanbao.read.contents import FileContents
from yanbao.read.html import read_html
from yanbao.read.package import MAX_MEMBER, Package, parse_xml
from yanbao.read.pdf import read_pdf
from yanbao.read.pptx import read_pptx

Read = Callable[[Path], FileContents]


def refused(read: Read, file: Path, *words: str) -> None:
    with pytest.raises(ReadError) as error:
        read(file)
    message = str(error.value)
    assert str(file) in message or file.name in message
    assert "hint:" in message
    for word in words:
        assert word in message, message


@pytest.mark.parametrize("read", [read_html, read_pptx, read_pdf])
def test_no_such_file(read: Read, tmp_path: Path) -> None:
    refused(read, tmp_path / "report.x")


@pytest.mark.parametrize("read", [read_html, read_pptx, read_pdf])
@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"plain words", b"PK\x03\x04" + b"\0" * 60, b"%PDF-1.7\n%%EOF"])
def test_not_the_format_at_all(read: Read, data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "report.x"
    file.write_bytes(data)
    refused(read, file)


@pytest.mark.parametrize("read", [read_html, read_pptx, read_pdf])
def test_a_folder_is_no_file(read: Read, tmp_path: Path) -> None:
    refused(read, tmp_path)


def test_html_cut_off(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text("<!DOCTYPE html><html><body><section id='a'><p>5275</p>", encoding="utf-8")
    refused(read_html, file, "cut off")


def test_html_with_broken_json(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    for body in ("{", "NaN", "[" * 100_000, '{"a": Infinity}'):
        script = f'<script type="application/json" id="facts">{body}</script>'
        file.write_text(f"<html><body>{script}</body></html>", encoding="utf-8")
        refused(read_html, file, "broken")


def test_html_in_another_encoding(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_bytes("<html><body>国家电网</body></html>".encode("gb18030"))
    refused(read_html, file, "UTF-8")


def test_html_nested_deeply(tmp_path: Path) -> None:
    """The walk has no stack to exhaust; beyond the parser's own depth, where it would drop texts, it refuses."""
    file = tmp_path / "report.html"

    def nested(deep: int) -> None:
        body = "<div>" * deep + "5275" + "</div>" * deep
        file.write_text(f"<html><body><section id='a'>{body}</section></body></html>", encoding="utf-8")

    nested(2000)
    (page,) = read_html(file).pages
    assert [segment.text for segment in page.segments] == ["5275"]
    nested(3000)
    refused(read_html, file, "depth")


def test_html_declares_entities_for_nothing(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    doctype = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    file.write_text(f"{doctype}<html><body><section id='a'><p>&x;5</p></section></body></html>", encoding="utf-8")
    assert "root" not in "".join(segment.text for page in read_html(file).pages for segment in page.segments)


def zip_of(file: Path, parts: dict[str, bytes], level: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(file, "w", level) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return file


def test_a_bomb_by_its_ratio(tmp_path: Path) -> None:
    file = zip_of(tmp_path / "report.pptx", {"ppt/presentation.xml": b"\0" * (30 * 2**20)})
    refused(read_pptx, file, "zip bomb")


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    """The size is counted while it is unpacked: what the zip declares vouches for nothing."""
    honest = io.BytesIO()
    with zipfile.ZipFile(honest, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("ppt/presentation.xml", b"\0" * (4 * 2**20))
    data = honest.getvalue()
    lying = data.replace(struct.pack("<I", 4 * 2**20), struct.pack("<I", 1000))
    file = tmp_path / "report.pptx"
    file.write_bytes(lying)
    refused(read_pptx, file)


def test_a_part_bigger_than_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_MEMBER > 2**20
    monkeypatch.setattr("yanbao.read.package.MAX_MEMBER", 1000)
    file = zip_of(tmp_path / "report.pptx", {"ppt/presentation.xml": bytes(range(256)) * 8}, zipfile.ZIP_STORED)
    refused(read_pptx, file, "zip bomb")


def test_a_part_twice(tmp_path: Path) -> None:
    file = tmp_path / "report.pptx"
    with zipfile.ZipFile(file, "w") as target:
        target.writestr("ppt/presentation.xml", b"<a/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            target.writestr("ppt/presentation.xml", b"<b/>")
    refused(read_pptx, file, "twice")


def test_a_damaged_part(tmp_path: Path) -> None:
    file = zip_of(tmp_path / "report.pptx", {"ppt/presentation.xml": b"<a>" + bytes(range(256)) * 40 + b"</a>"})
    data = bytearray(file.read_bytes())
    data[200:260] = b"\xff" * 60
    file.write_bytes(bytes(data))
    refused(read_pptx, file, "ppt/presentation.xml")


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>',
        b"<a><b></a>",
        b"",
        b"\xff\xfe\x00",
        b"<a>" * 300 + b"</a>" * 300,
    ],
)
def test_xml_that_is_refused(xml: bytes) -> None:
    with pytest.raises(ReadError, match="part"):
        parse_xml(xml, "report.pptx: part 'a.xml'")


def test_a_billion_laughs(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10 if at else "ha"}">' for at in range(10))
    file = zip_of(tmp_path / "report.pptx", {"ppt/presentation.xml": f"<!DOCTYPE a [{laughs}]><a>&l9;</a>".encode()})
    refused(read_pptx, file)


def test_a_relation_that_leads_out_of_the_package(tmp_path: Path) -> None:
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="x/slide" Target="../../../../etc/passwd"/></Relationships>'
    )
    main = (
        '<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst></p:presentation>'
    )
    parts = {"ppt/presentation.xml": main.encode(), "ppt/_rels/presentation.xml.rels": relation.encode()}
    refused(read_pptx, zip_of(tmp_path / "report.pptx", parts), "missing")


def test_a_package_with_too_many_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yanbao.read.package.MAX_MEMBERS", 3)
    file = zip_of(tmp_path / "report.pptx", {f"a{at}": b"" for at in range(5)})
    with pytest.raises(ReadError, match="parts"):
        Package(file, "PPTX")


def test_a_pdf_cut_in_the_middle(tmp_path: Path) -> None:
    import typst

    source = tmp_path / "a.typ"
    source.write_text("5275亿元 #pagebreak() 二", encoding="utf-8")
    data = typst.compile(str(source))
    file = tmp_path / "report.pdf"
    file.write_bytes(data[: len(data) // 2])
    refused(read_pdf, file, "cut off")
    file.write_bytes(data[: len(data) // 2] + b"\n%%EOF\n")
    refused(read_pdf, file, "damaged")
