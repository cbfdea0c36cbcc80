"""Workbooks: codes stay text, rows keep the sheet's numbers, and a small file can't fill the memory."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from shared_data import shared
from yanbao.errors import SourceError
from yanbao.source import excel_file
from yanbao.source.excel_file import read_excel
from yanbao.source.mapping import Reading


def rows(path: Path, **reading: object) -> list[dict[str, object]]:
    return [row for table in read_excel(path, Reading.model_validate(reading)) for row in table.to_pylist()]


def book(path: Path, cells: dict[str, object], sheets: tuple[str, ...] = ("Sheet1",)) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name in sheets:
        page = made.create_sheet(name)
        for place, value in cells.items():
            page[place] = value
    made.save(path)
    return path


def test_cells_lose_nothing_and_rows_have_the_numbers_of_the_sheet(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        {
            "B3": "代码",
            "C3": "值",
            "D3": "日",
            "B4": "000001",
            "C4": 2136,
            "D4": date(2024, 6, 28),
            "B7": "000977",
            "C7": 0.1,
            "D7": datetime(2024, 6, 28, 9, 30),
        },
    )
    found = rows(path, header=3)
    assert [(row["代码"], row["值"], row["日"], row["_row"]) for row in found] == [
        ("000001", "2136", "2024-06-28", 4),
        ("000977", "0.1", "2024-06-28 09:30:00", 7),
    ]


def test_large_whole_numbers_stay_exact(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"A1": "值", "A2": 1505_6000_0000, "A3": 4384765000000000, "A4": 1e22})
    assert [row["值"] for row in rows(path)] == ["150560000000", "4384765000000000", "1e+22"]


def test_a_merged_head_stands_over_all_its_columns(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx", {"A1": "代码", "B1": "收入", "B2": "2022", "C2": "2023", "A3": "x", "B3": 1, "C3": 2}
    )
    made = openpyxl.load_workbook(path)
    made.worksheets[0].merge_cells("B1:C1")
    made.save(path)
    assert rows(path, header=[1, 2]) == [{"代码": "x", "收入|2022": "1", "收入|2023": "2", "_row": 3}]


def test_several_sheets_and_none_named(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"A1": "a", "A2": "1"}, ("一", "二"))
    with pytest.raises(SourceError, match="2 sheets with cells\n    hint: name one in `sheet`: 一, 二"):
        rows(path)
    assert rows(path, sheet="二") == [{"a": "1", "_row": 2}]
    with pytest.raises(SourceError, match="no sheet `三`"):
        rows(path, sheet="三")


def test_the_old_format_reads_as_text() -> None:
    path = shared("data", "sw_classification", "StockClassifyUse_stock.xls")
    found = rows(path)
    assert len(found) == 12_506  # the README of the data
    assert found[0] == {
        "股票代码": "000001",
        "计入日期": "1991-04-03",
        "行业代码": "440101",
        "更新日期": "2015-10-27 15:29:00",
        "_row": 2,
    }


def test_one_far_cell_is_refused_before_it_costs_memory(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"A1": "a", "XFD1048576": 1})
    with pytest.raises(SourceError, match="row 1,048,576, column 16,384"):
        rows(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 250_000_000)
    with pytest.raises(SourceError, match="unpacks to 250,000,000 bytes"):
        rows(path)


def test_a_cell_of_a_dense_sheet_is_counted_over_block_borders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_file, "MAX_CELLS", 299)
    path = tmp_path / "a.xlsx"
    book(path, {f"{letter}{row}": row for letter in "ABC" for row in range(1, 101)})
    with pytest.raises(SourceError, match="row 100, column 3: 300 cells"):
        rows(path)


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"<html><table></table></html>", "is no workbook\n"),
        ("证券代码\t名称\n".encode("gbk"), "is no workbook\n"),
        (b"PK\x03\x04cut", "is no workbook that can be read"),
        (b"\xd0\xcf\x11\xe0cut", "is no workbook that can be read"),
        (b"", "is no workbook\n"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, cause: str) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=cause):
        rows(path)


def test_a_workbook_that_was_cut_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {f"A{row}": row for row in range(1, 200)})
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(SourceError, match="the file is cut"):
        rows(path)
