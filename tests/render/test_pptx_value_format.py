"""What these stop: a number format under which a label or tick reads differently from the document."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanbao.document.tree import Axis, Tick
from yanbao.errors import RenderError
from yanbao.render.pptx.value_format import as_float, axis_format, axis_step, label_format, number_text


@pytest.mark.parametrize(
    ("value", "text", "code"),
    [
        ("5275", "5275", "0"),
        ("5275", "5,275", "#,##0"),
        ("3.5532", "3.6%", '0.0"%"'),
        ("-18.4", "-18.4%", '0.0"%"'),
        ("5.3", "+5.3%", '"+"0.0"%";"-"0.0"%";0.0"%"'),
        ("-5", "(5)", '0;"("0")"'),
        ("1.5", "¥1.50", '"¥"0.00'),
        ("-1.5", "−1.5", '0.0;"−"0.0'),
        ("12", '12"', None),
        ("12", "12\\", None),
        ("12", "12;", '0";"'),
        ("12", "12;3", None),
        ("5275", "约五千", None),
        ("3.54", "3.6", None),
        ("5", "05", None),
    ],
)
def test_format_of_a_label(value: str, text: str, code: str | None) -> None:
    assert label_format(Fraction(value), text) == code


@given(
    st.integers(-(10**9), 10**9),
    st.integers(0, 4),
    st.booleans(),
    st.sampled_from(["", "%", "亿元", "x", "倍", ";", "@", "_", "*", "#"]),
)
def test_format_prints_what_decimal_prints(number: int, places: int, comma: bool, unit: str) -> None:
    # by another route: python's own printing of the value rounded half up
    value = Fraction(number, 7)
    rounded = (Decimal(number) / 7).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = (f"{rounded:,f}" if comma else f"{rounded:f}") + unit
    if text.startswith("-") and not rounded:
        text = text[1:]
    assert label_format(value, text) is not None


@given(st.fractions())
def test_xml_and_float_agree_to_15_digits(value: Fraction) -> None:
    assert Fraction(number_text(value)) == Fraction(repr(as_float(value)))
    assert float(f"{as_float(value):.16G}") == as_float(value)  # what the workbook writes
    assert as_float(value) == pytest.approx(float(value), rel=1e-14)


def axis(*pairs: tuple[str, str]) -> Axis:
    return Axis(tuple(Tick(Fraction(value), text) for value, text in pairs))


@pytest.mark.parametrize(
    ("ticks", "code"),
    [
        (axis(("0", "0"), ("500", "500"), ("1000", "1,000")), "#,##0"),
        (axis(("-10", "-10%"), ("0", "0%"), ("10", "10%")), '0"%"'),
        (axis(("0", "0"), ("0.5", "0.5"), ("1", "1")), "General"),
        (axis(("-5", "-5.0%"), ("0", "0"), ("5", "5.0%")), '0.0"%";-0.0"%";"0"'),
        (axis(("0", "0"), ("1", "1")), "0"),
    ],
)
def test_format_of_an_axis(ticks: Axis, code: str) -> None:
    assert axis_format(ticks, "here") == code


def test_ticks_of_two_forms_are_refused_with_their_place() -> None:
    with pytest.raises(RenderError, match="exhibit x: no number format shows the ticks 1千, 2,000"):
        axis_format(axis(("1000", "1千"), ("2000", "2,000")), "exhibit x")


@pytest.mark.parametrize("ticks", [axis(("0", "0")), axis(("2", "2"), ("1", "1")), axis()])
def test_axis_needs_two_rising_ticks(ticks: Axis) -> None:
    with pytest.raises(RenderError, match="two ticks or more"):
        axis_step(ticks, "x")


@pytest.mark.parametrize("text", ["=1", "[Red]5", "5;@", "5_x"])
def test_marks_of_the_format_language_stay_literal(text: str) -> None:
    value = Fraction("".join(filter(str.isdigit, text)))
    code = label_format(value, text)
    assert code is None or "[Red]" not in code.replace('"[Red]"', "")
