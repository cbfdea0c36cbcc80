"""Reading workbooks: what a cell shows, what a chart draws, what a formula gives, and files made to do harm."""

from __future__ import annotations

import io
import random
import re
import zipfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

import sample
from yanbao.document.theme import Theme
from yanbao.errors import ReadError
from yanbao.fact.fact import Derivation
from yanbao.read.number_display import display, display_text, general
from yanbao.read.xlsx import read_xlsx, recompute
from yanbao.render.xlsx import render_xlsx

# What Excel shows, from ECMA-376 part 1, 18.8.31 and the program itself.
SHOWN = [
    ("0.053", "0.0%", "5.3%"),
    ("-0.053", "0.0%", "-5.3%"),
    ("0.053", "+0.0%;-0.0%;0.0%", "+5.3%"),
    ("0", "+0.0%;-0.0%;0.0%", "0.0%"),
    ("1234.5", "#,##0", "1,235"),
    ("1234.5", "#,##0.00", "1,234.50"),
    ("-1234.5", "#,##0.0;(#,##0.0)", "(1,234.5)"),
    ("1234567890", "#,##0,,", "1,235"),
    ("12", "0000", "0012"),
    ("0.5", "#.##", ".5"),
    ("0.5", "0.##", "0.5"),
    ("12", "0.##", "12."),
    ("5275", '0"亿元"', "5275亿元"),
    ("7000", '"近"#,##0"家"', "近7,000家"),
    ("3", r"0\x", "3x"),
    ("3", "[Red]0", "3"),
    ("-3", "0;[Red]0", "3"),
    ("485", '[$$-409]#,##0"M"', "$485M"),
    ("0.125", "0.00", "0.13"),  # halves go away from 0
    ("-0.125", "0.00", "-0.13"),
    ("2.675", "0.00", "2.68"),  # by its decimal digits, not by its bits
    ("2.4499999999999997", "0.0", "2.5"),  # fifteen digits are kept: 2.45
    ("-0.001", "0.0", "0.0"),
    ("5", ";;;", ""),
    ("5", '"高";"低"', "高"),
    ("-5", '"高";"低"', "低"),
    ("50", "[<100]0;[>=100]0.0", "50"),
    ("150", "[<100]0;[>=100]0.0", "150.0"),
    ("12345", "0.00E+00", "1.23E+04"),
    ("45473", "yyyy-mm-dd", "2024-06-30"),
    ("45473.75", "yyyy/m/d h:mm", "2024/6/30 18:00"),
    ("45473", 'yyyy"年"m"月"d"日"', "2024年6月30日"),
    ("1", "General", "1"),
    ("0.1", "General", "0.1"),
    ("0.333333333333333", "General", "0.333333333"),
    ("12345678901", "General", "12345678901"),
    ("123456789012", "General", "1.23457E+11"),
    ("1234.5", "@", "1234.5"),
    ("3", '_(* #,##0_)', " 3 "),
]  # fmt: skip


@pytest.mark.parametrize(("value", "code", "shown"), SHOWN)
def test_a_number_is_shown_as_a_spreadsheet_shows_it(value: str, code: str, shown: str) -> None:
    assert display(Fraction(value), code) == shown


def test_a_text_is_shown_by_the_fourth_section() -> None:
    assert display_text("甲", '0;0;0;"<"@">"') == "<甲>"
    assert display_text("甲", "0.0%") == "甲"


@given(st.decimals(-(10**9), 10**9, places=4), st.integers(0, 4), st.booleans())
def test_fixed_places_agree_with_decimal_arithmetic(value: object, places: int, grouped: bool) -> None:
    from decimal import ROUND_HALF_UP, Decimal

    number = Decimal(str(value))
    code = ("#,##0" if grouped else "0") + ("." + "0" * places if places else "")
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    wanted = f"{rounded:,.{places}f}" if grouped else f"{rounded:.{places}f}"
    if not any(digit in wanted for digit in "123456789"):
        wanted = wanted.lstrip("-")
    assert display(Fraction(number), code) == wanted


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_general_loses_at_most_what_eleven_digits_lose(value: float) -> None:
    shown = float(general(Fraction(value)))
    assert shown == pytest.approx(value, rel=1e-5, abs=1e-9)


