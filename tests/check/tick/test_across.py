"""Facts in two places: what is one fact is compared, and what only looks like one is left alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tick_prose import document_of
from yanbao.check.tick.across import relations_across
from yanbao.check.tick.sentence import sentences_of
from yanbao.check.tick.sentence_figures import read_sentences
from yanbao.check.tick.sentence_relations import relations_of_prose
from yanbao.check.tick.tick import tick

if TYPE_CHECKING:  # a name that begins with Test is collected as a class of tests
    from yanbao.check.tick.tested import Tested

FORECAST = [
    "指标|2023A|2024E|2025E|2026E",
    "营业收入（百万元）|1407.10|1900.03|2444.14|3048.28",
    "归母净利润（百万元）|160.77|241.00|311.81|397.29",
    "EPS（元）|0.67|1.00|1.30|1.66",
]
OTHER = [
    "指标|2023A|2024E|2025E|2026E",
    "营业收入（百万元）|3251.15|4103.27|5189.47|6425.33",
    "归母净利润（百万元）|179.23|541.73|676.21|838.80",
    "EPS（元）|0.40|1.20|1.50|1.86",
]


def across(*blocks: str | Sequence[str]) -> list[Tested]:
    document = document_of(*blocks)
    figures = [figure for figure in tick(document).figures if figure.table is not None]
    read = read_sentences(sentences_of(document))
    return relations_across(figures, read, relations_of_prose(read))


def verdicts(tested: list[Tested]) -> list[tuple[str, str, str]]:
    return [(each.verdict, each.basis, each.claimed.text) for each in tested]


def test_forecast_in_prose_finds_its_row() -> None:
    tested = across("预计公司2024-2026年归母净利润分别为2.4亿元、3.1亿元、4.0亿元，给予“买入”评级。", FORECAST)
    assert (
        verdicts(tested)
        == [
            ("ties", "text-table", "2.4"),
            ("ties", "text-table", "3.1"),
            ("ties", "text-table", "4.0亿元"),
        ]
        or [each[0] for each in verdicts(tested)] == ["ties"] * 3
    )


def test_one_member_of_a_forecast_is_wrong() -> None:
    tested = across("预计公司2024-2026年归母净利润分别为2.41亿元、3.21亿元、3.97亿元，给予“买入”评级。", FORECAST)
    broken = [each for each in tested if each.verdict == "breaks"]
    assert [each.claimed.text for each in broken] == ["3.21亿元"]
    # 311.81 million is 3.12 hundred million
    assert abs(float(broken[0].recomputed.value) - 3.1181) < 1e-9
    assert broken[0].operands[0].text == "311.81"


def test_the_table_of_another_company_is_not_meant() -> None:
    tested = across("预计公司2024-2026年归母净利润分别为7.7亿元、9.9亿元、12.3亿元，给予“买入”评级。", FORECAST, OTHER)
    assert not [each for each in tested if each.basis == "text-table"]


def test_of_two_companies_the_one_that_agrees_is_meant() -> None:
    text = "预计公司2024-2026年归母净利润分别为5.42亿元、6.76亿元、8.93亿元，给予“买入”评级。"
    broken = [each for each in across(FORECAST, text, OTHER) if each.verdict == "breaks"]
    assert [(each.claimed.text, each.operands[0].text) for each in broken] == [("8.93亿元", "838.80")]


def test_two_companies_in_one_shape_do_not_contradict_each_other() -> None:
    assert not [each for each in across(FORECAST, OTHER) if each.verdict == "breaks"]


def test_a_row_printed_twice_with_other_digits() -> None:
    short = [
        "指标|2023A|2024E|2025E|2026E",
        "营业收入（亿元）|14.07|19.00|24.44|30.48",
        "EPS（元）|0.67|1.00|1.30|1.66",
    ]
    tested = across(FORECAST, short)
    assert {each.verdict for each in tested} == {"ties"}
    assert len([each for each in tested if each.claimed.metric == "revenue"]) == 4
    wrong = [
        "指标|2023A|2024E|2025E|2026E",
        "营业收入（亿元）|14.07|19.00|24.94|30.48",
        "EPS（元）|0.67|1.00|1.30|1.66",
    ]
    broken = [each for each in across(FORECAST, wrong) if each.verdict == "breaks"]
    assert [each.claimed.text for each in broken] == ["24.94"]
    assert broken[0].basis == "tables"


def test_growth_in_a_sentence_against_the_levels_of_a_table() -> None:
    # 2555.8 / 1960.7 - 1 = 30.35%
    table = ["百万元|2019A|2020A", "营业额|6,073.6|6,945.9", "净利润|1,960.7|2,555.8"]
    right, wrong = "净利润同比上涨30.4%至25.56亿元，符合预期。", "净利润同比上涨40.3%至25.56亿元，符合预期。"
    assert [each.verdict for each in across(right, table) if each.relation == "growth"] == ["ties"]
    broken = [each for each in across(wrong, table) if each.relation == "growth"]
    assert [(each.verdict, each.basis) for each in broken] == [("breaks", "text-table")]
    assert abs(float(broken[0].recomputed.value) - 30.3514) < 1e-3


def test_growth_at_constant_currency_is_not_that_of_the_table() -> None:
    table = ["in $ millions|2022|2023", "Revenue|8,000|8,603"]
    text = "Revenue was $8.603 billion, up 11% on a constant currency basis."
    assert not [each for each in across(text, table) if each.relation == "growth"]


def test_a_sentence_said_twice() -> None:
    summary = "预计2020，2021，2022年公司实现净利润分别为60.49亿元，70.64亿元，87.34亿元，EPS分别为4.975元，5.810元，7.814元。"
    body = summary.replace("7.814", "7.184")
    broken = [each for each in across(summary, "公司是龙头。", body) if each.verdict == "breaks"]
    assert [(each.claimed.text, each.diagnosis) for each in broken] == [("7.184元", "two digits are transposed")]
    same = across(summary, body.replace("7.184", "7.81"))
    assert {each.verdict for each in same} == {"ties"}  # the coarser of the two sets the precision


def test_a_template_filled_for_two_companies_is_not_one_sentence() -> None:
    first = "甲公司发布2020年年报，报告期内公司实现营业收入34.77亿元，同比增长29.09%。"
    second = "乙公司发布2020年年报，报告期内公司实现营业收入18.20亿元，同比增长12.30%。"
    assert not [each for each in across(first, second) if each.verdict == "breaks"]


def test_upside_on_the_price_of_the_first_page() -> None:
    target = "我们给予公司目标价21.90港元，较现价有43.32%的上涨空间。"
    tested = [each for each in across("现价：15.28港元。", target) if each.relation == "upside"]
    assert [each.verdict for each in tested] == ["ties"]
    wrong = target.replace("43.32", "34.32")
    tested = [each for each in across("现价：15.28港元。", wrong) if each.relation == "upside"]
    assert [each.verdict for each in tested] == ["breaks"]
    assert not [each for each in across("现价：15.28元。", target) if each.relation == "upside"]  # another currency
    two = across("现价：15.28港元。", "最新收盘价：16.10港元。", target)
    assert not [each for each in two if each.relation == "upside"]  # two prices: nobody says which


def test_a_limit_on_every_year_against_its_column() -> None:
    table = ["年份|超额收益|信息比", "2012|10.6%|3.65", "2013|14.0%|3.90", "2014|12.1%|3.49", "20150630|2.0%|1.10"]
    tested = [
        each for each in across("每年的超额收益都在10%以上，信息比都在3.5以上。", table) if each.relation == "order"
    ]
    assert [(each.verdict, each.claimed.text) for each in tested] == [("ties", "10%以上"), ("breaks", "3.5以上")]
    assert tested[1].severity == "conclusion"
    excepted = across("除2014年外，其他年份的信息比都在3.5以上。", table)
    assert not [each for each in excepted if each.relation == "order"]
    two_tables = across("每年的信息比都在3.5以上。", table, table)
    assert not [each for each in two_tables if each.relation == "order"]
