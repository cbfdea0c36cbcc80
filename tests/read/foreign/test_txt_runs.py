"""Rows of digits that ran together, cut again by hand here: one way, or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanbao.read.contents import Place
from yanbao.read.foreign.txt_cards import labelled_values
from yanbao.read.foreign.txt_runs import split_run, tables_in


@pytest.mark.parametrize(
    ("run", "parts"),
    [
        ("43.1587.9050.69", ["43.15", "87.90", "50.69"]),
        ("1,5581,6041,3721,8282,185", ["1,558", "1,604", "1,372", "1,828", "2,185"]),
        ("15.06%2.94%-14.45%33.18%", ["15.06%", "2.94%", "-14.45%", "33.18%"]),
        ("86.482.47(1.55)(24.19)", ["86.48", "2.47", "(1.55)", "(24.19)"]),
        ("2.5902.0851.263", ["2.590", "2.085", "1.263"]),
        ("5,433.56,073.610,670.8", ["5,433.5", "6,073.6", "10,670.8"]),
    ],
)
def test_one_style_leaves_one_way(run: str, parts: list[str]) -> None:
    assert split_run(run, len(parts)) == parts


@pytest.mark.parametrize(
    ("run", "count", "why"),
    [
        ("415371224426553", 5, "whole numbers without grouping can be cut anywhere"),
        ("1,3445521,200", 3, "552 and 1,200, or 5 and 521,200"),
        ("809.2451015.60", 2, "a digit of something else ran in: 809.24 and 51015.60"),
        ("1.52.5", 3, "two numbers, not three"),
        ("876.461,353", 2, "two styles"),
        ("1.2.3", 2, "no numbers"),
    ],
)
def test_what_can_be_cut_in_two_ways_is_left(run: str, count: int, why: str) -> None:
    assert split_run(run, count) is None, why


@given(
    st.lists(st.decimals("1.01", "30.99", places=2, allow_nan=False), min_size=3, max_size=8),
)
def test_numbers_of_one_style_are_found_again(numbers: list[Decimal]) -> None:
    printed = [f"{number:.2f}" for number in numbers]
    assert split_run("".join(printed), len(printed)) == printed


def test_a_table_has_its_years_labels_and_places() -> None:
    content = (
        "公司基本情况(人民币)项目201820192020E2021E营业收入(百万元)1,2001,3001,4501,600增长率8.00%8.33%11.54%10.34%"
        "净利润(百万元)120130145160每股收益(元)0.600.650.730.80P/E43.1587.9050.6939.05来源：公司年报。"
        "2021年收入增长10%。"
    )
    ((start, end, table),) = tables_in(content, Place("a.txt", 1, 1))
    assert content[start:end].startswith("公司基本情况")
    assert content[end:].startswith("来源")
    assert [cell.text for cell in table.rows[0] if cell] == [
        "公司基本情况(人民币)项目",
        "2018",
        "2019",
        "2020E",
        "2021E",
    ]
    assert [row[0].text for row in table.rows[1:] if row[0]] == ["营业收入(百万元)", "增长率", "每股收益(元)", "P/E"]
    for row in table.rows:
        for cell in row:
            assert cell is not None
            assert content[cell.place.start : cell.place.end] == cell.text


def test_years_of_a_sentence_are_no_table() -> None:
    assert not list(
        tables_in("2018、2019、2020年收入分别为1.2、1.5、1.9亿元；201820192020年度报告已披露。", Place("a", 1, 1))
    )


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "12.543.8收盘价(人民币截至4月13日)35.00市值(人民币百万)61,2436个月平均日成交额(人民币百万)1,32752周价格",
            ["收盘价(人民币截至4月13日)35.00", "市值(人民币百万)61,243"],
        ),
        ("总股本(亿股)1.77总市值(亿元)228.95年内股价最高", ["总股本(亿股)1.77", "总市值(亿元)228.95"]),
        ("当前股价:RMB341.10股价上行", ["当前股价:RMB341.10"]),
        ("收盘价30.0X26.7X23.4X", []),  # the lines of a band
        ("收盘价（元）EPSP/E评级2020E2021E104.001.361.79", []),  # heads of a table
        ("总市值(Rmbbn)0.05.010.015.0", []),  # the axis of a chart
        ("总股本(百万)1216202112月", []),
        ("收盘价3月8日京东方", []),
    ],
)
def test_values_of_a_card_end_at_the_next_label(text: str, values: list[str]) -> None:
    assert [text[begin:end] for begin, end in labelled_values(text)] == values