# whole files


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    document = sample.document()
    facts = dict(document.facts)
    for name in ("low", "high", "median"):
        facts[f"grid.{name}@all"] = replace(
            facts[f"grid.{name}@all"], lineage=Derivation("{grid.state@2021}", ("grid.state@2021",))
        )
    path = tmp_path_factory.mktemp("read") / "report.xlsx"
    render_xlsx(replace(document, facts=facts), Theme(), path)
    return path


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A workbook by another writer, with what ours never holds."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "it's 甲"
    sheet.append(["名", "值"])
    for name, value in (("a", 1.5), ("b", None), ("c", "无")):
        sheet.append([name, value])
    sheet["B2"].number_format = "0.00%"
    sheet["B2"].comment = Comment("看这里", "某人")
    sheet["D1"] = True
    sheet["D2"] = "=SUM(B2:B4)*2"
    sheet["D3"] = "=1/0"
    sheet["D4"] = '="甲"&"乙"'
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=4), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=4))
    sheet.add_chart(chart, "F2")
    hidden = made.create_sheet("藏")
    hidden.sheet_state = "hidden"
    hidden["A1"] = "密"
    path = tmp_path / "foreign.xlsx"
    made.save(path)
    return path


def test_cells_come_row_by_row_with_value_text_and_formula(foreign: Path) -> None:
    contents = read_xlsx(foreign)
    first, second = contents.pages
    assert (first.number, first.id, first.hidden) == (1, "it's 甲", False)
    assert (second.id, second.hidden) == ("藏", True)
    cells = {s.cell.address: s for s in first.segments if s.cell}
    assert list(cells) == ["A1", "B1", "D1", "A2", "B2", "D2", "A3", "D3", "A4", "B4", "D4"]
    assert (cells["B2"].text, cells["B2"].cell.value) == ("150.00%", Fraction(3, 2))  # type: ignore[union-attr]
    assert cells["D2"].cell.formula == "SUM(B2:B4)*2"  # type: ignore[union-attr]
    assert cells["D1"].text == "TRUE"
    assert (cells["B2"].place.line, cells["B2"].place.cell, cells["B2"].place.part) == (2, "B2", "it's 甲")
    assert [(note.text, note.place.cell) for note in first.notes] == [("看这里", "B2")]
    assert [segment.text for segment in contents.outline] == ["it's 甲", "藏"]


def test_a_chart_is_read_from_its_ranges(foreign: Path) -> None:
    chart = next(chart for chart in read_xlsx(foreign).pages[0].charts if chart.source == "xlsx-range")
    assert chart.categories == ("a", "b", "c")
    assert chart.series[0].name == "值"
    # an empty cell is a gap; a text is drawn as 0
    assert chart.series[0].values == (Fraction(3, 2), None, Fraction(0))


def test_formulas_are_computed_anew(foreign: Path) -> None:
    assert recompute(foreign) == {
        ("it's 甲", "D2"): Fraction(3),
        ("it's 甲", "D3"): "#DIV/0!",
        ("it's 甲", "D4"): "甲乙",
    }


def test_a_wrong_cached_value_does_not_vouch_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet("s")
    sheet.write_number("A1", 2)
    sheet.write_formula("A2", "=A1*3", None, 7)
    made.close()
    cached = {s.cell.address: s.cell.value for s in read_xlsx(path).pages[0].segments if s.cell}
    assert cached["A2"] == 7
    assert recompute(path)["s", "A2"] == 6


