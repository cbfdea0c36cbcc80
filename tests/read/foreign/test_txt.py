"""What these stop: a text whose tables, captions and places are not those that its reader sees."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from shared_data import shared
from yanbao.errors import ReadError
from yanbao.read.foreign.tree import ForeignDocument, Prose, Table
from yanbao.read.foreign.txt import read_md, read_txt
from yanbao.read.foreign.txt_source import MAX_SIGNS


def read(tmp_path: Path, text: str, name: str = "a.txt", encoding: str = "utf-8") -> ForeignDocument:
    file = tmp_path / name
    file.write_bytes(text.encode(encoding))
    return read_md(file) if name.endswith(".md") else read_txt(file)


def texts(document: ForeignDocument) -> list[tuple[str, str]]:
    return [(block.role, block.text) for block in document.pages[0].blocks if isinstance(block, Prose)]


def cells(table: Table) -> list[list[str | None]]:
    return [[None if cell is None else cell.text for cell in row] for row in table.rows]


def only(document: ForeignDocument) -> Table:
    (table,) = document.tables()
    return table


@pytest.fixture(scope="module")
def report() -> ForeignDocument:
    return read_txt(shared("seed", "report.txt"))


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return shared("seed", "report.txt").read_text(encoding="utf-8").split("\n")


def at(report: ForeignDocument, line: int) -> Table:
    (found,) = (table for table in report.tables() if table.place.line == line)
    return found


def test_every_run_of_lines_with_tabs_is_a_table(report: ForeignDocument, lines: list[str]) -> None:
    """Counted apart: runs of lines that hold a tab, of more than one line."""
    numbered = [(number, "\t" in line) for number, line in enumerate(lines, 1)]
    runs = [[number for number, _ in group] for tab, group in groupby(numbered, key=lambda pair: pair[1]) if tab]
    begins = sorted(run[0] for run in runs if len(run) > 1)
    found = sorted(min(cell.place.line or 0 for row in table.rows for cell in row if cell) for table in report.tables())
    captions = {table.caption.lines[0].place.line for table in report.tables() if table.caption}
    assert [begin if begin not in captions else begin + 1 for begin in begins] == found


def test_cells_are_what_stands_between_the_tabs(report: ForeignDocument, lines: list[str]) -> None:
    for table in report.tables():
        for row in table.rows:
            number = next(cell.place.line for cell in row if cell is not None)
            assert number is not None
            parts = [part.strip() for part in lines[number - 1].split("\t")]
            plain = [
                part for part in parts if "<" not in part and "*" not in part and "\\" not in part and "&" not in part
            ]
            shown = [cell.text for cell in row if cell is not None]
            for part in plain:
                assert " ".join(part.split()) in shown, (number, part)


def test_places_point_at_the_characters_of_the_file(report: ForeignDocument, lines: list[str]) -> None:
    """Every piece of prose is the stretch of the line that its place names, raised characters and entities apart."""
    seen = 0
    for prose in report.prose():
        for line, start in zip(prose.lines, prose.starts, strict=True):
            assert prose.text[start : start + len(line.text)] == line.text
            place = line.place
            assert place.line is not None
            raw = lines[place.line - 1][place.start : place.end]
            if raw != line.text:
                assert any(mark in lines[place.line - 1] for mark in ("<sup>", "&", "<p>", "<pre>")), (
                    place,
                    raw,
                    line.text,
                )
            seen += 1
    assert seen > 900
    for table in report.tables():
        for row in table.rows:
            for cell in row:
                if cell is not None and cell.place.line is not None:
                    raw = lines[cell.place.line - 1][cell.place.start : cell.place.end]
                    assert raw == cell.text or any(mark in raw for mark in "<*\\&" + "  ") or "  " in raw, raw


@pytest.mark.parametrize(
    ("line", "caption"),
    [
        (106, "计算机板块2020Q1-2024Q1营收及增速"),  # two titles before two stacked tables
        (110, "板块2024Q1收入增速情况"),
        (158, "近期科技领域加大资金投入"),
        (702, "各厂商芯片算力及功耗对比"),  # a bare line
        (1214, "(a) Results on zero-shot tasks with respect to the standard metrics defined in Tab. 3a."),
        (2005, "业绩预测和估值指标"),  # the table's first row
        (2158, "重点公司估值表"),
    ],
)
def test_captions_of_the_model_report(report: ForeignDocument, line: int, caption: str) -> None:
    if line == 1214:  # it stands below the table before, which has a title above
        assert [note.text for note in at(report, 1199).notes] == [caption]
        return
    found = next(table for table in report.tables() if table.rows[0][-1] and table.rows[0][-1].place.line == line)
    assert found.caption is not None
    assert found.caption.text == caption


def test_heads_with_blanks_keep_their_columns(report: ForeignDocument) -> None:
    rows = cells(at(report, 600))
    assert rows[0] == ["厂商", "大模型版本", "降价前 (元/百万tokens)", "", "降价后 (元/百万tokens)", "", "备注"]
    assert rows[1] == ["", "", "输入", "输出", "输入", "输出", ""]
    assert rows[3] == ["", "GPT4-turbo", "", "", "73", "218", ""]
    valuation = cells(at(report, 2158))
    assert valuation[1] == ["", "", "", "2023A", "2024E", "2025E", "2026E", "2023A", "2024E", "2025E", "2026E", ""]


def test_markup_is_taken_off_and_raised_marks_stay_apart(report: ForeignDocument) -> None:
    benchmark = cells(at(report, 636))
    assert benchmark[2][3] == "51.3"
    assert benchmark[5][5] == "45.9 †"
    assert any("250mm²" in prose.text for prose in report.prose())
    assert any("*ST银江（-79.6%）" in prose.text for prose in report.prose())


def test_code_and_formulas_are_told_and_left_out(report: ForeignDocument) -> None:
    assert {unread.place.line: unread.reason for unread in report.unread} == {
        591: "a LaTeX formula is not read",
        1865: "a block of code is not read",
    }
    assert not any("curl" in prose.text or "aligned" in prose.text for prose in report.prose())


def test_headings_and_bullets_lose_their_signs(tmp_path: Path) -> None:
    text = "## □ 投资逻辑：\n\n- ◆ **上海**：算力达20%\n➤ 其二\n1) **先**：1.5亿元\n① 再\n### ➤ 一年一迭代\n"
    assert texts(read(tmp_path, text)) == [
        ("heading", "投资逻辑："),
        ("bullet", "上海：算力达20%"),
        ("bullet", "其二"),
        ("bullet", "1) 先：1.5亿元"),
        ("bullet", "① 再"),
        ("heading", "一年一迭代"),
    ]


def test_depth_of_headings_counts_in_markdown_only(tmp_path: Path) -> None:
    levels = {
        name: [
            block.level
            for block in read(tmp_path, "# 一\n\n### 二\n", name).pages[0].blocks
            if isinstance(block, Prose)
        ]
        for name in ("a.txt", "a.md")
    }
    assert levels == {"a.txt": [0, 0], "a.md": [1, 3]}


def test_lines_are_joined_as_a_reader_joins_them(tmp_path: Path) -> None:
    chinese = "公司二〇二三年实现营业收入十二亿元人民币，同比增长百分之五，归母净\n利润一亿元。\n下一段从这里开始。"
    english = "Revenue of the segment grew by five percent to the level of twelve mil-\nlion dollars in the year."
    assert texts(read(tmp_path, chinese)) == [
        ("body", chinese.replace("\n利", "利").split("\n")[0]),
        ("body", "下一段从这里开始。"),
    ]
    assert texts(read(tmp_path, english)) == [("body", english.replace("-\n", ""))]
    assert texts(read(tmp_path, "A first line\nand a second.", "a.md")) == [("body", "A first line and a second.")]
    assert [text for _, text in texts(read(tmp_path, "分析师：王某  \n执业证号：S1250"))] == [
        "分析师：王某",
        "执业证号：S1250",
    ]


def test_a_place_leads_through_markup_to_the_number(tmp_path: Path) -> None:
    raw = "预计**PE**为<b>34</b>倍，净利率$12.5\\%$，[详见](http://x/2024)第5章"
    (block,) = read(tmp_path, raw).pages[0].blocks
    assert isinstance(block, Prose)
    assert block.text == "预计PE为34倍，净利率12.5%，详见第5章"
    for number in ("34", "12.5"):
        start = block.text.index(number)
        (place,) = block.places(start, start + len(number))
        assert raw[place.start : place.end] == number


def test_dollars_are_no_formula(tmp_path: Path) -> None:
    raw = "Sales rose from $5.2 billion to $6.0 billion, or $1-$2 a share."
    assert texts(read(tmp_path, raw)) == [("body", raw)]


def test_unit_and_note_join_their_table(tmp_path: Path) -> None:
    text = (
        "### 图表 3：盈利预测\n\n单位：百万元\n\n\t2023A\t2024E\n营收\t100\t110\n\n注：不含税\n资料来源：Wind\n\n正文。"
    )
    document = read(tmp_path, text)
    table = only(document)
    assert (table.caption and table.caption.text, table.unit_line and table.unit_line.text) == (
        "图表 3：盈利预测",
        "单位：百万元",
    )
    assert [note.text for note in table.notes] == ["注：不含税", "资料来源：Wind"]
    assert texts(document) == [("body", "正文。")]


def test_a_numbered_heading_below_a_table_is_no_note(tmp_path: Path) -> None:
    document = read(tmp_path, "\t2023\nA\t1\n\n(2) 2019年账面价值如下\n\n\t2023\nB\t2\n\n(1) Includes leases.\n")
    first, second = document.tables()
    assert first.notes == ()
    assert second.caption is not None
    assert second.caption.text == "(2) 2019年账面价值如下"
    assert [note.text for note in second.notes] == ["(1) Includes leases."]


def test_a_sentence_above_a_table_is_no_caption(tmp_path: Path) -> None:
    table = only(read(tmp_path, "2023年公司营收增长。\n\n\t2023\nA\t1\n"))
    assert table.caption is None


MARKDOWN = """\
| 指标 | 2023A | **2024E** |
|:-----|------:|---|
| 营收 | 1,407.10 | 1900.03 |
| `a` \\| b | -5% | |
| 缺一格 |
| 多 | 1 | 2 | 3 |
正文

