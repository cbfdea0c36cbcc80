"""Pages set for the test: what stands where is known beforehand."""

from __future__ import annotations

from pathlib import Path

import pytest

from read.foreign import typeset
from yanbao.read.foreign.pdf_document import read_document
from yanbao.read.foreign.tree import ForeignDocument, Prose, Table

BROKER = """
图表 12：盈利预测（百万元）
#line(length: 100%, stroke: 1pt)
#table(columns: (2fr, 1fr, 1fr, 1fr, 1fr), stroke: none, align: (left, right, right, right, right), inset: 3pt,
 [], [2022A], [2023A], [2024E], [2025E],
 [营业收入], [1,234.5], [1,500.0], [1,800.2], [2,100.9],
 [增长率], [12.3%], [21.5%], [20.0%], [16.7%],
 [归母净利润], [100.1], [(20.4)], [150.0], [—],
 [EPS（元）], [0.50], [0.10], [0.75], [N/A],
)
#line(length: 100%, stroke: 1pt)
资料来源：公司公告，预测
"""

LEVELS = """
单位：万元
#table(columns: 5, stroke: 0.5pt, inset: 4pt,
 table.cell(rowspan: 2)[项目], table.cell(colspan: 2)[2023年], table.cell(colspan: 2)[2022年],
 [金额], [占比], [金额], [占比],
 [动物疫苗], [1,234.56], [61.7%], [1,000.00], [58.8%],
 [其他], [765.44], [38.3%], [700.00], [41.2%],
 [合计], [2,000.00], [100.0%], [1,700.00], [100.0%],
)
"""

SIDE_BY_SIDE = """#grid(columns: (1fr, 1fr), column-gutter: 20pt,
[表 1：利润表（百万元） #line(length: 100%) #table(columns: 3, stroke: none, align: (left, right, right),
 [会计年度], [2022], [2023], [收入], [100], [120], [成本], [60], [70], [毛利], [40], [50])
 #line(length: 100%) 资料来源：甲],
[表 2：资产负债表（百万元） #line(length: 100%) #table(columns: 3, stroke: none, align: (left, right, right),
 [会计年度], [2022], [2023], [现金], [10], [12], [存货], [6], [7], [总资产], [16], [19])
 #line(length: 100%) 资料来源：乙])
"""

FORECAST = """#table(columns: (2fr, 1fr, 1fr, 2fr, 1fr, 1fr), stroke: none, inset: 3pt,
 align: (left, right, right, left, right, right),
 [会计年度], [2022A], [2023E], [会计年度], [2022A], [2023E],
 [流动资产], [1,000], [1,100], [营业收入], [3,000], [3,300],
 [现金], [400], [450], [营业成本], [2,000], [2,150],
 [存货], [300], [330], [净利润], [500], [560])
"""

RELEASE = """#align(center)[*Consolidated Statements of Income* \\ (in millions, except per share data) \\ (unaudited)]
#table(columns: (3fr, 10pt, 1fr, 10pt, 1fr), stroke: none, align: (left, left, right, left, right), inset: 3pt,
 [], table.cell(colspan: 2)[2023], table.cell(colspan: 2)[2022],
 [Net sales], [\\$], [1,234], [\\$], [1,097], [Cost of sales], [], [(900)], [], [(800)],
 [Gross profit], [], [334], [], [297], [Net loss], [\\$], [(12)], [\\$], [(5)])
"""


def long_table(stroke: str) -> str:
    rows = ",".join(f"[科目{i}],[{i * 1000 + 1:,}],[{i * 900:,}]" for i in range(1, 90))
    return (
        "#set page(header: [某公司 2023 年年度报告], footer: context [#counter(page).display()])\n"
        f"#table(columns: (2fr, 1fr, 1fr), stroke: {stroke}, align: (left, right, right),"
        f"table.header([项目], [本期], [上期]), {rows})\n表后的文字说明。"
    )


def read(folder: Path, body: str, **page: str) -> ForeignDocument:
    return read_document(typeset.write(folder, body, **page))


