"""What a number in prose is called, about whom, for when, and which way it went."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from tick_prose import document_of
from yanbao.check.tick.figure import Figure
from yanbao.check.tick.sentence import sentences_of
from yanbao.check.tick.sentence_figures import figures_of_prose, read_sentences
from yanbao.check.tick.sentence_relations import relations_of_prose


def figures(text: str) -> dict[str, Figure]:
    found, _ = figures_of_prose(read_sentences(sentences_of(document_of(text))))
    return {figure.text: figure for figure in found}


def test_growth_belongs_to_the_metric_before_it() -> None:
    found = figures("2024Q1，板块实现营收2428.5亿元，同比增长5.3%。")
    assert found["2428.5亿元"].metric == "revenue"
    assert found["2428.5亿元"].period is not None
    assert found["2428.5亿元"].period.end == date(2024, 3, 31)
    assert (found["5.3%"].metric, found["5.3%"].change, found["5.3%"].direction) == ("revenue", "yoy", "up")


@pytest.mark.parametrize(
    ("text", "number", "value"),
    [
        ("净利润同比下降5.3%。", "5.3%", -5.3),
        ("净利润同比-5.3%。", "-5.3%", -5.3),
        ("净利润同比增长-5.3%。", "-5.3%", -5.3),
        ("毛利率为34.3%，同比下滑2.0pp。", "2.0pp", -2.0),
        ("净利率下降至12.5%。", "12.5%", 12.5),
        ("Revenue decreased 9.8% versus last year.", "9.8%", -9.8),
        ("Costs were down by 3%.", "3%", -3.0),
        ("Margins fell to 21.7%.", "21.7%", 21.7),
    ],
)
def test_the_word_gives_the_sign(text: str, number: str, value: float) -> None:
    assert float(figures(text)[number].quantity.value) == pytest.approx(value)


def test_lists_of_years_and_of_numbers_are_paired() -> None:
    found = figures("预计公司2020~2022年收入为13.05/17.64/21.77亿元，归母净利润2.32/4.09/5.12亿元。")
    assert {text: found[text].period.end.year for text in ("13.05", "17.64", "21.77亿元")} == {
        "13.05": 2020,
        "17.64": 2021,
        "21.77亿元": 2022,
    }
    assert (found["4.09"].metric, found["4.09"].period.end.year) == ("net_profit_parent", 2021)
    assert found["4.09"].quantity.unit.symbol == "亿元"


def test_a_list_of_another_length_takes_no_years() -> None:
    found = figures("2021~2022年的估值为99X/56X/45X。")
    assert found["56X"].period is None or found["56X"].period.grain == "range"


def test_a_comparison_does_not_move_the_period() -> None:
    found = figures("2020年收入110亿元，较2019年增长5.8%，净利润12亿元。")
    assert found["12亿元"].period.end.year == 2020


def test_nothing_is_taken_from_thin_air() -> None:
    found = figures("共有26家，同比增长5%。")
    assert found["26家"].metric is None
    assert found["26家"].period is None


def test_segments_are_subjects() -> None:
    found = figures("数据中心业务收入226亿美元。")
    assert (found["226亿美元"].metric, found["226亿美元"].subject) == ("revenue", "数据中心业务")


def test_a_share_of_revenue_is_no_revenue() -> None:
    assert figures("眼科收入7.1亿元，占总收入的44.49%。")["44.49%"].metric is None


def test_cells_run_together_are_counted_and_left_alone() -> None:
    text = "营业收入(百万元)1,5581,6041,3051,7642,177YoY（%）15.1%2.9%-18.7%35.2%23.5%"
    read = read_sentences(sentences_of(document_of(text)))
    found, unknown = figures_of_prose(read)
    assert not found
    assert len(unknown) >= 5
    assert {each.reason for each in unknown} == {"cells of a table that run together"}
    assert not relations_of_prose(read)


def test_places_are_those_of_the_file() -> None:
    document = document_of("这里没有数字。", "公司收入为12.5亿元，利润为3亿元。")
    found, _ = figures_of_prose(read_sentences(sentences_of(document)))
    where = found[0].where
    assert (where.file, where.page, where.line, where.start, where.end) == ("report.txt", 1, 2, 5, 11)


@pytest.mark.parametrize(
    "text",
    [
        "从" * 20_000 + "5亿元增至6亿元",
        "从5亿元增至6亿元，" * 3_000,
        "了约近为达" * 10_000 + "5%",
        "5%、" * 20_000,
        "1" * 100_000,
        "增长" * 30_000 + "5%",
        "from $5 to " * 5_000,
        "=cmd|' /C calc'!A0 增长5%至3亿元",
        "<script>alert(5)</script>从5亿元增至6亿元",
        "从0亿元增长至5亿元，增长了100%，复合增速为10%。",
        "从2020年的5亿元增长至2020年的6亿元，复合增速为10%。",
        "从2025年的5亿元增长至2020年的6亿元，复合增速为10%。",
        "从99999999999999999999亿元增长至1亿元，下降了100%。",
        "占比0%，其中0家占比0%，合计0家，平均0家",
        "\ue000\ue001从\ue0025亿元增至6亿元",
    ],
    ids=range(15),
)
def test_hostile_text_is_read_to_the_end(text: str) -> None:
    read = read_sentences(sentences_of(document_of(text)))
    figures_of_prose(read)
    relations_of_prose(read)


def test_mutated_sentences_are_read_without_a_crash() -> None:
    lines = Path(__file__).with_name("sentences.txt").read_text(encoding="utf-8").splitlines()
    texts = [line.rsplit(" => ", 1)[0] for line in lines if line and not line.startswith("#")]
    dice = random.Random(20_240_705)
    letters = "0123456789.,%％亿万元年至到从由增降（）()/、，。；$-+~ xX倍pp\n\t\ue002é"
    for _ in range(1_500):
        text = list(dice.choice(texts))
        for _ in range(dice.randint(1, 8)):
            place = dice.randrange(len(text))
            text[place : place + dice.randint(0, 3)] = dice.choice(letters) * dice.randint(0, 3)
            text = text or ["5"]
        read = read_sentences(sentences_of(document_of("".join(text))))
        figures_of_prose(read)
        relations_of_prose(read)
