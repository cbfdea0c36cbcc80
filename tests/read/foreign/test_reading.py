"""What these stop: a file that is read as what its name says, and hostile files that fill memory, time or the disk."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation

import foreign_files as files
from shared_data import shared
from yanbao.errors import ReadError
from yanbao.read.foreign.reading import read_foreign
from yanbao.read.foreign.tree import Prose

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def refused(file: Path, *words: str) -> str:
    with pytest.raises(ReadError) as error:
        read_foreign(file)
    message = str(error.value)
    assert str(file) in message
    assert "hint:" in message
    for word in words:
        assert word in message, message
    return message


def workbook() -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (["a", "b"], [1, 2], [3, 4]):
        sheet.append(row)
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def deck() -> bytes:
    held = io.BytesIO()
    show = Presentation()
    show.slides.add_slide(show.slide_layouts[5])
    show.save(held)
    return held.getvalue()


def changed(data: bytes, changes: dict[str, bytes | None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members: dict[str, bytes | None] = {name: package.read(name) for name in package.namelist()}
    members.update(changes)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            if content is not None:
                package.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize("suffix", [".txt", ".docx", ".pdf", ".html", ".dat", ""])
def test_content_decides_not_the_name(tmp_path: Path, suffix: str) -> None:
    for format_, data in (("xlsx", workbook()), ("pptx", deck())):
        file = tmp_path / f"{format_}{suffix}"
        file.write_bytes(data)
        assert read_foreign(file).format == format_
    word = files.docx(tmp_path / f"word{suffix}", files.paragraph("正文"))
    assert read_foreign(word).format == "docx"


def test_text_formats(tmp_path: Path) -> None:
    cases = {
        "a.md": ("# 题\n", "md"),
        "b.txt": ("# 题\n", "txt"),
        "c.dat": ("营收12亿元。", "txt"),
        "d.htm": ("<p>文</p>", "html"),
        "e.txt": ("<!DOCTYPE html><html><body><p>文</p></body></html>", "html"),
        "f.txt": ("<b>34</b>倍，为历史低位。", "txt"),
        "g.md": ("<p>一段</p>\n\n# 题\n", "md"),
    }
    for name, (text, format_) in cases.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert read_foreign(tmp_path / name).format == format_, name


def test_lines_of_json(tmp_path: Path) -> None:
    rows = [
        '{"page": 1, "allrow": 0, "type": "页眉", "inside": "某公司2020年年度报告"}',
        '{"page": 1, "allrow": 1, "type": "text", "inside": "1、主要会计数据"}',
        '{"page": 1, "allrow": 2, "type": "text", "inside": "单位：元"}',
        """{"page": 1, "allrow": 3, "type": "excel", "inside": "['项目', '2020年', '2019年']"}""",
        """{"page": 1, "allrow": 4, "type": "excel", "inside": "['营业收入', '110.00', '100.00']"}""",
        '{"page": 1, "allrow": 5, "type": "页脚", "inside": "5"}',
        '{"page": 2, "allrow": 6, "type": "页眉", "inside": "某公司2020年年度报告"}',
        """{"page": 2, "allrow": 7, "type": "excel", "inside": "['营业成本', '60.00', '50.00']"}""",
        "not json",
    ]
    file = tmp_path / "annual.txt"
    file.write_text("\n".join(rows), encoding="utf-8")
    document = read_foreign(file)
    (table,) = document.tables()
    assert [[cell.text for cell in row if cell] for row in table.rows] == [
        ["项目", "2020年", "2019年"],
        ["营业收入", "110.00", "100.00"],
        ["营业成本", "60.00", "50.00"],
    ]
    assert (table.caption and table.caption.text, table.unit_line and table.unit_line.text) == (
        "1、主要会计数据",
        "单位：元",
    )
    assert [cell.place.page for row in table.rows for cell in row[:1] if cell] == [1, 1, 2]
    assert {block.role for page in document.pages for block in page.blocks if isinstance(block, Prose)} == {
        "header",
        "footer",
    }
    assert [unread.place.line for unread in document.unread] == [None, 9]
    file.write_text("\n".join([rows[0], *["x"] * 9]), encoding="utf-8")
    refused(file, "9 of 10 lines")


def test_no_such_file_folders_and_empty_files(tmp_path: Path) -> None:
    refused(tmp_path / "none.pdf", "No such file")
    refused(tmp_path, "directory")
    (tmp_path / "empty.docx").write_bytes(b"")
    refused(tmp_path / "empty.docx", "empty (0 bytes)")


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("a.doc", OLE + "WordDocument".encode("utf-16-le"), ".doc"),
        ("a.ppt", OLE + "PowerPoint Document".encode("utf-16-le"), ".ppt"),
        ("a.xls", OLE + "Workbook".encode("utf-16-le"), "cannot be read as an .xls"),
        ("a.msg", OLE, "without a document"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "picture"),
        ("a.rtf", b"{\\rtf1 hello}", "Rich Text"),
        ("a.docx", b"plain words", "no .docx file"),
        ("a.pdf", b"plain words", "no .pdf file"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 60, "damaged or cut off"),
    ],
)
def test_what_it_is_is_said(tmp_path: Path, name: str, data: bytes, word: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    refused(file, word)


def test_other_archives(tmp_path: Path) -> None:
    refused(files.zipped(tmp_path / "a.zip", {"../../etc/passwd": "x", "b": "y"}), "zip archive of 2 files")
    refused(files.zipped(tmp_path / "a.odt", {"mimetype": "x", "content.xml": "y"}), "OpenDocument")
    refused(files.zipped(tmp_path / "a.xlsb", {"xl/workbook.bin": "x"}), "binary workbook")
    assert not (tmp_path.parent.parent / "etc").exists()


@pytest.mark.parametrize("part", [0.05, 0.3, 0.6, 0.9, 0.99])
def test_files_cut_off(tmp_path: Path, part: float) -> None:
    for name, data in (("a.xlsx", workbook()), ("a.pptx", deck())):
        file = tmp_path / name
        file.write_bytes(data[: int(len(data) * part)])
        refused(file)


def test_a_cut_pdf_is_refused(tmp_path: Path) -> None:
    (source,) = shared("samples", "us_filings").glob("ULTA*.pdf")
    file = tmp_path / "a.pdf"
    file.write_bytes(source.read_bytes()[:2000])
    refused(file)


BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><w:document {names}><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
)


def test_entities_are_not_expanded_and_nothing_is_fetched(tmp_path: Path) -> None:
    word = files.docx(tmp_path / "a.docx", files.paragraph("x")).read_bytes()
    outside = '<!DOCTYPE w SYSTEM "file:///etc/passwd"><w:document {names}/>'
    for text in (BILLION_LAUGHS, outside):
        file = tmp_path / "b.docx"
        file.write_bytes(changed(word, {"word/document.xml": text.replace("{names}", files.NAMES).encode()}))
        refused(file, "word/document.xml")


def hostile(folder: Path) -> dict[str, bytes]:
    """Files that are small and unpack to much, announce much, or nest deeply."""
    word = files.docx(folder / "plain.docx", files.paragraph("x")).read_bytes()
    body = f"<w:document {files.NAMES}><w:body>%s</w:body></w:document>"
    nested = "<w:tbl><w:tr><w:tc>" * 60 + files.paragraph("x") + "</w:tc></w:tr></w:tbl>" * 60
    spans = "<w:tr>" + files.word_cell("1", '<w:gridSpan w:val="999"/>') * 40 + "</w:tr>"
    sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
    row = '<row r="%d"><c r="A%d"><v>1</v></c><c r="XFD%d"><v>2</v></c></row>'
    wide = "".join(row % (n, n, n) for n in range(1, 400))
    digits = '<row r="1"><c r="A1"><v>1e999999999</v></c><c r="B1"><v>' + "9" * 100_000 + "</v></c></row>"
    groups = (
        b'<p:sld xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><p:cSld><p:spTree>'
        + b"<p:grpSp>" * 200 + b"</p:grpSp>" * 200 + b"</p:spTree></p:cSld></p:sld>"
    )  # fmt: skip
    return {
        "zeros.docx": changed(word, {"word/document.xml": b"\0" * 300_000_000}),
        "tags.docx": changed(word, {"word/document.xml": (body % ("<w:p/>" * 6_000_000)).encode()}),
        "nested.docx": changed(word, {"word/document.xml": (body % nested).encode()}),
        "spans.docx": changed(word, {"word/document.xml": (body % f"<w:tbl>{spans * 3_000}</w:tbl>").encode()}),
        "deep.docx": changed(word, {"word/document.xml": (body % ("<w:sdt>" * 5_000 + "</w:sdt>" * 5_000)).encode()}),
        "wide.xlsx": changed(workbook(), {"xl/worksheets/sheet1.xml": (sheet % wide).encode()}),
        "digits.xlsx": changed(workbook(), {"xl/worksheets/sheet1.xml": (sheet % digits).encode()}),
        "groups.pptx": changed(deck(), {"ppt/slides/slide1.xml": groups}),
        "spans.html": b"<html><body><table>" + b"<tr><td rowspan=9999 colspan=999>1<td>2" * 20_000,
        "tables.html": b"<html>" + b"<table><tr><td colspan=999>1<td>2<tr><td rowspan=2>3</table><hr>" * 30_000,
        "deep.html": b"<html><body>" + b"<b><div><table><tr><td>" * 30_000,
        "brackets.md": b"[" * 200_000 + b"](" * 100_000,
        "stars.md": b"**a*" * 200_000,
        "dollars.txt": b"$a " * 300_000,
        "pipes.md": b"|a" * 200_000 + b"\n" + b"|-" * 200_000 + b"\n" + b"|1" * 200_000,
        "tabs.txt": b"1\t" * 300_000 + b"\n" + b"a\tb\n" * 3_000,
        "blanks.txt": (b"a" + b" " * 3_000) * 3_000 + b"\n" + (b"b" + b" " * 3_000) * 3_000,
        "long.txt": "营收".encode() * 3_000_000,
        "digits.txt": b"9" * 5_000_000,
        "json.jsonl": b'{"page": 1, "type": "excel", "inside": "' + b"[" * 500_000 + b'"}',
    }  # fmt: skip


READ_ALL = """
import sys
from pathlib import Path
from yanbao.errors import ReadError
from yanbao.read.foreign.reading import read_foreign
for file in sorted(Path(sys.argv[1]).iterdir()):
    try:
        document = read_foreign(file)
        print(file.name, "read", len(document.unread))
    except ReadError as error:
        assert file.name in str(error) and "hint:" in str(error), error
        print(file.name, "refused")
