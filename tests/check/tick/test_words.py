"""Accounting words, cells and units: what a head and a cell say."""

from __future__ import annotations

import doctest
import importlib
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tick_tables import table_of
from yanbao.check.tick.cell_text import read_cell
from yanbao.check.tick.grid import understand
from yanbao.check.tick.head_period import era, period_of
from yanbao.check.tick.table_unit import headed, stated
from yanbao.check.tick.words import USER_FILE, standard, words_for
from yanbao.errors import ReadError
from yanbao.quantity import NONE

MODULES = ("words", "cell_text", "table_unit", "head_period", "chance", "slips", "severity", "reporting")


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"yanbao.check.tick.{name}"))
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(
    ("label", "metric", "change"),
    [
        ("一、营业总收入", "revenue", None),
        ("其中：营业收入", "revenue", None),
        ("归属于上市公司股东的净利润（元）", "net_profit_parent", None),
        ("营业收入增长率(%)", "revenue", "yoy"),
        ("净利润同比增长", "net_profit", "yoy"),
        ("Net sales", "revenue", None),
        ("P/E", "pe", None),
        ("PE(倍)", "pe", None),
        ("毛利率变动", "gross_margin", "change"),
        ("YoY", None, "yoy"),
        ("2019-2023 CAGR", None, "cagr"),
        ("公允价值变动损益", None, None),
        ("苹果派", None, None),
    ],
)
def test_heads(label: str, metric: str | None, change: str | None) -> None:
    named = standard().named(label)
    assert (None if named.metric is None else named.metric.name, named.change) == (metric, change)


def test_a_folder_adds_words(tmp_path: Path) -> None:
    text = '[revenue]\nzh = ["流水"]\n[gmv]\nkind = "flow"\ndimension = "money"\nen = ["GMV"]\n'
    (tmp_path / USER_FILE).write_text(text, encoding="utf-8-sig")
    words = words_for(tmp_path)
    assert words.named("流水（万元）").metric is words.metrics["revenue"]
    assert words.named("GMV").metric is words.metrics["gmv"]
    assert words.named("营业收入").metric is words.metrics["revenue"]
    assert standard().metric("流水") is None


def test_all_mistakes_of_a_folders_words_at_once(tmp_path: Path) -> None:
    file = tmp_path / USER_FILE
    file.write_text(
        '[gmv]\nkind = "river"\nen = ["GMV"]\n[dau]\nkind = "count"\ndimension = "count"\n', encoding="utf-8"
    )
    with pytest.raises(ReadError) as error:
        words_for(tmp_path)
    assert "[gmv]: kind is one of" in str(error.value)
    assert "[dau]: zh and en are lists" in str(error.value)
    file.write_text("[gmv\n", encoding="utf-8")
    with pytest.raises(ReadError, match="TOML"):
        words_for(tmp_path)


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("1,275.3", "number", "1275.3", None),
        ("(4,560)", "number", "-4560", None),
        ("($1,234)", "number", "-1234", "$"),
        ("12.5%", "number", "12.5", "%"),
        ("(1.2)%", "number", "-1.2", "%"),
        ("1,618 ,820, 253.0 0", "number", "1618820253.00", None),
        ("减少 0.12 个百分点", "number", "-0.12", "pp"),
        ("下降3.2%", "number", "-3.2", "%"),
        ("—", "blank", None, None),
        ("不适用", "missing", None, None),
        ("2024E", "period", None, None),
        ("23.5（+2.1%）", "several", None, None),
        ("1.期初余额", "words", None, None),
        ("=1+1", "words", None, None),
        ("9" * 500, "several", None, None),
    ],
)
def test_cells(text: str, kind: str, value: str | None, unit: str | None) -> None:
    cell = read_cell(text)
    assert cell.kind == kind
    if value is not None:
        assert cell.quantity(NONE).value == Fraction(value)
        assert (cell.unit.symbol if cell.unit else None) == unit


@pytest.mark.parametrize(
    ("text", "symbol", "scale"),
    [
        ("单位：万元 币种：人民币", "万元", 10**4),
        ("单位:人民币百万元", "百万元", 10**6),
        ("(Dollars in thousands)", "thousands", 10**3),
        ("Unaudited", None, None),
    ],
)
def test_unit_lines(text: str, symbol: str | None, scale: int | None) -> None:
    unit = stated(text)
    assert (None if unit is None else unit.symbol, None if unit is None else unit.scale) == (symbol, scale)


def test_units_of_heads() -> None:
    assert headed("营业收入（百万元）") is not None
    assert headed("30%-50%") is None  # a bucket, no unit
    assert headed("Repurchase of common stock") is None
    percent = headed("增长率(%)")
    assert percent is not None
    assert percent.symbol == "%"


def test_a_unit_is_taken_as_far_as_it_fits() -> None:
    rows = [
        row.split("|") for row in ("项目|2022A|2023A", "营业收入|10.5|11.2", "毛利率|30.1|31.0", "每股收益|0.51|0.62")
    ]
    (grid,) = understand(table_of(rows, unit="单位：亿元"), 0, standard()).grids
    units = [grid.figure(line, 0).quantity.unit.symbol for line in range(3)]
    assert units == ["亿元", "", "元/股"]
    figure = grid.figure(0, 1)
    assert figure.metric == "revenue"
    assert figure.period is not None
    assert (figure.period.end, figure.period.estimate) == (date(2023, 12, 31), False)


def test_every_number_is_a_figure_or_said_to_be_unknown() -> None:
    rows = [row.split("|") for row in ("产品|价格|说明", "甲|12.5|降至3元", "乙|13.1（+2%）|稳定", "丙|14.0|约5至6元")]
    understood = understand(table_of(rows), 0, standard())
    assert [figure.text for figure in understood.figures] == ["12.5", "14.0", "约5至6元"]
    assert {each.text: each.reason for each in understood.unknown} == {
        "降至3元": "a number among words",
        "13.1（+2%）": "2 numbers in one cell",
    }


def test_periods_of_heads() -> None:
    period = period_of("Three Months Ended July 31, 2023")
    assert period is not None
    assert (period.start, period.end, period.grain) == (date(2023, 5, 1), date(2023, 7, 31), "quarter")
    assert (era("期末余额"), era("上年同期"), era("金额")) == (0, -1, None)


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "<script>1</script>", "1e999", "٣٤", "１２．５％", "\x00", "9,9,9", "-" * 3000]
)
def test_hostile_cells_are_read_or_left(text: str) -> None:
    rows = [["项目", "2022", "2023"], ["甲", text, "1.0"], ["合计", "2.0", text]]
    understood = understand(table_of(rows), 0, standard())
    assert all(figure.quantity.interval.low is not None for figure in understood.figures)
