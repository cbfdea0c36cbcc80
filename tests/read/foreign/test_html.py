"""What these stop: a web page whose cells, spans or captions are not those a browser shows, or that says hidden words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html as lxml_html

from shared_data import shared
from yanbao.errors import ReadError
from yanbao.read.foreign.html import read_html
from yanbao.read.foreign.tree import ForeignDocument, Prose, Table


def read(tmp_path: Path, body: str) -> ForeignDocument:
    file = tmp_path / "a.html"
    file.write_text(f"<!DOCTYPE html><html><body>{body}</body></html>", encoding="utf-8")
    return read_html(file)


def cells(table: Table) -> list[list[str | None]]:
    return [[None if cell is None else cell.text for cell in row] for row in table.rows]


def proses(document: ForeignDocument) -> list[tuple[str, str]]:
    return [(block.role, block.text) for block in document.pages[0].blocks if isinstance(block, Prose)]


def only(document: ForeignDocument) -> Table:
    (table,) = document.tables()
    return table


@pytest.fixture(scope="module")
def annual() -> Path:
    (file,) = shared("samples", "annual_reports").glob("*.html")
    return file


@pytest.fixture(scope="module")
def document(annual: Path) -> ForeignDocument:
    return read_html(annual)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_no_cell_of_the_annual_report_is_lost(annual: Path, document: ForeignDocument) -> None:
    """By another route: the text of every td by XPath; each is a cell, a caption or the words of a frame."""
    root = lxml_html.document_fromstring(
        annual.read_text(encoding="utf-8").encode(), lxml_html.HTMLParser(encoding="utf-8")
    )
    wanted = [squeezed(element.text_content()) for element in root.xpath("//td")]
    held: dict[str, int] = {}
    for table in document.tables():
        for row in table.rows:
            for cell in row:
                if cell is not None and cell.text:
                    held[squeezed(cell.text)] = held.get(squeezed(cell.text), 0) + 1
    words = {squeezed(prose.text) for prose in document.prose()}
    numbers = [text for text in wanted if re.fullmatch(r"-?[\d,]+\.\d\d", text)]
    assert len(numbers) > 2500
    assert sum(held.get(text, 0) for text in set(numbers)) == len(numbers)
    lost = [text for text in wanted if text and text not in held and text not in words]
    assert [text for text in lost if not any(text in prose for prose in words)] == []


def test_units_and_captions_of_the_annual_report(annual: Path, document: ForeignDocument) -> None:
    tables = list(document.tables())
    source = annual.read_text(encoding="utf-8")
    stated = len(re.findall(r"<p>单位：[^<]{1,8}</p><br/><table", source))
    assert stated > 200
    joined = [table for table in tables if table.unit_line is not None]
    assert len(joined) >= 0.98 * stated
    assert sum(table.caption is not None for table in tables) > 0.85 * len(tables)
    quarters = next(table for table in tables if table.caption and "分季度主要财务指标" in table.caption.text)
    assert cells(quarters)[1] == ["营业收入", "831,903,896.72", "900,629,910.88", "643,422,185.88", "565,456,776.82"]


def test_a_balance_sheet_over_pages_is_one_table(document: ForeignDocument) -> None:
    """Its total of assets equals that of liabilities and equity, and both stand in the same table."""
    tables = [table for table in document.tables() if table.shape[0] > 80 and table.shape[1] == 3]
    rows = {row[0].text: [cell.text for cell in row[1:] if cell] for row in tables[0].rows if row[0] is not None}
    assert rows["资产总计"] == rows["负债和所有者权益总计"]


def test_running_heads_are_no_prose_of_the_body(document: ForeignDocument) -> None:
    heads = {block.text for block in document.pages[0].blocks if isinstance(block, Prose) and block.role == "header"}
    assert len(heads) == 1


def test_spans_are_laid_out_as_a_browser_does(tmp_path: Path) -> None:
    table = only(
        read(
            tmp_path,
            "<table><tr><th rowspan=2>项目<th colspan=2>收入<tr><th>2022<th>2023"
            "<tr><td rowspan=9>甲<td>1<td>2<tr><td colspan=2>3<tr><td>4</table>",
        )
    )
    assert cells(table) == [
        ["项目", "收入", None],
        [None, "2022", "2023"],
        ["甲", "1", "2"],
        [None, "3", None],
        [None, "4", ""],
    ]
    assert table.head_rows == 2
    assert [cell.rows for cell in (table.rows[0][0], table.rows[2][0]) if cell] == [2, 3]


def test_spacer_columns_and_rows_fall_away(tmp_path: Path) -> None:
    body = (
        "<table><tr><td></td><td colspan=3>2023</td><td>&nbsp;</td></tr><tr><td colspan=5></td></tr>"
        "<tr><td>Sales</td><td>7</td><td>&nbsp;</td><td>1,234</td><td></td></tr></table>"
    )
    assert cells(only(read(tmp_path, body))) == [["", "2023", None], ["Sales", "7", "1,234"]]


def test_columns_of_signs_join_their_numbers(tmp_path: Path) -> None:
    """A statement as filings set it: the currency before, the closing bracket and the percent sign behind."""
    body = (
        "<table><tr><td></td><td colspan=11>Three Months Ended July 31,</td></tr>"
        "<tr><td></td><td colspan=3>2023</td><td></td><td colspan=3>2022</td><td></td><td colspan=3>Change</td></tr>"
        "<tr><td>Revenues</td><td>$</td><td>8,603</td><td></td><td></td><td>$</td><td>7,720</td><td></td><td></td>"
        "<td>11</td><td>%</td><td></td></tr>"
        "<tr><td>Net loss</td><td></td><td>(127</td><td>)</td><td></td><td></td><td>68</td><td></td><td></td>"
        "<td>nm</td><td></td><td></td></tr></table>"
    )
    table = only(read(tmp_path, body))
    assert cells(table) == [
        ["", "Three Months Ended July 31,", None, None],
        ["", "2023", "2022", "Change"],
        ["Revenues", "$8,603", "$7,720", "11%"],
        ["Net loss", "(127)", "68", "nm"],
    ]
    assert [cell.columns for cell in table.rows[0] if cell] == [1, 3]
    assert [cell.columns for cell in table.rows[1] if cell] == [1, 1, 1, 1]


def test_hidden_words_scripts_and_forms_are_left_out(tmp_path: Path) -> None:
    body = (
        "<p>营收<span style='display: none'>99</span>12<del>13</del>亿元</p><script>5</script><style>6</style>"
        "<template>7</template><div hidden>8</div><button>9</button><p aria-hidden=true>图</p>"
        "<table><tr><td>a<td style='display:none'>b<td>1<tr hidden><td>c<td>d<tr><td>e<td>2</table>"
    )
    document = read(tmp_path, body)
    assert ("body", "营收12亿元") in proses(document)
    assert not {"5", "6", "7", "8", "9"} & {text for _, text in proses(document)}
    assert cells(only(document)) == [["a", "1"], ["e", "2"]]


def test_raised_marks_do_not_become_digits(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        "<p>12.3<sup>1</sup>亿元，CO<sub>2</sub>。</p><table><tr><td>a<td>5<sup>2)</sup><tr><td>b<td>6</table>",
    )
    assert proses(document) == [("body", "12.3¹亿元，CO₂。")]
    assert cells(only(document))[0] == ["a", "5²⁾"]


def test_a_table_of_layout_is_passed_through(tmp_path: Path) -> None:
    body = (
        "<table><tr><td><h2>左</h2><p>文字。</p></td><td><table><tr><td>x<td>1<tr><td>y<td>2</table></td></tr></table>"
    )
    document = read(tmp_path, body)
    assert proses(document)[-1] == ("body", "文字。")
    table = only(document)
    assert cells(table) == [["x", "1"], ["y", "2"]]


def test_a_table_inside_a_cell_is_a_table_of_its_own(tmp_path: Path) -> None:
    inner = "<table><tr><th>k<th>v<tr><td>m<td>7</table>"
    body = f"<table><tr><th>a<th>b<tr><td>1<td>2{inner}<tr><td>3<td>4<tr><td>5<td>6</table>"
    assert [cells(table) for table in read(tmp_path, body).tables()] == [
        [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"]],
        [["k", "v"], ["m", "7"]],
    ]


def test_lists_headings_and_lines(tmp_path: Path) -> None:
    body = "<h2>一、概述</h2>\n<ul><li>甲 5%<li>乙</ul><p>第一行<br>第二行 6\n万元</p><pre>a  b</pre>"
    document = read(tmp_path, body)
    assert proses(document) == [
        ("heading", "一、概述"),
        ("bullet", "甲 5%"),
        ("bullet", "乙"),
        ("body", "第一行第二行 6万元"),
        ("body", "a  b"),
    ]
    heading = document.pages[0].blocks[0]
    assert isinstance(heading, Prose)
    assert (heading.level, heading.lines[0].place.line) == (2, 1)


def test_caption_element_and_notes(tmp_path: Path) -> None:
    body = (
        "<table><caption>Table 2 Results</caption><thead><tr><th>x<th>y</thead><tbody><tr><td>a<td>1</tbody></table>"
        "<p>Source: company data</p>"
    )
    table = only(read(tmp_path, body))
    assert table.caption is not None
    assert (table.caption.role, table.caption.text) == ("caption", "Table 2 Results")
    assert [note.text for note in table.notes] == ["Source: company data"]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ('<html><head><meta charset="gb2312"></head><body><p>营收增长</p></body></html>'.encode("gbk"), "营收增长"),
        ('<html><head><meta charset="utf-8"></head><body><p>营收增长</p></body></html>'.encode("gbk"), "营收增长"),
        ("<html><body><p>营收增长</p></body></html>".encode("utf-16"), "营收增长"),
        ("\ufeff<html><body><p>营收增长</p></body></html>".encode(), "营收增长"),
    ],
)
def test_encodings(tmp_path: Path, data: bytes, text: str) -> None:
    file = tmp_path / "a.html"
    file.write_bytes(data)
    assert ("body", text) in proses(read_html(file))


def test_our_own_page_is_readable_with_its_charts(own: Path) -> None:
    tables = list(read_html(own / "report.html").tables())
    (chart,) = [table for table in tables if table.caption and table.caption.text.startswith("图4")]
    assert cells(chart)[0] == ["类别", "国家电网", "南方电网"]
    assert cells(chart)[1] == ["2019年", "4473.0", "1,060.0"]
    assert chart.unit_line is not None
    assert chart.unit_line.text.startswith("单位：亿元")
    (table,) = [table for table in tables if table.caption and table.caption.text.startswith("表1")]
    assert cells(table)[-1] == ["合计", "5,094.0", "5,275"]


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 50_000 + "5275",
        "<table>" * 5_000 + "5275",
        "<table><tr><td>" * 3_000 + "5275",
        "<ul><li>" * 5_000 + "5275",
    ],
)
def test_nesting_is_read_or_refused(tmp_path: Path, body: str) -> None:
    try:
        document = read(tmp_path, body)
    except ReadError as error:
        refusal = str(error)
        document = None
    if document is None:
        assert "nested" in refusal
        assert "hint:" in refusal
    else:
        words = [prose.text for prose in document.prose()] + [
            cell.text for table in document.tables() for row in table.rows for cell in row if cell
        ]
        assert any("5275" in word for word in words) or document.unread


def test_spans_that_announce_billions_are_told(tmp_path: Path) -> None:
    """2,500 rows of spans by a thousand each way: laid out they would fill the memory."""
    rows = "<tr><td rowspan=65000 colspan=1000>1<td>2" * 2_500
    document = read(tmp_path, f"<table>{rows}</table><p>后文</p>")
    assert ("body", "后文") in proses(document)
    assert [unread.reason for unread in document.unread if "announce" in unread.reason]
