"""Input that nobody wrote to be read: the scanner stays linear, and says nothing rather than something false."""

from __future__ import annotations

import time

import pytest

from yanbao.errors import QuantityError
from yanbao.quantity import parse_period, parse_quantity, parse_unit, scan

LONG = [
    "7" * 1_000_000,
    "0." + "3" * 1_000_000,
    "(" * 100_000 + "1" + ")" * 100_000,
    "a1-" + "1" * 1_000_000,
    "$" + "1" * 1_000_000 + "$",
    "*" * 100_000 + "5" + "*" * 100_000,
    "Jan" + "a" * 500_000 + " 5",
    " " * 300_000 + "5" + " " * 300_000,
    "##" * 100_000 + " 1.1 x",
    "约" * 100_000 + "5%",
    "第" * 100_000 + "3",
]
REPEATED = [
    "(1",
    "1:",
    "1+",
    "1/",
    "1、",
    "1-",
    "1,",
    "1.",
    "a1-",
    "$1",
    "<b",
    "<sup>",
    "一",
    "一二三万亿",
    "24Q1-",
    "25/",
    "Jan",
    "x@",
    "https://",
    "1\t",
    "12月",
    "1小时",
    "约1",
    "第1",
    "+1%/",
    "2024-",
    "2024年",
    "\\*",
    "**1",
    "几十~",
    "1至",
    "三分之",
]


@pytest.mark.parametrize("text", LONG, ids=lambda text: f"{text[:8]!r}x{len(text)}")
def test_a_long_text_takes_no_time(text: str) -> None:
    start = time.process_time()
    found = scan(text)
    assert time.process_time() - start < 30  # 0.01 to 0.3 s where measured; a quadratic pass takes minutes
    assert all(text[mention.start : mention.end] == mention.text for mention in found)


@pytest.mark.parametrize("part", REPEATED)
@pytest.mark.parametrize("end", ["", "年", "%"])
def test_time_grows_with_the_length_and_not_its_square(part: str, end: str) -> None:
    def seconds(count: int) -> float:
        start = time.process_time()
        scan(part * count + end)
        return time.process_time() - start

    # eight times the text: 8 where linear, 64 where quadratic; the best of several tries keeps other work out
    small = min(seconds(300) for _ in range(3))
    assert any(seconds(2400) < 32 * small + 0.2 for _ in range(8))


def test_a_run_of_a_million_digits_is_a_name_and_no_quantity() -> None:
    (mention,) = scan("7" * 1_000_000)
    assert (mention.kind, mention.quantity, mention.end) == ("name", None, 1_000_000)


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "nan亿元",
        "inf",
        "-inf%",
        "Infinity家",
        "٣٤٪",
        "१२३",
        "²³",
        "m³",
        "½",
        "Ⅳ",
        "㊀",
        "\ud800",
        "\x00",
        "\ufeff",
        "𝟗𝟗%",
    ],
)
def test_what_looks_like_a_number_and_is_none(text: str) -> None:
    assert scan(text) == []
    with pytest.raises(QuantityError):
        parse_quantity(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\t",
        "1e309",
        "0x1F",
        "1 2",
        "5%5%",
        "5亿元元",
        "--5%",
        "1..2",
        "5,00亿元",
    ],
)
def test_a_text_that_is_no_one_number_is_refused(text: str) -> None:
    with pytest.raises(QuantityError, match=r"holds|is a|is the number"):
        parse_quantity(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "2024年13月",
        "2024-02-30",
        "24Q5",
        "5%",
        "0000年",
        "十四",
        "2024E2",
        "1" * 5000,
    ],
)
def test_a_text_that_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(QuantityError, match="no period"):
        parse_period(text)


@pytest.mark.parametrize(
    "text",
    [
        "CNY^",
        "元/",
        "/",
        "元//股",
        "家/家/家",
        "亿亿",
        "1",
        "%%",
        "\n元\n元",
        "a" * 10_000,
    ],
)
def test_a_text_that_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(QuantityError, match="is not known"):
        parse_unit(text)