def texts(table: Table) -> list[list[str | None]]:
    return [[None if cell is None else cell.text.replace(" ", "") for cell in row] for row in table.rows]


def spans(table: Table) -> dict[str, tuple[int, int]]:
    return {
        cell.text.replace(" ", ""): (cell.rows, cell.columns)
        for row in table.rows
        for cell in row
        if cell is not None and cell.rows * cell.columns > 1
    }


def test_a_borderless_table_between_two_lines(tmp_path: Path) -> None:
    (table,) = read(tmp_path, BROKER).tables()
    assert texts(table) == [
        ["", "2022A", "2023A", "2024E", "2025E"],
        ["营业收入", "1,234.5", "1,500.0", "1,800.2", "2,100.9"],
        ["增长率", "12.3%", "21.5%", "20.0%", "16.7%"],
        ["归母净利润", "100.1", "(20.4)", "150.0", "—"],
        ["EPS（元）", "0.50", "0.10", "0.75", "N/A"],
    ]
    assert table.caption is not None
    assert table.caption.text.replace(" ", "") == "图表12：盈利预测（百万元）"
    assert [note.text for note in table.notes] == ["资料来源：公司公告，预测"]


def test_merged_cells_and_a_unit_line(tmp_path: Path) -> None:
    (table,) = read(tmp_path, LEVELS).tables()
    assert texts(table)[:3] == [
        ["项目", "2023年", None, "2022年", None],
        [None, "金额", "占比", "金额", "占比"],
        ["动物疫苗", "1,234.56", "61.7%", "1,000.00", "58.8%"],
    ]
    assert spans(table) == {"项目": (2, 1), "2023年": (1, 2), "2022年": (1, 2)}
    assert table.unit_line is not None
    assert table.unit_line.text == "单位：万元"


def test_exhibits_side_by_side_each_with_its_caption_and_source(tmp_path: Path) -> None:
    left, right = read(tmp_path, SIDE_BY_SIDE).tables()
    assert texts(left) == [
        ["会计年度", "2022", "2023"],
        ["收入", "100", "120"],
        ["成本", "60", "70"],
        ["毛利", "40", "50"],
    ]
    assert texts(right)[1:] == [["现金", "10", "12"], ["存货", "6", "7"], ["总资产", "16", "19"]]
    assert left.caption is not None
    assert "利润表" in left.caption.text
    assert [note.text for note in right.notes] == ["资料来源：乙"]


def test_two_statements_on_common_lines_are_two_tables(tmp_path: Path) -> None:
    left, right = read(tmp_path, FORECAST).tables()
    assert [row[0] for row in texts(left)] == ["会计年度", "流动资产", "现金", "存货"]
    assert texts(right)[1] == ["营业收入", "3,000", "3,300"]


def test_a_release_with_currency_signs_of_their_own(tmp_path: Path) -> None:
    (table,) = read(tmp_path, RELEASE).tables()
    assert texts(table) == [
        ["", "2023", "2022"],
        ["Netsales", "$1,234", "$1,097"],
        ["Costofsales", "(900)", "(800)"],
        ["Grossprofit", "334", "297"],
        ["Netloss", "$(12)", "$(5)"],
    ]
    assert table.caption is not None
    assert table.caption.text.startswith("Consolidated Statements of Income")
    assert table.unit_line is not None
    assert table.unit_line.text == "(in millions, except per share data)"


