"""The independent tokenizer against a list made by hand, and what must hold of it for every text."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanbao.check.numerals import value_of
from yanbao.check.tokens import numbers, tokens

_LINES = [
    line
    for line in (Path(__file__).parent / "tokens.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


def test_the_list_is_long_enough() -> None:
    assert len(_LINES) >= 120


@pytest.mark.parametrize("line", _LINES)
def test_text(line: str) -> None:
    text, _, wanted = line.partition(" => ")
    said: list[str] = []
    for token in tokens(text):
        if token.kind == "name":
            said.append(f"<{token.text}>")
        else:
            unit = f" {token.unit}" if token.unit else ""
            said.append(token.text + ("" if token.value is None else f"={_plain(token.value)}{unit}"))
    assert ("; ".join(said) or "-") == wanted


def _plain(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    shown = f"{float(value):.10g}"
    return shown if Fraction(shown) == value else str(value)


@given(st.text(alphabet=st.sampled_from("0123456789.,%+-年亿元 ABQH三成第十倍百/~（），"), max_size=40))
def test_tokens_are_stretches_in_order_that_hold_every_digit(text: str) -> None:
    found = tokens(text)
    assert [text[token.start : token.end] for token in found] == [token.text for token in found]
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))
    inside = {at for token in found for at in range(token.start, token.end)}
    assert all(at in inside for at, char in enumerate(text) if char.isdecimal())


@given(st.decimals(-(10**9), 10**9, places=3))
def test_a_plain_number_is_read_as_its_value(value: object) -> None:
    found = numbers(f"增长{value}")
    assert [token.value for token in found] == [Fraction(str(value))]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三十二", 32),
        ("一百零五", 105),
        ("十二", 12),
        ("两千", 2000),
        ("一万两千", 12000),
        ("二〇二四", 2024),
        ("三亿五千万", 350000000),
        ("百", 100),
        ("一百二十万", 1200000),
        ("三五十", None),
        ("三个", None),
    ],
)
def test_numerals(text: str, value: int | None) -> None:
    assert value_of(text) == value


def test_the_model_report_is_scanned_whole() -> None:
    """80,000 characters: the count is pinned so that a change of the tokenizer shows."""
    report = Path(__file__).parents[2].parent / "shared" / "seed" / "report.txt"
    if not report.exists():
        pytest.skip("the model report is not on this machine")
    text = report.read_text(encoding="utf-8")
    found = tokens(text)
    assert 3300 < len([token for token in found if token.kind != "name"]) < 3700
