"""What these stop: a Word file whose deleted words are read, whose merged cells shift, or that hides a part."""

from __future__ import annotations

from pathlib import Path

import foreign_files as files
from foreign_files import docx, paragraph, word_cell, word_table
from yanbao.read.foreign.docx import read_docx
from yanbao.read.foreign.tree import ForeignDocument, Prose, Table


def read(tmp_path: Path, body: str, parts: dict[str, str] | None = None) -> ForeignDocument:
    return read_docx(docx(tmp_path / "a.docx", body, parts))


def cells(table: Table) -> list[list[str | None]]:
    return [[None if cell is None else cell.text for cell in row] for row in table.rows]


def proses(document: ForeignDocument) -> list[tuple[str, int, str]]:
    return [(block.role, block.level, block.text) for block in document.pages[0].blocks if isinstance(block, Prose)]


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def test_styles_give_roles_and_levels(tmp_path: Path) -> None:
    numbered = "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>点</w:t></w:r></w:p>"
    outline = '<w:p><w:pPr><w:outlineLvl w:val="2"/></w:pPr><w:r><w:t>三级</w:t></w:r></w:p>'
    body = (
        paragraph("报告", "T")
        + paragraph("一级", "1")
        + paragraph("依一级", "2")
        + outline
        + numbered
        + paragraph("文")
    )
    assert proses(read(tmp_path, body)) == [
        ("title", 0, "报告"),
        ("heading", 1, "一级"),
        ("heading", 1, "依一级"),
        ("heading", 3, "三级"),
        ("bullet", 0, "点"),
        ("body", 0, "文"),
    ]


def test_tracked_changes_are_read_as_if_accepted_and_told(tmp_path: Path) -> None:
    body = (
        "<w:p>" + run("收入") + "<w:del><w:r><w:delText>11</w:delText></w:r></w:del>"
        "<w:ins>" + run("12") + "</w:ins>" + run("亿元") + "<w:moveFrom>" + run("旧") + "</w:moveFrom></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r><w:delText>整段</w:delText></w:r></w:del></w:p>"
    )
    document = read(tmp_path, body)
    assert proses(document) == [("body", 0, "收入12亿元")]
    (unread,) = document.unread
    assert "3 deleted passages are left out" in unread.reason


def test_raised_hidden_and_field_codes(tmp_path: Path) -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> = 1+1 </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("2") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    body = (
        "<w:p>"
        + run("营收12.3")
        + run("1", '<w:vertAlign w:val="superscript"/>')
        + run("亿元，见表")
        + field
        + run("暗", "<w:vanish/>")
        + "<w:r><w:tab/><w:t>尾</w:t></w:r></w:p>"
    )
    assert proses(read(tmp_path, body)) == [("body", 0, "营收12.3¹亿元，见表2 尾")]


def test_merged_cells(tmp_path: Path) -> None:
    rows = [
        [word_cell("项目", '<w:vMerge w:val="restart"/>'), word_cell("收入", '<w:gridSpan w:val="2"/>'), "备注"],
        [word_cell("", "<w:vMerge/>"), "2022A", "2023E", word_cell("合", '<w:vMerge w:val="restart"/>')],
        ["甲", "100", "110", word_cell("", "<w:vMerge/>")],
        [word_cell("乙", '<w:gridSpan w:val="3"/>'), word_cell("", "<w:vMerge/>")],
    ]
    (table,) = read(tmp_path, word_table(rows)).tables()
    assert cells(table) == [
        ["项目", "收入", None, "备注"],
        [None, "2022A", "2023E", "合"],
        ["甲", "100", "110", None],
        ["乙", None, None, None],
    ]
    assert [(cell.rows, cell.columns) for cell in (table.rows[0][0], table.rows[0][1], table.rows[1][3]) if cell] == [
        (2, 1),
        (1, 2),
        (3, 1),
    ]


def test_a_merge_with_nothing_above_is_an_empty_cell(tmp_path: Path) -> None:
    rows = [[word_cell("", "<w:vMerge/>"), "1"], ["a", "2"]]
    (table,) = read(tmp_path, word_table(rows)).tables()
    assert cells(table) == [["", "1"], ["a", "2"]]


def test_caption_unit_note_and_repeated_head_row(tmp_path: Path) -> None:
    head = "<w:tr><w:trPr><w:tblHeader/></w:trPr>" + word_cell("项目") + word_cell("2023A") + "</w:tr>"
    table = word_table([["营收", "100"]]).replace("<w:tbl>", "<w:tbl>" + head)
    body = (
        paragraph("表1：预测", "C")
        + paragraph("单位：百万元")
        + table
        + paragraph("资料来源：公司公告")
        + paragraph("文。")
    )
    document = read(tmp_path, body)
    (found,) = document.tables()
    assert found.head_rows == 1
    assert (found.caption and found.caption.text, found.unit_line and found.unit_line.text) == (
        "表1：预测",
        "单位：百万元",
    )
    assert [note.text for note in found.notes] == ["资料来源：公司公告"]
    assert proses(document) == [("body", 0, "文。")]


def test_text_boxes_are_read_once(tmp_path: Path) -> None:
    box = "<w:txbxContent>" + paragraph("框中5%") + "</w:txbxContent>"
    body = (
        "<w:p>"
        + run("正文")
        + "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
        + box
        + "</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
        + box
        + "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert [text for *_, text in proses(read(tmp_path, body))] == ["正文", "框中5%"]


def test_notes_heads_and_feet_stand_apart(tmp_path: Path) -> None:
    notes = (
        f'<w:footnotes {files.W}><w:footnote w:type="separator" w:id="0">{paragraph("——")}</w:footnote>'
        f'<w:footnote w:id="2">{paragraph("按可比口径")}</w:footnote></w:footnotes>'
    )
    parts = {
        "footnotes.xml": notes,
        "header1.xml": f"<w:hdr {files.W}>{paragraph('某证券研究')}</w:hdr>",
        "footer1.xml": f"<w:ftr {files.W}>{paragraph('第1页')}</w:ftr>",
    }
    document = read(tmp_path, paragraph("正文"), parts)
    assert {(role, text) for role, _, text in proses(document)} == {
        ("body", "正文"),
        ("footnote", "按可比口径"),
        ("header", "某证券研究"),
        ("footer", "第1页"),
    }


def test_content_controls_and_nested_tables(tmp_path: Path) -> None:
    inner = word_table([["k", "7"], ["m", "8"]])
    outer = f"<w:tc><w:tcPr/>{paragraph('外')}{inner}{paragraph('')}</w:tc>"
    body = f"<w:sdt><w:sdtContent>{paragraph('控件12')}{word_table([['a', outer], ['b', '2']])}</w:sdtContent></w:sdt>"
    document = read(tmp_path, body)
    assert [cells(table) for table in document.tables()] == [[["a", "外"], ["b", "2"]], [["k", "7"], ["m", "8"]]]
    assert proses(document) == []  # the short line above is the caption


def test_equations_are_told(tmp_path: Path) -> None:
    plain = "<m:oMath><m:r><m:t>a=5</m:t></m:r></m:oMath>"
    fraction = (
        "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"
    )
    document = read(tmp_path, f"<w:p>{run('式')}{plain}{fraction}</w:p>")
    assert [text for *_, text in proses(document)] == ["式a=5"]
    assert [unread.reason for unread in document.unread] == ["1 equations are not read"]