"""


QUICK = ("zeros.docx", "tags.docx", "nested.docx", "deep.docx", "digits.xlsx", "groups.pptx", "deep.html", "json.jsonl")


def read_all(folder: Path, data: dict[str, bytes]) -> dict[str, list[str]]:
    """Read files in one process that may hold 1.5 GiB of addresses; a file that needs more ends it."""
    folder.mkdir()
    for name, content in data.items():
        (folder / name).write_bytes(content)

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (3 * 2**29, 3 * 2**29))

    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=bounded,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    told = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}
    assert sorted(told) == sorted(data)
    return told


def test_hostile_files_are_refused_or_told(tmp_path: Path) -> None:
    data = hostile(tmp_path)
    told = read_all(tmp_path / "hostile", {name: data[name] for name in QUICK})
    for name in ("zeros.docx", "tags.docx", "nested.docx", "deep.docx", "groups.pptx", "deep.html"):
        assert told[name] == ["refused"], name
    assert int(told["digits.xlsx"][1]) > 0


@pytest.mark.slow
def test_hostile_files_in_a_gigabyte(tmp_path: Path) -> None:
    told = read_all(tmp_path / "hostile", hostile(tmp_path))
    for name in ("zeros.docx", "tags.docx", "nested.docx", "groups.pptx"):
        assert told[name] == ["refused"], name
    for name in ("spans.docx", "wide.xlsx", "spans.html"):
        assert told[name] == ["refused"] or int(told[name][1]) > 0, name
