"""What these stop: a workbook whose numbers lose value or format, whose blocks run together, or that hides a sheet."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.worksheet import Worksheet

import foreign_files as files
from shared_data import shared
from yanbao.read.foreign.reading import read_foreign
from yanbao.read.foreign.tree import Cell, ForeignDocument, Prose, Table
from yanbao.read.foreign.xlsx import read_xlsx


def cells(table: Table) -> list[list[str | None]]:
    return [[None if cell is None else cell.text for cell in row] for row in table.rows]


def fill(sheet: Worksheet, rows: list[list[object]], row: int = 1, column: int = 1) -> None:
    for down, values in enumerate(rows):
        for right, value in enumerate(values):
            if value is not None:
                sheet.cell(row + down, column + right, value)  # type: ignore[arg-type]


def book(tmp_path: Path, *sheets: tuple[str, list[list[object]]]) -> tuple[openpyxl.Workbook, Path]:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets:
        fill(made.create_sheet(name), rows)
    return made, tmp_path / "a.xlsx"


def saved(made: openpyxl.Workbook, file: Path) -> ForeignDocument:
    made.save(file)
    return read_xlsx(file)


def only(document: ForeignDocument) -> Table:
    (table,) = document.tables()
    return table


def cell_at(table: Table, row: int, column: int) -> Cell:
    found = table.rows[row][column]
    assert found is not None
    return found


def test_texts_as_shown_values_as_stored(tmp_path: Path) -> None:
    made, file = book(
        tmp_path,
        ("S", [["项目", "2023A"], ["增长", 0.05349], ["收入", 1234567.891], ["日", datetime.date(2024, 6, 30)]]),
    )
    sheet = made["S"]
    sheet["B2"].number_format, sheet["B3"].number_format, sheet["B4"].number_format = "0.0%", "#,##0.0", "yyyy-mm-dd"
    table = only(saved(made, file))
    assert cells(table) == [["项目", "2023A"], ["增长", "5.3%"], ["收入", "1,234,567.9"], ["日", "2024-06-30"]]
    assert cell_at(table, 1, 1).value == Fraction("0.05349")
    assert cell_at(table, 2, 1).value == Fraction("1234567.891")
    assert cell_at(table, 1, 1).place.cell == "B2"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (31, "2024年6月30日"),
        (57, "2024年6月"),
        (58, "6月30日"),
        (30, "6-30-24"),
        (32, "18时05分"),
        (56, "下午6时05分00秒"),
    ],
)
def test_dates_in_the_formats_of_a_chinese_office(tmp_path: Path, number: int, shown: str) -> None:
    made, file = book(tmp_path, ("S", [["项目", "日"], ["甲", datetime.datetime(2024, 6, 30, 18, 5)]]))
    made["S"]["B2"].number_format = "h:mm AM/PM"  # 18, built in too
    made.save(file)
    with zipfile.ZipFile(file) as package:
        members = {name: package.read(name) for name in package.namelist()}
    members["xl/styles.xml"] = members["xl/styles.xml"].replace(b'numFmtId="18"', b'numFmtId="%d"' % number)
    files.zipped(file, members)
    assert cell_at(only(read_foreign(file)), 1, 1).text == shown


def test_formulas_and_missing_results(tmp_path: Path) -> None:
    made, file = book(tmp_path, ("S", [["a", "b"], [1, 2], ["=A2+B2", 3]]))
    document = saved(made, file)
    assert cell_at(only(document), 2, 0).formula == "A2+B2"
    assert [unread.reason.split(":")[0] for unread in document.unread] == ["1 formulas hold no result"]


def test_titles_units_and_notes_join_the_block(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["表1 盈利预测"], ["单位：百万元"], [], ["项目", "2023A", "2024E"], ["营收", 100, 110], ["净利", 10, 12], [], ["资料来源：Wind"],
    ]  # fmt: skip
    table = only(saved(*book(tmp_path, ("S", rows))))
    assert (table.caption and table.caption.text, table.unit_line and table.unit_line.text) == (
        "表1 盈利预测",
        "单位：百万元",
    )
    assert [note.text for note in table.notes] == ["资料来源：Wind"]
    assert cells(table) == [["项目", "2023A", "2024E"], ["营收", "100", "110"], ["净利", "10", "12"]]


def test_blocks_side_by_side_and_below(tmp_path: Path) -> None:
    made, file = book(tmp_path, ("S", [["甲", "2023A"], ["x", 1], ["y", 2]]))
    fill(made["S"], [["乙", "2023A"], ["u", 5], ["v", 6]], column=4)
    fill(made["S"], [["丙", "2023A", "2024E"], ["w", 7, 8]], row=6)
    assert [cells(table) for table in saved(made, file).tables()] == [
        [["甲", "2023A"], ["x", "1"], ["y", "2"]],
        [["乙", "2023A"], ["u", "5"], ["v", "6"]],
        [["丙", "2023A", "2024E"], ["w", "7", "8"]],
    ]


def test_a_blank_row_inside_a_statement_divides_nothing(tmp_path: Path) -> None:
    rows: list[list[object]] = [["项目", 2023, 2024], ["流动资产", 5, 6], [], ["固定资产", 7, 8], [], ["合计", 12, 14]]
    table = only(saved(*book(tmp_path, ("S", rows))))
    assert [row[0] for row in cells(table)] == ["项目", "流动资产", "固定资产", "合计"]


def test_merged_cells_and_hidden_sheets(tmp_path: Path) -> None:
    made, file = book(
        tmp_path, ("S", [["项目", "收入"], [None, "2022", "2023"], ["甲", 1, 2]]), ("暗", [["a", 1], ["b", 2]])
    )
    made["S"].merge_cells("A1:A2")
    made["S"].merge_cells("B1:C1")
    made["暗"].sheet_state = "hidden"
    document = saved(made, file)
    table = next(document.tables())
    assert cells(table) == [["项目", "收入", None], [None, "2022", "2023"], ["甲", "1", "2"]]
    assert [(page.name, page.hidden) for page in document.pages] == [("S", False), ("暗", True)]


def test_a_chart_is_a_table_with_its_cells_texts(tmp_path: Path) -> None:
    made, file = book(tmp_path, ("S", [["年", "增速"], ["2022", 0.05], ["2023", 0.125]]))
    sheet = made["S"]
    for address in ("B2", "B3"):
        sheet[address].number_format = "0.0%"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=3))
    sheet.add_chart(chart, "D2")
    document = saved(made, file)
    # openpyxl writes no cache: the chart then holds no data of its own, and that is told
    assert [unread.reason for unread in document.unread] == ["a chart without data"]


def test_cells_without_addresses_and_broken_numbers(tmp_path: Path) -> None:
    made, file = book(tmp_path, ("S", [["a", "b"], [1, 2.5]]))
    made.save(file)
    with zipfile.ZipFile(file) as package:
        members = {name: package.read(name) for name in package.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"].decode()
    members["xl/worksheets/sheet1.xml"] = re.sub(r'<c r="[A-Z]\d+"', "<c", sheet).replace("2.5", "NaN").encode()
    with zipfile.ZipFile(file, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    document = read_xlsx(file)
    assert cells(only(document)) == [["a", "b"], ["1", "NaN"]]
    assert [unread.reason.split(":")[0] for unread in document.unread] == [
        "1 cells hold what is neither a number nor a text"
    ]


def test_our_own_workbook(own: Path) -> None:
    """By another route: openpyxl's values; every number of every sheet is a value of a cell here."""
    document = read_xlsx(own / "report.xlsx")
    made = openpyxl.load_workbook(own / "report.xlsx", data_only=True)
    assert [page.name for page in document.pages] == made.sheetnames
    for page in document.pages:
        found = {
            cell.place.cell: float(cell.value)
            for block in page.blocks
            if isinstance(block, Table) and block.kind == "sheet"
            for row in block.rows
            for cell in row
            if cell is not None and cell.value is not None
        }
        expected = {
            cell.coordinate: float(cell.value)
            for row in made[page.name].iter_rows()
            for cell in row
            if isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
        }
        assert found == expected, page.name
    (table,) = [t for t in document.tables() if t.caption and t.caption.text.startswith("表1") and t.kind == "sheet"]
    assert cells(table)[-1] == ["合计", "5,094.0", "5,275"]
    assert table.unit_line is not None