def test_shared_formulas_are_moved_to_their_cells(foreign: Path, tmp_path: Path) -> None:
    made = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = made.add_worksheet("s")
    for row in range(3):
        sheet.write_number(row, 0, row + 1)
        sheet.write_formula(row, 1, f"=A{row + 1}*2", None, 0)
    made.close()

    def share(name: str, data: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return data
        data = data.replace(b"<f>A1*2</f>", b'<f t="shared" ref="B1:B3" si="0">A1*2</f>')
        return re.sub(rb"<f>A[23]\*2</f>", b'<f t="shared" si="0"/>', data)

    path = repacked(tmp_path / "a.xlsx", tmp_path / "b.xlsx", share)
    assert recompute(path) == {("s", "B1"): 2, ("s", "B2"): 4, ("s", "B3"): 6}


def test_our_workbook_reads_back(book: Path) -> None:
    contents = read_xlsx(book)
    assert contents.properties["title"] == "计算机行业中期策略（样例）"
    page = next(page for page in contents.pages if page.id == "图6 国网投资及同比")
    cells = {s.cell.address: s for s in page.segments if s.cell}
    assert (cells["C8"].text, cells["A3"].cell.link) == ("3.0%", "#'目录'!A1")  # type: ignore[union-attr]
    assert cells["C8"].cell.formula == "'数据 grid'!B8/'数据 grid'!B7-1"  # type: ignore[union-attr]
    assert [s.text for s in page.segments if s.role == "footer"] == ["示例研究所｜样例，不构成投资建议"]
    cache, behind = page.charts
    assert [series.values for series in cache.series] == [series.values for series in behind.series]
    assert [series.name for series in cache.series] == ["国家电网", "国网同比（右轴）"]
    assert (cache.axes[0].low, cache.axes[0].high, cache.axes[0].step) == (0, 6000, 2000)


# files made to do harm


def repacked(source: Path, target: Path, change: object) -> Path:
    """A copy with each part changed; a part changed to `None` is left out."""
    with zipfile.ZipFile(source) as package, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in package.namelist():
            data = change(name, package.read(name))  # type: ignore[operator]
            if data is not None:
                out.writestr(name, data)
    return target


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04" + b"\0" * 40], ids=["empty", "text", "cut"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    for read in (read_xlsx, recompute):
        with pytest.raises(ReadError, match=r"a\.xlsx"):
            read(path)
    with pytest.raises(ReadError, match="no such file"):
        read_xlsx(tmp_path / "none.xlsx")


def test_a_zip_bomb_is_refused(book: Path, tmp_path: Path) -> None:
    def bomb(name: str, data: bytes) -> bytes:
        return b"<a>" + b" " * 50_000_000 + b"</a>" if name.endswith("sharedStrings.xml") else data

    with pytest.raises(ReadError, match="bomb"):
        read_xlsx(repacked(book, tmp_path / "a.xlsx", bomb))


@pytest.mark.parametrize(
    ("part", "old", "new", "cause"),
    [
        ("xl/workbook.xml", b"", None, "missing"),
        ("xl/sharedStrings.xml", b"", None, "missing"),
        ("xl/worksheets/sheet2.xml", b"", None, "missing"),
        ("xl/charts/chart1.xml", b"", None, "missing"),
        ("_rels/.rels", b"officeDocument/2006/relationships/officeDocument", b"x", "main part"),
        ("xl/worksheets/sheet2.xml", b'r="B7"', b'r="A7"', "twice"),
        ("xl/worksheets/sheet2.xml", b'r="B7"', b'r="XFE7"', "cell at"),
        ("xl/worksheets/sheet2.xml", b"<v>4473</v>", b"<v>1e999999999</v>", "no number"),
        ("xl/worksheets/sheet2.xml", b"<v>4473</v>", b"<v>NaN</v>", "no number"),
        ("xl/worksheets/sheet2.xml", b't="s"><v>', b't="s"><v>99', "shared text"),
        ("xl/worksheets/sheet2.xml", b't="s"', b't="zz"', "unknown kind"),
        ("xl/worksheets/sheet2.xml", b"<worksheet", b"<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet", "document type"),
        ("xl/worksheets/sheet2.xml", b"</sheetData>", b"", "well-formed"),
        ("xl/charts/chart1.xml", b"<c:v>4473</c:v>", b"<c:v>1e999999999</c:v>", "no number"),
        ("xl/charts/chart1.xml", b'<c:max val="6000"/>', b'<c:max val="1e999999999"/>', "no number"),
        ("xl/charts/chart1.xml", b'<c:ptCount val="5"/>', b'<c:ptCount val="x"/>', "chart1.xml"),
    ],
)
def test_damaged_parts_are_named(
    book: Path, tmp_path: Path, part: str, old: bytes, new: bytes | None, cause: str
) -> None:
    touched = []

    def change(name: str, data: bytes) -> bytes | None:
        if name != part:
            return data
        touched.append(name)
        assert old in data
        return None if new is None else data.replace(old, new, 1)

    path = repacked(book, tmp_path / "a.xlsx", change)
    assert touched == [part]
    with pytest.raises(ReadError, match=cause) as caught:
        read_xlsx(path)
    assert "hint" in str(caught.value)


def test_random_damage_gives_contents_or_a_read_error(book: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(book) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    rng = random.Random(5)
    refused = 0
    for _ in range(60):
        target = rng.choice(sorted(parts))
        data = bytearray(parts[target])
        for _ in range(rng.randrange(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(32, 127)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as out:
            for name, content in parts.items():
                out.writestr(name, bytes(data) if name == target else content)
        path = tmp_path / "a.xlsx"
        path.write_bytes(buffer.getvalue())
        try:
            assert read_xlsx(path).pages
        except ReadError:
            refused += 1
    assert 0 < refused < 60


def test_a_neutral_repack_reads_the_same(book: Path, tmp_path: Path) -> None:
    path = repacked(book, tmp_path / book.name, lambda name, data: data)
    assert replace(read_xlsx(path), file=book) == read_xlsx(book)