a | b
--|--
1 | 2
"""


def test_pipe_tables_are_those_of_markdown(tmp_path: Path) -> None:
    """By another route: markdown-it's own table cells."""
    tokens = MarkdownIt("commonmark").enable("table").parse(MARKDOWN)
    expected: list[list[list[str]]] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "table_open":
            expected.append([])
        elif token.type == "tr_open":
            expected[-1].append([])
        elif token.type == "inline" and before is not None and before.type in ("th_open", "td_open"):
            children = token.children or []
            expected[-1][-1].append(
                "".join(child.content for child in children if child.type in ("text", "code_inline"))
            )
    found = [cells(table) for table in read(tmp_path, MARKDOWN, "a.md").tables()]
    # a line without a pipe ends our table; markdown-it takes it for a row of one cell
    assert found[0] == [row for row in expected[0] if row[0] != "正文"]
    assert found[1] == expected[1]
    assert all(table.head_rows == 1 for table in read(tmp_path, MARKDOWN, "a.md").tables())


def test_columns_set_with_blanks(tmp_path: Path) -> None:
    text = (
        "利润表（百万元）      2022A     2023A     2024E\n"
        "营业收入           1,200.0   1,407.1   1,900.0\n"
        "  增长率             5.0%     17.3%     35.0%\n"
        "Net profit          100.0     160.8     241.0\n"
    )
    assert cells(only(read(tmp_path, text))) == [
        ["利润表（百万元）", "2022A", "2023A", "2024E"],
        ["营业收入", "1,200.0", "1,407.1", "1,900.0"],
        ["增长率", "5.0%", "17.3%", "35.0%"],
        ["Net profit", "100.0", "160.8", "241.0"],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "公司营收增长5.3%，毛利率34.3%。\r\n\t2023\t2024\r\n营收\t1\t2\r\n" + "Company revenue\r\n" * 20
    document = read(tmp_path, text, encoding=encoding)
    assert texts(document)[0] == ("body", "公司营收增长5.3%，毛利率34.3%。")
    assert cells(only(document))[1] == ["营收", "1", "2"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"a\0b\0\0\0c" * 200, "NUL"),
        (b"\xff\xff\xfe\x80" * 50, "neither UTF-8"),
        (b"\n" * (MAX_SIGNS + 1), "lines"),
        (b"\t" * (MAX_SIGNS + 1), "tabs"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(data)
    with pytest.raises(ReadError, match=words) as error:
        read_txt(file)
    assert str(file) in str(error.value)
    assert "hint:" in str(error.value)


def test_flattened_text_gives_sentences_and_tells_the_rest(tmp_path: Path) -> None:
    sentence = "2020年公司实现营业收入12.3亿元，同比增长5.3%。"
    glued = "资料来源：公司公告收入（亿元）12.315.618.220.1同比5.3%6.1%7.2%"
    raw = (sentence + glued + "。") * 40
    document = read(tmp_path, raw)
    assert {text for _, text in texts(document)} == {sentence}
    assert document.unread[0].reason.startswith("line breaks and blanks are lost")
    assert len(document.unread) == 1 + 40
    for block in document.pages[0].blocks:
        assert isinstance(block, Prose)
        place = block.lines[0].place
        assert raw[place.start : place.end] == block.text


def test_claims_in_flattened_reports_are_not_lost() -> None:
    """Labels whose kind says that they stand in a sentence are found in the prose of their file."""
    import json

    root = shared("samples")
    labels = [json.loads(line) for line in (root / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    wanted = [entry for entry in labels if entry["file"].startswith("broker_text/") and entry["kind"].endswith("_text")]
    held = {
        name: [prose.text for prose in read_txt(root / name).prose()] for name in {entry["file"] for entry in wanted}
    }
    lost = [entry["quote"] for entry in wanted if not any(entry["quote"] in text for text in held[entry["file"]])]
    assert len(wanted) > 50
    assert lost == []