@pytest.mark.slow
def test_a_real_workbook_of_fund_holdings() -> None:
    """By another route: openpyxl; heads and each numeric cell."""
    file = shared("data", "fund_holdings", "2021-Q3.xlsx")
    tables = list(read_foreign(file).tables())
    made = openpyxl.load_workbook(file, read_only=True, data_only=True)
    assert len(tables) == len(made.sheetnames)
    for table, name in zip(tables, made.sheetnames, strict=True):
        assert table.shape == (made[name].max_row, made[name].max_column)
        rows = list(made[name].iter_rows(max_row=40, values_only=True))
        for read, stored in zip(table.rows[1:40], rows[1:40], strict=True):
            for cell, value in zip(read, stored, strict=True):
                assert cell is not None
                if isinstance(value, int | float):
                    assert cell.value == Fraction(repr(value))
                else:
                    assert cell.text == (value or "")


def test_an_old_workbook_is_read_as_values() -> None:
    """By another route: the industry codes are six digits, level 1 names stand on each row."""
    document = read_foreign(shared("data", "sw_classification", "SwClassCode_2021.xls"))
    table = only(document)
    assert cells(table)[0] == ["行业代码", "一级行业名称", "二级行业名称", "三级行业名称"]
    assert table.shape[0] == 512
    assert all(re.fullmatch(r"\d{6}", row[0] or "") for row in cells(table)[1:])
    assert any("formulas" in unread.reason for unread in document.unread)


@pytest.mark.parametrize("area", ["A1:XFD1048576", "A1:A1048576", "B2:A1", "ZZZZ1:A2", ""])
def test_merges_without_bounds(tmp_path: Path, area: str) -> None:
    made, file = book(tmp_path, ("S", [["a", "b"], [1, 2], [3, 4]]))
    held = io.BytesIO()
    made.save(held)
    with zipfile.ZipFile(held) as package:
        members = {name: package.read(name) for name in package.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"]
    merged = f'</sheetData><mergeCells><mergeCell ref="{area}"/></mergeCells>'.encode()
    members["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", merged)
    with zipfile.ZipFile(file, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    assert len(list(read_xlsx(file).tables())) == 1


def test_far_apart_cells_are_blocks_of_their_own(tmp_path: Path) -> None:
    made, file = book(tmp_path, ("S", [["a", 1], ["b", 2]]))
    made["S"].cell(1_048_576, 16_384, "fern")
    document = saved(made, file)
    assert [table.shape for table in document.tables()] == [(2, 2)]
    assert "fern" in [block.text for block in document.pages[0].blocks if isinstance(block, Prose)]