@pytest.mark.parametrize("stroke", ["0.5pt", "none"])
def test_a_table_over_three_pages_is_one_and_its_repeated_head_is_dropped(stroke: str, tmp_path: Path) -> None:
    document = read(tmp_path, long_table(stroke))
    (table,) = document.tables()
    rows = texts(table)
    assert rows[0] == ["项目", "本期", "上期"]
    assert rows[1:] == [[f"科目{i}", f"{i * 1000 + 1:,}", f"{i * 900:,}"] for i in range(1, 90)]
    pages = [row[0].place.page for row in table.rows if row[0] is not None]
    assert sorted(set(pages)) == [1, 2, 3]
    roles = [(page.number, block.role) for page in document.pages for block in page.blocks if isinstance(block, Prose)]
    assert [role for role in roles if role[1] != "body"] == [
        (number, role) for number in (1, 2, 3) for role in ("header", "footer")
    ]
    assert [prose.text for prose in document.prose() if prose.role == "body"] == ["表后的文字说明。"]


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = "左栏文字说明公司在报告期内实现营业收入十亿元同比增长明显主要是销量提升。" * 40
    right = "右栏文字说明毛利率较上年提高一个百分点费用率下降。" * 60
    document = read(tmp_path, f"#set page(columns: 2)\n{left}\n\n{right}")
    text = "".join(prose.text for prose in document.prose())
    assert text == left + right


def test_words_broken_at_a_line_end_are_whole_again_and_places_point_at_their_lines(tmp_path: Path) -> None:
    words = "Internationalization of merchandising organizations improved profitability considerably in 2023. " * 6
    document = read(tmp_path, f'#set text(lang: "en", hyphenate: true)\n{words}', width="220pt")
    (prose,) = document.prose()
    assert len(prose.lines) > 10
    assert any(line.text.endswith("-") for line in prose.lines)
    assert prose.text.split() == words.split()
    start = prose.text.rindex("2023")
    (place,) = prose.places(start, start + 4)
    line = next(line for line in prose.lines if line.place.line == place.line)
    assert place.start is not None
    assert line.text[place.start : place.end] == "2023"


def test_a_turned_page_is_read_upright_and_its_boxes_stay_on_the_page_as_it_lies(tmp_path: Path) -> None:
    import pypdfium2

    typeset.write(tmp_path, BROKER)
    pdf = pypdfium2.PdfDocument(tmp_path / "set.pdf")
    pdf[0].set_rotation(90)
    pdf.save(tmp_path / "turned.pdf")
    (upright,) = read_document(tmp_path / "set.pdf").tables()
    (turned,) = read_document(tmp_path / "turned.pdf").tables()
    assert texts(turned) == texts(upright)
    lying = (
        "#set page(flipped: true)\n#place(top + left, rotate(90deg, reflow: true)[#box(width: 400pt)[" + BROKER + "]])"
    )
    (sideways,) = read(tmp_path, lying).tables()
    assert texts(sideways) == texts(upright)
    cell = sideways.rows[1][0]
    assert cell is not None
    assert cell.place.box is not None
    box = cell.place.box
    assert box.top - box.bottom > box.right - box.left  # the words run down the page


def test_ticks_of_a_chart_are_no_table(tmp_path: Path) -> None:
    ticks = "".join(f"#place(top + left, dx: 20pt, dy: {100 + 20 * i}pt)[{60 - 10 * i}%]" for i in range(7))
    ticks += "".join(f"#place(top + left, dx: 400pt, dy: {100 + 20 * i}pt)[{12 - 2 * i}]" for i in range(7))
    document = read(tmp_path, f"图 5：收入增速 {ticks}")
    assert not list(document.tables())


def test_raised_marks_of_notes_do_not_join_the_number(tmp_path: Path) -> None:
    document = read(tmp_path, "收入为1,234#super[2]万元，增长12.3%#super[1]。")
    (prose,) = document.prose()
    assert prose.text.replace(" ", "") == "收入为1,234²万元，增长12.3%¹。"


def test_a_figure_broken_by_its_cell_is_one_figure(tmp_path: Path) -> None:
    body = "#table(columns: (60pt, 52pt, 52pt), stroke: 0.5pt, inset: 2pt, [项目], [本期], [上期], [所得税], [(3,180,\\ 603.71)], [12,345.67], [合计], [1,000.00], [2,000.00])"
    (table,) = read(tmp_path, body).tables()
    assert texts(table)[1] == ["所得税", "(3,180,603.71)", "12,345.67"]
