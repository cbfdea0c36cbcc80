"""Tables pasted from terminals: what their headers say is taken, what they do not say is asked, nothing is made up."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from source import terminal_files as files
from source.conformance import SourceConformance, read_all
from yanbao.errors import SourceError, WorkspaceError
from yanbao.source.contract import Source
from yanbao.source.fields import parse_field
from yanbao.source.file_source import FileSource
from yanbao.source.guess import guess
from yanbao.source.mapping_file import parse_mapping

YEAR = date(2023, 12, 31)
MAKERS: dict[str, Callable[[Path], Path]] = {
    name: made
    for name, made in vars(files).items()
    if callable(made) and name.startswith(("wind", "ifind", "choice", "gbk"))
}
ASKED = {"wind_latest", "wind_series"}


def loaded(path: Path) -> list[dict[str, Any]]:
    """The rows of all drafts of a file that are certain, as a load reads them."""
    drafts = guess(path)
    assert [draft.questions for draft in drafts] == [()] * len(drafts)
    return [
        {"table": batch["table"], **row}
        for draft in drafts
        for batch in read_all(FileSource(parse_mapping(path, draft.text)))
        for row in batch["rows"]
    ]


def rows(found: list[dict[str, Any]], *names: str) -> set[tuple[Any, ...]]:
    return {tuple(row[name] for name in names) for row in found}


def test_there_are_more_than_a_dozen_layouts() -> None:
    assert len(MAKERS) >= 12


@pytest.mark.parametrize("name", sorted(set(MAKERS) - ASKED))
def test_a_layout_that_tells_everything_loads_at_once(tmp_path: Path, name: str) -> None:
    assert loaded(MAKERS[name](tmp_path))


def test_wind_statements(tmp_path: Path) -> None:
    path = files.wind_statements(tmp_path)
    found = loaded(path)
    assert rows(found, "table", "code", "period", "line", "basis", "value", "published") == {
        ("statement", code, date(year, 12, 31), line, "ytd", value, date(year + 1, 4, 30))
        for code, year, line, value in [
            ("000977.SZ", 2023, "total_revenue", 65_866_680_000.0),
            ("688111.SH", 2023, "total_revenue", 4_555_970_000.0),
            ("002230.SZ", 2023, "total_revenue", 109_650_000_000.0),
            ("000977.SZ", 2023, "net_profit_parent", 1_782_910_000.0),
            ("688111.SH", 2023, "net_profit_parent", 1_317_730_000.0),
            ("000977.SZ", 2022, "total_revenue", 69_525_320_000.0),
            ("688111.SH", 2022, "total_revenue", 3_884_960_000.0),
            ("002230.SZ", 2022, "total_revenue", 18_820_230_000.0),
        ]
    }
    assert any("同比增长率" in note for note in guess(path)[0].notes)


def test_adjusted_closes_do_not_become_prices(tmp_path: Path) -> None:
    assert rows(loaded(files.wind_close(tmp_path)), "table", "adjustment", "code", "day", "close") == {
        ("adjusted_price", "dividend", "600519.SH", date(2024, 6, 28), 1467.39),
        ("adjusted_price", "dividend", "000977.SZ", date(2024, 6, 28), 36.37),
    }
    assert {row["table"] for row in loaded(files.ifind_one_stock(tmp_path))} == {"adjusted_price"}


def test_prices_adjusted_backwards_are_not_taken(tmp_path: Path) -> None:
    head = ["证券代码", "证券简称", "收盘价\n[交易日期] 2024-06-28\n[复权方式]后复权"]
    path = files.workbook(tmp_path / "a.xlsx", [head, ["600519.SH", "贵州茅台", "11,467.39"]])
    (draft,) = guess(path)
    assert not draft.certain
    assert "adjusted backwards" in draft.notes[0]


def test_valuation_leaves_the_average_out(tmp_path: Path) -> None:
    found = loaded(files.wind_valuation(tmp_path))
    assert rows(found, "code", "day", "source", "market_value", "pe_ttm", "pb") == {
        ("000977.SZ", date(2024, 6, 28), "Wind", 53_541_230_000.0, 27.1904, 2.8901),
        ("688111.SH", date(2024, 6, 28), "Wind", 105_220_770_000.0, 77.0341, 10.3012),
    }


def test_days_down_and_codes_across(tmp_path: Path) -> None:
    assert rows(loaded(files.wind_wide(tmp_path)), "table", "code", "day", "close") == {
        ("price", "600519.SH", date(2024, 6, 27), 1485.31),
        ("price", "600519.SH", date(2024, 6, 28), 1467.39),
        ("price", "000977.SZ", date(2024, 6, 27), 36.8),
    }
    assert rows(loaded(files.wind_indices(tmp_path)), "table", "code", "day", "close") == {
        ("index_level", "801750.SI", date(2024, 6, 27), 3175.11),
        ("index_level", "801750.SI", date(2024, 6, 28), 3170.70),
        ("index_level", "000300.SH", date(2024, 6, 27), 3468.73),
        ("index_level", "000300.SH", date(2024, 6, 28), 3461.66),
    }


def test_a_day_of_publication_beside_the_numbers_is_taken(tmp_path: Path) -> None:
    found = loaded(files.ifind_statements(tmp_path))
    assert rows(found, "code", "published") == {("000977.SZ", date(2024, 4, 30)), ("300033.SZ", date(2024, 4, 24))}
    assert rows(found, "line", "basis") == {
        ("revenue", "ytd"),
        ("net_profit_parent", "ytd"),
        ("total_assets", "instant"),
    }


def test_periods_below_a_merged_head_with_the_unit_in_the_title(tmp_path: Path) -> None:
    found = loaded(files.ifind_two_heads(tmp_path))
    assert rows([row for row in found if row["code"] == "000977.SZ"], "period", "line", "value") == {
        (date(2021, 12, 31), "revenue", 67_047_551_200.0),
        (date(2022, 12, 31), "revenue", 69_525_454_500.0),
        (date(2023, 12, 31), "revenue", 65_866_681_100.0),
    }


def test_lots_are_a_hundred_shares_and_amounts_are_in_yuan(tmp_path: Path) -> None:
    found = loaded(files.ifind_long(tmp_path))
    assert rows(found, "code", "day", "close", "volume", "amount", "turnover") == {
        ("600519.SH", date(2024, 6, 27), 1485.31, 2_103_400.0, 3_129_505_000.0, 0.001674),
        ("600519.SH", date(2024, 6, 28), 1467.39, 3_829_100.0, 5_620_000_000.0, 0.003048),
    }


def test_a_parents_statement_is_left_out_and_a_single_quarter_is_no_year_to_date(tmp_path: Path) -> None:
    path = files.choice_statements(tmp_path)
    assert rows(loaded(path), "line", "basis", "period", "value") == {
        ("revenue", "ytd", YEAR, 4_555_970_000.0),
        ("rd_expense", "ytd", YEAR, 1_472_200_000.0),
        ("revenue", "quarter", YEAR, 1_285_920_000.0),
    }
    assert any("母公司报表" in note and "not consolidated" in note for note in guess(path)[0].notes)


def test_people_and_shares(tmp_path: Path) -> None:
    assert rows(loaded(files.choice_people(tmp_path)), "code", "period", "employees", "research") == {
        ("688111.SH", YEAR, 4558, 2943),
        ("002230.SZ", YEAR, 15109, None),
    }
    assert rows(loaded(files.choice_shares(tmp_path)), "code", "day", "total", "float") == {
        ("688111.SH", date(2024, 6, 28), 462_419_200.0, 462_419_200.0)
    }


def test_a_gbk_csv(tmp_path: Path) -> None:
    assert rows(loaded(files.gbk_csv(tmp_path)), "code", "value", "_row") == {
        ("600519.SH", 150_560_000_000.0, 3),
        ("000977.SZ", 65_866_680_000.0, 4),
    }


@pytest.mark.parametrize(
    ("maker", "question"),
    [
        (files.wind_latest, "which day are the numbers of (the header says 最新收盘日)?"),
        (files.wind_series, "how many days after a period were the numbers published?"),
        (files.lost_zeros, "codes like 977 have lost their leading zeros"),
        (files.no_unit, "成交量: in which unit?"),
        (files.no_unit, "are the prices as traded"),
    ],
)
def test_what_is_not_certain_is_asked_and_does_not_load(
    tmp_path: Path, maker: Callable[[Path], Path], question: str
) -> None:
    path = maker(tmp_path)
    (draft,) = guess(path)
    assert any(question in asked for asked in draft.questions)
    with pytest.raises(WorkspaceError, match="is not answered"):
        parse_mapping(path, draft.text)


@pytest.mark.parametrize(
    ("maker", "line", "expected"),
    [
        (files.wind_latest, '# constants.day = "2024-06-28"', ("000977.SZ", 53_541_230_000.0)),
        (files.lost_zeros, "# code = { zeros = 6 }", ("000977", 65_867_000_000.0)),
    ],
)
def test_an_answer_is_a_comment_taken_away(
    tmp_path: Path, maker: Callable[[Path], Path], line: str, expected: tuple[str, float]
) -> None:
    path = maker(tmp_path)
    (draft,) = guess(path)
    assert line in draft.text
    asked = [text for text in draft.text.split("\n") if not text.startswith("# ASK:")]
    text = "\n".join(asked).replace(line, line.removeprefix("# "))
    (batch,) = read_all(FileSource(parse_mapping(path, text)))
    row = batch["rows"][0]
    assert (row["code"], row.get("value", row.get("market_value"))) == expected


@pytest.mark.parametrize(
    ("header", "name", "day", "unit"),
    [
        ("营业总收入 [报告期] 2023年报 [单位] 亿元", "营业总收入", YEAR, "亿元"),
        ("营业总收入[报告期] 2023年报[单位] 亿元", "营业总收入", YEAR, "亿元"),
        ("营业收入（报告期：2023年报，单位：亿元）", "营业收入", YEAR, "亿元"),
        ("营业收入 2023年报 单位:亿元", "营业收入", YEAR, "亿元"),
        ("营业收入[年度]2023[报告期]年报[单位]元", "营业收入", YEAR, "元"),
        ("营业总收入|2023-12-31|亿元", "营业总收入", YEAR, "亿元"),
        ("总市值(亿元)|2024-06-28", "总市值", date(2024, 6, 28), "亿元"),
        ("市盈率PE(TTM) [交易日期] 2024-06-28", "市盈率PE(TTM)", date(2024, 6, 28), ""),
        ("归属母公司股东的净利润(扣除非经常性损益)", "归属母公司股东的净利润(扣除非经常性损益)", None, ""),
    ],
)
def test_a_header_cell_is_taken_apart(header: str, name: str, day: date | None, unit: str) -> None:
    field = parse_field(header)
    assert (field.name, field.day, field.unit) == (name, day, unit)
    assert field.target is not None


@pytest.mark.parametrize(
    "header",
    [
        "营业收入(同比增长率) [报告期] 2023年报",
        "营业收入|同比增长率|2023年报",
        "营业收入 同比增长率 2023年报",
        "营业收入(TTM) [交易日期] 2024-06-28",
        "区间涨跌幅 [起始交易日期] 2023-12-29 [截止交易日期] 2024-06-28",
        "预测净利润平均值 [年度] 2024",
        "净利润率",
        "总市值2 [交易日期] 2024-06-28",
    ],
)
def test_what_only_looks_like_a_field_is_not_taken(header: str) -> None:
    assert parse_field(header).target is None


@pytest.mark.parametrize("currency", ["USD", "美元"])
def test_another_currency_is_not_taken_for_yuan(tmp_path: Path, currency: str) -> None:
    head = ["证券代码", "证券简称", f"营业收入\n[报告期] 2023年报\n[单位] 亿元\n[币种] {currency}"]
    path = files.workbook(tmp_path / "a.xlsx", [head, ["600519.SH", "贵州茅台", "1"]])
    (draft,) = guess(path)
    assert not draft.certain
    assert f"in {currency}" in draft.notes[0]


def test_an_unknown_parameter_is_asked(tmp_path: Path) -> None:
    head = ["证券代码", "证券简称", "营业收入\n[报告期] 2023年报\n[单位] 亿元\n[口径] 调整后"]
    path = files.workbook(tmp_path / "a.xlsx", [head, ["600519.SH", "贵州茅台", "1"]])
    (draft,) = guess(path)
    assert any("[口径] 调整后" in question for question in draft.questions)


def test_names_with_quotes_brackets_and_formulas_are_only_text(tmp_path: Path) -> None:
    path = files.wind_statements(tmp_path)
    hostile = path.with_name('[x] "=1+1"*.xlsx')
    shutil.move(path, hostile)
    book = openpyxl.load_workbook(hostile)
    page = book.worksheets[0]
    page["B2"] = '=HYPERLINK("http://x")'
    page["F1"] = 'a"]\n[drop]\\u0000'
    page.title = "a'b"
    book.save(hostile)
    assert len(loaded(hostile)) == 8


def test_a_title_does_not_become_a_line_of_the_mapping(tmp_path: Path) -> None:
    rows = [
        ['x\nconstants.line = "cash"\n# ASK: nothing'],
        ["证券代码", "营业收入[报告期]2023年报[单位]元"],
        ["600519.SH", 1],
    ]
    found = loaded(files.workbook(tmp_path / "a.xlsx", rows))
    assert [(row["line"], row["value"]) for row in found] == [("revenue", 1.0)]


@pytest.mark.parametrize("content", [[["a", "b"], [1, 2]], [["证券代码", "x"]], [["只有标题"]]])
def test_a_table_of_no_terminal_is_an_error(tmp_path: Path, content: list[list[object]]) -> None:
    with pytest.raises(SourceError, match="no table that is known from a terminal"):
        guess(files.workbook(tmp_path / "a.xlsx", content))


class TestTerminalSource(SourceConformance):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        path = files.wind_statements(tmp_path)
        return FileSource(parse_mapping(path, guess(path)[0].text))
