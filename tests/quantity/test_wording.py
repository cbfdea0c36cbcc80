"""The words of approximation: what is printed with one reads back as the same."""

from __future__ import annotations

from fractions import Fraction

import pytest

from yanbao.quantity import approximation_word, bound_of, parse_unit, said_beside, scan, still_holds, with_word
from yanbao.quantity.wording import _CHINESE


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("约6.9亿千瓦", "约"),
        ("近7000家", "近"),
        ("32万余辆", "余"),
        ("800多万家", "多"),
        ("超500亿元", "超"),
        ("超过500亿元", "超过"),
        ("不足3%", "不足"),
        ("20%左右", "左右"),
        ("240个以上", "以上"),
        ("300+", "+"),
        ("about 20%", "约"),
        ("~20%", "约"),
        ("over 30%", "超"),
        ("约-25.8个百分点", "约"),
        ("近百家", "近"),
        ("5275亿元", None),
        ("节约40%", None),
        ("约1.2-1.3万美元", None),
        ("约20%和30%", None),
        ("", None),
    ],
)
def test_the_word_of_a_printed_number(text: str, word: str | None) -> None:
    assert approximation_word(text) == word


@pytest.mark.parametrize("word", _CHINESE)
@pytest.mark.parametrize("number", ["6.9亿千瓦", "500家", "12.5亿元", "32万辆", "30%"])
def test_a_number_with_a_word_reads_back_as_the_same(word: str, number: str) -> None:
    printed = with_word(number, word)
    (mention,) = scan(printed, cell=True)
    assert mention.text == printed
    # 余 has no place inside 30%: there it is 逾, a limit
    said = {"over": "at least"}.get(bound_of(word), bound_of(word)) if printed == "逾30%" else bound_of(word)
    assert mention.bound == said


@pytest.mark.parametrize(
    ("word", "number", "printed"),
    [
        ("约", "RMB 690bn", "about RMB 690bn"),
        ("近", "7000 companies", "nearly 7000 companies"),
        ("余", "320000 vehicles", "over 320000 vehicles"),
        ("以上", "5%", "at least 5%"),
        ("不足", "3%", "under 3%"),
        ("以内", "3%", "up to 3%"),
    ],
)
def test_english_words(word: str, number: str, printed: str) -> None:
    assert with_word(number, word, "en") == printed


@pytest.mark.parametrize(
    ("word", "value", "printed", "holds"),
    [
        ("约", "6.96", "7.0", True),
        ("超", "6.96", "7.0", False),
        ("超", "6.94", "6.9", True),
        ("余", "6.96", "7.0", False),
        ("近", "6.96", "7.0", True),
        ("近", "6.94", "6.9", False),
        ("不足", "6.94", "6.9", False),
    ],
)
def test_rounding_must_not_pass_a_limit(word: str, value: str, printed: str, holds: bool) -> None:
    assert still_holds(word, Fraction(value), Fraction(printed)) is holds


def test_a_word_beside_the_place_of_a_number() -> None:
    assert said_beside("装机大约", "，") == ("about", "大约")
    assert said_beside("规模", "以上的") == ("at least", "以上")
    assert said_beside("签约", "家") is None
    assert said_beside("", "") is None


def test_the_unit_of_a_bare_number_is_the_columns() -> None:
    assert approximation_word("约6.9", parse_unit("亿千瓦")) == "约"
